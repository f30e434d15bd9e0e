//! The nodes of the state tree in memory.
//!
//! Up to [`BUCKET_LEAVES_MAX`] leaves of one subtree are kept side by side in a bucket and the inner nodes between them
//! are not kept but hashed again when asked for. That is a matter of memory alone: no digest depends on it. A node's
//! digest is kept in its parent, so that hashing a parent does not touch the child that has no change.

use std::sync::Arc;

use super::{Change, goes_right};
use crate::hash::{Domain, digest_pair};
use crate::primitives::Digest;

/// The most leaves that a bucket holds; a subtree with more has an inner node at its top.
const BUCKET_LEAVES_MAX: usize = 4;

/// One key of the state, and the hash of its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) path: Digest,
    pub(super) value_hash: Digest,
}

impl Leaf {
    pub(super) fn digest(&self) -> Digest {
        digest_pair(Domain::StateLeaf, &self.path, &self.value_hash)
    }
}

/// A subtree.
#[derive(Clone, Default)]
pub(super) struct Node {
    pub(super) digest: Digest,
    content: Content,
}

#[derive(Clone, Default)]
enum Content {
    #[default]
    Empty,
    /// One to [`BUCKET_LEAVES_MAX`] leaves by ascending path.
    Bucket(Arc<[Leaf]>),
    /// The left and the right half, with more leaves in them than a bucket holds.
    Inner(Arc<[Node; 2]>),
}

impl Node {
    /// The leaf that stands alone in the smallest subtree which holds the path, if any; pushes what stands beside the
    /// way there, the top's child first.
    pub(super) fn find(&self, path: &Digest, siblings: &mut Vec<Digest>) -> Option<&Leaf> {
        let mut node = self;
        let mut depth = 0;
        while let Content::Inner(halves) = &node.content {
            let right = goes_right(path, depth);
            siblings.push(halves[usize::from(!right)].digest);
            node = &halves[usize::from(right)];
            depth += 1;
        }
        let mut leaves = node.leaves()?;
        while leaves.len() > 1 {
            let (left, right) = split(leaves, depth, |leaf| &leaf.path);
            let (near, far) = if goes_right(path, depth) { (right, left) } else { (left, right) };
            depth += 1;
            siblings.push(digest_of(far, depth));
            leaves = near;
        }
        leaves.first()
    }

    /// The subtree's leaves if they are few enough for a bucket.
    fn leaves(&self) -> Option<&[Leaf]> {
        match &self.content {
            Content::Empty => Some(&[]),
            Content::Bucket(leaves) => Some(leaves),
            Content::Inner(_) => None,
        }
    }

    /// The subtree with its top at `depth` that has these leaves, which ascend.
    fn build(leaves: &[Leaf], depth: usize) -> Self {
        if leaves.is_empty() {
            Self::default()
        } else if leaves.len() <= BUCKET_LEAVES_MAX {
            Self { digest: digest_of(leaves, depth), content: Content::Bucket(leaves.into()) }
        } else {
            let (left, right) = split(leaves, depth, |leaf| &leaf.path);
            Self::inner(Self::build(left, depth + 1), Self::build(right, depth + 1))
        }
    }

    /// The subtree with these halves, in the one form that its leaves have: leaves may have gone.
    fn join(left: Self, right: Self) -> Self {
        let (Some(left_leaves), Some(right_leaves)) = (left.leaves(), right.leaves()) else {
            return Self::inner(left, right);
        };
        match (left_leaves, right_leaves) {
            // A lone leaf stands for its subtree as high as it can, as does nothing at all.
            ([], [] | [_]) => right,
            ([_], []) => left,
            _ if left_leaves.len() + right_leaves.len() <= BUCKET_LEAVES_MAX => Self {
                digest: digest_pair(Domain::StateNode, &left.digest, &right.digest),
                content: Content::Bucket(left_leaves.iter().chain(right_leaves).copied().collect()),
            },
            _ => Self::inner(left, right),
        }
    }

