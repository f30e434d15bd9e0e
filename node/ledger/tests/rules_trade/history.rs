//! Any history of a small town: what must hold after each step, and that all of it comes to an end.
//!
//! The balances and the counts are computed from the events and from the orders and licences alone, not by the code
//! that keeps them. Not checked here: what a step answers; each rule has its row elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use yaosu_ledger::event::Event;
use yaosu_ledger::rules;
use yaosu_ledger::state::{Assets, Deadlines, Licences, Listings, Proposals, Reader, Subject, Supplies, Trades};
use yaosu_ledger::{LicenceId, ParticipantId};

use super::*;

mod steps;

use steps::{Step, any_step};

/// Few, so that they collide. The first two have an asset each.
const NAMES: [&str; 4] = [ALICE, BOB, CAROL, CITY];
/// What the assets contain.
const WORDS: [&str; 2] = ["map", "chart"];

/// A town, and what its history should have made of the money.
struct World {
    town: Town,
    assets: Vec<AssetId>,
    read: usize,
    available: BTreeMap<ParticipantId, u64>,
    open: BTreeMap<OrderId, Held>,
    ended: BTreeSet<OrderId>,
    /// Bonds that must be lost with what has just happened: from whom, to whom, how much.
    losses: BTreeMap<OrderId, (ParticipantId, ParticipantId, u64)>,
}

/// What the events say that an order holds.
#[derive(Clone, Debug)]
struct Held {
    payer: ParticipantId,
    price: u64,
    seller: ParticipantId,
    seller_bond: u64,
    buyer: ParticipantId,
    /// From the dispute on.
    buyer_bond: u64,
    waits_for: Wait,
    /// Whether something else was sealed than what is registered.
    cheated: bool,
}

/// Whose turn it is, as the events say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// To deliver, to reveal the key, to open it.
    Seller,
    /// To acknowledge.
    Buyer,
    /// To check, and to pay by doing nothing.
    Check,
    /// To rule.
    Arbiter,
    /// The ruling: how much goes back.
    Ruled(u64),
}

impl Held {
    /// Invariants 19 and 20: whose bond must be lost when it ends so, if anyone's. Whoever has done their part in time
    /// loses nothing.
    fn loser(&self, convicted: bool) -> Option<Side> {
        match self.waits_for {
            Wait::Seller => Some(Side::Seller),
            Wait::Check if convicted => {
                assert!(self.cheated, "an honest seller was convicted");
                Some(Side::Seller)
            }
            Wait::Ruled(refund) if refund * 2 < self.price => Some(Side::Buyer),
            Wait::Ruled(refund) if refund * 2 > self.price => Some(Side::Seller),
            Wait::Buyer | Wait::Check | Wait::Arbiter | Wait::Ruled(_) => None,
        }
    }

    fn parts(&self) -> [(ParticipantId, u64); 3] {
        [(self.payer, self.price), (self.seller, self.seller_bond), (self.buyer, self.buyer_bond)]
    }
}

impl World {
    fn new() -> Self {
        let mut town = Town::new();
        let assets = WORDS.iter().zip(NAMES).map(|(words, name)| town.registered(name, words)).collect();
        let everyone = genesis().participants;
        let ids = everyone.iter().map(|founder| ParticipantId::of_genesis(founder.enrolment.handle.as_str()));
        let available = ids.map(|id| (id, BALANCE.0)).collect();
        Self {
            town,
            assets,
            read: 0,
            available,
            open: BTreeMap::new(),
            ended: BTreeSet::new(),
            losses: BTreeMap::new(),
        }
    }

    fn step(&mut self, step: &Step) {
        if let Step::Pass(length) = step {
            self.town.pass(*length);
        } else if let Some((signer, action)) = self.action(step) {
            // Most are refused: then nothing changes, which is checked as well.
            drop(self.town.act(signer, action));
        }
    }

    fn add(&mut self, to: ParticipantId, amount: u64) {
        let balance = self.available.entry(to).or_default();
        *balance = balance.checked_add(amount).expect("the town is not rich");
    }

    fn take(&mut self, from: ParticipantId, amount: u64) {
        let balance = self.available.entry(from).or_default();
        *balance = balance.checked_sub(amount).expect("nobody pays what they do not have");
    }

