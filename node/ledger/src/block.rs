//! Blocks: an ordered list of transactions under a header that says what the world is after them.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::{self, Canonical, CodecError};
use crate::hash::{self, Domain};
use crate::merkle_list;
use crate::primitives::{BlockId, ChainId, Digest, Height, ParticipantId, Timestamp};
use crate::transaction::Envelope;

/// The version of formats and rules that this code speaks. A header of another version is refused.
pub const PROTOCOL_VERSION: u16 = 2;

/// Bytes of a block's transactions, each with its length prefix. A block of one transaction always fits.
pub const BLOCK_TRANSACTION_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Transactions in a block.
pub const BLOCK_TRANSACTIONS_MAX: usize = 10_000;

/// The [weights](crate::transaction::Action::weight) of a block's transactions together: what carrying it out may cost.
/// A block of the heaviest transactions takes a processor about as long as one of the most light ones.
pub const BLOCK_WEIGHT_MAX: u32 = 10_000;

/// What validators sign: everything about a block in a few hundred bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Header {
    /// [`PROTOCOL_VERSION`].
    pub version: u16,
    /// The chain it belongs to.
    pub chain: ChainId,
    /// Its position.
    pub height: Height,
    /// The block before; [`Digest::ZERO`] at height 1.
    pub parent: BlockId,
    /// Strictly above the parent's.
    pub time: Timestamp,
    /// The operator whose validator built it.
    pub proposer: ParticipantId,
    /// Merkle list of the transactions, signatures included.
    pub transactions_root: Digest,
    /// Merkle list of the events that carrying out the block gives.
    pub events_root: Digest,
    /// The state tree after the block.
    pub state_root: Digest,
    /// The hash of the validator set that decides the next height.
    pub next_validators: Digest,
}

impl Canonical for Header {
    const BYTES_MAX: usize = 512;
}

impl Header {
    /// The block's identifier.
    #[must_use]
    pub fn id(&self) -> BlockId {
        BlockId(hash::digest(Domain::BlockId, &codec::encode(self)))
    }
}

/// A header and the transactions that it commits to, ready to be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// In the order of execution.
    pub transactions: Vec<Envelope>,
}

/// The wire form: each transaction as its own bytes, so that it is hashed as it came.
#[derive(Encode, Decode)]
struct WireBlock {
    header: Header,
    transactions: Vec<Vec<u8>>,
}

impl Canonical for WireBlock {
    const BYTES_MAX: usize = BLOCK_BYTES_MAX;
}

/// The longest encoding of a block.
pub const BLOCK_BYTES_MAX: usize = BLOCK_TRANSACTION_BYTES_MAX + 1024;

/// Why bytes are not a block.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// Not the canonical encoding of a block.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// One of its transactions is not well-formed.
    #[error("transaction {index}: {error}")]
    Transaction {
        /// Its place in the block.
        index: usize,
        /// What is wrong with it.
        error: CodecError,
    },
    /// More transactions than a block holds.
    #[error("{0} transactions are over the limit of {BLOCK_TRANSACTIONS_MAX}")]
    TooManyTransactions(usize),
    /// The header commits to other transactions.
    #[error("the header's transactions root is {header}, that of the transactions is {found}")]
    TransactionsRoot {
        /// What the header says.
        header: Digest,
        /// What the transactions give.
        found: Digest,
    },
}

impl Block {
    /// The block's identifier.
    #[must_use]
    pub fn id(&self) -> BlockId {
        self.header.id()
    }

    /// The canonical encoding.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        codec::encode(&WireBlock {
            header: self.header.clone(),
            transactions: self.transactions.iter().map(|transaction| transaction.bytes().to_vec()).collect(),
        })
    }

    /// Decodes a block whose header commits to its transactions. Signatures and rules are not checked here.
    ///
    /// # Errors
    /// [`BlockError`], the first thing that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, BlockError> {
        let wire: WireBlock = codec::decode(bytes)?;
        if wire.transactions.len() > BLOCK_TRANSACTIONS_MAX {
            return Err(BlockError::TooManyTransactions(wire.transactions.len()));
        }
        let mut transactions = Vec::with_capacity(wire.transactions.len());
        for (index, bytes) in wire.transactions.into_iter().enumerate() {
            transactions.push(Envelope::decode(bytes).map_err(|error| BlockError::Transaction { index, error })?);
        }
        let found = transactions_root(&transactions);
        if found != wire.header.transactions_root {
            return Err(BlockError::TransactionsRoot { header: wire.header.transactions_root, found });
        }
        Ok(Self { header: wire.header, transactions })
    }
}

/// The Merkle list of some transactions, signatures included.
#[must_use]
pub fn transactions_root(transactions: &[Envelope]) -> Digest {
    let leaves: Vec<Digest> = transactions.iter().map(Envelope::leaf).collect();
    merkle_list::root(&leaves)
}
