//! The whole node: store, replica, network, consensus engine and door, put together, run, and taken down in order.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use arc_malachitebft_app_channel::{ConsensusContext, EngineBuilder, RequestContext, SyncContext, WalContext};
use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use yaosu_bft::codec::YaosuCodec;
use yaosu_bft::signer::{RecordedSigner, SignatureVerifier, SignerCounts};
use yaosu_bft::signer_record::{History, OpenError, SignerRecord};
use yaosu_bft::{Address, YaosuContext};
use yaosu_ledger::execution::Tip;
use yaosu_ledger::state::State;
use yaosu_ledger::{ChainId, Digest, Height, ParticipantId};
use yaosu_network::{Counts, Identity, Network, NetworkConfig, PeerId, StartError};
use yaosu_replica::{Limits, Recovered, Replica};
use yaosu_store::{Options, Store, StoreError};

use crate::config::{Config, Home};
use crate::control::Control;
use crate::engine::Engine;
use crate::engine_config::EngineConfig;
use crate::error::NodeError;
use crate::handle::{NodeHandle, Parts};
use crate::intake::Intake;
use crate::keys::Seed;
use crate::log::Log;
use crate::pace::Pace;
use crate::peers::Acquaintances;
use crate::replica_thread::{self, ReplicaThread};
use crate::search::{self, Search, SearchThread};
use crate::status::{Board, StatusBoard};
use crate::{engine_config, genesis_document, gossip, http, peers};

