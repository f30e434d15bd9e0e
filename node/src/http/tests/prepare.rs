//! Transactions that are signed elsewhere: prepared here, signed by another program, sent as JSON.

use std::process::Command;

use serde_json::{Value, json};
use yaosu_api::Prepared;
use yaosu_ledger::codec;
use yaosu_ledger::model::{Licence, PlanForm, Policy, Supply, Terms};
use yaosu_ledger::signature::{Context, SigningKey, message};
use yaosu_ledger::state::{Licences, Orders, Reader as _};
use yaosu_ledger::transaction::{Action, Body};
use yaosu_ledger::{Amount, Digest, HexBytes, LicenceId, ListingId, Timestamp};

use super::samples::put_two_of_each;
use super::town::{ALICE, Answer, BOB, Town, asset_id, id_of, key_of, register};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

async fn post(town: &Town, path: &str, body: &Value) -> Answer {
    town.ask("POST", path, &JSON, body.to_string().as_bytes()).await
}

async fn prepare(town: &Town, intent: &Value) -> Prepared {
    let answer = post(town, "/v1/transactions/prepare", intent).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_value(answer.json()).expect("it is of the contract's type")
}

fn seed(name: &str) -> [u8; 32] {
    let mut seed = [7; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    seed
}

/// Signs by OpenSSL, as a program would that has never heard of this one.
fn sign_outside(name: &str, message: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    // RFC 8410: what stands before the 32 bytes of an Ed25519 key.
    let mut der = vec![0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    der.extend(seed(name));
    std::fs::write(path("key.der"), der).expect("there is room");
    std::fs::write(path("message"), message).expect("there is room");
    let made = Command::new("openssl")
        .args(["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey"])
        .arg(path("key.der"))
        .arg("-in")
        .arg(path("message"))
        .arg("-out")
        .arg(path("signature"))
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let signature = std::fs::read(path("signature")).expect("it was written");
    HexBytes::<64>::new(signature).expect("a signature has 64 bytes").to_string()
}

/// Goal: what is prepared here and signed by another program is committed; the same again gets the same answer.
#[tokio::test]
async fn another_program_signs() {
    let town = Town::new().await;
    let action = json!({ "pay": { "to": id_of(BOB), "amount": 120_000, "memo": "für \"Daten\"" } });
    let prepared = prepare(&town, &json!({ "signer": "alice", "action": action })).await;
    assert_eq!(
        prepared.sentence,
        "alice pays 1,200.00 CNY to bob: \"für \\\"Daten\\\"\". It is number 0 of lane 0 and stays valid until that \
         number is used."
    );
    assert_eq!(
        prepared.in_full,
        "alice asks the ledger to pay (amount 1,200.00 CNY, memo \"für \\\"Daten\\\"\", to bob). It is number 0 of lane \
         0, and stays valid until that number is used."
    );
    let body: Body = codec::decode(prepared.bytes.as_bytes()).expect("canonical bytes");
    assert_eq!((body.id(), body.signer, prepared.sequence), (prepared.id, id_of(ALICE), 0));
    assert_eq!(prepared.message.as_bytes(), message(Context::Transaction, &body.chain, body.id().as_bytes()));
    assert_eq!(
        (prepared.approvals.len(), prepared.approvals[0].participant, prepared.approvals[0].keys),
        (1, id_of(ALICE), 1)
    );

    let signature = sign_outside(ALICE, prepared.message.as_bytes());
    assert_eq!(SigningKey::from_seed(seed(ALICE)).public(), key_of(ALICE).public());
    let approvals = json!([{ "key": key_of(ALICE).public(), "signature": signature }]);
    let signed = json!({ "bytes": prepared.bytes, "approvals": approvals });
    let sent = post(&town, "/v1/transactions", &signed).await;
    assert_eq!((sent.status, sent.json()["id"].clone()), (202, json!(prepared.id)), "{}", sent.text());
    // The number is taken by what waits.
    let next = prepare(&town, &json!({ "signer": "alice", "action": action })).await;
    assert_eq!(next.sequence, 1);
    town.decide().await;
    let again = post(&town, "/v1/transactions", &signed).await;
    assert_eq!((again.status, again.json()["height"].clone()), (200, json!(1)), "{}", again.text());
    assert_eq!(town.json("/v1/participants/bob/account").await["available"], 1_120_000);
}

/// Goal: approvals may come in any order, and a wrong one is refused by its rule.
#[tokio::test]
async fn approvals_come_in_any_order() {
    let town = Town::new().await;
    let asset = yaosu_ledger::AssetId::created_by(town.send(ALICE, register("map", 1)).await.id());
    town.decide().await;
    let action = json!({ "transfer-right": { "asset": asset, "line": "operate", "to": id_of(BOB), "evidence": null } });
    let prepared = prepare(&town, &json!({ "signer": id_of(ALICE), "lane": 3, "sequence": 0, "action": action })).await;
    assert_eq!(prepared.approvals.len(), 2);
    assert!(prepared.sentence.contains(&format!("right to operate of \"map\" ({asset}) over to bob")), "{prepared:?}");
    assert!(prepared.in_full.contains(&format!("asset \"map\" ({asset})")), "{prepared:?}");
    let mut approvals = [ALICE, BOB].map(
        |name| json!({ "key": key_of(name).public(), "signature": sign_outside(name, prepared.message.as_bytes()) }),
    );
    let alone = json!({ "bytes": prepared.bytes, "approvals": [approvals[0]] });
    assert_eq!(post(&town, "/v1/transactions", &alone).await.expect_problem(422, "WrongApprovals")["number"], 8);
    approvals.sort_by_key(|approval| std::cmp::Reverse(approval["key"].to_string()));
    let both = json!({ "bytes": prepared.bytes, "approvals": approvals });
    // The approvals are good: a rule that comes after them speaks.
    post(&town, "/v1/transactions", &both).await.expect_problem(422, "WrongRegistration");
}

/// Goal: a dry run takes JSON too, and says what the rules say.
#[tokio::test]
async fn a_dry_run_takes_json() {
    let town = Town::new().await;
    let intent = |amount: u64| json!({ "signer": "alice", "action": { "pay": { "to": id_of(BOB), "amount": amount, "memo": "" } } });
    let foreseen = post(&town, "/v1/transactions/check", &intent(5)).await;
    assert_eq!(
        (foreseen.status, foreseen.json()["events"][0]["type"].clone()),
        (200, json!("paid")),
        "{}",
        foreseen.text()
    );
    post(&town, "/v1/transactions/check", &intent(u64::MAX)).await.expect_problem(422, "FundsShort");
}

/// Goal: what is wrong with JSON is said; nothing is prepared that could not be sent in.
#[tokio::test]
async fn bad_json_is_refused() {
    let town = Town::new().await;
    let pay = json!({ "pay": { "to": id_of(BOB), "amount": 1, "memo": "" } });
    #[rustfmt::skip]
    let rows = [
        (json!({}),                                                            400, "bad-request", "body"),
        (json!({ "signer": "alice" }),                                         400, "bad-request", "body"),
        (json!({ "signer": "alice", "action": { "fly": {} } }),                400, "bad-request", "body"),
        (json!({ "signer": "alice", "action": pay, "colour": "red" }),         400, "bad-request", "body"),
        (json!({ "signer": "alice", "action": pay, "lane": -1 }),              400, "bad-request", "body"),
        (json!({ "signer": "alice", "action": { "pay": { "to": id_of(BOB), "amount": 1, "memo": "", "fee": 1 } } }), 400, "bad-request", "body.action.pay.fee"),
        (json!({ "signer": "Alice!", "action": pay }),                         400, "bad-request", "signer"),
        (json!({ "signer": "nobody", "action": pay }),                         404, "not-found",   "signer"),
    ];
    for (intent, status, code, field) in rows {
        let answer = post(&town, "/v1/transactions/prepare", &intent).await;
        assert_eq!(answer.expect_problem(status, code)["field"], field, "{intent}");
    }
    let parent = json!({ "asset": asset_id(&[1]), "version": 1, "licence": null, "activity": "clean", "recipe": null });
    let parents = vec![parent; 940];
    let action = json!({ "add-version": {
        "asset": asset_id(&[1]), "content": super::town::content(1), "parents": parents,
    } });
    let answer = post(&town, "/v1/transactions/prepare", &json!({ "signer": "alice", "action": action })).await;
    answer.expect_problem(413, "too-large");
    for path in ["/v1/transactions/prepare", "/v1/transactions/check", "/v1/transactions"] {
        town.ask("POST", path, &[("content-type", "text/plain")], b"{}")
            .await
            .expect_problem(415, "unsupported-media-type");
        town.ask("POST", path, &JSON, b"{").await.expect_problem(400, "bad-request");
        town.ask("POST", path, &JSON, &vec![b' '; 200_000]).await.expect_problem(413, "too-large");
    }
    let unsigned = json!({ "bytes": "00", "approvals": [] });
    post(&town, "/v1/transactions", &unsigned).await.expect_problem(400, "malformed");
}

/// Goal: nested values have words, with units: money, time, shares, names of people and assets.
#[tokio::test]
async fn sentences_have_units() {
    let town = Town::new().await;
    put_two_of_each(&town);
    let Licence { policy, .. } =
        town.handle.tip().state.get::<Licences>(&LicenceId(Digest([0x11; 32]))).expect("it was put there");
    let policy = Policy { royalty: yaosu_ledger::BasisPoints(250), ..policy };
    let terms =
        Terms { price: Amount(5), policy, supply: Supply::Unlimited, form: PlanForm::OneOff, bond: Amount(100_001) };
    let action = Action::CreateListing {
        asset: asset_id(&[0x11; 32]),
        version: 1,
        kind: yaosu_ledger::model::ListingKind::Fixed,
        plans: vec![terms],
        until: Some(Timestamp(1_795_766_400_123)),
    };
    let intent = json!({ "signer": "alice", "valid_until": "2026-11-27T08:00:00Z", "action": action });
    let sentence = prepare(&town, &intent).await.in_full;
    for part in [
        "alice asks the ledger to create listing (asset \"public\" (1111",
        "bond 1,000.01 CNY",
        "price 0.05 CNY",
        "royalty 2.50 %",
        "purposes research",
        "until 2026-11-27T08:00:00.123Z",
        "means nothing from 2026-11-27T08:00:00.000Z on.",
    ] {
        assert!(sentence.contains(part), "{part}: {sentence}");
    }
    let stranger = Action::BuyRight {
        listing: ListingId(Digest([9; 32])),
        max_price: Amount(1),
        payer: Some(yaosu_ledger::ParticipantId(Digest([8; 32]))),
    };
    let sentence = prepare(&town, &json!({ "signer": "bob", "action": stranger })).await.in_full;
    assert!(sentence.contains("payer the unknown participant 0808"), "{sentence}");
    assert!(sentence.contains("listing 0909"), "{sentence}");
}

/// Goal: whoever signs reads in Chinese, too, what it means and what it comes from; another language is refused.
#[tokio::test]
async fn sentences_are_in_the_language_that_is_asked_for() {
    let town = Town::new().await;
    put_two_of_each(&town);
    let order = yaosu_ledger::OrderId(Digest([0x11; 32]));
    let found = town.handle.tip().state.get::<Orders>(&order).expect("it was put there");
    let rows = [
        (
            json!({ "pay": { "to": id_of(BOB), "amount": 120_000, "memo": "数据”费" } }),
            "alice 向 bob 支付 1,200.00 CNY：“数据\\”费”。",
        ),
        (json!({ "accept-delivery": { "order": order } }), "扣除手续费"),
    ];
    for (action, part) in rows {
        let intent = json!({ "signer": "alice", "valid_until": "2999-11-27T08:00:00Z", "action": action });
        let answer = post(&town, "/v1/transactions/prepare?lang=zh", &intent).await;
        let prepared: Prepared = serde_json::from_value(answer.json()).expect("it is of the contract's type");
        assert!(prepared.sentence.contains(part), "{found:?} {}", prepared.sentence);
        let end = "通道 0 第 0 号，自 2999-11-27T08:00:00.000Z 起作废。";
        assert!(prepared.sentence.ends_with(end), "{}", prepared.sentence);
    }
    let pay = json!({ "signer": "alice", "action": { "pay": { "to": id_of(BOB), "amount": 5, "memo": "" } } });
    for (query, sentence) in
        [("", "alice pays 0.05 CNY to bob. It is"), ("?lang=zh", "alice 向 bob 支付 0.05 CNY。通道")]
    {
        let foreseen = post(&town, &format!("/v1/transactions/check{query}"), &pay).await.json();
        assert!(foreseen["sentence"].as_str().is_some_and(|told| told.starts_with(sentence)), "{foreseen}");
        let refused = post(&town, "/v1/transactions/prepare?lang=fr", &pay).await;
        assert_eq!(refused.expect_problem(400, "bad-request")["field"], "lang");
    }
}
