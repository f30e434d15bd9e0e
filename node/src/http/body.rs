//! Bodies of requests, read under a limit in bytes and one in time.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use tokio::time::{Duration, timeout};
use yaosu_api::{OCTET_STREAM, Problem, ProblemCode};

use super::problem::ApiError;

/// JSON, as bodies and answers have it.
pub const JSON: &str = "application/json";

/// The bytes of a body that must be of this type, at most `limit` of them.
///
/// # Errors
/// 415 for another type; 413 as soon as it is known to be longer, before more is read; 504 if it comes too slowly.
pub async fn json(headers: &HeaderMap, body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, ApiError> {
    if !is(headers, JSON) {
        return Err(other_type(headers, JSON));
    }
    read(headers, body, limit, time).await
}

/// The bytes of a body that is JSON or `application/octet-stream`, and whether it is JSON. Each has its own limit.
///
/// # Errors
/// Those of [`json`].
pub async fn json_or_octets(
    headers: &HeaderMap,
    body: Body,
    [json_limit, octets_limit]: [usize; 2],
    time: Duration,
) -> Result<(bool, Vec<u8>), ApiError> {
    let is_json = is(headers, JSON);
    if !is_json && !is(headers, OCTET_STREAM) {
        return Err(other_type(headers, &format!("{JSON} or {OCTET_STREAM}")));
    }
    let limit = if is_json { json_limit } else { octets_limit };
    Ok((is_json, read(headers, body, limit, time).await?))
}

/// JSON as a value.
///
/// # Errors
/// 400 with where it is not what it must be.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        ApiError::bad("body", format!("the JSON is not what this path takes: {error}"))
            .with_hint("/v1/openapi.json has the schema, with an example")
    })
}

fn is(headers: &HeaderMap, wanted: &str) -> bool {
    content_type(headers).split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(wanted)
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn other_type(headers: &HeaderMap, wanted: &str) -> ApiError {
    let detail = format!("the body must be {wanted}, not {:?}", content_type(headers));
    Problem::new(ProblemCode::UnsupportedMediaType, detail).with_field("content-type").into()
}

async fn read(headers: &HeaderMap, body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, ApiError> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > limit)) {
        return Err(too_large(limit));
    }
    timeout(time, collect(body, limit)).await.map_err(|_| {
        ApiError::new(ProblemCode::Timeout, format!("the body was not complete after {} ms", time.as_millis()))
    })?
}

async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(ProblemCode::BadRequest, "the body broke off"))?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large(limit: usize) -> ApiError {
    ApiError::new(ProblemCode::TooLarge, format!("the body is over the limit of {limit} bytes"))
}
