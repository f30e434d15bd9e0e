//! What the market's lists and questions show: each filter, page and cursor of each list, each question's answer.

use serde_json::{Value, json};
use yaosu_ledger::model::{AttestationKind, Findings, FreezeScope, Measure, Verdict};
use yaosu_ledger::state::{PublicCharges, Subject};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, AttestationId, Digest, FreezeId, ProposalId, Timestamp};

use super::samples::put_two_of_each;
use super::town::{ALICE, BOB, DEPOT, EXCHANGE, Town, asset_id, id_of, key_of, register};

const FIRST: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222222222222222222222222222";

/// Every list of records, with filters that keep the first of two.
#[rustfmt::skip]
const LISTS: [(&str, &[&str]); 10] = [
    ("/v1/attestations",       &["asset=111111", "assessor=exchange", "kind=source", "status=issued"]),
    ("/v1/freezes",            &["regulator=exchange", "scope=funds", "status=active"]),
    ("/v1/recalls",            &["asset=111111"]),
    ("/v1/recalls/111111/duties", &["licensee=alice", "status=open"]),
    ("/v1/licences",           &["licensee=bob", "licensor=alice", "asset=111111", "status=active"]),
    ("/v1/licences/111111/uses", &[]),
    ("/v1/listings",           &["asset=111111", "seller=alice", "status=active"]),
    ("/v1/orders",             &["buyer=bob", "seller=alice", "payer=exchange", "licensee=depot", "status=placed", "listing=111111", "asset=111111"]),
    ("/v1/proposals",          &["status=open"]),
    ("/v1/assets",             &[]),
];

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().expect("a list")
}

/// Goal: each filter of each list keeps what it says and nothing else; pages are the list; bad cursors and values name
/// their field.
#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let town = Town::new().await;
    put_two_of_each(&town);
    for (path, filters) in LISTS {
        let all = town.json(path).await;
        assert_eq!(items(&all).len(), 2, "{path}");
        let first = town.json(&format!("{path}?limit=1")).await;
        let cursor = first["cursor"].as_str().expect("there is more");
        let second = town.json(&format!("{path}?limit=1&cursor={cursor}")).await;
        assert_eq!(&[items(&first).clone(), items(&second).clone()].concat(), items(&all), "{path}");
        assert_eq!(second["cursor"], Value::Null, "{path}");
        for filter in filters {
            let kept = town.json(&format!("{path}?{filter}")).await;
            assert_eq!(items(&kept), &items(&all)[..1], "{path}?{filter}");
            let (name, _) = filter.split_once('=').expect("a filter");
            let problem = town.get(&format!("{path}?{name}=A")).await.expect_problem(400, "bad-request");
            assert_eq!(problem["field"], name, "{path}");
        }
        let together = filters.join("&");
        assert_eq!(
            items(&town.json(&format!("{path}?{together}")).await).len(),
            if filters.is_empty() { 2 } else { 1 }
        );
        for cursor in ["x", "abc", "AB"] {
            let problem = town.get(&format!("{path}?cursor={cursor}")).await.expect_problem(400, "bad-request");
            assert_eq!(problem["field"], "cursor", "{path}");
        }
        town.get(&format!("{path}?colour=red")).await.expect_problem(400, "bad-request");
    }
    for target in [id_of(ALICE).to_string(), SECOND.into()] {
        let kept = town.json(&format!("/v1/freezes?target={target}")).await;
        assert_eq!(items(&kept).len(), 1, "{target}");
    }
    let problem = town.get("/v1/freezes?target=111111").await.expect_problem(400, "bad-request");
    assert_eq!(problem["field"], "target");
}

