//! Puts the parts of proposed blocks together again, under limits.
//!
//! A value without a clock or a socket: the caller says what time it is, who sent a part, and which height is decided.
//! Nothing is kept before the signature of a stream's first part was checked; data parts are checked one by one against
//! the digests that the first part carries, so parts may come from any neighbour, twice, and in any order after it.
//!
//! Limits, each a constant here: heights and rounds ahead, streams and bytes a proposer, age. Nobody's streams count against
//! another's: a peer may relay many, and only a validator can begin one. The parts of a stream and their bytes are limited by [`PARTS_MAX`](crate::PARTS_MAX) and the length of the largest block.
//!
//! At the height that is decided only the proposer of the round may stream, and somebody else's block only with that
//! one's signature. The turns of later heights depend on blocks that are not decided yet: there any validator of the
//! height that is decided may stream, and is checked when the height begins.

use std::collections::BTreeMap;

use arc_malachitebft_core_types::ValidatorSet as _;
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamMessage};
use bytes::Bytes;
use yaosu_ledger::block::BLOCK_BYTES_MAX;
use yaosu_ledger::signature::Signature;
use yaosu_ledger::{ChainId, Digest, Height, ParticipantId};

use crate::context::Address;
use crate::electorate::Electorate;
use crate::part::{Init, ProposalPart, part_digest};

/// Heights above the one that is decided whose blocks are taken already.
pub const HEIGHTS_AHEAD_MAX: u64 = 2;

/// Rounds above the current one whose blocks are taken already: as many as the engine takes votes for.
pub const ROUNDS_AHEAD_MAX: u32 = 10;

/// Streams of one proposer: more rounds than a height has in bad times. A later one takes the place of its earliest.
pub const STREAMS_PER_PROPOSER_MAX: usize = 4;

/// Bytes of one proposer's streams, counted from the first part on as if the blocks were there: two of the largest. Each
/// has this room for itself, so that no other can keep it out; in all there is as much for each validator.
pub const BYTES_PER_PROPOSER_MAX: usize = 2 * BLOCK_BYTES_MAX;

/// Milliseconds after its first part in which a stream must be complete.
pub const STREAM_AGE_MS_MAX: u64 = 30_000;

/// What came of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// The first part of a new stream was kept. Whoever has the block already may stop here: see [`Assembly::close`].
    Opened,
    /// A data part was kept.
    Kept,
    /// It had come before.
    Duplicate,
    /// It was the last one missing.
    Finished(Box<Assembled>),
}

/// A block that came in parts. That it is the block which the first part names is not checked yet: decode it and compare
/// its id with [`Init::block`]; the proposer's signature says who is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled {
    /// What the first part said.
    pub init: Init,
    /// The proposer's signature over it: needed to stream the very same parts again.
    pub signature: Signature,
    /// Who made the block, as far as signatures say: the proposer, or the maker whose signature the first part carries.
    pub maker: ParticipantId,
    /// The block's encoding.
    pub bytes: Bytes,
}

/// Why a part is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssemblyError {
    /// Not of the height that is decided or one of the next few.
    #[error("height {found} is not one of the heights from {current} to {HEIGHTS_AHEAD_MAX} after it")]
    Height {
        /// The height that is decided.
        current: Height,
        /// The part's height.
        found: Height,
    },
    /// Of a round that may never come.
    #[error("round {found} is more than {ROUNDS_AHEAD_MAX} after round {current}")]
    Round {
        /// The round that is voted on.
        current: u32,
        /// The part's round.
        found: u32,
    },
    /// Not somebody who may propose.
    #[error("{0} may not propose in this round")]
    NotProposer(ParticipantId),
    /// The first part is not signed by its proposer.
    #[error("the first part is not signed by its proposer")]
    Signature,
    /// The block is somebody else's, and that one's signature is not there.
    #[error("the first part does not show who made the block")]
    Authorship,
    /// The first part's own numbers don't fit, or the stream's name is not its hash.
    #[error("the first part does not fit itself")]
    Malformed,
    /// The part's place in the stream is not the one that it says.
    #[error("the part stands at another place of the stream than it says")]
    Sequence,
    /// The first part does not know this part, or it has other bytes.
    #[error("the first part has no such part")]
    Foreign,
    /// A data part of a stream that has not begun or is over.
    #[error("no such stream")]
    UnknownStream,
    /// The proposer has as many streams or bytes, those of later rounds.
    #[error("the proposer has {STREAMS_PER_PROPOSER_MAX} streams or {BYTES_PER_PROPOSER_MAX} bytes of later rounds")]
    ProposerFull,
}

