//! R401 to R412, R421 to R423, R519, R609: listings (挂牌), what is offered and by whom.
//!
//! No compliance, no listing: only a registered asset without open objections is offered, by whoever holds the right
//! to operate it, and of derived data only what the licences that it was made under allow.

use std::collections::BTreeSet;

use super::{Scene, asset, deadline, derivation, freeze, gate, governance, participant, recall};
use crate::event::Event;
use crate::model::{
    Asset, FreezeScope, Line, Listing, ListingKind, ListingStatus, PERIOD_MAX, PLANS_MAX, PauseCause, Plan, PlanForm,
    Policy, Role, Supply, Terms,
};
use crate::primitives::{Amount, AssetId, Duration, LicenceId, ListingId, ParticipantId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Licences, Listings, Reader, Subject, Trades, Versions};

/// R12, R421, R402 to R406, R423, R519, R407, R301, R319, R320, R323, R408, R583, R409, R410, then the gate: R304, R608,
/// R614, R625 to R628, R609; R638.
pub fn create<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: AssetId,
    version: u32,
    kind: ListingKind,
    plans: &[Terms],
    until: Option<Timestamp>,
) -> Result<(), Rejection> {
    let seller = scene.signer;
    if !scene.active(seller).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::RoleMissing { signer: seller, needed: Role::Trader });
    }
    if kind == ListingKind::RightSale {
        return Err(Rejection::KindUnfit { kind });
    }
    let fewest = usize::from(kind != ListingKind::Negotiated);
    if !(fewest..=PLANS_MAX).contains(&plans.len()) {
        return Err(Rejection::PlansUnfit { found: plans.len() });
    }
    check_plans(scene, kind, plans)?;
    check_until(scene, until)?;
    let found = check_offered(scene, id, version, Line::Operate)?;
    recall::check_sale(scene.draft, id, version)?;
    if let Some(order) = scene.draft.get::<Trades>(&id).and_then(|trade| trade.exclusive) {
        return Err(Rejection::ExclusivelyGiven { asset: id, order });
    }
    check_upstream(scene.draft, id, version, plans)?;
    gate::check(scene, id, &found, version, plans)?;
    gate::check_room(scene, id)?;
    freeze::check(scene, FreezeScope::Trade, &[Subject::Asset(id), Subject::Participant(seller)])?;

    let created = scene.block.time;
    let plans = plans.iter().map(|terms| Plan { terms: terms.clone(), reserved: 0, sold: 0 }).collect();
    let status = ListingStatus::Active;
    let record = Listing { asset: id, version, seller, kind, plans, status, until, created, right: None, pause: None };
    let listing = write_new(scene, &record);
    scene.events.push(Event::ListingCreated { listing, asset: id, version, seller });
    Ok(())
}

/// Writes a listing that was checked.
pub fn write_new<R: Reader>(scene: &mut Scene<'_, '_, R>, record: &Listing) -> ListingId {
    let listing = ListingId::created_by(scene.transaction);
    gate::put(scene, listing, record);
    deadline::change(scene.draft, Subject::Listing(listing), None, record.until);
    listing
}

/// R407.
pub fn check_until<R: Reader>(scene: &Scene<'_, '_, R>, until: Option<Timestamp>) -> Result<(), Rejection> {
    let now = scene.block.time;
    match until {
        Some(until) if until <= now => Err(Rejection::UntilPast { until, now }),
        _ => Ok(()),
    }
}

/// R301, R319, R320, R323, R408: whether the signer, who must hold the line, may offer this version now; its asset.
pub fn check_offered<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    version: u32,
    line: Line,
) -> Result<Asset, Rejection> {
    let found = asset::find(scene, id)?;
    asset::check_holder(scene, id, &found, line)?;
    if !found.is_registered() {
        return Err(asset::wrong_registration(id, &found, "registered"));
    }
    asset::check_no_objection(id, &found)?;
    if !scene.draft.contains::<Versions>(&(id, version)) {
        return Err(Rejection::UnknownVersion { asset: id, version });
    }
    Ok(found)
}

