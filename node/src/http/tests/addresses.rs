//! What one address may take of what all share.

use std::net::Ipv4Addr;

use yaosu_api::LaneView;
use yaosu_replica::Limits as MempoolLimits;

use super::stream::Follower;
use super::town::{ALICE, BOB, Town, eventually, pay};
use crate::http::Limits;

/// An address that no other request of a test comes from.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Goal: at its limit an address has its streams, one above is refused, and others still have theirs.
#[tokio::test]
async fn streams_of_an_address_are_bounded() {
    let limits = Limits { streams: 3, streams_of_address: 2, ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let first = Follower::new(&town, "", None).await;
    let _second = Follower::new(&town, "", None).await;
    let answer = town.get("/v1/events").await;
    let problem = answer.expect_problem(429, "busy");
    assert_eq!(problem["detail"], "your address has 2 event streams open, no more are opened");
    assert_eq!(answer.header("retry-after"), "1");
    let _other = Follower::from(ELSEWHERE, &town).await;
    drop(first);
    // A stream is given up with the next thing that it says.
    town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    eventually("the place is free again", async || {
        town.get("/metrics").await.text().contains("\nyaosu_http_event_streams 2\n")
    })
    .await;
    Follower::new(&town, "", None).await;
}

/// Goal: at its limit the requests of an address wait, one above is refused before anything is taken from it, and others
/// still wait.
#[tokio::test]
async fn waits_of_an_address_are_bounded() {
    let limits = Limits { waits: 3, waits_of_address: 2, ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let awaited = town.sign(ALICE, 0, pay(BOB, 1));
    let short = format!("/v1/transactions/{}?wait=committed&timeout=1", awaited.id());
    let long = format!("/v1/transactions/{}?wait=committed&timeout=60000", awaited.id());
    let until_committed = async || assert_eq!(town.get(&long).await.status, 200);
    let others = async {
        eventually("both wait", async || {
            town.get("/metrics").await.text().contains("\nyaosu_http_waiting_requests 2\n")
        })
        .await;
        let problem = town.get(&short).await.expect_problem(429, "busy");
        assert_eq!(problem["detail"], "2 requests of your address wait already");
        let turned_away = town.post_to("/v1/transactions?wait=committed", awaited.bytes()).await;
        turned_away.expect_problem(429, "busy");
        let lane: LaneView = serde_json::from_value(town.json("/v1/participants/alice/lanes/0").await).expect("a lane");
        assert_eq!(lane.next, 0, "it was not taken");
        town.get_from(ELSEWHERE, &short).await.expect_problem(404, "not-found");
        assert_eq!(town.post(awaited.bytes()).await.status, 202, "who does not wait is not refused");
        town.decide().await;
    };
    tokio::join!(until_committed(), until_committed(), others);
    assert_eq!(town.get(&short).await.status, 200, "the places are free again");
}
