//! What a program needs to take part in a Yaosu market: ask, build, sign, send, wait, follow, verify.
//!
//! Everything here returns values. Nothing prints, reads the environment or knows where keys and settings are kept.

mod approvals;
pub mod certificate;
mod client;
pub mod content;
pub mod data_package;
pub mod delivery;
mod distribution;
mod error;
pub mod evidence;
mod follow;
pub mod key_file;
mod load;
mod queries;
mod reads;
pub mod sample_file;
mod signer;
mod submission;
mod text_digest;

pub use approvals::{
    MissingApproval, TransactionFileError, approve, load as load_transaction, save as save_transaction,
};
pub use client::{ANSWER_BYTES_MAX, ANSWER_TIMEOUT, CONNECT_TIMEOUT, Client};
pub use distribution::{Distribution, LostBond};
pub use error::{Attempt, SdkError};
pub use follow::EventFollower;
pub use load::{Latencies, Load, LoadOfficers, LoadPlan, LoadReport};
pub use queries::{
    AssetQuery, AttestationQuery, DemandQuery, Direction, FreezeQuery, LicenceQuery, ListingQuery, MayQuery,
    NegotiationQuery, OrderQuery, Paging, ParticipantQuery, RecallDutyQuery, SearchQuery,
};
pub use reads::{ReadPlan, ReadReport};
pub use signer::Signer;
pub use submission::{BodyOptions, Commitment};
pub use text_digest::text_digest;
