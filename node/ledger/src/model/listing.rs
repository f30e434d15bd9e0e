//! Listings (挂牌): offers to license a version of an asset, or to hand over a right to it.
//!
//! Auctions and metered plans have their place at the end of [`ListingKind`] and [`PlanForm`].

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::asset::Line;
use super::policy::Policy;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{Amount, AssetId, Duration, ParticipantId, Timestamp};

/// Plans of a listing.
pub const PLANS_MAX: usize = 8;
/// Listings of one asset that take orders at once: so many are looked at when one of its attestations lapses. Two at most
/// sell of one asset, who holds it and who operates it, and each has half of them.
pub const LIVE_LISTINGS_MAX: usize = 2 * LIVE_LISTINGS_EACH_MAX;
/// Listings of one asset and one seller that take orders at once.
pub const LIVE_LISTINGS_EACH_MAX: usize = 16;
/// The longest period of a subscription: ten years.
pub const PERIOD_MAX: Duration = Duration(10 * 365 * 24 * 3_600 * 1_000);
/// Periods that one renewal pays for.
pub const PERIODS_MAX: u8 = 120;

named! {
    /// How a listing trades.
    ListingKind {
        /// Free; the licence at once on request, with a declared purpose and no escrow.
        Open = "open",
        /// At the price of a plan, through escrow.
        Fixed = "fixed",
        /// At terms that both sides sign in turn; its plans say what the seller has in mind, and there may be none.
        Negotiated = "negotiated",
        /// Sells a right itself instead of a licence, for good.
        RightSale = "right-sale",
    }
}

named! {
    /// Where a listing stands.
    ListingStatus {
        /// Takes orders.
        Active = "active",
        /// Takes none for now.
        Paused = "paused",
        /// Ended by its seller, or its time is over, or its seller lost the right to what it offers.
        Ended = "ended",
        /// All that it offered is sold for good.
        SoldOut = "sold-out",
        /// Taken off the market by an operator.
        Delisted = "delisted",
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
        /// Its seller has lost the right that it offers by.
        Right = "right",
    }
}

/// How many licences a plan may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Supply {
    /// No limit.
    Unlimited,
    /// This many.
    Limited(u32),
    /// One, and nobody else has any licence of the asset.
    Exclusive,
}

/// What the price of a plan pays for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PlanForm {
    /// One version, for as long as the policy says.
    OneOff,
    /// One period of that version and of every later one; it may be renewed period by period.
    Subscription {
        /// Above 0, at most [`PERIOD_MAX`].
        period: Duration,
    },
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Terms {
    /// For this much, a period if it is a subscription; 0 if the listing is open, above 0 else.
    pub price: Amount,
    /// To do this.
    pub policy: Policy,
    /// So often.
    pub supply: Supply,
    /// Paid once, or by the period.
    pub form: PlanForm,
    /// What the seller puts at stake with each order: held from the order on, lost to the buyer if the seller is at fault.
    pub bond: Amount,
}

impl Terms {
    /// How long a licence lasts that is paid once, or for a period; none if that is for ever.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        match self.form {
            PlanForm::OneOff => self.policy.duration,
            PlanForm::Subscription { period } => Some(period),
        }
    }
}

/// What is offered, and how much of it is gone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// What is offered.
    pub terms: Terms,
    /// Orders that may still become licences.
    pub reserved: u32,
    /// Licences given.
    pub sold: u32,
}

/// A right that is offered for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RightOffer {
    /// Which: Hold or Operate.
    pub line: Line,
    /// For this much, above 0.
    pub price: Amount,
}

/// An offer to license a version of an asset, or of a right to it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Listing {
    /// What is licensed.
    pub asset: AssetId,
    /// Which version; of a right, which concerns them all, the latest when it was offered.
    pub version: u32,
    /// Who offers: the Operate holder, or the holder of the right.
    pub seller: ParticipantId,
    /// How it trades.
    pub kind: ListingKind,
    /// 1 to [`PLANS_MAX`]; if negotiated, none is enough; of a right, none.
    pub plans: Vec<Plan>,
    /// Where it stands.
    pub status: ListingStatus,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// The right, if one is offered.
    pub right: Option<RightOffer>,
    /// Why it is paused; absent if it is not.
    pub pause: Option<PauseCause>,
}

impl Listing {
    /// The line that its seller must hold.
    #[must_use]
    pub fn line(&self) -> Line {
        self.right.map_or(Line::Operate, |right| right.line)
    }

    /// Whether every licence that its plans can ever give is given: what is sold never comes back.
    #[must_use]
    pub fn is_sold_out(&self) -> bool {
        let is_sold = |plan: &Plan| match plan.terms.supply {
            Supply::Unlimited => false,
            Supply::Limited(limit) => plan.sold >= limit,
            Supply::Exclusive => plan.sold >= 1,
        };
        !self.plans.is_empty() && self.plans.iter().all(is_sold)
    }
}

impl Canonical for Listing {
    const BYTES_MAX: usize = 48 * 1024;
}
