//! Networks, made as operators make them: keys, founding document, homes, configuration.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use yaosu_api::HeadView;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::validators::ValidatorSet;
use yaosu_ledger::{ChainId, Height, codec};

use super::http::Door;
use super::people::{Person, key_of};
use super::process::{Command, Node};

/// Traders, each with [`MONEY`].
pub const TRADERS: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// The registrar.
pub const REGISTRY: &str = "registry";

/// What a trader begins with, in minor units.
pub const MONEY: u64 = 1_000_000;

/// Nodes in a folder that is removed with them.
pub struct Network {
    // Before the folder, so that they end first.
    pub nodes: Vec<Node>,
    pub folder: TempDir,
    pub genesis: Genesis,
    pub chain: ChainId,
}

/// The public halves of a node's keys.
pub struct Keys {
    pub consensus: Option<String>,
    pub network: String,
    pub peer: String,
}

/// Two free ports. They are free again when this returns: nobody else is given them soon.
fn free_ports() -> (u16, u16) {
    let reserve = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there are free ports");
    let (one, other) = (reserve(), reserve());
    let port = |listener: &TcpListener| listener.local_addr().expect("it listens").port();
    (port(&one), port(&other))
}

/// `yaosu-node keygen`.
pub fn make_keys(home: &Path, arguments: &[&str]) -> Keys {
    let mut all = vec!["keygen", "--json"];
    all.extend_from_slice(arguments);
    let keys = Command::new(&all).home(home).json();
    let text = |name: &str| keys[name].as_str().map(str::to_owned);
    Keys {
        consensus: text("consensus_key"),
        network: text("network_key").expect("a node has one"),
        peer: text("peer").expect("a node has one"),
    }
}

/// `yaosu-node genesis`.
pub fn found(document: &str, folder: &Path) -> PathBuf {
    let path = folder.join("genesis.toml");
    fs::write(&path, document).expect("the document is written");
    let output = folder.join("genesis.bin");
    let founded = Command::new(&["genesis", "--json"]).path(&path).path(Path::new("--output")).path(&output).json();
    let genesis: Genesis = codec::decode(&fs::read(&output).expect("the bytes were written")).expect("canonical bytes");
    assert_eq!(founded["chain"].as_str(), Some(genesis.chain().to_string().as_str()));
    output
}

/// The founding document: an operator for each key, and the traders.
pub fn document(name: &str, keys: &[Keys]) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is set").as_millis();
    let mut text = format!(
        "name = \"{name}\"\ncurrency = \"CNY\"\ntime = {now}\n\
         [rules]\nnotice_seconds = 1\ndelivery_seconds = 3600\nacknowledgement_seconds = 3600\nsettlement_seconds = 1\n\
         proposal_seconds = 3600\nenactment_seconds = 0\nfee_basis_points = 200\nfee_account = \"operator-1\"\n\
         key_seconds = 3600\narbitration_seconds = 3600\nbond_basis_points = 1000\ndispute_bond_basis_points = 500\nnegotiation_seconds = 3600\n"
    );
    let mut participant = |handle: &str, role: &str, balance: u64| {
        let key = key_of(handle).public();
        write!(
            text,
            "[[participants]]\nhandle = \"{handle}\"\nlegal_name = \"Company {handle}\"\nlegal_id = \"ID-{handle}\"\n\
             roles = [\"{role}\"]\nkeys = [\"{key}\"]\nbalance = {balance}\n"
        )
        .expect("a text takes text");
    };
    for number in 1..=keys.len() {
        participant(&format!("operator-{number}"), "operator", 0);
    }
    for trader in TRADERS {
        participant(trader, "trader", MONEY);
    }
    participant(REGISTRY, "registrar", 0);
    for (number, keys) in (1..).zip(keys) {
        let consensus = keys.consensus.as_deref().expect("a validator has a consensus key");
        write!(
            text,
            "[[validators]]\noperator = \"operator-{number}\"\nconsensus_key = \"{consensus}\"\nnetwork_key = \"{}\"\n",
            keys.network
        )
        .expect("a text takes text");
    }
    text
}

