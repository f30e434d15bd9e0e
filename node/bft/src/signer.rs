//! Signing and checking what validators say.
//!
//! A refusal of the [record](crate::signer_record) must not stop the node: the engine treats an error of its signer as
//! the end of the process, and a restart would only meet the same refusal. So the signer answers a refusal with
//! [`WITHHELD`] in the signature's place. The engine checks its own votes and proposals like anybody's: it finds the
//! signature invalid, does not count the message, does not log it, and goes on. It would still publish it; the
//! [codec](crate::codec) refuses to encode it. What remains is a validator that abstains and follows, and that votes
//! again by itself once consensus has passed the recorded position.

use std::sync::{Arc, Mutex, PoisonError};

use arc_malachitebft_core_types::{
    NilOrVal, SignedExtension, SignedMessage, SignedProposal, SignedVote, ValidatorProof, VoteExtensionScope,
};
use arc_malachitebft_signing::{Error, Signer, VerificationResult, Verifier};
use async_trait::async_trait;
use yaosu_ledger::ChainId;
use yaosu_ledger::signature::{self, Context, PublicKey, Signature, SigningKey};
use yaosu_ledger::validators::VoteKind;

use crate::context::YaosuContext;
use crate::proposal::Proposal;
use crate::signer_record::{Position, Refusal, SignerRecord, Step};
use crate::vote::Vote;

/// Stands where a signature was refused. Its scalar is not below the group's order: valid for nothing, under no key.
pub const WITHHELD: Signature = Signature([0xff; 64]);

/// What a signer has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignerCounts {
    /// Signatures that were given, repeated ones included.
    pub signed: u64,
    /// Signatures that were withheld.
    pub withheld: u64,
}

/// Signs votes and proposals with the validator's key, each recorded before it leaves. Clones share key and record.
#[derive(Clone, Debug)]
pub struct RecordedSigner {
    key: SigningKey,
    chain: ChainId,
    guarded: Arc<Mutex<Guarded>>,
}

#[derive(Debug)]
struct Guarded {
    record: SignerRecord,
    counts: SignerCounts,
    last_refusal: Option<Refusal>,
}

impl RecordedSigner {
    /// A signer for one chain. The record must have been opened for this key and chain.
    #[must_use]
    pub fn new(key: SigningKey, chain: ChainId, record: SignerRecord) -> Self {
        let guarded = Guarded { record, counts: SignerCounts::default(), last_refusal: None };
        Self { key, chain, guarded: Arc::new(Mutex::new(guarded)) }
    }

    /// What it has done so far: a growing number of withheld signatures wants an operator's attention.
    #[must_use]
    pub fn counts(&self) -> SignerCounts {
        self.lock().counts
    }

    /// Why a signature was withheld last, if one was.
    #[must_use]
    pub fn last_refusal(&self) -> Option<Refusal> {
        self.lock().last_refusal.clone()
    }

    /// The validator's key, for the parts of the blocks that it proposes.
    #[must_use]
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Guarded> {
        // Whoever panicked in here held no half-made signature: the record moves in one step.
        self.guarded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sign(&self, position: Position, context: Context, payload: &[u8], message: &[u8]) -> Signature {
        let mut guarded = self.lock();
        match guarded.record.authorise(position, message, || self.key.sign(context, &self.chain, payload)) {
            Ok(signature) => {
                guarded.counts.signed = guarded.counts.signed.saturating_add(1);
                signature
            }
            Err(refusal) => {
                tracing::warn!(%position, %refusal, "signature withheld");
                guarded.counts.withheld = guarded.counts.withheld.saturating_add(1);
                guarded.last_refusal = Some(refusal);
                WITHHELD
            }
        }
    }

    fn vote_signature(&self, vote: &Vote) -> Option<Signature> {
        let statement = vote.statement()?;
        let step = match vote.kind {
            VoteKind::Prevote => Step::Prevote,
            VoteKind::Precommit => Step::Precommit,
        };
        let value = match vote.block {
            NilOrVal::Nil => None,
            NilOrVal::Val(block) => Some(block),
        };
        let position = Position { height: statement.height, round: statement.round, step, value };
        let payload = yaosu_ledger::codec::encode(&statement);
        Some(self.sign(position, Context::Vote, &payload, &statement.message(&self.chain)))
    }

    fn proposal_signature(&self, proposal: &Proposal) -> Option<Signature> {
        let message = proposal.message(&self.chain)?;
        let payload = proposal.payload()?;
        let position = Position {
            height: proposal.height.0,
            round: proposal.round.as_u32()?,
            step: Step::Propose,
            value: Some(proposal.value.0),
        };
        Some(self.sign(position, Context::Proposal, &payload, &message))
    }
}

#[async_trait]
impl Signer<YaosuContext> for RecordedSigner {
    /// Blocks for one write and one `fdatasync`. Never fails: see the module.
    async fn sign_vote(&self, vote: Vote) -> Result<SignedVote<YaosuContext>, Error> {
        let signature = self.vote_signature(&vote).unwrap_or(WITHHELD);
        Ok(SignedMessage::new(vote, signature))
    }

