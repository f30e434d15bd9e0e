//! Content of assets: what a file holds, and whether a file is the one that the ledger names.
//!
//! A file is read once, front to back, in constant memory: its root, its size and, if it is tabular, its structure come
//! out of the same pass. The content itself never leaves this machine here; only what [`Inspection`] says of it does.
//!
//! Not memory-mapped: a file that another process shortens would then kill this one.

mod columns;
mod delimited;
mod json;
mod kind;
mod media_type;
mod parquet;
mod schema;
mod source;

use core::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use yaosu_ledger::model::{Structure, VersionContent};
use yaosu_ledger::{Digest, Text};

use columns::Fault;
pub use columns::{FIELD_NAME_BYTES_MAX, ROW_BYTES_MAX};
pub(crate) use kind::{join, of_text};
pub use media_type::Format;
pub use schema::{canonical_json, schema_hash};
use source::Source;

/// What tells one content from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Fingerprint {
    /// The plain BLAKE3 hash of the bytes: what `b3sum` prints.
    pub content_root: Digest,
    /// How many bytes.
    pub size_bytes: u64,
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.content_root, self.size_bytes)
    }
}

/// How far to look into a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Read CSV, TSV, JSON, NDJSON and Parquet for their structure; a malformed one is an error.
    #[default]
    Structured,
    /// Take the bytes as they are, well-formed or not.
    Opaque,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The plain BLAKE3 hash of the bytes: what `b3sum` prints.
    pub content_root: Digest,
    /// How many bytes.
    pub size_bytes: u64,
    /// As in RFC 6838, e.g. `text/csv`; `application/octet-stream` if nothing better is known.
    pub media_type: Text<127>,
    /// Columns and rows, if tabular.
    pub structure: Option<Structure>,
}

impl Inspection {
    /// What the ledger keeps of it.
    #[must_use]
    pub fn into_version(self, metadata_hash: Option<Digest>) -> VersionContent {
        VersionContent {
            content_root: self.content_root,
            size_bytes: self.size_bytes,
            media_type: self.media_type,
            structure: self.structure,
            metadata_hash,
        }
    }
}

/// Where in a file something is wrong. Lines and rows count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line of text. In CSV the line where the row begins; the header is a row.
    Line(u64),
    /// A row, and the line of text that was reached.
    Row {
        /// Which row.
        row: u64,
        /// Which line.
        line: u64,
    },
    /// The file as a whole.
    File,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(formatter, ", line {line}"),
            Self::Row { row, line } => write!(formatter, ", row {row} (line {line})"),
            Self::File => Ok(()),
        }
    }
}

/// Why a file can't be described, or is not the one expected.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Nothing is there.
    #[error("there is no file {}", path.display())]
    NotFound {
        /// What was looked for.
        path: PathBuf,
    },
    /// A folder, a pipe, a device.
    #[error("{} is no regular file", path.display())]
    NotAFile {
        /// What was looked at.
        path: PathBuf,
    },
    /// The file is another one now than when reading began: what was computed describes neither.
    #[error("{} changed while it was read: try again when nothing writes to it", path.display())]
    ChangedWhileReading {
        /// The file.
        path: PathBuf,
    },
    /// Not what its name promises.
    #[error("{}{place}: not well-formed {format}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it was read as.
        format: Format,
        /// Where.
        place: Place,
        /// What is wrong there.
        reason: String,
    },
    /// Well-formed, but more than the ledger or the reader takes.
    #[error("{}{place}: {what}: {found}, and the limit is {limit}", path.display())]
    OverLimit {
        /// The file.
        path: PathBuf,
        /// What it was read as.
        format: Format,
        /// Where.
        place: Place,
        /// What there is too much of, with its unit.
        what: &'static str,
        /// How much there is; for a row that was not read to its end, how much was read.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The name says text, the bytes say something else.
    #[error("{} is named like {format}, but its bytes are {found}", path.display())]
    NameAndBytesDiffer {
        /// The file.
        path: PathBuf,
        /// What the name says.
        format: Format,
        /// The media type of the bytes.
        found: &'static str,
    },
    /// The content is another one.
    #[error("{} is not the content expected: expected {expected}, found {found}", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// What was expected.
        expected: Fingerprint,
        /// What the file has.
        found: Fingerprint,
    },
    /// Reading failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Describes a file: root, size, media type and, if tabular, structure.
///
/// The types of the columns hold for all rows. `progress` is told bytes done and bytes in all, last with both equal.
/// Memory is bounded by a row ([`ROW_BYTES_MAX`]), for Parquet by its footer.
///
/// # Errors
/// All of [`ContentError`] but [`ContentError::Differs`]. With [`Reading::Opaque`] only those that come from reading.
pub fn inspect(path: &Path, reading: Reading, progress: &mut dyn FnMut(u64, u64)) -> Result<Inspection, ContentError> {
    let mut source = Source::open(path, progress)?;
    let head = source.head()?;
    let media_type = media_type::detect(path, &head);
    let structure = match (reading, media_type.format) {
        (Reading::Structured, Some(format)) => {
            if let Some(found) = media_type.contradiction {
                return Err(ContentError::NameAndBytesDiffer { path: path.to_owned(), format, found });
            }
            match read_structure(&mut source, &head, format) {
                Ok(structure) => structure,
                Err(fault) => {
                    // A file that changes under the reader may look malformed: say what really happened.
                    source.check_unchanged()?;
                    return Err(fault.at(path, format));
                }
            }
        }
        _ => None,
    };
    let Fingerprint { content_root, size_bytes } = source.finish()?;
    let media_type = Text::new(media_type.name).expect("all names in the tables are short and plain");
    Ok(Inspection { content_root, size_bytes, media_type, structure })
}

/// Checks that a file is the content with this root and size. Works without any node.
///
/// # Errors
/// [`ContentError::Differs`] with both fingerprints, [`ContentError::NotFound`], [`ContentError::NotAFile`],
/// [`ContentError::ChangedWhileReading`], [`ContentError::Io`].
pub fn verify(
    path: &Path,
    expected_root: Digest,
    expected_size_bytes: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), ContentError> {
    // Another size decides it, but the whole file is read all the same: both roots are shown.
    let expected = Fingerprint { content_root: expected_root, size_bytes: expected_size_bytes };
    let found = Source::open(path, progress)?.finish()?;
    if found == expected { Ok(()) } else { Err(ContentError::Differs { path: path.to_owned(), expected, found }) }
}

fn read_structure(source: &mut Source<'_>, head: &[u8], format: Format) -> Result<Option<Structure>, Fault> {
    if format != Format::Parquet {
        source.skip_byte_order_mark(head)?;
    }
    match format {
        Format::Csv => delimited::read(source, b',').map(Some),
        Format::Tsv => delimited::read(source, b'\t').map(Some),
        Format::Json => json::read_document(source),
        Format::JsonLines => json::read_lines(source),
        Format::Parquet => parquet::read(source.file()).map(Some),
    }
}

impl Fault {
    fn at(self, path: &Path, format: Format) -> ContentError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => ContentError::Io { path, source },
            Self::Malformed { place, reason } => ContentError::Malformed { path, format, place, reason },
            Self::OverLimit { place, what, found, limit } => {
                ContentError::OverLimit { path, format, place, what, found, limit }
            }
        }
    }
}
