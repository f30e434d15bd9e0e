//! An event in its block: with why it happened, and as a leaf of the events root.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::Event;
use crate::codec::{self, Canonical};
use crate::hash::{self, Domain};
use crate::primitives::{Digest, TransactionId};

/// Why an event happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The block did it by itself: a deadline, a missed turn.
    Block,
    /// A transaction asked for it.
    Transaction(TransactionId),
}

/// An event with its cause; a leaf of the events root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventRecord {
    /// Why.
    pub cause: Cause,
    /// What.
    pub event: Event,
}

impl Canonical for EventRecord {
    const BYTES_MAX: usize = 32 * 1024;
}

impl EventRecord {
    /// The leaf in the events root.
    #[must_use]
    pub fn leaf(&self) -> Digest {
        hash::digest(Domain::EventLeaf, &codec::encode(self))
    }
}
