//! Licence certificates, good and damaged.

use serde_json::{Value, json};
use yaosu_ledger::event::Event;
use yaosu_ledger::model::{Asset, Licence, Participant};
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::state::{Assets, Licences, Participants, Table};
use yaosu_ledger::{AssetId, Digest, LicenceId, OrderId, ParticipantId, Timestamp, codec};
use yaosu_sdk::certificate::{self, ClaimsError};
use yaosu_sdk::evidence::Evidence;

use super::market::Market;

const LICENCE: LicenceId = LicenceId(Digest([0x11; 32]));
const ORDER: OrderId = OrderId(Digest([0x22; 32]));
const ASSET: AssetId = AssetId(Digest([0x33; 32]));

/// When all of them were signed.
const SIGNED: Timestamp = Timestamp(1_795_000_000_999);

fn id(name: &str) -> ParticipantId {
    ParticipantId::of_genesis(name)
}

fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(*blake3::hash(name.as_bytes()).as_bytes())
}

fn participant(name: &str, roles: &[&str]) -> Participant {
    let value = json!({
        "enrolment": {
            "handle": name, "legal_name": format!("{name} 数据有限公司"), "legal_id": "91310000X",
            "keys": { "keys": [key(name).public()], "threshold": 1 }, "delivery_key": null, "related": [],
        },
        "roles": roles, "status": "active", "sponsor": null, "since": 1,
    });
    serde_json::from_value(value).expect("a participant")
}

fn asset() -> Asset {
    let line = json!({ "holder": id("acme"), "basis": "collected", "evidence": null, "since": 1 });
    let value = json!({
        "description": {
            "title": "气象 & <b>weather</b>", "description": "", "kind": "resource", "source_class": "enterprise",
            "sector": "meteorology", "grade": "general-1", "openness": "not-public", "keywords": [], "spatial": "",
            "temporal": "", "update_cycle": "daily",
        },
        "lines": [line, line, line], "registration": { "status": "refused", "reason": "none" },
        "open_objections": 0, "objections": 0, "latest_version": 1, "created": 1,
    });
    serde_json::from_value(value).expect("an asset")
}

fn licence() -> Licence {
    let value = json!({
        "order": ORDER, "asset": ASSET, "versions": { "only": 1 }, "royalty_version": 1, "licensor": id("acme"), "licensee": id("bob"),
        "policy": {
            "actions": ["read", "derive"], "purposes": ["research"], "sectors": "any", "regions": { "only": ["CN-SH"] },
            "recipients": "any", "max_uses": u64::MAX, "duration": null, "sublicence_depth": 0, "royalty": 500,
            "duties": ["attribution"],
        },
        "exclusive": false, "from": 1_700_000_000_123_u64, "until": 4_000_000_000_000_u64, "parent": null, "depth": 0,
        "uses": 3, "status": "active", "ended": null, "cause": null, "records": 0, "head": Digest::ZERO, "sublicences": 0,
        "deletion": { "status": "not-due" }, "recall": null, "recall_deadline": null, "due": null,
    });
    serde_json::from_value(value).expect("a licence")
}

/// All evidence that a certificate issued by this one has.
fn evidence(market: &Market, issuer: &str) -> Vec<Evidence> {
    let records: Vec<(Vec<u8>, Vec<u8>)> = vec![
        (Licences::key(&LICENCE), codec::encode(&licence())),
        (Assets::key(&ASSET), codec::encode(&asset())),
        (Participants::key(&id("acme")), codec::encode(&participant("acme", &["trader"]))),
        (Participants::key(&id("bob")), codec::encode(&participant("bob", &["trader"]))),
        (Participants::key(&id("exchange")), codec::encode(&participant("exchange", &["operator"]))),
    ];
    let count = if issuer == "acme" { 4 } else { 5 };
    let keys = records.iter().take(count).map(|(key, _)| key.clone());
    let keys = keys.map(|key| if issuer == "bob" && key == records[4].0 { records[3].0.clone() } else { key });
    let mut evidence: Vec<Evidence> = keys.map(|key| market.evidence_of(&records, &key)).collect();
    let (licensor, licensee) = (id("acme"), id("bob"));
    evidence.push(market.evidence_of_cause(Event::LicenceGranted {
        licence: LICENCE,
        order: ORDER,
        asset: ASSET,
        licensor,
        licensee,
    }));
    evidence
}

