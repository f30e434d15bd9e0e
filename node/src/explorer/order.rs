//! An order: where it stands, who must act, and what happens if nobody does.

use maud::{Markup, html};
use yaosu_api::Entity;
use yaosu_ledger::OrderId;
use yaosu_ledger::model::{Order, OrderStatus};

use super::csv::Table;
use super::parts::{history, history_table, terms};
use super::room::{Room, Tone, short};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::{history as histories, orders};

/// Where it is found.
pub static DOOR: Door = Door { path: "/orders/{ref}", html, json: Some(json), csv: Some(csv) };

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    orders::show(room.view, call)
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    history_table(room, call, histories::of_order)
}

/// How an order looks.
pub const fn tone(status: OrderStatus) -> Tone {
    match status {
        OrderStatus::Settled => Tone::Good,
        OrderStatus::Split => Tone::Over,
        OrderStatus::Refunded | OrderStatus::Disputed | OrderStatus::KeyChallenged => Tone::Bad,
        OrderStatus::Placed | OrderStatus::Delivered | OrderStatus::Acknowledged | OrderStatus::KeyRevealed => {
            Tone::Open
        }
    }
}

/// Who is to act.
#[derive(Clone, Copy)]
enum Actor {
    Seller,
    Buyer,
    Arbiter,
}

/// What is awaited: from whom, what, and what the block does when the time is over.
struct Awaited {
    actor: Actor,
    what: (&'static str, &'static str),
    else_what: (&'static str, &'static str),
}

/// The step that is under way, from 0, and what is awaited; nothing at an end.
const fn stage(status: OrderStatus) -> (usize, Option<Awaited>) {
    match status {
        OrderStatus::Placed => (
            1,
            Some(Awaited {
                actor: Actor::Seller,
                what: ("deliver the sealed bytes", "交付密封数据"),
                else_what: (
                    "the price goes back and the seller's bond goes to the buyer",
                    "价款退还，供方保证金归需方",
                ),
            }),
        ),
        OrderStatus::Delivered => (
            2,
            Some(Awaited {
                actor: Actor::Buyer,
                what: ("acknowledge the sealed bytes, or reject them", "签收或拒收密封数据"),
                else_what: ("the price goes back; nobody is at fault", "价款退还，双方均无过错"),
            }),
        ),
        OrderStatus::Acknowledged => (
            3,
            Some(Awaited {
                actor: Actor::Seller,
                what: ("reveal the key", "披露密钥"),
                else_what: (
                    "the price goes back and the seller's bond goes to the buyer",
                    "价款退还，供方保证金归需方",
                ),
            }),
        ),
        OrderStatus::KeyRevealed => (
            4,
            Some(Awaited {
                actor: Actor::Buyer,
                what: (
                    "check what the key opens: accept, prove misbehaviour or dispute",
                    "核对解密内容：确认、举证或提出争议",
                ),
                else_what: ("it settles", "自动结算"),
            }),
        ),
        OrderStatus::KeyChallenged => (
            3,
            Some(Awaited {
                actor: Actor::Seller,
                what: ("open the key to all", "公开密钥"),
                else_what: (
                    "the price goes back and the seller's bond goes to the buyer",
                    "价款退还，供方保证金归需方",
                ),
            }),
        ),
        OrderStatus::Disputed => (
            4,
            Some(Awaited {
                actor: Actor::Arbiter,
                what: ("rule the dispute", "裁决争议"),
                else_what: ("it settles", "自动结算"),
            }),
        ),
        OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => (5, None),
    }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let own = Call::to(call.path("ref"), &[]);
    let Entity { id, record: order }: Entity<OrderId, Order> = room.ask(orders::show, &own)?;
    let title = format!("{} {}", words.order, short(&id));
    let body = html! {
        p.over { (words.order) }
        h1 { bdi { (room.title(order.asset)) } }
        p.marks {
            (room.status(&order.status, tone(order.status)))
            @if let Some(cause) = order.refund_cause { span.mark { (room.name(&cause)) } }
        }
        (stepper(room, &order))
        (terms(&facts(room, id, &order)))
        (history(room, call, histories::of_order, &[])?)
    };
    Ok(Page::new(title, body))
}

