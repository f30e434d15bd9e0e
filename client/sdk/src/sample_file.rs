//! Files of verified samples: slices of registered content that prove where they come from, without the rest of it.
//!
//! ```text
//! "yaosu sample 1\n", then for each sample: its length (4 bytes, little-endian), its canonical bytes
//! ```

use std::fs;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use yaosu_ledger::codec::{self, Canonical as _, CodecError};
use yaosu_ledger::sample::Sample;
use yaosu_ledger::sealed::{CHUNK_BYTES, chunk_count, open};

use crate::content::Fingerprint;
use crate::delivery::{DeliveryError, FileAccess};

/// What a file of samples begins with.
const HEAD: &[u8] = b"yaosu sample 1\n";

/// Samples of a file at most.
pub const SAMPLES_MAX: usize = 16;

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The content can't be read.
    #[error(transparent)]
    Content(#[from] DeliveryError),
    /// The content is not what is registered.
    #[error("{} is not the registered content: {registered}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What it should be.
        registered: Fingerprint,
    },
    /// The content has no such chunks, or they are too many for one sample.
    #[error("there are no chunks {} to {} to show: the content has {chunks}, and a sample at most {}", wanted.start, wanted.end, Sample::SLICE_BYTES_MAX as u64 / CHUNK_BYTES)]
    Range {
        /// The first chunk, and the one behind the last.
        wanted: Range<u64>,
        /// How many there are.
        chunks: u64,
    },
    /// The file can't be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{} holds no samples: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// Cuts some chunks out of a file that must be the registered one. Its proof takes one reading of the file.
///
/// # Errors
/// [`SampleError::Range`], [`SampleError::Other`], [`SampleError::Content`].
pub fn cut(file: &Path, registered: Fingerprint, wanted: Range<u64>) -> Result<Sample, SampleError> {
    let Fingerprint { content_root, size_bytes } = registered;
    let chunks = chunk_count(size_bytes);
    let count = wanted.end.saturating_sub(wanted.start);
    let limit = Sample::SLICE_BYTES_MAX as u64 / CHUNK_BYTES;
    if count == 0 || count > limit || wanted.end > chunks {
        return Err(SampleError::Range { wanted, chunks });
    }
    let found = fs::metadata(file).map_err(|source| SampleError::Io { path: file.to_owned(), source })?.len();
    let other = || SampleError::Other { path: file.to_owned(), registered };
    if found != size_bytes {
        return Err(other());
    }
    let mut stream = FileAccess::open(file)?;
    let opening = open(&mut stream, size_bytes, wanted.start, count)?;
    let sample = Sample { content_root, size_bytes, first_chunk: wanted.start, opening };
    // The whole file was read for it: a difference anywhere shows.
    sample.verify().map_err(|_| other())?;
    Ok(sample)
}

/// The bytes of a file of samples.
///
/// # Panics
/// If a sample is over its limit.
#[must_use]
pub fn encode(samples: &[Sample]) -> Vec<u8> {
    let mut bytes = HEAD.to_vec();
    for sample in samples {
        let sample = codec::encode(sample);
        let length = u32::try_from(sample.len()).expect("a sample has some mebibytes at most");
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&sample);
    }
    bytes
}

/// Reads the samples of a file. Whether they verify, and against what, is for the caller to ask.
///
/// # Errors
/// [`SampleError::Io`], [`SampleError::Malformed`].
pub fn read(path: &Path) -> Result<Vec<Sample>, SampleError> {
    let io = |source| SampleError::Io { path: path.to_owned(), source };
    let limit = HEAD.len() + SAMPLES_MAX * (4 + Sample::BYTES_MAX);
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(io)?.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    decode(&bytes).map_err(|reason| SampleError::Malformed { path: path.to_owned(), reason })
}

