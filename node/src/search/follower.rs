//! Keeps the index at the last decided height.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::State;
use yaosu_search::{Index, Position, SearchError, Work};

use super::{Indexed, Search, Standing};

/// How long a failed index rests before it is tried again: a full disk stays full for a while.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// The one that writes the index.
pub struct Follower {
    folder: PathBuf,
    search: Search,
    /// With the state that it is of, once it was brought to one.
    index: Option<(Index, Option<State>)>,
    failed: Option<Instant>,
}

impl Follower {
    /// Of the index in a folder, which belongs to it alone.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, search: Search::standing_at(Standing::Preparing), index: None, failed: None }
    }

    /// What searches are answered from.
    #[must_use]
    pub fn search(&self) -> Search {
        self.search.clone()
    }

    /// Brings the index to a height: by what has changed since the last one, or, after a start or a failure, by a look at
    /// every asset. Whether anything was written.
    pub fn follow(&mut self, tip: &Tip, is_stopped: &dyn Fn() -> bool) -> bool {
        if self.failed.is_some_and(|failed| failed.elapsed() < RETRY_AFTER) {
            return false;
        }
        if self.search.take_damaged() {
            tracing::warn!("the search index is damaged and made again");
            self.index = None;
            self.search.publish(Standing::Preparing);
        }
        let outcome = self.advance(tip, is_stopped).or_else(|error| {
            tracing::warn!(%error, "the search index is made again");
            self.search.publish(Standing::Preparing);
            // The writer of the old one holds the folder's lock.
            self.index = None;
            self.index = Some((Index::make(&self.folder)?, None));
            self.advance(tip, is_stopped)
        });
        match outcome {
            Ok(Work::Done(written)) => {
                self.failed = None;
                written > 0
            }
            Ok(Work::Stopped) => false,
            Err(error) => {
                tracing::error!(%error, "there is no search until the index can be written");
                self.index = None;
                self.failed = Some(Instant::now());
                self.search.publish(Standing::Failed);
                false
            }
        }
    }

    fn advance(&mut self, tip: &Tip, is_stopped: &dyn Fn() -> bool) -> Result<Work, SearchError> {
        let (mut index, from) = match self.index.take() {
            Some(opened) => opened,
            None => (Index::open(&self.folder)?, None),
        };
        let position = Position { chain: tip.chain, height: tip.height, block: tip.block };
        let work = if let Some(from) = from {
            Work::Done(index.advance(&from, &tip.state, position)?)
        } else {
            let began = Instant::now();
            let work = index.reconcile(&tip.state, position, is_stopped)?;
            if let Work::Done(written) = work {
                let (assets, took) = (index.snapshot().len(), began.elapsed().as_millis());
                tracing::info!(height = %tip.height, assets, written, milliseconds = took, "the search index is ready");
            }
            work
        };
        if work == Work::Stopped {
            return Ok(work);
        }
        self.search.publish(Standing::Ready(Arc::new(Indexed { snapshot: index.snapshot(), tip: tip.clone() })));
        self.index = Some((index, Some(tip.state.clone())));
        Ok(work)
    }
}
