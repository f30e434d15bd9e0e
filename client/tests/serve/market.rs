//! A market of a few orders behind a node's HTTP door, in which the test is the buyer.
//!
//! Real: the door, the stream of events, signatures and numbers of transactions, what each action needs. Not real: money,
//! deadlines, consensus; `node/tests` has those.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::sync::watch;
use yaosu_api::{
    Entity, EventPosition, EventView, Fate, Foreseen, Page, Problem, ProblemCode, Submission, TransactionView,
};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::model::{Bonds, Delivery, DeliveryKey, Order, OrderStatus, Origin, Purpose, Windows};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::transaction::{Action, Envelope, Transaction, check_signatures};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, Digest, Height, LicenceId, OrderId, ParticipantId, Timestamp, TransactionId, codec,
};

use crate::door::Door;

/// Whose orders are served.
pub const SELLER: ParticipantId = ParticipantId(Digest([1; 32]));

/// The chain.
pub const CHAIN: Digest = Digest([9; 32]);

/// What all orders are for; its version says which content.
pub const ASSET: AssetId = AssetId(Digest([7; 32]));

/// What the market is.
pub struct Ledger {
    pub orders: BTreeMap<OrderId, Order>,
    /// The contents of versions, from 1.
    pub contents: Vec<Vec<u8>>,
    /// What was asked for and done.
    pub done: Vec<Action>,
    /// What was asked about and not done.
    pub tried: Vec<Action>,
    /// Which orders were asked for.
    pub asked: BTreeSet<OrderId>,
    /// What was handed in and waits: nothing is done while the market is held.
    pub waiting: Vec<Transaction>,
    pub held: bool,
    seller_key: PublicKey,
    events: Vec<EventView>,
    next: u64,
    fates: BTreeMap<TransactionId, Fate>,
}

/// A market with a door that can be shut.
pub struct Market {
    node: Node,
    pub door: Door,
}

#[derive(Clone)]
struct Node {
    ledger: Arc<Mutex<Ledger>>,
    news: watch::Sender<usize>,
}

impl Market {
    pub fn open(seller_key: PublicKey, contents: Vec<Vec<u8>>) -> Self {
        let ledger = Ledger {
            orders: BTreeMap::new(),
            contents,
            done: Vec::new(),
            tried: Vec::new(),
            asked: BTreeSet::new(),
            waiting: Vec::new(),
            held: false,
            seller_key,
            events: Vec::new(),
            next: 0,
            fates: BTreeMap::new(),
        };
        let node = Node { ledger: Arc::new(Mutex::new(ledger)), news: watch::Sender::new(0) };
        Self { door: Door::open(routes(node.clone())), node }
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.node.ledger()
    }

    /// The buyer places an order for a version.
    pub fn place(&self, byte: u8, version: u32, to: DeliveryKey) -> OrderId {
        self.place_until(byte, version, to, Timestamp(60_000))
    }

    /// The same with a deadline; the time is 1 000.
    pub fn place_until(&self, byte: u8, version: u32, to: DeliveryKey, deadline: Timestamp) -> OrderId {
        let id = OrderId(Digest([byte; 32]));
        let mut ledger = self.ledger();
        ledger.orders.insert(id, Order { deadline: Some(deadline), ..order(version, to) });
        let Order { origin, buyer, price, .. } = order(version, to);
        ledger.tell(Event::OrderPlaced { order: id, origin, asset: ASSET, buyer, seller: SELLER, price, bond: price });
        self.node.news.send_replace(ledger.events.len());
        id
    }

    /// The buyer, or time, brings an order to another status.
    pub fn turn(&self, id: OrderId, status: OrderStatus) {
        let mut ledger = self.ledger();
        ledger.orders.get_mut(&id).expect("it was placed").status = status;
        ledger.tell(Event::OrderDelivered { order: id, asset: ASSET });
        self.node.news.send_replace(ledger.events.len());
    }

    pub fn order(&self, id: OrderId) -> Order {
        self.ledger().orders[&id].clone()
    }

    /// How often something of this sort was done for an order.
    pub fn count(&self, name: &str, id: OrderId) -> usize {
        let is = |action: &&Action| {
            let json = serde_json::to_value(action).expect("it has a JSON form");
            json[name]["order"] == json!(id)
        };
        self.ledger().done.iter().filter(is).count()
    }

    /// Does what waits, in its order, and holds nothing back any more.
    pub fn release(&self) {
        let mut ledger = self.ledger();
        ledger.held = false;
        for transaction in std::mem::take(&mut ledger.waiting) {
            ledger.carry_out(&transaction);
        }
        self.node.news.send_replace(ledger.events.len());
    }
}

impl Ledger {
    fn tell(&mut self, event: Event) {
        // A block for each.
        let position = EventPosition { height: Height(self.events.len() as u64 + 1), index: 0 };
        let record = EventRecord { cause: Cause::Block, event };
        self.events.push(EventView { position, time: Timestamp(1_000), record });
    }

