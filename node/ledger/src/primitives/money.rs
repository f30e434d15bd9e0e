//! Money and ratios: integers, checked, never floats.
//!
//! Overflow policy: addition and subtraction return `None` when the result does not fit; a product goes through `u128`.

use core::fmt;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// An amount of the chain's currency in minor units (fen).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(pub u64);

impl Amount {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The sum, or `None` above `u64::MAX`.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` below zero.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// This share of the amount, rounded down.
    #[must_use]
    pub fn share(self, ratio: BasisPoints) -> Self {
        let product = u128::from(self.0).saturating_mul(u128::from(ratio.0));
        let share = product.checked_div(10_000).unwrap_or(0);
        // A ratio is at most 10 000, so that a share is at most the amount.
        Self(u64::try_from(share).unwrap_or(self.0))
    }
}

impl fmt::Display for Amount {
    /// Plain minor units; `1,200.00` and the currency are the client's to show.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A ratio in hundredths of a percent, 0 to 10 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub u16);

impl BasisPoints {
    /// The whole.
    pub const WHOLE: Self = Self(10_000);
}
