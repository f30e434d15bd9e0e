//! Orders.

use yaosu_ledger::model::OrderStatus;
use yaosu_ledger::state::{Assets, Listings, Orders};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference;
use super::reply::Reply;
use super::view::View;

/// `?buyer=`, `?seller=`, `?payer=`, `?licensee=`, `?status=`, `?listing=`, `?asset=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query =
        call.query(&page::with_filters(&["buyer", "seller", "payer", "licensee", "status", "listing", "asset"]))?;
    let part = Part::of(&query)?;
    let buyer = participant(view, &query, "buyer")?;
    let seller = participant(view, &query, "seller")?;
    let payer = participant(view, &query, "payer")?;
    let licensee = participant(view, &query, "licensee")?;
    let status = query.parse::<OrderStatus>("status")?;
    let listing = reference::filter::<Listings>(view.state(), &query, "listing")?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    records::list::<Orders>(view, &part, |record| {
        buyer.is_none_or(|buyer| record.buyer == buyer)
            && seller.is_none_or(|seller| record.seller == seller)
            && payer.is_none_or(|payer| record.payer == payer)
            && licensee.is_none_or(|licensee| record.licensee == licensee)
            && asset.is_none_or(|asset| record.asset == asset)
            && status.is_none_or(|status| record.status == status)
            && (listing.is_none() || record.listing() == listing)
    })
}

/// One order.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Orders>(view, call, "order")
}
