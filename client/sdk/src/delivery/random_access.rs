//! A file that is read anywhere in small pieces, mostly forwards.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use yaosu_ledger::sealed::RandomAccess;

use super::{BUFFER_BYTES, DeliveryError, io_at};

/// An open file, and what was read ahead of it.
pub struct FileAccess {
    file: File,
    path: PathBuf,
    window: Vec<u8>,
    start: u64,
}

impl FileAccess {
    /// Opens a file.
    ///
    /// # Errors
    /// [`DeliveryError::Io`].
    pub fn open(path: &Path) -> Result<Self, DeliveryError> {
        let file = File::open(path).map_err(io_at(path))?;
        Ok(Self { file, path: path.to_owned(), window: Vec::new(), start: 0 })
    }

    /// Reads ahead from here.
    fn fill(&mut self, offset: u64) -> io::Result<()> {
        self.window.resize(BUFFER_BYTES, 0);
        let mut filled = 0;
        while filled < self.window.len() {
            match self.file.read_at(&mut self.window[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.window.truncate(filled);
        self.start = offset;
        Ok(())
    }

    fn held(&self, offset: u64, count: usize) -> Option<&[u8]> {
        let from = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.window.get(from..)?.get(..count)
    }
}

impl RandomAccess for FileAccess {
    type Error = DeliveryError;

    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), DeliveryError> {
        if into.len() >= BUFFER_BYTES {
            return self.file.read_exact_at(into, offset).map_err(io_at(&self.path));
        }
        if self.held(offset, into.len()).is_none() {
            self.fill(offset).map_err(io_at(&self.path))?;
        }
        let bytes = self.held(offset, into.len());
        let bytes = bytes.ok_or_else(|| io_at(&self.path)(io::ErrorKind::UnexpectedEof.into()))?;
        into.copy_from_slice(bytes);
        Ok(())
    }
}