fn decode(bytes: &[u8]) -> Result<Vec<Sample>, String> {
    let mut rest = bytes.strip_prefix(HEAD).ok_or("it does not begin as such a file does")?;
    let mut samples = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or("it breaks off")?;
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (sample, behind) = behind.split_at_checked(length).ok_or("it breaks off")?;
        if samples.len() == SAMPLES_MAX {
            return Err(format!("there are more than {SAMPLES_MAX}"));
        }
        samples.push(codec::decode(sample).map_err(|error: CodecError| error.to_string())?);
        rest = behind;
    }
    if samples.is_empty() { Err("it is empty".to_owned()) } else { Ok(samples) }
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::Digest;

    use super::*;

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|place| u8::try_from(place * 7 % 251).expect("it is below 256")).collect()
    }

    fn fingerprint(bytes: &[u8]) -> Fingerprint {
        Fingerprint { content_root: Digest(*blake3::hash(bytes).as_bytes()), size_bytes: bytes.len() as u64 }
    }

    /// Goal: every slice of every file comes through a file of samples and verifies; a byte of it changed does not.
    #[test]
    fn slices_verify_and_changed_ones_do_not() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("file");
        for length in [0, 1, 1024, 1025, 5000, 70_000] {
            let bytes = content(length);
            fs::write(&file, &bytes).expect("the folder is there");
            let (registered, chunks) = (fingerprint(&bytes), chunk_count(length as u64));
            for wanted in [0..1, 0..chunks, chunks - 1..chunks, chunks / 2..chunks / 2 + 1] {
                let sample = cut(&file, registered, wanted.clone()).expect("it is the registered file");
                let path = folder.path().join("samples");
                fs::write(&path, encode(&[sample.clone(), sample.clone()])).expect("the folder is there");
                assert_eq!(read(&path).expect("it was written"), [sample.clone(), sample.clone()]);
                let from = usize::try_from(wanted.start * CHUNK_BYTES).expect("it is small");
                assert!(bytes[from..].starts_with(&sample.opening.bytes));
                sample.verify().expect("it is a part of the file");
                for mut changed in [sample.clone(), sample.clone(), sample.clone()].into_iter().enumerate() {
                    match changed.0 {
                        0 => changed.1.content_root.0[0] ^= 1,
                        1 => changed.1.first_chunk += 1,
                        _ => changed.1.opening.bytes.push(0),
                    }
                    assert!(changed.1.verify().is_err());
                }
            }
        }
    }

    /// Goal: no sample of another file, and none of chunks that are not there.
    #[test]
    fn other_files_and_ranges_are_refused() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("file");
        let bytes = content(5000);
        fs::write(&file, &bytes).expect("the folder is there");
        let registered = fingerprint(&bytes);
        #[expect(clippy::reversed_empty_ranges, reason = "they are refused")]
        for wanted in [0..0, 3..2, 0..6, 5..6, u64::MAX - 1..u64::MAX] {
            assert!(matches!(cut(&file, registered, wanted), Err(SampleError::Range { .. })));
        }
        let mut other = bytes.clone();
        other[4999] ^= 1;
        fs::write(&file, &other).expect("it is ours");
        assert!(matches!(cut(&file, registered, 0..1), Err(SampleError::Other { .. })), "far from the slice");
        fs::write(&file, &bytes[..4999]).expect("it is ours");
        assert!(matches!(cut(&file, registered, 0..1), Err(SampleError::Other { .. })));
    }

    /// Goal: what is no file of samples is told, wherever it is cut.
    #[test]
    fn rubbish_is_no_sample() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let file = folder.path().join("file");
        fs::write(&file, content(3000)).expect("the folder is there");
        let sample = cut(&file, fingerprint(&content(3000)), 1..2).expect("it is the registered file");
        let whole = encode(&[sample]);
        for cut in 0..whole.len() {
            assert!(decode(&whole[..cut]).is_err(), "cut at {cut}");
        }
        assert!(decode(&[whole.as_slice(), &[0]].concat()).is_err());
        assert!(decode(&whole).is_ok());
        assert!(decode(&[HEAD, &whole[HEAD.len()..].repeat(SAMPLES_MAX + 1)].concat()).is_err());
    }
}