/// How long the store may take to close.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// How long the replica may take to say why it ended, after another part has noticed that it did.
const REASON_WITHIN: Duration = Duration::from_secs(1);

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
#[allow(clippy::too_many_lines, reason = "a list of the parts in the order in which they are put together")]
pub async fn run(home: &Home, config: Config, mode: StartMode, log: Log) -> Result<(), NodeError> {
    let genesis = genesis_document::read(&home.genesis())?;
    let chain = genesis.chain();
    let signals = Signals::listen()?;
    if mode.rejoin && is_empty(&home.data())? {
        forget_consensus_log(home)?;
        crate::commands::init::create_store(home, &genesis)?;
    }
    let (store_failed, failed) = watch::channel(None::<StoreError>);
    let (store, recovered) = open_store(home, &config, chain, store_failed)?;
    write_process(home)?;
    let control = open_control(home, log);
    let started_at = recovered.tip.height;
    let history = if mode.rejoin || started_at > Height::GENESIS { History::Present } else { History::Empty };

    let network_key = Seed::read(&home.network_key())?;
    let signer = open_signer(home, chain, &recovered.tip, history, mode)?;
    let me = signer.as_ref().map(|(operator, _)| *operator);
    let replica = Replica::recover(recovered, me, limits(&config)).map_err(|error| NodeError::Verification {
        height: started_at.0.saturating_add(1),
        message: format!("a proposed block: {error}"),
    })?;
    let own = network_key.public();
    let identity = Identity::from_seed(network_key.bytes());
    let peer = identity.peer_id();
    let state = replica.tip().state.clone();

    let acquaintances = Acquaintances { own, dialled: peers::parse_peers(&config.network.peers)? };
    let listener = bind_door(&config).await?;
    let network = start_network(chain, identity, &config, &state, &acquaintances).await?;
    let needed = peers_needed(replica.tip(), me);
    let board = StatusBoard::new(Board {
        peer: peer.to_string(),
        operator: me,
        consensus_key: home.consensus_key().exists(),
        signing: signer.is_some(),
        peers_height: Height::GENESIS,
        peers: Vec::new(),
        peers_needed: needed,
        network: Counts::default(),
        signer: SignerCounts::default(),
        started: false,
    });
    let reader = store.reader();
    let ReplicaThread { steps, queries, transactions, tip, past, heights, demand, gossip: outgoing, mut ended } =
        replica_thread::start(replica, store)
            .map_err(|error| NodeError::Ended(format!("the replica gets no thread: {error}")))?;
    let intake = Intake::open(transactions);
    let (search, search_thread) = start_search(home, &config, &tip, &heights)?;
    let handle = NodeHandle::new(Parts {
        genesis,
        tip: Arc::clone(&tip),
        store: reader.clone(),
        heights: heights.clone(),
        queries,
        intake: intake.clone(),
        status: board.clone(),
        search,
        past,
    });

    let (started, mut has_started) = watch::channel(false);
    let network_handle = network.handle.clone();
    let wal = home.consensus_log();
    let signs = signer.as_ref().map(|(_, signer)| signer.clone());
    let consensus = consensus_context(chain, signer.as_ref(), peer);
    let (channels, engine_handle) = EngineBuilder::new(YaosuContext, EngineConfig::new())
        .with_default_wal(WalContext::new(wal, YaosuCodec))
        .with_custom_network(network.actor.clone(), engine_config::parts_to(network.actor))
        .with_default_sync(SyncContext::new(YaosuCodec))
        .with_default_consensus(consensus)
        .with_default_request(RequestContext::new(16))
        .build()
        .await
        .map_err(|error| engine_failure(home, started_at, &error.to_string()))?;
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
            proved: network_handle.proved_height(),
            heartbeat: Duration::from_millis(config.consensus.heartbeat_ms),
            synced: Height::GENESIS,
        },
        started,
        network: network_handle.clone(),
        peers_needed: needed,
    };
    let (stop, stopping) = watch::channel(false);
    let metrics = http::Metrics::beside_engine(home.path().to_owned());
    let limits = http::Limits::of(&config.api);
    let door = tokio::spawn(http::serve(listener, handle.clone(), limits, metrics, stopping.clone()));
    tokio::spawn(gossip::send(outgoing, network_handle.clone()));
    tokio::spawn(gossip::receive(network.batches, intake, network_handle.clone()));
    tokio::spawn(peers::follow(network_handle, heights.clone(), handle.clone(), signs, board.clone(), acquaintances));
    let mut engine_task = tokio::spawn(engine.run());
    tokio::spawn(async move {
        if has_started.wait_for(|started| *started).await.is_ok() {
            board.change(|board| board.started = true);
        }
    });
    tracing::info!(%chain, %peer, height = %started_at, api = %config.api.listen, "the node is up");

    let ends = Ends { engine: &mut engine_task, engine_handle: engine_handle.handle, replica: &mut ended, failed };
    let reason = wait_for_end(signals, ends).await;
    match &reason {
        Ok(()) => tracing::info!("stopping"),
        Err(error) => tracing::error!(%error, "stopping"),
    }
    stop.send_replace(true);
    drop(control);
    if let Some(thread) = &search_thread {
        thread.stop();
    }
    let _door_closed = door.await;
    engine_handle.actor.stop(None);
    engine_task.abort();
    drop(steps);
    // After an error the journal has all that counts.
    reason?;
    let closed = wait_until_closed(ended).await;
    if let Some(thread) = search_thread {
        wait_for_search(thread).await;
    }
    closed
}

/// Starts the index of the catalogue, unless the configuration wants none.
fn start_search(
    home: &Home,
    config: &Config,
    tip: &Arc<ArcSwap<Tip>>,
    heights: &watch::Receiver<Height>,
) -> Result<(Search, Option<SearchThread>), NodeError> {
    if !config.api.search {
        return Ok((Search::off(), None));
    }
    let (search, thread) = search::start(home.search(), Arc::clone(tip), heights.clone())
        .map_err(|error| NodeError::Ended(format!("the search index gets no thread: {error}")))?;
    Ok((search, Some(thread)))
}

/// Waits until the index is written, if that is soon: what is cut off is made again at the next start.
async fn wait_for_search(thread: SearchThread) {
    let joined = tokio::task::spawn_blocking(|| thread.join());
    if tokio::time::timeout(CLOSE_WITHIN, joined).await.is_err() {
        tracing::warn!("the search index takes too long to close: it is looked through at the next start");
    }
}

/// Writes down which process is the node of this folder. Only who has the store may.
fn write_process(home: &Home) -> Result<(), NodeError> {
    let process = home.process();
    std::fs::write(&process, format!("{}\n", std::process::id()))
        .map_err(|error| NodeError::io("write", &process, error))
}

