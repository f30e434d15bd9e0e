//! The bytes of the engine's messages: a mirror of each type, with a limit on its length.
//!
//! The engine's types have no encoding of their own. These have the ledger's canonical one: nothing left over, one
//! encoding a value.

use arc_malachitebft_core_consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_core_types::{
    NilOrVal, PolkaCertificate, PolkaSignature, Round, RoundCertificate, RoundCertificateType, RoundSignature,
    SignedProposal, SignedVote, Validity, VoteType,
};
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamMessage};
use arc_malachitebft_sync::{PeerId, RawDecidedValue, Request, Response, Status, ValueRequest, ValueResponse};
use bincode::{Decode, Encode};
use bytes::Bytes;
use yaosu_ledger::codec::Canonical;
use yaosu_ledger::signature::Signature;
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, VoteKind};
use yaosu_ledger::{BlockId, Digest, Height, ParticipantId};

use crate::certificate;
use crate::codec::{CodecError, SYNC_RESPONSE_BYTES_MAX};
use crate::context::{Address, EngineHeight, Value, YaosuContext};
use crate::part::{Init, PART_BYTES, ProposalPart, message};
use crate::proposal::Proposal;
use crate::signer::WITHHELD;
use crate::vote::Vote;

/// A wire type and the engine's type that it stands for.
pub trait Mirror<T>: Canonical {
    /// The wire form, or why the value may not leave.
    fn mirror(value: &T) -> Result<Self, CodecError>;
    /// The engine's form, or why the value makes no sense.
    fn restore(self) -> Result<T, CodecError>;
}

fn round_number(round: Round) -> Result<u32, CodecError> {
    round.as_u32().ok_or(CodecError::Meaningless("a message of no round"))
}

fn block_of(value: NilOrVal<BlockId>) -> Option<BlockId> {
    match value {
        NilOrVal::Nil => None,
        NilOrVal::Val(block) => Some(block),
    }
}

fn value_of(block: Option<BlockId>) -> NilOrVal<BlockId> {
    block.map_or(NilOrVal::Nil, NilOrVal::Val)
}

#[derive(Encode, Decode)]
pub struct WireVote {
    kind: VoteKind,
    height: Height,
    round: u32,
    block: Option<BlockId>,
    operator: ParticipantId,
    signature: Signature,
}

impl WireVote {
    fn mirror(signed: &SignedVote<YaosuContext>) -> Result<Self, CodecError> {
        if signed.signature == WITHHELD {
            return Err(CodecError::Withheld);
        }
        let vote = &signed.message;
        Ok(Self {
            kind: vote.kind,
            height: vote.height.0,
            round: round_number(vote.round)?,
            block: block_of(vote.block),
            operator: vote.address.0,
            signature: signed.signature,
        })
    }

    fn restore(self) -> SignedVote<YaosuContext> {
        let vote = Vote {
            kind: self.kind,
            height: EngineHeight(self.height),
            round: Round::new(self.round),
            block: value_of(self.block),
            address: Address(self.operator),
        };
        SignedVote::new(vote, self.signature)
    }
}

#[derive(Encode, Decode)]
pub struct WireProposal {
    height: Height,
    round: u32,
    block: BlockId,
    valid_round: Option<u32>,
    operator: ParticipantId,
    signature: Signature,
}

impl WireProposal {
    fn mirror(signed: &SignedProposal<YaosuContext>) -> Result<Self, CodecError> {
        if signed.signature == WITHHELD {
            return Err(CodecError::Withheld);
        }
        let proposal = &signed.message;
        Ok(Self {
            height: proposal.height.0,
            round: round_number(proposal.round)?,
            block: proposal.value.0,
            valid_round: proposal.valid_round.as_u32(),
            operator: proposal.address.0,
            signature: signed.signature,
        })
    }

    fn restore(self) -> SignedProposal<YaosuContext> {
        let proposal = Proposal {
            height: EngineHeight(self.height),
            round: Round::new(self.round),
            value: Value(self.block),
            valid_round: Round::from(self.valid_round),
            address: Address(self.operator),
        };
        SignedProposal::new(proposal, self.signature)
    }
}

#[derive(Encode, Decode)]
pub enum WireConsensus {
    Vote(WireVote),
    Proposal(WireProposal),
}

impl Canonical for WireConsensus {
    const BYTES_MAX: usize = 256;
}

impl Mirror<SignedConsensusMsg<YaosuContext>> for WireConsensus {
    fn mirror(value: &SignedConsensusMsg<YaosuContext>) -> Result<Self, CodecError> {
        match value {
            SignedConsensusMsg::Vote(vote) => WireVote::mirror(vote).map(Self::Vote),
            SignedConsensusMsg::Proposal(proposal) => WireProposal::mirror(proposal).map(Self::Proposal),
        }
    }

    fn restore(self) -> Result<SignedConsensusMsg<YaosuContext>, CodecError> {
        Ok(match self {
            Self::Vote(vote) => SignedConsensusMsg::Vote(vote.restore()),
            Self::Proposal(proposal) => SignedConsensusMsg::Proposal(proposal.restore()),
        })
    }
}

