//! Listings.

use yaosu_api::Entity;
use yaosu_ledger::model::{ListingKind, ListingStatus};
use yaosu_ledger::state::{Assets, Listings};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::{self, find};
use super::reply::Reply;
use super::view::View;

/// `?asset=`, `?seller=`, `?status=`, `?kind=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["asset", "seller", "status", "kind"]))?;
    let part = Part::of(&query)?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    let seller = participant(view, &query, "seller")?;
    let status = query.parse::<ListingStatus>("status")?;
    let kind = query.parse::<ListingKind>("kind")?;
    let page = page::of_table::<Listings, _>(view.state(), view.height(), &[], &part, |id, record| {
        let kept = asset.is_none_or(|asset| record.asset == asset)
            && seller.is_none_or(|seller| record.seller == seller)
            && status.is_none_or(|status| record.status == status)
            && kind.is_none_or(|kind| record.kind == kind);
        Ok(kept.then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// One listing.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let (id, record) = find::<Listings>(view.state(), "listing", call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
