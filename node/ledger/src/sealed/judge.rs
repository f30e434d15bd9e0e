//! The judge: whether a proof convicts the seller of a sealed delivery.

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt as _, Mode, merge_subtrees_non_root, merge_subtrees_root};

use super::proof::{LeafProof, NodeProof, Piece, Proof};
use super::tree::{
    CHUNK_BYTES, Entry, NODE, NODE_BYTES, Side, chunk_count, entry_of_chunk, entry_of_node, nodes_bytes,
};
use super::{Commitment, Keystream, Secret, root_of};
use crate::primitives::Digest;

/// Why a proof convicts nobody. Variants stand in the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not the key and salt that the seller has committed to.
    #[error("the key is not the one that was committed to")]
    OtherKey,
    /// A chunk or node that the file does not have.
    #[error("number {number} is outside the {count} of the file")]
    OutOfRange {
        /// Its number, from 0.
        number: u64,
        /// How many there are.
        count: u64,
    },
    /// A node above is shown where there is none, or is missing where there is one.
    #[error("a node above is shown where there is none, or is missing where there is one")]
    Parent,
    /// What is shown was not delivered at this place.
    #[error("what is shown does not lead to the root that was committed to")]
    NotDelivered,
    /// The pieces agree with each other: no fault of the seller's is shown.
    #[error("the pieces agree with each other")]
    NoFault,
}

/// Judges: `Ok` exactly when the proof convicts the seller.
///
/// Pure and total. The key must be the committed one; each piece must lead to its root at the place that is computed from
/// the size and the accused number; then the seller is guilty if and only if the decrypted pieces contradict each other.
///
/// Cost: two hashes of a kilobyte, two keystream pieces and at most 110 compressions.
///
/// # Errors
/// [`ProofError`], the first thing that is wrong; the seller is not convicted.
pub fn judge(
    content_root: &Digest,
    size_bytes: u64,
    commitment: &Commitment,
    secret: &Secret,
    proof: &Proof,
) -> Result<(), ProofError> {
    if secret.commitment() != commitment.key_commitment {
        return Err(ProofError::OtherKey);
    }
    let case = Case { content_root, size_bytes, commitment, keystream: Keystream::new(&secret.key) };
    let agrees = match proof {
        Proof::Node(proof) => case.node_agrees(proof)?,
        Proof::Leaf(proof) => case.leaf_agrees(proof)?,
    };
    if agrees { Err(ProofError::NoFault) } else { Ok(()) }
}

struct Case<'a> {
    content_root: &'a Digest,
    size_bytes: u64,
    commitment: &'a Commitment,
    keystream: Keystream<'a>,
}

impl Case<'_> {
    fn node_agrees(&self, proof: &NodeProof) -> Result<bool, ProofError> {
        let &NodeProof { node, ref opened, ref parent } = proof;
        check_range(node, super::node_count(self.size_bytes))?;
        let entry = entry_of_node(self.size_bytes, node);
        check_parent(entry, parent.as_ref())?;
        let [left, right] = self.open_node(node, opened)?;
        Ok(match self.open_entry(entry, parent.as_ref())? {
            None => merge_subtrees_root(&left, &right, Mode::Hash).as_bytes() == self.content_root.as_bytes(),
            Some(written) => merge_subtrees_non_root(&left, &right, Mode::Hash) == written,
        })
    }

    fn leaf_agrees(&self, proof: &LeafProof) -> Result<bool, ProofError> {
        let &LeafProof { chunk, ref opened, ref parent } = proof;
        check_range(chunk, chunk_count(self.size_bytes))?;
        let entry = entry_of_chunk(self.size_bytes, chunk);
        check_parent(entry, parent.as_ref())?;
        check_delivered(&self.commitment.ciphertext_root, self.size_bytes, chunk, opened)?;
        let mut bytes = opened.bytes.as_bytes().to_vec();
        self.keystream.chunks(chunk, &mut bytes);
        Ok(match self.open_entry(entry, parent.as_ref())? {
            None => blake3::hash(&bytes).as_bytes() == self.content_root.as_bytes(),
            Some(written) => chunk_chaining_value(chunk, &bytes) == written,
        })
    }

    /// What is written down in the node above, decrypted; `None` where the content root stands above.
    fn open_entry(&self, entry: Option<Entry>, piece: Option<&Piece>) -> Result<Option<ChainingValue>, ProofError> {
        let Some((Entry { node, side }, piece)) = entry.zip(piece) else {
            return Ok(None);
        };
        let [left, right] = self.open_node(node, piece)?;
        Ok(Some(if side == Side::Left { left } else { right }))
    }

    /// The two chaining values that a node holds, decrypted.
    fn open_node(&self, node: u64, piece: &Piece) -> Result<[ChainingValue; 2], ProofError> {
        const NODES_A_CHUNK: u64 = CHUNK_BYTES / NODE_BYTES;
        let length = nodes_bytes(self.size_bytes);
        check_delivered(&self.commitment.nodes_root, length, node / NODES_A_CHUNK, piece)?;
        let from = usize::try_from(node % NODES_A_CHUNK * NODE_BYTES).expect("a place in a chunk");
        let mut bytes = [0; NODE];
        // The piece has the length that the stream's chunk has, and nodes never cross the end of one.
        bytes.copy_from_slice(&piece.bytes.as_bytes()[from..from + NODE]);
        self.keystream.nodes(node, &mut bytes);
        Ok(split(&bytes))
    }
}

fn check_range(number: u64, count: u64) -> Result<(), ProofError> {
    if number < count { Ok(()) } else { Err(ProofError::OutOfRange { number, count }) }
}

fn check_parent(entry: Option<Entry>, parent: Option<&Piece>) -> Result<(), ProofError> {
    if entry.is_some() == parent.is_some() { Ok(()) } else { Err(ProofError::Parent) }
}

/// Whether a piece is this chunk of the stream with this root and length.
fn check_delivered(root: &Digest, length: u64, chunk: u64, piece: &Piece) -> Result<(), ProofError> {
    // One chunk, whatever the piece has: an opening of two would be cut where the nodes are.
    let bytes = piece.bytes.as_bytes();
    let is_one = bytes.len() as u64 == super::tree::chunk_bytes(length, chunk);
    if is_one && root_of(length, chunk, bytes, &piece.siblings).as_ref() == Some(root) {
        Ok(())
    } else {
        Err(ProofError::NotDelivered)
    }
}

/// The chaining value of a chunk of a file that has others.
pub(super) fn chunk_chaining_value(chunk: u64, bytes: &[u8]) -> ChainingValue {
    Hasher::new().set_input_offset(chunk * CHUNK_BYTES).update(bytes).finalize_non_root()
}

/// The two chaining values of a node.
pub(super) fn split(node: &[u8; NODE]) -> [ChainingValue; 2] {
    let (mut left, mut right) = ([0; 32], [0; 32]);
    left.copy_from_slice(&node[..32]);
    right.copy_from_slice(&node[32..]);
    [left, right]
}
