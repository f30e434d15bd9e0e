//! What the rest of the node asks of the ledger: submit, look, wait. Cheap to clone.
//!
//! Reads of the state never wait for consensus: they see the last decided height as a value.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::sync::{mpsc, oneshot, watch};
use yaosu_ledger::codec::CodecError;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::{Height, ParticipantId, TransactionId};
use yaosu_replica::{Load, Refusal, TransactionFate};
use yaosu_store::{Reader, StoreError};

use crate::intake::Intake;
use crate::past::Past;
use crate::replica_thread::Query;
use crate::search::Search;
use crate::status::{Board, StatusBoard};

/// The ledger as the rest of the node sees it.
#[derive(Clone)]
pub struct NodeHandle {
    shared: Arc<Shared>,
}

struct Shared {
    genesis: Genesis,
    tip: Arc<ArcSwap<Tip>>,
    store: Reader,
    heights: watch::Receiver<Height>,
    queries: mpsc::Sender<Query>,
    intake: Intake,
    status: StatusBoard,
    search: Search,
    past: Past,
}

/// What a [`NodeHandle`] is made of.
pub struct Parts {
    /// The founding document.
    pub genesis: Genesis,
    /// The last decided height, replaced by the replica's thread.
    pub tip: Arc<ArcSwap<Tip>>,
    /// Blocks and histories.
    pub store: Reader,
    /// Told each decided height after [`Parts::tip`] was replaced.
    pub heights: watch::Receiver<Height>,
    /// Questions to the replica.
    pub queries: mpsc::Sender<Query>,
    /// Where transactions come in.
    pub intake: Intake,
    /// What the node knows of itself and its peers.
    pub status: StatusBoard,
    /// The index of the catalogue.
    pub search: Search,
    /// The states before the last blocks.
    pub past: Past,
}

/// Why a submission was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// The bytes are not a transaction.
    #[error(transparent)]
    Malformed(#[from] CodecError),
    /// A rule or a limit says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// More come in than the node can check.
    #[error("more transactions come in than this node can check now")]
    Busy,
    /// The node is going down.
    #[error("the node is stopping")]
    Stopping,
}

/// What became of a transaction, as far as this node knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// In the ledger for ever.
    Committed {
        /// The block.
        height: Height,
        /// Its place in the block.
        index: u32,
    },
    /// Admitted; not in a block yet.
    Waiting,
    /// Refused, or dropped while it waited.
    Refused(Refusal),
    /// Never heard of, or forgotten since.
    Unknown,
}

impl NodeHandle {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { genesis, tip, store, heights, queries, intake, status, search, past } = parts;
        Self { shared: Arc::new(Shared { genesis, tip, store, heights, queries, intake, status, search, past }) }
    }

    /// The founding document.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.shared.genesis
    }

    /// The last decided height with its state.
    #[must_use]
    pub fn tip(&self) -> Arc<Tip> {
        self.shared.tip.load_full()
    }

    /// Blocks, transactions, events and histories.
    #[must_use]
    pub fn store(&self) -> &Reader {
        &self.shared.store
    }

    /// The index of the catalogue.
    #[must_use]
    pub fn search(&self) -> &Search {
        &self.shared.search
    }

    /// The states before the last blocks.
    #[must_use]
    pub fn past(&self) -> &Past {
        &self.shared.past
    }

    /// Told each decided height.
    #[must_use]
    pub fn heights(&self) -> watch::Receiver<Height> {
        self.shared.heights.clone()
    }

    /// Takes a client's transaction in. When it returns well, the transaction waits here and is on its way to peers.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&self, bytes: Vec<u8>) -> Result<TransactionId, SubmitError> {
        let envelope = Envelope::decode(bytes)?;
        let id = envelope.id();
        if self.committed(id)?.is_some() {
            return Ok(id);
        }
        match self.shared.intake.submit(envelope).await {
            // Committed while it was looked at: the number is used by this very transaction.
            Err(SubmitError::Refused(_)) if self.committed(id)?.is_some() => Ok(id),
            other => other.map(|()| id),
        }
    }

    /// What became of a transaction.
    ///
    /// # Errors
    /// [`StoreError`], if the store can't be read.
    pub async fn fate(&self, id: TransactionId) -> Result<Fate, StoreError> {
        if let Some(committed) = self.committed(id)? {
            return Ok(committed);
        }
        let fate = self.ask(|reply| Query::Fate { id, reply }).await;
        Ok(match fate.unwrap_or(TransactionFate::Unknown) {
            TransactionFate::Waiting => Fate::Waiting,
            // It may have been committed between the two questions.
            TransactionFate::Refused(refusal) => self.committed(id)?.unwrap_or(Fate::Refused(refusal)),
            TransactionFate::Unknown => self.committed(id)?.unwrap_or(Fate::Unknown),
        })
    }

    fn committed(&self, id: TransactionId) -> Result<Option<Fate>, StoreError> {
        let found = self.shared.store.find_transaction(id)?;
        Ok(found.map(|(height, index)| Fate::Committed { height, index }))
    }

    /// A transaction that waits.
    pub async fn waiting_transaction(&self, id: TransactionId) -> Option<Envelope> {
        self.ask(|reply| Query::Waiting { id, reply }).await.flatten()
    }

    /// The next number of a lane that is neither committed nor waiting here.
    pub async fn next_number(&self, participant: ParticipantId, lane: u32) -> u64 {
        self.ask(|reply| Query::NextNumber { participant, lane, reply }).await.unwrap_or(0)
    }

    /// How much waits.
    pub async fn load(&self) -> Load {
        self.ask(|reply| Query::Load { reply }).await.unwrap_or_default()
    }

    /// How the node is.
    pub async fn status(&self) -> yaosu_api::NodeStatus {
        let load = self.load().await;
        self.shared.status.view(&self.tip(), load)
    }

    /// What the node knows of itself and its peers, with what its parts count.
    #[must_use]
    pub fn board(&self) -> Board {
        self.shared.status.read()
    }

    /// `None` once the node is going down.
    async fn ask<T>(&self, query: impl FnOnce(oneshot::Sender<T>) -> Query) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.shared.queries.send(query(reply)).await.ok()?;
        answer.await.ok()
    }
}
