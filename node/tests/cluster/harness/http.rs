//! A plain HTTP client: one request a connection.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde::de::DeserializeOwned;
use yaosu_api::{Problem, Submission};
use yaosu_ledger::transaction::Envelope;

/// How long one read may take: longer than the longest wait that is asked for.
const READ_TIMEOUT: Duration = Duration::from_secs(90);

/// A transaction is waited for this long by the node, in milliseconds.
const WAIT_MS: u64 = 60_000;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as a value.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}: {}", self.status, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The problem that it says.
    pub fn problem(&self) -> Problem {
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status, "{problem:?}");
        problem
    }
}

/// A node's door.
#[derive(Clone, Copy, Debug)]
pub struct Door(pub u16);

impl Door {
    /// One request. An error means that the node is not there, or went away.
    fn exchange(self, head: &str, body: &[u8]) -> io::Result<Answer> {
        let mut stream = self.connect()?;
        // A node that refuses a body may close before it has read it all: its answer counts.
        let sent = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        if bytes.is_empty() {
            sent?;
            read?;
        }
        parse(&bytes)
    }

    fn connect(self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, self.0)), READ_TIMEOUT)?;
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
        Ok(stream)
    }

    /// `GET`.
    pub fn get(self, path: &str) -> io::Result<Answer> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n"), &[])
    }

    /// The value of a `GET` that is answered well; `None` if the node is not there or says something else.
    pub fn look<T: DeserializeOwned>(self, path: &str) -> Option<T> {
        let answer = self.get(path).ok()?;
        (answer.status == 200).then(|| answer.json())
    }

    /// The value of a `GET` that must be answered well.
    pub fn read<T: DeserializeOwned>(self, path: &str) -> T {
        let answer = self.get(path).unwrap_or_else(|error| panic!("{path} of the door {}: {error}", self.0));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Posts bytes as a transaction.
    pub fn post(self, query: &str, body: &[u8]) -> io::Result<Answer> {
        let head = format!(
            "POST /v1/transactions{query} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.exchange(&head, body)
    }

    /// Posts a transaction and waits until it is committed or refused.
    pub fn submit(self, transaction: &Envelope) -> io::Result<Answer> {
        self.post(&format!("?wait=committed&timeout={WAIT_MS}"), transaction.bytes())
    }

    /// Posts a transaction that must be committed.
    pub fn commit(self, transaction: &Envelope) -> Submission {
        let answer = self.submit(transaction).expect("the node is there");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Reads the stream of events from the beginning until a piece of it satisfies.
    pub fn event(self, what: &str, found: impl Fn(&str) -> bool) -> String {
        let mut stream = self.connect().expect("the node is there");
        stream
            .write_all(b"GET /v1/events?after=0.0 HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n")
            .expect("the node is there");
        let mut text = Vec::new();
        let mut piece = vec![0; 16 * 1024];
        super::until(what, || {
            let length = stream.read(&mut piece).unwrap_or_else(|error| panic!("{what}: the stream: {error}"));
            assert!(length > 0, "{what}: the stream ended");
            text.extend_from_slice(&piece[..length]);
            String::from_utf8_lossy(&text).lines().find(|line| found(line)).map(str::to_owned)
        })
    }

    /// So many events behind the one at this position, as browsers ask when they take a stream up again: the position and
    /// the data of each.
    pub fn events(self, last: &str, count: usize) -> Vec<(String, String)> {
        let mut stream = self.connect().expect("the node is there");
        let request =
            format!("GET /v1/events HTTP/1.1\r\nHost: node\r\nLast-Event-ID: {last}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("the node is there");
        let mut bytes = Vec::new();
        let mut piece = vec![0; 16 * 1024];
        super::until("events", || {
            let length = stream.read(&mut piece).expect("the stream goes on");
            assert!(length > 0, "the stream ended");
            bytes.extend_from_slice(&piece[..length]);
            let text = String::from_utf8_lossy(&bytes);
            // Pieces of the transfer encoding stand between lines of their own.
            let mut events: Vec<(String, String)> = Vec::new();
            let mut position = None;
            for line in text.lines() {
                if let Some(id) = line.strip_prefix("id: ") {
                    position = Some(id.to_owned());
                } else if let Some(data) = line.strip_prefix("data: ") {
                    events.push((position.take().expect("an event has a position"), data.to_owned()));
                }
            }
            (events.len() >= count && text.trim_end_matches("\r\n").ends_with("\n\n")).then_some(events)
        })
    }
}

fn parse(bytes: &[u8]) -> io::Result<Answer> {
    let broken = || io::Error::new(io::ErrorKind::UnexpectedEof, "the answer broke off");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(broken)?;
    let (head, body) = bytes.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    if length.is_some_and(|length| length != body.len()) {
        return Err(broken());
    }
    Ok(Answer { status, body: body.to_vec() })
}
