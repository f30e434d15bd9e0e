//! The store as a whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use yaosu_ledger::block::{Block, Header};
use yaosu_ledger::codec;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::state::{Bytes, Table, Validators};
use yaosu_ledger::validators::{CommitCertificate, ValidatorSet};
use yaosu_ledger::{BlockId, ChainId, Digest, Height};

use crate::database::Database;
use crate::disk::{Disk, RealDisk};
use crate::entry::{Decided, DecidedRecord, Entry, ProposedRecord};
use crate::error::StoreError;
use crate::folder::{Folder, sync_folder};
use crate::journal::record::Kind;
use crate::journal::{self, Journal, Sealed};
use crate::reader::{self, Reader};
use crate::recovery::{self, Replayed};
use crate::shared::{FailureHook, Live, Shared};
use crate::writer;

/// How a store is opened.
pub struct Options {
    /// The chain that the data must belong to; `None` takes any.
    pub chain: Option<ChainId>,
    /// Sled's cache in bytes of its file. In memory it may be several times that.
    pub cache_bytes: u64,
    /// How many bytes of decided blocks may wait in memory for sled. Above it [`Store::decide`] waits.
    pub queue_bytes: usize,
    /// A new journal segment begins when the last one has this many bytes.
    pub segment_bytes: u64,
    /// Told once, when the store stops because of an error: the process must end.
    pub on_failure: Option<FailureHook>,
    /// How bytes reach the disk.
    pub disk: Arc<dyn Disk>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            chain: None,
            cache_bytes: 16 * 1024 * 1024,
            queue_bytes: 64 * 1024 * 1024,
            segment_bytes: 32 * 1024 * 1024,
            on_failure: None,
            disk: Arc::new(RealDisk),
        }
    }
}

/// What a store held when it was opened.
pub struct Recovered {
    /// The founding document.
    pub genesis: Genesis,
    /// The last block decided, and why; `None` before the first.
    pub last: Option<(Header, CommitCertificate)>,
    /// All records of the state after it, in the order of their keys. The caller must build the state and compare its
    /// root with the header's: if they differ, the store is damaged.
    pub records: Vec<(Vec<u8>, Bytes)>,
    /// Blocks of the next height that [`Store::propose`] made durable, in that order, and how they came.
    pub proposed: Vec<(Block, Offer)>,
}

/// Blocks, state, events and indices of one chain on disk.
///
/// Dropping it closes it as far as that goes; [`Store::close`] says whether it went well.
pub struct Store {
    shared: Arc<Shared>,
    appender: Mutex<Appender>,
    queue_bytes: usize,
    writer: Option<JoinHandle<()>>,
}

/// A store of which only the database is open: the journal is not put over it, and the state is not read.
///
/// Enough to read one block after another even if a later one or the state is damaged. What the journal alone has is not
/// seen yet.
pub struct Unrecovered {
    folder: Folder,
    chain: ChainId,
    genesis: Genesis,
    shared: Arc<Shared>,
    queue_bytes: usize,
    segment_bytes: u64,
    disk: Arc<dyn Disk>,
}

impl Unrecovered {
    /// Opens the database of a store. Nothing on disk is changed.
    ///
    /// # Errors
    /// [`StoreError::NotInitialised`], [`StoreError::Locked`], [`StoreError::OtherChain`],
    /// [`StoreError::UnknownFormat`], [`StoreError::Damaged`] where not even the number of blocks can be told, and those
    /// of the disk.
    pub fn open(folder: &Path, options: Options) -> Result<Self, StoreError> {
        let folder = Folder::new(folder);
        // Before the lock, which would make a file in a folder that holds no store.
        folder.read_marker()?;
        let lock = folder.lock()?;
        let chain = folder.read_marker()?;
        if let Some(expected) = options.chain.filter(|expected| *expected != chain) {
            return Err(StoreError::OtherChain { expected, found: chain });
        }
        let genesis = folder.read_genesis(chain)?;
        let Options { cache_bytes, queue_bytes, segment_bytes, on_failure, disk, .. } = options;
        let database = Database::open(&folder.sled(), cache_bytes, Arc::clone(&disk), chain)?;
        let recorded = database.recorded_height()?;
        let shared = Arc::new(Shared::new(database, lock, recorded, on_failure));
        Ok(Self { folder, chain, genesis, shared, queue_bytes, segment_bytes, disk })
    }