/// Goal: one of each is shown by identifier and prefix, and its history is a list; what is not there is not found.
#[tokio::test]
async fn one_of_each_is_shown() {
    let town = Town::new().await;
    put_two_of_each(&town);
    for noun in ["attestation", "freeze", "recall", "licence", "listing", "order", "proposal", "asset"] {
        let path = format!("/v1/{noun}s");
        for reference in [FIRST, "111111"] {
            let shown = town.json(&format!("{path}/{reference}")).await;
            assert_eq!(shown["id"], FIRST, "{noun}");
            assert_eq!(&shown, &items(&town.json(&path).await)[0], "{noun}");
        }
        let history = town.json(&format!("{path}/111111/history")).await;
        assert_eq!(history["items"], json!([]), "no rule made it");
        for rest in ["", "/history"] {
            let problem = town.get(&format!("{path}/333333{rest}")).await.expect_problem(404, "not-found");
            assert_eq!(problem["detail"], format!("there is no {noun} 333333"));
        }
        let problem = town.get(&format!("{path}/111111/history?cursor=x")).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], "cursor", "{noun}");
    }
    for path in [
        "/v1/recalls/333333/duties",
        "/v1/licences/333333/uses",
        "/v1/licences/333333/may?action=read&purpose=research",
    ] {
        town.get(path).await.expect_problem(404, "not-found");
    }
}

/// Goal: each thing has the history of its own kind.
#[tokio::test]
async fn histories_are_of_their_own_thing() {
    let town = Town::new().await;
    let asset = AssetId::created_by(town.send(ALICE, register("map", 1)).await.id());
    let far = Timestamp(4_102_444_800_000);
    let freeze = Action::Freeze {
        target: Subject::Participant(id_of(BOB)),
        scope: FreezeScope::Funds,
        legal_basis: Digest([1; 32]),
        until: Timestamp(crate::replica_thread::now_ms() + 500_000),
    };
    let freeze = FreezeId::created_by(town.send(DEPOT, freeze).await.id());
    let propose = Action::Propose { measure: Measure::DismissNode { key: key_of("machine").public() } };
    let proposal = ProposalId::created_by(town.send(DEPOT, propose).await.id());
    town.decide().await;
    let attest = Action::Attest {
        kind: AttestationKind::Source,
        asset,
        version: 1,
        report: Digest([1; 32]),
        verdict: Verdict::Pass,
        findings: Findings::None,
        valid_until: far,
    };
    let attestation = AttestationId::created_by(town.send(DEPOT, attest).await.id());
    town.decide().await;
    for (path, event) in [
        (format!("/v1/freezes/{freeze}/history"), "frozen"),
        (format!("/v1/proposals/{proposal}/history"), "proposal-approved"),
        (format!("/v1/attestations/{attestation}/history"), "attested"),
        (format!("/v1/assets/{asset}/history"), "attested"),
    ] {
        let history = town.json(&path).await;
        assert_eq!(items(&history)[0]["event"]["type"], event, "{path}: {history}");
    }
}

/// Goal: the attestations of an asset are those that are issued for it.
#[tokio::test]
async fn an_asset_has_its_attestations() {
    let town = Town::new().await;
    put_two_of_each(&town);
    let page = town.json("/v1/assets/222222/attestations").await;
    assert_eq!(items(&page).len(), 1);
    assert_eq!(items(&page)[0]["id"], SECOND);
    let problem = town.get("/v1/assets/222222/attestations?cursor=x").await.expect_problem(400, "bad-request");
    assert_eq!(problem["field"], "cursor");
}