/// Where the owner gives commands. A node without it is as good as any other: a path may be too long for a socket.
fn open_control(home: &Home, log: Log) -> Option<Control> {
    let opened = Control::open(&home.control_socket(), log);
    opened.inspect_err(|error| tracing::warn!(%error, "this node takes no commands while it runs")).ok()
}

async fn bind_door(config: &Config) -> Result<TcpListener, NodeError> {
    TcpListener::bind(config.api.listen).await.map_err(|source| NodeError::Listen {
        address: config.api.listen.to_string(),
        key: "api.listen",
        source,
    })
}

/// Waits for the replica, which closes the store once nobody can ask it for more.
async fn wait_until_closed(ended: oneshot::Receiver<Result<(), StoreError>>) -> Result<(), NodeError> {
    match tokio::time::timeout(CLOSE_WITHIN, ended).await {
        Ok(Ok(result)) => Ok(result?),
        Ok(Err(_)) => Err(NodeError::Ended("the replica ended".into())),
        Err(_) => {
            tracing::warn!("the store takes too long to close: the journal has what it lacks");
            Ok(())
        }
    }
}

fn open_store(
    home: &Home,
    config: &Config,
    chain: ChainId,
    failed: watch::Sender<Option<StoreError>>,
) -> Result<(Store, Recovered), NodeError> {
    let options = Options {
        chain: Some(chain),
        cache_bytes: config.store.cache_megabytes.saturating_mul(1 << 20),
        on_failure: Some(Box::new(move |error| {
            failed.send_replace(Some(error.clone()));
        })),
        ..Options::default()
    };
    let (store, recovered) =
        Store::open(&home.data(), options).map_err(|error| NodeError::opening(home.path(), error))?;
    let state = State::from_records(recovered.records);
    let tip = match recovered.last {
        None => {
            let tip = recovered.genesis.tip()?;
            check_root(home, Height::GENESIS, tip.state.root(), state.root())?;
            tip
        }
        Some((header, _)) => {
            check_root(home, header.height, header.state_root, state.root())?;
            Tip { chain, height: header.height, block: header.id(), time: header.time, state }
        }
    };
    Ok((store, Recovered { tip, proposed: recovered.proposed }))
}

fn check_root(home: &Home, height: Height, expected: Digest, found: Digest) -> Result<(), NodeError> {
    if expected == found {
        return Ok(());
    }
    let what = format!("the stored state has the root {found}, the header says {expected}");
    Err(NodeError::opening(home.path(), StoreError::Damaged { what, height: Some(height) }))
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
        // It may become one. The record is made now, while nothing can have been signed: later a missing one is a lost one.
        if history == History::Empty {
            SignerRecord::open(&home.signer_record(), chain, public, history)
                .map_err(|error| NodeError::Signing(error.to_string()))?;
        }
        return Ok(None);
    };
    let record = home.signer_record();
    let opened = match mode.sign_above {
        Some(_) if record.exists() => {
            let reason = format!("there is a signer record {} already: start without --sign-above", record.display());
            return Err(NodeError::Signing(reason));
        }
        Some(height) => SignerRecord::make_above(&record, chain, public, height),
        None => SignerRecord::open(&record, chain, public, history),
    };
    let record = opened.map_err(|error| NodeError::Signing(format!("{error}{}", way_back(home, &error))))?;
    Ok(Some((validator.operator, RecordedSigner::new(key, chain, record))))
}

/// The commands that a person may give after a signer record was lost; nothing where it is only in the wrong place.
fn way_back(home: &Home, error: &OpenError) -> String {
    let record = home.signer_record();
    let first = match error {
        OpenError::Missing { .. } => String::new(),
        OpenError::Damaged { .. } => format!("mv {record} {record}.damaged && ", record = record.display()),
        _ => return String::new(),
    };
    format!(
        "\nto sign again above HEIGHT only, run: {first}yaosu-node start --home {} --sign-above HEIGHT\nHEIGHT must be above \
         every height that this key can have signed: ask another validator for its height (yaosu-node status) and add 100",
        home.path().display()
    )
}

/// The engine's log names blocks that the lost store had, and the engine would decide them without their content. What
/// keeps this node from signing twice is the signer record.
fn forget_consensus_log(home: &Home) -> Result<(), NodeError> {
    let log = home.consensus_log();
    match std::fs::remove_file(&log) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(NodeError::io("remove", &log, error)),
        _ => Ok(()),
    }
}

