//! Provenance in PROV-JSON.

use std::collections::BTreeMap;

use serde_json::Value;
use yaosu_sdk::standards::prov;

use crate::market::{Market, NAMES, asset_id};

fn records<'a>(document: &'a Value, kind: &str) -> Vec<&'a Value> {
    document[kind].as_object().expect("records by name").values().collect()
}

/// Goal: nothing of the graph is lost, and a version has one making, whatever it was made from.
#[test]
fn a_graph_is_whole() {
    let graph = Market::new().provenance();
    let document = prov::document(&graph, NAMES);
    let derivations = records(&document, "wasDerivedFrom");
    assert_eq!(derivations.len(), graph.edges.len());
    let model = format!("chain:asset:{}:version:2", asset_id(3));
    assert_eq!(document["entity"][&model]["prov:label"], "雨量模型");
    assert_eq!(document["entity"][&model]["y:isTruncated"]["$"], "false");
    let of_model: Vec<_> = derivations.iter().filter(|one| one["prov:generatedEntity"] == *model).collect();
    let licences: Vec<_> = of_model.iter().map(|one| one["y:licence"]["$"].as_str().is_some()).collect();
    assert_eq!(licences, [true, false], "one of them needed no licence");
    assert_eq!(of_model[0]["y:royaltyBasisPoints"]["$"], "1000");

    let mut makings: BTreeMap<&str, usize> = BTreeMap::new();
    for generation in records(&document, "wasGeneratedBy") {
        *makings.entry(generation["prov:entity"].as_str().expect("a name")).or_default() += 1;
    }
    assert_eq!(makings.len(), 3);
    assert!(makings.values().all(|count| *count == 1), "PROV allows one generation an entity: {makings:?}");
}

/// Goal: what was cut off is said to be, and what a derivation leads to is there by name.
#[test]
fn a_part_of_a_graph_says_so() {
    let mut graph = Market::new().provenance();
    graph.nodes.retain(|node| node.distance > -2);
    graph.truncated = true;
    let document = prov::document(&graph, NAMES);
    let model = format!("chain:asset:{}:version:2", asset_id(3));
    assert_eq!(document["entity"][&model]["y:isTruncated"]["$"], "true");
    let source = &document["entity"][format!("chain:asset:{}:version:1", asset_id(1))];
    assert_eq!(source["prov:type"]["$"], "y:Version");
    assert!(source.get("prov:label").is_none());
}
