//! Negotiations.

use yaosu_api::Entity;
use yaosu_ledger::model::{Ground, NegotiationStatus};
use yaosu_ledger::state::{Assets, Demands, Listings, Negotiations};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::{self, find};
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
    let page = page::of_table::<Negotiations, _>(view.state(), view.height(), &[], &part, |id, record| {
        let kept = buyer.is_none_or(|buyer| record.buyer == buyer)
            && seller.is_none_or(|seller| record.seller == seller)
            && asset.is_none_or(|asset| record.asset == asset)
            && listing.is_none_or(|listing| record.ground == listing)
            && demand.is_none_or(|demand| record.ground == demand)
            && status.is_none_or(|status| record.status == status);
        Ok(kept.then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// One negotiation.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let (id, record) = find::<Negotiations>(view.state(), "negotiation", call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
