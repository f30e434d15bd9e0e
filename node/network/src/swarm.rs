//! The task that owns the swarm: between the engine, the shell and the peers.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_malachitebft_codec::Codec;
use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_engine::network::{NetworkEvent, NetworkMsg, Status, Subscriber};
use arc_malachitebft_engine::util::streaming::{StreamContent, StreamId, StreamMessage};
use arc_malachitebft_network::Channel;
use arc_malachitebft_peer::PeerId as EnginePeerId;
use arc_malachitebft_sync::{
    self as sync, InboundRequestId, OutboundFailureReason, OutboundRequestId, RawRequest, RawResponse, ResponseChannel,
};
use bytes::Bytes;
use futures::StreamExt;
use libp2p::allow_block_list::NotAllowed;
use libp2p::gossipsub::{self, MessageAcceptance};
use libp2p::ping;
use libp2p::request_response::{self, OutboundFailure};
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ListenError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::{mpsc, watch};
use yaosu_bft::codec::{CodecError, SYNC_RESPONSE_BYTES_MAX, YaosuCodec};
use yaosu_bft::ledger::Height;
use yaosu_bft::{ProposalPart, YaosuContext};

use crate::behaviour::{Behaviour, BehaviourEvent, build};
use crate::budget::{Bucket, Budget, Excess};
use crate::config::{NetworkConfig, StartError};
use crate::connections::Connections;
use crate::counters::{Counters, count};
use crate::doorstep::{Doorstep, way_in};
use crate::gate::{Gate, Neighbour, Standing};
use crate::handle::{Batch, MessageId, Order, Verdict};
use crate::redial::Redial;
use crate::streams::{Early, Streams};
use crate::topic::{Numbering, Topic, Topics, content_digest, unwrap};

/// Questions of block sync that wait for our answer. The engine has a limit of its own below it.
const PENDING_ANSWERS_MAX: usize = 256;

/// Statuses of one peer that are looked at a second. It has one to tell a height, and now and then.
const STATUSES: Budget = Budget { messages_per_second: 10, bytes_per_second: 64 * 1024 };

type Event = NetworkEvent<YaosuContext>;

pub struct Inputs {
    pub engine: mpsc::UnboundedReceiver<NetworkMsg<YaosuContext>>,
    pub orders: mpsc::UnboundedReceiver<Order>,
    pub batches: mpsc::Receiver<Vec<u8>>,
}

/// What a connected peer may still send.
struct Account {
    consensus: Bucket,
    excess: Excess,
    statuses: Bucket,
    transactions: Bucket,
    sync: Bucket,
    neighbour: Neighbour,
}

pub struct SwarmTask {
    swarm: Swarm<Behaviour>,
    topics: Topics,
    numbering: Numbering,
    subscribers: Vec<Box<dyn Subscriber<Event>>>,
    /// Told to a subscriber that comes late.
    statuses_wanted: BTreeSet<PeerId>,
    accounts: BTreeMap<PeerId, Account>,
    budgets: [Budget; 3],
    /// Who asked, and where the answer goes.
    pending_answers: HashMap<InboundRequestId, (PeerId, ResponseChannel)>,
    allowed: BTreeSet<PeerId>,
    banned: BTreeMap<PeerId, Instant>,
    ban: Duration,
    redial: Redial,
    connections: Connections,
    doorstep: Doorstep,
    gate: Gate,
    streams: Streams,
    /// The stream of this node whose first part was not sent.
    unsaid: Option<StreamId>,
    /// The last height at which a person was told of that.
    outdated_at: Height,
    incoming: mpsc::Sender<Batch>,
    connected: watch::Sender<Vec<PeerId>>,
    listening: watch::Sender<Vec<Multiaddr>>,
    claims: watch::Sender<BTreeMap<PeerId, Height>>,
    proved: watch::Sender<Height>,
    counters: Arc<Counters>,
}

/// What the system said: libp2p wraps it in errors that say nothing of their own.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

