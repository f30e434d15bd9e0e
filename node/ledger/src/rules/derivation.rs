//! R331 to R345, R457, R561: what a version was made from, and by what right.
//!
//! Every parent is in the register from an earlier block, so that provenance has no cycle. Who has the right to use an
//! asset derives from it freely; everyone else needs a licence that covers the version, and owes the royalty that it fixes.
//! To hold an asset is not to use it: the holder may make new versions of it from old ones, and no other asset.

use std::collections::{BTreeMap, BTreeSet};

use super::{Scene, freeze, grade as grades, licence, recall, subscription};
use crate::event::Event;
use crate::model::{
    ANCESTORS_MAX, Activity, Asset, DERIVATION_DEPTH_MAX, Derivation, FreezeScope, Grade, Licence, Line, PARENTS_MAX,
    Parent, Policy, ROYALTIES_MAX, UseAction,
};
use crate::policy;
use crate::primitives::{AssetId, BasisPoints, LicenceId};
use crate::rejection::Rejection;
use crate::state::{Assets, Derivations, DerivedVersions, Licences, Reader, Subject, Versions};

/// A version: of which asset, and which.
type VersionKey = (AssetId, u32);

/// What a version was made from, checked.
pub struct Lineage {
    edges: Vec<(VersionKey, Derivation)>,
    /// Derivations above the version: 0 for a source.
    pub depth: u8,
    /// All that the version will owe upstream.
    pub owes: BasisPoints,
}

/// What a version owes upstream: at which rate to which version, under which licence.
pub type Owed = BTreeMap<(AssetId, u32, LicenceId), BasisPoints>;

/// R331 to R335, R583, R336 to R345, R561: whether the signer may make a version of the child, graded so, from these
/// parents.
pub fn check<R: Reader>(
    scene: &Scene<'_, '_, R>,
    child: AssetId,
    grade: Grade,
    parents: &[Parent],
) -> Result<Lineage, Rejection> {
    if parents.len() > PARENTS_MAX {
        return Err(Rejection::ParentsTooMany { found: parents.len() });
    }
    let mut seen = BTreeSet::new();
    let mut lineage = Lineage { edges: Vec::with_capacity(parents.len()), depth: 0, owes: BasisPoints(0) };
    for parent in parents {
        let Parent { asset, version, activity, recipe, .. } = *parent;
        if !seen.insert((asset, version)) {
            return Err(Rejection::ParentTwice { asset, version });
        }
        let (found, depth) = find(scene, asset, version)?;
        let royalty = authorise(scene, child, parent, &found)?;
        let parent_grade = found.description.grade;
        if grade < parent_grade {
            return Err(Rejection::GradeFalls { grade, parent: asset, parent_grade });
        }
        if depth >= DERIVATION_DEPTH_MAX {
            return Err(Rejection::DerivationTooDeep { limit: DERIVATION_DEPTH_MAX });
        }
        lineage.depth = lineage.depth.max(depth.saturating_add(1));
        lineage.edges.push(((asset, version), Derivation { licence: parent.licence, activity, recipe, royalty }));
    }
    check_ancestors(scene.draft, seen.clone())?;
    if let Some((parent_grade, parent)) = grades::highest_source(scene, seen).filter(|(highest, _)| grade < *highest) {
        return Err(Rejection::GradeFalls { grade, parent, parent_grade });
    }
    let owed = owed_by_edges(scene.draft, lineage.edges.iter().map(|(key, edge)| (*key, edge)));
    let sum = owed.values().map(|royalty| u32::from(royalty.0)).fold(0, u32::saturating_add);
    lineage.owes = match u16::try_from(sum) {
        Ok(sum) if sum <= ROYALTIES_MAX => BasisPoints(sum),
        _ => return Err(Rejection::RoyaltiesTooHigh { sum, limit: ROYALTIES_MAX }),
    };
    check_meet(scene.draft, &owed)?;
    Ok(lineage)
}

/// What a version owes upstream: what its licences fix, and what the versions owe that it was made from without one.
pub fn owed<R: Reader>(state: &R, asset: AssetId, version: u32) -> Owed {
    let edges = state.scan::<Derivations>(&(asset, version), PARENTS_MAX);
    owed_by_edges(state, edges.iter().map(|((_, _, parent, parent_version), edge)| ((*parent, *parent_version), edge)))
}

fn owed_by_edges<'a, R: Reader>(state: &R, edges: impl Iterator<Item = (VersionKey, &'a Derivation)>) -> Owed {
    let mut owed = Owed::new();
    let mut seen = BTreeSet::new();
    let mut own = Vec::new();
    let mut take = |(asset, version): VersionKey, edge: &Derivation, own: &mut Vec<VersionKey>| match edge.licence {
        Some(licence) => {
            owed.insert((asset, version, licence), edge.royalty);
        }
        None if seen.insert((asset, version)) => own.push((asset, version)),
        None => {}
    };
    for (key, edge) in edges {
        take(key, edge, &mut own);
    }
    while let Some(child) = own.pop() {
        for ((_, _, asset, version), edge) in state.scan::<Derivations>(&child, PARENTS_MAX) {
            take((asset, version), &edge, &mut own);
        }
    }
    owed
}

