//! Yaosu's side of the consensus engine: its types, what validators sign, how messages are encoded, how the parts of a
//! proposed block are put together again, and the record that keeps a validator from signing twice.
//!
//! Knows nothing of assets, sockets or runtimes. The one file it writes is the [`signer_record`].
//!
//! # What the engine expects of the application
//!
//! Read from the sources of release 0.8.2; where the engine's own documents say less or otherwise, this is what it does.
//!
//! - **Order.** The application is asked one thing at a time. The engine does not go on before `StartedRound` is answered
//!   and asks nothing else before `GetValue`, `ReceivedProposalPart` and `ProcessSyncedValue` are: do long work beside.
//!   Only `Decided` and `Finalized` may be answered later.
//! - **`Finalized`** may stay unanswered as long as one likes. The engine stays in the decided height meanwhile: it takes
//!   votes, proposals and blocks of later heights and keeps them (10 heights, 500 messages each, `queue_capacity` and
//!   `queue_per_height_capacity`), hands parts of later blocks to the application, tells others its new tip, answers block
//!   sync and keeps what block sync brings. It decides nothing, so a node that has fallen behind must be woken: see
//!   `height_seen` of the network. Only `Next::Start` is a safe answer; `Next::Restart` empties the engine's log.
//! - **After a crash** the first height's `StartedRound` and, for its proposer, `GetValue` are asked *before* the log is
//!   replayed. The log holds votes, proposals, timeouts and the identifiers of values, so the blocks must come from the
//!   application: answer the first `StartedRound` with every undecided block of the height, and `GetValue` with the very
//!   block of that round. Votes found in the log are not signed again; what the log lost is, and then the
//!   [record](signer_record) gives the same signature or none.
//! - **Two values a round.** The engine keeps two values for each round of a height and drops further ones, and proposals
//!   of further ones. A value is found by its identifier whatever its round, so each needs to be told once: under the round
//!   in which it was proposed, whose proposer alone can fill that round's room. Told under the round of the moment, blocks
//!   of one liar would fill every round.
//! - **`RestreamProposal`** is asked in two cases and has no answer: the node proposes a block again that had a quorum of
//!   prevotes in an earlier round (then `address` is its own: sign parts of the new round), or it precommits in round 10
//!   or later (then `address` is that round's proposer, perhaps another: send the parts that came from it, unchanged).
//! - **`ProcessSyncedValue`** comes only for the height that is being decided, after its certificate was checked against
//!   the electorate. `proposer` is computed from the certificate's round and may differ from who built the block, if the
//!   block was proposed again. A verdict of "invalid" stops the node at this height until it is started anew; use it only
//!   for a block that the rules refuse, `PeerFault` for bytes that are no block, and `LocalTransientError` for trouble of
//!   one's own: it is asked again within a second.
//! - **`GetDecidedValues`** is asked with a range that begins within what the node has announced and holds at most
//!   `batch_size` heights (5 unless configured), never above the tip; at most 1000 times in 10 seconds by one peer and
//!   32 at a time. The engine then cuts the answer at `max_response_size`. Its interface promises none of that: clamp.

pub mod assembly;
pub mod certificate;
pub mod codec;
mod context;
pub mod early;
mod electorate;
mod part;
mod proposal;
pub mod reception;
pub mod signer;
pub mod signer_record;
mod vote;
mod wire;

/// The ledger's types stand in this crate's interface.
pub use yaosu_ledger as ledger;

pub use context::{Address, Ed25519, EngineHeight, Value, YaosuContext};
pub use electorate::{Electorate, ElectorateError, Validator};
pub use part::{Init, PART_BYTES, PARTS_MAX, ProposalPart, part_digest, split, split_again};
pub use proposal::Proposal;
pub use vote::Vote;
