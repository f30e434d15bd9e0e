//! Each limit of a request, at it and one above.

use yaosu_api::{LIMIT_MAX, WAIT_MS_MAX};
use yaosu_replica::Limits as MempoolLimits;

use super::town::{ALICE, BOB, Town, pay};
use crate::http::Limits;

/// Goal: what a query may hold is taken at the limit and refused one above, with the field.
#[tokio::test]
async fn queries_are_bounded() {
    let town = Town::new().await;
    town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    let sent = town.json("/v1/blocks/1").await["transactions"][0].as_str().expect("one").to_owned();
    // Two bytes a letter: what counts is bytes.
    let (letters, digits) = (|count| "é".repeat(count), |count| "a".repeat(count));
    #[rustfmt::skip]
    let rows = [
        ("query",   format!("/v1/assets?query={}", letters(128)),      format!("/v1/assets?query={}x", letters(128))),
        ("cursor",  format!("/v1/assets?cursor={}", digits(256)),      format!("/v1/assets?cursor={}", digits(258))),
        ("limit",   format!("/v1/assets?limit={LIMIT_MAX}"),           format!("/v1/assets?limit={}", LIMIT_MAX + 1)),
        ("limit",   "/v1/assets?limit=1".into(),                       "/v1/assets?limit=0".into()),
        (
            "timeout",
            format!("/v1/transactions/{sent}?wait=committed&timeout={WAIT_MS_MAX}"),
            format!("/v1/transactions/{sent}?wait=committed&timeout={}", WAIT_MS_MAX + 1),
        ),
    ];
    for (field, at, above) in rows {
        let (at, above) = (at.replace('é', "%C3%A9"), above.replace('é', "%C3%A9"));
        let answer = town.get(&at).await;
        assert_eq!(answer.status, 200, "{at}: {}", answer.text());
        let problem = town.get(&above).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], field, "{above}");
    }
}

/// Goal: a request's line and headers are taken at the limit in bytes and in number, and refused one above.
#[tokio::test]
async fn headers_are_bounded() {
    let limits = Limits { header_bytes: 8 * 1024, headers: 16, ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let status = async |headers: &[(&str, &str)]| town.ask("GET", "/v1/head", headers, &[]).await.status;
    let empty = "GET /v1/head HTTP/1.1\r\nhost: test\r\nconnection: close\r\nx: \r\n\r\n".len();
    let rest = 8 * 1024 - empty;
    assert_eq!(status(&[("x", &"y".repeat(rest))]).await, 200);
    assert_eq!(status(&[("x", &"y".repeat(rest + 1))]).await, 431);
    // Two more are in every request of the tests.
    assert_eq!(status(&[("x", "y"); 14]).await, 200);
    assert_eq!(status(&[("x", "y"); 15]).await, 431);
}
