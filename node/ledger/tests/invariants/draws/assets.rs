//! Assets, what they were made from, their registration, and their rights.

use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, ParticipantId};

use super::Drawn;
use crate::dice::Dice;
use crate::library;
use crate::sight::{Sight, find};
use crate::town::{SELF_PRODUCED, content, description, digest, text};

/// So many and no more, so that they are used.
const ASSETS_MAX: usize = 20;
/// Versions of an asset, as many as any draw asks for.
const VERSIONS: u32 = 4;

/// Something new, made from what is there or from nothing.
pub fn register(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    if sight.view.assets.len() >= ASSETS_MAX {
        return None;
    }
    let (signer, parents) = if let Some((maker, parent)) = too_new(sight, dice) {
        (maker, vec![parent])
    } else {
        let signer = sight.trader(dice)?;
        (signer, any_parents(sight, dice, signer, None))
    };
    let is_authority =
        sight.view.participants.get(&signer).is_some_and(|found| found.roles.contains(Role::PublicAuthority));
    let mut description = description("asset");
    if is_authority || dice.percent(12) {
        description.source_class = SourceClass::Public;
        description.openness = any_openness(sight, dice)?;
    }
    let highest = parents.iter().filter_map(|parent| sight.model.grades.get(&parent.asset)).max();
    let drawn = dice.weighted(&[
        (10, Grade::General1),
        (4, Grade::General2),
        (3, Grade::General3),
        (1, Grade::Important),
        (1, Grade::Core),
    ]);
    description.grade = if dice.percent(90) { highest.map_or(drawn, |highest| drawn.max(*highest)) } else { drawn };
    let is_licensed = parents.iter().any(|parent| parent.licence.is_some());
    let rights = match dice.below(10) {
        0..3 if is_licensed => RightsClaim { hold: Basis::Derived, r#use: Basis::Licensed, ..SELF_PRODUCED },
        3 => RightsClaim { operate: Basis::PublicAuthorised, evidence: Some(digest("leave")), ..SELF_PRODUCED },
        4 => RightsClaim { hold: dice.one(Basis::ALL), ..SELF_PRODUCED },
        _ => SELF_PRODUCED,
    };
    Some((signer, Action::RegisterAsset { description, rights, content: any_content(sight, dice), parents }))
}

/// Another version, mostly made from the one before.
pub fn add_version(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let any = dice.percent(60);
    let (asset, found) = find(dice, &sight.view.assets, |asset, found| {
        found.registration.is_live()
            && found.latest_version < VERSIONS
            && (any || is_subscribed(sight, *asset, u32::MAX))
    })?;
    let signer = found.line(Line::Hold).holder;
    let parents = any_parents(sight, dice, signer, Some((asset, found.latest_version)));
    Some((signer, Action::AddVersion { asset, content: any_content(sight, dice), parents }))
}

/// Whether somebody subscribes to an asset from a version before this one.
fn is_subscribed(sight: &Sight<'_>, asset: AssetId, before: u32) -> bool {
    let of_it = sight.view.licences.values().filter(|licence| licence.asset == asset);
    of_it
        .filter(|licence| licence.status == LicenceStatus::Active)
        .any(|licence| matches!(licence.versions, VersionScope::From(first) if first < before))
}

/// After a refusal or a cancellation.
pub fn apply_again(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, |_, found| !found.registration.is_live())?;
    Some((found.line(Line::Hold).holder, Action::ApplyAgain { asset }))
}

/// By anyone, mostly with evidence.
pub fn object(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, _) = find(dice, &sight.view.assets, |_, found| found.registration.is_live())?;
    let evidence = dice.percent(70).then(|| digest("evidence"));
    Some((sight.anyone(dice)?, Action::Object { asset, statement: text("it is mine"), evidence }))
}

/// One that is open, mostly dismissed.
pub fn rule_objection(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let ((asset, objection), _) = find(dice, &sight.view.objections, |_, found| found.status == ObjectionStatus::Open)?;
    let upheld = dice.percent(20);
    let rule = Action::RuleObjection { asset, objection, upheld, reason: text("heard") };
    Some((sight.with_role(dice, Role::Registrar)?, rule))
}

/// One whose notice is over.
pub fn grant(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, _) = find(dice, &sight.view.assets, |_, found| {
        matches!(found.registration, Registration::PublicNotice { closes } if closes <= sight.now)
            && found.open_objections == 0
    })?;
    // Now and then a number that was given before.
    let numbers = if dice.percent(10) { 4 } else { 100_000 };
    let certificate = text(&format!("certificate {}", dice.below(numbers)));
    Some((sight.with_role(dice, Role::Registrar)?, Action::GrantRegistration { asset, certificate }))
}

/// One under notice.
pub fn refuse(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, _) =
        find(dice, &sight.view.assets, |_, found| matches!(found.registration, Registration::PublicNotice { .. }))?;
    Some((sight.with_role(dice, Role::Registrar)?, Action::RefuseRegistration { asset, reason: text("no") }))
}

