//! The parts that make up the swarm, and how each is set.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use arc_malachitebft_sync as sync;
use libp2p::allow_block_list::{self, AllowedPeers};
use libp2p::connection_limits::{self, ConnectionLimits};
use libp2p::core::muxing::StreamMuxerBox;
use libp2p::core::transport::Boxed;
use libp2p::core::upgrade::Version;
use libp2p::gossipsub::{
    self, IdentityTransform, MaxCountSubscriptionFilter, MessageAuthenticity, ValidationMode,
    WhitelistSubscriptionFilter,
};
use libp2p::identity::Keypair;
use libp2p::swarm::NetworkBehaviour;
use libp2p::{PeerId, Swarm, SwarmBuilder, Transport as _, noise, ping, tcp, yamux};
use yaosu_bft::codec::{SYNC_REQUEST_BYTES_MAX, SYNC_RESPONSE_BYTES_MAX};

use crate::closing::Closing;
use crate::config::{NetworkConfig, StartError};
use crate::topic::{Topic, Topics, message_id};

/// Connections of one peer. Two that dial each other at the same time have two for a while.
const CONNECTIONS_PER_PEER_MAX: u32 = 3;

/// Connections that are being established. Who is unknown is refused at the end of that.
const PENDING_CONNECTIONS_MAX: u32 = 64;

/// Connections in all.
const CONNECTIONS_MAX: u32 = 512;

/// Messages that wait for one peer.
const PEER_QUEUE_MAX: usize = 1024;

/// How long a message is known as seen before. Twice as long as gossip keeps it for those who missed it; each takes up room
/// in a flood.
const SEEN: Duration = Duration::from_secs(10);

/// A connection that nothing uses is still wanted: long pauses between blocks are usual.
const IDLE: Duration = Duration::from_hours(24);

pub type Gossip = gossipsub::Behaviour<IdentityTransform, MaxCountSubscriptionFilter<WhitelistSubscriptionFilter>>;

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    /// First, so that nothing else hears of a connection which it refuses.
    pub allowed: allow_block_list::Behaviour<AllowedPeers>,
    pub limits: connection_limits::Behaviour,
    pub gossip: Gossip,
    pub sync: sync::Behaviour,
    pub ping: ping::Behaviour,
}

pub fn build(config: &NetworkConfig, topics: &Topics) -> Result<Swarm<Behaviour>, StartError> {
    let setup = |error: &dyn core::fmt::Display| StartError::Setup(error.to_string());
    let behaviour = Behaviour {
        allowed: allow(&config.allowed),
        limits: connection_limits::Behaviour::new(
            ConnectionLimits::default()
                .with_max_pending_incoming(Some(PENDING_CONNECTIONS_MAX))
                .with_max_established(Some(CONNECTIONS_MAX))
                .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER_MAX)),
        ),
        gossip: gossip(topics)?,
        sync: sync(config)?,
        ping: ping(config.silence),
    };
    let swarm = SwarmBuilder::with_existing_identity(config.identity.keypair().clone())
        .with_tokio()
        .with_other_transport(transport)
        .map_err(|error| setup(&error))?
        .with_behaviour(|_| behaviour)
        .map_err(|error| setup(&error))?
        .with_swarm_config(|swarm| swarm.with_idle_connection_timeout(IDLE))
        .build();
    Ok(swarm)
}

/// Asks each peer whether it is there. The first failure is not told, so two questions and the pauses before them fill the time.
fn ping(silence: Duration) -> ping::Behaviour {
    let quarter = silence / 4;
    ping::Behaviour::new(ping::Config::new().with_interval(quarter).with_timeout(quarter))
}

/// TCP, encrypted and named by Noise, many streams of it by Yamux.
fn transport(keypair: &Keypair) -> Result<Boxed<(PeerId, Closing)>, Box<dyn Error + Send + Sync>> {
    Ok(tcp::tokio::Transport::new(tcp::Config::new().nodelay(true))
        .upgrade(Version::V1Lazy)
        .authenticate(noise::Config::new(keypair)?)
        .multiplex(yamux::Config::default())
        .map(|(peer, muxer), _| (peer, Closing::new(StreamMuxerBox::new(muxer))))
        .boxed())
}

fn allow(peers: &[PeerId]) -> allow_block_list::Behaviour<AllowedPeers> {
    let mut allowed = allow_block_list::Behaviour::default();
    for peer in peers {
        allowed.allow_peer(*peer);
    }
    allowed
}

/// Gossip without authors: validators sign what they say themselves, and a neighbour answers for what it forwards.
/// Each message waits for a verdict before it is forwarded.
fn gossip(topics: &Topics) -> Result<Gossip, StartError> {
    let setup = |error: &dyn core::fmt::Display| StartError::Setup(error.to_string());
    let longest = Topic::ALL.map(Topic::transmit_bytes_max).into_iter().fold(0, usize::max);
    let mut builder = gossipsub::ConfigBuilder::default();
    builder
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(message_id)
        .flood_publish(true)
        .max_transmit_size(longest)
        .duplicate_cache_time(SEEN)
        .heartbeat_interval(Duration::from_secs(1))
        .max_messages_per_rpc(Some(256))
        .connection_handler_queue_len(PEER_QUEUE_MAX);
    for (topic, _, hash) in topics.all() {
        builder.max_transmit_size_for_topic(topic.transmit_bytes_max(), hash.clone());
    }
    let config = builder.build().map_err(|error| setup(&error))?;
    let known: HashSet<_> = topics.all().map(|(_, _, hash)| hash.clone()).collect();
    let filter = MaxCountSubscriptionFilter {
        filter: WhitelistSubscriptionFilter(known),
        max_subscribed_topics: Topic::ALL.len(),
        max_subscriptions_per_request: 2 * Topic::ALL.len(),
    };
    let mut gossip = Gossip::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, filter)
        .map_err(|error| setup(&error))?;
    for (_, ident, _) in topics.all() {
        gossip.subscribe(ident).map_err(|error| setup(&error))?;
    }
    Ok(gossip)
}

fn sync(config: &NetworkConfig) -> Result<sync::Behaviour, StartError> {
    let limits = sync::Config::default()
        .with_request_timeout(config.sync_timeout)
        .with_max_request_size(SYNC_REQUEST_BYTES_MAX)
        .with_max_response_size(SYNC_RESPONSE_BYTES_MAX)
        .with_parallel_requests(config.sync_parallel_requests);
    let protocol = format!("/yaosu/1/{}/sync", config.chain);
    sync::Behaviour::new(limits, protocol).map_err(|error| StartError::Setup(error.to_string()))
}
