//! An asset: what it is, who has which right, its versions, where it came from, and its history.

use maud::{Markup, html};
use yaosu_api::{AssetOpennessView, Entity, ObjectionView, Page as List, VersionView};
use yaosu_ledger::model::{
    Asset, Attestation, AttestationStatus, Line, Listing, ListingStatus, Openness, Registration, Verdict,
};
use yaosu_ledger::state::{Reader as _, Subject, Versions};
use yaosu_ledger::{AssetId, AttestationId, ListingId};

use super::csv::Table;
use super::parts::{history, history_table, table, terms};
use super::picture;
use super::room::{Room, Tone, group};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::reply::Reply;
use crate::http::{assets, attestations, history as histories, listings, openness};

/// Where it is found.
pub static DOOR: Door = Door { path: "/assets/{ref}", html, json: Some(json), csv: Some(csv) };

/// The page's own parameters.
const PARAMETERS: [&str; 2] = ["version", "depth"];

/// Entries of each list.
const SHOWN: &str = "20";

fn json(room: &Room, call: &Call) -> Result<Reply, ApiError> {
    assets::show(room.view, &Call::to(call.path("ref"), &[]))
}

fn csv(room: &Room, call: &Call) -> Result<Table, ApiError> {
    history_table(room, call, histories::of_asset)
}

/// How a registration looks.
pub const fn tone(registration: &Registration) -> Tone {
    match registration {
        Registration::PublicNotice { .. } => Tone::Open,
        Registration::Registered { .. } => Tone::Good,
        Registration::Refused { .. } | Registration::Cancelled { .. } => Tone::Bad,
    }
}

fn html(room: &Room, call: &Call) -> Result<Page, ApiError> {
    let words = room.words;
    let query = call.query(&["version", "depth", "cursor"])?;
    let reference = call.path("ref");
    let Entity { id, record: asset }: Entity<AssetId, Asset> = room.ask(assets::show, &Call::to(reference, &[]))?;
    let about = &asset.description;
    let number = query.number::<u32>("version")?.unwrap_or(asset.latest_version);
    let version = room.view.state().get::<Versions>(&(id, number));
    let version = version.ok_or_else(|| {
        ApiError::not_found(format!("asset {id} has no version {number}"))
            .with_hint(format!("its versions are 1 to {}", asset.latest_version))
    })?;
    let body = html! {
        p.over { (words.asset) }
        h1 { bdi { (about.title) } }
        p.marks {
            (room.status(&asset.registration, tone(&asset.registration)))
            @for word in [room.name(&about.kind), room.name(&about.source_class), room.name(&about.grade), room.name(&about.openness)] {
                span.mark { (word) }
            }
        }
        @if !about.description.is_empty() { p.lead { bdi { (about.description) } } }
        (terms(&description(room, id, &asset)?))
        (rights(room, &asset))
        (versions(room, id, &asset)?)
        (structure(room, number, &version))
        (attested(room, id)?)
        (offers(room, id)?)
        (objections(room, id, &asset)?)
        (picture::section(room, (id, number), query.number("depth")?)?)
        (history(room, call, histories::of_asset, &PARAMETERS)?)
    };
    Ok(Page::new(about.title.to_string(), body))
}

fn description(room: &Room, id: AssetId, asset: &Asset) -> Result<Vec<(&'static str, Markup)>, ApiError> {
    let words = room.words;
    let about = &asset.description;
    let mut rows = vec![(words.identifier, html! { code.whole { (id) } })];
    match &asset.registration {
        Registration::PublicNotice { closes } => rows.push((words.notice_closes, room.time(*closes))),
        Registration::Registered { certificate, registrar, since } => {
            rows.push((words.certificate, html! { bdi { (certificate) } }));
            rows.push((words.registrar, room.party(*registrar)));
            rows.push((words.since, room.time(*since)));
        }
        Registration::Refused { reason } | Registration::Cancelled { reason, .. } => {
            rows.push((words.reason, html! { bdi { (reason) } }));
        }
    }
    rows.push((words.sector, html! { a href=(super::room::with_query(&room.to("/assets"), [("sector", about.sector.as_str())].into_iter())) { bdi { (about.sector) } } }));
    if !about.keywords.is_empty() {
        rows.push((words.keywords, html! { @for word in &about.keywords { span.mark { (word) } " " } }));
    }
    for (word, text) in [(words.spatial, about.spatial.as_str()), (words.temporal, about.temporal.as_str())] {
        if !text.is_empty() {
            rows.push((word, html! { bdi { (text) } }));
        }
    }
    rows.push((words.update_cycle, html! { (room.name(&about.update_cycle)) }));
    match &about.openness {
        Openness::NotPublic | Openness::Open => {}
        Openness::Conditional { terms } => rows.push((words.conditions, html! { bdi { (terms) } })),
        Openness::Closed { reason, approver, review } => {
            rows.push((words.reason, html! { (room.name(reason)) }));
            rows.push((words.approver, room.party(*approver)));
            rows.push((words.review, room.time(*review)));
        }
    }
    let open: AssetOpennessView = room.ask(openness::of_asset, &Call::to(&id.to_string(), &[]))?;
    if let Some(charge) = open.charge {
        rows.push((words.in_charge, room.party(charge.authority)));
        if let Some(ceiling) = charge.ceiling {
            rows.push((words.price_ceiling, room.money(ceiling.amount)));
        }
    }
    Ok(rows)
}

fn rights(room: &Room, asset: &Asset) -> Markup {
    let words = room.words;
    let rows: Vec<Vec<Markup>> = Line::ALL
        .iter()
        .map(|line| {
            let title = asset.line(*line);
            vec![
                html! { (room.name(line)) },
                room.party(title.holder),
                html! { (room.name(&title.basis)) },
                room.time(title.since),
            ]
        })
        .collect();
    html! {
        section aria-labelledby="rights" {
            h2 id="rights" { (words.rights) }
            (table(words.rights, &[words.right, words.holder, words.basis, words.since], &rows))
        }
    }
}

