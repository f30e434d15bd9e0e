//! Attestations, grades, public data and freezes.

use yaosu_ledger::model::*;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, BasisPoints, ParticipantId};

use super::Drawn;
use super::assets::any_openness;
use crate::dice::Dice;
use crate::sight::{Sight, find};
use crate::town::{digest, text};

/// Of any kind, mostly one that something hangs on.
pub fn attest(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, |_, _| true)?;
    let version = u32::try_from(dice.between(1, found.latest_version.into())).ok()?;
    let kind = match dice.below(6) {
        0..3 => AttestationKind::Compliance,
        3 | 4 => AttestationKind::DeIdentification,
        _ => dice.one(AttestationKind::ALL),
    };
    let score = BasisPoints(9_000);
    let findings = match kind {
        AttestationKind::Quality => Findings::Quality(QualityScores {
            conformity: score,
            completeness: score,
            accuracy: score,
            consistency: score,
            timeliness: score,
            accessibility: score,
        }),
        AttestationKind::Valuation => Findings::Worth { from: Amount(1), to: Amount(2) },
        AttestationKind::DeIdentification => Findings::Grade(dice.one(&[Grade::General1, Grade::General2])),
        AttestationKind::Source | AttestationKind::Compliance | AttestationKind::Security => Findings::None,
    };
    let verdict = dice.weighted(&[(6, Verdict::Pass), (1, Verdict::Conditional), (1, Verdict::Fail)]);
    let (report, valid_until) = (digest("report"), sight.later(dice, 3_000));
    let attest = Action::Attest { kind, asset, version, report, verdict, findings, valid_until };
    Some((sight.with_role(dice, Role::Assessor)?, attest))
}

/// One in force, by whoever issued it.
pub fn withdraw(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (attestation, found) =
        find(dice, &sight.view.attestations, |_, found| found.status == AttestationStatus::Issued)?;
    Some((found.assessor, Action::WithdrawAttestation { attestation, reason: text("wrong") }))
}

/// Up or down.
pub fn regrade(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, _) = find(dice, &sight.view.assets, |_, _| true)?;
    let grade = any_grade(dice);
    Some((sight.with_role(dice, Role::Regulator)?, Action::Regrade { asset, grade, legal_basis: digest("law") }))
}

/// The same, by its holder.
pub fn declare(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, |_, _| true)?;
    Some((found.line(Line::Hold).holder, Action::DeclareGrade { asset, grade: any_grade(dice) }))
}

/// By its holder, or the authority in charge.
pub fn change_openness(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, is_public)?;
    let charge = sight.view.charges.get(&asset);
    let signer = match charge {
        Some(charge) if dice.percent(50) => charge.authority,
        _ => found.line(Line::Hold).holder,
    };
    Some((signer, Action::ChangeOpenness { asset, openness: any_openness(sight, dice)? }))
}

/// Of public data that nobody is in charge of.
pub fn authorise(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) =
        find(dice, &sight.view.assets, |id, found| is_public(id, found) && !sight.view.charges.contains_key(id))?;
    let (holder, authorisation) = (found.line(Line::Hold).holder, digest("leave"));
    let authorise = Action::AuthoriseOperation { asset, holder, authorisation };
    Some((sight.with_role(dice, Role::PublicAuthority)?, authorise))
}

/// By the authority in charge.
pub fn set_ceiling(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, charge) = find(dice, &sight.view.charges, |_, _| true)?;
    let ceiling = Amount(dice.one(&[0, 500, 50_000, 500_000_000, u64::MAX]));
    Some((charge.authority, Action::SetPriceCeiling { asset, ceiling, legal_basis: digest("decision") }))
}

