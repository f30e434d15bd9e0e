//! Negotiations: offers and counter-offers, each side in turn, until both have signed the same terms.
//!
//! ```text
//! Open -> Agreed     (the side that did not make the last offer signs its terms; an order is placed with that)
//!  |                  '--> Ended    (a subscription, by its seller: it is renewed no more)
//!  |--> Withdrawn    (by either side)
//!  '--> Expired      (nobody has answered the last offer in its window)
//! ```

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::listing::Terms;
use super::participant::DeliveryKey;
use super::policy::Purpose;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{AssetId, DemandId, Digest, ListingId, OrderId, ParticipantId, Timestamp};

/// Offers of a negotiation, the first one included.
pub const ROUNDS_MAX: u8 = 32;

named! {
    /// Where a negotiation stands.
    NegotiationStatus {
        /// Waits for an answer to the last offer.
        Open = "open",
        /// Both have signed the same terms, and an order is placed at them. An end, unless they are a subscription's.
        Agreed = "agreed",
        /// One side has left. An end.
        Withdrawn = "withdrawn",
        /// The last offer was not answered in time. An end.
        Expired = "expired",
        /// A subscription was agreed, and its seller has ended the renewals. An end.
        Ended = "ended",
    }
}

named! {
    /// A side of a negotiation.
    Side {
        /// Who would pay.
        Buyer = "buyer",
        /// Who would deliver.
        Seller = "seller",
    }
}

/// What a negotiation is about: where the two met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Ground {
    /// A listing, on which a buyer made the first offer.
    Listing(ListingId),
    /// A demand, which a seller answered with the first offer.
    Demand(DemandId),
}

/// Offers and counter-offers between a buyer and a seller.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Negotiation {
    /// Where they met.
    pub ground: Ground,
    /// What would be licensed.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Who sells.
    pub seller: ParticipantId,
    /// Who buys.
    pub buyer: ParticipantId,
    /// Whose money it would be: the buyer's last word.
    pub payer: ParticipantId,
    /// Who would get the licence: the buyer's last word.
    pub licensee: ParticipantId,
    /// Where the delivery would be sealed to.
    pub delivery_key: Option<DeliveryKey>,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the scenario in words.
    pub scenario: Digest,
    /// The last offer.
    pub terms: Terms,
    /// Who made it; the other side answers.
    pub offered_by: Side,
    /// Its number, from 1, at most [`ROUNDS_MAX`].
    pub round: u8,
    /// Where it stands.
    pub status: NegotiationStatus,
    /// When the last offer lapses; `None` at an end.
    pub deadline: Option<Timestamp>,
    /// The order, if they agreed.
    pub order: Option<OrderId>,
    /// When it began.
    pub opened: Timestamp,
}

impl Canonical for Negotiation {
    const BYTES_MAX: usize = 8 * 1024;
}

impl Negotiation {
    /// The side that someone is on.
    #[must_use]
    pub fn side_of(&self, participant: ParticipantId) -> Option<Side> {
        if participant == self.buyer {
            Some(Side::Buyer)
        } else if participant == self.seller {
            Some(Side::Seller)
        } else {
            None
        }
    }

    /// Who is on a side.
    #[must_use]
    pub const fn party(&self, side: Side) -> ParticipantId {
        match side {
            Side::Buyer => self.buyer,
            Side::Seller => self.seller,
        }
    }
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Buyer => Self::Seller,
            Self::Seller => Self::Buyer,
        }
    }
}
