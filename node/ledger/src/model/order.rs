//! Orders: money in escrow against a delivery, with one outcome for every timeout.
//!
//! ```text
//! Placed -> Delivered -> Acknowledged -> Settled
//!    |          |
//!    v          v
//! Refunded   Refunded
//! ```
//!
//! The revealing of the key and what may follow it stand between Acknowledged and Settled; their states are appended
//! to [`OrderStatus`] when the rules have them.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::participant::DeliveryKey;
use super::policy::Purpose;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{
    Amount, AssetId, Digest, Duration, LicenceId, ListingId, NegotiationId, ParticipantId, Text, Timestamp,
};

named! {
    /// Where an order stands.
    OrderStatus {
        /// Funded; the seller must deliver before the deadline, else it is refunded.
        Placed = "placed",
        /// The seller says where to fetch it; the buyer must acknowledge before the deadline, else it is refunded.
        Delivered = "delivered",
        /// The buyer has the registered bytes; settles at the deadline.
        Acknowledged = "acknowledged",
        /// Paid and licensed. An end.
        Settled = "settled",
        /// The money went back. An end.
        Refunded = "refunded",
    }
}

named! {
    /// Why an order was refunded.
    RefundCause {
        /// The seller did not deliver in time.
        NotDelivered = "not-delivered",
        /// The buyer did not acknowledge in time.
        NotAcknowledged = "not-acknowledged",
        /// The buyer says that what came is not what was sold.
        Rejected = "rejected",
    }
}

/// The windows of the rule pack under which an order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Windows {
    /// From the placing to the delivery.
    pub delivery: Duration,
    /// From the delivery to the acknowledgement.
    pub acknowledgement: Duration,
    /// From the acknowledgement to the settlement.
    pub settlement: Duration,
}

/// Where the buyer finds the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Delivery {
    /// A URL, or words that both sides understand.
    pub location: Text<512>,
    /// When it was delivered.
    pub time: Timestamp,
}

/// What an order comes from, and so which licence it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A plan of a listing.
    Plan {
        /// The listing.
        listing: ListingId,
        /// Which of its plans, from 0.
        plan: u8,
    },
    /// Terms that buyer and seller have signed.
    Negotiation(NegotiationId),
    /// A subscription that includes the version: nothing is paid, and no new licence made.
    Licence(LicenceId),
}

/// An order for a version of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Order {
    /// What it comes from.
    pub origin: Origin,
    /// The asset that is licensed.
    pub asset: AssetId,
    /// Which version of it.
    pub version: u32,
    /// Who sells.
    pub seller: ParticipantId,
    /// Who ordered, and acknowledges.
    pub buyer: ParticipantId,
    /// Whose money it is.
    pub payer: ParticipantId,
    /// Who gets the licence.
    pub licensee: ParticipantId,
    /// Where the delivery is sealed to.
    pub delivery_key: Option<DeliveryKey>,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the application scenario in words: no scenario, no trade.
    pub scenario: Digest,
    /// The price, all of it.
    pub price: Amount,
    /// The exchange's part of the price.
    pub fee: Amount,
    /// Who receives the fee.
    pub fee_account: ParticipantId,
    /// The windows it was placed under.
    pub windows: Windows,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was refunded.
    pub refund_cause: Option<RefundCause>,
    /// When the block acts on it by itself; `None` at an end.
    pub deadline: Option<Timestamp>,
    /// Where the bytes are.
    pub delivery: Option<Delivery>,
    /// When it was placed.
    pub placed: Timestamp,
}

impl Order {
    /// The listing that it was placed on, if it was.
    #[must_use]
    pub const fn listing(&self) -> Option<ListingId> {
        match self.origin {
            Origin::Plan { listing, .. } => Some(listing),
            Origin::Negotiation(_) | Origin::Licence(_) => None,
        }
    }
}

impl Canonical for Order {
    const BYTES_MAX: usize = 2048;
}
