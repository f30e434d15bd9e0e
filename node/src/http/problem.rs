//! What goes wrong: the problem document for the client, and what only the log is told.
//!
//! No error leaves in another form: extractors, unknown paths and wrong methods answer through [`ApiError`] too.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use yaosu_api::words::{Language, Named as _, Speaker};
use yaosu_api::{PROBLEM_JSON, Problem, ProblemCode};
use yaosu_ledger::codec::CodecError;
use yaosu_ledger::rejection::Rejection;
use yaosu_replica::Refusal;
use yaosu_store::StoreError;

use super::reply::json_bytes;
use crate::handle::SubmitError;

/// Seconds after which a client that was turned away may come again.
const RETRY_AFTER_SECONDS: u32 = 1;

/// What a person is told, in English and in Chinese. What has no Chinese does not compile.
#[derive(Debug)]
pub struct Told {
    english: String,
    chinese: String,
}

/// In English, then in Chinese.
impl<E: Into<String>, C: Into<String>> From<(E, C)> for Told {
    fn from((english, chinese): (E, C)) -> Self {
        Self { english: english.into(), chinese: chinese.into() }
    }
}

/// An answer that is a problem.
#[derive(Debug)]
pub struct ApiError(Box<Content>);

#[derive(Debug)]
struct Content {
    /// In English.
    problem: Problem,
    /// What the rest of it has in Chinese.
    words: Words,
    retry: bool,
    location: Option<String>,
    /// For the log only: paths, damage, what the operating system said.
    private: Option<String>,
}

/// The words of a problem in Chinese.
#[derive(Debug)]
enum Words {
    /// Those of a rule, which every speaker has.
    Rejected(Rejection),
    /// Those of a kind, of what happened, and of what to do about it.
    Told { kind: ProblemCode, detail: String, hint: Option<String> },
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        Self::of(Problem::rejected(&rejection), Words::Rejected(rejection))
    }
}

impl ApiError {
    fn of(problem: Problem, words: Words) -> Self {
        let retry = problem.code == ProblemCode::Busy.code() || problem.code == ProblemCode::Unavailable.code();
        Self(Box::new(Content { problem, words, retry, location: None, private: None }))
    }

    /// A problem of this kind.
    pub fn new(kind: ProblemCode, detail: impl Into<Told>) -> Self {
        let Told { english, chinese } = detail.into();
        Self::of(Problem::new(kind, english), Words::Told { kind, detail: chinese, hint: None })
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
        let mut error =
            Self::new(ProblemCode::Internal, ("the node could not read what it holds", "节点无法读取其保存的内容"))
                .with_hint(("the operator finds the reason in the node's log", "原因见运营方的节点日志"));
        error.0.private = Some(private.into());
        error
    }

    /// What the client is told.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// The rule that says no, if one does.
    pub fn rejection(&self) -> Option<&Rejection> {
        match &self.0.words {
            Words::Rejected(rejection) => Some(rejection),
            Words::Told { .. } => None,
        }
    }

    /// What the client is told in the language that is spoken. Code, number, field and status are those of every
    /// language.
    pub fn told(&self, speaker: &impl Speaker) -> Problem {
        self.0.told(speaker)
    }

