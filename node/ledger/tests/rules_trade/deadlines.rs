//! Every timeout: nothing before its deadline, one outcome at it and after it, and no turn twice.

use std::cell::Cell;

use yaosu_ledger::event::Event;
use yaosu_ledger::rules::{self, BlockContext};
use yaosu_ledger::state::{Bytes, Deadlines, Demands, Draft, Listings, Reader, State, Subject, Table};
use yaosu_ledger::{DemandId, LicenceId, ProposalId};

use super::*;

/// What happens by itself, without the identifiers.
fn name(event: &Event) -> &'static str {
    match event {
        Event::OrderRefunded { cause: RefundCause::NotDelivered, .. } => "not delivered",
        Event::OrderRefunded { cause: RefundCause::NotAcknowledged, .. } => "not acknowledged",
        Event::OrderRefunded { cause: RefundCause::KeyNotRevealed, .. } => "key not revealed",
        Event::OrderRefunded { cause: RefundCause::KeyNotOpened, .. } => "key not opened",
        Event::BondLost { .. } => "bond lost",
        Event::OrderSettled { .. } => "settled",
        Event::LicenceGranted { .. } => "granted",
        Event::LicenceExpired { .. } => "expired",
        Event::ListingEnded { .. } => "ended",
        Event::StatusSet { .. } => "suspended",
        Event::ProposalMoved { status: ProposalStatus::Enacted, .. } => "enacted",
        _ => "something else",
    }
}

/// Goal: each window is half-open: a block before the deadline does nothing, the first block at or after it acts, once.
/// Method: three towns for each timeout, whose next blocks lie one millisecond before, at and after the deadline.
#[test]
fn each_timeout_has_one_outcome_at_its_deadline() {
    let pack = genesis().rule_pack;
    let at = |status| {
        let mut market = Market::new();
        market.order(status);
        market.town
    };
    let mut listed = Market::new();
    let short = Duration(7);
    let until = Some(listed.town.now().after(short));
    let plans = vec![terms(PRICE, Supply::Unlimited)];
    let offer = Action::CreateListing { asset: listed.map, version: 1, kind: ListingKind::Fixed, plans, until };
    let mut paused = listed.town.clone();
    listed.town.list(ALICE, offer.clone());
    let listing = paused.list(ALICE, offer);
    paused.must(ALICE, Action::PauseListing { listing });
    let mut licensed = Market::new();
    let mut plan = terms(Amount::ZERO, Supply::Unlimited);
    plan.policy.duration = Some(short);
    let open = ListingKind::Open;
    let offer = Action::CreateListing { asset: licensed.map, version: 1, kind: open, plans: vec![plan], until: None };
    let listing = licensed.town.list(ALICE, offer);
    licensed.town.order(BOB, buy(listing, 0));
    let mut governed = Town::new();
    governed.must(EXCHANGE, standing(ALICE, ParticipantStatus::Suspended));
    let rows: [(Town, Duration, &[&str]); 10] = [
        (at(OrderStatus::Placed), pack.delivery_window, &["not delivered", "bond lost"]),
        (at(OrderStatus::Delivered), pack.acknowledgement_window, &["not acknowledged"]),
        (at(OrderStatus::Acknowledged), pack.key_window, &["key not revealed", "bond lost"]),
        (at(OrderStatus::KeyRevealed), pack.settlement_window, &["settled", "granted"]),
        (at(OrderStatus::KeyChallenged), pack.key_window, &["key not opened", "bond lost"]),
        (at(OrderStatus::Disputed), pack.arbitration_window, &["settled", "granted"]),
        (listed.town, short, &["ended"]),
        (paused, short, &["ended"]),
        (licensed.town, short, &["expired"]),
        (governed, pack.enactment_delay, &["enacted", "suspended"]),
    ];
    for (town, window, outcome) in rows {
        let deadline = town.now().after(window);
        assert_eq!(rules::next_deadline(&town.state), Some(deadline), "{outcome:?}");
        for late in [Duration(0), Duration(1)] {
            let mut town = town.clone();
            if late == Duration(0) {
                assert_eq!(town.pass_to(Timestamp(deadline.0 - 1)), [], "{outcome:?} came early");
            }
            let events = town.pass_to(deadline.after(late));
            assert_eq!(events.iter().map(name).collect::<Vec<_>>(), outcome, "{late} late");
            assert_eq!(rules::next_deadline(&town.state), None, "{outcome:?} would come again");
            assert_eq!(town.pass(window), [], "{outcome:?} came again");
        }
    }
}

