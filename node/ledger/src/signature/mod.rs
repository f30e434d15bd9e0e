//! The one signature rule: who may sign, what is signed, and when a signature is valid.
//!
//! The rule is ZIP-215, a precise form of ed25519: `[8][s]B = [8]R + [8][k]A` with `s` below the group's order, `R` and
//! `A` any encodings of points, canonical or not. Under it a signature gets the same verdict alone and in a batch, on
//! every node. Nothing else in Yaosu decides about a signature of the ledger; golden tables in `tests/vectors` pin it.
//!
//! The rule is lenient about keys: under a key of small order one signature is valid for every message. Such keys,
//! and all others that a key generator does not make, are refused when they are enrolled ([`PublicKey::check`]).
//! [`verify`] trusts that this was done.

mod batch;
mod message;
mod signing_key;

use core::fmt;
use core::str::FromStr;

use bincode::{Decode, Encode};
use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_zebra::VerificationKey;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use batch::{Claim, verify_all};
pub use message::{Context, TAG_BYTES, message};
pub use signing_key::SigningKey;

use crate::primitives::{Digest, HexError};

/// An ed25519 public key: 32 bytes, which need not be a good key before [`PublicKey::check`] says so.
///
/// Text form: 64 lower-case hexadecimal digits. Canonical form: the 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct PublicKey(pub [u8; 32]);

/// An ed25519 signature: 64 bytes, `R` and `s`, which need not be valid for anything.
///
/// Text form: 128 lower-case hexadecimal digits. Canonical form: the 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Signature(pub [u8; 64]);

/// Why a public key may not be enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No point of the curve has this encoding.
    #[error("the key is not a point on the curve")]
    NotOnCurve,
    /// A second encoding of a point: one key would go under two names.
    #[error("the key is not the canonical encoding of its point")]
    NotCanonical,
    /// A point of order 1, 2, 4 or 8: under it anyone can sign anything.
    #[error("the key is a point of small order")]
    SmallOrder,
    /// A good point plus one of small order: other verifiers would disagree about its signatures.
    #[error("the key has a component of small order")]
    MixedOrder,
}

/// Why a text is not a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected 128 lower-case hexadecimal digits")]
pub struct SignatureTextError;

impl PublicKey {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether the key may be enrolled: the canonical encoding of a point of the prime-order group, not the identity.
    ///
    /// Every key made by [`SigningKey`] passes. Costs as much as verifying a signature; needed once a key.
    ///
    /// # Errors
    /// [`KeyError`], the first thing that is wrong.
    pub fn check(&self) -> Result<(), KeyError> {
        let point = CompressedEdwardsY(self.0).decompress().ok_or(KeyError::NotOnCurve)?;
        if point.compress().0 != self.0 {
            return Err(KeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(KeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(KeyError::MixedOrder);
        }
        Ok(())
    }
}

impl Signature {
    /// The 64 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

/// Whether a signature is valid for a message under a key, by ZIP-215.
///
/// `message` is all the bytes that were signed, as [`message()`] makes them.
#[must_use]
pub fn verify(key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
    VerificationKey::try_from(key.0)
        .and_then(|key| key.verify(&ed25519_zebra::Signature::from_bytes(&signature.0), message))
        .is_ok()
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, formatter)
    }
}

fn write_hex(bytes: &[u8], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
}

impl FromStr for PublicKey {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        // A digest has the same text form.
        text.parse::<Digest>().map(|digest| Self(digest.0))
    }
}

impl FromStr for Signature {
    type Err = SignatureTextError;

    fn from_str(text: &str) -> Result<Self, SignatureTextError> {
        let (point, scalar) = text.split_at_checked(64).ok_or(SignatureTextError)?;
        let mut bytes = [0; 64];
        for (half, digits) in bytes.chunks_exact_mut(32).zip([point, scalar]) {
            half.copy_from_slice(digits.parse::<Digest>().map_err(|_| SignatureTextError)?.as_bytes());
        }
        Ok(Self(bytes))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}
