//! Carrying out blocks: the same steps whether a block is built, checked before a vote, synced, or replayed.

use crate::block::{
    self, BLOCK_TRANSACTION_BYTES_MAX, BLOCK_TRANSACTIONS_MAX, BLOCK_WEIGHT_MAX, Block, Header, PROTOCOL_VERSION,
};
use crate::event::{Cause, EventRecord};
use crate::primitives::{BlockId, ChainId, Digest, Height, ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::rules::{self, BlockContext, DUE_PER_BLOCK_MAX};
use crate::state::{Bytes, ChangeSet, Draft, Reader, State, Validators};
use crate::transaction::Envelope;
use crate::validators::ValidatorSet;
use crate::{merkle_list, turns};

/// The end of a chain: what the next block is built on and checked against.
#[derive(Clone)]
pub struct Tip {
    /// The chain.
    pub chain: ChainId,
    /// The height of the last block, 0 before the first.
    pub height: Height,
    /// The last block, zero before the first.
    pub block: BlockId,
    /// The time of the last block, or of genesis.
    pub time: Timestamp,
    /// The state after it.
    pub state: State,
}

impl Tip {
    /// Who decides the next height.
    ///
    /// # Panics
    /// Never: genesis writes the set and nothing deletes it.
    #[must_use]
    pub fn validators(&self) -> ValidatorSet {
        validators(&self.state)
    }

    /// The proposers of the next height, in the order of rounds.
    #[must_use]
    pub fn turns(&self) -> Vec<ParticipantId> {
        turns::order(&self.state, &self.validators(), self.height.next())
    }
}

fn validators<R: Reader>(state: &R) -> ValidatorSet {
    state.get::<Validators>(&()).expect("genesis writes the validator set, and nothing deletes it")
}

/// A block that was carried out, and the world after it.
#[derive(Clone)]
pub struct Executed {
    /// The block.
    pub block: Block,
    /// What happened, in order: the leaves of the events root.
    pub events: Vec<EventRecord>,
    /// The records that change.
    pub changes: ChangeSet,
    /// The state after it.
    pub state: State,
}

impl Executed {
    /// The end of the chain once this block is decided.
    #[must_use]
    pub fn tip(&self) -> Tip {
        let Header { chain, height, time, .. } = self.block.header;
        Tip { chain, height, block: self.block.id(), time, state: self.state.clone() }
    }
}

/// A block in the making.
pub struct Execution<'a> {
    tip: &'a Tip,
    draft: Draft<'a, State>,
    context: BlockContext,
    proposer: ParticipantId,
    transactions: Vec<Envelope>,
    transaction_bytes: usize,
    weight: u32,
    events: Vec<EventRecord>,
}

/// Why a transaction did not enter a block that is being built.
#[derive(Debug)]
pub enum NotIncluded {
    /// The block has no room for it.
    Full,
    /// A rule says no.
    Rejected(Rejection),
}

impl<'a> Execution<'a> {
    /// Begins the block after the tip: missed turns are noted and due deadlines carried out, before any transaction.
    #[must_use]
    pub fn begin(tip: &'a Tip, time: Timestamp, proposer: ParticipantId) -> Self {
        let context = BlockContext { chain: tip.chain, height: tip.height.next(), time };
        let mut draft = Draft::new(&tip.state);
        let mut events = turns::record(&mut draft, &tip.validators(), context.height, proposer);
        events.extend(rules::carry_out_due(&mut draft, context, DUE_PER_BLOCK_MAX));
        let events = events.into_iter().map(|event| EventRecord { cause: Cause::Block, event }).collect();
        Self { tip, draft, context, proposer, transactions: Vec::new(), transaction_bytes: 0, weight: 0, events }
    }

    /// Carries out one more transaction, whose signatures were checked.
    ///
    /// # Errors
    /// [`NotIncluded`]: then nothing has changed.
    pub fn include(&mut self, envelope: &Envelope) -> Result<(), NotIncluded> {
        // Each transaction has its length in front, in at most five bytes.
        let bytes = self.transaction_bytes.saturating_add(envelope.bytes().len()).saturating_add(5);
        let weight = self.weight.saturating_add(envelope.body().action.weight());
        let count = self.transactions.len();
        if bytes > BLOCK_TRANSACTION_BYTES_MAX || count >= BLOCK_TRANSACTIONS_MAX || weight > BLOCK_WEIGHT_MAX {
            return Err(NotIncluded::Full);
        }
        let outcome = rules::apply(&self.draft, self.context, envelope).map_err(NotIncluded::Rejected)?;
        self.draft.absorb(outcome.changes);
        self.events.extend(outcome.events);
        self.transactions.push(envelope.clone());
        self.transaction_bytes = bytes;
        self.weight = weight;
        Ok(())
    }

