//! Where transactions come in, from clients and peers: signatures are checked in batches on worker threads, each once.

use tokio::sync::{mpsc, oneshot};
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::transaction::{self, Authentic, Envelope};
use yaosu_replica::{Origin, Refusal};

use crate::handle::SubmitError;

/// Transactions whose signatures are checked together at most.
const BATCH_MAX: usize = 512;

/// Transactions that wait for their check at most; clients beyond it are told to come later.
const QUEUE_MAX: usize = 16_384;

/// Batches that are checked at the same time at most.
const WORKERS: usize = 2;

/// What became of an arrival.
pub type Answer = Result<(), Refusal>;

/// A transaction on its way in.
struct Arrival {
    envelope: Envelope,
    origin: Origin,
    answer: oneshot::Sender<Answer>,
}

/// A transaction whose signatures are good, on its way to the replica.
pub struct Checked {
    /// The transaction.
    pub transaction: Authentic,
    /// From whom.
    pub origin: Origin,
    /// Whom to tell.
    pub answer: oneshot::Sender<Answer>,
}

/// The way in. Cheap to clone.
#[derive(Clone)]
pub struct Intake {
    arrivals: mpsc::Sender<Arrival>,
}

impl Intake {
    /// Opens the way in; what passes goes to `checked` in batches. Ends when all handles are dropped.
    #[must_use]
    pub fn open(checked: mpsc::Sender<Vec<Checked>>) -> Self {
        Self::with_room(QUEUE_MAX, checked)
    }

    /// The same with room for fewer that wait.
    pub(crate) fn with_room(room: usize, checked: mpsc::Sender<Vec<Checked>>) -> Self {
        let (arrivals, queue) = mpsc::channel(room);
        tokio::spawn(work(queue, checked));
        Self { arrivals }
    }

    /// Takes a client's transaction in, and returns when the replica has answered.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit(&self, envelope: Envelope) -> Result<(), SubmitError> {
        let refused = |_| if self.arrivals.is_closed() { SubmitError::Stopping } else { SubmitError::Busy };
        let answer = self.begin(envelope, Origin::Client).map_err(refused)?;
        answer.await.map_err(|_| SubmitError::Stopping)?.map_err(SubmitError::Refused)
    }

    /// Takes a peer's transaction in; the answer comes later. `Err` gives it back: the queue is full.
    ///
    /// # Errors
    /// The envelope, when there is no room.
    pub fn begin(&self, envelope: Envelope, origin: Origin) -> Result<oneshot::Receiver<Answer>, Envelope> {
        let (answer, receiver) = oneshot::channel();
        match self.arrivals.try_send(Arrival { envelope, origin, answer }) {
            Ok(()) => Ok(receiver),
            Err(mpsc::error::TrySendError::Full(arrival) | mpsc::error::TrySendError::Closed(arrival)) => {
                Err(arrival.envelope)
            }
        }
    }
}

/// Batches form by themselves: while workers are busy, arrivals gather. Batches reach the replica in the order in which
/// they were formed, so that a lane's transactions stay in order.
async fn work(mut queue: mpsc::Receiver<Arrival>, checked: mpsc::Sender<Vec<Checked>>) {
    let (ordered, mut in_order) = mpsc::channel::<tokio::task::JoinHandle<Vec<Checked>>>(WORKERS);
    let forward = tokio::spawn(async move {
        while let Some(batch) = in_order.recv().await {
            let Ok(batch) = batch.await else { return };
            if !batch.is_empty() && checked.send(batch).await.is_err() {
                return;
            }
        }
    });
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let arrivals = std::mem::take(&mut batch);
        if ordered.send(tokio::task::spawn_blocking(move || check(arrivals))).await.is_err() {
            break;
        }
    }
    drop(ordered);
    // Nothing to do about a failure here: the replica's side is gone, and the node with it.
    let _ended = forward.await;
}

fn check(arrivals: Vec<Arrival>) -> Vec<Checked> {
    let (envelopes, senders): (Vec<_>, Vec<_>) =
        arrivals.into_iter().map(|arrival| (arrival.envelope, (arrival.origin, arrival.answer))).unzip();
    let mut checked = Vec::with_capacity(envelopes.len());
    for (result, (origin, answer)) in transaction::authenticate(envelopes).into_iter().zip(senders) {
        match result {
            Ok(transaction) => checked.push(Checked { transaction, origin, answer }),
            Err(_) => {
                // Nobody may be waiting for it any more.
                let _gone = answer.send(Err(Rejection::BadSignature.into()));
            }
        }
    }
    checked
}
