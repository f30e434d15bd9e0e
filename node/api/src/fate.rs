//! What became of a transaction.

use serde::{Deserialize, Serialize};
use yaosu_ledger::event::Event;
use yaosu_ledger::{Height, Timestamp, TransactionId};

use crate::problem::Problem;

/// What became of a transaction, as far as this node knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
    /// Admitted; not in a block yet.
    Waiting,
    /// In the ledger for ever.
    Committed {
        /// The block.
        height: Height,
        /// Its place in the block.
        index: u32,
        /// The block's time.
        time: Timestamp,
    },
    /// Became impossible while it waited. Its number is unused.
    Refused {
        /// Why.
        problem: Problem,
    },
    /// Never heard of, or forgotten since it was refused.
    Unknown,
}

/// The answer to a submission: 202 while it waits, 200 once it is committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct Submission {
    /// The transaction's identifier.
    pub id: TransactionId,
    /// What became of it so far.
    #[serde(flatten)]
    pub fate: Fate,
}

/// The answer to `POST /v1/transactions/check`: what a transaction would do if it were next. Nothing was changed, and
/// nothing is promised: whatever else comes first may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct Foreseen {
    /// What the transaction's identifier would be.
    pub id: TransactionId,
    /// The block that it was tried in.
    pub height: Height,
    /// The time that this block was given.
    pub time: Timestamp,
    /// What is asked for, in plain words.
    pub sentence: String,
    /// What would come of it.
    pub events: Vec<Event>,
}
