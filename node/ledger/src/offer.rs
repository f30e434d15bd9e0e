//! Offers: how a block that is not decided yet came to a node.

use bincode::{Decode, Encode};

use crate::codec::Canonical;
use crate::signature::Signature;

/// What the maker of a block signed when it offered the block itself.
///
/// With it others can offer the block again and show whose it is: a header names its maker, and nothing in it is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Authorship {
    /// The round in which the maker offered it.
    pub round: u32,
    /// The earlier round in which a quorum had preferred it, if the maker offered it again.
    pub valid_round: Option<u32>,
    /// The maker's signature over the first part of the block's stream.
    pub signature: Signature,
}

/// How an undecided block came to this node. Durable with the block: after a restart consensus hears of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    /// The round in which it came first. The proposer of that round answers for it.
    pub round: u32,
    /// `None` for what this node made itself, and for what came by block sync.
    pub authorship: Option<Authorship>,
}

impl Canonical for Offer {
    const BYTES_MAX: usize = 128;
}

impl Offer {
    /// The offer of a block that nobody else can vouch for.
    #[must_use]
    pub const fn in_round(round: u32) -> Self {
        Self { round, authorship: None }
    }
}
