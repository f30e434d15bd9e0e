//! Orders: money in escrow against a sealed delivery, with one outcome for every timeout.
//!
//! ```text
//! Placed -> Delivered -> Acknowledged -> KeyRevealed ----------------> Settled
//!    |          |             |            |  ^    |                    ^
//!    |          |             |            v  |    '-> Disputed --------|--> Split
//!    |          |             |      KeyChallenged        |             |
//!    v          v             v            v              v
//! Refunded   Refunded      Refunded     Refunded       Refunded
//! ```
//!
//! The seller's bond is held as long as the order is open, the buyer's as long as it is disputed. Whoever is at fault
//! loses theirs to the other side.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::participant::DeliveryKey;
use super::policy::Purpose;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{
    Amount, AssetId, BasisPoints, Digest, Duration, HexBytes, LicenceId, ListingId, NegotiationId, ParticipantId, Text,
    Timestamp,
};
use crate::sealed::{Commitment, Secret};

named! {
    /// Where an order stands.
    OrderStatus {
        /// Funded; the seller must deliver before the deadline, else it is refunded and the seller's bond is lost.
        Placed = "placed",
        /// The buyer may fetch the sealed bytes, and must acknowledge before the deadline, else it is refunded.
        Delivered = "delivered",
        /// The buyer has the sealed bytes; the seller must reveal the key before the deadline, else it is refunded and
        /// the seller's bond is lost.
        Acknowledged = "acknowledged",
        /// The buyer has the key, and checks what it opens; settles at the deadline.
        KeyRevealed = "key-revealed",
        /// The buyer can't open the key; the seller must open it to all before the deadline, else it is refunded and
        /// the seller's bond is lost.
        KeyChallenged = "key-challenged",
        /// The buyer says that what was registered is not as it was described; settles at the deadline unless an
        /// arbiter rules.
        Disputed = "disputed",
        /// Paid and licensed. An end.
        Settled = "settled",
        /// A part of the price went back, the rest was paid; licensed. An end.
        Split = "split",
        /// The money went back. An end.
        Refunded = "refunded",
    }
}

impl OrderStatus {
    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Settled | Self::Split | Self::Refunded)
    }

    /// Whether the order gave a licence.
    #[must_use]
    pub const fn is_sold(self) -> bool {
        matches!(self, Self::Settled | Self::Split)
    }
}

named! {
    /// Why an order was refunded.
    RefundCause {
        /// The seller did not deliver in time.
        NotDelivered = "not-delivered",
        /// The buyer did not acknowledge in time.
        NotAcknowledged = "not-acknowledged",
        /// The buyer says that what came is not what the delivery committed to.
        Rejected = "rejected",
        /// The seller did not reveal the key in time.
        KeyNotRevealed = "key-not-revealed",
        /// The seller did not open a challenged key in time.
        KeyNotOpened = "key-not-opened",
        /// What the seller sealed is not what is registered: every node has judged the proof.
        Misbehaviour = "misbehaviour",
        /// An arbiter gave the whole price back.
        Ruling = "ruling",
        /// The seller had to act, and a regulator had frozen the delivery.
        Frozen = "frozen",
    }
}

impl RefundCause {
    /// Whether the seller loses the bond.
    #[must_use]
    pub const fn is_fault_of_seller(self) -> bool {
        match self {
            Self::NotAcknowledged | Self::Rejected | Self::Frozen => false,
            Self::NotDelivered | Self::KeyNotRevealed | Self::KeyNotOpened | Self::Misbehaviour | Self::Ruling => true,
        }
    }
}

/// The windows of the rule pack under which an order was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Windows {
    /// From the placing to the delivery.
    pub delivery: Duration,
    /// From the delivery to the acknowledgement.
    pub acknowledgement: Duration,
    /// From the acknowledgement to the key, and from a challenge to its opening.
    pub key: Duration,
    /// From the key to the settlement.
    pub settlement: Duration,
    /// From a dispute to the ruling.
    pub arbitration: Duration,
}

/// What each side puts at stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bonds {
    /// The seller, as long as the order is open.
    pub seller: Amount,
    /// The buyer, as long as the order is disputed.
    pub buyer: Amount,
}

/// A key that is sealed to someone: at most 512 bytes, which the ledger does not look into.
pub type SealedKey = HexBytes<512>;

/// Where the buyer finds the sealed bytes, and what opens them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Delivery {
    /// A URL, or words that both sides understand.
    pub location: Text<512>,
    /// What the seller is bound to.
    pub commitment: Commitment,
    /// When it was delivered.
    pub time: Timestamp,
    /// The key, sealed to the order's delivery key.
    pub sealed_key: Option<SealedKey>,
    /// Whether the buyer has challenged the sealed key: once an order.
    pub challenged: bool,
    /// The key in clear, if it was challenged and opened.
    pub secret: Option<Secret>,
}

/// A dispute on whether what was registered is as it was described: no machine can judge that.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dispute {
    /// The hash of the buyer's statement.
    pub statement: Digest,
    /// When it was opened.
    pub since: Timestamp,
    /// How it was ruled, if it was.
    pub ruling: Option<Ruling>,
}

/// An arbiter's ruling.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ruling {
    /// Whose.
    pub arbiter: ParticipantId,
    /// How much of the price goes back.
    pub refund: Amount,
    /// Why.
    pub reason: Text<256>,
    /// When.
    pub time: Timestamp,
}

/// What an order comes from, and so which licence it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The exchange's part of the price, if all of it is paid.
    pub fee: Amount,
    /// The exchange's share of what is paid.
    pub fee_ratio: BasisPoints,
    /// Who receives the fee.
    pub fee_account: ParticipantId,
    /// What each side puts at stake.
    pub bonds: Bonds,
    /// The windows it was placed under.
    pub windows: Windows,
    /// Where it stands.
    pub status: OrderStatus,
    /// Why it was refunded.
    pub refund_cause: Option<RefundCause>,
    /// When the block acts on it by itself; `None` at an end.
    pub deadline: Option<Timestamp>,
    /// Where the sealed bytes are, and what opens them.
    pub delivery: Option<Delivery>,
    /// What the buyer disputes.
    pub dispute: Option<Dispute>,
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
    const BYTES_MAX: usize = 4096;
}