    fn height(&self) -> Height {
        Height(self.events.len() as u64)
    }

    fn carry_out(&mut self, transaction: &Transaction) {
        let (id, action) = (transaction.body.id(), transaction.body.action.clone());
        match self.apply(&action) {
            Ok(order) => {
                self.next = transaction.body.sequence + 1;
                self.done.push(action);
                self.tell(Event::OrderDelivered { order, asset: ASSET });
                let (height, time) = (self.height(), Timestamp(1_000));
                self.fates.insert(id, Fate::Committed { height, index: 0, time });
            }
            Err(problem) => drop(self.fates.insert(id, Fate::Refused { problem: *problem })),
        }
    }

    /// What the rules of the delivery ask of its two sides.
    fn apply(&mut self, action: &Action) -> Result<OrderId, Box<Problem>> {
        let refused = |detail: &str| Box::new(Problem::new(ProblemCode::Orphaned, detail));
        let id = match action {
            Action::Deliver { order, .. }
            | Action::RevealKey { order, .. }
            | Action::OpenKey { order, .. }
            | Action::Acknowledge { order, .. }
            | Action::AcceptDelivery { order } => *order,
            other => panic!("nobody here sends {other:?}"),
        };
        let order = self.orders.get_mut(&id).ok_or_else(|| refused("no such order"))?;
        match (action, order.status) {
            (Action::Deliver { location, commitment, .. }, OrderStatus::Placed) => {
                let (location, commitment, time) = (location.clone(), *commitment, Timestamp(1_000));
                let delivery =
                    Delivery { location, commitment, time, sealed_key: None, challenged: false, secret: None };
                order.delivery = Some(delivery);
                order.status = OrderStatus::Delivered;
            }
            (Action::RevealKey { sealed_key, .. }, OrderStatus::Acknowledged) => {
                order.delivery.as_mut().expect("delivered").sealed_key = Some(sealed_key.clone());
                order.status = OrderStatus::KeyRevealed;
            }
            (Action::OpenKey { secret, .. }, OrderStatus::KeyChallenged) => {
                let delivery = order.delivery.as_mut().expect("delivered");
                assert_eq!(secret.commitment(), delivery.commitment.key_commitment, "R524");
                delivery.secret = Some(*secret);
                order.status = OrderStatus::KeyRevealed;
            }
            (Action::Acknowledge { .. }, OrderStatus::Delivered)
            | (Action::AcceptDelivery { .. }, OrderStatus::KeyRevealed) => {}
            _ => return Err(refused("the order is at another stage")),
        }
        Ok(id)
    }
}

fn order(version: u32, to: DeliveryKey) -> Order {
    let buyer = ParticipantId(Digest([2; 32]));
    let window = yaosu_ledger::Duration::seconds(60);
    Order {
        origin: Origin::Licence(LicenceId(Digest([3; 32]))),
        asset: ASSET,
        version,
        seller: SELLER,
        buyer,
        payer: buyer,
        licensee: buyer,
        delivery_key: Some(to),
        purpose: Purpose::ALL[0],
        scenario: Digest([4; 32]),
        price: Amount(100),
        fee: Amount(0),
        fee_ratio: BasisPoints::default(),
        fee_account: SELLER,
        bonds: Bonds { seller: Amount(10), buyer: Amount(5) },
        windows: Windows {
            delivery: window,
            acknowledgement: window,
            key: window,
            settlement: window,
            arbitration: window,
        },
        status: OrderStatus::Placed,
        refund_cause: None,
        deadline: Some(Timestamp(60_000)),
        delivery: None,
        dispute: None,
        placed: Timestamp(1_000),
    }
}

fn routes(node: Node) -> Router {
    Router::new()
        .route("/v1/head", get(head))
        .route("/v1/participants", get(participants))
        .route("/v1/participants/{id}", get(participant))
        .route("/v1/participants/{id}/lanes/{lane}", get(lane))
        .route("/v1/assets/{id}", get(|| async { Json(json!({})) }))
        .route("/v1/assets/{id}/versions", get(versions))
        .route("/v1/orders", get(orders))
        .route("/v1/orders/{id}", get(one_order))
        .route("/v1/transactions", post(submit))
        .route("/v1/transactions/check", post(check))
        .route("/v1/transactions/{id}", get(transaction))
        .route("/v1/events", get(events))
        .with_state(node)
}

impl Node {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("nobody panics with it")
    }
}

async fn head(State(node): State<Node>) -> Json<Value> {
    let height = node.ledger().height();
    Json(json!({ "chain": CHAIN, "height": height, "block": CHAIN, "time": 1_000, "state_root": CHAIN }))
}

fn seller(ledger: &Ledger) -> Value {
    json!({
        "id": SELLER,
        "enrolment": {
            "handle": "acme", "legal_name": "L", "legal_id": "1",
            "keys": { "keys": [ledger.seller_key], "threshold": 1 }, "delivery_key": null, "related": []
        },
        "roles": ["trader"], "status": "active", "sponsor": null, "since": 0
    })
}

