//! Documents by published standards, on their way through the built program. What they must be is tested in the SDK.

#[path = "../sdk/tests/standards/market.rs"]
#[allow(dead_code, reason = "the SDK's tests use more of it")]
mod market;
mod stub;

use std::fs;
use std::path::Path;

use market::{Market, NAMES, asset_id};
use serde_json::{Value, json};
use stub::{Answer, Stub, error_of, yaosu};
use yaosu_sdk::standards::{dcat, odrl};

/// A node that knows the market.
fn node(market: &Market) -> Stub {
    let page = |items: Value| json!({ "items": items, "as_of": 40 });
    let pack = json!({
        "number": 1, "notice_window": 1, "delivery_window": 1, "acknowledgement_window": 1, "settlement_window": 1,
        "proposal_window": 1, "enactment_delay": 1, "fee": 0, "fee_account": market::participant("fees"), "key_window": 1,
        "arbitration_window": 1, "bond": 1000, "dispute_bond": 500, "deletion_window": 1, "recall_window": 1,
        "required_attestations": [], "freeze_max": 1, "negotiation_window": 1,
    });
    let chain = json!({ "chain": NAMES.chain, "name": "test", "currency": "CNY", "rule_pack": pack });
    let head = json!({
        "chain": NAMES.chain, "height": 40, "block": asset_id(8), "time": market::START, "state_root": asset_id(9),
    });
    let assets: Vec<_> = market.assets.iter().map(|(asset, _)| asset).collect();
    let mut answers = vec![
        ("GET /v1/chain".to_owned(), chain),
        ("GET /v1/head".to_owned(), head),
        ("GET /v1/assets".to_owned(), page(json!(assets))),
        ("GET /v1/listings".to_owned(), page(json!([market.listings[1]]))),
        ("GET /v1/listings/abcdef".to_owned(), json!(market.listings[1])),
        ("GET /v1/licences/abcdef".to_owned(), json!(market.licences[1])),
        ("GET /v1/assets/abcdef/provenance".to_owned(), json!(market.provenance())),
        ("GET /v1/assets/abcdef".to_owned(), json!(assets[1])),
    ];
    for (asset, versions) in &market.assets {
        answers.push((format!("GET /v1/assets/{}", asset.id), json!(asset)));
        answers.push((format!("GET /v1/assets/{}/versions", asset.id), page(json!(versions))));
    }
    Stub::start(answers.into_iter().map(|(path, value)| (path, Answer::json(value.to_string()))))
}

fn good(home: &Path, node: &Stub, words: &[&str]) -> String {
    let output = yaosu(home, &node.address, words);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {}", error_of(&output));
    String::from_utf8(output.stdout).expect("text")
}

fn document(home: &Path, node: &Stub, words: &[&str]) -> Value {
    serde_json::from_str(&good(home, node, words)).expect("one document")
}

/// Goal: every document comes out whole, on standard output, and alike for people and programs.
#[test]
fn documents_come_out_whole() {
    let (market, home) = (Market::new(), tempfile::tempdir().expect("a folder for the test"));
    let (home, node) = (home.path(), node(&market));
    let licence = odrl::Document::of_licence(NAMES, market.licences[1].id, &market.licences[1].record);
    let words = ["policy", "export", "--licence", "abcdef"];
    assert_eq!(document(home, &node, &words), odrl::write(&licence, NAMES).expect("a policy"));
    assert_eq!(good(home, &node, &words), good(home, &node, &[&words[..], &["--json"]].concat()));
    let offer = document(home, &node, &["policy", "export", "--listing", "abcdef", "--plan", "1"]);
    assert_eq!(offer["@id"], NAMES.plan(market.listings[1].id, 1));

    let schema = document(home, &node, &["asset", "schema", "abcdef"]);
    assert_eq!(schema["fields"][0]["name"], "date");
    let agreement = document(home, &node, &["policy", "export", "--licence", "abcdef", "--format", "dataspace"]);
    assert_eq!(agreement["@type"], "Agreement");
    let dataset = document(home, &node, &["catalogue", "dataset", "abcdef", "--address", "https://market.example"]);
    assert_eq!(dataset["distribution"][0]["accessService"]["endpointURL"], "https://market.example");
    let catalogue = document(home, &node, &["catalogue", "export"]);
    assert_eq!(catalogue["dcat:dataset"].as_array().map(Vec::len), Some(3));
    assert_eq!(catalogue["dct:modified"]["@value"], "2026-03-01T00:00:00.000Z");
    assert!(node.posted.lock().expect("nobody panics with it").is_empty(), "nothing is sent");
}

