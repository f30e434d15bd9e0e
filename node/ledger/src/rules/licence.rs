//! Licences (许可): how they begin and end. What their holders do with them is [`licensing`](super::licensing)'s.
//!
//! Granted by settlement, by an open listing or under another licence, and in no other way. A licence is in force if it
//! and all above it are: whoever asks walks up, at most
//! [`SUBLICENCE_DEPTH_MAX`](crate::model::SUBLICENCE_DEPTH_MAX) steps, so that it does not matter when the block comes to
//! end those that stand under one that ended.

use super::{Scene, deadline, governance, recall, settlement};
use crate::event::Event;
use crate::model::{
    Deletion, Duty, Licence, LicenceEnd, LicenceStatus, Order, PlanForm, Policy, Supply, Terms, VersionScope,
};
use crate::policy::{self, Request, Verdict};
use crate::primitives::{AssetId, Digest, Duration, LicenceId, OrderId, ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Licences, LiveLicences, Reader, Subject, Sublicences};

/// Licences that the block ends in one step because the one above them did. What is over ends in the blocks that follow.
pub const SUBLICENCES_PER_STEP: usize = 64;

/// In place of a version: what covers a version and all later ones. Versions count from 1.
pub const SUBSCRIPTIONS: u32 = 0;

/// Grants the licence of an order at these terms, in force from now on. Settlement counts it.
pub fn grant<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    order: &Order,
    licensor: ParticipantId,
    terms: Terms,
) {
    let Order { asset, version, licensee, .. } = *order;
    let licence = LicenceId::created_by(id);
    let versions = match terms.form {
        PlanForm::OneOff => VersionScope::Only(version),
        PlanForm::Subscription { .. } => VersionScope::From(version),
    };
    let until = terms.length().map(|length| scene.block.time.after(length));
    let exclusive = terms.supply == Supply::Exclusive;
    let mut record = Licence { exclusive, until, ..new(scene, id, asset, versions, terms.policy) };
    record.licensor = licensor;
    record.licensee = licensee;
    write_new(scene, licence, &mut record);
    scene.events.push(Event::LicenceGranted { licence, order: id, asset, licensor, licensee });
    recall::reach_late(scene, licence, &record);
}

/// A licence from now on for ever, of nobody yet.
pub fn new<R: Reader>(
    scene: &Scene<'_, '_, R>,
    order: OrderId,
    asset: AssetId,
    versions: VersionScope,
    policy: Policy,
) -> Licence {
    let nobody = ParticipantId(Digest::ZERO);
    Licence {
        order,
        asset,
        versions,
        royalty_version: versions.first(),
        licensor: nobody,
        licensee: nobody,
        policy,
        exclusive: false,
        from: scene.block.time,
        until: None,
        parent: None,
        depth: 0,
        uses: 0,
        status: LicenceStatus::Active,
        ended: None,
        cause: None,
        records: 0,
        head: Digest::ZERO,
        sublicences: 0,
        deletion: Deletion::NotDue,
        recall: None,
        recall_deadline: None,
        due: None,
    }
}

/// Writes a licence that was not there before.
pub fn write_new<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId, licence: &mut Licence) {
    scene.draft.put::<LiveLicences>(&live_key(id, licence), &());
    write(scene, id, licence);
}

/// Where a licence in force is found: under its version, a subscription under 0.
fn live_key(id: LicenceId, licence: &Licence) -> (AssetId, u32, LicenceId) {
    match licence.versions {
        VersionScope::Only(version) => (licence.asset, version, id),
        VersionScope::From(_) => (licence.asset, SUBSCRIPTIONS, id),
    }
}

/// Writes a licence, and moves its deadline to where it belongs now.
pub fn write<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId, licence: &mut Licence) {
    let next_block = scene.block.time.after(Duration(1));
    let due = licence.next_due(next_block);
    deadline::change(scene.draft, Subject::Licence(id), licence.due, due);
    licence.due = due;
    scene.draft.put::<Licences>(&id, licence);
}

/// A licence that is known to be there.
pub fn known<R: Reader>(state: &R, id: LicenceId) -> Licence {
    state.get::<Licences>(&id).expect("licences are never deleted")
}

/// R562.
pub fn find<R: Reader>(state: &R, id: LicenceId) -> Result<Licence, Rejection> {
    state.get::<Licences>(&id).ok_or(Rejection::NoSuchLicence { licence: id })
}

/// The licence and those above it, the nearest first.
pub fn chain<R: Reader>(state: &R, id: LicenceId) -> Vec<(LicenceId, Licence)> {
    let mut chain = Vec::new();
    let mut next = Some(id);
    while let Some((id, licence)) = next.and_then(|id| state.get::<Licences>(&id).map(|licence| (id, licence))) {
        next = licence.parent;
        chain.push((id, licence));
    }
    chain
}

