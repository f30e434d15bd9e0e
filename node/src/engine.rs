//! Between the consensus engine and the replica: each message of the engine is put to the replica and answered.
//!
//! The engine sends one message after another and waits for most answers; what it asks for is durable before it is
//! answered. The blocks themselves never pass through the engine, which knows them by their identifiers: they travel in
//! parts that are put together here.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use arc_malachitebft_app_channel::app::engine::host::{HeightParams, Next, SyncedValueOutcome};
use arc_malachitebft_app_channel::app::types::core::{LinearTimeouts, Round, Validity};
use arc_malachitebft_app_channel::app::types::sync::RawDecidedValue;
use arc_malachitebft_app_channel::app::types::{LocallyProposedValue, PeerId, ProposedValue};
use arc_malachitebft_app_channel::{AppMsg, Channels, NetworkMsg, Reply};
use arc_swap::ArcSwap;
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};
use yaosu_bft::assembly::Assembled;
use yaosu_bft::signer::RecordedSigner;
use yaosu_bft::{Address, Electorate, EngineHeight, Value, YaosuContext, certificate, split, split_again};
use yaosu_ledger::block::Block;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::offer::Authorship;
use yaosu_ledger::signature;
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, ValidatorSet, VoteKind, VoteStatement};
use yaosu_ledger::{BlockId, ChainId, Height, ParticipantId};
use yaosu_network::NetworkHandle;
use yaosu_store::Reader;

use crate::config::ConsensusConfig;
use crate::error::NodeError;
use crate::pace::Pace;
use crate::proposals::{Part, Proposals, Proposed};
use crate::replica_thread::{Step, now_ms};

/// Bytes of blocks in one answer to a peer that catches up.
const SYNC_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Blocks in one answer to a peer that catches up.
const SYNC_BLOCKS_MAX: u64 = 128;

/// How long consensus waits for its peers before it begins all the same.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// What the engine's messages are answered with.
pub struct Engine {
    /// The engine's channels.
    pub channels: Channels<YaosuContext>,
    /// The way to the replica.
    pub replica: mpsc::Sender<Step>,
    /// The last decided height.
    pub tip: Arc<ArcSwap<Tip>>,
    /// Decided blocks, for peers that catch up.
    pub store: Reader,
    /// The chain.
    pub chain: ChainId,
    /// Who signs, and for which operator; `None` on an observer.
    pub signer: Option<(ParticipantId, RecordedSigner)>,
    /// Time limits.
    pub timeouts: ConsensusConfig,
    /// When the next height begins.
    pub pace: Pace,
    /// Told once consensus has begun.
    pub started: watch::Sender<bool>,
    /// Who is connected, and who is told who decides next.
    pub network: NetworkHandle,
    /// How many peers consensus needs to get anywhere.
    pub peers_needed: usize,
}

impl Engine {
    /// Answers until the engine or the replica ends.
    ///
    /// # Errors
    /// [`NodeError::Ended`] with the part that ended.
    pub async fn run(mut self) -> Result<(), NodeError> {
        let recovered = self.ask(|reply| Step::Recovered { reply }).await?;
        let mut proposals = Proposals::new(self.chain, self.electorate(), recovered);
        self.network.expect(self.electorate());
        while let Some(message) = self.channels.consensus.recv().await {
            self.answer(message, &mut proposals).await?;
        }
        Err(NodeError::Ended("the consensus engine ended".into()))
    }

