//! A node of these tests: network, engine and application.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arc_malachitebft_app_channel::app::config::{ConsensusConfig, NodeConfig, ValueSyncConfig};
use arc_malachitebft_app_channel::{
    ConsensusContext, EngineBuilder, NetworkMsg, RequestContext, SyncContext, WalContext,
};
use libp2p::{Multiaddr, PeerId};
use tokio::sync::mpsc;
use yaosu_bft::codec::{SYNC_REQUEST_BYTES_MAX, SYNC_RESPONSE_BYTES_MAX, YaosuCodec};
use yaosu_bft::ledger::signature::SigningKey;
use yaosu_bft::ledger::validators::{Validator, ValidatorSet};
use yaosu_bft::ledger::{ChainId, Digest, Height, ParticipantId};
use yaosu_bft::signer::{RecordedSigner, SignatureVerifier};
use yaosu_bft::signer_record::{History, OpenError, SignerRecord};
use yaosu_bft::{Address, YaosuContext};
use yaosu_network::{Identity, NetworkConfig, NetworkHandle};

use crate::application::{Application, Observed, Pace};
use crate::store::Store;

pub const CHAIN: ChainId = ChainId(Digest([0x5a; 32]));

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The validator with this number.
pub fn operator(number: u8) -> ParticipantId {
    ParticipantId::of_genesis(&format!("operator-{number}"))
}

pub fn identity(number: u8) -> Identity {
    Identity::from_seed([number; 32])
}

pub fn validators(count: u8) -> ValidatorSet {
    let validators = (0..count).map(|number| Validator {
        operator: operator(number),
        key: consensus_key(number).public(),
        power: 1,
    });
    ValidatorSet::new(validators.collect()).expect("different operators with different keys")
}

/// What a validator signs with.
pub fn consensus_key(number: u8) -> SigningKey {
    SigningKey::from_seed([100 + number; 32])
}

pub fn loopback() -> Multiaddr {
    "/ip4/127.0.0.1/tcp/0".parse().expect("an address")
}

/// Polls until something is so.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not so in time: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

struct EngineConfig {
    moniker: String,
    consensus: ConsensusConfig,
    value_sync: ValueSyncConfig,
}

impl EngineConfig {
    fn new(number: u8) -> Self {
        let size = |bytes: usize| format!("{bytes} B").parse().expect("a number of bytes");
        let value_sync = ValueSyncConfig {
            status_update_interval: Duration::from_millis(200),
            max_request_size: size(SYNC_REQUEST_BYTES_MAX),
            max_response_size: size(SYNC_RESPONSE_BYTES_MAX),
            ..ValueSyncConfig::default()
        };
        // Proposals and parts is the default; with proposals alone the engine would not ask us about values.
        Self { moniker: format!("test{number}"), consensus: ConsensusConfig::default(), value_sync }
    }
}

impl NodeConfig for EngineConfig {
    fn moniker(&self) -> &str {
        &self.moniker
    }

    fn consensus(&self) -> &ConsensusConfig {
        &self.consensus
    }

    fn consensus_mut(&mut self) -> &mut ConsensusConfig {
        &mut self.consensus
    }

    fn value_sync(&self) -> &ValueSyncConfig {
        &self.value_sync
    }

    fn value_sync_mut(&mut self) -> &mut ValueSyncConfig {
        &mut self.value_sync
    }
}

pub struct Node {
    pub number: u8,
    pub handle: NetworkHandle,
    pub store: Arc<Mutex<Store>>,
    pub observed: Arc<Mutex<Observed>>,
    pub signer: RecordedSigner,
    pub address: Multiaddr,
    engine: arc_malachitebft_app_channel::EngineHandle,
    application: tokio::task::JoinHandle<()>,
}

