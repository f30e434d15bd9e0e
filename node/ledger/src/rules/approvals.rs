//! R3 to R9: who must approve a transaction, and whether exactly those have.

use crate::model::{Participant, ParticipantStatus};
use crate::primitives::ParticipantId;
use crate::rejection::Rejection;
use crate::state::{Participants, Reader};
use crate::transaction::{APPROVALS_MAX, Envelope};

/// Checks that the signer and every other party that the action names approve by exactly their threshold of keys, and
/// nobody else does.
pub fn check<R: Reader>(state: &R, envelope: &Envelope) -> Result<(), Rejection> {
    let transaction = envelope.transaction();
    let signer = transaction.body.signer;
    let participant = state.get::<Participants>(&signer).ok_or(Rejection::UnknownSigner { signer })?;
    if participant.status != ParticipantStatus::Active {
        return Err(Rejection::SignerNotActive { signer, status: participant.status });
    }

    let approvals = &transaction.approvals;
    let in_order = approvals.windows(2).all(|pair| pair[0].key < pair[1].key);
    if approvals.len() > APPROVALS_MAX || !in_order {
        return Err(Rejection::ApprovalOrder);
    }

    let mut parties: Vec<(ParticipantId, Participant, u8)> = vec![(signer, participant, 0)];
    for party in transaction.body.action.other_parties() {
        if parties.iter().any(|(known, ..)| *known == party) {
            continue;
        }
        let found = state.get::<Participants>(&party).filter(|found| found.status == ParticipantStatus::Active);
        parties.push((party, found.ok_or(Rejection::UnknownParty { party })?, 0));
    }
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
