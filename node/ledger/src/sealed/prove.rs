//! The prover: walks the decrypted tree from the root, and stops at the first place where it contradicts itself.

use blake3::hazmat::{ChainingValue, Mode, merge_subtrees_non_root, merge_subtrees_root};

use super::judge::{chunk_chaining_value, split};
use super::opening::{RandomAccess, open};
use super::proof::{LeafProof, NodeProof, Piece, Proof};
use super::tree::{CHUNK_BYTES, NODE, NODE_BYTES, Span, chunk_bytes, entry_of_chunk, entry_of_node, nodes_bytes};
use super::{Keystream, Secret};
use crate::primitives::Digest;

/// Looks for the seller's fault in what was delivered, and makes the proof of it; `None` if the decrypted bytes are the
/// registered ones and their tree is sound.
///
/// The streams must be the acknowledged ones, with the lengths that follow from the size, and the secret must be the one
/// that was committed to; then [`judge`](super::judge) convicts on every proof that is made here. If the decrypted bytes
/// do not hash to the content root, there is a proof: a tree without contradiction has no other root than its bytes have.
///
/// Chunks and nodes are read forwards, each once, and for a proof once more. Memory is constant.
///
/// # Errors
/// Those of the streams.
pub fn prove<E, C, N>(
    content_root: &Digest,
    size_bytes: u64,
    secret: &Secret,
    ciphertext: &mut C,
    nodes: &mut N,
) -> Result<Option<Proof>, E>
where
    C: RandomAccess<Error = E>,
    N: RandomAccess<Error = E>,
{
    let keystream = Keystream::new(&secret.key);
    let mut delivery = Delivery { size_bytes, keystream, ciphertext, nodes };
    // What is still to be looked at, the leftmost last, each with what is written down for it. One a level.
    let mut spans: Vec<(Span, Option<ChainingValue>)> = vec![(Span::whole(size_bytes), None)];
    while let Some((span, written)) = spans.pop() {
        if span.count == 1 {
            let bytes = delivery.chunk(span.first)?;
            let agrees = match written {
                None => blake3::hash(&bytes).as_bytes() == content_root.as_bytes(),
                Some(written) => chunk_chaining_value(span.first, &bytes) == written,
            };
            if !agrees {
                return delivery.accuse_chunk(span.first).map(Some);
            }
        } else {
            let [left, right] = delivery.node(span.node)?;
            let agrees = match written {
                None => merge_subtrees_root(&left, &right, Mode::Hash).as_bytes() == content_root.as_bytes(),
                Some(written) => merge_subtrees_non_root(&left, &right, Mode::Hash) == written,
            };
            if !agrees {
                return delivery.accuse_node(span.node).map(Some);
            }
            let halves = span.halves();
            spans.extend([(halves.1, Some(right)), (halves.0, Some(left))]);
        }
    }
    Ok(None)
}

struct Delivery<'a, C, N> {
    size_bytes: u64,
    keystream: Keystream<'a>,
    ciphertext: &'a mut C,
    nodes: &'a mut N,
}

impl<E, C: RandomAccess<Error = E>, N: RandomAccess<Error = E>> Delivery<'_, C, N> {
    /// A decrypted chunk.
    fn chunk(&mut self, chunk: u64) -> Result<Vec<u8>, E> {
        let count = chunk_bytes(self.size_bytes, chunk);
        let mut bytes = vec![0; usize::try_from(count).expect("a chunk is small")];
        self.ciphertext.read(chunk * CHUNK_BYTES, &mut bytes)?;
        self.keystream.chunks(chunk, &mut bytes);
        Ok(bytes)
    }

    /// The two chaining values of a decrypted node.
    fn node(&mut self, node: u64) -> Result<[ChainingValue; 2], E> {
        let mut bytes = [0; NODE];
        self.nodes.read(node * NODE_BYTES, &mut bytes)?;
        self.keystream.nodes(node, &mut bytes);
        Ok(split(&bytes))
    }

    fn accuse_chunk(&mut self, chunk: u64) -> Result<Proof, E> {
        let opened = open(self.ciphertext, self.size_bytes, chunk, 1)?.into();
        let parent = match entry_of_chunk(self.size_bytes, chunk) {
            Some(entry) => Some(self.open_node(entry.node)?),
            None => None,
        };
        Ok(Proof::Leaf(LeafProof { chunk, opened, parent }))
    }

    fn accuse_node(&mut self, node: u64) -> Result<Proof, E> {
        let opened = self.open_node(node)?;
        let parent = match entry_of_node(self.size_bytes, node) {
            Some(entry) => Some(self.open_node(entry.node)?),
            None => None,
        };
        Ok(Proof::Node(NodeProof { node, opened, parent }))
    }

    /// Opens the chunk of the encrypted nodes that this node stands in.
    fn open_node(&mut self, node: u64) -> Result<Piece, E> {
        open(self.nodes, nodes_bytes(self.size_bytes), node * NODE_BYTES / CHUNK_BYTES, 1).map(Piece::from)
    }
}
