//! The task that owns the swarm: between the engine, the shell and the peers.

mod blocks;
mod engine;
mod gossip;
mod peers;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_malachitebft_engine::network::{NetworkEvent, NetworkMsg, Subscriber};
use arc_malachitebft_engine::util::streaming::StreamId;
use arc_malachitebft_peer::PeerId as EnginePeerId;
use arc_malachitebft_sync::{InboundRequestId, ResponseChannel};
use futures::StreamExt;
use libp2p::allow_block_list::NotAllowed;
use libp2p::gossipsub::MessageAcceptance;
use libp2p::ping;
use libp2p::swarm::dial_opts::{DialOpts, PeerCondition};
use libp2p::swarm::{ListenError, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm};
use tokio::sync::{mpsc, watch};
use yaosu_bft::YaosuContext;
use yaosu_bft::ledger::Height;

use self::peers::Account;
use crate::behaviour::{Behaviour, BehaviourEvent, build};
use crate::budget::Budget;
use crate::config::{NetworkConfig, StartError};
use crate::connections::Connections;
use crate::counters::{Counters, count};
use crate::doorstep::Doorstep;
use crate::gate::Gate;
use crate::handle::{Batch, Order, Verdict};
use crate::redial::Redial;
use crate::streams::Streams;
use crate::topic::{Numbering, Topics};

type Event = NetworkEvent<YaosuContext>;

pub struct Inputs {
    pub engine: mpsc::UnboundedReceiver<NetworkMsg<YaosuContext>>,
    pub orders: mpsc::UnboundedReceiver<Order>,
    pub batches: mpsc::Receiver<Vec<u8>>,
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
}

/// The same name in the engine's type.
fn engine_peer(peer: &PeerId) -> EnginePeerId {
    EnginePeerId::from_bytes(&peer.to_bytes()).expect("both types hold the same multihash")
}

fn swarm_peer(peer: &EnginePeerId) -> Option<PeerId> {
    PeerId::from_bytes(&peer.to_bytes()).ok()
}
