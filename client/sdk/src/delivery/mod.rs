//! Delivery of bytes beside the ledger: sealed by the seller, put into a depot, fetched and opened by the buyer.
//!
//! A depot holds a folder for each order:
//!
//! ```text
//! <depot>/<order>/chunks.age    the encrypted chunks of the file
//! <depot>/<order>/nodes.age     the encrypted inner nodes of its tree, in pre-order
//! ```
//!
//! Both are age files (version 1, one X25519 recipient: the order's delivery key), so that a depot learns nothing but
//! sizes. What is inside is what the ledger's commitment speaks of. Nothing is believed on the way: bytes count only with
//! the length and the roots that the ledger has.

mod depot;
mod envelope;
mod pack;
mod random_access;
mod receive;
mod seal;
mod secret_file;
mod shelf;
mod unpack;
mod upload;

use std::io;
use std::path::{Path, PathBuf};

use yaosu_ledger::model::DeliveryKey;

use crate::content::ContentError;

pub use depot::{CHUNKS, Depot, NODES, location_of_order};
pub use envelope::{open_secret, seal_secret};
pub use pack::{Packed, pack};
pub use random_access::FileAccess;
pub use receive::{Arrived, Inbox, Opened};
pub use seal::{SealedDelivery, Spool, new_secret, seal, seal_file};
pub use secret_file::{create_synced, forget_secret, keep_secret, kept_secret};
pub use shelf::Shelf;
pub use unpack::unpack;

/// How much is read or written at once, in bytes: a group of chunks.
const BUFFER_BYTES: usize = yaosu_ledger::sealed::GROUP_BYTES;

/// What tells how far some work on bytes has come: done, and of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Why bytes were not handed over.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Not the registered content, or not readable.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The place is no address of a depot.
    #[error("{location:?} is not the address of a depot: file://, http://, https:// and s3:// are")]
    Location {
        /// What was given.
        location: String,
    },
    /// More or fewer bytes came than were to come.
    #[error("{what} has {found} bytes, {expected} were to come")]
    Length {
        /// Of what.
        what: String,
        /// How many there should be.
        expected: u64,
        /// How many there are, or more.
        found: u64,
    },
    /// The depot can't be reached, or breaks off. What has come is kept; the same call goes on from there.
    #[error("{location}: {reason}")]
    Depot {
        /// Where.
        location: String,
        /// What the network or the system says.
        reason: String,
    },
    /// Not a point that anything can be sealed to.
    #[error("{key} is not an X25519 key that a delivery can be sealed to")]
    Recipient {
        /// The key.
        key: DeliveryKey,
    },
    /// What came is not sealed to this key, or was damaged.
    #[error("{what} can't be opened: {reason}")]
    Unopened {
        /// What.
        what: String,
        /// Why.
        reason: String,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// A file is in the way; nothing is overwritten.
    #[error("{} is already there", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A folder holds something that has no place in an archive.
    #[error("{} can't be packed: {reason}", path.display())]
    Unpackable {
        /// What.
        path: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// An archive holds something that has no place in a folder, or is none.
    #[error("{} can't be extracted: {reason}", entry.display())]
    Archive {
        /// What.
        entry: PathBuf,
        /// Why.
        reason: String,
    },
    /// The files of a delivery were changed on this machine after they had been acknowledged.
    #[error("what is in {} is not what was acknowledged any more", path.display())]
    Changed {
        /// Where they are.
        path: PathBuf,
    },
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Names the file in what the system says.
fn io_at(path: &Path) -> impl Fn(io::Error) -> DeliveryError + use<> {
    let path = path.to_owned();
    move |source| DeliveryError::Io { path: path.clone(), source }
}
