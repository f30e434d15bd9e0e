//! Search over the catalogue.

use std::collections::BTreeMap;
use std::sync::Arc;

use yaosu_api::{FoundAsset, OfferView, ProblemCode, SEARCH_TEXT_MAX, SECTORS_MAX, SearchView};
use yaosu_ledger::model::Listing;
use yaosu_ledger::rules::on_offer;
use yaosu_ledger::state::{Assets, Reader as _};
use yaosu_ledger::{Amount, AssetId, Text};
use yaosu_search::{Counts, Cursor, Facet, Filters, Found, Request, Sort};

use super::assets::participant;
use super::call::{Call, Query};
use super::page;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::view::View;
use crate::search::{Indexed, Standing};

const PARAMETERS: [&str; 14] = [
    "q",
    "sector",
    "kind",
    "source_class",
    "openness",
    "grade",
    "registration",
    "holder",
    "listing_kind",
    "price_max",
    "scope",
    "sort",
    "limit",
    "cursor",
];

/// The facets with a fixed set of values, in the order of [`Filters::values`].
const FIXED: [Facet; 6] =
    [Facet::Kind, Facet::SourceClass, Facet::Grade, Facet::Openness, Facet::Registration, Facet::ListingKind];

/// What a search text, filters and an order find, with counts by facet.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let request = request(view, &call.query(&PARAMETERS)?)?;
    let (indexed, found) = find(view, &request)?;
    let tip = &indexed.tip;
    let items = found.items.iter().filter_map(|id| found_asset(&indexed, *id)).collect();
    let facets = found.facets.iter().map(|(facet, counts)| (facet.name().to_owned(), most(counts))).collect();
    let cursor = found.next.map(|next| next.to_string());
    let shown = SearchView { as_of: tip.height, total: found.total, items, facets, cursor };
    Ok(Reply::json(&shown, Keep::UntilBlock(tip.block)))
}

/// Searches the index as it stands now.
///
/// # Errors
/// 503, if there is none; 500, if it can't be read.
pub fn find(view: &View, request: &Request) -> Result<(Arc<Indexed>, Found), ApiError> {
    let search = view.handle().search();
    let unavailable = |detail: &str| ApiError::new(ProblemCode::Unavailable, detail);
    let indexed = match search.standing() {
        Standing::Ready(indexed) => indexed,
        Standing::Off => {
            return Err(unavailable("this node keeps no search index")
                .for_good()
                .with_hint("ask another node, or list by /v1/assets; its operator sets api.search to true"));
        }
        Standing::Preparing => {
            return Err(unavailable("the search index is being made")
                .with_hint("ask again in a few seconds, or list by /v1/assets meanwhile"));
        }
        Standing::Failed => {
            return Err(unavailable("the search index could not be written")
                .with_hint("ask another node, or list by /v1/assets; this node's log says why, and it tries again"));
        }
    };
    let found = search.find(&indexed, request).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok((indexed, found))
}

/// A search text.
///
/// # Errors
/// 400 with the field, if it is too long.
pub fn text(query: &Query, name: &str) -> Result<String, ApiError> {
    let text = query.text(name).unwrap_or("");
    if text.chars().nth(SEARCH_TEXT_MAX).is_some() {
        return Err(ApiError::bad(name, format!("a search is at most {SEARCH_TEXT_MAX} characters long")));
    }
    Ok(text.to_owned())
}

/// The value of a facet with a fixed set of values, by its number.
///
/// # Errors
/// 400 with the field, if there is no such value.
pub fn value(query: &Query, name: &str, facet: Facet) -> Result<Option<u8>, ApiError> {
    let Some(text) = query.text(name) else { return Ok(None) };
    let number = facet.number(text);
    number.map(Some).ok_or_else(|| ApiError::bad(name, format!("{text:?} is none of {}", facet.values().join(", "))))
}

/// A cursor.
///
/// # Errors
/// 400 with the field, if it is none.
pub fn cursor(query: &Query) -> Result<Option<Cursor>, ApiError> {
    let read = |text: &str| {
        text.parse().map_err(|error: &str| {
            ApiError::bad("cursor", error).with_hint("give the cursor of the page before as it came")
        })
    };
    query.text("cursor").map(read).transpose()
}

fn request(view: &View, query: &Query) -> Result<Request, ApiError> {
    let text = text(query, "q")?;
    let mut filters = Filters {
        sector: query.parse::<Text<32>>("sector")?.map(|sector| sector.to_string()),
        holder: participant(view, query, "holder")?,
        offered: is_offered(query)?,
        price_max: query.parse::<u64>("price_max")?.map(Amount),
        ..Filters::default()
    };
    for (place, facet) in filters.values.iter_mut().zip(FIXED) {
        *place = value(query, facet.name(), facet)?;
    }
    let usual = if text.trim().is_empty() { Sort::Newest } else { Sort::Relevance };
    let sort = query.parse::<Sort>("sort")?.unwrap_or(usual);
    Ok(Request { text, filters, sort, limit: page::limit(query)?, after: cursor(query)? })
}

/// Whether only what is on offer is wanted.
fn is_offered(query: &Query) -> Result<bool, ApiError> {
    match query.text("scope") {
        None | Some("offered") => Ok(true),
        Some("all") => Ok(false),
        Some(other) => Err(ApiError::bad("scope", format!("{other:?} is none of offered, all"))),
    }
}

fn found_asset(indexed: &Indexed, id: AssetId) -> Option<FoundAsset> {
    let state = &indexed.tip.state;
    let asset = state.get::<Assets>(&id)?;
    let offers = on_offer(state, id, &asset).into_iter().map(|(listing, record)| OfferView {
        listing,
        kind: record.kind,
        seller: record.seller,
        price: lowest_price(&record),
    });
    Some(FoundAsset { id, offers: offers.collect(), asset })
}

/// The lowest price that a listing names.
pub fn lowest_price(listing: &Listing) -> Option<Amount> {
    let plans = listing.plans.iter().map(|plan| plan.terms.price);
    plans.chain(listing.right.map(|right| right.price)).min()
}

/// The values with the most results, by name.
pub fn most(counts: &Counts) -> BTreeMap<String, u64> {
    let mut values: Vec<(&String, &u64)> = counts.iter().collect();
    values.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    values.into_iter().take(SECTORS_MAX).map(|(name, count)| (name.clone(), *count)).collect()
}
