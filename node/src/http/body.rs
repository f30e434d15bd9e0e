//! Bodies of requests, read under a limit in bytes and one in time.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures::StreamExt as _;
use tokio::time::{Duration, timeout};
use yaosu_api::{OCTET_STREAM, Problem, ProblemCode};

use super::problem::ApiError;

/// The bytes of a body that must be `application/octet-stream`, at most `limit` of them.
///
/// # Errors
/// 415 for another type; 413 as soon as it is known to be longer, before more is read; 504 if it comes too slowly.
pub async fn octets(headers: &HeaderMap, body: Body, limit: usize, time: Duration) -> Result<Vec<u8>, ApiError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    if !essence.eq_ignore_ascii_case(OCTET_STREAM) {
        let detail = format!("the body must be {OCTET_STREAM}, not {content_type:?}");
        return Err(Problem::new(ProblemCode::UnsupportedMediaType, detail).with_field("content-type").into());
    }
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
