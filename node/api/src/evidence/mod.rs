//! Evidence (存证): one file that proves to anyone, offline, what is in the ledger. `docs/evidence.md` has every field.
//!
//! The file carries the bytes that are hashed and signed, and under `decoded` what they say, for people. Verifiers in
//! other languages check the bytes; the one here decodes them as well, and refuses a file whose `decoded` says anything
//! else.

mod bytes;
mod check;
mod checkpoint;
mod decoded;
mod json;
mod read;
mod write;

use serde_json::Value;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::receipt::{Checkpoint, Finality, Handover, Receipt};
use yaosu_ledger::state_tree::StateProof;
use yaosu_ledger::transaction::{Approval, Transaction};
use yaosu_ledger::{ChainId, Digest, Height, Timestamp, TransactionId, codec, receipt};

use bytes::EventFront;
pub use check::{Check, Verification, Verified, difference, verify};
pub use checkpoint::{CHECKPOINT_FORMAT, checkpoint, read_checkpoint, write_checkpoint};
pub use decoded::utc;
pub use json::{DEPTH_MAX, FormError, INTEGER_MAX, exact, parse as parse_strict, to_hex};

/// The `format` of the files that this code writes and reads.
pub const FORMAT: &str = "yaosu-evidence/1";

/// The longest file of evidence or of a checkpoint, in bytes.
pub const BYTES_MAX: usize = 16 * 1024 * 1024;

/// A file of evidence: well-formed, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What it proves.
    pub statement: Statement,
    /// The block, and why it is final.
    pub finality: Finality,
    /// Changes of the validator set up to the block, in order.
    pub handovers: Vec<Handover>,
    /// What the file says that its bytes mean.
    pub decoded: Value,
}

/// What evidence proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// A transaction was carried out, and these events are all that came of it.
    Transaction(Box<TransactionEvidence>),
    /// An event happened.
    Event(EventProof),
    /// A record stood in the state after the block, or none did.
    Record(RecordEvidence),
}

/// A transaction with what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionEvidence {
    /// The canonical bytes of the body.
    pub body: Vec<u8>,
    /// Who approved.
    pub approvals: Vec<Approval>,
    /// Its place in the block.
    pub path: ListProof,
    /// The event before its first one; none if that is the block's first.
    pub before: Option<EventProof>,
    /// Its events, one behind the other.
    pub events: Vec<EventProof>,
    /// The event behind its last one; none if that is the block's last.
    pub after: Option<EventProof>,
}

/// An event in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventProof {
    /// The canonical bytes of the event with its cause.
    pub bytes: Vec<u8>,
    /// Its place in the block.
    pub path: ListProof,
}

/// A record, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordEvidence {
    /// The record's key.
    pub key: Vec<u8>,
    /// Its canonical bytes, or `None`.
    pub value: Option<Vec<u8>>,
    /// Its place in the state.
    pub path: StateProof,
}

/// Why receipts make no evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// Bytes that mean nothing to this program: of another version of the protocol.
    #[error("the receipt can't be decoded: {0}")]
    Undecodable(String),
    /// A receipt of something else than what was asked for.
    #[error("a receipt is of something else than what was asked for")]
    OtherStatement,
}

impl TransactionEvidence {
    /// The canonical bytes of the body with the approvals.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.body.clone();
        bytes.extend(codec::encode(&self.approvals));
        bytes
    }

    /// The transaction's identifier.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        TransactionId(yaosu_ledger::hash::digest(yaosu_ledger::hash::Domain::TransactionId, &self.body))
    }

    /// All events that are shown: its own and their neighbours.
    pub fn shown(&self) -> impl Iterator<Item = &EventProof> {
        self.before.iter().chain(&self.events).chain(&self.after)
    }
}

