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
/// been good where it came from. What was not looked at to its end is not passed on: it may end in anything.
async fn take_in(intake: &Intake, bytes: Bytes) -> Verdict {
    let Ok(Transactions(transactions)) = codec::decode(&bytes) else { return Verdict::Reject };
    let count = transactions.len();
    let mut answers = Vec::with_capacity(count);
    for transaction in transactions {
        let Ok(envelope) = Envelope::decode(transaction) else { return Verdict::Reject };
        match intake.begin(envelope, Origin::Peer) {
            Ok(answer) => answers.push(answer),
            // No room to look at the rest: others pass the batch on.
            Err(_) => break,
        }
    }
    let is_whole = answers.len() == count;
    let answers = join_all(answers).await;
    let forged = |answer: &Result<Result<(), Refusal>, _>| {
        matches!(answer, Ok(Err(Refusal::Rejected(Rejection::BadSignature | Rejection::WrongChain { .. }))))
    };
    if answers.iter().any(forged) {
        Verdict::Reject
    } else if is_whole && answers.iter().any(|answer| matches!(answer, Ok(Ok(())))) {
        Verdict::Accept
    } else {
        Verdict::Ignore
    }
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::signature::{PublicKey, Signature, SigningKey};
    use yaosu_ledger::transaction::{Action, Approval, Body, Transaction};
    use yaosu_ledger::{Amount, ChainId, Digest, ParticipantId, Text};

    use super::*;
    use crate::golden::compare;

    fn body(sequence: u64) -> Body {
        let memo = Text::new("for the map").expect("a short text");
        let action = Action::Pay { to: ParticipantId(Digest([4; 32])), amount: Amount(700), memo };
        let (chain, signer) = (ChainId(Digest([1; 32])), ParticipantId(Digest([3; 32])));
        Body { chain, signer, lane: 0, sequence, valid_until: None, action }
    }

    fn transaction(sequence: u64) -> Envelope {
        let body = body(sequence);
        let approval = Approval { key: PublicKey([5; 32]), signature: Signature([6; 64]) };
        Envelope::new(Transaction { body, approvals: vec![approval] })
    }

    /// Goal: batches are frozen. `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-node --bin yaosu-node golden` when they are
    /// meant to change.
    #[test]
    fn golden_batches() {
        let samples = [0, 1, 2].map(|length: u64| {
            let batch = (0..length).map(|sequence| transaction(sequence).bytes().to_vec()).collect();
            let bytes = codec::encode(&Transactions(batch));
            let Transactions(back) = codec::decode(&bytes).expect("its own encoding");
            for (sequence, transaction) in (0..).zip(back) {
                assert_eq!(Envelope::decode(transaction).expect("a transaction").body().sequence, sequence);
            }
            (format!("batch-of-{length}"), bytes)
        });
        compare("batches.txt", &samples);
    }

    /// Goal: a batch is passed on only if every transaction of it was looked at; what was looked at is taken in all the same.
    /// Method: a way in with room for one or two; nothing makes room before the whole batch was read.
    #[tokio::test]
    async fn a_batch_is_passed_on_whole() {
        let key = SigningKey::from_seed([7; 32]);
        let signed = |sequence| Envelope::new(body(sequence).sign(&[&key])).bytes().to_vec();
        let batch = Bytes::from(codec::encode(&Transactions(vec![signed(0), signed(1)])));
        for (room, expected) in [(1, (Verdict::Ignore, 1)), (2, (Verdict::Accept, 2))] {
            let (checked, mut taken) = mpsc::channel::<Vec<crate::intake::Checked>>(8);
            let intake = Intake::with_room(room, checked);
            let replica = tokio::spawn(async move {
                let mut count = 0;
                while let Some(batch) = taken.recv().await {
                    count += batch.len();
                    for one in batch {
                        one.answer.send(Ok(())).expect("it is waited for");
                    }
                }
                count
            });
            let verdict = take_in(&intake, batch.clone()).await;
            drop(intake);
            let count = replica.await.expect("it ends with the way in");
            assert_eq!((verdict, count), expected, "room for {room}");
        }
    }
}
