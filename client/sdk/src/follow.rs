//! The stream of events (server-sent events), with its place kept across broken connections.

use std::time::Duration;

use reqwest::{Method, Response};
use yaosu_api::{EventPosition, EventView};

use crate::client::{Request, causes};
use crate::{Client, SdkError};

/// The longest event that is taken, in bytes.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// A node that says nothing for so long, not even that it is alive, is given up.
const SILENCE_MAX: Duration = Duration::from_mins(1);

/// Events in their order, without gaps: after a broken connection it goes on behind the last one that was given.
///
/// The place is the caller's to keep: whoever writes it down after an event was dealt with, and begins there again, deals
/// with each event at least once.
///
/// ```no_run
/// # async fn follow(client: yaosu_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use yaosu_api::EventPosition;
/// use yaosu_sdk::SdkError;
///
/// let place: EventPosition = std::fs::read_to_string("place")?.trim().parse()?;
/// let mut events = client.events(Some(place));
/// loop {
///     match events.next().await {
///         Ok(event) => {
///             println!("{:?}", event.record.event);
///             std::fs::write("place", event.position.to_string())?;
///         }
///         Err(SdkError::Unreachable(_)) => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
///         Err(error) => return Err(error.into()),
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct EventFollower {
    client: Client,
    after: Option<EventPosition>,
    connection: Option<Connection>,
}

#[derive(Debug)]
struct Connection {
    response: Response,
    parser: Parser,
}

impl Client {
    /// Follows the events behind a position; from now on if none is given.
    #[must_use]
    pub fn events(&self, after: Option<EventPosition>) -> EventFollower {
        EventFollower { client: self.clone(), after, connection: None }
    }
}

impl EventFollower {
    /// The position of the last event that was given.
    #[must_use]
    pub const fn position(&self) -> Option<EventPosition> {
        self.after
    }

    /// The next event, waited for as long as it takes.
    ///
    /// # Errors
    /// [`SdkError::Unreachable`] if the connection breaks: the next call makes a new one and misses nothing that came
    /// after an event was given. Others as all calls.
    pub async fn next(&mut self) -> Result<EventView, SdkError> {
        let result = self.advance().await;
        match &result {
            Ok(event) => self.after = Some(event.position),
            Err(_) => self.connection = None,
        }
        result
    }

    async fn advance(&mut self) -> Result<EventView, SdkError> {
        if self.connection.is_none() {
            let query: Vec<(&str, String)> = self.after.map(|after| ("after", after.to_string())).into_iter().collect();
            let request = Request {
                method: Method::GET,
                path: &["events"],
                query: &query,
                body: None,
                accept: "text/event-stream",
                timeout: None,
            };
            self.connection =
                Some(Connection { response: self.client.send(&request).await?, parser: Parser::default() });
        }
        let Connection { response, parser } = self.connection.as_mut().expect("it was made above");
        let url = response.url().to_string();
        loop {
            if let Some(data) = parser.next() {
                return serde_json::from_str(&data)
                    .map_err(|error| SdkError::Answer { url, reason: format!("an event: {error}") });
            }
            let chunk = match tokio::time::timeout(SILENCE_MAX, response.chunk()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return Err(SdkError::unreachable(url, "the stream ended")),
                Ok(Err(error)) => return Err(SdkError::unreachable(url, causes(&error))),
                Err(_) => return Err(SdkError::unreachable(url, "the stream fell silent")),
            };
            if parser.push(&chunk).is_err() {
                return Err(SdkError::Answer { url, reason: format!("an event has over {EVENT_BYTES_MAX} bytes") });
            }
        }
    }
}

/// Takes the data of events out of a stream of bytes. Identifiers are in the data too; comments are heartbeats.
#[derive(Debug, Default)]
struct Parser {
    bytes: Vec<u8>,
}

impl Parser {
    fn push(&mut self, chunk: &[u8]) -> Result<(), ()> {
        self.bytes.extend_from_slice(chunk);
        if self.bytes.len() > EVENT_BYTES_MAX { Err(()) } else { Ok(()) }
    }

    /// The data of the next whole event.
    fn next(&mut self) -> Option<String> {
        loop {
            let end = self.bytes.windows(2).position(|pair| pair == b"\n\n")?;
            let block: Vec<u8> = self.bytes.drain(..end + 2).collect();
            let block = String::from_utf8_lossy(&block);
            let lines: Vec<&str> = block
                .lines()
                .filter_map(|line| line.strip_prefix("data:"))
                .map(|data| data.strip_prefix(' ').unwrap_or(data))
                .collect();
            if !lines.is_empty() {
                return Some(lines.join("\n"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: events come out whole and in order however the bytes are cut, and heartbeats give nothing.
    #[test]
    fn events_survive_every_cut() {
        let stream =
            b": hello\n\nid: 1.0\ndata: {\"a\":1}\n\n:\n\nid: 1.1\nevent: x\ndata:two\ndata: lines\n\ndata: rest";
        for cut in 0..=stream.len() {
            let mut parser = Parser::default();
            let mut found = Vec::new();
            for part in [&stream[..cut], &stream[cut..]] {
                parser.push(part).expect("it is short");
                found.extend(std::iter::from_fn(|| parser.next()));
            }
            assert_eq!(found, ["{\"a\":1}", "two\nlines"], "cut at {cut}");
        }
    }

    /// Goal: a stream without end and without events does not fill the memory.
    #[test]
    fn an_endless_event_is_refused() {
        let mut parser = Parser::default();
        assert!(parser.push(&vec![b'x'; EVENT_BYTES_MAX]).is_ok());
        assert!(parser.push(b"x").is_err());
    }
}
