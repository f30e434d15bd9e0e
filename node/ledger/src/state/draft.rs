//! Reading the state, and writing to it on trial.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::key::{KeyPart, StateKey};
use super::table::Table;
use super::{Bytes, ChangeSet, State};
use crate::codec;

/// Anything that records can be read from.
pub trait Reader {
    /// A record's bytes.
    fn bytes(&self, key: &[u8]) -> Option<Bytes>;

    /// The first `limit` records from `start` on whose keys begin with `prefix`, in order.
    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)>;

    /// A record.
    fn get<T: Table>(&self, key: &T::Key) -> Option<T::Record> {
        self.bytes(&T::key(key)).map(|bytes| decode_record::<T>(&bytes))
    }

    /// Whether there is a record.
    fn contains<T: Table>(&self, key: &T::Key) -> bool {
        self.bytes(&T::key(key)).is_some()
    }

    /// The first `limit` records of a table whose keys begin with `prefix`, in the order of their keys.
    fn scan<T: Table>(&self, prefix: &impl StateKey, limit: usize) -> Vec<(T::Key, T::Record)> {
        let mut start = vec![T::NUMBER];
        prefix.write(&mut start);
        self.scan_bytes(&start, &start, limit).into_iter().map(|(key, value)| decode_entry::<T>(&key, &value)).collect()
    }

    /// The first `limit` keys of a table that begin with `prefix`, in order, from behind the last one that was taken.
    fn keys_after<T: Table>(&self, prefix: &impl StateKey, last: Option<&T::Key>, limit: usize) -> Vec<T::Key> {
        let mut begin = vec![T::NUMBER];
        prefix.write(&mut begin);
        let start = last.map_or_else(|| begin.clone(), |last| [T::key(last), vec![0]].concat());
        let entries = self.scan_bytes(&begin, &start, limit);
        entries.iter().filter_map(|(key, _)| T::Key::read(&mut key.get(1..)?)).collect()
    }
}

/// The key and the record of an entry as it stands in the state.
///
/// # Panics
/// If the bytes are not of this table: they were written by this code, and the state root vouches for them.
fn decode_entry<T: Table>(mut key: &[u8], value: &[u8]) -> (T::Key, T::Record) {
    let number = u8::read(&mut key);
    assert_eq!(number, Some(T::NUMBER), "a scan stays within its table");
    let key = T::Key::read(&mut key).expect("a key of the state was written by this code");
    (key, decode_record::<T>(value))
}

fn decode_record<T: Table>(bytes: &[u8]) -> T::Record {
    codec::decode_own(bytes).expect("a record of the state was written by this code and the state root vouches for it")
}

impl Reader for State {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        self.record(key).cloned()
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        let range = (Bound::Included(start.to_vec()), Bound::Unbounded);
        self.records
            .range::<_, Vec<u8>>(range)
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(limit)
            .map(|(key, value)| (key.clone(), Arc::clone(value)))
            .collect()
    }
}

/// A state with changes that may still be given up.
pub struct Draft<'a, R: Reader> {
    base: &'a R,
    changes: BTreeMap<Vec<u8>, Option<Bytes>>,
}

impl<'a, R: Reader> Draft<'a, R> {
    /// No changes yet.
    #[must_use]
    pub const fn new(base: &'a R) -> Self {
        Self { base, changes: BTreeMap::new() }
    }

    /// Writes a record.
    pub fn put<T: Table>(&mut self, key: &T::Key, record: &T::Record) {
        self.changes.insert(T::key(key), Some(codec::encode(record).into()));
    }

    /// Deletes a record, if there is one.
    pub fn remove<T: Table>(&mut self, key: &T::Key) {
        self.changes.insert(T::key(key), None);
    }

    /// The changes, ascending by key. A change that changes nothing is left out, so that the same outcome has the same
    /// change set however it came about.
    #[must_use]
    pub fn into_changes(self) -> ChangeSet {
        let Self { base, changes } = self;
        changes.into_iter().filter(|(key, value)| base.bytes(key) != *value).collect()
    }

    /// Takes over the changes of a draft that was made on this one.
    pub fn absorb(&mut self, changes: ChangeSet) {
        self.changes.extend(changes);
    }
}

impl<R: Reader> Reader for Draft<'_, R> {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        match self.changes.get(key) {
            Some(value) => value.clone(),
            None => self.base.bytes(key),
        }
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        let range = (Bound::Included(start.to_vec()), Bound::Unbounded);
        let changed: Vec<_> = self.changes.range(range).take_while(|(key, _)| key.starts_with(prefix)).collect();
        // A deleted or replaced record takes the place of one below: that many more may be needed from there.
        let below = self.base.scan_bytes(prefix, start, limit.saturating_add(changed.len()));
        let mut merged: BTreeMap<Vec<u8>, Option<Bytes>> =
            below.into_iter().map(|(key, value)| (key, Some(value))).collect();
        for (key, value) in changed {
            merged.insert(key.clone(), value.clone());
        }
        merged.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).take(limit).collect()
    }
}