impl SwarmTask {
    pub fn new(
        config: &NetworkConfig,
        incoming: mpsc::Sender<Batch>,
        connected: watch::Sender<Vec<PeerId>>,
        listening: watch::Sender<Vec<Multiaddr>>,
        counters: Arc<Counters>,
    ) -> Result<Self, StartError> {
        let topics = Topics::new(&config.chain);
        let mut swarm = build(config, &topics)?;
        for address in &config.listen {
            swarm
                .listen_on(address.clone())
                .map_err(|error| StartError::Listen { address: address.clone(), reason: innermost(&error) })?;
        }
        let mut redial = Redial::default();
        redial.set(&config.peers, |_| false, Instant::now());
        Ok(Self {
            swarm,
            topics,
            numbering: Numbering::start(),
            subscribers: Vec::new(),
            statuses_wanted: BTreeSet::new(),
            accounts: BTreeMap::new(),
            budgets: [config.consensus_budget, config.transactions_budget, config.sync_budget],
            pending_answers: HashMap::new(),
            allowed: config.allowed.iter().copied().collect(),
            banned: BTreeMap::new(),
            ban: config.ban,
            redial,
            connections: Connections::default(),
            doorstep: Doorstep::default(),
            gate: Gate::new(config.chain),
            streams: Streams::default(),
            unsaid: None,
            outdated_at: Height::GENESIS,
            incoming,
            connected,
            listening,
            claims: watch::Sender::new(BTreeMap::new()),
            proved: watch::Sender::new(Height::GENESIS),
            counters,
        })
    }

    /// Follows the height that each connected peer says it has.
    pub fn claims(&self) -> watch::Receiver<BTreeMap<PeerId, Height>> {
        self.claims.subscribe()
    }

    /// Follows the highest height that an answer of block sync has proved to be decided.
    pub fn proved(&self) -> watch::Receiver<Height> {
        self.proved.subscribe()
    }

    pub fn height_seen(&self) -> watch::Receiver<Height> {
        self.gate.watch()
    }

    /// Runs until the engine's actor is gone.
    pub async fn run(mut self, mut inputs: Inputs) {
        loop {
            let wake = self.next_wake();
            tokio::select! {
                // In this order: what the engine says and orders first, transactions of our own last.
                biased;
                message = inputs.engine.recv() => match message {
                    Some(message) => self.engine_message(message),
                    None => return,
                },
                Some(order) = inputs.orders.recv() => self.order(order),
                event = self.swarm.select_next_some() => self.swarm_event(event),
                Some(batch) = inputs.batches.recv() => self.publish_batch(&batch),
                () = tokio::time::sleep_until(wake.into()) => self.wake(),
            }
        }
    }

    fn next_wake(&self) -> Instant {
        let far = Instant::now() + Duration::from_hours(1);
        let pardon = self.banned.values().min().copied();
        self.redial.next().into_iter().chain(pardon).fold(far, Instant::min)
    }

    fn wake(&mut self) {
        let now = Instant::now();
        let pardoned: Vec<PeerId> =
            self.banned.iter().filter(|(_, until)| **until <= now).map(|(peer, _)| *peer).collect();
        for peer in pardoned {
            self.banned.remove(&peer);
            if self.allowed.contains(&peer) {
                self.swarm.behaviour_mut().allowed.allow_peer(peer);
            }
        }
        for (peer, addresses) in self.redial.due(now) {
            if self.allowed.contains(&peer) && !self.banned.contains_key(&peer) {
                let options = DialOpts::peer_id(peer)
                    .condition(PeerCondition::DisconnectedAndNotDialing)
                    .addresses(addresses)
                    .build();
                // Refused because it is connected or being dialled, or it fails later: an event says so.
                let _ = self.swarm.dial(options);
            }
        }
    }

