//! R351 to R361: registration (登记), and objections (异议) to it.
//!
//! ```text
//! PublicNotice -> Registered -> Cancelled
//!      |  ^                        |
//!      v  '------- again ----------'
//!   Refused -> again
//! ```
//!
//! A registrar decides after the notice and never while an objection is open. An objection stays open when its asset is
//! refused or cancelled for another reason: it must be ruled before the asset can be granted after all.

use super::asset::{check_holder, check_no_objection, find, wrong_registration};
use super::{Scene, content, governance, participant};
use crate::event::Event;
use crate::model::{Asset, Grade, Line, OPEN_OBJECTIONS_MAX, Objection, ObjectionStatus, Registration, Role};
use crate::primitives::{AssetId, Digest, ParticipantId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Assets, Certificates, Objections, Reader};

/// R301, R319, R320, R304, R316.
pub fn apply_again<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId) -> Result<(), Rejection> {
    let mut asset = find(scene, id)?;
    check_holder(scene, id, &asset, Line::Hold)?;
    if asset.registration.is_live() {
        return Err(wrong_registration(id, &asset, "refused or cancelled"));
    }
    if asset.description.grade == Grade::Core {
        return Err(Rejection::GradeCore);
    }
    content::claim_all(scene, id, asset.latest_version)?;
    let closes = scene.block.time.after(governance::rule_pack(scene).notice_window);
    asset.registration = Registration::PublicNotice { closes };
    scene.draft.put::<Assets>(&id, &asset);
    scene.events.push(Event::AppliedAgain { asset: id, notice_closes: closes });
    Ok(())
}

/// R352, R301, R354, R320, R355, R356.
pub fn object<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    statement: &Text<512>,
    evidence: Option<Digest>,
) -> Result<(), Rejection> {
    if statement.is_empty() {
        return Err(Rejection::StatementEmpty);
    }
    let mut asset = find(scene, id)?;
    if asset.line(Line::Hold).holder == scene.signer {
        return Err(Rejection::ObjectionOwn { asset: id });
    }
    let in_notice = match asset.registration {
        Registration::PublicNotice { closes } => scene.block.time < closes,
        Registration::Registered { .. } => false,
        Registration::Refused { .. } | Registration::Cancelled { .. } => {
            return Err(wrong_registration(id, &asset, "public-notice or registered"));
        }
    };
    if !in_notice && evidence.is_none() {
        return Err(Rejection::EvidenceMissing { asset: id });
    }
    let number = asset.objections;
    let counted = number.checked_add(1).filter(|_| asset.open_objections < OPEN_OBJECTIONS_MAX);
    asset.objections = counted.ok_or(Rejection::ObjectionsFull { asset: id })?;
    asset.open_objections = asset.open_objections.saturating_add(1);
    let objection = Objection {
        objector: scene.signer,
        statement: statement.clone(),
        evidence,
        status: ObjectionStatus::Open,
        since: scene.block.time,
    };
    scene.draft.put::<Objections>(&(id, number), &objection);
    scene.draft.put::<Assets>(&id, &asset);
    scene.events.push(Event::Objected { asset: id, objection: number, objector: scene.signer });
    Ok(())
}

/// R12, R353, R301, R357, R358, R351.
///
/// An objection that was right ends the registration, if it stands: refused under notice, else cancelled.
pub fn rule_objection<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    number: u16,
    upheld: bool,
    reason: &Text<256>,
) -> Result<(), Rejection> {
    scene.require_role(Role::Registrar)?;
    check_reason(reason)?;
    let mut asset = find(scene, id)?;
    let unknown = Rejection::UnknownObjection { asset: id, objection: number };
    let mut objection = scene.draft.get::<Objections>(&(id, number)).ok_or(unknown)?;
    if objection.status != ObjectionStatus::Open {
        return Err(Rejection::ObjectionRuled { asset: id, objection: number });
    }
    check_unrelated(scene, &asset)?;
    check_judge(scene, objection.objector)?;

    objection.status = if upheld { ObjectionStatus::Upheld } else { ObjectionStatus::Dismissed };
    scene.draft.put::<Objections>(&(id, number), &objection);
    asset.open_objections = asset.open_objections.saturating_sub(1);
    scene.draft.put::<Assets>(&id, &asset);
    let registrar = scene.signer;
    scene.events.push(Event::ObjectionRuled { asset: id, objection: number, upheld, registrar });
    match asset.registration {
        Registration::PublicNotice { .. } if upheld => end_refused(scene, id, asset, reason),
        Registration::Registered { .. } if upheld => end_cancelled(scene, id, asset, reason),
        _ => {}
    }
    Ok(())
}

