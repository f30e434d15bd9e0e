//! R3 to R9: who must approve a transaction, and whether exactly those have.

use crate::model::{Participant, ParticipantStatus};
use crate::primitives::ParticipantId;
use crate::rejection::Rejection;
use crate::state::{Participants, Reader};
use crate::transaction::{APPROVALS_MAX, Body, Envelope};

/// Checks that the signer and every other party that the action names approve by exactly their threshold of keys, and
/// nobody else does.
pub fn check<R: Reader>(state: &R, envelope: &Envelope) -> Result<(), Rejection> {
    let transaction = envelope.transaction();
    let signer = find_signer(state, &transaction.body)?;
    let approvals = &transaction.approvals;
    let in_order = approvals.windows(2).all(|pair| pair[0].key < pair[1].key);
    if approvals.len() > APPROVALS_MAX || !in_order {
        return Err(Rejection::ApprovalOrder);
    }

    let mut parties: Vec<(ParticipantId, Participant, u8)> =
        find_parties(state, &transaction.body, signer)?.into_iter().map(|(id, found)| (id, found, 0)).collect();
    for approval in approvals {
        let owner = parties.iter_mut().find(|(_, party, _)| party.enrolment.keys.keys.contains(&approval.key));
        let (.., given) = owner.ok_or(Rejection::ForeignKey { key: approval.key })?;
        *given = given.saturating_add(1);
    }
    for (participant, party, given) in parties {
        let needed = party.enrolment.keys.threshold;
        if given != needed {
            return Err(Rejection::WrongApprovals { participant, given, needed });
        }
    }
    Ok(())
}

/// R3, R4, R9: whether those who must approve are there to do it. What the approvals themselves must be is left out.
pub fn check_parties<R: Reader>(state: &R, body: &Body) -> Result<(), Rejection> {
    let signer = find_signer(state, body)?;
    find_parties(state, body, signer).map(drop)
}

/// R3, R4.
fn find_signer<R: Reader>(state: &R, body: &Body) -> Result<Participant, Rejection> {
    let signer = body.signer;
    let participant = state.get::<Participants>(&signer).ok_or(Rejection::UnknownSigner { signer })?;
    match participant.status {
        ParticipantStatus::Active => Ok(participant),
        status => Err(Rejection::SignerNotActive { signer, status }),
    }
}

/// R9: the signer and everyone else who must approve, each once.
fn find_parties<R: Reader>(
    state: &R,
    body: &Body,
    signer: Participant,
) -> Result<Vec<(ParticipantId, Participant)>, Rejection> {
    let mut parties = vec![(body.signer, signer)];
    for party in body.action.other_parties() {
        if parties.iter().any(|(known, _)| *known == party) {
            continue;
        }
        let found = state.get::<Participants>(&party).filter(|found| found.status == ParticipantStatus::Active);
        parties.push((party, found.ok_or(Rejection::UnknownParty { party })?));
    }
    Ok(parties)
}
