//! R301 to R323: assets, their versions, and the three rights to them.

use super::{Scene, content, derivation, freeze, gate, governance, public_data};
use crate::event::Event;
use crate::model::{
    Asset, AssetDescription, Basis, FreezeScope, Grade, KEYWORDS_MAX, Line, Openness, Parent, Participant,
    Registration, RightsClaim, Role, TitleLine, VERSIONS_MAX, Version, VersionContent,
};
use crate::primitives::{AssetId, Digest, ParticipantId, Text};
use crate::rejection::Rejection;
use crate::state::{Assets, Reader, Subject, Versions};

/// R12, R302 to R308, R309 to R311, R331 to R345, R312 to R315, R324, R325, R316.
pub fn register<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    description: &AssetDescription,
    rights: RightsClaim,
    content: &VersionContent,
    parents: &[Parent],
) -> Result<(), Rejection> {
    let signer = scene.signer;
    if !scene.active(signer).is_some_and(|participant| may_hold(&participant)) {
        return Err(Rejection::RoleMissing { signer, needed: Role::Trader });
    }
    check_description(scene, description)?;
    content::check(content)?;
    let id = AssetId::created_by(scene.transaction);
    let lineage = derivation::check(scene, id, description.grade, parents)?;
    check_bases(scene, rights, parents)?;

    let closes = scene.block.time.after(governance::rule_pack(scene).notice_window);
    let line = |basis| TitleLine { holder: signer, basis, evidence: rights.evidence, since: scene.block.time };
    let asset = Asset {
        description: description.clone(),
        lines: [line(rights.hold), line(rights.r#use), line(rights.operate)],
        registration: Registration::PublicNotice { closes },
        open_objections: 0,
        objections: 0,
        latest_version: 1,
        created: scene.block.time,
    };
    scene.draft.put::<Assets>(&id, &asset);
    public_data::note_registered(scene, id, &asset);
    scene.events.push(Event::AssetRegistered {
        asset: id,
        declarer: signer,
        content_root: content.content_root,
        notice_closes: closes,
    });
    write_version(scene, id, 1, content, lineage)
}

/// R301, R319, R320, R309 to R311, R317, R318, R331 to R345, R325, R316.
pub fn add_version<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    content: &VersionContent,
    parents: &[Parent],
) -> Result<(), Rejection> {
    let mut asset = find(scene, id)?;
    check_holder(scene, id, &asset, Line::Hold)?;
    if !asset.registration.is_live() {
        return Err(wrong_registration(id, &asset, "public-notice or registered"));
    }
    content::check(content)?;
    let latest = scene.draft.get::<Versions>(&(id, asset.latest_version));
    if latest.is_some_and(|latest| latest.content.content_root == content.content_root) {
        return Err(Rejection::RootUnchanged { content_root: content.content_root });
    }
    let version = asset.latest_version.saturating_add(1);
    if version > VERSIONS_MAX {
        return Err(Rejection::VersionsFull { limit: VERSIONS_MAX });
    }
    let lineage = derivation::check(scene, id, asset.description.grade, parents)?;
    asset.latest_version = version;
    scene.draft.put::<Assets>(&id, &asset);
    write_version(scene, id, version, content, lineage)
}

/// R301, R319, R321, R322, R320, R323, R638. That the recipient approves is R8.
///
/// Licences in force stay as they are. Open orders stay too: the right to what they pay follows the Operate line. Listings by
/// the line end.
pub fn transfer_right<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    line: Line,
    to: ParticipantId,
    evidence: Option<Digest>,
) -> Result<(), Rejection> {
    let asset = find(scene, id)?;
    check_holder(scene, id, &asset, line)?;
    if to == scene.signer {
        return Err(Rejection::TransferToSelf);
    }
    if !scene.active(to).is_some_and(|participant| may_hold(&participant)) {
        return Err(Rejection::RecipientNotTrader { recipient: to });
    }
    if !asset.is_registered() {
        return Err(wrong_registration(id, &asset, "registered"));
    }
    check_no_objection(id, &asset)?;
    let moved = [Subject::Asset(id), Subject::Participant(scene.signer), Subject::Participant(to)];
    freeze::check(scene, FreezeScope::Trade, &moved)?;
    hand_over(scene, id, asset, line, to, evidence);
    Ok(())
}