    fn engine_message(&mut self, message: NetworkMsg<YaosuContext>) {
        match message {
            NetworkMsg::Subscribe(subscriber) => self.subscribe(subscriber),
            NetworkMsg::PublishConsensusMsg(message) => match self.gate.stands(&message) {
                Ok(()) => self.publish(Topic::Consensus, &message),
                Err(height) => self.outdated(height),
            },
            NetworkMsg::PublishLivenessMsg(message) => match self.gate.stands_again(&message) {
                Ok(()) => self.publish(Topic::Liveness, &message),
                Err(height) => self.outdated(height),
            },
            NetworkMsg::PublishProposalPart(message) => self.publish_part(&message),
            NetworkMsg::BroadcastStatus(status) => {
                let status = sync::Status {
                    peer_id: engine_peer(self.swarm.local_peer_id()),
                    tip_height: status.tip_height,
                    history_min_height: status.history_min_height,
                };
                self.publish(Topic::Status, &status);
            }
            NetworkMsg::OutgoingRequest(peer, request, reply) => match YaosuCodec.encode(&request) {
                Ok(bytes) => {
                    let Some(peer) = swarm_peer(&peer) else { return };
                    let id = self.swarm.behaviour_mut().sync.send_request(peer, bytes);
                    // Who asked may have given up meanwhile.
                    let _ = reply.send(OutboundRequestId::new(id));
                }
                Err(error) => tracing::error!(%error, "a question of block sync can't be encoded"),
            },
            NetworkMsg::OutgoingResponse(id, response) => self.answer(&id, &response),
            NetworkMsg::CancelInboundRequest(id) => {
                self.pending_answers.remove(&id);
            }
            NetworkMsg::UpdateValidatorSet(electorate) => self.gate.begin(electorate),
            NetworkMsg::DumpState(reply) => {
                let _ = reply.send(None);
            }
            NetworkMsg::UpdatePersistentPeers(_, reply) => {
                use arc_malachitebft_engine::network::PersistentPeerError;
                let refusal = "peers are changed through the network's handle".to_owned();
                let _ = reply.send(Err(PersistentPeerError::InternalError(refusal)));
            }
            // A question that is out can't be called back: its time runs out. The others belong to the engine's own
            // network actor.
            NetworkMsg::CancelRequest(_) | NetworkMsg::ValidatorProofVerified { .. } | NetworkMsg::NewEvent(_) => {}
        }
    }

    /// A subscriber hears all that it would have heard. Listening is what starts the engine.
    fn subscribe(&mut self, subscriber: Box<dyn Subscriber<Event>>) {
        for address in self.listening.borrow().iter() {
            subscriber.send(Event::Listening(address.clone()));
        }
        for peer in self.accounts.keys() {
            subscriber.send(Event::PeerConnected(engine_peer(peer)));
        }
        for peer in &self.statuses_wanted {
            subscriber.send(Event::PeerSubscribed(engine_peer(peer), Channel::Sync));
        }
        self.subscribers.push(subscriber);
    }

    fn emit(&self, event: &Event) {
        for subscriber in &self.subscribers {
            subscriber.send(event.clone());
        }
    }

    fn publish<T>(&mut self, topic: Topic, message: &T)
    where
        YaosuCodec: Codec<T, Error = CodecError>,
    {
        match YaosuCodec.encode(message) {
            Ok(bytes) => {
                let data = self.numbering.wrap(topic, &bytes);
                let counter = match self.swarm.behaviour_mut().gossip.publish(self.topics.hash(topic), data) {
                    Ok(_) => &self.counters.consensus_sent,
                    Err(error) => {
                        tracing::debug!(?topic, %error, "not sent");
                        &self.counters.consensus_unsent
                    }
                };
                count(counter);
            }
            Err(CodecError::Withheld) => count(&self.counters.withheld),
            Err(error) => tracing::error!(?topic, %error, "a message of the engine can't be encoded"),
        }
    }

