//! What a transaction wrote, on its page and under `/v1`.

use serde_json::Value;
use yaosu_ledger::transaction::Envelope;

use super::check_page;
use crate::http::tests::town::{ALICE, BOB, Town, id_of, pay};

/// Goal: a transaction's page and the interface show what it wrote, as it was right before and right after it, though others
/// of its block wrote the same; once the state is gone, they say so.
#[tokio::test]
async fn what_a_transaction_wrote_is_shown() {
    let town = Town::new().await;
    let (first, second) = (town.send(ALICE, pay(BOB, 1_250)).await, town.send(ALICE, pay(BOB, 7)).await);
    town.decide().await;
    let account = |found: &Value, name: &str| {
        let items = found["items"].as_array().expect("a list").clone();
        let is_it = |item: &&Value| item["table"] == "Accounts" && item["key"] == id_of(name).to_string();
        let item = items.iter().find(is_it).expect("its account was written").clone();
        assert_eq!(item["number"], 5);
        let side = |side: &str| item[side]["available"].as_u64().expect("money");
        (side("before"), side("after"))
    };
    let path = |envelope: &Envelope| format!("/transactions/{}", envelope.id());
    let written = town.json(&format!("/v1{}/records", path(&first))).await;
    assert_eq!((account(&written, ALICE), account(&written, BOB)), ((1_000_000, 998_750), (1_000_000, 1_001_250)));
    let written = town.json(&format!("/v1{}/records", path(&second))).await;
    assert_eq!((account(&written, ALICE), account(&written, BOB)), ((998_750, 998_743), (1_001_250, 1_001_257)));
    assert_eq!(written["items"].as_array().map(Vec::len), Some(3), "two accounts and the lane: {written}");
    for (prefix, words) in [("", ["Records that it wrote", "account"]), ("/zh", ["写入的记录", "资金账户"])] {
        let page = town.get(&format!("{prefix}{}", path(&second))).await;
        check_page(&format!("{prefix}{}", path(&second)), &page);
        let page = page.text();
        let cells = "<code>available</code></th><td><bdi>998750 </bdi></td><td><bdi>998743 </bdi></td>";
        assert!(words.iter().all(|word| page.contains(word)) && page.contains(cells), "{page}");
        let link = format!("href=\"{prefix}/participants/{}\"", id_of(BOB));
        assert!(page.contains(&link), "{link}: {page}");
    }
    let waiting = town.send(ALICE, pay(BOB, 1)).await;
    town.get(&format!("/v1{}/records", path(&waiting))).await.expect_problem(404, "not-found");
    // More than all that is kept.
    town.handle.past().keep(town.handle.tip(), usize::MAX);
    let gone = town.get(&format!("/v1{}/records", path(&first))).await.expect_problem(404, "not-found");
    assert!(gone["detail"].as_str().is_some_and(|detail| detail.contains("no longer keeps")), "{gone}");
    for (prefix, words) in [("", "can't be shown any more"), ("/zh", "已无法显示前后对比")] {
        let page = town.get(&format!("{prefix}{}", path(&first))).await;
        assert!(page.status == 200 && page.text().contains(words), "{}", page.text());
    }
}