/// Anything that can be frozen, mostly in a scope that fits it.
pub fn freeze(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    use FreezeScope::{All, Delivery, Funds, Trade, Use};
    let view = sight.view;
    let (target, scope) = match dice.below(10) {
        0 => (Subject::Participant(upstream(sight, dice)?), Funds),
        1 | 2 => (Subject::Participant(sight.trader(dice)?), dice.one(&[Funds, Trade, Delivery, Use, All])),
        3 | 4 => {
            (Subject::Asset(dice.pick(view.assets.keys().copied().collect())?), dice.one(&[Trade, Delivery, Use, All]))
        }
        5 => {
            let (listing, _) = find(dice, &view.listings, |_, found| found.status == ListingStatus::Active)?;
            (Subject::Listing(listing), dice.one(&[Trade, Delivery, All]))
        }
        6 => {
            let (order, _) = find(dice, &view.orders, |_, found| !found.status.is_end())?;
            (Subject::Order(order), dice.one(&[Delivery, All]))
        }
        7 => {
            let talks = &view.negotiations;
            let (talk, _) = find(dice, talks, |_, found| found.status == NegotiationStatus::Open)?;
            (Subject::Negotiation(talk), dice.one(&[Trade, Delivery, All]))
        }
        8 => {
            let (demand, _) = find(dice, &view.demands, |_, found| found.status == DemandStatus::Open)?;
            (Subject::Demand(demand), dice.one(&[Trade, Delivery, All]))
        }
        _ => {
            let (licence, _) = sight.licence(dice, |_| true)?;
            (Subject::Licence(licence), dice.one(&[Use, All]))
        }
    };
    let scope = if dice.percent(5) { dice.one(FreezeScope::ALL) } else { scope };
    let until = sight.later(dice, 500);
    let freeze = Action::Freeze { target, scope, legal_basis: digest("law"), until };
    Some((sight.with_role(dice, Role::Regulator)?, freeze))
}

/// Somebody who gets royalties.
fn upstream(sight: &Sight<'_>, dice: &mut Dice) -> Option<ParticipantId> {
    let licensed = sight.model.edges.values().flatten().filter(|edge| edge.royalty > 0);
    let (asset, _) = dice.pick(licensed.map(|edge| edge.parent).collect())?;
    sight.holder(asset, Line::Operate)
}

/// One in force.
pub fn lift(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (freeze, _) = find(dice, &sight.view.freezes, |_, found| found.status == FreezeStatus::Active)?;
    Some((sight.with_role(dice, Role::Regulator)?, Action::LiftFreeze { freeze, reason: text("over") }))
}

/// By somebody whom it concerns.
pub fn appeal(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (freeze, found) =
        find(dice, &sight.view.freezes, |_, found| found.status == FreezeStatus::Active && found.appeal.is_none())?;
    let view = sight.view;
    let signer = match found.target {
        Subject::Participant(id) => id,
        Subject::Asset(id) => view.assets.get(&id)?.line(Line::Hold).holder,
        Subject::Listing(id) => view.listings.get(&id)?.seller,
        Subject::Order(id) => view.orders.get(&id)?.buyer,
        Subject::Licence(id) => view.licences.get(&id)?.licensee,
        Subject::Negotiation(id) => view.negotiations.get(&id)?.buyer,
        Subject::Demand(id) => view.demands.get(&id)?.buyer,
        _ => return None,
    };
    Some((signer, Action::AppealFreeze { freeze, statement: text("it is wrong"), evidence: None }))
}

/// One that was appealed against.
pub fn rule_appeal(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (freeze, _) = find(dice, &sight.view.freezes, |_, found| {
        found.status == FreezeStatus::Active && found.appeal.as_ref().is_some_and(|appeal| appeal.arbiter.is_none())
    })?;
    let overturned = dice.percent(50);
    Some((sight.with_role(dice, Role::Arbiter)?, Action::RuleAppeal { freeze, overturned, reason: text("heard") }))
}

fn any_grade(dice: &mut Dice) -> Grade {
    dice.weighted(&[
        (6, Grade::General1),
        (6, Grade::General2),
        (5, Grade::General3),
        (2, Grade::General4),
        (2, Grade::Important),
        (1, Grade::Core),
    ])
}

fn is_public(_: &AssetId, asset: &Asset) -> bool {
    asset.description.source_class == SourceClass::Public
}
