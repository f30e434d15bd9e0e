use arc_malachitebft_core_types::{NilOrVal, Round, SignedMessage};
use yaosu_ledger::signature::{Context, SigningKey};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, VALIDATORS_MAX, VoteKind};
use yaosu_ledger::{BlockId, ChainId, Digest, Height, ParticipantId};

use super::*;
use crate::certificate;
use crate::context::{Address, EngineHeight};
use crate::part::{PART_BYTES, split};
use crate::signer::WITHHELD;
use crate::vote::Vote;

const CHAIN: ChainId = ChainId(Digest([1; 32]));

fn signed_vote() -> SignedConsensusMsg<YaosuContext> {
    let vote = Vote {
        kind: VoteKind::Precommit,
        height: EngineHeight(Height(u64::MAX)),
        round: Round::new(u32::MAX),
        block: NilOrVal::Val(BlockId(Digest([2; 32]))),
        address: Address(ParticipantId::of_genesis("a")),
    };
    let message = SigningKey::from_seed([3; 32]).sign(Context::Vote, &CHAIN, b"vote");
    SignedConsensusMsg::Vote(SignedMessage::new(vote, message))
}

fn back<T: PartialEq + core::fmt::Debug>(value: &T) -> Bytes
where
    YaosuCodec: Codec<T, Error = CodecError>,
{
    let bytes = YaosuCodec.encode(value).expect("a message has an encoding");
    assert_eq!(&YaosuCodec.decode(bytes.clone()).expect("its own encoding"), value);
    let longer = Bytes::from([bytes.as_ref(), &[0]].concat());
    assert!(Codec::<T>::decode(&YaosuCodec, longer).is_err(), "a byte left over");
    assert!(Codec::<T>::decode(&YaosuCodec, bytes.slice(..bytes.len() - 1)).is_err(), "a byte missing");
    bytes
}

/// Goal: the largest messages come back as they went and are within the limits of their kinds.
#[test]
fn messages_come_back() {
    back(&signed_vote());
    let block = Bytes::from(vec![7; PART_BYTES * 2]);
    let parts = split(
        (Height(1), 0, Some(0)),
        ParticipantId::of_genesis("a"),
        BlockId(Digest::ZERO),
        &block,
        &CHAIN,
        &SigningKey::from_seed([3; 32]),
    );
    for part in &parts {
        assert!(back(part).len() <= STREAM_BYTES_MAX);
    }
    let mut signatures: Vec<CommitSignature> = (0..VALIDATORS_MAX)
        .map(|index| CommitSignature {
            operator: ParticipantId::of_genesis(&index.to_string()),
            signature: yaosu_ledger::signature::Signature([1; 64]),
        })
        .collect();
    signatures.sort();
    let certificate = CommitCertificate { height: Height(4), round: 2, block: BlockId(Digest([2; 32])), signatures };
    let engine = certificate::to_engine(&certificate);
    assert_eq!(certificate::from_engine(&engine.trim_vote_extensions()), Ok(certificate));
    let value = arc_malachitebft_sync::RawDecidedValue::new(Bytes::from(vec![1; BLOCK_BYTES_MAX]), engine);
    let response = arc_malachitebft_sync::ValueResponse::new(EngineHeight(Height(4)), vec![value]);
    back(&Response::<YaosuContext>::ValueResponse(response));
}

/// Goal: what the signer withheld has no encoding, neither for the network nor for the log.
#[test]
fn withheld_signatures_do_not_leave() {
    let SignedConsensusMsg::Vote(mut vote) = signed_vote() else { panic!("a vote") };
    vote.signature = WITHHELD;
    let consensus = Codec::encode(&YaosuCodec, &SignedConsensusMsg::Vote(vote.clone()));
    assert!(matches!(consensus, Err(CodecError::Withheld)));
    let liveness = Codec::encode(&YaosuCodec, &LivenessMsg::<YaosuContext>::Vote(vote));
    assert!(matches!(liveness, Err(CodecError::Withheld)));
}

/// Goal: what is longer than its kind allows is refused before it is looked at.
#[test]
fn long_messages_are_refused() {
    let refused =
        Codec::<SignedConsensusMsg<YaosuContext>>::decode(&YaosuCodec, Bytes::from(vec![0; CONSENSUS_BYTES_MAX + 1]));
    assert!(matches!(refused, Err(CodecError::Ledger(ledger_codec::CodecError::TooLong { .. }))), "{refused:?}");
}
