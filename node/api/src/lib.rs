//! The HTTP contract as types: what a node's public door takes and gives under `/v1`.
//!
//! Bodies are JSON but for transactions and genesis, which travel as their canonical bytes (`application/octet-stream`). Money is a number of minor units, moments texts of RFC 3339 in UTC with milliseconds
//! (read as Unix milliseconds too), identifiers and keys lower-case hex. Records are the ledger's own, with their identifier beside them.

#[cfg(feature = "contract")]
pub mod contract;
pub mod evidence;
mod evidence_code;
mod fate;
mod intent;
mod page;
pub mod picture;
mod problem;
mod search;
mod view;
pub mod words;
mod written;

pub use evidence_code::{EvidenceCode, EvidenceCodeError};
pub use fate::{Fate, Foreseen, Submission};
pub use intent::{Intent, NeededApproval, Prepared, SignedBytes};
pub use page::{LIMIT_DEFAULT, LIMIT_MAX, Page};
pub use problem::{Problem, ProblemCode};
pub use search::{FoundAsset, OfferView, SEARCH_TEXT_MAX, SECTORS_MAX, SearchView};
pub use view::{
    AccountView, AssetOpennessView, BlockReference, BlockView, ChainView, CheckView, Entity, EventPosition, EventView,
    HeadView, LaneView, LifeView, MayView, NodeStatus, ObjectionView, OpennessRow, OpennessView, PeerView, Provenance,
    ProvenanceEdge, ProvenanceNode, ReadinessView, RecallDutyView, RoyaltiesView, RoyaltyView, SampleChoiceView,
    SupplyView, TransactionView, UseView, ValidatorView, ValidatorsView, VersionView,
};
pub use written::{WrittenRecord, WrittenView};

/// Canonical bytes.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// Problem documents (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A record is found by its identifier or by any prefix of it that is unique, of this many digits or more.
pub const PREFIX_DIGITS_MIN: usize = 6;

/// How long a submission may wait for its commitment, in milliseconds.
pub const WAIT_MS_MAX: u64 = 60_000;
