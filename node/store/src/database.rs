//! Sled, and the ways it is used so as to survive what it is known for.
//!
//! - One tree. Plain inserts, sorted, from one thread. Blocking flush on that thread.
//! - Its flush is not durable: [`Database::sync`] syncs its file as well.
//! - It writes a leaf of up to seventeen values as one message, and a message above 128 KiB into a file that it never
//!   syncs. So no value is longer than [`PART_BYTES`]: what is longer is cut into parts, what is short is packed.
//! - It panics on some damaged files: every call is caught.
//! - After a damaged page its iterators give errors for ever: the first one ends a scan.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use std::{io, iter};

use yaosu_ledger::state::{Bytes, Subject};
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::{ChainId, Digest, Height, TransactionId};

use crate::disk::Disk;
use crate::entry::Entry;
use crate::error::StoreError;
use crate::folder::{FORMAT_VERSION, sync_folder};
use crate::keys;
use crate::list;
use crate::search;

/// The longest value in sled, in bytes. Seventeen of them, with their keys, stay below its limit of 128 KiB.
const PART_BYTES: usize = 4096;

/// Event places in one value of a history.
const PLACES_PER_VALUE: usize = PART_BYTES / 4;

/// Sled gives its lock up a little after it is dropped.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// The database behind the journal.
pub(crate) struct Database {
    sled: sled::Db,
    /// Our own handle of sled's file, to sync it.
    file: File,
    path: PathBuf,
    disk: Arc<dyn Disk>,
}

impl Database {
    /// Makes an empty one with the records of height 0. Everything is durable when it returns.
    pub(crate) fn create(
        path: &Path,
        cache_bytes: u64,
        disk: Arc<dyn Disk>,
        chain: ChainId,
        genesis_validators: Digest,
        records: impl Iterator<Item = (Vec<u8>, Bytes)>,
    ) -> Result<(), StoreError> {
        let sled = open_sled(path, cache_bytes, true)?;
        let database = Self::with_sled(sled, path, disk)?;
        for (key, value) in records {
            database.put_state(&key, Some(&value))?;
        }
        database.insert(keys::format(), &FORMAT_VERSION.to_be_bytes())?;
        database.insert(keys::chain(), chain.as_bytes())?;
        database.insert(keys::genesis_validators(), genesis_validators.as_bytes())?;
        database.record_height(Height::GENESIS)?;
        database.sync()?;
        for name in ["conf", "db"] {
            let path = path.join(name);
            let file = File::open(&path).map_err(|error| StoreError::io("open", &path, error))?;
            file.sync_all().map_err(|error| StoreError::io("sync", &path, error))?;
        }
        sync_folder(path)
    }

    /// Opens one that was created before, and checks whose it is.
    pub(crate) fn open(path: &Path, cache_bytes: u64, disk: Arc<dyn Disk>, chain: ChainId) -> Result<Self, StoreError> {
        // Sled makes what is missing and says nothing. An empty database in place of a full one must not pass.
        for name in ["db", "conf"] {
            let file = path.join(name);
            let length = fs::metadata(&file).map(|metadata| metadata.len());
            match length {
                Ok(0) => return Err(StoreError::damaged(format!("{} is empty", file.display()))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(StoreError::damaged(format!("{} is missing", file.display())));
                }
                Ok(_) => {}
                Err(error) => return Err(StoreError::io("look at", &file, error)),
            }
        }
        let database = Self::with_sled(open_sled(path, cache_bytes, false)?, path, disk)?;
        // Sled replaces its snapshot when it opens: it syncs the file, but not the name.
        sync_folder(path)?;
        let format = database.meta::<2>(keys::format())?.map(u16::from_be_bytes);
        match format {
            None => return Err(StoreError::damaged(format!("{} was emptied", path.display()))),
            Some(FORMAT_VERSION) => {}
            Some(found) => {
                let known = u64::from(FORMAT_VERSION);
                return Err(StoreError::UnknownFormat { what: "the database", found: found.into(), known });
            }
        }
        match database.meta::<32>(keys::chain())?.map(|bytes| ChainId(Digest(bytes))) {
            Some(found) if found == chain => Ok(database),
            Some(found) => Err(StoreError::OtherChain { expected: chain, found }),
            None => Err(StoreError::damaged(format!("{} names no chain", path.display()))),
        }
    }

