//! A block: who made it, who signed it, and what is in it in words.

use maud::{Markup, html};
use yaosu_api::{BlockView, EventView};
use yaosu_ledger::event::Cause;
use yaosu_ledger::{Height, ParticipantId};

use super::csv::Table;
use super::parts::{events, table, terms};
use super::room::{Room, short};
use super::route::{Door, Page};
use super::sentence::{asked, render};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::view::{event_view, missing};
use crate::http::{blocks, receipts};

/// Where it is found.
pub static DOOR: Door = Door { path: "/blocks/{ref}", html, json: Some(json), csv: Some(csv) };

/// Transactions that are told in words on the page; a block may have thousands.
const SHOWN: usize = 100;

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    blocks::show(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found: BlockView = room.ask(blocks::show, call)?;
    let block = room.view.store().block(found.header.height)?.ok_or_else(|| missing(found.header.height))?;
    let rows = block.transactions.iter().map(|envelope| {
        let body = envelope.body();
        let signer = room.handle(body.signer);
        vec![envelope.id().to_string(), signer, body.action.name().to_owned(), asked(&body.action).text(room)]
    });
    Ok(Table { head: &["transaction", "signer", "action", "sentence"], rows: rows.collect() })
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found: BlockView = room.ask(blocks::show, call)?;
    let height = found.header.height;
    let block = room.view.store().block(height)?.ok_or_else(|| missing(height))?;
    let own = room.view.store().events(height)?.ok_or_else(|| missing(height))?;
    let own: Vec<EventView> = (0..)
        .zip(own)
        .filter(|(_, record)| record.cause == Cause::Block)
        .take(SHOWN)
        .map(|(index, record)| event_view(height, index, found.header.time, record))
        .collect();
    let title = format!("{} {height}", words.block);
    let parent = if height > Height(1) { room.height(height.previous()) } else { room.hash(&found.header.parent) };
    let rows = [
        (words.time, room.time(found.header.time)),
        (words.proposer, room.party(found.header.proposer)),
        (words.round, html! { (found.certificate.round) }),
        (words.identifier, html! { code.whole { (found.id) } }),
        (words.parent_block, parent),
        (words.state_root, html! { code.whole { (found.header.state_root) } }),
        (words.transactions_root, html! { code.whole { (found.header.transactions_root) } }),
        (words.events_root, html! { code.whole { (found.header.events_root) } }),
    ];
    let more = block.transactions.len().saturating_sub(SHOWN);
    let body = html! {
        h1 { (title) }
        nav.pager aria-label=(words.blocks) {
            @if height > Height(1) { a rel="prev" href=(room.to(&format!("/blocks/{}", height.previous()))) { (words.previous_block) } }
            @if height < room.view.height() { a rel="next" href=(room.to(&format!("/blocks/{}", height.next()))) { (words.next_block) } }
        }
        (terms(&rows))
        section aria-labelledby="transactions" {
            h2 id="transactions" { (words.transactions) " " span.count { (found.transaction_count) } }
            @if block.transactions.is_empty() { p.quiet { (words.no_transactions) } }
            ol.events {
                @for envelope in block.transactions.iter().take(SHOWN) {
                    li {
                        p { (room.party(envelope.body().signer)) " " (render(&asked(&envelope.body().action), room)) }
                        p.quiet {
                            a href=(room.to(&format!("/transactions/{}", envelope.id()))) title=(envelope.id()) {
                                (words.transaction.to_lowercase()) " " code { (short(&envelope.id())) }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p { "+" (more) " " (words.more.to_lowercase()) } }
        }
        @if !own.is_empty() {
            section aria-labelledby="own" {
                h2 id="own" { (words.events) " (" (words.by_the_block) ")" }
                (events(room, &own, false))
            }
        }
        section aria-labelledby="signatures" {
            h2 id="signatures" { (words.signatures) }
            (signatures(room, height, &found)?)
            p.quiet { (words.signatures_note) }
        }
    };
    Ok(Page::new(title, body))
}

/// Who of the validators of the height signed.
fn signatures(room: &Room, height: Height, block: &BlockView) -> Result<Markup, ApiError> {
    let words = room.words;
    let set = receipts::validators_of(room.view, height)?;
    let has_signed = |operator: ParticipantId| block.certificate.signatures.iter().any(|one| one.operator == operator);
    let rows: Vec<Vec<Markup>> = set
        .validators()
        .iter()
        .map(|validator| {
            let mark = if has_signed(validator.operator) {
                html! { span.mark.good { (words.signed) } }
            } else {
                html! { span.mark { (words.not_signed) } }
            };
            vec![room.party(validator.operator), html! { (validator.power) }, mark]
        })
        .collect();
    Ok(table(words.signatures, &[words.validators, words.power, words.signatures], &rows))
}
