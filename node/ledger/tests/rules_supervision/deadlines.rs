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

/// Goal: a lapse that has many listings looked at, each with a walk upstream, leaves the next one to the next block.
#[test]
fn lapses_that_cost_much_are_carried_over() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let clean = AssetId::created_by(town.must(ALICE, derived("clean", map, None, Grade::General1)));
    town.grant(clean);
    for _ in 0..LIVE_LISTINGS_MAX {
        town.list(ALICE, offer(clean, vec![plan(PRICE)]));
    }
    let lapses = [AttestationKind::Source, AttestationKind::Quality].map(|kind| town.attested(clean, kind));
    let cheap = [AttestationKind::Source, AttestationKind::Quality].map(|kind| town.attested(map, kind));
    let expired = |events: &[Event]| {
        let expired = |event: &Event| matches!(event, Event::AttestationExpired { .. });
        events.iter().filter(|event| expired(event)).count()
    };
    let first = expired(&town.pass(TERM));
    assert!((1..4).contains(&first), "{first}");
    let over = lapses.iter().chain(&cheap).filter(|id| {
        let found = town.get::<yaosu_ledger::state::Attestations>(id).expect("it is there");
        found.status == AttestationStatus::Expired
    });
    assert_eq!(over.count(), first);
    assert_eq!(first + expired(&town.pass(Duration(1))), 4);
    assert_eq!(rules::next_deadline(&town.state), None);
}