/// Goal: what moves or ends a deadline leaves nothing behind that acts later.
/// Method: each step of an order and the early end of a listing; the table has the one entry that is due, or none.
#[test]
fn a_deadline_that_moved_is_gone() {
    let pack = genesis().rule_pack;
    let mut market = Market::new();
    let order = market.order(OrderStatus::Placed);
    let town = &mut market.town;
    let entries = |town: &Town| {
        let found = town.state.scan::<Deadlines>(&(), usize::MAX);
        found.into_iter().map(|(key, ())| key).collect::<Vec<_>>()
    };
    town.pass(Duration(3));
    town.must(ALICE, deliver(order));
    assert_eq!(entries(town), [(town.now().after(pack.acknowledgement_window), Subject::Order(order))]);
    town.pass(Duration(3));
    let mut rejected = town.clone();
    rejected.must(BOB, reject(order));
    assert_eq!(entries(&rejected), []);
    for (signer, step, window) in [
        (BOB, acknowledge(order), pack.key_window),
        (ALICE, reveal(order), pack.settlement_window),
        (BOB, challenge(order), pack.key_window),
        (ALICE, open(order), pack.settlement_window),
        (BOB, dispute(order), pack.arbitration_window),
    ] {
        town.must(signer, step);
        assert_eq!(entries(town), [(town.now().after(window), Subject::Order(order))]);
        town.pass(Duration(3));
        for (signer, end) in [(BOB, accept(order)), (BOB, reject(order)), (ARBITER, rule(order, Amount(7)))] {
            let mut ended = town.clone();
            if ended.act(signer, end).is_ok() {
                assert_eq!(entries(&ended), []);
            }
        }
    }
    town.pass(pack.arbitration_window);
    assert_eq!(entries(town), []);

    let until = Some(town.now().after(Duration(5)));
    let plans = vec![terms(PRICE, Supply::Unlimited)];
    let offer = Action::CreateListing { asset: market.map, version: 1, kind: ListingKind::Fixed, plans, until };
    let listing = town.list(ALICE, offer);
    town.must(ALICE, Action::EndListing { listing });
    assert_eq!(entries(town), []);
    assert_eq!(town.get::<Listings>(&listing).map(|listing| listing.status), Some(ListingStatus::Ended));
}

/// Goal: a block carries out what fits, earliest first, and the next block the rest; what waits is over all the same.
/// Method: three orders of two moments, blocks with room for one.
#[test]
fn what_is_over_waits_for_the_next_block() {
    let mut market = Market::new();
    let pack = genesis().rule_pack;
    let mut orders: Vec<OrderId> = (0..2).map(|_| market.order(OrderStatus::Placed)).collect();
    orders.sort_unstable();
    market.town.pass(Duration(1));
    orders.push(market.order(OrderStatus::Placed));
    let town = &mut market.town;
    town.block.time = town.now().after(pack.delivery_window);
    for (place, expected) in orders.iter().enumerate() {
        for waiting in &orders[place..] {
            assert_eq!(town.answer(ALICE, deliver(*waiting)), "OrderLate");
        }
        let mut draft = Draft::new(&town.state);
        let events = rules::carry_out_due(&mut draft, town.block, 1);
        town.state = town.state.with(&draft.into_changes());
        let cause = RefundCause::NotDelivered;
        let refunded = Event::OrderRefunded { order: *expected, asset: market.map, cause, amount: PRICE };
        let lost = Event::BondLost { order: *expected, from: id_of(ALICE), to: id_of(BOB), amount: BOND };
        assert_eq!(events, [refunded, lost]);
    }
    assert_eq!(rules::next_deadline(&town.state), None);
}

/// Goal: deadlines that cost nothing to make put off nobody's for longer than it took to make them.
/// Method: as many demands as a tenth of a block can make, over just before an order's time.
#[test]
fn many_small_deadlines_hold_nothing_up() {
    let mut market = Market::new();
    let order = market.order(OrderStatus::Placed);
    let town = &mut market.town;
    let end = town.now().after(genesis().rule_pack.delivery_window);
    let until = Timestamp(end.0 - 1);
    let wanted = Wanted {
        title: text("rain"),
        description: text("of every day"),
        sector: text("meteorology"),
        kind: None,
        actions: Actions::ALL,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
        max_price: PRICE,
    };
    let demand = DemandId::created_by(town.must(CAROL, Action::CreateDemand { wanted, delivery_key: None, until }));
    let record = town.get::<Demands>(&demand).expect("it was made");
    town.edit(|draft| {
        for number in 0..1_000 {
            let id = DemandId(digest(&format!("demand {number}")));
            draft.put::<Demands>(&id, &record);
            draft.put::<Deadlines>(&(until, Subject::Demand(id)), &());
        }
    });
    town.pass_to(end);
    assert_eq!(town.status(order), OrderStatus::Refunded);
    assert_eq!(rules::next_deadline(&town.state), None);
}

/// A state that counts the deadlines that are read of it.
struct Counting<'a> {
    state: &'a State,
    read: Cell<usize>,
}

impl Reader for Counting<'_> {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        self.state.bytes(key)
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        let found = self.state.scan_bytes(prefix, start, limit);
        if prefix[0] == Deadlines::NUMBER {
            self.read.set(self.read.get() + found.len());
        }
        found
    }
}

