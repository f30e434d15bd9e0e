//! Bodies of requests, read under a limit in bytes and one in time.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use tokio::time::{Duration, timeout};
use yaosu_api::words::{Language, quoted};
use yaosu_api::{OCTET_STREAM, ProblemCode};

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
        // Why is said by the program that reads it, in English alone.
        let english = format!("the JSON is not what this path takes: {error}");
        ApiError::bad("body", (english, format!("JSON 与此路径的要求不符：{error}")))
            .with_hint(("/v1/openapi.json has the schema, with an example", "其结构和示例见 /v1/openapi.json"))
    })
}

fn is(headers: &HeaderMap, wanted: &str) -> bool {
    content_type(headers).split(';').next().unwrap_or("").trim().eq_ignore_ascii_case(wanted)
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn other_type(headers: &HeaderMap, wanted: &str) -> ApiError {
    let found = content_type(headers);
    let chinese = format!("请求内容须为 {wanted}，而不是{}", quoted(found, Language::Chinese));
    let told = (format!("the body must be {wanted}, not {found:?}"), chinese);
    ApiError::new(ProblemCode::UnsupportedMediaType, told).about("content-type")
}

async fn read(headers: &HeaderMap, body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, ApiError> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > limit)) {
        return Err(too_large(limit));
    }
    timeout(time, collect(body, limit)).await.map_err(|_| {
        let milliseconds = time.as_millis();
        let english = format!("the body was not complete after {milliseconds} ms");
        ApiError::new(ProblemCode::Timeout, (english, format!("请求内容在 {milliseconds} 毫秒后仍不完整")))
    })?
}

async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| ApiError::new(ProblemCode::BadRequest, ("the body broke off", "请求内容中断")))?;
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn too_large(limit: usize) -> ApiError {
    let english = format!("the body is over the limit of {limit} bytes");
    ApiError::new(ProblemCode::TooLarge, (english, format!("请求内容超过上限 {limit} 字节")))
}
