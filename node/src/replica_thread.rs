//! The replica on a thread of its own, with the store: inputs come in, effects are carried out in their order.
//!
//! Consensus goes before questions, and questions before transactions: a flood of transactions delays no vote.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot, watch};
use yaosu_ledger::block::Block;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{BlockId, Height, ParticipantId, Timestamp, TransactionId};
use yaosu_replica::{Decision, Effect, Input, Invalid, Load, Replica, TransactionFate};
use yaosu_store::{Decided, Store, StoreError};

use crate::intake::{Answer, Checked};
use crate::past::{self, Past};

/// Steps of consensus that wait for the replica at most. The engine sends one at a time.
const CONSENSUS_QUEUE: usize = 64;

/// Questions that wait at most.
const QUERY_QUEUE: usize = 1_024;

/// Batches of checked transactions that wait at most.
const TRANSACTION_QUEUE: usize = 8;

/// Transactions of a batch that are admitted before consensus is looked at again.
const ADMITTED_AT_ONCE: usize = 64;

/// Whether a block may be voted for.
pub type Verdict = Result<(), Invalid>;

/// What consensus asks.
pub enum Step {
    /// A block of this height, to be proposed.
    ValueRequested {
        /// Must be the next.
        height: Height,
        /// The round.
        round: u32,
        /// Gets the block once it is durable.
        reply: oneshot::Sender<Block>,
    },
    /// Whether a proposed block may be voted for.
    BlockProposed {
        /// The block.
        block: Block,
        /// How it came.
        offer: Offer,
        /// Who offered it.
        proposer: ParticipantId,
        /// Gets the verdict once a good block is durable.
        reply: oneshot::Sender<Verdict>,
    },
    /// Whether a block that peers have decided is good.
    BlockSynced {
        /// The block.
        block: Block,
        /// The round in which it was decided.
        round: u32,
        /// Gets the verdict once a good block is durable.
        reply: oneshot::Sender<Verdict>,
    },
    /// What was undecided before a restart.
    Recovered {
        /// Gets the good blocks of the next height, and how each came.
        reply: oneshot::Sender<Vec<(BlockId, Offer)>>,
    },
    /// An undecided block, to be offered again.
    Undecided {
        /// Which.
        block: BlockId,
        /// Gets the block and how it came, if it is there.
        reply: oneshot::Sender<Option<(Block, Offer)>>,
    },
    /// A quorum chose a block.
    Decided {
        /// Why it is final.
        certificate: CommitCertificate,
        /// Told once the decision is durable.
        reply: oneshot::Sender<()>,
    },
}

/// What others ask.
pub enum Query {
    /// What became of a transaction that is not committed.
    Fate {
        /// Which.
        id: TransactionId,
        /// Gets the answer.
        reply: oneshot::Sender<TransactionFate>,
    },
    /// A transaction that waits.
    Waiting {
        /// Which.
        id: TransactionId,
        /// Gets it.
        reply: oneshot::Sender<Option<Envelope>>,
    },
    /// The next number of a lane.
    NextNumber {
        /// Whose.
        participant: ParticipantId,
        /// Which lane.
        lane: u32,
        /// Gets the number.
        reply: oneshot::Sender<u64>,
    },
    /// How much waits.
    Load {
        /// Gets the answer.
        reply: oneshot::Sender<Load>,
    },
}

/// Whether a block is wanted, for the pace of heights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Transactions wait that a block could hold.
    pub ready: bool,
    /// When the next deadline is due.
    pub due: Option<Timestamp>,
}

/// The ways to the replica's thread.
pub struct ReplicaThread {
    /// For consensus.
    pub steps: mpsc::Sender<Step>,
    /// For questions.
    pub queries: mpsc::Sender<Query>,
    /// For transactions whose signatures were checked.
    pub transactions: mpsc::Sender<Vec<Checked>>,
    /// The last decided height with its state.
    pub tip: Arc<ArcSwap<Tip>>,
    /// The states before the last heights.
    pub past: Past,
    /// Told each decided height.
    pub heights: watch::Receiver<Height>,
    /// Whether a block is wanted.
    pub demand: watch::Receiver<Demand>,
    /// What to pass on to peers.
    pub gossip: mpsc::Receiver<Envelope>,
    /// Ends with the reason when the thread ends: `Ok` after all senders were dropped.
    pub ended: oneshot::Receiver<Result<(), StoreError>>,
}

