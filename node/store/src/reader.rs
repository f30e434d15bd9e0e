//! Reading decided blocks, their transactions and their events.
//!
//! A reader sees a height as soon as [`decide`](crate::Store::decide) has returned: from memory, and from sled once the
//! writer has brought it there. It takes the blocks in memory first and asks sled only for heights below them, so what
//! the writer has half done is never seen.

use std::sync::Arc;

use yaosu_ledger::block::{self, Block, Header};
use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::execution;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{Height, TransactionId};

use crate::entry::Entry;
use crate::error::StoreError;
use crate::keys;
use crate::shared::Shared;
use crate::wire;

/// The most that one call of [`Reader::history`] or [`Reader::validator_changes`] gives.
pub const PAGE_MAX: usize = 1000;

/// Decided blocks by height. Cheap to clone; any thread may use it, also after the store was closed.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

/// A decided block as peers exchange it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedBlock {
    /// Its position.
    pub height: Height,
    /// Why it is final.
    pub certificate: CommitCertificate,
    /// The canonical encoding of the block.
    pub block: Vec<u8>,
}

/// What the store is busy with, for metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The last height decided.
    pub height: Height,
    /// The height that sled durably holds.
    pub recorded_height: Height,
    /// Decided blocks in memory that sled has not got.
    pub waiting_blocks: usize,
    /// About how many bytes they take.
    pub waiting_bytes: usize,
    /// Whether a decision waits for room: the writer can't keep up.
    pub is_full: bool,
    /// Full journal segments that wait for sled.
    pub sealed_segments: usize,
    /// What sled takes on disk.
    pub database_bytes: u64,
}

/// Where a height is.
pub(crate) enum Found {
    InMemory(Arc<Entry>),
    InSled,
    Nowhere,
}

impl Reader {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The last height decided, 0 before the first block.
    #[must_use]
    pub fn height(&self) -> Height {
        self.shared.live().height
    }

    /// Why the store has stopped, if it has.
    #[must_use]
    pub fn failure(&self) -> Option<StoreError> {
        self.shared.live().failure.clone()
    }

