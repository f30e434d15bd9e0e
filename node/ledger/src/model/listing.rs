//! Listings (挂牌): offers to license a version of an asset.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{Amount, AssetId, ParticipantId, Timestamp};

/// Plans of a listing.
pub const PLANS_MAX: usize = 8;

/// Listings of one asset that take orders at once: so many are looked at when one of its attestations lapses.
pub const LIVE_LISTINGS_MAX: usize = 32;

named! {
    /// How a listing trades.
    ListingKind {
        /// Free; the licence at once on request, with a declared purpose and no escrow.
        Open = "open",
        /// At the price of a plan, through escrow.
        Fixed = "fixed",
    }
}

named! {
    /// Where a listing stands.
    ListingStatus {
        /// Takes orders.
        Active = "active",
        /// Takes none for now.
        Paused = "paused",
        /// Ended by its seller, or its time is over.
        Ended = "ended",
    }
}

named! {
    /// Why a listing takes no orders for now. It takes them again when its seller resumes it.
    PauseCause {
        /// Its seller wanted it so.
        Seller = "seller",
        /// An attestation that it needs is not in force any more.
        Attestation = "attestation",
        /// The asset is graded too high for the market, or below what it was made from.
        Grade = "grade",
        /// Its price is above what public data may cost.
        Price = "price",
    }
}

/// How many licences a plan may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supply {
    /// No limit.
    Unlimited,
    /// This many.
    Limited(u32),
    /// One, and nobody else has any licence of the asset.
    Exclusive,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Terms {
    /// For this much; 0 if the listing is open, above 0 if it is fixed.
    pub price: Amount,
    /// To do this.
    pub policy: Policy,
    /// So often.
    pub supply: Supply,
    /// What the seller puts at stake with each order: held from the order on, lost to the buyer if the seller is at fault.
    pub bond: Amount,
}

/// What is offered, and how much of it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Plan {
    /// What is offered.
    pub terms: Terms,
    /// Orders that may still become licences.
    pub reserved: u32,
    /// Licences given.
    pub sold: u32,
}

/// An offer to license a version of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Listing {
    /// What is licensed.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Who offers: the Operate holder.
    pub seller: ParticipantId,
    /// How it trades.
    pub kind: ListingKind,
    /// 1 to [`PLANS_MAX`].
    pub plans: Vec<Plan>,
    /// Where it stands.
    pub status: ListingStatus,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// Why it is paused; absent if it is not.
    pub pause: Option<PauseCause>,
}

impl Canonical for Listing {
    const BYTES_MAX: usize = 48 * 1024;
}
