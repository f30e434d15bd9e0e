//! The first page: how the chain is, and what happened lately.

use maud::{Markup, html};
use serde::Serialize;
use yaosu_api::{BlockView, EventView, HeadView, Page as List, ValidatorsView};
use yaosu_ledger::Height;
use yaosu_ledger::event::Event;

use super::moment::length;
use super::parts::{events, table};
use super::room::{Room, group};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};
use crate::http::view::event_view;
use crate::http::{blocks, chain};
use crate::replica_thread::now_ms;

/// Where it is found.
pub static DOOR: Door = Door { path: "/", html, json: Some(json), csv: None };

/// Entries of each list.
const SHOWN: usize = 8;

/// Heights that are looked through for trades and listings.
const LOOKED_THROUGH: u64 = 1_000;

/// What the page says.
#[derive(Serialize)]
struct Home {
    head: HeadView,
    /// Since the last block, by the node's clock, in milliseconds.
    age_ms: u64,
    validators: usize,
    /// How many of them signed the last block.
    signed: usize,
    blocks: Vec<BlockView>,
    trades: Vec<EventView>,
    listings: Vec<EventView>,
}

fn find(room: &Room, call: &Call) -> Result<Home, ApiError> {
    call.query(&[])?;
    let head: HeadView = room.ask(chain::head, &Call::to("", &[]))?;
    let validators: ValidatorsView = room.ask(chain::validators, &Call::to("", &[]))?;
    let limit = [("limit".to_owned(), SHOWN.to_string())];
    let blocks: List<BlockView> = room.ask(blocks::list, &Call::to("", &limit))?;
    let (mut trades, mut listings) = (Vec::new(), Vec::new());
    let mut height = head.height;
    let last = Height(height.0.saturating_sub(LOOKED_THROUGH));
    while height > last && (trades.len() < SHOWN || listings.len() < SHOWN) {
        let mut events = room.view.store().events(height)?.unwrap_or_default();
        if !events.is_empty() {
            let time = room.view.time_of(height)?;
            for (index, record) in (0..).zip(events.drain(..)).collect::<Vec<_>>().into_iter().rev() {
                let chosen = match record.event {
                    Event::OrderSettled { .. } | Event::OrderSplit { .. } | Event::RightSold { .. } => &mut trades,
                    Event::ListingCreated { .. } | Event::RightOffered { .. } => &mut listings,
                    _ => continue,
                };
                if chosen.len() < SHOWN {
                    chosen.push(event_view(height, index, time, record));
                }
            }
        }
        height = height.previous();
    }
    let signed = blocks.items.first().map_or(0, |block| block.certificate.signatures.len());
    let age_ms = now_ms().saturating_sub(head.time.0);
    Ok(Home { head, age_ms, validators: validators.validators.len(), signed, blocks: blocks.items, trades, listings })
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&find(room, call)?, Keep::No))
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found = find(room, call)?;
    let market = room.market.as_ref().map_or_else(|| "Yaosu".to_owned(), ToString::to_string);
    let body = html! {
        h1 { (market) }
        dl.figures {
            div {
                dt { (words.latest_height) }
                dd { (room.height(found.head.height)) }
                dd.quiet { (room.time(found.head.time)) }
            }
            div {
                dt { (words.age) }
                dd { (length(yaosu_ledger::Duration(found.age_ms), room.language)) }
            }
            div {
                dt { (words.validators) }
                dd { a href=(room.to("/network")) { (found.signed) " / " (found.validators) } }
                dd.quiet { (words.last_signed) }
            }
            div.wide {
                dt { (words.finality) }
                dd.text { (words.finality_note) }
            }
        }
        section aria-labelledby="trades" {
            h2 id="trades" { (words.latest_trades) }
            @if found.trades.is_empty() { p.quiet { (words.no_trades) } } @else { (events(room, &found.trades, true)) }
        }
        section aria-labelledby="listings" {
            h2 id="listings" { (words.new_listings) }
            @if found.listings.is_empty() { p.quiet { (words.no_listings) } } @else { (events(room, &found.listings, true)) }
        }
        section aria-labelledby="blocks" {
            h2 id="blocks" { (words.latest_blocks) }
            (blocks_table(room, &found.blocks))
            p { a href=(room.to("/blocks")) { (words.all) " " (words.blocks.to_lowercase()) } }
        }
    };
    let mut page = Page::new(words.home.to_owned(), body);
    page.is_volatile = true;
    Ok(page)
}

/// Blocks as a table.
pub fn blocks_table(room: &Room, blocks: &[BlockView]) -> Markup {
    let words = room.words;
    let head = [words.height, words.time, words.proposer, words.transactions, words.signatures];
    let rows: Vec<Vec<Markup>> = blocks
        .iter()
        .map(|block| {
            vec![
                room.height(block.header.height),
                room.time(block.header.time),
                room.party(block.header.proposer),
                html! { (group(block.transaction_count.try_into().unwrap_or(u64::MAX))) },
                html! { (block.certificate.signatures.len()) },
            ]
        })
        .collect();
    table(words.blocks, &head, &rows)
}
