//! Search over the catalogue: an index of its own in the node's folder, fed behind the decided heights by a thread of its
//! own. Nothing waits for it, and nothing but searches reads it.

mod follower;
#[cfg(test)]
mod tests;
mod thread;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use yaosu_ledger::execution::Tip;
use yaosu_search::{Found, Request, SearchError, Snapshot};

pub use follower::Follower;
pub use thread::{SearchThread, start};

/// What searches are answered from. Cheap to clone.
#[derive(Clone)]
pub struct Search(Arc<Shared>);

struct Shared {
    standing: ArcSwap<Standing>,
    /// A search met files that can't be read.
    damaged: AtomicBool,
}

/// Where the index stands.
#[derive(Clone)]
pub enum Standing {
    /// This node has none, by its configuration.
    Off,
    /// It is being brought to the last decided height.
    Preparing,
    /// It is of a height.
    Ready(Arc<Indexed>),
    /// It could not be written; another attempt follows.
    Failed,
}

/// The index with the state that it is of, so that what is found and what is shown of it are of one height.
pub struct Indexed {
    /// The index.
    pub snapshot: Snapshot,
    /// The height with its state.
    pub tip: Tip,
}

impl Search {
    /// Of a node that has no search.
    #[must_use]
    pub fn off() -> Self {
        Self::standing_at(Standing::Off)
    }

    fn standing_at(standing: Standing) -> Self {
        Self(Arc::new(Shared { standing: ArcSwap::from_pointee(standing), damaged: AtomicBool::new(false) }))
    }

    /// Where the index stands now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.0.standing.load().as_ref().clone()
    }

    /// Searches the index of a height.
    ///
    /// # Errors
    /// [`SearchError`]; then the index is made again.
    pub fn find(&self, indexed: &Indexed, request: &Request) -> Result<Found, SearchError> {
        let found = indexed.snapshot.search(request);
        if found.is_err() {
            self.0.damaged.store(true, Ordering::Relaxed);
        }
        found
    }

    fn publish(&self, standing: Standing) {
        self.0.standing.store(Arc::new(standing));
    }

    /// Whether a search has found it damaged since this was asked last.
    fn take_damaged(&self) -> bool {
        self.0.damaged.swap(false, Ordering::Relaxed)
    }
}
