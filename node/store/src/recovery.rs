//! Starting again: sled at its recorded height, and over it whatever the journal says came after.
//!
//! Puts and deletes give the same when done twice, so what had already reached sled does no harm.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use yaosu_ledger::block::Block;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::{BlockId, ChainId, Digest, Height};

use crate::database::Database;
use crate::entry::{DecidedRecord, Entry, ProposedRecord};
use crate::error::StoreError;
use crate::journal::record::{Kind, Opening};
use crate::journal::segments::{self, Segment, SegmentFile};
use crate::reader;
use crate::writer::BATCH_BYTES_MAX;

/// What the journal held, all of which sled holds now, but for the undecided blocks.
pub(crate) struct Replayed {
    /// The files of the journal, oldest first.
    pub(crate) files: Vec<SegmentFile>,
    /// The number of the next record.
    pub(crate) next_sequence: u64,
    /// The last height decided.
    pub(crate) height: Height,
    /// Durable blocks of the height after it, in the order in which they were proposed.
    pub(crate) proposed: Vec<(Block, Offer)>,
}

struct Proposal {
    height: Height,
    sequence: u64,
    offer: Offer,
    block: Vec<u8>,
}

struct Replay<'a> {
    database: &'a Database,
    /// The last height that was seen decided.
    height: Height,
    /// The hash of the set that decides the next height.
    validators: Digest,
    proposals: HashMap<BlockId, Proposal>,
    batch: Vec<Arc<Entry>>,
    batch_weight: usize,
}

/// Puts the journal over the database. Everything is durable when it returns.
pub(crate) fn replay(folder: &Path, chain: ChainId, database: &Database) -> Result<Replayed, StoreError> {
    let files = segments::repair(folder, chain)?;
    let recorded = database.recorded_height()?;
    let validators = if recorded == Height::GENESIS {
        database.genesis_validators()?
    } else {
        reader::stored_header(database, recorded)?.0.next_validators
    };
    let mut replay = Replay {
        database,
        height: recorded,
        validators,
        proposals: HashMap::new(),
        batch: Vec::new(),
        batch_weight: 0,
    };
    let mut next_sequence = 0;
    for file in &files {
        let segment = segments::load(file, chain)?;
        let Segment { opening: Opening { after, number, .. }, .. } = segment;
        if after > replay.height {
            let what = format!("segment {number} of the journal begins after height {after}, which is lost");
            return Err(StoreError::damaged_at(replay.height.next(), what));
        }
        next_sequence = segment.next_sequence;
        for place in &segment.records {
            let payload = segment.bytes.get(place.payload.clone()).unwrap_or_default();
            match place.kind {
                Kind::Opening => {}
                Kind::Proposed => replay.propose(payload, place.sequence)?,
                Kind::Decided => replay.decide(payload)?,
            }
        }
    }
    replay.put_batch()?;
    if replay.height > recorded {
        database.sync()?;
        database.record_height(replay.height)?;
        database.sync()?;
    }
    let height = replay.height;
    let mut proposals: Vec<Proposal> = replay.proposals.into_values().collect();
    proposals.sort_unstable_by_key(|proposal| proposal.sequence);
    let mut proposed = Vec::with_capacity(proposals.len());
    for Proposal { height, offer, block, .. } in &proposals {
        let block = Block::decode(block)
            .map_err(|error| StoreError::damaged_at(*height, format!("a proposed block in the journal: {error}")))?;
        proposed.push((block, *offer));
    }
    Ok(Replayed { files, next_sequence, height, proposed })
}

impl Replay<'_> {
    fn propose(&mut self, payload: &[u8], sequence: u64) -> Result<(), StoreError> {
        let record = ProposedRecord::read(payload).ok_or_else(|| malformed("a proposal"))?;
        if record.height > self.height {
            // The same block may stand in two segments, when a start was interrupted: the first one counts.
            self.proposals.entry(record.id).or_insert_with(|| Proposal {
                height: record.height,
                sequence,
                offer: record.offer,
                block: record.block.to_vec(),
            });
        }
        Ok(())
    }

    fn decide(&mut self, payload: &[u8]) -> Result<(), StoreError> {
        let record = DecidedRecord::read(payload).ok_or_else(|| malformed("a decision"))?;
        if record.height <= self.height {
            return Ok(());
        }
        if record.height != self.height.next() {
            let next = self.height.next();
            return Err(StoreError::damaged_at(next, format!("the journal goes on with height {}", record.height)));
        }
        let proposal = self.proposals.get(&record.id).map(|proposal| proposal.block.as_slice());
        let block = record
            .block
            .or(proposal)
            .ok_or_else(|| StoreError::damaged_at(record.height, "the block that was decided is not in the journal"))?;
        let entry = Entry::new(record.decode(block)?, self.validators)
            .map_err(|error| StoreError::damaged_at(record.height, format!("a decision in the journal: {error}")))?;
        if entry.height() != record.height {
            return Err(StoreError::damaged_at(record.height, "the journal has a block of another height"));
        }
        self.height = record.height;
        self.validators = entry.header.next_validators;
        self.proposals.retain(|_, proposal| proposal.height > record.height);
        self.batch_weight = self.batch_weight.saturating_add(entry.weight);
        self.batch.push(Arc::new(entry));
        if self.batch_weight >= BATCH_BYTES_MAX { self.put_batch() } else { Ok(()) }
    }

    fn put_batch(&mut self) -> Result<(), StoreError> {
        self.database.put_entries(&self.batch)?;
        self.batch.clear();
        self.batch_weight = 0;
        Ok(())
    }
}

fn malformed(what: &str) -> StoreError {
    StoreError::damaged(format!("{what} in the journal is malformed"))
}
