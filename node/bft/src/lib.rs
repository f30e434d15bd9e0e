//! Yaosu's side of the consensus engine: its types, what validators sign, how messages are encoded, how the parts of a
//! proposed block are put together again, and the record that keeps a validator from signing twice.
//!
//! Knows nothing of assets, sockets or runtimes. The one file it writes is the [`signer_record`].

pub mod assembly;
pub mod certificate;
pub mod codec;
mod context;
mod electorate;
mod part;
mod proposal;
pub mod signer;
pub mod signer_record;
mod vote;
mod wire;

/// The ledger's types stand in this crate's interface.
pub use yaosu_ledger as ledger;

pub use context::{Address, Ed25519, EngineHeight, Value, YaosuContext};
pub use electorate::{Electorate, ElectorateError, Validator};
pub use part::{Init, PART_BYTES, PARTS_MAX, ProposalPart, split};
pub use proposal::Proposal;
pub use vote::Vote;
