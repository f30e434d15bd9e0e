//! Catalogues in DCAT.

use serde_json::{Value, json};
use yaosu_ledger::Text;
use yaosu_ledger::model::{AssetKind, Basis, Grade, ListingStatus, SourceClass, UpdateCycle, VersionContent};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::standards::dcat::{Draft, read, write};

use crate::market::{Market, asset_id};

/// Goal: a registered asset is there with all that a harvester asks for, and only what can be ordered is offered.
#[test]
fn a_catalogue_has_every_asset() {
    let mut market = Market::new();
    market.listings[0].record.status = ListingStatus::Paused;
    let (venue, entries) = market.catalogue();
    let catalogue = write(&venue, &entries).expect("all of it can be said");
    let datasets = catalogue["dcat:dataset"].as_array().expect("a list");
    assert_eq!(datasets.len(), 3);
    let offers = |number: usize| datasets[number]["odrl:hasPolicy"].as_array().map_or(0, Vec::len);
    assert_eq!([offers(0), offers(1), offers(2)], [0, 2, 0], "a paused listing offers nothing");
    let weather = &datasets[0];
    assert_eq!(weather["dct:temporal"]["dcat:endDate"]["@value"], "2015-12-31");
    assert_eq!(weather["dct:publisher"]["foaf:name"], "weather-bureau");
    assert!(weather["dct:accessRights"]["@id"].as_str().is_some_and(|name| name.ends_with("/PUBLIC")));
    let content = &weather["dcat:distribution"][0];
    assert_eq!(content["dcat:byteSize"]["@value"], "121417");
    assert_eq!(content["dcat:accessURL"]["@id"], format!("https://market.example/assets/{}", asset_id(1)));
    assert_eq!(datasets[2]["dcat:version"], "2");
    assert_eq!(datasets[2]["dct:description"], "雨量模型", "every data set has a description");
    assert_eq!(datasets[2]["dct:temporal"]["rdfs:label"], "every day");
    assert!(datasets[2].get("dcat:keyword").is_none());
}

/// Goal: what another market of this kind registered is no data of ours: only a licence that is known makes a draft.
#[test]
fn a_market_does_not_register_anothers_assets() {
    let (venue, entries) = Market::new().catalogue();
    let catalogue = write(&venue, &entries).expect("all of it can be said");
    let harvest = read(&catalogue).expect("a catalogue");
    assert!(harvest.drafts.drafts.is_empty());
    assert_eq!(harvest.refused.len(), 3);
    assert!(harvest.refused.iter().all(|refused| refused.reason == "it states no licence"), "{:?}", harvest.refused);

    // With one, all that it says in our own words is there.
    let mut open = catalogue;
    open["dcat:dataset"][0]["dct:license"] = json!({ "@id": "https://creativecommons.org/licenses/by/4.0/" });
    let found = only(&open);
    assert_eq!(found.title, entries[0].asset.record.description.title);
    assert_eq!((found.source_class, found.grade), (Some(SourceClass::Public), Some(Grade::General2)));
    assert_eq!(found.sector.as_ref().map(Text::as_str), Some("meteorology"));
    assert_eq!((found.spatial.as_str(), found.temporal.as_str()), ("US-WA Seattle", "2012-01-01/2015-12-31"));
    assert_eq!((found.update_cycle, found.publisher.as_deref()), (UpdateCycle::Yearly, Some("weather-bureau")));
    assert_eq!(found.sources[0].size_bytes, Some(121_417));
    let root = entries[0].version.version.content.content_root;
    assert_eq!(found.sources[0].checksum, Some(format!("blake3:{root}")));
    for left in ["odrl:hasPolicy", "dct:identifier", "y:openness"] {
        assert!(found.left_out.iter().any(|name| name == left), "{left} of {:?}", found.left_out);
    }
}

fn only(catalogue: &Value) -> Draft {
    let mut drafts = read(catalogue).expect("a catalogue").drafts.drafts;
    assert_eq!(drafts.len(), 1);
    drafts.remove(0)
}

/// The same data set in three forms of JSON-LD.
fn forms() -> [Value; 3] {
    let nested = json!({
        "@context": {
            "@vocab": "http://www.w3.org/ns/dcat#",
            "id": "@id",
            "a": "@type",
            "terms": "http://purl.org/dc/terms/",
            "title": { "@id": "terms:title", "@container": "@language" },
            "license": { "@id": "terms:license", "@type": "@id" },
        },
        "id": "https://venue.example/catalogue",
        "a": "Catalog",
        "dataset": {
            "id": "https://venue.example/rain",
            "a": ["Dataset", "https://example.org/Special"],
            "title": { "de": "Regen", "en": "Rain" },
            "license": "http://creativecommons.org/publicdomain/zero/1.0/",
            "keyword": ["wet", "天气"],
            "distribution": [{ "a": "Distribution", "byteSize": 12, "downloadURL": { "id": "https://venue.example/rain.csv" } }],
            "contactPoint": "somebody",
        },
    });
    let (dcat, terms) = ("http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/");
    let rain = json!({
        "@id": "https://venue.example/rain",
        "@type": [format!("{dcat}Dataset"), "https://example.org/Special"],
        format!("{terms}title"): [{ "@value": "Regen", "@language": "de" }, { "@value": "Rain", "@language": "en" }],
        format!("{terms}license"): [{ "@id": "http://creativecommons.org/publicdomain/zero/1.0/" }],
        format!("{dcat}keyword"): [{ "@value": "wet" }, { "@value": "天气" }],
        format!("{dcat}distribution"): [{ "@id": "_:content" }],
        format!("{dcat}contactPoint"): [{ "@value": "somebody" }],
    });
    let content = json!({
        "@id": "_:content",
        "@type": [format!("{dcat}Distribution")],
        format!("{dcat}byteSize"): [{ "@value": "12", "@type": "http://www.w3.org/2001/XMLSchema#nonNegativeInteger" }],
        format!("{dcat}downloadURL"): [{ "@id": "https://venue.example/rain.csv" }],
    });
    [nested, json!([content, rain]), json!({ "@context": {}, "@graph": [rain, content] })]
}