/// Transactions that wait to be passed on at most; beyond it they are not passed on by this node.
const GOSSIP_QUEUE: usize = 32_768;

/// Starts the thread.
///
/// # Errors
/// If the operating system gives no thread.
pub fn start(replica: Replica, store: Store) -> std::io::Result<ReplicaThread> {
    let (steps, step_queue) = mpsc::channel(CONSENSUS_QUEUE);
    let (queries, query_queue) = mpsc::channel(QUERY_QUEUE);
    let (transactions, transaction_queue) = mpsc::channel(TRANSACTION_QUEUE);
    let (gossip_sender, gossip) = mpsc::channel(GOSSIP_QUEUE);
    let (end, ended) = oneshot::channel();
    let tip = Arc::new(ArcSwap::from_pointee(replica.tip().clone()));
    let (height_sender, heights) = watch::channel(replica.tip().height);
    let (demand_sender, demand) = watch::channel(demand_of(&replica));
    let shared_tip = Arc::clone(&tip);
    let past = Past::default();
    let last = Arc::new(replica.tip().clone());
    let shared_past = past.clone();
    std::thread::Builder::new().name("replica".into()).spawn(move || {
        let worker = Worker {
            replica,
            store,
            effects: Vec::new(),
            tip: shared_tip,
            last,
            past: shared_past,
            heights: height_sender,
            demand: demand_sender,
            gossip: gossip_sender,
        };
        // It waits for channels alone, which need no runtime: there is none that could be refused to it.
        let result = futures::executor::block_on(worker.run(step_queue, query_queue, transaction_queue));
        // If nobody listens, the node is going down already.
        let _gone = end.send(result);
    })?;
    Ok(ReplicaThread { steps, queries, transactions, tip, past, heights, demand, gossip, ended })
}

/// Answers a question. If whoever asked is gone, nobody needs the answer.
fn give<T>(reply: oneshot::Sender<T>, answer: T) {
    let _gone = reply.send(answer);
}

fn demand_of(replica: &Replica) -> Demand {
    Demand { ready: replica.wants_block(0), due: replica.next_due() }
}

/// Unix time by the node's clock, in milliseconds.
#[must_use]
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

struct Worker {
    replica: Replica,
    store: Store,
    effects: Vec<Effect>,
    tip: Arc<ArcSwap<Tip>>,
    /// The last decided height, as the replica has it.
    last: Arc<Tip>,
    past: Past,
    heights: watch::Sender<Height>,
    demand: watch::Sender<Demand>,
    gossip: mpsc::Sender<Envelope>,
}

/// What the effects of one input said.
#[derive(Default)]
struct Said {
    offer: Option<Block>,
    judged: Option<Verdict>,
    answer: Option<Answer>,
}

impl Worker {
    async fn run(
        mut self,
        mut steps: mpsc::Receiver<Step>,
        mut queries: mpsc::Receiver<Query>,
        mut transactions: mpsc::Receiver<Vec<Checked>>,
    ) -> Result<(), StoreError> {
        let mut admitting = Vec::new().into_iter();
        loop {
            let busy = admitting.len() > 0;
            tokio::select! {
                biased;
                step = steps.recv() => match step {
                    Some(step) => self.consensus(step)?,
                    None => break,
                },
                Some(query) = queries.recv() => self.answer(query),
                () = std::future::ready(()), if busy => {
                    for checked in admitting.by_ref().take(ADMITTED_AT_ONCE) {
                        self.admit(checked)?;
                    }
                    self.tell_demand();
                }
                Some(batch) = transactions.recv(), if !busy => admitting = batch.into_iter(),
            }
        }
        self.store.close()
    }