/// R403 to R406, R423, then R519, of each plan or offer.
pub fn check_plans<R: Reader>(scene: &Scene<'_, '_, R>, kind: ListingKind, plans: &[Terms]) -> Result<(), Rejection> {
    for (plan, terms) in plans.iter().enumerate() {
        if (terms.price == Amount::ZERO) != (kind == ListingKind::Open) {
            return Err(Rejection::PriceUnfit { plan, kind });
        }
        let fits = match terms.supply {
            Supply::Unlimited => true,
            Supply::Limited(limit) => kind == ListingKind::Fixed && limit > 0,
            Supply::Exclusive => kind != ListingKind::Open,
        };
        if !fits {
            return Err(Rejection::SupplyUnfit { plan });
        }
        if terms.supply == Supply::Exclusive && plans.len() > 1 {
            return Err(Rejection::ExclusiveNotAlone);
        }
        terms.policy.check().map_err(|part| Rejection::PolicyMalformed { plan, part })?;
        if !is_form_sound(kind, terms) {
            return Err(Rejection::FormUnfit { plan });
        }
    }
    check_bonds(scene, plans)
}

/// R519: what the seller puts at stake. A free plan puts nothing at stake: its licence comes without a delivery.
fn check_bonds<R: Reader>(scene: &Scene<'_, '_, R>, plans: &[Terms]) -> Result<(), Rejection> {
    let ratio = governance::rule_pack(scene).bond;
    for (plan, &Terms { price, bond, .. }) in plans.iter().enumerate() {
        let least = price.share(ratio);
        let fits = if price == Amount::ZERO { bond == Amount::ZERO } else { bond >= least };
        if !fits {
            return Err(Rejection::BondUnfit { plan, bond, least });
        }
    }
    Ok(())
}

/// R423: a subscription lasts as long as its periods, and is not for nothing.
fn is_form_sound(kind: ListingKind, terms: &Terms) -> bool {
    match terms.form {
        PlanForm::OneOff => true,
        PlanForm::Subscription { period } => {
            let fits = Duration(0) < period && period <= PERIOD_MAX;
            fits && terms.policy.duration.is_none() && kind != ListingKind::Open
        }
    }
}

/// R410: every plan stays within every licence that the version was made under.
///
/// Licences count whether or not they are still in force: what was made under them stays bound by their terms.
pub fn check_upstream<R: Reader>(state: &R, asset: AssetId, version: u32, plans: &[Terms]) -> Result<(), Rejection> {
    for (licence, policy) in policies_upstream(state, asset, version) {
        for (plan, terms) in plans.iter().enumerate() {
            let within = terms.policy.within_for_derived_data(&policy);
            within.map_err(|clause| Rejection::PolicyTooWide { plan, licence, part: clause.name() })?;
        }
    }
    Ok(())
}

/// The licences that a version was made under, with what they allow.
pub fn policies_upstream<R: Reader>(
    state: &R,
    asset: AssetId,
    version: u32,
) -> impl Iterator<Item = (LicenceId, Policy)> {
    licences_upstream(state, asset, version).into_iter().map(|licence| {
        let found = state.get::<Licences>(&licence).expect("a derivation names a licence that was checked with it");
        (licence, found.policy)
    })
}

/// The licences nearest upstream. What someone made from their own data is bound as that was; above a licence, its own
/// listing was within the licences there.
pub fn licences_upstream<R: Reader>(state: &R, asset: AssetId, version: u32) -> BTreeSet<LicenceId> {
    derivation::owed(state, asset, version).into_keys().map(|(.., licence)| licence).collect()
}

/// R401.
pub fn find<R: Reader>(state: &R, id: ListingId) -> Result<Listing, Rejection> {
    state.get::<Listings>(&id).ok_or(Rejection::UnknownListing { listing: id })
}

/// R401, R411, R412.
pub fn pause<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) -> Result<(), Rejection> {
    let listing = find_own(scene, id)?;
    check_status(id, &listing, ListingStatus::Active)?;
    gate::pause(scene, id, listing, PauseCause::Seller);
    Ok(())
}

/// R401, R411, R412, R503, R320, then the gate: R304, R608, R614, R625 to R628, R609; R638.
pub fn resume<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) -> Result<(), Rejection> {
    let mut listing = find_own(scene, id)?;
    check_status(id, &listing, ListingStatus::Paused)?;
    check_seller(scene, listing.seller, listing.asset, listing.line())?;
    let found = asset::find(scene, listing.asset)?;
    gate::check(scene, listing.asset, &found, listing.version, listing.plans.iter().map(|plan| &plan.terms))?;
    gate::check_room(scene, listing.asset)?;
    let frozen = [Subject::Listing(id), Subject::Asset(listing.asset), Subject::Participant(listing.seller)];
    freeze::check(scene, FreezeScope::Trade, &frozen)?;
    listing.status = ListingStatus::Active;
    listing.pause = None;
    gate::put(scene, id, &listing);
    scene.events.push(Event::ListingResumed { listing: id, asset: listing.asset });
    Ok(())
}

