//! Invariants 13 to 18: what may be done with data, what it was made from, and what follows from that.

use std::collections::BTreeSet;

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, Digest, LicenceId, Timestamp};

use crate::model::{Model, Step, VersionKey};

/// Before the model goes along with a step.
pub fn foresee(model: &Model, step: &Step<'_>) {
    invariant_15_grades_do_not_fall_silently(model, step);
    invariant_17_uses_are_allowed(model, step);
}

/// After it.
pub fn check(model: &Model, step: &Step<'_>) {
    invariant_13_licences_are_contained(model, step);
    invariant_14_provenance_is_acyclic_and_bounded(model, step);
    invariant_15_grades_are_what_was_told(model, step);
    invariant_16_public_data_is_priced_by_its_rule(model, step);
    invariant_18_nothing_outlives_what_it_stands_under(model, step);
}

/// Whether the first allows nothing that the second does not.
fn is_within(inner: &Policy, outer: &Policy, for_derived: bool) -> bool {
    let is_free = |action| for_derived && matches!(action, UseAction::Read | UseAction::Compute);
    let bounds = for_derived
        || (inner.max_uses.unwrap_or(u64::MAX) <= outer.max_uses.unwrap_or(u64::MAX)
            && inner.duration.map_or(u64::MAX, |length| length.0)
                <= outer.duration.map_or(u64::MAX, |length| length.0)
            && inner.royalty >= outer.royalty);
    inner.actions.iter().all(|action| outer.actions.contains(action) || is_free(action))
        && inner.purposes.iter().all(|purpose| outer.purposes.contains(purpose))
        && is_scope_within(&inner.sectors, &outer.sectors)
        && is_scope_within(&inner.regions, &outer.regions)
        && is_scope_within(&inner.recipients, &outer.recipients)
        && inner.sublicence_depth <= outer.sublicence_depth
        && outer.duties.iter().all(|duty| inner.duties.contains(duty))
        && bounds
}

fn is_scope_within<T: PartialEq>(inner: &Scope<T>, outer: &Scope<T>) -> bool {
    match (inner, outer) {
        (_, Scope::Any) => true,
        (Scope::Any, Scope::Only(_)) => false,
        (Scope::Only(inner), Scope::Only(outer)) => inner.iter().all(|item| outer.contains(item)),
    }
}

/// Every licence is what the model has of it; one in force is within all that it stands under, and what is ordered is
/// within the licences that it was made under.
fn invariant_13_licences_are_contained(model: &Model, step: &Step<'_>) {
    assert_eq!(model.grants.len(), step.after.licences.len(), "13: licences of nothing");
    for (id, grant) in &model.grants {
        let found = &step.after.licences[id];
        assert_eq!(found.status == LicenceStatus::Active, grant.is_live, "13: whether {id} is in force");
        assert_eq!(
            (found.licensor, found.licensee, found.versions, found.exclusive, found.until, found.parent),
            (grant.licensor, grant.licensee, grant.versions, grant.exclusive, grant.until, grant.parent),
            "13: what {id} is"
        );
        assert_eq!(found.policy, grant.policy, "13: what {id} allows");
        assert_eq!(
            (found.recall, found.recall_deadline),
            (grant.recall, grant.recall_deadline),
            "18: the recall of {id}"
        );
        let had = [&[grant.versions.first()], &grant.delivered[..]].concat();
        assert_eq!(
            found.royalty_version,
            model.first_that_owes_most(grant.asset, &had),
            "5: who shares renewals of {id}"
        );
        if !grant.is_live {
            continue;
        }
        assert!(grant.until.is_none_or(|until| step.now < until), "17: {id} is in force after its end");
        for above in model.chain(*id).into_iter().skip(1).map(|above| &model.grants[&above]) {
            assert!(is_within(&grant.policy, &above.policy, false), "13: {id} is wider than what it stands under");
            assert!(grant.policy.sublicence_depth < above.policy.sublicence_depth, "13: {id} goes too deep");
            let lasts = |until: Option<Timestamp>| until.map_or(u64::MAX, |until| until.0);
            assert!(lasts(grant.until) <= lasts(above.until), "13: {id} lasts longer than what it stands under");
        }
    }
    for event in step.events {
        let Event::OrderPlaced { order, .. } = event else { continue };
        let sale = &model.sales[order];
        let Some(terms) = &sale.terms else { continue };
        for bound in model.bounds(sale.asset, sale.version) {
            assert!(is_within(&terms.policy, bound, true), "13: {order} is for more than it was made under");
        }
    }
}

