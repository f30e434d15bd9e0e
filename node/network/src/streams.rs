//! The parts of proposed blocks that may be forwarded: those of streams whose first part a validator signed.
//!
//! A first part carries the digests of the others, so each of them is checked by itself. One that overtakes its first part
//! waits for it, within limits; its verdict comes then.

use std::collections::{BTreeMap, VecDeque};

use arc_malachitebft_engine::util::streaming::StreamMessage;
use libp2p::PeerId;
use libp2p::gossipsub::MessageId;
use yaosu_bft::ledger::{Digest, ParticipantId};
use yaosu_bft::{Init, PARTS_MAX, ProposalPart, part_digest};

/// Streams of one validator that are known. It begins one a round that it leads; the oldest makes room.
pub const STREAMS_MAX: usize = 16;

/// Parts of one peer that wait for their first part: those of one block. The oldest makes room.
pub const WAITING_PER_PEER_MAX: usize = PARTS_MAX;

/// Parts that wait in all: eight of the largest blocks.
pub const WAITING_MAX: usize = 8 * PARTS_MAX;

/// A part that came before the first one of its stream.
#[derive(Clone, Debug)]
pub struct Early {
    /// Who delivered it.
    pub peer: PeerId,
    /// Gossip waits for a verdict under this name.
    pub id: MessageId,
    /// The part.
    pub message: StreamMessage<ProposalPart>,
}

/// The streams that have begun.
#[derive(Debug, Default)]
pub struct Streams {
    of_proposer: BTreeMap<ParticipantId, VecDeque<(Digest, Init)>>,
    waiting: VecDeque<Early>,
}

fn name(message: &StreamMessage<ProposalPart>) -> Option<Digest> {
    message.stream_id.to_bytes().as_ref().try_into().ok().map(Digest)
}

impl Streams {
    /// Whether a first part fits itself: the stream's name is its hash, and it stands first.
    pub fn is_sound(init: &Init, message: &StreamMessage<ProposalPart>) -> bool {
        message.sequence == 0 && init.is_well_formed() && name(message) == Some(init.stream())
    }

    /// A validator has begun a stream. Gives its parts that came before.
    pub fn begin(&mut self, init: &Init, message: &StreamMessage<ProposalPart>) -> Vec<Early> {
        let Some(stream) = name(message) else { return Vec::new() };
        let streams = self.of_proposer.entry(init.proposer).or_default();
        if streams.iter().all(|(known, _)| *known != stream) {
            if streams.len() >= STREAMS_MAX {
                streams.pop_front();
            }
            streams.push_back((stream, init.clone()));
        }
        let (own, others) = self.waiting.drain(..).partition(|early| early.message.stream_id == message.stream_id);
        self.waiting = others;
        Vec::from(own)
    }

    /// The first part of a message's stream; `None` if the stream has not begun.
    pub fn first_of(&self, message: &StreamMessage<ProposalPart>) -> Option<&Init> {
        let stream = name(message)?;
        self.of_proposer.values().flatten().find(|(known, _)| *known == stream).map(|(_, init)| init)
    }

    /// Whether a part is the one that the first part of its stream names.
    pub fn is_part(init: &Init, message: &StreamMessage<ProposalPart>, index: u32, bytes: &[u8]) -> bool {
        // The length first: a hash of bytes that can't be the part's is wasted.
        let fits = message.sequence == u64::from(index).saturating_add(1)
            && init.range(index).is_some_and(|range| range.len() == bytes.len());
        let expected = usize::try_from(index).ok().and_then(|index| init.parts.get(index));
        fits && expected == Some(&part_digest(bytes))
    }

    /// Lets a part wait for the first one. Gives those that make room for it.
    pub fn wait(&mut self, early: Early) -> Vec<Early> {
        let mut out = Vec::new();
        let of_peer = self.waiting.iter().filter(|other| other.peer == early.peer).count();
        if of_peer >= WAITING_PER_PEER_MAX {
            let oldest = self.waiting.iter().position(|other| other.peer == early.peer);
            out.extend(oldest.and_then(|place| self.waiting.remove(place)));
        } else if self.waiting.len() >= WAITING_MAX {
            out.extend(self.waiting.pop_front());
        }
        self.waiting.push_back(early);
        out
    }
}

#[cfg(test)]
mod tests;