/// Moves a line, as was checked.
pub fn hand_over<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    mut asset: Asset,
    line: Line,
    to: ParticipantId,
    evidence: Option<Digest>,
) {
    let from = asset.line(line).holder;
    asset.lines[line as usize] = TitleLine { holder: to, basis: Basis::Transferred, evidence, since: scene.block.time };
    scene.draft.put::<Assets>(&id, &asset);
    scene.events.push(Event::RightTransferred { asset: id, line, from, to });
    gate::pause_stale(scene, id, &asset, line);
    // An assessor may be related to who holds it now.
    gate::look_again(scene, id);
}

/// R301.
pub fn find<R: Reader>(scene: &Scene<'_, '_, R>, id: AssetId) -> Result<Asset, Rejection> {
    scene.draft.get::<Assets>(&id).ok_or(Rejection::UnknownAsset { asset: id })
}

/// R319.
pub fn check_holder<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    line: Line,
) -> Result<(), Rejection> {
    let holder = asset.line(line).holder;
    if holder == scene.signer { Ok(()) } else { Err(Rejection::NotHolder { asset: id, line, holder }) }
}

/// R320: the registration stands elsewhere than it must.
pub fn wrong_registration(id: AssetId, asset: &Asset, needed: &'static str) -> Rejection {
    Rejection::WrongRegistration { asset: id, found: asset.registration.name(), needed }
}

/// R323.
pub fn check_no_objection(id: AssetId, asset: &Asset) -> Result<(), Rejection> {
    match asset.open_objections {
        0 => Ok(()),
        open => Err(Rejection::ObjectionsOpen { asset: id, open }),
    }
}

/// Whether someone may hold rights to assets, sell and buy.
pub fn may_hold(participant: &Participant) -> bool {
    participant.roles.contains(Role::Trader) || participant.roles.contains(Role::PublicAuthority)
}

/// R302 to R308.
fn check_description<R: Reader>(scene: &Scene<'_, '_, R>, description: &AssetDescription) -> Result<(), Rejection> {
    if description.title.is_empty() || description.sector.is_empty() {
        return Err(Rejection::DescriptionEmpty);
    }
    let keywords = &description.keywords;
    let in_order = keywords.windows(2).all(|pair| pair[0] < pair[1]);
    if keywords.len() > KEYWORDS_MAX || !in_order || keywords.iter().any(Text::is_empty) {
        return Err(Rejection::KeywordsMalformed);
    }
    if description.grade == Grade::Core {
        return Err(Rejection::GradeCore);
    }
    public_data::check_openness(scene, description.source_class, &description.openness)
}

/// R312 to R315, R324: whether what is claimed fits what the data was made from. The parents must have been checked.
fn check_bases<R: Reader>(scene: &Scene<'_, '_, R>, rights: RightsClaim, parents: &[Parent]) -> Result<(), Rejection> {
    let is_licensed = parents.iter().any(|parent| parent.licence.is_some());
    let is_open = |parent: &Parent| {
        let asset = scene.draft.get::<Assets>(&parent.asset);
        asset.is_some_and(|asset| asset.description.openness == Openness::Open)
    };
    for (line, basis) in [(Line::Hold, rights.hold), (Line::Use, rights.r#use), (Line::Operate, rights.operate)] {
        let unfounded = match basis {
            Basis::SelfProduced | Basis::Collected => None,
            Basis::Transferred => Some(Rejection::BasisTransferred { line }),
            Basis::Licensed | Basis::Derived => (!is_licensed).then_some(Rejection::BasisUnlicensed { line, basis }),
            Basis::OpenLicence => (!parents.iter().any(is_open)).then_some(Rejection::BasisNotOpen { line }),
            Basis::Unknown => Some(Rejection::BasisMissing { line }),
            Basis::PublicAuthorised => rights.evidence.is_none().then_some(Rejection::BasisUnproven { line }),
        };
        unfounded.map_or(Ok(()), Err)?;
    }
    Ok(())
}

/// Writes a version whose content and parents were checked, if its content may be registered: R325, R316.
fn write_version<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    number: u32,
    content: &VersionContent,
    lineage: derivation::Lineage,
) -> Result<(), Rejection> {
    let version = Version {
        content: content.clone(),
        depth: lineage.depth,
        owes: lineage.owes,
        created: scene.block.time,
        height: scene.block.height,
        transaction: scene.transaction,
    };
    scene.draft.put::<Versions>(&(id, number), &version);
    scene.events.push(Event::VersionAdded { asset: id, version: number, content_root: content.content_root });
    derivation::write(scene, id, number, lineage);
    content::check_origin(scene, id, number, content.content_root)?;
    content::claim(scene, id, number, content.content_root)
}