/// Why the engine does not start, with what to do if it is its log.
fn engine_failure(home: &Home, started_at: Height, reason: &str) -> NodeError {
    if !reason.contains("WAL") {
        return NodeError::Ended(format!("the consensus engine does not start: {reason}"));
    }
    let log = home.consensus_log();
    NodeError::Signing(format!(
        "the consensus engine's log is damaged: {reason}\nonce the other validators are above height {}, run: \
         mv {log} {log}.damaged && yaosu-node start --home {}",
        started_at.next(),
        home.path().display(),
        log = log.display(),
    ))
}

/// Whether a folder is not there or has nothing in it but the store's lock.
fn is_empty(folder: &Path) -> Result<bool, NodeError> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.all(|entry| entry.is_ok_and(|entry| entry.file_name() == "lock"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(NodeError::io("list", folder, error)),
    }
}

fn limits(config: &Config) -> Limits {
    Limits {
        transactions: config.mempool.transactions,
        bytes: config.mempool.megabytes.saturating_mul(1 << 20),
        of_participant: config.mempool.of_participant,
        ..Limits::default()
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

/// The swarm shares a port with whoever listens on it already, which would split its peers between two nodes.
fn probe(listen: &yaosu_network::Multiaddr) -> Result<(), NodeError> {
    let Some(socket) = peers::socket_of(listen) else { return Ok(()) };
    std::net::TcpListener::bind(socket).map(drop).map_err(|source| NodeError::Listen {
        address: listen.to_string(),
        key: "network.listen",
        source,
    })
}

async fn start_network(
    chain: ChainId,
    identity: Identity,
    config: &Config,
    state: &State,
    acquaintances: &Acquaintances,
) -> Result<Network, NodeError> {
    let listen = peers::parse_address("network.listen", &config.network.listen)?;
    probe(&listen)?;
    let network = NetworkConfig {
        listen: vec![listen],
        peers: acquaintances.dialled.clone(),
        allowed: acquaintances.allowed(state).into_keys().collect(),
        ..NetworkConfig::new(chain, identity)
    };
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

/// The signals that ask the node to stop, listened to from the beginning.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, NodeError> {
        let failed = |error: std::io::Error| NodeError::Ended(format!("can't listen to signals: {error}"));
        let interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let terminate = signal(SignalKind::terminate()).map_err(failed)?;
        Ok(Self { interrupt, terminate })
    }
}

/// The parts that may end by themselves.
struct Ends<'a> {
    engine: &'a mut JoinHandle<Result<(), NodeError>>,
    engine_handle: JoinHandle<()>,
    replica: &'a mut oneshot::Receiver<Result<(), StoreError>>,
    failed: watch::Receiver<Option<StoreError>>,
}

/// Waits for a signal, or for the first part that ends by itself.
async fn wait_for_end(mut signals: Signals, ends: Ends<'_>) -> Result<(), NodeError> {
    let Ends { engine, engine_handle, replica, mut failed } = ends;
    let mut replica_over = false;
    let reason = tokio::select! {
        _ = signals.interrupt.recv() => return Ok(()),
        _ = signals.terminate.recv() => return Ok(()),
        Ok(_) = failed.wait_for(Option::is_some) => "the store ended".into(),
        ended = &mut *replica => {
            if let Ok(Err(error)) = ended {
                return Err(error.into());
            }
            replica_over = true;
            "the replica ended".into()
        }
        ended = engine => match ended {
            Ok(Ok(())) => "the engine's driver ended".into(),
            Ok(Err(error)) => error.to_string(),
            Err(error) => format!("the engine's driver ended: {error}"),
        },
        _ = engine_handle => "the consensus engine ended".into(),
    };
    // One part takes the others with it: a failed store is the reason behind whatever was noticed first.
    if let Some(error) = failed.borrow().clone() {
        return Err(error.into());
    }
    if replica_over {
        return Err(NodeError::Ended(reason));
    }
    match tokio::time::timeout(REASON_WITHIN, replica).await {
        Ok(Ok(Err(error))) => Err(error.into()),
        _ => Err(NodeError::Ended(reason)),
    }
}