/// Goal: "may I?" says yes, or no with the clause; what is missing or wrong has its field.
#[tokio::test]
async fn may_i_is_answered() {
    let town = Town::new().await;
    put_two_of_each(&town);
    #[rustfmt::skip]
    let rows = [
        ("action=read&purpose=research",            true),
        ("action=read&purpose=research&uses=1",     true),
        ("action=read&purpose=research&uses=2",     false),
        ("action=train&purpose=research",           false),
        ("action=read&purpose=welfare",              false),
        ("action=read&purpose=research&sector=energy&region=CN-31&recipient=bob", true),
    ];
    for (query, allowed) in rows {
        let answer = town.json(&format!("/v1/licences/111111/may?{query}")).await;
        assert_eq!(
            (answer["allowed"].clone(), answer["clause"].is_null()),
            (allowed.into(), allowed),
            "{query}: {answer}"
        );
        assert_eq!(answer["licence"], FIRST);
    }
    let ended = town.json("/v1/licences/222222/may?action=read&purpose=research").await;
    assert_eq!(ended["allowed"], false);
    let long = "x".repeat(33);
    #[rustfmt::skip]
    let rows = [
        ("purpose=research",                               "action"),
        ("action=read",                                    "purpose"),
        ("action=eat&purpose=research",                    "action"),
        ("action=read&purpose=fun",                        "purpose"),
        ("action=read&purpose=research&uses=-1",           "uses"),
        ("action=read&purpose=research&recipient=A",       "recipient"),
        (&format!("action=read&purpose=research&sector={long}"), "sector"),
        (&format!("action=read&purpose=research&region={long}"), "region"),
        ("action=read&purpose=research&colour=red",        "colour"),
    ];
    for (query, field) in rows {
        let problem = town.get(&format!("/v1/licences/111111/may?{query}")).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{query}");
    }
}

/// Goal: a price is divided as at settlement, and all of it; what is missing or wrong has its field.
#[tokio::test]
async fn royalties_are_divided() {
    let town = Town::new().await;
    put_two_of_each(&town);
    for query in ["price=1000", "price=1000&version=1"] {
        let shown = town.json(&format!("/v1/assets/111111/royalties?{query}")).await;
        assert_eq!(
            shown,
            json!({
                "asset": FIRST, "version": 1, "price": 1000, "fee": 10, "fee_account": id_of(EXCHANGE), "rest": 990,
                "holder": id_of(ALICE),
                "royalties": [],
            })
        );
    }
    town.get("/v1/assets/111111/royalties?price=1&version=2").await.expect_problem(404, "not-found");
    town.get("/v1/assets/333333/royalties?price=1").await.expect_problem(404, "not-found");
    for (query, field) in [("", "price"), ("price=-1", "price"), ("price=1&version=x", "version"), ("price=1&x=1", "x")]
    {
        let problem =
            town.get(&format!("/v1/assets/111111/royalties?{query}")).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{query}");
    }
}

/// Goal: the figures of all are counted once a height, and anew at the next.
/// Method: what is counted changes without a block, as it never does; then a block comes.
#[tokio::test]
async fn openness_is_counted_once_a_height() {
    let town = Town::new().await;
    put_two_of_each(&town);
    let shown = town.json("/v1/openness").await;
    assert_eq!(shown["authorities"].as_array().map(Vec::len), Some(2), "{shown}");
    town.edit(|draft| draft.remove::<PublicCharges>(&asset_id(&[0x22; 32])));
    assert_eq!(town.json("/v1/openness").await, shown);
    // The next block follows from what the rules made, which has no asset.
    town.decide().await;
    let after = town.json("/v1/openness").await;
    assert_eq!((after["as_of"].clone(), after["authorities"].clone()), (json!(1), json!([])));
}

/// Goal: the figures of each authority and of one asset are those of the state that is seen.
#[tokio::test]
async fn openness_is_counted() {
    let town = Town::new().await;
    assert_eq!(town.json("/v1/openness").await["authorities"], json!([]));
    put_two_of_each(&town);
    let one = town.json("/v1/assets/111111/openness").await;
    assert_eq!((one["figures"]["handle"].clone(), one["figures"]["open"].clone()), (json!("exchange"), json!(1)));
    assert_eq!(one["charge"]["authority"], id_of("exchange").to_string());
    let other = town.json("/v1/assets/222222/openness").await;
    assert_eq!((other["figures"]["closed"].clone(), other["figures"]["reviews_overdue"].clone()), (json!(1), json!(1)));
    town.edit(|draft| draft.remove::<PublicCharges>(&asset_id(&[0x22; 32])));
    assert_eq!(town.json("/v1/assets/222222/openness").await["charge"], Value::Null);
    for path in ["/v1/openness?x=1", "/v1/assets/111111/openness?x=1"] {
        town.get(path).await.expect_problem(400, "bad-request");
    }
}
