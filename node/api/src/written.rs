//! What a transaction wrote, as JSON.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yaosu_ledger::{Height, TransactionId};

/// The records that a committed transaction wrote. A node has it as long as it keeps the state before the block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct WrittenView {
    /// The transaction.
    pub id: TransactionId,
    /// Its block.
    pub height: Height,
    /// In the order of their keys. What was written as it stood before is left out.
    pub items: Vec<WrittenRecord>,
}

/// A record right before and right after a transaction; others of the same block may have written it too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct WrittenRecord {
    /// The name of its table.
    pub table: String,
    /// The number of its table.
    pub number: u8,
    /// Its key: an identifier, a text or a number, or a list of those.
    pub key: Value,
    /// As it stood before; null if there was none.
    pub before: Option<Value>,
    /// As it stood after; null if there is none any more.
    pub after: Option<Value>,
}