impl Evidence {
    /// Evidence of a record, or that there is none; or of an event.
    ///
    /// # Errors
    /// [`ComposeError`].
    pub fn of_receipt(receipt: Receipt) -> Result<Self, ComposeError> {
        let statement = match receipt.statement {
            receipt::Statement::Event { event, path } => Statement::Event(EventProof::new(&event, path)),
            receipt::Statement::Record { key, value, path } => Statement::Record(RecordEvidence { key, value, path }),
            receipt::Statement::Transaction { .. } => return Err(ComposeError::OtherStatement),
        };
        Self::compose(statement, receipt.finality, receipt.handovers)
    }

    /// Evidence of a transaction, from its receipt and its events, with one more on each side where the block has one.
    ///
    /// # Errors
    /// [`ComposeError`].
    pub fn of_transaction(receipt: Receipt, shown: Vec<EventProof>) -> Result<Self, ComposeError> {
        let receipt::Statement::Transaction { transaction, path } = receipt.statement else {
            return Err(ComposeError::OtherStatement);
        };
        let Transaction { body, approvals } = *transaction;
        let id = body.id();
        let body = codec::encode(&body);
        let mut evidence = TransactionEvidence { body, approvals, path, before: None, events: Vec::new(), after: None };
        for proof in shown {
            let own = EventFront::read(&proof.bytes).is_some_and(|front| front.cause == Some(id));
            match (own, evidence.events.is_empty()) {
                (true, _) => evidence.events.push(proof),
                (false, true) => evidence.before = Some(proof),
                (false, false) => evidence.after = Some(proof),
            }
        }
        Self::compose(Statement::Transaction(Box::new(evidence)), receipt.finality, receipt.handovers)
    }

    fn compose(statement: Statement, finality: Finality, handovers: Vec<Handover>) -> Result<Self, ComposeError> {
        let decoded = decoded::decoded(&statement, &finality.header).map_err(ComposeError::Undecodable)?;
        Ok(Self { statement, finality, handovers, decoded })
    }

    /// Without the handovers from before a height: what somebody needs who trusts a checkpoint at this height.
    #[must_use]
    pub fn from_height(mut self, height: Height) -> Self {
        self.handovers.retain(|handover| handover.finality.header.height >= height);
        self
    }

    /// Who decides from the block of this evidence on, for somebody who trusts a checkpoint under which the evidence holds.
    #[must_use]
    pub fn checkpoint(&self, trusted: &Checkpoint) -> Checkpoint {
        let last = self.handovers.iter().rfind(|one| one.finality.header.height >= trusted.height);
        let validators = last.map_or(&trusted.validators, |handover| &handover.next);
        Checkpoint { chain: self.chain(), height: self.height(), validators: validators.clone() }
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> ChainId {
        self.finality.header.chain
    }

    /// The height of the block.
    #[must_use]
    pub fn height(&self) -> Height {
        self.finality.header.height
    }

    /// The time of the block.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.finality.header.time
    }

    /// The transaction, if it is evidence of one.
    #[must_use]
    pub fn transaction(&self) -> Option<TransactionId> {
        match &self.statement {
            Statement::Transaction(transaction) => Some(transaction.id()),
            _ => None,
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`FormError`]: it is no evidence. That it is some says nothing yet: [`verify`] does.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        read::evidence(&read::document(bytes)?)
    }

    /// Reads evidence that stands inside another document.
    ///
    /// # Errors
    /// [`FormError`].
    pub fn from_value(value: &Value) -> Result<Self, FormError> {
        read::evidence(value)
    }

    /// The evidence as a value of JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        write::evidence(self)
    }

    /// The file.
    #[must_use]
    pub fn to_text(&self) -> String {
        write::text(&self.to_value())
    }
}

impl EventProof {
    /// An event in its place.
    #[must_use]
    pub fn new(event: &EventRecord, path: ListProof) -> Self {
        Self { bytes: codec::encode(event), path }
    }

    /// The leaf under the header's events root.
    #[must_use]
    pub fn leaf(&self) -> Digest {
        yaosu_ledger::hash::digest(yaosu_ledger::hash::Domain::EventLeaf, &self.bytes)
    }
}
