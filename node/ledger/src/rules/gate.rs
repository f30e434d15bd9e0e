//! The gate of the market: what a listing needs of its asset beyond its own rules, from the day it is made and at every
//! order: R304, R608, R609, R614, R625 to R628.
//!
//! Whatever changes one of these things looks again at the asset's listings that take orders, at most
//! [`LIVE_LISTINGS_MAX`] of them, and pauses those that may not go on. What it does not reach (another rule pack, a
//! source that is graded higher) every order asks for.

use super::{Scene, attestation, grade, public_data};
use crate::event::Event;
use crate::model::{Asset, Grade, LIVE_LISTINGS_MAX, Listing, ListingStatus, PauseCause, Terms};
use crate::primitives::{AssetId, ListingId};
use crate::rejection::Rejection;
use crate::state::{Assets, Listings, LiveListings, Reader};

/// R304, R608, R614, R625 to R628: whether a version of an asset may be traded on these plans.
pub fn check<'t, R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    version: u32,
    plans: impl IntoIterator<Item = &'t Terms>,
) -> Result<(), Rejection> {
    pass(scene, id, asset, version, plans).map_err(|(_, rejection)| rejection)
}

/// The same, with what a listing is paused for.
fn pass<'t, R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: AssetId,
    asset: &Asset,
    version: u32,
    plans: impl IntoIterator<Item = &'t Terms>,
) -> Result<(), (PauseCause, Rejection)> {
    let because = |cause| move |rejection| (cause, rejection);
    if asset.description.grade == Grade::Core {
        return Err((PauseCause::Grade, Rejection::GradeCore));
    }
    attestation::check_required(scene, id, asset, version).map_err(because(PauseCause::Attestation))?;
    grade::check_sources(scene, id, asset, version).map_err(because(PauseCause::Grade))?;
    public_data::check_prices(scene, id, asset, plans).map_err(because(PauseCause::Price))
}

/// R609: whether one more listing of an asset may take orders.
pub fn check_room<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId) -> Result<(), Rejection> {
    let live = scene.draft.scan::<LiveListings>(&asset, LIVE_LISTINGS_MAX).len();
    if live < LIVE_LISTINGS_MAX { Ok(()) } else { Err(Rejection::ListingsFull { asset, limit: LIVE_LISTINGS_MAX }) }
}

/// Writes a listing whose status may have changed, and notes whether it takes orders. The one way to write it then.
pub fn put<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, listing: &Listing) {
    scene.draft.put::<Listings>(&id, listing);
    if listing.status == ListingStatus::Active {
        scene.draft.put::<LiveListings>(&(listing.asset, id), &());
    } else {
        scene.draft.remove::<LiveListings>(&(listing.asset, id));
    }
}

/// Something about an asset has changed: pauses the listings of it that may not take orders any more.
pub fn look_again<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId) {
    let live = scene.draft.scan::<LiveListings>(&id, LIVE_LISTINGS_MAX);
    if live.is_empty() {
        return;
    }
    let asset = scene.draft.get::<Assets>(&id).expect("what is listed is an asset");
    for ((_, listing), ()) in live {
        let mut found = scene.draft.get::<Listings>(&listing).expect("listings are never deleted");
        let plans = found.plans.iter().map(|plan| &plan.terms);
        if let Err((cause, _)) = pass(scene, id, &asset, found.version, plans) {
            found.status = ListingStatus::Paused;
            found.pause = Some(cause);
            put(scene, listing, &found);
            scene.events.push(Event::ListingPaused { listing, asset: id, cause });
        }
    }
}
