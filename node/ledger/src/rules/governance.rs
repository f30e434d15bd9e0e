//! R701 to R710: what operators decide together.
//!
//! A measure needs the approval of more than two thirds of the active operators. Then it waits for the rule pack's
//! enactment delay and is carried out by the block; if it can't be carried out any more it fails, and nothing changes.

use super::{Scene, participant};
use crate::event::Event;
use crate::model::{
    Measure, Participant, ParticipantStatus, Proposal, ProposalStatus, REQUIREMENTS_MAX, Role, Roles, RulePack,
};
use crate::primitives::{BasisPoints, Duration, ParticipantId, ProposalId};
use crate::rejection::Rejection;
use crate::state::{Deadlines, Nodes, Operators, Participants, Proposals, Reader, RulePacks, Subject, Validators};
use crate::validators::ValidatorSet;

/// No window of a rule pack is longer: ten years.
const WINDOW_MAX: Duration = Duration(10 * 365 * 24 * 3_600 * 1_000);

/// The highest fee: 30 %.
const FEE_MAX: BasisPoints = BasisPoints(3_000);

/// R12, then the measure's own rules.
pub fn propose<R: Reader>(scene: &mut Scene<'_, '_, R>, measure: &Measure) -> Result<(), Rejection> {
    scene.require_role(Role::Operator)?;
    check(scene, measure)?;
    let id = ProposalId::created_by(scene.transaction);
    let closes = scene.block.time.after(rule_pack(scene).proposal_window);
    let proposal = Proposal {
        proposer: scene.signer,
        measure: measure.clone(),
        approvals: Vec::new(),
        status: ProposalStatus::Open,
        deadline: Some(closes),
    };
    scene.draft.put::<Deadlines>(&(closes, Subject::Proposal(id)), &());
    scene.events.push(Event::Proposed { proposal: id, proposer: scene.signer, measure: measure.clone() });
    add_approval(scene, id, proposal);
    Ok(())
}

/// R12, R701, R702, R703.
pub fn approve<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ProposalId) -> Result<(), Rejection> {
    scene.require_role(Role::Operator)?;
    let proposal = scene.draft.get::<Proposals>(&id).ok_or(Rejection::UnknownProposal { proposal: id })?;
    // The block that ends a proposal may still have it to do.
    let is_over = proposal.deadline.is_none_or(|deadline| deadline <= scene.block.time);
    if proposal.status != ProposalStatus::Open || is_over {
        return Err(Rejection::ProposalClosed { proposal: id });
    }
    if proposal.approvals.contains(&scene.signer) {
        return Err(Rejection::ApprovedAlready);
    }
    add_approval(scene, id, proposal);
    Ok(())
}

/// Notes the signer's approval, and with enough of them sets the time of enactment.
fn add_approval<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ProposalId, mut proposal: Proposal) {
    let signer = scene.signer;
    let place = proposal.approvals.partition_point(|operator| *operator < signer);
    proposal.approvals.insert(place, signer);
    scene.events.push(Event::ProposalApproved { proposal: id, operator: signer });
    if is_approved(scene, &proposal) {
        let enacted = scene.block.time.after(rule_pack(scene).enactment_delay);
        move_deadline(scene, id, &mut proposal, ProposalStatus::Approved, Some(enacted));
    }
    scene.draft.put::<Proposals>(&id, &proposal);
}

/// Approvals count while their operators are operators and active.
fn is_approved<R: Reader>(scene: &Scene<'_, '_, R>, proposal: &Proposal) -> bool {
    let operators = active_operators(scene);
    let approving = proposal.approvals.iter().filter(|operator| operators.contains(operator)).count();
    approving.saturating_mul(3) > operators.len().saturating_mul(2)
}

fn active_operators<R: Reader>(scene: &Scene<'_, '_, R>) -> Vec<ParticipantId> {
    scene.draft.scan::<Operators>(&(), usize::MAX).into_iter().map(|(id, ())| id).collect()
}