/// Goal: the same graph comes out in each form that there is, and a form is never taken for another.
#[test]
fn a_lineage_has_many_forms() {
    let (market, home) = (Market::new(), tempfile::tempdir().expect("a folder for the test"));
    let (home, node) = (home.path(), node(&market));
    let lineage = |format: &str| good(home, &node, &["asset", "lineage", "abcdef", "--format", format]);
    #[rustfmt::skip]
    let rows = [
        ("tree",        "雨量模型 (0303030303@2",      "\nmade from:\n├─ "),
        ("svg",         "<svg ",                      "</svg>\n"),
        ("dot",         "digraph ",                   " -> "),
        ("mermaid",     "flowchart ",                 "-->"),
        ("prov-json",   "{\n",                        "\"wasDerivedFrom\""),
        ("openlineage", "{\"eventTime\"",             "\"eventType\":\"COMPLETE\""),
    ];
    let provenance = market.provenance();
    for (format, begins, has) in rows {
        let text = lineage(format);
        assert!(text.starts_with(begins) && text.contains(has), "{format}: {text}");
        for node in &provenance.nodes {
            // Each form has its own way with quotes.
            let title = node.title.as_str().split('"').next().unwrap_or_default();
            assert!(text.contains(title), "{format} leaves out {title}: {text}");
        }
        let others = rows.iter().filter(|(other, ..)| *other != format);
        assert!(others.into_iter().all(|(other, ..)| lineage(other) != text), "{format}");
    }
    let events = lineage("openlineage");
    assert_eq!(events.lines().count(), 6, "a line each");
    assert!(events.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{events}");
    let help = good(home, &node, &["asset", "lineage", "--help"]);
    for (format, ..) in rows {
        assert!(help.contains(format), "{format}");
    }
    let offered = help.split("[possible values: ").nth(2).and_then(|rest| rest.split(']').next()).expect("there are");
    assert_eq!(offered.split(',').count(), rows.len(), "a form without a row: {offered}");

    // What a pipeline is told goes back in; only who has gaps to fill is told of them.
    let derivations = |name: &str, wanted: &dyn Fn(&str) -> bool| {
        let file = home.join(name);
        let lines: Vec<&str> = events.lines().filter(|line| wanted(line)).collect();
        fs::write(&file, lines.join("\n")).expect("the folder is there");
        good(home, &node, &["asset", "derivations", file.to_str().expect("a plain path")])
    };
    let all = derivations("all.json", &|_| true);
    assert!(all.contains("=<licence or own>:") && all.ends_with("what stands in <> is yours to say\n"), "{all}");
    let clean = format!("asset:{}:making", asset_id(2));
    let one = derivations("one.json", &|line| line.contains(&clean));
    assert!(one.contains("--from ") && one.ends_with("\n1 draft, 0 refused\n"), "{one}");
}

/// Goal: what can't be said in a standard's words is refused, with the right code.
#[test]
fn what_does_not_fit_ends_with_the_right_code() {
    let (market, home) = (Market::new(), tempfile::tempdir().expect("a folder for the test"));
    let (home, node) = (home.path(), node(&market));
    let file = |name: &str, text: &str| {
        let path = home.join(name);
        fs::write(&path, text).expect("the folder is there");
        path.to_str().expect("a plain path").to_owned()
    };
    let offer = good(home, &node, &["policy", "export", "--listing", "abcdef"]);
    let shared = file("offer.json", &offer);
    let said = good(home, &node, &["policy", "read", &shared]);
    assert!(said.contains("for research, energy") && said.contains("1,200.00 CNY"), "{said}");
    let foreign = file("foreign.json", &offer.replace("urn:yaosu:odrl:1:train", "play"));
    let twice = file("twice.json", &offer.replacen('{', r#"{"@type": "Set", "#, 1));
    let dollars = file("dollars.json", &offer.replace("4217:CNY", "4217:USD"));
    let model = asset_id(3).to_string();
    let events = file("events.json", r#"{"eventType":"COMPLETE","eventTime":"2026-03-01T00:00:00Z","job":{}}"#);
    #[rustfmt::skip]
    let rows: &[(&[&str], i32, &str)] = &[
        (&["policy", "read", &foreign],                                                 1, "permission[1].action: \"play\""),
        (&["policy", "read", &twice],                                                   1, "@type"),
        (&["policy", "read", &dollars],                                                 1, "a price in USD; here money is CNY"),
        (&["policy", "read", "nowhere.json"],                                           3, "nowhere.json"),
        (&["policy", "export"],                                                         2, "<--licence <LICENCE>|--listing <LISTING>>"),
        (&["policy", "export", "--listing", "abcdef", "--plan", "2"],                   3, "2 plans, and none of number 2"),
        (&["policy", "export", "--listing", "abcdef", "--format", "dataspace"],         2, "yaosu catalogue dataset"),
        (&["catalogue", "dataset", &model],                                             1, "hasPolicy"),
        (&["asset", "schema", &model],                                                  3, "without columns"),
        (&["asset", "derivations", &events],                                            1, "event[0].run"),
    ];
    for (words, code, text) in rows {
        let output = yaosu(home, &node.address, words);
        assert_eq!(output.status.code(), Some(*code), "{words:?}: {}", error_of(&output));
        assert!(error_of(&output).contains(text), "{words:?}: {}", error_of(&output));
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}

/// Goal: a catalogue becomes a file of drafts without a node, which is registered when it is completed and not before.
#[test]
fn a_catalogue_becomes_drafts() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let home = home.path();
    let (venue, entries) = Market::new().catalogue();
    let mut catalogue = dcat::write(&venue, &entries).expect("a catalogue");
    catalogue["dcat:dataset"][0]["dct:license"] = json!("CC-BY-4.0");
    fs::write(home.join("catalogue.json"), catalogue.to_string()).expect("the folder is there");
    let path = |name: &str| home.join(name).to_str().expect("a plain path").to_owned();
    let nobody = "http://127.0.0.1:1";
    let words = ["catalogue", "import", &path("catalogue.json"), "--output", &path("drafts.json")];
    let output = yaosu(home, nobody, &words);
    assert_eq!(output.status.code(), Some(0), "{}", error_of(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("1 draft, 2 refused") && said.contains("it states no licence"), "{said}");
    assert_eq!(yaosu(home, nobody, &words).status.code(), Some(1), "nothing is overwritten");

    // Nothing that can be used is no success, and leaves no file.
    catalogue["dcat:dataset"][0]["dct:license"] = json!("a licence of our own");
    fs::write(home.join("useless.json"), catalogue.to_string()).expect("the folder is there");
    let words = ["catalogue", "import", &path("useless.json"), "--output", &path("none.json")];
    let output = yaosu(home, nobody, &words);
    assert_eq!(output.status.code(), Some(1), "{}", error_of(&output));
    assert!(error_of(&output).contains("useless.json gives no draft: 3 data sets refused"), "{}", error_of(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("it states no licence"), "each is told why");
    assert!(!home.join("none.json").exists());

    let output = yaosu(home, nobody, &["catalogue", "register", &path("drafts.json")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(error_of(&output).contains("to be completed: file"), "{}", error_of(&output));
}
