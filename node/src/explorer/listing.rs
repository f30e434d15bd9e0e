//! A listing: what is offered, for how much, and what a licence of it allows.

use maud::{Markup, html};
use yaosu_api::Entity;
use yaosu_ledger::ListingId;
use yaosu_ledger::model::{Listing, Plan, PlanForm, Supply, Terms};

use super::asset::listing_tone;
use super::csv::Table;
use super::moment::length;
use super::parts::{history, history_table, terms};
use super::room::{Room, group, short};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::{history as histories, listings};

/// Where it is found.
pub static DOOR: Door = Door { path: "/listings/{ref}", html, json: Some(json), csv: Some(csv) };

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    listings::show(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    history_table(room, call, histories::of_listing)
}

/// What it costs, at least.
pub fn price(room: &Room, listing: &Listing) -> Markup {
    let plans = listing.plans.iter().map(|plan| plan.terms.price);
    match plans.chain(listing.right.map(|right| right.price)).min() {
        Some(price) if price.0 > 0 => room.money(price),
        Some(_) => html! { (room.words.free) },
        None => html! { "–" },
    }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let own = Call::to(call.path("ref"), &[]);
    let Entity { id, record: listing }: Entity<ListingId, Listing> = room.ask(listings::show, &own)?;
    let title = format!("{} {}", words.listing, short(&id));
    let mut rows = vec![
        (words.asset, room.asset(listing.asset)),
        (words.version, html! { (listing.version) }),
        (words.seller, room.party(listing.seller)),
        (words.created, room.time(listing.created)),
    ];
    if let Some(until) = listing.until {
        rows.push((words.until, room.time(until)));
    }
    if let Some(cause) = listing.pause {
        rows.push((words.pause, html! { (room.name(&cause)) }));
    }
    if let Some(right) = listing.right {
        rows.push((words.right, html! { (room.name(&right.line)) }));
        rows.push((words.price, room.money(right.price)));
    }
    rows.push((words.identifier, html! { code.whole { (id) } }));
    let orders = room.to(&format!("/orders?listing={id}"));
    let body = html! {
        p.over { (words.listing) }
        h1 { bdi { (room.title(listing.asset)) } }
        p.marks { (room.status(&listing.status, listing_tone(listing.status))) span.mark { (room.name(&listing.kind)) } }
        (terms(&rows))
        @if !listing.plans.is_empty() {
            section aria-labelledby="plans" {
                h2 id="plans" { (words.plans) }
                div.cards { @for (number, plan) in listing.plans.iter().enumerate() { (card(room, number, plan)) } }
            }
        }
        p { a href=(orders) { (words.orders) } }
        (history(room, call, histories::of_listing, &[])?)
    };
    Ok(Page::new(title, body))
}

/// How much, how often.
pub fn price_of(room: &Room, terms: &Terms) -> Markup {
    let words = room.words;
    html! {
        @if terms.price.0 == 0 { (words.free) } @else { (room.money(terms.price)) }
        @if let PlanForm::Subscription { period } = terms.form { " / " (length(period, room.language)) }
    }
}

fn card(room: &Room, number: usize, plan: &Plan) -> Markup {
    let words = room.words;
    let mut rows = vec![(
        words.supply,
        html! { (room.name(&plan.terms.supply)) @if let Supply::Limited(limit) = plan.terms.supply { " (" (group(limit.into())) ")" } },
    )];
    rows.push((words.sold, html! { (plan.sold) }));
    rows.push((words.bond, room.money(plan.terms.bond)));
    rows.extend(room.policy(&plan.terms.policy));
    html! {
        article.card {
            h3 { (words.plan) " " (number) }
            p.price { (price_of(room, &plan.terms)) }
            (terms(&rows))
        }
    }
}
