//! Negotiations.

use yaosu_ledger::model::{Ground, NegotiationStatus};
use yaosu_ledger::state::{Assets, Demands, Listings, Negotiations};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference;
use super::reply::Reply;
use super::view::View;

/// `?buyer=`, `?seller=`, `?asset=`, `?listing=`, `?demand=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["buyer", "seller", "asset", "listing", "demand", "status"]))?;
    let part = Part::of(&query)?;
    let buyer = participant(view, &query, "buyer")?;
    let seller = participant(view, &query, "seller")?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    let listing = reference::filter::<Listings>(view.state(), &query, "listing")?.map(Ground::Listing);
    let demand = reference::filter::<Demands>(view.state(), &query, "demand")?.map(Ground::Demand);
    let status = query.parse::<NegotiationStatus>("status")?;
    records::list::<Negotiations>(view, &part, |record| {
        buyer.is_none_or(|buyer| record.buyer == buyer)
            && seller.is_none_or(|seller| record.seller == seller)
            && asset.is_none_or(|asset| record.asset == asset)
            && listing.is_none_or(|listing| record.ground == listing)
            && demand.is_none_or(|demand| record.ground == demand)
            && status.is_none_or(|status| record.status == status)
    })
}

/// One negotiation.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Negotiations>(view, call, "negotiation")
}
