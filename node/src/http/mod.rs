//! The public door: HTTP under `/v1`, health and metrics. What each path takes and gives is said in `yaosu-api`.
//!
//! Everything is bounded: connections, headers, bodies, time, records looked at, streams. Reads run on worker threads,
//! a fixed number at a time, so that a slow disk or a flood of questions holds up neither consensus nor submissions.
//! Each answer about the state is that of one decided height.

pub mod api;
pub mod assets;
pub mod attestations;
pub mod blocks;
mod body;
pub mod call;
pub mod chain;
mod connection;
mod contract;
pub mod demands;
mod events;
pub mod freezes;
mod handlers;
mod health;
pub mod history;
pub mod licences;
mod limits;
pub mod listings;
mod metrics;
pub mod negotiations;
pub mod openness;
pub mod orders;
pub mod page;
pub mod participants;
mod per_height;
mod places;
mod prepare;
pub mod problem;
pub mod proposals;
pub mod provenance;
pub mod recalls;
pub mod receipts;
mod records;
pub mod reference;
pub mod reply;
mod routes;
mod royalties;
mod samples;
pub mod search;
mod server;
#[cfg(test)]
pub mod tests;
pub mod transactions;
pub mod view;
mod words;
pub mod written;

use std::io;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use api::Api;
pub use limits::Limits;
pub use metrics::Metrics;
pub use routes::routes;

use crate::handle::NodeHandle;

/// Serves the public door until `shutdown` turns true or its sender is dropped, then lets open requests end for
/// [`Limits::shutdown_grace`].
///
/// # Errors
/// If the listener has no address.
pub async fn serve(
    listener: TcpListener,
    handle: NodeHandle,
    limits: Limits,
    metrics: Metrics,
    shutdown: watch::Receiver<bool>,
) -> io::Result<()> {
    let api = Api::new(handle, limits, metrics, shutdown);
    let router = routes(api.clone());
    serve_router(listener, router, api).await
}

/// The same for a router with more paths: [`routes`] merged with the explorer's, say.
///
/// # Errors
/// If the listener has no address.
pub async fn serve_router(listener: TcpListener, router: Router, api: Api) -> io::Result<()> {
    server::run(listener, router, api).await
}