#[derive(Encode, Decode)]
pub struct WirePolka {
    height: Height,
    round: u32,
    block: BlockId,
    signatures: Vec<CommitSignature>,
}

impl Canonical for WirePolka {
    const BYTES_MAX: usize = 16 * 1024;
}

impl Mirror<PolkaCertificate<YaosuContext>> for WirePolka {
    fn mirror(value: &PolkaCertificate<YaosuContext>) -> Result<Self, CodecError> {
        Ok(Self {
            height: value.height.0,
            round: round_number(value.round)?,
            block: value.value_id,
            signatures: value
                .polka_signatures
                .iter()
                .map(|entry| CommitSignature { operator: entry.address.0, signature: entry.signature })
                .collect(),
        })
    }

    fn restore(self) -> Result<PolkaCertificate<YaosuContext>, CodecError> {
        Ok(PolkaCertificate {
            height: EngineHeight(self.height),
            round: Round::new(self.round),
            value_id: self.block,
            polka_signatures: self
                .signatures
                .into_iter()
                .map(|entry| PolkaSignature::new(Address(entry.operator), entry.signature))
                .collect(),
        })
    }
}

#[derive(Encode, Decode)]
pub struct WireRoundSignature {
    kind: VoteKind,
    block: Option<BlockId>,
    operator: ParticipantId,
    signature: Signature,
}

#[derive(Encode, Decode)]
pub struct WireRoundCertificate {
    height: Height,
    round: u32,
    /// Whether a third moved on (true) or two thirds precommitted.
    skip: bool,
    signatures: Vec<WireRoundSignature>,
}

impl WireRoundCertificate {
    fn mirror(value: &RoundCertificate<YaosuContext>) -> Result<Self, CodecError> {
        Ok(Self {
            height: value.height.0,
            round: round_number(value.round)?,
            skip: value.cert_type == RoundCertificateType::Skip,
            signatures: value
                .round_signatures
                .iter()
                .map(|entry| WireRoundSignature {
                    kind: match entry.vote_type {
                        VoteType::Prevote => VoteKind::Prevote,
                        VoteType::Precommit => VoteKind::Precommit,
                    },
                    block: block_of(entry.value_id),
                    operator: entry.address.0,
                    signature: entry.signature,
                })
                .collect(),
        })
    }

    fn restore(self) -> RoundCertificate<YaosuContext> {
        RoundCertificate {
            height: EngineHeight(self.height),
            round: Round::new(self.round),
            cert_type: if self.skip { RoundCertificateType::Skip } else { RoundCertificateType::Precommit },
            round_signatures: self
                .signatures
                .into_iter()
                .map(|entry| {
                    let kind = match entry.kind {
                        VoteKind::Prevote => VoteType::Prevote,
                        VoteKind::Precommit => VoteType::Precommit,
                    };
                    RoundSignature::new(kind, value_of(entry.block), Address(entry.operator), entry.signature)
                })
                .collect(),
        }
    }
}

#[derive(Encode, Decode)]
pub enum WireLiveness {
    Vote(WireVote),
    Polka(WirePolka),
    Skip(WireRoundCertificate),
}

impl Canonical for WireLiveness {
    const BYTES_MAX: usize = 32 * 1024;
}

impl Mirror<LivenessMsg<YaosuContext>> for WireLiveness {
    fn mirror(value: &LivenessMsg<YaosuContext>) -> Result<Self, CodecError> {
        match value {
            LivenessMsg::Vote(vote) => WireVote::mirror(vote).map(Self::Vote),
            LivenessMsg::PolkaCertificate(polka) => WirePolka::mirror(polka).map(Self::Polka),
            LivenessMsg::SkipRoundCertificate(certificate) => WireRoundCertificate::mirror(certificate).map(Self::Skip),
        }
    }

    fn restore(self) -> Result<LivenessMsg<YaosuContext>, CodecError> {
        Ok(match self {
            Self::Vote(vote) => LivenessMsg::Vote(vote.restore()),
            Self::Polka(polka) => LivenessMsg::PolkaCertificate(polka.restore()?),
            Self::Skip(certificate) => LivenessMsg::SkipRoundCertificate(certificate.restore()),
        })
    }
}

#[derive(Encode, Decode)]
pub enum WirePart {
    Init { init: Init, signature: Signature },
    Data { index: u32, bytes: Vec<u8> },
}

/// The sequence is not sent: it follows from the part.
#[derive(Encode, Decode)]
pub struct WireStream {
    stream: Digest,
    part: WirePart,
}

impl Canonical for WireStream {
    const BYTES_MAX: usize = PART_BYTES + 1024;
}

