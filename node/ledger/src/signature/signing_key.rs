//! The secret half of a key.

use core::fmt;

use ed25519_dalek::Signer;

use super::{Context, PublicKey, Signature, message};
use crate::primitives::ChainId;

/// An ed25519 signing key. Wiped from memory when dropped; never printed.
///
/// Not made here: the 32 secret bytes are drawn where random numbers may be drawn, or read from a key file.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of a seed: the 32 secret bytes of RFC 8032, which must be drawn uniformly at random.
    ///
    /// The caller wipes its own copy of the seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        // The inner key wipes itself when dropped, as the `zeroize` feature of its crate asks.
        Self(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a payload as one kind of message for one chain. Deterministic: the same input gives the same signature.
    #[must_use]
    pub fn sign(&self, context: Context, chain: &ChainId, payload: &[u8]) -> Signature {
        Signature(self.0.sign(&message(context, chain, payload)).to_bytes())
    }

    /// Signs two SHA-256 hashes, one behind the other: what a W3C Data Integrity proof by `eddsa-jcs-2022` signs. They do
    /// not begin with the tag of any kind of message, so no such signature is valid as one of those.
    #[must_use]
    pub fn sign_hashes(&self, hashes: &[[u8; 32]; 2]) -> Signature {
        Signature(self.0.sign(hashes.as_flattened()).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey(secret of {})", self.public())
    }
}
