//! The canonical codec: one value has one encoding, and a decoder takes no other.
//!
//! bincode 2, standard configuration (little-endian, variable-length integers). On top of it, because bincode alone
//! takes several encodings of one value and ignores what is left over: nothing may be left, and encoding the value
//! again must give the same bytes. Wire types hold no maps, no floats, no `usize` and no zero-sized elements.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use bincode::error::DecodeError;
use bincode::{Decode, Encode};

/// No wire type is larger: a block with its transactions.
pub const BYTES_MAX: usize = 8 * 1024 * 1024;

const CONFIGURATION: Configuration<LittleEndian, Varint, Limit<BYTES_MAX>> =
    bincode::config::standard().with_limit::<BYTES_MAX>();

/// A type with a canonical encoding and a limit on its length.
pub trait Canonical: Encode + Decode<()> {
    /// The longest encoding that is taken, in bytes; at most [`BYTES_MAX`].
    const BYTES_MAX: usize;
}

/// Why bytes are not the canonical encoding of a value.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Longer than the type allows; nothing was decoded.
    #[error("{bytes} bytes are over the limit of {limit}")]
    TooLong {
        /// How many there are.
        bytes: usize,
        /// How many are taken.
        limit: usize,
    },
    /// Not a value of this type.
    #[error("malformed: {}", words(.0))]
    Malformed(#[from] DecodeError),
    /// A value, and something behind it.
    #[error("{0} bytes are left over behind the value")]
    LeftOver(usize),
    /// A value, but not in its one encoding.
    #[error("not the canonical encoding of the value")]
    NotCanonical,
}

/// What the decoder found, for people.
fn words(error: &DecodeError) -> String {
    match error {
        DecodeError::UnexpectedEnd { .. } => "the bytes end too early".to_owned(),
        DecodeError::OtherString(reason) => reason.clone(),
        DecodeError::Other(reason) => (*reason).to_owned(),
        DecodeError::LimitExceeded => "a length is over the limit".to_owned(),
        DecodeError::UnexpectedVariant { .. } => "a choice is none of those that there are".to_owned(),
        _ => "a value is not of its type".to_owned(),
    }
}

/// The canonical encoding of a value.
///
/// # Panics
/// Never for wire types: writing to a vector can't fail and they hold nothing that has no encoding.
#[must_use]
pub fn encode<T: Encode>(value: &T) -> Vec<u8> {
    bincode::encode_to_vec(value, CONFIGURATION).expect("a wire type written to a vector has an encoding")
}

/// Decodes a value from its canonical encoding, and from nothing else.
///
/// # Errors
/// [`CodecError`], the first thing that is wrong.
pub fn decode<T: Canonical>(bytes: &[u8]) -> Result<T, CodecError> {
    if bytes.len() > T::BYTES_MAX {
        return Err(CodecError::TooLong { bytes: bytes.len(), limit: T::BYTES_MAX });
    }
    let (value, consumed) = bincode::decode_from_slice::<T, _>(bytes, CONFIGURATION)?;
    if consumed < bytes.len() {
        return Err(CodecError::LeftOver(bytes.len().saturating_sub(consumed)));
    }
    if encode(&value) != bytes {
        return Err(CodecError::NotCanonical);
    }
    Ok(value)
}

/// Decodes a value that this code has encoded itself and that a hash has vouched for since: a record of the state.
///
/// # Errors
/// [`CodecError`], if the bytes are not what they should be: the store is damaged.
pub fn decode_own<T: Decode<()>>(bytes: &[u8]) -> Result<T, CodecError> {
    let (value, consumed) = bincode::decode_from_slice::<T, _>(bytes, CONFIGURATION)?;
    match bytes.len().saturating_sub(consumed) {
        0 => Ok(value),
        left => Err(CodecError::LeftOver(left)),
    }
}