    /// The same with what to do about it.
    pub fn with_hint(mut self, hint: impl Into<Told>) -> Self {
        let Told { english, chinese } = hint.into();
        self.0.problem.hint = Some(english);
        if let Words::Told { hint, .. } = &mut self.0.words {
            *hint = Some(chinese);
        }
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

impl Content {
    fn told(&self, speaker: &impl Speaker) -> Problem {
        match (&self.words, speaker.language()) {
            (_, Language::English) => self.problem.clone(),
            (Words::Rejected(rejection), Language::Chinese) => Problem::rejected_in_words(rejection, speaker),
            (Words::Told { kind, detail, hint }, Language::Chinese) => Problem {
                title: kind.word(Language::Chinese).into(),
                detail: detail.clone(),
                hint: hint.clone(),
                ..self.problem.clone()
            },
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            // The node is going down for it; another one answers.
            StoreError::DiskFull { .. } | StoreError::Stopped(_) | StoreError::Closed => {
                let detail = ("the node is stopping: its store takes nothing more", "节点正在停止：其存储不再接受写入");
                Self::new(ProblemCode::Unavailable, detail)
                    .with_hint(("ask another node; this one's log says why", "请询问其他节点；原因见本节点日志"))
            }
            other => Self::internal(other.to_string()),
        }
    }
}

impl From<CodecError> for ApiError {
    fn from(error: CodecError) -> Self {
        let chinese = match &error {
            CodecError::TooLong { bytes, limit } => format!("{bytes} 字节超过上限 {limit} 字节"),
            CodecError::Malformed(_) => "字节不是该类型的值".to_owned(),
            CodecError::LeftOver(bytes) => format!("值之后多出 {bytes} 字节"),
            CodecError::NotCanonical => "字节不是该值的规范编码".to_owned(),
        };
        Self::new(ProblemCode::Malformed, (error.to_string(), chinese)).with_hint((
            "send the canonical encoding of a transaction, as the client library makes it",
            "请发送交易的规范编码，与客户端程序库所生成的相同",
        ))
    }
}

impl From<SubmitError> for ApiError {
    fn from(error: SubmitError) -> Self {
        let english = error.to_string();
        match error {
            SubmitError::Malformed(error) => error.into(),
            SubmitError::Refused(refusal) => refusal.into(),
            SubmitError::Store(error) => error.into(),
            SubmitError::Busy => {
                Self::new(ProblemCode::Busy, (english, "提交的交易超过本节点目前能核验的数量")).with_hint(AGAIN)
            }
            SubmitError::Stopping => Self::new(ProblemCode::Unavailable, (english, "节点正在停止"))
                .with_hint(("send the same bytes to another node", "请将同样的字节发送给其他节点")),
        }
    }
}

const AGAIN: (&str, &str) = ("send the same bytes again a little later", "请稍后重新发送同样的字节");

/// Why a transaction was not taken, or not kept.
impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let english = refusal.to_string();
        match refusal {
            Refusal::Rejected(rejection) => rejection.into(),
            Refusal::NumberWaiting { waiting } => {
                let chinese = format!("此通道的该序号下已有交易 {waiting} 在等待");
                Self::new(ProblemCode::NumberWaiting, (english, chinese)).about("sequence").with_hint((
                    "sign with the next number of the lane, or wait until the other is committed",
                    "请以此通道的下一个序号签署，或等待该交易写入账本",
                ))
            }
            Refusal::Full { count, bytes } => {
                let chinese = format!("已有 {count} 笔交易（共 {bytes} 字节）在等待，没有空余容量");
                Self::new(ProblemCode::Busy, (english, chinese)).with_hint(AGAIN)
            }
            Refusal::ParticipantFull { count } => {
                let chinese = format!("此参与方已有 {count} 笔交易在等待，不再接受更多");
                Self::new(ProblemCode::Busy, (english, chinese)).with_hint(AGAIN)
            }
            Refusal::Orphaned => Self::new(ProblemCode::Orphaned, (english, "此通道中的前一笔交易没有到达"))
                .about("sequence")
                .with_hint((
                    "send the transaction before it in its lane, then this one again",
                    "请先发送此通道中的前一笔交易，再重新发送这一笔",
                )),
        }
    }
}

/// A problem that can still be told in another language than English.
#[derive(Clone, Debug)]
struct Untold(Arc<Content>);

/// Tells a problem in the language that is spoken. Answers that are no problems stay as they are.
pub fn tell(response: &mut Response, speaker: &impl Speaker) {
    if let Some(Untold(content)) = response.extensions_mut().remove() {
        *response.body_mut() = Body::from(json_bytes(&content.told(speaker)));
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let content = *self.0;
        let Content { problem, retry, location, private, .. } = &content;
        if let Some(private) = private {
            tracing::error!(code = %problem.code, reason = %private, "a request could not be answered");
        }
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, json_bytes(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if *retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
        }
        if let Some(location) = location.as_ref().and_then(|location| HeaderValue::try_from(location).ok()) {
            headers.insert(header::LOCATION, location);
        }
        response.extensions_mut().insert(Untold(Arc::new(content)));
        response
    }
}
