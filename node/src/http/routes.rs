//! Every path with what answers it, and what is done to every answer.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use tokio::time::timeout;
use yaosu_api::contract::Operation;
use yaosu_api::words::{Language, quoted};
use yaosu_api::{ProblemCode, WAIT_MS_MAX};

use super::api::Api;
use super::handlers::{handler, may_wait};
use super::language;
use super::problem::{ApiError, tell};
use super::words::Words;

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
    routes_of(may_wait)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(move |request, next| in_time(limit, request, next)))
}

fn answering(api: &Api) -> Router<Api> {
    let limit = api.limits().request_timeout;
    routes_of(|operation| !may_wait(operation))
        .merge(crate::explorer::routes())
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(move |request, next| in_time(limit, request, next)))
}

/// The operations of the contract that are wanted here.
fn routes_of(wanted: impl Fn(Operation) -> bool) -> Router<Api> {
    let operations = Operation::ALL.iter().copied().filter(|operation| wanted(*operation));
    operations.fold(Router::new(), |router, operation| router.route(operation.path(), handler(operation)))
}

/// People who lose their way get a page, programs a problem.
async fn unknown_path(State(api): State<Api>, request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path();
    if wants_page(&request) {
        return crate::explorer::no_page(&api, path.to_owned()).await;
    }
    let told = (format!("there is no path {path:?}"), format!("没有路径{}", quoted(path, Language::Chinese)));
    Err(ApiError::not_found(told).with_hint((
        "pages for people begin at / and /zh/, the interface at /v1, with a list of its paths at /v1/docs; health is \
         at /healthz and /readyz, figures at /metrics",
        "页面见 / 和 /zh/，接口见 /v1，其路径列表见 /v1/docs；健康状况见 /healthz 和 /readyz，指标见 /metrics",
    )))
}

/// Browsers name HTML among the types that they accept.
fn wants_page(request: &Request) -> bool {
    let is_page = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("text/html"));
    !request.uri().path().starts_with("/v1/") && request.headers().get_all(header::ACCEPT).iter().any(is_page)
}

async fn wrong_method(request: Request) -> ApiError {
    let (path, method) = (request.uri().path(), request.method());
    let chinese = format!("{}不支持 {method}", quoted(path, Language::Chinese));
    ApiError::new(ProblemCode::MethodNotAllowed, (format!("{path:?} does not take {method}"), chinese))
        .with_hint(("the header Allow says which methods it takes", "所支持的方法见标头 Allow"))
}

/// Answers 504 when there is no answer in time.
async fn in_time(limit: Duration, request: Request, next: Next) -> Response {
    timeout(limit, next.run(request)).await.unwrap_or_else(|_| {
        let milliseconds = limit.as_millis();
        let english = format!("there was no answer within {milliseconds} ms");
        ApiError::new(ProblemCode::Timeout, (english, format!("{milliseconds} 毫秒内没有得出答复")))
            .with_hint(("ask again a little later, or ask for less at once", "请稍后再试，或减少一次请求的内容"))
            .into_response()
    })
}

/// Counts an answer, tells a problem in the language of its request and adds the headers that all have; a panic becomes a
/// problem document.
async fn finish(State(api): State<Api>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let language = language::of_request(&request);
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(|_| ApiError::internal("a handler panicked").into_response());
    if language != Language::English && method != Method::HEAD {
        tell(&mut response, &Words::of(&api.handle().tip().state, language));
    }
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
