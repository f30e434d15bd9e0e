//! A few bytes that the ledger does not look into, bounded like text.

use core::fmt;
use core::fmt::Write as _;

use bincode::de::{BorrowDecoder, Decoder};
use bincode::error::DecodeError;
use bincode::{BorrowDecode, Decode, Encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::digest::hex_value;

/// Why bytes can't stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexBytesError {
    /// More than the field allows.
    #[error("{bytes} bytes are over the limit of {limit}")]
    TooLong {
        /// How many there are.
        bytes: usize,
        /// The field's limit.
        limit: usize,
    },
    /// Not hexadecimal.
    #[error("expected pairs of lower-case hexadecimal digits")]
    Hex,
}

/// At most `MAX` bytes: something sealed. In texts and JSON they are lower-case hex.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub struct HexBytes<const MAX: usize>(Vec<u8>);

impl<const MAX: usize> HexBytes<MAX> {
    /// Takes the bytes, if they are not too many.
    ///
    /// # Errors
    /// [`HexBytesError::TooLong`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, HexBytesError> {
        if bytes.len() > MAX {
            return Err(HexBytesError::TooLong { bytes: bytes.len(), limit: MAX });
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<const MAX: usize> fmt::Display for HexBytes<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl<const MAX: usize> fmt::Debug for HexBytes<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<const MAX: usize> core::str::FromStr for HexBytes<MAX> {
    type Err = HexBytesError;

    fn from_str(text: &str) -> Result<Self, HexBytesError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(HexBytesError::Hex);
        }
        let byte = |[high, low]: &[u8; 2]| Some((hex_value(*high)? << 4) | hex_value(*low)?);
        Self::new(pairs.iter().map(byte).collect::<Option<_>>().ok_or(HexBytesError::Hex)?)
    }
}

impl<Context, const MAX: usize> Decode<Context> for HexBytes<MAX> {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let bytes = <Vec<u8> as Decode<Context>>::decode(decoder)?;
        Self::new(bytes).map_err(|error| DecodeError::OtherString(error.to_string()))
    }
}

impl<'de, Context, const MAX: usize> BorrowDecode<'de, Context> for HexBytes<MAX> {
    fn borrow_decode<D: BorrowDecoder<'de, Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        <Self as Decode<Context>>::decode(decoder)
    }
}

impl<const MAX: usize> Serialize for HexBytes<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(self.0.len().saturating_mul(2));
        write!(text, "{self}").map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for HexBytes<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