/// A version was made from what was there in an earlier block, so that nothing leads back to it; and from so much.
fn invariant_14_provenance_is_acyclic_and_bounded(model: &Model, step: &Step<'_>) {
    for event in step.events {
        let Event::VersionAdded { asset, version, .. } = event else { continue };
        let key = (*asset, *version);
        let edges = &model.edges[&key];
        assert!(edges.len() <= PARENTS_MAX, "14: parents of {key:?}");
        for edge in edges {
            assert!(model.heights[&edge.parent] < step.height, "14: {key:?} was made from what was not there before");
            assert!(model.is_registered(edge.parent.0), "14: {key:?} was made from what is not registered");
            assert!(!model.recalled.contains_key(&edge.parent), "18: {key:?} was made from what was recalled");
        }
        assert!(model.ancestors(key).len() <= ANCESTORS_MAX, "14: ancestors of {key:?}");
        let depth = model.depth(key);
        assert!(depth <= DERIVATION_DEPTH_MAX, "14: depth of {key:?}");
        assert_eq!(step.after.versions[&key].depth, depth, "14: depth of {key:?}");
        assert_eq!(step.after.versions[&key].owes.0, model.owes(key), "5: what {key:?} owes");
        let told = step.after.derivations.range((key.0, key.1, AssetId(Digest::ZERO), 0)..);
        let told = told.take_while(|((child, number, ..), _)| (*child, *number) == key);
        let told: BTreeSet<_> =
            told.map(|((.., parent, number), edge)| ((*parent, *number), edge.licence, edge.royalty.0)).collect();
        assert_eq!(told, edges.iter().map(|edge| (edge.parent, edge.licence, edge.royalty)).collect(), "14: {key:?}");
        let owed: u32 = model.owed(key).values().map(|royalty| u32::from(*royalty)).sum();
        assert!(owed <= ROYALTIES_MAX.into(), "14: {key:?} owes more than it may");
    }
}

/// The grade that a version was attested to have, if it was.
fn attested(model: &Model, (asset, version): VersionKey, now: Timestamp) -> Option<Grade> {
    let found = model.in_force(asset, version, AttestationKind::DeIdentification, now);
    let passed = found.into_iter().filter(|found| found.verdict == Verdict::Pass);
    passed.filter_map(|found| if let Findings::Grade(grade) = found.findings { Some(grade) } else { None }).max()
}

/// What a version must be graded at least for what it was made from.
fn floor(model: &Model, version: VersionKey, now: Timestamp) -> Option<Grade> {
    let edges = &model.edges[&version];
    if let Some(grade) = attested(model, version, now).filter(|_| !edges.is_empty()) {
        return Some(grade);
    }
    edges.iter().flat_map(|edge| [Some(model.grades[&edge.parent.0]), floor(model, edge.parent, now)]).max().flatten()
}

