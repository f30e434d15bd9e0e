//! A chain of payments behind a node's HTTP door: its head and its events.
//!
//! Real: the stream, its place and its end when the door is shut. Not real: everything else; `docs/integration.md` is run
//! against real nodes.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use yaosu_api::{EventPosition, EventView};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::{Amount, Digest, Height, ParticipantId, Text, Timestamp};

/// What the door shows.
struct Chain {
    id: String,
    events: Vec<EventView>,
}

#[derive(Clone)]
struct Door {
    chain: Arc<Mutex<Chain>>,
    news: watch::Sender<usize>,
}

/// The chain.
pub struct Feed {
    door: Door,
    address: SocketAddr,
    open: Option<Runtime>,
}

fn someone(byte: u8) -> ParticipantId {
    ParticipantId(Digest([byte; 32]))
}

impl Feed {
    pub fn open() -> Self {
        let chain = Chain { id: "ab".repeat(32), events: Vec::new() };
        let door = Door { chain: Arc::new(Mutex::new(chain)), news: watch::Sender::new(0) };
        let mut feed = Self { door, address: SocketAddr::from(([127, 0, 0, 1], 0)), open: None };
        feed.open_door();
        feed
    }

    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Opens the door, where it was before if it was open before.
    pub fn open_door(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind(self.address)).expect("the port is ours");
        self.address = listener.local_addr().expect("it is bound");
        let routes = Router::new()
            .route("/v1/head", get(head))
            .route("/v1/participants/bob", get(bob))
            .route("/v1/events", get(events))
            .with_state(self.door.clone());
        runtime.spawn(async move { axum::serve(listener, routes).await });
        self.open = Some(runtime);
    }

    /// Shuts it: all connections break.
    pub fn shut_door(&mut self) {
        self.open.take().expect("it is open").shutdown_timeout(Duration::from_secs(5));
    }

    /// Another chain at the same address.
    pub fn begin_anew(&self) {
        let mut chain = self.door.chain.lock().expect("nobody panics with it");
        chain.id = "cd".repeat(32);
        chain.events.clear();
    }

    /// A block with two payments, to bob (2) and to carol (3). Gives their positions.
    pub fn block(&self) -> [String; 2] {
        let mut chain = self.door.chain.lock().expect("nobody panics with it");
        let height = Height(chain.events.len() as u64 / 2 + 1);
        let positions = [0, 1].map(|index| EventPosition { height, index });
        for (position, to) in positions.into_iter().zip([2, 3]) {
            let event = Event::Paid { from: someone(1), to: someone(to), amount: Amount(5), memo: Text::default() };
            let record = EventRecord { cause: Cause::Block, event };
            chain.events.push(EventView { position, time: Timestamp(height.0), record });
        }
        self.door.news.send_replace(chain.events.len());
        positions.map(|position| position.to_string())
    }
}

async fn head(State(door): State<Door>) -> Json<Value> {
    let chain = door.chain.lock().expect("nobody panics with it");
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

async fn events(State(door): State<Door>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let after: EventPosition = query["after"].parse().expect("a position");
    let news = door.news.subscribe();
    let stream = futures::stream::unfold((door, news, after), |(door, mut news, after)| async move {
        loop {
            let next = {
                let chain = door.chain.lock().expect("nobody panics with it");
                chain.events.iter().find(|event| event.position > after).cloned()
            };
            if let Some(event) = next {
                let json = serde_json::to_string(&event).expect("it has a JSON form");
                let (position, text) = (event.position, format!("id: {}\ndata: {json}\n\n", event.position));
                return Some((Ok::<_, Infallible>(text), (door, news, position)));
            }
            news.changed().await.ok()?;
        }
    });
    Body::from_stream(stream).into_response()
}
