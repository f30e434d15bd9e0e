//! What is here in the words of other systems: documents by published standards, made of the ledger's records, and read.
//!
//! Pure: values in, JSON out, and the other way round. `docs/standards.md` has every field, and what is refused. A document
//! that says what the ledger has no words for is refused by the name of what it says; nothing of it is dropped in silence.

mod closed;
pub mod dataspace;
pub mod dcat;
mod names;
pub mod odrl;
pub mod openlineage;
pub mod prov;
pub mod table_schema;

pub use names::Names;

/// Why a document is not taken, or a record not given out: something has no counterpart on the other side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Unfit {
    /// Where in the document, e.g. `permission[0].constraint[2].leftOperand`.
    pub place: String,
    /// What stands there, and what would be taken.
    pub reason: String,
}

impl Unfit {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }
}