    /// Header and certificate of a height; `None` if it is not decided.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are lost or do not belong together.
    pub fn header(&self, height: Height) -> Result<Option<(Header, CommitCertificate)>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => Ok(Some((entry.header.clone(), entry.certificate.clone()))),
            Found::InSled => self.stored_header(height).map(Some),
            Found::Nowhere => Ok(None),
        }
    }

    /// The block of a height; `None` if it is not decided.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its transactions are not those that its header commits to.
    pub fn block(&self, height: Height) -> Result<Option<Block>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => Ok(Some(entry.block())),
            Found::InSled => self.stored_block(height).map(Some),
            Found::Nowhere => Ok(None),
        }
    }

    /// A transaction by its place; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if what is there is no transaction.
    pub fn transaction(&self, height: Height, index: u32) -> Result<Option<Envelope>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => Ok(at(&entry.transactions, index).cloned()),
            Found::InSled => {
                let bytes = self.shared.database.item(keys::TRANSACTIONS, height, index)?;
                bytes.map(|bytes| envelope(height, bytes)).transpose()
            }
            Found::Nowhere => Ok(None),
        }
    }

    /// Where a transaction stands; `None` if no decided block has it.
    ///
    /// # Errors
    /// Those of sled.
    pub fn find_transaction(&self, id: TransactionId) -> Result<Option<(Height, u32)>, StoreError> {
        let (place, below) = {
            let live = self.shared.live();
            (live.places.get(&id).copied(), live.height.next())
        };
        if place.is_some() {
            return Ok(place);
        }
        // A block that was decided and put into sled since then is no answer to an earlier question.
        Ok(self.shared.database.find_transaction(id)?.filter(|(height, _)| *height < below))
    }

    /// The events of a height, in order; `None` if it is not decided.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are not those that the header commits to.
    pub fn events(&self, height: Height) -> Result<Option<Vec<EventRecord>>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => Ok(Some(entry.events.clone())),
            Found::InSled => {
                let (header, _) = self.stored_header(height)?;
                let mut events = Vec::new();
                for bytes in self.shared.database.list(keys::EVENTS, height)? {
                    events.push(decode(height, "an event", &bytes)?);
                }
                if execution::events_root(&events) != header.events_root {
                    return Err(StoreError::damaged_at(height, "the events are not those of the header"));
                }
                Ok(Some(events))
            }
            Found::Nowhere => Ok(None),
        }
    }

    /// Events that name a subject, newest first, with height and place among the events of that height; only those
    /// before the given place, if one is given. At most `limit`, and at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if an event is lost.
    pub fn history(
        &self,
        subject: Subject,
        before: Option<(Height, u32)>,
        limit: usize,
    ) -> Result<Vec<(Height, u32, EventRecord)>, StoreError> {
        let limit = limit.min(PAGE_MAX);
        let end = before.unwrap_or((Height(u64::MAX), u32::MAX));
        let (entries, first_in_memory) = {
            let live = self.shared.live();
            let entries: Vec<Arc<Entry>> = live.entries.range(..=end.0).rev().map(|(_, entry)| entry.clone()).collect();
            let first = live.entries.keys().next().copied();
            (entries, first.unwrap_or_else(|| live.height.next()))
        };
        let mut history = Vec::new();
        for entry in entries {
            let height = entry.height();
            let events: Vec<(u32, &EventRecord)> = (0..).zip(&entry.events).collect();
            let named = events
                .into_iter()
                .rev()
                .filter(|(index, record)| (height, *index) < end && record.event.subjects().contains(&subject));
            history.extend(
                named.take(limit.saturating_sub(history.len())).map(|(index, record)| (height, index, record.clone())),
            );
        }
        let rest = limit.saturating_sub(history.len());
        for (height, index) in self.shared.database.history(subject, end.min((first_in_memory, 0)), rest)? {
            let bytes = self.shared.database.item(keys::EVENTS, height, index)?;
            let bytes = bytes.ok_or_else(|| StoreError::damaged_at(height, "an event is missing"))?;
            history.push((height, index, decode(height, "an event", &bytes)?));
        }
        Ok(history)
    }

    /// Heights whose header names other validators for the next height than the header before (or genesis) did, ascending
    /// from this height on. At most `limit`, and at most [`PAGE_MAX`].
    ///
    /// # Errors
    /// Those of sled.
    pub fn validator_changes(&self, from: Height, limit: usize) -> Result<Vec<Height>, StoreError> {
        let limit = limit.min(PAGE_MAX);
        let (in_memory, first_in_memory) = {
            let live = self.shared.live();
            let changes = live.entries.values().filter(|entry| entry.changes_validators).map(|entry| entry.height());
            let changes: Vec<Height> = changes.filter(|height| *height >= from).collect();
            let first = live.entries.keys().next().copied();
            (changes, first.unwrap_or_else(|| live.height.next()))
        };
        let mut heights = self.shared.database.validator_changes(from, limit)?;
        heights.retain(|height| *height < first_in_memory);
        heights.extend(in_memory);
        heights.truncate(limit);
        Ok(heights)
    }

    /// Decided blocks from one height to another, both included, as far as they go and fit in so many bytes. The first
    /// one is given even if it is longer.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if a part is lost.
    pub fn blocks(&self, from: Height, to: Height, bytes_max: usize) -> Result<Vec<EncodedBlock>, StoreError> {
        let mut blocks: Vec<EncodedBlock> = Vec::new();
        let mut bytes: usize = 0;
        let mut height = from.max(Height(1));
        while height <= to {
            let Some(block) = self.encoded_block(height)? else { break };
            bytes = bytes.saturating_add(block.block.len());
            if bytes > bytes_max && !blocks.is_empty() {
                break;
            }
            blocks.push(block);
            height = height.next();
        }
        Ok(blocks)
    }

    /// What the store is busy with.
    ///
    /// # Errors
    /// Those of sled.
    pub fn statistics(&self) -> Result<Statistics, StoreError> {
        let database_bytes = self.shared.database.size_on_disk()?;
        let live = self.shared.live();
        Ok(Statistics {
            height: live.height,
            recorded_height: live.recorded,
            waiting_blocks: live.entries.len(),
            waiting_bytes: live.weight,
            is_full: live.is_full,
            sealed_segments: live.sealed.len(),
            database_bytes,
        })
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The blocks in memory, and the height below which sled is asked.
    pub(crate) fn in_memory(&self) -> (Vec<Arc<Entry>>, Height) {
        let live = self.shared.live();
        let first = live.entries.keys().next().copied();
        (live.entries.values().cloned().collect(), first.unwrap_or_else(|| live.height.next()))
    }

    pub(crate) fn find(&self, height: Height) -> Found {
        let live = self.shared.live();
        match live.entries.get(&height) {
            Some(entry) => Found::InMemory(Arc::clone(entry)),
            None if height == Height::GENESIS || height > live.height => Found::Nowhere,
            None => Found::InSled,
        }
    }

    fn stored_header(&self, height: Height) -> Result<(Header, CommitCertificate), StoreError> {
        let (header, certificate) = stored_header(&self.shared.database, height)?;
        Ok((header, certificate))
    }

    fn stored_block(&self, height: Height) -> Result<Block, StoreError> {
        let (header, _) = self.stored_header(height)?;
        let mut transactions = Vec::new();
        for bytes in self.shared.database.list(keys::TRANSACTIONS, height)? {
            transactions.push(envelope(height, bytes)?);
        }
        if block::transactions_root(&transactions) != header.transactions_root {
            return Err(StoreError::damaged_at(height, "the transactions are not those of the header"));
        }
        Ok(Block { header, transactions })
    }

    fn encoded_block(&self, height: Height) -> Result<Option<EncodedBlock>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => {
                let mut block = Vec::new();
                entry.push_block(&mut block);
                Ok(Some(EncodedBlock { height, certificate: entry.certificate.clone(), block }))
            }
            Found::InSled => {
                let (header, certificate) = self.stored_header(height)?;
                let transactions = self.shared.database.list(keys::TRANSACTIONS, height)?;
                let mut block = Vec::new();
                wire::push_block(&mut block, &codec::encode(&header), transactions.iter().map(Vec::as_slice));
                Ok(Some(EncodedBlock { height, certificate, block }))
            }
            Found::Nowhere => Ok(None),
        }
    }
}

