//! The description of the door: for programs, and as a page for people.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use yaosu_api::contract::{self, STYLE};

use super::call::Call;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::words::CONTRACT;

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// The page takes its style from this node, and nothing else from anywhere.
const PAGE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");

static DOCUMENT: LazyLock<String> = LazyLock::new(|| CONTRACT.to_string());
static PAGE: LazyLock<String> = LazyLock::new(contract::page);

/// `GET /v1/openapi.json`.
pub async fn document(call: Call) -> Result<Response, ApiError> {
    shown(&call, JSON, &DOCUMENT)
}

/// `GET /v1/docs`.
pub async fn page(call: Call) -> Result<Response, ApiError> {
    let mut response = shown(&call, HTML, &PAGE)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    Ok(response)
}

/// `GET /v1/docs/style.css`.
pub async fn style(call: Call) -> Result<Response, ApiError> {
    shown(&call, CSS, STYLE)
}

fn shown(call: &Call, content_type: &'static str, text: &str) -> Result<Response, ApiError> {
    call.query(&[])?;
    // The same text has the same tag, in whatever version of the program.
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let keep = Keep::Tagged(format!("{:016x}", hasher.finish()));
    Ok(Reply::new(content_type, text.as_bytes().to_vec(), keep).into_response(&call.headers))
}
