//! The accept loop: connections in total and of one address are counted, each is served under time limits, and all
//! end when the node stops.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::api::Api;
use super::connection::Watched;
use super::limits::Limits;
use super::places::{ClientNetwork, Places};

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
        let client = ClientNetwork::of(peer.ip());
        let Ok(place) = places.take(client) else {
            api.metrics().connection_refused();
            continue;
        };
        let (router, limits, shutdown) = (router.clone(), limits.clone(), shutdown.clone());
        api.metrics().connections_changed(places.taken());
        let (api, places) = (api.clone(), places.clone());
        connections.spawn(async move {
            serve(stream, client, router, &limits, shutdown).await;
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

async fn serve(
    stream: TcpStream,
    client: ClientNetwork,
    router: Router,
    limits: &Limits,
    mut shutdown: watch::Receiver<bool>,
) {
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
    let router = TowerToHyperService::new(router);
    // Handlers learn from it whose places they give away.
    let service = service_fn(move |mut request| {
        request.extensions_mut().insert(client);
        router.call(request)
    });
    let connection = builder.serve_connection(io, service);
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
