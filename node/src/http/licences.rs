//! Licences.

use yaosu_api::Entity;
use yaosu_ledger::state::{Assets, Licences};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::{self, find};
use super::reply::Reply;
use super::view::View;

/// `?licensee=`, `?licensor=`, `?asset=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["licensee", "licensor", "asset"]))?;
    let part = Part::of(&query)?;
    let licensee = participant(view, &query, "licensee")?;
    let licensor = participant(view, &query, "licensor")?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    let page = page::of_table::<Licences, _>(view.state(), view.height(), &[], &part, |id, record| {
        let kept = licensee.is_none_or(|licensee| record.licensee == licensee)
            && licensor.is_none_or(|licensor| record.licensor == licensor)
            && asset.is_none_or(|asset| record.asset == asset);
        Ok(kept.then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// One licence.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let (id, record) = find::<Licences>(view.state(), "licence", call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
