//! R401 to R412, R519, R609: listings (挂牌), what is offered and by whom.
//!
//! No compliance, no listing: only a registered asset without open objections is offered, by whoever holds the right
//! to operate it, and of derived data only what the licences that it was made under allow.

use std::collections::BTreeSet;

use super::{Scene, asset, deadline, derivation, freeze, gate, governance, recall};
use crate::event::Event;
use crate::model::{
    FreezeScope, Line, Listing, ListingKind, ListingStatus, PLANS_MAX, PauseCause, Plan, Role, Supply, Terms,
};
use crate::primitives::{Amount, AssetId, LicenceId, ListingId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Licences, Listings, Reader, Subject, Trades, Versions};

/// R12, R402 to R406, R519, R407, R301, R319, R320, R323, R408, R583, R409, R410, then the gate: R304, R608, R614, R625 to
/// R628, R609; R638.
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
    check_plans(kind, plans)?;
    check_bonds(scene, plans)?;
    let now = scene.block.time;
    if let Some(until) = until
        && until <= now
    {
        return Err(Rejection::UntilPast { until, now });
    }
    let found = asset::find(scene, id)?;
    asset::check_holder(scene, id, &found, Line::Operate)?;
    if !found.is_registered() {
        return Err(asset::wrong_registration(id, &found, "registered"));
    }
    asset::check_no_objection(id, &found)?;
    if !scene.draft.contains::<Versions>(&(id, version)) {
        return Err(Rejection::UnknownVersion { asset: id, version });
    }
    recall::check_version(scene.draft, id, version)?;
    if let Some(order) = scene.draft.get::<Trades>(&id).and_then(|trade| trade.exclusive) {
        return Err(Rejection::ExclusivelyGiven { asset: id, order });
    }
    check_upstream(scene.draft, id, version, plans)?;
    gate::check(scene, id, &found, version, plans)?;
    gate::check_room(scene, id)?;
    freeze::check(scene, FreezeScope::Trade, &[Subject::Asset(id), Subject::Participant(seller)])?;

    let listing = ListingId::created_by(scene.transaction);
    let plans = plans.iter().map(|terms| Plan { terms: terms.clone(), reserved: 0, sold: 0 }).collect();
    let status = ListingStatus::Active;
    let record = Listing { asset: id, version, seller, kind, plans, status, until, created: now, pause: None };
    gate::put(scene, listing, &record);
    deadline::change(scene.draft, Subject::Listing(listing), None, until);
    scene.events.push(Event::ListingCreated { listing, asset: id, version, seller });
    Ok(())
}

/// R402 to R406: what needs no state.
fn check_plans(kind: ListingKind, plans: &[Terms]) -> Result<(), Rejection> {
    if !(1..=PLANS_MAX).contains(&plans.len()) {
        return Err(Rejection::PlansUnfit { found: plans.len() });
    }
    for (plan, terms) in plans.iter().enumerate() {
        if (terms.price == Amount::ZERO) != (kind == ListingKind::Open) {
            return Err(Rejection::PriceUnfit { plan, kind });
        }
        let fits = match terms.supply {
            Supply::Unlimited => true,
            Supply::Limited(limit) => kind == ListingKind::Fixed && limit > 0,
            Supply::Exclusive => kind == ListingKind::Fixed,
        };
        if !fits {
            return Err(Rejection::SupplyUnfit { plan });
        }
        if terms.supply == Supply::Exclusive && plans.len() > 1 {
            return Err(Rejection::ExclusiveNotAlone);
        }
        terms.policy.check().map_err(|part| Rejection::PolicyMalformed { plan, part })?;
    }
    Ok(())
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

/// R410: every plan stays within every licence that the version was made under.
///
/// Licences count whether or not they are still in force: what was made under them stays bound by their terms.
fn check_upstream<R: Reader>(state: &R, asset: AssetId, version: u32, plans: &[Terms]) -> Result<(), Rejection> {
    for licence in licences_upstream(state, asset, version) {
        let found = state.get::<Licences>(&licence).expect("a derivation names a licence that was checked with it");
        for (plan, terms) in plans.iter().enumerate() {
            let within = terms.policy.within_for_derived_data(&found.policy);
            within.map_err(|clause| Rejection::PolicyTooWide { plan, licence, part: clause.name() })?;
        }
    }
    Ok(())
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
    let mut listing = find_own(scene, id)?;
    check_status(id, &listing, ListingStatus::Active)?;
    listing.status = ListingStatus::Paused;
    let cause = PauseCause::Seller;
    listing.pause = Some(cause);
    gate::put(scene, id, &listing);
    scene.events.push(Event::ListingPaused { listing: id, asset: listing.asset, cause });
    Ok(())
}

/// R401, R411, R412, then the gate: R304, R608, R614, R625 to R628, R609; R638. Whether the seller may still trade the
/// asset is asked at every order.
pub fn resume<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) -> Result<(), Rejection> {
    let mut listing = find_own(scene, id)?;
    check_status(id, &listing, ListingStatus::Paused)?;
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
    if listing.status == ListingStatus::Ended {
        return Err(Rejection::WrongListingStatus { listing: id, found: listing.status, needed: "active or paused" });
    }
    finish(scene, id, listing);
    Ok(())
}

/// The time of a listing is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId) {
    let listing = scene.draft.get::<Listings>(&id).expect("listings are never deleted");
    finish(scene, id, listing);
}

fn finish<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, mut listing: Listing) {
    deadline::change(scene.draft, Subject::Listing(id), listing.until, None);
    listing.status = ListingStatus::Ended;
    listing.pause = None;
    gate::put(scene, id, &listing);
    scene.events.push(Event::ListingEnded { listing: id, asset: listing.asset });
}

fn find_own<R: Reader>(scene: &Scene<'_, '_, R>, id: ListingId) -> Result<Listing, Rejection> {
    let listing = find(scene.draft, id)?;
    if listing.seller == scene.signer { Ok(listing) } else { Err(Rejection::NotSeller { seller: listing.seller }) }
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
