//! R577, R582 to R585: recalls (召回), down the graph to everyone who has a licence of what is wrong.
//!
//! What ends licences that were paid for is not in the hands of who was paid: that an authorisation was lost, or that there
//! is something in the data that must not be, is for a regulator or a registrar to say, who is related to no holder. The
//! holder alone withdraws versions: nothing new is sold of them, what was given of them stays, and what others made from
//! them is not touched.
//!
//! The ledger finds out who they are: from the recalled versions on it goes through the licences in force and the versions
//! made from it, and through those of these, so many in one step. What is left waits in a queue, and the next block goes
//! on. A version is marked when it is found, and from then on nothing is derived, listed, ordered or sublicensed of it. A
//! licence that an open order still makes is reached as it is granted. So the recall is exact however long it takes: in the
//! end each licence in force downstream has been reached by it, or by an earlier recall, and no other has.

use super::{Scene, asset, deadline, governance, licence, registration};
use crate::event::Event;
use crate::model::{
    Licence, LicenceEnd, LicenceStatus, Line, Participant, Recall, RecallCause, RecallDuty, RecallDutyStatus,
    RecallSpread, RecallWork, Role,
};
use crate::primitives::{AssetId, Digest, Duration, LicenceId, RecallId};
use crate::rejection::Rejection;
use crate::state::{
    DerivedVersions, LiveLicences, Participants, Reader, RecallDuties, RecallQueue, RecalledVersions, Recalls, Subject,
    Versions,
};

/// Licences and versions that one step of a recall reaches.
pub const RECALL_STEP_MAX: usize = 256;

/// R577, R301, R582, R351, R408, R583.
pub fn recall<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    version: Option<u32>,
    cause: RecallCause,
    statement: Digest,
) -> Result<(), Rejection> {
    if statement == Digest::ZERO {
        return Err(Rejection::StatementMissing);
    }
    let found = asset::find(scene, id)?;
    let signer = scene.signer;
    if cause.ends_licences() {
        let judges = |participant: Participant| {
            [Role::Regulator, Role::Registrar].into_iter().any(|role| participant.roles.contains(role))
        };
        if !scene.draft.get::<Participants>(&signer).is_some_and(judges) {
            return Err(Rejection::NotRecaller { asset: id, cause });
        }
        registration::check_unrelated(scene, &found)?;
    } else if ![Line::Hold, Line::Operate].into_iter().any(|line| found.line(line).holder == signer) {
        return Err(Rejection::NotRecaller { asset: id, cause });
    }
    let last_version = version.unwrap_or(found.latest_version);
    if !scene.draft.contains::<Versions>(&(id, last_version)) {
        return Err(Rejection::UnknownVersion { asset: id, version: last_version });
    }
    if cause.ends_licences() {
        check_version(scene.draft, id, last_version)?;
    } else {
        check_sale(scene.draft, id, last_version)?;
    }
    let first_version = version.unwrap_or(1);
    let recall = RecallId::created_by(scene.transaction);
    let record = Recall {
        asset: id,
        first_version,
        last_version,
        cause,
        statement,
        by: signer,
        since: scene.block.time,
        window: governance::rule_pack(scene).recall_window,
        spread: RecallSpread::Spreading,
        next_version: first_version,
        due: None,
        versions: 0,
        licences: 0,
        open: 0,
    };
    scene.events.push(Event::Recalled { recall, asset: id, first_version, last_version, cause, by: signer });
    // Whoever asks of a version by whom it was recalled finds the recall, in this very step too.
    scene.draft.put::<Recalls>(&recall, &record);
    go_on(scene, recall, record);
    Ok(())
}

/// R583: nothing new is sold of a version that was recalled or withdrawn.
pub fn check_sale<R: Reader>(state: &R, asset: AssetId, version: u32) -> Result<(), Rejection> {
    match state.get::<RecalledVersions>(&(asset, version)) {
        Some(recall) => Err(Rejection::VersionRecalled { asset, version, recall }),
        None => Ok(()),
    }
}

/// R583: nothing at all is made of a version that was recalled. Of one that was withdrawn, licensees make what they may.
pub fn check_version<R: Reader>(state: &R, asset: AssetId, version: u32) -> Result<(), Rejection> {
    match recalled_by(state, asset, version) {
        Some(recall) => Err(Rejection::VersionRecalled { asset, version, recall }),
        None => Ok(()),
    }
}

