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

/// Few, so that they collide. The first two have an asset each.
const NAMES: [&str; 4] = [ALICE, BOB, CAROL, CITY];
/// What the assets contain.
const WORDS: [&str; 2] = ["map", "chart"];

#[derive(Clone, Debug)]
enum Step {
    Pass(Duration),
    List { asset: Index, terms: Vec<Terms>, is_open: bool, until: Option<Duration> },
    Pause(Index),
    Resume(Index),
    End(Index),
    Place { listing: Index, plan: Index, buyer: Index, payer: Option<Index>, licensee: Option<Index> },
    Deliver(Index),
    Acknowledge(Index, bool),
    Reject(Index),
    Transfer { asset: Index, to: Index },
    Cancel(Index),
    SetStatus(Index, ParticipantStatus),
    Pay { from: Index, to: Index, amount: u64 },
    Redeem { from: Index, amount: u64 },
}

fn any_length() -> impl Strategy<Value = Duration> {
    let seconds = prop::sample::select(vec![1_u32, 1, 5, 20, 50, 100, 200, 300, 400, 600]);
    (seconds, prop::sample::select(vec![-1_i64, 0, 1]))
        .prop_map(|(seconds, step)| Duration(Duration::seconds(seconds).0.saturating_add_signed(step)))
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let supply = prop_oneof![Just(Supply::Unlimited), Just(Supply::Limited(2)), Just(Supply::Exclusive)];
    let duration = prop::option::of(any_length());
    (1_u64..200_000, supply, duration).prop_map(|(price, supply, duration)| {
        let mut terms = terms(Amount(price), supply);
        terms.policy.duration = duration;
        terms
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let maybe = || prop::option::weighted(0.2, any::<Index>());
    let status = prop::sample::select(ParticipantStatus::ALL);
    prop_oneof![
        14 => any_length().prop_map(Step::Pass),
        16 => (index(), vec(any_terms(), 1..3), prop::bool::weighted(0.3), prop::option::of(any_length()))
            .prop_map(|(asset, terms, is_open, until)| Step::List { asset, terms, is_open, until }),
        4 => index().prop_map(Step::Pause),
        4 => index().prop_map(Step::Resume),
        3 => index().prop_map(Step::End),
        36 => (index(), index(), index(), maybe(), maybe()).prop_map(|(listing, plan, buyer, payer, licensee)| {
            Step::Place { listing, plan, buyer, payer, licensee }
        }),
        28 => index().prop_map(Step::Deliver),
        24 => (index(), prop::bool::weighted(0.9)).prop_map(|(order, same)| Step::Acknowledge(order, same)),
        6 => index().prop_map(Step::Reject),
        2 => (index(), index()).prop_map(|(asset, to)| Step::Transfer { asset, to }),
        1 => index().prop_map(Step::Cancel),
        2 => (index(), status).prop_map(|(whom, status)| Step::SetStatus(whom, status)),
        3 => (index(), index(), 0_u64..300_000).prop_map(|(from, to, amount)| Step::Pay { from, to, amount }),
        3 => (index(), 0_u64..300_000).prop_map(|(from, amount)| Step::Redeem { from, amount }),
    ]
}

/// A town, and what its history should have made of the money.
struct World {
    town: Town,
    assets: Vec<AssetId>,
    read: usize,
    available: BTreeMap<ParticipantId, u64>,
    open: BTreeMap<OrderId, (ParticipantId, u64)>,
    ended: BTreeSet<OrderId>,
}

impl World {
    fn new() -> Self {
        let mut town = Town::new();
        let assets = WORDS.iter().zip(NAMES).map(|(words, name)| town.registered(name, words)).collect();
        let everyone = [EXCHANGE, REGISTRY, COUSIN, BANK, CITY, ALICE, BOB, CAROL];
        let available = everyone.iter().map(|name| (id_of(name), BALANCE.0)).collect();
        Self { town, assets, read: 0, available, open: BTreeMap::new(), ended: BTreeSet::new() }
    }

    fn pick<K: Copy, V>(entries: &[(K, V)], index: Index) -> Option<K> {
        (!entries.is_empty()).then(|| entries[index.index(entries.len())].0)
    }

    fn name_of(id: ParticipantId) -> &'static str {
        NAMES.into_iter().find(|name| id_of(name) == id).expect("nobody else trades")
    }

    fn step(&mut self, step: &Step) {
        if let Step::Pass(length) = step {
            self.town.pass(*length);
        } else if let Some((signer, action)) = self.action(step) {
            // Most are refused: then nothing changes, which is checked as well.
            drop(self.town.act(signer, action));
        }
    }

    /// What a step asks for, by whoever may ask it. `None` if there is nothing to ask it of.
    fn action(&self, step: &Step) -> Option<(&'static str, Action)> {
        let listings = self.town.state.scan::<Listings>(&(), usize::MAX);
        let orders = self.town.state.scan::<Orders>(&(), usize::MAX);
        let seller = |id| self.town.get::<Listings>(&id).map(|listing| Self::name_of(listing.seller));
        // Mostly one that waits for this very step.
        let order = |index: Index, needed| {
            let waiting: Vec<_> = orders.iter().filter(|(_, order)| order.status == needed).cloned().collect();
            let order = Self::pick(&waiting, index).or_else(|| Self::pick(&orders, index))?;
            Some((order, self.town.get::<Orders>(&order)?))
        };
        let listing = |index: Index, needed| {
            let fit: Vec<_> = listings.iter().filter(|(_, listing)| listing.status == needed).cloned().collect();
            Self::pick(&fit, index).or_else(|| Self::pick(&listings, index))
        };
        let person = |index: Index| *index.get(&NAMES);
        Some(match step {
            Step::Pass(_) => return None,
            Step::List { asset, terms, is_open, until } => {
                let asset = *asset.get(&self.assets);
                let holder = self.town.get::<Assets>(&asset)?.line(Line::Operate).holder;
                let mut plans = terms.clone();
                if let Some(exclusive) = plans.iter().position(|plan| plan.supply == Supply::Exclusive) {
                    plans = vec![plans.swap_remove(exclusive)];
                }
                if *is_open {
                    plans = plans
                        .into_iter()
                        .map(|plan| Terms { price: Amount::ZERO, supply: Supply::Unlimited, ..plan })
                        .collect();
                }
                let kind = if *is_open { ListingKind::Open } else { ListingKind::Fixed };
                let until = until.map(|length| self.town.now().after(length));
                (Self::name_of(holder), Action::CreateListing { asset, version: 1, kind, plans, until })
            }
            Step::Pause(index) => {
                let listing = listing(*index, ListingStatus::Active)?;
                (seller(listing)?, Action::PauseListing { listing })
            }
            Step::Resume(index) => {
                let listing = listing(*index, ListingStatus::Paused)?;
                (seller(listing)?, Action::ResumeListing { listing })
            }
            Step::End(index) => {
                let listing = listing(*index, ListingStatus::Active)?;
                (seller(listing)?, Action::EndListing { listing })
            }
            Step::Place { listing: index, plan, buyer, payer, licensee } => {
                let listing = listing(*index, ListingStatus::Active)?;
                let plans = self.town.get::<Listings>(&listing)?.plans.len();
                let mut action = buy(listing, u8::try_from(plan.index(plans)).expect("plans are few"));
                if let Action::PlaceOrder { max_price, payer: pays, licensee: gets, .. } = &mut action {
                    *max_price = Amount(u64::MAX);
                    *pays = payer.map(|index| id_of(person(index)));
                    *gets = licensee.map(|index| id_of(person(index)));
                }
                (person(*buyer), action)
            }
            Step::Deliver(index) => {
                let (id, order) = order(*index, OrderStatus::Placed)?;
                (Self::name_of(order.seller), deliver(id))
            }
            Step::Acknowledge(index, same) => {
                let (id, order) = order(*index, OrderStatus::Delivered)?;
                let right = self.assets.iter().position(|asset| *asset == order.asset)?;
                let root = if *same { digest(WORDS[right]) } else { digest("noise") };
                (Self::name_of(order.buyer), acknowledge(id, root))
            }
            Step::Reject(index) => {
                let (id, order) = order(*index, OrderStatus::Delivered)?;
                (Self::name_of(order.buyer), reject(id))
            }
            Step::Transfer { asset, to } => {
                let asset = *asset.get(&self.assets);
                let holder = self.town.get::<Assets>(&asset)?.line(Line::Operate).holder;
                let to = id_of(person(*to));
                (Self::name_of(holder), Action::TransferRight { asset, line: Line::Operate, to, evidence: None })
            }
            Step::Cancel(index) => {
                (REGISTRY, Action::CancelRegistration { asset: *index.get(&self.assets), reason: text("wrong") })
            }
            Step::SetStatus(whom, status) => (EXCHANGE, standing(person(*whom), *status)),
            Step::Pay { from, to, amount } => {
                (person(*from), Action::Pay { to: id_of(person(*to)), amount: Amount(*amount), memo: text("") })
            }
            Step::Redeem { from, amount } => {
                let from = id_of(person(*from));
                (BANK, Action::Redeem { from, amount: Amount(*amount), bank_reference: text("out") })
            }
        })
    }

    fn add(&mut self, to: ParticipantId, amount: u64) {
        let balance = self.available.entry(to).or_default();
        *balance = balance.checked_add(amount).expect("the town is not rich");
    }

    fn take(&mut self, from: ParticipantId, amount: u64) {
        let balance = self.available.entry(from).or_default();
        *balance = balance.checked_sub(amount).expect("nobody pays what they do not have");
    }

    /// Ends an order, which must be open: an order pays out once.
    fn close(&mut self, order: OrderId) -> (ParticipantId, u64) {
        assert!(self.ended.insert(order), "{order} ended twice");
        self.open.remove(&order).expect("what ends was placed")
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
                Event::OrderPlaced { order, price, .. } => {
                    let payer = self.town.get::<Orders>(&order).expect("it was placed").payer;
                    self.take(payer, price.0);
                    self.open.insert(order, (payer, price.0));
                }
                Event::OrderSettled { order, price, fee, payee, .. } => {
                    let (_, held) = self.close(order);
                    assert_eq!(held, price.0, "what is paid out is what was locked");
                    assert_eq!(fee, price.share(genesis().rule_pack.fee));
                    self.add(id_of(EXCHANGE), fee.0);
                    self.add(payee, price.0.checked_sub(fee.0).expect("a fee is a part of the price"));
                }
                Event::OrderRefunded { order, amount, .. } => {
                    let (payer, held) = self.close(order);
                    assert_eq!(held, amount.0, "what is given back is what was locked");
                    self.add(payer, held);
                }
                _ => {}
            }
        }
    }

    fn check(&mut self) {
        self.replay();
        self.check_money();
        self.check_counts();
        self.check_deadlines();
    }

    /// Invariants 1 to 4: what everyone has and what is held is what the events say, and all of it was issued.
    fn check_money(&self) {
        let mut held: BTreeMap<ParticipantId, u64> = BTreeMap::new();
        for (payer, price) in self.open.values() {
            *held.entry(*payer).or_default() += price;
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
        let is_open = |order: &Order| !matches!(order.status, OrderStatus::Settled | OrderStatus::Refunded);
        for (id, order) in &orders {
            assert_eq!(self.open.contains_key(id), is_open(order), "{id} is {}", order.status);
            let licence = self.town.get::<Licences>(&LicenceId::created_by(*id));
            assert_eq!(licence.is_some(), order.status == OrderStatus::Settled, "one licence for what is paid");
        }
        assert_eq!(licences.len(), orders.iter().filter(|(_, order)| order.status == OrderStatus::Settled).count());
        for (id, listing) in self.town.state.scan::<Listings>(&(), usize::MAX) {
            for (number, plan) in listing.plans.iter().enumerate() {
                let on_plan = || {
                    let orders = orders.iter().map(|(_, order)| order);
                    let plan = u8::try_from(number).expect("plans are few");
                    orders.filter(move |order| order.origin == Origin::Plan { listing: id, plan })
                };
                let sold = on_plan().filter(|order| order.status == OrderStatus::Settled).count();
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

fn fixed_cases() -> ProptestConfig {
    ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(8), failure_persistence: None, ..ProptestConfig::default() }
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
    for _ in 0..64 {
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
