//! What a buyer finds on offer: the listings of an asset that the market lets orders and offers through to.
//!
//! An order asks for more (its plan, its buyer, attestations under another rule pack, R304, R608, R625), so that what
//! stands here may still be refused; what does not stand here is refused for certain.

use super::{freeze, recall};
use crate::model::{Asset, FreezeScope, LIVE_LISTINGS_MAX, Line, Listing, ListingKind, Participant, ParticipantStatus};
use crate::primitives::{AssetId, ListingId};
use crate::state::{Listings, LiveListings, Participants, Reader, Subject, Trades};

/// The listings of an asset that take orders (R412) of a seller who may still sell (R503, R320), of a version that was not
/// recalled (R583), of an asset that nobody has for itself alone (R511), and that no freeze stops (R638); at most
/// [`LIVE_LISTINGS_MAX`], in the order of their identifiers.
#[must_use]
pub fn on_offer<R: Reader>(state: &R, id: AssetId, asset: &Asset) -> Vec<(ListingId, Listing)> {
    let is_stopped = |target| freeze::is_stopped(state, FreezeScope::Trade, target);
    let taking_orders = state.scan::<LiveListings>(&id, LIVE_LISTINGS_MAX);
    if taking_orders.is_empty() || !asset.is_registered() || is_stopped(Subject::Asset(id)) {
        return Vec::new();
    }
    let is_given_away = state.get::<Trades>(&id).is_some_and(|trade| trade.exclusive.is_some());
    let listings =
        taking_orders.into_iter().filter_map(|((_, listing), _)| Some((listing, state.get::<Listings>(&listing)?)));
    let may_be_sold = |(listing, record): &(ListingId, Listing)| {
        let line = record.right.map_or(Line::Operate, |right| right.line);
        let is_right = record.kind == ListingKind::RightSale;
        let version = if is_right { asset.latest_version } else { record.version };
        let is_active = |found: Participant| found.status == ParticipantStatus::Active;
        asset.line(line).holder == record.seller
            && (is_right || !is_given_away)
            && recall::check_sale(state, id, version).is_ok()
            && state.get::<Participants>(&record.seller).is_some_and(is_active)
            && !is_stopped(Subject::Listing(*listing))
            && !is_stopped(Subject::Participant(record.seller))
    };
    listings.filter(may_be_sold).collect()
}
