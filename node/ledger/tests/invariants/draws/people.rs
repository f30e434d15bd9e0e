//! Who joins, and with which keys.

use yaosu_ledger::Handle;
use yaosu_ledger::model::{Enrolment, KeySet, Role};
use yaosu_ledger::transaction::Action;

use super::Drawn;
use crate::dice::Dice;
use crate::library;
use crate::sight::Sight;
use crate::town::{digest, text};

/// So many and no more, so that they meet.
const PEOPLE_MAX: usize = 22;

/// A trader.
pub fn enrol_trader(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let enrolment = newcomer(sight, dice)?;
    Some((sight.with_role(dice, Role::Operator)?, Action::EnrolTrader { enrolment }))
}

/// Other keys for somebody, some of them old ones.
pub fn rotate_keys(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let signer = sight.anyone(dice)?;
    let delivery_key = if dice.percent(95) { Some(digest("delivery")) } else { None };
    Some((signer, Action::RotateKeys { keys: any_keys(dice), delivery_key }))
}

/// Somebody new, now and then related to somebody here.
pub fn newcomer(sight: &Sight<'_>, dice: &mut Dice) -> Option<Enrolment> {
    let count = sight.view.participants.len();
    if count >= PEOPLE_MAX {
        return None;
    }
    let name = format!("newcomer-{}", dice.below(2 * PEOPLE_MAX));
    Some(Enrolment {
        handle: Handle::new(name.as_str()).expect("it is short and plain"),
        legal_name: text(&name),
        legal_id: text(&name),
        keys: any_keys(dice),
        delivery_key: Some(digest(&name)),
        related: if dice.percent(25) { Vec::from_iter(sight.anyone(dice)) } else { Vec::new() },
    })
}

fn any_keys(dice: &mut Dice) -> KeySet {
    let count = dice.between(1, 3);
    let mut keys: Vec<_> = (0..count).map(|_| library::public_key(dice.below(library::KEYS))).collect();
    keys.sort_unstable();
    keys.dedup();
    let threshold = u8::try_from(dice.between(1, keys.len() as u64)).expect("keys are few");
    KeySet { keys, threshold }
}
