//! The state tree: one digest for all state, and proofs that a key has a value or has none.
//!
//! A binary Merkle tree. The way to a key is given by the bits of the key's hash, the highest bit of the first byte
//! first. A subtree without a key is [`Digest::ZERO`]; one with a single key is that key's leaf, however high it
//! stands; any other is the hash of its two halves. So the root depends on what is in the tree and on nothing else:
//! not on the order in which it came, not on what was there before.
//!
//! The tree is a value. A change makes a new tree that shares what is unchanged with the old one, which stays as it
//! was: a proposed block is executed on a clone, and thrown away for nothing.

mod node;
mod proof;
#[cfg(test)]
mod tests;

use core::fmt;
use std::borrow::Cow;

pub use self::proof::{StateProof, Terminal};

use self::node::{Batch, Node};
use crate::hash::{Domain, digest};
use crate::primitives::Digest;

/// One change: the [path](path_of) of a key, and the [hash of its new value](value_hash) or `None` to remove it.
pub type Change = (Digest, Option<Digest>);

/// Where a key stands in the tree.
#[must_use]
pub fn path_of(key: &[u8]) -> Digest {
    digest(Domain::StateKey, key)
}

/// What the tree keeps of a value.
#[must_use]
pub fn value_hash(value: &[u8]) -> Digest {
    digest(Domain::StateValue, value)
}

/// The state tree. A clone costs nothing; two trees are equal if their roots are.
#[derive(Clone, Default)]
pub struct StateTree {
    top: Node,
    len: usize,
}

impl StateTree {
    /// The digest that stands for everything in the tree; [`Digest::ZERO`] if there is nothing.
    #[must_use]
    pub const fn root(&self) -> Digest {
        self.top.digest
    }

    /// How many keys have a value.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether no key has a value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The tree after these changes; this one stays as it is.
    ///
    /// Changes may come in any order; of several changes of one path the last counts. Removing what is not there
    /// changes nothing. Sorted changes are not copied.
    ///
    /// Cost: one pass; each inner node that has a change below it is hashed once, and the few leaves beside a change.
    #[must_use]
    pub fn update(&self, changes: &[Change]) -> Self {
        let changes = in_order(changes);
        let mut batch = Batch::new(self.len);
        let top = batch.update(&self.top, 0, &changes);
        Self { top, len: batch.len() }
    }

    /// The proof of what this tree has under a key: its value, or nothing.
    #[must_use]
    pub fn prove(&self, key: &[u8]) -> StateProof {
        self.prove_path(&path_of(key))
    }

    fn prove_path(&self, path: &Digest) -> StateProof {
        let mut siblings = Vec::new();
        let terminal = match self.top.find(path, &mut siblings) {
            None => Terminal::Empty,
            Some(leaf) if leaf.path == *path => Terminal::Found,
            Some(leaf) => Terminal::Other { path: leaf.path, value_hash: leaf.value_hash },
        };
        StateProof { siblings, terminal }
    }
}

impl PartialEq for StateTree {
    fn eq(&self, other: &Self) -> bool {
        self.root() == other.root()
    }
}

impl Eq for StateTree {}

impl fmt::Debug for StateTree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StateTree").field("root", &self.root()).field("len", &self.len).finish_non_exhaustive()
    }
}

/// The changes by strictly ascending path.
fn in_order(changes: &[Change]) -> Cow<'_, [Change]> {
    if changes.is_sorted_by(|(before, _), (after, _)| before < after) {
        return Cow::Borrowed(changes);
    }
    let mut ordered = changes.to_vec();
    // Stable, and turned round first: of equal paths the last change comes first, and is the one that is kept.
    ordered.reverse();
    ordered.sort_by_key(|&(path, _)| path);
    ordered.dedup_by_key(|&mut (path, _)| path);
    Cow::Owned(ordered)
}

/// Which half of a subtree whose top stands at `depth` holds a path: `false` is the left one.
///
/// `depth` is below 256: two paths that differ do so in their 256 bits, so no subtree is cut deeper.
const fn goes_right(path: &Digest, depth: usize) -> bool {
    path.0[depth / 8] >> (7 - depth % 8) & 1 == 1
}
