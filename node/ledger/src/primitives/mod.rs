//! The words every other module is written in: digests, identifiers, money, time, heights, bounded text.

mod digest;
mod height;
mod identifier;
mod money;
mod text;
mod time;

pub use digest::{Digest, HexError};
pub use height::Height;
pub use identifier::{
    AssetId, BlockId, ChainId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId,
    ProposalId, TransactionId,
};
pub use money::{Amount, BasisPoints};
pub use text::{Currency, Handle, Text, TextError, is_forbidden};
pub use time::{Duration, Timestamp};