    /// How many transactions are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.transactions.len()
    }

    /// Whether no transaction is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.transactions.is_empty()
    }

    /// Computes the roots and the header.
    #[must_use]
    pub fn finish(self) -> Executed {
        let next_validators = validators(&self.draft).hash();
        let changes = self.draft.into_changes();
        let state = self.tip.state.with(&changes);
        let header = Header {
            version: PROTOCOL_VERSION,
            chain: self.context.chain,
            height: self.context.height,
            parent: self.tip.block,
            time: self.context.time,
            proposer: self.proposer,
            transactions_root: block::transactions_root(&self.transactions),
            events_root: events_root(&self.events),
            state_root: state.root(),
            next_validators,
        };
        Executed { block: Block { header, transactions: self.transactions }, events: self.events, changes, state }
    }
}

/// A record that a transaction wrote, and how it stood before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its key in the state.
    pub key: Vec<u8>,
    /// What stood there right before the transaction; `None` for nothing.
    pub before: Option<Bytes>,
    /// What stood there right after it; `None` for nothing.
    pub after: Option<Bytes>,
}

/// What one transaction of a decided block wrote, by carrying the block out again up to it: others of the same block may
/// have written the same records before and after. Ascending by key; what is written as it was is left out.
///
/// `tip` is the end of the chain before the block. The cost is that of what was due at the block's beginning and of the
/// transactions up to this one.
///
/// Returns `None` if the block has no such transaction, or does not follow the tip.
#[must_use]
pub fn written(tip: &Tip, block: &Block, index: usize) -> Option<Vec<Written>> {
    let envelope = block.transactions.get(index)?;
    if block.header.parent != tip.block {
        return None;
    }
    let mut execution = Execution::begin(tip, block.header.time, block.header.proposer);
    for earlier in block.transactions.iter().take(index) {
        execution.include(earlier).ok()?;
    }
    let outcome = rules::apply(&execution.draft, execution.context, envelope).ok()?;
    let written = outcome.changes.into_iter().map(|(key, after)| {
        let before = execution.draft.bytes(&key);
        Written { key, before, after }
    });
    Some(written.filter(|record| record.before != record.after).collect())
}

/// The Merkle list of some events.
#[must_use]
pub fn events_root(events: &[EventRecord]) -> Digest {
    let leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
    merkle_list::root(&leaves)
}

/// Why a block may not follow a tip.
#[derive(Debug, thiserror::Error)]
pub enum InvalidBlock {
    /// A field of the header is not what must follow from the tip and the transactions.
    #[error("header field {field}: found {found}, must be {expected}")]
    Header {
        /// Which.
        field: &'static str,
        /// What the block has.
        found: String,
        /// What it must have.
        expected: String,
    },
    /// The time is not above the parent's.
    #[error("block time {found} is not above the parent's {parent}")]
    Time {
        /// The block's.
        found: Timestamp,
        /// The parent's.
        parent: Timestamp,
    },
    /// The proposer has no vote at this height.
    #[error("proposer {0} is not a validator of this height")]
    Proposer(ParticipantId),
    /// A transaction can't be applied.
    #[error("transaction {index}: R{}: {rejection}", rejection.number())]
    Rejected {
        /// Its place in the block.
        index: usize,
        /// The rule.
        rejection: Rejection,
    },
    /// The transactions are more than a block holds.
    #[error("transaction {index} does not fit")]
    Full {
        /// The first one that does not fit.
        index: usize,
    },
}

/// Carries out a block that somebody else made, and checks that it says what comes of it.
///
/// Signatures must have been checked. Whether the time is near enough to the own clock is the replica's to check: a
/// synced block may be old.
///
/// # Errors
/// [`InvalidBlock`], the first thing that is wrong.
pub fn check(tip: &Tip, block: &Block) -> Result<Executed, InvalidBlock> {
    let header = &block.header;
    if header.time <= tip.time {
        return Err(InvalidBlock::Time { found: header.time, parent: tip.time });
    }
    if tip.validators().get(header.proposer).is_none() {
        return Err(InvalidBlock::Proposer(header.proposer));
    }
    same("version", &header.version, &PROTOCOL_VERSION)?;
    same("chain", &header.chain, &tip.chain)?;
    same("height", &header.height, &tip.height.next())?;
    same("parent", &header.parent, &tip.block)?;
    let mut execution = Execution::begin(tip, header.time, header.proposer);
    for (index, envelope) in block.transactions.iter().enumerate() {
        execution.include(envelope).map_err(|error| match error {
            NotIncluded::Full => InvalidBlock::Full { index },
            NotIncluded::Rejected(rejection) => InvalidBlock::Rejected { index, rejection },
        })?;
    }
    let executed = execution.finish();
    let expected = &executed.block.header;
    same("transactions_root", &header.transactions_root, &expected.transactions_root)?;
    same("events_root", &header.events_root, &expected.events_root)?;
    same("state_root", &header.state_root, &expected.state_root)?;
    same("next_validators", &header.next_validators, &expected.next_validators)?;
    Ok(executed)
}

fn same<T: PartialEq + ToString>(field: &'static str, found: &T, expected: &T) -> Result<(), InvalidBlock> {
    if found == expected {
        Ok(())
    } else {
        Err(InvalidBlock::Header { field, found: found.to_string(), expected: expected.to_string() })
    }
}
