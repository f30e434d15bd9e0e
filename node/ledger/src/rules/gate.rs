//! The gate of the market: what a listing needs of its asset beyond its own rules, from the day it is made and at every
//! order: R304, R608, R609, R614, R625 to R628.
//!
//! Whatever changes one of these things has the block look again at the asset's listings that take orders, at most
//! [`LIVE_LISTINGS_MAX`] of them, and pause those that may not go on: so the change itself costs little, however far up
//! there is something to look at. Until then, and of what it does not reach (another rule pack, a source that is graded
//! higher), every order asks for itself.

use super::{Scene, attestation, grade, public_data};
use crate::event::Event;
use crate::model::{
    Asset, Grade, LIVE_LISTINGS_EACH_MAX, LIVE_LISTINGS_MAX, Line, Listing, ListingStatus, PauseCause, Terms,
};
use crate::primitives::{AssetId, Duration, ListingId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Assets, ListingReviews, Listings, LiveListings, Reader};

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

/// R609: whether one more listing of an asset may take orders, of the signer.
///
/// Only who holds the line of a listing has it take orders ([`pause_stale`]), so that these are two sellers at most, and what
/// one of them offers takes nothing from the other.
pub fn check_room<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId) -> Result<(), Rejection> {
    let live = scene.draft.scan::<LiveListings>(&asset, LIVE_LISTINGS_MAX);
    let own = live.iter().filter(|((_, listing), _)| known(scene, *listing).seller == scene.signer).count();
    let limit = LIVE_LISTINGS_EACH_MAX;
    if own < limit { Ok(()) } else { Err(Rejection::ListingsFull { asset, limit }) }
}

/// Writes a listing whose status may have changed, and notes whether it takes orders. The one way to write it then.
pub fn put<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, listing: &Listing) {
    scene.draft.put::<Listings>(&id, listing);
    let key = (listing.asset, id);
    let before = scene.draft.get::<LiveListings>(&key);
    if listing.status != ListingStatus::Active {
        scene.draft.remove::<LiveListings>(&key);
        if let Some(since) = before.flatten() {
            scene.draft.remove::<ListingReviews>(&(since, id));
        }
    } else if before.is_none() {
        scene.draft.put::<LiveListings>(&key, &None);
    }
}

/// Something about an asset has changed: the block looks at each listing of it that takes orders, from the next one on.
pub fn look_again<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId) {
    let next_block = scene.block.time.after(Duration(1));
    for (key, since) in scene.draft.scan::<LiveListings>(&id, LIVE_LISTINGS_MAX) {
        // One that waits already goes first.
        if since.is_none() {
            scene.draft.put::<LiveListings>(&key, &Some(next_block));
            scene.draft.put::<ListingReviews>(&(next_block, key.1), &());
        }
    }
}

/// The block looks at a listing again, and pauses it if it may not take orders any more.
pub fn review<R: Reader>(scene: &mut Scene<'_, '_, R>, since: Timestamp, id: ListingId) {
    let listing = known(scene, id);
    scene.draft.remove::<ListingReviews>(&(since, id));
    scene.draft.put::<LiveListings>(&(listing.asset, id), &None);
    let asset = scene.draft.get::<Assets>(&listing.asset).expect("what is listed is an asset");
    let plans = listing.plans.iter().map(|plan| &plan.terms);
    if let Err((cause, _)) = pass(scene, listing.asset, &asset, listing.version, plans) {
        pause(scene, id, listing, cause);
    }
}

/// Pauses a listing that takes orders.
pub fn pause<R: Reader>(scene: &mut Scene<'_, '_, R>, id: ListingId, mut listing: Listing, cause: PauseCause) {
    listing.status = ListingStatus::Paused;
    listing.pause = Some(cause);
    put(scene, id, &listing);
    scene.events.push(Event::ListingPaused { listing: id, asset: listing.asset, cause });
}

/// A line of an asset has moved: pauses the listings that take orders of who has lost it. Nobody can order on them, and only
/// their seller could do so. Who gets the line back resumes them, and goes on renewing what was sold on them.
pub fn pause_stale<R: Reader>(scene: &mut Scene<'_, '_, R>, id: AssetId, asset: &Asset, line: Line) {
    for ((_, listing), _) in scene.draft.scan::<LiveListings>(&id, LIVE_LISTINGS_MAX) {
        let found = known(scene, listing);
        if found.line() == line && found.seller != asset.line(line).holder {
            pause(scene, listing, found, PauseCause::Right);
        }
    }
}

fn known<R: Reader>(scene: &Scene<'_, '_, R>, id: ListingId) -> Listing {
    scene.draft.get::<Listings>(&id).expect("listings are never deleted")
}
