//! Demands.

use yaosu_api::Entity;
use yaosu_ledger::model::DemandStatus;
use yaosu_ledger::state::Demands;

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::find;
use super::reply::Reply;
use super::view::View;

/// `?buyer=`, `?sector=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["buyer", "sector", "status"]))?;
    let part = Part::of(&query)?;
    let buyer = participant(view, &query, "buyer")?;
    let sector = query.text("sector");
    let status = query.parse::<DemandStatus>("status")?;
    let page = page::of_table::<Demands, _>(view.state(), view.height(), &[], &part, |id, record| {
        let kept = buyer.is_none_or(|buyer| record.buyer == buyer)
            && sector.is_none_or(|sector| record.wanted.sector.as_str() == sector)
            && status.is_none_or(|status| record.status == status);
        Ok(kept.then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// One demand.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let (id, record) = find::<Demands>(view.state(), "demand", call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