    fn consensus(&mut self, step: Step) -> Result<(), StoreError> {
        match step {
            Step::ValueRequested { height, round, reply } => {
                let said = self.step(Input::ValueRequested { height, round, now_ms: now_ms() })?;
                if let Some(block) = said.offer {
                    give(reply, block);
                }
            }
            Step::BlockProposed { block, offer, proposer, reply } => {
                let said = self.step(Input::BlockProposed { block, offer, proposer, now_ms: now_ms() })?;
                if let Some(verdict) = said.judged {
                    give(reply, verdict);
                }
            }
            Step::BlockSynced { block, round, reply } => {
                let said = self.step(Input::BlockSynced { block, round })?;
                if let Some(verdict) = said.judged {
                    give(reply, verdict);
                }
            }
            Step::Recovered { reply } => {
                give(reply, self.replica.undecided().map(|(block, offer)| (block.id(), *offer)).collect());
            }
            Step::Undecided { block, reply } => {
                give(reply, self.replica.undecided_block(block).map(|(block, offer)| (block.clone(), *offer)));
            }
            Step::Decided { certificate, reply } => {
                self.step(Input::Decided { certificate, now_ms: now_ms() })?;
                give(reply, ());
            }
        }
        Ok(())
    }

    fn answer(&self, query: Query) {
        match query {
            Query::Fate { id, reply } => give(reply, self.replica.fate(id)),
            Query::Waiting { id, reply } => give(reply, self.replica.waiting(id).cloned()),
            Query::NextNumber { participant, lane, reply } => {
                give(reply, self.replica.next_number(participant, lane));
            }
            Query::Load { reply } => give(reply, self.replica.load()),
        }
    }

    fn admit(&mut self, checked: Checked) -> Result<(), StoreError> {
        let Checked { transaction, origin, answer } = checked;
        let said = self.step(Input::Transaction { transaction, origin, now_ms: now_ms() })?;
        if let Some(result) = said.answer {
            let _gone = answer.send(result);
        }
        Ok(())
    }

    fn step(&mut self, input: Input) -> Result<Said, StoreError> {
        let mut effects = std::mem::take(&mut self.effects);
        self.replica.step(input, &mut effects);
        let mut said = Said::default();
        let mut changed = 0;
        for effect in effects.drain(..) {
            match effect {
                Effect::PersistProposed(block, offer) => self.store.propose(&block, &offer)?,
                Effect::PersistDecided(decision) => {
                    let Decision { block, certificate, events, changes } = *decision;
                    changed = past::weight(&changes);
                    self.store.decide(Decided { block, certificate, events, changes })?;
                }
                Effect::Offer(block) => said.offer = Some(block),
                Effect::Judge { block, height, verdict } => {
                    if let Err(invalid) = &verdict {
                        tracing::warn!(%height, %block, %invalid, "a block is not voted for");
                    }
                    said.judged = Some(verdict);
                }
                Effect::Acknowledge(height) => {
                    let tip = Arc::new(self.replica.tip().clone());
                    self.past.keep(std::mem::replace(&mut self.last, Arc::clone(&tip)), changed);
                    self.tip.store(tip);
                    self.heights.send_replace(height);
                    self.tell_demand();
                }
                Effect::Answer { answer, .. } => said.answer = Some(answer),
                Effect::Gossip(envelope) => {
                    // Without room it is not passed on: this node will propose it itself in its turn.
                    let _full = self.gossip.try_send(envelope);
                }
                Effect::Drop { transaction, refusal } => {
                    tracing::debug!(%transaction, %refusal, "a waiting transaction became impossible");
                }
            }
        }
        self.effects = effects;
        Ok(said)
    }

    fn tell_demand(&self) {
        let demand = demand_of(&self.replica);
        self.demand.send_if_modified(|current| {
            let changed = *current != demand;
            *current = demand;
            changed
        });
    }
}
