//! Text that may stand on the ledger: bounded in bytes, without control characters.
//!
//! The checks are made when a value is built and when it is decoded, so that a value of these types is always fit to
//! be printed, logged and put on a page (as text).

use core::fmt;
use core::str::FromStr;

use bincode::de::{BorrowDecoder, Decoder};
use bincode::error::DecodeError;
use bincode::{BorrowDecode, Decode, Encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Why a text can't stand on the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than the field allows.
    #[error("text of {bytes} bytes is over the limit of {limit}")]
    TooLong {
        /// Its length in UTF-8.
        bytes: usize,
        /// The field's limit.
        limit: usize,
    },
    /// A control character, a line or paragraph separator, or a character that turns the direction of writing.
    #[error("character U+{0:04X} is not allowed in text")]
    Character(u32),
    /// Not of the form that a handle has.
    #[error("a handle has 3 to 32 of a-z, 0-9 and '-', starts with a letter and does not end with '-'")]
    Handle,
    /// Not a currency code.
    #[error("a currency is three letters A-Z")]
    Currency,
}

/// Free text of at most `MAX` bytes of UTF-8, without control and direction characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Checks and takes a text.
    ///
    /// # Errors
    /// [`TextError::TooLong`], [`TextError::Character`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.len() > MAX {
            return Err(TextError::TooLong { bytes: text.len(), limit: MAX });
        }
        match text.chars().find(|&character| is_forbidden(character)) {
            Some(character) => Err(TextError::Character(u32::from(character))),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether a character may not stand in a text. Control characters break terminals and logs, separators break lines,
/// direction marks make text read as another, and what is invisible (Unicode's `Default_Ignorable_Code_Point`) makes two
/// texts look the same.
#[must_use]
pub fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
                | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}

/// A participant's unique name: 3 to 32 of `a-z`, `0-9` and `-`, a letter first, no `-` last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize)]
#[serde(transparent)]
pub struct Handle(String);

impl Handle {
    /// Checks and takes a handle.
    ///
    /// # Errors
    /// [`TextError::Handle`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let fits = (3..=32).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits { Ok(Self(text)) } else { Err(TextError::Handle) }
    }

    /// The handle.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The chain's currency: three letters, as in ISO 4217.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Serialize)]
#[serde(transparent)]
pub struct Currency(String);

impl Currency {
    /// Checks and takes a currency code.
    ///
    /// # Errors
    /// [`TextError::Currency`].
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if fits { Ok(Self(text)) } else { Err(TextError::Currency) }
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! checked_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::new(text)
            }
        }

        checked_text!(decode [] $name);
    };
    (decode [$($parameter:tt)*] $name:ty) => {
        impl<Context, $($parameter)*> Decode<Context> for $name {
            fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                let text = <String as Decode<Context>>::decode(decoder)?;
                Self::new(text).map_err(|error| DecodeError::OtherString(error.to_string()))
            }
        }

        impl<'de, Context, $($parameter)*> BorrowDecode<'de, Context> for $name {
            fn borrow_decode<D: BorrowDecoder<'de, Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
                <Self as Decode<Context>>::decode(decoder)
            }
        }

        impl<'de, $($parameter)*> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

checked_text!(Handle);
checked_text!(Currency);
checked_text!(decode [const MAX: usize] Text<MAX>);
