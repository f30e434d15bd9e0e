//! Finding blocks and transactions by the beginning of their identifiers, and counting what a block has.

use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::{BlockId, Digest, Height, TransactionId};

use crate::error::StoreError;
use crate::keys;
use crate::reader::{Found, Reader};

/// How many entries the indices have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IndexCounts {
    /// Identifiers of transactions.
    pub transactions: u64,
    /// Identifiers of blocks.
    pub blocks: u64,
    /// Places of events in the histories of their subjects.
    pub places: u64,
    /// Heights after which others decide.
    pub validator_changes: u64,
}

impl Reader {
    /// How many entries the indices on disk have. Reads all of them.
    ///
    /// # Errors
    /// Those of sled.
    pub fn index_counts(&self) -> Result<IndexCounts, StoreError> {
        let database = &self.shared().database;
        Ok(IndexCounts {
            transactions: database.entries(keys::IDENTIFIERS)?.0,
            blocks: database.entries(keys::BLOCK_IDENTIFIERS)?.0,
            places: database.entries(keys::HISTORY)?.1 / 4,
            validator_changes: database.entries(keys::VALIDATOR_CHANGES)?.0,
        })
    }

    /// How many transactions a height has; `None` if it is not decided.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if their list is malformed.
    pub fn transaction_count(&self, height: Height) -> Result<Option<usize>, StoreError> {
        match self.find(height) {
            Found::InMemory(entry) => Ok(Some(entry.transactions.len())),
            Found::InSled => self.shared().database.count(keys::TRANSACTIONS, height).map(Some),
            Found::Nowhere => Ok(None),
        }
    }

    /// Committed transactions whose identifiers begin with these bytes, and with this hexadecimal digit behind them, if
    /// one is given. Ascending, at most `limit`.
    ///
    /// # Errors
    /// Those of sled.
    pub fn find_transactions(
        &self,
        bytes: &[u8],
        digit: Option<u8>,
        limit: usize,
    ) -> Result<Vec<TransactionId>, StoreError> {
        let (entries, below) = self.in_memory();
        let mut found: Vec<TransactionId> = entries
            .iter()
            .flat_map(|entry| &entry.transactions)
            .map(Envelope::id)
            .filter(|id| begins(id.as_bytes(), bytes, digit))
            .collect();
        let stored = self.shared().database.identifiers(keys::IDENTIFIERS, bytes, digit, limit)?;
        found.extend(stored.into_iter().filter(|(_, height)| *height < below).map(|(id, _)| TransactionId(id)));
        found.sort_unstable();
        found.dedup();
        found.truncate(limit);
        Ok(found)
    }

    /// Decided blocks whose identifiers begin so, with their heights. Ascending by identifier, at most `limit`.
    ///
    /// # Errors
    /// Those of sled.
    pub fn find_blocks(
        &self,
        bytes: &[u8],
        digit: Option<u8>,
        limit: usize,
    ) -> Result<Vec<(BlockId, Height)>, StoreError> {
        let (entries, below) = self.in_memory();
        let mut found: Vec<(BlockId, Height)> = entries
            .iter()
            .map(|entry| (entry.certificate.block, entry.height()))
            .filter(|(id, _)| begins(id.as_bytes(), bytes, digit))
            .collect();
        let stored = self.shared().database.identifiers(keys::BLOCK_IDENTIFIERS, bytes, digit, limit)?;
        found
            .extend(stored.into_iter().filter(|(_, height)| *height < below).map(|(id, height)| (BlockId(id), height)));
        found.sort_unstable();
        found.dedup();
        found.truncate(limit);
        Ok(found)
    }
}

/// Whether an identifier begins with these bytes and this digit.
pub(crate) fn begins(id: &[u8; 32], bytes: &[u8], digit: Option<u8>) -> bool {
    let Some(rest) = id.strip_prefix(bytes) else { return false };
    digit.is_none_or(|digit| rest.first().is_some_and(|byte| byte >> 4 == digit))
}

/// The first identifier that begins so.
pub(crate) fn first(bytes: &[u8], digit: Option<u8>) -> Digest {
    let mut first = [0; 32];
    let digits = bytes.iter().copied().chain(digit.map(|digit| digit << 4));
    for (place, byte) in first.iter_mut().zip(digits) {
        *place = byte;
    }
    Digest(first)
}
