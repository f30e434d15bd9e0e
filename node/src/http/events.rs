//! The stream of events: server-sent events that a client can take up again where it left off.
//!
//! Nothing is queued for a client: its stream reads on when the client has taken what came before, from the store if it
//! is behind. So a slow client costs one piece of text and no event is lost or sent twice; one that takes nothing at all
//! is cut off by the connection.

use std::convert::Infallible;
use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use tokio::sync::watch;
use tokio::time::sleep;
use yaosu_api::{EventPosition, EventView, ProblemCode};
use yaosu_ledger::Height;

use super::api::Api;
use super::call::{Call, wrong};
use super::metrics::StreamCount;
use super::places::{NoPlace, Place};
use super::problem::ApiError;
use super::server::stopped;
use super::view::{View, event_view, missing};

/// Events of a piece of text. A piece also ends with a height.
const EVENTS_AT_ONCE: usize = 256;

/// Heights without events that are passed over at once.
const HEIGHTS_AT_ONCE: usize = 1_000;

/// What a client is told when there is nothing to say. Has no `id`, so that it moves no client's place.
const HEARTBEAT: &str = ": still here\n\n";

/// The first text of a stream: how long to wait before taking it up again, in milliseconds.
const GREETING: &str = "retry: 1000\n\n";

const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

/// `GET /v1/events`: events after `Last-Event-ID` or else `?after=`, or from now on.
pub async fn stream(State(api): State<Api>, call: Call) -> Result<Response, ApiError> {
    let query = call.query(&["after"])?;
    let after = match last_event(&call)? {
        Some(position) => Some(position),
        None => query.parse::<EventPosition>("after")?,
    };
    let place = api.streams().take(call.client()?).map_err(|none| match none {
        NoPlace::AtAll => {
            let limit = api.limits().streams;
            let english = format!("{limit} event streams are open, no more are opened");
            ApiError::new(ProblemCode::Busy, (english, format!("已打开 {limit} 个事件流，不再打开更多")))
        }
        NoPlace::ForClient => {
            let limit = api.limits().streams_of_address;
            let english = format!("your address has {limit} event streams open, no more are opened");
            ApiError::new(ProblemCode::Busy, (english, format!("该地址已打开 {limit} 个事件流，不再打开更多")))
                .with_hint(("close one of them; all events come in each", "请关闭其中一个；每个事件流都包括全部事件"))
        }
    })?;
    let next = match after {
        // A place behind the last event of a block is as good as the end of the block.
        Some(EventPosition { height, index }) => match index.checked_add(1) {
            Some(index) => EventPosition { height, index },
            None => EventPosition { height: height.next(), index: 0 },
        },
        None => EventPosition { height: api.handle().tip().height.next(), index: 0 },
    };
    let follower = Follower {
        next,
        heights: api.handle().heights(),
        shutdown: api.shutdown(),
        greeted: false,
        _count: api.metrics().stream_began(),
        _place: place,
        api,
    };
    let body = Body::from_stream(stream::unfold(follower, Follower::piece));
    let headers = [(header::CONTENT_TYPE, EVENT_STREAM), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, body).into_response())
}

fn last_event(call: &Call) -> Result<Option<EventPosition>, ApiError> {
    let Some(value) = call.headers.get("last-event-id") else { return Ok(None) };
    let text =
        value.to_str().map_err(|_| ApiError::bad("Last-Event-ID", ("the header is not text", "标头不是文本")))?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: String| wrong("Last-Event-ID", text, &error))
}

/// A client that follows.
struct Follower {
    api: Api,
    /// The place of the next event.
    next: EventPosition,
    heights: watch::Receiver<Height>,
    shutdown: watch::Receiver<bool>,
    greeted: bool,
    _count: StreamCount,
    _place: Place,
}

impl Follower {
    /// The next piece of text, when there is one; `None` ends the stream.
    async fn piece(mut self) -> Option<(Result<String, Infallible>, Self)> {
        if !self.greeted {
            self.greeted = true;
            return Some((Ok(GREETING.into()), self));
        }
        let heartbeat = sleep(self.api.limits().heartbeat);
        tokio::pin!(heartbeat);
        loop {
            if *self.shutdown.borrow() {
                return None;
            }
            let height = *self.heights.borrow_and_update();
            if self.next.height <= height {
                let from = self.next;
                let read = self.api.read(move |view| events_from(view, from)).await;
                // The client takes the stream up again, or is told what is wrong when it tries to.
                let (events, next) = read.ok()?;
                self.next = next;
                if !events.is_empty() {
                    return Some((Ok(text(&events)), self));
                }
                // Far behind without anything to tell: say so now and then.
                if heartbeat.is_elapsed() {
                    return Some((Ok(HEARTBEAT.into()), self));
                }
                continue;
            }
            tokio::select! {
                changed = self.heights.changed() => {
                    changed.ok()?;
                }
                () = stopped(&mut self.shutdown) => return None,
                () = &mut heartbeat => return Some((Ok(HEARTBEAT.into()), self)),
            }
        }
    }
}

/// Some events from a place on, and the place of the one after them.
fn events_from(view: &View, from: EventPosition) -> Result<(Vec<EventView>, EventPosition), ApiError> {
    let mut next = from;
    for _ in 0..HEIGHTS_AT_ONCE {
        let height = next.height;
        if height > view.height() {
            break;
        }
        let mut events = Vec::new();
        if height > Height::GENESIS {
            let records = view.store().events(height)?.ok_or_else(|| missing(height))?;
            let count = records.len();
            let wanted = (0..).zip(records).skip_while(|(index, _)| *index < next.index).take(EVENTS_AT_ONCE);
            let wanted: Vec<(u32, _)> = wanted.collect();
            if !wanted.is_empty() {
                let time = view.time_of(height)?;
                events = wanted.into_iter().map(|(index, record)| event_view(height, index, time, record)).collect();
            }
            if let Some(last) = events.last() {
                let index = last.position.index.saturating_add(1);
                if usize::try_from(index).is_ok_and(|index| index < count) {
                    return Ok((events, EventPosition { height, index }));
                }
            }
        }
        next = EventPosition { height: height.next(), index: 0 };
        if !events.is_empty() {
            return Ok((events, next));
        }
    }
    Ok((Vec::new(), next))
}

/// Events in the form of the protocol. JSON has no line breaks in it.
fn text(events: &[EventView]) -> String {
    let mut text = String::new();
    for event in events {
        let json =
            serde_json::to_value(event).expect("the contract's types have string keys and no failing serializers");
        let name = json["event"]["type"].as_str().unwrap_or("event");
        write!(text, "id: {}\nevent: {name}\ndata: {json}\n\n", event.position)
            .expect("writing to a string can't fail");
    }
    text
}
