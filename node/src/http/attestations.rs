//! Attestations.

use yaosu_api::Entity;
use yaosu_ledger::model::{AttestationKind, AttestationStatus};
use yaosu_ledger::state::{Assets, Attestations, IssuedAttestations, Reader};

use super::assets::{named, participant};
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference;
use super::reply::Reply;
use super::view::View;

/// `?asset=`, `?assessor=`, `?kind=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["asset", "assessor", "kind", "status"]))?;
    let part = Part::of(&query)?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    let assessor = participant(view, &query, "assessor")?;
    let kind = query.parse::<AttestationKind>("kind")?;
    let status = query.parse::<AttestationStatus>("status")?;
    records::list::<Attestations>(view, &part, |record| {
        asset.is_none_or(|asset| record.asset == asset)
            && assessor.is_none_or(|assessor| record.assessor == assessor)
            && kind.is_none_or(|kind| record.kind == kind)
            && status.is_none_or(|status| record.status == status)
    })
}

/// One attestation.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Attestations>(view, call, "attestation")
}

/// Those of an asset that are issued, by version and kind.
pub fn of_asset(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let part = Part::of(&call.query(&page::PARAMETERS)?)?;
    let asset = named(view, call)?.id;
    let page =
        page::of_table::<IssuedAttestations, _>(view.state(), view.height(), asset.as_bytes(), &part, |_, id| {
            Ok(view.state().get::<Attestations>(&id).map(|record| Entity { id, record }))
        })?;
    Ok(Reply::json(&page, view.keep()))
}