    /// Ends an order, which must be open: an order pays out once, and its bonds go back, except a lost one.
    fn close(&mut self, order: OrderId, convicted: bool) -> Held {
        assert!(self.ended.insert(order), "{order} ended twice");
        let held = self.open.remove(&order).expect("what ends was placed");
        let loss = match held.loser(convicted) {
            Some(Side::Seller) => Some((held.seller, held.buyer, held.seller_bond)),
            Some(Side::Buyer) => Some((held.buyer, held.seller, held.buyer_bond)),
            None => None,
        };
        self.losses.extend(loss.filter(|(.., bond)| *bond > 0).map(|loss| (order, loss)));
        self.add(held.seller, held.seller_bond);
        self.add(held.buyer, held.buyer_bond);
        held
    }

    /// Pays a part of an order out as a price is paid.
    fn pay_out(&mut self, paid: u64, fee: Amount, payee: ParticipantId) {
        assert_eq!(fee, Amount(paid).share(genesis().rule_pack.fee));
        self.add(id_of(EXCHANGE), fee.0);
        self.add(payee, paid.checked_sub(fee.0).expect("a fee is a part of the price"));
    }

    fn turn(&mut self, order: OrderId, waits_for: Wait) {
        self.open.get_mut(&order).expect("what goes on was placed").waits_for = waits_for;
    }

    /// Replays the money of the events since the last time.
    fn replay(&mut self) {
        let events = self.town.history[self.read..].to_vec();
        self.read = self.town.history.len();
        for event in events {
            match event {
                Event::Paid { from, to, amount, .. } => {
                    self.take(from, amount.0);
                    self.add(to, amount.0);
                }
                Event::Redeemed { from, amount, .. } => self.take(from, amount.0),
                Event::OrderPlaced { order, buyer, seller, price, bond, .. } => {
                    let payer = self.town.get::<Orders>(&order).expect("it was placed").payer;
                    let bond = if price == Amount::ZERO { 0 } else { bond.0 };
                    // What is free is given at once, and nobody has to do anything.
                    let waits_for = if price == Amount::ZERO { Wait::Check } else { Wait::Seller };
                    let (price, seller_bond, buyer_bond) = (price.0, bond, 0);
                    let held = Held { payer, price, seller, seller_bond, buyer, buyer_bond, waits_for, cheated: false };
                    self.take(payer, price);
                    self.take(seller, bond);
                    self.open.insert(order, held);
                }
                Event::OrderDelivered { order, .. } => {
                    self.turn(order, Wait::Buyer);
                    let delivery = self.town.get::<Orders>(&order).and_then(|found| found.delivery);
                    let sealed = delivery.expect("it was delivered").commitment;
                    let cheated = sealed != commitment(order, self.words(order));
                    self.open.get_mut(&order).expect("what goes on was placed").cheated = cheated;
                }
                Event::OrderAcknowledged { order, .. } | Event::KeyChallenged { order, .. } => {
                    self.turn(order, Wait::Seller);
                }
                Event::KeyRevealed { order, .. } | Event::KeyOpened { order, .. } => self.turn(order, Wait::Check),
                Event::DisputeRuled { order, refund, .. } => self.turn(order, Wait::Ruled(refund.0)),
                Event::DisputeOpened { order, bond, .. } => {
                    self.turn(order, Wait::Arbiter);
                    let held = self.open.get_mut(&order).expect("what is disputed was placed");
                    assert_eq!(bond, Amount(held.price).share(genesis().rule_pack.dispute_bond));
                    held.buyer_bond = bond.0;
                    let buyer = held.buyer;
                    self.take(buyer, bond.0);
                }
                Event::OrderSettled { order, price, fee, payee, .. } => {
                    assert_eq!(self.close(order, false).price, price.0, "what is paid out is what was locked");
                    self.pay_out(price.0, fee, payee);
                }
                Event::OrderSplit { order, refund, paid, fee, payee, .. } => {
                    let held = self.close(order, false);
                    assert_eq!(held.price, refund.0 + paid.0, "what is divided is what was locked");
                    self.add(held.payer, refund.0);
                    self.pay_out(paid.0, fee, payee);
                }
                Event::OrderRefunded { order, cause, amount, .. } => {
                    let held = self.close(order, cause == RefundCause::Misbehaviour);
                    assert_eq!(held.price, amount.0, "what is given back is what was locked");
                    self.add(held.payer, held.price);
                }
                Event::BondLost { order, from, to, amount } => {
                    assert_eq!(self.losses.remove(&order), Some((from, to, amount.0)), "who lost what on {order}");
                    // It had come back with the end of the order: from there it goes on.
                    self.take(from, amount.0);
                    self.add(to, amount.0);
                }
                _ => {}
            }
        }
    }

