//! Royalties: how a price would be divided, by the function that divides it at settlement.

use yaosu_api::{RoyaltiesView, RoyaltyView};
use yaosu_ledger::model::Line;
use yaosu_ledger::rules;
use yaosu_ledger::state::{Reader as _, RulePacks, Versions};

use super::assets::named;
use super::call::{Call, amount};
use super::problem::ApiError;
use super::reply::Reply;
use super::view::View;

/// `?price=`, `?version=`: the latest if none is given.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&["price", "version"])?;
    let price = amount(&query, "price")?;
    let price = price.ok_or_else(|| ApiError::bad("price", "a price in hundredths of the currency is needed"))?;
    let asset = named(view, call)?;
    let version = query.number::<u32>("version")?.unwrap_or(asset.record.latest_version);
    if !view.state().contains::<Versions>(&(asset.id, version)) {
        return Err(ApiError::not_found(format!("asset {} has no version {version}", asset.id)));
    }
    let pack = view.state().get::<RulePacks>(&()).ok_or_else(|| ApiError::internal("there is no rule pack"))?;
    let fee = price.share(pack.fee);
    let pot = price.checked_sub(fee).ok_or_else(|| ApiError::internal("a fee is more than the price"))?;
    let split = rules::split_royalties(view.state(), asset.id, version, pot);
    let royalties = split.upstream.into_iter().map(|share| RoyaltyView {
        asset: share.asset,
        version: share.version,
        holder: share.holder,
        amount: share.amount,
        parked: share.parked,
    });
    let holder = asset.record.line(Line::Operate).holder;
    let royalties = royalties.collect();
    let (asset, rest, fee_account) = (asset.id, split.rest, pack.fee_account);
    let shown = RoyaltiesView { asset, version, price, fee, fee_account, rest, holder, royalties };
    Ok(Reply::json(&shown, view.keep()))
}
