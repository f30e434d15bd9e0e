//! Figures for Prometheus: the node's own stand in the engine's registry, which is the only one.
//!
//! Base units, bounded labels, never an identifier: a label is a route as it is written in the code, a method, a status, a
//! version. The engine keeps a score for each peer by its name, which is not shown. `docs/operating.md` lists all
//! figures; a test compares.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_malachitebft_app_channel::app::metrics::prometheus::encoding::text::encode;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::counter::Counter;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::family::Family;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::gauge::Gauge;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::histogram::{Histogram, exponential_buckets};
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::info::Info;
use arc_malachitebft_app_channel::app::metrics::prometheus::registry::Registry;
use arc_malachitebft_app_channel::app::metrics::{SharedRegistry, export};
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yaosu_api::NodeStatus;
use yaosu_network::Counts;
use yaosu_store::Statistics;

use super::api::Api;
use super::call::Call;
use super::problem::ApiError;
use crate::disk;
use crate::status::Board;

/// What Prometheus calls this form.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Families of the engine with a label for each peer that it ever met.
const OF_EACH_PEER: [&str; 1] = ["malachitebft_sync_scores"];

/// Begins the names of the node's own figures.
const PREFIX: &str = "yaosu";

type Labels = Vec<(&'static str, String)>;

/// The node's own figures.
pub struct Metrics {
    /// Where tests have theirs, with several nodes in a process.
    apart: Option<Registry>,
    /// A folder on the disk that must not get full.
    disk: PathBuf,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    connections: Gauge,
    connections_refused: Counter,
    streams: Gauge,
    waits: Gauge,
    height: Gauge,
    block_timestamp_seconds: Gauge<f64, AtomicU64>,
    peers_height: Gauge,
    connected_peers: Gauge,
    needed_peers: Gauge,
    ready: Gauge,
    waiting: Gauge,
    waiting_bytes: Gauge,
    oldest_waiting_seconds: Gauge<f64, AtomicU64>,
    recorded_height: Gauge,
    unrecorded_blocks: Gauge,
    unrecorded_bytes: Gauge,
    database_bytes: Gauge,
    available_bytes: Gauge,
    consensus_key: Gauge,
    signing: Gauge,
    signed: Counter,
    withheld: Counter,
    network: [Counter; Counts::MEANINGS.len()],
}

fn histogram() -> Histogram {
    // 1 ms to 16 s.
    Histogram::new(exponential_buckets(0.001, 4.0, 8))
}

/// A length that is shown: none reaches what does not fit.
fn shown(length: impl TryInto<i64>) -> i64 {
    length.try_into().unwrap_or(i64::MAX)
}

/// Shows what is counted elsewhere.
fn set(counter: &Counter, count: u64) {
    counter.inner().store(count, Ordering::Relaxed);
}

impl Metrics {
    /// All figures at zero, in the engine's registry. `disk` is a folder on the disk that the node writes to. One in a process.
    pub fn beside_engine(disk: PathBuf) -> Self {
        let metrics = Self::unregistered(disk);
        SharedRegistry::global().with_prefix(PREFIX, |node| metrics.register(node));
        metrics
    }

    /// The same in a registry of its own.
    #[cfg(test)]
    pub fn apart(disk: PathBuf) -> Self {
        let mut metrics = Self::unregistered(disk);
        let mut registry = Registry::default();
        metrics.register(registry.sub_registry_with_prefix(PREFIX));
        metrics.apart = Some(registry);
        metrics
    }

    fn unregistered(disk: PathBuf) -> Self {
        Self {
            apart: None,
            disk,
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            streams: Gauge::default(),
            waits: Gauge::default(),
            height: Gauge::default(),
            block_timestamp_seconds: Gauge::default(),
            peers_height: Gauge::default(),
            connected_peers: Gauge::default(),
            needed_peers: Gauge::default(),
            ready: Gauge::default(),
            waiting: Gauge::default(),
            waiting_bytes: Gauge::default(),
            oldest_waiting_seconds: Gauge::default(),
            recorded_height: Gauge::default(),
            unrecorded_blocks: Gauge::default(),
            unrecorded_bytes: Gauge::default(),
            database_bytes: Gauge::default(),
            available_bytes: Gauge::default(),
            consensus_key: Gauge::default(),
            signing: Gauge::default(),
            signed: Counter::default(),
            withheld: Counter::default(),
            network: std::array::from_fn(|_| Counter::default()),
        }
    }

    fn register(&self, node: &mut Registry) {
        let version: Labels = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        node.register("build", "The version of the program", Info::new(version));
        node.register("height", "Last decided height", self.height.clone());
        node.register(
            "block_timestamp_seconds",
            "Time of the last decided block, in seconds since 1970",
            self.block_timestamp_seconds.clone(),
        );
        node.register(
            "peers_height",
            "Height that peers have, by more than a third of the votes or by proof",
            self.peers_height.clone(),
        );
        node.register(
            "connected_peers",
            "Peers that are connected. One that answers nothing for 20 seconds is not",
            self.connected_peers.clone(),
        );
        node.register(
            "needed_peers",
            "Peers that must be connected for the node to be of use: a validator as many as make a quorum with it",
            self.needed_peers.clone(),
        );
        node.register("ready", "1 if the node is ready, 0 if not", self.ready.clone());
        node.register(
            "consensus_key",
            "1 if the node has a consensus key and so is meant to sign, 0 if it is an observer",
            self.consensus_key.clone(),
        );
        node.register("signing", "1 if the node's votes count, 0 if not", self.signing.clone());
        let signer = node.sub_registry_with_prefix("signer");
        signer.register("signed", "Signatures that were given", self.signed.clone());
        signer.register("withheld", "Signatures that were withheld", self.withheld.clone());
        let network = node.sub_registry_with_prefix("network");
        for ((name, meaning), counter) in Counts::MEANINGS.iter().zip(&self.network) {
            // The registry writes a full stop of its own.
            network.register(*name, meaning.trim_end_matches('.'), counter.clone());
        }
        let mempool = node.sub_registry_with_prefix("mempool");
        mempool.register("transactions", "Transactions that wait", self.waiting.clone());
        mempool.register("bytes", "Bytes of the transactions that wait", self.waiting_bytes.clone());
        mempool.register(
            "oldest_seconds",
            "How long the oldest transaction waits",
            self.oldest_waiting_seconds.clone(),
        );
        let store = node.sub_registry_with_prefix("store");
        store.register("recorded_height", "Height that the database durably holds", self.recorded_height.clone());
        store.register("unrecorded_blocks", "Blocks in the journal only", self.unrecorded_blocks.clone());
        store.register("unrecorded_bytes", "Bytes in the journal only, about", self.unrecorded_bytes.clone());
        store.register("database_bytes", "Bytes of the database on disk", self.database_bytes.clone());
        store.register("available_bytes", "Bytes that the disk has left", self.available_bytes.clone());
        let http = node.sub_registry_with_prefix("http");
        http.register("requests", "Answered requests", self.requests.clone());
        http.register("request_seconds", "Time until the answer's headers", self.seconds.clone());
        http.register("connections", "Open connections", self.connections.clone());
        http.register("connections_refused", "Connections over the limits", self.connections_refused.clone());
        http.register("event_streams", "Open event streams", self.streams.clone());
        let waits = "Requests that wait until a transaction is committed";
        http.register("waiting_requests", waits, self.waits.clone());
    }

    /// A request was answered.
    pub fn answered(&self, route: &str, method: &Method, status: StatusCode, time: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            _ => "other",
        };
        let route = ("route", route.to_owned());
        let status = ("status", status.as_u16().to_string());
        self.requests.get_or_create(&vec![route.clone(), ("method", method.into()), status]).inc();
        self.seconds.get_or_create(&vec![route]).observe(time.as_secs_f64());
    }

    /// So many connections are open.
    pub fn connections_changed(&self, count: usize) {
        self.connections.set(shown(count));
    }

    /// A connection was over a limit.
    pub fn connection_refused(&self) {
        self.connections_refused.inc();
    }

    /// An event stream began; dropping it says that it ended.
    pub fn stream_began(&self) -> StreamCount {
        self.streams.inc();
        StreamCount(self.streams.clone())
    }

    /// So many requests wait.
    fn waits_changed(&self, count: usize) {
        self.waits.set(shown(count));
    }

    fn text(&self, status: &NodeStatus, statistics: &Statistics, board: &Board) -> Option<String> {
        self.height.set(shown(status.height.0));
        self.block_timestamp_seconds.set(Duration::from_millis(status.time.0).as_secs_f64());
        self.peers_height.set(shown(status.peers_height.0));
        self.connected_peers.set(shown(status.peers.iter().filter(|peer| peer.connected).count()));
        self.needed_peers.set(shown(board.peers_needed));
        self.ready.set(i64::from(status.ready));
        self.waiting.set(shown(status.waiting));
        self.waiting_bytes.set(shown(status.waiting_bytes));
        self.oldest_waiting_seconds.set(Duration::from_millis(status.oldest_waiting_ms).as_secs_f64());
        self.recorded_height.set(shown(statistics.recorded_height.0));
        self.unrecorded_blocks.set(shown(statistics.waiting_blocks));
        self.unrecorded_bytes.set(shown(statistics.waiting_bytes));
        self.database_bytes.set(shown(statistics.database_bytes));
        // Where the system does not say, what it said last stands.
        if let Ok(bytes) = disk::available(&self.disk) {
            self.available_bytes.set(shown(bytes));
        }
        self.consensus_key.set(i64::from(board.consensus_key));
        self.signing.set(i64::from(board.signing));
        set(&self.signed, board.signer.signed);
        set(&self.withheld, board.signer.withheld);
        for (number, counter) in board.network.numbers().into_iter().zip(&self.network) {
            set(counter, number);
        }
        let mut text = String::new();
        match &self.apart {
            None => export(&mut text),
            Some(registry) => encode(&mut text, registry).ok()?,
        }
        Some(without_peers(&text))
    }
}