/// R401, R411, R412. Orders that were placed go on.
pub fn end<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) -> Result<(), Rejection> {
    let listing = find_own(scene, id)?;
    check_not_over(id, &listing)?;
    close(scene, id, listing, ListingStatus::Ended);
    Ok(())
}

/// R12, R353, R401, R412, R351. Orders that were placed go on.
pub fn delist<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, reason: &Text<256>) -> Result<(), Rejection> {
    scene.require_role(Role::Operator)?;
    if reason.is_empty() {
        return Err(Rejection::ReasonEmpty);
    }
    let listing = find(scene.draft, id)?;
    check_not_over(id, &listing)?;
    let (operator, seller) = (scene.signer, listing.seller);
    if participant::are_related(scene.draft, operator, seller) {
        return Err(Rejection::JudgeRelated { judge: operator, party: seller });
    }
    let asset = listing.asset;
    close(scene, id, listing, ListingStatus::Delisted);
    scene.events.push(Event::ListingDelisted { listing: id, asset, operator, reason: reason.clone() });
    Ok(())
}

/// The time of a listing is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) {
    let listing = scene.draft.get::<Listings>(&id).expect("listings are never deleted");
    close(scene, id, listing, ListingStatus::Ended);
}

/// Brings a listing that is active or paused to one of its ends.
pub fn close<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, mut listing: Listing, end: ListingStatus) {
    deadline::change(scene.draft, Subject::Listing(id), listing.until, None);
    listing.status = end;
    listing.pause = None;
    gate::put(scene, id, &listing);
    let asset = listing.asset;
    match end {
        ListingStatus::SoldOut => scene.events.push(Event::ListingSoldOut { listing: id, asset }),
        ListingStatus::Ended => scene.events.push(Event::ListingEnded { listing: id, asset }),
        // Whoever delists says why.
        ListingStatus::Delisted => {}
        ListingStatus::Active | ListingStatus::Paused => unreachable!("a listing ends in an end"),
    }
}

fn find_own<R: Reader>(scene: &Scene<'_, '_, R>, id: ListingId) -> Result<Listing, Rejection> {
    let listing = find(scene.draft, id)?;
    if listing.seller == scene.signer { Ok(listing) } else { Err(Rejection::NotSeller { seller: listing.seller }) }
}

/// R422.
pub fn check_kind(
    id: ListingId,
    listing: &Listing,
    needed: &[ListingKind],
    words: &'static str,
) -> Result<(), Rejection> {
    let found = listing.kind;
    if needed.contains(&found) {
        Ok(())
    } else {
        Err(Rejection::WrongListingKind { listing: id, found, needed: words })
    }
}

/// R412, R502: whether a listing takes orders now, of whatever it offers.
pub fn check_open<R: Reader>(scene: &Scene<'_, '_, R>, id: ListingId, listing: &Listing) -> Result<(), Rejection> {
    check_status(id, listing, ListingStatus::Active)?;
    let now = scene.block.time;
    // The block that ends a listing may still have it to do.
    match listing.until {
        Some(until) if until <= now => Err(Rejection::ListingOver { until, now }),
        _ => Ok(()),
    }
}

/// R503, R320: whether whoever offers an asset, or a right to it, still may.
pub fn check_seller<R: Reader>(
    scene: &Scene<'_, '_, R>,
    seller: ParticipantId,
    id: AssetId,
    line: Line,
) -> Result<(), Rejection> {
    let found = asset::find(scene, id)?;
    if found.line(line).holder != seller || scene.active(seller).is_none() {
        return Err(Rejection::ListingStale { seller });
    }
    if !found.is_registered() {
        return Err(asset::wrong_registration(id, &found, "registered"));
    }
    Ok(())
}

/// R412: whether a listing has not come to an end.
fn check_not_over(id: ListingId, listing: &Listing) -> Result<(), Rejection> {
    match listing.status {
        ListingStatus::Active | ListingStatus::Paused => Ok(()),
        found => Err(Rejection::WrongListingStatus { listing: id, found, needed: "active or paused" }),
    }
}

/// R412.
pub fn check_status(id: ListingId, listing: &Listing, needed: ListingStatus) -> Result<(), Rejection> {
    let found = listing.status;
    if found == needed {
        Ok(())
    } else {
        Err(Rejection::WrongListingStatus { listing: id, found, needed: needed.name() })
    }
}
