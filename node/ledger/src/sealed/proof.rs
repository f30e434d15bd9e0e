//! The evidence against a seller: a few kilobytes around the first place where a decrypted tree contradicts itself.

use bincode::de::Decoder;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::opening::Opening;
use super::tree::CHUNK;
use crate::codec::Canonical;
use crate::primitives::{Digest, HexBytes};
use crate::proof::{decode_siblings, deserialize_siblings};

/// That the bytes which were delivered are not the registered ones, as everybody can check.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The two children that a node holds do not merge to what is written down for the node.
    Node(NodeProof),
    /// A chunk does not hash to what is written down for it.
    Leaf(LeafProof),
}

impl Canonical for Proof {
    /// The variant, a number of at most 9 bytes, a piece, whether there is another, and that one.
    const BYTES_MAX: usize = 1 + 9 + Piece::BYTES_MAX + 1 + Piece::BYTES_MAX;
}

/// Accuses a node.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NodeProof {
    /// Which node, in pre-order from 0.
    pub node: u64,
    /// The chunk of the encrypted nodes that the node stands in.
    pub opened: Piece,
    /// The one that the node above stands in; the root has none above, it is held against the content root.
    pub parent: Option<Piece>,
}

/// Accuses a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeafProof {
    /// Which chunk, from 0.
    pub chunk: u64,
    /// The encrypted chunk.
    pub opened: Piece,
    /// The chunk of the encrypted nodes that the node above stands in; the only chunk of a file has none above, it is
    /// held against the content root.
    pub parent: Option<Piece>,
}

/// One chunk of a stream with the chaining values beside its way to the top. Where it belongs is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Piece {
    /// The chunk: at most 1024 bytes.
    pub bytes: HexBytes<CHUNK>,
    /// The subtrees without this chunk, from left to right; at most [`Self::SIBLINGS_MAX`].
    #[serde(deserialize_with = "deserialize_siblings::<{ Piece::SIBLINGS_MAX }, _>")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Digest>"))]
    pub siblings: Vec<Digest>,
}

impl Piece {
    /// A stream of `u64::MAX` bytes has no more levels.
    pub const SIBLINGS_MAX: usize = 54;
}

impl Canonical for Piece {
    /// The number of bytes in at most 3, the bytes, the number of siblings in one, the siblings.
    const BYTES_MAX: usize = 3 + CHUNK + 1 + Self::SIBLINGS_MAX * 32;
}

impl<Context> Decode<Context> for Piece {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (bytes, siblings) = (Decode::decode(decoder)?, decode_siblings::<{ Self::SIBLINGS_MAX }, _>(decoder)?);
        Ok(Self { bytes, siblings })
    }
}

bincode::impl_borrow_decode!(Piece);

impl From<Opening> for Piece {
    /// Takes an opening of one chunk.
    fn from(Opening { bytes, siblings }: Opening) -> Self {
        Self { bytes: HexBytes::new(bytes).expect("a chunk is not longer"), siblings }
    }
}
