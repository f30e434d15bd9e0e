//! Money that comes in, goes round and goes out.

use yaosu_ledger::model::Role;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, ParticipantId};

use super::Drawn;
use crate::dice::Dice;
use crate::sight::Sight;
use crate::town::text;

/// Mostly a little; now and then all that the ledger can still count, or one more than that.
pub fn issue(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let supply = sight.view.supplies.get(&()).copied().unwrap_or_default();
    let room = u64::MAX - supply.issued.0;
    let amount = match dice.below(24) {
        0 => room,
        1 => room.saturating_add(1),
        2 => u64::MAX,
        3 => 0,
        _ => dice.between(1, 300_000),
    };
    let to = sight.trader(dice)?;
    let issue = Action::Issue { to, amount: Amount(amount), bank_reference: text("in") };
    Some((sight.with_role(dice, Role::SettlementAgent)?, issue))
}

/// Some of what somebody has; now and then all of it, or more.
pub fn redeem(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let from = sight.trader(dice)?;
    let amount = part(sight, dice, from);
    let redeem = Action::Redeem { from, amount, bank_reference: text("out") };
    Some((sight.with_role(dice, Role::SettlementAgent)?, redeem))
}

/// The same, to somebody else.
pub fn pay(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let from = sight.anyone(dice)?;
    let to = if dice.percent(70) { sight.trader(dice)? } else { sight.anyone(dice)? };
    Some((from, Action::Pay { to, amount: part(sight, dice, from), memo: text("") }))
}

fn part(sight: &Sight<'_>, dice: &mut Dice, from: ParticipantId) -> Amount {
    let available = sight.view.accounts.get(&from).copied().unwrap_or_default().available.0;
    Amount(match dice.below(16) {
        0 => available,
        1 => available.saturating_add(1),
        2 => u64::MAX,
        _ => dice.between(0, available / 8),
    })
}