    /// Data parts go the way of the first one, which comes before them.
    fn publish_part(&mut self, message: &StreamMessage<ProposalPart>) {
        if let StreamContent::Data(ProposalPart::Init { init, signature }) = &message.content {
            self.unsaid = None;
            if let Err(height) = self.gate.stands_first(init, signature) {
                self.unsaid = Some(message.stream_id.clone());
                return self.outdated(height);
            }
        }
        if self.unsaid.as_ref() == Some(&message.stream_id) {
            return count(&self.counters.outdated);
        }
        self.publish(Topic::Parts, message);
    }

    /// What was to be said is signed with a key that everyone else knows to be retired.
    fn outdated(&mut self, height: Height) {
        count(&self.counters.outdated);
        if self.outdated_at < height {
            self.outdated_at = height;
            tracing::warn!(
                %height,
                "nothing is sent of what this node signs: the validator has another key since; restart with the new key"
            );
        }
    }

    fn publish_batch(&mut self, batch: &[u8]) {
        let data = self.numbering.wrap(Topic::Transactions, batch);
        let sent = self.swarm.behaviour_mut().gossip.publish(self.topics.hash(Topic::Transactions), data);
        count(if sent.is_ok() { &self.counters.batches_sent } else { &self.counters.batches_unsent });
    }

    fn answer(&mut self, id: &InboundRequestId, response: &sync::Response<YaosuContext>) {
        let Some((peer, channel)) = self.pending_answers.remove(id) else { return };
        match YaosuCodec.encode(response) {
            Ok(bytes) => {
                if let Some(account) = self.accounts.get_mut(&peer) {
                    account.sync.give_back(SYNC_RESPONSE_BYTES_MAX.saturating_sub(bytes.len()));
                }
                let sent = self.swarm.behaviour_mut().sync.send_response(channel, bytes);
                count(if sent.is_ok() { &self.counters.sync_answered } else { &self.counters.sync_failed });
            }
            // The dropped channel tells the other side.
            Err(error) => tracing::error!(%error, "an answer of block sync can't be encoded"),
        }
    }

    fn order(&mut self, order: Order) {
        match order {
            Order::Report { message_id, peer, verdict } => {
                let acceptance = match verdict {
                    Verdict::Accept => MessageAcceptance::Accept,
                    Verdict::Ignore => MessageAcceptance::Ignore,
                    Verdict::Reject => MessageAcceptance::Reject,
                };
                self.judge(&message_id.0, &peer, acceptance);
            }
            Order::Expect(electorate) => self.gate.expect(electorate),
            Order::SetAllowed(allowed) => self.set_allowed(allowed.into_iter().collect()),
            Order::SetPeers(peers) => {
                let swarm = &self.swarm;
                self.redial.set(&peers, |peer| swarm.is_connected(peer), Instant::now());
            }
        }
    }

    fn set_allowed(&mut self, allowed: BTreeSet<PeerId>) {
        let list = &mut self.swarm.behaviour_mut().allowed;
        for peer in self.allowed.difference(&allowed) {
            // Closes its connections too.
            list.disallow_peer(*peer);
        }
        for peer in allowed.difference(&self.allowed) {
            if !self.banned.contains_key(peer) {
                list.allow_peer(*peer);
            }
        }
        self.allowed = allowed;
    }

    /// Tells gossip what a message is worth, and cuts off a peer that sent garbage.
    fn judge(&mut self, id: &gossipsub::MessageId, peer: &PeerId, acceptance: MessageAcceptance) {
        let is_garbage = matches!(acceptance, MessageAcceptance::Reject);
        self.swarm.behaviour_mut().gossip.report_message_validation_result(id, peer, acceptance);
        if is_garbage {
            count(&self.counters.garbage);
            self.cut_off(*peer);
        }
    }

    fn cut_off(&mut self, peer: PeerId) {
        tracing::warn!(%peer, seconds = self.ban.as_secs(), "peer cut off: it sent what no honest node sends");
        if self.banned.insert(peer, Instant::now() + self.ban).is_none() {
            count(&self.counters.bans);
            self.swarm.behaviour_mut().allowed.disallow_peer(peer);
        }
    }

