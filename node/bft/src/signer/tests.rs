use arc_malachitebft_core_types::Round;
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet};
use yaosu_ledger::{BlockId, Digest, Height, ParticipantId};

use super::*;
use crate::context::{Address, EngineHeight, Value};
use crate::signer_record::History;

const CHAIN: ChainId = ChainId(Digest([1; 32]));

fn signer(folder: &tempfile::TempDir) -> RecordedSigner {
    let key = SigningKey::from_seed([7; 32]);
    let record = SignerRecord::open(&folder.path().join("record"), CHAIN, key.public(), History::Empty)
        .expect("a new node has no record");
    RecordedSigner::new(key, CHAIN, record)
}

fn operator() -> ParticipantId {
    ParticipantId::of_genesis("a")
}

fn vote(kind: VoteKind, round: u32, block: Option<u8>) -> Vote {
    Vote {
        kind,
        height: EngineHeight(Height(5)),
        round: Round::new(round),
        block: block.map_or(NilOrVal::Nil, |name| NilOrVal::Val(BlockId(Digest([name; 32])))),
        address: Address(operator()),
    }
}

fn proposal(round: u32, valid_round: Round) -> Proposal {
    Proposal {
        height: EngineHeight(Height(5)),
        round: Round::new(round),
        value: Value(BlockId(Digest([1; 32]))),
        valid_round,
        address: Address(operator()),
    }
}

/// Goal: the precommits that the engine collects are the ledger's certificate.
#[tokio::test]
async fn precommits_verify_as_a_certificate_of_the_ledger() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let signer = signer(&folder);
    let precommit = signer.sign_vote(vote(VoteKind::Precommit, 3, Some(1))).await.expect("never fails");
    let certificate = CommitCertificate {
        height: Height(5),
        round: 3,
        block: BlockId(Digest([1; 32])),
        signatures: vec![CommitSignature { operator: operator(), signature: precommit.signature }],
    };
    let validator = Validator { operator: operator(), key: signer.key().public(), power: 1 };
    let set = ValidatorSet::new(vec![validator]).expect("one validator is a set");
    assert_eq!(certificate.verify(&CHAIN, &set), Ok(()));
}

/// Goal: a signature is valid for the message, the kind and the chain it was made for, and for nothing else.
#[tokio::test]
async fn signatures_bind_all_that_is_said() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let signer = signer(&folder);
    let key = signer.key().public();
    let verifier = SignatureVerifier { chain: CHAIN };
    let other_chain = SignatureVerifier { chain: ChainId(Digest([2; 32])) };
    let said = proposal(0, Round::Nil);
    let signature = signer.sign_proposal(said).await.expect("never fails").signature;
    assert!(verifier.is_proposal_signed(&said, &signature, &key));
    assert!(!other_chain.is_proposal_signed(&said, &signature, &key));
    assert!(!verifier.is_proposal_signed(&proposal(0, Round::ZERO), &signature, &key));
    assert!(!verifier.is_proposal_signed(&proposal(1, Round::Nil), &signature, &key));
    let said = vote(VoteKind::Prevote, 0, Some(1));
    let signature = signer.sign_vote(said).await.expect("never fails").signature;
    assert!(verifier.is_vote_signed(&said, &signature, &key));
    assert!(!other_chain.is_vote_signed(&said, &signature, &key));
    for other in
        [vote(VoteKind::Precommit, 0, Some(1)), vote(VoteKind::Prevote, 1, Some(1)), vote(VoteKind::Prevote, 0, None)]
    {
        assert!(!verifier.is_vote_signed(&other, &signature, &key), "{other:?}");
    }
}

/// Goal: a refusal gives no error and no valid signature, and is counted; later steps are signed again.
#[tokio::test]
async fn refusals_withhold_the_signature() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let signer = signer(&folder);
    let key = signer.key().public();
    let verifier = SignatureVerifier { chain: CHAIN };
    let first = vote(VoteKind::Prevote, 1, Some(1));
    signer.sign_vote(first).await.expect("never fails");
    for refused in [vote(VoteKind::Prevote, 1, Some(2)), vote(VoteKind::Precommit, 0, Some(1))] {
        let signature = signer.sign_vote(refused).await.expect("never fails").signature;
        assert_eq!(signature, WITHHELD);
        assert!(!verifier.is_vote_signed(&refused, &signature, &key));
    }
    let late = proposal(1, Round::Nil);
    assert_eq!(signer.sign_proposal(late).await.expect("never fails").signature, WITHHELD);
    assert!(matches!(signer.last_refusal(), Some(Refusal::Passed { .. })));
    assert_eq!(signer.counts(), SignerCounts { signed: 1, withheld: 3 });
    let next = vote(VoteKind::Precommit, 1, Some(1));
    let signature = signer.sign_vote(next).await.expect("never fails").signature;
    assert!(verifier.is_vote_signed(&next, &signature, &key));
}

/// Goal: the mark of a withheld signature is valid for nothing, under the ledger's rule alone.
#[test]
fn the_mark_is_never_valid() {
    for seed in 0..8 {
        let key = SigningKey::from_seed([seed; 32]).public();
        assert!(!signature::verify(&key, b"anything", &WITHHELD));
    }
}
