//! What a program needs to take part in a Yaosu market: ask, build, sign, send, wait, follow, verify.
//!
//! Everything here returns values. Nothing prints, reads the environment or knows where keys and settings are kept.

mod approvals;
mod client;
pub mod content;
mod error;
mod follow;
pub mod key_file;
mod queries;
mod signer;
mod submission;
mod verification;

pub use approvals::{MissingApproval, TransactionFileError, approve, load as load_transaction, save as save_transaction};
pub use client::{ANSWER_BYTES_MAX, ANSWER_TIMEOUT, CONNECT_TIMEOUT, Client};
pub use error::SdkError;
pub use follow::EventFollower;
pub use queries::{AssetQuery, Direction, LicenceQuery, ListingQuery, OrderQuery, Paging, ParticipantQuery};
pub use signer::Signer;
pub use submission::{BodyOptions, Commitment};
pub use verification::{Check, Verification, checkpoint, verify as verify_receipt};
