//! Who runs the local network of a folder: the process that has the lock of its marker.
//!
//! A lock of the kind whose owner the system names (`fcntl`), so that no file can name a process that ended long ago.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, fcntl_lock};
use rustix::process::{Flock, FlockType, Pid, fcntl_getlk};

use crate::error::NodeError;

/// The marker that a folder is complete, written last when it is made.
pub fn path(folder: &Path) -> PathBuf {
    folder.join("complete")
}

/// Locks a network that was made, for as long as the value lives. The process must open the marker nowhere else: closing
/// any handle of it gives up the lock.
///
/// # Errors
/// [`NodeError::MarketRuns`].
pub fn take(folder: &Path) -> Result<File, NodeError> {
    let marker = path(folder);
    let file = open(&marker)?;
    match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => {
            Err(NodeError::MarketRuns { folder: folder.to_owned() })
        }
        Err(error) => Err(NodeError::io("lock", &marker, error.into())),
    }
}

/// The process that has the lock.
///
/// # Errors
/// [`NodeError::Io`].
pub fn holder(folder: &Path) -> Result<Option<Pid>, NodeError> {
    let marker = path(folder);
    let found = fcntl_getlk(open(&marker)?, &Flock::from(FlockType::WriteLock))
        .map_err(|error| NodeError::io("look at the lock of", &marker, error.into()))?;
    Ok(found.and_then(|lock| lock.pid))
}

fn open(marker: &Path) -> Result<File, NodeError> {
    OpenOptions::new().read(true).write(true).open(marker).map_err(|error| NodeError::io("open", marker, error))
}