/// One in the register, by its holder or a registrar; often one of which versions are owed.
pub fn cancel(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let any = dice.percent(50);
    let (asset, found) = find(dice, &sight.view.assets, |asset, found| {
        found.is_registered() && (any || is_subscribed(sight, *asset, found.latest_version))
    })?;
    let holder = found.line(Line::Hold).holder;
    let signer = if dice.percent(50) { holder } else { sight.with_role(dice, Role::Registrar)? };
    Some((signer, Action::CancelRegistration { asset, reason: text("over") }))
}

/// A right, mostly to another trader.
pub fn transfer(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, |_, found| found.is_registered())?;
    let line = dice.one(Line::ALL);
    let to = if dice.percent(90) { sight.trader(dice)? } else { sight.anyone(dice)? };
    Some((found.line(line).holder, Action::TransferRight { asset, line, to, evidence: None }))
}

/// How public data is open; closed needs an authority.
pub fn any_openness(sight: &Sight<'_>, dice: &mut Dice) -> Option<Openness> {
    Some(match dice.below(10) {
        0..3 => Openness::Open,
        3 => Openness::NotPublic,
        4 | 5 => {
            let review = if dice.percent(90) { sight.later(dice, 2_000) } else { sight.now };
            let approver =
                if dice.percent(80) { sight.with_role(dice, Role::PublicAuthority)? } else { sight.anyone(dice)? };
            Openness::Closed { reason: ClosedReason::OtherLaw, approver, review }
        }
        _ => Openness::Conditional { terms: text("ask first") },
    })
}

/// Mostly new; now and then what is there already, so that claims collide.
fn any_content(sight: &Sight<'_>, dice: &mut Dice) -> VersionContent {
    if dice.percent(12)
        && let Some(found) = dice.pick(sight.view.versions.values().collect())
    {
        return found.content.clone();
    }
    VersionContent { structure: any_structure(dice), ..content(&library::content_words(dice.below(library::CONTENTS))) }
}

/// Mostly none; else a table, now and then with two columns of one name.
fn any_structure(dice: &mut Dice) -> Option<Structure> {
    let names = dice.weighted(&[(16, None), (2, Some(["day", "rain"])), (1, Some(["day", "day"]))]);
    let field = |name| Field { name: text(name), kind: FieldKind::String, nullable: false };
    names.map(|names| Structure { fields: names.map(field).to_vec(), rows: 1 })
}

/// A version of this very block, if there is one: nothing may be made of it yet.
fn too_new(sight: &Sight<'_>, dice: &mut Dice) -> Option<(ParticipantId, Parent)> {
    let of_now = sight.view.versions.iter().filter(|(_, version)| version.created == sight.now);
    let registered = of_now.filter(|((asset, _), _)| sight.model.is_registered(*asset));
    let (asset, version) = *dice.pick(registered.map(|(key, _)| key).collect())?;
    let maker = sight.holder(asset, Line::Use).filter(|maker| sight.is_active(*maker))?;
    Some((maker, Parent { asset, version, licence: None, activity: Activity::Clean, recipe: None }))
}

/// Up to three versions that somebody may make something of: by licence where there is one.
fn any_parents(sight: &Sight<'_>, dice: &mut Dice, maker: ParticipantId, own: Option<(AssetId, u32)>) -> Vec<Parent> {
    let mut parents: Vec<Parent> = Vec::new();
    let parent = |asset, version, licence, activity| Parent { asset, version, licence, activity, recipe: None };
    if let Some((asset, version)) = own.filter(|_| dice.percent(60)) {
        parents.push(parent(asset, version, None, Activity::Clean));
    }
    let count = dice.weighted(&[(3, 0), (6, 1), (4, 2), (1, 3)]);
    for _ in 0..count {
        let activity = dice.one(&[Activity::Join, Activity::Clean, Activity::Train]);
        let licensed = sight.licence(dice, |licence| licence.licensee == maker);
        let drawn = match licensed {
            Some((id, licence)) if dice.percent(75) => {
                let first = licence.versions.first();
                let latest = sight.view.assets.get(&licence.asset).map_or(first, |found| found.latest_version);
                let is_subscription = matches!(licence.versions, VersionScope::From(_));
                let version = if is_subscription && dice.percent(50) { latest } else { first };
                Some(parent(licence.asset, version, Some(id), activity))
            }
            _ => {
                let usable =
                    |_: &AssetId, found: &Asset| found.is_registered() && found.line(Line::Use).holder == maker;
                find(dice, &sight.view.assets, usable).map(|(asset, found)| {
                    let version = u32::try_from(dice.between(1, found.latest_version.into())).expect("it is a version");
                    parent(asset, version, None, activity)
                })
            }
        };
        let known = |new: &Parent| parents.iter().any(|old| (old.asset, old.version) == (new.asset, new.version));
        parents.extend(drawn.filter(|new| !known(new) || dice.percent(5)));
    }
    if dice.percent(2)
        && let Some(parent) = parents.first().cloned()
    {
        parents = match sight.licence(dice, |licence| licence.licensee == maker && licence.asset != parent.asset) {
            // Under a licence of something else.
            Some((other, _)) if dice.percent(50) => vec![Parent { licence: Some(other), ..parent }],
            _ => vec![parent; PARENTS_MAX + 1],
        };
    }
    parents
}
