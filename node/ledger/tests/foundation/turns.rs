//! Whose turn it is, and what happens to those who miss theirs.

use yaosu_ledger::event::Event;
use yaosu_ledger::state::{Absences, Draft, Reader, State};
use yaosu_ledger::turns::{self, PASS_OVER_FIRST, PASS_OVER_MAX};
use yaosu_ledger::validators::{Validator, ValidatorSet};
use yaosu_ledger::{Digest, Duration, Height, ParticipantId};

use crate::chain::{Chain, build};
use crate::town::key_of;

/// Operators in the order of their identifiers.
fn operator(number: u8) -> ParticipantId {
    ParticipantId(Digest([number; 32]))
}

fn set(numbers: &[u8]) -> ValidatorSet {
    let validator = |number: &u8| Validator {
        operator: operator(*number),
        key: key_of(&format!("validator {number}")).public(),
        power: 1,
    };
    ValidatorSet::new(numbers.iter().map(validator).collect()).expect("a set")
}

/// The state after a block of a height by somebody.
fn made(state: &State, validators: &ValidatorSet, height: u64, by: u8) -> (State, Vec<Event>) {
    let mut draft = Draft::new(state);
    let events = turns::record(&mut draft, validators, Height(height), operator(by));
    (state.with(&draft.into_changes()), events)
}

fn order(state: &State, validators: &ValidatorSet, height: u64) -> Vec<u8> {
    turns::order(state, validators, Height(height)).into_iter().map(|operator| operator.0.0[0]).collect()
}

#[test]
fn validators_take_turns_by_height() {
    let (state, set) = (State::default(), set(&[0, 1, 2, 3]));
    for (height, expected) in
        [(1, [1, 2, 3, 0]), (2, [2, 3, 0, 1]), (3, [3, 0, 1, 2]), (4, [0, 1, 2, 3]), (u64::MAX, [3, 0, 1, 2])]
    {
        assert_eq!(order(&state, &set, height), expected, "height {height}");
    }
}

/// Goal: a missed turn costs one stall: the one who missed comes last, not first, until its time, then it has its turn.
#[test]
fn who_misses_its_turn_is_passed_over_for_a_while() {
    let set = set(&[0, 1, 2, 3]);
    let (state, events) = made(&State::default(), &set, 1, 2);
    let passed_over_until = Height(1 + 1 + PASS_OVER_FIRST);
    assert_eq!(events, [Event::TurnMissed { operator: operator(1), missed: 1, passed_over_until }]);
    for height in 2..18 {
        assert_eq!(order(&state, &set, height).last(), Some(&1), "height {height}");
    }
    assert_eq!(order(&state, &set, 5), [2, 3, 0, 1], "at its own turn the next one is first");
    assert_eq!(order(&state, &set, 6), [2, 3, 0, 1]);
    assert_eq!(order(&state, &set, 18), [2, 3, 0, 1], "its time is over: plain turns again");
    assert_eq!(order(&state, &set, 21), [1, 2, 3, 0]);
}

/// Goal: the height at which the time is over is the first at which all goes as before.
#[test]
fn the_time_is_over_at_its_height() {
    let set = set(&[0, 1, 2]);
    let (state, _) = made(&State::default(), &set, 1, 2);
    let until = 1 + 1 + PASS_OVER_FIRST;
    assert_eq!(order(&state, &set, until - 3), [0, 2, 1]);
    assert_eq!(order(&state, &set, until - 2), [2, 0, 1], "its own turn, the last that it misses");
    assert_eq!(order(&state, &set, until), [0, 1, 2]);
}

/// Goal: the time doubles with each miss in a row, up to a cap, and never overflows.
#[test]
fn the_time_doubles_up_to_a_cap() {
    let set = set(&[0, 1]);
    let mut state = State::default();
    let mut height = 1;
    for (misses, expected) in (1..).zip([16, 32, 64, 128, 256, 512, 1024, 1024, 1024]) {
        // The next height at which it is its turn and it is not passed over any more.
        while order(&state, &set, height).first() != Some(&1) {
            height += 1;
        }
        let (next, events) = made(&state, &set, height, 0);
        let passed_over_until = Height(height + 1 + expected);
        assert_eq!(events, [Event::TurnMissed { operator: operator(1), missed: misses, passed_over_until }]);
        state = next;
    }
    assert_eq!(PASS_OVER_MAX, 1024);
    let mut draft = Draft::new(&state);
    let often = yaosu_ledger::state::Absence { missed: u32::MAX, passed_over_until: Height(0) };
    draft.put::<Absences>(&operator(1), &often);
    let state = state.with(&draft.into_changes());
    let (state, _) = made(&state, &set, u64::MAX, 0);
    let absence = state.get::<Absences>(&operator(1)).expect("it missed again");
    assert_eq!((absence.missed, absence.passed_over_until), (u32::MAX, Height(u64::MAX)));
}