/// The recall of a version, if there is one that ends licences.
fn recalled_by<R: Reader>(state: &R, asset: AssetId, version: u32) -> Option<RecallId> {
    let recall = state.get::<RecalledVersions>(&(asset, version));
    recall.filter(|recall| known(state, *recall).cause.ends_licences())
}

/// The block goes on with a recall that was too large for one step.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: RecallId) {
    let recall = known(scene.draft, id);
    go_on(scene, id, recall);
}

/// One step: the asset's own versions first, then what hangs on each. So the newest of them, which is the one that is sold,
/// does not wait for all that others have of the older ones.
fn go_on<R: Reader>(scene: &mut Scene<'_, '_, R>, id: RecallId, mut recall: Recall) {
    let mut left = RECALL_STEP_MAX;
    while left > 0 && recall.spread == RecallSpread::Spreading {
        left = left.saturating_sub(1);
        if recall.next_version <= recall.last_version {
            let version = (recall.asset, recall.next_version);
            recall.next_version = recall.next_version.saturating_add(1);
            reach_version(scene, id, &mut recall, version);
        } else if let Some(((_, asset, version), work)) = scene.draft.scan::<RecallQueue>(&id, 1).pop() {
            go_through(scene, id, &mut recall, (asset, version), work, &mut left);
        } else {
            recall.spread = RecallSpread::Complete;
            let Recall { versions, licences, .. } = recall;
            scene.events.push(Event::RecallComplete { recall: id, versions, licences });
        }
    }
    let is_spreading = recall.spread == RecallSpread::Spreading;
    let due = is_spreading.then(|| scene.block.time.after(Duration(1)));
    deadline::change(scene.draft, Subject::Recall(id), recall.due, due);
    recall.due = due;
    scene.draft.put::<Recalls>(&id, &recall);
}

/// Reaches what hangs on one version, as far as the step goes: its licences, the subscriptions that cover it, then what was
/// made from it.
fn go_through<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: RecallId,
    recall: &mut Recall,
    (asset, version): (AssetId, u32),
    mut work: RecallWork,
    left: &mut usize,
) {
    let last = work.licence.map(|licence| (asset, version, licence));
    let licences = scene.draft.keys_after::<LiveLicences>(&(asset, version), last.as_ref(), *left);
    *left = left.saturating_sub(licences.len());
    for (_, _, licence) in licences {
        work.licence = Some(licence);
        reach(scene, id, recall, version, licence);
    }
    let last = work.subscription.map(|licence| (asset, licence::SUBSCRIPTIONS, licence));
    let all = (asset, licence::SUBSCRIPTIONS);
    let subscriptions = scene.draft.keys_after::<LiveLicences>(&all, last.as_ref(), *left);
    *left = left.saturating_sub(subscriptions.len());
    for (_, _, licence) in subscriptions {
        work.subscription = Some(licence);
        if licence::known(scene.draft, licence).versions.contains(version) {
            reach(scene, id, recall, version, licence);
        }
    }
    let last = work.child.map(|(child, child_version)| (asset, version, child, child_version));
    let children = scene.draft.keys_after::<DerivedVersions>(&(asset, version), last.as_ref(), *left);
    *left = left.saturating_sub(children.len());
    for (_, _, child, child_version) in children {
        work.child = Some((child, child_version));
        reach_version(scene, id, recall, (child, child_version));
    }
    if *left == 0 {
        scene.draft.put::<RecallQueue>(&(id, asset, version), &work);
    } else {
        scene.draft.remove::<RecallQueue>(&(id, asset, version));
    }
}

/// Marks a version, and queues what hangs on it if it is recalled; unless a recall was there before. A recall takes the
/// place of a withdrawal.
fn reach_version<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: RecallId,
    recall: &mut Recall,
    (asset, version): (AssetId, u32),
) {
    let marked = if recall.cause.ends_licences() { check_version } else { check_sale };
    if marked(scene.draft, asset, version).is_err() {
        return;
    }
    scene.draft.put::<RecalledVersions>(&(asset, version), &id);
    if recall.cause.ends_licences() {
        scene.draft.put::<RecallQueue>(&(id, asset, version), &RecallWork::default());
    }
    recall.versions = recall.versions.saturating_add(1);
}

