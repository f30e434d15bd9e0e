//! A chain of payments behind a node's HTTP door: its head and its events.
//!
//! Real: the stream, its place and its end when the door is shut. Not real: everything else; `docs/integration.md` is run
//! against real nodes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;
use yaosu_api::{EventPosition, EventView};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::{Amount, Digest, Height, ParticipantId, Text, Timestamp};

use crate::door::Door;

/// What the node shows.
struct Chain {
    id: String,
    events: Vec<EventView>,
}

#[derive(Clone)]
struct Node {
    chain: Arc<Mutex<Chain>>,
    news: watch::Sender<usize>,
}

/// The chain.
pub struct Feed {
    node: Node,
    pub door: Door,
}

fn someone(byte: u8) -> ParticipantId {
    ParticipantId(Digest([byte; 32]))
}

impl Feed {
    pub fn open() -> Self {
        let chain = Chain { id: "ab".repeat(32), events: Vec::new() };
        let node = Node { chain: Arc::new(Mutex::new(chain)), news: watch::Sender::new(0) };
        let routes = Router::new()
            .route("/v1/head", get(head))
            .route("/v1/participants/bob", get(bob))
            .route("/v1/events", get(events))
            .with_state(node.clone());
        Self { node, door: Door::open(routes) }
    }

    /// Another chain at the same address.
    pub fn begin_anew(&self) {
        let mut chain = self.node.chain.lock().expect("nobody panics with it");
        chain.id = "cd".repeat(32);
        chain.events.clear();
    }

    /// A block with two payments, to bob (2) and to carol (3). Gives their positions.
    pub fn block(&self) -> [String; 2] {
        let mut chain = self.node.chain.lock().expect("nobody panics with it");
        let height = Height(chain.events.len() as u64 / 2 + 1);
        let positions = [0, 1].map(|index| EventPosition { height, index });
        for (position, to) in positions.into_iter().zip([2, 3]) {
            let event = Event::Paid { from: someone(1), to: someone(to), amount: Amount(5), memo: Text::default() };
            let record = EventRecord { cause: Cause::Block, event };
            chain.events.push(EventView { position, time: Timestamp(height.0), record });
        }
        self.node.news.send_replace(chain.events.len());
        positions.map(|position| position.to_string())
    }
}

async fn head(State(node): State<Node>) -> Json<Value> {
    let chain = node.chain.lock().expect("nobody panics with it");
    let height = chain.events.len() / 2;
    Json(json!({ "chain": chain.id, "height": height, "block": chain.id, "time": 1_000, "state_root": chain.id }))
}

async fn bob() -> Json<Value> {
    let keys = json!({ "keys": ["00".repeat(32)], "threshold": 1 });
    Json(json!({
        "id": someone(2),
        "enrolment": {
            "handle": "bob", "legal_name": "L", "legal_id": "1", "keys": keys, "delivery_key": null, "related": []
        },
        "roles": ["trader"], "status": "active", "sponsor": null, "since": 0
    }))
}

async fn events(State(node): State<Node>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let after: EventPosition = query["after"].parse().expect("a position");
    let news = node.news.subscribe();
    let stream = futures::stream::unfold((node, news, after), |(node, mut news, after)| async move {
        loop {
            let next = {
                let chain = node.chain.lock().expect("nobody panics with it");
                chain.events.iter().find(|event| event.position > after).cloned()
            };
            if let Some(event) = next {
                let json = serde_json::to_string(&event).expect("it has a JSON form");
                let (position, text) = (event.position, format!("id: {}\ndata: {json}\n\n", event.position));
                return Some((Ok::<_, Infallible>(text), (node, news, position)));
            }
            news.changed().await.ok()?;
        }
    });
    Body::from_stream(stream).into_response()
}
