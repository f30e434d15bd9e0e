//! Recalls: who is reached, in one step and in many, what they must do, and what becomes of those who do not.

use std::collections::BTreeSet;

use yaosu_ledger::event::Event;
use yaosu_ledger::rules::{self, RECALL_STEP_MAX, SUBLICENCES_PER_STEP};
use yaosu_ledger::state::{RecallDuties, RecallQueue, RecalledVersions, Recalls};
use yaosu_ledger::{Amount, ListingId, OrderId, RecallId};

use super::*;

fn reached(events: &[Event]) -> BTreeSet<LicenceId> {
    let licences = events.iter().filter_map(|event| match event {
        Event::RecallReached { licence, .. } => Some(*licence),
        _ => None,
    });
    licences.collect()
}

/// Goal: a recall reaches the licences of the version and of all that was made from it, under others too, and no other.
#[test]
fn a_recall_reaches_exactly_what_is_downstream() {
    let Market { mut town, map, bob, carol } = Market::new();
    let clean = derive(&mut town, BOB, "clean", &[(map, Some(bob))]);
    let of_clean = town.license(clean, 1, CITY, free_policy());
    let copy = derive(&mut town, BOB, "copy", &[(clean, None)]);
    let of_copy = town.license(copy, 1, CAROL, free_policy());
    // Reached in two ways, and once.
    derive(&mut town, BOB, "both", &[(clean, None), (copy, None)]);
    let chart = town.registered(ALICE, "chart");
    let of_chart = town.license(chart, 1, BOB, free_policy());
    town.must(ALICE, Action::AddVersion { asset: map, content: content("map 2"), parents: Vec::new() });
    let of_second = town.license(map, 2, BOB, free_policy());
    let over = town.license(map, 1, CITY, free_policy());
    town.must(ALICE, breach(over));

    let (transaction, events) = town.act(WATCH, recall_of(map)).expect("a regulator recalls it");
    let recall = RecallId::created_by(transaction);
    assert_eq!(reached(&events), BTreeSet::from([bob, carol, of_clean, of_copy]));
    let found = town.get::<Recalls>(&recall).expect("it is there");
    assert_eq!((found.spread, found.versions, found.licences, found.open), (RecallSpread::Complete, 4, 4, 4));
    assert!([of_chart, of_second, over].iter().all(|licence| town.licence(*licence).recall.is_none()));

    // A later recall of what is made from it finds that another was there.
    assert_eq!(town.answer(WATCH, recall_of(clean)), "VersionRecalled");
    // One licensee acts, the others do not.
    town.must(CITY, Action::AcknowledgeRecall { recall, licence: of_clean });
    let ended = town.licence(of_clean);
    assert_eq!((ended.status, ended.cause), (LicenceStatus::Terminated, Some(LicenceEnd::Recall)));
    let window = genesis().rule_pack.recall_window;
    town.pass(Duration(window.0 - 1));
    assert_eq!(town.licence(bob).status, LicenceStatus::Active, "there is time until the deadline");
    let events = town.pass(Duration(1));
    let overdue = events.iter().filter(|event| matches!(event, Event::RecallOverdue { .. })).count();
    assert_eq!(overdue, 3);
    assert_eq!(town.licence(bob).cause, Some(LicenceEnd::Recall));
    let duty = town.get::<RecallDuties>(&(recall, bob)).expect("it was reached");
    assert_eq!((duty.status, duty.licensee), (RecallDutyStatus::Overdue, id_of(BOB)));
    // Late is better than never, and stays marked.
    let (_, events) = town.act(BOB, Action::AcknowledgeRecall { recall, licence: bob }).expect("it is still owed");
    assert_eq!(events, [Event::RecallAcknowledged { recall, licence: bob, licensee: id_of(BOB), late: true }]);
    assert_eq!(town.get::<Recalls>(&recall).map(|recall| recall.open), Some(2));
}

/// Goal: a recall reaches no licence that is in force no more because one that it stands under ended, though the block has
/// not come to end it.
/// Method: Bob's licence ends in the block of the recall; Carol has one under it, and the city one under that.
#[test]
fn a_recall_reaches_only_what_is_in_force() {
    let Market { mut town, map, bob, carol } = Market::new();
    let deeper = town.sublicensed(CAROL, sublicense(carol, CITY, under(&under(&wide()))));
    let other = town.license(map, 1, CITY, free_policy());
    town.must(ALICE, breach(bob));
    let (transaction, events) = town.act(WATCH, recall_of(map)).expect("a regulator recalls it");
    assert_eq!(reached(&events), BTreeSet::from([other]));
    for _ in 0..2 {
        town.pass(Duration(1));
    }
    let recall = RecallId::created_by(transaction);
    assert_eq!(town.get::<Recalls>(&recall).map(|found| (found.licences, found.open)), Some((1, 1)));
    for licence in [carol, deeper] {
        let found = town.licence(licence);
        assert_eq!((found.cause, found.recall), (Some(LicenceEnd::Upstream), None));
    }
}

