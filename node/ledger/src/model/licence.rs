//! Licences (许可): the right to use a version, made by settlement, by an open grant or under another licence.
//!
//! ```text
//! Active -> Expired       its time is over
//!        -> Exhausted     its last use was made
//!        -> Terminated    both agreed, it was broken, recalled, forbidden, or the one above it ended
//!        -> Superseded    a later licence of the same holder stands in its place
//! ```

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::policy::{Policy, Purpose, UseAction};
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{AssetId, Digest, LicenceId, OrderId, ParticipantId, RecallId, Text, Timestamp};

named! {
    /// Where a licence stands.
    LicenceStatus {
        /// In force.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// As many uses were made as it allows.
        Exhausted = "exhausted",
        /// Ended before its time.
        Terminated = "terminated",
        /// Another licence stands in its place.
        Superseded = "superseded",
    }
}

/// Deliveries of one version that a subscriber may turn down, by rejecting them or by letting them lapse, before it is
/// delivered no more: else a seller could be made to deliver for ever.
pub const DECLINED_MAX: u8 = 3;

/// A version that was requested under a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionRequest {
    /// The last order of it.
    pub order: OrderId,
    /// How many deliveries of it the subscriber turned down before that order.
    pub declined: u8,
}

impl Canonical for VersionRequest {
    const BYTES_MAX: usize = 33;
}

named! {
    /// Why a licence was terminated.
    LicenceEnd {
        /// Both sides agreed.
        Mutual = "mutual",
        /// The licensee broke it.
        Breach = "breach",
        /// What it covers was recalled.
        Recall = "recall",
        /// A regulator forbade it.
        Regulator = "regulator",
        /// The licence that it stood under ended.
        Upstream = "upstream",
    }
}

/// By what right somebody terminates a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Termination {
    /// Licensor and licensee agree: one signs, the other approves.
    Mutual {
        /// The other one.
        with: ParticipantId,
    },
    /// The licensor says that the licensee broke it.
    Breach {
        /// The hash of the evidence.
        evidence: Digest,
        /// The arbiter who approves, without whom a licence that was paid for is not ended.
        arbiter: Option<ParticipantId>,
    },
    /// A regulator forbids it.
    Regulator {
        /// The hash of the legal basis.
        basis: Digest,
    },
}

/// Whether the copies must be destroyed after the end, and were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Deletion {
    /// The licence is in force, or does not demand it.
    NotDue,
    /// The licensee must state it before the deadline.
    Due {
        /// When that is over.
        deadline: Timestamp,
    },
    /// The deadline passed without a statement. It is still owed.
    Overdue {
        /// When that was.
        deadline: Timestamp,
    },
    /// The licensee states that all copies are destroyed.
    Stated {
        /// The hash of the statement.
        statement: Digest,
        /// When.
        time: Timestamp,
        /// Whether the deadline had passed.
        late: bool,
    },
}

/// Which versions of its asset a licence covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum VersionScope {
    /// This one.
    Only(u32),
    /// This one and every later one: a subscription.
    From(u32),
}

impl VersionScope {
    /// The version that it was bought for.
    #[must_use]
    pub const fn first(self) -> u32 {
        match self {
            Self::Only(version) | Self::From(version) => version,
        }
    }

    /// Whether a version is covered.
    #[must_use]
    pub const fn contains(self, version: u32) -> bool {
        match self {
            Self::Only(only) => version == only,
            Self::From(first) => version >= first,
        }
    }

    /// Whether everything that another covers is covered.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Only(_), Self::From(_)) => false,
            (Self::Only(_) | Self::From(_), _) => self.contains(other.first()),
        }
    }
}

impl core::fmt::Display for VersionScope {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Only(version) => write!(formatter, "{version}"),
            Self::From(first) => write!(formatter, "{first} and later"),
        }
    }
}

/// The right to use a version of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Licence {
    /// The order that made it, or the licence at the top of those it stands under.
    pub order: OrderId,
    /// What may be used.
    pub asset: AssetId,
    /// Which versions.
    pub versions: VersionScope,
    /// Of those that were bought and delivered, the one that owes the most upstream: renewals are shared by it.
    pub royalty_version: u32,
    /// Who gave it.
    pub licensor: ParticipantId,
    /// Who has it.
    pub licensee: ParticipantId,
    /// What it allows.
    pub policy: Policy,
    /// Whether nobody else may have one, but under this one.
    pub exclusive: bool,
    /// In force from.
    pub from: Timestamp,
    /// In force until, if it ends.
    pub until: Option<Timestamp>,
    /// The licence that it was granted under.
    pub parent: Option<LicenceId>,
    /// How many licences it stands under.
    pub depth: u8,
    /// Uses recorded, those under its sublicences among them.
    pub uses: u64,
    /// Where it stands.
    pub status: LicenceStatus,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Why it was terminated.
    pub cause: Option<LicenceEnd>,
    /// Uses recorded under it as records: the next one's number.
    pub records: u64,
    /// The hash of the last record, which has the hash of the one before it in it; zero before the first.
    pub head: Digest,
    /// Licences in force directly under it.
    pub sublicences: u32,
    /// Whether the copies must be destroyed, and were.
    pub deletion: Deletion,
    /// The recall that reached it.
    pub recall: Option<RecallId>,
    /// Until when the licensee must acknowledge that recall; `None` when it did, or when that was over.
    pub recall_deadline: Option<Timestamp>,
    /// When the block acts on it by itself.
    pub due: Option<Timestamp>,
}

impl Canonical for Licence {
    const BYTES_MAX: usize = 8 * 1024;
}

impl Licence {
    /// The first moment at which the block has something to do with it, `next` for what it could not do at once: the end
    /// of its time, the deadline of a recall, that of a deletion, or sublicences that must end with it.
    #[must_use]
    pub fn next_due(&self, next: Timestamp) -> Option<Timestamp> {
        let is_active = self.status == LicenceStatus::Active;
        let deletion = if let Deletion::Due { deadline } = self.deletion { Some(deadline) } else { None };
        let sublicences = (!is_active && self.sublicences > 0).then_some(next);
        [self.until.filter(|_| is_active), self.recall_deadline, deletion, sublicences].into_iter().flatten().min()
    }
}

/// A use, as the licensee stated and the licensor countersigned it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UseRecord {
    /// What was done.
    pub action: UseAction,
    /// What for.
    pub purpose: Purpose,
    /// In which sector.
    pub sector: Option<Text<32>>,
    /// In which region.
    pub region: Option<Text<16>>,
    /// To whom the data went.
    pub recipient: Option<ParticipantId>,
    /// How many uses it was.
    pub units: u64,
    /// The hash of what the two keep of it.
    pub use_hash: Digest,
    /// The hash of the record before; zero for the first.
    pub previous: Digest,
    /// When it was recorded.
    pub time: Timestamp,
}

impl Canonical for UseRecord {
    const BYTES_MAX: usize = 512;
}
