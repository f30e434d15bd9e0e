//! Answers that are no problems: their bytes, and how long they may be kept.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use yaosu_api::OCTET_STREAM;
use yaosu_ledger::BlockId;

use super::body::JSON;

/// How long an answer may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For ever: the path names the content by its full identifier. The tag is that of the content.
    Forever(String),
    /// The content never changes, but another chain at this address would have another: ask with the tag.
    Tagged(String),
    /// Until the next block.
    UntilBlock(BlockId),
    /// Not at all.
    No,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
    keep: Keep,
    location: Option<String>,
}

/// The JSON of one of our own types.
pub fn json_bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("the contract's types have string keys and no failing serializers")
}

impl Reply {
    /// JSON with status 200.
    pub fn json<T: Serialize>(value: &T, keep: Keep) -> Self {
        Self { status: StatusCode::OK, content_type: JSON, body: json_bytes(value), keep, location: None }
    }

    /// Canonical bytes.
    pub const fn octets(body: Vec<u8>, keep: Keep) -> Self {
        Self::new(OCTET_STREAM, body, keep)
    }

    /// Bytes of this type.
    pub const fn new(content_type: &'static str, body: Vec<u8>, keep: Keep) -> Self {
        Self { status: StatusCode::OK, content_type, body, keep, location: None }
    }

    /// A text of another type.
    pub const fn text(content_type: &'static str, body: Vec<u8>, keep: Keep) -> Self {
        Self { status: StatusCode::OK, content_type, body, keep, location: None }
    }

    /// Its bytes.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same with another status.
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with where it is found.
    pub fn with_location(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    /// The response; 304 if the client has it already.
    pub fn into_response(self, request: &HeaderMap) -> Response {
        let Self { status, content_type, body, keep, location } = self;
        let (control, tag) = match keep {
            Keep::Forever(tag) => ("public, max-age=31536000, immutable", Some(tag)),
            Keep::Tagged(tag) => ("no-cache", Some(tag)),
            Keep::UntilBlock(block) => ("no-cache", Some(block.to_string())),
            Keep::No => ("no-store", None),
        };
        let tag = tag.map(|tag| format!("\"{tag}\""));
        let has_it = status == StatusCode::OK && tag.as_deref().is_some_and(|tag| names(request, tag));
        let mut response = if has_it {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = (status, Body::from(body)).into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// Whether the request says that it has the content with this tag.
fn names(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|candidate| candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag)
}
