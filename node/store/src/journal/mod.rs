//! The journal: the one place where a promise becomes durable. One append and one sync for each.
//!
//! Its files are deleted from the oldest on, once sled holds what they say; see [`Sealed`].

#[cfg(test)]
mod golden;
pub(crate) mod record;
pub(crate) mod segments;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yaosu_ledger::{ChainId, Height};

use self::record::{Kind, Opening, Salt};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::folder::sync_folder;

/// A buffer above this is given back after use.
const BUFFER_BYTES_KEPT: usize = 8 * 1024 * 1024;

/// A segment to which nothing is added any more.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) path: PathBuf,
    /// It may be deleted once sled durably holds this height.
    pub(crate) covers: Height,
}

/// The end of the journal, open for appending.
pub(crate) struct Journal {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    chain: ChainId,
    segment_bytes: u64,
    file: File,
    number: u64,
    salt: Salt,
    /// How long the open segment is.
    length: u64,
    /// The highest height that the open segment speaks of.
    covers: Height,
    next_sequence: u64,
    buffer: Vec<u8>,
}

impl Journal {
    /// Begins a segment: the first one, or the next after a start.
    pub(crate) fn begin(
        disk: Arc<dyn Disk>,
        folder: &Path,
        chain: ChainId,
        segment_bytes: u64,
        number: u64,
        sequence: u64,
        after: Height,
    ) -> Result<Self, StoreError> {
        let mut buffer = Vec::new();
        let (file, salt) = create_segment(&*disk, folder, chain, number, sequence, after, &mut buffer)?;
        Ok(Self {
            disk,
            folder: folder.to_owned(),
            chain,
            segment_bytes,
            file,
            number,
            salt,
            length: 0,
            covers: after,
            next_sequence: sequence.saturating_add(1),
            buffer,
        })
    }

    /// Appends a record about a height. Returns when it is durable, with the segment that was full before it, if any.
    pub(crate) fn append(
        &mut self,
        kind: Kind,
        height: Height,
        after: Height,
        payload: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Option<Sealed>, StoreError> {
        let sealed = if self.length >= self.segment_bytes { Some(self.rotate(after)?) } else { None };
        let record = record::write(&mut self.buffer, &self.salt, kind, self.next_sequence, payload)?;
        let path = segments::open_path(&self.folder, self.number);
        self.disk.append(&mut self.file, record).map_err(|error| StoreError::io("append to", &path, error))?;
        self.disk.sync(&self.file).map_err(|error| StoreError::io("sync", &path, error))?;
        let length = u64::try_from(record.len()).expect("a length in memory fits in 64 bits");
        self.length = self.length.saturating_add(length);
        self.covers = self.covers.max(height);
        self.next_sequence = self.next_sequence.saturating_add(1);
        if self.buffer.capacity() > BUFFER_BYTES_KEPT {
            self.buffer = Vec::new();
        }
        Ok(sealed)
    }

    fn rotate(&mut self, after: Height) -> Result<Sealed, StoreError> {
        let number = self.number.saturating_add(1);
        let (file, salt) =
            create_segment(&*self.disk, &self.folder, self.chain, number, self.next_sequence, after, &mut self.buffer)?;
        let sealed = Sealed { path: seal(&self.folder, self.number)?, covers: self.covers };
        self.file = file;
        self.number = number;
        self.salt = salt;
        self.length = 0;
        self.covers = after;
        self.next_sequence = self.next_sequence.saturating_add(1);
        Ok(sealed)
    }
}

fn create_segment(
    disk: &dyn Disk,
    folder: &Path,
    chain: ChainId,
    number: u64,
    sequence: u64,
    after: Height,
    buffer: &mut Vec<u8>,
) -> Result<(File, Salt), StoreError> {
    let path = segments::open_path(folder, number);
    let mut salt = Salt::default();
    getrandom::fill(&mut salt)
        .map_err(|error| StoreError::io("draw random bytes for", &path, std::io::Error::other(error)))?;
    let opening = Opening { chain, number, after, salt };
    let record = opening.write(buffer, sequence)?;
    let mut file = File::create_new(&path).map_err(|error| StoreError::io("create", &path, error))?;
    disk.append(&mut file, record).map_err(|error| StoreError::io("append to", &path, error))?;
    disk.sync(&file).map_err(|error| StoreError::io("sync", &path, error))?;
    sync_folder(folder)?;
    Ok((file, salt))
}

/// Says by its name that a segment is not the last. The next one must be durable by then.
fn seal(folder: &Path, number: u64) -> Result<PathBuf, StoreError> {
    let open = segments::open_path(folder, number);
    let sealed = segments::sealed_path(folder, number);
    fs::rename(&open, &sealed).map_err(|error| StoreError::io("rename", &open, error))?;
    sync_folder(folder)?;
    Ok(sealed)
}

/// Deletes a segment. Oldest first, each for good before the next: a gap would be taken for damage.
pub(crate) fn delete(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| StoreError::io("remove", path, error))?;
    path.parent().map_or(Ok(()), sync_folder)
}
