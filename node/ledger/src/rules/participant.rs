//! R101 to R107: participants and their keys.

use super::Scene;
use crate::event::Event;
use crate::model::{
    DeliveryKey, Enrolment, KEYS_MAX, KeySet, Participant, ParticipantStatus, RELATED_MAX, Role, Roles, Span,
};
use crate::primitives::{ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Draft, Handles, Keys, Operators, Participants, Reader, Suspended};

/// R12, then R101 to R106.
pub fn enrol_trader<R: Reader>(scene: &mut Scene<'_, '_, R>, enrolment: &Enrolment) -> Result<(), Rejection> {
    scene.require_role(Role::Operator)?;
    let sponsor = Some(scene.signer);
    enrol(scene, enrolment, Roles::NONE.with(Role::Trader), sponsor)
}

/// R101 to R106.
pub fn enrol<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    enrolment: &Enrolment,
    roles: Roles,
    sponsor: Option<ParticipantId>,
) -> Result<(), Rejection> {
    check(scene.draft, enrolment)?;
    let participant = ParticipantId::created_by(scene.transaction);
    let record = Participant {
        enrolment: enrolment.clone(),
        roles,
        status: ParticipantStatus::Active,
        sponsor,
        since: scene.block.time,
    };
    write_new(scene.draft, participant, &record);
    scene.events.push(Event::ParticipantEnrolled { participant, roles });
    Ok(())
}

/// Whether someone may join as they say: R101 to R106.
pub fn check<R: Reader>(state: &R, enrolment: &Enrolment) -> Result<(), Rejection> {
    if let Some(holder) = state.get::<Handles>(&enrolment.handle) {
        return Err(Rejection::HandleTaken { holder });
    }
    check_keys(state, &enrolment.keys, None)?;
    if enrolment.legal_name.is_empty() || enrolment.legal_id.is_empty() {
        return Err(Rejection::LegalIdentityEmpty);
    }
    let related = &enrolment.related;
    if related.len() > RELATED_MAX || !related.windows(2).all(|pair| pair[0] < pair[1]) {
        return Err(Rejection::RelatedMalformed);
    }
    Ok(())
}

/// Writes a participant whose enrolment was checked, with its handle and keys.
pub fn write_new<R: Reader>(draft: &mut Draft<'_, R>, id: ParticipantId, participant: &Participant) {
    write(draft, id, participant);
    draft.put::<Handles>(&participant.enrolment.handle, &id);
    for key in &participant.enrolment.keys.keys {
        draft.put::<Keys>(key, &id);
    }
}

/// Writes a participant whose roles or standing may have changed: who is an active operator is kept by itself.
pub fn write<R: Reader>(draft: &mut Draft<'_, R>, id: ParticipantId, participant: &Participant) {
    draft.put::<Participants>(&id, participant);
    if is_active_operator(participant) {
        draft.put::<Operators>(&id, &());
    } else {
        draft.remove::<Operators>(&id);
    }
}

/// Whether a participant takes part in what operators decide.
pub fn is_active_operator(participant: &Participant) -> bool {
    participant.status == ParticipantStatus::Active && participant.roles.contains(Role::Operator)
}

/// R102, R103, R104.
pub fn rotate_keys<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    keys: &KeySet,
    delivery_key: Option<DeliveryKey>,
) -> Result<(), Rejection> {
    let signer = scene.signer;
    check_keys(scene.draft, keys, Some(signer))?;
    let mut participant = scene.draft.get::<Participants>(&signer).ok_or(Rejection::UnknownSigner { signer })?;
    for key in &participant.enrolment.keys.keys {
        scene.draft.remove::<Keys>(key);
    }
    for key in &keys.keys {
        scene.draft.put::<Keys>(key, &signer);
    }
    participant.enrolment.keys = keys.clone();
    participant.enrolment.delivery_key = delivery_key;
    scene.draft.put::<Participants>(&signer, &participant);
    scene.events.push(Event::KeysRotated { participant: signer });
    Ok(())
}

fn check_keys<R: Reader>(state: &R, set: &KeySet, owner: Option<ParticipantId>) -> Result<(), Rejection> {
    let keys = &set.keys;
    let in_order = keys.windows(2).all(|pair| pair[0] < pair[1]);
    let threshold = usize::from(set.threshold);
    if !(1..=KEYS_MAX).contains(&keys.len()) || !in_order || !(1..=keys.len()).contains(&threshold) {
        return Err(Rejection::KeysMalformed);
    }
    for key in keys {
        if key.check().is_err() {
            return Err(Rejection::KeyWeak { key: *key });
        }
        if let Some(holder) = state.get::<Keys>(key)
            && Some(holder) != owner
        {
            return Err(Rejection::KeyTaken { key: *key, holder });
        }
    }
    Ok(())
}

/// What a participant's standing becomes, and what that does to its keys: a revoked one's may be used again by others.
pub fn set_status<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ParticipantId, status: ParticipantStatus) {
    let Some(mut participant) = scene.draft.get::<Participants>(&id) else { return };
    participant.status = status;
    note_suspension(scene, id, status);
    if status == ParticipantStatus::Revoked {
        for key in &participant.enrolment.keys.keys {
            scene.draft.remove::<Keys>(key);
        }
    }
    write(scene.draft, id, &participant);
    scene.events.push(Event::StatusSet { participant: id, status });
}

/// Notes since when a participant can't act, or until when it could not.
fn note_suspension<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ParticipantId, status: ParticipantStatus) {
    let now = scene.block.time;
    let mut found = scene.draft.get::<Suspended>(&id).unwrap_or_default();
    match status {
        ParticipantStatus::Pending | ParticipantStatus::Suspended => found.since = found.since.or(Some(now)),
        ParticipantStatus::Active | ParticipantStatus::Revoked => match found.since.take() {
            Some(since) => found.past.add(Span { since, until: now }),
            None => return,
        },
    }
    scene.draft.put::<Suspended>(&id, &found);
}

/// When a participant was suspended, as far as it is remembered, and until now if it is. Who is revoked is judged, and not
/// waited for.
pub fn suspensions<R: Reader>(state: &R, id: ParticipantId, now: Timestamp) -> Vec<Span> {
    let is_revoked = |found: Participant| found.status == ParticipantStatus::Revoked;
    if state.get::<Participants>(&id).is_none_or(is_revoked) {
        return Vec::new();
    }
    let found = state.get::<Suspended>(&id).unwrap_or_default();
    found.past.iter().chain(found.since.map(|since| Span { since, until: now })).collect()
}

/// Whether two participants are one, or one names the other as related: then neither judges the other.
pub fn are_related<R: Reader>(state: &R, one: ParticipantId, other: ParticipantId) -> bool {
    let names = |who: ParticipantId, whom: ParticipantId| {
        state.get::<Participants>(&who).is_some_and(|found| found.enrolment.related.contains(&whom))
    };
    one == other || names(one, other) || names(other, one)
}
