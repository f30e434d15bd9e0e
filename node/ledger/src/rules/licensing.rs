//! R562 to R581: what the two sides of a licence do: sublicense, record uses, end it, state the deletion.

use super::{Scene, asset, freeze, licence, recall, registration, settlement};
use crate::codec;
use crate::event::Event;
use crate::hash::{self, Domain};
use crate::model::{
    Deletion, FreezeScope, Licence, LicenceEnd, LicenceStatus, Policy, Role, Termination, Trade, UseAction, UseRecord,
};
use crate::policy::{self, Request};
use crate::primitives::{Digest, LicenceId, ParticipantId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Reader, Subject, Sublicences, Trades, Uses};

/// R567, R562, R563, R565, R583, R638, R566, R568, R569, R570, R571, R572. That the new licensee approves is R8.
pub fn sublicense<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    licensee: ParticipantId,
    policy: &Policy,
    until: Option<Timestamp>,
) -> Result<(), Rejection> {
    policy.check().map_err(|part| Rejection::SublicenceMalformed { part })?;
    let mut above = find_own(scene, id)?;
    let chain = licence::chain(scene.draft, id);
    licence::check_in_force(&chain, scene.block.time)?;
    recall::check_version(scene.draft, above.asset, above.versions.first())?;
    check_not_frozen(scene, FreezeScope::Trade, id, &above)?;
    policy::decide_passing_on(&above.policy, UseAction::Sublicense, licensee)
        .map_err(|clause| Rejection::SublicenceForbidden { licence: id, part: clause.name() })?;
    policy
        .within_for_sublicence(&above.policy)
        .map_err(|clause| Rejection::SublicenceTooWide { licence: id, part: clause.name() })?;
    let until = check_end(scene, id, &above, policy, until)?;
    let stands_above = chain.iter().any(|(_, above)| [above.licensor, above.licensee].contains(&licensee));
    if stands_above || !scene.active(licensee).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::SublicenseeUnfit { licensee });
    }
    let Trade { live_licences, open_orders, .. } = scene.draft.get::<Trades>(&above.asset).unwrap_or_default();
    // Each open order may become one more.
    if live_licences.checked_add(open_orders).is_none_or(|count| count == u32::MAX) {
        return Err(Rejection::LicencesFull { asset: above.asset });
    }

    let under = LicenceId::sublicensed_by(scene.transaction);
    let new = licence::new(scene, above.order, above.asset, above.versions, policy.clone());
    let depth = above.depth.checked_add(1).expect("R568 keeps sublicences within the depth of the one at the top");
    let exclusive = above.exclusive;
    let mut record = Licence { licensor: scene.signer, licensee, exclusive, until, parent: Some(id), depth, ..new };
    licence::write_new(scene, under, &mut record);
    scene.draft.put::<Sublicences>(&(id, under), &());
    above.sublicences = above.sublicences.checked_add(1).expect("R572 keeps the counts of an asset small");
    licence::write(scene, id, &mut above);
    settlement::change_trade(scene.draft, above.asset, |trade| {
        trade.live_licences = trade.live_licences.checked_add(1).expect("R572 keeps the counts of an asset small");
    });
    let Licence { asset, licensor, .. } = record;
    scene.events.push(Event::Sublicensed { licence: under, parent: id, asset, licensor, licensee });
    Ok(())
}

/// R569, R570: when a sublicence ends, which is not after the licence above it.
fn check_end<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: LicenceId,
    above: &Licence,
    policy: &Policy,
    until: Option<Timestamp>,
) -> Result<Option<Timestamp>, Rejection> {
    let now = scene.block.time;
    let by_duration = policy.duration.map(|length| now.after(length));
    let end = until.into_iter().chain(by_duration).min();
    if let Some(last) = above.until
        && end.is_none_or(|end| end > last)
    {
        return Err(Rejection::SublicenceOutlasts { licence: id, until: last });
    }
    match end {
        Some(until) if until <= now => Err(Rejection::SublicenceOver { until, now }),
        _ => Ok(end),
    }
}

/// What a licensee records.
pub struct Use<'a> {
    /// Under which licence.
    pub licence: LicenceId,
    /// Who gave it.
    pub licensor: ParticipantId,
    /// The record's number.
    pub sequence: u64,
    /// The hash of the record before.
    pub previous: Digest,
    /// What was done, and how often.
    pub request: &'a Request,
    /// The hash of what the two keep of it.
    pub kept: Digest,
}

/// R573, R562, R563, R564, R565, R638, R574, R575, R576. That the licensor approves is R8.
///
/// A use counts against the licence and all above it: else a limit would be worth nothing under sublicences.
pub fn record_use<R: Reader>(scene: &mut Scene<'_, '_, R>, made: &Use<'_>) -> Result<(), Rejection> {
    let Use { licence: id, licensor, sequence, previous, request, kept: use_hash } = *made;
    if request.uses == 0 {
        return Err(Rejection::UnitsZero);
    }
    let licence = find_own(scene, id)?;
    if licence.licensor != licensor {
        return Err(Rejection::NotLicensor { licence: id, licensor: licence.licensor });
    }
    let now = scene.block.time;
    let chain = licence::chain(scene.draft, id);
    licence::check_in_force(&chain, now)?;
    check_not_frozen(scene, FreezeScope::Use, id, &licence)?;
    if sequence != licence.records {
        return Err(Rejection::UseOutOfSequence { expected: licence.records, found: sequence });
    }
    if previous != licence.head {
        return Err(Rejection::UseOffChain { expected: licence.head, found: previous });
    }
    let (by, verdict) = licence::ask(&chain, request, now).expect("the licence was found");
    if let Some(clause) = verdict.clause {
        return Err(Rejection::UseForbidden { licence: by, part: clause.name() });
    }

    let Request { action, purpose, sector, region, recipient, uses } = request.clone();
    let record = UseRecord { action, purpose, sector, region, recipient, units: uses, use_hash, previous, time: now };
    let head = hash::digest(Domain::UseRecord, &codec::encode(&(id, sequence, &record)));
    scene.draft.put::<Uses>(&(id, sequence), &record);
    let Licence { asset, licensee, .. } = licence;
    scene.events.push(Event::UseRecorded {
        licence: id,
        asset,
        licensee,
        sequence,
        action,
        purpose,
        units: uses,
        head,
    });
    // The one at the top first: what is used up of the chain ends here, the rest with the next block.
    for (place, (above, mut counted)) in chain.into_iter().enumerate().rev() {
        counted.uses = counted.uses.checked_add(uses).expect("R576: a count of uses stays within 64 bits");
        if place == 0 {
            counted.records = sequence.checked_add(1).expect("nobody records as often");
            counted.head = head;
        }
        licence::write(scene, above, &mut counted);
        if counted.policy.max_uses == Some(counted.uses) {
            licence::end(scene, above, counted, LicenceStatus::Exhausted, None);
        }
    }
    Ok(())
}