    fn swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => {
                self.listening.send_modify(|addresses| addresses.push(address.clone()));
                self.emit(&Event::Listening(address));
            }
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                self.listening.send_modify(|addresses| addresses.retain(|entry| *entry != address));
            }
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, .. } => {
                let (is_dialled, now) = (endpoint.is_dialer(), Instant::now());
                self.doorstep.connected(peer_id, is_dialled, now);
                self.connection_established(peer_id);
                if self.connections.established(peer_id, connection_id, is_dialled, now) {
                    tracing::info!(peer = %peer_id, "peer connects again: its earlier connections are closed");
                    self.begin_anew(peer_id);
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, connection_id, num_established, .. } => {
                self.connections.closed(peer_id, connection_id);
                if num_established == 0 {
                    self.connection_closed(&peer_id);
                }
            }
            SwarmEvent::IncomingConnectionError {
                error: ListenError::Denied { cause }, peer_id: Some(peer), ..
            } if cause.downcast_ref::<NotAllowed>().is_some() => self.refused(peer),
            SwarmEvent::OutgoingConnectionError { .. } | SwarmEvent::IncomingConnectionError { .. } => {
                count(&self.counters.connections_failed);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(event)) => self.gossip_event(event),
            SwarmEvent::Behaviour(BehaviourEvent::Sync(event)) => self.sync_event(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { peer, result: Err(failure), .. }))
                if !matches!(failure, ping::Failure::Unsupported) =>
            {
                tracing::info!(%peer, %failure, "peer does not answer: its connections are closed");
                self.begin_anew(peer);
            }
            _ => {}
        }
    }

    /// Closes all connections of a peer: what one side takes for standing the other has lost, and what was told on one is
    /// not told again on the next. Both dial as they always do.
    fn begin_anew(&mut self, peer: PeerId) {
        // It fails where there is none.
        let _ = self.swarm.disconnect_peer_id(peer);
    }

    fn refused(&mut self, peer: PeerId) {
        count(&self.counters.connections_refused);
        // Of one that is cut off this was said when it was.
        if !self.allowed.contains(&peer) && self.doorstep.refused(peer, Instant::now()) {
            tracing::warn!(%peer, "peer refused: not admitted; operators admit it with `{}`", way_in(&peer));
        }
    }

    fn connection_established(&mut self, peer: PeerId) {
        self.redial.connected(&peer, Instant::now());
        if self.accounts.contains_key(&peer) {
            return;
        }
        let now = Instant::now();
        let [consensus, transactions, sync] = self.budgets;
        let account = Account {
            consensus: Bucket::new(consensus, now),
            excess: Excess::new(now),
            statuses: Bucket::new(STATUSES, now),
            transactions: Bucket::new(transactions, now),
            sync: Bucket::new(sync, now),
            neighbour: Neighbour::new(now),
        };
        self.accounts.insert(peer, account);
        self.show_connected();
        self.emit(&Event::PeerConnected(engine_peer(&peer)));
    }

    fn connection_closed(&mut self, peer: &PeerId) {
        let now = Instant::now();
        self.redial.disconnected(peer, now);
        let is_welcome = self.allowed.contains(peer) && !self.banned.contains_key(peer);
        if is_welcome && self.doorstep.closed(*peer, now) {
            tracing::warn!(
                %peer,
                "peer closes each connection at once: this node is not admitted, or of another chain; operators admit \
                 it with `{}`",
                way_in(self.swarm.local_peer_id())
            );
        }
        self.statuses_wanted.remove(peer);
        if self.accounts.remove(peer).is_some() {
            self.show_connected();
            self.emit(&Event::PeerDisconnected(engine_peer(peer)));
        }
    }

    fn show_connected(&self) {
        self.connected.send_replace(self.accounts.keys().copied().collect());
        self.show_claims();
    }

    fn show_claims(&self) {
        self.claims
            .send_replace(self.accounts.iter().map(|(peer, account)| (*peer, account.neighbour.tip())).collect());
    }

    /// An answer of block sync came. Its first and last values are looked at: each shows the height that it is of.
    fn note_proof(&self, response: &sync::Response<YaosuContext>) {
        let sync::Response::ValueResponse(sync::ValueResponse { values, .. }) = response;
        let proved = [values.last(), values.first()].into_iter().flatten().find(|value| {
            let height = value.certificate.height.0;
            height > *self.proved.borrow() && self.gate.is_decided(&value.certificate)
        });
        if let Some(value) = proved {
            self.proved.send_replace(value.certificate.height.0);
        }
    }

    fn gossip_event(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                let acceptance = self.message(propagation_source, &message_id, message);
                if let Some(acceptance) = acceptance {
                    self.judge(&message_id, &propagation_source, acceptance);
                }
            }
            gossipsub::Event::Subscribed { peer_id, topic }
                if self.topics.find(&topic) == Some(Topic::Status) && self.statuses_wanted.insert(peer_id) =>
            {
                // The engine answers by sending its status.
                self.emit(&Event::PeerSubscribed(engine_peer(&peer_id), Channel::Sync));
            }
            _ => {}
        }
    }

    /// Hands a message on; `None` if its verdict comes later.
    fn message(
        &mut self,
        peer: PeerId,
        id: &gossipsub::MessageId,
        message: gossipsub::Message,
    ) -> Option<MessageAcceptance> {
        // What it sent before its connection was closed.
        if self.banned.contains_key(&peer) {
            return Some(MessageAcceptance::Ignore);
        }
        // The filter of subscriptions lets no other topic in.
        let Some(topic) = self.topics.find(&message.topic) else { return Some(MessageAcceptance::Reject) };
        let Some(account) = self.accounts.get_mut(&peer) else { return Some(MessageAcceptance::Ignore) };
        let (bytes, now) = (message.data.len(), Instant::now());
        let is_paid = match topic {
            Topic::Transactions => account.transactions.pay(bytes, now),
            Topic::Status => account.consensus.pay(bytes, now) && account.statuses.pay(bytes, now),
            Topic::Consensus | Topic::Liveness | Topic::Parts => account.consensus.pay(bytes, now),
        };
        if !is_paid {
            count(&self.counters.over_budget);
            let is_flood = topic != Topic::Transactions && account.excess.is_too_much(now);
            return Some(if is_flood { MessageAcceptance::Reject } else { MessageAcceptance::Ignore });
        }
        let Some(content) = unwrap(topic, message.data) else { return Some(MessageAcceptance::Reject) };
        if topic == Topic::Transactions {
            return self.batch(Batch { peer, message_id: MessageId(id.clone()), bytes: content });
        }
        self.consensus(topic, &peer, id, Bytes::from(content)).unwrap_or_else(|error| {
            tracing::debug!(%peer, ?topic, %error, "garbage");
            Some(MessageAcceptance::Reject)
        })
    }

    fn batch(&self, batch: Batch) -> Option<MessageAcceptance> {
        if self.incoming.try_send(batch).is_ok() {
            count(&self.counters.batches_received);
            None
        } else {
            count(&self.counters.batches_dropped);
            Some(MessageAcceptance::Ignore)
        }
    }

    /// Checks a message of consensus and hands it on if it is good; `None` if its verdict comes later.
    fn consensus(
        &mut self,
        topic: Topic,
        from: &PeerId,
        id: &gossipsub::MessageId,
        content: Bytes,
    ) -> Result<Option<MessageAcceptance>, CodecError> {
        let peer = engine_peer(from);
        let now = Instant::now();
        let Some(account) = self.accounts.get_mut(from) else { return Ok(Some(MessageAcceptance::Ignore)) };
        let neighbour = &mut account.neighbour;
        let (standing, event) = match topic {
            Topic::Consensus => {
                let digest = content_digest(&content);
                let message: SignedConsensusMsg<YaosuContext> = YaosuCodec.decode(content)?;
                let standing = self.gate.consensus(&message, digest, neighbour, now);
                match message {
                    SignedConsensusMsg::Vote(vote) => (standing, Event::Vote(peer, vote)),
                    SignedConsensusMsg::Proposal(proposal) => (standing, Event::Proposal(peer, proposal)),
                }
            }
            Topic::Liveness => {
                let digest = content_digest(&content);
                match YaosuCodec.decode(content)? {
                    LivenessMsg::Vote(vote) => (self.gate.vote(&vote, digest, neighbour, now), Event::Vote(peer, vote)),
                    LivenessMsg::PolkaCertificate(certificate) => {
                        let standing = self.gate.polka(&certificate, neighbour, now);
                        (standing, Event::PolkaCertificate(peer, certificate))
                    }
                    LivenessMsg::SkipRoundCertificate(certificate) => {
                        let standing = self.gate.round(&certificate, neighbour, now);
                        (standing, Event::RoundCertificate(peer, certificate))
                    }
                }
            }
            Topic::Parts => return Ok(self.part(from, id, YaosuCodec.decode(content)?, now)),
            Topic::Status => {
                let status: sync::Status<YaosuContext> = YaosuCodec.decode(content)?;
                if status.peer_id != peer {
                    return Ok(Some(MessageAcceptance::Reject));
                }
                if neighbour.says(status.tip_height.0) {
                    self.show_claims();
                }
                self.hand_on(&Event::Status(peer, Status::new(status.tip_height, status.history_min_height)));
                // For neighbours only: block sync asks none but those.
                return Ok(Some(MessageAcceptance::Ignore));
            }
            Topic::Transactions => return Ok(Some(MessageAcceptance::Ignore)),
        };
        Ok(Some(self.pass(standing, &event)))
    }

    fn pass(&self, standing: Standing, event: &Event) -> MessageAcceptance {
        match standing {
            Standing::Signed => {
                self.hand_on(event);
                MessageAcceptance::Accept
            }
            Standing::Passing => {
                count(&self.counters.consensus_ignored);
                MessageAcceptance::Ignore
            }
            Standing::Forged => MessageAcceptance::Reject,
        }
    }

    fn hand_on(&self, event: &Event) {
        count(&self.counters.consensus_received);
        self.emit(event);
    }

    /// A part of a proposed block. No publisher is told: a stream's name is the hash of its signed first part.
    fn part(
        &mut self,
        from: &PeerId,
        id: &gossipsub::MessageId,
        message: StreamMessage<ProposalPart>,
        now: Instant,
    ) -> Option<MessageAcceptance> {
        let peer = engine_peer(from);
        match &message.content {
            StreamContent::Data(ProposalPart::Init { init, signature }) => {
                if !Streams::is_sound(init, &message) {
                    return Some(MessageAcceptance::Reject);
                }
                let digest = content_digest(message.stream_id.to_bytes().as_ref());
                let Some(account) = self.accounts.get_mut(from) else { return Some(MessageAcceptance::Ignore) };
                let standing = self.gate.init(init, signature, digest, &mut account.neighbour, now);
                let acceptance = self.pass(standing, &Event::ProposalPart(peer, None, message.clone()));
                if standing == Standing::Signed {
                    for Early { peer, id, message } in self.streams.begin(init, &message) {
                        if let Some(acceptance) = self.part(&peer, &id, message, now) {
                            self.judge(&id, &peer, acceptance);
                        }
                    }
                }
                Some(acceptance)
            }
            StreamContent::Data(ProposalPart::Data { index, bytes }) => {
                let place = [message.stream_id.to_bytes().as_ref(), &index.to_le_bytes()].concat();
                let Some(init) = self.streams.first_of(&message) else {
                    let early = Early { peer: *from, id: id.clone(), message };
                    for Early { peer, id, .. } in self.streams.wait(early) {
                        self.judge(&id, &peer, MessageAcceptance::Ignore);
                    }
                    return None;
                };
                let is_part = || Streams::is_part(init, &message, *index, bytes);
                let standing = self.gate.part(init, is_part, (content_digest(&place), bytes.len()), now);
                Some(self.pass(standing, &Event::ProposalPart(peer, None, message)))
            }
            // What the codec refuses.
            StreamContent::Fin => Some(MessageAcceptance::Reject),
        }
    }

    fn sync_event(&mut self, event: sync::Event) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request_id, request: RawRequest(bytes), channel } => {
                    self.question(peer, InboundRequestId::new(request_id), bytes, channel);
                }
                request_response::Message::Response { request_id, response: RawResponse(bytes) } => {
                    let response = YaosuCodec.decode(bytes);
                    match &response {
                        Ok(response) => self.note_proof(response),
                        Err(_) => count(&self.counters.sync_failed),
                    }
                    let id = OutboundRequestId::new(request_id);
                    self.emit(&Event::SyncResponse(id, engine_peer(&peer), response.ok()));
                }
            },
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                count(&self.counters.sync_failed);
                let reason = match error {
                    OutboundFailure::DialFailure => OutboundFailureReason::DialFailure,
                    OutboundFailure::Timeout => OutboundFailureReason::Timeout,
                    OutboundFailure::ConnectionClosed => OutboundFailureReason::ConnectionClosed,
                    OutboundFailure::UnsupportedProtocols => OutboundFailureReason::UnsupportedProtocols,
                    OutboundFailure::Io(_) => OutboundFailureReason::Io,
                };
                let id = OutboundRequestId::new(request_id);
                self.emit(&Event::SyncRequestFailed(id, engine_peer(&peer), reason));
            }
            request_response::Event::InboundFailure { peer, request_id, .. } => {
                count(&self.counters.sync_failed);
                let id = InboundRequestId::new(request_id);
                self.pending_answers.remove(&id);
                self.emit(&Event::SyncInboundRequestFailed(id, engine_peer(&peer)));
            }
            request_response::Event::ResponseSent { .. } => {}
        }
    }

    fn may_ask(&mut self, peer: PeerId) -> bool {
        let now = Instant::now();
        let account = self.accounts.get_mut(&peer);
        let may_ask = account.is_some_and(|account| account.sync.pay(SYNC_RESPONSE_BYTES_MAX, now));
        if !may_ask {
            count(&self.counters.sync_refused);
            if self.doorstep.asks_too_much(peer, now) {
                tracing::warn!(%peer, "questions of block sync refused: the peer asks for more than its budget");
            }
        }
        may_ask
    }

    fn question(&mut self, peer: PeerId, id: InboundRequestId, bytes: Bytes, channel: ResponseChannel) {
        match YaosuCodec.decode(bytes) {
            // The dropped channel tells the other side.
            Ok(_) if !self.may_ask(peer) => {}
            Ok(request) if self.pending_answers.len() < PENDING_ANSWERS_MAX => {
                self.pending_answers.insert(id.clone(), (peer, channel));
                self.emit(&Event::SyncRequest(id, engine_peer(&peer), request));
            }
            // The dropped channel tells the other side.
            Ok(_) => count(&self.counters.sync_failed),
            Err(error) => {
                tracing::debug!(%peer, %error, "garbage in place of a question of block sync");
                count(&self.counters.garbage);
                self.cut_off(peer);
            }
        }
    }
}

/// The same name in the engine's type.
fn engine_peer(peer: &PeerId) -> EnginePeerId {
    EnginePeerId::from_bytes(&peer.to_bytes()).expect("both types hold the same multihash")
}

fn swarm_peer(peer: &EnginePeerId) -> Option<PeerId> {
    PeerId::from_bytes(&peer.to_bytes()).ok()
}