/// Goal: one block of its own clears the record, whoever's turn it was.
#[test]
fn a_block_of_its_own_clears_the_record() {
    let set = set(&[0, 1, 2, 3]);
    let (state, _) = made(&State::default(), &set, 1, 2);
    assert!(state.contains::<Absences>(&operator(1)));
    let (state, events) = made(&state, &set, 3, 1);
    assert!(!state.contains::<Absences>(&operator(1)), "it is there, in a later round");
    assert_eq!(events.len(), 1, "the one whose turn it was has missed it");
    assert!(state.contains::<Absences>(&operator(3)));
    let (state, _) = made(&state, &set, 5, 1);
    assert_eq!(made(&state, &set, 9, 2).1.len(), 1, "the next miss is its first again");
    let (state, events) = made(&state, &set, 9, 2);
    assert!(matches!(events[0], Event::TurnMissed { missed: 1, .. }));
    assert_eq!(state.get::<Absences>(&operator(1)).map(|absence| absence.missed), Some(1));
}

/// Goal: a turn that was kept leaves no trace.
#[test]
fn a_kept_turn_changes_nothing() {
    let set = set(&[0, 1, 2, 3]);
    let (state, events) = made(&State::default(), &set, 1, 1);
    assert!(state.is_empty() && events.is_empty());
}

/// Goal: if all are passed over, turns go as if none was.
#[test]
fn all_passed_over_is_none_passed_over() {
    let set = set(&[0, 1, 2]);
    let mut draft_of = State::default();
    for number in [0, 1, 2] {
        let mut draft = Draft::new(&draft_of);
        let absence = yaosu_ledger::state::Absence { missed: 1, passed_over_until: Height(100) };
        draft.put::<Absences>(&operator(number), &absence);
        draft_of = draft_of.with(&draft.into_changes());
    }
    for height in [1, 50, 99, 100] {
        assert_eq!(order(&draft_of, &set, height), order(&State::default(), &set, height), "height {height}");
    }
}

/// Goal: a dead validator costs a height in four at first, and hardly any later.
#[test]
fn a_dead_validator_costs_few_stalls() {
    let set = set(&[0, 1, 2, 3]);
    let mut state = State::default();
    let mut stalls = 0;
    for height in 1..=1_000 {
        let turn = order(&state, &set, height);
        let maker = *turn.iter().find(|number| **number != 3).expect("three live");
        stalls += u32::from(turn[0] == 3);
        state = made(&state, &set, height, maker).0;
    }
    assert_eq!(stalls, 6, "and not 250");
}

/// Goal: another validator set has its own turns, and absences of those who left do not count.
#[test]
fn another_set_has_its_own_turns() {
    let before = set(&[0, 1, 2, 3]);
    let (state, _) = made(&State::default(), &before, 1, 2);
    let after = set(&[0, 2, 4]);
    assert_eq!(order(&state, &after, 3), [0, 2, 4]);
    assert_eq!(order(&state, &after, 4), [2, 4, 0]);
    let joined = set(&[0, 1, 4]);
    assert_eq!(order(&state, &joined, 4), [4, 0, 1], "who stays away is passed over in a new set too");
}

/// Goal: the turns of a chain are those of its blocks: a proposer out of turn is noted by everyone who checks.
#[test]
fn a_chain_remembers_missed_turns() {
    let mut chain = Chain::new();
    let turns = chain.tip.turns();
    let executed = build(&chain.tip, Duration(1), turns[1], &[]).expect("nothing in it");
    assert!(yaosu_ledger::execution::check(&chain.tip, &executed.block).is_ok());
    chain.tip = executed.tip();
    assert_eq!(chain.tip.turns().last(), Some(&turns[0]));
}
