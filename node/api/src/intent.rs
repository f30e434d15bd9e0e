//! Transactions made by hand: what is wanted in JSON, the bytes to sign, and the bytes with signatures from elsewhere.

use serde::{Deserialize, Serialize};
use yaosu_ledger::transaction::{Action, Approval, TRANSACTION_BYTES_MAX};
use yaosu_ledger::{ChainId, Handle, HexBytes, ParticipantId, Timestamp, TransactionId};

/// What somebody wants: the body of `POST /v1/transactions/prepare`, and of `POST /v1/transactions/check` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Who asks: a handle, an identifier, or the first digits of one.
    pub signer: String,
    /// One of the signer's lanes: strict order within, none between.
    #[serde(default)]
    pub lane: u32,
    /// The lane's number; if it is left out, the next one that this node knows to be free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// It enters no block whose time is this or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// What is asked for: the action's name with its fields.
    pub action: Action,
}

/// A transaction that waits for its signatures: the answer to `POST /v1/transactions/prepare`. The node keeps nothing
/// of it and has taken no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct Prepared {
    /// The transaction's identifier.
    pub id: TransactionId,
    /// The chain that it is meant for.
    pub chain: ChainId,
    /// Who asks.
    pub signer: ParticipantId,
    /// The lane.
    pub lane: u32,
    /// The lane's number.
    pub sequence: u64,
    /// It enters no block whose time is this or later.
    pub valid_until: Option<Timestamp>,
    /// What signing it means, in plain words: what happens to money and rights.
    pub sentence: String,
    /// The same in English, field by field. Everything that is signed is in it.
    pub in_full: String,
    /// The canonical bytes of the body, in hex.
    pub bytes: HexBytes<TRANSACTION_BYTES_MAX>,
    /// The bytes that each key signs by plain Ed25519, in hex.
    pub message: HexBytes<128>,
    /// Who must approve, the signer first.
    pub approvals: Vec<NeededApproval>,
}

/// Who must approve a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct NeededApproval {
    /// Who.
    pub participant: ParticipantId,
    /// Its handle; absent if the ledger does not know the participant.
    pub handle: Option<Handle>,
    /// With exactly so many of its keys.
    pub keys: u8,
}

/// A transaction with signatures from elsewhere: the body of `POST /v1/transactions` in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedBytes {
    /// The canonical bytes of the body, in hex, as they were prepared.
    pub bytes: HexBytes<TRANSACTION_BYTES_MAX>,
    /// Signatures of the message, in any order.
    pub approvals: Vec<Approval>,
}
