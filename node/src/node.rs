//! The whole node: store, replica, network, consensus engine and door, put together, run, and taken down in order.

use std::sync::Arc;
use std::time::Duration;

use arc_malachitebft_app_channel::{ConsensusContext, EngineBuilder, RequestContext, SyncContext, WalContext};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use yaosu_bft::codec::YaosuCodec;
use yaosu_bft::signer::{RecordedSigner, SignatureVerifier};
use yaosu_bft::signer_record::{History, SignerRecord};
use yaosu_bft::{Address, YaosuContext};
use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::State;
use yaosu_ledger::{ChainId, Digest, Height, ParticipantId};
use yaosu_network::{Identity, Network, NetworkConfig, PeerId, StartError};
use yaosu_replica::{Limits, Recovered, Replica};
use yaosu_store::{Options, Store, StoreError};

use crate::config::{Config, Home};
use crate::engine::Engine;
use crate::engine_config::EngineConfig;
use crate::error::NodeError;
use crate::handle::{NodeHandle, Parts};
use crate::intake::Intake;
use crate::keys::Seed;
use crate::pace::Pace;
use crate::replica_thread::{self, ReplicaThread};
use crate::status::{Board, StatusBoard};
use crate::{engine_config, genesis_document, gossip, http, peers};

/// How a node is started besides its configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct StartMode {
    /// Make an empty store where there is none, and fetch everything from peers.
    pub rejoin: bool,
    /// Make a new signer record that refuses everything up to this height.
    pub sign_above: Option<Height>,
}

/// Runs the node of a home folder until SIGINT or SIGTERM.
///
/// # Errors
/// [`NodeError`], when a part fails.
pub async fn run(home: &Home, config: Config, mode: StartMode) -> Result<(), NodeError> {
    let genesis = genesis_document::read(&home.genesis())?;
    let chain = genesis.chain();
    if mode.rejoin && !home.data().exists() {
        crate::commands::init::create_store(home, &genesis)?;
    }
    let (store_failed, failed) = watch::channel(None::<StoreError>);
    let (store, tip, proposed) = open_store(home, &config, chain, store_failed)?;
    let started_at = tip.height;
    let history = if mode.rejoin || started_at > Height::GENESIS { History::Present } else { History::Empty };

    let network_key = Seed::read(&home.network_key())?;
    let signer = open_signer(home, chain, &tip, history, mode)?;
    let me = signer.as_ref().map(|(operator, _)| *operator);
    let replica = Replica::recover(Recovered { tip, proposed }, me, limits(&config)).map_err(|error| {
        NodeError::Verification { height: started_at.0.saturating_add(1), message: format!("a proposed block: {error}") }
    })?;
    let identity = Identity::from_seed(network_key.bytes());
    let peer = identity.peer_id();
    let state = replica.tip().state.clone();

    let dialled = peers::parse_peers(&config.network.peers)?;
    let network = start_network(chain, identity, &config, &state, dialled.clone()).await?;
    let board = StatusBoard::new(Board {
        peer: peer.to_string(),
        operator: me,
        signing: signer.is_some(),
        peers_height: Height::GENESIS,
        peers: Vec::new(),
        peers_needed: peers_needed(replica.tip(), me),
        started: false,
    });
    let reader = store.reader();
    let ReplicaThread { steps, queries, transactions, tip, heights, demand, gossip: outgoing, ended } =
        replica_thread::start(replica, store).map_err(|error| NodeError::Ended(format!("no thread: {error}")))?;
    let intake = Intake::open(transactions);
    let handle = NodeHandle::new(Parts {
        genesis,
        tip: Arc::clone(&tip),
        store: reader.clone(),
        heights: heights.clone(),
        queries,
        intake: intake.clone(),
        status: board.clone(),
    });

    let (started, mut has_started) = watch::channel(false);
    let network_handle = network.handle.clone();
    let wal = home.consensus_log();
    let consensus = consensus_context(chain, signer.as_ref(), peer);
    let (channels, engine_handle) = EngineBuilder::new(YaosuContext, EngineConfig::new())
        .with_default_wal(WalContext::new(wal, YaosuCodec))
        .with_custom_network(network.actor.clone(), engine_config::parts_to(network.actor))
        .with_default_sync(SyncContext::new(YaosuCodec))
        .with_default_consensus(consensus)
        .with_default_request(RequestContext::new(16))
        .build()
        .await
        .map_err(|error| NodeError::Ended(format!("the consensus engine does not start: {error}")))?;
    let engine = Engine {
        channels,
        replica: steps.clone(),
        tip,
        store: reader,
        chain,
        signer,
        timeouts: config.consensus.clone(),
        pace: Pace {
            demand,
            seen: network_handle.height_seen(),
            heartbeat: Duration::from_millis(config.consensus.heartbeat_ms),
        },
        started,
    };
    let listener = tokio::net::TcpListener::bind(config.api.listen).await.map_err(|source| NodeError::Listen {
        address: config.api.listen.to_string(),
        key: "api.listen",
        source,
    })?;
    let (stop, stopping) = watch::channel(false);
    let door = tokio::spawn(http::serve(listener, handle.clone(), http_limits(&config), stopping.clone()));
    tokio::spawn(gossip::send(outgoing, network_handle.clone()));
    tokio::spawn(gossip::receive(network.batches, intake, network_handle.clone()));
    tokio::spawn(peers::follow(network_handle, heights.clone(), handle.clone(), board.clone(), dialled));
    let engine_task = tokio::spawn(engine.run());
    tokio::spawn(async move {
        if has_started.wait_for(|started| *started).await.is_ok() {
            board.change(|board| board.started = true);
        }
    });
    tracing::info!(%chain, %peer, height = %started_at, api = %config.api.listen, "the node is up");

    let reason = wait_for_end(engine_task, engine_handle.handle, ended, failed).await;
    tracing::info!("stopping");
    stop.send_replace(true);
    let _door_closed = door.await;
    drop(steps);
    engine_handle.actor.stop(None);
    reason
}

