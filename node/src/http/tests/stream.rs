//! The stream of events: none lost, none twice, wherever it is taken up again.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use yaosu_replica::Limits as MempoolLimits;

use super::town::{ALICE, BOB, PATIENCE, Town, eventually, pay};
use crate::http::Limits;

/// A client of the stream.
pub struct Follower {
    stream: TcpStream,
    text: String,
}

impl Follower {
    /// A client that has been answered.
    pub async fn new(town: &Town, query: &str, last: Option<&str>) -> Self {
        Self::on(town.connect().await, query, last).await
    }

    /// The same at another address.
    pub async fn from(address: Ipv4Addr, town: &Town) -> Self {
        Self::on(town.connect_from(address).await, "", None).await
    }

    async fn on(mut stream: TcpStream, query: &str, last: Option<&str>) -> Self {
        let last = last.map_or_else(String::new, |last| format!("last-event-id: {last}\r\n"));
        let request = format!("GET /v1/events{query} HTTP/1.1\r\nhost: test\r\n{last}\r\n");
        stream.write_all(request.as_bytes()).await.expect("the door reads");
        let mut follower = Self { stream, text: String::new() };
        follower.read_until("retry: 1000").await;
        assert!(follower.text.starts_with("HTTP/1.1 200"), "{}", follower.text);
        assert!(follower.text.to_lowercase().contains("content-type: text/event-stream"), "{}", follower.text);
        follower
    }

    async fn read_until(&mut self, end: &str) {
        let comes = timeout(PATIENCE, self.read_on(end)).await;
        assert!(comes.is_ok(), "{end:?} does not come: {}", self.text);
    }

    async fn read_on(&mut self, end: &str) {
        let mut bytes = [0; 4096];
        while !self.text.contains(end) {
            let count = self.stream.read(&mut bytes).await.expect("it is open");
            assert!(count > 0, "the stream ended before {end:?}: {}", self.text);
            self.text.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    }

    /// Positions so far, once this one has come.
    async fn positions_until(&mut self, last: &str) -> Vec<String> {
        self.read_until(&format!("id: {last}\n")).await;
        self.read_until("\n\n").await;
        self.text.lines().filter_map(|line| line.strip_prefix("id: ")).map(ToOwned::to_owned).collect()
    }
}

async fn pays(town: &Town, count: u64) {
    for amount in 1..=count {
        town.send(ALICE, pay(BOB, amount)).await;
    }
    town.decide().await;
}

/// Goal: from any place on, by header or parameter, exactly what comes after it, what is stored and what comes live.
#[tokio::test]
async fn a_stream_is_taken_up_exactly() {
    let town = Town::new().await;
    pays(&town, 3).await;
    town.decide().await;
    pays(&town, 2).await;
    let all = ["1.0", "1.1", "1.2", "3.0", "3.1", "4.0"];
    #[rustfmt::skip]
    let rows = [
        ("?after=0.0",  None,                 0),
        ("?after=1.0",  None,                 1),
        ("?after=1.2",  None,                 3),
        ("?after=1.4294967295", None,         3),
        ("?after=2.7",  None,                 3),
        ("?after=3.0",  None,                 4),
        ("?after=3.1",  None,                 5),
        ("",            Some("1.1"),          2),
        ("?after=0.0",  Some("3.0"),          4),
        ("",            None,                 5),
    ];
    let mut followers = Vec::new();
    for (query, last, skipped) in rows {
        followers.push((Follower::new(&town, query, last).await, query, last, skipped));
    }
    pays(&town, 1).await;
    for (mut follower, query, last, skipped) in followers {
        assert_eq!(follower.positions_until("4.0").await, all[skipped..], "{query} {last:?}");
        assert!(follower.text.contains("event: paid\ndata: {"), "{}", follower.text);
    }
}

/// Goal: a block with more events than a piece of text holds comes whole.
#[tokio::test]
async fn a_long_block_comes_in_pieces() {
    let town = Town::new().await;
    pays(&town, 600).await;
    let mut follower = Follower::new(&town, "?after=0.0", None).await;
    let expected: Vec<String> = (0..600).map(|index| format!("1.{index}")).collect();
    assert_eq!(follower.positions_until("1.599").await, expected);
    let mut follower = Follower::new(&town, "?after=1.255", None).await;
    assert_eq!(follower.positions_until("1.599").await, expected[256..]);
}

/// Goal: a place that this node has not reached is waited for: the client was at a node that is ahead.
#[tokio::test]
async fn a_place_ahead_is_waited_for() {
    let town = Town::new().await;
    let mut follower = Follower::new(&town, "?after=2.0", None).await;
    pays(&town, 1).await;
    pays(&town, 2).await;
    assert_eq!(follower.positions_until("2.1").await, ["2.1"]);
}

/// Goal: heartbeats have no place of their own.
#[tokio::test]
async fn heartbeats_carry_no_id() {
    let limits = Limits { heartbeat: Duration::from_millis(5), ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let mut follower = Follower::new(&town, "", None).await;
    follower.read_until(": still here\n\n").await;
    assert!(!follower.text.contains("id: "), "{}", follower.text);
}

/// Goal: streams are counted, and a place is free again when its client goes.
#[tokio::test]
async fn streams_are_bounded() {
    let limits = Limits { streams: 2, heartbeat: Duration::from_millis(5), ..Limits::default() };
    let town = Town::with(limits, MempoolLimits::default()).await;
    let first = Follower::new(&town, "", None).await;
    let _second = Follower::new(&town, "", None).await;
    town.get("/v1/events").await.expect_problem(429, "busy");
    assert!(town.get("/metrics").await.text().contains("\nyaosu_http_event_streams 2\n"));
    drop(first);
    eventually("the place is free again", async || {
        town.get("/metrics").await.text().contains("\nyaosu_http_event_streams 1\n")
    })
    .await;
    Follower::new(&town, "", None).await;
}

/// Goal: when the node stops streams end, and the door with them.
#[tokio::test]
async fn streams_end_when_the_node_stops() {
    let town = Town::new().await;
    let mut follower = Follower::new(&town, "", None).await;
    town.shutdown.send_replace(true);
    let mut rest = Vec::new();
    let ended = timeout(PATIENCE, follower.stream.read_to_end(&mut rest)).await;
    assert!(ended.is_ok_and(|ended| ended.is_ok()));
    assert!(town.door.await.expect("the door does not panic").is_ok());
}
