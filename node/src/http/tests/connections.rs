//! Connections: how many, how slow, how long, and how they end.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use yaosu_replica::Limits as MempoolLimits;

use super::town::{ALICE, Answer, BOB, PATIENCE, Town, eventually, pay};
use crate::http::Limits;

async fn town(limits: Limits) -> Town {
    Town::with(limits, MempoolLimits::default()).await
}

/// What comes until the door closes the connection.
async fn rest_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is a way to close.
    let _reset = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the door closes");
    bytes
}

/// Goal: a client that sends its headers drop by drop is cut off in time, however busily it drips.
#[tokio::test]
async fn slow_headers_are_cut() {
    let town = town(Limits { header_timeout: Duration::from_millis(50), ..Limits::default() }).await;
    let mut stream = town.connect().await;
    let began = Instant::now();
    stream.write_all(b"GET /v1/head HTTP/1.1\r\nx: ").await.expect("the door reads");
    while stream.write_all(b"y").await.is_ok() && began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(began.elapsed() < PATIENCE, "it may drip for ever");
}

/// Goal: an idle connection is closed, before its first request and after.
#[tokio::test]
async fn idle_connections_are_closed() {
    let town = town(Limits { header_timeout: Duration::from_millis(50), ..Limits::default() }).await;
    let mut idle = town.connect().await;
    assert_eq!(Answer::parse(&rest_of(&mut idle).await).status, 0, "nothing was asked");
    let mut used = town.connect().await;
    used.write_all(b"GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("the door reads");
    assert_eq!(Answer::parse(&rest_of(&mut used).await).status, 200);
}

/// Goal: a body that does not come is not waited for, and does not hold its connection after the answer either.
#[tokio::test]
async fn slow_bodies_are_cut() {
    let limits =
        Limits { body_timeout: Duration::from_millis(50), quiet_timeout: Duration::from_secs(2), ..Limits::default() };
    let town = town(limits).await;
    let head = "POST /v1/transactions HTTP/1.1\r\nhost: test\r\ncontent-type: application/octet-stream\r\n";
    for (length, status, code) in [(100, 504, "timeout"), (1_000_000, 413, "too-large")] {
        let mut stream = town.connect().await;
        let request = format!("{head}content-length: {length}\r\n\r\nhalf of it");
        stream.write_all(request.as_bytes()).await.expect("the door reads");
        Answer::parse(&rest_of(&mut stream).await).expect_problem(status, code);
    }
}

/// Goal: a stream on which only heartbeats move is no quiet connection.
#[tokio::test]
async fn heartbeats_are_a_movement() {
    let limits =
        Limits { heartbeat: Duration::from_millis(20), quiet_timeout: Duration::from_secs(1), ..Limits::default() };
    let town = town(limits).await;
    let mut stream = town.connect().await;
    stream.write_all(b"GET /v1/events HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("the door reads");
    let began = Instant::now();
    let mut bytes = [0; 1024];
    while began.elapsed() < Duration::from_millis(2_500) {
        let count = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("in time").expect("it is open");
        assert!(count > 0, "it stays open");
    }
}

/// Goal: at the limit connections are served, one above is closed at once, and a place is free again when one ends.
#[tokio::test]
async fn connections_of_an_address_are_bounded() {
    for limits in
        [Limits { connections_of_address: 3, ..Limits::default() }, Limits { connections: 3, ..Limits::default() }]
    {
        let town = town(limits).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = town.connect().await;
            stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("the door reads");
            let mut first = [0; 12];
            timeout(PATIENCE, stream.read_exact(&mut first)).await.expect("in time").expect("it is served");
            assert_eq!(&first, b"HTTP/1.1 200");
            open.push(stream);
        }
        let mut refused = town.connect().await;
        // It may be closed already.
        let _closed = refused.write_all(b"GET /healthz HTTP/1.1\r\nconnection: close\r\nhost: test\r\n\r\n").await;
        assert_eq!(rest_of(&mut refused).await, b"");
        open.pop();
        eventually("the place is free again", async || town.get("/healthz").await.status == 200).await;
        assert!(town.get("/metrics").await.text().contains("yaosu_http_connections_refused_total "));
    }
}

/// Goal: a client that takes nothing of what is sent to it does not hold its connection for ever.
/// Method: an event stream with far more to say than buffers hold, of which nothing is read.
#[tokio::test]
async fn clients_that_take_nothing_are_cut() {
    let limits =
        Limits { write_timeout: Duration::from_millis(100), heartbeat: Duration::from_millis(1), ..Limits::default() };
    let town = town(limits).await;
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let mut stream = socket.connect(town.address).await.expect("the door is open");
    // Answers of this many bytes fill what the two ends of the connection buffer.
    let request = "GET /v1/genesis HTTP/1.1\r\nhost: test\r\n\r\n".repeat(40);
    let flood = async {
        loop {
            if stream.write_all(request.as_bytes()).await.is_err() {
                break;
            }
        }
    };
    timeout(PATIENCE, flood).await.expect("the door cuts it off");
}

/// Goal: a connection takes many requests.
#[tokio::test]
async fn connections_are_kept_for_the_next_request() {
    let town = Town::new().await;
    let mut stream = town.connect().await;
    for _ in 0..3 {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("the door reads");
        let mut bytes = vec![0; 4096];
        let mut length = 0;
        while !bytes[..length].ends_with(b"{\"alive\":true}") {
            let count = timeout(PATIENCE, stream.read(&mut bytes[length..])).await.expect("in time").expect("open");
            assert!(count > 0, "it is kept open");
            length += count;
        }
    }
}

/// Goal: when the node stops no connection is taken any more, idle ones are closed, and who waits is told.
#[tokio::test]
async fn the_door_shuts_gracefully() {
    let long = Duration::from_hours(1);
    let town = town(Limits { header_timeout: long, shutdown_grace: long, ..Limits::default() }).await;
    let mut idle = town.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n").await.expect("the door reads");
    let mut first = [0; 1];
    idle.read_exact(&mut first).await.expect("it is served");
    let envelope = town.sign(ALICE, 0, pay(BOB, 1));
    let waits = async {
        let answer = town.post_to("/v1/transactions?wait=committed&timeout=60000", envelope.bytes()).await;
        answer.expect_problem(503, "unavailable");
    };
    let stops = async {
        eventually("it waits", async || town.handle.status().await.waiting == 1).await;
        town.shutdown.send_replace(true);
    };
    tokio::join!(waits, stops);
    rest_of(&mut idle).await;
    let address = town.address;
    assert!(timeout(PATIENCE, town.door).await.expect("it shuts in time").expect("it does not panic").is_ok());
    assert!(TcpStream::connect(address).await.is_err());
}

/// Goal: a node that stops does not wait for ever for those that do not end.
#[tokio::test]
async fn the_door_shuts_in_time() {
    let town = town(Limits { shutdown_grace: Duration::from_millis(50), ..Limits::default() }).await;
    let mut stuck = town.connect().await;
    let head = "POST /v1/transactions HTTP/1.1\r\nhost: test\r\ncontent-type: application/octet-stream\r\ncontent-length: 100\r\nexpect: 100-continue\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.expect("the door reads");
    let mut first = [0; 12];
    stuck.read_exact(&mut first).await.expect("the door wants the body");
    assert_eq!(&first, b"HTTP/1.1 100");
    town.shutdown.send_replace(true);
    assert!(timeout(Duration::from_secs(8), town.door).await.expect("in time").expect("it does not panic").is_ok());
}