    /// The founding document.
    #[must_use]
    pub const fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// A way to read the blocks of the database. It stays good, and sees those of the journal after
    /// [`recover`](Self::recover).
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// Puts the journal over the database, repairs what a crash has left, and gives what the store holds.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] for anything that no crash can have left, and those of the disk.
    pub fn recover(self) -> Result<(Store, Recovered), StoreError> {
        let Self { folder, chain, genesis, shared, queue_bytes, segment_bytes, disk } = self;
        let database = &shared.database;
        let replayed = recovery::replay(&folder.journal(), chain, database)?;
        let (appender, sealed) = renew_journal(&folder.journal(), chain, segment_bytes, disk, &replayed)?;
        let Replayed { height, proposed, .. } = replayed;
        let last = if height == Height::GENESIS { None } else { Some(reader::stored_header(database, height)?) };
        let records = database.state()?;
        let validators = match &last {
            Some((header, _)) => header.next_validators,
            None => database.genesis_validators()?,
        };
        {
            let mut live = shared.live();
            live.recovered(height, validators);
            live.sealed.extend(sealed);
        }
        let writer = thread::Builder::new().name("store-writer".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || writer::run(&shared, height)
        });
        let writer = writer.map_err(|error| StoreError::io("start the writer of", folder.path(), error))?;
        tracing::info!(%height, records = records.len(), proposed = proposed.len(), "the store is open");
        let store = Store { shared, appender: Mutex::new(appender), queue_bytes, writer: Some(writer) };
        Ok((store, Recovered { genesis, last, records, proposed }))
    }
}

/// What belongs to the one who appends.
struct Appender {
    journal: Journal,
    /// Blocks of the next height that are in the journal.
    proposed: BTreeSet<BlockId>,
}

impl Store {
    /// Makes a new store in an empty folder, with the records that the genesis document gives. Durable when it returns.
    ///
    /// # Errors
    /// [`StoreError::AlreadyInitialised`], [`StoreError::NotEmpty`], [`StoreError::Locked`], and those of the disk. After
    /// an error or a crash the folder must be emptied by hand.
    pub fn create(
        folder: &Path,
        genesis: &Genesis,
        records: impl IntoIterator<Item = (Vec<u8>, Bytes)>,
    ) -> Result<(), StoreError> {
        let folder = Folder::new(folder);
        folder.prepare()?;
        let _lock = folder.lock()?;
        // Somebody may have been quicker than the lock.
        folder.prepare()?;
        let chain = genesis.chain();
        folder.write_genesis(genesis)?;
        let options = Options::default();
        let records: Vec<(Vec<u8>, Bytes)> = records.into_iter().collect();
        let validators = genesis_validators(&records)?;
        Database::create(
            &folder.sled(),
            options.cache_bytes,
            Arc::clone(&options.disk),
            chain,
            validators,
            records.into_iter(),
        )?;
        let journal = folder.journal();
        fs::create_dir(&journal).map_err(|error| StoreError::io("create", &journal, error))?;
        Journal::begin(options.disk, &journal, chain, options.segment_bytes, 1, 0, Height::GENESIS)?;
        sync_folder(folder.path())?;
        folder.write_marker(chain)?;
        // The folder's own name must last as well.
        let parent = folder.path().canonicalize().map_err(|error| StoreError::io("find", folder.path(), error))?;
        parent.parent().map_or(Ok(()), sync_folder)
    }

    /// Opens a store, repairs what a crash has left, and gives what it holds.
    ///
    /// # Errors
    /// Those of [`Unrecovered::open`] and [`Unrecovered::recover`].
    pub fn open(folder: &Path, options: Options) -> Result<(Self, Recovered), StoreError> {
        Unrecovered::open(folder, options)?.recover()
    }

    /// Makes a block of the next height durable, so that it may be offered, with how it came. The same block again does
    /// nothing, however it came.
    ///
    /// # Errors
    /// [`StoreError::WrongHeight`] if it is of another height; otherwise fatal: the block may not be offered.
    pub fn propose(&self, block: &Block, offer: &Offer) -> Result<(), StoreError> {
        let mut appender = self.appender();
        let id = block.id();
        let height = {
            let live = self.shared.live();
            live.check()?;
            in_turn(&live, block.header.height)?
        };
        if appender.proposed.contains(&id) {
            return Ok(());
        }
        self.append(&mut appender, Kind::Proposed, height, |payload| {
            ProposedRecord::write(block, id, offer, payload);
        })?;
        appender.proposed.insert(id);
        Ok(())
    }

