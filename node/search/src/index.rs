//! The index in its folder: opened, brought to a state, written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::MmapDirectory;
use tantivy::indexer::IndexWriterOptions;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Term};
use yaosu_ledger::codec;
use yaosu_ledger::model::Asset;
use yaosu_ledger::state::{
    ActiveFreezes, Assets, KeyPart as _, Listings, LiveListings, Participants, Reader as _, RecalledVersions, State,
    StateKey, Subject, Table, Trades,
};
use yaosu_ledger::{AssetId, ListingId, ParticipantId};

use crate::document::Document;
use crate::error::SearchError;
use crate::schema::{FORMAT, Fields, schema};
use crate::snapshot::{Position, Snapshot};
use crate::text::Analyzer;

/// Bytes that documents take in memory before they are written.
const MEMORY_BYTES: usize = 32 << 20;

/// Records that are fetched from the state at once.
const FETCHED_AT_ONCE: usize = 256;

/// What some work came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// The index is of the state; so many documents were written.
    Done(u64),
    /// Whoever ordered it does not want it any more.
    Stopped,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// It is there as it should be.
    Same,
    /// It was there otherwise.
    Again,
    /// It was not there.
    New,
}

/// The index in its folder. One at a time has it; others search its [`Snapshot`]s.
pub struct Index {
    folder: PathBuf,
    writer: IndexWriter,
    reader: IndexReader,
    fields: Arc<Fields>,
    position: Option<Position>,
    analyzer: Analyzer,
}

impl Index {
    /// Opens the index of a folder, or makes an empty one where there is none that can be used: missing, damaged or of
    /// another format. The folder belongs to the index alone: what else lies there may be deleted.
    ///
    /// # Errors
    /// [`SearchError`], if none can be made either.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        Self::open_existing(folder).or_else(|_| Self::make(folder))
    }

    /// Makes an empty index in place of whatever is there.
    ///
    /// # Errors
    /// [`SearchError`], if it can't be made.
    pub fn make(folder: &Path) -> Result<Self, SearchError> {
        remove(folder)?;
        fs::create_dir_all(folder)?;
        let directory = MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?;
        let (schema, _) = schema();
        let index = tantivy::Index::create(directory, schema, tantivy::IndexSettings::default())?;
        Self::with(folder, &index, None)
    }

    fn open_existing(folder: &Path) -> Result<Self, SearchError> {
        let index = tantivy::Index::open_in_dir(folder)?;
        let position = index.load_metas()?.payload.as_deref().and_then(read_position);
        let (expected, _) = schema();
        if position.is_none() || index.schema() != expected {
            return Err(SearchError::Damaged("it is of another format"));
        }
        if !index.validate_checksum()?.is_empty() {
            return Err(SearchError::Damaged("a file is not as it was written"));
        }
        Self::with(folder, &index, position)
    }

    fn with(folder: &Path, index: &tantivy::Index, position: Option<Position>) -> Result<Self, SearchError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(MEMORY_BYTES)
            .build();
        let writer = index.writer_with_options(options)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (_, fields) = schema();
        let fields = Arc::new(fields);
        Ok(Self { folder: folder.to_owned(), writer, reader, fields, position, analyzer: Analyzer::default() })
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The index as it was committed last.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let searcher = self.reader.searcher();
        Snapshot { searcher, fields: Arc::clone(&self.fields), position: self.position }
    }

    /// Brings the index to a state, from wherever it stands: every document that is not as the state has it is written
    /// again. Once it is stopped the index is of no use any more: open it again.
    ///
    /// # Errors
    /// [`SearchError`], after which the index is to be made again; also if it has assets that the state has not: it is of
    /// another chain, or of heights that the node has lost.
    pub fn reconcile(
        &mut self,
        state: &State,
        position: Position,
        is_stopped: impl Fn() -> bool,
    ) -> Result<Work, SearchError> {
        let before = self.snapshot();
        let prefix = [Assets::NUMBER];
        let mut start = prefix.to_vec();
        let (mut written, mut known): (u64, u64) = (0, 0);
        loop {
            if is_stopped() {
                return Ok(Work::Stopped);
            }
            let entries = state.scan_bytes(&prefix, &start, FETCHED_AT_ONCE);
            for (key, value) in &entries {
                let id =
                    <Assets as Table>::Key::read(&mut &key[1..]).ok_or(SearchError::Damaged("a key of the state"))?;
                let asset: Asset =
                    codec::decode_own(value).map_err(|_| SearchError::Damaged("a record of the state"))?;
                let outcome = self.write(&before, state, id, &asset)?;
                written += u64::from(outcome != Written::Same);
                known += u64::from(outcome != Written::New);
            }
            let Some((last, _)) = entries.last().filter(|_| entries.len() == FETCHED_AT_ONCE) else { break };
            // The key right behind: nothing lies between a key and itself with a zero byte.
            start.clone_from(last);
            start.push(0);
        }
        if known != before.len() {
            return Err(SearchError::Damaged("it has assets that the ledger does not have"));
        }
        self.commit(position)?;
        Ok(Work::Done(written))
    }

    /// Brings the index from one state, which it must be of, to another one.
    ///
    /// # Errors
    /// [`SearchError`], after which the index is to be made again.
    pub fn advance(&mut self, from: &State, to: &State, position: Position) -> Result<u64, SearchError> {
        let before = self.snapshot();
        let mut written: u64 = 0;
        for id in touched(&before, from, to)? {
            if let Some(asset) = to.get::<Assets>(&id) {
                written += u64::from(self.write(&before, to, id, &asset)? != Written::Same);
            } else {
                self.writer.delete_term(Term::from_field_bytes(self.fields.id, id.as_bytes()));
                written += 1;
            }
        }
        if written > 0 {
            self.commit(position)?;
        } else {
            // The files say an earlier height: what was between changed nothing in them.
            self.position = Some(position);
        }
        Ok(written)
    }

    /// Writes the document of an asset, unless it is there already as it should be.
    fn write(&mut self, before: &Snapshot, state: &State, id: AssetId, asset: &Asset) -> Result<Written, SearchError> {
        let document = Document::of(state, id, asset);
        let found = before.fingerprint(id)?;
        if found == Some(document.fingerprint()) {
            return Ok(Written::Same);
        }
        if found.is_some() {
            self.writer.delete_term(Term::from_field_bytes(self.fields.id, id.as_bytes()));
        }
        self.writer.add_document(document.write(&self.fields, &mut self.analyzer))?;
        Ok(if found.is_some() { Written::Again } else { Written::New })
    }

    fn commit(&mut self, position: Position) -> Result<(), SearchError> {
        let mut commit = self.writer.prepare_commit()?;
        commit.set_payload(&write_position(position));
        commit.commit()?;
        self.reader.reload()?;
        self.position = Some(position);
        Ok(())
    }
}

