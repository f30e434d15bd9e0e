//! Nothing that comes in makes a handler fail or answers in another form than the contract's.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use yaosu_ledger::AssetId;

use super::town::{ALICE, Answer, BOB, PATIENCE, Town, pay, register};

/// Draws numbers, the same for the same seed.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn one_of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        let count = u64::try_from(items.len()).expect("few");
        items[usize::try_from(self.next() % count).expect("few")]
    }
}

/// Routes and what is near to them; `*` is a word.
const ROUTES: [&str; 47] = [
    "/v1/transactions",
    "/v1/transactions/*/receipt",
    "/v1/events/*/receipt",
    "/v1/state/*/receipt",
    "/v1/genesis",
    "/v1/head",
    "/v1/chain",
    "/v1/status",
    "/v1/validators",
    "/v1/money",
    "/v1/nodes",
    "/v1/blocks",
    "/v1/blocks/*",
    "/v1/participants",
    "/v1/participants/*",
    "/v1/participants/*/account",
    "/v1/participants/*/lanes/*",
    "/v1/participants/*/history",
    "/v1/search",
    "/v1/assets",
    "/v1/assets/*",
    "/v1/assets/*/versions",
    "/v1/assets/*/objections",
    "/v1/assets/*/history",
    "/v1/assets/*/provenance",
    "/v1/assets/*/sample-choice",
    "/v1/listings",
    "/v1/listings/*",
    "/v1/listings/*/history",
    "/v1/orders",
    "/v1/orders/*",
    "/v1/orders/*/history",
    "/v1/licences",
    "/v1/licences/*",
    "/v1/negotiations",
    "/v1/negotiations/*",
    "/v1/demands",
    "/v1/demands/*",
    "/v1/proposals",
    "/v1/proposals/*",
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/*",
    "/*",
    "/v1/*/*/*",
    "//*",
];
const WORDS: [&str; 26] = [
    "alice",
    "bob",
    "0",
    "1",
    "-1",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999",
    "1.0",
    "1.4294967295",
    "18446744073709551615.4294967295",
    "abcdef",
    "abcdefg",
    "ABCDEF",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "%00",
    "%FF%FE",
    "%E4%B8%8A",
    "..",
    "%2e%2e%2f",
    "%",
    "%zz",
    "'\"<>",
    "{ref}",
    "+",
];
const NAMES: [&str; 25] = [
    "q",
    "sort",
    "price_max",
    "limit",
    "cursor",
    "role",
    "key",
    "holder",
    "registration",
    "query",
    "asset",
    "seller",
    "buyer",
    "status",
    "listing",
    "licensee",
    "licensor",
    "version",
    "depth",
    "direction",
    "wait",
    "timeout",
    "after",
    "x",
    "%FF",
];

/// Goal: no path and no query, of the words that are near to what is taken, makes the node fail.
#[tokio::test]
async fn no_request_makes_the_node_fail() {
    let town = Town::with_search().await;
    let payment = town.send(ALICE, pay(BOB, 1)).await.id().to_string();
    let asset = AssetId::created_by(town.send(ALICE, register("map", 1)).await.id()).to_string();
    town.decide().await;
    let words = [&WORDS[..], &[&payment, &asset, &payment[..6], &asset[..7]]].concat();
    let mut draw = Draw(0x9e37_79b9_7f4a_7c15);
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..3_000 {
        let mut path = String::new();
        for part in draw.one_of(&ROUTES).split_inclusive('*') {
            path.push_str(part.trim_end_matches('*'));
            if part.ends_with('*') {
                path.push_str(draw.one_of(&words));
            }
        }
        for place in 0..draw.next() % 3 {
            path.push(if place == 0 { '?' } else { '&' });
            path.push_str(draw.one_of(&NAMES));
            path.push_str(draw.one_of(&["=", "=", "=", ""]));
            path.push_str(draw.one_of(&words));
        }
        let method = draw.one_of(&["GET", "GET", "GET", "HEAD", "POST", "DELETE"]);
        let answer = town.ask(method, &path, &[], &[]).await;
        // What is no HTTP at all is refused before it reaches a handler, without a body.
        let is_problem = answer.header("content-type") == "application/problem+json";
        assert!(answer.status < 400 || is_problem || answer.body.is_empty(), "{method} {path}: {}", answer.text());
        assert!(answer.status != 0 && answer.status < 500, "{method} {path}: {} {}", answer.status, answer.text());
        *statuses.entry(answer.status).or_insert(0) += 1;
    }
    // Otherwise the words are too far from what is taken for the test to say anything.
    for status in [200, 400, 404, 405] {
        assert!(statuses.get(&status).is_some_and(|count| *count > 50), "{statuses:?}");
    }
}

/// Goal: bytes that are no request at all do no harm to those that come after.
#[tokio::test]
async fn noise_does_no_harm() {
    let town = Town::new().await;
    let mut draw = Draw(0x1234_5678_9abc_def1);
    for round in 0_usize..200 {
        let mut stream = town.connect().await;
        let start: &[u8] = if round % 2 == 0 { b"GET /v1/head?" } else { b"" };
        let noise: Vec<u8> = (0..=draw.next() % 300).flat_map(|_| draw.next().to_le_bytes()).collect();
        let _refused = stream.write_all(&[start, &noise, b" HTTP/1.1\r\n\r\n"].concat()).await;
        let _closed = stream.shutdown().await;
        let mut bytes = Vec::new();
        let _reset = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the door answers or closes");
        let answer = Answer::parse(&bytes);
        assert!(answer.status < 500, "{}", answer.text());
    }
    assert_eq!(town.get("/v1/head").await.status, 200);
}

/// Goal: bytes that are nearly a transaction are refused as such.
#[tokio::test]
async fn altered_transactions_are_refused() {
    let town = Town::new().await;
    let good = town.sign(ALICE, 0, pay(BOB, 1));
    let mut draw = Draw(0x0bad_cafe_0bad_cafe);
    for _ in 0..400 {
        let mut bytes = good.bytes().to_vec();
        let place = usize::try_from(draw.next()).expect("64 bits") % bytes.len();
        bytes[place] ^= 1 << (draw.next() % 8);
        let answer = town.post(&bytes).await;
        assert!(matches!(answer.status, 400 | 422), "byte {place}: {} {}", answer.status, answer.text());
        answer.expect_problem(answer.status, answer.json()["code"].as_str().unwrap_or(""));
    }
    assert_eq!(town.post(good.bytes()).await.status, 202);
}