/// Down goes a grade by a regulator with a legal basis, or by its holder if every version was attested.
fn invariant_15_grades_do_not_fall_silently(model: &Model, step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    match applied.action {
        Action::Regrade { legal_basis, .. } => {
            assert!(*legal_basis != Digest::ZERO, "15: regraded without a basis");
            assert!(model.people[&applied.signer].roles.contains(Role::Regulator), "15: regraded by no regulator");
        }
        Action::DeclareGrade { asset, grade } => {
            assert_eq!(model.holder(*asset, Line::Hold), applied.signer, "15: graded by somebody else");
            if *grade < model.grades[asset] {
                let is_founded = (1..=model.latest[asset])
                    .all(|version| attested(model, (*asset, version), step.now).is_some_and(|found| found <= *grade));
                assert!(is_founded, "15: the grade of {asset} fell without attestations");
            }
        }
        _ => {}
    }
}

/// Every grade is what it was told to be; and what is made or ordered is graded as highly as what it was made from.
fn invariant_15_grades_are_what_was_told(model: &Model, step: &Step<'_>) {
    for (asset, grade) in &model.grades {
        assert_eq!(step.after.assets[asset].description.grade, *grade, "15: the grade of {asset}");
    }
    for event in step.events {
        let key = match event {
            Event::VersionAdded { asset, version, .. } => (*asset, *version),
            Event::OrderPlaced { order, .. } => (model.sales[order].asset, model.sales[order].version),
            _ => continue,
        };
        let floor = floor(model, key, step.now);
        assert!(Some(model.grades[&key.0]) >= floor, "15: {key:?} is graded below its sources: {floor:?}");
    }
}

/// What is offered when a block has begun, when it is made and when it is resumed, and what is ordered.
fn invariant_16_public_data_is_priced_by_its_rule(model: &Model, step: &Step<'_>) {
    let is_active = |found: &Listing| found.status == ListingStatus::Active;
    for (id, listing) in step.after.listings.iter().filter(|(_, found)| is_active(found)) {
        // A change of the price's rule has the next block look at what was there before.
        if step.applied().is_some() && step.before.listings.get(id).is_some_and(is_active) {
            continue;
        }
        let terms: Vec<&Terms> = listing.plans.iter().map(|plan| &plan.terms).collect();
        check_prices(step, listing.asset, &terms, &format!("listing {id}"));
    }
    for event in step.events {
        let Event::OrderPlaced { order, .. } = event else { continue };
        let sale = &model.sales[order];
        check_prices(step, sale.asset, &Vec::from_iter(&sale.terms), &format!("order {order}"));
    }
    let Some(applied) = step.applied() else { return };
    let openness = match applied.action {
        Action::RegisterAsset { description, .. } => &description.openness,
        Action::ChangeOpenness { openness, .. } => openness,
        _ => return,
    };
    if let Openness::Closed { approver, review, .. } = openness {
        let found = &model.people[approver];
        assert!(found.roles.contains(Role::PublicAuthority), "16: closed by no authority");
        assert_eq!(found.status, ParticipantStatus::Active, "16: closed by an authority that may not act");
        assert!(step.now < *review, "16: closed for ever");
        if matches!(applied.action, Action::ChangeOpenness { .. }) {
            let approves = applied.keys.iter().any(|key| found.keys.keys.contains(key));
            assert!(approves, "16: closed without the approval of {approver}");
        }
    }
}

/// Open data is free, public data is free for governance and welfare, and costs at most its ceiling for the rest.
fn check_prices(step: &Step<'_>, asset: AssetId, terms: &[&Terms], what: &str) {
    let about = &step.after.assets[&asset].description;
    if about.source_class != SourceClass::Public {
        return;
    }
    for Terms { price, policy, form, .. } in terms.iter().filter(|terms| terms.price.0 > 0) {
        assert_ne!(about.openness, Openness::Open, "16: {what}: open data for money");
        let free = [Purpose::Governance, Purpose::Welfare];
        assert!(!free.iter().any(|purpose| policy.purposes.contains(*purpose)), "16: {what}: for money to the public");
        let ceiling = step.after.charges.get(&asset).and_then(|charge| charge.ceiling).map(|ceiling| ceiling.amount);
        let length = if let PlanForm::Subscription { period } = form { Some(*period) } else { policy.duration };
        let year = 31_536_000_000;
        let part = u128::from(length.map_or(year, |length| length.0.min(year)));
        let fits = |ceiling: Amount| u128::from(price.0) * u128::from(year) <= u128::from(ceiling.0) * part;
        assert!(ceiling.is_some_and(fits), "16: {what}: {price} for {length:?} is above {ceiling:?}");
    }
}

