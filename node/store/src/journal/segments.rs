//! Reading the journal at start: what is whole, what a crash has torn, and what is damage.
//!
//! Segments are named by number, `000001.log` and so on; the last one is called `.open` until the next one is durable,
//! so that a lost last segment is seen. Only what was being appended when the process died may be torn: the end of the
//! last segment, with nothing valid behind it. Everything else is damage.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use yaosu_ledger::ChainId;

use super::record::{self, OPENING_BYTES, Opening, Place};
use crate::error::StoreError;
use crate::folder::sync_folder;

/// A segment's file.
#[derive(Clone, Debug)]
pub(crate) struct SegmentFile {
    pub(crate) number: u64,
    pub(crate) path: PathBuf,
    is_open: bool,
}

/// A segment with all its records.
pub(crate) struct Segment {
    pub(crate) opening: Opening,
    pub(crate) bytes: Vec<u8>,
    /// Without the opening.
    pub(crate) records: Vec<Place>,
    /// The number of the record after its last.
    pub(crate) next_sequence: u64,
}

pub(super) fn sealed_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:06}.log"))
}

pub(super) fn open_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:06}.open"))
}

/// The journal's files in order, checked from end to end. What a crash has torn off the end is removed from the disk.
pub(crate) fn repair(folder: &Path, chain: ChainId) -> Result<Vec<SegmentFile>, StoreError> {
    let mut files = files(folder)?;
    if let Some(last) = files.last()
        && is_torn_at_birth(last)?
    {
        tracing::warn!(path = %last.path.display(), "a crash left a journal segment unfinished: it held nothing");
        fs::remove_file(&last.path).map_err(|error| StoreError::io("remove", &last.path, error))?;
        sync_folder(folder)?;
        files.pop();
    }
    if !files.last().is_some_and(|last| last.is_open) {
        return Err(StoreError::damaged(format!("the last segment of the journal {} is missing", folder.display())));
    }
    let mut expected: Option<(u64, u64)> = None;
    for (index, file) in files.iter().enumerate() {
        let is_last = index + 1 == files.len();
        if let Some((number, _)) = expected
            && number != file.number
        {
            return Err(StoreError::damaged(format!("segment {number} of the journal is missing")));
        }
        let (segment, torn) = read(file, chain, expected.map(|(_, sequence)| sequence))?;
        if let Some(offset) = torn {
            if !is_last {
                return Err(damaged_record(file, offset));
            }
            cut(file, offset)?;
        }
        expected = Some((file.number.saturating_add(1), segment.next_sequence));
    }
    Ok(files)
}

/// A segment that [`repair`] has seen, once more.
pub(crate) fn load(file: &SegmentFile, chain: ChainId) -> Result<Segment, StoreError> {
    match read(file, chain, None)? {
        (segment, None) => Ok(segment),
        (_, Some(offset)) => Err(damaged_record(file, offset)),
    }
}

fn files(folder: &Path) -> Result<Vec<SegmentFile>, StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StoreError::damaged(format!("the journal {} is missing", folder.display())),
        _ => StoreError::io("list", folder, error),
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| StoreError::io("list", folder, error))?.path();
        let is_open = match path.extension().and_then(|extension| extension.to_str()) {
            Some("log") => false,
            Some("open") => true,
            _ => continue,
        };
        let number = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
        files.extend(number.map(|number| SegmentFile { number, path, is_open }));
    }
    files.sort_by_key(|file| file.number);
    Ok(files)
}

/// Whether a crash came while the segment got its first record. Nothing else is appended before that one is durable.
fn is_torn_at_birth(file: &SegmentFile) -> Result<bool, StoreError> {
    if !file.is_open {
        return Ok(false);
    }
    let bytes = fs::read(&file.path).map_err(|error| StoreError::io("read", &file.path, error))?;
    Ok(bytes.len() <= OPENING_BYTES && Opening::read(&bytes).is_none())
}

/// Reads a segment, and says from where on a crash has torn it.
fn read(file: &SegmentFile, chain: ChainId, sequence: Option<u64>) -> Result<(Segment, Option<usize>), StoreError> {
    let bytes = fs::read(&file.path).map_err(|error| StoreError::io("read", &file.path, error))?;
    let (opening, first) = Opening::read(&bytes).ok_or_else(|| damaged_record(file, 0))??;
    if opening.chain != chain {
        return Err(StoreError::OtherChain { expected: chain, found: opening.chain });
    }
    if opening.number != file.number || sequence.is_some_and(|sequence| sequence != first) {
        return Err(StoreError::damaged(format!("{} is not the next segment of this journal", file.path.display())));
    }
    let mut records: Vec<Place> = Vec::new();
    let mut offset = OPENING_BYTES;
    let mut next_sequence = first.saturating_add(1);
    let mut torn = None;
    while offset < bytes.len() {
        let Some(place) = record::read_numbered(&bytes, &opening.salt, offset, next_sequence) else {
            if record::any_from(&bytes, &opening.salt, offset, next_sequence) {
                return Err(damaged_record(file, offset));
            }
            torn = Some(offset);
            break;
        };
        offset = place.end;
        next_sequence = next_sequence.saturating_add(1);
        records.push(place);
    }
    Ok((Segment { opening, bytes, records, next_sequence }, torn))
}

fn cut(file: &SegmentFile, offset: usize) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("cut", &file.path, error);
    tracing::warn!(path = %file.path.display(), offset, "a crash left a journal record unfinished: it is cut off");
    let handle = OpenOptions::new().write(true).open(&file.path).map_err(failed)?;
    handle.set_len(u64::try_from(offset).expect("an offset in memory fits in 64 bits")).map_err(failed)?;
    handle.sync_all().map_err(failed)
}

fn damaged_record(file: &SegmentFile, offset: usize) -> StoreError {
    StoreError::damaged(format!("{} is altered at byte {offset}", file.path.display()))
}
