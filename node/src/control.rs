//! Where a running node takes commands from its owner: HTTP on a Unix socket in its home folder.
//!
//! Only the user that runs the node, and root, are heard: the socket's mode says so, and whoever connects is looked at
//! again, since a socket has its mode only a moment after it is there.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

use crate::error::NodeError;
use crate::log::Log;

/// The path of the log's filter: `GET` shows it, `PUT` changes it.
pub const LOG_FILTER: &str = "/log/filter";

/// The longest command.
const BODY_BYTES_MAX: usize = 4 * 1024;

/// Which lines the log has.
#[derive(Debug, Serialize, Deserialize)]
pub struct LogFilter {
    /// As `log.filter` of the configuration.
    pub filter: String,
}

/// Why a command was not carried out.
#[derive(Debug, Serialize, Deserialize)]
pub struct Refused {
    /// What is wrong.
    pub reason: String,
}

/// An open socket. Closed and removed when dropped.
pub struct Control {
    path: PathBuf,
    server: JoinHandle<io::Result<()>>,
}

impl Control {
    /// Opens the socket. Only who has the store may: a socket that is there is of a node that is gone.
    ///
    /// # Errors
    /// [`NodeError::Io`].
    pub fn open(path: &Path, log: Log) -> Result<Self, NodeError> {
        let failed = |error| NodeError::io("listen on", path, error);
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let listener = UnixListener::bind(path).map_err(failed)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let routes = Router::new()
            .route(LOG_FILTER, get(show).put(change))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .layer(middleware::from_fn(owner_only))
            .with_state(log);
        let service = routes.into_make_service_with_connect_info::<Caller>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await });
        Ok(Self { path: path.to_owned(), server })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.server.abort();
        // The next node of this folder removes what is left.
        let _removed = std::fs::remove_file(&self.path);
    }
}

/// The user at the other end; `None` if the system does not say.
#[derive(Clone, Copy)]
struct Caller(Option<u32>);

impl Connected<IncomingStream<'_, UnixListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        Self(stream.io().peer_cred().ok().map(|user| user.uid()))
    }
}

/// Whether this user may give commands to a node of that one.
fn may_command(caller: Option<u32>, own: u32) -> bool {
    caller.is_some_and(|caller| caller == own || caller == 0)
}

async fn owner_only(ConnectInfo(caller): ConnectInfo<Caller>, request: Request, next: Next) -> Response {
    if may_command(caller.0, rustix::process::geteuid().as_raw()) {
        return next.run(request).await;
    }
    refused(StatusCode::FORBIDDEN, "only the user that runs the node may give it commands".into())
}

fn refused(code: StatusCode, reason: String) -> Response {
    (code, Json(Refused { reason })).into_response()
}

async fn show(State(log): State<Log>) -> Response {
    Json(LogFilter { filter: log.filter() }).into_response()
}

async fn change(State(log): State<Log>, filter: String) -> Response {
    let (before, filter) = (log.filter(), filter.trim());
    match log.change(filter) {
        Ok(()) => {
            tracing::warn!(%before, now = %filter, "the log's filter was changed, until the node ends");
            Json(LogFilter { filter: log.filter() }).into_response()
        }
        Err(reason) => refused(StatusCode::BAD_REQUEST, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: nobody but the owner and root gives commands, even if the socket's mode lets others in.
    #[test]
    fn others_are_not_heard() {
        for (caller, own, may) in
            [(Some(7), 7, true), (Some(0), 7, true), (Some(8), 7, false), (Some(7), 0, false), (None, 7, false)]
        {
            assert_eq!(may_command(caller, own), may, "{caller:?} to a node of {own}");
        }
    }
}
