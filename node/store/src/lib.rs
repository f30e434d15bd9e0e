//! The store: what a node keeps on disk, and how it comes back after a crash.
//!
//! Every promise is one append to a journal, synced before the call returns: a proposed block, then its decision. Behind
//! it one thread brings blocks, state, events and indices into sled, from which histories are read and the next start
//! begins. It knows the ledger's types and none of its rules, no network and no clock but for batching.
//!
//! Any error of writing stops the store for good ([`StoreError::is_fatal`]): the process must end, and the next one
//! opens the store with everything that was acknowledged.

mod database;
mod disk;
mod entry;
mod error;
mod folder;
mod journal;
mod keys;
mod list;
mod reader;
mod recovery;
mod search;
mod shared;
mod store;
mod wire;
mod writer;

pub use disk::{Disk, RealDisk};
pub use entry::{DECISION_BYTES_MAX, Decided, STATE_KEY_BYTES_MAX, STATE_VALUE_BYTES_MAX};
pub use error::StoreError;
pub use folder::FORMAT_VERSION;
pub use reader::{EncodedBlock, PAGE_MAX, Reader, Statistics};
pub use search::IndexCounts;
pub use shared::FailureHook;
pub use store::{Options, Recovered, Store, Unrecovered};
