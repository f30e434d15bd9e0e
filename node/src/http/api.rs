//! What all handlers share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use tokio::sync::{Semaphore, watch};
use yaosu_api::{OpennessView, ProblemCode, SupplyView};
use yaosu_ledger::receipt::Handover;

use super::call::Call;
use super::limits::Limits;
use super::metrics::Metrics;
use super::per_height::PerHeight;
use super::places::Places;
use super::problem::ApiError;
use super::reply::Reply;
use super::view::View;
use crate::handle::NodeHandle;

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Api(Arc<Shared>);

struct Shared {
    handle: NodeHandle,
    limits: Limits,
    shutdown: watch::Receiver<bool>,
    metrics: Metrics,
    reads: Arc<Semaphore>,
    waits: Places,
    streams: Places,
    supply: PerHeight<SupplyView>,
    openness: PerHeight<OpennessView>,
    handovers: Mutex<Vec<Handover>>,
}

/// A read: a pure function of the ledger at one height and of the request. Runs on a worker thread.
pub type Resource = fn(&View, &Call) -> Result<Reply, ApiError>;

impl Api {
    /// The door to this node.
    #[must_use]
    pub fn new(handle: NodeHandle, limits: Limits, metrics: Metrics, shutdown: watch::Receiver<bool>) -> Self {
        let reads = Arc::new(Semaphore::new(limits.reads));
        let waits = Places::new(limits.waits, limits.waits_of_address);
        let streams = Places::new(limits.streams, limits.streams_of_address);
        let (supply, openness, handovers) = (PerHeight::new(), PerHeight::new(), Mutex::new(Vec::new()));
        Self(Arc::new(Shared { handle, limits, shutdown, metrics, reads, waits, streams, supply, openness, handovers }))
    }

    pub(super) fn handle(&self) -> &NodeHandle {
        &self.0.handle
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(super) fn shutdown(&self) -> watch::Receiver<bool> {
        self.0.shutdown.clone()
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn waits(&self) -> &Places {
        &self.0.waits
    }

    pub(super) fn streams(&self) -> &Places {
        &self.0.streams
    }

    /// All money, added up once a height.
    pub(super) fn supply(&self) -> &PerHeight<SupplyView> {
        &self.0.supply
    }

    /// The figures of public data, counted once a height.
    pub(super) fn openness(&self) -> &PerHeight<OpennessView> {
        &self.0.openness
    }

    /// All changes of the validators that are known, in order.
    pub(super) fn handovers(&self) -> &Mutex<Vec<Handover>> {
        &self.0.handovers
    }

    /// Runs a read on a worker thread, against the last decided height at its start.
    ///
    /// # Errors
    /// What the read says; 500 if it panics.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&View) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = Arc::clone(&self.0.reads).acquire_owned().await;
        let turn =
            turn.map_err(|_| ApiError::new(ProblemCode::Unavailable, ("the node is stopping", "节点正在停止")))?;
        let api = self.clone();
        let result = tokio::task::spawn_blocking(move || {
            let result = catch_unwind(AssertUnwindSafe(|| read(&View::new(api))));
            drop(turn);
            result
        });
        match result.await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(ApiError::internal("a read panicked")),
            Err(_) => Err(ApiError::new(ProblemCode::Unavailable, ("the node is stopping", "节点正在停止"))),
        }
    }
}

/// A route that reads.
pub fn read(resource: Resource) -> MethodRouter<Api> {
    get(async move |State(api): State<Api>, call: Call| -> Result<Response, ApiError> {
        let headers = call.headers.clone();
        let reply = api.read(move |view| resource(view, &call)).await?;
        Ok(reply.into_response(&headers))
    })
}