impl Mirror<StreamMessage<ProposalPart>> for WireStream {
    fn mirror(value: &StreamMessage<ProposalPart>) -> Result<Self, CodecError> {
        let name = value.stream_id.to_bytes();
        let name: [u8; 32] =
            name.as_ref().try_into().map_err(|_| CodecError::Meaningless("a stream without a name"))?;
        let part = match &value.content {
            StreamContent::Data(ProposalPart::Init { init, signature }) => {
                WirePart::Init { init: init.clone(), signature: *signature }
            }
            StreamContent::Data(ProposalPart::Data { index, bytes }) => {
                WirePart::Data { index: *index, bytes: bytes.to_vec() }
            }
            StreamContent::Fin => return Err(CodecError::Meaningless("an end of a stream: the first part says it")),
        };
        Ok(Self { stream: Digest(name), part })
    }

    fn restore(self) -> Result<StreamMessage<ProposalPart>, CodecError> {
        let (sequence, part) = match self.part {
            WirePart::Init { init, signature } => (0, ProposalPart::Init { init, signature }),
            WirePart::Data { index, bytes } => {
                (u64::from(index).saturating_add(1), ProposalPart::Data { index, bytes: Bytes::from(bytes) })
            }
        };
        Ok(message(self.stream, sequence, part))
    }
}

#[derive(Encode, Decode)]
pub struct WireStatus {
    peer: Vec<u8>,
    tip: Height,
    first: Height,
}

impl Canonical for WireStatus {
    const BYTES_MAX: usize = 128;
}

impl Mirror<Status<YaosuContext>> for WireStatus {
    fn mirror(value: &Status<YaosuContext>) -> Result<Self, CodecError> {
        Ok(Self { peer: value.peer_id.to_bytes(), tip: value.tip_height.0, first: value.history_min_height.0 })
    }

    fn restore(self) -> Result<Status<YaosuContext>, CodecError> {
        let peer_id = PeerId::from_bytes(&self.peer).map_err(|_| CodecError::Meaningless("not a peer's name"))?;
        Ok(Status { peer_id, tip_height: EngineHeight(self.tip), history_min_height: EngineHeight(self.first) })
    }
}

#[derive(Encode, Decode)]
pub struct WireRequest {
    first: Height,
    last: Height,
}

impl Canonical for WireRequest {
    const BYTES_MAX: usize = 32;
}

impl Mirror<Request<YaosuContext>> for WireRequest {
    fn mirror(value: &Request<YaosuContext>) -> Result<Self, CodecError> {
        let Request::ValueRequest(request) = value;
        Ok(Self { first: request.range.start().0, last: request.range.end().0 })
    }

    fn restore(self) -> Result<Request<YaosuContext>, CodecError> {
        let range = EngineHeight(self.first)..=EngineHeight(self.last);
        Ok(Request::ValueRequest(ValueRequest::new(range)))
    }
}

#[derive(Encode, Decode)]
pub struct WireDecided {
    block: Vec<u8>,
    certificate: CommitCertificate,
}

#[derive(Encode, Decode)]
pub struct WireResponse {
    first: Height,
    values: Vec<WireDecided>,
}

impl Canonical for WireResponse {
    const BYTES_MAX: usize = SYNC_RESPONSE_BYTES_MAX;
}

impl Mirror<Response<YaosuContext>> for WireResponse {
    fn mirror(value: &Response<YaosuContext>) -> Result<Self, CodecError> {
        let Response::ValueResponse(response) = value;
        let values = response.values.iter().map(|value| {
            let certificate = certificate::from_engine(&value.certificate.trim_vote_extensions())
                .map_err(|_| CodecError::Meaningless("a certificate of no round"))?;
            Ok(WireDecided { block: value.value_bytes.to_vec(), certificate })
        });
        Ok(Self { first: response.start_height.0, values: values.collect::<Result<_, CodecError>>()? })
    }

    fn restore(self) -> Result<Response<YaosuContext>, CodecError> {
        let values = self
            .values
            .into_iter()
            .map(|value| RawDecidedValue::new(Bytes::from(value.block), certificate::to_engine(&value.certificate)))
            .collect();
        Ok(Response::ValueResponse(ValueResponse::new(EngineHeight(self.first), values)))
    }
}

#[derive(Encode, Decode)]
pub struct WireProposedValue {
    height: Height,
    round: u32,
    valid_round: Option<u32>,
    proposer: ParticipantId,
    block: BlockId,
    valid: bool,
}

impl Canonical for WireProposedValue {
    const BYTES_MAX: usize = 128;
}

impl Mirror<ProposedValue<YaosuContext>> for WireProposedValue {
    fn mirror(value: &ProposedValue<YaosuContext>) -> Result<Self, CodecError> {
        Ok(Self {
            height: value.height.0,
            round: round_number(value.round)?,
            valid_round: value.valid_round.as_u32(),
            proposer: value.proposer.0,
            block: value.value.0,
            valid: value.validity.is_valid(),
        })
    }

    fn restore(self) -> Result<ProposedValue<YaosuContext>, CodecError> {
        Ok(ProposedValue {
            height: EngineHeight(self.height),
            round: Round::new(self.round),
            valid_round: Round::from(self.valid_round),
            proposer: Address(self.proposer),
            value: Value(self.block),
            validity: Validity::from_bool(self.valid),
        })
    }
}
