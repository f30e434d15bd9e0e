//! Some chunks of a stream, proved to stand where they do under the plain BLAKE3 hash of the whole.
//!
//! Beside the bytes stand the chaining values of the subtrees that hold none of them, from left to right. How many there
//! are and where each belongs follows from the length of the stream and the place of the chunks.

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root};

use super::tree::{CHUNK_BYTES, Span, chunk_count};
use crate::primitives::Digest;

/// How much is read and hashed at once when a subtree is.
const BUFFER_BYTES: usize = 64 * 1024;

/// Bytes that can be read anywhere; reading may fail.
pub trait RandomAccess {
    /// Why bytes could not be read.
    type Error;

    /// Fills `into` with the bytes from `offset` on.
    ///
    /// Callers read forwards for the most part, in small pieces: a file should be read ahead.
    ///
    /// # Errors
    /// Whatever reading can fail with, and if there are fewer bytes.
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Self::Error>;
}

/// The end of a slice in memory was reached before all bytes were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are fewer bytes than were asked for")]
pub struct SliceEnd;

impl RandomAccess for &[u8] {
    type Error = SliceEnd;

    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), SliceEnd> {
        let tail = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).ok_or(SliceEnd)?;
        into.copy_from_slice(tail.get(..into.len()).ok_or(SliceEnd)?);
        Ok(())
    }
}

/// Some chunks of a stream and what stands beside the way to them.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode)]
pub struct Opening {
    /// The chunks one after the other.
    pub bytes: Vec<u8>,
    /// The chaining values of the subtrees without any of these chunks, from left to right.
    pub siblings: Vec<Digest>,
}

/// Opens `count` chunks from chunk `first` on of a stream of `length` bytes. At constant memory beside what is opened.
///
/// The whole stream is read once.
///
/// # Errors
/// Those of the stream.
///
/// # Panics
/// If the stream has no such chunks, or the chunks do not fit into memory.
pub fn open<R: RandomAccess>(stream: &mut R, length: u64, first: u64, count: u64) -> Result<Opening, R::Error> {
    assert!(count > 0 && first < chunk_count(length) && count <= chunk_count(length) - first, "there are such chunks");
    let (start, end) = (first * CHUNK_BYTES, length.min((first + count).saturating_mul(CHUNK_BYTES)));
    let mut bytes = vec![0; usize::try_from(end - start).expect("what is opened fits into memory")];
    stream.read(start, &mut bytes)?;
    let mut siblings = Vec::new();
    // What is still to be looked at, the leftmost last.
    let mut spans = vec![Span::whole(length)];
    while let Some(span) = spans.pop() {
        if span.end() <= first || first + count <= span.first {
            siblings.push(Digest(hash_span(stream, length, span)?));
        } else if span.first < first || first + count < span.end() {
            let (left, right) = span.halves();
            spans.extend([right, left]);
        }
    }
    Ok(Opening { bytes, siblings })
}

/// The chaining value of a subtree that is not the whole.
fn hash_span<R: RandomAccess>(stream: &mut R, length: u64, span: Span) -> Result<ChainingValue, R::Error> {
    let mut offset = span.first * CHUNK_BYTES;
    let end = length.min(span.end().saturating_mul(CHUNK_BYTES));
    let mut hasher = Hasher::new();
    hasher.set_input_offset(offset);
    let mut buffer = vec![0; BUFFER_BYTES];
    while offset < end {
        let count = usize::try_from(end - offset).map_or(BUFFER_BYTES, |left| left.min(BUFFER_BYTES));
        stream.read(offset, &mut buffer[..count])?;
        hasher.update(&buffer[..count]);
        offset += count as u64;
    }
    Ok(hasher.finalize_non_root())
}

/// The hash of a stream of `length` bytes that has these chunks, the first of them being chunk `first`; `None` if it
/// can't have them, or if siblings are missing or left over.
///
/// Cost: a hash of the bytes, and one compression a level.
pub(crate) fn root_of(length: u64, first: u64, bytes: &[u8], siblings: &[Digest]) -> Option<Digest> {
    let whole = Span::whole(length);
    let count = chunk_count(bytes.len() as u64);
    if first >= whole.count || count > whole.count - first {
        return None;
    }
    let end = length.min((first + count).saturating_mul(CHUNK_BYTES));
    if bytes.len() as u64 != end - first * CHUNK_BYTES {
        return None;
    }
    let mut fold = Fold { first, count, bytes, siblings: siblings.iter() };
    let root = if fold.covers(whole) {
        blake3::hash(bytes)
    } else {
        let (left, right) = fold.children(whole)?;
        merge_subtrees_root(&left, &right, Mode::Hash)
    };
    fold.siblings.next().is_none().then_some(Digest(*root.as_bytes()))
}

struct Fold<'a> {
    first: u64,
    count: u64,
    bytes: &'a [u8],
    siblings: core::slice::Iter<'a, Digest>,
}

impl Fold<'_> {
    fn covers(&self, span: Span) -> bool {
        self.first <= span.first && span.end() <= self.first + self.count
    }

    fn children(&mut self, span: Span) -> Option<(ChainingValue, ChainingValue)> {
        let (left, right) = span.halves();
        Some((self.chaining_value(left)?, self.chaining_value(right)?))
    }

    /// Goes as deep as the tree does: at most 54 levels.
    fn chaining_value(&mut self, span: Span) -> Option<ChainingValue> {
        if span.end() <= self.first || self.first + self.count <= span.first {
            return self.siblings.next().map(|sibling| sibling.0);
        }
        if self.covers(span) {
            let from = usize::try_from((span.first - self.first) * CHUNK_BYTES).ok()?;
            let to = usize::try_from((span.end() - self.first) * CHUNK_BYTES).ok()?;
            let bytes = &self.bytes[from..to.min(self.bytes.len())];
            return Some(Hasher::new().set_input_offset(span.first * CHUNK_BYTES).update(bytes).finalize_non_root());
        }
        let (left, right) = self.children(span)?;
        Some(merge_subtrees_non_root(&left, &right, Mode::Hash))
    }
}