/// The deadline of a proposal has come: an approved one is carried out, an open one expires.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ProposalId) {
    let Some(mut proposal) = scene.draft.get::<Proposals>(&id) else { return };
    let status = match proposal.status {
        ProposalStatus::Approved if check(scene, &proposal.measure).is_ok() => ProposalStatus::Enacted,
        ProposalStatus::Approved => ProposalStatus::Failed,
        _ => ProposalStatus::Expired,
    };
    move_deadline(scene, id, &mut proposal, status, None);
    scene.draft.put::<Proposals>(&id, &proposal);
    if status == ProposalStatus::Enacted {
        enact(scene, id, proposal.measure);
    }
}

fn move_deadline<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: ProposalId,
    proposal: &mut Proposal,
    status: ProposalStatus,
    deadline: Option<crate::primitives::Timestamp>,
) {
    if let Some(before) = proposal.deadline {
        scene.draft.remove::<Deadlines>(&(before, Subject::Proposal(id)));
    }
    if let Some(after) = deadline {
        scene.draft.put::<Deadlines>(&(after, Subject::Proposal(id)), &());
    }
    proposal.status = status;
    proposal.deadline = deadline;
    scene.events.push(Event::ProposalMoved { proposal: id, status });
}

/// Whether a measure could be carried out now: asked when it is proposed and again when its time has come.
fn check<R: Reader>(scene: &Scene<'_, '_, R>, measure: &Measure) -> Result<(), Rejection> {
    let known = |id: &ParticipantId| {
        scene.draft.get::<Participants>(id).ok_or(Rejection::UnknownParticipant { participant: *id })
    };
    match measure {
        Measure::Enrol { enrolment, roles } => {
            if roles.is_empty() {
                return Err(Rejection::RolesEmpty);
            }
            participant::check(scene.draft, enrolment)
        }
        Measure::SetRoles { participant, roles } => {
            let found = known(participant)?;
            if roles.is_empty() {
                return Err(Rejection::RolesEmpty);
            }
            if found.status == ParticipantStatus::Revoked {
                return Err(Rejection::StatusFinal { participant: *participant });
            }
            if participant::is_active_operator(&found) && !roles.contains(Role::Operator) {
                check_operator_may_go(scene, *participant)?;
            }
            Ok(())
        }
        Measure::SetStatus { participant, status } => {
            let found = known(participant)?;
            if found.status == ParticipantStatus::Revoked || found.status == *status {
                return Err(Rejection::StatusFinal { participant: *participant });
            }
            if participant::is_active_operator(&found) && *status != ParticipantStatus::Active {
                check_operator_may_go(scene, *participant)?;
            }
            Ok(())
        }
        Measure::SetValidators { validators } => {
            let sound = ValidatorSet::new(validators.clone()).is_ok()
                && validators.iter().all(|validator| {
                    validator.key.check().is_ok()
                        && scene.active(validator.operator).is_some_and(|found| participant::is_active_operator(&found))
                });
            if sound { Ok(()) } else { Err(Rejection::ValidatorsMalformed) }
        }
        Measure::AdmitNode { key, node } => {
            known(&node.operator)?;
            if key.check().is_err() {
                return Err(Rejection::KeyWeak { key: *key });
            }
            if scene.draft.contains::<Nodes>(key) {
                return Err(Rejection::NodeKnown { key: *key });
            }
            Ok(())
        }
        Measure::DismissNode { key } => {
            if scene.draft.contains::<Nodes>(key) {
                Ok(())
            } else {
                Err(Rejection::NodeUnknown { key: *key })
            }
        }
        Measure::SetRulePack { pack } => {
            let next = rule_pack(scene).number.checked_add(1) == Some(pack.number);
            if next && is_sound(pack) && scene.active(pack.fee_account).is_some() {
                Ok(())
            } else {
                Err(Rejection::RulePackMalformed)
            }
        }
    }
}

