//! What becomes of licences: use up to the end, deletion before and after the deadline, ends with their causes.

use yaosu_ledger::event::Event;
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::policy::{Clause, Request};
use yaosu_ledger::state::Uses;
use yaosu_ledger::{codec, rules};

use super::*;

/// Goal: uses count, below and above, each record has the hash of the one before, and the last use ends the licence and
/// what stands under it.
#[test]
fn a_licence_is_used_up() {
    let Market { mut town, map, .. } = Market::new();
    let licence = town.license(map, 1, BOB, Policy { max_uses: Some(5), ..wide() });
    let policy = Policy { max_uses: Some(4), ..under(&wide()) };
    let below = town.sublicensed(BOB, sublicense(licence, CITY, policy));
    town.must(BOB, read(&town, licence, 2));
    town.must(CITY, read(&town, below, 1));
    assert_eq!((town.licence(licence).uses, town.licence(below).uses), (3, 1));
    assert_eq!((town.licence(licence).records, town.licence(below).records), (1, 1));
    town.must(BOB, read(&town, licence, 1));
    let mut head = Digest::ZERO;
    for sequence in 0..2 {
        let record = town.get::<Uses>(&(licence, sequence)).expect("it was recorded");
        assert_eq!(record.previous, head);
        head = hash::digest(Domain::UseRecord, &codec::encode(&(licence, sequence, &record)));
    }
    assert_eq!(town.licence(licence).head, head);

    let request = |uses| Request { uses, ..Request::new(UseAction::Read, Purpose::Research) };
    let may = |town: &Town, uses| rules::may(&town.state, below, &request(uses), town.now()).expect("it is there");
    assert!(may(&town, 1).1.allowed);
    assert_eq!(may(&town, 2).1.clause, Some(Clause::MaxUses));
    assert_eq!(may(&town, 2).0, licence, "the one above says no");
    town.must(CITY, read(&town, below, 1));
    assert_eq!(town.licence(licence).status, LicenceStatus::Exhausted);
    assert_eq!(town.licence(below).status, LicenceStatus::Active, "the next block ends it");
    assert_eq!(town.answer(BOB, read(&town, licence, 1)), "NotInForce");
    assert_eq!(town.answer(CITY, read(&town, below, 1)), "NotInForce");
    assert!(!may(&town, 1).1.allowed);
    town.pass(Duration(1));
    assert_eq!(town.licence(below).cause, Some(LicenceEnd::Upstream));
    assert_eq!(may(&town, 1).1.clause, Some(Clause::Status));
}

/// Goal: the deletion is owed from the end on, in time until the deadline, late from it on; nothing else ends the duty.
#[test]
fn copies_are_destroyed_after_the_end() {
    let Market { mut town, bob, carol, .. } = Market::new();
    let window = genesis().rule_pack.deletion_window;
    town.must(ALICE, breach(bob));
    let deadline = town.now().after(window);
    assert_eq!(town.licence(bob).deletion, Deletion::Due { deadline });
    let mut next = town.clone();
    next.pass(Duration(1));
    let later = deadline.after(Duration(1));
    assert_eq!(next.licence(carol).deletion, Deletion::Due { deadline: later }, "under it too, from its own end on");
    let agreed = Termination::Mutual { with: id_of(BOB) };
    town.must(CAROL, Action::Terminate { licence: carol, cause: agreed, statement: text("agreed") });
    assert_eq!(town.licence(carol).deletion, Deletion::Due { deadline });
    assert_eq!(rules::next_deadline(&town.state), Some(deadline));
    town.pass(Duration(window.0 - 1));
    let statement = digest("all is gone");
    let stated = |licence| Action::StateDeletion { licence, statement };
    town.must(BOB, stated(bob));
    let time = town.now();
    assert_eq!(town.licence(bob).deletion, Deletion::Stated { statement, time, late: false });
    // As if the block of the deadline had too much to do.
    let mut busy = town.clone();
    busy.block.time = deadline;
    busy.must(CAROL, stated(carol));
    assert!(matches!(busy.licence(carol).deletion, Deletion::Stated { late: true, .. }));
    let events = town.pass(Duration(1));
    assert_eq!(events, [Event::DeletionOverdue { licence: carol, licensee: id_of(CAROL) }]);
    assert_eq!(town.licence(carol).deletion, Deletion::Overdue { deadline });
    town.must(CAROL, stated(carol));
    assert!(matches!(town.licence(carol).deletion, Deletion::Stated { late: true, .. }));
    assert_eq!(rules::next_deadline(&town.state), None);
}

/// Goal: everything that happens at one moment happens in one block, also with windows of no length.
#[test]
fn what_is_due_together_is_done_together() {
    let Market { mut town, map, .. } = Market::new();
    town.edit(|draft| {
        let pack = draft.get::<yaosu_ledger::state::RulePacks>(&()).expect("there are rules");
        let pack = RulePack { deletion_window: Duration(0), recall_window: Duration(0), ..pack };
        draft.put::<yaosu_ledger::state::RulePacks>(&(), &pack);
    });
    let hour = Duration::seconds(3_600);
    let policy = Policy { duration: Some(hour), ..wide() };
    let licence = town.license(map, 1, BOB, policy.clone());
    let below = town.sublicensed(BOB, sublicense(licence, CAROL, under(&policy)));
    let events = town.pass(hour);
    for id in [licence, below] {
        assert_eq!(town.licence(id).status, LicenceStatus::Expired, "one that ends with the one above it expires");
        assert!(events.contains(&Event::LicenceExpired { licence: id, asset: map }));
    }
    town.pass(Duration(1));
    assert!(matches!(town.licence(licence).deletion, Deletion::Overdue { .. }));
    assert!(matches!(town.licence(below).deletion, Deletion::Overdue { .. }));
    town.must(WATCH, recall_of(map));
    town.pass(Duration(1));
    town.pass(Duration(1));
    assert_eq!(rules::next_deadline(&town.state), None);
}

/// Goal: both sides see why a licence ended, and one that another stands in for leaves its duty to that.
#[test]
fn licences_end_with_a_cause() {
    let Market { mut town, map, bob, .. } = Market::new();
    let later = town.license(map, 1, BOB, wide());
    town.must(BOB, Action::Supersede { licence: bob, by: later });
    let ended = town.licence(bob);
    assert_eq!((ended.status, ended.cause, ended.deletion), (LicenceStatus::Superseded, None, Deletion::NotDue));
    let basis = digest("law");
    let statement = text("forbidden");
    let cause = Termination::Regulator { basis };
    let (_, events) =
        town.act(WATCH, Action::Terminate { licence: later, cause, statement: statement.clone() }).expect("it may");
    let stated = Event::TerminationStated { licence: later, by: id_of(WATCH), statement, evidence: Some(basis) };
    assert_eq!(events[0], stated);
    let cause = Some(LicenceEnd::Regulator);
    let (licensor, licensee) = (id_of(ALICE), id_of(BOB));
    let status = LicenceStatus::Terminated;
    let ended = Event::LicenceEnded { licence: later, asset: map, licensor, licensee, status, cause };
    assert_eq!(events[1], ended);
    assert_eq!(town.licence(later).ended, Some(town.now()));
}
