//! What is signed: the kind of message, the chain, and only then what the message says.

use crate::primitives::ChainId;

/// How long the tag of a kind is, in bytes.
pub const TAG_BYTES: usize = 24;

/// The kinds of message that are signed.
///
/// Each has a tag of its own, of one length for all: nothing signed as one kind is valid as another, whatever the
/// payloads are. The `1` in a tag is the version of the signature rule; a new rule gets new tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// A transaction, signed by a participant.
    Transaction,
    /// A prevote or precommit, signed by a validator; the payload says which of the two.
    Vote,
    /// The consensus message that names the value proposed for a height and round, signed by the proposer.
    Proposal,
    /// The opening or closing part of a block that is streamed to validators, signed by the proposer.
    ProposalPart,
    /// That a validator's key and a network identity belong together, signed by the validator.
    ValidatorProof,
}

impl Context {
    /// Every kind, in order.
    pub const ALL: &[Self] = &[Self::Transaction, Self::Vote, Self::Proposal, Self::ProposalPart, Self::ValidatorProof];

    /// The first bytes of every message of this kind: ASCII, filled up with zeros. Never changed once released.
    #[must_use]
    pub const fn tag(self) -> &'static [u8; TAG_BYTES] {
        match self {
            Self::Transaction => b"yaosu/1 transaction\0\0\0\0\0",
            Self::Vote => b"yaosu/1 vote\0\0\0\0\0\0\0\0\0\0\0\0",
            Self::Proposal => b"yaosu/1 proposal\0\0\0\0\0\0\0\0",
            Self::ProposalPart => b"yaosu/1 proposal part\0\0\0",
            Self::ValidatorProof => b"yaosu/1 validator proof\0",
        }
    }
}

/// The bytes that are signed: the kind's tag, the 32 bytes of the chain's identifier, the payload.
///
/// Tag and identifier have fixed lengths, so two messages are equal only if kind, chain and payload are: nothing signed
/// as one kind of message, or for one chain, is valid as another.
#[must_use]
pub fn message(context: Context, chain: &ChainId, payload: &[u8]) -> Vec<u8> {
    [context.tag(), chain.as_bytes().as_slice(), payload].concat()
}
