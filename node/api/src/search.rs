//! What a search finds: `GET /v1/search`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yaosu_ledger::model::{Asset, ListingKind};
use yaosu_ledger::{Amount, AssetId, Height, ListingId, ParticipantId};

/// Characters of a search text at most.
pub const SEARCH_TEXT_MAX: usize = 256;

/// Sectors that a search counts at most, those with the most results.
pub const SECTORS_MAX: usize = 64;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct SearchView {
    /// The height whose state this is. It may lie a few blocks behind the last one.
    pub as_of: Height,
    /// How many assets match, on all pages together.
    pub total: u64,
    /// Those of this page, in the order asked for.
    pub items: Vec<FoundAsset>,
    /// By facet and value, how many match that have this value, whatever value of the same facet was asked for: what
    /// choosing the value would give. Values that none has are left out. Of sectors there are at most 64, those with the
    /// most results.
    pub facets: BTreeMap<String, BTreeMap<String, u64>>,
    /// Ask for the next page with it; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cursor: Option<String>,
}

/// An asset that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct FoundAsset {
    /// What it is called.
    pub id: AssetId,
    /// What it is.
    pub asset: Asset,
    /// How it is on offer: its listings that take orders and that nothing stops, by identifier.
    pub offers: Vec<OfferView>,
}

/// A listing that is on offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct OfferView {
    /// The listing.
    pub listing: ListingId,
    /// How it trades.
    pub kind: ListingKind,
    /// Who sells.
    pub seller: ParticipantId,
    /// The lowest price of its plans, or that of the right; none where only a negotiation gives one.
    pub price: Option<Amount>,
}
