//! A transaction: one sentence first, then what came of it.

use maud::{Markup, html};
use yaosu_api::{Fate, TransactionView};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Keys, Reader as _};

use super::actions::predicate;
use super::csv::Table;
use super::happenings::sentence;
use super::parts::{events, terms};
use super::room::{Room, short};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};
use crate::http::transactions::{committed_view, find};

/// Where it is found.
pub static DOOR: Door = Door { path: "/transactions/{ref}", html, json: Some(json), csv: Some(csv) };

fn found(room: &Room, call: &Call) -> Result<TransactionView, ApiError> {
    call.query(&[])?;
    let id = find(room.view, call.path("ref"))?;
    let (height, index) = room.view.store().find_transaction(id)?.ok_or_else(|| {
        ApiError::not_found(format!("there is no committed transaction {id}"))
            .with_hint(format!("GET /v1/transactions/{id} says whether it waits or was refused"))
    })?;
    committed_view(room.view, id, height, index)
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    let found = found(room, call)?;
    Ok(Reply::json(&found, Keep::Tagged(found.id.to_string())))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found = found(room, call)?;
    let rows = found.events.iter().map(|event| {
        vec![event.position.to_string(), super::moment::rfc3339(event.time), sentence(&event.record.event).plain(room)]
    });
    Ok(Table { head: &["position", "time", "event"], rows: rows.collect() })
}

/// Whose key it is now, if it still is somebody's.
fn owner(room: &Room, key: PublicKey) -> Markup {
    html! { @if let Some(owner) = room.view.state().get::<Keys>(&key) { (room.party(owner)) " " } }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found = found(room, call)?;
    let title = format!("{} {}", words.transaction, short(&found.id));
    let mut rows = vec![(words.identifier, html! { code.whole { (found.id) } })];
    if let Fate::Committed { height, time, .. } = &found.fate {
        rows.push((words.block, room.height(*height)));
        rows.push((words.time, room.time(*time)));
    }
    if let Some(transaction) = &found.transaction {
        let body = &transaction.body;
        rows.push((words.signer, room.party(body.signer)));
        rows.push((words.action, html! { code { (body.action.name()) } }));
        rows.push((words.lane, html! { (body.lane) }));
        rows.push((words.sequence, html! { (body.sequence) }));
        if let Some(until) = body.valid_until {
            rows.push((words.valid_until, room.time(until)));
        }
        rows.push((
            words.approvals,
            html! {
                ul.plain { @for approval in &transaction.approvals { li { (owner(room, approval.key)) (room.hash(&approval.key)) } } }
            },
        ));
    }
    let receipt = format!("/v1/transactions/{}/receipt", found.id);
    rows.push((
        words.receipt,
        html! { a href=(receipt) download=(format!("{}.receipt", short(&found.id))) { (words.receipt_download) } },
    ));
    let body = html! {
        h1 { (title) }
        @if let Some(transaction) = &found.transaction {
            p.lead { (room.party(transaction.body.signer)) " " (predicate(&transaction.body.action).render(room)) }
        }
        section aria-labelledby="events" {
            h2 id="events" { (words.events) }
            (events(room, &found.events, false))
        }
        (terms(&rows))
    };
    Ok(Page::new(title, body))
}
