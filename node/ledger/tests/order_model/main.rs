//! Every way that orders can go: all states that the rules lead to, not a sample of them.
//!
//! Three buyers, each with money for one order and its dispute; two sellers with bonds for two orders each, of whom one
//! seals what is registered and the other something else; an arbiter; and time, in steps of which each window has two.
//! Whoever may act may also not act. The steps are the real rules on the real records.
//!
//! Two states are one if nobody could tell them apart: same orders, same time left, same money. Absolute time,
//! identifiers and the numbers of lanes are left out, and so is which of the buyers is which.
//!
//! Not checked here: who is refused (each rule has its row elsewhere), and money other than these orders'.

mod market;
#[path = "../town/mod.rs"]
mod town;

use stateright::{Checker, Model, Property};
use yaosu_ledger::Amount;
use yaosu_ledger::model::{OrderStatus, RefundCause};

use market::{Market, Step, World};

/// The model, with the market that it begins with.
struct Orders {
    market: Market,
}

impl Model for Orders {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![self.market.begin()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Step>) {
        actions.extend(world.steps());
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        self.market.step(world, step)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always("no money comes or goes", |model: &Self, world: &World| {
                world.all_money() == model.market.begin().all_money()
            }),
            Property::always("what is held is what open orders say", |_: &Self, world: &World| {
                world.held() == world.orders().map(market::held_by).sum::<u64>()
            }),
            Property::always(
                "from here time alone ends every order, and nothing stays held",
                |_: &Self, world: &World| {
                    let rest = world.wait_for_the_end();
                    rest.orders().all(|order| order.status.is_end()) && rest.held() == 0
                },
            ),
            Property::always("where nobody can do anything, nothing is held", |model: &Self, world: &World| {
                let steps = world.steps();
                let is_end = steps.into_iter().all(|step| model.market.step(world, step).is_none());
                !is_end || world.orders().all(|order| order.status.is_end()) && world.held() == 0
            }),
            Property::always("who seals what is registered is never convicted", |_: &Self, world: &World| {
                world.orders().all(|order| {
                    order.seller != market::honest() || order.refund_cause != Some(RefundCause::Misbehaviour)
                })
            }),
            Property::always("who pays has the licence or the money", |_: &Self, world: &World| world.all_are_served()),
            Property::eventually("every order comes to an end", |_: &Self, world: &World| {
                world.orders().count() > 0 && world.orders().all(|order| order.status.is_end())
            }),
        ];
        properties.extend(ENDS.map(|(name, reached)| Property::sometimes(name, reached)));
        properties
    }
}

type Reached = fn(&Orders, &World) -> bool;

fn some(world: &World, status: OrderStatus, cause: Option<RefundCause>) -> bool {
    world.orders().any(|order| order.status == status && order.refund_cause == cause)
}

/// What must be reached, or the model says nothing about it.
const ENDS: [(&str, Reached); 12] = [
    ("settled", |_, world| some(world, OrderStatus::Settled, None)),
    ("split", |_, world| some(world, OrderStatus::Split, None)),
    ("not delivered", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::NotDelivered))),
    ("not acknowledged", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::NotAcknowledged))),
    ("rejected", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::Rejected))),
    ("key not revealed", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::KeyNotRevealed))),
    ("key not opened", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::KeyNotOpened))),
    ("misbehaviour", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::Misbehaviour))),
    ("ruling", |_, world| some(world, OrderStatus::Refunded, Some(RefundCause::Ruling))),
    ("key opened, then settled", |_, world| {
        world.orders().any(|order| {
            let opened = order.delivery.as_ref().is_some_and(|delivery| delivery.secret.is_some());
            opened && order.status == OrderStatus::Settled
        })
    }),
    ("both sellers sell", |_, world| {
        let sold =
            |honest| world.orders().any(|order| order.status.is_sold() && (order.seller == market::honest()) == honest);
        sold(true) && sold(false)
    }),
    ("a seller without money for another bond", |_, world| {
        world.orders().count() >= 2 && world.available(market::honest()) == Amount::ZERO
    }),
];

/// Goal: from every state an end is reachable, no money stays held at an end, and none is made or lost on the way.
/// Method: all states, breadth first.
#[test]
fn every_order_ends_and_no_money_stays() {
    let checker = Orders { market: Market::new() }.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.is_done(), "all states were seen");
    println!(
        "{} steps between {} states, at most {} from the beginning",
        checker.state_count(),
        checker.unique_state_count(),
        checker.max_depth()
    );
}
