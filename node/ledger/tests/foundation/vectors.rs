//! Signing test vectors for programs in other languages: `docs/vectors/transactions.json`, one transaction of each kind.
//!
//! When a format is meant to change: `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-ledger --test foundation vectors`, and
//! `scripts/check-evidence`, which lets programs in Python and JavaScript make the same bytes from the same JSON.

use std::path::PathBuf;

use serde_json::{Value, json};
use yaosu_ledger::codec::encode;
use yaosu_ledger::model::Measure;
use yaosu_ledger::sealed::Proof;
use yaosu_ledger::signature::{Context, SigningKey, message};
use yaosu_ledger::transaction::{Action, Body, Envelope, Transaction, check_signatures};
use yaosu_ledger::{Amount, ChainId, Timestamp};

use crate::golden::hex;
use crate::town::{digest, id_of, key_of, text};
use crate::values;

/// Whose keys sign.
const SIGNERS: [&str; 2] = ["alice", "bob"];

fn seed_of(name: &str) -> [u8; 32] {
    *blake3::hash(name.as_bytes()).as_bytes()
}

fn body(lane: u32, sequence: u64, valid_until: Option<Timestamp>, action: Action) -> Body {
    Body { chain: ChainId(digest("chain")), signer: id_of("alice"), lane, sequence, valid_until, action }
}

/// Payments whose integers stand on both sides of each step of a varint, signed by one key.
fn payments() -> Vec<(String, Transaction)> {
    let numbers = [0, 1, 250, 251, 65_535, 65_536, u64::from(u32::MAX), u64::from(u32::MAX) + 1, u64::MAX]
        .into_iter()
        .enumerate();
    numbers
        .map(|(place, number)| {
            let memo = if place == 0 { text("") } else { text("数据 data") };
            let lane = u32::try_from(number).unwrap_or(u32::MAX);
            let until = (place % 2 == 1).then_some(Timestamp(number));
            let action = Action::Pay { to: id_of("bob"), amount: Amount(number), memo };
            (format!("pay {number}"), body(lane, number, until, action).sign(&[&key_of("alice")]))
        })
        .collect()
}

/// One of each kind, approved by both keys.
fn kinds() -> Vec<(String, Transaction)> {
    let name = |action: &Action| match action {
        Action::Propose { measure } => {
            let json = serde_json::to_value::<&Measure>(measure).expect("it has a JSON form");
            format!("propose {}", json.as_object().and_then(|object| object.keys().next()).expect("it has a name"))
        }
        Action::ProveMisbehaviour { proof: Proof::Node(_), .. } => "prove-misbehaviour node".to_owned(),
        Action::ProveMisbehaviour { proof: Proof::Leaf(_), .. } => "prove-misbehaviour leaf".to_owned(),
        _ => action.name().to_owned(),
    };
    values::actions().into_iter().map(|action| (name(&action), values::transaction(action))).collect()
}

fn vector(name: &str, transaction: &Transaction) -> Value {
    let Transaction { body, approvals } = transaction;
    let id = body.id();
    json!({
        "name": name,
        "body": body,
        "body_bytes": hex(&encode(body)),
        "id": id,
        "message": hex(&message(Context::Transaction, &body.chain, id.as_bytes())),
        "approvals": approvals,
        "transaction_bytes": hex(&encode(transaction)),
    })
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the file of vectors is what is tested")]
fn vectors_for_other_languages() {
    let transactions: Vec<(String, Transaction)> = payments().into_iter().chain(kinds()).collect();
    let keys: Vec<Value> = SIGNERS
        .iter()
        .map(|name| {
            let seed = seed_of(name);
            let public = SigningKey::from_seed(seed).public();
            json!({ "name": name, "seed": hex(&seed), "public": public, "participant": id_of(name) })
        })
        .collect();
    let vectors: Vec<Value> = transactions.iter().map(|(name, transaction)| vector(name, transaction)).collect();
    for (name, transaction) in &transactions {
        assert_eq!(check_signatures(&[Envelope::new(transaction.clone())]), [true], "{name}");
        // What another program reads is the whole transaction.
        let json = serde_json::to_string(&transaction.body).expect("it has a JSON form");
        assert_eq!(serde_json::from_str::<Body>(&json).expect("it is read again"), transaction.body, "{name}");
    }
    let document = json!({ "keys": keys, "transactions": vectors });
    let found = serde_json::to_string_pretty(&document).expect("it has a JSON form") + "\n";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors/transactions.json");
    if std::env::var_os("YAOSU_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &found).expect("the folder is there");
    }
    let frozen = std::fs::read_to_string(&path).unwrap_or_default();
    for (frozen, found) in frozen.lines().zip(found.lines()) {
        assert_eq!(found, frozen, "the vectors have changed: see the head of this file");
    }
    assert_eq!(found.lines().count(), frozen.lines().count(), "vectors come and go only with the format");
}
