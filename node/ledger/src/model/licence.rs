//! Licences (许可): the right to use a version, made by settlement or by an open grant and in no other way.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{AssetId, LicenceId, OrderId, ParticipantId, Timestamp};

named! {
    /// Where a licence stands.
    LicenceStatus {
        /// In force.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
    }
}

/// Which versions of its asset a licence covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
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
pub struct Licence {
    /// The order that made it.
    pub order: OrderId,
    /// What may be used.
    pub asset: AssetId,
    /// Which versions.
    pub versions: VersionScope,
    /// Who gave it.
    pub licensor: ParticipantId,
    /// Who has it.
    pub licensee: ParticipantId,
    /// What it allows.
    pub policy: Policy,
    /// Whether nobody else may have one.
    pub exclusive: bool,
    /// In force from.
    pub from: Timestamp,
    /// In force until, if it ends.
    pub until: Option<Timestamp>,
    /// The licence that it was granted under.
    pub parent: Option<LicenceId>,
    /// How many licences it stands under.
    pub depth: u8,
    /// Uses recorded.
    pub uses: u64,
    /// Where it stands.
    pub status: LicenceStatus,
}

impl Canonical for Licence {
    const BYTES_MAX: usize = 8 * 1024;
}
