//! What a program needs to take part in a Yaosu market: ask, build, sign, send, wait, follow, verify.
//!
//! Everything here returns values. Nothing prints, reads the environment or knows where keys and settings are kept.
//!
//! # Asking and sending
//!
//! A [`Client`] asks the nodes of one chain. A [`Signer`] is a participant with its keys. [`Client::execute`] makes a
//! transaction, signs it, sends it and waits until it is in the ledger; [`Client::prepare`], [`Client::foresee`],
//! [`Signer::sign`] and [`Client::commit`] are its steps.
//!
//! ```no_run
//! use std::path::Path;
//! use std::time::Duration;
//!
//! use yaosu_ledger::transaction::Action;
//! use yaosu_ledger::{Amount, Text};
//! use yaosu_sdk::{BodyOptions, Client, Signer, key_file};
//!
//! # async fn pay() -> Result<(), Box<dyn std::error::Error>> {
//! // The chain from somebody you trust: nothing is signed for another.
//! let chain = "ed2314e8b37e504072414a91c8c56aaccfb48f5d3aac7ac45ccf275f2984ebee".parse()?;
//! let client = Client::new(&["http://127.0.0.1:26680", "http://127.0.0.1:26681"], Some(chain))?;
//! let alice = Signer::new(
//!     client.participant("alice").await?.id,
//!     key_file::open(Path::new("alice.pem"), b"the password")?,
//! );
//! let to = client.participant("bob").await?.id;
//! let action = Action::Pay { to, amount: Amount(1_250), memo: Text::new("rain data")? };
//! let commitment = client.execute(&alice, action, &BodyOptions::default(), Duration::from_secs(30)).await?;
//! println!("in block {}", commitment.height);
//! # Ok(())
//! # }
//! ```
//!
//! # Signing without a node
//!
//! A transaction is bytes ([`yaosu_ledger::codec`], `docs/wire.md`); what is signed follows from them alone. So a key may be
//! kept on a machine that reaches no node.
//!
//! ```
//! use yaosu_ledger::signature::SigningKey;
//! use yaosu_ledger::transaction::{Action, Body, Envelope, check_signatures};
//! use yaosu_ledger::{Amount, ChainId, Digest, ParticipantId, Text, codec};
//!
//! let key = SigningKey::from_seed([7; 32]);
//! let body = Body {
//!     chain: ChainId(Digest([1; 32])),
//!     signer: ParticipantId::of_genesis("alice"),
//!     lane: 0,
//!     sequence: 3,
//!     valid_until: None,
//!     action: Action::Pay { to: ParticipantId::of_genesis("bob"), amount: Amount(1_250), memo: Text::default() },
//! };
//! let transaction = body.sign(&[&key]);
//! let bytes = codec::encode(&transaction);
//!
//! let received = Envelope::decode(bytes)?;
//! assert_eq!(received.id(), transaction.body.id());
//! assert_eq!(check_signatures(&[received]), [true]);
//! # Ok::<(), yaosu_ledger::codec::CodecError>(())
//! ```
//!
//! # Errors
//!
//! [`SdkError::Problem`] is an answer: what the ledger's rules refuse carries the rule's permanent number.
//! [`SdkError::Unreachable`] and [`SdkError::Timeout`] say nothing about the transaction: sending the same one again is
//! safe, making another is not.
//!
//! # More
//!
//! - [`Client::events`] follows what happens, without gaps
//! - [`evidence`] proves offline what is in the ledger, [`certificate`] what a licence allows
//! - [`content`], [`delivery`] and [`sample_file`] are about the data itself, which never enters the ledger
//! - [`Load`] measures a network
//!
//! `client/sdk/examples` has programs that run against `yaosu-node dev`: `pay` and `follow` are to begin with.
//! `docs/integration.md` shows how programs in other languages take part.

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
pub mod standards;
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
