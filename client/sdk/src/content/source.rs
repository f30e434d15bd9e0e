//! A file that is read once: hashed while it streams by, and known not to have changed meanwhile.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use yaosu_ledger::Digest;

use super::columns::Fault;
use super::{ContentError, Fingerprint, Place};

/// Large enough for BLAKE3 to use the whole width of the processor, small enough for its cache.
pub(super) const BUFFER_BYTES: usize = 256 * 1024;

/// How much of the beginning decides the media type.
const HEAD_BYTES: usize = 8 * 1024;

pub(super) struct Source<'a> {
    path: PathBuf,
    file: File,
    before: Stamp,
    hasher: blake3::Hasher,
    done: u64,
    progress: &'a mut dyn FnMut(u64, u64),
}

/// What another content would most likely change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size_bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size_bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl<'a> Source<'a> {
    pub(super) fn open(path: &Path, progress: &'a mut dyn FnMut(u64, u64)) -> Result<Self, ContentError> {
        let io = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => ContentError::NotFound { path: path.to_owned() },
            _ => ContentError::Io { path: path.to_owned(), source },
        };
        // Asked before opening: opening a pipe would wait for a writer.
        if !fs::metadata(path).map_err(io)?.is_file() {
            return Err(ContentError::NotAFile { path: path.to_owned() });
        }
        let file = File::open(path).map_err(io)?;
        let before = Stamp::of(&file.metadata().map_err(io)?);
        Ok(Self { path: path.to_owned(), file, before, hasher: blake3::Hasher::new(), done: 0, progress })
    }

    /// The first bytes, without moving on.
    pub(super) fn head(&self) -> Result<Vec<u8>, ContentError> {
        let mut head = vec![0; HEAD_BYTES];
        let mut filled = 0;
        loop {
            match self.file.read_at(&mut head[filled..], filled as u64).map_err(|source| self.io(source))? {
                0 => break,
                count => filled += count,
            }
        }
        head.truncate(filled);
        Ok(head)
    }

    /// The file, for formats that are read from their end. Reading it does not move this source if done by position
    /// ([`FileExt`]).
    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Moves past the mark that some programs put before UTF-8 text. It is hashed like all bytes.
    pub(super) fn skip_byte_order_mark(&mut self, head: &[u8]) -> Result<(), Fault> {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => self.read_exact(&mut [0; 3]).map_err(Fault::Io),
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => Err(Fault::Malformed {
                place: Place::Line(1),
                reason: "the text is in UTF-16: convert it to UTF-8".to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Reads what nobody has read yet, and gives the fingerprint of the whole.
    pub(super) fn finish(mut self) -> Result<Fingerprint, ContentError> {
        let mut buffer = vec![0; BUFFER_BYTES];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.io(error)),
            }
        }
        self.check_unchanged()?;
        if self.done != self.before.size_bytes {
            return Err(self.changed());
        }
        (self.progress)(self.done, self.before.size_bytes);
        let content_root = Digest(*self.hasher.finalize().as_bytes());
        Ok(Fingerprint { content_root, size_bytes: self.done })
    }

    /// Asks by the name, so that a file put in the place of the one that is read is noticed too.
    pub(super) fn check_unchanged(&self) -> Result<(), ContentError> {
        let now = fs::metadata(&self.path).map(|metadata| Stamp::of(&metadata));
        if now.is_ok_and(|now| now == self.before) { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> ContentError {
        ContentError::ChangedWhileReading { path: self.path.clone() }
    }

    fn io(&self, source: io::Error) -> ContentError {
        ContentError::Io { path: self.path.clone(), source }
    }
}

impl Read for Source<'_> {
    /// Never reads beyond the size that the file had at first: a file that grows must not be followed for ever.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.before.size_bytes - self.done;
        let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        // By position: readers of the same file from its end don't disturb this one.
        let count = self.file.read_at(&mut buffer[..room], self.done)?;
        if count > 0 {
            self.hasher.update(&buffer[..count]);
            self.done += count as u64;
            (self.progress)(self.done, self.before.size_bytes);
        }
        Ok(count)
    }
}
