//! Finding things by identifier, prefix and handle.

use yaosu_ledger::state::{Assets, Handles, Participants, Reader as _};
use yaosu_ledger::{Digest, Handle, ParticipantId};

use super::town::{ALICE, BOB, Town, asset, asset_id, eventually, id_of, pay};
use crate::http::reference::Prefix;

/// Goal: 64 digits, and any 6 or more that lead to one thing only; a digit may be half a byte.
#[tokio::test]
async fn prefixes_lead_to_one_thing_or_to_none() {
    let town = Town::new().await;
    town.edit(|draft| {
        draft.put::<Assets>(&asset_id(&[0xab, 0xcd, 0xef, 0x05]), &asset("zero", ALICE));
        draft.put::<Assets>(&asset_id(&[0xab, 0xcd, 0xef, 0x10]), &asset("one", ALICE));
        draft.put::<Assets>(&asset_id(&[0xab, 0xcd, 0xef, 0x1f]), &asset("two", ALICE));
        draft.put::<Assets>(&asset_id(&[0xab, 0xcd, 0xef, 0x20]), &asset("three", ALICE));
        draft.put::<Assets>(&asset_id(&[0xff; 32]), &asset("last", ALICE));
    });
    let full = asset_id(&[0xab, 0xcd, 0xef, 0x10]).to_string();
    #[rustfmt::skip]
    let rows = [
        ("abcde",                  400, ""),
        ("ABCDEF",                 400, ""),
        ("abcdef",                 409, ""),
        ("abcdef0",                200, "zero"),
        ("abcdef1",                409, ""),
        ("abcdef10",               200, "one"),
        ("abcdef1f",               200, "two"),
        ("abcdef2",                200, "three"),
        ("abcdef3",                404, ""),
        ("abcdee",                 404, ""),
        ("ffffff",                 200, "last"),
        ("fffffff",                200, "last"),
        (full.as_str(),            200, "one"),
        (&full[..63],              200, "one"),
        (&format!("{full}0"),      400, ""),
    ];
    for (text, status, title) in rows {
        let answer = town.get(&format!("/v1/assets/{text}")).await;
        assert_eq!(answer.status, status, "{text}: {}", answer.text());
        if status == 200 {
            assert_eq!(answer.json()["description"]["title"], title, "{text}");
        } else if status == 409 {
            let problem = answer.expect_problem(409, "ambiguous");
            assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains(&full)), "{problem}");
        } else if status == 404 {
            let problem = answer.expect_problem(404, "not-found");
            assert_eq!(problem["detail"], format!("there is no asset {text}"));
        }
    }
}

/// Goal: many candidates are not all listed.
#[tokio::test]
async fn an_ambiguous_answer_is_short() {
    let town = Town::new().await;
    town.edit(|draft| {
        for last in 0..100 {
            draft.put::<Assets>(&asset_id(&[0xab, 0xcd, 0xef, last]), &asset("one of many", ALICE));
        }
    });
    let problem = town.get("/v1/assets/abcdef").await.expect_problem(409, "ambiguous");
    let hint = problem["hint"].as_str().expect("a hint");
    assert!(hint.contains("abcdef04") && !hint.contains("abcdef05") && hint.ends_with("more"), "{hint}");
}

/// Goal: a handle leads to its participant, and nobody can take one so as to be mistaken for another.
#[tokio::test]
async fn participants_are_found_by_handle() {
    let town = Town::new().await;
    let alice = id_of(ALICE).to_string();
    for text in [ALICE, &alice, &alice[..6], &alice[..7]] {
        assert_eq!(town.json(&format!("/v1/participants/{text}")).await["id"], alice.as_str());
    }
    town.get("/v1/participants/carol").await.expect_problem(404, "not-found");
    town.get("/v1/participants/Carol").await.expect_problem(400, "bad-request");
    // Bob takes a handle that is the beginning of another's identifier.
    let other = ParticipantId(Digest([0xfe; 32]));
    town.edit(|draft| {
        let record = draft.get::<Participants>(&id_of(ALICE)).expect("she is there");
        draft.put::<Participants>(&other, &record);
        draft.put::<Handles>(&Handle::new("fefefe").expect("a handle"), &id_of(BOB));
    });
    town.get("/v1/participants/fefefe").await.expect_problem(409, "ambiguous");
    assert_eq!(town.json("/v1/participants/fefefefe").await["id"], other.to_string());
}

/// Goal: blocks are found by height, identifier and prefix, transactions by identifier and prefix, in memory and on disk.
#[tokio::test]
async fn blocks_and_transactions_are_found_by_prefix() {
    let town = Town::new().await;
    let first = town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    let mut sent = vec![first.id().to_string()];
    for amount in 2..=3 {
        sent.push(town.send(ALICE, pay(BOB, amount)).await.id().to_string());
        town.decide().await;
    }
    check_blocks(&town, &sent).await;
    eventually("all is on disk", async || {
        town.handle.store().statistics().is_ok_and(|statistics| statistics.waiting_blocks == 0)
    })
    .await;
    check_blocks(&town, &sent).await;
    // The same bytes are found on disk as well.
    let again = town.post(first.bytes()).await;
    assert_eq!((again.status, again.json()["height"].clone()), (200, 1.into()));
}

async fn check_blocks(town: &Town, sent: &[String]) {
    let counts: Vec<_> = town.json("/v1/blocks").await["items"].as_array().expect("a list").clone();
    assert!(counts.iter().all(|block| block["transaction_count"] == 1));
    for (height, transaction) in (1..).zip(sent) {
        let block = town.get(&format!("/v1/blocks/{height}")).await;
        assert_eq!(block.header("cache-control"), "no-cache", "another chain may have another block here");
        let id = block.json()["id"].as_str().expect("an identifier").to_owned();
        assert_eq!(block.json()["transactions"], serde_json::json!([transaction]));
        let by_id = town.get(&format!("/v1/blocks/{id}")).await;
        assert_eq!(by_id.header("cache-control"), "public, max-age=31536000, immutable");
        let digits =
            (6..=64).find(|digits| !id[..*digits].bytes().all(|byte| byte.is_ascii_digit())).expect("a letter");
        assert_eq!(town.json(&format!("/v1/blocks/{}", &id[..digits])).await, by_id.json());
        assert_eq!(town.json(&format!("/v1/transactions/{}", &transaction[..7])).await["height"], height);
        assert_eq!(town.get(&format!("/v1/transactions/{}/receipt", &transaction[..8])).await.status, 200);
    }
}

/// Goal: what begins so, and nothing else.
#[test]
fn prefixes_match_half_bytes() {
    let id = [0xab, 0xcd, 0xef, 0x12];
    for (text, matches) in
        [("abcdef", true), ("abcdef1", true), ("abcdef12", true), ("abcdef2", false), ("abcdee", false)]
    {
        assert_eq!(Prefix::parse(text).expect("a prefix").matches(&id), matches, "{text}");
    }
    for text in ["abcde", "abcdeg", "ABCDEF", "abcdeé", ""] {
        assert_eq!(Prefix::parse(text), None, "{text}");
    }
}