/// The licences of a chain, as what may be frozen.
pub fn subjects(chain: &[(LicenceId, Licence)]) -> Vec<Subject> {
    chain.iter().map(|(id, _)| Subject::Licence(*id)).collect()
}

/// R565: whether the licence and all above it are in force, also if the block has not ended them yet.
pub fn check_in_force(chain: &[(LicenceId, Licence)], now: Timestamp) -> Result<(), Rejection> {
    for (id, licence) in chain {
        policy::live(licence, now).map_err(|clause| Rejection::NotInForce { licence: *id, part: clause.name() })?;
    }
    Ok(())
}

/// "May I?": the first licence of the chain that says no with its verdict, or yes by the nearest.
///
/// None if there is no such licence.
pub fn may<R: Reader>(state: &R, id: LicenceId, request: &Request, now: Timestamp) -> Option<(LicenceId, Verdict)> {
    ask(&chain(state, id), request, now)
}

/// The same, of a chain that was read.
pub fn ask(chain: &[(LicenceId, Licence)], request: &Request, now: Timestamp) -> Option<(LicenceId, Verdict)> {
    let answers = chain.iter().map(|(id, licence)| (*id, policy::decide_licence(licence, request, now)));
    let refused = answers.clone().find(|(_, verdict)| !verdict.allowed);
    refused.or_else(|| answers.clone().next())
}

/// Ends a licence. What was made under it stays; nothing new may be. What stands under it is in force no more, and the next
/// block ends it: so whoever ends a licence does one thing, however many stand under it.
pub fn end<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    mut licence: Licence,
    status: LicenceStatus,
    cause: Option<LicenceEnd>,
) {
    let Licence { asset, licensor, licensee, parent, order, .. } = licence;
    let now = scene.block.time;
    licence.status = status;
    licence.ended = Some(now);
    licence.cause = cause;
    scene.draft.remove::<LiveLicences>(&live_key(id, &licence));
    settlement::change_trade(scene.draft, asset, |trade| {
        trade.live_licences = trade.live_licences.checked_sub(1).expect("each licence in force was counted");
        if parent.is_none() && trade.exclusive == Some(order) {
            trade.exclusive = None;
        }
    });
    if let Some(above) = parent {
        scene.draft.remove::<Sublicences>(&(above, id));
        let mut record = known(scene.draft, above);
        record.sublicences = record.sublicences.checked_sub(1).expect("each sublicence in force was counted");
        write(scene, above, &mut record);
    }
    scene.events.push(if status == LicenceStatus::Expired {
        Event::LicenceExpired { licence: id, asset }
    } else {
        Event::LicenceEnded { licence: id, asset, licensor, licensee, status, cause }
    });
    // Whoever has another licence in its place goes on using the copies: that one demands their deletion.
    if licence.policy.duties.contains(Duty::DeleteOnEnd) && status != LicenceStatus::Superseded {
        let deadline = now.after(governance::rule_pack(scene).deletion_window);
        licence.deletion = Deletion::Due { deadline };
        scene.events.push(Event::DeletionDue { licence: id, licensee, deadline });
    }
    write(scene, id, &mut licence);
}

/// Ends what stands directly under a licence that ended: so many now, the rest when the block comes back to it. It comes to
/// what stands under those by themselves.
fn end_sublicences<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId) {
    for ((_, under), ()) in scene.draft.scan::<Sublicences>(&id, SUBLICENCES_PER_STEP) {
        let licence = known(scene.draft, under);
        // One that ends at the same moment as the one above it ends by itself.
        if licence.until.is_some_and(|until| until <= scene.block.time) {
            end(scene, under, licence, LicenceStatus::Expired, None);
        } else {
            end(scene, under, licence, LicenceStatus::Terminated, Some(LicenceEnd::Upstream));
        }
    }
}

/// The block has something to do with a licence: its time is over, the deadline of a recall or of a deletion has passed,
/// or it ended and something still stands under it. All of it that is due, in this order.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId) {
    let now = scene.block.time;
    let is_over = |deadline: Option<Timestamp>| deadline.is_some_and(|deadline| deadline <= now);
    let licence = known(scene.draft, id);
    if licence.status == LicenceStatus::Active && is_over(licence.until) {
        end(scene, id, licence, LicenceStatus::Expired, None);
    }
    if is_over(known(scene.draft, id).recall_deadline) {
        recall::overdue(scene, id);
    }
    let mut licence = known(scene.draft, id);
    if let Deletion::Due { deadline } = licence.deletion
        && deadline <= now
    {
        licence.deletion = Deletion::Overdue { deadline };
        scene.events.push(Event::DeletionOverdue { licence: id, licensee: licence.licensee });
        write(scene, id, &mut licence);
    }
    if licence.status != LicenceStatus::Active && licence.sublicences > 0 {
        end_sublicences(scene, id);
        licence = known(scene.draft, id);
    }
    write(scene, id, &mut licence);
}
