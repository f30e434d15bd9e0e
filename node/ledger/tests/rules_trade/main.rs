//! Listings, orders, settlement, licences and deadlines: each rule, each timeout, and any history.

mod deadlines;
mod history;
mod outcomes;
mod policies;
mod rejections;
#[path = "../town/mod.rs"]
mod town;

use town::*;
use yaosu_ledger::model::*;
use yaosu_ledger::state::{Accounts, Orders};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, Digest, Duration, ListingId, OrderId, Timestamp};

const PRICE: Amount = Amount(1_000);

fn terms(price: Amount, supply: Supply) -> Terms {
    Terms { price, policy: free_policy(), supply, form: PlanForm::OneOff }
}

/// A fixed listing without end of version 1.
fn offer(asset: AssetId, plans: Vec<Terms>) -> Action {
    Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans, until: None }
}

fn offer_free(asset: AssetId) -> Action {
    let plans = vec![terms(Amount::ZERO, Supply::Unlimited)];
    Action::CreateListing { asset, version: 1, kind: ListingKind::Open, plans, until: None }
}

/// Buys for oneself, with one's own money.
fn buy(listing: ListingId, plan: u8) -> Action {
    Action::PlaceOrder {
        listing,
        plan,
        version: 1,
        max_price: PRICE,
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}

fn deliver(order: OrderId) -> Action {
    Action::Deliver { order, location: text("https://example.org/map") }
}

fn acknowledge(order: OrderId, content_root: Digest) -> Action {
    Action::Acknowledge { order, content_root }
}

fn reject(order: OrderId) -> Action {
    Action::RejectDelivery { order, reason: text("half of the rows are missing") }
}

/// Sets someone's standing after the enactment delay.
fn standing(name: &str, status: ParticipantStatus) -> Action {
    Action::Propose { measure: Measure::SetStatus { participant: id_of(name), status } }
}

/// A town in which Alice offers the map to everybody.
struct Market {
    town: Town,
    map: AssetId,
    /// Plan 0 is unlimited, plan 1 has one licence.
    listing: ListingId,
}

impl Market {
    fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let plans = vec![terms(PRICE, Supply::Unlimited), terms(PRICE, Supply::Limited(1))];
        let listing = town.list(ALICE, offer(map, plans));
        Self { town, map, listing }
    }

    /// Bob's order on plan 0, in this status.
    fn order(&mut self, status: OrderStatus) -> OrderId {
        let order = self.town.order(BOB, buy(self.listing, 0));
        if status == OrderStatus::Placed {
            return order;
        }
        self.town.must(ALICE, deliver(order));
        if status == OrderStatus::Delivered {
            return order;
        }
        self.town.must(BOB, acknowledge(order, digest("map")));
        assert_eq!(status, OrderStatus::Acknowledged, "orders come to their end by the block");
        order
    }
}

impl Town {
    fn list(&mut self, seller: &str, listing: Action) -> ListingId {
        ListingId::created_by(self.must(seller, listing))
    }

    fn order(&mut self, buyer: &str, order: Action) -> OrderId {
        OrderId::created_by(self.must(buyer, order))
    }

    /// From the placing to the money.
    fn sell(&mut self, seller: &str, buyer: &str, order: Action, content_root: Digest) -> OrderId {
        let order = self.order(buyer, order);
        self.must(seller, deliver(order));
        self.must(buyer, acknowledge(order, content_root));
        self.pass(genesis().rule_pack.settlement_window);
        order
    }

    /// Lets the moment come.
    fn pass_to(&mut self, moment: Timestamp) -> Vec<yaosu_ledger::event::Event> {
        let length = moment.0.checked_sub(self.now().0).expect("time goes on");
        self.pass(Duration(length))
    }

    fn status(&self, order: OrderId) -> OrderStatus {
        self.get::<Orders>(&order).expect("the order is there").status
    }

    fn account(&self, name: &str) -> Account {
        self.get::<Accounts>(&id_of(name)).unwrap_or_default()
    }

    /// What someone has won and lost against the beginning, and what is held.
    fn balance(&self, name: &str) -> (i64, u64) {
        let Account { available, held } = self.account(name);
        let change = i128::from(available.0).saturating_sub(i128::from(BALANCE.0));
        (i64::try_from(change).expect("the town is not rich"), held.0)
    }
}
