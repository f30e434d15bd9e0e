//! What goes wrong, as RFC 9457 problem documents with a stable code.

use serde::{Deserialize, Serialize};
use yaosu_ledger::rejection::Rejection;

use crate::words::{self, Speaker};

/// A problem document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank`: the code says what kind it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence in words.
    pub detail: String,
    /// The kind, stable: see [`ProblemCode`], or the name of the rule for `rejected`.
    pub code: String,
    /// The number of the rule that the ledger refuses by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u16>,
    /// The field that is wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

/// The kinds of problem besides the ledger's own rejections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemCode {
    /// A part of the request is not what it must be.
    BadRequest,
    /// The bytes are not a transaction.
    Malformed,
    /// There is no such thing.
    NotFound,
    /// A prefix leads to more than one thing.
    Ambiguous,
    /// The body is over the limit.
    TooLarge,
    /// The queue is full, or this sender's part of it.
    Busy,
    /// Another transaction waits under this number of this lane.
    NumberWaiting,
    /// The transaction before it in its lane did not come.
    Orphaned,
    /// The path takes other methods.
    MethodNotAllowed,
    /// The body is of another type than this path takes.
    UnsupportedMediaType,
    /// Nothing was decided in time; it may still be.
    Timeout,
    /// The node can't answer now.
    Unavailable,
    /// The node failed.
    Internal,
}

impl ProblemCode {
    /// Every kind, in order.
    pub const ALL: &[Self] = &[
        Self::BadRequest,
        Self::Malformed,
        Self::NotFound,
        Self::Ambiguous,
        Self::TooLarge,
        Self::Busy,
        Self::NumberWaiting,
        Self::Orphaned,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::Timeout,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::Malformed => "malformed",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::TooLarge => "too-large",
            Self::Busy => "busy",
            Self::NumberWaiting => "number-waiting",
            Self::Orphaned => "orphaned",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Timeout => "timeout",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::Malformed => 400,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Ambiguous | Self::NumberWaiting => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Orphaned => REJECTED_STATUS,
            Self::Busy => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }

    /// The kind in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request is not understood",
            Self::Malformed => "The bytes are not a transaction",
            Self::NotFound => "There is no such thing",
            Self::Ambiguous => "More than one thing begins so",
            Self::TooLarge => "The body is too large",
            Self::Busy => "The node has no room for more now",
            Self::NumberWaiting => "Another transaction waits under this number",
            Self::Orphaned => "The transaction before it did not come",
            Self::MethodNotAllowed => "The path does not take this method",
            Self::UnsupportedMediaType => "The path does not take this type of body",
            Self::Timeout => "Nothing was decided in time",
            Self::Unavailable => "The node can't answer now",
            Self::Internal => "The node failed",
        }
    }
}

/// The HTTP status of everything that the ledger refuses by its rules.
pub const REJECTED_STATUS: u16 = 422;

/// That the ledger refuses by its rules, in English and in Chinese.
const REJECTED_TITLE: (&str, &str) = ("The ledger refuses the transaction", "账本拒绝该交易");

impl Problem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank".into(),
            title: code.title().into(),
            status: code.status(),
            detail: detail.into(),
            code: code.code().into(),
            number: None,
            field: None,
            hint: None,
        }
    }

    /// The ledger's refusal.
    #[must_use]
    pub fn rejected(rejection: &Rejection) -> Self {
        Self {
            kind: "about:blank".into(),
            title: REJECTED_TITLE.0.into(),
            status: REJECTED_STATUS,
            detail: rejection.to_string(),
            code: rejection.name().into(),
            number: Some(rejection.number()),
            field: Some(rejection.field().into()),
            hint: Some(rejection.hint().into()),
        }
    }

    /// The ledger's refusal as a speaker tells it. Code, number and field are the same in every language.
    #[must_use]
    pub fn rejected_in_words(rejection: &Rejection, speaker: &impl Speaker) -> Self {
        let language = speaker.language();
        let (english, chinese) = words::hint(rejection);
        Self {
            title: language.of(REJECTED_TITLE.0, REJECTED_TITLE.1).into(),
            detail: words::rejection(rejection).text(speaker),
            hint: Some(language.of(english, chinese).into()),
            ..Self::rejected(rejection)
        }
    }

    /// The same with the field that is wrong.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