/// Goal: a recall of more than one step goes on by itself until all are reached, each with its whole window, and nothing
/// slips through in between.
#[test]
fn a_large_recall_goes_on_by_itself() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let bob = town.license(map, 1, BOB, free_policy());
    let clean = derive(&mut town, BOB, "clean", &[(map, Some(bob))]);
    let mut expected = BTreeSet::from([bob]);
    for _ in 0..RECALL_STEP_MAX {
        expected.insert(town.license(map, 1, CITY, free_policy()));
        expected.insert(town.license(clean, 1, CITY, free_policy()));
    }
    let (transaction, events) = town.act(WATCH, recall_of(map)).expect("a regulator recalls it");
    let recall = RecallId::created_by(transaction);
    let mut found = reached(&events);
    assert!(found.len() < RECALL_STEP_MAX);
    // The version further down is not reached yet: what is licensed of it meanwhile is reached with it.
    let late = town.license(clean, 1, CAROL, free_policy());
    expected.insert(late);
    let mut steps = 0;
    while town.get::<Recalls>(&recall).is_some_and(|recall| recall.spread == RecallSpread::Spreading) {
        let events = town.pass(Duration(1));
        let reached = reached(&events);
        assert!(reached.len() <= RECALL_STEP_MAX);
        for licence in &reached {
            let deadline = town.now().after(genesis().rule_pack.recall_window);
            assert_eq!(town.licence(*licence).recall_deadline, Some(deadline), "a whole window for everyone");
        }
        assert!(found.is_disjoint(&reached), "nobody is reached twice");
        found.extend(reached);
        steps += 1;
        assert!(steps < 10, "it comes to an end");
    }
    assert!(steps >= 2);
    assert_eq!(found, expected);
    assert_eq!(town.state.scan::<RecallQueue>(&(), 1).len(), 0);
    assert_eq!(town.state.scan::<RecalledVersions>(&(), 9).len(), 2);
}

/// Goal: however many licences there are, the newest version, which is the one that is sold, is recalled at once.
/// Method: a recall of all versions, with more subscriptions to the first one than a step reaches.
#[test]
fn the_newest_version_does_not_wait() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    for _ in 0..RECALL_STEP_MAX {
        town.license(map, 1, BOB, free_policy());
    }
    town.must(ALICE, Action::AddVersion { asset: map, content: content("map 2"), parents: Vec::new() });
    let (cause, statement) = (RecallCause::Contamination, digest("statement"));
    let all = Action::Recall { asset: map, version: None, cause, statement };
    let recall = RecallId::created_by(town.must(WATCH, all));
    assert_eq!(town.get::<Recalls>(&recall).map(|found| found.spread), Some(RecallSpread::Spreading));
    assert_eq!(town.get::<RecalledVersions>(&(map, 2)), Some(recall));
    town.pass(Duration(1));
    let found = town.get::<Recalls>(&recall).expect("it is there");
    assert_eq!((found.spread, found.versions), (RecallSpread::Complete, 2));
    assert_eq!(found.licences as usize, RECALL_STEP_MAX);
}

/// Alice's listing of the map, and an order on it.
fn offered(town: &mut Town, map: AssetId) -> (Action, Action) {
    let terms = Terms {
        price: Amount(1_000),
        policy: free_policy(),
        supply: Supply::Unlimited,
        form: PlanForm::OneOff,
        bond: Amount(1_000),
    };
    let offer =
        Action::CreateListing { asset: map, version: 1, kind: ListingKind::Fixed, plans: vec![terms], until: None };
    let listing = ListingId::created_by(town.must(ALICE, offer.clone()));
    let order = Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: Amount(1_000),
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("scenario"),
    };
    (offer, order)
}

/// Goal: an order that was open when its version was recalled still ends as it must, and its licence is reached at once.
#[test]
fn an_open_order_is_reached_when_it_settles() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let (_, order) = offered(&mut town, map);
    let order = OrderId::created_by(town.must(BOB, order));
    let recall = RecallId::created_by(town.must(WATCH, recall_of(map)));
    town.must(ALICE, deliver(order));
    town.must(BOB, acknowledge(order));
    town.must(ALICE, reveal(order));
    let events = town.pass(genesis().rule_pack.settlement_window);
    let licence = LicenceId::created_by(order);
    assert_eq!(reached(&events), BTreeSet::from([licence]));
    assert_eq!(town.get::<Recalls>(&recall).map(|recall| (recall.licences, recall.open)), Some((1, 1)));
    town.must(BOB, Action::AcknowledgeRecall { recall, licence });
}

