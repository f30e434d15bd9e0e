//! How far others are: the highest height of which a message was seen that one of its validators signed.
//!
//! A node that waits before it begins the next height (because no transaction waits) learns here that another has begun.
//! Only messages above the height that is decided are looked at, and only those that would move the answer cost a
//! signature check. Their validators are taken to be those of the height that is decided: a validator that joins with
//! the next height is not heard for one height, which costs nothing but that it does not wake others.

use std::time::Instant;

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::{Proposal as _, SignedProposal, SignedVote, ValidatorSet as _, Vote as _};
use tokio::sync::watch;
use yaosu_bft::ledger::signature::Signature;
use yaosu_bft::ledger::{ChainId, Height};
use yaosu_bft::signer::SignatureVerifier;
use yaosu_bft::{Address, Electorate, Init, YaosuContext};

use crate::budget::{Bucket, Budget};

/// Signature checks a second that unsigned messages can cause.
const CHECKS: Budget = Budget { messages_per_second: 200, bytes_per_second: 1 };

pub struct Progress {
    verifier: SignatureVerifier,
    electorate: Option<Electorate>,
    checks: Bucket,
    seen: watch::Sender<Height>,
}

impl Progress {
    pub fn new(chain: ChainId) -> Self {
        Self {
            verifier: SignatureVerifier { chain },
            electorate: None,
            checks: Bucket::new(CHECKS, Instant::now()),
            seen: watch::Sender::new(Height::GENESIS),
        }
    }

    pub fn watch(&self) -> watch::Receiver<Height> {
        self.seen.subscribe()
    }

    /// The engine begins a height. What was seen of later heights counts anew from here, so that no message, once
    /// believed, is believed for ever.
    pub fn begin(&mut self, electorate: Electorate) {
        self.seen.send_replace(electorate.height());
        self.electorate = Some(electorate);
    }

    pub fn consensus(&mut self, message: &SignedConsensusMsg<YaosuContext>) {
        match message {
            SignedConsensusMsg::Vote(vote) => self.vote(vote),
            SignedConsensusMsg::Proposal(proposal) => self.proposal(proposal),
        }
    }

    pub fn vote(&mut self, signed: &SignedVote<YaosuContext>) {
        let vote = &signed.message;
        self.look(vote.height().0, vote.validator_address(), |verifier, key| {
            verifier.is_vote_signed(vote, &signed.signature, key)
        });
    }

    fn proposal(&mut self, signed: &SignedProposal<YaosuContext>) {
        let proposal = &signed.message;
        self.look(proposal.height().0, proposal.validator_address(), |verifier, key| {
            verifier.is_proposal_signed(proposal, &signed.signature, key)
        });
    }

    pub fn init(&mut self, init: &Init, signature: &Signature) {
        self.look(init.height, &Address(init.proposer), |verifier, key| {
            init.is_signed_by(key, &verifier.chain, signature)
        });
    }

    fn look(
        &mut self,
        height: Height,
        address: &Address,
        is_signed: impl FnOnce(&SignatureVerifier, &yaosu_bft::ledger::signature::PublicKey) -> bool,
    ) {
        if height <= *self.seen.borrow() {
            return;
        }
        let Some(validator) = self.electorate.as_ref().and_then(|electorate| electorate.get_by_address(address)) else {
            return;
        };
        if self.checks.pay(0, Instant::now()) && is_signed(&self.verifier, &validator.key()) {
            self.seen.send_replace(height);
        }
    }
}