/// Puts the duty on a licensee, unless the licence, or one that it stands under, is over, or it was reached before.
fn reach<R: Reader>(scene: &mut Scene<'_, '_, R>, id: RecallId, recall: &mut Recall, version: u32, licence: LicenceId) {
    let mut found = licence::known(scene.draft, licence);
    let now = scene.block.time;
    // The block may still have to end it because one that it stands under is over.
    if found.recall.is_some() || licence::check_in_force(&licence::chain(scene.draft, licence), now).is_err() {
        return;
    }
    let deadline = now.after(recall.window);
    let Licence { asset, licensee, .. } = found;
    let status = RecallDutyStatus::Open;
    let duty = RecallDuty { licensee, asset, version, deadline, status, acknowledged: None };
    scene.draft.put::<RecallDuties>(&(id, licence), &duty);
    found.recall = Some(id);
    found.recall_deadline = Some(deadline);
    licence::write(scene, licence, &mut found);
    recall.licences = recall.licences.saturating_add(1);
    recall.open = recall.open.saturating_add(1);
    scene.events.push(Event::RecallReached { recall: id, licence, asset, licensee, deadline });
}

/// Reaches a licence that was granted of a version after its recall, by an order that was open. A subscription that begins
/// with another version has nothing of the recalled one, and gets nothing of it: R583.
pub fn reach_late<R: Reader>(scene: &mut Scene<'_, '_, R>, licence: LicenceId, record: &Licence) {
    let version = record.versions.first();
    let Some(id) = recalled_by(scene.draft, record.asset, version) else { return };
    let mut recall = known(scene.draft, id);
    reach(scene, id, &mut recall, version, licence);
    scene.draft.put::<Recalls>(&id, &recall);
}

/// R584, R563, R585. A late acknowledgement is taken, and stays marked as late.
pub fn acknowledge<R: Reader>(scene: &mut Scene<'_, '_, R>, id: RecallId, licence: LicenceId) -> Result<(), Rejection> {
    let duty = scene.draft.get::<RecallDuties>(&(id, licence));
    let mut duty = duty.ok_or(Rejection::NotRecalled { recall: id, licence })?;
    let RecallDuty { licensee, status, deadline, .. } = duty;
    if licensee != scene.signer {
        return Err(Rejection::NotLicensee { licence, licensee });
    }
    if status == RecallDutyStatus::Acknowledged {
        return Err(Rejection::RecallAcknowledgedBefore { recall: id, licence });
    }
    let now = scene.block.time;
    // The block that marks it as overdue may still have it to do.
    let late = deadline <= now;
    duty.status = RecallDutyStatus::Acknowledged;
    duty.acknowledged = Some(now);
    scene.draft.put::<RecallDuties>(&(id, licence), &duty);
    let mut recall = known(scene.draft, id);
    recall.open = recall.open.checked_sub(1).expect("each duty that is not acknowledged was counted");
    scene.draft.put::<Recalls>(&id, &recall);
    scene.events.push(Event::RecallAcknowledged { recall: id, licence, licensee, late });
    close(scene, licence);
    Ok(())
}

/// The deadline of a duty has passed in silence: the licence is over, and the acknowledgement still owed.
pub fn overdue<R: Reader>(scene: &mut Scene<'_, '_, R>, licence: LicenceId) {
    let found = licence::known(scene.draft, licence);
    let id = found.recall.expect("a licence with the deadline of a recall was reached by one");
    let mut duty = scene.draft.get::<RecallDuties>(&(id, licence)).expect("duties are never deleted");
    duty.status = RecallDutyStatus::Overdue;
    scene.draft.put::<RecallDuties>(&(id, licence), &duty);
    scene.events.push(Event::RecallOverdue { recall: id, licence, licensee: duty.licensee });
    close(scene, licence);
}

/// Takes the deadline of a duty away and ends the licence, if it did not end before.
fn close<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId) {
    let mut licence = licence::known(scene.draft, id);
    licence.recall_deadline = None;
    licence::write(scene, id, &mut licence);
    if licence.status == LicenceStatus::Active {
        licence::end(scene, id, licence, LicenceStatus::Terminated, Some(LicenceEnd::Recall));
    }
}

fn known<R: Reader>(state: &R, id: RecallId) -> Recall {
    state.get::<Recalls>(&id).expect("recalls are never deleted")
}
