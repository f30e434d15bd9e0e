//! Golden bytes of consensus: what validators send each other, what they sign, and what the signer's record keeps.
//!
//! `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-bft --test golden` when a format is meant to change.

#[path = "../../tests/support/golden.rs"]
mod support;

use std::fs;

use arc_malachitebft_codec::Codec;
use arc_malachitebft_core_consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg};
use arc_malachitebft_core_types::{
    NilOrVal, PolkaCertificate, PolkaSignature, Round, RoundCertificate, RoundCertificateType, RoundSignature,
    SignedMessage, SignedProposal, SignedVote, ValidatorProof, Validity, VoteType,
};
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamMessage};
use arc_malachitebft_signing::{Signer, Verifier};
use arc_malachitebft_sync::{PeerId, RawDecidedValue, Request, Response, Status, ValueRequest, ValueResponse};
use bytes::Bytes;
use yaosu_bft::codec::{CodecError, YaosuCodec};
use yaosu_bft::ledger::codec;
use yaosu_bft::ledger::offer::Authorship;
use yaosu_bft::ledger::signature::{self, Context, Signature, SigningKey};
use yaosu_bft::ledger::validators::{CommitCertificate, CommitSignature, VoteKind};
use yaosu_bft::ledger::{BlockId, ChainId, Digest, Height, ParticipantId};
use yaosu_bft::signer::{RecordedSigner, SignatureVerifier};
use yaosu_bft::signer_record::{History, SLOT_BYTES, SignerRecord};
use yaosu_bft::{
    Address, EngineHeight, Init, PART_BYTES, Proposal, ProposalPart, Value, Vote, YaosuContext, certificate, split,
    split_again,
};

use crate::support::{Sample, compare};

const CHAIN: ChainId = ChainId(Digest([1; 32]));
const HEIGHT: Height = Height(70_000);
const BLOCK: BlockId = BlockId(Digest([2; 32]));
const OPERATOR: ParticipantId = ParticipantId(Digest([3; 32]));
const OTHER: ParticipantId = ParticipantId(Digest([4; 32]));
const SIGNATURE: Signature = Signature([5; 64]);

fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

fn vote(kind: VoteKind, round: u32, block: Option<BlockId>) -> Vote {
    Vote {
        kind,
        height: EngineHeight(HEIGHT),
        round: Round::new(round),
        block: block.map_or(NilOrVal::Nil, NilOrVal::Val),
        address: Address(OPERATOR),
    }
}

fn proposal(round: u32, valid_round: Option<u32>) -> Proposal {
    Proposal {
        height: EngineHeight(HEIGHT),
        round: Round::new(round),
        value: Value(BLOCK),
        valid_round: Round::from(valid_round),
        address: Address(OPERATOR),
    }
}

fn signed_vote(vote: Vote) -> SignedVote<YaosuContext> {
    SignedMessage::new(vote, SIGNATURE)
}

fn signed_proposal(proposal: Proposal) -> SignedProposal<YaosuContext> {
    SignedMessage::new(proposal, SIGNATURE)
}

fn polka() -> PolkaCertificate<YaosuContext> {
    PolkaCertificate {
        height: EngineHeight(HEIGHT),
        round: Round::new(3),
        value_id: BLOCK,
        polka_signatures: [OPERATOR, OTHER].map(|operator| PolkaSignature::new(Address(operator), SIGNATURE)).to_vec(),
    }
}

fn round_certificate(cert_type: RoundCertificateType) -> RoundCertificate<YaosuContext> {
    let entry = |kind, block, operator| RoundSignature::new(kind, block, Address(operator), SIGNATURE);
    RoundCertificate {
        height: EngineHeight(HEIGHT),
        round: Round::new(3),
        cert_type,
        round_signatures: vec![
            entry(VoteType::Prevote, NilOrVal::Nil, OPERATOR),
            entry(VoteType::Precommit, NilOrVal::Val(BLOCK), OTHER),
        ],
    }
}

fn authorship() -> Authorship {
    Authorship { round: 1, valid_round: Some(0), signature: SIGNATURE }
}

/// A first part that nobody signed, of a block of two parts.
fn init_of_two() -> Init {
    Init {
        height: HEIGHT,
        round: 300,
        valid_round: Some(2),
        proposer: OPERATOR,
        authorship: Some(Box::new(authorship())),
        block: BLOCK,
        bytes: u32::try_from(PART_BYTES + 1).expect("a part is short"),
        parts: vec![Digest([8; 32]), Digest([9; 32])],
    }
}

fn own_parts() -> Vec<StreamMessage<ProposalPart>> {
    split((HEIGHT, 3, None), OPERATOR, BLOCK, &Bytes::from_static(b"a block"), &CHAIN, &key())
}

fn parts_again() -> Vec<StreamMessage<ProposalPart>> {
    let block = Bytes::from_static(b"a block");
    split_again((HEIGHT, 4, Some(3)), authorship(), OPERATOR, BLOCK, &block, &CHAIN, &key())
}