    fn with_sled(sled: sled::Db, path: &Path, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let file = path.join("db");
        let file = File::open(&file).map_err(|error| StoreError::io("open", &file, error))?;
        Ok(Self { sled, file, path: path.to_owned(), disk })
    }

    /// The height up to which everything is here for good.
    pub(crate) fn recorded_height(&self) -> Result<Height, StoreError> {
        let bytes = self.meta(keys::height())?;
        bytes.map(|bytes| Height(u64::from_be_bytes(bytes))).ok_or_else(|| StoreError::damaged("no height in sled"))
    }

    /// The hash of the set that decides height 1.
    pub(crate) fn genesis_validators(&self) -> Result<Digest, StoreError> {
        let bytes = self.meta(keys::genesis_validators())?;
        bytes.map(Digest).ok_or_else(|| StoreError::damaged("no genesis validators in sled"))
    }

    /// Says that everything up to a height is here. Only after a [`sync`](Self::sync) that covers it.
    pub(crate) fn record_height(&self, height: Height) -> Result<(), StoreError> {
        self.insert(keys::height(), &height.0.to_be_bytes())
    }

    /// Returns when everything that was put in is on the disk.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.attempt(|| self.sled.flush())?;
        let path = self.path.join("db");
        self.disk.sync_database(&self.file).map_err(|error| StoreError::io("sync", &path, error))
    }

    /// How many bytes sled takes on disk.
    pub(crate) fn size_on_disk(&self) -> Result<u64, StoreError> {
        self.attempt(|| self.sled.size_on_disk())
    }

    // Writing. Putting the same again changes nothing.

    /// Puts some decided blocks in, ascending by height. Prefix by prefix, so that keys come in order.
    pub(crate) fn put_entries(&self, entries: &[Arc<Entry>]) -> Result<(), StoreError> {
        for entry in entries {
            let height = entry.height();
            let events = list::items(&entry.event_bytes).expect("the list was made with the entry");
            self.put_list(keys::EVENTS, height, events.into_iter())?;
        }
        for entry in entries {
            let header = [entry.header_bytes.as_slice(), &entry.certificate_bytes];
            self.put_list(keys::HEADERS, entry.height(), header.into_iter())?;
        }
        self.put_identifiers(entries)?;
        let mut state: BTreeMap<&[u8], Option<&Bytes>> = BTreeMap::new();
        for entry in entries {
            state.extend(entry.changes.iter().map(|(key, value)| (key.as_slice(), value.as_ref())));
        }
        for (key, value) in state {
            self.put_state(key, value)?;
        }
        for entry in entries {
            self.put_list(keys::TRANSACTIONS, entry.height(), entry.transactions.iter().map(Envelope::bytes))?;
        }
        for entry in entries.iter().filter(|entry| entry.changes_validators) {
            self.insert(keys::validator_change(entry.height()), &[])?;
        }
        self.put_history(entries)
    }

    fn put_identifiers(&self, entries: &[Arc<Entry>]) -> Result<(), StoreError> {
        let mut places: Vec<(TransactionId, Height, u32)> = Vec::new();
        for entry in entries {
            let ids = (0..).zip(&entry.transactions).map(|(index, one)| (one.id(), entry.height(), index));
            places.extend(ids);
        }
        places.sort_unstable();
        for (id, height, index) in places {
            let mut value = [0; 12];
            value[..8].copy_from_slice(&height.0.to_be_bytes());
            value[8..].copy_from_slice(&index.to_be_bytes());
            self.insert(keys::identifier(id), &value)?;
        }
        let mut blocks: Vec<_> = entries.iter().map(|entry| (entry.certificate.block, entry.height())).collect();
        blocks.sort_unstable();
        for (id, height) in blocks {
            self.insert(keys::block_identifier(id), &height.0.to_be_bytes())?;
        }
        Ok(())
    }

    fn put_history(&self, entries: &[Arc<Entry>]) -> Result<(), StoreError> {
        let mut places: BTreeMap<(Subject, Height), Vec<u32>> = BTreeMap::new();
        for entry in entries {
            for (index, record) in (0..).zip(&entry.events) {
                for subject in record.event.subjects() {
                    let list = places.entry((subject, entry.height())).or_default();
                    // An event may name one subject twice: a payment to oneself.
                    if list.last() != Some(&index) {
                        list.push(index);
                    }
                }
            }
        }
        for ((subject, height), places) in places {
            for places in places.chunks(PLACES_PER_VALUE) {
                let value: Vec<u8> = places.iter().flat_map(|place| place.to_be_bytes()).collect();
                self.insert(keys::history(subject, height, places[0]), &value)?;
            }
        }
        Ok(())
    }

    /// Puts a list in. Neighbours share a value as long as they fit; a longer item is cut into parts.
    fn put_list<'a>(
        &self,
        prefix: u8,
        height: Height,
        items: impl Iterator<Item = &'a [u8]>,
    ) -> Result<(), StoreError> {
        let mut group = Vec::with_capacity(PART_BYTES);
        let mut first = 0;
        for (index, item) in (0..).zip(items) {
            if !group.is_empty() && group.len().saturating_add(list::length_of(item)) > PART_BYTES {
                self.put_group(prefix, height, first, &group)?;
                group.clear();
            }
            if group.is_empty() {
                first = index;
            }
            list::push(&mut group, item);
        }
        self.put_group(prefix, height, first, &group)
    }

    fn put_group(&self, prefix: u8, height: Height, first: u32, group: &[u8]) -> Result<(), StoreError> {
        for (part, bytes) in (0..).zip(group.chunks(PART_BYTES)) {
            self.insert(keys::list_part(prefix, height, first, part), bytes)?;
        }
        Ok(())
    }

    /// Writes or deletes a record of the state. The value begins with the number of its further parts.
    fn put_state(&self, key: &[u8], value: Option<&Bytes>) -> Result<(), StoreError> {
        let mut further: u8 = 0;
        let old = if let Some(value) = value {
            let (front, rest) = value.split_at(value.len().min(PART_BYTES));
            for part in rest.chunks(PART_BYTES) {
                further = further.checked_add(1).expect("STATE_VALUE_BYTES_MAX is below 256 parts");
                self.insert(keys::state_part(key, further), part)?;
            }
            let mut bytes = Vec::with_capacity(front.len().saturating_add(1));
            bytes.push(further);
            bytes.extend_from_slice(front);
            self.change(|| self.sled.insert(keys::state(key), bytes))?
        } else {
            self.change(|| self.sled.remove(keys::state(key)))?
        };
        let had = old.and_then(|old| old.first().copied()).unwrap_or(0);
        for part in (1..=had).filter(|part| *part > further) {
            self.change(|| self.sled.remove(keys::state_part(key, part)))?;
        }
        Ok(())
    }

    fn insert(&self, key: Vec<u8>, value: &[u8]) -> Result<(), StoreError> {
        debug_assert!(value.len() <= PART_BYTES, "sled gets short values only");
        self.change(|| self.sled.insert(key, value)).map(drop)
    }

    fn change<T>(&self, change: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, StoreError> {
        self.disk.before_change().map_err(|error| StoreError::io("write to", &self.path, error))?;
        self.attempt(change)
    }

    // Reading.

    /// All records of the state, in the order of their keys.
    pub(crate) fn state(&self) -> Result<Vec<(Vec<u8>, Bytes)>, StoreError> {
        let mut records = Vec::new();
        self.scan(&[keys::STATE], |key, value| {
            let key = key.get(1..).unwrap_or_default().to_vec();
            let (further, front) =
                value.split_first().ok_or_else(|| StoreError::damaged("a state record has no length"))?;
            let bytes: Bytes = if *further == 0 {
                Arc::from(front)
            } else {
                let mut bytes = front.to_vec();
                for part in 1..=*further {
                    let part = self
                        .get(&keys::state_part(&key, part))?
                        .ok_or_else(|| StoreError::damaged("a part of a state record is missing"))?;
                    bytes.extend_from_slice(&part);
                }
                Arc::from(bytes)
            };
            records.push((key, bytes));
            Ok(true)
        })?;
        Ok(records)
    }

    /// The items of a height's list, from the first on; empty if there are none.
    pub(crate) fn list(&self, prefix: u8, height: Height) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut bytes = Vec::new();
        let mut starts = Vec::new();
        let mut next_part = 0;
        let malformed = || StoreError::damaged_at(height, "a list in sled is malformed");
        self.scan(&keys::list(prefix, height), |key, value| {
            let (first, part) = keys::read_list_part(key).ok_or_else(malformed)?;
            if part == 0 {
                starts.push((first, bytes.len()));
                next_part = 0;
            }
            if part != next_part {
                return Err(malformed());
            }
            next_part = part.checked_add(1).ok_or_else(malformed)?;
            bytes.extend_from_slice(value);
            Ok(true)
        })?;
        // Each group must begin with the item that its key says: a lost one would shift all behind it.
        let items = list::items(&bytes).ok_or_else(malformed)?;
        let mut starts = starts.into_iter().peekable();
        let mut offset: usize = 0;
        for (index, item) in (0..).zip(&items) {
            starts.next_if_eq(&(index, offset));
            offset = offset.saturating_add(list::length_of(item));
        }
        if starts.next().is_some() { Err(malformed()) } else { Ok(items.into_iter().map(<[u8]>::to_vec).collect()) }
    }

    /// One item of a height's list.
    pub(crate) fn item(&self, prefix: u8, height: Height, index: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let malformed = || StoreError::damaged_at(height, "a list in sled is malformed");
        let range = keys::list_part(prefix, height, 0, 0)..=keys::list_part(prefix, height, index, u16::MAX);
        let Some((key, _)) = self.attempt(|| self.sled.range(range).next_back().transpose())? else { return Ok(None) };
        let (first, last_part) = keys::read_list_part(&key).ok_or_else(malformed)?;
        let mut bytes = Vec::new();
        for part in 0..=last_part {
            let part = self.get(&keys::list_part(prefix, height, first, part))?.ok_or_else(malformed)?;
            bytes.extend_from_slice(&part);
        }
        let items = list::items(&bytes).ok_or_else(malformed)?;
        let place = index.checked_sub(first).and_then(|place| usize::try_from(place).ok()).ok_or_else(malformed)?;
        Ok(items.get(place).map(|item| item.to_vec()))
    }

    /// How many items a height's list has.
    pub(crate) fn count(&self, prefix: u8, height: Height) -> Result<usize, StoreError> {
        let malformed = || StoreError::damaged_at(height, "a list in sled is malformed");
        let Some((key, _)) =
            self.attempt(|| self.sled.scan_prefix(keys::list(prefix, height)).next_back().transpose())?
        else {
            return Ok(0);
        };
        let (first, last_part) = keys::read_list_part(&key).ok_or_else(malformed)?;
        let mut bytes = Vec::new();
        for part in 0..=last_part {
            bytes.extend_from_slice(&self.get(&keys::list_part(prefix, height, first, part))?.ok_or_else(malformed)?);
        }
        let before = usize::try_from(first).map_err(|_| malformed())?;
        Ok(before.saturating_add(list::items(&bytes).ok_or_else(malformed)?.len()))
    }

    /// Identifiers that begin so, with the heights under them, ascending.
    pub(crate) fn identifiers(
        &self,
        prefix: u8,
        bytes: &[u8],
        digit: Option<u8>,
        limit: usize,
    ) -> Result<Vec<(Digest, Height)>, StoreError> {
        let malformed = || StoreError::damaged("an identifier in sled is malformed");
        let start: Vec<u8> = iter::once(prefix).chain(search::first(bytes, digit).0).collect();
        let end: Vec<u8> = iter::once(prefix).chain([0xff; 32]).collect();
        let mut found = Vec::new();
        self.attempt_all(|| {
            for entry in self.sled.range(start..=end).take(limit) {
                let (key, value) = entry.map_err(|error| self.translate(error))?;
                let id: [u8; 32] = key.get(1..).and_then(|id| id.try_into().ok()).ok_or_else(malformed)?;
                if !search::begins(&id, bytes, digit) {
                    break;
                }
                let height = value.get(..8).and_then(|height| height.try_into().ok()).ok_or_else(malformed)?;
                found.push((Digest(id), Height(u64::from_be_bytes(height))));
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// How many entries there are under a prefix, and how many bytes their values have.
    pub(crate) fn entries(&self, prefix: u8) -> Result<(u64, u64), StoreError> {
        let (mut entries, mut bytes) = (0_u64, 0_u64);
        self.scan(&[prefix], |_, value| {
            entries = entries.saturating_add(1);
            bytes = bytes.saturating_add(u64::try_from(value.len()).unwrap_or(u64::MAX));
            Ok(true)
        })?;
        Ok((entries, bytes))
    }

    /// Where a transaction stands.
    pub(crate) fn find_transaction(&self, id: TransactionId) -> Result<Option<(Height, u32)>, StoreError> {
        let Some(value) = self.get(&keys::identifier(id))? else { return Ok(None) };
        let place = value.split_at_checked(8).and_then(|(height, index)| {
            Some((Height(u64::from_be_bytes(height.try_into().ok()?)), u32::from_be_bytes(index.try_into().ok()?)))
        });
        place.map(Some).ok_or_else(|| StoreError::damaged("the place of a transaction is malformed"))
    }

    /// The places of a subject's events before `end`, newest first.
    pub(crate) fn history(
        &self,
        subject: Subject,
        end: (Height, u32),
        limit: usize,
    ) -> Result<Vec<(Height, u32)>, StoreError> {
        let malformed = || StoreError::damaged("a history in sled is malformed");
        let range = keys::subject(subject)..keys::history(subject, end.0, end.1);
        let mut places = Vec::new();
        self.attempt_all(|| {
            for entry in self.sled.range(range).rev() {
                let (key, value) = entry.map_err(|error| self.translate(error))?;
                let height = keys::read_history(&key).ok_or_else(malformed)?;
                for index in value.rchunks(4) {
                    let index = u32::from_be_bytes(index.try_into().map_err(|_| malformed())?);
                    if places.len() >= limit {
                        return Ok(());
                    }
                    if (height, index) < end {
                        places.push((height, index));
                    }
                }
                if places.len() >= limit {
                    return Ok(());
                }
            }
            Ok(())
        })?;
        Ok(places)
    }

    /// Heights from this one on after which others decide, ascending.
    pub(crate) fn validator_changes(&self, from: Height, limit: usize) -> Result<Vec<Height>, StoreError> {
        let malformed = || StoreError::damaged("a validator change in sled is malformed");
        let range = keys::validator_change(from)..=keys::validator_change(Height(u64::MAX));
        let mut heights = Vec::new();
        self.attempt_all(|| {
            for entry in self.sled.range(range).take(limit) {
                let (key, _) = entry.map_err(|error| self.translate(error))?;
                heights.push(keys::read_validator_change(&key).ok_or_else(malformed)?);
            }
            Ok(())
        })?;
        Ok(heights)
    }

    fn meta<const LENGTH: usize>(&self, key: Vec<u8>) -> Result<Option<[u8; LENGTH]>, StoreError> {
        let Some(value) = self.get(&key)? else { return Ok(None) };
        let value = value.as_ref().try_into().map_err(|_| StoreError::damaged("a note in sled is malformed"))?;
        Ok(Some(value))
    }

    fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        self.attempt(|| self.sled.get(key))
    }

    /// Shows every entry under a prefix, in order, until the visitor has seen enough.
    fn scan(
        &self,
        prefix: &[u8],
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.attempt_all(|| {
            for entry in self.sled.scan_prefix(prefix) {
                let (key, value) = entry.map_err(|error| self.translate(error))?;
                if !visit(&key, &value)? {
                    break;
                }
            }
            Ok(())
        })
    }

    fn attempt<T>(&self, work: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, StoreError> {
        self.attempt_all(|| work().map_err(|error| self.translate(error)))
    }

    fn attempt_all<T>(&self, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        catch(&self.path, work)
    }

    fn translate(&self, error: sled::Error) -> StoreError {
        translate(&self.path, error)
    }
}

/// Runs something of sled's. A panic in it is taken for damage: it asserts what it expects of its files.
fn catch<T>(path: &Path, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(StoreError::damaged(format!("sled gave up on {}: {text}", path.display())))
    })
}

fn translate(path: &Path, error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::io("use", path, error),
        sled::Error::Corruption { .. } => StoreError::damaged(format!("sled found {} altered", path.display())),
        other => StoreError::damaged(format!("sled can't use {}: {other}", path.display())),
    }
}

fn open_sled(path: &Path, cache_bytes: u64, create_new: bool) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None).create_new(create_new);
    let deadline = Instant::now() + LOCK_PATIENCE;
    loop {
        let opened = catch(path, || match config.open() {
            Ok(sled) => Ok(Some(sled)),
            // The folder's own lock is ours, so this can only be what is left of an earlier store in this process.
            Err(sled::Error::Io(error))
                if error.to_string().contains("could not acquire lock") && Instant::now() < deadline =>
            {
                Ok(None)
            }
            Err(error) => Err(translate(path, error)),
        })?;
        match opened {
            Some(sled) => return Ok(sled),
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
}
