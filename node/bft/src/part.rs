//! The parts in which a proposed block travels.

use core::ops::Range;

use arc_malachitebft_core_types as core_types;
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamId, StreamMessage};
use bincode::{Decode, Encode};
use bytes::Bytes;
use yaosu_ledger::block::BLOCK_BYTES_MAX;
use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::offer::{Authorship, Offer};
use yaosu_ledger::signature::{self, Context, PublicKey, Signature, SigningKey};
use yaosu_ledger::{BlockId, ChainId, Digest, Height, ParticipantId};

use crate::context::YaosuContext;

/// Bytes of a data part; the last of a block may be shorter.
pub const PART_BYTES: usize = 256 * 1024;

/// Data parts of the largest block.
pub const PARTS_MAX: usize = BLOCK_BYTES_MAX.div_ceil(PART_BYTES);

/// What the first part says. Signed by the proposer of the round; its hash names the stream.
///
/// It carries the digest of each data part, so that those need no signature: whoever relays a wrong one spoils nothing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Init {
    /// The height that the block is proposed for.
    pub height: Height,
    /// The round.
    pub round: u32,
    /// The earlier round in which a quorum prevoted for the block, if it is proposed again.
    pub valid_round: Option<u32>,
    /// The proposer of the round, who streams the block.
    pub proposer: ParticipantId,
    /// What the block's maker signed, if the proposer offers somebody else's block again.
    pub authorship: Option<Box<Authorship>>,
    /// The block.
    pub block: BlockId,
    /// The length of the block's encoding.
    pub bytes: u32,
    /// The digest of each data part, in order.
    pub parts: Vec<Digest>,
}

impl Canonical for Init {
    const BYTES_MAX: usize = 1024;
}

/// A part of a proposed block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalPart {
    /// The first part.
    Init {
        /// What it says.
        init: Init,
        /// The proposer's signature over it.
        signature: Signature,
    },
    /// Some bytes of the block.
    Data {
        /// Which part it is, from 0.
        index: u32,
        /// Its bytes, at most [`PART_BYTES`].
        bytes: Bytes,
    },
}

impl Init {
    /// The identity of the stream that it begins.
    #[must_use]
    pub fn stream(&self) -> Digest {
        hash::digest(Domain::ProposalStream, &codec::encode(self))
    }

    /// Whether this is the signature of the key's owner over it.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey, chain: &ChainId, signature: &Signature) -> bool {
        let message = signature::message(Context::ProposalPart, chain, &codec::encode(self));
        signature::verify(key, &message, signature)
    }

    /// Where a data part stands in the block's encoding; `None` if it has no such part.
    #[must_use]
    pub fn range(&self, index: u32) -> Option<Range<usize>> {
        let bytes = usize::try_from(self.bytes).ok()?;
        let start = usize::try_from(index).ok()?.checked_mul(PART_BYTES)?;
        (start < bytes).then(|| start..start.saturating_add(PART_BYTES).min(bytes))
    }

    /// The messages of the stream: this first part and the data parts of these bytes, which must be the block's.
    #[must_use]
    pub fn messages(&self, signature: Signature, bytes: &Bytes) -> Vec<StreamMessage<ProposalPart>> {
        let stream = self.stream();
        let first = ProposalPart::Init { init: self.clone(), signature };
        let data = (0..).map_while(|index| {
            let range = self.range(index).filter(|range| range.end <= bytes.len())?;
            Some(ProposalPart::Data { index, bytes: bytes.slice(range) })
        });
        core::iter::once(first).chain(data).zip(0..).map(|(part, sequence)| message(stream, sequence, part)).collect()
    }

    /// Whether the number of parts is that of the block's length, neither is over the limit, and rounds come after those
    /// that they refer to: a quorum prefers a block in the round in which it was made, or later, and only then somebody
    /// else offers it.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let has_its_parts = usize::try_from(self.bytes)
            .is_ok_and(|bytes| bytes > 0 && bytes <= BLOCK_BYTES_MAX && self.parts.len() == bytes.div_ceil(PART_BYTES));
        let is_made_before = self.authorship.as_ref().is_none_or(|made| {
            self.valid_round.is_some_and(|valid| made.round <= valid)
                && made.valid_round.is_none_or(|valid| valid < made.round)
        });
        has_its_parts && self.valid_round.is_none_or(|valid| valid < self.round) && is_made_before
    }

    /// The first part that the block's maker signed, if the proposer offers somebody else's block again.
    #[must_use]
    pub fn of_maker(&self, maker: ParticipantId) -> Option<(Self, Signature)> {
        let Authorship { round, valid_round, signature } = **self.authorship.as_ref()?;
        Some((Self { round, valid_round, proposer: maker, authorship: None, ..self.clone() }, signature))
    }

    /// How the block came, for whoever keeps it. `signature`: the proposer's over this first part.
    #[must_use]
    pub fn offer(&self, signature: Signature) -> Offer {
        let own = Authorship { round: self.round, valid_round: self.valid_round, signature };
        Offer { round: self.round, authorship: Some(self.authorship.as_deref().copied().unwrap_or(own)) }
    }
}

