//! Block time: the only clock the rules see.
//!
//! Windows are half-open: what must happen before a deadline is late in a block whose time equals it.

use core::fmt;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A moment in Unix milliseconds, as agreed in a block's header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Timestamp(pub u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Duration(pub u64);

impl Timestamp {
    /// The moment that lies this long after; the end of time if it would lie beyond it.
    #[must_use]
    pub const fn after(self, length: Duration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl Duration {
    /// A length of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self((seconds as u64).saturating_mul(1_000))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.0)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.0)
    }
}
