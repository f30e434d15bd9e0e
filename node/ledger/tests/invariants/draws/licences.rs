//! What the two sides of a licence do, recalls, and parked royalties.

use yaosu_ledger::model::*;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;

use super::Drawn;
use crate::dice::Dice;
use crate::sight::{Sight, any_policy, find};
use crate::town::{digest, text};

/// Mostly within what the one above allows.
pub fn sublicense(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let any = dice.percent(8);
    let (licence, found) = sight.licence(dice, |licence| {
        any || licence.policy.sublicence_depth > 0 && licence.policy.actions.contains(UseAction::Sublicense)
    })?;
    let above = &found.policy;
    let policy = if dice.percent(80) {
        let max_uses = above.max_uses.map(|limit| dice.between(1, limit));
        Policy { sublicence_depth: above.sublicence_depth.saturating_sub(1), max_uses, ..above.clone() }
    } else {
        any_policy(dice)
    };
    let until = match found.until {
        Some(until) if !dice.percent(10) => Some(until),
        _ => dice.percent(20).then(|| sight.later(dice, 4_000)),
    };
    Some((found.licensee, Action::Sublicense { licence, licensee: sight.trader(dice)?, policy, until }))
}

/// The next use; now and then out of sequence, too often, or for something else.
pub fn record_use(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    // Now and then under one that is frozen.
    let any = dice.percent(80);
    let is_frozen = |licence| sight.view.active_freezes.keys().any(|(target, _)| *target == Subject::Licence(licence));
    let (licence, found) = sight.licence(dice, |licence| any || licence.parent.is_some_and(is_frozen))?;
    let scope = |dice: &mut Dice, scope: &Scope<_>| match scope {
        Scope::Any => None,
        Scope::Only(items) => dice.percent(80).then(|| items.first().cloned()).flatten(),
    };
    let region = match &found.policy.regions {
        Scope::Any => None,
        Scope::Only(items) => dice.percent(80).then(|| items.first().cloned()).flatten(),
    };
    let purposes: Vec<Purpose> = found.policy.purposes.iter().collect();
    let record = Action::RecordUse {
        licence,
        licensor: found.licensor,
        sequence: if dice.percent(95) { found.records } else { found.records + 1 },
        previous: if dice.percent(96) { found.head } else { digest("elsewhere") },
        action: dice.one(UseAction::ALL),
        purpose: if dice.percent(85) { dice.one(&purposes) } else { dice.one(Purpose::ALL) },
        sector: scope(dice, &found.policy.sectors),
        region,
        recipient: sight.other(dice),
        units: dice.one(&[0, 1, 1, 1, 1, 2, 3, u64::MAX]),
        use_hash: digest("what was done"),
    };
    Some((found.licensee, record))
}

/// By both, by the licensor with an arbiter or without, or by a regulator.
pub fn terminate(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (licence, found) = sight.licence(dice, |_| true)?;
    let (signer, cause) = match dice.below(3) {
        0 => (found.licensor, Termination::Mutual { with: found.licensee }),
        1 => {
            let arbiter = if dice.percent(70) { sight.with_role(dice, Role::Arbiter) } else { sight.other(dice) };
            (found.licensor, Termination::Breach { evidence: digest("evidence"), arbiter })
        }
        _ => (sight.with_role(dice, Role::Regulator)?, Termination::Regulator { basis: digest("law") }),
    };
    Some((signer, Action::Terminate { licence, cause, statement: text("over") }))
}

/// By another licence of the same version, if there is one.
pub fn supersede(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let live = |licence: &Licence| licence.status == LicenceStatus::Active;
    let pairs = sight.view.licences.iter().flat_map(|(earlier, one)| {
        let fits = move |other: &Licence| {
            live(other) && (other.asset, other.licensee) == (one.asset, one.licensee) && one.from <= other.from
        };
        let others = sight.view.licences.iter().filter(move |(later, other)| *later != earlier && fits(other));
        others.map(move |(later, _)| (*earlier, *later, one.licensee)).filter(move |_| live(one))
    });
    let (licence, by, signer) = dice.pick(pairs.collect())?;
    Some((signer, Action::Supersede { licence, by }))
}

/// Of copies that must be gone.
pub fn state_deletion(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (licence, found) = find(dice, &sight.view.licences, |_, found| {
        matches!(found.deletion, Deletion::Due { .. } | Deletion::Overdue { .. })
    })?;
    Some((found.licensee, Action::StateDeletion { licence, statement: digest("gone") }))
}

/// Of one version or of all, a withdrawal by a holder, a recall by a regulator or a registrar. Not often, since what was recalled
/// trades no more; most often where a licence has just ended that another stands under.
pub fn recall(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let statement = digest("statement");
    if let Some(left) = sight.left_behind() {
        let (asset, version, cause) = (left.asset, Some(left.versions.first()), RecallCause::Contamination);
        let signer = sight.with_role(dice, Role::Regulator)?;
        return Some((signer, Action::Recall { asset, version, cause, statement }));
    }
    if dice.percent(50) {
        return None;
    }
    let (asset, found) = find(dice, &sight.view.assets, |_, found| found.is_registered())?;
    let version =
        if dice.percent(80) { Some(u32::try_from(dice.between(1, found.latest_version.into())).ok()?) } else { None };
    let cause = dice.one(RecallCause::ALL);
    let signer = match cause {
        RecallCause::Withdrawn if dice.percent(50) => found.line(Line::Hold).holder,
        RecallCause::Withdrawn => found.line(Line::Operate).holder,
        _ if dice.percent(50) => sight.with_role(dice, Role::Regulator)?,
        _ => sight.with_role(dice, Role::Registrar)?,
    };
    Some((signer, Action::Recall { asset, version, cause, statement }))
}

/// A duty that is owed, late or not.
pub fn acknowledge_recall(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let ((recall, licence), duty) =
        find(dice, &sight.view.duties, |_, duty| duty.status != RecallDutyStatus::Acknowledged)?;
    Some((duty.licensee, Action::AcknowledgeRecall { recall, licence }))
}

/// What waits for its holder; now and then what does not.
pub fn release_parked(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let from = if dice.percent(2) {
        sight.view.assets.keys().copied().collect()
    } else {
        sight.view.parked.keys().copied().collect()
    };
    let asset = dice.pick(from)?;
    Some((sight.holder(asset, Line::Operate)?, Action::ReleaseParked { asset }))
}
