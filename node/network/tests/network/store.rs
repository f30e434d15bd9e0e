//! What a node of these tests keeps: blocks without transactions, decided and undecided.
//!
//! Stands in for the store and the rules. Nothing here survives the process; a node keeps each change on disk before
//! it answers the engine.

use std::collections::BTreeMap;

use arc_malachitebft_app_channel::app::types::ProposedValue;
use arc_malachitebft_core_types::{Round, Validity};
use bytes::Bytes;
use yaosu_bft::ledger::block::{Block, Header, PROTOCOL_VERSION, transactions_root};
use yaosu_bft::ledger::validators::{CommitCertificate, ValidatorSet};
use yaosu_bft::ledger::{BlockId, ChainId, Digest, Height, ParticipantId, Timestamp};
use yaosu_bft::{Address, Electorate, EngineHeight, Init, Value, YaosuContext};

/// A block that was proposed, by whom and in which round.
#[derive(Clone, Debug)]
pub struct Undecided {
    pub round: u32,
    pub valid_round: Option<u32>,
    pub proposer: ParticipantId,
    pub block: Block,
    pub bytes: Bytes,
}

/// A block that was decided, and why.
#[derive(Clone, Debug)]
pub struct Decided {
    pub block: Block,
    pub bytes: Bytes,
    pub certificate: CommitCertificate,
}

#[derive(Debug)]
pub struct Store {
    pub chain: ChainId,
    pub set: ValidatorSet,
    decided: Vec<Decided>,
    undecided: BTreeMap<Height, Vec<Undecided>>,
}

impl Store {
    pub const fn new(chain: ChainId, set: ValidatorSet) -> Self {
        Self { chain, set, decided: Vec::new(), undecided: BTreeMap::new() }
    }

    pub fn tip(&self) -> Height {
        self.decided.last().map_or(Height::GENESIS, |decided| decided.block.header.height)
    }

    pub fn decided(&self, height: Height) -> Option<&Decided> {
        let place = usize::try_from(height.0.checked_sub(1)?).ok()?;
        self.decided.get(place)
    }

    /// Who decides the next height: turns go round by height.
    pub fn electorate(&self) -> Electorate {
        let height = self.tip().next();
        let mut turns: Vec<ParticipantId> = self.set.validators().iter().map(|validator| validator.operator).collect();
        let first = usize::try_from(height.0).expect("a small height") % turns.len();
        turns.rotate_left(first);
        Electorate::new(height, self.set.clone(), &turns).expect("the validators in another order")
    }

    /// A new block on top of the last one.
    pub fn build(&self, proposer: ParticipantId, now_ms: u64) -> Block {
        let last = self.decided.last();
        let header = Header {
            version: PROTOCOL_VERSION,
            chain: self.chain,
            height: self.tip().next(),
            parent: last.map_or(BlockId(Digest::ZERO), |last| last.block.id()),
            time: Timestamp(last.map_or(0, |last| last.block.header.time.0 + 1).max(now_ms)),
            proposer,
            transactions_root: transactions_root(&[]),
            events_root: Digest::ZERO,
            state_root: Digest::ZERO,
            next_validators: self.set.hash(),
        };
        Block { header, transactions: Vec::new() }
    }

    /// Whether a block follows the last one. A node executes it here.
    pub fn follows(&self, block: &Block) -> bool {
        let header = &block.header;
        let last = self.decided.last();
        header.chain == self.chain
            && header.height == self.tip().next()
            && header.parent == last.map_or(BlockId(Digest::ZERO), |last| last.block.id())
            && last.is_none_or(|last| header.time > last.block.header.time)
    }

    pub fn add(&mut self, undecided: Undecided) {
        self.undecided.entry(undecided.block.header.height).or_default().push(undecided);
    }

    pub fn undecided(&self, height: Height) -> &[Undecided] {
        self.undecided.get(&height).map_or(&[], Vec::as_slice)
    }

    /// Takes a decision. The block is there: the engine decides only what it was offered.
    pub fn commit(&mut self, certificate: CommitCertificate) {
        let height = certificate.height;
        assert_eq!(height, self.tip().next(), "heights are decided one by one");
        certificate.verify(&self.chain, &self.set).expect("the engine's certificate is the ledger's");
        let offered = self.undecided(height).iter().find(|offered| offered.block.id() == certificate.block);
        let offered = offered.expect("only offered blocks are decided").clone();
        self.decided.push(Decided { block: offered.block, bytes: offered.bytes, certificate });
        self.undecided = self.undecided.split_off(&height.next());
    }

    /// A block that came in parts, if its bytes are the block that was announced.
    pub fn read(init: &Init, bytes: Bytes) -> Option<Undecided> {
        let block = Block::decode(&bytes).ok().filter(|block| block.id() == init.block)?;
        Some(Undecided { round: init.round, valid_round: init.valid_round, proposer: init.proposer, block, bytes })
    }

    /// What the engine is told of a block.
    pub fn proposed_value(&self, undecided: &Undecided) -> ProposedValue<YaosuContext> {
        ProposedValue {
            height: EngineHeight(undecided.block.header.height),
            round: Round::new(undecided.round),
            valid_round: Round::from(undecided.valid_round),
            proposer: Address(undecided.proposer),
            value: Value(undecided.block.id()),
            validity: Validity::from_bool(self.follows(&undecided.block)),
        }
    }
}
