//! The catalogue: all assets, narrowed down by what the address says.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Serialize;
use yaosu_api::Entity;
use yaosu_api::words::{Language, Named};
use yaosu_ledger::model::{Asset, AssetKind, Openness, Registration, SourceClass};
use yaosu_ledger::state::{Assets, Reader as _};
use yaosu_ledger::{AssetId, Height, ParticipantId, Text};

use super::asset::tone;
use super::csv::Table;
use super::moment::rfc3339;
use super::parts::pager;
use super::room::{Room, group};
use super::route::{Door, Page};
use crate::http::assets::participant;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;

/// Where it is found.
pub static DOOR: Door = Door { path: "/assets", html, json: Some(json), csv: Some(csv) };

/// Assets on a page.
const SHOWN: usize = 20;
/// Assets that a request looks at.
const SCANNED_MAX: usize = 10_000;
/// Values of a facet that are offered.
const VALUES_MAX: usize = 12;
/// Bytes of a search text at most.
const SEARCH_BYTES_MAX: usize = 256;

const PARAMETERS: [&str; 8] = ["text", "kind", "source", "openness", "status", "sector", "holder", "cursor"];

/// What narrows the catalogue down.
struct Filter {
    words: Vec<String>,
    /// By name of the facet.
    values: BTreeMap<&'static str, String>,
    holder: Option<ParticipantId>,
    /// How many that match were shown before.
    skipped: usize,
}

/// A facet: the parameter, and the value that an asset has.
type Facet = (&'static str, fn(&Asset) -> String);

const FACETS: [Facet; 5] = [
    ("kind", |asset| asset.description.kind.name().to_owned()),
    ("source", |asset| asset.description.source_class.name().to_owned()),
    ("openness", |asset| openness_name(&asset.description.openness).to_owned()),
    ("status", |asset| asset.registration.name().to_owned()),
    ("sector", |asset| asset.description.sector.to_string()),
];

const fn openness_name(openness: &Openness) -> &'static str {
    match openness {
        Openness::NotPublic => "not-public",
        Openness::Open => "open",
        Openness::Conditional { .. } => "conditional",
        Openness::Closed { .. } => "closed",
    }
}

/// What the catalogue says.
#[derive(Serialize)]
struct Found {
    as_of: Height,
    /// How many match.
    total: usize,
    /// Whether there are more assets than were looked at.
    truncated: bool,
    items: Vec<Entity<AssetId, Asset>>,
    /// By facet, how many assets have each value, of those that match the other facets.
    facets: BTreeMap<&'static str, BTreeMap<String, usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

fn filter(room: &Room, call: &Call) -> Result<Filter, ApiError> {
    let query = call.query(&PARAMETERS)?;
    let text = query.text("text").unwrap_or("");
    if text.len() > SEARCH_BYTES_MAX {
        return Err(ApiError::bad("text", format!("a search is at most {SEARCH_BYTES_MAX} bytes long")));
    }
    let values = FACETS.iter().filter_map(|(name, _)| Some((*name, query.text(name)?.to_owned()))).collect();
    Ok(Filter {
        words: text.split_whitespace().map(str::to_lowercase).collect(),
        values,
        holder: participant(room.view, &query, "holder")?,
        skipped: query.parse("cursor")?.unwrap_or(0),
    })
}

impl Filter {
    fn has_text(&self, asset: &Asset) -> bool {
        let about = &asset.description;
        let texts = [about.title.as_str(), about.description.as_str(), about.sector.as_str(), about.spatial.as_str()];
        let texts: Vec<String> =
            texts.into_iter().chain(about.keywords.iter().map(Text::as_str)).map(str::to_lowercase).collect();
        let holds = self.holder.is_none_or(|holder| asset.lines.iter().any(|line| line.holder == holder));
        holds && self.words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }

    /// The facets whose wish an asset does not meet.
    fn missed(&self, asset: &Asset) -> Vec<&'static str> {
        let misses = |(name, value): &&Facet| self.values.get(name).is_some_and(|wish| *wish != value(asset));
        FACETS.iter().filter(misses).map(|(name, _)| *name).collect()
    }
}

