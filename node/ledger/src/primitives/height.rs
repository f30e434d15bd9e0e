//! Positions in the chain.

use core::fmt;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A position in the chain. Genesis is 0, the first decided block is 1.
///
/// No `From<u64>`: a height is made on purpose, never by accident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Height(pub u64);

impl Height {
    /// Before the first block.
    pub const GENESIS: Self = Self(0);

    /// The next height. The last one has itself as its next: at a million blocks a second it is 584 000 years away.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The height before; genesis has itself.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Height {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
