//! Every error is a problem document, and every answer has the headers that protect whoever shows it.

use yaosu_replica::Limits as MempoolLimits;

use super::town::{ALICE, Town, pay};
use crate::http::Limits;

/// Goal: what is wrong with a request is said with its field.
/// Method: a row a fault; the last column is the field.
#[tokio::test]
async fn each_fault_of_a_request_has_its_row() {
    let town = Town::new().await;
    #[rustfmt::skip]
    let rows = [
        ("/v1/head?x=1",                              400, "bad-request", "x"),
        ("/v1/blocks?limit=0",                        400, "bad-request", "limit"),
        ("/v1/blocks?limit=501",                      400, "bad-request", "limit"),
        ("/v1/blocks?limit=",                         400, "bad-request", "limit"),
        ("/v1/blocks?limit=1&limit=1",                400, "bad-request", "limit"),
        ("/v1/blocks?cursor=x",                       400, "bad-request", "cursor"),
        ("/v1/assets?cursor=",                        400, "bad-request", "cursor"),
        ("/v1/demands?sector=%00",                    400, "bad-request", "sector"),
        ("/v1/assets?cursor=abc",                     400, "bad-request", "cursor"),
        ("/v1/assets?cursor=%F0%9F%A6%80",            400, "bad-request", "cursor"),
        ("/v1/assets?registration=perhaps",           400, "bad-request", "registration"),
        ("/v1/assets?holder=nobody-here",             404, "not-found",   "holder"),
        ("/v1/assets?holder=A",                       400, "bad-request", "holder"),
        ("/v1/participants?role=king",                400, "bad-request", "role"),
        ("/v1/participants?key=12",                   400, "bad-request", "key"),
        ("/v1/listings?status=lost",                  400, "bad-request", "status"),
        ("/v1/listings?asset=12345",                  400, "bad-request", "asset"),
        ("/v1/listings?asset=123456",                 404, "not-found",   "asset"),
        ("/v1/orders?status=lost",                    400, "bad-request", "status"),
        ("/v1/orders?listing=123456",                 404, "not-found",   "listing"),
        ("/v1/licences?licensee=1",                   400, "bad-request", "licensee"),
        ("/v1/listings?kind=auction",                 400, "bad-request", "kind"),
        ("/v1/negotiations?status=asleep",            400, "bad-request", "status"),
        ("/v1/negotiations?demand=1",                 400, "bad-request", "demand"),
        ("/v1/demands?status=asleep",                 400, "bad-request", "status"),
        ("/v1/proposals?status=lost",                 400, "bad-request", "status"),
        ("/v1/participants/alice/lanes/x",            400, "bad-request", "lane"),
        ("/v1/participants/alice/lanes/4294967296",   400, "bad-request", "lane"),
        ("/v1/participants/alice/history?cursor=1",   400, "bad-request", "cursor"),
        ("/v1/events?after=1",                        400, "bad-request", "after"),
        ("/v1/events?from=1.0",                       400, "bad-request", "from"),
        ("/v1/blocks/0",                              404, "not-found",   ""),
        ("/v1/blocks/7",                              404, "not-found",   ""),
        ("/v1/blocks/xyz",                            400, "bad-request", "ref"),
        ("/v1/blocks/abcdef",                         404, "not-found",   ""),
        ("/v1/assets/xyz",                            400, "bad-request", "ref"),
        ("/v1/transactions/abcdef",                   404, "not-found",   ""),
        ("/v1/transactions/xyz",                      400, "bad-request", "ref"),
        ("/v1/participants/%FF",                      400, "bad-request", ""),
        ("/v1/nothing",                               404, "not-found",   ""),
        ("/nothing",                                  404, "not-found",   ""),
        ("/v1/",                                      404, "not-found",   ""),
    ];
    for (path, status, code, field) in rows {
        let problem = town.get(path).await.expect_problem(status, code);
        assert_eq!(problem["field"].as_str().unwrap_or(""), field, "{path}: {problem}");
    }
}

/// Goal: what is no value is said once, in words that mean something to who does not know the program.
#[tokio::test]
async fn what_is_no_value_is_said_in_words() {
    let town = Town::with_search().await;
    #[rustfmt::skip]
    let rows = [
        ("/v1/blocks?limit=-1",                     "\"-1\" is not a whole number from 0 to 18446744073709551615"),
        ("/v1/search?price_max=1e9",                "\"1e9\" is not a whole number from 0 to 18446744073709551615"),
        ("/v1/search?price_max=18446744073709551616", "\"18446744073709551616\" is not a whole number from 0 to 18446744073709551615"),
        ("/v1/assets/abcdef/provenance?depth=256",  "\"256\" is not a whole number from 0 to 255"),
        ("/v1/participants/alice/lanes/4294967296", "\"4294967296\" is not a whole number from 0 to 4294967295"),
        ("/v1/search?sort=evil",                    "\"evil\" is none of relevance, newest, price"),
        ("/v1/events?after=zzz",                    "\"zzz\" is not of the form HEIGHT.INDEX"),
        ("/v1/events/1.x/receipt",                  "\"1.x\" is not of the form HEIGHT.INDEX"),
        ("/v1/orders?status=lost",                  "\"lost\" is none of "),
    ];
    for (path, words) in rows {
        let problem = town.get(path).await.expect_problem(400, "bad-request");
        let detail = problem["detail"].as_str().expect("a text");
        assert!(detail.starts_with(words), "{path}: {detail}");
    }
    let problem = town.get("/v1/search?price_max=12.50").await.expect_problem(400, "bad-request");
    assert!(problem["hint"].as_str().is_some_and(|hint| hint.contains("hundredths")), "{problem}");
}

