//! Figures for Prometheus: the engine's registry as it is, behind it the node's own.
//!
//! Base units, bounded labels, never an identifier: a label is a route as it is written in the code, a method, a status.

use std::sync::atomic::Ordering;
use std::time::Duration;

use arc_malachitebft_app_channel::app::metrics::export;
use arc_malachitebft_app_channel::app::metrics::prometheus::encoding::text::encode;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::counter::Counter;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::family::Family;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::gauge::Gauge;
use arc_malachitebft_app_channel::app::metrics::prometheus::metrics::histogram::{Histogram, exponential_buckets};
use arc_malachitebft_app_channel::app::metrics::prometheus::registry::Registry;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yaosu_api::NodeStatus;
use yaosu_network::Counts;
use yaosu_store::Statistics;

use super::api::Api;
use super::call::Call;
use super::problem::ApiError;
use crate::status::Board;

/// What Prometheus calls this form.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The end of such a text; what two registries give has it twice.
const END: &str = "# EOF\n";

type Labels = Vec<(&'static str, String)>;

/// The node's own figures.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    connections: Gauge,
    connections_refused: Counter,
    streams: Gauge,
    height: Gauge,
    peers_height: Gauge,
    connected_peers: Gauge,
    ready: Gauge,
    waiting: Gauge,
    waiting_bytes: Gauge,
    oldest_waiting_seconds: Gauge<f64, std::sync::atomic::AtomicU64>,
    recorded_height: Gauge,
    unrecorded_blocks: Gauge,
    unrecorded_bytes: Gauge,
    database_bytes: Gauge,
    signing: Gauge,
    signed: Counter,
    withheld: Counter,
    network: [Counter; NETWORK.len()],
}

/// What the network counts that an operator watches: name, what it says, and where it stands.
type NetworkFigure = (&'static str, &'static str, fn(&Counts) -> u64);

const NETWORK: [NetworkFigure; 11] = [
    ("connections_refused", "Connections of peers not admitted or cut off", |counts| counts.connections_refused),
    ("connections_failed", "Connections that failed for another reason", |counts| counts.connections_failed),
    ("bans", "Peers that were cut off for garbage", |counts| counts.bans),
    ("garbage", "Messages that were not what their topic says", |counts| counts.garbage),
    ("consensus_ignored", "Messages of consensus of no known signer, or the same again", |counts| {
        counts.consensus_ignored
    }),
    ("sync_refused", "Questions of block sync refused: their peer was over its budget", |counts| counts.sync_refused),
    ("over_budget", "Messages dropped: their peer was over its budget", |counts| counts.over_budget),
    ("batches_dropped", "Batches that came and were dropped: too many waited", |counts| counts.batches_dropped),
    ("batches_overflowed", "Batches not sent: too many waited", |counts| counts.batches_overflowed),
    ("consensus_unsent", "Messages of consensus that could not be sent", |counts| counts.consensus_unsent),
    ("sync_failed", "Questions and answers of block sync that failed", |counts| counts.sync_failed),
];

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
    /// All figures at zero.
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            streams: Gauge::default(),
            height: Gauge::default(),
            peers_height: Gauge::default(),
            connected_peers: Gauge::default(),
            ready: Gauge::default(),
            waiting: Gauge::default(),
            waiting_bytes: Gauge::default(),
            oldest_waiting_seconds: Gauge::default(),
            recorded_height: Gauge::default(),
            unrecorded_blocks: Gauge::default(),
            unrecorded_bytes: Gauge::default(),
            database_bytes: Gauge::default(),
            signing: Gauge::default(),
            signed: Counter::default(),
            withheld: Counter::default(),
            network: std::array::from_fn(|_| Counter::default()),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let node = self.registry.sub_registry_with_prefix("yaosu");
        node.register("height", "Last decided height", self.height.clone());
        node.register(
            "peers_height",
            "Height that peers have, by more than a third of the votes or by proof",
            self.peers_height.clone(),
        );
        node.register("connected_peers", "Peers that are connected", self.connected_peers.clone());
        node.register("ready", "1 if the node is ready, 0 if not", self.ready.clone());
        node.register("signing", "1 if the node's votes count, 0 if not", self.signing.clone());
        let signer = node.sub_registry_with_prefix("signer");
        signer.register("signed", "Signatures that were given", self.signed.clone());
        signer.register("withheld", "Signatures that were withheld", self.withheld.clone());
        let network = node.sub_registry_with_prefix("network");
        for ((name, help, _), counter) in NETWORK.iter().zip(&self.network) {
            network.register(*name, *help, counter.clone());
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
        store.register("unrecorded_bytes", "About how many bytes they take", self.unrecorded_bytes.clone());
        store.register("database_bytes", "Bytes of the database on disk", self.database_bytes.clone());
        let http = node.sub_registry_with_prefix("http");
        http.register("requests", "Answered requests", self.requests.clone());
        http.register("request_seconds", "Time until the answer's headers", self.seconds.clone());
        http.register("connections", "Open connections", self.connections.clone());
        http.register("connections_refused", "Connections over the limits", self.connections_refused.clone());
        http.register("event_streams", "Open event streams", self.streams.clone());
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

    fn text(&self, status: &NodeStatus, statistics: &Statistics, board: &Board) -> Option<String> {
        self.height.set(shown(status.height.0));
        self.peers_height.set(shown(status.peers_height.0));
        self.connected_peers.set(shown(status.peers.iter().filter(|peer| peer.connected).count()));
        self.ready.set(i64::from(status.ready));
        self.waiting.set(shown(status.waiting));
        self.waiting_bytes.set(shown(status.waiting_bytes));
        self.oldest_waiting_seconds.set(Duration::from_millis(status.oldest_waiting_ms).as_secs_f64());
        self.recorded_height.set(shown(statistics.recorded_height.0));
        self.unrecorded_blocks.set(shown(statistics.waiting_blocks));
        self.unrecorded_bytes.set(shown(statistics.waiting_bytes));
        self.database_bytes.set(shown(statistics.database_bytes));
        self.signing.set(i64::from(board.signing));
        set(&self.signed, board.signer.signed);
        set(&self.withheld, board.signer.withheld);
        for ((_, _, look), counter) in NETWORK.iter().zip(&self.network) {
            set(counter, look(&board.network));
        }
        let mut text = String::new();
        export(&mut text);
        text.truncate(text.strip_suffix(END).unwrap_or(&text).len());
        encode(&mut text, &self.registry).ok()?;
        Some(text)
    }
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
    let text = api
        .metrics()
        .text(&status, &statistics, &api.handle().board())
        .ok_or_else(|| ApiError::internal("a figure has no text"))?;
    let content_type = HeaderValue::from_static(CONTENT_TYPE);
    let no_store = HeaderValue::from_static("no-store");
    Ok(([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, no_store)], text).into_response())
}
