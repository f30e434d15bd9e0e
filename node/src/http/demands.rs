//! Demands.

use yaosu_ledger::Text;
use yaosu_ledger::model::DemandStatus;
use yaosu_ledger::state::Demands;

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reply::Reply;
use super::view::View;

/// `?buyer=`, `?sector=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["buyer", "sector", "status"]))?;
    let part = Part::of(&query)?;
    let buyer = participant(view, &query, "buyer")?;
    let sector = query.parse::<Text<32>>("sector")?;
    let status = query.parse::<DemandStatus>("status")?;
    records::list::<Demands>(view, &part, |record| {
        buyer.is_none_or(|buyer| record.buyer == buyer)
            && sector.as_ref().is_none_or(|sector| record.wanted.sector == *sector)
            && status.is_none_or(|status| record.status == status)
    })
}

/// One demand.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Demands>(view, call, "demand")
}
