//! The application side of the engine: answers what it asks, one message after the other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use arc_malachitebft_app_channel::app::engine::host::{HeightParams, Next, SyncedValueOutcome};
use arc_malachitebft_app_channel::app::types::streaming::StreamMessage;
use arc_malachitebft_app_channel::app::types::sync::RawDecidedValue;
use arc_malachitebft_app_channel::app::types::{LocallyProposedValue, ProposedValue};
use arc_malachitebft_app_channel::{AppMsg, Channels, NetworkMsg, Reply};
use arc_malachitebft_core_types::{LinearTimeouts, Round};
use bytes::Bytes;
use tokio::sync::watch;
use yaosu_bft::assembly::{Assembled, Assembly};
use yaosu_bft::ledger::block::Block;
use yaosu_bft::ledger::{BlockId, Height, ParticipantId};
use yaosu_bft::reception::Reception;
use yaosu_bft::signer::RecordedSigner;
use yaosu_bft::{Electorate, EngineHeight, Init, ProposalPart, Value, YaosuContext, certificate, split};

use crate::store::{Store, Undecided};

/// Blocks in an answer of block sync; the engine has a limit of its own, but promises none.
const SYNC_BLOCKS_MAX: u64 = 16;

/// Heights in which the nodes find each other.
pub const SETTLED: Height = Height(3);

/// How long others wait for the proposer, which wakes them, before they begin a height of their own accord. In a test so
/// long that it shows if it has not woken them; once the nodes have found each other.
fn grace(height: Height) -> Duration {
    if height > SETTLED { Duration::from_secs(20) } else { Duration::from_millis(200) }
}

/// When a height begins after the one before was decided.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// At once.
    Full,
    /// After this time, or when another node has begun it.
    Heartbeat(Duration),
}

/// Rounds in which heights were decided, and what else the tests ask about.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    pub later_rounds: u64,
    pub synced: u64,
}

pub struct Application {
    pub store: Arc<Mutex<Store>>,
    pub observed: Arc<Mutex<Observed>>,
    pub operator: ParticipantId,
    pub signer: RecordedSigner,
    pub height_seen: watch::Receiver<Height>,
    pub pace: Pace,
    pub reception: Reception,
    /// The signed parts of what was proposed, to be streamed again if the engine asks.
    pub streams: BTreeMap<(Height, u32, BlockId), Vec<StreamMessage<ProposalPart>>>,
    pub started: Instant,
}

impl Application {
    pub fn new(
        store: Arc<Mutex<Store>>,
        operator: ParticipantId,
        signer: RecordedSigner,
        height_seen: watch::Receiver<Height>,
        pace: Pace,
    ) -> Self {
        let reception = {
            let store = store.lock().expect("no test panics with it");
            Reception::new(Assembly::new(store.chain, store.electorate()))
        };
        Self {
            store,
            observed: Arc::default(),
            operator,
            signer,
            height_seen,
            pace,
            reception,
            streams: BTreeMap::new(),
            started: Instant::now(),
        }
    }

