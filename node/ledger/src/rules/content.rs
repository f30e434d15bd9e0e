//! R309 to R311, R316: the content of a version, and who may register it.
//!
//! The first asset that comes with some content claims it, from its notice until it is refused or cancelled. Others may
//! have the same content only if they have a right to it through the asset that claims it; when that one goes, its
//! claim passes on to one of them, so that content in the register never stands open to a stranger.

use std::collections::BTreeSet;

use super::{Scene, listing};
use crate::model::{FIELDS_MAX, Line, Openness, PARENTS_MAX, VersionContent};
use crate::primitives::{AssetId, Digest};
use crate::rejection::Rejection;
use crate::state::{Assets, ContentOrigins, ContentRoots, ContentUses, Derivations, Reader, Versions};

/// R309, R310, R311.
pub fn check(content: &VersionContent) -> Result<(), Rejection> {
    let of_nothing = Digest(*blake3::hash(&[]).as_bytes());
    if (content.size_bytes == 0) != (content.content_root == of_nothing) {
        return Err(Rejection::SizeUnfit { size_bytes: content.size_bytes });
    }
    if !is_media_type(content.media_type.as_str()) {
        return Err(Rejection::MediaTypeMalformed);
    }
    if let Some(structure) = &content.structure {
        let names: BTreeSet<&str> = structure.fields.iter().map(|field| field.name.as_str()).collect();
        let is_distinct = names.len() == structure.fields.len() && !names.contains("");
        if structure.fields.len() > FIELDS_MAX || !is_distinct {
            return Err(Rejection::StructureMalformed);
        }
    }
    Ok(())
}

/// Whether it is a type and a subtype with the characters of RFC 6838, section 4.2.
fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}

/// Notes that the signer's asset has this content, unless it belongs to somebody else: R316. The derivations of the
/// version must be written before.
pub fn claim<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    asset: AssetId,
    version: u32,
    content_root: Digest,
) -> Result<(), Rejection> {
    match scene.draft.get::<ContentRoots>(&content_root) {
        None => scene.draft.put::<ContentRoots>(&content_root, &asset),
        Some(claimant) if claimant == asset => {}
        Some(claimant) => {
            let found = scene.draft.get::<Assets>(&claimant).expect("what claims content is an asset");
            let holder = found.line(Line::Hold).holder;
            let may = holder == scene.signer
                || found.description.openness == Openness::Open
                || is_licensed(scene.draft, asset, version, claimant);
            if !may {
                return Err(Rejection::RootClaimed { content_root, asset: claimant, holder });
            }
        }
    }
    scene.draft.put::<ContentUses>(&(content_root, asset), &());
    Ok(())
}

/// Whether a version was made under a licence of an asset.
fn is_licensed<R: Reader>(state: &R, asset: AssetId, version: u32, parent: AssetId) -> bool {
    let edges = state.scan::<Derivations>(&(asset, version, parent), PARENTS_MAX);
    edges.iter().any(|(_, edge)| edge.licence.is_some())
}

/// Notes again that the signer's asset has the content of its versions: R316.
pub fn claim_all<R: Reader>(scene: &mut Scene<'_, '_, R>, asset: AssetId, latest: u32) -> Result<(), Rejection> {
    (1..=latest).try_for_each(|version| claim(scene, asset, version, root_of(scene, asset, version)))
}

/// Gives up the content of all versions of an asset; what it claimed passes on.
pub fn release_all<R: Reader>(scene: &mut Scene<'_, '_, R>, asset: AssetId, latest: u32) {
    for version in 1..=latest {
        let content_root = root_of(scene, asset, version);
        scene.draft.remove::<ContentUses>(&(content_root, asset));
        if scene.draft.get::<ContentRoots>(&content_root) == Some(asset) {
            match scene.draft.scan::<ContentUses>(&content_root, 1).first() {
                Some(((_, next), ())) => scene.draft.put::<ContentRoots>(&content_root, next),
                None => scene.draft.remove::<ContentRoots>(&content_root),
            }
        }
    }
}

/// R325: who registers content again names at least the licences that it was made under when they registered it first.
/// Else a version without parents would wash off what the licences bind and whom they owe. The derivations of the
/// version must be written before.
pub fn check_origin<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    asset: AssetId,
    version: u32,
    content_root: Digest,
) -> Result<(), Rejection> {
    let key = (content_root, scene.signer);
    let Some((first, first_version)) = scene.draft.get::<ContentOrigins>(&key) else {
        scene.draft.put::<ContentOrigins>(&key, &(asset, version));
        return Ok(());
    };
    let named = listing::licences_upstream(scene.draft, asset, version);
    let owed = listing::licences_upstream(scene.draft, first, first_version);
    match owed.difference(&named).next() {
        Some(licence) => Err(Rejection::OriginConcealed { asset: first, version: first_version, licence: *licence }),
        None => Ok(()),
    }
}

fn root_of<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId, version: u32) -> Digest {
    let found = scene.draft.get::<Versions>(&(asset, version)).expect("an asset has its versions from 1 to the latest");
    found.content.content_root
}
