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
use super::call::{Call, Query, amount};
use super::page;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::view::View;
use crate::search::{Indexed, Standing};

/// What a search may say; how many are wanted comes beside it.
pub const PARAMETERS: [&str; 13] = [
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
    "cursor",
];

/// The facets with a fixed set of values, in the order of [`Filters::values`].
pub const FIXED: [Facet; 6] =
    [Facet::Kind, Facet::SourceClass, Facet::Grade, Facet::Openness, Facet::Registration, Facet::ListingKind];

/// What a search text, filters and an order find, with counts by facet.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&[&PARAMETERS[..], &["limit"]].concat())?;
    let request = request(view, &query, Scope::Offered, page::limit(&query)?)?;
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

/// What is searched if a query does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What is on offer.
    Offered,
    /// All assets.
    All,
}

fn text(query: &Query) -> Result<String, ApiError> {
    let text = query.text("q").unwrap_or("");
    if text.chars().nth(SEARCH_TEXT_MAX).is_some() {
        return Err(ApiError::bad("q", format!("a search is at most {SEARCH_TEXT_MAX} characters long")));
    }
    Ok(text.to_owned())
}

/// The value of a facet with a fixed set of values, by its number.
fn value(query: &Query, facet: Facet) -> Result<Option<u8>, ApiError> {
    let name = facet.name();
    let Some(text) = query.text(name) else { return Ok(None) };
    let number = facet.number(text);
    number.map(Some).ok_or_else(|| ApiError::bad(name, format!("{text:?} is none of {}", facet.values().join(", "))))
}

/// The cursor, which must come of a search for the same.
fn cursor(query: &Query, request: &Request) -> Result<Option<Cursor>, ApiError> {
    let Some(text) = query.text("cursor") else { return Ok(None) };
    let read: Result<Cursor, &str> = text.parse();
    let cursor = read.map_err(|error| {
        ApiError::bad("cursor", (error, "不是有效的翻页位置"))
            .with_hint(("give the cursor of the page before as it came", "请原样使用上一页给出的翻页位置"))
    })?;
    if cursor.is_of(request) {
        return Ok(Some(cursor));
    }
    let english = "the cursor is of another search: it goes with its text, its filters and its order";
    Err(ApiError::bad("cursor", (english, "该翻页位置属于另一次搜索：须与其文字、筛选条件和排序一同使用")).with_hint((
        "give what the page before was asked with the cursor, or leave the cursor out",
        "请连同上一页的搜索条件一起使用，或去掉翻页位置",
    )))
}

/// What a query asks for.
///
/// # Errors
/// 400 with the field, if a parameter is not what it must be; 404 for a holder that there is not.
pub fn request(view: &View, query: &Query, usual: Scope, limit: usize) -> Result<Request, ApiError> {
    let text = text(query)?;
    let mut filters = Filters {
        sector: query.parse::<Text<32>>("sector")?.map(|sector| sector.to_string()),
        holder: participant(view, query, "holder")?,
        offered: scope(query, usual)? == Scope::Offered,
        price_max: amount(query, "price_max")?,
        ..Filters::default()
    };
    for (place, facet) in filters.values.iter_mut().zip(FIXED) {
        *place = value(query, facet)?;
    }
    let order = if text.trim().is_empty() { Sort::Newest } else { Sort::Relevance };
    let sort = query.parse::<Sort>("sort")?.unwrap_or(order);
    let request = Request { text, filters, sort, limit, after: None };
    Ok(Request { after: cursor(query, &request)?, ..request })
}

fn scope(query: &Query, usual: Scope) -> Result<Scope, ApiError> {
    match query.text("scope") {
        None => Ok(usual),
        Some("offered") => Ok(Scope::Offered),
        Some("all") => Ok(Scope::All),
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
