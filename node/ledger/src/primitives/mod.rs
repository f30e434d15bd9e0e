//! The words every other module is written in: digests, identifiers, money, time, heights, bounded text.

mod digest;
mod height;
mod hex_bytes;
mod identifier;
mod money;
mod text;
mod time;

pub use digest::{Digest, HexError};
pub use height::Height;
pub use hex_bytes::{HexBytes, HexBytesError};
pub use identifier::{
    AssetId, AttestationId, BlockId, ChainId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId,
    ParticipantId, ProposalId, RecallId, TransactionId,
};
pub use money::{Amount, BasisPoints};
pub use text::{Currency, Handle, Text, TextError, is_forbidden};
pub use time::{Duration, MomentError, Timestamp};
