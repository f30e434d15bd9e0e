//! Listings.

use yaosu_ledger::model::{ListingKind, ListingStatus};
use yaosu_ledger::state::{Assets, Listings};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference;
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
    records::list::<Listings>(view, &part, |record| {
        asset.is_none_or(|asset| record.asset == asset)
            && seller.is_none_or(|seller| record.seller == seller)
            && status.is_none_or(|status| record.status == status)
            && kind.is_none_or(|kind| record.kind == kind)
    })
}

/// One listing.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Listings>(view, call, "listing")
}
