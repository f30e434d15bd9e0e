//! Parts that pages are put together from.

use maud::{Markup, html};
use yaosu_api::{EventView, LIMIT_MAX, Page as List, words};
use yaosu_ledger::event::Cause;

use super::csv::Table;
use super::moment::rfc3339;
use super::room::Room;
use super::sentence::render;
use crate::http::api::Resource;
use crate::http::call::Call;
use crate::http::problem::ApiError;

/// Terms and what they are.
pub fn terms(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.terms { @for (term, value) in rows { div { dt { (term) } dd { (value) } } } }
    }
}

/// A table that scrolls sideways on narrow screens.
pub fn table(name: &str, head: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll role="group" aria-label=(name) tabindex="0" {
            table {
                thead { tr { @for cell in head { th scope="col" { (cell) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

/// Where a list goes on.
pub fn pager(room: &Room, cursor: Option<&str>) -> Markup {
    let is_first = room.query.iter().all(|(name, _)| name != "cursor");
    html! {
        @if cursor.is_some() || !is_first {
            nav.pager aria-label=(room.words.more) {
                @if !is_first { a href=(room.with("cursor", None)) { (room.words.first_page) } }
                @if let Some(cursor) = cursor { a rel="next" href=(room.with("cursor", Some(cursor))) { (room.words.next_page) } }
            }
        }
    }
}

/// Events of a history on a page.
const SHOWN: &str = "20";

/// What a page's query says about the part of its history that is shown.
///
/// # Errors
/// 400, if it says something else too.
fn part_of_history(call: &Call, reference: &str, known: &[&str]) -> Result<Call, ApiError> {
    let known: Vec<&str> = known.iter().copied().chain(["cursor"]).collect();
    let query = call.query(&known)?;
    let mut part = vec![("limit".to_owned(), SHOWN.to_owned())];
    part.extend(query.text("cursor").map(|cursor| ("cursor".to_owned(), cursor.to_owned())));
    Ok(Call::to(reference, &part))
}

/// The history of what a page is about, newest first. `known`: the page's own parameters.
///
/// # Errors
/// What the contract answers.
pub fn history(room: &Room, call: &Call, resource: Resource, known: &[&str]) -> Result<Markup, ApiError> {
    let part = part_of_history(call, call.path("ref"), known)?;
    let page: List<EventView> = room.ask(resource, &part)?;
    Ok(html! {
        section aria-labelledby="history" {
            h2 id="history" { (room.words.history) }
            (events(room, &page.items, true))
            (pager(room, page.cursor.as_deref()))
        }
    })
}

/// Events as a list. `has_cause`: whether to say which transaction each came from.
pub fn events(room: &Room, events: &[EventView], has_cause: bool) -> Markup {
    html! {
        @if events.is_empty() { p.quiet { (room.words.nothing) } }
        ol.events {
            @for event in events {
                li {
                    p { (render(&words::event(&event.record.event), room)) }
                    p.quiet {
                        (room.time(event.time)) " · " (room.words.height.to_lowercase()) " " (room.height(event.position.height))
                        @if has_cause {
                            " · "
                            @match event.record.cause {
                                Cause::Block => (room.words.by_the_block),
                                Cause::Transaction(id) => a href=(room.to(&format!("/transactions/{id}"))) {
                                    (room.words.transaction.to_lowercase())
                                },
                            }
                        }
                        " · " a href=(format!("/v1/events/{}/receipt", event.position)) download=(format!("evidence-{}.json", event.position)) {
                            (room.words.receipt.to_lowercase())
                        }
                    }
                }
            }
        }
    }
}

/// Pages of a list that a file has at most.
const PAGES_MAX: usize = 20;

/// A history as comma-separated values.
///
/// # Errors
/// What the contract answers.
pub fn history_table(room: &Room, call: &Call, resource: Resource) -> Result<Table, ApiError> {
    let mut rows = Vec::new();
    whole(room, call, resource, |event: EventView| {
        let cause = match event.record.cause {
            Cause::Block => String::new(),
            Cause::Transaction(id) => id.to_string(),
        };
        rows.push(vec![
            event.position.to_string(),
            rfc3339(event.time),
            cause,
            words::event(&event.record.event).text(room),
        ]);
    })?;
    Ok(Table { head: &["position", "time", "transaction", "event"], rows })
}

/// Goes through a list of the contract from where the query says, up to a number of pages.
///
/// # Errors
/// What the contract answers.
pub fn whole<T: serde::de::DeserializeOwned>(
    room: &Room,
    call: &Call,
    resource: Resource,
    mut take: impl FnMut(T),
) -> Result<(), ApiError> {
    let mut query: Vec<(String, String)> = room.query.iter().filter(|(name, _)| name != "limit").cloned().collect();
    query.push(("limit".to_owned(), LIMIT_MAX.to_string()));
    for _ in 0..PAGES_MAX {
        let page: List<T> = room.ask(resource, &Call::to(call.path("ref"), &query))?;
        page.items.into_iter().for_each(&mut take);
        let Some(cursor) = page.cursor else { break };
        query.retain(|(name, _)| name != "cursor");
        query.push(("cursor".to_owned(), cursor));
    }
    Ok(())
}