/// The digest of a data part, as [`Init::parts`] carries it.
#[must_use]
pub fn part_digest(bytes: &[u8]) -> Digest {
    hash::digest(Domain::ProposalPart, bytes)
}

/// The messages that stream a block which its proposer made, the signed first part first. The proposer of this round
/// signs.
///
/// Keep them while the height is undecided: when the engine asks to restream a proposal, the *same* parts must go out
/// again, since the engine may ask somebody who can't sign for the proposer. A proposer that offers a block again in a
/// later round signs new parts for that round. The signature is not in the signer's record: a first part binds nobody,
/// votes follow the recorded [`Proposal`](crate::Proposal) only.
///
/// # Panics
/// If the block is empty or longer than [`BLOCK_BYTES_MAX`], which no encoding of a block is.
#[must_use]
pub fn split(
    position: (Height, u32, Option<u32>),
    proposer: ParticipantId,
    block: BlockId,
    bytes: &Bytes,
    chain: &ChainId,
    key: &SigningKey,
) -> Vec<StreamMessage<ProposalPart>> {
    stream(position, None, proposer, block, bytes, chain, key)
}

/// The messages that stream a block which somebody else made and a quorum has preferred: see [`split`].
///
/// # Panics
/// If the block is empty or longer than [`BLOCK_BYTES_MAX`], which no encoding of a block is.
#[must_use]
pub fn split_again(
    position: (Height, u32, Option<u32>),
    authorship: Authorship,
    proposer: ParticipantId,
    block: BlockId,
    bytes: &Bytes,
    chain: &ChainId,
    key: &SigningKey,
) -> Vec<StreamMessage<ProposalPart>> {
    stream(position, Some(authorship), proposer, block, bytes, chain, key)
}

fn stream(
    position: (Height, u32, Option<u32>),
    authorship: Option<Authorship>,
    proposer: ParticipantId,
    block: BlockId,
    bytes: &Bytes,
    chain: &ChainId,
    key: &SigningKey,
) -> Vec<StreamMessage<ProposalPart>> {
    assert!(!bytes.is_empty() && bytes.len() <= BLOCK_BYTES_MAX, "a block's encoding has a length within its limit");
    let (height, round, valid_round) = position;
    let length = u32::try_from(bytes.len()).expect("the limit of a block fits 32 bits");
    let parts = bytes.chunks(PART_BYTES).map(part_digest).collect();
    let authorship = authorship.map(Box::new);
    let init = Init { height, round, valid_round, proposer, authorship, block, bytes: length, parts };
    let signature = key.sign(Context::ProposalPart, chain, &codec::encode(&init));
    init.messages(signature, bytes)
}

/// A part as a message of a stream.
#[must_use]
pub fn message(stream: Digest, sequence: u64, part: ProposalPart) -> StreamMessage<ProposalPart> {
    let stream = StreamId::new(Bytes::copy_from_slice(stream.as_bytes()));
    StreamMessage::new(stream, sequence, StreamContent::Data(part))
}

impl core_types::ProposalPart<YaosuContext> for ProposalPart {
    fn is_first(&self) -> bool {
        matches!(self, Self::Init { .. })
    }

    /// Only the first part knows how many there are; the engine does not ask.
    fn is_last(&self) -> bool {
        false
    }
}
