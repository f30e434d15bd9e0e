//! The replica itself: its tip, the blocks that are not decided yet, and what waits.

use std::collections::{BTreeMap, VecDeque};

use yaosu_ledger::block::Block;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::execution::{self, Executed, Execution, InvalidBlock, Tip};
use yaosu_ledger::offer::Offer;
use yaosu_ledger::rules::{self, BlockContext};
use yaosu_ledger::state::ChangeSet;
use yaosu_ledger::transaction::{self, Authentic, Envelope};
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{BlockId, Duration, Height, ParticipantId, Timestamp, TransactionId};

use crate::mempool::{Limits, Load, Mempool};
use crate::refusal::Refusal;

/// How far a proposed block's time may be ahead of the own clock.
const DRIFT_MAX: Duration = Duration(10_000);

/// Blocks of its own that one proposer may have undecided at one height. An honest one makes one, however many rounds
/// there are; one that made two has signed against itself, and takes up nobody else's room.
const UNDECIDED_MAX: usize = 2;

/// Blocks of others that one proposer may offer again in one round. An honest one offers the one that a quorum prefers.
const OFFERED_AGAIN_MAX: usize = 1;

/// Refused transactions whose reasons are remembered.
const REFUSED_MAX: usize = 20_000;

/// Where a transaction came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From a client: it keeps its lanes in order, and is told at once what is wrong.
    Client,
    /// From a peer: order is not kept on the way.
    Peer,
}

/// What the replica is told.
pub enum Input {
    /// A transaction came whose signatures were checked. `now_ms`: Unix time by the node's clock.
    Transaction {
        /// The transaction.
        transaction: Authentic,
        /// From whom.
        origin: Origin,
        /// By the node's clock.
        now_ms: u64,
    },
    /// We lead a round: consensus wants a block of this height. Answered by [`Effect::Offer`].
    ValueRequested {
        /// Must be the next.
        height: Height,
        /// The round that we lead.
        round: u32,
        /// By the node's clock: the only clock a block sees.
        now_ms: u64,
    },
    /// A proposed block is complete. Answered by [`Effect::Judge`].
    BlockProposed {
        /// The block.
        block: Block,
        /// How it came.
        offer: Offer,
        /// Who offered it: the proposer of the offer's round, whose signature was checked. The block's own header says who
        /// made it, and anybody can write anything there.
        proposer: ParticipantId,
        /// By the node's clock.
        now_ms: u64,
    },
    /// A block that peers have decided came by sync. Answered by [`Effect::Judge`].
    BlockSynced {
        /// The block.
        block: Block,
        /// The round in which it was decided.
        round: u32,
    },
    /// A quorum chose a block that was offered or called valid. Answered by [`Effect::Acknowledge`].
    Decided {
        /// Why it is final.
        certificate: CommitCertificate,
        /// By the node's clock.
        now_ms: u64,
    },
}

/// A decided block with all that came of it.
#[derive(Clone)]
pub struct Decision {
    /// The block.
    pub block: Block,
    /// Why it is final.
    pub certificate: CommitCertificate,
    /// What happened.
    pub events: Vec<EventRecord>,
    /// The records that change.
    pub changes: ChangeSet,
}

/// Why a proposed block is not voted for.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    /// It does not follow from the tip.
    #[error(transparent)]
    Block(#[from] InvalidBlock),
    /// Its time is too far ahead of the own clock.
    #[error("block time {found} is over {DRIFT_MAX} ahead of this node's clock {now}")]
    Future {
        /// The block's.
        found: Timestamp,
        /// The node's.
        now: Timestamp,
    },
    /// A signature in it is bad.
    #[error("transaction {0} has a signature that is not valid")]
    Signature(TransactionId),
    /// It is proposed in this node's name, and this node did not make it.
    #[error("the block names this node as its proposer, which did not make it")]
    NotMine,
    /// It is not of the next height.
    #[error("block of height {found}, the next is {next}")]
    Height {
        /// The block's.
        found: Height,
        /// The one that is due.
        next: Height,
    },
    /// More blocks than a proposer can honestly offer at a height.
    #[error("this proposer has offered as many undecided blocks already")]
    TooMany,
}

impl Invalid {
    /// Whether this says something of this node or this moment, and not of the block: others may decide it all the same.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Block(_) | Self::Signature(_) => false,
            Self::Future { .. } | Self::NotMine | Self::Height { .. } | Self::TooMany => true,
        }
    }
}