    /// Blocks for one write and one `fdatasync`. Never fails: see the module.
    async fn sign_proposal(&self, proposal: Proposal) -> Result<SignedProposal<YaosuContext>, Error> {
        let signature = self.proposal_signature(&proposal).unwrap_or(WITHHELD);
        Ok(SignedMessage::new(proposal, signature))
    }

    /// Vote extensions are not used; the engine does not ask for one.
    async fn sign_vote_extension(
        &self,
        _: VoteExtensionScope<YaosuContext>,
        (): (),
    ) -> Result<SignedExtension<YaosuContext>, Error> {
        Ok(SignedMessage::new((), WITHHELD))
    }

    /// For the engine's own network actor, which is not used. Not recorded: it is no vote.
    async fn sign_validator_proof(
        &self,
        public_key: Vec<u8>,
        peer_id: Vec<u8>,
    ) -> Result<ValidatorProof<YaosuContext>, Error> {
        let payload = ValidatorProof::<YaosuContext>::signing_bytes(&public_key, &peer_id);
        let signature = self.key.sign(Context::ValidatorProof, &self.chain, &payload);
        Ok(ValidatorProof::new(public_key, peer_id, signature))
    }
}

/// Checks signatures of one chain by the ledger's rule.
#[derive(Clone, Copy, Debug)]
pub struct SignatureVerifier {
    /// The chain.
    pub chain: ChainId,
}

fn verdict(message: Option<Vec<u8>>, key: &PublicKey, signature: &Signature) -> VerificationResult {
    let valid = message.is_some_and(|message| *signature != WITHHELD && signature::verify(key, &message, signature));
    VerificationResult::from_bool(valid)
}

impl SignatureVerifier {
    /// Whether this is the signature of the key's owner over the vote.
    #[must_use]
    pub fn is_vote_signed(&self, vote: &Vote, signature: &Signature, key: &PublicKey) -> bool {
        let message = vote.statement().map(|statement| statement.message(&self.chain));
        verdict(message, key, signature).is_valid()
    }

    /// Whether this is the signature of the key's owner over the proposal.
    #[must_use]
    pub fn is_proposal_signed(&self, proposal: &Proposal, signature: &Signature, key: &PublicKey) -> bool {
        verdict(proposal.message(&self.chain), key, signature).is_valid()
    }
}

#[async_trait]
impl Verifier<YaosuContext> for SignatureVerifier {
    async fn verify_signed_vote(
        &self,
        vote: &Vote,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::from_bool(self.is_vote_signed(vote, signature, key)))
    }

    async fn verify_signed_proposal(
        &self,
        proposal: &Proposal,
        signature: &Signature,
        key: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::from_bool(self.is_proposal_signed(proposal, signature, key)))
    }

    /// Vote extensions are not used: none is valid.
    async fn verify_signed_vote_extension(
        &self,
        _: &VoteExtensionScope<YaosuContext>,
        (): &(),
        _: &Signature,
        _: &PublicKey,
    ) -> Result<VerificationResult, Error> {
        Ok(VerificationResult::from_bool(false))
    }

    async fn verify_validator_proof(&self, proof: &ValidatorProof<YaosuContext>) -> Result<VerificationResult, Error> {
        let message = signature::message(Context::ValidatorProof, &self.chain, &proof.preimage());
        let key = proof.decoded_public_key().ok();
        Ok(VerificationResult::from_bool(key.is_some_and(|key| signature::verify(&key, &message, &proof.signature))))
    }
}

#[cfg(test)]
mod tests;