/// Header and certificate of a height that sled must have.
pub(crate) fn stored_header(
    database: &crate::database::Database,
    height: Height,
) -> Result<(Header, CommitCertificate), StoreError> {
    let parts = database.list(keys::HEADERS, height)?;
    let [header, certificate] = parts.as_slice() else {
        return Err(StoreError::damaged_at(height, "the header is missing"));
    };
    let header: Header = decode(height, "the header", header)?;
    let certificate: CommitCertificate = decode(height, "the certificate", certificate)?;
    if header.height != height || certificate.height != height || certificate.block != header.id() {
        return Err(StoreError::damaged_at(height, "the certificate is not for the header"));
    }
    Ok((header, certificate))
}

fn at<T>(items: &[T], index: u32) -> Option<&T> {
    items.get(usize::try_from(index).ok()?)
}

fn envelope(height: Height, bytes: Vec<u8>) -> Result<Envelope, StoreError> {
    Envelope::decode(bytes).map_err(|error| StoreError::damaged_at(height, format!("a transaction: {error}")))
}

fn decode<T: Canonical>(height: Height, what: &str, bytes: &[u8]) -> Result<T, StoreError> {
    codec::decode(bytes).map_err(|error| StoreError::damaged_at(height, format!("{what}: {error}")))
}