/// R577, R578, R562, then R579, R564 or R12 and R351 by the cause, then R565.
pub fn terminate<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    cause: Termination,
    statement: &Text<256>,
) -> Result<(), Rejection> {
    if statement.is_empty() {
        return Err(Rejection::StatementMissing);
    }
    let evidence = match cause {
        Termination::Mutual { .. } => None,
        Termination::Breach { evidence: found } | Termination::Regulator { basis: found } => Some(found),
    };
    if evidence == Some(Digest::ZERO) {
        return Err(Rejection::EvidenceNotGiven);
    }
    let found = licence::find(scene.draft, id)?;
    let signer = scene.signer;
    let end = match cause {
        Termination::Mutual { with } => {
            let parties = [found.licensor, found.licensee];
            if signer == with || !parties.contains(&signer) || !parties.contains(&with) {
                return Err(Rejection::NotParties { licence: id });
            }
            LicenceEnd::Mutual
        }
        Termination::Breach { .. } => {
            if signer != found.licensor {
                return Err(Rejection::NotLicensor { licence: id, licensor: found.licensor });
            }
            LicenceEnd::Breach
        }
        Termination::Regulator { .. } => {
            scene.require_role(Role::Regulator)?;
            registration::check_judge(scene, found.licensor)?;
            registration::check_judge(scene, found.licensee)?;
            LicenceEnd::Regulator
        }
    };
    policy::live(&found, scene.block.time)
        .map_err(|clause| Rejection::NotInForce { licence: id, part: clause.name() })?;
    scene.events.push(Event::TerminationStated { licence: id, by: signer, statement: statement.clone(), evidence });
    licence::end(scene, id, found, LicenceStatus::Terminated, Some(end));
    Ok(())
}

/// R562, R563, R565, R581.
///
/// The licensee gives a right up and no duty: whatever the earlier licence demands, the other one does too, of the same
/// bytes.
pub fn supersede<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId, by: LicenceId) -> Result<(), Rejection> {
    let found = find_own(scene, id)?;
    let successor = find_own(scene, by)?;
    let now = scene.block.time;
    policy::live(&found, now).map_err(|clause| Rejection::NotInForce { licence: id, part: clause.name() })?;
    let needed = [
        ("identifier", id != by),
        ("asset", found.asset == successor.asset && successor.versions.covers(found.versions)),
        ("status", licence::check_in_force(&licence::chain(scene.draft, by), now).is_ok()),
        ("begin", found.from <= successor.from),
        ("duties", found.policy.duties.is_subset(successor.policy.duties)),
    ];
    if let Some((part, _)) = needed.into_iter().find(|(_, holds)| !holds) {
        return Err(Rejection::SuccessorUnfit { licence: id, by, part });
    }
    licence::end(scene, id, found, LicenceStatus::Superseded, None);
    Ok(())
}

/// R577, R562, R563, R580. A late statement is taken, and stays marked as late.
pub fn state_deletion<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    statement: Digest,
) -> Result<(), Rejection> {
    if statement == Digest::ZERO {
        return Err(Rejection::StatementMissing);
    }
    let mut found = find_own(scene, id)?;
    let time = scene.block.time;
    let late = match found.deletion {
        // The block that marks it as overdue may still have it to do.
        Deletion::Due { deadline } => deadline <= time,
        Deletion::Overdue { .. } => true,
        Deletion::NotDue | Deletion::Stated { .. } => return Err(Rejection::NoDeletionDue { licence: id }),
    };
    found.deletion = Deletion::Stated { statement, time, late };
    licence::write(scene, id, &mut found);
    let licensee = scene.signer;
    scene.events.push(Event::DeletionStated { licence: id, licensee, statement, late });
    Ok(())
}

/// R638: the signer, the asset and the licence.
fn check_not_frozen<R: Reader>(
    scene: &Scene<'_, '_, R>,
    scope: FreezeScope,
    id: LicenceId,
    licence: &Licence,
) -> Result<(), Rejection> {
    let targets = [Subject::Participant(scene.signer), Subject::Asset(licence.asset), Subject::Licence(id)];
    freeze::check(scene, scope, &targets)
}

/// R562, R563.
fn find_own<R: Reader>(scene: &Scene<'_, '_, R>, id: LicenceId) -> Result<Licence, Rejection> {
    let found = licence::find(scene.draft, id)?;
    if found.licensee == scene.signer {
        Ok(found)
    } else {
        Err(Rejection::NotLicensee { licence: id, licensee: found.licensee })
    }
}
