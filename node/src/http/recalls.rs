//! Recalls, and what they demand of licensees.

use yaosu_api::RecallDutyView;
use yaosu_ledger::model::RecallDutyStatus;
use yaosu_ledger::state::{Assets, RecallDuties, Recalls};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference::{self, find};
use super::reply::Reply;
use super::view::View;

/// `?asset=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["asset"]))?;
    let part = Part::of(&query)?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    records::list::<Recalls>(view, &part, |record| asset.is_none_or(|asset| record.asset == asset))
}

/// One recall.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Recalls>(view, call, "recall")
}

/// What it demands of whom: `?licensee=`, `?status=open|acknowledged|overdue`.
pub fn duties(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["licensee", "status"]))?;
    let part = Part::of(&query)?;
    let licensee = participant(view, &query, "licensee")?;
    let status = query.parse::<RecallDutyStatus>("status")?;
    let (id, _) = find::<Recalls>(view.state(), "recall", call.path("ref"))?;
    let page = page::of_table::<RecallDuties, _>(
        view.state(),
        view.height(),
        id.as_bytes(),
        &part,
        |(recall, licence), duty| {
            let kept = licensee.is_none_or(|licensee| duty.licensee == licensee)
                && status.is_none_or(|status| duty.status == status);
            Ok(kept.then_some(RecallDutyView { recall, licence, duty }))
        },
    )?;
    Ok(Reply::json(&page, view.keep()))
}
