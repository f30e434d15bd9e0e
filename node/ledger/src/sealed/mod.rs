//! Sealed trees: what a seller commits to, and the judge of a delivery.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::primitives::Digest;

/// What opens a delivery: drawn fresh for each order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Secret {
    /// The key.
    pub key: [u8; 32],
    /// What keeps the commitment from being guessed.
    pub salt: [u8; 32],
}

impl Secret {
    /// What the ledger is told before the secret.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.key);
        hasher.update(&self.salt);
        Digest(*hasher.finalize().as_bytes())
    }
}

/// What a seller is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Commitment {
    /// The root of the encrypted chunks.
    pub ciphertext_root: Digest,
    /// The root of the encrypted nodes.
    pub nodes_root: Digest,
    /// The secret's commitment.
    pub key_commitment: Digest,
}

/// That what was sealed is not what is registered.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Proof(pub Digest);

/// Why a proof convicts nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the content is the registered one")]
pub struct ProofError;

/// Whether the proof convicts the seller.
///
/// # Errors
/// [`ProofError`] if it does not.
pub fn judge(
    content_root: &Digest,
    _size_bytes: u64,
    _commitment: &Commitment,
    _secret: &Secret,
    proof: &Proof,
) -> Result<(), ProofError> {
    if proof.0 == *content_root { Err(ProofError) } else { Ok(()) }
}