async fn participants(State(node): State<Node>) -> Json<Value> {
    Json(json!({ "items": [seller(&node.ledger())], "as_of": 0 }))
}

async fn participant(State(node): State<Node>) -> Json<Value> {
    Json(seller(&node.ledger()))
}

async fn lane(State(node): State<Node>) -> Json<Value> {
    let ledger = node.ledger();
    Json(json!({ "lane": 0, "committed": ledger.next, "next": ledger.next + ledger.waiting.len() as u64 }))
}

async fn versions(State(node): State<Node>) -> Json<Value> {
    let version = |(number, content): (u32, &Vec<u8>)| {
        json!({
            "asset": ASSET, "number": number, "depth": 0, "owes": 0, "created": 0, "height": 1, "transaction": CHAIN,
            "content": {
                "content_root": Digest(*blake3::hash(content).as_bytes()), "size_bytes": content.len(),
                "media_type": "text/csv", "structure": null, "metadata_hash": null
            }
        })
    };
    let items: Vec<Value> = (1..).zip(&node.ledger().contents).map(version).collect();
    Json(json!({ "items": items, "as_of": 0 }))
}

async fn orders(State(node): State<Node>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let ledger = node.ledger();
    let kept = |order: &&Order| query.get("status").is_none_or(|status| order.status.name() == status);
    let items = ledger.orders.iter().filter(|(_, order)| kept(order));
    let items = items.map(|(id, record)| Entity { id: *id, record: record.clone() }).collect();
    Json(Page { items, cursor: None, as_of: ledger.height() }).into_response()
}

async fn one_order(State(node): State<Node>, Path(id): Path<String>) -> Response {
    let id: OrderId = id.parse().expect("a whole identifier is asked for");
    let mut ledger = node.ledger();
    ledger.asked.insert(id);
    match ledger.orders.get(&id) {
        Some(record) => Json(Entity { id, record: record.clone() }).into_response(),
        None => answer(&Problem::new(ProblemCode::NotFound, "there is no such order")),
    }
}

fn answer(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).expect("a problem has a status");
    (status, Json(problem)).into_response()
}

async fn submit(State(node): State<Node>, body: Bytes) -> Response {
    let transaction: Transaction = codec::decode(&body).expect("canonical bytes");
    assert_eq!(check_signatures(&[Envelope::new(transaction.clone())]), [true]);
    let id = transaction.body.id();
    let mut ledger = node.ledger();
    if transaction.body.sequence != ledger.next + ledger.waiting.len() as u64 {
        return answer(&Problem::new(ProblemCode::NumberWaiting, "another number is next"));
    }
    ledger.fates.insert(id, Fate::Waiting);
    if ledger.held {
        ledger.waiting.push(transaction);
    } else {
        ledger.carry_out(&transaction);
        node.news.send_replace(ledger.events.len());
    }
    let fate = ledger.fates[&id].clone();
    match fate {
        Fate::Refused { problem } => answer(&problem),
        fate => Json(Submission { id, fate }).into_response(),
    }
}

/// What would come of it: afterwards everything is as before.
async fn check(State(node): State<Node>, body: Bytes) -> Response {
    let body: yaosu_ledger::transaction::Body = codec::decode(&body).expect("canonical bytes");
    let mut ledger = node.ledger();
    let before = ledger.orders.clone();
    let result = ledger.apply(&body.action);
    ledger.orders = before;
    ledger.tried.push(body.action.clone());
    match result {
        Err(problem) => answer(&problem),
        Ok(order) => {
            let events = vec![Event::OrderDelivered { order, asset: ASSET }];
            let (height, sentence) = (ledger.height(), String::new());
            Json(Foreseen { id: body.id(), height, time: Timestamp(1_000), sentence, events }).into_response()
        }
    }
}

async fn transaction(State(node): State<Node>, Path(id): Path<String>) -> Json<TransactionView> {
    let id: TransactionId = id.parse().expect("a whole identifier is asked for");
    let fate = node.ledger().fates.get(&id).cloned().unwrap_or(Fate::Unknown);
    Json(TransactionView { id, fate, transaction: None, events: Vec::new() })
}

async fn events(State(node): State<Node>, Query(query): Query<BTreeMap<String, String>>) -> Response {
    let after: EventPosition = query["after"].parse().expect("a position");
    let first = usize::try_from(after.height.0).expect("it is small");
    let news = node.news.subscribe();
    let stream = futures::stream::unfold((node, news, first), |(node, mut news, next)| async move {
        loop {
            if let Some(event) = node.ledger().events.get(next) {
                let json = serde_json::to_string(event).expect("it has a JSON form");
                let text = format!("id: {}\ndata: {json}\n\n", event.position);
                return Some((Ok::<_, Infallible>(text), (node.clone(), news, next + 1)));
            }
            news.changed().await.ok()?;
        }
    });
    Body::from_stream(stream).into_response()
}