impl Node {
    /// Starts a validator with what it remembers, and waits until it listens. `allowed` may connect.
    pub async fn start(number: u8, folder: &Path, store: Arc<Mutex<Store>>, allowed: Vec<PeerId>, pace: Pace) -> Self {
        let mut config = NetworkConfig::new(CHAIN, identity(number));
        config.listen = vec![loopback()];
        config.allowed = allowed;
        let network = yaosu_network::start(config).await.expect("loopback can be listened on");

        let key = consensus_key(number);
        // An engine that was stopped in this process lets go of the record a little after its end is told.
        let mut record = None;
        eventually("the record is free", || {
            let path = folder.join(format!("record-{number}"));
            record = match SignerRecord::open(&path, CHAIN, key.public(), History::Empty) {
                Err(OpenError::InUse { .. }) => None,
                opened => Some(opened.expect("a record of this key")),
            };
            record.is_some()
        })
        .await;
        let record = record.expect("it was waited for");
        let signer = RecordedSigner::new(key, CHAIN, record);
        let height_seen = network.handle.height_seen();
        let application = Application::new(Arc::clone(&store), operator(number), signer.clone(), height_seen, pace);
        let observed = Arc::clone(&application.observed);

        // What the application streams goes the way of all that the engine sends.
        let (to_network, mut from_application) = mpsc::channel::<NetworkMsg<YaosuContext>>(1);
        let actor = network.actor.clone();
        tokio::spawn(async move {
            while let Some(message) = from_application.recv().await {
                if actor.cast(message.into()).is_err() {
                    return;
                }
            }
        });
        let log = folder.join(format!("log-{number}"));
        // The thread of an engine that was stopped in this process holds the log a little longer than the engine lives.
        if let Ok(log) = File::open(&log) {
            eventually("the log is free", || log.try_lock().is_ok()).await;
        }
        let (channels, engine) = EngineBuilder::new(YaosuContext, EngineConfig::new(number))
            .with_default_wal(WalContext::new(log, YaosuCodec))
            .with_custom_network(network.actor, to_network)
            .with_default_sync(SyncContext::new(YaosuCodec))
            .with_default_consensus(ConsensusContext::new_validator(
                Address(operator(number)),
                Box::new(SignatureVerifier { chain: CHAIN }),
                Box::new(signer.clone()),
            ))
            .with_default_request(RequestContext::new(16))
            .build()
            .await
            .expect("the engine's parts start");
        let application = tokio::spawn(application.run(channels));
        let handle = network.handle;
        eventually("the node listens", || !handle.listen_addresses().is_empty()).await;
        let address = handle.listen_addresses().remove(0);
        Self { number, handle, store, observed, signer, address, engine, application }
    }

    pub fn tip(&self) -> Height {
        self.store.lock().expect("no test panics with it").tip()
    }

    pub fn observed(&self) -> Observed {
        self.observed.lock().expect("no test panics with it").clone()
    }

    pub fn peer(&self) -> (PeerId, Multiaddr) {
        (identity(self.number).peer_id(), self.address.clone())
    }

    /// Stops engine, network and application, and waits for their end.
    pub async fn stop(self) {
        self.engine.actor.stop(None);
        self.engine.handle.await.expect("the engine's end is no panic");
        // Ends with the engine's channel.
        self.application.await.expect("the application's end is no panic");
    }
}

/// Lets each dial all others.
pub fn connect(nodes: &[Node]) {
    for node in nodes {
        let others = nodes.iter().filter(|other| other.number != node.number).map(Node::peer);
        node.handle.set_peers(others.collect()).expect("addresses of TCP");
    }
}

pub fn all_peers(count: u8) -> Vec<PeerId> {
    (0..count).map(|number| identity(number).peer_id()).collect()
}

pub fn new_store(count: u8) -> Arc<Mutex<Store>> {
    Arc::new(Mutex::new(Store::new(CHAIN, validators(count))))
}

/// Starts a network of validators without history, each connected to all.
pub async fn start_all(count: u8, folder: &Path, pace: Pace) -> Vec<Node> {
    let mut nodes = Vec::new();
    for number in 0..count {
        nodes.push(Node::start(number, folder, new_store(count), all_peers(count), pace).await);
    }
    connect(&nodes);
    nodes
}

/// Asserts that no two nodes hold different blocks at one height.
pub fn assert_no_fork(nodes: &[Node]) {
    let lowest = nodes.iter().map(Node::tip).min().expect("there are nodes");
    for height in 1..=lowest.0 {
        let ids: Vec<_> = nodes
            .iter()
            .map(|node| {
                let store = node.store.lock().expect("no test panics with it");
                store.decided(Height(height)).expect("below its tip").block.id()
            })
            .collect();
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "height {height}: {ids:?}");
    }
}
