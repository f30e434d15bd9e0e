//! A decided block on its way: out of the replica's hands, into the journal, and from there into sled.

use std::sync::Arc;

use yaosu_ledger::block::{Block, Header};
use yaosu_ledger::codec;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::state::{Bytes, ChangeSet};
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{BlockId, Digest, Height};

use crate::error::StoreError;
use crate::list;
use crate::wire;

/// The longest key of a state record, in bytes.
pub const STATE_KEY_BYTES_MAX: usize = 1024;

/// The longest value of a state record, in bytes.
pub const STATE_VALUE_BYTES_MAX: usize = 512 * 1024;

/// The most that one decided block, with its events and changes, may take in the journal, in bytes.
pub const DECISION_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// A block that a quorum chose, and what carrying it out gave.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The block.
    pub block: Block,
    /// Why it is final.
    pub certificate: CommitCertificate,
    /// What happened, in order: the leaves of the header's events root.
    pub events: Vec<EventRecord>,
    /// The records that change.
    pub changes: ChangeSet,
}

/// A decided block as the store keeps it in memory until sled has it.
pub(crate) struct Entry {
    pub(crate) header: Header,
    pub(crate) header_bytes: Vec<u8>,
    pub(crate) certificate: CommitCertificate,
    pub(crate) certificate_bytes: Vec<u8>,
    pub(crate) transactions: Vec<Envelope>,
    pub(crate) events: Vec<EventRecord>,
    /// The same as a list of encodings.
    pub(crate) event_bytes: Vec<u8>,
    pub(crate) changes: ChangeSet,
    /// Whether the next height is decided by others than this one.
    pub(crate) changes_validators: bool,
    /// About how much memory it takes.
    pub(crate) weight: usize,
}

impl Entry {
    /// Checks that the parts belong together, and encodes what will be written, once.
    pub(crate) fn new(decided: Decided, validators: Digest) -> Result<Self, StoreError> {
        let Decided { block: Block { header, transactions }, certificate, events, changes } = decided;
        let block = header.id();
        if certificate.block != block || certificate.height != header.height {
            return Err(StoreError::OtherBlock { certificate: certificate.block, block });
        }
        let mut event_bytes = Vec::new();
        for event in &events {
            list::push(&mut event_bytes, &codec::encode(event));
        }
        let changes_bytes = weigh(&changes)?;
        let transaction_bytes: usize =
            transactions.iter().map(|transaction| list::length_of(transaction.bytes())).sum();
        let written = changes_bytes.saturating_add(transaction_bytes).saturating_add(event_bytes.len());
        if written > DECISION_BYTES_MAX {
            return Err(StoreError::TooLarge { what: "a decided block", bytes: written, limit: DECISION_BYTES_MAX });
        }
        // Decoded transactions and events take about as much again as their bytes.
        let weight =
            changes_bytes.saturating_add(transaction_bytes.saturating_add(event_bytes.len()).saturating_mul(2));
        Ok(Self {
            header_bytes: codec::encode(&header),
            changes_validators: header.next_validators != validators,
            header,
            certificate_bytes: codec::encode(&certificate),
            certificate,
            transactions,
            events,
            event_bytes,
            changes,
            weight,
        })
    }

    pub(crate) fn height(&self) -> Height {
        self.header.height
    }

    pub(crate) fn block(&self) -> Block {
        Block { header: self.header.clone(), transactions: self.transactions.clone() }
    }

    /// The canonical encoding of the block.
    pub(crate) fn push_block(&self, bytes: &mut Vec<u8>) {
        wire::push_block(bytes, &self.header_bytes, self.transactions.iter().map(Envelope::bytes));
    }
}

/// How many bytes the changes take, if each is within its limits.
fn weigh(changes: &ChangeSet) -> Result<usize, StoreError> {
    let mut sum: usize = 0;
    for (key, value) in changes {
        let value_bytes = value.as_ref().map_or(0, |value| value.len());
        if key.len() > STATE_KEY_BYTES_MAX {
            return Err(StoreError::TooLarge { what: "a state key", bytes: key.len(), limit: STATE_KEY_BYTES_MAX });
        }
        if value_bytes > STATE_VALUE_BYTES_MAX {
            let limit = STATE_VALUE_BYTES_MAX;
            return Err(StoreError::TooLarge { what: "a state record", bytes: value_bytes, limit });
        }
        sum = sum.saturating_add(key.len()).saturating_add(value_bytes).saturating_add(CHANGE_BYTES);
    }
    Ok(sum)
}

/// What a change takes besides its key and value.
const CHANGE_BYTES: usize = 32;

/// The payload of a journal record for a proposed block: height, identifier, how it came, encoding.
pub(crate) struct ProposedRecord<'a> {
    pub(crate) height: Height,
    pub(crate) id: BlockId,
    pub(crate) offer: Offer,
    pub(crate) block: &'a [u8],
}

