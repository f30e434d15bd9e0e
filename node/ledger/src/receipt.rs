//! Receipts: proof that something is in the ledger, checked offline against nothing but a validator set that the
//! verifier trusts (that of genesis, or of any later checkpoint).

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::block::Header;
use crate::codec::{self, Canonical, CodecError};
use crate::event::EventRecord;
use crate::merkle_list::ListProof;
use crate::primitives::{ChainId, Digest, Height, TransactionId};
use crate::proof::ProofError;
use crate::state_tree::StateProof;
use crate::transaction::{Envelope, Transaction};
use crate::validators::{CertificateError, CommitCertificate, ValidatorSet};

/// What a verifier trusts: who decides from some height on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checkpoint {
    /// The chain.
    pub chain: ChainId,
    /// The first height that this set decides.
    pub height: Height,
    /// The set.
    pub validators: ValidatorSet,
}

/// A block's header with the reason why it is final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finality {
    /// The header.
    pub header: Header,
    /// The precommits of a quorum for it.
    pub certificate: CommitCertificate,
}

/// A change of the validator set: the last header that the old set decided, and the set that it names as the next.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Handover {
    /// Decided by the old set.
    pub finality: Finality,
    /// Decides from the next height on.
    pub next: ValidatorSet,
}

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// This transaction was carried out in the block.
    Transaction {
        /// With its approvals.
        transaction: Box<Transaction>,
        /// Up to the header's transactions root.
        path: ListProof,
    },
    /// This happened in the block.
    Event {
        /// With its cause.
        event: Box<EventRecord>,
        /// Up to the header's events root.
        path: ListProof,
    },
    /// This record stood in the state after the block, or none did.
    Record {
        /// The record's key: `docs/wire.md`, tables of the state.
        key: Vec<u8>,
        /// Its canonical encoding, or `None`.
        value: Option<Vec<u8>>,
        /// Up to the header's state root.
        path: StateProof,
    },
}

/// A statement about a chain that anyone can check.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// What it proves.
    pub statement: Statement,
    /// The block, and why it is final.
    pub finality: Finality,
    /// Every change of the validator set from the verifier's checkpoint up to the block, in order.
    pub handovers: Vec<Handover>,
}

impl Canonical for Receipt {
    const BYTES_MAX: usize = 4 * 1024 * 1024;
}

/// What a receipt that holds says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verified {
    /// The block's height.
    pub height: Height,
    /// The block's time, as its proposer and a quorum agreed.
    pub time: crate::primitives::Timestamp,
    /// The transaction, if it is one.
    pub transaction: Option<TransactionId>,
    /// Changes of the validator set on the way.
    pub handovers: usize,
    /// Validators that signed the block.
    pub signers: usize,
    /// Validators of the height.
    pub validators: usize,
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Not the bytes of a receipt.
    #[error("not a receipt: {0}")]
    Codec(#[from] CodecError),
    /// Another chain's.
    #[error("the receipt is of chain {found}, the checkpoint of chain {expected}")]
    Chain {
        /// In the receipt.
        found: ChainId,
        /// In the checkpoint.
        expected: ChainId,
    },
    /// From before the checkpoint, or not in order.
    #[error("height {found} comes before {from}, from which the validators are known")]
    Height {
        /// The height.
        found: Height,
        /// The first height that could be checked.
        from: Height,
    },
    /// A certificate that is not of its header.
    #[error("the certificate at height {0} is for another block")]
    OtherBlock(Height),
    /// A certificate does not prove finality.
    #[error("the certificate at height {height}: {error}")]
    Certificate {
        /// Of which height.
        height: Height,
        /// What is wrong.
        error: CertificateError,
    },
    /// A handover hands over to others than the header says.
    #[error("the validators after height {height} hash to {found}, its header names {expected}")]
    Handover {
        /// The height.
        height: Height,
        /// What the given set hashes to.
        found: Digest,
        /// What the header says.
        expected: Digest,
    },
    /// The validators that are handed over to are no set.
    #[error("the validators after height {0} are malformed")]
    MalformedSet(Height),
    /// The path does not lead to the header.
    #[error("the statement does not belong to the block: {0}")]
    Path(#[from] ProofError),
    /// The transaction is of another chain than its block.
    #[error("the transaction was signed for another chain")]
    TransactionChain,
}

impl Receipt {
    /// Checks everything, from the verifier's checkpoint to the statement. Needs no network, no node and no clock.
    ///
    /// # Errors
    /// [`ReceiptError`], the first check that fails.
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<Verified, ReceiptError> {
        let mut from = checkpoint.height;
        let mut validators = &checkpoint.validators;
        for Handover { finality, next } in &self.handovers {
            check_finality(finality, &checkpoint.chain, from, validators)?;
            let height = finality.header.height;
            let (found, expected) = (next.hash(), finality.header.next_validators);
            if found != expected {
                return Err(ReceiptError::Handover { height, found, expected });
            }
            next.check().map_err(|_| ReceiptError::MalformedSet(height))?;
            validators = next;
            from = height.next();
        }
        check_finality(&self.finality, &checkpoint.chain, from, validators)?;

        let header = &self.finality.header;
        let mut transaction = None;
        match &self.statement {
            Statement::Transaction { transaction: found, path } => {
                if found.body.chain != header.chain {
                    return Err(ReceiptError::TransactionChain);
                }
                let envelope = Envelope::new(found.as_ref().clone());
                path.verify(&header.transactions_root, &envelope.leaf())?;
                transaction = Some(envelope.id());
            }
            Statement::Event { event, path } => {
                path.verify(&header.events_root, &event.leaf())?;
            }
            Statement::Record { key, value, path } => path.verify(&header.state_root, key, value.as_deref())?,
        }
        Ok(Verified {
            height: header.height,
            time: header.time,
            transaction,
            handovers: self.handovers.len(),
            signers: self.finality.certificate.signatures.len(),
            validators: validators.validators().len(),
        })
    }

    /// Decodes a receipt from its canonical encoding.
    ///
    /// # Errors
    /// [`ReceiptError::Codec`].
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptError> {
        Ok(codec::decode(bytes)?)
    }
}

fn check_finality(
    finality: &Finality,
    chain: &ChainId,
    from: Height,
    validators: &ValidatorSet,
) -> Result<(), ReceiptError> {
    let Finality { header, certificate } = finality;
    if header.chain != *chain {
        return Err(ReceiptError::Chain { found: header.chain, expected: *chain });
    }
    let height = header.height;
    if height < from {
        return Err(ReceiptError::Height { found: height, from });
    }
    if certificate.height != height || certificate.block != header.id() {
        return Err(ReceiptError::OtherBlock(height));
    }
    certificate.verify(chain, validators).map_err(|error| ReceiptError::Certificate { height, error })
}
