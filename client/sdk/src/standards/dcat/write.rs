//! The catalogue of a market.

use serde_json::{Map, Value, json};
use yaosu_api::{Entity, VersionView};
use yaosu_ledger::model::{Asset, AssetDescription, FieldKind, Line, Listing, ListingStatus, Openness, Registration};
use yaosu_ledger::{AssetId, Currency, Handle, ListingId, ParticipantId, Text, Timestamp};

use super::super::{Names, Unfit, odrl};
use super::words::{self, MEDIA_TYPES, PREFIXES, frequency};
use crate::content::of_text;
use crate::evidence::utc;

/// Whose catalogue it is.
#[derive(Clone, Debug)]
pub struct Venue {
    /// The names of its things.
    pub names: Names,
    /// What the market is called.
    pub name: Text<64>,
    /// Its currency.
    pub currency: Currency,
    /// The address of a node that answers for it.
    pub address: String,
    /// The time of the state that is shown.
    pub as_of: Timestamp,
}

/// A registered asset.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The asset.
    pub asset: Entity<AssetId, Asset>,
    /// Its latest version.
    pub version: VersionView,
    /// Its listings; of those that take orders the plans are shown.
    pub listings: Vec<Entity<ListingId, Listing>>,
    /// What whoever has a right to it is called.
    pub handles: Vec<(ParticipantId, Handle)>,
}

