//! Search over the catalogue in Chinese and English: an index of all assets with what of them is on offer.
//!
//! The index is derived: every document is made from records of the ledger's state, and an index that is missing,
//! damaged, behind or of another format is brought to any state by [`Index::reconcile`]. Nothing is ever read from it but
//! identifiers, an order and counts.

mod collect;
mod document;
mod error;
mod filter;
mod index;
mod query;
mod schema;
mod snapshot;
mod synonyms;
mod text;
mod wish;

pub use document::openness_name;
pub use error::SearchError;
pub use filter::{Facet, Filters, OPENNESSES, REGISTRATIONS, Sort};
pub use index::{Index, Work};
pub use snapshot::{Counts, Cursor, Found, Position, Request, Snapshot};
pub use wish::TEXT_CHARACTERS_MAX;
