//! Derivations in OpenLineage.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yaosu_ledger::model::Activity;
use yaosu_sdk::standards::openlineage::{Parent, read, write};

use crate::market::{Market, NAMES, asset_id};

fn events() -> Vec<Value> {
    let market = Market::new();
    write(&market.provenance(), &market.versions(), NAMES).expect("all versions are given")
}

/// Goal: each making is one run that starts and ends, always the same one, in the order of time.
#[test]
fn a_making_is_a_run() {
    let events = events();
    assert_eq!(events.len(), 6, "three versions were made from others");
    let runs: BTreeSet<&str> = events.iter().filter_map(|event| event["run"]["runId"].as_str()).collect();
    assert_eq!(runs.len(), 3);
    assert!(runs.iter().all(|run| run.len() == 36 && run.as_bytes()[14] == b'8'), "{runs:?}");
    assert_eq!(events, self::events());
    let times: Vec<&str> = events.iter().filter_map(|event| event["eventTime"].as_str()).collect();
    assert!(times.is_sorted() && times.len() == events.len());
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["eventType"].as_str()).collect();
    assert_eq!(kinds, ["START", "COMPLETE", "START", "COMPLETE", "START", "COMPLETE"]);

    let market = Market::new();
    let error = write(&market.provenance(), &market.versions()[..2], NAMES).expect_err("the models are not given");
    assert!(error.place.contains(&asset_id(3).to_string()), "{error}");
}

/// Goal: what was written is read as the derivations that it was.
#[test]
fn what_is_written_is_read() {
    let graph = Market::new().provenance();
    let found = read(&events(), NAMES).expect("our own events");
    assert!(found.refused.is_empty());
    let parents: BTreeSet<Parent> = found.drafts.iter().flat_map(|draft| draft.parents.clone()).collect();
    let expected: BTreeSet<Parent> = graph
        .edges
        .iter()
        .map(|edge| Parent {
            data_set: format!("urn:yaosu:{} asset:{}", NAMES.chain, edge.parent.0),
            asset: Some(edge.parent.0),
            version: Some(edge.parent.1),
            licence: edge.licence,
            activity: Some(edge.activity),
        })
        .collect();
    assert_eq!(parents, expected);
    assert_eq!(found.drafts.len(), 3);
    for draft in &found.drafts {
        let royalty = "inputs.inputFacets.yaosu_derivation.royaltyBasisPoints";
        assert!(draft.left_out.iter().any(|place| place == royalty), "the licence fixes it: {:?}", draft.left_out);
    }
}

fn event(run: &str, kind: &str, inputs: Value, outputs: Value) -> Value {
    json!({
        "eventType": kind,
        "eventTime": "2026-03-01T00:00:00Z",
        "producer": "https://example.org/pipeline",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": { "runId": run },
        "job": { "namespace": "pipeline", "name": "clean" },
        "inputs": inputs,
        "outputs": outputs,
    })
}

fn data_set(name: &str) -> Value {
    json!({ "namespace": "warehouse", "name": name })
}

/// Goal: the events of a run are put together, in whatever order they come; only a run that ended well made something.
#[test]
fn runs_of_others_are_drafts() {
    let mut raw = data_set("raw");
    raw["facets"] = json!({ "version": { "datasetVersion": "17" }, "columnLineage": {} });
    let mut licensed =
        json!({ "namespace": format!("urn:yaosu:{}", NAMES.chain), "name": format!("asset:{}", asset_id(1)) });
    licensed["inputFacets"] = json!({ "yaosu_derivation": { "activity": "clean" } });
    let events = [
        event("a", "COMPLETE", json!([]), json!([data_set("clean"), data_set("rest")])),
        event("b", "START", json!([data_set("raw")]), json!([data_set("never")])),
        event("c", "FAIL", json!([data_set("raw")]), json!([data_set("broken")])),
        event("d", "COMPLETE", json!([]), json!([data_set("source")])),
        event("e", "COMPLETE", json!([data_set("raw")]), json!([])),
        event("a", "START", json!([raw, licensed]), json!([])),
    ];
    let found = read(&events, NAMES).expect("events of runs");
    let made: Vec<&str> = found.drafts.iter().map(|draft| draft.data_set.as_str()).collect();
    assert_eq!(made, ["warehouse clean", "warehouse rest"]);
    let parents = &found.drafts[0].parents;
    let of_chain = Parent {
        data_set: format!("urn:yaosu:{} asset:{}", NAMES.chain, asset_id(1)),
        asset: Some(asset_id(1)),
        version: None,
        licence: None,
        activity: Some(Activity::Clean),
    };
    let elsewhere =
        Parent { data_set: "warehouse raw".to_owned(), asset: None, version: Some(17), licence: None, activity: None };
    assert_eq!(parents, &[of_chain, elsewhere]);
    assert_eq!(found.drafts[0].left_out, ["inputs.facets.columnLineage"]);
    let refused: Vec<(&str, &str)> = found.refused.iter().map(|one| (one.run.as_str(), one.reason.as_str())).collect();
    let source = "it has no input: what it made is a source, and no derivation";
    assert_eq!(
        refused,
        [("b", "it has not ended"), ("c", "it ended with FAIL"), ("d", source), ("e", "it has no output")]
    );
}

/// Goal: what is no event of a run is refused where it stands.
#[test]
fn strange_events_are_refused_by_name() {
    let changed = |member: &str, value: Value| {
        let mut event = event("a", "COMPLETE", json!([data_set("raw")]), json!([data_set("clean")]));
        event[member] = value;
        event
    };
    let without = |member: &str| {
        let mut event = changed("producer", json!("x"));
        event.as_object_mut().expect("an object").remove(member);
        event
    };
    let own = |name: &str| json!([{ "namespace": format!("urn:yaosu:{}", NAMES.chain), "name": name }]);
    #[rustfmt::skip]
    let rows = [
        (vec![json!("text")],                                                     "event[0]"),
        (vec![without("run")],                                                    "event[0].run"),
        (vec![without("job")],                                                    "event[0].job"),
        (vec![without("eventTime")],                                              "event[0].eventTime"),
        (vec![changed("eventType", json!("DONE"))],                               "event[0].eventType"),
        (vec![changed("inputs", json!([{ "name": "raw" }]))],                     "event[0].inputs[0].namespace"),
        (vec![changed("inputs", own("asset:none"))],                              "event[0].inputs[0].name"),
        (vec![changed("producer", json!("x")), changed("eventType", json!("FAIL"))], "event[1].eventType"),
        (vec![changed("producer", json!("x")), changed("job", data_set("other"))], "event[1].job"),
    ];
    for (events, place) in rows {
        assert_eq!(read(&events, NAMES).expect_err(place).place, place);
    }
}