/// What is refused before it is signed.
pub fn refused() -> Vec<(&'static str, Result<Value, ClaimsError>)> {
    let market = Market::new("market");
    let good = evidence(&market, "acme");
    let issue = |evidence: &[Evidence], name: &str| certificate::issue(evidence, &key(name), SIGNED);
    let mut swapped = good.clone();
    swapped.swap(2, 3);
    let mut mixed = good.clone();
    mixed[1] = evidence(&Market::new("another market"), "acme").remove(1);
    let mut unrelated = good.clone();
    let other = LicenceId(Digest([0x44; 32]));
    unrelated[4] = market.evidence_of_cause(Event::LicenceExpired { licence: other, asset: ASSET });
    vec![
        ("a stranger's key", issue(&good, "mallory")),
        ("the licensee", issue(&evidence(&market, "bob"), "bob")),
        ("too little", issue(&good[..4], "acme")),
        ("nothing", issue(&[], "acme")),
        ("parties swapped", issue(&swapped, "acme")),
        ("another chain's asset", issue(&mixed, "acme")),
        ("another transaction", issue(&unrelated, "acme")),
    ]
}

type Damage = fn(&mut Value);

/// Files of certificates; those hold whose names begin with `good`.
pub fn files() -> Vec<(String, String)> {
    let market = Market::new("market");
    let issue = |name: &str| certificate::issue(&evidence(&market, name), &key(name), SIGNED).expect("it may");
    let (licensor, operator) = (issue("acme"), issue("exchange"));
    let mut files = vec![
        ("good-licensor.json".to_owned(), certificate::to_text(&licensor)),
        ("good-operator.json".to_owned(), certificate::to_text(&operator)),
        ("good-in-one-line.json".to_owned(), licensor.to_string()),
    ];
    #[rustfmt::skip]
    let damages: &[(&str, Damage)] = &[
        ("licensee",            |value| value["credentialSubject"]["licensee"]["legal_name"] = "Mallory".into()),
        ("terms",               |value| value["credentialSubject"]["record"]["exclusive"] = true.into()),
        ("longer",              |value| value["validUntil"] = "2999-01-01T00:00:00Z".into()),
        ("issuer",              |value| value["issuer"]["id"] = certificate::did_key(&key("mallory").public()).into()),
        ("created",             |value| value["proof"]["created"] = "2026-01-01T00:00:00Z".into()),
        ("purpose",             |value| value["proof"]["proofPurpose"] = "authentication".into()),
        ("no-proof",            |value| drop(value.as_object_mut().expect("an object").remove("proof"))),
        ("signature",           |value| value["proof"]["proofValue"] = "z1".into()),
        ("evidence-taken-away", |value| value["evidence"] = json!([])),
        ("evidence-altered",    |value| value["evidence"][0]["document"]["decoded"]["record"]["value"]["exclusive"] = true.into()),
        ("context",             |value| value["@context"] = json!(["https://www.w3.org/ns/credentials/v2"])),
        ("more",                |value| value["credentialSubject"]["note"] = "exclusive".into()),
    ];
    for (name, damage) in damages {
        let mut value = licensor.clone();
        damage(&mut value);
        files.push((format!("damaged-{name}.json"), certificate::to_text(&value)));
    }
    // Signed anew by who may sign: what is claimed is still not what is proved, or the evidence does not hold.
    for (name, damage) in
        damages.iter().filter(|(name, _)| ["licensee", "terms", "longer", "more", "evidence-altered"].contains(name))
    {
        let mut value = licensor.clone();
        damage(&mut value);
        value.as_object_mut().expect("an object").remove("proof");
        let value = certificate::sign(value, &key("acme"), SIGNED).expect("exact");
        files.push((format!("signed-{name}.json"), certificate::to_text(&value)));
    }
    files
}
