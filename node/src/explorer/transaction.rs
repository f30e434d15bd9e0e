//! A transaction: one sentence first, then what came of it.

use maud::{Markup, html};
use yaosu_api::{Fate, TransactionView, words};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::{Keys, Reader as _};

use super::csv::Table;
use super::parts::{events, terms};
use super::problem::told;
use super::room::{Room, short};
use super::route::{Door, Page};
use super::sentence::{asked, render};
use super::written;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};
use crate::http::transactions::{committed_view, find, unknown};

/// Where it is found.
pub static DOOR: Door = Door { path: "/transactions/{ref}", html, json: Some(json), csv: Some(csv) };

fn found(room: &Room, call: &Call) -> Result<TransactionView, ApiError> {
    call.query(&[])?;
    let id = find(room.view, call.path("ref"))?;
    match (room.view.store().find_transaction(id)?, &room.pending) {
        (Some((height, index)), _) => committed_view(room.view, id, height, index),
        (None, Some(pending)) => Ok(pending.clone()),
        (None, None) => Err(unknown(&id.to_string())),
    }
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    let found = found(room, call)?;
    let is_committed = matches!(found.fate, Fate::Committed { .. });
    Ok(Reply::json(&found, if is_committed { Keep::Tagged(found.id.to_string()) } else { Keep::No }))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found = found(room, call)?;
    let rows = found.events.iter().map(|event| {
        vec![
            event.position.to_string(),
            super::moment::rfc3339(event.time),
            words::event(&event.record.event).text(room),
        ]
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
        rows.push((words.action, html! { (room.name(&body.action)) " " code { (body.action.name()) } }));
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
    let is_committed = matches!(found.fate, Fate::Committed { .. });
    if is_committed {
        let receipt = format!("/v1/transactions/{}/receipt", found.id);
        rows.push((
            words.receipt,
            html! { a href=(receipt) download=(format!("evidence-{}.json", short(&found.id))) { (words.receipt_download) } },
        ));
    }
    let body = html! {
        h1 { (title) }
        @if let Some(transaction) = &found.transaction {
            p.lead { (room.party(transaction.body.signer)) " " (render(&asked(&transaction.body.action), room)) }
        }
        @match &found.fate {
            Fate::Waiting | Fate::Unknown => p.callout { (words.waits) },
            Fate::Refused { problem } => div.callout.bad { p { (words.was_refused) } (told(room, problem)) },
            Fate::Committed { .. } => {
                section aria-labelledby="events" {
                    h2 id="events" { (words.events) }
                    (events(room, &found.events, false))
                }
            },
        }
        (terms(&rows))
        @if let Fate::Committed { height, index, .. } = &found.fate { (written::section(room, found.id, *height, *index)?) }
    };
    Ok(Page { is_volatile: !is_committed, ..Page::new(title, body) })
}
