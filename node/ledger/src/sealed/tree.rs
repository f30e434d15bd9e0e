//! The shape of a file's BLAKE3 tree: how many chunks and nodes there are, and which stands above which.
//!
//! Everything follows from the size alone. Chunks have 1024 bytes, the last has what is left; a file without bytes is one
//! empty chunk. Nodes are counted in pre-order: a node, then those of its left half, then those of its right half. The
//! left half is the largest power of two of chunks that leaves something for the right one.

/// The bytes of a chunk; the last one may have fewer.
pub const CHUNK_BYTES: u64 = CHUNK as u64;

/// The bytes of a node: the chaining values of its two children.
pub const NODE_BYTES: u64 = NODE as u64;

/// [`CHUNK_BYTES`] as a length in memory.
pub(super) const CHUNK: usize = 1024;

/// [`NODE_BYTES`] as a length in memory.
pub(super) const NODE: usize = 64;

/// How many chunks a stream of this many bytes has: one at least, below 2^54 in any case.
#[must_use]
pub const fn chunk_count(size_bytes: u64) -> u64 {
    match size_bytes.div_ceil(CHUNK_BYTES) {
        0 => 1,
        count => count,
    }
}

/// How many inner nodes the tree of a file of this many bytes has.
#[must_use]
pub const fn node_count(size_bytes: u64) -> u64 {
    chunk_count(size_bytes) - 1
}

/// How many bytes those nodes have one after the other.
#[must_use]
pub const fn nodes_bytes(size_bytes: u64) -> u64 {
    node_count(size_bytes) * NODE_BYTES
}

/// How many bytes this chunk of a stream has. The stream must have the chunk.
pub(super) const fn chunk_bytes(size_bytes: u64, chunk: u64) -> u64 {
    let left = size_bytes - chunk * CHUNK_BYTES;
    if left < CHUNK_BYTES { left } else { CHUNK_BYTES }
}

/// Which child of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one of the chunks that come first.
    Left,
    /// The one of the others.
    Right,
}

/// Where the chaining value of a chunk or node is written down: in which node, on which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) node: u64,
    pub(super) side: Side,
}

/// A subtree: some chunks, and the number of the node above them, which one chunk alone does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: u64,
    pub(super) count: u64,
    pub(super) node: u64,
}

impl Span {
    /// All chunks of a stream of this many bytes.
    pub(super) const fn whole(size_bytes: u64) -> Self {
        Self { first: 0, count: chunk_count(size_bytes), node: 0 }
    }

    /// The two subtrees below a node; there must be one.
    pub(super) const fn halves(self) -> (Self, Self) {
        let count = 1 << (self.count - 1).ilog2();
        let left = Self { first: self.first, count, node: self.node + 1 };
        // A tree of `count` chunks has one node fewer.
        let right = Self { first: self.first + count, count: self.count - count, node: self.node + count };
        (left, right)
    }

    /// The first chunk behind it.
    pub(super) const fn end(self) -> u64 {
        self.first + self.count
    }
}

/// Where a node's chaining value stands; `None` for the root, whose hash is the content root. The tree must have the node.
pub(super) fn entry_of_node(size_bytes: u64, node: u64) -> Option<Entry> {
    let mut entry = None;
    let mut span = Span::whole(size_bytes);
    while span.node != node {
        let (left, right) = span.halves();
        let side = if node < right.node { Side::Left } else { Side::Right };
        entry = Some(Entry { node: span.node, side });
        span = if side == Side::Left { left } else { right };
    }
    entry
}

/// Where a chunk's chaining value stands; `None` for the only chunk of a file. The file must have the chunk.
pub(super) fn entry_of_chunk(size_bytes: u64, chunk: u64) -> Option<Entry> {
    let mut entry = None;
    let mut span = Span::whole(size_bytes);
    while span.count > 1 {
        let (left, right) = span.halves();
        let side = if chunk < right.first { Side::Left } else { Side::Right };
        entry = Some(Entry { node: span.node, side });
        span = if side == Side::Left { left } else { right };
    }
    entry
}

/// The number of the node above these chunks, which must be a subtree of the tree.
pub(super) fn node_above(size_bytes: u64, first: u64, count: u64) -> u64 {
    let mut span = Span::whole(size_bytes);
    while (span.first, span.count) != (first, count) {
        let (left, right) = span.halves();
        span = if first < right.first { left } else { right };
    }
    span.node
}
