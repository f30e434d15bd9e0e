//! A web depot that takes its time: what is put there for an order that is held is not answered until it is let go.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::put;
use tokio::sync::watch;
use yaosu_ledger::OrderId;
use yaosu_sdk::delivery::CHUNKS;

use crate::door::Door;

#[derive(Clone)]
struct Web {
    begun: Arc<Mutex<Vec<OrderId>>>,
    held: watch::Sender<BTreeSet<OrderId>>,
}

/// The depot.
pub struct SlowDepot {
    web: Web,
    pub door: Door,
}

impl SlowDepot {
    /// Holds these orders.
    pub fn open(held: impl IntoIterator<Item = OrderId>) -> Self {
        let web = Web { begun: Arc::default(), held: watch::Sender::new(held.into_iter().collect()) };
        let routes = Router::new().route("/{order}/{name}", put(take)).with_state(web.clone());
        Self { web, door: Door::open(routes) }
    }

    /// The orders that something was put there for, in turn.
    pub fn begun(&self) -> Vec<OrderId> {
        self.web.begun.lock().expect("nobody panics with it").clone()
    }

    /// Answers for this order from now on.
    pub fn let_go(&self, order: OrderId) {
        self.web.held.send_if_modified(|held| held.remove(&order));
    }
}

async fn take(State(web): State<Web>, Path((order, name)): Path<(String, String)>, _: Bytes) -> StatusCode {
    let order: OrderId = order.parse().expect("a whole identifier");
    if name == CHUNKS {
        web.begun.lock().expect("nobody panics with it").push(order);
    }
    let mut held = web.held.subscribe();
    held.wait_for(|held| !held.contains(&order)).await.expect("the depot is there");
    StatusCode::CREATED
}