/// A catalogue as JSON-LD.
///
/// # Errors
/// [`Unfit`]: a policy that ODRL has no form for.
pub fn write(venue: &Venue, entries: &[Entry]) -> Result<Value, Unfit> {
    let context: Map<String, Value> =
        PREFIXES.iter().map(|(prefix, name)| ((*prefix).to_owned(), Value::from(*name))).collect();
    let chain = format!("urn:yaosu:{}", venue.names.chain);
    let datasets = entries.iter().map(|entry| dataset(venue, entry)).collect::<Result<Vec<Value>, Unfit>>()?;
    Ok(json!({
        "@context": context,
        "@id": format!("{chain}:catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": venue.name,
        "dct:description": format!("Data assets that are registered on {}.", venue.name),
        "dct:publisher": { "@id": chain, "@type": "foaf:Agent", "foaf:name": venue.name },
        "dct:modified": typed(utc(venue.as_of), "dateTime"),
        "dcat:dataset": datasets,
    }))
}

fn dataset(venue: &Venue, entry: &Entry) -> Result<Value, Unfit> {
    let Entity { id, record } = &entry.asset;
    let AssetDescription { title, description, kind, source_class, sector, grade, keywords, spatial, temporal, .. } =
        &record.description;
    let names = venue.names;
    let mut value = json!({
        "@id": names.asset(*id),
        "@type": "dcat:Dataset",
        "dct:identifier": id,
        "dct:title": title,
        "dct:issued": typed(utc(record.created), "dateTime"),
        "dct:modified": typed(utc(entry.version.version.created), "dateTime"),
        "dcat:version": entry.version.number.to_string(),
        "dcat:hasCurrentVersion": iri(names.version(*id, entry.version.number)),
        "dcat:theme": { "@type": "skos:Concept", "skos:prefLabel": sector },
        "dct:accrualPeriodicity": iri(frequency(record.description.update_cycle)),
        "dct:publisher": agent(entry, names, record.line(Line::Operate).holder),
        "dct:rightsHolder": agent(entry, names, record.line(Line::Hold).holder),
        "y:useHolder": agent(entry, names, record.line(Line::Use).holder),
        "y:kind": kind,
        "y:sourceClass": source_class,
        "y:grade": grade,
        "dcat:distribution": [distribution(venue, entry)],
    });
    let mut add = |name: &str, member: Value| value[name] = member;
    // A data set has a description: where there is none, its title is one.
    let words = if description.is_empty() { title.as_str() } else { description.as_str() };
    add("dct:description", json!(words));
    if !keywords.is_empty() {
        add("dcat:keyword", json!(keywords));
    }
    if !spatial.is_empty() {
        add("dct:spatial", json!({ "@type": "dct:Location", "skos:prefLabel": spatial }));
    }
    if !temporal.is_empty() {
        add("dct:temporal", period(temporal.as_str()));
    }
    if let Registration::Registered { certificate, .. } = &record.registration {
        add("y:certificate", json!(certificate));
    }
    for (name, member) in openness(&record.description.openness, names) {
        add(name, member);
    }
    let policies = policies(venue, &entry.listings)?;
    if !policies.is_empty() {
        add("odrl:hasPolicy", policies.into());
    }
    Ok(value)
}

/// The plans that can be ordered.
fn policies(venue: &Venue, listings: &[Entity<ListingId, Listing>]) -> Result<Vec<Value>, Unfit> {
    let mut all = Vec::new();
    for Entity { id, record } in listings.iter().filter(|listing| listing.record.status == ListingStatus::Active) {
        for plan in 0..record.plans.len() {
            let offer = odrl::Document::of_plan(venue.names, *id, record, plan, &venue.currency);
            all.extend(offer.map(|offer| odrl::write(&offer, venue.names)).transpose()?);
        }
    }
    Ok(all)
}

fn distribution(venue: &Venue, entry: &Entry) -> Value {
    let Entity { id, .. } = &entry.asset;
    let content = &entry.version.version.content;
    json!({
        "@id": format!("{}:content", venue.names.version(*id, entry.version.number)),
        "@type": "dcat:Distribution",
        "dcat:accessURL": iri(format!("{}/assets/{id}", venue.address.trim_end_matches('/'))),
        "dcat:mediaType": iri(format!("{}{}", MEDIA_TYPES[0], content.media_type)),
        "dcat:byteSize": typed(content.size_bytes.to_string(), "nonNegativeInteger"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": iri("spdx:checksumAlgorithm_blake3".to_owned()),
            "spdx:checksumValue": typed(content.content_root.to_string(), "hexBinary"),
        },
    })
}

/// Whether public data is open: in the words of DCAT-AP, and exactly.
fn openness(openness: &Openness, names: Names) -> Vec<(&'static str, Value)> {
    let (access, exact) = match openness {
        Openness::Open => ("PUBLIC", "open"),
        Openness::Conditional { .. } => ("RESTRICTED", "conditional"),
        Openness::NotPublic => ("RESTRICTED", "not-public"),
        Openness::Closed { .. } => ("NON_PUBLIC", "closed"),
    };
    let mut all = vec![("dct:accessRights", iri(format!("{}{access}", words::ACCESS))), ("y:openness", exact.into())];
    match openness {
        Openness::Conditional { terms } => all.push(("y:opennessTerms", json!(terms))),
        Openness::Closed { reason, approver, review } => all.extend([
            ("y:closedReason", json!(reason)),
            ("y:closedApprover", iri(names.participant(*approver))),
            ("y:closedReview", typed(utc(*review), "dateTime")),
        ]),
        Openness::Open | Openness::NotPublic => {}
    }
    all
}

/// Two days, if that is what it says; else its words.
fn period(text: &str) -> Value {
    let is_day = |day: &str| of_text(day.as_bytes()) == FieldKind::Date;
    match text.split_once('/') {
        Some((start, end)) if is_day(start) && is_day(end) => json!({
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": typed(start.to_owned(), "date"),
            "dcat:endDate": typed(end.to_owned(), "date"),
        }),
        _ => json!({ "@type": "dct:PeriodOfTime", "rdfs:label": text }),
    }
}

fn agent(entry: &Entry, names: Names, id: ParticipantId) -> Value {
    let mut agent = json!({ "@id": names.participant(id), "@type": "foaf:Agent" });
    if let Some((_, handle)) = entry.handles.iter().find(|(known, _)| *known == id) {
        agent["foaf:name"] = json!(handle);
    }
    agent
}

fn iri(name: String) -> Value {
    json!({ "@id": name })
}

fn typed(value: String, kind: &str) -> Value {
    json!({ "@value": value, "@type": format!("xsd:{kind}") })
}
