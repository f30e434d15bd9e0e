//! The network as the engine sees it: an actor that passes the engine's messages on to the swarm's task.
//!
//! The actor keeps nothing and waits for nothing, so the engine's messages never wait behind transactions. It lives as
//! long as the engine, which stops it; the swarm's task ends with it and closes every connection.

use std::sync::Arc;

use arc_malachitebft_engine::network::{NetworkMsg, NetworkRef};
use async_trait::async_trait;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::{mpsc, watch};
use yaosu_bft::YaosuContext;

use crate::config::{NetworkConfig, StartError};
use crate::counters::Counters;
use crate::handle::{Batch, INCOMING_BATCHES_MAX, NetworkHandle, OUTGOING_BATCHES_MAX};
use crate::swarm::{Inputs, SwarmTask};

/// A running network.
pub struct Network {
    /// For the engine: `EngineBuilder::with_custom_network`.
    pub actor: NetworkRef<YaosuContext>,
    /// For the rest of the node.
    pub handle: NetworkHandle,
    /// The batches of transactions that peers send. When nobody takes them they are dropped and counted.
    pub batches: mpsc::Receiver<Batch>,
}

/// Starts to listen and to dial. Needs a tokio runtime.
///
/// # Errors
/// [`StartError`].
pub async fn start(config: NetworkConfig) -> Result<Network, StartError> {
    config.check()?;
    let (engine, engine_inbox) = mpsc::unbounded_channel();
    let (orders, orders_inbox) = mpsc::unbounded_channel();
    let (outgoing, outgoing_inbox) = mpsc::channel(OUTGOING_BATCHES_MAX);
    let (incoming, batches) = mpsc::channel(INCOMING_BATCHES_MAX);
    let connected = watch::Sender::new(Vec::new());
    let listening = watch::Sender::new(Vec::new());
    let counters = Arc::new(Counters::default());
    let inputs = Inputs { engine: engine_inbox, orders: orders_inbox, batches: outgoing_inbox };
    let (connected_seen, listening_seen) = (connected.subscribe(), listening.subscribe());
    let task = SwarmTask::new(&config, incoming, connected, listening, Arc::clone(&counters))?;
    let (height_seen, claims, proved) = (task.height_seen(), task.claims(), task.proved());
    let (actor, _) =
        Actor::spawn(None, Forwarder, engine).await.map_err(|error| StartError::Setup(error.to_string()))?;
    tokio::spawn(task.run(inputs));
    let handle = NetworkHandle {
        orders,
        batches: outgoing,
        connected: connected_seen,
        listening: listening_seen,
        height_seen,
        claims,
        proved,
        counters,
    };
    Ok(Network { actor, handle, batches })
}

struct Forwarder;

#[async_trait]
impl Actor for Forwarder {
    type Msg = NetworkMsg<YaosuContext>;
    type State = mpsc::UnboundedSender<NetworkMsg<YaosuContext>>;
    type Arguments = mpsc::UnboundedSender<NetworkMsg<YaosuContext>>;

    async fn pre_start(
        &self,
        _: ActorRef<Self::Msg>,
        swarm: Self::Arguments,
    ) -> Result<Self::State, ActorProcessingErr> {
        Ok(swarm)
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: Self::Msg,
        swarm: &mut Self::State,
    ) -> Result<(), ActorProcessingErr> {
        // A dead swarm is a dead node: the engine ends with its network.
        swarm.send(message).map_err(|_| "the swarm has ended".into())
    }
}
