//! Transactions: what a participant may ask the ledger to do.
//!
//! Values of these types are *well-formed*, not yet *allowed*: their bytes may come from an adversary, and only
//! [`rules::apply`](crate::rules::apply) says yes.

mod action;

use std::sync::Arc;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::{self, Canonical, CodecError};
use crate::hash::{self, Domain};
use crate::primitives::{ChainId, Digest, ParticipantId, Timestamp, TransactionId};
use crate::signature::{self, Claim, Context, PublicKey, Signature, SigningKey};

pub use action::Action;

/// The longest transaction, in bytes.
pub const TRANSACTION_BYTES_MAX: usize = 32 * 1024;

/// Approvals that a transaction may carry: a few participants with a few keys each.
pub const APPROVALS_MAX: usize = 32;

/// What is signed: the request without the approvals.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Body {
    /// The chain that it is meant for.
    pub chain: ChainId,
    /// Who asks.
    pub signer: ParticipantId,
    /// One of the signer's lanes: strict order within, none between.
    pub lane: u32,
    /// The lane's next unused number, from 0. Stops replay.
    pub sequence: u64,
    /// It enters no block whose time is this or later.
    pub valid_until: Option<Timestamp>,
    /// What is asked for.
    pub action: Action,
}

impl Canonical for Body {
    const BYTES_MAX: usize = TRANSACTION_BYTES_MAX;
}

impl Body {
    /// The transaction's identifier.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        TransactionId(hash::digest(Domain::TransactionId, &codec::encode(self)))
    }

    /// The body with the approval of one key.
    #[must_use]
    pub fn sign(self, keys: &[&SigningKey]) -> Transaction {
        let id = self.id();
        let mut approvals: Vec<Approval> = keys.iter().map(|key| Approval::sign(key, &self.chain, id)).collect();
        approvals.sort_unstable_by_key(|approval| approval.key);
        approvals.dedup_by_key(|approval| approval.key);
        Transaction { body: self, approvals }
    }
}

/// One key's word for a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approval {
    /// The key.
    pub key: PublicKey,
    /// Over the transaction's identifier, under [`Context::Transaction`].
    pub signature: Signature,
}

impl Approval {
    /// This key's approval.
    #[must_use]
    pub fn sign(key: &SigningKey, chain: &ChainId, id: TransactionId) -> Self {
        Self { key: key.public(), signature: key.sign(Context::Transaction, chain, id.as_bytes()) }
    }
}

/// A request with the approvals of everyone it needs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Transaction {
    /// What is asked.
    pub body: Body,
    /// Ascending by key, none twice, at most [`APPROVALS_MAX`].
    pub approvals: Vec<Approval>,
}

impl Canonical for Transaction {
    const BYTES_MAX: usize = TRANSACTION_BYTES_MAX;
}

/// A transaction with its bytes and digests, computed once. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope(Arc<EnvelopeContent>);

#[derive(Debug, PartialEq, Eq)]
struct EnvelopeContent {
    transaction: Transaction,
    bytes: Vec<u8>,
    id: TransactionId,
    leaf: Digest,
}

impl Envelope {
    /// Decodes a transaction's canonical encoding.
    ///
    /// # Errors
    /// [`CodecError`].
    pub fn decode(bytes: Vec<u8>) -> Result<Self, CodecError> {
        let transaction: Transaction = codec::decode(&bytes)?;
        Ok(Self::assemble(transaction, bytes))
    }

    /// Encodes a transaction.
    #[must_use]
    pub fn new(transaction: Transaction) -> Self {
        let bytes = codec::encode(&transaction);
        Self::assemble(transaction, bytes)
    }

    fn assemble(transaction: Transaction, bytes: Vec<u8>) -> Self {
        let id = transaction.body.id();
        let leaf = hash::digest(Domain::TransactionLeaf, &bytes);
        Self(Arc::new(EnvelopeContent { transaction, bytes, id, leaf }))
    }

    /// The transaction.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        &self.0.transaction
    }

    /// What is asked, without the approvals.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.0.transaction.body
    }

    /// The canonical encoding.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The identifier: the same whatever the approvals.
    #[must_use]
    pub fn id(&self) -> TransactionId {
        self.0.id
    }

    /// The leaf in the transactions root: approvals included.
    #[must_use]
    pub fn leaf(&self) -> Digest {
        self.0.leaf
    }
}

/// A transaction all of whose signatures were checked: each approval's key signed this transaction.
///
/// Whose keys they are, and whether they are enough, is for the rules: that changes with the state, this never.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authentic(Envelope);

impl Authentic {
    /// The transaction.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.0
    }
}

/// Checks all signatures of some transactions together; the answer for each is the one that it would get alone.
#[must_use]
pub fn authenticate(envelopes: Vec<Envelope>) -> Vec<Result<Authentic, Envelope>> {
    let verdicts = check_signatures(&envelopes);
    envelopes
        .into_iter()
        .zip(verdicts)
        .map(|(envelope, good)| if good { Ok(Authentic(envelope)) } else { Err(envelope) })
        .collect()
}

/// Whether all signatures of each transaction are good.
#[must_use]
pub fn check_signatures(envelopes: &[Envelope]) -> Vec<bool> {
    let messages: Vec<Vec<u8>> = envelopes
        .iter()
        .map(|envelope| signature::message(Context::Transaction, &envelope.body().chain, envelope.id().as_bytes()))
        .collect();
    let claims: Vec<Claim<'_>> = envelopes
        .iter()
        .zip(&messages)
        .flat_map(|(envelope, message)| {
            envelope.transaction().approvals.iter().map(move |Approval { key, signature }| Claim {
                key,
                message,
                signature,
            })
        })
        .collect();
    let verdicts = signature::verify_all(&claims);
    let mut rest = verdicts.as_slice();
    envelopes
        .iter()
        .map(|envelope| {
            let (own, others) = rest.split_at(envelope.transaction().approvals.len());
            rest = others;
            own.iter().all(|good| *good)
        })
        .collect()
}
