//! Why the index can't be used.

use tantivy::TantivyError;

/// Why the index can't be read or written. It can always be made again.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The library says so: the disk, or files that are damaged.
    #[error("the search index: {0}")]
    Index(#[from] TantivyError),
    /// The folder can't be prepared.
    #[error("the search index: {0}")]
    Folder(#[from] std::io::Error),
    /// A document lacks what every one has.
    #[error("the search index is damaged: {0}")]
    Damaged(&'static str),
}
