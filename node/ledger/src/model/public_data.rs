//! Public data (公共数据): who answers for it, and what it may cost.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::listing::Terms;
use crate::codec::Canonical;
use crate::primitives::{Amount, Digest, Duration, ParticipantId, Timestamp};

/// What a price ceiling is for: a year of 365 days.
pub const CEILING_PERIOD: Duration = Duration(365 * 24 * 3_600 * 1_000);

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
    /// The most that a licence of a year may cost; nothing may be asked as long as there is none.
    pub ceiling: Option<PriceCeiling>,
}

impl Canonical for PublicCharge {
    const BYTES_MAX: usize = 160;
}

/// The most that a licence of public data may cost (政府指导价): one that lasts for a year, or for longer, or for ever. One that
/// lasts for less may cost its part of that, or a year would cost any price, in parts.
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

impl PriceCeiling {
    /// The most that may be asked on these terms, rounded down.
    #[must_use]
    pub fn of(&self, terms: &Terms) -> Amount {
        let length = terms.length().map_or(CEILING_PERIOD, |length| length.min(CEILING_PERIOD));
        let product = u128::from(self.amount.0).saturating_mul(u128::from(length.0));
        let part = product.checked_div(u128::from(CEILING_PERIOD.0)).unwrap_or(0);
        // A length is at most the period, so that a part is at most the amount.
        Amount(u64::try_from(part).unwrap_or(self.amount.0))
    }
}
