//! The ends of attestations and freezes: nothing before, one outcome at and after, and nothing left behind.

use yaosu_ledger::event::Event;
use yaosu_ledger::rules;

use super::*;

/// Goal: each is half-open: a block before the end does nothing, the first one at or after it acts, once.
/// Method: next blocks one millisecond before, at and after the end.
#[test]
fn each_end_has_one_outcome() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let mut attested = town.clone();
    let attestation = attested.attested(map, AttestationKind::Source);
    let mut frozen = town.clone();
    let target = Subject::Participant(id_of(BOB));
    let freeze = frozen.frozen(target, FreezeScope::All);
    let rows = [
        (attested, Event::AttestationExpired { attestation, asset: map }),
        (frozen, Event::FreezeEnded { freeze, target, status: FreezeStatus::Expired, by: None }),
    ];
    for (town, outcome) in rows {
        for late in [0, 1] {
            let mut town = town.clone();
            if late == 0 {
                assert_eq!(town.pass(Duration(TERM.0 - 1)), [], "{outcome:?} came early");
                assert_eq!(town.pass(Duration(1)), std::slice::from_ref(&outcome));
            } else {
                assert_eq!(town.pass(Duration(TERM.0 + 1)), std::slice::from_ref(&outcome));
            }
            assert_eq!(rules::next_deadline(&town.state), None);
            assert_eq!(town.pass(TERM), [], "{outcome:?} came again");
        }
    }
}

/// Goal: what ends early leaves no deadline behind.
#[test]
fn an_early_end_leaves_nothing() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let attestation = town.attested(map, AttestationKind::Source);
    town.must(LAB, Action::WithdrawAttestation { attestation, reason: text("wrong") });
    let lifted = town.frozen(Subject::Asset(map), FreezeScope::Trade);
    town.must(WATCH, lift(lifted));
    let overturned = town.frozen(Subject::Asset(map), FreezeScope::Use);
    town.must(ALICE, appeal(overturned));
    town.must(JUDGE, rule(overturned, true));
    assert_eq!(rules::next_deadline(&town.state), None);
    town.attested(map, AttestationKind::Source);
    town.pass(Duration(1));
    town.attested(map, AttestationKind::Source);
    assert_eq!(town.pass(Duration(TERM.0 - 1)), [], "the older one was superseded, and its end with it");
}

/// Goal: listings are looked at again as far as a block goes, each with a walk upstream, the first that wait first; the
/// rest is left to the next block, and takes no order meanwhile.
/// Method: two charts made from a map, with listings for more than a block's weight; both need an attestation that lapses.
#[test]
fn looks_that_cost_much_are_carried_over() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    demand(&mut town, AttestationKinds::NONE.with(AttestationKind::Source));
    let charts = ["first", "second", "third"].map(|words| {
        let chart = AssetId::created_by(town.must(ALICE, derived(words, map, None, Grade::General1)));
        town.grant(chart);
        chart
    });
    let attestations = charts.map(|chart| town.attested(chart, AttestationKind::Source));
    let mut listings = Vec::new();
    for chart in charts {
        listings.extend((0..LIVE_LISTINGS_EACH_MAX).map(|_| town.list(ALICE, offer(chart, vec![plan(PRICE)]))));
    }
    // The weight of a look with a walk upstream, as the rules' document has it.
    let fit = usize::try_from(rules::DUE_WEIGHT_MAX / 319).expect("a small number");
    assert!((fit + 1..2 * fit).contains(&listings.len()));
    for attestation in attestations {
        town.must(LAB, Action::WithdrawAttestation { attestation, reason: text("wrong") });
    }
    let paused = |town: &Town| {
        let paused = (ListingStatus::Paused, Some(PauseCause::Attestation));
        listings.iter().filter(|listing| town.stands(**listing) == paused).count()
    };
    assert_eq!(paused(&town), 0);
    town.pass(Duration(1));
    assert_eq!(paused(&town), fit);
    for listing in &listings {
        assert_ne!(town.answer(BOB, buy(*listing)), "ok");
    }
    // What is asked for meanwhile waits behind them, and once.
    for chart in charts {
        town.attested(chart, AttestationKind::Quality);
    }
    town.pass(Duration(1));
    assert_eq!(paused(&town), listings.len());
    assert_eq!(rules::next_deadline(&town.state).map(|next| next > town.now()), Some(true));
}

/// Goal: deadlines come first, and listings are looked at with what these leave, one at least.
/// Method: the rest of a block's weight goes to lapses of attestations, each of an asset with listings.
#[test]
fn looks_come_after_deadlines() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    demand(&mut town, AttestationKinds::NONE.with(AttestationKind::Source));
    let chart = AssetId::created_by(town.must(ALICE, derived("chart", map, None, Grade::General1)));
    town.grant(chart);
    let attestation = town.attested(chart, AttestationKind::Source);
    let listings = [(); 3].map(|()| town.list(ALICE, offer(chart, vec![plan(PRICE)])));
    let record = town.get::<yaosu_ledger::state::Attestations>(&attestation).expect("it is there");
    // Each lapse weighs one, and one for each of the three listings.
    let copies = rules::DUE_WEIGHT_MAX / 4;
    town.edit(|draft| {
        for number in 0..copies {
            let id = AttestationId(digest(&format!("attestation {number}")));
            let record = Attestation { kind: AttestationKind::Quality, ..record.clone() };
            draft.put::<yaosu_ledger::state::Attestations>(&id, &record);
            draft.put::<yaosu_ledger::state::Deadlines>(&(record.valid_until, Subject::Attestation(id)), &());
        }
    });
    let count = |events: &[Event]| {
        let lapsed = events.iter().filter(|event| matches!(event, Event::AttestationExpired { .. })).count();
        let paused = events.iter().filter(|event| matches!(event, Event::ListingPaused { .. })).count();
        (lapsed, paused)
    };
    let copies = usize::try_from(copies).expect("a small number");
    let (lapsed, paused) = count(&town.pass(TERM));
    assert_eq!((lapsed, paused), (copies, 1));
    assert_eq!(count(&town.pass(Duration(1))), (1, 2));
    assert!(listings.iter().all(|listing| town.stands(*listing).0 == ListingStatus::Paused));
    assert_eq!(rules::next_deadline(&town.state), None);
}
