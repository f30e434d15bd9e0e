//! Public data (公共数据): who answers for it, and what it may cost.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::Canonical;
use crate::primitives::{Amount, Digest, ParticipantId, Timestamp};

/// The authority in charge of a public asset, and the most that it lets be asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicCharge {
    /// The public authority.
    pub authority: ParticipantId,
    /// The hash of its authorisation; absent where the authority registered the asset itself.
    pub authorisation: Option<Digest>,
    /// Since when.
    pub since: Timestamp,
    /// The most that a licence may cost; nothing may be asked as long as there is none.
    pub ceiling: Option<PriceCeiling>,
}

impl Canonical for PublicCharge {
    const BYTES_MAX: usize = 160;
}

/// The most that a licence of public data may cost (政府指导价).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PriceCeiling {
    /// The most.
    pub amount: Amount,
    /// The hash of the pricing decision.
    pub legal_basis: Digest,
    /// Since when.
    pub since: Timestamp,
}