    /// Makes the decision of the next height durable. When it returns, the height may be acknowledged, and readers see it.
    ///
    /// Waits while more than [`Options::queue_bytes`] of decided blocks have not reached sled.
    ///
    /// # Errors
    /// [`StoreError::WrongHeight`], [`StoreError::OtherBlock`] and [`StoreError::TooLarge`] if it can't be taken;
    /// otherwise fatal: the height may not be acknowledged.
    pub fn decide(&self, decided: Decided) -> Result<(), StoreError> {
        let mut appender = self.appender();
        let validators = {
            let mut live = self.shared.live();
            live.check()?;
            in_turn(&live, decided.block.header.height)?;
            while live.weight > self.queue_bytes {
                live.is_full = true;
                self.shared.work.notify_all();
                live = self.shared.room.wait(live).unwrap_or_else(PoisonError::into_inner);
                live.check()?;
            }
            live.is_full = false;
            live.validators
        };
        let entry = Entry::new(decided, validators)?;
        let height = entry.height();
        let is_proposed = appender.proposed.contains(&entry.certificate.block);
        self.append(&mut appender, Kind::Decided, height, |payload| {
            DecidedRecord::write(&entry, is_proposed, payload);
        })?;
        appender.proposed.clear();
        self.shared.live().push(Arc::new(entry));
        self.shared.work.notify_all();
        Ok(())
    }

    /// A way to read what is decided.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// Why the store has stopped, if it has. Then the process must end. See also [`Options::on_failure`].
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.shared.live().failure.clone()
    }

    /// Brings everything into sled and syncs it. Readers stay valid, and keep the folder locked as long as they live.
    ///
    /// # Errors
    /// The error that has stopped the store, if one has. Nothing that was acknowledged is lost by it.
    pub fn close(mut self) -> Result<(), StoreError> {
        self.finish();
        self.failure().map_or(Ok(()), Err)
    }

    fn finish(&mut self) {
        self.shared.live().closing = true;
        self.shared.work.notify_all();
        self.shared.room.notify_all();
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            self.shared.fail(StoreError::damaged("the store's writer gave up"));
        }
    }

    fn appender(&self) -> MutexGuard<'_, Appender> {
        self.appender.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends to the journal. After an error nobody knows what the disk holds: nothing more is appended.
    fn append(
        &self,
        appender: &mut Appender,
        kind: Kind,
        height: Height,
        payload: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), StoreError> {
        let sealed = appender
            .journal
            .append(kind, height, height.previous(), payload)
            .map_err(|error| self.shared.fail(error))?;
        self.shared.live().sealed.extend(sealed);
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.finish();
    }
}

/// The height, if it is the one after the last.
fn in_turn(live: &Live, found: Height) -> Result<Height, StoreError> {
    let expected = live.height.next();
    if found == expected { Ok(found) } else { Err(StoreError::WrongHeight { expected, found }) }
}

/// Begins a journal segment with what is still needed, and deletes all others: nothing is ever appended behind bytes that
/// an earlier process has written and may not have synced.
fn renew_journal(
    folder: &Path,
    chain: ChainId,
    segment_bytes: u64,
    disk: Arc<dyn Disk>,
    replayed: &Replayed,
) -> Result<(Appender, Vec<Sealed>), StoreError> {
    let Replayed { files, next_sequence, height, proposed } = replayed;
    let number = files.last().map_or(1, |file| file.number.saturating_add(1));
    let mut journal = Journal::begin(disk, folder, chain, segment_bytes, number, *next_sequence, *height)?;
    let mut ids = BTreeSet::new();
    let mut sealed = Vec::new();
    for (block, offer) in proposed {
        let id = block.id();
        sealed.extend(journal.append(Kind::Proposed, block.header.height, *height, |payload| {
            ProposedRecord::write(block, id, offer, payload);
        })?);
        ids.insert(id);
    }
    files.iter().try_for_each(|file| journal::delete(&file.path))?;
    Ok((Appender { journal, proposed: ids }, sealed))
}

/// The hash of the validator set among the records of genesis.
fn genesis_validators(records: &[(Vec<u8>, Bytes)]) -> Result<Digest, StoreError> {
    let key = Validators::key(&());
    let Some((_, bytes)) = records.iter().find(|(found, _)| *found == key) else { return Ok(Digest::ZERO) };
    let set: ValidatorSet = codec::decode(bytes)
        .map_err(|error| StoreError::damaged(format!("the validator set of genesis can't be read: {error}")))?;
    Ok(set.hash())
}
