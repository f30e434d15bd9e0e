//! What searches answer through the door: what is found, counted, on offer, and what is said if a search can't be.

use serde_json::{Value, json};
use yaosu_ledger::model::*;
use yaosu_ledger::state::{ActiveFreezes, Assets, Draft, Listings, LiveListings, State, Subject};
use yaosu_ledger::{Amount, AssetId, FreezeId, ListingId, Timestamp};

use super::samples::{policy, put_two_of_each};
use super::town::{ALICE, BOB, Town, asset, asset_id, id_of, text};

/// One of Alice's.
fn listing(asset: AssetId, price: u64) -> Listing {
    let (supply, form) = (Supply::Unlimited, PlanForm::OneOff);
    let terms = Terms { price: Amount(price), policy: policy(), supply, form, bond: Amount::ZERO };
    Listing {
        asset,
        version: 1,
        seller: id_of(ALICE),
        kind: ListingKind::Fixed,
        plans: vec![Plan { terms, reserved: 0, sold: 0 }],
        status: ListingStatus::Active,
        until: None,
        created: Timestamp(1),
        right: None,
        pause: None,
    }
}

/// Puts an asset of Alice on offer.
fn put_offer(draft: &mut Draft<'_, State>, number: u8, title: &str, keywords: &[&str], price: u64) {
    let id = asset_id(&[number; 32]);
    let mut record = asset(title, ALICE);
    record.description.keywords = keywords.iter().map(|word| text(word)).collect();
    record.description.spatial = text("");
    record.created = Timestamp(u64::from(number));
    draft.put::<Assets>(&id, &record);
    let offered = listing(id, price);
    let offer = ListingId(id.0);
    draft.put::<Listings>(&offer, &offered);
    draft.put::<LiveListings>(&(id, offer), &None);
}

/// Three assets on offer, and one that is not.
async fn fair() -> Town {
    let town = Town::with_search().await;
    town.edit(|draft| {
        put_offer(draft, 1, "西雅图每日气象数据", &["降水"], 500);
        put_offer(draft, 2, "Bus rides", &["transport"], 700);
        put_offer(draft, 3, "Wind over Seattle", &["weather"], 900);
        draft.put::<Assets>(&asset_id(&[4; 32]), &asset("Grain prices", BOB));
    });
    town
}

fn titles(found: &Value) -> Vec<&str> {
    let items = found["items"].as_array().expect("a list");
    items.iter().map(|item| item["asset"]["description"]["title"].as_str().expect("a title")).collect()
}

#[tokio::test]
async fn searches_find_and_count() {
    let town = fair().await;
    #[rustfmt::skip]
    let rows: [(&str, &[&str]); 12] = [
        ("",                                             &["Wind over Seattle", "Bus rides", "西雅图每日气象数据"]),
        ("?q=%E6%B0%94%E8%B1%A1%E6%95%B0%E6%8D%AE",      &["西雅图每日气象数据"]),
        ("?q=seattle+weather&sort=price",                &["西雅图每日气象数据", "Wind over Seattle"]),
        ("?q=grain",                                     &[]),
        ("?q=grain&scope=all",                           &["Grain prices"]),
        ("?scope=all&holder=bob",                        &["Grain prices"]),
        ("?price_max=700&sort=price",                    &["西雅图每日气象数据", "Bus rides"]),
        ("?price_max=700&listing_kind=open",             &[]),
        ("?listing_kind=fixed&kind=resource&limit=1",    &["Wind over Seattle"]),
        ("?sector=meteorology&grade=general-1&limit=1",  &["Wind over Seattle"]),
        ("?source_class=public",                         &[]),
        ("?openness=not-public&registration=registered&sort=price&limit=2", &["西雅图每日气象数据", "Bus rides"]),
    ];
    for (query, expected) in rows {
        let found = town.json(&format!("/v1/search{query}")).await;
        assert_eq!(titles(&found), expected, "{query}: {found}");
    }
    let found = town.json("/v1/search?q=bus").await;
    let id = asset_id(&[2; 32]).to_string();
    assert_eq!(found["items"][0]["id"], id);
    let offer = json!([{ "listing": id, "kind": "fixed", "seller": id_of(ALICE).to_string(), "price": 700 }]);
    assert_eq!(found["items"][0]["offers"], offer);
    let all = town.json("/v1/search?scope=all&listing_kind=fixed").await;
    assert_eq!(all["total"], 3);
    assert_eq!(all["facets"]["kind"], json!({ "resource": 3 }));
    assert_eq!(all["facets"]["listing_kind"], json!({ "fixed": 3 }));
    assert_eq!(all["facets"]["sector"], json!({ "meteorology": 3 }));
    let first = town.json("/v1/search?limit=2").await;
    let cursor = first["cursor"].as_str().expect("there is more");
    let second = town.json(&format!("/v1/search?limit=2&cursor={cursor}")).await;
    assert_eq!(
        (titles(&first).len(), titles(&second), &second["cursor"]),
        (2, vec!["西雅图每日气象数据"], &Value::Null)
    );
}

