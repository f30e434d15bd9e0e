//! Transactions on their way between nodes: out in batches, in through the same checks as a client's.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::transaction::Envelope;
use yaosu_network::{BATCH_BYTES_MAX, Batch, NetworkHandle, Verdict};
use yaosu_replica::{Origin, Refusal};

use crate::intake::Intake;

/// A batch goes out when it is this long, or [`BATCH_AGE`] old.
const BATCH_BYTES: usize = 64 * 1024;

/// How long the first transaction of a batch waits for others.
const BATCH_AGE: Duration = Duration::from_millis(3);

/// Batches from peers that are looked at at the same time.
const LOOKED_AT: usize = 32;

/// Transactions that travel together, each in its canonical encoding.
#[derive(bincode::Encode, bincode::Decode)]
struct Transactions(Vec<Vec<u8>>);

impl Canonical for Transactions {
    const BYTES_MAX: usize = BATCH_BYTES_MAX;
}

/// Sends what the replica wants passed on, until it ends.
pub async fn send(mut outgoing: mpsc::Receiver<Envelope>, network: NetworkHandle) {
    while let Some(first) = outgoing.recv().await {
        let deadline = Instant::now() + BATCH_AGE;
        let mut bytes = first.bytes().len();
        let mut batch = vec![first.bytes().to_vec()];
        while bytes < BATCH_BYTES {
            let Ok(Some(next)) = timeout_at(deadline, outgoing.recv()).await else { break };
            bytes = bytes.saturating_add(next.bytes().len());
            batch.push(next.bytes().to_vec());
        }
        if let Err(error) = network.publish_transactions(codec::encode(&Transactions(batch))) {
            tracing::debug!(%error, "a batch of transactions is not passed on");
        }
    }
}

/// Takes in what peers send, until the network ends.
pub async fn receive(mut incoming: mpsc::Receiver<Batch>, intake: Intake, network: NetworkHandle) {
    let places = std::sync::Arc::new(tokio::sync::Semaphore::new(LOOKED_AT));
    while let Some(Batch { peer, message_id, bytes }) = incoming.recv().await {
        let Ok(place) = std::sync::Arc::clone(&places).acquire_owned().await else { return };
        let (intake, network) = (intake.clone(), network.clone());
        tokio::spawn(async move {
            let verdict = take_in(&intake, Bytes::from(bytes)).await;
            network.report(message_id, peer, verdict);
            drop(place);
        });
    }
}

/// Takes one batch in. No honest node passes on what does not decode or is not signed; what is refused otherwise may have
/// been good where it came from.
async fn take_in(intake: &Intake, bytes: Bytes) -> Verdict {
    let Ok(Transactions(transactions)) = codec::decode(&bytes) else { return Verdict::Reject };
    let mut answers = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        let Ok(envelope) = Envelope::decode(transaction) else { return Verdict::Reject };
        match intake.begin(envelope, Origin::Peer) {
            Ok(answer) => answers.push(answer),
            // No room to look at the rest: others pass it on.
            Err(_) => break,
        }
    }
    let answers = join_all(answers).await;
    let forged = |answer: &Result<Result<(), Refusal>, _>| {
        matches!(answer, Ok(Err(Refusal::Rejected(Rejection::BadSignature | Rejection::WrongChain { .. }))))
    };
    if answers.iter().any(forged) {
        Verdict::Reject
    } else if answers.iter().any(|answer| matches!(answer, Ok(Ok(())))) {
        Verdict::Accept
    } else {
        Verdict::Ignore
    }
}
