//! Freezes (冻结): what a regulator stops, why, how far, and until when.
//!
//! ```text
//! Active -> Lifted        by a regulator
//!        -> Expired       by the block, at its end
//!        -> Overturned    by an arbiter, on appeal
//! ```

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{Digest, ParticipantId, Text, Timestamp};
use crate::state::Subject;

/// Freezes that may be in force on one thing.
pub const FREEZES_MAX: usize = 16;

named! {
    /// What a freeze stops; nothing else.
    FreezeScope {
        /// Rights move, listings open, orders are placed.
        Trade = "trade",
        /// Orders are delivered.
        Delivery = "delivery",
        /// Data is used: new data is made from it.
        Use = "use",
        /// Available money is paid, locked and redeemed.
        Funds = "funds",
        /// All of these.
        All = "all",
    }
}

impl FreezeScope {
    /// Whether a freeze of this scope stops this.
    #[must_use]
    pub fn stops(self, what: Self) -> bool {
        self == what || self == Self::All
    }
}

named! {
    /// Where a freeze stands.
    FreezeStatus {
        /// In force.
        Active = "active",
        /// A regulator lifted it. An end.
        Lifted = "lifted",
        /// Its time is over. An end.
        Expired = "expired",
        /// An arbiter ruled that it was wrong. An end.
        Overturned = "overturned",
    }
}

/// A word against a freeze.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Appeal {
    /// Who appeals: someone whom the freeze concerns.
    pub appellant: ParticipantId,
    /// Why.
    pub statement: Text<512>,
    /// The hash of the evidence.
    pub evidence: Option<Digest>,
    /// When.
    pub since: Timestamp,
    /// The arbiter that ruled it, once one has.
    pub arbiter: Option<ParticipantId>,
}

/// What a regulator stopped.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Freeze {
    /// Who ordered it.
    pub regulator: ParticipantId,
    /// What is frozen: a participant, an asset, a listing, a negotiation, a demand, an order or a licence.
    pub target: Subject,
    /// How far.
    pub scope: FreezeScope,
    /// The hash of the legal basis.
    pub legal_basis: Digest,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Where it stands.
    pub status: FreezeStatus,
    /// The one appeal that there may be.
    pub appeal: Option<Appeal>,
}

impl Canonical for Freeze {
    const BYTES_MAX: usize = 1024;
}

/// A freeze in force, as it stands at its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActiveFreeze {
    /// How far.
    pub scope: FreezeScope,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
}

impl Canonical for ActiveFreeze {
    const BYTES_MAX: usize = 32;
}