/// What the node must do, in this order.
pub enum Effect {
    /// Finished when durable. If it fails the process stops: consensus could not be told.
    PersistProposed(Block, Offer),
    /// Finished when durable. If it fails the process stops.
    PersistDecided(Box<Decision>),
    /// Answers [`Input::ValueRequested`]: consensus may propose this block.
    Offer(Block),
    /// Answers [`Input::BlockProposed`] and [`Input::BlockSynced`]: consensus may vote for this block, or not.
    Judge {
        /// The block.
        block: BlockId,
        /// Its height.
        height: Height,
        /// Whether it may be voted for.
        verdict: Result<(), Invalid>,
    },
    /// Answers [`Input::Decided`]: peers and clients may be told that this node holds the height.
    Acknowledge(Height),
    /// Answers [`Input::Transaction`].
    Answer {
        /// Which.
        transaction: TransactionId,
        /// Whether it waits now.
        answer: Result<(), Refusal>,
    },
    /// To be passed on to peers.
    Gossip(Envelope),
    /// A waiting transaction has become impossible.
    Drop {
        /// Which.
        transaction: TransactionId,
        /// Why.
        refusal: Refusal,
    },
}

/// What a store has kept.
pub struct Recovered {
    /// The last decided block's end.
    pub tip: Tip,
    /// Blocks of the next height that were made durable but not decided, and how they came.
    pub proposed: Vec<(Block, Offer)>,
}

/// What became of a transaction, as far as the replica knows; what is committed is for the store to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionFate {
    /// It waits.
    Waiting,
    /// It was refused or dropped.
    Refused(Refusal),
    /// Nothing is known.
    Unknown,
}

/// A block that consensus may decide.
struct Undecided {
    executed: Executed,
    offer: Offer,
    /// Whose room it takes up: who offered it; nobody's if it came by sync.
    proposer: Option<ParticipantId>,
}

/// The node as one value.
pub struct Replica {
    me: Option<ParticipantId>,
    tip: Tip,
    undecided: BTreeMap<BlockId, Undecided>,
    mempool: Mempool,
    refused: BTreeMap<TransactionId, Refusal>,
    refused_order: VecDeque<TransactionId>,
}

impl Replica {
    /// A replica that goes on where the store ends. `me`: the operator whose validator it is, `None` for an observer.
    ///
    /// # Errors
    /// [`InvalidBlock`] if a block that was proposed before does not follow from the tip: the store is damaged, or was
    /// written by other rules.
    pub fn recover(recovered: Recovered, me: Option<ParticipantId>, limits: Limits) -> Result<Self, InvalidBlock> {
        let Recovered { tip, proposed } = recovered;
        let mut undecided = BTreeMap::new();
        let turns = tip.turns();
        for (block, offer) in proposed.into_iter().filter(|(block, _)| block.header.height == tip.height.next()) {
            let executed = execution::check(&tip, &block)?;
            let round = usize::try_from(offer.round).unwrap_or(usize::MAX);
            let proposer = round.checked_rem(turns.len()).and_then(|turn| turns.get(turn)).copied();
            undecided.insert(block.id(), Undecided { executed, offer, proposer });
        }
        Ok(Self {
            me,
            tip,
            undecided,
            mempool: Mempool::new(limits),
            refused: BTreeMap::new(),
            refused_order: VecDeque::new(),
        })
    }

    /// The end of the chain.
    #[must_use]
    pub const fn tip(&self) -> &Tip {
        &self.tip
    }

    /// How much waits.
    #[must_use]
    pub fn load(&self) -> Load {
        self.mempool.load()
    }

    /// The next number of a lane that is neither committed nor waiting.
    #[must_use]
    pub fn next_number(&self, participant: ParticipantId, lane: u32) -> u64 {
        self.mempool.next_number(&self.tip.state, participant, lane)
    }

    /// What became of a transaction that is not committed.
    #[must_use]
    pub fn fate(&self, id: TransactionId) -> TransactionFate {
        if self.mempool.get(id).is_some() {
            return TransactionFate::Waiting;
        }
        self.refused.get(&id).map_or(TransactionFate::Unknown, |refusal| TransactionFate::Refused(refusal.clone()))
    }

    /// A transaction that waits.
    #[must_use]
    pub fn waiting(&self, id: TransactionId) -> Option<&Envelope> {
        self.mempool.get(id)
    }

    /// Whether a block made now would do something.
    #[must_use]
    pub fn wants_block(&self, now_ms: u64) -> bool {
        self.next_due().is_some_and(|due| due.0 <= now_ms) || self.mempool.is_ready(&self.tip.state)
    }

