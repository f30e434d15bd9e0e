//! The door to the disk: everything that makes a promise durable goes through it, so that tests can make it fail.

use std::fs::File;
use std::io::{self, Write};

/// How bytes reach the disk.
///
/// After an error of any of these the store acknowledges nothing more.
pub trait Disk: Send + Sync + 'static {
    /// Writes all bytes at the end of a journal segment.
    ///
    /// # Errors
    /// Those of the operating system. Some of the bytes may have been written.
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()>;

    /// Returns when the bytes of a journal segment, and its length, are on the disk.
    ///
    /// # Errors
    /// Those of the operating system. What was written since the last success may be lost.
    fn sync(&self, file: &File) -> io::Result<()>;

    /// Returns when everything that sled has flushed is on the disk.
    ///
    /// # Errors
    /// As [`sync`](Disk::sync).
    fn sync_database(&self, file: &File) -> io::Result<()>;

    /// Called before each change of sled. It writes nothing; an error stops the writer at this place.
    ///
    /// # Errors
    /// Whatever a test wants.
    fn before_change(&self) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn sync_database(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn before_change(&self) -> io::Result<()> {
        Ok(())
    }
}
