//! Turns: who proposes at a height, computed from committed blocks alone, so that a dead validator costs one stall and
//! not one at every turn of its own.
//!
//! Validators take turns by height. One that was first at a height and did not make the block that was decided there is
//! passed over for a while: [`PASS_OVER_FIRST`] heights, doubled with each miss in a row up to [`PASS_OVER_MAX`]. After
//! that its turn comes again, and one block of its own clears the record.

use crate::event::Event;
use crate::primitives::{Height, ParticipantId};
use crate::state::{Absence, Absences, Draft, Reader};
use crate::validators::ValidatorSet;

/// Heights that a validator is passed over for after its first missed turn.
pub const PASS_OVER_FIRST: u64 = 16;

/// Heights that it is passed over for at most.
pub const PASS_OVER_MAX: u64 = 1024;

/// The proposers of a height in the order of rounds: the one of round `r` is the element `r` modulo the length.
///
/// Starts with the validators that are not passed over, from the one whose turn it is, then the others.
#[must_use]
pub fn order<R: Reader>(state: &R, validators: &ValidatorSet, height: Height) -> Vec<ParticipantId> {
    let mut operators: Vec<ParticipantId> =
        validators.validators().iter().map(|validator| validator.operator).collect();
    let count = u64::try_from(operators.len()).unwrap_or(u64::MAX);
    let first = height.0.checked_rem(count).and_then(|place| usize::try_from(place).ok()).unwrap_or(0);
    operators.rotate_left(first);
    // A stable partition: the passed over keep their order among themselves.
    operators.sort_by_key(|operator| is_passed_over(state, *operator, height));
    operators
}

fn is_passed_over<R: Reader>(state: &R, operator: ParticipantId, height: Height) -> bool {
    state.get::<Absences>(&operator).is_some_and(|absence| height < absence.passed_over_until)
}

/// Notes whether the one whose turn it was made this block.
pub fn record<R: Reader>(
    draft: &mut Draft<'_, R>,
    validators: &ValidatorSet,
    height: Height,
    proposer: ParticipantId,
) -> Vec<Event> {
    let Some(&expected) = order(draft, validators, height).first() else { return Vec::new() };
    // Whoever made a block is there, whoever's turn it was.
    if draft.contains::<Absences>(&proposer) {
        draft.remove::<Absences>(&proposer);
    }
    if expected == proposer {
        return Vec::new();
    }
    let missed = draft.get::<Absences>(&expected).map_or(0, |absence| absence.missed).saturating_add(1);
    let doublings = missed.saturating_sub(1).min(32);
    let heights = PASS_OVER_FIRST.checked_shl(doublings).unwrap_or(PASS_OVER_MAX).min(PASS_OVER_MAX);
    let passed_over_until = Height(height.0.saturating_add(1).saturating_add(heights));
    draft.put::<Absences>(&expected, &Absence { missed, passed_over_until });
    vec![Event::TurnMissed { operator: expected, missed, passed_over_until }]
}