fn response(values: Vec<RawDecidedValue<YaosuContext>>) -> Response<YaosuContext> {
    Response::ValueResponse(ValueResponse::new(EngineHeight(HEIGHT), values))
}

fn decided() -> RawDecidedValue<YaosuContext> {
    let signatures = [OPERATOR, OTHER].map(|operator| CommitSignature { operator, signature: SIGNATURE }).to_vec();
    let decision = CommitCertificate { height: HEIGHT, round: 3, block: BLOCK, signatures };
    RawDecidedValue::new(Bytes::from_static(b"a block"), certificate::to_engine(&decision))
}

/// The name that a network key gives its node: the key itself, with what libp2p puts in front of it.
fn peer() -> PeerId {
    let bytes = [&[0x00, 0x24, 0x08, 0x01, 0x12, 0x20], key().public().as_bytes().as_slice()].concat();
    PeerId::from_bytes(&bytes).expect("a name made of a key")
}

/// A message as it goes out; it comes back from these bytes.
fn sample<T>(name: &str, value: &T) -> Sample
where
    YaosuCodec: Codec<T, Error = CodecError>,
{
    let bytes = YaosuCodec.encode(value).expect("a message has an encoding");
    let back = YaosuCodec.decode(bytes.clone()).expect("its own encoding");
    assert_eq!(YaosuCodec.encode(&back).expect("it had one before"), bytes, "{name}");
    (name.to_owned(), bytes.to_vec())
}

/// The place of each message in its enumeration. A new one must be added here, and so gets a sample.
const fn place_of_consensus(message: &SignedConsensusMsg<YaosuContext>) -> u8 {
    match message {
        SignedConsensusMsg::Vote(_) => 0,
        SignedConsensusMsg::Proposal(_) => 1,
    }
}

const fn place_of_liveness(message: &LivenessMsg<YaosuContext>) -> u8 {
    match message {
        LivenessMsg::Vote(_) => 0,
        LivenessMsg::PolkaCertificate(_) => 1,
        LivenessMsg::SkipRoundCertificate(_) => 2,
    }
}

const fn place_of_part(part: &ProposalPart) -> u8 {
    match part {
        ProposalPart::Init { .. } => 0,
        ProposalPart::Data { .. } => 1,
    }
}

#[test]
fn golden_consensus() {
    let rows = [
        ("prevote", SignedConsensusMsg::Vote(signed_vote(vote(VoteKind::Prevote, 3, Some(BLOCK))))),
        ("precommit", SignedConsensusMsg::Vote(signed_vote(vote(VoteKind::Precommit, 300, Some(BLOCK))))),
        ("precommit-for-none", SignedConsensusMsg::Vote(signed_vote(vote(VoteKind::Precommit, 3, None)))),
        ("proposal", SignedConsensusMsg::Proposal(signed_proposal(proposal(3, None)))),
        ("proposal-again", SignedConsensusMsg::Proposal(signed_proposal(proposal(4, Some(3))))),
    ];
    let samples = rows.map(|(name, message)| {
        let sample = sample(name, &message);
        assert_eq!(sample.1[0], place_of_consensus(&message), "{name}: its place is its number on the wire");
        sample
    });
    compare("consensus.txt", &samples);
}

#[test]
fn golden_liveness() {
    let rows = [
        ("vote", LivenessMsg::Vote(signed_vote(vote(VoteKind::Prevote, 3, None)))),
        ("polka", LivenessMsg::PolkaCertificate(polka())),
        ("round-skipped", LivenessMsg::SkipRoundCertificate(round_certificate(RoundCertificateType::Skip))),
        ("round-precommitted", LivenessMsg::SkipRoundCertificate(round_certificate(RoundCertificateType::Precommit))),
    ];
    let samples = rows.map(|(name, message)| {
        let sample = sample(name, &message);
        assert_eq!(sample.1[0], place_of_liveness(&message), "{name}: its place is its number on the wire");
        sample
    });
    compare("liveness.txt", &samples);
}

#[test]
fn golden_parts() {
    let [first, data] = <[_; 2]>::try_from(own_parts()).expect("a short block has one data part");
    let again = parts_again().swap_remove(0);
    let of_two = init_of_two().messages(SIGNATURE, &Bytes::new()).swap_remove(0);
    let rows = [("first", first), ("data", data), ("first-again", again), ("first-of-two", of_two)];
    let samples = rows.map(|(name, message)| {
        let sample = sample(name, &message);
        let StreamContent::Data(part) = &message.content else { panic!("{name} is a part") };
        assert_eq!(sample.1[32], place_of_part(part), "{name}: its place is its number on the wire");
        sample
    });
    compare("parts.txt", &samples);
}

