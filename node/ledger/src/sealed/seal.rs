//! The sealer: plain bytes in, encrypted chunks and nodes out, at constant memory whatever the size.

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, Mode, merge_subtrees_non_root, merge_subtrees_root};

use super::judge::{chunk_chaining_value, split};
use super::tree::{CHUNK, NODE, NODE_BYTES, chunk_count, node_above};
use super::{Keystream, Secret};
use crate::primitives::Digest;

/// How much is sealed at once: 256 chunks, a subtree of every larger file, whose nodes stand together.
pub const GROUP_BYTES: usize = 256 * CHUNK;

/// Where sealed bytes go.
pub trait Sink {
    /// Why they could not go there.
    type Error;

    /// Takes the next encrypted bytes of the file.
    ///
    /// # Errors
    /// Whatever writing can fail with.
    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Takes encrypted nodes that belong at this byte of the encrypted nodes. They come in no order; each comes once.
    ///
    /// # Errors
    /// Whatever writing can fail with.
    fn nodes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Self::Error>;
}

/// Why a file was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError<E> {
    /// The file does not have the size that was said.
    #[error("{expected} bytes were to be sealed, {found} came")]
    Size {
        /// How many were said.
        expected: u64,
        /// How many came, or more.
        found: u64,
    },
    /// The sealed bytes could not be written.
    #[error(transparent)]
    Sink(#[from] E),
}

/// What is known once the last byte is sealed.
///
/// The root of the encrypted nodes is not here: they come out of order, so whoever stored them hashes them afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The hash of the plain bytes: must be the registered one, or the delivery will be convicted.
    pub content_root: Digest,
    /// The hash of the encrypted chunks.
    pub ciphertext_root: Digest,
}

/// Seals one file, part by part.
pub struct Sealer<'a> {
    keystream: Keystream<'a>,
    size_bytes: u64,
    found_bytes: u64,
    /// What has come and is not sealed yet; less than a group between calls.
    group: Vec<u8>,
    ciphertext: Hasher,
    /// Sealed subtrees that wait for their right sibling, the largest first: one a level at most.
    waiting: Vec<Subtree>,
    content_root: Option<Digest>,
}

struct Subtree {
    first: u64,
    count: u64,
    chaining_value: ChainingValue,
}

impl<'a> Sealer<'a> {
    /// A sealer for a file of this many bytes. The secret must never have sealed anything else.
    #[must_use]
    pub fn new(secret: &'a Secret, size_bytes: u64) -> Self {
        Self {
            keystream: Keystream::new(&secret.key),
            size_bytes,
            found_bytes: 0,
            group: Vec::with_capacity(GROUP_BYTES),
            ciphertext: Hasher::new(),
            waiting: Vec::new(),
            content_root: None,
        }
    }

    /// Seals the next bytes of the file.
    ///
    /// # Errors
    /// [`SealError::Size`] if there are too many, [`SealError::Sink`]. Afterwards the sealer is of no more use.
    pub fn push<S: Sink>(&mut self, mut bytes: &[u8], sink: &mut S) -> Result<(), SealError<S::Error>> {
        self.found_bytes = self.found_bytes.saturating_add(bytes.len() as u64);
        if self.found_bytes > self.size_bytes {
            return Err(SealError::Size { expected: self.size_bytes, found: self.found_bytes });
        }
        while !bytes.is_empty() {
            let (taken, rest) = bytes.split_at(bytes.len().min(GROUP_BYTES - self.group.len()));
            self.group.extend_from_slice(taken);
            bytes = rest;
            if self.group.len() == GROUP_BYTES {
                self.seal_group(sink)?;
            }
        }
        Ok(())
    }

    /// Seals what is left.
    ///
    /// # Errors
    /// [`SealError::Size`] if there were too few bytes, [`SealError::Sink`].
    pub fn finish<S: Sink>(mut self, sink: &mut S) -> Result<Sealed, SealError<S::Error>> {
        if self.found_bytes != self.size_bytes {
            return Err(SealError::Size { expected: self.size_bytes, found: self.found_bytes });
        }
        if self.content_root.is_none() {
            self.seal_group(sink)?;
        }
        Ok(Sealed {
            content_root: self.content_root.expect("the last group closes the tree"),
            ciphertext_root: Digest(*self.ciphertext.finalize().as_bytes()),
        })
    }