/// A text without the families that have a label for each peer.
fn without_peers(text: &str) -> String {
    let of_each_peer = |line: &str| {
        let name = line.strip_prefix("# HELP ").or(line.strip_prefix("# TYPE ")).or(line.strip_prefix("# UNIT "));
        OF_EACH_PEER.iter().any(|family| name.unwrap_or(line).starts_with(family))
    };
    text.split_inclusive('\n').filter(|line| !of_each_peer(line)).collect()
}

/// An open event stream.
pub struct StreamCount(Gauge);

impl Drop for StreamCount {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// `GET /metrics`.
pub async fn show(State(api): State<Api>, call: Call) -> Result<Response, ApiError> {
    call.query(&[])?;
    let status = api.handle().status().await;
    let statistics = api.read(|view| Ok(view.store().statistics()?)).await?;
    api.metrics().waits_changed(api.waits().taken());
    let text = api
        .metrics()
        .text(&status, &statistics, &api.handle().board())
        .ok_or_else(|| ApiError::internal("a figure has no text"))?;
    let content_type = HeaderValue::from_static(CONTENT_TYPE);
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, no_store)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: no figure names a peer, and all others stay.
    #[test]
    fn peers_are_not_named() {
        let kept = "# HELP a_b Of a.\n# TYPE a_b counter\na_b_total 1\n# EOF\n";
        let (head, end) = kept.split_at(kept.len() - 6);
        let family = OF_EACH_PEER[0];
        let scores = format!(
            "# HELP {family} Peer scores.\n# TYPE {family} histogram\n{family}_sum{{peer_id=\"12D3\"}} 1.0\n\
             {family}_bucket{{peer_id=\"12D3\",le=\"1.0\"}} 1\n"
        );
        assert_eq!(without_peers(&format!("{head}{scores}{end}")), kept);
    }
}
