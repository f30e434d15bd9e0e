//! What the reads show: filters, pages, sums, provenance, and how long answers may be kept.

use std::collections::BTreeSet;

use yaosu_api::SampleChoiceView;
use yaosu_ledger::model::{Activity, Derivation, Version};
use yaosu_ledger::sample::{CHOSEN_MAX, chosen};
use yaosu_ledger::state::{Assets, Derivations, DerivedVersions, Versions};
use yaosu_ledger::{AssetId, BasisPoints, Digest, Height, Timestamp, TransactionId};

use super::town::{ALICE, BOB, EXCHANGE, Town, asset, asset_id, content, key_of, pay, register};

/// Goal: pages put together are the list, each thing once, whatever the limit and the filter.
#[tokio::test]
async fn pages_together_are_the_list() {
    let town = Town::new().await;
    town.edit(|draft| {
        for number in 0..25 {
            let holder = if number % 3 == 0 { BOB } else { ALICE };
            let title = if number % 2 == 0 { "Rain in Shànghǎi 上海" } else { "Wind" };
            draft.put::<Assets>(&asset_id(&[number]), &asset(title, holder));
        }
    });
    for (query, count) in [
        ("", 25),
        ("&holder=bob", 9),
        ("&query=rain", 25),
        ("&query=%E4%B8%8A%E6%B5%B7", 13),
        ("&query=wind+METEOROLOGY", 25),
        ("&query=snow", 0),
        ("&holder=alice&query=sh%C3%A0ngh%C7%8Ei", 8),
        ("&registration=registered", 25),
        ("&registration=refused", 0),
    ] {
        for limit in [1, 4, 500] {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = town.json(&format!("/v1/assets?limit={limit}{query}{cursor}")).await;
                let items = page["items"].as_array().expect("a list");
                assert!(items.len() <= limit && page["as_of"] == 0);
                seen.extend(items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
                match page["cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
                assert!(seen.len() <= count, "the pages do not end: {query} by {limit}");
            }
            assert!(seen.is_sorted());
            assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (count, count), "{query} by {limit}");
        }
    }
}

/// Goal: a request looks at a bounded number of records and goes on by cursor, even if nothing fits.
#[tokio::test]
async fn a_filter_that_fits_nothing_is_bounded() {
    let town = Town::new().await;
    town.edit(|draft| {
        for number in 0_u16..20_500 {
            draft.put::<Assets>(&asset_id(&number.to_be_bytes()), &asset("one of many", ALICE));
        }
    });
    let (mut cursor, mut pages) = (String::new(), 0);
    loop {
        let page = town.json(&format!("/v1/assets?query=snow{cursor}")).await;
        assert_eq!(page["items"], serde_json::json!([]));
        pages += 1;
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages, 3);
}