fn find(room: &Room, call: &Call, limit: usize) -> Result<Found, ApiError> {
    let filter = filter(room, call)?;
    let mut all = room.view.state().scan::<Assets>(&(), SCANNED_MAX.saturating_add(1));
    let truncated = all.len() > SCANNED_MAX;
    all.truncate(SCANNED_MAX);
    let mut facets: BTreeMap<&'static str, BTreeMap<String, usize>> = BTreeMap::new();
    let mut matching = Vec::new();
    for (id, record) in all {
        if !filter.has_text(&record) {
            continue;
        }
        let missed = filter.missed(&record);
        for (name, value) in &FACETS {
            // A facet counts what choosing another of its values would give.
            if missed.iter().all(|other| other == name) {
                let count = facets.entry(name).or_default().entry(value(&record)).or_default();
                *count = count.saturating_add(1);
            }
        }
        if missed.is_empty() {
            matching.push(Entity { id, record });
        }
    }
    // The newest first; the same moment by identifier, so that pages do not shift.
    matching.sort_by(|one, other| other.record.created.cmp(&one.record.created).then(one.id.cmp(&other.id)));
    let total = matching.len();
    let items: Vec<_> = matching.into_iter().skip(filter.skipped).take(limit).collect();
    let next = filter.skipped.saturating_add(items.len());
    let cursor = (next < total).then(|| next.to_string());
    Ok(Found { as_of: room.view.height(), total, truncated, items, facets, cursor })
}

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(&find(room, call, SHOWN)?, room.view.keep()))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    let found = find(room, call, SCANNED_MAX)?;
    let rows = found.items.into_iter().map(|Entity { id, record }| {
        let about = &record.description;
        let mut row = vec![id.to_string(), about.title.to_string()];
        row.extend(FACETS.iter().map(|(_, value)| value(&record)));
        row.push(about.grade.name().to_owned());
        row.push(record.latest_version.to_string());
        row.push(rfc3339(record.created));
        row
    });
    let head = &["id", "title", "kind", "source", "openness", "status", "sector", "grade", "version", "created"];
    Ok(Table { head, rows: rows.collect() })
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let found = find(room, call, SHOWN)?;
    let text = room.query.iter().find(|(name, _)| name == "text").map_or("", |(_, value)| value.as_str());
    let body = html! {
        h1 { (words.catalogue) }
        form.filter role="search" action=(room.to("/assets")) {
            label for="text" { (words.text) }
            input #text type="search" name="text" value=(text) maxlength="200";
            @for (name, value) in room.query.iter().filter(|(name, _)| name != "text" && name != "cursor") {
                input type="hidden" name=(name) value=(value);
            }
            button { (words.apply) }
            @if !room.query.is_empty() { a href=(room.to("/assets")) { (words.reset) } }
        }
        div.columns {
            aside aria-label=(words.more) { (facets(room, &found)) }
            div {
                p.quiet { (group(found.total.try_into().unwrap_or(u64::MAX))) " " (words.assets.to_lowercase()) @if found.truncated { " +" } }
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

fn facets(room: &Room, found: &Found) -> Markup {
    let words = room.words;
    let titles = [
        ("kind", words.kind),
        ("source", words.source_class),
        ("openness", words.openness),
        ("status", words.registration),
        ("sector", words.sector),
    ];
    html! {
        @for (name, title) in titles {
            @let chosen = room.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
            @let values = found.facets.get(name);
            @if values.is_some() || chosen.is_some() {
                section.facet aria-label=(title) {
                    h2 { (title) }
                    ul {
                        @for (value, count) in values.into_iter().flatten().take(VALUES_MAX) {
                            @let is_chosen = chosen == Some(value.as_str());
                            li {
                                a href=(room.with(name, (!is_chosen).then_some(value.as_str()))) aria-current=[is_chosen.then_some("true")] {
                                    bdi { (label(name, value, room.language)) }
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

/// A facet's value in words.
fn label(facet: &str, value: &str, language: Language) -> String {
    let named = match facet {
        "kind" => value.parse::<AssetKind>().ok().map(|kind| kind.word(language)),
        "source" => value.parse::<SourceClass>().ok().map(|class| class.word(language)),
        "openness" => opennesses().iter().find(|one| openness_name(one) == value).map(|one| one.word(language)),
        "status" => registrations().iter().find(|one| one.name() == value).map(|one| one.word(language)),
        _ => None,
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
        Registration::Cancelled { reason: Text::default() },
    ]
}
