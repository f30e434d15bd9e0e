//! What others say of consensus, checked before it is forwarded or handed on: whether a validator has signed it.
//!
//! Gossip without a check would carry anything that one neighbour makes up to everyone. So the signer must be in the
//! validator set and the signature must hold: of the height that the engine decides, of the next one if its set is known,
//! and of those above as far as their validators are the same. What is signed badly no honest node forwards that knows the
//! height's validators; who does is cut off. One that does not know them is not, but what it may cost has a limit: nobody
//! pays for a bad signature but who delivered it. What is signed well has a limit for each signer, and the same again goes
//! on once in a while only: a number in front of it makes it another message for gossip.
//!
//! It learns by the way how far others are: the highest height of which a message was seen that a validator signed. A node
//! that waits before it begins the next height (because no transaction waits) sees here that another has begun.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use arc_malachitebft_core_consensus::SignedConsensusMsg;
use arc_malachitebft_core_types::{
    ExtendedCommitCertificate, NilOrVal, PolkaCertificate, Proposal as _, Round, RoundCertificate,
    RoundCertificateType, SignedProposal, SignedVote, ValidatorSet as _, Vote as _, VoteType,
};
use tokio::sync::watch;
use yaosu_bft::assembly::HEIGHTS_AHEAD_MAX;
use yaosu_bft::ledger::signature::{PublicKey, Signature};
use yaosu_bft::ledger::validators::VoteKind;
use yaosu_bft::ledger::{BlockId, ChainId, Digest, Height, ParticipantId};
use yaosu_bft::signer::SignatureVerifier;
use yaosu_bft::{Address, Electorate, EngineHeight, Init, PART_BYTES, PARTS_MAX, Vote, YaosuContext};

use crate::budget::{Bucket, Budget};
use crate::topic::content_digest;

mod neighbour;
mod own;

pub use neighbour::Neighbour;

/// What one validator may have signed a second. It signs a few messages a height. A third of the largest validator set that
/// uses it up stays below what a neighbour may send.
const SIGNED: Budget = Budget { messages_per_second: 500, bytes_per_second: 1 };

/// What goes on a second of the blocks that one validator streams: eight of the largest, more than it is asked for.
const STREAMED: Budget = Budget { messages_per_second: 1_000, bytes_per_second: 8 * MAX_BLOCK };

/// Bytes of the data parts of the largest block.
#[expect(clippy::cast_possible_truncation, reason = "a few megabytes")]
const MAX_BLOCK: u32 = (PARTS_MAX * PART_BYTES) as u32;

/// How long the same message is not forwarded again. The engine repeats itself after longer pauses.
const REPEATED_WITHIN: Duration = Duration::from_secs(1);

/// Messages that are remembered for that.
const REPEATED_MAX: usize = 8_192;

/// What a message is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A validator signed it: forwarded and handed on.
    Signed,
    /// Nothing can be said of it, or nothing new: handed on to nobody.
    Passing,
    /// It is not signed by whom it names: no honest node forwards it.
    Forged,
}

/// What was forwarded a moment ago.
#[derive(Debug, Default)]
pub struct Recent {
    known: BTreeSet<Digest>,
    order: VecDeque<(Instant, Digest)>,
}

impl Recent {
    fn forget(&mut self, now: Instant) {
        while let Some((when, digest)) = self.order.front().copied() {
            if now.saturating_duration_since(when) < REPEATED_WITHIN && self.order.len() < REPEATED_MAX {
                return;
            }
            self.order.pop_front();
            self.known.remove(&digest);
        }
    }

    /// Whether it was noted a moment ago.
    pub fn has(&mut self, digest: &Digest, now: Instant) -> bool {
        self.forget(now);
        self.known.contains(digest)
    }

    /// Notes what is forwarded.
    pub fn note(&mut self, digest: Digest, now: Instant) {
        if self.known.insert(digest) {
            self.order.push_back((now, digest));
        }
    }
}

/// Who is listened to.
pub struct Gate {
    verifier: SignatureVerifier,
    /// Who decides the height that the engine is at.
    current: Option<Electorate>,
    /// Who decides the next, once that is known.
    next: Option<Electorate>,
    /// What each validator may sign.
    signed: BTreeMap<ParticipantId, Bucket>,
    /// What each validator may stream.
    streamed: BTreeMap<ParticipantId, Bucket>,
    recent: Recent,
    seen: watch::Sender<Height>,
}

