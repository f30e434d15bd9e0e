//! What the store, its writer and its readers share: sled, and the decided blocks that sled has not got yet.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use yaosu_ledger::{Digest, Height, TransactionId};

use crate::database::Database;
use crate::entry::Entry;
use crate::error::StoreError;
use crate::folder::FolderLock;
use crate::journal::Sealed;

/// Told once, when the store stops because of an error. Called from whatever thread met it; it must not wait.
pub type FailureHook = Box<dyn FnOnce(&StoreError) + Send>;

pub(crate) struct Shared {
    pub(crate) database: Database,
    live: Mutex<Live>,
    /// Something to do for the writer.
    pub(crate) work: Condvar,
    /// Room for another block.
    pub(crate) room: Condvar,
    /// Held as long as anyone can touch the files.
    _lock: FolderLock,
}

/// The part that changes.
pub(crate) struct Live {
    /// The last height decided, 0 before the first block.
    pub(crate) height: Height,
    /// The hash of the set that decides the next height.
    pub(crate) validators: Digest,
    /// Decided blocks that sled may not have, ascending without a gap up to the last.
    pub(crate) entries: BTreeMap<Height, Arc<Entry>>,
    /// Where their transactions stand.
    pub(crate) places: HashMap<TransactionId, (Height, u32)>,
    /// The weight of the entries.
    pub(crate) weight: usize,
    /// When the oldest entry that the writer has not taken came.
    pub(crate) waiting_since: Option<Instant>,
    /// The last height that the writer has taken.
    pub(crate) taken: Height,
    /// The height that sled durably says it holds.
    pub(crate) recorded: Height,
    /// Full journal segments, oldest first.
    pub(crate) sealed: VecDeque<Sealed>,
    /// Somebody waits for room.
    pub(crate) is_full: bool,
    /// The store is being closed.
    pub(crate) closing: bool,
    /// Why nothing more is taken.
    pub(crate) failure: Option<StoreError>,
    hook: Option<FailureHook>,
}

impl Live {
    /// Whether the store still takes anything.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.failure {
            Some(failure) => Err(StoreError::Stopped(Box::new(failure.clone()))),
            None if self.closing => Err(StoreError::Closed),
            None => Ok(()),
        }
    }

    /// The journal is put over sled, which holds everything up to a height now.
    pub(crate) fn recovered(&mut self, height: Height, validators: Digest) {
        self.height = height;
        self.validators = validators;
        self.taken = height;
        self.recorded = height;
    }

    /// Takes in a decided block: from here on readers see it.
    pub(crate) fn push(&mut self, entry: Arc<Entry>) {
        let height = entry.height();
        self.height = height;
        self.validators = entry.header.next_validators;
        self.places.extend((0..).zip(&entry.transactions).map(|(index, one)| (one.id(), (height, index))));
        self.weight = self.weight.saturating_add(entry.weight);
        self.waiting_since.get_or_insert_with(Instant::now);
        self.entries.insert(height, entry);
    }

    /// Lets go of what sled has.
    pub(crate) fn forget_up_to(&mut self, height: Height) {
        let kept = self.entries.split_off(&height.next());
        for entry in std::mem::replace(&mut self.entries, kept).into_values() {
            self.weight = self.weight.saturating_sub(entry.weight);
            for transaction in &entry.transactions {
                self.places.remove(&transaction.id());
            }
        }
    }
}

impl Shared {
    /// What sled holds up to a height. The journal is not over it yet: see [`Live::recovered`].
    pub(crate) fn new(database: Database, lock: FolderLock, height: Height, hook: Option<FailureHook>) -> Self {
        let live = Live {
            height,
            validators: Digest::ZERO,
            entries: BTreeMap::new(),
            places: HashMap::new(),
            weight: 0,
            waiting_since: None,
            taken: height,
            recorded: height,
            sealed: VecDeque::new(),
            is_full: false,
            closing: false,
            failure: None,
            hook,
        };
        Self { database, live: Mutex::new(live), work: Condvar::new(), room: Condvar::new(), _lock: lock }
    }

    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        // Nothing that is done under the lock leaves it half changed.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the store because of an error, the first one only, and gives it back.
    pub(crate) fn fail(&self, error: StoreError) -> StoreError {
        let hook = {
            let mut live = self.live();
            if live.failure.is_some() {
                return error;
            }
            live.failure = Some(error.clone());
            live.hook.take()
        };
        tracing::error!(%error, "the store has stopped");
        self.work.notify_all();
        self.room.notify_all();
        if let Some(hook) = hook {
            hook(&error);
        }
        error
    }
}