/// Goal: each path of the contract answers in the type of the contract.
#[tokio::test]
async fn answers_are_of_the_contracts_types() {
    use yaosu_api::*;
    use yaosu_ledger::model::{Asset, Node, Participant};
    use yaosu_ledger::{ParticipantId, codec, genesis::Genesis, signature::PublicKey};
    fn is<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> T {
        let text = value.to_string();
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
    let town = Town::new().await;
    let sent = town.send(ALICE, register("map", 1)).await;
    town.send(BOB, pay(ALICE, 10)).await;
    town.decide().await;
    let asset = AssetId::created_by(sent.id());
    let head: HeadView = is(town.json("/v1/head").await);
    assert_eq!((head.height, head.chain), (Height(1), town.handle.tip().chain));
    let chain: ChainView = is(town.json("/v1/chain").await);
    assert_eq!((chain.name.as_str(), chain.currency.as_str()), ("town", "CNY"));
    let genesis: Genesis = codec::decode(&town.get("/v1/genesis").await.body).expect("the founding document");
    assert_eq!(genesis.chain(), town.handle.tip().chain);
    let status: NodeStatus = is(town.json("/v1/status").await);
    assert!(status.ready);
    let validators: ValidatorsView = is(town.json("/v1/validators").await);
    assert_eq!((validators.height, validators.validators[0].handle.as_str()), (Height(2), EXCHANGE));
    let money: SupplyView = is(town.json("/v1/money").await);
    assert_eq!((money.available.0, money.held.0, money.supply.issued.0), (4_000_000, 0, 4_000_000));
    let nodes: Page<Entity<PublicKey, Node>> = is(town.json("/v1/nodes").await);
    assert_eq!(nodes.items[0].id, key_of("machine").public());
    let blocks: Page<BlockView> = is(town.json("/v1/blocks").await);
    assert_eq!((blocks.items[0].transaction_count, blocks.items[0].transactions.clone()), (2, None));
    let _: Page<Entity<ParticipantId, Participant>> = is(town.json("/v1/participants?role=operator").await);
    let path = format!("/v1/participants?key={}", key_of(BOB).public());
    let by_key: Page<Entity<ParticipantId, Participant>> = is(town.json(&path).await);
    assert_eq!(by_key.items.len(), 1);
    let other_role: Page<Entity<ParticipantId, Participant>> = is(town.json(&format!("{path}&role=operator")).await);
    assert!(other_role.items.is_empty());
    let account: AccountView = is(town.json("/v1/participants/bob/account").await);
    assert_eq!(account.account.available.0, 999_990);
    let shown: Entity<AssetId, Asset> = is(town.json(&format!("/v1/assets/{asset}")).await);
    assert_eq!(shown.id, asset);
    let versions: Page<VersionView> = is(town.json(&format!("/v1/assets/{asset}/versions")).await);
    assert_eq!((versions.items.len(), versions.items[0].number), (1, 1));
    let objections: Page<ObjectionView> = is(town.json(&format!("/v1/assets/{asset}/objections")).await);
    assert!(objections.items.is_empty());
    let provenance: Provenance = is(town.json(&format!("/v1/assets/{asset}/provenance")).await);
    assert_eq!((provenance.nodes.len(), provenance.truncated), (1, false));
    let transaction: TransactionView = is(town.json(&format!("/v1/transactions/{}", sent.id())).await);
    assert_eq!(transaction.transaction.as_ref(), Some(sent.transaction()));
    let history: Page<EventView> = is(town.json("/v1/participants/alice/history").await);
    assert_eq!(history.items.len(), 2);
    for path in ["/v1/listings", "/v1/orders", "/v1/licences", "/v1/proposals", "/v1/negotiations", "/v1/demands"] {
        assert_eq!(town.json(path).await["items"], serde_json::json!([]));
    }
}

/// Goal: what a seller must show is chosen by the block after the registration, by nothing before, and never again; and
/// the answer holds all that it takes to choose once more.
#[tokio::test]
async fn the_block_after_a_registration_chooses() {
    let town = Town::new().await;
    let sent = town.send(ALICE, register("Rain", 1)).await;
    town.decide().await;
    let path = format!("/v1/assets/{}/sample-choice", AssetId::created_by(sent.id()));
    let before: SampleChoiceView = serde_json::from_value(town.json(&path).await).expect("it is this view");
    assert_eq!((before.version, before.block, before.chunks.as_slice()), (1, None, [].as_slice()));
    let registered = town.handle.tip().height;
    for _ in 0..2 {
        town.send(ALICE, pay(BOB, 1)).await;
        town.decide().await;
        let choice: SampleChoiceView = serde_json::from_value(town.json(&path).await).expect("it is this view");
        let block = choice.block.expect("there is one");
        let shown = town.json(&format!("/v1/blocks/{}", registered.next())).await;
        assert_eq!((block.height, shown["id"] == block.id.to_string()), (registered.next(), true));
        assert_eq!(choice.chunks, chosen(&block.id, &choice.content_root, choice.size_bytes, CHOSEN_MAX));
        assert_eq!(choice.chunks, [0], "five bytes are one chunk");
    }
    town.get(&format!("{path}?version=2")).await.expect_problem(404, "not-found");
    town.get(&format!("{path}?version=x")).await.expect_problem(400, "bad-request");
}

/// Goal: the next number of a lane counts what waits, the committed one does not.
#[tokio::test]
async fn lanes_count_what_waits() {
    let town = Town::new().await;
    town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    town.send(ALICE, pay(BOB, 1)).await;
    let lane = town.get("/v1/participants/alice/lanes/0").await;
    assert_eq!(lane.json(), serde_json::json!({ "lane": 0, "committed": 1, "next": 2 }));
    assert_eq!(lane.header("cache-control"), "no-store");
    let other = town.json("/v1/participants/alice/lanes/4294967295").await;
    assert_eq!(other, serde_json::json!({ "lane": 4_294_967_295_u32, "committed": 0, "next": 0 }));
}

/// Goal: histories come newest first, in pages that do not shift while blocks come.
#[tokio::test]
async fn histories_do_not_shift() {
    let town = Town::new().await;
    for amount in 1..=7 {
        town.send(ALICE, pay(BOB, amount)).await;
        if amount % 2 == 0 {
            town.decide().await;
        }
    }
    town.decide().await;
    let amounts = |page: &serde_json::Value| -> Vec<u64> {
        let items = page["items"].as_array().expect("a list").iter();
        items.map(|item| item["event"]["amount"].as_u64().expect("a payment")).collect()
    };
    let first = town.json("/v1/participants/bob/history?limit=3").await;
    assert_eq!(amounts(&first), [7, 6, 5]);
    town.send(ALICE, pay(BOB, 8)).await;
    town.decide().await;
    let second = town
        .json(&format!("/v1/participants/bob/history?limit=4&cursor={}", first["cursor"].as_str().expect("more")))
        .await;
    assert_eq!((amounts(&second), second["cursor"].clone()), (vec![4, 3, 2, 1], serde_json::Value::Null));
}

/// Goal: the list of blocks goes down to the first and ends there.
#[tokio::test]
async fn blocks_are_listed_down_to_the_first() {
    let town = Town::new().await;
    assert_eq!(town.json("/v1/blocks").await["items"], serde_json::json!([]));
    for _ in 0..5 {
        town.decide().await;
    }
    let mut cursor = String::new();
    let mut heights = Vec::new();
    loop {
        let page = town.json(&format!("/v1/blocks?limit=2{cursor}")).await;
        let items = page["items"].as_array().expect("a list").iter();
        heights.extend(items.map(|item| item["header"]["height"].as_u64().expect("a height")));
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(heights, [5, 4, 3, 2, 1]);
}

/// Goal: an answer about the state has the tag of its block, and is sent once a block.
#[tokio::test]
async fn the_latest_is_sent_once_a_block() {
    let town = Town::new().await;
    let first = town.get("/v1/head").await;
    assert_eq!(first.header("cache-control"), "no-cache");
    let tag = first.header("etag");
    for value in [tag.to_owned(), format!("\"other\", {tag}"), "*".into()] {
        assert_eq!(town.ask("GET", "/v1/head", &[("if-none-match", &value)], &[]).await.status, 304);
    }
    town.decide().await;
    let second = town.ask("GET", "/v1/head", &[("if-none-match", tag)], &[]).await;
    assert_eq!((second.status, second.json()["height"].clone()), (200, 1.into()));
    let head = town.ask("HEAD", "/v1/head", &[], &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

fn derive(draft: &mut yaosu_ledger::state::Draft<'_, yaosu_ledger::state::State>, child: AssetId, parent: AssetId) {
    let derivation = Derivation { licence: None, activity: Activity::Clean, recipe: None, royalty: BasisPoints(0) };
    for id in [child, parent] {
        draft.put::<Assets>(&id, &asset("in the graph", ALICE));
        draft.put::<Versions>(
            &(id, 1),
            &Version {
                content: content(1),
                depth: 0,
                owes: BasisPoints(0),
                created: Timestamp(1),
                height: Height(1),
                transaction: TransactionId(Digest::ZERO),
            },
        );
    }
    draft.put::<Derivations>(&(child, 1, parent, 1), &derivation);
    draft.put::<DerivedVersions>(&(parent, 1, child, 1), &());
}

/// Goal: depth and direction cut the graph where they say; edges among what is left are all there.
/// Method: a diamond with a tail, 1 from 2 and 3, both from 4, 4 from 5, and 3 from 2.
#[tokio::test]
async fn provenance_is_cut_where_asked() {
    let town = Town::new().await;
    let id = |number: u8| asset_id(&[0xaa, 0xaa, 0xaa, number]);
    town.edit(|draft| {
        for (child, parent) in [(1, 2), (1, 3), (2, 4), (3, 4), (3, 2), (4, 5)] {
            derive(draft, id(child), id(parent));
        }
    });
    #[rustfmt::skip]
    let rows = [
        // from  query                       nodes edges truncated
        (1, "",                              5, 6, false),
        (5, "",                              5, 6, false),
        (4, "",                              5, 6, false),
        (1, "?depth=1",                      3, 3, true),
        (1, "?depth=2",                      4, 5, true),
        (1, "?depth=3",                      5, 6, false),
        (1, "?direction=down",               1, 0, false),
        (4, "?direction=up",                 2, 1, false),
        (4, "?direction=down",               4, 5, false),
        (4, "?depth=1",                      4, 4, true),
        (1, "?version=1&depth=16",           5, 6, false),
    ];
    for (from, query, nodes, edges, truncated) in rows {
        let graph = town.json(&format!("/v1/assets/{}/provenance{query}", id(from))).await;
        let count = |name: &str| graph[name].as_array().map(Vec::len);
        assert_eq!((count("nodes"), count("edges")), (Some(nodes), Some(edges)), "{from} {query}: {graph}");
        assert_eq!(graph["truncated"], truncated, "{from} {query}");
    }
    let graph = town.json(&format!("/v1/assets/{}/provenance", id(4))).await;
    let distances: Vec<i64> =
        graph["nodes"].as_array().expect("nodes").iter().map(|node| node["distance"].as_i64().expect("one")).collect();
    assert_eq!(distances, [-1, 0, 1, 1, 2]);
    for query in ["?depth=0", "?depth=17", "?direction=sideways", "?version=x"] {
        town.get(&format!("/v1/assets/{}/provenance{query}", id(1))).await.expect_problem(400, "bad-request");
    }
    town.get(&format!("/v1/assets/{}/provenance?version=2", id(1))).await.expect_problem(404, "not-found");
}

/// Goal: a graph has at most a thousand versions, and says when there are more.
#[tokio::test]
async fn provenance_is_bounded() {
    let town = Town::new().await;
    let id = |number: u16| asset_id(&[&[0xaa; 3][..], &number.to_be_bytes()].concat());
    for (children, nodes, truncated) in [(999, 1_000, false), (1_000, 1_000, true)] {
        town.edit(|draft| (1..=children).for_each(|number| derive(draft, id(number), id(0))));
        let graph = town.json(&format!("/v1/assets/{}/provenance", id(0))).await;
        assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(nodes));
        assert_eq!(graph["edges"].as_array().map(Vec::len), Some(nodes - 1));
        assert_eq!(graph["truncated"], truncated);
    }
}