    /// Serves the engine until it ends.
    pub async fn run(mut self, mut channels: Channels<YaosuContext>) {
        while let Some(message) = channels.consensus.recv().await {
            for part in self.answer(message) {
                if channels.network.send(NetworkMsg::PublishProposalPart(part)).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Answers one message, and returns the parts to be streamed after the answer.
    ///
    /// An answer that nobody waits for any more is the engine's end, which shows elsewhere.
    fn answer(&mut self, message: AppMsg<YaosuContext>) -> Vec<StreamMessage<ProposalPart>> {
        match message {
            AppMsg::ConsensusReady { reply } => {
                let electorate = self.store().electorate();
                let _ = reply.send((EngineHeight(electorate.height()), params(electorate, self.pace)));
            }
            AppMsg::StartedRound { height, reply_value, .. } => {
                let _ = reply_value.send(self.values(height.0));
            }
            AppMsg::GetValue { height, round, reply, .. } => return self.propose(height.0, round, reply),
            AppMsg::ReceivedProposalPart { from, part, reply, .. } => {
                let assembled = self.reception.receive(self.now_ms(), from, part);
                let finished = assembled.and_then(|assembled| self.take_block(assembled));
                let _ = reply.send(finished);
            }
            AppMsg::Decided { certificate, reply, .. } => {
                let certificate = certificate::from_engine(&certificate).expect("a decision has a round");
                self.observe(&certificate);
                self.store().commit(certificate);
                let _ = reply.send(());
            }
            AppMsg::Finalized { evidence, reply, .. } => {
                assert!(evidence.is_empty(), "nobody signs twice");
                self.begin_next(reply);
            }
            AppMsg::ProcessSyncedValue { height, round, proposer, value_bytes, reply } => {
                let _ = reply.send(self.take_synced(height.0, round, proposer.0, value_bytes));
            }
            AppMsg::GetDecidedValues { range, reply } => {
                let _ = reply.send(self.decided_values(range.start().0, range.end().0));
            }
            AppMsg::RestreamProposal { height, round, valid_round, value_id, address } => {
                return self.restream(height.0, round, valid_round, value_id, address.0);
            }
            AppMsg::GetHistoryMinHeight { reply } => {
                let _ = reply.send(EngineHeight(Height(1)));
            }
            AppMsg::ExtendVote { reply, .. } => {
                let _ = reply.send(None);
            }
            AppMsg::VerifyVoteExtensions { extensions, reply, .. } => {
                let _ = reply.send(extensions.into_iter().map(|(address, ())| (address, Ok(()))).collect());
            }
        }
        Vec::new()
    }

    fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        self.store.lock().expect("no test panics with it")
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).expect("a test is short")
    }

    /// What is known of a height: blocks from before a crash, and blocks that came before the height began.
    fn values(&self, height: Height) -> Vec<ProposedValue<YaosuContext>> {
        let store = self.store();
        store.undecided(height).iter().map(|undecided| store.proposed_value(undecided)).collect()
    }

    /// Asked again for the same round, also after a crash, the same block: another would be signed for twice.
    fn propose(
        &mut self,
        height: Height,
        round: Round,
        reply: Reply<LocallyProposedValue<YaosuContext>>,
    ) -> Vec<StreamMessage<ProposalPart>> {
        let number = round.as_u32().expect("values are asked for in rounds");
        let own = {
            let mut store = self.store();
            let known = store.undecided(height).iter();
            let mut known = known.filter(|known| known.round == number && known.proposer == self.operator);
            known.next().cloned().unwrap_or_else(|| {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
                let block = store.build(self.operator, u64::try_from(now).expect("within 64 bits"));
                let bytes = Bytes::from(block.encode());
                let own = Undecided { round: number, valid_round: None, proposer: self.operator, block, bytes };
                store.add(own.clone());
                own
            })
        };
        let value = Value(own.block.id());
        let _ = reply.send(LocallyProposedValue::new(EngineHeight(height), round, value));
        self.stream(height, number, None, &own)
    }

    fn stream(
        &mut self,
        height: Height,
        round: u32,
        valid_round: Option<u32>,
        undecided: &Undecided,
    ) -> Vec<StreamMessage<ProposalPart>> {
        let chain = self.store().chain;
        let position = (height, round, valid_round);
        let id = undecided.block.id();
        let parts = split(position, self.operator, id, &undecided.bytes, &chain, self.signer.key());
        self.streams.insert((height, round, id), parts.clone());
        parts
    }

    /// The same parts as before, or, for a block that this node itself offers again, parts of the new round.
    fn restream(
        &mut self,
        height: Height,
        round: Round,
        valid_round: Round,
        block: BlockId,
        proposer: ParticipantId,
    ) -> Vec<StreamMessage<ProposalPart>> {
        let Some(number) = round.as_u32() else { return Vec::new() };
        if let Some(parts) = self.streams.get(&(height, number, block)) {
            return parts.clone();
        }
        let known = self.store().undecided(height).iter().find(|known| known.block.id() == block).cloned();
        match known {
            Some(known) if proposer == self.operator => self.stream(height, number, valid_round.as_u32(), &known),
            // Nobody can sign for another proposer: whoever needs the block gets it by block sync.
            _ => Vec::new(),
        }
    }

    /// Judges a block that is complete.
    fn take_block(&mut self, assembled: Assembled) -> Option<ProposedValue<YaosuContext>> {
        let Assembled { init, signature, bytes, .. } = assembled;
        let next = self.store().tip().next();
        if init.height != next {
            return None;
        }
        let undecided = Store::read(&init, bytes)?;
        self.keep_parts(&init, signature, &undecided.bytes);
        let mut store = self.store();
        let value = store.proposed_value(&undecided);
        store.add(undecided);
        Some(value)
    }

    fn keep_parts(&mut self, init: &Init, signature: yaosu_bft::ledger::signature::Signature, bytes: &Bytes) {
        let parts = init.messages(signature, bytes);
        self.streams.insert((init.height, init.round, init.block), parts);
    }

    /// A block whose certificate the engine has checked. The answer says whether the peer is to blame, or we are.
    fn take_synced(
        &self,
        height: Height,
        round: Round,
        proposer: ParticipantId,
        bytes: Bytes,
    ) -> SyncedValueOutcome<YaosuContext> {
        let (Ok(block), Some(round)) = (Block::decode(&bytes), round.as_u32()) else {
            return SyncedValueOutcome::PeerFault;
        };
        if block.header.height != height {
            return SyncedValueOutcome::PeerFault;
        }
        self.observed.lock().expect("no test panics with it").synced += 1;
        let undecided = Undecided { round, valid_round: None, proposer, block, bytes };
        let mut store = self.store();
        let value = store.proposed_value(&undecided);
        store.add(undecided);
        SyncedValueOutcome::Verdict(value)
    }

    fn decided_values(&self, first: Height, last: Height) -> Vec<RawDecidedValue<YaosuContext>> {
        let store = self.store();
        let last = last.0.min(first.0.saturating_add(SYNC_BLOCKS_MAX - 1)).min(store.tip().0);
        (first.0..=last)
            .map_while(|height| store.decided(Height(height)))
            .map(|decided| RawDecidedValue::new(decided.bytes.clone(), certificate::to_engine(&decided.certificate)))
            .collect()
    }

    /// The engine keeps what comes for the next height while it waits for this answer; see the module's tests.
    fn begin_next(&mut self, reply: Reply<Next<YaosuContext>>) {
        let electorate = self.store().electorate();
        let height = electorate.height();
        self.streams = self.streams.split_off(&(height, 0, BlockId(yaosu_bft::ledger::Digest::ZERO)));
        for early in self.reception.advance(electorate.clone()) {
            self.take_block(early);
        }
        let is_proposer = electorate.proposer(0).operator() == self.operator;
        let next = Next::Start(EngineHeight(height), params(electorate, self.pace));
        let Pace::Heartbeat(pause) = self.pace else {
            let _ = reply.send(next);
            return;
        };
        // The proposer begins and wakes the others. They begin by themselves only if it does not.
        let pause = if is_proposer { pause } else { pause + grace(height) };
        let mut height_seen = self.height_seen.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = height_seen.wait_for(|seen| *seen >= height) => {}
                () = tokio::time::sleep(pause) => {}
            }
            let _ = reply.send(next);
        });
    }

    fn observe(&self, certificate: &yaosu_bft::ledger::validators::CommitCertificate) {
        if certificate.round > 0 {
            self.observed.lock().expect("no test panics with it").later_rounds += 1;
        }
    }
}

fn params(electorate: Electorate, pace: Pace) -> HeightParams<YaosuContext> {
    let propose = match pace {
        // A busy machine must not look like a lost message; until the nodes have found each other messages are lost.
        Pace::Heartbeat(_) if electorate.height() > SETTLED => Duration::from_secs(20),
        Pace::Full | Pace::Heartbeat(_) => Duration::from_secs(1),
    };
    let timeouts = LinearTimeouts {
        propose,
        prevote: Duration::from_millis(500),
        precommit: Duration::from_millis(500),
        rebroadcast: Duration::from_secs(1),
        ..LinearTimeouts::default()
    };
    HeightParams::new(electorate, timeouts, None)
}
