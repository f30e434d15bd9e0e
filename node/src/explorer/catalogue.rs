//! The catalogue: all assets, found by their texts and narrowed down by what the address says. Answered from the index.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Serialize;
use yaosu_api::Entity;
use yaosu_api::words::{Language, Named};
use yaosu_ledger::model::{Asset, AssetKind, Grade, ListingKind, Openness, Registration, SourceClass};
use yaosu_ledger::state::{Assets, Reader as _};
use yaosu_ledger::{AssetId, Height, ParticipantId, Text};
use yaosu_search::{Facet, Sort, openness_name};

use super::asset::tone;
use super::csv::Table;
use super::moment::rfc3339;
use super::parts::pager;
use super::room::{Room, group};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::{Keep, Reply};
use crate::http::search::{self, Scope};

/// Where it is found.
pub static DOOR: Door = Door { path: "/assets", html, json: Some(json), csv: Some(csv) };

/// Assets on a page.
const SHOWN: usize = 20;
/// Rows of a table at most.
const ROWS_MAX: usize = 10_000;
/// Values of a facet that are offered.
const VALUES_MAX: usize = 12;

/// What the catalogue says.
#[derive(Serialize)]
struct Catalogue {
    as_of: Height,
    /// How many match.
    total: u64,
    items: Vec<Entity<AssetId, Asset>>,
    /// By facet, how many assets have each value, of those that match the other facets.
    facets: BTreeMap<&'static str, BTreeMap<String, u64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Asks by the names of `/v1/search`. Unlike there, what is not on offer is shown too unless the query says otherwise.
fn find(room: &Room, call: &Call, limit: usize) -> Result<Catalogue, ApiError> {
    let request = search::request(room.view, &call.query(&search::PARAMETERS)?, Scope::All, limit)?;
    let (indexed, found) = search::find(room.view, &request)?;
    let asset = |id: &AssetId| Some(Entity { id: *id, record: indexed.tip.state.get::<Assets>(id)? });
    let facets = found.facets.iter().map(|(facet, counts)| (*facet, search::most(counts)));
    Ok(Catalogue {
        as_of: indexed.tip.height,
        total: found.total,
        items: found.items.iter().filter_map(asset).collect(),
        facets: facets.filter(|(_, counts)| !counts.is_empty()).map(|(facet, counts)| (facet.name(), counts)).collect(),
        cursor: found.next.map(|next| next.to_string()),
    })
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    // It changes with the index, which may be a block behind the one by which pages are kept.
    Ok(Reply::json(&find(room, call, SHOWN)?, Keep::No))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found = find(room, call, ROWS_MAX)?;
    let rows = found.items.into_iter().map(|Entity { id, record }| {
        let about = &record.description;
        vec![
            id.to_string(),
            about.title.to_string(),
            about.kind.name().to_owned(),
            about.source_class.name().to_owned(),
            openness_name(&about.openness).to_owned(),
            record.registration.name().to_owned(),
            about.sector.to_string(),
            about.grade.name().to_owned(),
            record.latest_version.to_string(),
            rfc3339(record.created),
        ]
    });
    let head =
        &["id", "title", "kind", "source_class", "openness", "registration", "sector", "grade", "version", "created"];
    Ok(Table { head, rows: rows.collect() })
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found = find(room, call, SHOWN)?;
    let text = room.query.iter().find(|(name, _)| name == "q").map_or("", |(_, value)| value.as_str());
    let body = html! {
        h1 { (words.catalogue) }
        form.filter role="search" aria-label=(words.catalogue) action=(room.to("/assets")) {
            label for="q" { (words.text) }
            input #q type="search" name="q" value=(text) maxlength=(yaosu_api::SEARCH_TEXT_MAX);
            @for (name, value) in room.query.iter().filter(|(name, _)| name != "q" && name != "cursor") {
                input type="hidden" name=(name) value=(value);
            }
            button { (words.apply) }
            @if !room.query.is_empty() { a href=(room.to("/assets")) { (words.reset) } }
        }
        div.columns {
            aside aria-label=(words.more) { (facets(room, &found)) }
            div {
                p.quiet { (group(found.total)) " " (words.assets.to_lowercase()) " · " (orders(room)) }
                @if found.items.is_empty() { p { (words.nothing_found) } }
                ul.results { @for item in &found.items { (entry(room, item)) } }
                (pager(room, found.cursor.as_deref()))
            }
        }
    };
    Ok(Page::new(words.catalogue.to_owned(), body))
}

fn entry(room: &Room, Entity { id, record }: &Entity<AssetId, Asset>) -> Markup {
    let about = &record.description;
    html! {
        li {
            h2 { (room.asset(*id)) }
            p.marks {
                (room.status(&record.registration, tone(&record.registration)))
                @for word in [room.name(&about.kind), room.name(&about.source_class), room.name(&about.openness)] { span.mark { (word) } }
            }
            @if !about.description.is_empty() { p.clamp { bdi { (about.description) } } }
            p.quiet { (room.party(record.line(yaosu_ledger::model::Line::Operate).holder)) " · " (room.time(record.created)) }
        }
    }
}

/// What may come first, as links.
fn orders(room: &Room) -> Markup {
    let words = room.words;
    let value = |wanted: &str| room.query.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let usual = if value("q").is_some() { Sort::Relevance } else { Sort::Newest };
    let chosen = value("sort").and_then(|text| text.parse().ok()).unwrap_or(usual);
    let names = [(Sort::Relevance, words.by_relevance), (Sort::Newest, words.by_age), (Sort::Price, words.by_price)];
    html! {
        @for (sort, title) in names {
            a href=(room.with("sort", Some(sort.name()))) aria-current=[(sort == chosen).then_some("true")] { (title) }
            " "
        }
    }
}

fn facets(room: &Room, found: &Catalogue) -> Markup {
    let words = room.words;
    let titles = [
        (Facet::Kind, words.kind),
        (Facet::SourceClass, words.source_class),
        (Facet::Grade, words.grade),
        (Facet::Openness, words.openness),
        (Facet::Registration, words.registration),
        (Facet::ListingKind, words.offered_as),
        (Facet::Sector, words.sector),
    ];
    html! {
        @for (facet, title) in titles {
            @let name = facet.name();
            @let chosen = room.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
            @let values = found.facets.get(name);
            @if values.is_some() || chosen.is_some() {
                section.facet aria-label=(title) {
                    h2 { (title) }
                    ul {
                        @for (value, count) in shown(values, chosen) {
                            @let is_chosen = chosen == Some(value.as_str());
                            li {
                                a href=(room.with(name, (!is_chosen).then_some(value.as_str()))) aria-current=[is_chosen.then_some("true")] {
                                    bdi { (label(facet, value, room.language)) }
                                }
                                " " span.count { (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The values with the most assets, and the chosen one.
fn shown<'v>(values: Option<&'v BTreeMap<String, u64>>, chosen: Option<&str>) -> Vec<(&'v String, &'v u64)> {
    let mut values: Vec<_> = values.into_iter().flatten().collect();
    values.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    let ranked = values.into_iter().enumerate();
    let shown = ranked.filter(|(rank, (name, _))| *rank < VALUES_MAX || chosen == Some(name.as_str()));
    shown.map(|(_, value)| value).collect()
}

/// A facet's value in words.
fn label(facet: Facet, value: &str, language: Language) -> String {
    let named = match facet {
        Facet::Kind => value.parse::<AssetKind>().ok().map(|kind| kind.word(language)),
        Facet::SourceClass => value.parse::<SourceClass>().ok().map(|class| class.word(language)),
        Facet::Grade => value.parse::<Grade>().ok().map(|grade| grade.word(language)),
        Facet::ListingKind => value.parse::<ListingKind>().ok().map(|kind| kind.word(language)),
        Facet::Openness => opennesses().iter().find(|one| openness_name(one) == value).map(|one| one.word(language)),
        Facet::Registration => registrations().iter().find(|one| one.name() == value).map(|one| one.word(language)),
        Facet::Sector => None,
    };
    named.map_or_else(|| value.to_owned(), str::to_owned)
}

/// One of each, for their names.
fn opennesses() -> [Openness; 4] {
    let closed = Openness::Closed {
        reason: yaosu_ledger::model::ClosedReason::OtherLaw,
        approver: ParticipantId(yaosu_ledger::Digest::ZERO),
        review: yaosu_ledger::Timestamp(0),
    };
    [Openness::NotPublic, Openness::Open, Openness::Conditional { terms: Text::default() }, closed]
}

/// One of each, for their names.
fn registrations() -> [Registration; 4] {
    let registered = Registration::Registered {
        certificate: Text::default(),
        registrar: ParticipantId(yaosu_ledger::Digest::ZERO),
        since: yaosu_ledger::Timestamp(0),
    };
    [
        Registration::PublicNotice { closes: yaosu_ledger::Timestamp(0) },
        registered,
        Registration::Refused { reason: Text::default() },
        Registration::Cancelled { by: ParticipantId(yaosu_ledger::Digest::ZERO), reason: Text::default() },
    ]
}
