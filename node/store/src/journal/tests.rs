//! Goal: of what a crash can leave, every whole record comes back; anything else is refused.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use yaosu_ledger::{ChainId, Digest, Height};

use super::record::Kind;
use super::segments::{self, Segment};
use super::{Journal, Sealed, delete};
use crate::disk::RealDisk;
use crate::error::StoreError;

const CHAIN: ChainId = ChainId(Digest([7; 32]));

fn begin(folder: &Path, segment_bytes: u64) -> Journal {
    Journal::begin(Arc::new(RealDisk), folder, CHAIN, segment_bytes, 1, 0, Height(0)).expect("an empty folder")
}

fn append(journal: &mut Journal, height: u64, payload: &[u8]) -> Option<Sealed> {
    let height = Height(height);
    journal
        .append(Kind::Decided, height, height.previous(), |bytes| bytes.extend_from_slice(payload))
        .expect("the disk is sound")
}

/// All payloads, in order.
fn read(folder: &Path) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut payloads = Vec::new();
    for file in segments::repair(folder, CHAIN)? {
        let Segment { bytes, records, .. } = segments::load(&file, CHAIN)?;
        payloads.extend(records.into_iter().map(|place| bytes[place.payload].to_vec()));
    }
    Ok(payloads)
}

fn is_damaged(folder: &Path) -> bool {
    matches!(read(folder), Err(StoreError::Damaged { .. }))
}

/// A journal of three records in one segment: its path, its bytes, and where each record ends.
fn three_records(folder: &Path) -> (std::path::PathBuf, Vec<u8>, Vec<usize>) {
    let mut journal = begin(folder, u64::MAX);
    let path = segments::open_path(folder, 1);
    let mut ends = vec![fs::read(&path).unwrap().len()];
    for (height, payload) in [(1, b"first".as_slice()), (2, &[0; 40]), (3, b"a third and last one")] {
        append(&mut journal, height, payload);
        ends.push(fs::read(&path).unwrap().len());
    }
    let bytes = fs::read(&path).unwrap();
    (path, bytes, ends)
}

#[test]
fn what_was_appended_is_read() {
    let folder = tempfile::tempdir().unwrap();
    three_records(folder.path());
    assert_eq!(read(folder.path()).unwrap(), [b"first".to_vec(), vec![0; 40], b"a third and last one".to_vec()]);
}

/// Method: the file is cut at every byte behind the second record.
#[test]
fn a_torn_last_record_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, ends) = three_records(folder.path());
    for length in ends[2]..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 2, "cut at {length}");
        assert_eq!(fs::read(&path).unwrap().len(), ends[2], "what is torn is removed");
    }
}

/// A crash may also leave the right length and wrong bytes, as the file grows before its pages are written.
#[test]
fn a_garbled_last_record_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, ends) = three_records(folder.path());
    for offset in ends[2]..bytes.len() {
        let mut garbled = bytes.clone();
        garbled[offset..].fill(0);
        fs::write(&path, &garbled).unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 2, "zeros from {offset} on");
    }
}

/// Method: each bit pattern of one byte, at every byte before the last record.
#[test]
fn an_altered_earlier_record_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, ends) = three_records(folder.path());
    for offset in 0..ends[2] {
        for flip in [1, 0x80, 0xff] {
            let mut altered = bytes.clone();
            altered[offset] ^= flip;
            fs::write(&path, &altered).unwrap();
            assert!(is_damaged(folder.path()), "byte {offset} altered by {flip}");
            assert_eq!(fs::read(&path).unwrap(), altered, "damage is left as it was found");
        }
    }
}

#[test]
fn a_removed_record_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (path, bytes, ends) = three_records(folder.path());
    let without_second = [&bytes[..ends[1]], &bytes[ends[2]..]].concat();
    fs::write(&path, without_second).unwrap();
    assert!(is_damaged(folder.path()));
}

/// Three segments of one record each, and a fourth one without any.
fn four_segments(folder: &Path) -> Vec<Sealed> {
    let mut journal = begin(folder, 1);
    let mut sealed = Vec::new();
    for height in 1..=4 {
        sealed.extend(append(&mut journal, height, b"something"));
    }
    sealed
}

#[test]
fn segments_are_read_in_order_and_dropped_from_the_oldest() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = four_segments(folder.path());
    assert_eq!(sealed.iter().map(|sealed| sealed.covers).collect::<Vec<_>>(), [Height(1), Height(2), Height(3)]);
    assert_eq!(read(folder.path()).unwrap().len(), 4);
    delete(&sealed[0].path).unwrap();
    assert_eq!(read(folder.path()).unwrap().len(), 3);
}

#[test]
fn a_missing_segment_is_damage() {
    for number in 2..=4 {
        let folder = tempfile::tempdir().unwrap();
        let sealed = four_segments(folder.path());
        let path = sealed.get(number - 1).map_or_else(|| segments::open_path(folder.path(), 4), |one| one.path.clone());
        fs::remove_file(path).unwrap();
        assert!(is_damaged(folder.path()), "segment {number}");
    }
}

#[test]
fn a_torn_older_segment_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = four_segments(folder.path());
    let bytes = fs::read(&sealed[1].path).unwrap();
    fs::write(&sealed[1].path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(is_damaged(folder.path()));
}

/// Method: a crash at every byte of a new segment's first record, before the old one was renamed.
#[test]
fn a_segment_torn_at_birth_held_nothing() {
    let folder = tempfile::tempdir().unwrap();
    three_records(folder.path());
    let other = tempfile::tempdir().unwrap();
    begin(other.path(), 1);
    let opening = fs::read(segments::open_path(other.path(), 1)).unwrap();
    for length in 0..opening.len() {
        fs::write(segments::open_path(folder.path(), 2), &opening[..length]).unwrap();
        assert_eq!(read(folder.path()).unwrap().len(), 3, "born with {length} bytes");
    }
}

/// A segment of another journal of the same chain has other salts and other numbers.
#[test]
fn a_foreign_segment_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = four_segments(folder.path());
    let other = tempfile::tempdir().unwrap();
    let mut journal = begin(other.path(), 1);
    for height in 1..=3 {
        append(&mut journal, height, b"other");
        append(&mut journal, height, b"other");
    }
    fs::copy(segments::sealed_path(other.path(), 2), &sealed[2].path).unwrap();
    assert!(is_damaged(folder.path()));
}

/// What a participant sends stands in records. It can hold a record of its own making, but not one with the right salt.
#[test]
fn a_record_within_a_torn_record_is_not_taken_for_one() {
    let other = tempfile::tempdir().unwrap();
    let (_, foreign, ends) = three_records(other.path());
    let folder = tempfile::tempdir().unwrap();
    let mut journal = begin(folder.path(), u64::MAX);
    append(&mut journal, 1, b"whole");
    append(&mut journal, 2, &foreign[ends[1]..]);
    let path = segments::open_path(folder.path(), 1);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(read(folder.path()).unwrap(), [b"whole".to_vec()]);
}
