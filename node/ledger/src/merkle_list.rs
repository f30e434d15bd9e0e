//! The Merkle root of an ordered list, and proofs that a leaf stands at a place of it.
//!
//! The shape is that of RFC 6962: a list of more than one leaf is cut at the largest power of two below its length.
//! The root commits to the length as well, so that neither the list nor a place in it can be read in two ways. Leaves
//! are digests that the caller has made in a domain of their own.

#[cfg(test)]
mod tests;

use core::ops::Range;

use bincode::de::Decoder;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::Canonical;
use crate::hash::{Domain, digest, digest_pair};
use crate::primitives::Digest;
use crate::proof::{ProofError, decode_siblings, deserialize_siblings};

/// The root of a list of leaves; an empty list has one too.
///
/// # Panics
/// Never: a length in memory fits 64 bits.
#[must_use]
pub fn root(leaves: &[Digest]) -> Digest {
    commit(u64::try_from(leaves.len()).expect("a length in memory fits 64 bits"), &top(leaves))
}

/// The proof that the leaf at `index` stands there; `None` if the list has no such place or over `u32::MAX` leaves.
///
/// Cost: one hash a leaf.
#[must_use]
pub fn prove(leaves: &[Digest], index: u32) -> Option<ListProof> {
    prove_range(leaves, index..index.checked_add(1)?)?.pop()
}

/// The proofs of the leaves at these places, in order; `None` if the list has no such places or over `u32::MAX` leaves.
///
/// Cost: one hash a leaf of the list, however many are proved.
#[must_use]
pub fn prove_range(leaves: &[Digest], places: Range<u32>) -> Option<Vec<ListProof>> {
    let count = u32::try_from(leaves.len()).ok().filter(|&count| places.start <= places.end && places.end <= count)?;
    let wanted = usize::try_from(places.start).ok()?..usize::try_from(places.end).ok()?;
    let mut paths = vec![Vec::new(); wanted.len()];
    climb(leaves, wanted, &mut paths);
    let proofs = places.zip(paths).map(|(index, mut siblings)| {
        siblings.reverse();
        ListProof { index, count, siblings }
    });
    Some(proofs.collect())
}

/// A proof that a leaf stands at a place of a list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListProof {
    /// The place of the leaf, from 0.
    pub index: u32,
    /// The length of the list.
    pub count: u32,
    /// What stands beside the way from the top down to the leaf, the top's child first; at most [`Self::SIBLINGS_MAX`].
    #[serde(deserialize_with = "deserialize_siblings::<{ ListProof::SIBLINGS_MAX }, _>")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Digest>"))]
    pub siblings: Vec<Digest>,
}

impl ListProof {
    /// A list of `u32::MAX` leaves has no more levels.
    pub const SIBLINGS_MAX: usize = 32;

    /// Checks that the leaf stands at [`Self::index`] of the list of [`Self::count`] leaves that has this root.
    ///
    /// # Errors
    /// [`ProofError`], the first thing that is wrong.
    pub fn verify(&self, root: &Digest, leaf: &Digest) -> Result<(), ProofError> {
        if self.index >= self.count {
            return Err(ProofError::OutOfRange { index: self.index, count: self.count });
        }
        let turns = turns(self.index, self.count);
        if turns.len() != self.siblings.len() {
            return Err(ProofError::SiblingCount { expected: turns.len(), found: self.siblings.len() });
        }
        let top = turns.iter().zip(&self.siblings).rev().fold(*leaf, |below, (turn, sibling)| match turn {
            Turn::Left => digest_pair(Domain::MerkleNode, &below, sibling),
            Turn::Right => digest_pair(Domain::MerkleNode, sibling, &below),
        });
        if commit(u64::from(self.count), &top) == *root { Ok(()) } else { Err(ProofError::OtherRoot) }
    }
}

impl Canonical for ListProof {
    /// Two integers of at most 5 bytes, the number of siblings in one, the siblings.
    const BYTES_MAX: usize = 5 + 5 + 1 + Self::SIBLINGS_MAX * 32;
}

impl<Context> Decode<Context> for ListProof {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Ok(Self {
            index: Decode::decode(decoder)?,
            count: Decode::decode(decoder)?,
            siblings: decode_siblings::<{ Self::SIBLINGS_MAX }, _>(decoder)?,
        })
    }
}

bincode::impl_borrow_decode!(ListProof);

/// Which half of a list is gone into.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Left,
    Right,
}

/// The way from the top of a list of `count` leaves to the leaf at `index`, which must be one of them.
fn turns(mut index: u32, mut count: u32) -> Vec<Turn> {
    let mut turns = Vec::new();
    while count > 1 {
        let left = 1 << (count - 1).ilog2();
        if index < left {
            turns.push(Turn::Left);
            count = left;
        } else {
            turns.push(Turn::Right);
            index -= left;
            count -= left;
        }
    }
    turns
}

/// The largest power of two below a length of at least two.
const fn cut(length: usize) -> usize {
    1 << (length - 1).ilog2()
}

/// The top of a list. What stands beside the way up from each wanted leaf is added to its path, the lowest first.
fn climb(leaves: &[Digest], wanted: Range<usize>, paths: &mut [Vec<Digest>]) -> Digest {
    if wanted.is_empty() || leaves.len() < 2 {
        return top(leaves);
    }
    let middle = cut(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let [of_left, of_right] = [
        wanted.start.min(middle)..wanted.end.min(middle),
        wanted.start.saturating_sub(middle)..wanted.end.saturating_sub(middle),
    ];
    let (left_paths, right_paths) = paths.split_at_mut(of_left.len());
    let (left, right) = (climb(left, of_left, left_paths), climb(right, of_right, right_paths));
    for path in left_paths {
        path.push(right);
    }
    for path in right_paths {
        path.push(left);
    }
    digest_pair(Domain::MerkleNode, &left, &right)
}

fn top(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(cut(leaves.len()));
            digest_pair(Domain::MerkleNode, &top(left), &top(right))
        }
    }
}

fn commit(count: u64, top: &Digest) -> Digest {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&count.to_le_bytes());
    bytes[8..].copy_from_slice(&top.0);
    digest(Domain::MerkleRoot, &bytes)
}
