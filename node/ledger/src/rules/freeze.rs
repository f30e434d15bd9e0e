//! R615, R631 to R641: freezes (冻结). A regulator stops what its scope says, on a legal basis, until an end.
//!
//! A freeze blocks exactly its scope, and nothing that the block does by itself: refunds still run, an order that was
//! acknowledged still settles, and money still arrives. Frozen funds can't be paid, locked for an order or redeemed. No
//! freeze moves or makes money, and none is longer than the rule pack says. Whom it concerns appeals against it once;
//! an arbiter rules, who is related neither to the regulator nor to the appellant.

use super::{Scene, deadline, governance, grade, licence, registration};
use crate::event::Event;
use crate::model::{ActiveFreeze, Appeal, FREEZES_MAX, Freeze, FreezeScope, FreezeStatus, Order, Origin, Role, Span};
use crate::primitives::{Digest, FreezeId, OrderId, ParticipantId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::state::{
    ActiveFreezes, Assets, Demands, Draft, Freezes, Licences, Listings, Negotiations, Orders, Participants,
    PastFreezes, Reader, Subject,
};

/// R638: whether none of these things is frozen in this scope now.
pub fn check<R: Reader>(scene: &Scene<'_, '_, R>, scope: FreezeScope, targets: &[Subject]) -> Result<(), Rejection> {
    for target in targets {
        for ((_, freeze), found) in scene.draft.scan::<ActiveFreezes>(target, FREEZES_MAX) {
            // The block that ends a freeze may still have it to do.
            if found.scope.stops(scope) && scene.block.time < found.until {
                return Err(Rejection::FrozenNow { scope, freeze, until: found.until });
            }
        }
    }
    Ok(())
}

/// Whether a scope is stopped for something, by a freeze that no block has ended yet.
pub fn is_stopped<R: Reader>(state: &R, scope: FreezeScope, target: Subject) -> bool {
    state.scan::<ActiveFreezes>(&target, FREEZES_MAX).iter().any(|(_, found)| found.scope.stops(scope))
}

/// When deliveries of something were frozen, as far as it is remembered, and are.
pub fn stops_of_delivery<R: Reader>(state: &R, target: Subject) -> Vec<Span> {
    let past = state.get::<PastFreezes>(&target).unwrap_or_default();
    let active = state.scan::<ActiveFreezes>(&target, FREEZES_MAX).into_iter().map(|(_, found)| found);
    let active = active.filter(|found| found.scope.stops(FreezeScope::Delivery));
    past.iter().chain(active.map(|ActiveFreeze { since, until, .. }| Span { since, until })).collect()
}

/// What must not be frozen when an order is delivered, in any of its steps.
pub fn of_delivery<R: Reader>(state: &R, id: OrderId, order: &Order) -> Vec<Subject> {
    let [seller, buyer] = [order.seller, order.buyer].map(Subject::Participant);
    [Subject::Order(id), Subject::Asset(order.asset), seller, buyer]
        .into_iter()
        .chain(origins(state, order.origin))
        .collect()
}

/// What an order comes from, the nearest first: its listing; its negotiation and what that is about; its licence and
/// what the order of that comes from.
pub fn origins<R: Reader>(state: &R, origin: Origin) -> Vec<Subject> {
    let mut found = vec![Subject::from(origin)];
    match origin {
        Origin::Plan { .. } => {}
        Origin::Negotiation(id) => {
            let negotiation = state.get::<Negotiations>(&id).expect("negotiations are never deleted");
            found.push(Subject::from(negotiation.ground));
        }
        Origin::Licence(id) => {
            let bought = licence::known(state, id).order;
            let bought = state.get::<Orders>(&bought).expect("orders are never deleted");
            // An order under a licence makes none, so that this goes no further.
            found.extend(origins(state, bought.origin));
        }
    }
    found
}

/// R12, R615, R632, R633, R634, R635, R351, R636.
pub fn freeze<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    target: Subject,
    scope: FreezeScope,
    legal_basis: Digest,
    until: Timestamp,
) -> Result<(), Rejection> {
    scene.require_role(Role::Regulator)?;
    grade::check_basis(legal_basis)?;
    let concerned = concerned(scene.draft, target).ok_or(Rejection::FreezeTargetUnknown)?;
    if !fits(target, scope) {
        return Err(Rejection::FreezeScopeUnfit { scope });
    }
    let now = scene.block.time;
    if until <= now {
        return Err(Rejection::FreezeUntilPast { until, now });
    }
    let latest = now.after(governance::rule_pack(scene).freeze_max);
    if until > latest {
        return Err(Rejection::FreezeTooLong { until, latest });
    }
    concerned.into_iter().try_for_each(|party| registration::check_judge(scene, party))?;
    if scene.draft.scan::<ActiveFreezes>(&target, FREEZES_MAX).len() >= FREEZES_MAX {
        return Err(Rejection::FreezesFull { limit: FREEZES_MAX });
    }

    let id = FreezeId::created_by(scene.transaction);
    let regulator = scene.signer;
    let status = FreezeStatus::Active;
    let record = Freeze { regulator, target, scope, legal_basis, since: now, until, status, appeal: None };
    scene.draft.put::<Freezes>(&id, &record);
    scene.draft.put::<ActiveFreezes>(&(target, id), &ActiveFreeze { scope, since: now, until });
    deadline::change(scene.draft, Subject::Freeze(id), None, Some(until));
    scene.events.push(Event::Frozen { freeze: id, target, scope, regulator, until });
    Ok(())
}