struct Stream {
    init: Init,
    maker: ParticipantId,
    signature: Signature,
    began_ms: u64,
    /// `None` once the block is complete: the stream stays, so that a late duplicate does not begin it again.
    parts: Option<Vec<Option<Bytes>>>,
}

impl Stream {
    const fn order(&self) -> (u64, u32) {
        (self.init.height.0, self.init.round)
    }

    fn held_bytes(&self) -> usize {
        if self.parts.is_some() { usize::try_from(self.init.bytes).unwrap_or(usize::MAX) } else { 0 }
    }
}

/// The streams of proposed blocks that are not complete yet.
pub struct Assembly {
    chain: ChainId,
    electorate: Electorate,
    /// The round of the electorate's height that is voted on.
    round: u32,
    streams: BTreeMap<[u8; 32], Stream>,
}

impl Assembly {
    /// Begins at a height.
    #[must_use]
    pub const fn new(chain: ChainId, electorate: Electorate) -> Self {
        Self { chain, electorate, round: 0, streams: BTreeMap::new() }
    }

    /// Moves to another height. Streams of heights below it are dropped, and those of the height whose proposer has no
    /// turn there.
    pub fn advance(&mut self, electorate: Electorate) {
        let height = electorate.height();
        self.electorate = electorate;
        self.round = 0;
        let mut streams = std::mem::take(&mut self.streams);
        streams.retain(|_, stream| {
            stream.init.height > height
                || self.check_authority(&stream.init, &stream.signature).map(|maker| stream.maker = maker).is_ok()
        });
        self.streams = streams;
    }

    /// The height that is decided.
    #[must_use]
    pub const fn height(&self) -> Height {
        self.electorate.height()
    }

    /// Moves to another round of the height.
    pub const fn begin_round(&mut self, round: u32) {
        self.round = round;
    }

    /// Drops streams that did not become complete in time, and returns how many.
    pub fn expire(&mut self, now_ms: u64) -> usize {
        let before = self.streams.len();
        self.streams.retain(|_, stream| now_ms.saturating_sub(stream.began_ms) <= STREAM_AGE_MS_MAX);
        before.saturating_sub(self.streams.len())
    }

    /// Ends a stream whose block is known from elsewhere. Its further parts are duplicates.
    pub fn close(&mut self, stream: &Digest) {
        if let Some(stream) = self.streams.get_mut(stream.as_bytes()) {
            stream.parts = None;
        }
    }

    /// Takes a part, whoever delivered it.
    ///
    /// Cost: for a first part one signature, for a data part the hash of its bytes.
    ///
    /// # Errors
    /// [`AssemblyError`]: the part is not kept, and nothing else has changed.
    pub fn receive(&mut self, now_ms: u64, message: StreamMessage<ProposalPart>) -> Result<Received, AssemblyError> {
        self.expire(now_ms);
        let name: [u8; 32] =
            message.stream_id.to_bytes().as_ref().try_into().map_err(|_| AssemblyError::UnknownStream)?;
        match message.content {
            StreamContent::Data(ProposalPart::Init { init, signature }) => {
                if message.sequence != 0 {
                    return Err(AssemblyError::Sequence);
                }
                let maker = init.proposer;
                self.open(name, Stream { init, maker, signature, began_ms: now_ms, parts: Some(Vec::new()) })
            }
            StreamContent::Data(ProposalPart::Data { index, bytes }) => {
                if message.sequence != u64::from(index).saturating_add(1) {
                    return Err(AssemblyError::Sequence);
                }
                self.keep(name, index, bytes)
            }
            StreamContent::Fin => Err(AssemblyError::Sequence),
        }
    }

    fn open(&mut self, name: [u8; 32], mut stream: Stream) -> Result<Received, AssemblyError> {
        if self.streams.contains_key(&name) {
            return Ok(Received::Duplicate);
        }
        if stream.init.stream().as_bytes() != &name {
            return Err(AssemblyError::Malformed);
        }
        stream.maker = self.check_authority(&stream.init, &stream.signature)?;
        for replaced in self.make_room(&stream)? {
            self.streams.remove(&replaced);
        }
        stream.parts = Some(vec![None; stream.init.parts.len()]);
        self.streams.insert(name, stream);
        Ok(Received::Opened)
    }

