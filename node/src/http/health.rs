//! Health: whether the process works, and whether the node is of use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use yaosu_api::{CheckView, LifeView, ReadinessView};

use super::api::Api;
use super::call::Call;
use super::problem::ApiError;
use super::reply::{Keep, Reply};

/// `GET /healthz`, `GET /livez`: 200 while the process works.
pub async fn lives(call: Call) -> Result<Response, ApiError> {
    call.query(&[])?;
    Ok(Reply::json(&LifeView { alive: true }, Keep::No).into_response(&call.headers))
}

/// `GET /readyz`: every check; 503 if one fails.
pub async fn ready(State(api): State<Api>, call: Call) -> Result<Response, ApiError> {
    call.query(&[])?;
    let stops = *api.shutdown().borrow();
    let status = api.handle().status().await;
    let failure = api.read(|view| Ok(view.store().failure())).await?;
    let connected = status.peers.iter().filter(|peer| peer.connected).count();
    let checks = vec![
        CheckView { name: "running".into(), ok: !stops, detail: if stops { "stopping" } else { "" }.into() },
        CheckView {
            name: "store".into(),
            ok: failure.is_none(),
            // The reason names paths: it is for the log, not for whoever asks.
            detail: failure.map_or_else(String::new, |_| "the store has stopped; the log says why".into()),
        },
        CheckView {
            name: "network".into(),
            ok: status.ready,
            detail: format!(
                "height {}, peers have {}, {connected} of {} peers connected",
                status.height,
                status.peers_height,
                status.peers.len()
            ),
        },
    ];
    let ready = checks.iter().all(|check| check.ok);
    let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok(Reply::json(&ReadinessView { ready, checks }, Keep::No).with_status(code).into_response(&call.headers))
}