/// Whether the numbers of a pack are within their limits. Who receives the fee is checked against the state.
#[must_use]
pub fn is_sound(pack: &RulePack) -> bool {
    let windows = [
        pack.notice_window,
        pack.delivery_window,
        pack.acknowledgement_window,
        pack.settlement_window,
        pack.proposal_window,
        pack.enactment_delay,
        pack.negotiation_window,
        pack.key_window,
        pack.arbitration_window,
        pack.deletion_window,
        pack.recall_window,
        pack.freeze_max,
    ];
    let bonds = [pack.bond, pack.dispute_bond];
    let needs = &pack.required_attestations;
    let ascends =
        needs.windows(2).all(|pair| (pair[0].source_class, pair[0].grade) < (pair[1].source_class, pair[1].grade));
    windows.iter().all(|window| *window <= WINDOW_MAX)
        && pack.fee <= FEE_MAX
        && bonds.iter().all(|bond| *bond <= BasisPoints::WHOLE)
        && needs.len() <= REQUIREMENTS_MAX
        && ascends
        && needs.iter().all(|entry| !entry.kinds.is_empty())
}

/// An operator that goes takes its validator with it: others must remain.
fn check_operator_may_go<R: Reader>(scene: &Scene<'_, '_, R>, operator: ParticipantId) -> Result<(), Rejection> {
    let others = active_operators(scene).into_iter().any(|other| other != operator);
    let validators = scene.draft.get::<Validators>(&());
    let remain = validators.is_some_and(|set| set.validators().iter().any(|validator| validator.operator != operator));
    if others && remain { Ok(()) } else { Err(Rejection::LastOperators) }
}

/// Carries out a measure that was checked in this very step.
fn enact<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ProposalId, measure: Measure) {
    match measure {
        Measure::Enrol { enrolment, roles } => {
            let participant = ParticipantId(crate::hash::digest(crate::hash::Domain::ParticipantId, id.as_bytes()));
            let record = Participant {
                enrolment,
                roles,
                status: ParticipantStatus::Active,
                sponsor: None,
                since: scene.block.time,
            };
            participant::write_new(scene.draft, participant, &record);
            scene.events.push(Event::ParticipantEnrolled { participant, roles });
        }
        Measure::SetRoles { participant, roles } => {
            set_roles(scene, participant, roles);
            drop_validator_of_former_operator(scene, participant);
        }
        Measure::SetStatus { participant, status } => {
            participant::set_status(scene, participant, status);
            drop_validator_of_former_operator(scene, participant);
        }
        Measure::SetValidators { validators } => {
            let set = ValidatorSet::new(validators).expect("the set was checked in this step");
            change_validators(scene, &set);
        }
        Measure::AdmitNode { key, node } => scene.draft.put::<Nodes>(&key, &node),
        Measure::DismissNode { key } => scene.draft.remove::<Nodes>(&key),
        Measure::SetRulePack { pack } => scene.draft.put::<RulePacks>(&(), &pack),
    }
}

fn set_roles<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ParticipantId, roles: Roles) {
    let Some(mut participant) = scene.draft.get::<Participants>(&id) else { return };
    participant.roles = roles;
    participant::write(scene.draft, id, &participant);
    scene.events.push(Event::RolesSet { participant: id, roles });
}

/// Who is no active operator any more does not decide either.
fn drop_validator_of_former_operator<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ParticipantId) {
    if scene.active(id).is_some_and(|found| participant::is_active_operator(&found)) {
        return;
    }
    let Some(set) = scene.draft.get::<Validators>(&()) else { return };
    let remaining: Vec<_> = set.validators().iter().filter(|validator| validator.operator != id).cloned().collect();
    if remaining.len() < set.validators().len() {
        let set = ValidatorSet::new(remaining).expect("that others remain was checked in this step");
        change_validators(scene, &set);
    }
}

fn change_validators<R: Reader>(scene: &mut Scene<'_, '_, R>, set: &ValidatorSet) {
    scene.draft.put::<Validators>(&(), set);
    scene.events.push(Event::ValidatorsChanged { validators: set.hash() });
}

/// The market's numbers.
pub fn rule_pack<R: Reader>(scene: &Scene<'_, '_, R>) -> RulePack {
    scene.draft.get::<RulePacks>(&()).expect("genesis writes the rule pack, and nothing deletes it")
}