/// R633: whether a scope stops something of such a target.
const fn fits(target: Subject, scope: FreezeScope) -> bool {
    match scope {
        FreezeScope::All => true,
        FreezeScope::Funds => matches!(target, Subject::Participant(_)),
        FreezeScope::Use => matches!(target, Subject::Participant(_) | Subject::Asset(_) | Subject::Licence(_)),
        FreezeScope::Delivery => !matches!(target, Subject::Licence(_)),
        FreezeScope::Trade => !matches!(target, Subject::Order(_) | Subject::Licence(_)),
    }
}

/// Those whom a freeze of something concerns; `None` if it is not there, or can't be frozen.
fn concerned<R: Reader>(draft: &Draft<'_, R>, target: Subject) -> Option<Vec<ParticipantId>> {
    Some(match target {
        Subject::Participant(id) => draft.get::<Participants>(&id).map(|_| vec![id])?,
        Subject::Asset(id) => draft.get::<Assets>(&id)?.lines.map(|line| line.holder).to_vec(),
        Subject::Listing(id) => vec![draft.get::<Listings>(&id)?.seller],
        Subject::Order(id) => {
            let order = draft.get::<Orders>(&id)?;
            vec![order.seller, order.buyer, order.payer, order.licensee]
        }
        Subject::Licence(id) => {
            let licence = draft.get::<Licences>(&id)?;
            vec![licence.licensor, licence.licensee]
        }
        Subject::Negotiation(id) => {
            let negotiation = draft.get::<Negotiations>(&id)?;
            vec![negotiation.seller, negotiation.buyer, negotiation.payer, negotiation.licensee]
        }
        Subject::Demand(id) => vec![draft.get::<Demands>(&id)?.buyer],
        Subject::Proposal(_) | Subject::Recall(_) | Subject::Attestation(_) | Subject::Freeze(_) => return None,
    })
}

/// R12, R353, R631, R637, R351.
pub fn lift<R: Reader>(scene: &mut Scene<'_, '_, R>, id: FreezeId, reason: &Text<256>) -> Result<(), Rejection> {
    scene.require_role(Role::Regulator)?;
    registration::check_reason(reason)?;
    let found = find_active(scene, id)?;
    let concerned = concerned(scene.draft, found.target).unwrap_or_default();
    concerned.into_iter().try_for_each(|party| registration::check_judge(scene, party))?;
    let by = Some(scene.signer);
    end(scene, id, found, FreezeStatus::Lifted, by);
    Ok(())
}

/// R352, R631, R637, R639, R640.
pub fn appeal<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: FreezeId,
    statement: &Text<512>,
    evidence: Option<Digest>,
) -> Result<(), Rejection> {
    if statement.is_empty() {
        return Err(Rejection::StatementEmpty);
    }
    let mut found = find_active(scene, id)?;
    let appellant = scene.signer;
    if !concerned(scene.draft, found.target).is_some_and(|parties| parties.contains(&appellant)) {
        return Err(Rejection::AppealForeign { freeze: id });
    }
    if found.appeal.is_some() {
        return Err(Rejection::AppealedAlready { freeze: id });
    }
    let since = scene.block.time;
    found.appeal = Some(Appeal { appellant, statement: statement.clone(), evidence, since, arbiter: None });
    scene.draft.put::<Freezes>(&id, &found);
    scene.events.push(Event::FreezeAppealed { freeze: id, appellant });
    Ok(())
}

/// R12, R353, R631, R637, R641, R351.
pub fn rule_appeal<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: FreezeId,
    overturned: bool,
    reason: &Text<256>,
) -> Result<(), Rejection> {
    scene.require_role(Role::Arbiter)?;
    registration::check_reason(reason)?;
    let mut found = find_active(scene, id)?;
    let no_appeal = Rejection::NoAppeal { freeze: id };
    let appeal = found.appeal.as_mut().filter(|appeal| appeal.arbiter.is_none()).ok_or(no_appeal)?;
    registration::check_judge(scene, found.regulator)?;
    registration::check_judge(scene, appeal.appellant)?;
    let arbiter = scene.signer;
    appeal.arbiter = Some(arbiter);
    scene.draft.put::<Freezes>(&id, &found);
    scene.events.push(Event::AppealRuled { freeze: id, overturned, arbiter, reason: reason.clone() });
    if overturned {
        end(scene, id, found, FreezeStatus::Overturned, Some(arbiter));
    }
    Ok(())
}

/// The time of a freeze is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: FreezeId) {
    let found = scene.draft.get::<Freezes>(&id).expect("freezes are never deleted");
    end(scene, id, found, FreezeStatus::Expired, None);
}

/// R631, R637: the freeze, in force.
fn find_active<R: Reader>(scene: &Scene<'_, '_, R>, id: FreezeId) -> Result<Freeze, Rejection> {
    let found = scene.draft.get::<Freezes>(&id).ok_or(Rejection::UnknownFreeze { freeze: id })?;
    // The block that ends a freeze may still have it to do.
    if found.status != FreezeStatus::Active || found.until <= scene.block.time {
        return Err(Rejection::FreezeOver { freeze: id, status: found.status });
    }
    Ok(found)
}

fn end<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: FreezeId,
    mut found: Freeze,
    status: FreezeStatus,
    by: Option<ParticipantId>,
) {
    let target = found.target;
    deadline::change(scene.draft, Subject::Freeze(id), Some(found.until), None);
    scene.draft.remove::<ActiveFreezes>(&(target, id));
    if found.scope.stops(FreezeScope::Delivery) {
        // The block that ends a freeze may be a later one than the first after its end.
        let until = scene.block.time.min(found.until);
        let mut past = scene.draft.get::<PastFreezes>(&target).unwrap_or_default();
        past.add(Span { since: found.since, until });
        scene.draft.put::<PastFreezes>(&target, &past);
    }
    found.status = status;
    scene.draft.put::<Freezes>(&id, &found);
    scene.events.push(Event::FreezeEnded { freeze: id, target, status, by });
}
