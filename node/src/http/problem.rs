//! What goes wrong: the problem document for the client, and what only the log is told.
//!
//! No error leaves in another form: extractors, unknown paths and wrong methods answer through [`ApiError`] too.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yaosu_api::{PROBLEM_JSON, Problem, ProblemCode};
use yaosu_replica::Refusal;
use yaosu_store::StoreError;

use super::reply::json_bytes;
use crate::handle::SubmitError;

/// Seconds after which a client that was turned away may come again.
const RETRY_AFTER_SECONDS: u32 = 1;

/// What a person is told: in English, which programs are told too, and in Chinese where a page may show it.
#[derive(Debug)]
pub struct Told {
    english: String,
    chinese: Option<String>,
}

impl From<&str> for Told {
    fn from(english: &str) -> Self {
        english.to_owned().into()
    }
}

impl From<String> for Told {
    fn from(english: String) -> Self {
        Self { english, chinese: None }
    }
}

/// In English, then in Chinese.
impl<E: Into<String>, C: Into<String>> From<(E, C)> for Told {
    fn from((english, chinese): (E, C)) -> Self {
        Self { english: english.into(), chinese: Some(chinese.into()) }
    }
}

/// The words of a problem in Chinese, as far as there are any.
#[derive(Clone, Debug, Default)]
pub struct Chinese {
    /// What happened.
    pub detail: Option<String>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// An answer that is a problem.
#[derive(Debug)]
pub struct ApiError(Box<Content>);

#[derive(Debug)]
struct Content {
    problem: Problem,
    chinese: Chinese,
    retry: bool,
    location: Option<String>,
    /// For the log only: paths, damage, what the operating system said.
    private: Option<String>,
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let retry = problem.code == ProblemCode::Busy.code() || problem.code == ProblemCode::Unavailable.code();
        Self(Box::new(Content { problem, chinese: Chinese::default(), retry, location: None, private: None }))
    }
}

impl ApiError {
    /// A problem of this kind.
    pub fn new(code: ProblemCode, detail: impl Into<Told>) -> Self {
        let Told { english, chinese } = detail.into();
        let mut error = Self::from(Problem::new(code, english));
        error.0.chinese.detail = chinese;
        error
    }

    /// A part of the request that is not what it must be.
    pub fn bad(field: &str, detail: impl Into<Told>) -> Self {
        Self::new(ProblemCode::BadRequest, detail).about(field)
    }

    /// There is no such thing; `what` says what was looked for.
    pub fn not_found(what: impl Into<Told>) -> Self {
        Self::new(ProblemCode::NotFound, what)
    }

    /// The node failed; `private` goes to the log alone.
    pub fn internal(private: impl Into<String>) -> Self {
        let mut error = Self::from(
            Problem::new(ProblemCode::Internal, "the node could not read what it holds")
                .with_hint("the operator finds the reason in the node's log"),
        );
        error.0.private = Some(private.into());
        error
    }

    /// What the client is told.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// What a person is told in Chinese.
    pub fn chinese(&self) -> &Chinese {
        &self.0.chinese
    }

    /// The same with what to do about it.
    pub fn with_hint(mut self, hint: impl Into<Told>) -> Self {
        let Told { english, chinese } = hint.into();
        self.0.problem.hint = Some(english);
        self.0.chinese.hint = chinese;
        self
    }

    /// The same for a client that need not come again: it would be told the same.
    pub fn for_good(mut self) -> Self {
        self.0.retry = false;
        self
    }

    /// The same with where to look later.
    pub fn with_location(mut self, location: String) -> Self {
        self.0.location = Some(location);
        self
    }

    /// The same as a fault of another field.
    pub fn about(mut self, field: &str) -> Self {
        self.0.problem.field = Some(field.into());
        self
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            // The node is going down for it; another one answers.
            StoreError::DiskFull { .. } | StoreError::Stopped(_) | StoreError::Closed => {
                Problem::new(ProblemCode::Unavailable, "the node is stopping: its store takes nothing more")
                    .with_hint("ask another node; this one's log says why")
                    .into()
            }
            other => Self::internal(other.to_string()),
        }
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Malformed(error) => Problem::new(ProblemCode::Malformed, error.to_string())
                .with_hint("send the canonical encoding of a transaction, as the client library makes it")
                .into(),
            SubmitError::Refused(refusal) => refused(&refusal).into(),
            SubmitError::Store(error) => error.into(),
            SubmitError::Busy => Problem::new(ProblemCode::Busy, error.to_string())
                .with_hint("send the same bytes again a little later")
                .into(),
            SubmitError::Stopping => Problem::new(ProblemCode::Unavailable, error.to_string())
                .with_hint("send the same bytes to another node")
                .into(),
        }
    }
}

/// Why a transaction was not taken, or not kept.
pub fn refused(refusal: &Refusal) -> Problem {
    let detail = refusal.to_string();
    match refusal {
        Refusal::Rejected(rejection) => Problem::rejected(rejection),
        Refusal::NumberWaiting { .. } => Problem::new(ProblemCode::NumberWaiting, detail)
            .with_field("sequence")
            .with_hint("sign with the next number of the lane, or wait until the other is committed"),
        Refusal::Full { .. } | Refusal::ParticipantFull { .. } => {
            Problem::new(ProblemCode::Busy, detail).with_hint("send the same bytes again a little later")
        }
        Refusal::Orphaned => Problem::new(ProblemCode::Orphaned, detail)
            .with_field("sequence")
            .with_hint("send the transaction before it in its lane, then this one again"),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Content { problem, retry, location, private, .. } = *self.0;
        if let Some(private) = private {
            tracing::error!(code = %problem.code, reason = %private, "a request could not be answered");
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, json_bytes(&problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        if let Some(location) = location.and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}