impl<'a> ProposedRecord<'a> {
    pub(crate) fn write(block: &Block, id: BlockId, offer: &Offer, payload: &mut Vec<u8>) {
        payload.extend_from_slice(&block.header.height.0.to_le_bytes());
        payload.extend_from_slice(id.as_bytes());
        list::push(payload, &codec::encode(offer));
        wire::push_block(payload, &codec::encode(&block.header), block.transactions.iter().map(Envelope::bytes));
    }

    pub(crate) fn read(mut payload: &'a [u8]) -> Option<Self> {
        let height = Height(u64::from_le_bytes(list::take_array(&mut payload)?));
        let id = BlockId(Digest(list::take_array(&mut payload)?));
        let offer = codec::decode(list::take(&mut payload)?).ok()?;
        Some(Self { height, id, offer, block: payload })
    }
}

const BLOCK_WAS_PROPOSED: u8 = 0;
const BLOCK_IS_HERE: u8 = 1;
const DELETED: u8 = 0;
const WRITTEN: u8 = 1;

/// The payload of a journal record for a decision: height, identifier, whether the block is in an earlier record or here,
/// certificate, changes, events.
pub(crate) struct DecidedRecord<'a> {
    pub(crate) height: Height,
    pub(crate) id: BlockId,
    /// `None` if an earlier record has it.
    pub(crate) block: Option<&'a [u8]>,
    certificate: &'a [u8],
    changes: &'a [u8],
    events: &'a [u8],
}

impl<'a> DecidedRecord<'a> {
    pub(crate) fn write(entry: &Entry, is_proposed: bool, payload: &mut Vec<u8>) {
        payload.extend_from_slice(&entry.height().0.to_le_bytes());
        payload.extend_from_slice(entry.certificate.block.as_bytes());
        if is_proposed {
            payload.push(BLOCK_WAS_PROPOSED);
        } else {
            payload.push(BLOCK_IS_HERE);
            push_framed(payload, |block| entry.push_block(block));
        }
        list::push(payload, &entry.certificate_bytes);
        push_framed(payload, |bytes| push_changes(bytes, &entry.changes));
        payload.extend_from_slice(&entry.event_bytes);
    }

    pub(crate) fn read(mut payload: &'a [u8]) -> Option<Self> {
        let height = Height(u64::from_le_bytes(list::take_array(&mut payload)?));
        let id = BlockId(Digest(list::take_array(&mut payload)?));
        let block = match list::take_array::<1>(&mut payload)?[0] {
            BLOCK_WAS_PROPOSED => None,
            BLOCK_IS_HERE => Some(list::take(&mut payload)?),
            _ => return None,
        };
        let certificate = list::take(&mut payload)?;
        let changes = list::take(&mut payload)?;
        Some(Self { height, id, block, certificate, changes, events: payload })
    }

    /// Everything but the block, which must be given.
    pub(crate) fn decode(&self, block: &[u8]) -> Result<Decided, StoreError> {
        let damaged = |what: String| StoreError::damaged_at(self.height, format!("a decision in the journal: {what}"));
        let certificate = codec::decode(self.certificate).map_err(|error| damaged(error.to_string()))?;
        let block = Block::decode(block).map_err(|error| damaged(error.to_string()))?;
        let mut events = Vec::new();
        for bytes in list::items(self.events).ok_or_else(|| damaged("malformed events".to_owned()))? {
            events.push(codec::decode(bytes).map_err(|error| damaged(error.to_string()))?);
        }
        let changes = read_changes(self.changes).ok_or_else(|| damaged("malformed changes".to_owned()))?;
        Ok(Decided { block, certificate, events, changes })
    }
}

/// Appends what is written as one item of a list.
fn push_framed(payload: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let place = payload.len();
    payload.extend_from_slice(&[0; 4]);
    let start = payload.len();
    write(payload);
    let length = u32::try_from(payload.len() - start).expect("DECISION_BYTES_MAX is below 2^32");
    payload[place..start].copy_from_slice(&length.to_le_bytes());
}

fn push_changes(bytes: &mut Vec<u8>, changes: &ChangeSet) {
    for (key, value) in changes {
        list::push(bytes, key);
        match value {
            None => bytes.push(DELETED),
            Some(value) => {
                bytes.push(WRITTEN);
                list::push(bytes, value);
            }
        }
    }
}

fn read_changes(mut bytes: &[u8]) -> Option<ChangeSet> {
    let mut changes = Vec::new();
    while !bytes.is_empty() {
        let key = list::take(&mut bytes)?.to_vec();
        let value: Option<Bytes> = match list::take_array::<1>(&mut bytes)?[0] {
            DELETED => None,
            WRITTEN => Some(Arc::from(list::take(&mut bytes)?)),
            _ => return None,
        };
        changes.push((key, value));
    }
    Some(changes)
}
