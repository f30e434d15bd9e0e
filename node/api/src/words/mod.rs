//! What the ledger has, in words for people, in English and Chinese: names of values, sentences about events, about
//! what actions ask for, and about why the ledger refuses.
//!
//! Whoever shows them says how a participant, an asset, money or a moment looks there ([`Speaker`]): as a link in a page, as
//! text in a terminal.

mod action;
mod check;
mod event;
mod facet;
mod label;
mod language;
mod names;
mod rejection;
mod sentence;
mod thing;
mod value;

pub use action::{Facts, action, findings, measure, openness, policy, predicate, terms};
pub use check::{CHECKS, check, finding};
pub use event::event;
pub use facet::{facet, facet_value};
pub use label::Label;
pub use language::Language;
pub use names::Named;
pub use rejection::{hint, rejection};
pub use sentence::{Part, Piece, Sentence, Speaker, has_gaps, join};
pub use value::{length, quoted, share};
