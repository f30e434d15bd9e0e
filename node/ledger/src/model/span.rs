//! Spans of time, as somebody or something was stopped for: what of a window was left to act in.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::Canonical;
use crate::primitives::{Duration, Timestamp};

/// Spans that are remembered of one thing. Of more that end, the first are forgotten.
pub const SPANS_MAX: usize = 32;

/// From one moment on, until before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    /// The first moment of it.
    pub since: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// The last spans that have ended, at most [`SPANS_MAX`]: apart from each other, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Spans(Vec<Span>);

impl Canonical for Spans {
    const BYTES_MAX: usize = 1024;
}

impl Spans {
    /// Adds one that has ended. Those that it touches become one with it.
    pub fn add(&mut self, span: Span) {
        let touches = |other: &Span| other.since <= span.until && span.since <= other.until;
        let (one, apart): (Vec<Span>, Vec<Span>) = self.0.iter().partition(|other| touches(other));
        let whole = one.into_iter().fold(span, |whole, other| Span {
            since: whole.since.min(other.since),
            until: whole.until.max(other.until),
        });
        self.0 = apart;
        self.0.push(whole);
        self.0.sort_unstable();
        let forgotten = self.0.len().saturating_sub(SPANS_MAX);
        self.0.drain(..forgotten);
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Span> {
        self.0.iter().copied()
    }
}

/// When somebody could not act.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suspensions {
    /// Since when it can't now; `None` if it can.
    pub since: Option<Timestamp>,
    /// When it could not before.
    pub past: Spans,
}

impl Canonical for Suspensions {
    const BYTES_MAX: usize = 1024;
}

/// How long a window is covered by these spans together: what several cover counts once.
#[must_use]
pub fn covered(window: Span, mut spans: Vec<Span>) -> Duration {
    spans.sort_unstable();
    let mut reached = window.since;
    let mut total = 0_u64;
    for Span { since, until } in spans {
        let (since, until) = (since.max(reached), until.min(window.until));
        total = total.saturating_add(until.0.saturating_sub(since.0));
        reached = reached.max(until);
    }
    Duration(total)
}
