//! R601 to R608: attestations (评估), and what a listing needs of them.
//!
//! One assessor has one attestation of a kind in force on a version; a newer one takes its place. When one lapses, by
//! whatever cause, the block looks at the listings that live by it and pauses them if they may not go on.

use super::{Scene, asset, deadline, gate, governance, participant, registration};
use crate::event::Event;
use crate::model::{
    ATTESTATIONS_MAX, Asset, Attestation, AttestationKind, AttestationStatus, Findings, Requirement, Role, Verdict,
};
use crate::primitives::{AssetId, AttestationId, BasisPoints, Digest, Text, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Attestations, IssuedAttestations, Reader, Subject, Versions};

/// What an assessor says.
pub struct Opinion {
    /// What was looked at.
    pub kind: AttestationKind,
    /// The asset.
    pub asset: AssetId,
    /// Which version of it.
    pub version: u32,
    /// The hash of the report.
    pub report: Digest,
    /// The conclusion.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Findings,
    /// When it ends by itself.
    pub valid_until: Timestamp,
}

/// R12, R602, R603, R604, R301, R408, R351, R605.
pub fn attest<R: Reader>(scene: &mut Scene<'_, '_, R>, opinion: &Opinion) -> Result<(), Rejection> {
    scene.require_role(Role::Assessor)?;
    let &Opinion { kind, asset: id, version, report, verdict, findings, valid_until } = opinion;
    if report == Digest::ZERO {
        return Err(Rejection::ReportMissing);
    }
    if !fit(kind, findings) {
        return Err(Rejection::FindingsUnfit { kind });
    }
    let now = scene.block.time;
    if valid_until <= now {
        return Err(Rejection::ValidityPast { valid_until, now });
    }
    let found = asset::find(scene, id)?;
    if !scene.draft.contains::<Versions>(&(id, version)) {
        return Err(Rejection::UnknownVersion { asset: id, version });
    }
    registration::check_unrelated(scene, &found)?;
    let assessor = scene.signer;
    let place = (id, version, kind, assessor);
    let before = scene.draft.get::<IssuedAttestations>(&place);
    let others = scene.draft.scan::<IssuedAttestations>(&(id, version, kind), ATTESTATIONS_MAX);
    if before.is_none() && others.len() >= ATTESTATIONS_MAX {
        return Err(Rejection::AttestationsFull { asset: id, version, kind });
    }

    let attestation = AttestationId::created_by(scene.transaction);
    if let Some(before) = before {
        end(scene, before, AttestationStatus::Superseded);
        scene.events.push(Event::AttestationSuperseded { attestation: before, asset: id, by: attestation });
    }
    let status = AttestationStatus::Issued;
    let record =
        Attestation { kind, asset: id, version, assessor, report, verdict, findings, issued: now, valid_until, status };
    scene.draft.put::<Attestations>(&attestation, &record);
    scene.draft.put::<IssuedAttestations>(&place, &attestation);
    deadline::change(scene.draft, Subject::Attestation(attestation), None, Some(valid_until));
    scene.events.push(Event::Attested { attestation, asset: id, version, kind, verdict, assessor });
    gate::look_again(scene, id);
    Ok(())
}

/// Whether the findings are those of the kind.
fn fit(kind: AttestationKind, findings: Findings) -> bool {
    match (kind, findings) {
        (AttestationKind::Quality, Findings::Quality(scores)) => {
            scores.named().iter().all(|(_, score)| *score <= BasisPoints::WHOLE)
        }
        (AttestationKind::Valuation, Findings::Worth { from, to }) => from <= to,
        (AttestationKind::DeIdentification, Findings::Grade(_))
        | (AttestationKind::Source | AttestationKind::Compliance | AttestationKind::Security, Findings::None) => true,
        _ => false,
    }
}

/// R353, R601, R606, R607.
pub fn withdraw<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AttestationId,
    reason: &Text<256>,
) -> Result<(), Rejection> {
    registration::check_reason(reason)?;
    let found = scene.draft.get::<Attestations>(&id).ok_or(Rejection::UnknownAttestation { attestation: id })?;
    if found.assessor != scene.signer {
        return Err(Rejection::NotAssessor { assessor: found.assessor });
    }
    // The block that ends an attestation may still have it to do.
    if !found.is_in_force(scene.block.time) {
        return Err(Rejection::AttestationOver { attestation: id, status: found.status });
    }
    end(scene, id, AttestationStatus::Withdrawn);
    let asset = found.asset;
    scene.events.push(Event::AttestationWithdrawn { attestation: id, asset, reason: reason.clone() });
    gate::look_again(scene, asset);
    Ok(())
}

/// The time of an attestation is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AttestationId) {
    let asset = end(scene, id, AttestationStatus::Expired);
    scene.events.push(Event::AttestationExpired { attestation: id, asset });
    gate::look_again(scene, asset);
}

/// Takes an attestation out of force; of which asset it was.
fn end<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AttestationId, status: AttestationStatus) -> AssetId {
    let mut found = scene.draft.get::<Attestations>(&id).expect("attestations are never deleted");
    deadline::change(scene.draft, Subject::Attestation(id), Some(found.valid_until), None);
    scene.draft.remove::<IssuedAttestations>(&(found.asset, found.version, found.kind, found.assessor));
    found.status = status;
    scene.draft.put::<Attestations>(&id, &found);
    found.asset
}

/// R608: whether the attestations are in force that the rule pack demands of data of this class and grade.
pub fn check_required<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    version: u32,
) -> Result<(), Rejection> {
    let about = &asset.description;
    let applies = |entry: &Requirement| entry.source_class == about.source_class && about.grade >= entry.grade;
    for entry in governance::rule_pack(scene).required_attestations.iter().filter(|entry| applies(entry)) {
        for kind in entry.kinds.iter() {
            let passes = |found: &Attestation| found.verdict != Verdict::Fail;
            if in_force(scene, id, asset, version, kind, passes).next().is_none() {
                return Err(Rejection::AttestationMissing { asset: id, version, kind });
            }
        }
    }
    Ok(())
}

/// The attestations of a kind that say so and count for a version now: in force, and of assessors who are not related to
/// those who hold a right to it now, whoever held it when they were issued. Who is related is looked up last.
pub fn in_force<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    version: u32,
    kind: AttestationKind,
    says: impl Fn(&Attestation) -> bool,
) -> impl Iterator<Item = Attestation> {
    let issued = scene.draft.scan::<IssuedAttestations>(&(id, version, kind), ATTESTATIONS_MAX);
    let found = issued.into_iter().filter_map(|(_, attestation)| scene.draft.get::<Attestations>(&attestation));
    let holders = asset.lines.map(|line| line.holder);
    found.filter(|found| found.is_in_force(scene.block.time)).filter(move |found| says(found)).filter(move |found| {
        !holders.iter().any(|holder| participant::are_related(scene.draft, found.assessor, *holder))
    })
}
