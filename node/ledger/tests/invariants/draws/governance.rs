//! What operators propose and approve.

use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{BasisPoints, Duration, ParticipantId};

use super::Drawn;
use super::people::newcomer;
use crate::dice::Dice;
use crate::library;
use crate::sight::{Sight, find};
use crate::town::{EXCHANGE, id_of, key_of, text};
use crate::world::FURTHER_FOUNDERS;

/// Any measure.
pub fn propose(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let measure = match dice.below(20) {
        0 => Measure::Enrol { enrolment: newcomer(sight, dice)?, roles: any_roles(dice) },
        1..4 => Measure::SetRoles { participant: later_member(sight, dice)?, roles: any_roles(dice) },
        4..10 => set_status(sight, dice)?,
        10 => Measure::SetValidators { validators: validators(dice) },
        11 | 12 => {
            let node = Node { operator: sight.anyone(dice)?, name: text("machine") };
            let known = if dice.percent(15) { dice.pick(sight.view.nodes.keys().copied().collect()) } else { None };
            Measure::AdmitNode { key: known.unwrap_or_else(|| library::public_key(dice.below(library::KEYS))), node }
        }
        13 => Measure::DismissNode { key: dice.pick(sight.view.nodes.keys().copied().collect())? },
        _ => Measure::SetRulePack { pack: any_pack(sight, dice) },
    };
    Some((sight.with_role(dice, Role::Operator)?, Action::Propose { measure }))
}

/// An open proposal, by an operator who has not approved it yet.
pub fn approve(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let signer = sight.with_role(dice, Role::Operator)?;
    let (proposal, _) = find(dice, &sight.view.proposals, |_, found| {
        found.status == ProposalStatus::Open && !found.approvals.contains(&signer)
    })?;
    Some((signer, Action::Approve { proposal }))
}

/// Suspensions, mostly of traders and not for long; a few are for ever.
fn set_status(sight: &Sight<'_>, dice: &mut Dice) -> Option<Measure> {
    let suspended = sight.view.participants.iter().filter(|(_, found)| found.status == ParticipantStatus::Suspended);
    let suspended: Vec<ParticipantId> = suspended.map(|(id, _)| *id).collect();
    let operators = sight.view.participants.iter().filter(|(_, found)| found.roles.contains(Role::Operator));
    let mut operators = operators.filter(|(_, found)| found.status == ParticipantStatus::Active);
    // The last one may not go.
    if let (Some((last, _)), None) = (operators.next(), operators.next())
        && dice.percent(10)
    {
        return Some(Measure::SetStatus { participant: *last, status: ParticipantStatus::Suspended });
    }
    if dice.percent(75)
        && let Some(participant) = dice.pick(suspended.clone())
    {
        return Some(Measure::SetStatus { participant, status: ParticipantStatus::Active });
    }
    let (participant, status) = if dice.percent(8) {
        (later_member(sight, dice)?, ParticipantStatus::Revoked)
    } else if suspended.len() >= 2 && !dice.percent(5) {
        return None;
    } else if dice.percent(80) {
        (sight.trader(dice)?, ParticipantStatus::Suspended)
    } else {
        (sight.anyone(dice)?, ParticipantStatus::Suspended)
    };
    Some(Measure::SetStatus { participant, status })
}

/// Somebody who joined after the founding: the others are needed as they are.
fn later_member(sight: &Sight<'_>, dice: &mut Dice) -> Option<ParticipantId> {
    let founders: Vec<ParticipantId> = crate::town::EVERYONE.iter().map(|(name, ..)| id_of(name)).collect();
    let further = FURTHER_FOUNDERS.map(id_of);
    let is_later = |id: &ParticipantId| !founders.contains(id) && !further.contains(id);
    dice.pick(sight.view.participants.keys().copied().filter(is_later).collect())
}

fn any_roles(dice: &mut Dice) -> Roles {
    let second = dice.one(Role::ALL);
    let roles = Roles::NONE.with(Role::Trader);
    if dice.percent(50) { roles.with(second) } else { roles }
}

/// One founding operator or both.
fn validators(dice: &mut Dice) -> Vec<Validator> {
    let of = |name: &str| Validator { operator: id_of(name), key: key_of(name).public(), power: 1 };
    let second = dice.percent(60).then(|| of(FURTHER_FOUNDERS[0]));
    std::iter::once(of(EXCHANGE)).chain(second).collect()
}

/// Other windows, fees, bonds and needs; now and then what no pack may have.
fn any_pack(sight: &Sight<'_>, dice: &mut Dice) -> RulePack {
    let now = sight.model.pack.clone();
    let mut window =
        |before: Duration| if dice.percent(40) { Duration::seconds(dice.one(&[50, 100, 250, 700])) } else { before };
    let mut pack = RulePack {
        number: now.number + 1,
        notice_window: window(now.notice_window),
        delivery_window: window(now.delivery_window),
        acknowledgement_window: window(now.acknowledgement_window),
        settlement_window: window(now.settlement_window),
        proposal_window: window(now.proposal_window),
        key_window: window(now.key_window),
        arbitration_window: window(now.arbitration_window),
        deletion_window: window(now.deletion_window),
        recall_window: window(now.recall_window),
        freeze_max: window(now.freeze_max),
        negotiation_window: window(now.negotiation_window),
        ..now
    };
    pack.fee = BasisPoints(dice.one(&[0, 100, 2_999, 3_000]));
    pack.bond = BasisPoints(dice.one(&[0, 500, 1_000]));
    pack.dispute_bond = BasisPoints(dice.one(&[0, 500, 1_000]));
    if dice.percent(30) {
        pack.fee_account = sight.anyone(dice).unwrap_or(pack.fee_account);
    }
    let kinds = AttestationKinds::NONE.with(AttestationKind::Compliance);
    let need = Requirement { source_class: SourceClass::Enterprise, grade: Grade::General3, kinds };
    pack.required_attestations = if dice.percent(60) { vec![need] } else { Vec::new() };
    if dice.percent(5) {
        pack.fee = BasisPoints(3_001);
    }
    pack
}
