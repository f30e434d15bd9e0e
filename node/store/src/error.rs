//! What can go wrong with the store, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaosu_ledger::{BlockId, ChainId, Height};

/// Why the store can't do what it was asked.
///
/// After an error of [`propose`](crate::Store::propose) or [`decide`](crate::Store::decide) that is
/// [fatal](StoreError::is_fatal), or of the writer behind them, the store takes nothing more: the process must stop.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in the folder.
    #[error("{} holds no store: initialise it first", folder.display())]
    NotInitialised {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// There is one already.
    #[error("{} holds a store already: start with it, or choose another folder", folder.display())]
    AlreadyInitialised {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// Something else is in the folder.
    #[error("{} is not empty: a new store needs an empty folder", folder.display())]
    NotEmpty {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// Another process, or another part of this one, has it open.
    #[error("{} is in use by another process: stop that one first", folder.display())]
    Locked {
        /// The folder of the store.
        folder: PathBuf,
    },
    /// The data belong to another chain.
    #[error("the store holds chain {found}, not {expected}: check the folder and the genesis document")]
    OtherChain {
        /// The chain that was asked for.
        expected: ChainId,
        /// The chain that is there.
        found: ChainId,
    },
    /// Written by another version of this program.
    #[error(
        "{what} has format {found}, this program knows {known}: go on with the version that wrote it; no chain is carried over \
         from one format to another, so that a new one is founded in a folder of its own"
    )]
    UnknownFormat {
        /// Which part.
        what: &'static str,
        /// The version that is there.
        found: u64,
        /// The version that this code speaks.
        known: u64,
    },
    /// What is on disk can't have been left by any crash.
    #[error("damaged store{}: {what}; remove the folder's data and join again from peers", at_height(*height))]
    Damaged {
        /// What was found.
        what: String,
        /// Where in the chain, if that is known.
        height: Option<Height>,
    },
    /// No room.
    #[error("no space left for {}: make room, then start again; nothing that was acknowledged is lost", path.display())]
    DiskFull {
        /// What could not be written.
        path: PathBuf,
    },
    /// The disk or the operating system refuses.
    #[error("can't {action} {}: {source}; check disk and permissions, then start again", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: Arc<io::Error>,
    },
    /// A block out of turn. Nothing was written; the store goes on.
    #[error("block of height {found} given, {expected} is next")]
    WrongHeight {
        /// The height after the last one decided.
        expected: Height,
        /// That of the block.
        found: Height,
    },
    /// A certificate for something else. Nothing was written; the store goes on.
    #[error("the certificate decides block {certificate}, given was {block}")]
    OtherBlock {
        /// What the certificate names.
        certificate: BlockId,
        /// What it came with.
        block: BlockId,
    },
    /// More than the store's format can hold. Nothing was written; the store goes on.
    #[error("{what} of {bytes} bytes is over the store's limit of {limit}")]
    TooLarge {
        /// Which part.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        limit: usize,
    },
    /// An earlier error has stopped the store.
    #[error("the store has stopped: {0}")]
    Stopped(Box<Self>),
    /// [`Store::close`](crate::Store::close) was called.
    #[error("the store is closed")]
    Closed,
}

fn at_height(height: Option<Height>) -> String {
    height.map_or_else(String::new, |height| format!(" at height {height}"))
}

impl StoreError {
    /// Whether the store takes nothing more after it. The others refuse one call, of which nothing was written.
    #[must_use]
    pub const fn is_fatal(&self) -> bool {
        !matches!(self, Self::WrongHeight { .. } | Self::OtherBlock { .. } | Self::TooLarge { .. })
    }

    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path: path.to_owned() },
            _ => Self::Io { action, path: path.to_owned(), source: Arc::new(source) },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into(), height: None }
    }

    pub(crate) fn damaged_at(height: Height, what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into(), height: Some(height) }
    }
}