/// Goal: what stands under a licence ends with it, in the blocks that follow, and none of it can be used from the very
/// moment on.
#[test]
fn many_sublicences_end_step_by_step() {
    let Market { mut town, bob, carol, .. } = Market::new();
    let count = SUBLICENCES_PER_STEP * 2;
    let deeper = town.sublicensed(CAROL, sublicense(carol, CITY, under(&under(&wide()))));
    let mut below = vec![carol, deeper];
    for _ in 0..count {
        below.push(town.sublicensed(BOB, sublicense(bob, CITY, under(&wide()))));
        // Another transaction needs another number, and the town's lane gives it.
    }
    town.must(ALICE, breach(bob));
    let left = |town: &Town| below.iter().filter(|id| town.licence(**id).status == LicenceStatus::Active).count();
    assert_eq!(left(&town), below.len(), "who ends it ends nothing else");
    for id in &below {
        let licensee = if *id == carol { CAROL } else { CITY };
        assert_eq!(town.answer(licensee, read(&town, *id, 1)), "NotInForce");
    }
    let mut steps = 0;
    while left(&town) > 0 {
        let before = left(&town);
        town.pass(Duration(1));
        // What stands under one of these ends with the block after it.
        assert!(before - left(&town) <= SUBLICENCES_PER_STEP + steps);
        steps += 1;
        assert!(steps < 10, "it comes to an end");
    }
    assert!(steps >= 2);
    assert!(below.iter().all(|id| town.licence(*id).cause == Some(LicenceEnd::Upstream)));
    while rules::next_deadline(&town.state).is_some() {
        town.pass(Duration::seconds(10_000));
    }
}

/// Goal: a holder ends nothing that was paid for, and stops nothing that others made; what it withdraws is sold no more,
/// and a regulator may still recall it.
/// Method: a withdrawal beside a licence, an open order and something made; then a recall reaches them all.
#[test]
fn a_withdrawal_ends_nothing() {
    let Market { mut town, map, bob, carol } = Market::new();
    let clean = derive(&mut town, BOB, "clean", &[(map, Some(bob))]);
    let (offer, order) = offered(&mut town, map);
    let open = OrderId::created_by(town.must(CITY, order.clone()));
    let (transaction, events) = town.act(ALICE, withdrawal_of(map, Some(1))).expect("it is hers");
    let withdrawal = RecallId::created_by(transaction);
    assert_eq!(events.last(), Some(&Event::RecallComplete { recall: withdrawal, versions: 1, licences: 0 }));
    assert_eq!(town.answer(ALICE, withdrawal_of(map, None)), "VersionRecalled");
    for (signer, action) in [(ALICE, offer.clone()), (CAROL, order.clone())] {
        assert_eq!(town.answer(signer, action), "VersionRecalled", "nothing new is sold of it");
    }
    assert_eq!(town.answer(BOB, sublicense(bob, CITY, under(&wide()))), "ok");
    assert_eq!(town.answer(BOB, derived("other", &[(map, Some(bob))])), "ok");
    let mut of_clean = offer;
    if let Action::CreateListing { asset, plans, .. } = &mut of_clean {
        *asset = clean;
        plans[0].policy = wide();
    }
    assert_eq!(town.answer(BOB, of_clean.clone()), "ok", "what was made of it is Bob's to sell");

    town.must(ALICE, deliver(open));
    town.must(CITY, acknowledge(open));
    town.must(ALICE, reveal(open));
    let window = genesis().rule_pack;
    let events = town.pass(window.settlement_window);
    assert!(reached(&events).is_empty());
    let granted = LicenceId::created_by(open);
    town.pass(window.recall_window);
    for licence in [bob, carol, granted] {
        let found = town.licence(licence);
        assert_eq!((found.status, found.recall), (LicenceStatus::Active, None));
    }

    let (transaction, events) = town.act(WATCH, recall_of(map)).expect("nobody recalled it before");
    assert_eq!(reached(&events), BTreeSet::from([bob, carol, granted]));
    let recall = RecallId::created_by(transaction);
    for version in [(map, 1), (clean, 1)] {
        assert_eq!(town.get::<RecalledVersions>(&version), Some(recall));
    }
    assert_eq!(town.answer(BOB, derived("other", &[(map, Some(bob))])), "VersionRecalled");
    assert_eq!(town.answer(BOB, of_clean), "VersionRecalled");
}