    async fn answer(&mut self, message: AppMsg<YaosuContext>, proposals: &mut Proposals) -> Result<(), NodeError> {
        match message {
            AppMsg::ConsensusReady { reply } => {
                self.until_connected().await;
                self.started.send_replace(true);
                give(reply, (EngineHeight(self.tip.load().height.next()), self.parameters()));
            }
            AppMsg::StartedRound { height, round, proposer, reply_value, .. } => {
                tracing::debug!(%height, %round, %proposer, "round");
                give(reply_value, proposals.begin_round(height.0, number(round)));
            }
            AppMsg::GetValue { height, round, reply, .. } => {
                let round_number = number(round);
                let block =
                    self.ask(|reply| Step::ValueRequested { height: height.0, round: round_number, reply }).await?;
                let id = block.id();
                give(reply, LocallyProposedValue::new(height, round, Value(id)));
                self.stream(&block, (height.0, round_number, None), None, proposals).await?;
            }
            AppMsg::ReceivedProposalPart { from, part, reply, .. } => {
                let value = self.receive(from, part, proposals).await?;
                give(reply, value);
            }
            AppMsg::RestreamProposal { height, round, valid_round, address, value_id } => {
                self.stream_again(height.0, round, valid_round, address, value_id, proposals).await?;
            }
            AppMsg::Decided { certificate, reply, .. } => {
                let certificate = self.checked(&certificate)?;
                self.ask(|reply| Step::Decided { certificate, reply }).await?;
                self.network.expect(self.electorate());
                for early in proposals.advance(self.electorate()) {
                    if let Some(value) = self.judge(early, proposals).await? {
                        tracing::debug!(height = %value.height, "a block is told before its height");
                    }
                }
                give(reply, ());
            }
            AppMsg::Finalized { evidence, reply, .. } => {
                if !evidence.is_empty() {
                    tracing::error!(?evidence, "a validator signed two different things");
                }
                let next = Next::Start(EngineHeight(self.tip.load().height.next()), self.parameters());
                self.pace.start_when_due(self.tip.load().height.next(), move || give(reply, next));
            }
            AppMsg::ProcessSyncedValue { height, round, proposer, value_bytes, reply } => {
                let outcome = self.process_synced(height, round, proposer, &value_bytes).await?;
                if let SyncedValueOutcome::Verdict(value) = &outcome
                    && value.validity.is_valid()
                {
                    self.pace.synced(height.0);
                }
                give(reply, outcome);
            }
            AppMsg::GetDecidedValues { range, reply } => {
                // In parts of a disk's time: beside this loop, and beside the threads that carry messages.
                let (store, range) = (self.store.clone(), served(range.start().0, range.end().0, self.store.height()));
                tokio::task::spawn_blocking(move || give(reply, decided(&store, range)));
            }
            AppMsg::GetHistoryMinHeight { reply } => give(reply, EngineHeight(Height(1))),
            // Votes carry nothing besides.
            AppMsg::ExtendVote { reply, .. } => give(reply, None),
            AppMsg::VerifyVoteExtensions { extensions, reply, .. } => {
                give(reply, extensions.into_iter().map(|(address, ())| (address, Ok(()))).collect());
            }
        }
        Ok(())
    }

    /// Waits for enough peers: a round that begins without them only fails, and the next ones last longer. Not for ever:
    /// the peers may be waiting for this node.
    async fn until_connected(&self) {
        let needed = self.peers_needed;
        let mut connected = self.network.watch_connected_peers();
        let enough = connected.wait_for(|connected| connected.len() >= needed);
        let _in_time = tokio::time::timeout(CONNECT_WITHIN, enough).await;
    }