fn open_store(
    home: &Home,
    config: &Config,
    chain: ChainId,
    failed: watch::Sender<Option<StoreError>>,
) -> Result<(Store, Tip, Vec<yaosu_ledger::block::Block>), NodeError> {
    let options = Options {
        chain: Some(chain),
        cache_bytes: config.store.cache_megabytes.saturating_mul(1 << 20),
        on_failure: Some(Box::new(move |error| {
            failed.send_replace(Some(error.clone()));
        })),
        ..Options::default()
    };
    let (store, recovered) = Store::open(&home.data(), options)?;
    let state = State::from_records(recovered.records);
    let tip = match recovered.last {
        None => {
            let tip = recovered.genesis.tip()?;
            check_root(Height::GENESIS, tip.state.root(), state.root())?;
            tip
        }
        Some((header, _)) => {
            check_root(header.height, header.state_root, state.root())?;
            Tip { chain, height: header.height, block: header.id(), time: header.time, state }
        }
    };
    Ok((store, tip, recovered.proposed))
}

fn check_root(height: Height, expected: Digest, found: Digest) -> Result<(), NodeError> {
    if expected == found {
        return Ok(());
    }
    let what = format!("the stored state has the root {found}, the header says {expected}");
    Err(StoreError::Damaged { what, height: Some(height) }.into())
}