impl Network {
    /// A network of some validators, all stopped.
    pub fn make(validators: usize) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let homes: Vec<PathBuf> = (1..=validators).map(|number| folder.path().join(format!("node-{number}"))).collect();
        let keys: Vec<Keys> = homes.iter().map(|home| make_keys(home, &[])).collect();
        let genesis_path = found(&document("cluster", &keys), folder.path());
        let genesis: Genesis =
            codec::decode(&fs::read(&genesis_path).expect("the bytes are there")).expect("canonical bytes");
        let nodes =
            homes.into_iter().zip(keys).map(|(home, keys)| prepare(home, keys.peer, &genesis_path, &[])).collect();
        let network = Self { nodes, folder, chain: genesis.chain(), genesis };
        for node in &network.nodes {
            network.configure(node, &[]);
        }
        network
    }

    /// A network of some validators, all running and ready.
    pub fn start(validators: usize) -> Self {
        let mut network = Self::make(validators);
        network.start_all();
        network
    }

    /// Starts all and waits until they are ready.
    pub fn start_all(&mut self) {
        self.nodes.iter_mut().for_each(Node::start);
        self.nodes.iter_mut().for_each(Node::wait_until_ready);
    }

    /// A node beside the validators, initialised and configured to dial them, stopped. The arguments are for `keygen`
    /// and `init`.
    pub fn outsider(&self, name: &str, arguments: &[&str]) -> (Node, Keys) {
        let home = self.folder.path().join(name);
        let keys = make_keys(&home, arguments);
        let node = prepare(home, keys.peer.clone(), &self.folder.path().join("genesis.bin"), arguments);
        self.configure(&node, &[]);
        (node, keys)
    }

    /// Writes a node's configuration, with more lines at its end.
    pub fn configure(&self, node: &Node, lines: &[&str]) {
        let others = self.nodes.iter().filter(|other| other.peer != node.peer);
        let peers: Vec<String> = others.map(|other| format!("{:?}", other.address())).collect();
        let text = format!(
            "[network]\nlisten = \"/ip4/127.0.0.1/tcp/{}\"\npeers = [{}]\n[api]\nlisten = \"127.0.0.1:{}\"\n\
             [consensus]\npropose_ms = 2000\nheartbeat_ms = 1000\n{}\n",
            node.network_port,
            peers.join(", "),
            node.door.0,
            lines.join("\n"),
        );
        fs::write(node.home.join("config.toml"), text).expect("the configuration is written");
    }

    pub fn person(&self, handle: &str) -> Person {
        Person::new(handle, self.chain)
    }

    /// The validators of genesis.
    pub fn validators(&self) -> ValidatorSet {
        self.genesis.tip().expect("the document founds a chain").validators()
    }

    /// What anyone who has the founding document trusts.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { chain: self.chain, height: Height(1), validators: self.validators() }
    }

    /// The highest height among those whose doors are open.
    pub fn highest(&self) -> Height {
        let heads = self.nodes.iter().filter_map(|node| node.door.look::<HeadView>("/v1/head"));
        heads.map(|head| head.height).max().expect("some node runs")
    }

    /// Waits until all that run have the height that one of them has now.
    pub fn wait_until_level(&mut self) -> Height {
        let height = self.highest();
        for node in &mut self.nodes {
            if node.is_running() {
                node.wait_for_height(height);
            }
        }
        height
    }
}

/// `yaosu-node init`.
fn prepare(home: PathBuf, peer: String, genesis: &Path, arguments: &[&str]) -> Node {
    let mut all = vec!["init", "--json"];
    all.extend_from_slice(arguments);
    all.push("--genesis");
    let made = Command::new(&all).path(genesis).home(&home).json();
    assert_eq!(made["peer"].as_str(), Some(peer.as_str()));
    let (network_port, door) = free_ports();
    Node::new(home, Door(door), network_port, peer)
}
