//! What the two kinds of Merkle proof have in common: why one is refused, and siblings that are bounded when decoded.

use bincode::Decode;
use bincode::de::Decoder;
use bincode::error::DecodeError;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::primitives::Digest;

/// Why a Merkle proof shows nothing. Variants stand in the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A place that the list does not have.
    #[error("index {index} is outside a list of {count}")]
    OutOfRange {
        /// The place, from 0.
        index: u32,
        /// The length of the list.
        count: u32,
    },
    /// More or fewer siblings than a list of this length has levels above this place.
    #[error("{found} siblings given, {expected} expected")]
    SiblingCount {
        /// How many levels there are.
        expected: usize,
        /// How many siblings the proof has.
        found: usize,
    },
    /// More siblings than any state tree has levels.
    #[error("{found} siblings are over the limit of {limit}")]
    TooManySiblings {
        /// How many siblings the proof has.
        found: usize,
        /// The most there can be.
        limit: usize,
    },
    /// A proof of presence where absence is claimed, or the other way round.
    #[error("the proof is of presence where absence is claimed, or the other way round")]
    OtherClaim,
    /// Absence of a key can't be shown by the leaf of that key.
    #[error("the leaf shown in place of the key is the key's own")]
    OwnLeaf,
    /// The leaf that is shown in place of the key can't stand where the key would.
    #[error("the leaf shown in place of the key belongs elsewhere in the tree")]
    ForeignLeaf,
    /// The proof leads to another root.
    #[error("the proof does not lead to the root")]
    OtherRoot,
}

/// Decodes siblings; more than `MAX` are refused before any of them is read.
pub(crate) fn decode_siblings<const MAX: usize, D: Decoder>(decoder: &mut D) -> Result<Vec<Digest>, DecodeError> {
    let found = usize::decode(decoder)?;
    if found > MAX {
        return Err(DecodeError::OtherString(ProofError::TooManySiblings { found, limit: MAX }.to_string()));
    }
    (0..found).map(|_| Digest::decode(decoder)).collect()
}

/// Deserializes siblings; more than `MAX` are refused.
pub(crate) fn deserialize_siblings<'de, const MAX: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Digest>, D::Error> {
    let siblings = Vec::<Digest>::deserialize(deserializer)?;
    let found = siblings.len();
    if found > MAX {
        return Err(D::Error::custom(ProofError::TooManySiblings { found, limit: MAX }));
    }
    Ok(siblings)
}
