//! The writer: the one thread that brings decided blocks from memory into sled, behind the journal.
//!
//! A batch is put in, flushed and synced; only the next batch records its height, so what sled says it holds was synced
//! before it said so. Journal segments are deleted once a recorded height that covers them is synced itself.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use yaosu_ledger::Height;

use crate::entry::Entry;
use crate::error::StoreError;
use crate::journal;
use crate::shared::{Live, Shared};

/// Blocks in a batch.
const BATCH_BLOCKS_MAX: usize = 64;

/// The weight of a batch, in bytes; a single block may weigh more.
pub(crate) const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;

/// How long a block waits for others to come into its batch.
const BATCH_AGE_MAX: Duration = Duration::from_millis(500);

/// Works until the store is closed or something fails.
pub(crate) fn run(shared: &Shared, synced: Height) {
    let work = AssertUnwindSafe(|| Writer { shared, synced }.run());
    let outcome = panic::catch_unwind(work).unwrap_or_else(|_| Err(StoreError::damaged("the store's writer gave up")));
    if let Err(error) = outcome {
        shared.fail(error);
    }
}

struct Writer<'a> {
    shared: &'a Shared,
    /// The height up to which everything in sled is synced.
    synced: Height,
}

impl Writer<'_> {
    fn run(mut self) -> Result<(), StoreError> {
        while let Some(batch) = self.next_batch() {
            let Some(last) = batch.last().map(|entry| entry.height()) else { continue };
            let database = &self.shared.database;
            database.put_entries(&batch)?;
            drop(batch);
            {
                let mut live = self.shared.live();
                live.forget_up_to(last);
                self.shared.room.notify_all();
            }
            self.record_and_sync()?;
            self.synced = last;
        }
        if self.shared.live().failure.is_none() {
            self.record_and_sync()?;
        }
        Ok(())
    }

    /// Records what was synced before, syncs that and everything put in since, and lets go of the journal behind it.
    fn record_and_sync(&self) -> Result<(), StoreError> {
        let database = &self.shared.database;
        database.record_height(self.synced)?;
        database.sync()?;
        let covered: Vec<_> = {
            let mut live = self.shared.live();
            live.recorded = self.synced;
            let count = live.sealed.iter().take_while(|sealed| sealed.covers <= self.synced).count();
            live.sealed.drain(..count).collect()
        };
        covered.iter().try_for_each(|sealed| journal::delete(&sealed.path))
    }

    /// Waits for a batch; `None` when there will be no more.
    fn next_batch(&self) -> Option<Vec<Arc<Entry>>> {
        let mut live = self.shared.live();
        loop {
            if live.failure.is_some() {
                return None;
            }
            let batch = pending(&live);
            let age = live.waiting_since.map(|since| since.elapsed()).unwrap_or_default();
            let is_due = age >= BATCH_AGE_MAX || batch.is_full || live.is_full || live.closing;
            if let Some(last) = batch.entries.last().filter(|_| is_due) {
                live.taken = last.height();
                live.waiting_since = (last.height() < live.height).then(std::time::Instant::now);
                return Some(batch.entries);
            }
            if batch.entries.is_empty() && live.closing {
                return None;
            }
            live = if batch.entries.is_empty() {
                self.shared.work.wait(live).unwrap_or_else(PoisonError::into_inner)
            } else {
                let rest = BATCH_AGE_MAX.saturating_sub(age);
                self.shared.work.wait_timeout(live, rest).unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }
}

struct Pending {
    entries: Vec<Arc<Entry>>,
    is_full: bool,
}

/// The oldest blocks that the writer has not taken, as many as go into a batch.
fn pending(live: &Live) -> Pending {
    let mut entries: Vec<Arc<Entry>> = Vec::new();
    let mut weight: usize = 0;
    for entry in live.entries.range(live.taken.next()..).map(|(_, entry)| entry) {
        weight = weight.saturating_add(entry.weight);
        if !entries.is_empty() && weight > BATCH_BYTES_MAX || entries.len() >= BATCH_BLOCKS_MAX {
            return Pending { entries, is_full: true };
        }
        entries.push(Arc::clone(entry));
    }
    let is_full = weight >= BATCH_BYTES_MAX || entries.len() >= BATCH_BLOCKS_MAX;
    Pending { entries, is_full }
}