    /// Asks the replica. It ends only with the node.
    async fn ask<T>(&self, step: impl FnOnce(oneshot::Sender<T>) -> Step) -> Result<T, NodeError> {
        let ended = || NodeError::Ended("the replica ended".into());
        let (reply, answer) = oneshot::channel();
        self.replica.send(step(reply)).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())
    }

    /// Who decides the next height, in which order.
    fn electorate(&self) -> Electorate {
        let tip = self.tip.load();
        Electorate::new(tip.height.next(), tip.validators(), &tip.turns())
            .expect("turns are the validators in some order")
    }

    fn parameters(&self) -> HeightParams<YaosuContext> {
        let ConsensusConfig { propose_ms, prevote_ms, precommit_ms, growth_ms, .. } = self.timeouts;
        let growth = Duration::from_millis(growth_ms);
        let timeouts = LinearTimeouts {
            propose: Duration::from_millis(propose_ms),
            propose_delta: growth,
            prevote: Duration::from_millis(prevote_ms),
            prevote_delta: growth,
            precommit: Duration::from_millis(precommit_ms),
            precommit_delta: growth,
            ..LinearTimeouts::default()
        };
        HeightParams::new(self.electorate(), timeouts, None)
    }

    /// Sends a block that this node proposes: its own, or with its maker's signature somebody else's.
    async fn stream(
        &self,
        block: &Block,
        position: (Height, u32, Option<u32>),
        authorship: Option<Authorship>,
        proposals: &mut Proposals,
    ) -> Result<(), NodeError> {
        let Some((operator, signer)) = &self.signer else { return Ok(()) };
        let bytes = Bytes::from(block.encode());
        let (id, key) = (block.id(), signer.key());
        let parts = match authorship {
            None => split(position, *operator, id, &bytes, &self.chain, key),
            Some(authorship) => split_again(position, authorship, *operator, id, &bytes, &self.chain, key),
        };
        proposals.keep((position.1, id), *operator, parts.clone());
        self.publish(parts).await
    }

    async fn publish(&self, parts: Vec<Part>) -> Result<(), NodeError> {
        for part in parts {
            self.channels
                .network
                .send(NetworkMsg::PublishProposalPart(part))
                .await
                .map_err(|_| NodeError::Ended("the network ended".into()))?;
        }
        Ok(())
    }

    /// A block that a quorum would accept is proposed again: by this node as its own proposal of this round, or with the
    /// very parts that its proposer signed.
    async fn stream_again(
        &self,
        height: Height,
        round: Round,
        valid_round: Round,
        address: Address,
        block: BlockId,
        proposals: &mut Proposals,
    ) -> Result<(), NodeError> {
        let mine = self.signer.as_ref().is_some_and(|(operator, _)| *operator == address.0);
        if !mine {
            return match proposals.kept(block) {
                Some(parts) => self.publish(parts.clone()).await,
                None => Ok(()),
            };
        }
        let Some((found, offer)) = self.ask(|reply| Step::Undecided { block, reply }).await? else { return Ok(()) };
        let is_own = found.header.proposer == address.0;
        if !is_own && offer.authorship.is_none() {
            // It came by block sync, where it is decided: whoever needs it gets it there.
            return Ok(());
        }
        let authorship = offer.authorship.filter(|_| !is_own);
        self.stream(&found, (height, number(round), valid_round.as_u32()), authorship, proposals).await
    }

    /// A part of a proposed block came. Gives the block's value once it is complete and judged.
    async fn receive(
        &self,
        from: PeerId,
        part: Part,
        proposals: &mut Proposals,
    ) -> Result<Option<Proposed>, NodeError> {
        match proposals.receive(now_ms(), from, part) {
            Some(assembled) => self.judge(assembled, proposals).await,
            None => Ok(None),
        }
    }

    /// Judges a block of the next height. Gives what the engine may be told of it now.
    async fn judge(&self, assembled: Assembled, proposals: &mut Proposals) -> Result<Option<Proposed>, NodeError> {
        let Some(block) = open(&assembled) else {
            // Whoever signed the first part lied. What it names may be a good block all the same: calling that one bad
            // would stick to it, so nothing is said.
            let Assembled { init, .. } = assembled;
            tracing::warn!(proposer = %init.proposer, height = %init.height, "a proposal is not the block that it names");
            return Ok(None);
        };
        let Assembled { init, signature, bytes, .. } = assembled;
        let (offer, proposer) = (init.offer(signature), init.proposer);
        let verdict = self.ask(|reply| Step::BlockProposed { block, offer, proposer, reply }).await?;
        match verdict {
            Ok(()) => {
                proposals.keep_received(&init, signature, &bytes);
                Ok(proposals.judged(&init, true))
            }
            // Not for now, or not for this node: a quorum may still decide it, so nothing is said.
            Err(invalid) if invalid.is_passing() => Ok(None),
            Err(_) => Ok(proposals.judged(&init, false)),
        }
    }

    /// A certificate of the ledger from the engine's. A signature that does not verify is left out: this node's own one
    /// is not a signature where its signer refused to sign.
    fn checked(
        &self,
        found: &arc_malachitebft_app_channel::app::types::core::CommitCertificate<YaosuContext>,
    ) -> Result<CommitCertificate, NodeError> {
        let mut certificate = certificate::from_engine(found).map_err(|error| NodeError::Ended(error.to_string()))?;
        let validators = self.tip.load().validators();
        let signed: Vec<_> = certificate.signatures.clone();
        certificate.signatures =
            signed.into_iter().filter(|one| is_signed(&certificate, one, &self.chain, &validators)).collect();
        certificate
            .verify(&self.chain, &validators)
            .map_err(|error| NodeError::Ended(format!("a decision without a valid certificate: {error}")))?;
        Ok(certificate)
    }

    /// A block that peers have decided came. The engine has checked its certificate.
    async fn process_synced(
        &self,
        height: EngineHeight,
        round: Round,
        proposer: Address,
        bytes: &Bytes,
    ) -> Result<SyncedValueOutcome<YaosuContext>, NodeError> {
        let Ok(block) = Block::decode(bytes) else { return Ok(SyncedValueOutcome::PeerFault) };
        if block.header.height != height.0 {
            return Ok(SyncedValueOutcome::PeerFault);
        }
        let id = block.id();
        let round_number = number(round);
        let verdict = self.ask(|reply| Step::BlockSynced { block, round: round_number, reply }).await?;
        let valid = match verdict {
            Ok(()) => true,
            Err(invalid) if !invalid.is_passing() => false,
            // Not the next height here, any more or yet: "invalid" would stick to a block that a quorum has decided.
            Err(_) => return Ok(SyncedValueOutcome::LocalTransientError),
        };
        Ok(SyncedValueOutcome::Verdict(ProposedValue {
            height,
            round,
            valid_round: Round::Nil,
            proposer,
            value: Value(id),
            validity: Validity::from_bool(valid),
        }))
    }
}

