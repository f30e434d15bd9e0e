//! Proposals of the operators.

use yaosu_ledger::model::ProposalStatus;
use yaosu_ledger::state::Proposals;

use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reply::Reply;
use super::view::View;

/// `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["status"]))?;
    let part = Part::of(&query)?;
    let status = query.parse::<ProposalStatus>("status")?;
    records::list::<Proposals>(view, &part, |record| status.is_none_or(|status| record.status == status))
}

/// One proposal.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Proposals>(view, call, "proposal")
}