    /// Whether a first part is of a validator that may propose, and whose block it brings. At a height ahead whose turn it
    /// is can't be said yet.
    ///
    /// # Errors
    /// [`AssemblyError`]: nothing of this stream may be kept.
    pub fn check_authority(&self, init: &Init, signature: &Signature) -> Result<ParticipantId, AssemblyError> {
        let current = self.electorate.height();
        let ahead = init.height.0.checked_sub(current.0);
        if ahead.is_none_or(|ahead| ahead > HEIGHTS_AHEAD_MAX) {
            return Err(AssemblyError::Height { current, found: init.height });
        }
        let is_current = ahead == Some(0);
        let round = if is_current { self.round } else { 0 };
        if init.round > round.saturating_add(ROUNDS_AHEAD_MAX) {
            return Err(AssemblyError::Round { current: round, found: init.round });
        }
        if !init.is_well_formed() {
            return Err(AssemblyError::Malformed);
        }
        let validator = self
            .electorate
            .get_by_address(&Address(init.proposer))
            .filter(|_| !is_current || self.electorate.proposer(init.round).operator() == init.proposer)
            .ok_or(AssemblyError::NotProposer(init.proposer))?;
        if !init.is_signed_by(&validator.key(), &self.chain, signature) {
            return Err(AssemblyError::Signature);
        }
        if is_current { self.maker(init) } else { Ok(init.proposer) }
    }

    /// Who made the block. Somebody else than the proposer must have signed that it did.
    fn maker(&self, init: &Init) -> Result<ParticipantId, AssemblyError> {
        let Some(made) = &init.authorship else { return Ok(init.proposer) };
        let maker = self.electorate.proposer(made.round);
        let (first, signature) = init.of_maker(maker.operator()).ok_or(AssemblyError::Authorship)?;
        if maker.operator() != init.proposer && first.is_signed_by(&maker.key(), &self.chain, &signature) {
            Ok(maker.operator())
        } else {
            Err(AssemblyError::Authorship)
        }
    }

    /// The streams of the proposer that must go so that a new one fits, or why none may.
    fn make_room(&self, new: &Stream) -> Result<Vec<[u8; 32]>, AssemblyError> {
        let mut own: Vec<_> =
            self.streams.iter().filter(|(_, stream)| stream.init.proposer == new.init.proposer).collect();
        own.sort_by_key(|(_, stream)| stream.order());
        let mut count = own.len();
        let mut bytes = own.iter().map(|(_, stream)| stream.held_bytes()).fold(new.held_bytes(), usize::saturating_add);
        let mut replaced = Vec::new();
        // Stale streams must not keep out the one that is voted on now.
        for (name, stream) in own {
            if count < STREAMS_PER_PROPOSER_MAX && bytes <= BYTES_PER_PROPOSER_MAX {
                break;
            }
            if stream.order() >= new.order() {
                return Err(AssemblyError::ProposerFull);
            }
            count = count.saturating_sub(1);
            bytes = bytes.saturating_sub(stream.held_bytes());
            replaced.push(*name);
        }
        Ok(replaced)
    }

    fn keep(&mut self, name: [u8; 32], index: u32, bytes: Bytes) -> Result<Received, AssemblyError> {
        let stream = self.streams.get_mut(&name).ok_or(AssemblyError::UnknownStream)?;
        let Some(parts) = &mut stream.parts else { return Ok(Received::Duplicate) };
        let place = usize::try_from(index).map_err(|_| AssemblyError::Foreign)?;
        let part = parts.get_mut(place).ok_or(AssemblyError::Foreign)?;
        if part.is_some() {
            return Ok(Received::Duplicate);
        }
        // The length first: a hash of bytes that can't be the part's is wasted.
        let fits = stream.init.range(index).is_some_and(|range| range.len() == bytes.len());
        if !fits || stream.init.parts.get(place) != Some(&part_digest(&bytes)) {
            return Err(AssemblyError::Foreign);
        }
        *part = Some(bytes);
        if parts.iter().any(Option::is_none) {
            return Ok(Received::Kept);
        }
        let whole: Vec<u8> = stream.parts.take().into_iter().flatten().flatten().flatten().collect();
        let Stream { init, signature, maker, .. } = stream;
        let assembled =
            Assembled { init: init.clone(), signature: *signature, maker: *maker, bytes: Bytes::from(whole) };
        Ok(Received::Finished(Box::new(assembled)))
    }
}

#[cfg(test)]
mod tests;