/// The heights of a peer's question that are answered. The range is the peer's wish and may be anything.
fn served(from: Height, to: Height, tip: Height) -> Option<RangeInclusive<Height>> {
    let from = from.max(Height(1));
    let last = to.min(Height(from.0.saturating_add(SYNC_BLOCKS_MAX - 1))).min(tip);
    (from <= last).then_some(from..=last)
}

/// Decided blocks for a peer. Reads from disk.
fn decided(store: &Reader, range: Option<RangeInclusive<Height>>) -> Vec<RawDecidedValue<YaosuContext>> {
    let Some((from, last)) = range.map(RangeInclusive::into_inner) else { return Vec::new() };
    match store.blocks(from, last, SYNC_BYTES_MAX) {
        Ok(blocks) => blocks
            .into_iter()
            .map(|found| RawDecidedValue::new(Bytes::from(found.block), certificate::to_engine(&found.certificate)))
            .collect(),
        Err(error) => {
            tracing::error!(%error, "decided blocks can't be read");
            Vec::new()
        }
    }
}

/// The answer to a question of the engine. If it is gone, nobody needs it.
fn give<T>(reply: Reply<T>, answer: T) {
    let _gone = reply.send(answer);
}

/// Whether one signature of a certificate is its validator's.
fn is_signed(
    certificate: &CommitCertificate,
    signature: &CommitSignature,
    chain: &ChainId,
    validators: &ValidatorSet,
) -> bool {
    let statement = VoteStatement {
        kind: VoteKind::Precommit,
        height: certificate.height,
        round: certificate.round,
        block: Some(certificate.block),
    };
    let message = statement.message(chain);
    let validator = validators.get(signature.operator);
    validator.is_some_and(|validator| signature::verify(&validator.key, &message, &signature.signature))
}

fn number(round: Round) -> u32 {
    round.as_u32().unwrap_or(0)
}

/// The block that a stream brought, if it is the one that its first part names and the one who signed for it made it.
fn open(assembled: &Assembled) -> Option<Block> {
    let Assembled { init, maker, bytes, .. } = assembled;
    let block = Block::decode(bytes).ok()?;
    (block.id() == init.block && block.header.height == init.height && block.header.proposer == *maker).then_some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a question of block sync is answered within its limit, whatever range it names.
    #[test]
    fn ranges_of_questions_are_clamped() {
        #[rustfmt::skip]
        let rows = [
            // case                 from       to         tip   answered
            ("one",                   5,         5,         900,  Some((5, 5))),
            ("at the limit",          1,         128,       900,  Some((1, 128))),
            ("one above",             1,         129,       900,  Some((1, 128))),
            ("everything",            0,         u64::MAX,  900,  Some((1, 128))),
            ("from genesis",          0,         128,       900,  Some((1, 128))),
            ("up to the tip",         800,       1_000,     900,  Some((800, 900))),
            ("the tip",               900,       900,       900,  Some((900, 900))),
            ("above the tip",         901,       950,       900,  None),
            ("inverted",              9,         8,         900,  None),
            ("genesis alone",         0,         0,         900,  None),
            ("of an empty chain",     1,         5,         0,    None),
            ("at the end of numbers", u64::MAX,  u64::MAX,  900,  None),
        ];
        for (case, from, to, tip, expected) in rows {
            let range = served(Height(from), Height(to), Height(tip)).map(RangeInclusive::into_inner);
            assert_eq!(range, expected.map(|(from, last)| (Height(from), Height(last))), "{case}");
        }
    }
}
