//! Rejections in words: why the ledger refuses, and what to do about it.
//!
//! In English the ledger says it itself: its text and its hint are the only ones. In Chinese this table has both.

mod hint;
mod parts;
#[cfg(test)]
mod tests;
mod text;

use yaosu_ledger::rejection::Rejection;

use super::sentence::{Piece, Sentence};

/// The gap behind so many others.
const BEHIND: [&str; 6] = ["{0}", "{1}", "{2}", "{3}", "{4}", "{5}"];

/// Why the ledger refuses, without a full stop.
#[must_use]
pub fn rejection(rejection: &Rejection) -> Sentence {
    let (chinese, mut pieces) = text::text(rejection);
    let english = BEHIND[pieces.len()];
    pieces.push(Piece::Text(rejection.to_string()));
    Sentence { english, chinese, pieces }
}

/// What to do about it, in English and in Chinese.
#[must_use]
pub const fn hint(rejection: &Rejection) -> (&'static str, &'static str) {
    (rejection.hint(), hint::hint(rejection))
}
