//! What can go wrong between a program and the ledger.

use core::time::Duration;

use yaosu_api::Problem;
use yaosu_ledger::{ChainId, TextError, TransactionId};

/// Why a call gave no result.
#[derive(Debug, thiserror::Error)]
pub enum SdkError {
    /// Not the base address of a node.
    #[error("{url:?} is not the address of a node: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No node answered. Nothing is known about what was asked.
    #[error("{}", unreached(.0))]
    Unreachable(Vec<Attempt>),
    /// The node answered with a problem: a refusal by the ledger's rules is one.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// The transaction was not committed in time. It still may be: ask for its fate by its identifier.
    #[error("transaction {id} was not committed within {} ms; it still may be", waited.as_millis())]
    Timeout {
        /// The transaction.
        id: TransactionId,
        /// How long it was waited for.
        waited: Duration,
    },
    /// The node does not know the transaction any more: it was refused and forgotten, or the node was restarted.
    #[error("the node knows nothing of transaction {0}")]
    Forgotten(TransactionId),
    /// The answer is not what the contract says.
    #[error("{url} gives an answer that is not understood: {reason}")]
    Answer {
        /// What was asked.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The node is of another chain than was expected.
    #[error("the node is of chain {found}, chain {expected} was expected")]
    OtherChain {
        /// The chain that was expected.
        expected: ChainId,
        /// The chain of the node.
        found: ChainId,
    },
    /// The operating system gave no random numbers.
    #[error("no random numbers: {0}")]
    Random(getrandom::Error),
    /// A text that does not fit its field.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The clock of this machine stands before 1970, or beyond what can be counted.
    #[error("the clock of this machine can't be used")]
    Clock,
}

/// A node that did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its address.
    pub node: String,
    /// What the network says.
    pub reason: String,
}

impl SdkError {
    pub(crate) fn unreachable(node: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unreachable(vec![Attempt { node: node.into(), reason: reason.into() }])
    }
}

/// Every node that was asked, in this order, and why it did not answer.
fn unreached(attempts: &[Attempt]) -> String {
    if let [Attempt { node, reason }] = attempts {
        return format!("{node} can't be reached: {reason}");
    }
    let each: Vec<String> = attempts.iter().map(|Attempt { node, reason }| format!("{node}: {reason}")).collect();
    format!("none of {} nodes can be reached: {}", attempts.len(), each.join("; "))
}