/// R561: whether the licences that bind a version leave anything in common. Whether or not they are still in force: what
/// was made under them stays bound by their terms.
fn check_meet<R: Reader>(state: &R, owed: &Owed) -> Result<(), Rejection> {
    let licences: BTreeSet<LicenceId> = owed.keys().map(|(.., licence)| *licence).collect();
    let mut common: Option<(Vec<(LicenceId, Policy)>, Policy)> = None;
    for other in licences {
        let bound = licence::known(state, other).policy.bound_for_derived_data();
        let Some((before, meet)) = &mut common else {
            common = Some((vec![(other, bound.clone())], bound));
            continue;
        };
        *meet = policy::meet(meet, &bound).map_err(|clause| {
            // One that has nothing in common with it alone, if there is one.
            let alone = before.iter().find(|(_, first)| policy::meet(first, &bound) == Err(clause));
            let (first, _) = alone.or(before.first()).expect("one licence came before");
            Rejection::MeetEmpty { first: *first, other, part: clause.name() }
        })?;
        before.push((other, bound));
    }
    Ok(())
}

/// R333, R334, R335, R583: the asset of a parent, and the derivations above the version.
fn find<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId, version: u32) -> Result<(Asset, u8), Rejection> {
    let unknown = Rejection::UnknownParent { asset, version };
    let (Some(found), Some(content)) =
        (scene.draft.get::<Assets>(&asset), scene.draft.get::<Versions>(&(asset, version)))
    else {
        return Err(unknown);
    };
    if !found.is_registered() {
        return Err(Rejection::ParentNotRegistered { asset });
    }
    if content.height >= scene.block.height {
        return Err(Rejection::ParentTooNew { asset, version, height: content.height });
    }
    recall::check_version(scene.draft, asset, version)?;
    Ok((found, content.depth))
}

/// R638, R336 to R341: by what right the signer derives from a parent, and for what royalty. A licence that is named counts
/// even if none was needed.
fn authorise<R: Reader>(
    scene: &Scene<'_, '_, R>,
    child: AssetId,
    parent: &Parent,
    asset: &Asset,
) -> Result<BasisPoints, Rejection> {
    let used = [Subject::Participant(scene.signer), Subject::Asset(parent.asset)];
    let chain = parent.licence.map(|licence| licence::chain(scene.draft, licence)).unwrap_or_default();
    let used: Vec<Subject> = used.into_iter().chain(licence::subjects(&chain)).collect();
    freeze::check(scene, FreezeScope::Use, &used)?;
    match parent.licence {
        Some(licence) => check_licence(scene, licence, parent).map(|found| found.policy.royalty),
        None if parent.asset == child || asset.line(Line::Use).holder == scene.signer => Ok(BasisPoints(0)),
        None => Err(Rejection::LicenceNeeded { asset: parent.asset, version: parent.version }),
    }
}

/// R337 to R341, R457.
fn check_licence<R: Reader>(
    scene: &Scene<'_, '_, R>,
    licence: LicenceId,
    parent: &Parent,
) -> Result<Licence, Rejection> {
    let found = scene.draft.get::<Licences>(&licence).ok_or(Rejection::UnknownLicence { licence })?;
    if found.licensee != scene.signer {
        return Err(Rejection::LicenceForeign { licence, licensee: found.licensee });
    }
    let Parent { asset, version, .. } = *parent;
    if found.asset != asset || !found.versions.contains(version) {
        return Err(Rejection::LicenceOfOther { licence, asset, version });
    }
    // The block that ends a licence may still have it to do.
    let chain = licence::chain(scene.draft, licence);
    licence::check_in_force(&chain, scene.block.time).map_err(|_| Rejection::LicenceOver { licence })?;
    let wanted = if parent.activity == Activity::Train { UseAction::Train } else { UseAction::Derive };
    if !policy::allows_action(&found.policy, wanted) {
        return Err(Rejection::LicenceForbids { licence, wanted });
    }
    subscription::check_covered(scene.draft, licence, &found, version)?;
    Ok(found)
}

/// R344: walks upstream from the parents, each version once.
fn check_ancestors<R: Reader>(state: &R, parents: BTreeSet<VersionKey>) -> Result<(), Rejection> {
    let mut next: Vec<VersionKey> = parents.iter().copied().collect();
    let mut seen = parents;
    while let Some(version) = next.pop() {
        for ((_, _, asset, version), _) in state.scan::<Derivations>(&version, PARENTS_MAX) {
            if seen.insert((asset, version)) {
                next.push((asset, version));
            }
            if seen.len() > ANCESTORS_MAX {
                return Err(Rejection::AncestorsTooMany { limit: ANCESTORS_MAX });
            }
        }
    }
    Ok(())
}

/// Writes the edges of a version, both ways.
pub fn write<R: Reader>(scene: &mut Scene<'_, '_, R>, child: AssetId, child_version: u32, lineage: Lineage) {
    for ((parent, parent_version), edge) in lineage.edges {
        scene.draft.put::<Derivations>(&(child, child_version, parent, parent_version), &edge);
        scene.draft.put::<DerivedVersions>(&(parent, parent_version, child, child_version), &());
        scene.events.push(Event::Derived { child, child_version, parent, parent_version, licence: edge.licence });
    }
}