/// Goal: a cursor leads on in its own search alone, there to the same place whatever the page's length.
#[tokio::test]
async fn a_cursor_belongs_to_its_search() {
    let town = fair().await;
    let first = town.json("/v1/search?q=seattle+weather&sort=price&limit=1").await;
    let cursor = first["cursor"].as_str().expect("there is more");
    let go_on = async |query: &str| town.get(&format!("/v1/search?{query}&cursor={cursor}")).await;
    for query in ["q=seattle+weather&sort=price", "limit=7&sort=price&scope=offered&q=seattle+weather"] {
        assert_eq!(titles(&go_on(query).await.json()), ["Wind over Seattle"], "{query}");
    }
    #[rustfmt::skip]
    let others = [
        "q=seattle+weather", "q=seattle+weather&sort=newest", "q=seattle&sort=price", "sort=price",
        "q=seattle+weather&sort=price&scope=all", "q=seattle+weather&sort=price&kind=resource",
        "q=seattle+weather&sort=price&price_max=9999", "q=seattle+weather&sort=price&sector=meteorology",
        "q=seattle+weather&sort=price&holder=alice",
    ];
    for query in others {
        let problem = go_on(query).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], "cursor", "{query}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("another search")), "{problem}");
    }
    // The catalogue is the same search of a wider scope.
    let answer = town.get(&format!("/assets?q=seattle+weather&sort=price&scope=offered&cursor={cursor}")).await;
    assert!(answer.status == 200 && answer.text().contains("Wind over Seattle"), "{}", answer.text());
    assert_eq!(town.get(&format!("/assets?q=seattle+weather&sort=price&cursor={cursor}")).await.status, 400);
}

/// Goal: what is stopped or changed is not found any more at the next height, and an answer is of one height.
#[tokio::test]
async fn what_is_stopped_leaves() {
    let town = fair().await;
    let frozen = Subject::Asset(asset_id(&[2; 32]));
    let freeze = ActiveFreeze { scope: FreezeScope::Trade, since: Timestamp(0), until: Timestamp(u64::MAX) };
    town.edit(|draft| draft.put::<ActiveFreezes>(&(frozen, FreezeId(asset_id(&[9]).0)), &freeze));
    assert_eq!(town.json("/v1/search?q=bus").await["total"], 0);
    let all = town.json("/v1/search?q=bus&scope=all").await;
    assert_eq!((&all["total"], &all["items"][0]["offers"]), (&json!(1), &json!([])));
    town.edit(|draft| draft.remove::<ActiveFreezes>(&(frozen, FreezeId(asset_id(&[9]).0))));
    assert_eq!(town.json("/v1/search?q=bus").await["total"], 1);
    let listed = ListingId(asset_id(&[2; 32]).0);
    town.edit(|draft| draft.remove::<LiveListings>(&(asset_id(&[2; 32]), listed)));
    assert_eq!(town.json("/v1/search?q=bus").await["total"], 0);
    // The next block takes away what no rule has made.
    town.decide().await;
    let none = town.json("/v1/search?scope=all").await;
    assert_eq!((&none["total"], &none["as_of"]), (&json!(0), &json!(1)), "{none}");
}

/// Goal: every parameter that is not what it must be is named.
#[tokio::test]
async fn bad_parameters_are_named() {
    let town = fair().await;
    let long = format!("q={}", "x".repeat(257));
    let rows = [
        ("kind=thing", "kind"),
        ("kind=", "kind"),
        ("source_class=nobody", "source_class"),
        ("openness=ajar", "openness"),
        ("grade=1", "grade"),
        ("registration=perhaps", "registration"),
        ("listing_kind=auction", "listing_kind"),
        ("price_max=-1", "price_max"),
        ("price_max=1.5", "price_max"),
        ("price_max=18446744073709551616", "price_max"),
        ("scope=some", "scope"),
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=00", "cursor"),
        ("cursor=+00000000000000000000000000000000000000000000000", "cursor"),
        ("cursor=ffffffffffffffffffffffffffffffffffffffffffffffff", "cursor"),
        ("q=a&q=b", "q"),
        ("text=a", "text"),
        (long.as_str(), "q"),
    ];
    for (query, field) in rows {
        let problem = town.get(&format!("/v1/search?{query}")).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{query}");
    }
    let unknown = town.get("/v1/search?holder=nobody-here").await.expect_problem(404, "not-found");
    assert_eq!(unknown["field"], "holder");
    // As long as it may be, and of any letters.
    for text in ["%22".repeat(256), "%E6%B0%94".repeat(256), "(".repeat(256), "%F0%9F%A6%80+".repeat(128)] {
        assert_eq!(town.get(&format!("/v1/search?q={text}")).await.status, 200, "{text}");
    }
}

/// Goal: a node without an index says so, and how to go on; everything else works.
#[tokio::test]
async fn a_node_may_have_no_search() {
    let town = Town::new().await;
    let answer = town.get("/v1/search?q=rain").await;
    let problem = answer.expect_problem(503, "unavailable");
    assert_eq!(answer.header("retry-after"), "", "it would be told the same");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("api.search")), "{problem}");
    assert_eq!(town.get("/v1/search?kind=thing").await.status, 400);
    assert_eq!(town.get("/v1/assets?query=rain").await.status, 200);
    let page = town.get("/zh/assets").await;
    assert_eq!((page.status, page.header("content-type")), (503, "text/html; charset=utf-8"));
}

/// Goal: what the samples of all tests have on offer is what their records say.
#[tokio::test]
async fn samples_are_found() {
    let town = Town::with_search().await;
    put_two_of_each(&town);
    let all = town.json("/v1/search?scope=all").await;
    assert_eq!(all["total"], 2);
    let id = asset_id(&[0x11; 32]).to_string();
    assert!(all["items"].as_array().expect("a list").iter().any(|item| item["id"] == id));
}