/// The assets whose documents may differ between two states.
fn touched(snapshot: &Snapshot, from: &State, to: &State) -> Result<BTreeSet<AssetId>, SearchError> {
    let mut found = BTreeSet::new();
    for key in to.keys_unlike(from) {
        if let Some(id) = first::<Assets, _>(&key).or_else(|| first::<Trades, _>(&key)) {
            found.insert(id);
        } else if let Some(id) = first::<LiveListings, _>(&key).or_else(|| first::<RecalledVersions, _>(&key)) {
            found.insert(id);
        } else if let Some(id) = first::<Listings, _>(&key) {
            found.extend(asset_of(to, id));
        } else if let Some(id) = first::<Participants, _>(&key) {
            found.extend(of_party(snapshot, from, to, id)?);
        } else if let Some(subject) = first::<ActiveFreezes, _>(&key) {
            match subject {
                Subject::Asset(id) => _ = found.insert(id),
                Subject::Listing(id) => found.extend(asset_of(to, id)),
                Subject::Participant(id) => found.extend(snapshot.assets_of(id)?),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The assets of a participant, if its standing has changed. A participant that is new has none.
fn of_party(
    snapshot: &Snapshot,
    from: &State,
    to: &State,
    id: ParticipantId,
) -> Result<BTreeSet<AssetId>, SearchError> {
    let status = |state: &State| state.get::<Participants>(&id).map(|found| found.status);
    if status(from).is_none() || status(from) == status(to) {
        return Ok(BTreeSet::new());
    }
    snapshot.assets_of(id)
}

fn asset_of(state: &State, listing: ListingId) -> Option<AssetId> {
    state.get::<Listings>(&listing).map(|found| found.asset)
}

/// The first part of a key, if it is one of this table.
fn first<T: Table, Part>(key: &[u8]) -> Option<Part>
where
    Part: yaosu_ledger::state::KeyPart,
    T::Key: StateKey,
{
    let (number, mut rest) = key.split_first()?;
    if *number == T::NUMBER { Part::read(&mut rest) } else { None }
}

fn write_position(position: Position) -> String {
    let Position { chain, height, block } = position;
    format!("yaosu-search {FORMAT} {chain} {height} {block}")
}

fn read_position(text: &str) -> Option<Position> {
    let mut words = text.split(' ');
    let (name, format) = (words.next()?, words.next()?);
    if name != "yaosu-search" || format.parse() != Ok(FORMAT) {
        return None;
    }
    let chain = words.next()?.parse().ok()?;
    let height = yaosu_ledger::Height(words.next()?.parse().ok()?);
    let block = words.next()?.parse().ok()?;
    words.next().is_none().then_some(Position { chain, height, block })
}

/// Removes whatever is at a path.
fn remove(path: &Path) -> std::io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