    /// When the next block should be made even if no transaction comes.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        rules::next_deadline(&self.tip.state)
    }

    /// Undecided blocks of the next height and how they came, for consensus to go on with after a restart.
    pub fn undecided(&self) -> impl Iterator<Item = (&Block, &Offer)> {
        self.undecided.values().map(|undecided| (&undecided.executed.block, &undecided.offer))
    }

    /// An undecided block and how it came.
    #[must_use]
    pub fn undecided_block(&self, id: BlockId) -> Option<(&Block, &Offer)> {
        self.undecided.get(&id).map(|undecided| (&undecided.executed.block, &undecided.offer))
    }

    /// Takes one input; what must be done for it is appended to `effects`.
    ///
    /// # Panics
    /// If consensus decides a block of another height than the next, or one that was never offered or called valid
    /// here: going on would be worse than stopping.
    pub fn step(&mut self, input: Input, effects: &mut Vec<Effect>) {
        match input {
            Input::Transaction { transaction, origin, now_ms } => self.admit(transaction, origin, now_ms, effects),
            Input::ValueRequested { height, round, now_ms } => self.offer(height, round, now_ms, effects),
            Input::BlockProposed { block, offer, proposer, now_ms } => {
                self.judge(block, offer, Some((proposer, now_ms)), effects);
            }
            Input::BlockSynced { block, round } => self.judge(block, Offer::in_round(round), None, effects),
            Input::Decided { certificate, now_ms } => self.decide(certificate, now_ms, effects),
        }
    }

    /// The block that a transaction which is admitted now would be carried out in, at the earliest.
    fn context(&self, now_ms: u64) -> BlockContext {
        let time = Timestamp(now_ms).max(self.tip.time.after(Duration(1)));
        BlockContext { chain: self.tip.chain, height: self.tip.height.next(), time }
    }

    fn admit(&mut self, transaction: Authentic, origin: Origin, now_ms: u64, effects: &mut Vec<Effect>) {
        let envelope = transaction.envelope().clone();
        let id = envelope.id();
        if let Some(waiting) = self.mempool.get(id) {
            let again = waiting.clone();
            effects.push(Effect::Answer { transaction: id, answer: Ok(()) });
            // A client that sends it again may have reason to: the first time it may not have reached anybody.
            if origin == Origin::Client {
                effects.push(Effect::Gossip(again));
            }
            return;
        }
        let context = self.context(now_ms);
        let gap_allowed = origin == Origin::Peer;
        let answer = self.mempool.admit(&self.tip.state, context, transaction, now_ms, gap_allowed);
        match &answer {
            Ok(()) => self.forget_refusal(id),
            Err(refusal) if refusal.is_of_body() => self.remember_refusal(id, refusal.clone()),
            Err(_) => {}
        }
        let admitted = answer.is_ok();
        effects.push(Effect::Answer { transaction: id, answer });
        if admitted && origin == Origin::Client {
            effects.push(Effect::Gossip(envelope));
        }
    }

    fn offer(&mut self, height: Height, round: u32, now_ms: u64, effects: &mut Vec<Effect>) {
        assert_eq!(height, self.tip.height.next(), "consensus asks for the next height");
        let me = self.me.expect("only a validator is asked for blocks");
        if let Some((mine, _)) = self.undecided().find(|(block, _)| block.header.proposer == me) {
            effects.push(Effect::Offer(mine.clone()));
            return;
        }
        let context = self.context(now_ms);
        let mut execution = Execution::begin(&self.tip, context.time, me);
        let dropped = self.mempool.fill(&self.tip.state, context, &mut execution);
        let executed = execution.finish();
        self.tell_dropped(dropped, effects);
        let block = executed.block.clone();
        let offer = Offer::in_round(round);
        self.undecided.insert(block.id(), Undecided { executed, offer, proposer: Some(me) });
        effects.push(Effect::PersistProposed(block.clone(), offer));
        effects.push(Effect::Offer(block));
    }

    /// `proposal`: by whom and when by this node's clock, if the block is proposed. A synced block may be old.
    fn judge(&mut self, block: Block, offer: Offer, proposal: Option<(ParticipantId, u64)>, effects: &mut Vec<Effect>) {
        let (id, height) = (block.id(), block.header.height);
        if self.undecided.contains_key(&id) {
            effects.push(Effect::Judge { block: id, height, verdict: Ok(()) });
            return;
        }
        match self.check(&block, offer.round, proposal) {
            Ok(executed) => {
                let proposer = proposal.map(|(proposer, _)| proposer);
                self.undecided.insert(id, Undecided { executed, offer, proposer });
                effects.push(Effect::PersistProposed(block, offer));
                effects.push(Effect::Judge { block: id, height, verdict: Ok(()) });
            }
            Err(invalid) => effects.push(Effect::Judge { block: id, height, verdict: Err(invalid) }),
        }
    }

    fn check(&self, block: &Block, round: u32, proposal: Option<(ParticipantId, u64)>) -> Result<Executed, Invalid> {
        let next = self.tip.height.next();
        if block.header.height != next {
            return Err(Invalid::Height { found: block.header.height, next });
        }
        // What is decided elsewhere must be taken, whenever it was made and however many were proposed before.
        if let Some((proposer, now_ms)) = proposal {
            let now = Timestamp(now_ms);
            if block.header.time > now.after(DRIFT_MAX) {
                return Err(Invalid::Future { found: block.header.time, now });
            }
            // What this node made it has kept. A second block in its name could take the place of its own.
            if Some(block.header.proposer) == self.me {
                return Err(Invalid::NotMine);
            }
            if !self.has_room(proposer, block.header.proposer == proposer, round) {
                return Err(Invalid::TooMany);
            }
        }
        self.check_signatures(block)?;
        Ok(execution::check(&self.tip, block)?)
    }

    /// Whether a proposer may have one more undecided block. Those that it made itself count for the whole height. Those
    /// that it offers again are counted by round: its earlier offers must not keep out the one that a quorum prefers now.
    fn has_room(&self, proposer: ParticipantId, is_own: bool, round: u32) -> bool {
        let offered = self.undecided.values().filter(|undecided| undecided.proposer == Some(proposer));
        let (own, again): (Vec<_>, Vec<_>) =
            offered.partition(|undecided| undecided.executed.block.header.proposer == proposer);
        if is_own {
            own.len() < UNDECIDED_MAX
        } else {
            again.iter().filter(|undecided| undecided.offer.round == round).count() < OFFERED_AGAIN_MAX
        }
    }

    /// Checks the signatures of what did not come through the mempool, where they were checked before.
    fn check_signatures(&self, block: &Block) -> Result<(), Invalid> {
        let is_known = |envelope: &Envelope| {
            self.mempool.get(envelope.id()).is_some_and(|waiting| waiting.leaf() == envelope.leaf())
        };
        let unknown: Vec<Envelope> =
            block.transactions.iter().filter(|envelope| !is_known(envelope)).cloned().collect();
        let verdicts = transaction::check_signatures(&unknown);
        match unknown.iter().zip(verdicts).find(|(_, good)| !good) {
            Some((envelope, _)) => Err(Invalid::Signature(envelope.id())),
            None => Ok(()),
        }
    }

    fn decide(&mut self, certificate: CommitCertificate, now_ms: u64, effects: &mut Vec<Effect>) {
        assert_eq!(certificate.height, self.tip.height.next(), "heights are decided one by one");
        let Undecided { executed, .. } = self
            .undecided
            .remove(&certificate.block)
            .expect("only blocks that were offered or called valid are decided");
        self.undecided.clear();
        self.tip = executed.tip();
        let Executed { block, events, changes, .. } = executed;
        let context = self.context(now_ms);
        let dropped = self.mempool.settle(&self.tip.state, context, &block.transactions, now_ms);
        effects.push(Effect::PersistDecided(Box::new(Decision { block, certificate, events, changes })));
        effects.push(Effect::Acknowledge(self.tip.height));
        self.tell_dropped(dropped, effects);
    }

    fn tell_dropped(&mut self, dropped: Vec<(TransactionId, Refusal)>, effects: &mut Vec<Effect>) {
        for (transaction, refusal) in dropped {
            self.remember_refusal(transaction, refusal.clone());
            effects.push(Effect::Drop { transaction, refusal });
        }
    }

    fn remember_refusal(&mut self, id: TransactionId, refusal: Refusal) {
        if self.refused.insert(id, refusal).is_none() {
            self.refused_order.push_back(id);
        }
        while self.refused_order.len() > REFUSED_MAX {
            if let Some(oldest) = self.refused_order.pop_front() {
                self.refused.remove(&oldest);
            }
        }
    }

    fn forget_refusal(&mut self, id: TransactionId) {
        if self.refused.remove(&id).is_some() {
            self.refused_order.retain(|other| *other != id);
        }
    }
}