    fn check(&mut self) {
        self.replay();
        assert!(self.losses.is_empty(), "bonds that were not lost: {:?}", self.losses);
        self.check_money();
        self.check_counts();
        self.check_deadlines();
    }

    /// Invariants 1 to 4: what everyone has and what is held is what the events say, and all of it was issued.
    fn check_money(&self) {
        let mut held: BTreeMap<ParticipantId, u64> = BTreeMap::new();
        for (from, amount) in self.open.values().flat_map(Held::parts) {
            *held.entry(from).or_default() += amount;
        }
        let mut sum = 0;
        for (id, expected) in &self.available {
            let account = self.town.get::<Accounts>(id).unwrap_or_default();
            assert_eq!(account.available.0, *expected, "available to {id}");
            assert_eq!(account.held.0, held.get(id).copied().unwrap_or_default(), "held of {id}");
            sum += account.available.0 + account.held.0;
        }
        let supply = self.town.get::<Supplies>(&()).expect("money was issued");
        assert_eq!(supply.issued.0 - supply.redeemed.0, sum, "money came or went");
        assert_eq!(self.town.state.scan::<Accounts>(&(), usize::MAX).len(), self.available.len());
    }

    /// Invariants 7 and 8: counts are what orders and licences say, no plan is oversold, and exclusive is alone.
    fn check_counts(&self) {
        let orders = self.town.state.scan::<Orders>(&(), usize::MAX);
        let licences = self.town.state.scan::<Licences>(&(), usize::MAX);
        let is_open = |order: &Order| !order.status.is_end();
        for (id, order) in &orders {
            assert_eq!(self.open.contains_key(id), is_open(order), "{id} is {}", order.status);
            let licence = self.town.get::<Licences>(&LicenceId::created_by(*id));
            assert_eq!(licence.is_some(), order.status.is_sold(), "one licence for what is paid");
        }
        assert_eq!(licences.len(), orders.iter().filter(|(_, order)| order.status.is_sold()).count());
        for (id, listing) in self.town.state.scan::<Listings>(&(), usize::MAX) {
            for (number, plan) in listing.plans.iter().enumerate() {
                let on_plan = || {
                    let orders = orders.iter().map(|(_, order)| order);
                    let plan = u8::try_from(number).expect("plans are few");
                    orders.filter(move |order| order.origin == Origin::Plan { listing: id, plan })
                };
                let sold = on_plan().filter(|order| order.status.is_sold()).count();
                let reserved = on_plan().filter(|order| is_open(order)).count();
                assert_eq!((plan.sold as usize, plan.reserved as usize), (sold, reserved), "{id} plan {number}");
                match plan.terms.supply {
                    Supply::Unlimited => {}
                    Supply::Limited(limit) => assert!(sold + reserved <= limit as usize, "oversold"),
                    Supply::Exclusive => assert!(sold + reserved <= 1, "an exclusive plan sold twice"),
                }
            }
        }
        for asset in &self.assets {
            let trade = self.town.get::<Trades>(asset).unwrap_or_default();
            let open: Vec<_> = orders.iter().filter(|(_, order)| order.asset == *asset && is_open(order)).collect();
            let live: Vec<_> = licences
                .iter()
                .filter(|(_, licence)| licence.asset == *asset && licence.status == LicenceStatus::Active)
                .collect();
            assert_eq!((trade.open_orders as usize, trade.live_licences as usize), (open.len(), live.len()));
            let is_exclusive = |order: &Order| {
                let Origin::Plan { listing, plan } = order.origin else { panic!("all orders are on plans here") };
                let listing = self.town.get::<Listings>(&listing).expect("the listing is there");
                listing.plans[usize::from(plan)].terms.supply == Supply::Exclusive
            };
            let promised = open.iter().filter(|(_, order)| is_exclusive(order)).map(|(id, _)| *id);
            let given = live.iter().filter(|(_, licence)| licence.exclusive).map(|(_, licence)| licence.order);
            let exclusive: Vec<OrderId> = promised.chain(given).collect();
            assert_eq!(exclusive, Vec::from_iter(trade.exclusive));
            assert!(exclusive.is_empty() || open.len() + live.len() == 1, "exclusive, and not alone");
        }
    }

