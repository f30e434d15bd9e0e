//! The state: every record of the market under a byte key, and the tree over them whose root a header carries.
//!
//! A value of [`State`] never changes and is cheap to clone: carrying out a block gives another one, and both stay
//! valid. So a proposal is executed, a query answered and a block built without waiting for each other.

mod draft;
mod key;
mod table;

use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;

pub use draft::{Draft, Reader};
pub use key::{KeyPart, StateKey};
pub use table::*;

use crate::primitives::Digest;
use crate::state_tree::{self, StateProof, StateTree};

/// A record's bytes.
pub type Bytes = Arc<[u8]>;

/// Puts (`Some`) and deletions (`None`) by key, ascending, each key once.
pub type ChangeSet = Vec<(Vec<u8>, Option<Bytes>)>;

/// All records after some height.
#[derive(Clone, Default)]
pub struct State {
    records: OrdMap<Vec<u8>, Bytes>,
    tree: StateTree,
}

impl State {
    /// The state that has these records and no others, as read from a store. The order does not matter.
    #[must_use]
    pub fn from_records(records: impl IntoIterator<Item = (Vec<u8>, Bytes)>) -> Self {
        let records: OrdMap<Vec<u8>, Bytes> = records.into_iter().collect();
        let changes: Vec<(Digest, Option<Digest>)> = records
            .iter()
            .map(|(key, value)| (state_tree::path_of(key), Some(state_tree::value_hash(value))))
            .collect();
        let tree = StateTree::default().update(&changes);
        Self { records, tree }
    }

    /// The state after these changes.
    #[must_use]
    pub fn with(&self, changes: &ChangeSet) -> Self {
        let mut records = self.records.clone();
        let mut paths = Vec::with_capacity(changes.len());
        for (key, value) in changes {
            paths.push((state_tree::path_of(key), value.as_ref().map(|value| state_tree::value_hash(value))));
            match value {
                Some(value) => records.insert(key.clone(), Arc::clone(value)),
                None => records.remove(key),
            };
        }
        Self { records, tree: self.tree.update(&paths) }
    }

    /// The root of the tree over all records.
    #[must_use]
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// All records in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = (&[u8], &Bytes)> {
        self.records.iter().map(|(key, value)| (key.as_slice(), value))
    }

    /// The keys whose records differ from those of another state, ascending. What both states share is passed over, so that
    /// states that lie a few blocks apart are compared in about the time that their differences take.
    #[must_use]
    pub fn keys_unlike(&self, other: &Self) -> Vec<Vec<u8>> {
        let differences = other.records.diff(&self.records);
        differences
            .map(|item| match item {
                DiffItem::Add(key, _) | DiffItem::Remove(key, _) | DiffItem::Update { new: (key, _), .. } => {
                    key.clone()
                }
            })
            .collect()
    }

    /// Proves that a key has its value, or that it has none.
    #[must_use]
    pub fn prove(&self, key: &[u8]) -> StateProof {
        self.tree.prove(key)
    }

    fn record(&self, key: &[u8]) -> Option<&Bytes> {
        self.records.get(key)
    }
}