#[test]
fn golden_sync() {
    let status: Status<YaosuContext> =
        Status { peer_id: peer(), tip_height: EngineHeight(HEIGHT), history_min_height: EngineHeight(Height(1)) };
    let range = EngineHeight(Height(69_996))..=EngineHeight(HEIGHT);
    let request: Request<YaosuContext> = Request::ValueRequest(ValueRequest::new(range));
    let samples = [
        sample("status", &status),
        sample("request", &request),
        sample("response", &response(vec![decided()])),
        sample("response-without-blocks", &response(Vec::new())),
    ];
    compare("sync.txt", &samples);
}

/// What the engine writes into its log besides messages of consensus.
#[test]
fn golden_log() {
    let value = |validity, valid_round| ProposedValue::<YaosuContext> {
        height: EngineHeight(HEIGHT),
        round: Round::new(3),
        valid_round: Round::from(valid_round),
        proposer: Address(OPERATOR),
        value: Value(BLOCK),
        validity,
    };
    let samples = [
        sample("valid-block", &value(Validity::Valid, None)),
        sample("invalid-block-again", &value(Validity::Invalid, Some(2))),
        sample("polka", &polka()),
    ];
    compare("log.txt", &samples);
}

/// Goal: what is signed is frozen, and the signer signs it: each signature is checked over the very bytes of the file.
#[tokio::test]
async fn golden_signed() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let record = SignerRecord::open(&folder.path().join("record"), CHAIN, key().public(), History::Empty)
        .expect("a new node has no record");
    let signer = RecordedSigner::new(key(), CHAIN, record);
    let mut rows: Vec<(&str, Vec<u8>, Signature)> = Vec::new();
    for (name, proposal) in [("proposal", proposal(3, None)), ("proposal-again", proposal(4, Some(3)))] {
        let signature = signer.sign_proposal(proposal).await.expect("never fails").signature;
        rows.push((name, proposal.message(&CHAIN).expect("it has a round"), signature));
    }
    let votes = [
        ("prevote", vote(VoteKind::Prevote, 4, Some(BLOCK))),
        ("precommit-for-none", vote(VoteKind::Precommit, 4, None)),
    ];
    for (name, vote) in votes {
        let signature = signer.sign_vote(vote).await.expect("never fails").signature;
        rows.push((name, vote.statement().expect("it has a round").message(&CHAIN), signature));
    }
    for (name, parts) in [("first-part", own_parts()), ("first-part-again", parts_again())] {
        let StreamContent::Data(ProposalPart::Init { init, signature }) = &parts[0].content else {
            panic!("{name} begins a stream");
        };
        assert!(init.is_signed_by(&key().public(), &CHAIN, signature), "{name}");
        let message = signature::message(Context::ProposalPart, &CHAIN, &codec::encode(init));
        rows.push((name, message, *signature));
    }
    let (public_key, name) = (key().public().as_bytes().to_vec(), peer().to_bytes());
    let payload = ValidatorProof::<YaosuContext>::signing_bytes(&public_key, &name);
    let proof = signer.sign_validator_proof(public_key, name).await.expect("never fails");
    let verifier = SignatureVerifier { chain: CHAIN };
    assert!(verifier.verify_validator_proof(&proof).await.expect("never fails").is_valid());
    rows.push(("validator-proof", signature::message(Context::ValidatorProof, &CHAIN, &payload), proof.signature));
    let mut samples: Vec<Sample> = Vec::new();
    for (name, message, signature) in rows {
        assert!(signature::verify(&key().public(), &message, &signature), "{name}");
        samples.push((format!("{name}-message"), message));
        samples.push((format!("{name}-signature"), signature.as_bytes().to_vec()));
    }
    compare("signed.txt", &samples);
}

/// The first slot of a record and the second one, which lies a page behind it.
fn slots(name: &str, bytes: &[u8]) -> [Sample; 2] {
    assert_eq!(bytes.len(), 4096 + SLOT_BYTES, "the second slot ends the file");
    [(format!("{name}-first"), bytes[..SLOT_BYTES].to_vec()), (format!("{name}-second"), bytes[4096..].to_vec())]
}

#[tokio::test]
async fn golden_signer_record() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let read = |name| fs::read(folder.path().join(name)).expect("the record was made");
    let made = SignerRecord::open(&folder.path().join("used"), CHAIN, key().public(), History::Empty);
    let record = made.expect("a new node has no record");
    let mut samples: Vec<Sample> = slots("empty", &read("used")).into();
    let signer = RecordedSigner::new(key(), CHAIN, record);
    signer.sign_proposal(proposal(3, None)).await.expect("never fails");
    samples.extend(slots("proposal-signed", &read("used")));
    signer.sign_vote(vote(VoteKind::Prevote, 3, Some(BLOCK))).await.expect("never fails");
    samples.extend(slots("prevote-signed", &read("used")));
    signer.sign_vote(vote(VoteKind::Precommit, 3, None)).await.expect("never fails");
    samples.extend(slots("precommit-signed", &read("used")));
    SignerRecord::make_above(&folder.path().join("floor"), CHAIN, key().public(), HEIGHT).expect("no file is there");
    samples.extend(slots("with-a-floor", &read("floor")));
    compare("signer_record.txt", &samples);
}
