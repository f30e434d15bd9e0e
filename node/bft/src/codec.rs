//! The codec of everything the engine sends, receives and writes into its log.
//!
//! Encoding is canonical and bounded a kind of message; a decoder refuses what is longer before it looks at it. A
//! message whose signature was [withheld](crate::signer::WITHHELD) can't be encoded, so it can't leave.

use arc_malachitebft_codec::{Codec, HasEncodedLen};
use arc_malachitebft_core_consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_core_types::PolkaCertificate;
use arc_malachitebft_engine::util::streaming::StreamMessage;
use arc_malachitebft_sync::{Request, Response, Status};
use bytes::Bytes;
use yaosu_ledger::block::BLOCK_BYTES_MAX;
use yaosu_ledger::codec::{self as ledger_codec, Canonical};

use crate::context::YaosuContext;
use crate::part::ProposalPart;
use crate::wire::{
    Mirror, WireConsensus, WireLiveness, WirePolka, WireProposedValue, WireRequest, WireResponse, WireStatus,
    WireStream,
};

/// The longest answer of block sync. One block with its certificate always fits.
pub const SYNC_RESPONSE_BYTES_MAX: usize = 6 * 1024 * 1024;

/// The longest question of block sync.
pub const SYNC_REQUEST_BYTES_MAX: usize = WireRequest::BYTES_MAX;

/// The longest vote or proposal.
pub const CONSENSUS_BYTES_MAX: usize = WireConsensus::BYTES_MAX;

/// The longest liveness message.
pub const LIVENESS_BYTES_MAX: usize = WireLiveness::BYTES_MAX;

/// The longest part of a proposed block, with what names it.
pub const STREAM_BYTES_MAX: usize = WireStream::BYTES_MAX;

/// The longest status.
pub const STATUS_BYTES_MAX: usize = WireStatus::BYTES_MAX;

const _: () = assert!(SYNC_RESPONSE_BYTES_MAX > BLOCK_BYTES_MAX + 64 * 1024);
const _: () = assert!(SYNC_RESPONSE_BYTES_MAX <= ledger_codec::BYTES_MAX);

/// Why a message can't be encoded, or bytes are no message.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Not canonical, or too long.
    #[error(transparent)]
    Ledger(#[from] ledger_codec::CodecError),
    /// Well-formed, but not a message of the protocol.
    #[error("not a message: {0}")]
    Meaningless(&'static str),
    /// The signer refused to sign it: it must not leave.
    #[error("the signature was withheld")]
    Withheld,
}

/// The codec. Holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct YaosuCodec;

fn encode<T, W: Mirror<T>>(value: &T) -> Result<Bytes, CodecError> {
    let bytes = ledger_codec::encode(&W::mirror(value)?);
    if bytes.len() > W::BYTES_MAX {
        return Err(ledger_codec::CodecError::TooLong { bytes: bytes.len(), limit: W::BYTES_MAX }.into());
    }
    Ok(Bytes::from(bytes))
}

macro_rules! codecs {
    ($($value:ty => $wire:ty),* $(,)?) => {$(
        impl Codec<$value> for YaosuCodec {
            type Error = CodecError;

            fn decode(&self, bytes: Bytes) -> Result<$value, CodecError> {
                ledger_codec::decode::<$wire>(&bytes)?.restore()
            }

            fn encode(&self, value: &$value) -> Result<Bytes, CodecError> {
                encode::<$value, $wire>(value)
            }
        }
    )*};
}

codecs! {
    SignedConsensusMsg<YaosuContext> => WireConsensus,
    LivenessMsg<YaosuContext> => WireLiveness,
    StreamMessage<ProposalPart> => WireStream,
    Status<YaosuContext> => WireStatus,
    Request<YaosuContext> => WireRequest,
    Response<YaosuContext> => WireResponse,
    ProposedValue<YaosuContext> => WireProposedValue,
    PolkaCertificate<YaosuContext> => WirePolka,
}

impl HasEncodedLen<Response<YaosuContext>> for YaosuCodec {
    fn encoded_len(&self, response: &Response<YaosuContext>) -> Result<usize, CodecError> {
        Ok(Codec::encode(self, response)?.len())
    }
}

#[cfg(test)]
mod tests;
