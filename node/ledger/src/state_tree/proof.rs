//! Proofs that a key of the state has a value, or has none.

use bincode::de::Decoder;
use bincode::error::DecodeError;
use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::node::Leaf;
use super::{goes_right, path_of, value_hash};
use crate::codec::Canonical;
use crate::hash::{Domain, digest_pair};
use crate::primitives::Digest;
use crate::proof::{ProofError, decode_siblings, deserialize_siblings};

/// What a state tree has where a key would stand, and the way there from the root.
///
/// Neither the key nor its value is in it: who checks it must know both.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StateProof {
    /// What stands beside the way, the root's child first; at most [`Self::SIBLINGS_MAX`].
    #[serde(deserialize_with = "deserialize_siblings::<{ StateProof::SIBLINGS_MAX }, _>")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<Digest>"))]
    pub siblings: Vec<Digest>,
    /// What stands at its end.
    pub terminal: Terminal,
}

/// What stands at the end of the way to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Terminal {
    /// Nothing: the key has no value.
    Empty,
    /// The leaf of another key, alone in the subtree where this key would stand: the key has no value.
    Other {
        /// The other key's path.
        path: Digest,
        /// The hash of the other key's value.
        value_hash: Digest,
    },
    /// The key's own leaf.
    Found,
}

impl StateProof {
    /// A path has no more bits.
    pub const SIBLINGS_MAX: usize = 256;

    /// Checks that the state with this root has this value under this key; `None` claims that it has none.
    ///
    /// # Errors
    /// [`ProofError`], the first thing that is wrong.
    pub fn verify(&self, root: &Digest, key: &[u8], value: Option<&[u8]>) -> Result<(), ProofError> {
        self.verify_path(root, &path_of(key), value.map(value_hash))
    }

    pub(super) fn verify_path(&self, root: &Digest, path: &Digest, value: Option<Digest>) -> Result<(), ProofError> {
        let found = self.siblings.len();
        if found > Self::SIBLINGS_MAX {
            return Err(ProofError::TooManySiblings { found, limit: Self::SIBLINGS_MAX });
        }
        let end = match (self.terminal, value) {
            (Terminal::Found, Some(value_hash)) => Leaf { path: *path, value_hash }.digest(),
            (Terminal::Empty, None) => Digest::ZERO,
            (Terminal::Other { path: other, value_hash }, None) => {
                if other == *path {
                    return Err(ProofError::OwnLeaf);
                }
                if (0..self.siblings.len()).any(|depth| goes_right(&other, depth) != goes_right(path, depth)) {
                    return Err(ProofError::ForeignLeaf);
                }
                Leaf { path: other, value_hash }.digest()
            }
            (Terminal::Found, None) | (Terminal::Empty | Terminal::Other { .. }, Some(_)) => {
                return Err(ProofError::OtherClaim);
            }
        };
        let top = self.siblings.iter().enumerate().rev().fold(end, |below, (depth, sibling)| {
            if goes_right(path, depth) {
                digest_pair(Domain::StateNode, sibling, &below)
            } else {
                digest_pair(Domain::StateNode, &below, sibling)
            }
        });
        if top == *root { Ok(()) } else { Err(ProofError::OtherRoot) }
    }
}

impl Canonical for StateProof {
    /// The number of siblings in up to 3 bytes, the siblings, the kind of end, another leaf.
    const BYTES_MAX: usize = 3 + Self::SIBLINGS_MAX * 32 + 1 + 64;
}

impl<Context> Decode<Context> for StateProof {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Ok(Self {
            siblings: decode_siblings::<{ Self::SIBLINGS_MAX }, _>(decoder)?,
            terminal: Decode::decode(decoder)?,
        })
    }
}

bincode::impl_borrow_decode!(StateProof);
