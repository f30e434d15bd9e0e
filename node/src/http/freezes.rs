//! Freezes.

use yaosu_ledger::Digest;
use yaosu_ledger::model::{FreezeScope, FreezeStatus};
use yaosu_ledger::state::{Freezes, Subject};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reply::Reply;
use super::view::View;

/// `?target=` (the whole identifier of what is frozen), `?regulator=`, `?scope=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["target", "regulator", "scope", "status"]))?;
    let part = Part::of(&query)?;
    let target = query.parse::<Digest>("target")?;
    let regulator = participant(view, &query, "regulator")?;
    let scope = query.parse::<FreezeScope>("scope")?;
    let status = query.parse::<FreezeStatus>("status")?;
    records::list::<Freezes>(view, &part, |record| {
        target.is_none_or(|target| identifier(record.target) == target)
            && regulator.is_none_or(|regulator| record.regulator == regulator)
            && scope.is_none_or(|scope| record.scope == scope)
            && status.is_none_or(|status| record.status == status)
    })
}

/// The identifier of a subject, whatever its kind.
const fn identifier(subject: Subject) -> Digest {
    match subject {
        Subject::Participant(id) => id.0,
        Subject::Asset(id) => id.0,
        Subject::Listing(id) => id.0,
        Subject::Order(id) => id.0,
        Subject::Licence(id) => id.0,
        Subject::Proposal(id) => id.0,
        Subject::Recall(id) => id.0,
        Subject::Attestation(id) => id.0,
        Subject::Freeze(id) => id.0,
        Subject::Negotiation(id) => id.0,
        Subject::Demand(id) => id.0,
    }
}

/// One freeze.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Freezes>(view, call, "freeze")
}