    fn seal_group<S: Sink>(&mut self, sink: &mut S) -> Result<(), SealError<S::Error>> {
        let mut bytes = core::mem::take(&mut self.group);
        let first = self.waiting.last().map_or(0, |subtree| subtree.first + subtree.count);
        let count = chunk_count(bytes.len() as u64);
        let chaining_value = if chunk_count(self.size_bytes) == 1 {
            self.content_root = Some(Digest(*blake3::hash(&bytes).as_bytes()));
            ChainingValue::default()
        } else {
            let values: Vec<ChainingValue> =
                (first..).zip(bytes.chunks(CHUNK)).map(|(chunk, bytes)| chunk_chaining_value(chunk, bytes)).collect();
            self.seal_nodes(first, &values, sink)?
        };
        self.keystream.chunks(first, &mut bytes);
        self.ciphertext.update(&bytes);
        sink.ciphertext(&bytes)?;
        bytes.clear();
        self.group = bytes;
        self.waiting.push(Subtree { first, count, chaining_value });
        self.merge(sink)
    }

    /// Seals the nodes above chunks that are a subtree; its chaining value.
    fn seal_nodes<S: Sink>(
        &mut self,
        first: u64,
        values: &[ChainingValue],
        sink: &mut S,
    ) -> Result<ChainingValue, SealError<S::Error>> {
        let mut nodes = vec![0; (values.len() - 1) * NODE];
        let chaining_value = write_nodes(values, &mut nodes);
        let count = values.len() as u64;
        if let Some(top) = nodes.first_chunk()
            && count == chunk_count(self.size_bytes)
        {
            self.close(top);
        }
        if !nodes.is_empty() {
            let number = node_above(self.size_bytes, first, count);
            self.keystream.nodes(number, &mut nodes);
            sink.nodes(number * NODE_BYTES, &nodes)?;
        }
        Ok(chaining_value)
    }

    /// Seals the nodes that have both their halves now.
    fn merge<S: Sink>(&mut self, sink: &mut S) -> Result<(), SealError<S::Error>> {
        let whole = chunk_count(self.size_bytes);
        while let [.., left, right] = self.waiting.as_slice() {
            // The halves of a full subtree are equal; the last subtrees close whatever they are.
            if left.count != right.count && right.first + right.count != whole {
                break;
            }
            let (first, count) = (left.first, left.count + right.count);
            let mut node = [0; NODE];
            node[..32].copy_from_slice(&left.chaining_value);
            node[32..].copy_from_slice(&right.chaining_value);
            let chaining_value = merge_subtrees_non_root(&left.chaining_value, &right.chaining_value, Mode::Hash);
            if count == whole {
                self.close(&node);
            }
            let number = node_above(self.size_bytes, first, count);
            self.keystream.nodes(number, &mut node);
            sink.nodes(number * NODE_BYTES, &node)?;
            self.waiting.truncate(self.waiting.len() - 2);
            self.waiting.push(Subtree { first, count, chaining_value });
        }
        Ok(())
    }

    /// The root node is known, and with it the hash of the file.
    fn close(&mut self, root: &[u8; NODE]) {
        let [left, right] = split(root);
        self.content_root = Some(Digest(*merge_subtrees_root(&left, &right, Mode::Hash).as_bytes()));
    }
}

/// Writes the nodes above some chunks in pre-order; the chaining value of the whole.
fn write_nodes(values: &[ChainingValue], nodes: &mut [u8]) -> ChainingValue {
    if let [value] = values {
        return *value;
    }
    let (left, right) = values.split_at(1 << (values.len() - 1).ilog2());
    let (own, below) = nodes.split_at_mut(NODE);
    let (below_left, below_right) = below.split_at_mut((left.len() - 1) * NODE);
    let (left, right) = (write_nodes(left, below_left), write_nodes(right, below_right));
    own[..32].copy_from_slice(&left);
    own[32..].copy_from_slice(&right);
    merge_subtrees_non_root(&left, &right, Mode::Hash)
}