    /// Invariant 21: the table of deadlines is what listings, orders, licences and proposals say, and nothing is late.
    fn check_deadlines(&self) {
        let state = &self.town.state;
        let entries = state.scan::<Deadlines>(&(), usize::MAX);
        let found: BTreeSet<_> = entries.into_iter().map(|(key, ())| key).collect();
        let listings = state.scan::<Listings>(&(), usize::MAX).into_iter();
        let lives = |status| matches!(status, ListingStatus::Active | ListingStatus::Paused);
        let listings = listings.filter(|(_, listing)| lives(listing.status));
        let listings = listings.filter_map(|(id, listing)| Some((listing.until?, Subject::Listing(id))));
        let orders = state.scan::<Orders>(&(), usize::MAX).into_iter();
        let orders = orders.filter_map(|(id, order)| Some((order.deadline?, Subject::Order(id))));
        let licences = state.scan::<Licences>(&(), usize::MAX).into_iter();
        let licences = licences.filter(|(_, licence)| licence.status == LicenceStatus::Active);
        let licences = licences.filter_map(|(id, licence)| Some((licence.until?, Subject::Licence(id))));
        let proposals = state.scan::<Proposals>(&(), usize::MAX).into_iter();
        let proposals = proposals.filter_map(|(id, proposal)| Some((proposal.deadline?, Subject::Proposal(id))));
        let expected: BTreeSet<_> = listings.chain(orders).chain(licences).chain(proposals).collect();
        assert_eq!(found, expected);
        assert!(found.first().is_none_or(|(first, _)| *first > self.town.now()), "something due was not done");
    }

    /// Time goes on and nobody asks for anything any more: every order ends, and nothing stays held.
    fn come_to_rest(&mut self) {
        while let Some(next) = rules::next_deadline(&self.town.state) {
            let events = self.town.pass_to(next);
            assert!(!events.is_empty(), "a deadline passes with an outcome");
            self.check();
        }
        assert!(self.open.is_empty(), "orders that never end: {:?}", self.open);
        for (id, account) in self.town.state.scan::<Accounts>(&(), usize::MAX) {
            assert_eq!(account.held, Amount::ZERO, "held of {id} for ever");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the length of the run is asked for in the environment")]
fn fixed_cases() -> ProptestConfig {
    // More than the short run if it is asked for: PROPTEST_CASES=20000 are about 10^6 steps.
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 128 };
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed_cases())]

    /// For any history: after each step money, counts and deadlines are what they must be; then all comes to rest.
    #[test]
    fn no_history_loses_money_or_oversells(history in vec(any_step(), 0..100)) {
        let mut world = World::new();
        world.check();
        for step in &history {
            world.step(step);
            world.check();
        }
        world.come_to_rest();
    }
}

/// Goal: the property above says something: histories reach every end of an order and every event of trade.
/// Method: the events of many histories, counted by their kind.
#[test]
fn histories_reach_everything() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::new(fixed_cases());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..128 {
        let history = vec(any_step(), 40..80).new_tree(&mut runner).expect("there are histories").current();
        let mut world = World::new();
        for step in &history {
            world.step(step);
        }
        for event in &world.town.history {
            let kind = match event {
                Event::OrderRefunded { cause, .. } => format!("refunded {cause}"),
                Event::LicenceGranted { licence, .. } => {
                    let licence = world.town.get::<Licences>(licence).expect("it was granted");
                    format!("granted, exclusive: {}", licence.exclusive)
                }
                _ => serde_json::to_value(event).expect("events are JSON")["type"].to_string().replace('"', ""),
            };
            *seen.entry(kind).or_default() += 1;
        }
    }
    for kind in [
        "refunded not-delivered",
        "refunded not-acknowledged",
        "refunded rejected",
        "refunded key-not-revealed",
        "refunded key-not-opened",
        "refunded misbehaviour",
        "refunded ruling",
        "key-opened",
        "dispute-ruled",
        "order-split",
        "bond-lost",
        "order-settled",
        "granted, exclusive: true",
        "granted, exclusive: false",
        "licence-expired",
        "listing-ended",
        "listing-paused",
        "listing-resumed",
        "right-transferred",
        "registration-cancelled",
        "status-set",
        "redeemed",
    ] {
        assert!(seen.get(kind).is_some_and(|count| *count >= 3), "{kind} is too rare: {seen:?}");
    }
}
