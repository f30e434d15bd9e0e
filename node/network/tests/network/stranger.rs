//! A program of somebody else's, and a network without an engine for it to talk to.

use std::time::{Duration, Instant};

use arc_malachitebft_codec::Codec as _;
use arc_malachitebft_sync as sync;
use bytes::Bytes;
use futures::StreamExt;
use libp2p::gossipsub::{self, IdentTopic, MessageAuthenticity, ValidationMode};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{NetworkBehaviour, SwarmEvent};
use libp2p::{Multiaddr, PeerId, Swarm, SwarmBuilder, identity::Keypair, noise, ping, request_response, tcp, yamux};
use yaosu_bft::codec::YaosuCodec;
use yaosu_bft::ledger::Height;
use yaosu_bft::{EngineHeight, YaosuContext};
use yaosu_network::{Network, NetworkConfig};

use crate::node::{CHAIN, eventually, identity, loopback};

const TOPICS: [&str; 5] = ["consensus", "liveness", "parts", "status", "transactions"];

/// A program of somebody else's that speaks the protocols and keeps to no rule.
#[derive(NetworkBehaviour)]
pub struct Manners {
    gossip: gossipsub::Behaviour,
    sync: sync::Behaviour,
    ping: ping::Behaviour,
}

pub struct Stranger {
    pub swarm: Swarm<Manners>,
    pub heard: u64,
    /// What it heard, as it came.
    pub messages: Vec<Vec<u8>>,
    /// Connections that were closed or that could not be made.
    pub ended: u64,
    pub sync_answers: u64,
    pub sync_failures: u64,
}

fn topic(name: &str) -> IdentTopic {
    IdentTopic::new(format!("yaosu/1/{CHAIN}/{name}"))
}

pub fn name_of(key: u8) -> PeerId {
    identity(key).peer_id()
}

impl Stranger {
    pub fn new(key: u8) -> Self {
        let keypair = Keypair::ed25519_from_bytes([key; 32]).expect("any 32 bytes are a seed");
        let config = gossipsub::ConfigBuilder::default()
            .validation_mode(ValidationMode::Anonymous)
            .max_transmit_size(8 * 1024 * 1024)
            // Gossip without authors has no other.
            .message_id_fn(|message| message.data.clone().into())
            .build()
            .expect("a usual configuration");
        let mut gossip =
            gossipsub::Behaviour::new(MessageAuthenticity::Anonymous, config).expect("a usual configuration");
        for name in TOPICS {
            gossip.subscribe(&topic(name)).expect("any topic may be subscribed");
        }
        let sync = sync::Behaviour::new(sync::Config::default(), format!("/yaosu/1/{CHAIN}/sync")).expect("a name");
        let swarm = SwarmBuilder::with_existing_identity(keypair)
            .with_tokio()
            .with_tcp(tcp::Config::new(), noise::Config::new, yamux::Config::default)
            .expect("the usual transport")
            .with_behaviour(|_| Manners { gossip, sync, ping: ping::Behaviour::default() })
            .expect("a ready behaviour")
            .with_swarm_config(|swarm| swarm.with_idle_connection_timeout(Duration::from_mins(1)))
            .build();
        Self { swarm, heard: 0, messages: Vec::new(), ended: 0, sync_answers: 0, sync_failures: 0 }
    }

    pub fn dial(&mut self, address: &Multiaddr) {
        self.swarm.dial(address.clone()).expect("an address can be dialled");
    }

    pub fn ask_for_blocks(&mut self, peer: PeerId) {
        self.swarm.behaviour_mut().sync.send_request(peer, Bytes::from_static(&[1, 5]));
    }

    pub fn say(&mut self, name: &str, data: &[u8]) -> bool {
        self.swarm.behaviour_mut().gossip.publish(topic(name), data).is_ok()
    }

    fn is_subscribed_to_by(&self, peer: PeerId, name: &str) -> bool {
        let hash = topic(name).hash();
        let mut peers = self.swarm.behaviour().gossip.all_peers();
        peers.any(|(entry, topics)| *entry == peer && topics.contains(&&hash))
    }

    /// Lets time pass until something is so; `false` if it is not in time.
    pub async fn until(&mut self, limit: Duration, mut is_so: impl FnMut(&mut Self) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            if is_so(self) {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            tokio::select! {
                event = self.swarm.select_next_some() => self.note(&event),
                () = tokio::time::sleep(Duration::from_millis(10)) => {}
            }
        }
    }

    /// Dials, more than once if it was cut off before, until the node listens to a topic.
    pub async fn reach(&mut self, address: &Multiaddr, name: &str) -> bool {
        let peer = name_of(0);
        self.until(PATIENCE, |guest| {
            if !guest.swarm.is_connected(&peer) {
                let options = DialOpts::peer_id(peer).addresses(vec![address.clone()]).build();
                // Refused while a dial is under way.
                let _ = guest.swarm.dial(options);
            }
            guest.is_subscribed_to_by(peer, name)
        })
        .await
    }

    fn note(&mut self, event: &SwarmEvent<MannersEvent>) {
        match event {
            // At once, so that a connection which is closed a moment later had its chance.
            SwarmEvent::ConnectionEstablished { peer_id, .. } => self.ask_for_blocks(*peer_id),
            SwarmEvent::ConnectionClosed { .. } | SwarmEvent::OutgoingConnectionError { .. } => self.ended += 1,
            SwarmEvent::Behaviour(MannersEvent::Gossip(gossipsub::Event::Message { message, .. })) => {
                self.heard += 1;
                self.messages.push(message.data.clone());
            }
            SwarmEvent::Behaviour(MannersEvent::Sync(request_response::Event::Message { .. })) => {
                self.sync_answers += 1;
            }
            SwarmEvent::Behaviour(MannersEvent::Sync(request_response::Event::OutboundFailure { .. })) => {
                self.sync_failures += 1;
            }
            _ => {}
        }
    }
}

pub const PATIENCE: Duration = Duration::from_mins(1);

pub async fn bare_network(allowed: Vec<PeerId>) -> (Network, Multiaddr) {
    listening(NetworkConfig::new(CHAIN, identity(0)), allowed).await
}

pub async fn listening(mut config: NetworkConfig, allowed: Vec<PeerId>) -> (Network, Multiaddr) {
    config.listen = vec![loopback()];
    config.allowed = allowed;
    config.ban = Duration::from_millis(500);
    let network = yaosu_network::start(config).await.expect("loopback can be listened on");
    eventually("it listens", || !network.handle.listen_addresses().is_empty()).await;
    let address = network.handle.listen_addresses().remove(0);
    (network, address)
}

/// The stranger's own status as it is sent.
pub fn status(number: u64, of: u8, tip: u64) -> Vec<u8> {
    let status = sync::Status::<YaosuContext> {
        peer_id: arc_malachitebft_sync::PeerId::from_bytes(&name_of(of).to_bytes()).expect("the same multihash"),
        tip_height: EngineHeight(Height(tip)),
        history_min_height: EngineHeight(Height(1)),
    };
    let content = YaosuCodec.encode(&status).expect("a short message");
    [&number.to_le_bytes(), &*content].concat()
}
