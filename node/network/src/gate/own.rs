//! What this node is about to say, seen with the others' eyes: a validator that was given another key while the node
//! runs still signs with the old one, and everyone would cut it off for that.

use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_core_types::{ValidatorSet as _, Vote as _};
use yaosu_bft::ledger::Height;
use yaosu_bft::ledger::signature::{PublicKey, Signature};
use yaosu_bft::signer::{SignatureVerifier, WITHHELD};
use yaosu_bft::{Address, Init, YaosuContext};

use super::Gate;

/// Height of a message that the others would take for forged.
type Outdated = Height;

impl Gate {
    /// Whether the others will believe a vote or proposal of this node.
    ///
    /// # Errors
    /// Its height, whose validators have another key for the signer than the one that signed it.
    pub fn stands(&self, message: &SignedConsensusMsg<YaosuContext>) -> Result<(), Outdated> {
        match message {
            SignedConsensusMsg::Vote(vote) => {
                let message = &vote.message;
                let signer = (message.height().0, *message.validator_address());
                self.has_this_key(signer, &vote.signature, |verifier, key| {
                    verifier.is_vote_signed(message, &vote.signature, key)
                })
            }
            SignedConsensusMsg::Proposal(proposal) => {
                use arc_malachitebft_core_types::Proposal as _;
                let message = &proposal.message;
                let signer = (message.height().0, *message.validator_address());
                self.has_this_key(signer, &proposal.signature, |verifier, key| {
                    verifier.is_proposal_signed(message, &proposal.signature, key)
                })
            }
        }
    }

    /// The same of what it says again. Certificates carry the signatures of many, and blame nobody.
    ///
    /// # Errors
    /// As [`Self::stands`].
    pub fn stands_again(&self, message: &LivenessMsg<YaosuContext>) -> Result<(), Outdated> {
        match message {
            LivenessMsg::Vote(vote) => self.stands(&SignedConsensusMsg::Vote(vote.clone())),
            LivenessMsg::PolkaCertificate(_) | LivenessMsg::SkipRoundCertificate(_) => Ok(()),
        }
    }

    /// The same of a stream's first part.
    ///
    /// # Errors
    /// As [`Self::stands`].
    pub fn stands_first(&self, init: &Init, signature: &Signature) -> Result<(), Outdated> {
        self.has_this_key((init.height, Address(init.proposer)), signature, |verifier, key| {
            init.is_signed_by(key, &verifier.chain, signature)
        })
    }

    /// A signature that was withheld is not outdated: the codec keeps it in.
    fn has_this_key(
        &self,
        (height, address): (Height, Address),
        signature: &Signature,
        is_signed: impl FnOnce(&SignatureVerifier, &PublicKey) -> bool,
    ) -> Result<(), Outdated> {
        let exact = self.set_of(height).filter(|set| set.height() == height);
        let key = exact.and_then(|set| set.get_by_address(&address)).map(yaosu_bft::Validator::key);
        let stands = *signature == WITHHELD || key.is_none_or(|key| is_signed(&self.verifier, &key));
        if stands { Ok(()) } else { Err(height) }
    }
}
