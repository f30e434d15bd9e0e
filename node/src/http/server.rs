//! The accept loop: connections in total and of one address are counted, each is served under time limits, and all
//! end when the node stops.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::api::Api;
use super::connection::Watched;
use super::limits::Limits;

/// How long nothing is accepted after the operating system refused: most often it is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until the node stops.
pub async fn run(listener: TcpListener, router: Router, api: Api) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "the HTTP door is open");
    let mut shutdown = api.shutdown();
    let limits = api.limits().clone();
    let places = Places::new(limits.connections, limits.connections_of_address);
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = stopped(&mut shutdown) => break,
            // Finished connections are let go of as they end.
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let Some(place) = places.take(peer) else {
            api.metrics().connection_refused();
            continue;
        };
        let (router, limits, shutdown) = (router.clone(), limits.clone(), shutdown.clone());
        api.metrics().connections_changed(places.taken());
        let (api, places) = (api.clone(), places.clone());
        connections.spawn(async move {
            serve(stream, router, &limits, shutdown).await;
            drop(place);
            api.metrics().connections_changed(places.taken());
        });
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.shutdown_grace, all).await.is_err() {
        tracing::warn!("requests were cut off: they took too long to end");
    }
    connections.shutdown().await;
    Ok(())
}

/// Returns once the node stops.
pub async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // A sender that is gone can't say it any more.
    let _gone = shutdown.wait_for(|stops| *stops).await;
}

async fn serve(stream: TcpStream, router: Router, limits: &Limits, mut shutdown: watch::Receiver<bool>) {
    // Answers are small, and someone waits for them; without it they are only slower.
    let _slower = stream.set_nodelay(true);
    let io = TokioIo::new(Watched::new(stream, limits.write_timeout, limits.quiet_timeout));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.header_bytes)
        .max_headers(limits.headers)
        .max_buf_size(limits.header_bytes.saturating_add(64 * 1024));
    let connection = builder.serve_connection(io, TowerToHyperService::new(router));
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut shutdown) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Places for connections.
#[derive(Clone)]
struct Places(Arc<Mutex<Taken>>);

struct Taken {
    limit: usize,
    limit_of_address: usize,
    all: usize,
    of_address: HashMap<IpAddr, usize>,
}

impl Places {
    fn new(limit: usize, limit_of_address: usize) -> Self {
        Self(Arc::new(Mutex::new(Taken { limit, limit_of_address, all: 0, of_address: HashMap::new() })))
    }

    /// A place for a connection from there, given back when it is dropped.
    fn take(&self, peer: SocketAddr) -> Option<Place> {
        let network = network_of(peer.ip());
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.of_address.get(&network).copied().unwrap_or(0);
        if taken.all >= taken.limit || count >= taken.limit_of_address {
            return None;
        }
        taken.all = taken.all.saturating_add(1);
        taken.of_address.insert(network, count.saturating_add(1));
        Some(Place { places: self.clone(), network })
    }

    fn taken(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

struct Place {
    places: Places,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        let left = taken.of_address.get(&self.network).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            taken.of_address.remove(&self.network);
        } else {
            taken.of_address.insert(self.network, left);
        }
    }
}

/// Who counts as one: an IPv4 address, or the /64 network that one customer has in IPv6.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