/// R12, R360, R301, R320, R351, R359, R323, R361.
pub fn grant<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, certificate: &Text<32>) -> Result<(), Rejection> {
    scene.require_role(Role::Registrar)?;
    if certificate.is_empty() {
        return Err(Rejection::CertificateEmpty);
    }
    let mut asset = find(scene, id)?;
    let closes = notice_of(id, &asset)?;
    check_unrelated(scene, &asset)?;
    let now = scene.block.time;
    if now < closes {
        return Err(Rejection::NoticeRuns { asset: id, closes, now });
    }
    check_no_objection(id, &asset)?;
    if let Some(asset) = scene.draft.get::<Certificates>(certificate) {
        return Err(Rejection::CertificateTaken { asset });
    }
    let registrar = scene.signer;
    asset.registration = Registration::Registered { certificate: certificate.clone(), registrar, since: now };
    scene.draft.put::<Assets>(&id, &asset);
    scene.draft.put::<Certificates>(certificate, &id);
    scene.events.push(Event::RegistrationGranted { asset: id, certificate: certificate.clone(), registrar });
    Ok(())
}

/// R12, R353, R301, R320, R351.
pub fn refuse<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, reason: &Text<256>) -> Result<(), Rejection> {
    scene.require_role(Role::Registrar)?;
    check_reason(reason)?;
    let asset = find(scene, id)?;
    notice_of(id, &asset)?;
    check_unrelated(scene, &asset)?;
    end_refused(scene, id, asset, reason);
    Ok(())
}

/// R353, R301, R12, R320, R351. The Hold holder needs no role.
///
/// What was licensed stays licensed, and open orders run on.
pub fn cancel<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, reason: &Text<256>) -> Result<(), Rejection> {
    check_reason(reason)?;
    let asset = find(scene, id)?;
    let is_own = asset.line(Line::Hold).holder == scene.signer;
    if !is_own {
        scene.require_role(Role::Registrar)?;
    }
    if !asset.is_registered() {
        return Err(wrong_registration(id, &asset, "registered"));
    }
    if !is_own {
        check_unrelated(scene, &asset)?;
    }
    end_cancelled(scene, id, asset, reason);
    Ok(())
}

/// Takes an asset out of its notice.
pub fn end_refused<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, mut asset: Asset, reason: &Text<256>) {
    content::release_all(scene, id, asset.latest_version);
    asset.registration = Registration::Refused { reason: reason.clone() };
    scene.draft.put::<Assets>(&id, &asset);
    let registrar = scene.signer;
    scene.events.push(Event::RegistrationRefused { asset: id, registrar, reason: reason.clone() });
}

/// Takes an asset out of the register.
pub fn end_cancelled<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, mut asset: Asset, reason: &Text<256>) {
    content::release_all(scene, id, asset.latest_version);
    let by = scene.signer;
    asset.registration = Registration::Cancelled { by, reason: reason.clone() };
    scene.draft.put::<Assets>(&id, &asset);
    scene.events.push(Event::RegistrationCancelled { asset: id, by, reason: reason.clone() });
}

/// R353.
pub fn check_reason(reason: &Text<256>) -> Result<(), Rejection> {
    if reason.is_empty() { Err(Rejection::ReasonEmpty) } else { Ok(()) }
}

/// R320: when the notice closes, if there is one.
fn notice_of(id: AssetId, asset: &Asset) -> Result<Timestamp, Rejection> {
    match asset.registration {
        Registration::PublicNotice { closes } => Ok(closes),
        _ => Err(wrong_registration(id, asset, "public-notice")),
    }
}

/// R351: nobody judges those who have a right to the asset if it is one of them, or related to one.
pub fn check_unrelated<R: Reader>(scene: &Scene<'_, '_, R>, asset: &Asset) -> Result<(), Rejection> {
    asset.lines.iter().try_for_each(|line| check_judge(scene, line.holder))
}

/// R351: whether the signer may judge somebody.
pub fn check_judge<R: Reader>(scene: &Scene<'_, '_, R>, party: ParticipantId) -> Result<(), Rejection> {
    check_unrelated_to(scene, scene.signer, party)
}

/// R351: whether one may judge the other.
pub fn check_unrelated_to<R: Reader>(
    scene: &Scene<'_, '_, R>,
    judge: ParticipantId,
    party: ParticipantId,
) -> Result<(), Rejection> {
    if participant::are_related(scene.draft, judge, party) {
        return Err(Rejection::JudgeRelated { judge, party });
    }
    Ok(())
}