impl Gate {
    pub fn new(chain: ChainId) -> Self {
        Self {
            verifier: SignatureVerifier { chain },
            current: None,
            next: None,
            signed: BTreeMap::new(),
            streamed: BTreeMap::new(),
            recent: Recent::default(),
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
        self.signed.retain(|operator, _| electorate.get_by_address(&Address(*operator)).is_some());
        self.streamed.retain(|operator, _| electorate.get_by_address(&Address(*operator)).is_some());
        self.next.take_if(|next| next.height() <= electorate.height());
        self.current = Some(electorate);
    }

    /// A height was decided: who decides the next is known before the engine begins it.
    pub fn expect(&mut self, electorate: Electorate) {
        if self.current.as_ref().is_none_or(|current| current.height() < electorate.height()) {
            self.next = Some(electorate);
        }
    }

    /// `digest`: of the message as it came, without its number. `from`: who delivered it.
    pub fn consensus(
        &mut self,
        message: &SignedConsensusMsg<YaosuContext>,
        digest: Digest,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        match message {
            SignedConsensusMsg::Vote(vote) => self.vote(vote, digest, from, now),
            SignedConsensusMsg::Proposal(proposal) => self.proposal(proposal, digest, from, now),
        }
    }

    pub fn vote(
        &mut self,
        signed: &SignedVote<YaosuContext>,
        digest: Digest,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        let vote = &signed.message;
        self.look((vote.height().0, *vote.validator_address(), digest), from, now, |verifier, key| {
            verifier.is_vote_signed(vote, &signed.signature, key)
        })
    }

    fn proposal(
        &mut self,
        signed: &SignedProposal<YaosuContext>,
        digest: Digest,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        let proposal = &signed.message;
        self.look((proposal.height().0, *proposal.validator_address(), digest), from, now, |verifier, key| {
            verifier.is_proposal_signed(proposal, &signed.signature, key)
        })
    }

    /// The first part of a stream. Where it is known whose turn it is, nobody else's goes on.
    pub fn init(
        &mut self,
        init: &Init,
        signature: &Signature,
        digest: Digest,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        let exact = self.set_of(init.height).filter(|set| set.height() == init.height);
        let has_turn = exact.is_none_or(|set| set.proposer(init.round).operator() == init.proposer);
        if !has_turn || !self.takes_blocks_of(init.height) {
            return Standing::Passing;
        }
        self.look((init.height, Address(init.proposer), digest), from, now, |verifier, key| {
            init.is_signed_by(key, &verifier.chain, signature)
        })
    }

    /// A data part of `bytes` bytes of a stream that a validator has begun with `init`. `digest`: of its place. Nobody needs
    /// those of heights that are over.
    pub fn part(
        &mut self,
        init: &Init,
        is_part: impl FnOnce() -> bool,
        (digest, bytes): (Digest, usize),
        now: Instant,
    ) -> Standing {
        if !self.takes_blocks_of(init.height) {
            return Standing::Passing;
        }
        if !is_part() {
            return Standing::Forged;
        }
        let streamed = self.streamed.entry(init.proposer).or_insert_with(|| Bucket::new(STREAMED, now));
        if self.recent.has(&digest, now) || !streamed.pay(bytes, now) {
            return Standing::Passing;
        }
        self.recent.note(digest, now);
        Standing::Signed
    }

    /// Whether blocks of a height are put together, now or soon.
    fn takes_blocks_of(&self, height: Height) -> bool {
        self.set_of(height).is_some()
            && self
                .current
                .as_ref()
                .is_some_and(|current| height.0.saturating_sub(current.height().0) <= HEIGHTS_AHEAD_MAX)
    }

    /// Whether a certificate shows that a quorum prevoted for a block. A bad one is nobody's fault for sure: the engine
    /// of an honest node may count its own vote whose signature its signer withheld.
    pub fn polka(
        &mut self,
        certificate: &PolkaCertificate<YaosuContext>,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        let PolkaCertificate { height, round, value_id, polka_signatures } = certificate;
        let block = NilOrVal::Val(*value_id);
        let votes =
            polka_signatures.iter().map(|entry| (VoteKind::Prevote, block, entry.address, &entry.signature)).collect();
        let digest = shown_digest(0, *height, *round, value_id.0.as_bytes());
        self.certificate((*height, *round, digest), votes, from, now, |power, set| set.set().is_quorum(power))
    }

    /// Whether a certificate shows that others are in a later round: more than a third of the votes, which takes one that
    /// is honest.
    pub fn round(
        &mut self,
        certificate: &RoundCertificate<YaosuContext>,
        from: &mut Neighbour,
        now: Instant,
    ) -> Standing {
        let votes = certificate
            .round_signatures
            .iter()
            .map(|entry| {
                let kind = match entry.vote_type {
                    VoteType::Prevote => VoteKind::Prevote,
                    VoteType::Precommit => VoteKind::Precommit,
                };
                (kind, entry.value_id, entry.address, &entry.signature)
            })
            .collect();
        let kind = match certificate.cert_type {
            RoundCertificateType::Skip => 1,
            RoundCertificateType::Precommit => 2,
        };
        let RoundCertificate { height, round, .. } = *certificate;
        let digest = shown_digest(kind, height, round, &[]);
        self.certificate((height, round, digest), votes, from, now, |power, set| {
            power.saturating_mul(3) > set.set().total_power()
        })
    }

    /// Whether a height was decided, as an answer of block sync shows: validators of more than a third of the votes signed
    /// so, one of whom is honest. Further ahead than the sets that are known it counts their validators who still vote.
    pub fn is_decided(&self, certificate: &ExtendedCommitCertificate<YaosuContext>) -> bool {
        let ExtendedCommitCertificate { height, round, value_id, commit_signatures } = certificate;
        let Some(set) = self.set_of(height.0).map(Electorate::set) else { return false };
        let mut signers = BTreeSet::new();
        let mut power: u64 = 0;
        for entry in commit_signatures {
            let block = NilOrVal::Val(*value_id);
            let vote =
                Vote { kind: VoteKind::Precommit, height: *height, round: *round, block, address: entry.address };
            if let Some(validator) = set.get(entry.address.0)
                && signers.insert(entry.address.0)
                && self.verifier.is_vote_signed(&vote, &entry.signature, &validator.key)
            {
                power = power.saturating_add(validator.power);
            }
        }
        power.saturating_mul(3) > set.total_power()
    }

    /// `digest`: of what it shows, whoever's signatures do. The same shown again costs its deliverer nothing: anyone can
    /// send on a good certificate, also through a neighbour that has a budget of its own.
    fn certificate(
        &mut self,
        (height, round, digest): (EngineHeight, Round, Digest),
        votes: Vec<(VoteKind, NilOrVal<BlockId>, Address, &Signature)>,
        from: &mut Neighbour,
        now: Instant,
        suffices: impl FnOnce(u64, &Electorate) -> bool,
    ) -> Standing {
        if self.recent.has(&digest, now) {
            return Standing::Passing;
        }
        let Some(set) = self.set_of(height.0).filter(|set| set.height() == height.0) else {
            return Standing::Passing;
        };
        if !from.may_certify(now) {
            return Standing::Passing;
        }
        let mut power: u64 = 0;
        let mut signers = BTreeSet::new();
        for (kind, block, address, signature) in votes {
            let vote = Vote { kind, height, round, block, address };
            let Some(validator) = set.set().get(address.0).filter(|_| signers.insert(address.0)) else {
                return Standing::Passing;
            };
            if !self.verifier.is_vote_signed(&vote, signature, &validator.key) {
                return Standing::Passing;
            }
            power = power.saturating_add(validator.power);
        }
        if !suffices(power, set) {
            return Standing::Passing;
        }
        self.recent.note(digest, now);
        Standing::Signed
    }

    /// The set of a height, or of the nearest height below it that is known; none of heights that are over.
    fn set_of(&self, height: Height) -> Option<&Electorate> {
        let known = self.next.as_ref().filter(|next| next.height() <= height).or(self.current.as_ref());
        known.filter(|set| set.height() <= height)
    }

    fn look(
        &mut self,
        (height, address, digest): (Height, Address, Digest),
        from: &mut Neighbour,
        now: Instant,
        is_signed: impl FnOnce(&SignatureVerifier, &PublicKey) -> bool,
    ) -> Standing {
        let Some(set) = self.set_of(height) else { return Standing::Passing };
        let is_exact = set.height() == height;
        let Some(key) = set.get_by_address(&address).map(yaosu_bft::Validator::key) else { return Standing::Passing };
        let signed = self.signed.entry(address.0).or_insert_with(|| Bucket::new(SIGNED, now));
        if self.recent.has(&digest, now) || signed.is_empty(now) || !from.may_stray(now) {
            return Standing::Passing;
        }
        if !is_signed(&self.verifier, &key) {
            // A validator may have another key at a later height; a peer that is behind may not know the new one yet.
            if is_exact && from.knows(height) {
                return Standing::Forged;
            }
            from.strayed(now);
            return Standing::Passing;
        }
        // After the check, or anybody could use it up in the validator's name. It was asked before.
        let _paid = signed.pay(0, now);
        self.recent.note(digest, now);
        if height > *self.seen.borrow() {
            self.seen.send_replace(height);
        }
        Standing::Signed
    }
}

/// Names what a certificate of some kind shows.
fn shown_digest(kind: u8, height: EngineHeight, round: Round, value: &[u8]) -> Digest {
    let position = [&height.0.0.to_le_bytes()[..], &round.as_i64().to_le_bytes()].concat();
    content_digest(&[&[kind], &position[..], value].concat())
}

#[cfg(test)]
mod tests;
