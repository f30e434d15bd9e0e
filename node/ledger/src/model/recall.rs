//! Recalls (召回): something is wrong with a version, and everyone downstream must stop using it; or its holder does not
//! give it away any more.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{AssetId, Digest, Duration, LicenceId, ParticipantId, Timestamp};

named! {
    /// Why a version is recalled.
    RecallCause {
        /// Its holder gives no more of it. What was given stays.
        Withdrawn = "withdrawn",
        /// Whoever gave it had lost the right to.
        AuthorisationLost = "authorisation-lost",
        /// There is something in it that must not be.
        Contamination = "contamination",
    }
}

impl RecallCause {
    /// Whether the licences end that it reaches. A withdrawal is its holder's own will: what was paid for stands.
    #[must_use]
    pub fn ends_licences(self) -> bool {
        self != Self::Withdrawn
    }
}

named! {
    /// How far a recall has come.
    RecallSpread {
        /// The block is still reaching licences downstream.
        Spreading = "spreading",
        /// All are reached.
        Complete = "complete",
    }
}

/// A recall of one version of an asset, or of all there were.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recall {
    /// Of this asset.
    pub asset: AssetId,
    /// The first version that is meant.
    pub first_version: u32,
    /// The last one.
    pub last_version: u32,
    /// Why.
    pub cause: RecallCause,
    /// The hash of the statement in words.
    pub statement: Digest,
    /// Who recalls.
    pub by: ParticipantId,
    /// When.
    pub since: Timestamp,
    /// How long each licensee has, from being reached.
    pub window: Duration,
    /// How far it has come.
    pub spread: RecallSpread,
    /// The version of the asset that is reached next; above the last one if all are.
    pub next_version: u32,
    /// When the block goes on with it; `None` when it is complete.
    pub due: Option<Timestamp>,
    /// Versions reached.
    pub versions: u32,
    /// Licences reached.
    pub licences: u32,
    /// Of these, those whose licensees have not acknowledged it yet, late or not.
    pub open: u32,
}

impl Canonical for Recall {
    const BYTES_MAX: usize = 512;
}

/// A version that a recall has reached and not yet gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecallWork {
    /// The last of its licences that was reached.
    pub licence: Option<LicenceId>,
    /// The last subscription to its asset that was looked at.
    pub subscription: Option<LicenceId>,
    /// The last version made from it that was reached.
    pub child: Option<(AssetId, u32)>,
}

impl Canonical for RecallWork {
    const BYTES_MAX: usize = 128;
}

named! {
    /// Where a duty of a recall stands.
    RecallDutyStatus {
        /// The licensee must acknowledge before the deadline.
        Open = "open",
        /// The licensee has stopped the use and said so.
        Acknowledged = "acknowledged",
        /// The deadline passed in silence: the licence is over, the acknowledgement still owed.
        Overdue = "overdue",
    }
}

/// What a recall demands of one licensee.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecallDuty {
    /// Who must act.
    pub licensee: ParticipantId,
    /// The asset that the licence is of.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Before this.
    pub deadline: Timestamp,
    /// Where it stands.
    pub status: RecallDutyStatus,
    /// When it was acknowledged.
    pub acknowledged: Option<Timestamp>,
}

impl Canonical for RecallDuty {
    const BYTES_MAX: usize = 256;
}