/// Goal: one catalogue gives one draft, whatever form of JSON-LD it came in; what is left out is named.
#[test]
fn the_form_of_a_catalogue_does_not_matter() {
    for form in forms() {
        let draft = only(&form);
        assert_eq!(draft.data_set, "https://venue.example/rain");
        assert_eq!((draft.title.as_str(), draft.licence.name.as_str()), ("Rain", "CC0-1.0"));
        assert_eq!(draft.keywords.iter().map(Text::as_str).collect::<Vec<_>>(), ["wet", "天气"]);
        assert_eq!(draft.sources[0].url.as_deref(), Some("https://venue.example/rain.csv"));
        assert_eq!((draft.sources[0].size_bytes, draft.kind), (Some(12), AssetKind::Resource));
        assert_eq!(draft.left_out, ["dcat:contactPoint", "dct:title@de"]);
    }
}

/// Goal: no data set is registered on a licence that is not known to be open, and each refusal names it.
#[test]
fn unknown_licences_are_refused_by_name() {
    let reference = |name: &str| json!([{ "@id": name }]);
    #[rustfmt::skip]
    let rows = [
        (reference("https://creativecommons.org/licenses/by-nc/4.0/"), "by-nc/4.0"),
        (json!([{ "@value": "Use it fairly" }]),                       "Use it fairly"),
        (json!([{ "@id": "_:l", "http://purl.org/dc/terms/title": "House terms" }]), "House terms"),
        (json!([{ "@id": "https://spdx.org/licenses/MIT.html" }]),     "MIT"),
        (json!([{ "@id": "https://spdx.org/licenses/CC-BY-4.0" }, { "@id": "https://spdx.org/licenses/ODbL-1.0" }]), "two licences, CC-BY-4.0 and ODbL-1.0"),
        (json!([]),                                                    "states no licence"),
    ];
    for (licence, words) in rows {
        let [_, _, mut form] = forms();
        form["@graph"][0]["http://purl.org/dc/terms/license"] = licence;
        let harvest = read(&form).expect("a catalogue");
        assert!(harvest.drafts.drafts.is_empty(), "{words}");
        assert!(harvest.refused[0].reason.contains(words), "{} and not {words}", harvest.refused[0].reason);
    }
}

/// Goal: what can't be read is refused where it stands, and nothing is fetched.
#[test]
fn strange_forms_are_refused_by_name() {
    let dataset =
        |context: Value| json!({ "@context": context, "@id": "urn:x:1", "@type": "http://www.w3.org/ns/dcat#Dataset" });
    let deep = (0..40).fold(json!({ "@type": "x" }), |inner, _| json!({ "https://example.org/in": inner }));
    #[rustfmt::skip]
    let rows = [
        (dataset(json!("https://example.org/context.jsonld")),             "@context",              "https://example.org/context.jsonld is not fetched"),
        (dataset(json!({ "t": { "@reverse": "https://example.org/t" } })), "@context.t.@reverse",   "not read"),
        (dataset(json!({ "t": { "@id": "x:t", "@container": "@id" } })),   "@context.t.@container", "lists, sets and languages"),
        (dataset(json!({ "@propagate": true })),                           "@context.@propagate",   "not read"),
        (json!({ "@included": [] }),                                       "@included",             "not read"),
        (json!({ "@id": "urn:x:1" }),                                      "@type",                 "no dcat:Dataset"),
        (json!("text"),                                                    "",                      "no node"),
        (deep,                                                             "https://example.org/in", "stand in each other"),
    ];
    for (document, place, words) in rows {
        let error = read(&document).expect_err(words);
        assert!(error.place.starts_with(place) && error.reason.contains(words), "{error}, and not {place}: {words}");
    }
}

/// Goal: a draft becomes a registration when all is there that nobody but the registering party knows.
#[test]
fn a_draft_is_completed() {
    let [form, ..] = forms();
    let mut draft = only(&form);
    let content = VersionContent {
        content_root: yaosu_ledger::Digest::ZERO,
        size_bytes: 12,
        media_type: Text::new("text/csv").expect("short"),
        structure: None,
        metadata_hash: None,
    };
    for missing in ["source_class", "sector", "grade"] {
        assert_eq!(draft.registration(content.clone()).expect_err(missing).place, missing);
        match missing {
            "source_class" => draft.source_class = Some(SourceClass::Public),
            "sector" => draft.sector = Some(Text::new("meteorology").expect("short")),
            _ => draft.grade = Some(Grade::General1),
        }
    }
    let text = serde_json::to_string(&draft).expect("it has a JSON form");
    assert_eq!(serde_json::from_str::<Draft>(&text).expect("its own form"), draft);
    match draft.registration(content).expect("all is there") {
        Action::RegisterAsset { description, rights, .. } => {
            assert_eq!((description.title.as_str(), rights.operate), ("Rain", Basis::Collected));
            assert!(rights.evidence.is_some(), "the licence is the evidence");
        }
        action => panic!("{action:?}"),
    }
}