/// The signer of a validator; `None` on an observer, and where the key is not that of a validator of the ledger or
/// genesis: it may become one later, and is restarted then.
fn open_signer(
    home: &Home,
    chain: ChainId,
    tip: &Tip,
    history: History,
    mode: StartMode,
) -> Result<Option<(ParticipantId, RecordedSigner)>, NodeError> {
    let path = home.consensus_key();
    if !path.exists() {
        return Ok(None);
    }
    let key = Seed::read(&path)?.signing_key();
    let public = key.public();
    let validators = tip.validators();
    let Some(validator) = validators.validators().iter().find(|validator| validator.key == public) else {
        tracing::warn!(key = %public, "the consensus key is of no validator: this node follows and does not sign");
        return Ok(None);
    };
    let record = home.signer_record();
    let opened = match mode.sign_above {
        Some(height) => SignerRecord::make_above(&record, chain, public, height),
        None => SignerRecord::open(&record, chain, public, history),
    };
    let record = opened.map_err(|error| NodeError::Signing(error.to_string()))?;
    Ok(Some((validator.operator, RecordedSigner::new(key, chain, record))))
}

fn limits(config: &Config) -> Limits {
    Limits {
        transactions: config.mempool.transactions,
        bytes: config.mempool.megabytes.saturating_mul(1 << 20),
        of_participant: config.mempool.of_participant,
        ..Limits::default()
    }
}

fn http_limits(config: &Config) -> http::Limits {
    http::Limits {
        connections: config.api.connections,
        connections_of_address: config.api.connections_per_address,
        ..http::Limits::default()
    }
}

/// How many peers a node needs to be of use: a validator as many as make a quorum with itself, an observer one.
fn peers_needed(tip: &Tip, me: Option<ParticipantId>) -> usize {
    let validators = tip.validators().validators().len();
    match me {
        Some(_) => validators.saturating_mul(2).checked_div(3).unwrap_or(0),
        None => 1,
    }
}

async fn start_network(
    chain: ChainId,
    identity: Identity,
    config: &Config,
    state: &State,
    dialled: Vec<(PeerId, yaosu_network::Multiaddr)>,
) -> Result<Network, NodeError> {
    let listen = peers::parse_address("network.listen", &config.network.listen)?;
    let allowed = peers::allowed(state, &dialled).into_keys().collect();
    let network = NetworkConfig { listen: vec![listen], peers: dialled, allowed, ..NetworkConfig::new(chain, identity) };
    yaosu_network::start(network).await.map_err(|error| match error {
        StartError::Listen { address, reason } => NodeError::Listen {
            address: address.to_string(),
            key: "network.listen",
            source: std::io::Error::other(reason),
        },
        other => NodeError::Config { place: "network".into(), message: other.to_string() },
    })
}

fn consensus_context(
    chain: ChainId,
    signer: Option<&(ParticipantId, RecordedSigner)>,
    peer: PeerId,
) -> ConsensusContext<YaosuContext> {
    let verifier = Box::new(SignatureVerifier { chain });
    match signer {
        Some((operator, signer)) => {
            ConsensusContext::new_validator(Address(*operator), verifier, Box::new(signer.clone()))
        }
        // An address that no operator has.
        None => ConsensusContext::new_full_node(Address(ParticipantId::of_genesis(&peer.to_string())), verifier),
    }
}

/// Waits for a signal, or for the first part that ends by itself.
async fn wait_for_end(
    engine: JoinHandle<Result<(), NodeError>>,
    engine_handle: JoinHandle<()>,
    replica: oneshot::Receiver<Result<(), StoreError>>,
    mut failed: watch::Receiver<Option<StoreError>>,
) -> Result<(), NodeError> {
    let no_signals = |error: std::io::Error| NodeError::Ended(format!("can't listen to signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(no_signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(no_signals)?;
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        ended = replica => match ended {
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(())) | Err(_) => Err(NodeError::Ended("the replica ended".into())),
        },
        Ok(failure) = failed.wait_for(Option::is_some) => match failure.clone() {
            Some(error) => Err(error.into()),
            None => Err(NodeError::Ended("the store ended".into())),
        },
        ended = engine => match ended {
            Ok(result) => result,
            Err(error) => Err(NodeError::Ended(format!("the engine's driver ended: {error}"))),
        },
        _ = engine_handle => Err(NodeError::Ended("the consensus engine ended".into())),
    }
}
