//! R611 to R615: grades (分级).
//!
//! What is made from data is graded at least as highly as the data, all the way up; a de-identification attestation in
//! force cuts that way at the version it is about. A holder raises the grade of an asset at will. It goes down only by
//! a regulator with a legal basis, or by its holder when every version was attested to be de-identified. Every change
//! is an event.
//!
//! When a source is graded higher, what was made from it keeps its grade, and may not be traded until its own grade
//! has followed: listing, resuming and ordering walk upstream, at most
//! [`ANCESTORS_MAX`](crate::model::ANCESTORS_MAX) versions.

use std::collections::BTreeSet;

use super::{Scene, asset, attestation, gate, registration};
use crate::event::Event;
use crate::model::{Asset, AttestationKind, Findings, Grade, Line, PARENTS_MAX, Registration, Role, Verdict};
use crate::primitives::{AssetId, Digest, Text};
use crate::rejection::Rejection;
use crate::state::{Assets, Derivations, Reader};

/// An asset with more versions is not graded lower by its holder, since each of them is looked at.
pub const LOWERED_VERSIONS_MAX: u32 = 64;

/// R12, R615, R301, R351, R611.
pub fn regrade<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    grade: Grade,
    legal_basis: Digest,
) -> Result<(), Rejection> {
    scene.require_role(Role::Regulator)?;
    check_basis(legal_basis)?;
    let found = asset::find(scene, id)?;
    registration::check_unrelated(scene, &found)?;
    check_change(id, &found, grade)?;
    set(scene, id, found, grade, Some(legal_basis));
    Ok(())
}

/// R301, R319, R611, R613, R612.
pub fn declare<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, grade: Grade) -> Result<(), Rejection> {
    let found = asset::find(scene, id)?;
    asset::check_holder(scene, id, &found, Line::Hold)?;
    check_change(id, &found, grade)?;
    if grade < found.description.grade {
        check_lower(scene, id, &found, grade)?;
    }
    set(scene, id, found, grade, None);
    Ok(())
}

/// R615.
pub fn check_basis(legal_basis: Digest) -> Result<(), Rejection> {
    if legal_basis == Digest::ZERO { Err(Rejection::LegalBasisMissing) } else { Ok(()) }
}

/// R611.
fn check_change(id: AssetId, asset: &Asset, grade: Grade) -> Result<(), Rejection> {
    if asset.description.grade == grade { Err(Rejection::GradeUnchanged { asset: id, grade }) } else { Ok(()) }
}

/// R613, R612: whether every version was attested to be de-identified so far.
fn check_lower<R: Reader>(scene: &Scene<'_, '_, R>, id: AssetId, asset: &Asset, grade: Grade) -> Result<(), Rejection> {
    if asset.latest_version > LOWERED_VERSIONS_MAX {
        return Err(Rejection::GradeVersionsTooMany { asset: id, limit: LOWERED_VERSIONS_MAX });
    }
    for version in 1..=asset.latest_version {
        if attested(scene, id, asset, version).is_none_or(|attested| attested > grade) {
            return Err(Rejection::GradeUnattested { asset: id, version, grade });
        }
    }
    Ok(())
}

/// The grade that a version has after its de-identification, if it was attested: the highest of those that pass.
fn attested<R: Reader>(scene: &Scene<'_, '_, R>, id: AssetId, asset: &Asset, version: u32) -> Option<Grade> {
    let kind = AttestationKind::DeIdentification;
    let found = attestation::in_force(scene, id, asset, version, kind, |found| found.verdict == Verdict::Pass);
    let grades = found.map(|found| found.findings);
    let grades = grades.filter_map(|findings| if let Findings::Grade(grade) = findings { Some(grade) } else { None });
    grades.max()
}

/// Grades an asset. Core data leaves the register, and with it the market.
fn set<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    mut asset: Asset,
    grade: Grade,
    legal_basis: Option<Digest>,
) {
    let from = asset.description.grade;
    asset.description.grade = grade;
    scene.draft.put::<Assets>(&id, &asset);
    scene.events.push(Event::Regraded { asset: id, from, to: grade, by: scene.signer, legal_basis });
    if grade == Grade::Core {
        let reason = Text::new("graded core").expect("a short text");
        match asset.registration {
            Registration::PublicNotice { .. } => registration::end_refused(scene, id, asset, &reason),
            Registration::Registered { .. } => registration::end_cancelled(scene, id, asset, &reason),
            Registration::Refused { .. } | Registration::Cancelled { .. } => {}
        }
    }
    gate::look_again(scene, id);
}

/// R614: whether an asset is graded as highly as everything that this version of it was made from.
pub fn check_sources<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    version: u32,
) -> Result<(), Rejection> {
    let grade = asset.description.grade;
    match highest_source(scene, [(id, version)]) {
        Some((source_grade, source_asset)) if source_grade > grade => {
            Err(Rejection::GradeBelowSource { asset: id, grade, source_asset, source_grade })
        }
        _ => Ok(()),
    }
}

/// The highest grade upstream of these versions, but for themselves, and whose it is. A version that was attested to be de-identified
/// counts as what it was attested to be, and nothing above it counts.
pub fn highest_source<R: Reader>(
    scene: &Scene<'_, '_, R>,
    versions: impl IntoIterator<Item = (AssetId, u32)>,
) -> Option<(Grade, AssetId)> {
    let mut highest: Option<(Grade, AssetId)> = None;
    let versions = versions.into_iter();
    let mut next: Vec<((AssetId, u32), Option<Asset>)> = versions.map(|version| (version, None)).collect();
    let mut seen: BTreeSet<(AssetId, u32)> = next.iter().map(|(version, _)| *version).collect();
    while let Some(((child, version), asset)) = next.pop() {
        let edges = scene.draft.scan::<Derivations>(&(child, version), PARENTS_MAX);
        // Most versions were made from nothing: they need no further look.
        if edges.is_empty() {
            continue;
        }
        let asset = asset.or_else(|| scene.draft.get::<Assets>(&child));
        if let Some(grade) = asset.and_then(|asset| attested(scene, child, &asset, version)) {
            highest = highest.max(Some((grade, child)));
            continue;
        }
        for ((_, _, parent, parent_version), _) in edges {
            if seen.insert((parent, parent_version)) {
                let found = scene.draft.get::<Assets>(&parent);
                highest = highest.max(found.as_ref().map(|found| (found.description.grade, parent)));
                next.push(((parent, parent_version), found));
            }
        }
    }
    highest
}
