//! Licences.

use yaosu_api::{MayView, UseView};
use yaosu_ledger::model::{LicenceStatus, Purpose, UseAction};
use yaosu_ledger::policy::Request;
use yaosu_ledger::state::{Assets, Licences, Uses};
use yaosu_ledger::{Text, rules};

use super::assets::participant;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::records;
use super::reference::{self, find};
use super::reply::Reply;
use super::view::View;

/// `?licensee=`, `?licensor=`, `?asset=`, `?status=`.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["licensee", "licensor", "asset", "status"]))?;
    let part = Part::of(&query)?;
    let licensee = participant(view, &query, "licensee")?;
    let licensor = participant(view, &query, "licensor")?;
    let asset = reference::filter::<Assets>(view.state(), &query, "asset")?;
    let status = query.parse::<LicenceStatus>("status")?;
    records::list::<Licences>(view, &part, |record| {
        licensee.is_none_or(|licensee| record.licensee == licensee)
            && licensor.is_none_or(|licensor| record.licensor == licensor)
            && asset.is_none_or(|asset| record.asset == asset)
            && status.is_none_or(|status| record.status == status)
    })
}

/// One licence.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    records::show::<Licences>(view, call, "licence")
}

/// Its recorded uses, the first one first.
pub fn uses(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let part = Part::of(&call.query(&page::PARAMETERS)?)?;
    let (id, _) = find::<Licences>(view.state(), "licence", call.path("ref"))?;
    let page =
        page::of_table::<Uses, _>(view.state(), view.height(), id.as_bytes(), &part, |(_, sequence), record| {
            Ok(Some(UseView { sequence, record }))
        })?;
    Ok(Reply::json(&page, view.keep()))
}

/// "May I?", at the time of the last block: `?action=`, `?purpose=`, and if they are limited `?sector=`, `?region=`,
/// `?recipient=`; `?uses=`, 1 if none is given.
pub fn may(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&["action", "purpose", "sector", "region", "recipient", "uses"])?;
    let needed = |name: &str| ApiError::bad(name, format!("{name} is needed"));
    let action = query.parse::<UseAction>("action")?.ok_or_else(|| needed("action"))?;
    let purpose = query.parse::<Purpose>("purpose")?.ok_or_else(|| needed("purpose"))?;
    let too_long = |name: &str| ApiError::bad(name, format!("the {name} is too long"));
    let sector = query.text("sector").map(|sector| Text::new(sector).map_err(|_| too_long("sector"))).transpose()?;
    let region = query.text("region").map(|region| Text::new(region).map_err(|_| too_long("region"))).transpose()?;
    let recipient = participant(view, &query, "recipient")?;
    let uses = query.number::<u64>("uses")?.unwrap_or(1);
    let (id, _) = find::<Licences>(view.state(), "licence", call.path("ref"))?;
    let request = Request { action, purpose, sector, region, recipient, uses };
    let time = view.tip().time;
    let answer = rules::may(view.state(), id, &request, time);
    let (licence, verdict) = answer.ok_or_else(|| ApiError::internal("a licence has gone"))?;
    let (allowed, clause) = (verdict.allowed, verdict.clause);
    Ok(Reply::json(&MayView { allowed, clause, licence, time }, view.keep()))
}
