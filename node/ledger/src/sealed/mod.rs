//! Sealed delivery: bytes that are handed over before the key is, and a judge that can tell who cheated.
//!
//! A seller encrypts a file under a key of this one order: its chunks, and beside them the inner nodes of its BLAKE3
//! tree. The ledger gets the roots of both streams and a commitment to the key before the key is revealed. If the
//! decrypted bytes are not the registered file, then walking the decrypted tree from the root meets a first place where
//! it contradicts itself, and a few kilobytes around this place convict the seller: [`prove`] finds them, [`judge`]
//! decides. A seller who sealed the registered file can't be convicted, whatever a buyer shows.
//!
//! The protocol, its assumptions and what it does not prove: `docs/fair-exchange.md`.
//!
//! Invariant: nothing that says where a piece belongs is taken from a proof; the judge computes it from the size of the
//! file and the number of the chunk or node that is accused.

mod judge;
mod keystream;
mod opening;
mod proof;
mod prove;
mod seal;
mod tree;

use core::fmt;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

pub use judge::{ProofError, judge};
pub use keystream::Keystream;
pub(crate) use opening::root_of;
pub use opening::{Opening, RandomAccess, SliceEnd, open};
pub use proof::{LeafProof, NodeProof, Piece, Proof};
pub use prove::prove;
pub use seal::{GROUP_BYTES, SealError, Sealed, Sealer, Sink};
pub use tree::{CHUNK_BYTES, NODE_BYTES, Side, chunk_count, node_count, nodes_bytes};

use crate::codec::Canonical;
use crate::hash::{Domain, digest};
use crate::primitives::Digest;

/// What opens one delivery: a key that seals nothing else, and the salt of its commitment. Drawn anew for every order.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Secret {
    /// The key of the keystream.
    #[serde(with = "as_digest")]
    #[cfg_attr(feature = "schema", schemars(with = "Digest"))]
    pub key: [u8; 32],
    /// What makes the commitment differ even for the same key.
    #[serde(with = "as_digest")]
    #[cfg_attr(feature = "schema", schemars(with = "Digest"))]
    pub salt: [u8; 32],
}

impl Secret {
    /// How long [`Self::to_bytes`] is.
    pub const BYTES: usize = 64;

    /// What the seller commits to before the buyer pays attention: a digest of key and salt.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        digest(Domain::KeyCommitment, &self.to_bytes())
    }

    /// The key, then the salt.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..32].copy_from_slice(&self.key);
        bytes[32..].copy_from_slice(&self.salt);
        bytes
    }

    /// The secret with these bytes: the key, then the salt.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (mut key, mut salt) = ([0; 32], [0; 32]);
        key.copy_from_slice(&bytes[..32]);
        salt.copy_from_slice(&bytes[32..]);
        Self { key, salt }
    }
}

impl Canonical for Secret {
    const BYTES_MAX: usize = Self::BYTES;
}

/// Thirty-two bytes as a digest is written: in hex.
mod as_digest {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::primitives::Digest;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        Digest(*bytes).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        Digest::deserialize(deserializer).map(|digest| digest.0)
    }
}

impl fmt::Debug for Secret {
    /// Shows the commitment: a secret has no place in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret(commitment {})", self.commitment())
    }
}

/// What a seller puts on the ledger about a sealed delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Commitment {
    /// The BLAKE3 hash of the encrypted chunks, as `b3sum` prints it.
    pub ciphertext_root: Digest,
    /// The BLAKE3 hash of the encrypted nodes; a file of one chunk has none of them.
    pub nodes_root: Digest,
    /// [`Secret::commitment`].
    pub key_commitment: Digest,
}

impl Canonical for Commitment {
    const BYTES_MAX: usize = 96;
}
