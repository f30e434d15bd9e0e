//! Histories: what happened to something, newest first.

use yaosu_api::{EventPosition, EventView, Page};
use yaosu_ledger::Height;
use yaosu_ledger::state::{
    Assets, Attestations, Demands, Freezes, Licences, Listings, Negotiations, Orders, Proposals, Recalls, Subject,
};

use super::call::Call;
use super::page;
use super::problem::ApiError;
use super::reference::{find, find_participant};
use super::reply::Reply;
use super::view::{View, event_view};

/// A page of a history. The cursor is the position of the last event that was given.
fn of(view: &View, call: &Call, subject: Subject) -> Result<Reply, ApiError> {
    let query = call.query(&page::PARAMETERS)?;
    let limit = page::limit(&query)?;
    let cursor = query.parse::<EventPosition>("cursor")?;
    // Nothing that came after the state that is seen.
    let end = EventPosition { height: view.height().next(), index: 0 };
    let before = cursor.map_or(end, |cursor| cursor.min(end));
    let before = Some((before.height, before.index));
    let mut events = view.store().history(subject, before, limit.saturating_add(1))?;
    let more = events.len() > limit;
    events.truncate(limit);
    let mut items: Vec<EventView> = Vec::with_capacity(events.len());
    let mut last = None;
    for (height, index, record) in events {
        let time = match last {
            Some((known, time)) if known == height => time,
            _ => view.time_of(height)?,
        };
        last = Some::<(Height, _)>((height, time));
        items.push(event_view(height, index, time, record));
    }
    let cursor = items.last().filter(|_| more).map(|event| event.position.to_string());
    Ok(Reply::json(&Page { items, cursor, as_of: view.height() }, view.keep()))
}

/// Of a participant.
pub fn of_participant(view: &View, call: &Call) -> Result<Reply, ApiError> {
    of(view, call, Subject::Participant(find_participant(view.state(), call.path("ref"))?))
}

macro_rules! histories {
    ($($(#[$doc:meta])* $name:ident: $table:ty, $subject:ident, $what:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(view: &View, call: &Call) -> Result<Reply, ApiError> {
            let (id, _) = find::<$table>(view.state(), $what, call.path("ref"))?;
            of(view, call, Subject::$subject(id))
        }
    )*};
}

histories! {
    /// Of an asset.
    of_asset: Assets, Asset, "asset";
    /// Of a listing.
    of_listing: Listings, Listing, "listing";
    /// Of an order.
    of_order: Orders, Order, "order";
    /// Of a licence.
    of_licence: Licences, Licence, "licence";
    /// Of a proposal.
    of_proposal: Proposals, Proposal, "proposal";
    /// Of a negotiation.
    of_negotiation: Negotiations, Negotiation, "negotiation";
    /// Of a demand.
    of_demand: Demands, Demand, "demand";
    /// Of an attestation.
    of_attestation: Attestations, Attestation, "attestation";
    /// Of a freeze.
    of_freeze: Freezes, Freeze, "freeze";
    /// Of a recall.
    of_recall: Recalls, Recall, "recall";
}
