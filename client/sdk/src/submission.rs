//! The way of a transaction: made, signed, sent, waited for.

use core::time::Duration;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use reqwest::Method;
use serde::Serialize;
use yaosu_api::{EventView, Fate, Foreseen, ProblemCode, Submission, WAIT_MS_MAX};
use yaosu_ledger::transaction::{Action, Body, Transaction};
use yaosu_ledger::{Height, ParticipantId, Timestamp, TransactionId, codec};

use crate::client::{ANSWER_TIMEOUT, Request};
use crate::{Client, SdkError, Signer};

/// How long between two questions that were answered at once.
const PAUSE: Duration = Duration::from_millis(250);

/// How a body is made beyond what it asks for.
#[derive(Clone, Copy, Debug, Default)]
pub struct BodyOptions {
    /// The lane. Programs that run at the same time take one each.
    pub lane: u32,
    /// The lane's number, where it is known; asked of the node otherwise.
    pub sequence: Option<u64>,
    /// How long it may wait to be committed; for ever if absent. Counted from the later of this machine's clock and
    /// the last block, since it is block time that decides.
    pub valid_for: Option<Duration>,
}

/// A transaction that is in the ledger for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commitment {
    /// The transaction.
    pub id: TransactionId,
    /// The block.
    pub height: Height,
    /// Its place in the block.
    pub index: u32,
    /// The block's time.
    pub time: Timestamp,
    /// From the sending to the news of the commitment, by this machine's clock.
    #[serde(rename = "finality_ms", serialize_with = "milliseconds")]
    pub finality: Duration,
    /// What came of it.
    pub events: Vec<EventView>,
}

fn milliseconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

impl Client {
    /// Makes the body of a transaction: for the chain of the node, with the next number of the signer's lane.
    ///
    /// # Errors
    /// [`SdkError::OtherChain`] if the client has a chain and the node is of another.
    pub async fn prepare(
        &self,
        signer: ParticipantId,
        action: Action,
        options: &BodyOptions,
    ) -> Result<Body, SdkError> {
        let head = self.head().await?;
        let sequence = match options.sequence {
            Some(sequence) => sequence,
            None => self.lane(&signer.to_string(), options.lane).await?.next,
        };
        let valid_until = options.valid_for.map(|length| valid_until(head.time, length)).transpose()?;
        Ok(Body { chain: head.chain, signer, lane: options.lane, sequence, valid_until, action })
    }

    /// What a body would do if it were carried out next: nothing is signed, nothing changes.
    ///
    /// # Errors
    /// [`SdkError::Problem`] with the rule's number if the ledger would refuse it.
    pub async fn foresee(&self, body: &Body) -> Result<Foreseen, SdkError> {
        let request = Request {
            method: Method::POST,
            path: &["transactions", "check"],
            query: &[],
            body: Some(codec::encode(body)),
            accept: "application/json",
            timeout: Some(ANSWER_TIMEOUT),
        };
        self.json(&request).await
    }

    /// Hands a transaction to the node and does not wait. The same transaction again gives the same answer.
    ///
    /// # Errors
    /// [`SdkError::Problem`] with the rule's number if the ledger refuses it.
    pub async fn submit(&self, transaction: &Transaction) -> Result<Submission, SdkError> {
        self.post(transaction, None).await
    }

    /// Hands a transaction to the node and waits until it is in the ledger.
    ///
    /// # Errors
    /// [`SdkError::Problem`] if the ledger refuses it, at once or while it waits; [`SdkError::Timeout`] if it is not
    /// committed in time: it still may be.
    pub async fn commit(&self, transaction: &Transaction, timeout: Duration) -> Result<Commitment, SdkError> {
        let started = Instant::now();
        let id = transaction.body.id();
        let fate = match self.post(transaction, Some(timeout)).await {
            Ok(submission) => submission.fate,
            // The node took it and could not say more in time.
            Err(error) if is(&error, ProblemCode::Timeout) => Fate::Waiting,
            Err(error) => return Err(error),
        };
        self.follow(id, fate, started, timeout).await
    }

    /// Waits until a transaction that was sent before is in the ledger. The finality is counted from this call.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub async fn wait(&self, id: TransactionId, timeout: Duration) -> Result<Commitment, SdkError> {
        self.follow(id, Fate::Waiting, Instant::now(), timeout).await
    }

    /// Makes, signs and sends a transaction, and waits until it is in the ledger.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare) and [`commit`](Self::commit).
    pub async fn execute(
        &self,
        signer: &Signer,
        action: Action,
        options: &BodyOptions,
        timeout: Duration,
    ) -> Result<Commitment, SdkError> {
        let body = self.prepare(signer.participant, action, options).await?;
        self.commit(&signer.sign(body), timeout).await
    }

    async fn post(&self, transaction: &Transaction, wait: Option<Duration>) -> Result<Submission, SdkError> {
        let mut query = Vec::new();
        let mut timeout = ANSWER_TIMEOUT;
        if let Some(wait) = wait {
            let wait = wait.min(Duration::from_millis(WAIT_MS_MAX));
            query = vec![("wait", "committed".to_owned()), ("timeout", wait.as_millis().to_string())];
            timeout = timeout.saturating_add(wait);
        }
        let request = Request {
            method: Method::POST,
            path: &["transactions"],
            query: &query,
            body: Some(codec::encode(transaction)),
            accept: "application/json",
            timeout: Some(timeout),
        };
        self.json(&request).await
    }

    async fn follow(
        &self,
        id: TransactionId,
        mut fate: Fate,
        started: Instant,
        timeout: Duration,
    ) -> Result<Commitment, SdkError> {
        let reference = id.to_string();
        loop {
            match fate {
                Fate::Committed { height, index, time } => {
                    let finality = started.elapsed();
                    let events = self.transaction(&reference).await?.events;
                    return Ok(Commitment { id, height, index, time, finality, events });
                }
                Fate::Refused { problem } => return Err(SdkError::Problem(Box::new(problem))),
                Fate::Unknown => return Err(SdkError::Forgotten(id)),
                Fate::Waiting => {}
            }
            let left = timeout.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(SdkError::Timeout { id, waited: timeout });
            }
            let asked = Instant::now();
            fate = match self.transaction_when_decided(&reference, left).await {
                Ok(view) => view.fate,
                // Not decided yet, or so many wait at this address that no more may: asked again below.
                Err(error) if is(&error, ProblemCode::Timeout) || is(&error, ProblemCode::Busy) => Fate::Waiting,
                // The node went away; it, or another one, may know more in a moment.
                Err(SdkError::Unreachable(_)) => Fate::Waiting,
                Err(error) => return Err(error),
            };
            // Whoever answers at once that nothing is decided is not asked again at once.
            if fate == Fate::Waiting && asked.elapsed() < PAUSE {
                tokio::time::sleep(PAUSE.min(timeout.saturating_sub(started.elapsed()))).await;
            }
        }
    }
}

fn is(error: &SdkError, code: ProblemCode) -> bool {
    matches!(error, SdkError::Problem(problem) if problem.code == code.code())
}

fn valid_until(head: Timestamp, length: Duration) -> Result<Timestamp, SdkError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| SdkError::Clock)?;
    let now = u64::try_from(now.as_millis()).map_err(|_| SdkError::Clock)?;
    let length = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
    Ok(Timestamp(now).max(head).after(yaosu_ledger::Duration(length)))
}