/// A use is in time, in sequence, and allowed by every licence of the chain, as often.
fn invariant_17_uses_are_allowed(model: &Model, step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    let Action::RecordUse {
        licence,
        licensor,
        sequence,
        previous,
        action,
        purpose,
        sector,
        region,
        recipient,
        units,
        ..
    } = applied.action
    else {
        return;
    };
    let grant = &model.grants[licence];
    assert_eq!((grant.licensee, grant.licensor), (applied.signer, *licensor), "17: a use between others");
    assert_eq!((*sequence, *previous), (grant.records, grant.head), "17: a use out of sequence");
    assert!(*units > 0, "17: no use");
    let passes_on = matches!(action, UseAction::Display | UseAction::Redistribute | UseAction::Sublicense);
    for above in model.chain(*licence) {
        let grant = &model.grants[&above];
        let policy = &grant.policy;
        assert!(grant.is_live && grant.until.is_none_or(|until| step.now < until), "17: {above} was over");
        let uses = grant.uses.checked_add(*units).expect("17: uses are counted");
        assert!(policy.max_uses.is_none_or(|limit| uses <= limit), "17: {above} was used too often");
        assert!(policy.actions.contains(*action), "17: {above} does not allow {action}");
        assert!(policy.purposes.contains(*purpose), "17: {above} does not allow {purpose}");
        assert!(is_in(&policy.sectors, sector.as_ref()), "17: {above} does not allow the sector");
        assert!(is_in(&policy.regions, region.as_ref()), "17: {above} does not allow the region");
        assert!(
            !passes_on || is_in(&policy.recipients, recipient.as_ref()),
            "17: {above} does not allow the recipient"
        );
    }
}

fn is_in<T: PartialEq>(scope: &Scope<T>, item: Option<&T>) -> bool {
    match scope {
        Scope::Any => true,
        Scope::Only(items) => item.is_some_and(|item| items.contains(item)),
    }
}

/// What a licence that ended has under it ends with the next block; that nothing else does is asked of each end by itself.
/// Uses are counted up the chain.
fn invariant_18_nothing_outlives_what_it_stands_under(model: &Model, step: &Step<'_>) {
    for (id, grant) in model.grants.iter().filter(|(_, grant)| grant.is_live) {
        let above: Option<LicenceId> = grant.parent;
        let waits = |above| step.after.licences[&above].ended == Some(step.now);
        assert!(
            above.is_none_or(|above| model.grants[&above].is_live || waits(above)),
            "18: {id} outlives what it stands under"
        );
        let found = &step.after.licences[id];
        assert_eq!(
            (found.uses, found.records, found.head),
            (grant.uses, grant.records, grant.head),
            "17: uses of {id}"
        );
        assert!(grant.policy.max_uses.is_none_or(|limit| grant.uses < limit), "17: {id} is used up and goes on");
    }
    let recalled: BTreeSet<_> = step.after.recalled.keys().copied().collect();
    assert_eq!(
        recalled,
        model.recalled.keys().chain(model.withdrawn.keys()).copied().collect(),
        "18: what was recalled"
    );
    for event in step.events {
        let Event::OrderPlaced { order, .. } = event else { continue };
        let sale = &model.sales[order];
        let version = (sale.asset, sale.version);
        assert!(sale.terms.is_none() || !model.is_off_sale(version), "18: {order} of what was recalled or withdrawn");
        assert!(!model.recalled.contains_key(&version), "18: {order} delivers what was recalled");
    }
}