/// Goal: what a block reads is about what is due, however much is to come; and all that is due is read.
/// Method: one listing and then three hundred that end, before thousands that do not.
#[test]
fn what_is_not_due_is_not_read() {
    for due in [1, 300] {
        let Market { mut town, listing, .. } = Market::new();
        let record = town.get::<Listings>(&listing).expect("it is there");
        let (soon, late) = (town.now().after(Duration(1)), town.now().after(Duration::seconds(1_000)));
        town.edit(|draft| {
            for number in 0..5_000 {
                let id = ListingId(digest(&format!("listing {number}")));
                let until = if number < due { soon } else { late };
                draft.put::<Listings>(&id, &Listing { until: Some(until), ..record.clone() });
                draft.put::<Deadlines>(&(until, Subject::Listing(id)), &());
            }
        });
        town.block.time = soon;
        let counting = Counting { state: &town.state, read: Cell::new(0) };
        let mut draft = Draft::new(&counting);
        let events = rules::carry_out_due(&mut draft, town.block, rules::DUE_PER_BLOCK_MAX);
        assert_eq!(events.len(), due);
        assert!((due..due + 500).contains(&counting.read.get()), "{} read for {due}", counting.read.get());
    }
}

/// Goal: things that are due together come in the order of their moments, then of their kinds.
/// Method: a proposal, a licence, an order and a listing that end in one block.
#[test]
fn due_together_in_the_order_of_time() {
    let mut market = Market::new();
    let pack = genesis().rule_pack;
    let town = &mut market.town;
    town.must(EXCHANGE, standing(CAROL, ParticipantStatus::Suspended));
    town.pass(Duration::seconds(399));
    let end = town.now().after(pack.delivery_window);
    let mut plan = terms(Amount::ZERO, Supply::Unlimited);
    plan.policy.duration = Some(pack.delivery_window);
    let (kind, plans) = (ListingKind::Open, vec![plan]);
    let listing =
        town.list(ALICE, Action::CreateListing { asset: market.map, version: 1, kind, plans, until: Some(end) });
    let free = town.order(BOB, buy(listing, 0));
    let paid = town.order(BOB, buy(market.listing, 0));
    let subjects: Vec<Subject> =
        town.state.scan::<Deadlines>(&(), usize::MAX).into_iter().map(|((_, subject), ())| subject).collect();
    let proposal = town.history.iter().find_map(|event| match event {
        Event::Proposed { proposal, .. } => Some(*proposal),
        _ => None,
    });
    let proposal: ProposalId = proposal.expect("it was proposed");
    let expected = [
        Subject::Listing(listing),
        Subject::Order(paid),
        Subject::Licence(LicenceId::created_by(free)),
        Subject::Proposal(proposal),
    ];
    assert_eq!(subjects.len(), 4);
    assert!(expected.iter().all(|subject| subjects.contains(subject)));
    let events = town.pass(Duration::seconds(1_000));
    assert_eq!(
        events.iter().map(name).collect::<Vec<_>>(),
        ["ended", "not delivered", "bond lost", "expired", "enacted", "suspended"]
    );
    let BlockContext { time, .. } = town.block;
    assert!(time > end, "all of it was late, and came in its order");
}

/// Goal: what is due costs a block no more than its transactions may; the rest waits for the next one, and is over already.
/// Method: more settlements than a block pays royalties for, of data made from other data; as many of data made from
/// nothing, which cost little.
#[test]
fn settlements_that_pay_upstream_are_carried_over() {
    // The weight of a settlement with a walk upstream, as the rules' document has it.
    let fit = usize::try_from(rules::DUE_WEIGHT_MAX / 450).expect("a small number");
    let settled = |events: &[Event]| events.iter().filter(|event| name(event) == "settled").count();
    for derived in [false, true] {
        let Market { mut town, map, mut listing } = Market::new();
        if derived {
            let parent = Parent { asset: map, version: 1, licence: None, activity: Activity::Clean, recipe: None };
            let mut clean = register("clean", MAP_CLEANED);
            if let Action::RegisterAsset { parents, .. } = &mut clean {
                parents.push(parent);
            }
            let asset = AssetId::created_by(town.must(ALICE, clean));
            town.grant(asset);
            listing = town.list(ALICE, offer(asset, vec![terms(PRICE, Supply::Unlimited)]));
        }
        let orders: Vec<OrderId> = (0..fit + 5).map(|_| town.order(BOB, buy(listing, 0))).collect();
        for order in &orders {
            town.advance(*order, ALICE, BOB, OrderStatus::KeyRevealed);
        }
        let events = town.pass(genesis().rule_pack.settlement_window);
        if !derived {
            assert_eq!(settled(&events), orders.len());
            continue;
        }
        assert_eq!(settled(&events), fit);
        let late: Vec<OrderId> =
            orders.into_iter().filter(|order| town.status(*order) == OrderStatus::KeyRevealed).collect();
        assert_eq!(late.len(), 5);
        assert!(late.iter().all(|order| town.answer(BOB, accept(*order)) == "OrderLate"), "its window is over");
        assert_eq!(settled(&town.pass(Duration(1))), 5);
        assert!(late.iter().all(|order| town.status(*order) == OrderStatus::Settled));
        assert_eq!(rules::next_deadline(&town.state), None);
    }
}

const MAP_CLEANED: &str = "a cleaned map";
