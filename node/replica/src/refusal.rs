//! Why a transaction was not taken, or not kept.

use yaosu_ledger::TransactionId;
use yaosu_ledger::rejection::Rejection;

/// Why a transaction was not taken into the mempool, or dropped from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A rule says no.
    #[error("R{number}: {0}", number = .0.number())]
    Rejected(#[from] Rejection),
    /// Another transaction waits under this number of this lane.
    #[error("{waiting} waits under this number of this lane already")]
    NumberWaiting {
        /// The one that waits.
        waiting: TransactionId,
    },
    /// The mempool is full.
    #[error("{count} transactions of {bytes} bytes wait, there is no room for more")]
    Full {
        /// How many wait.
        count: usize,
        /// How long they are together.
        bytes: usize,
    },
    /// Too many of one participant wait.
    #[error("{count} transactions of this participant wait, no more are taken")]
    ParticipantFull {
        /// How many.
        count: usize,
    },
    /// It waited for a transaction before it in its lane, which did not come.
    #[error("the transaction before it in its lane did not come")]
    Orphaned,
}

impl Refusal {
    /// Whether the same bytes may be taken a little later.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Full { .. } | Self::ParticipantFull { .. })
    }

    /// Whether it holds for the transaction under its identifier, whoever sends it. One that is about the approvals does
    /// not: anyone can provoke it with another's body.
    #[must_use]
    pub const fn is_of_body(&self) -> bool {
        !matches!(self, Self::Rejected(rejection) if rejection.is_of_approvals())
    }
}
