//! The store's folder: what lies where, the lock on it, and the marker that says it was initialised.
//!
//! ```text
//! store          the marker: format and chain, written last at creation
//! lock           locked while a process has the store open
//! genesis.bin    the founding document; the chain's identifier is its hash
//! journal/       see `journal`
//! sled/          see `database`
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use yaosu_ledger::ChainId;
use yaosu_ledger::codec;
use yaosu_ledger::genesis::Genesis;

use crate::error::StoreError;

/// The version of everything the store writes: folder, journal, database, and the records of the ledger in it. Another one is
/// refused.
pub const FORMAT_VERSION: u16 = 2;

const MARKER_TITLE: &str = "yaosu store";

/// The lock on a store's folder. A process that dies gives it up as well.
pub(crate) struct FolderLock {
    file: File,
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child that is being started holds a copy of it for a moment.
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock on the store's folder stays until the process ends");
        }
    }
}

/// The paths in a store's folder.
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    pub(crate) fn sled(&self) -> PathBuf {
        self.path.join("sled")
    }

    fn marker(&self) -> PathBuf {
        self.path.join("store")
    }

    fn genesis(&self) -> PathBuf {
        self.path.join("genesis.bin")
    }

    /// Makes the folder if need be, and makes sure that nothing is in it.
    pub(crate) fn prepare(&self) -> Result<(), StoreError> {
        fs::create_dir_all(&self.path).map_err(|error| StoreError::io("create", &self.path, error))?;
        if self.has_marker()? {
            return Err(StoreError::AlreadyInitialised { folder: self.path.clone() });
        }
        if !self.is_empty()? {
            return Err(StoreError::NotEmpty { folder: self.path.clone() });
        }
        Ok(())
    }

    /// Locks the folder for as long as the value lives.
    pub(crate) fn lock(&self) -> Result<FolderLock, StoreError> {
        let path = self.path.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| StoreError::io("open", &path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(FolderLock { file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { folder: self.path.clone() }),
            Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &path, error)),
        }
    }

    /// Says whose data these are. The last step of creation: without a marker the rest counts for nothing.
    pub(crate) fn write_marker(&self, chain: ChainId) -> Result<(), StoreError> {
        let text = format!("{MARKER_TITLE}\nformat {FORMAT_VERSION}\nchain {chain}\n");
        let draft = self.path.join("store.new");
        write_durably(&draft, text.as_bytes())?;
        fs::rename(&draft, self.marker()).map_err(|error| StoreError::io("rename", &draft, error))?;
        sync_folder(&self.path)
    }

    /// The chain whose data these are.
    pub(crate) fn read_marker(&self) -> Result<ChainId, StoreError> {
        if !self.has_marker()? {
            return Err(if self.is_empty()? {
                StoreError::NotInitialised { folder: self.path.clone() }
            } else {
                StoreError::damaged(format!(
                    "{} is missing: the store was never finished, or the file was removed",
                    self.marker().display()
                ))
            });
        }
        let path = self.marker();
        let text = fs::read_to_string(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let unreadable = || StoreError::damaged(format!("{} is not a store's marker", path.display()));
        let mut lines = text.lines();
        if lines.next() != Some(MARKER_TITLE) {
            return Err(unreadable());
        }
        let format = lines.next().and_then(|line| line.strip_prefix("format ")).ok_or_else(unreadable)?;
        let found: u64 = format.parse().map_err(|_| unreadable())?;
        if found != u64::from(FORMAT_VERSION) {
            return Err(StoreError::UnknownFormat { what: "the store", found, known: FORMAT_VERSION.into() });
        }
        let chain = lines.next().and_then(|line| line.strip_prefix("chain ")).ok_or_else(unreadable)?;
        chain.parse().map_err(|_| unreadable())
    }

    pub(crate) fn write_genesis(&self, genesis: &Genesis) -> Result<(), StoreError> {
        write_durably(&self.genesis(), &codec::encode(genesis))
    }

    /// The founding document of this chain.
    pub(crate) fn read_genesis(&self, chain: ChainId) -> Result<Genesis, StoreError> {
        let path = self.genesis();
        let bytes = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::damaged(format!("{} is missing", path.display())),
            _ => StoreError::io("read", &path, error),
        })?;
        let genesis: Genesis = codec::decode(&bytes)
            .map_err(|error| StoreError::damaged(format!("{} is not a genesis document: {error}", path.display())))?;
        if genesis.chain() == chain {
            Ok(genesis)
        } else {
            Err(StoreError::damaged(format!("{} founds chain {}, not {chain}", path.display(), genesis.chain())))
        }
    }

    fn has_marker(&self) -> Result<bool, StoreError> {
        let path = self.marker();
        path.try_exists().map_err(|error| StoreError::io("look for", &path, error))
    }

    /// Whether there is nothing but a lock; also when there is no folder.
    fn is_empty(&self) -> Result<bool, StoreError> {
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(StoreError::io("list", &self.path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| StoreError::io("list", &self.path, error))?;
            if entry.file_name() != "lock" {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = File::create_new(path).map_err(|error| StoreError::io("create", path, error))?;
    file.write_all(bytes).map_err(|error| StoreError::io("write", path, error))?;
    file.sync_all().map_err(|error| StoreError::io("sync", path, error))
}

/// Returns when the names in a folder are on the disk.
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = File::open(path).map_err(|error| StoreError::io("open", path, error))?;
    folder.sync_all().map_err(|error| StoreError::io("sync", path, error))
}