fn versions(room: &Room, id: AssetId, asset: &Asset) -> Result<Markup, ApiError> {
    let words = room.words;
    let limit = [("limit".to_owned(), SHOWN.to_owned())];
    let found: List<VersionView> = room.ask(assets::versions, &Call::to(&id.to_string(), &limit))?;
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|VersionView { number, version, .. }| {
            vec![
                html! { a href=(room.to(&format!("/assets/{id}?version={number}"))) { (number) } },
                html! { code title=(version.content.content_root) { (super::room::short(&version.content.content_root)) } },
                html! { (group(version.content.size_bytes)) " " (words.bytes) },
                html! { code { bdi { (version.content.media_type) } } },
                html! { a href=(room.to(&format!("/transactions/{}", version.transaction))) { (room.time(version.created)) } },
            ]
        })
        .collect();
    let head = [words.version, words.content_root, words.size, words.media_type, words.created];
    Ok(html! {
        section aria-labelledby="versions" {
            h2 id="versions" { (words.versions) " " span.count { (asset.latest_version) } }
            (table(words.versions, &head, &rows))
            @if found.cursor.is_some() {
                p { a href=(format!("/v1/assets/{id}/versions")) { (words.all) " (JSON)" } }
            }
        }
    })
}

/// Columns of a version, if it is tabular.
fn structure(room: &Room, number: u32, version: &yaosu_ledger::model::Version) -> Markup {
    let words = room.words;
    let Some(structure) = &version.content.structure else { return html! {} };
    let rows: Vec<Vec<Markup>> = structure
        .fields
        .iter()
        .map(|field| {
            let nullable = if field.nullable { words.yes } else { words.no };
            vec![html! { code { bdi { (field.name) } } }, html! { (room.name(&field.kind)) }, html! { (nullable) }]
        })
        .collect();
    html! {
        section aria-labelledby="fields" {
            h2 id="fields" { (words.fields) " (" (words.version.to_lowercase()) " " (number) ") " span.count { (structure.fields.len()) } }
            p.quiet { (words.rows) ": " (group(structure.rows)) }
            (table(words.fields, &[words.field, words.field_type, words.nullable], &rows))
        }
    }
}

fn attested(room: &Room, id: AssetId) -> Result<Markup, ApiError> {
    let words = room.words;
    let limit = [("limit".to_owned(), SHOWN.to_owned())];
    let found: List<Entity<AttestationId, Attestation>> =
        room.ask(attestations::of_asset, &Call::to(&id.to_string(), &limit))?;
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|Entity { id, record }| {
            let tone = match record.verdict {
                Verdict::Pass => Tone::Good,
                Verdict::Conditional => Tone::Open,
                Verdict::Fail => Tone::Bad,
            };
            let standing = if record.status == AttestationStatus::Issued { Tone::Good } else { Tone::Over };
            vec![
                room.id(Subject::Attestation(*id)),
                html! { (room.name(&record.kind)) },
                room.status(&record.verdict, tone),
                room.party(record.assessor),
                room.status(&record.status, standing),
            ]
        })
        .collect();
    Ok(html! {
        @if !rows.is_empty() {
            section aria-labelledby="attestations" {
                h2 id="attestations" { (words.attestations) }
                (table(words.attestations, &[words.attestation, words.kind, words.verdict, words.assessor, words.status], &rows))
            }
        }
    })
}

/// How a listing looks.
pub const fn listing_tone(status: ListingStatus) -> Tone {
    match status {
        ListingStatus::Active => Tone::Good,
        ListingStatus::Paused => Tone::Open,
        ListingStatus::Ended | ListingStatus::SoldOut => Tone::Over,
        ListingStatus::Delisted => Tone::Bad,
    }
}

fn offers(room: &Room, id: AssetId) -> Result<Markup, ApiError> {
    let words = room.words;
    let query = [("limit".to_owned(), SHOWN.to_owned()), ("asset".to_owned(), id.to_string())];
    let found: List<Entity<ListingId, Listing>> = room.ask(listings::list, &Call::to("", &query))?;
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|Entity { id, record }| {
            vec![
                room.id(Subject::Listing(*id)),
                html! { (room.name(&record.kind)) },
                super::listing::price(room, record),
                room.party(record.seller),
                room.status(&record.status, listing_tone(record.status)),
            ]
        })
        .collect();
    Ok(html! {
        @if !rows.is_empty() {
            section aria-labelledby="listings" {
                h2 id="listings" { (words.listings) }
                (table(words.listings, &[words.listing, words.kind, words.price, words.seller, words.status], &rows))
            }
        }
    })
}

fn objections(room: &Room, id: AssetId, asset: &Asset) -> Result<Markup, ApiError> {
    let words = room.words;
    if asset.objections == 0 {
        return Ok(html! {});
    }
    let limit = [("limit".to_owned(), SHOWN.to_owned())];
    let found: List<ObjectionView> = room.ask(assets::objections, &Call::to(&id.to_string(), &limit))?;
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|ObjectionView { number, objection }| {
            vec![
                html! { (number) },
                room.party(objection.objector),
                html! { bdi { (objection.statement) } },
                html! { (room.name(&objection.status)) },
            ]
        })
        .collect();
    Ok(html! {
        section aria-labelledby="objections" {
            h2 id="objections" { (words.objections) " " span.count { (asset.objections) } }
            (table(words.objections, &["#", words.objector, words.statement, words.status], &rows))
        }
    })
}