fn stepper(room: &Room, order: &Order) -> Markup {
    let words = room.words;
    let (current, awaited) = stage(order.status);
    let steps =
        [words.step_contract, words.step_delivery, words.step_acknowledgement, words.step_key, words.step_settlement];
    // What is open gives its licence without a delivery, and what was refunded has not gone through all steps.
    let key = order.delivery.as_ref().is_some_and(|delivery| delivery.sealed_key.is_some());
    let reached = |step: usize| match step {
        0 => true,
        1 => current > step && order.delivery.is_some(),
        2 | 3 => current > step && (key || !order.status.is_end()),
        _ => order.status.is_sold(),
    };
    html! {
        section aria-labelledby="steps" {
            h2 id="steps" { (words.steps) }
            ol.steps {
                @for (step, name) in steps.into_iter().enumerate() {
                    li.done[reached(step)] aria-current=[(step == current).then_some("step")] {
                        span.step { (name) }
                        span.quiet {
                            @if step == current { (words.now) } @else if reached(step) { (words.done) }
                            @else if awaited.is_some() { (words.to_come) } @else { "–" }
                        }
                    }
                }
            }
            @match &awaited {
                Some(awaited) => p.callout {
                    strong {
                        @match awaited.actor {
                            Actor::Seller => { (words.seller) " " (room.party(order.seller)) },
                            Actor::Buyer => { (words.buyer) " " (room.party(order.buyer)) },
                            Actor::Arbiter => (room.name(&yaosu_ledger::model::Role::Arbiter)),
                        }
                    }
                    (room.language.of(" must ", " 须")) (room.language.of(awaited.what.0, awaited.what.1))
                    @if let Some(deadline) = order.deadline {
                        (room.language.of(" before ", "，截止 ")) (room.time(deadline))
                    }
                    (room.language.of("; else ", "；逾期则")) (room.language.of(awaited.else_what.0, awaited.else_what.1))
                    (room.language.of(".", "。"))
                },
                None => p.callout { (words.ended) },
            }
        }
    }
}

fn facts(room: &Room, id: OrderId, order: &Order) -> Vec<(&'static str, Markup)> {
    let words = room.words;
    let mut rows = vec![
        (words.asset, room.asset(order.asset)),
        (words.version, html! { (order.version) }),
        (words.seller, room.party(order.seller)),
        (words.buyer, room.party(order.buyer)),
    ];
    if order.payer != order.buyer {
        rows.push((words.payer, room.party(order.payer)));
    }
    if order.licensee != order.buyer {
        rows.push((words.licensee, room.party(order.licensee)));
    }
    rows.push((words.price, room.money(order.price)));
    rows.push((words.fee, room.money(order.fee)));
    rows.push((words.bond, html! { (words.seller) " " (room.money(order.bonds.seller)) " · " (words.buyer) " " (room.money(order.bonds.buyer)) }));
    rows.push((words.purpose, html! { (room.name(&order.purpose)) }));
    rows.push((words.scenario, room.hash(&order.scenario)));
    rows.push((words.origin, room.subject(order.origin.into())));
    rows.push((words.created, room.time(order.placed)));
    if let Some(delivery) = &order.delivery {
        rows.push((words.location, html! { code.whole { bdi { (delivery.location) } } }));
        rows.push((words.delivery, room.time(delivery.time)));
    }
    if let Some(ruling) = order.dispute.as_ref().and_then(|dispute| dispute.ruling.as_ref()) {
        rows.push((words.ruling, html! { (room.party(ruling.arbiter)) ": " bdi { (ruling.reason) } }));
        rows.push((words.refund, room.money(ruling.refund)));
    }
    rows.push((words.identifier, html! { code.whole { (id) } }));
    rows
}
