//! What the engine is told of proposed blocks, and when.
//!
//! The engine keeps two values for each round of a height and drops what comes after them. So each block is told once,
//! under the round in which its proposer offered it: a proposer that makes many spoils its own rounds and no others. And
//! it is told when its height has begun for the engine, which keeps what comes earlier under a limit of its own.

use std::collections::BTreeMap;

use arc_malachitebft_app_channel::app::types::core::{Round, Validity};
use arc_malachitebft_app_channel::app::types::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::{PeerId, ProposedValue};
use bytes::Bytes;
use yaosu_bft::assembly::{Assembled, Assembly};
use yaosu_bft::reception::Reception;
use yaosu_bft::{Address, Electorate, EngineHeight, Init, ProposalPart, Value, YaosuContext};
use yaosu_ledger::offer::Offer;
use yaosu_ledger::signature::Signature;
use yaosu_ledger::{BlockId, ChainId, Height, ParticipantId};

/// Streams of the current height that are kept of each proposer, to be sent again on request: its latest.
const KEPT_PER_PROPOSER_MAX: usize = 2;

/// The parts of a block, and who streamed it.
struct Kept {
    proposer: ParticipantId,
    parts: Vec<Part>,
}

/// A part of a proposed block.
pub type Part = StreamMessage<ProposalPart>;

/// A proposed block, as the engine is told of it.
pub type Proposed = ProposedValue<YaosuContext>;

/// The proposals of the height that is being decided, and of those to come.
pub struct Proposals {
    reception: Reception,
    /// The last height that has begun for the engine.
    begun: Height,
    /// Blocks of the next height to begin.
    untold: Vec<Proposed>,
    /// The parts of each block as they went out or came in, by round and block.
    kept: BTreeMap<(u32, BlockId), Kept>,
}

impl Proposals {
    /// Begins before a height, with the blocks of it that were made durable before a restart: the engine knows them by
    /// their identifiers at most.
    #[must_use]
    pub fn new(chain: ChainId, electorate: Electorate, recovered: Vec<(BlockId, Offer)>) -> Self {
        let height = electorate.height();
        let value = |(block, Offer { round, .. })| ProposedValue {
            height: EngineHeight(height),
            round: Round::new(round),
            valid_round: Round::Nil,
            proposer: Address(electorate.proposer(round).operator()),
            value: Value(block),
            validity: Validity::Valid,
        };
        Self {
            untold: recovered.into_iter().map(value).collect(),
            reception: Reception::new(Assembly::new(chain, electorate)),
            begun: Height::GENESIS,
            kept: BTreeMap::new(),
        }
    }

    /// Takes a part that a peer delivered. Gives the block that is complete by it, to be judged.
    pub fn receive(&mut self, now_ms: u64, from: PeerId, part: Part) -> Option<Assembled> {
        self.reception.receive(now_ms, from, part)
    }

    /// A height was decided: others follow. Gives the blocks of the next one that came before, to be judged.
    pub fn advance(&mut self, electorate: Electorate) -> Vec<Assembled> {
        let height = electorate.height();
        self.kept.clear();
        self.untold.retain(|value| value.height.0 >= height);
        self.reception.advance(electorate)
    }

    /// A round begins for the engine. Gives what it must be told now.
    pub fn begin_round(&mut self, height: Height, round: u32) -> Vec<Proposed> {
        self.begun = height;
        self.reception.begin_round(round);
        self.untold.extract_if(.., |value| value.height.0 <= height).collect()
    }

    /// A block was judged. Gives it back if the engine may be told now; else it is told when its height begins.
    pub fn judged(&mut self, init: &Init, valid: bool) -> Option<Proposed> {
        let value = ProposedValue {
            height: EngineHeight(init.height),
            round: Round::new(init.round),
            valid_round: init.valid_round.map_or(Round::Nil, Round::new),
            proposer: Address(init.proposer),
            value: Value(init.block),
            validity: Validity::from_bool(valid),
        };
        if init.height <= self.begun {
            return Some(value);
        }
        self.untold.push(value);
        None
    }

    /// Keeps the parts of a block that came, to be sent again on request.
    pub fn keep_received(&mut self, init: &Init, signature: Signature, bytes: &Bytes) {
        self.keep((init.round, init.block), init.proposer, init.messages(signature, bytes));
    }

    /// Keeps the parts of a block, to be sent again on request. Its proposer's earliest make room, and nobody else's.
    pub fn keep(&mut self, key: (u32, BlockId), proposer: ParticipantId, parts: Vec<Part>) {
        self.kept.insert(key, Kept { proposer, parts });
        let own: Vec<_> = self.kept.iter().filter(|(_, kept)| kept.proposer == proposer).map(|(key, _)| *key).collect();
        for earliest in own.iter().take(own.len().saturating_sub(KEPT_PER_PROPOSER_MAX)) {
            self.kept.remove(earliest);
        }
    }

    /// The parts of a block, of the latest round in which it was streamed.
    #[must_use]
    pub fn kept(&self, block: BlockId) -> Option<&Vec<Part>> {
        self.kept.iter().rfind(|(key, _)| key.1 == block).map(|(_, kept)| &kept.parts)
    }
}

#[cfg(test)]
mod tests;
