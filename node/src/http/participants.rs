//! Participants, their money and their lanes.

use axum::extract::State as Shared;
use axum::response::Response;
use yaosu_api::{AccountView, Entity, LaneView, Page};
use yaosu_ledger::ParticipantId;
use yaosu_ledger::model::{Participant, Role};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Accounts, Keys, Lanes, Participants, Reader};

use super::api::Api;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::find_participant;
use super::reply::{Keep, Reply};
use super::view::View;

/// `?role=`: those with this role. `?key=`: the one whose key it is.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::with_filters(&["role", "key"]))?;
    let part = Part::of(&query)?;
    let role = query.parse::<Role>("role")?;
    let has_role = |participant: &Participant| role.is_none_or(|role| participant.roles.contains(role));
    let page = if let Some(key) = query.parse::<PublicKey>("key")? {
        // A key leads to one participant at most: no need to look at others.
        let owner = view.state().get::<Keys>(&key);
        let found = owner.and_then(|id| Some(Entity { id, record: view.state().get::<Participants>(&id)? }));
        Page {
            items: found.into_iter().filter(|found| has_role(&found.record)).collect(),
            cursor: None,
            as_of: view.height(),
        }
    } else {
        page::of_table::<Participants, _>(view.state(), view.height(), &[], &part, |id, record| {
            Ok(has_role(&record).then_some(Entity { id, record }))
        })?
    };
    Ok(Reply::json(&page, view.keep()))
}

/// The participant that a path names.
fn named(view: &View, call: &Call) -> Result<Entity<ParticipantId, Participant>, ApiError> {
    let id = find_participant(view.state(), call.path("ref"))?;
    let record = view.state().get::<Participants>(&id).ok_or_else(|| ApiError::internal("a handle leads nowhere"))?;
    Ok(Entity { id, record })
}

/// One participant.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    Ok(Reply::json(&named(view, call)?, view.keep()))
}

/// Its money; zero if it has no account.
pub fn account(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let participant = named(view, call)?.id;
    let account = view.state().get::<Accounts>(&participant).unwrap_or_default();
    Ok(Reply::json(&AccountView { participant, account }, view.keep()))
}

/// The next number of a lane. Depends on what waits here, so that it is never kept.
pub async fn lane(Shared(api): Shared<Api>, call: Call) -> Result<Response, ApiError> {
    call.query(&[])?;
    let lane: u32 = call.number_in_path("lane")?;
    let headers = call.headers.clone();
    let (participant, committed) = api
        .read(move |view| {
            let participant = named(view, &call)?.id;
            Ok((participant, view.state().get::<Lanes>(&(participant, lane)).unwrap_or(0)))
        })
        .await?;
    // What was committed meanwhile is in the second answer.
    let next = api.handle().next_number(participant, lane).await.max(committed);
    Ok(Reply::json(&LaneView { lane, committed, next }, Keep::No).into_response(&headers))
}