/// Goal: other methods are refused by a problem that says which are taken.
#[tokio::test]
async fn wrong_methods_are_refused() {
    let town = Town::new().await;
    for (method, path, allow) in [
        ("DELETE", "/v1/head", "GET,HEAD"),
        ("POST", "/v1/blocks", "GET,HEAD"),
        ("GET", "/v1/transactions", "POST"),
        ("PUT", "/v1/transactions/abcdef", "GET,HEAD"),
        ("PATCH", "/healthz", "GET,HEAD"),
        ("OPTIONS", "/v1/head", "GET,HEAD"),
    ] {
        let answer = town.ask(method, path, &[], &[]).await;
        answer.expect_problem(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "other origins get nothing");
    }
}

/// Goal: a body of another type is not looked at.
#[tokio::test]
async fn other_types_of_body_are_refused() {
    let town = Town::new().await;
    let envelope = town.sign(ALICE, 0, pay("bob", 1));
    for headers in [&[][..], &[("content-type", "text/plain")], &[("content-type", "octet-stream")]] {
        let answer = town.ask("POST", "/v1/transactions", headers, envelope.bytes()).await;
        assert_eq!(answer.expect_problem(415, "unsupported-media-type")["field"], "content-type");
    }
    let headers = [("content-type", "Application/Octet-Stream; x=y")];
    assert_eq!(town.ask("POST", "/v1/transactions", &headers, envelope.bytes()).await.status, 202);
}

/// Goal: good and bad answers alike are never taken for something to run.
#[tokio::test]
async fn all_answers_have_the_protecting_headers() {
    let town = Town::new().await;
    for path in ["/v1/head", "/v1/genesis", "/nothing", "/healthz", "/metrics", "/v1/head?x=%3Cscript%3E"] {
        let answer = town.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
}

/// Goal: when no read gets its turn the client is told after a while.
#[tokio::test]
async fn a_read_without_a_turn_times_out() {
    let limits = Limits { reads: 0, request_timeout: std::time::Duration::from_millis(20), ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    town.get("/v1/head").await.expect_problem(504, "timeout");
    assert_eq!(town.get("/healthz").await.status, 200, "the process works");
}

/// Goal: readiness says which check fails, and health does not mind.
#[tokio::test]
async fn readiness_lists_its_checks() {
    let town = Town::new().await;
    let ready = town.json("/readyz").await;
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["checks"].as_array().map(Vec::len), Some(3));
    town.status.change(|board| board.peers_height = yaosu_ledger::Height(50));
    let answer = town.get("/readyz").await;
    assert_eq!((answer.status, answer.json()["ready"].clone()), (503, false.into()));
    let failed: Vec<_> = answer.json()["checks"].as_array().expect("a list").clone();
    let failed: Vec<_> =
        failed.iter().filter(|check| check["ok"] == false).map(|check| check["name"].clone()).collect();
    assert_eq!(failed, ["network"]);
    assert_eq!(town.get("/livez").await.status, 200);
}

/// Goal: figures are in one well-formed text, with labels that nobody outside can multiply.
#[tokio::test]
async fn figures_have_bounded_labels() {
    let town = Town::new().await;
    for path in ["/v1/assets/abcdef", "/v1/assets/abcdee", "/a", "/b"] {
        town.get(path).await;
    }
    town.ask("BREW", "/c", &[], &[]).await;
    town.decide().await;
    let text = town.get("/metrics").await.text();
    assert!(text.contains("\nyaosu_height 1\n"), "{text}");
    assert!(text.contains("\nyaosu_network_bans_total 3\n"), "{text}");
    assert!(text.contains("\nyaosu_network_garbage_total 0\n"), "{text}");
    assert!(text.contains("\nyaosu_signer_withheld_total 2\n"), "{text}");
    assert!(text.contains("\nyaosu_signing 1\n") && text.contains("\nyaosu_consensus_key 1\n"), "{text}");
    assert!(!text.contains("\nyaosu_store_available_bytes 0\n"), "{text}");
    // Whatever the network counts is shown.
    for (name, _) in yaosu_network::Counts::MEANINGS {
        assert!(text.contains(&format!("\nyaosu_network_{name}_total ")), "{name}: {text}");
    }
    assert!(
        text.contains("yaosu_http_requests_total{route=\"/v1/assets/{ref}\",method=\"GET\",status=\"404\"} 2\n"),
        "{text}"
    );
    assert!(text.contains("yaosu_http_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 2\n"), "{text}");
    assert!(text.contains("yaosu_http_requests_total{route=\"none\",method=\"other\",status=\"404\"} 1\n"), "{text}");
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1, "{text}");
}