    /// The leaves of the subtree with its top at `depth`, after checking that it is kept in the one form they have.
    #[cfg(test)]
    pub(super) fn leaves_of_sound(&self, depth: usize) -> Vec<Leaf> {
        let leaves = match &self.content {
            Content::Empty => Vec::new(),
            Content::Bucket(leaves) => {
                assert!((1..=BUCKET_LEAVES_MAX).contains(&leaves.len()), "a bucket of {} leaves", leaves.len());
                leaves.to_vec()
            }
            Content::Inner(halves) => {
                let leaves = halves.iter().flat_map(|half| half.leaves_of_sound(depth + 1)).collect::<Vec<_>>();
                assert!(leaves.len() > BUCKET_LEAVES_MAX, "an inner node over {} leaves", leaves.len());
                leaves
            }
        };
        assert!(leaves.is_sorted_by(|before, after| before.path < after.path), "leaves ascend");
        assert!(self.digest == digest_of(&leaves, depth), "the digest kept at depth {depth} is not that of its leaves");
        leaves
    }

    fn inner(left: Self, right: Self) -> Self {
        Self {
            digest: digest_pair(Domain::StateNode, &left.digest, &right.digest),
            content: Content::Inner(Arc::new([left, right])),
        }
    }
}

/// The digest of the subtree with its top at `depth` that has these leaves, which ascend.
fn digest_of(leaves: &[Leaf], depth: usize) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [leaf] => leaf.digest(),
        _ => {
            let (left, right) = split(leaves, depth, |leaf| &leaf.path);
            digest_pair(Domain::StateNode, &digest_of(left, depth + 1), &digest_of(right, depth + 1))
        }
    }
}

/// Cuts what stands below a node at `depth`, by ascending path, into its left and its right half.
fn split<T>(items: &[T], depth: usize, path: impl Fn(&T) -> &Digest) -> (&[T], &[T]) {
    items.split_at(items.partition_point(|item| !goes_right(path(item), depth)))
}

/// The state of one pass over the tree.
pub(super) struct Batch {
    /// How many leaves the tree has.
    len: usize,
    /// The leaves of the subtree at hand, here so as to be allocated once.
    leaves: Vec<Leaf>,
}

impl Batch {
    pub(super) const fn new(len: usize) -> Self {
        Self { len, leaves: Vec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The subtree at `depth` after changes that all lie in it, by strictly ascending path.
    pub(super) fn update(&mut self, node: &Node, depth: usize, changes: &[Change]) -> Node {
        if changes.is_empty() {
            return node.clone();
        }
        let before = match &node.content {
            Content::Empty => &[],
            Content::Bucket(leaves) => &leaves[..],
            Content::Inner(halves) => {
                let (left_changes, right_changes) = split(changes, depth, |(path, _)| path);
                let left = self.update(&halves[0], depth + 1, left_changes);
                let right = self.update(&halves[1], depth + 1, right_changes);
                if left.digest == halves[0].digest && right.digest == halves[1].digest {
                    return node.clone();
                }
                return Node::join(left, right);
            }
        };
        self.leaves.clear();
        merge(before, changes, &mut self.leaves);
        if self.leaves == before {
            return node.clone();
        }
        self.len = self.len - before.len() + self.leaves.len();
        Node::build(&self.leaves, depth)
    }
}

/// Appends the leaves as they are after the changes; both sides ascend by path.
fn merge(before: &[Leaf], changes: &[Change], after: &mut Vec<Leaf>) {
    let mut kept = before.iter().copied().peekable();
    for &(path, value_hash) in changes {
        while let Some(leaf) = kept.next_if(|leaf| leaf.path < path) {
            after.push(leaf);
        }
        // The leaf that stood there gives way, whether to another or to none.
        kept.next_if(|leaf| leaf.path == path);
        after.extend(value_hash.map(|value_hash| Leaf { path, value_hash }));
    }
    after.extend(kept);
}
