//! Every path with what answers it, and what is done to every answer.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::FutureExt as _;
use tokio::time::timeout;
use yaosu_api::{ProblemCode, WAIT_MS_MAX};

use super::api::{Api, read};
use super::problem::ApiError;
use super::{
    assets, attestations, blocks, chain, demands, events, freezes, health, history, licences, listings, metrics,
    negotiations, openness, orders, participants, proposals, provenance, recalls, receipts, royalties, samples,
    transactions,
};

/// The label of requests for paths that are not there.
const NO_ROUTE: &str = "none";

/// The paths of the public door.
pub fn routes(api: Api) -> Router {
    Router::new()
        .merge(waiting(&api))
        .merge(answering(&api))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(api.clone(), finish))
        .with_state(api)
}

/// Paths on which a client may ask to wait.
fn waiting(api: &Api) -> Router<Api> {
    let limit = api.limits().request_timeout.saturating_add(api.limits().body_timeout);
    let limit = limit.saturating_add(Duration::from_millis(WAIT_MS_MAX));
    Router::new()
        .route("/v1/transactions", axum::routing::post(transactions::submit))
        .route("/v1/transactions/{ref}", get(transactions::show))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(move |request, next| in_time(limit, request, next)))
}

fn answering(api: &Api) -> Router<Api> {
    let limit = api.limits().request_timeout;
    Router::new()
        .route("/v1/transactions/check", axum::routing::post(transactions::check))
        .route("/v1/transactions/{ref}/receipt", read(receipts::of_transaction))
        .route("/v1/events", get(events::stream))
        .route("/v1/events/{position}/receipt", read(receipts::of_event))
        .route("/v1/state/{key}/receipt", read(receipts::of_record))
        .route("/v1/genesis", read(chain::genesis))
        .route("/v1/head", read(chain::head))
        .route("/v1/chain", read(chain::chain))
        .route("/v1/status", get(chain::status))
        .route("/v1/validators", read(chain::validators))
        .route("/v1/money", read(chain::money))
        .route("/v1/nodes", read(chain::nodes))
        .route("/v1/blocks", read(blocks::list))
        .route("/v1/blocks/{ref}", read(blocks::show))
        .route("/v1/participants", read(participants::list))
        .route("/v1/participants/{ref}", read(participants::show))
        .route("/v1/participants/{ref}/account", read(participants::account))
        .route("/v1/participants/{ref}/lanes/{lane}", get(participants::lane))
        .route("/v1/participants/{ref}/history", read(history::of_participant))
        .route("/v1/assets", read(assets::list))
        .route("/v1/assets/{ref}", read(assets::show))
        .route("/v1/assets/{ref}/versions", read(assets::versions))
        .route("/v1/assets/{ref}/objections", read(assets::objections))
        .route("/v1/assets/{ref}/history", read(history::of_asset))
        .route("/v1/assets/{ref}/provenance", read(provenance::show))
        .route("/v1/assets/{ref}/attestations", read(attestations::of_asset))
        .route("/v1/assets/{ref}/openness", read(openness::of_asset))
        .route("/v1/openness", read(openness::list))
        .route("/v1/attestations", read(attestations::list))
        .route("/v1/attestations/{ref}", read(attestations::show))
        .route("/v1/attestations/{ref}/history", read(history::of_attestation))
        .route("/v1/freezes", read(freezes::list))
        .route("/v1/freezes/{ref}", read(freezes::show))
        .route("/v1/freezes/{ref}/history", read(history::of_freeze))
        .route("/v1/assets/{ref}/royalties", read(royalties::show))
        .route("/v1/assets/{ref}/sample-choice", read(samples::choice))
        .route("/v1/listings", read(listings::list))
        .route("/v1/listings/{ref}", read(listings::show))
        .route("/v1/listings/{ref}/history", read(history::of_listing))
        .route("/v1/orders", read(orders::list))
        .route("/v1/orders/{ref}", read(orders::show))
        .route("/v1/orders/{ref}/history", read(history::of_order))
        .route("/v1/licences", read(licences::list))
        .route("/v1/licences/{ref}", read(licences::show))
        .route("/v1/licences/{ref}/history", read(history::of_licence))
        .route("/v1/licences/{ref}/uses", read(licences::uses))
        .route("/v1/licences/{ref}/may", read(licences::may))
        .route("/v1/recalls", read(recalls::list))
        .route("/v1/recalls/{ref}", read(recalls::show))
        .route("/v1/recalls/{ref}/duties", read(recalls::duties))
        .route("/v1/recalls/{ref}/history", read(history::of_recall))
        .route("/v1/negotiations", read(negotiations::list))
        .route("/v1/negotiations/{ref}", read(negotiations::show))
        .route("/v1/negotiations/{ref}/history", read(history::of_negotiation))
        .route("/v1/demands", read(demands::list))
        .route("/v1/demands/{ref}", read(demands::show))
        .route("/v1/demands/{ref}/history", read(history::of_demand))
        .route("/v1/proposals", read(proposals::list))
        .route("/v1/proposals/{ref}", read(proposals::show))
        .route("/v1/proposals/{ref}/history", read(history::of_proposal))
        .route("/healthz", get(health::lives))
        .route("/livez", get(health::lives))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::show))
        .merge(crate::explorer::routes())
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(move |request, next| in_time(limit, request, next)))
}

async fn unknown_path(request: Request) -> ApiError {
    ApiError::not_found(format!("there is no path {:?}", request.uri().path()))
        .with_hint("pages for people begin at / and /zh/, the interface at /v1; health is at /healthz and /readyz, figures at /metrics")
}

async fn wrong_method(request: Request) -> ApiError {
    let detail = format!("{:?} does not take {}", request.uri().path(), request.method());
    ApiError::new(ProblemCode::MethodNotAllowed, detail).with_hint("the header Allow says which methods it takes")
}

/// Answers 504 when there is no answer in time.
async fn in_time(limit: Duration, request: Request, next: Next) -> Response {
    timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        ApiError::new(ProblemCode::Timeout, format!("there was no answer within {} ms", limit.as_millis()))
            .with_hint("ask again a little later, or ask for less at once")
            .into_response()
    })
}

/// Counts an answer and adds the headers that all have; a panic becomes a problem document.
async fn finish(State(api): State<Api>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(|_| ApiError::internal("a handler panicked").into_response());
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    api.metrics().answered(route, &method, response.status(), began.elapsed());
    let headers = response.headers_mut();
    let defaults: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
