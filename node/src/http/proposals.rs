//! Proposals of the operators.

use yaosu_api::Entity;
use yaosu_ledger::model::ProposalStatus;
use yaosu_ledger::state::Proposals;

use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::find;
use super::reply::Reply;
use super::view::View;

/// `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["status"]))?;
    let part = Part::of(&query)?;
    let status = query.parse::<ProposalStatus>("status")?;
    let page = page::of_table::<Proposals, _>(view.state(), view.height(), &[], &part, |id, record| {
        Ok(status.is_none_or(|status| record.status == status).then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// One proposal.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let (id, record) = find::<Proposals>(view.state(), "proposal", call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
