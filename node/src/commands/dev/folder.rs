//! The folder of a local network: homes of its nodes, its founding document, and a home for `yaosu` with all keys.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{Currency, Digest, ParticipantId, codec};

use super::connection::{Connection, SampleParticipant};
use super::sample::{SAMPLES, operator_handle};
use super::{Arguments, lock};
use crate::client_home::ClientHome;
use crate::commands::init::create_store;
use yaosu_network::Identity;

use crate::config::{ApiConfig, Config, ConsensusConfig, Home, LogConfig, NetworkConfig};
use crate::error::NodeError;
use crate::genesis_document::{GenesisDocument, ParticipantDocument, RulesDocument, ValidatorDocument};
use crate::keys::Seed;
use crate::replica_thread::now_ms;
use crate::{client_home, genesis_document, output};

/// The folder, complete.
pub struct Folder {
    path: PathBuf,
    homes: Vec<Home>,
    genesis: Genesis,
    made: bool,
    /// Held as long as the market runs.
    _lock: File,
}

/// Makes the folder if it is not there, and gives its absolute path.
///
/// # Errors
/// [`NodeError`].
pub fn make_if_missing(arguments: &Arguments) -> Result<PathBuf, NodeError> {
    let path =
        std::path::absolute(&arguments.folder).map_err(|error| NodeError::io("find", &arguments.folder, error))?;
    if !lock::path(&path).exists() {
        make(&path, arguments)?;
    }
    Ok(path)
}

/// Base addresses of the HTTP of all nodes of a folder.
///
/// # Errors
/// [`NodeError`].
pub fn addresses(path: &Path) -> Result<Vec<String>, NodeError> {
    let homes = (1..).map(|number| home(path, number)).take_while(|home| home.genesis().exists());
    homes.map(|home| Ok(address(&Config::load(&home, [])?))).collect()
}

fn address(config: &Config) -> String {
    format!("http://{}", config.api.listen)
}

impl Folder {
    /// Opens the folder, or makes it. Ports are chosen anew where they are taken.
    ///
    /// # Errors
    /// [`NodeError`].
    pub fn open_or_make(arguments: &Arguments) -> Result<Self, NodeError> {
        let made = !lock::path(&arguments.folder).exists();
        let path = make_if_missing(arguments)?;
        // Before anything is written: a market that runs must not be given other ports.
        let lock = lock::take(&path)?;
        let genesis = genesis_document::read(&path.join("genesis.bin"))?;
        let homes: Vec<Home> = (1..=genesis.validators.len()).map(|number| home(&path, number)).collect();
        let folder = Self { path, homes, genesis, made, _lock: lock };
        folder.choose_ports()?;
        Ok(folder)
    }

    /// The homes of the nodes, in order.
    pub fn homes(&self) -> &[Home] {
        &self.homes
    }

    /// Gives every node free ports and tells each where the others are. Ports that are still free are kept.
    fn choose_ports(&self) -> Result<(), NodeError> {
        let mut configs = Vec::with_capacity(self.homes.len());
        let mut reserved = Vec::new();
        for home in &self.homes {
            let mut config = Config::load(home, [])?;
            let network = reserve(port_of(&config.network.listen), &mut reserved)?;
            config.network.listen = format!("/ip4/127.0.0.1/tcp/{network}");
            config.api.listen = SocketAddr::from(([127, 0, 0, 1], reserve(config.api.listen.port(), &mut reserved)?));
            configs.push(config);
        }
        let mut addresses = Vec::with_capacity(self.homes.len());
        for (home, config) in self.homes.iter().zip(&configs) {
            let key = Seed::read(&home.network_key())?;
            let peer = Identity::from_seed(key.bytes()).peer_id();
            addresses.push(format!("{}/p2p/{peer}", config.network.listen));
        }
        for (number, (home, config)) in self.homes.iter().zip(&mut configs).enumerate() {
            let others = addresses.iter().enumerate().filter(|(other, _)| *other != number);
            config.network.peers = others.map(|(_, address)| address.clone()).collect();
            config.save(home)?;
        }
        let nodes: Vec<String> = configs.iter().map(address).collect();
        self.client().write_profile(&self.genesis, &nodes)
    }

    fn client(&self) -> ClientHome {
        ClientHome::new(self.path.join("client"))
    }

    /// What a program needs to take part.
    ///
    /// # Errors
    /// [`NodeError`].
    pub fn connection(&self) -> Result<Connection, NodeError> {
        let client = self.client();
        let participants = self.genesis.participants.iter().map(|founder| {
            let enrolment = &founder.enrolment;
            SampleParticipant {
                id: ParticipantId::of_genesis(enrolment.handle.as_str()),
                handle: enrolment.handle.clone(),
                roles: founder.roles.iter().collect(),
                key: enrolment.keys.keys[0],
                key_file: client.key_file(enrolment.handle.as_str()),
                delivery_key: enrolment.delivery_key.as_ref().map(|key| Digest(*key.as_bytes())),
            }
        });
        Ok(Connection {
            participants: participants.collect(),
            folder: self.path.clone(),
            home: client.path().to_owned(),
            profile: client_home::PROFILE,
            chain: self.genesis.chain(),
            nodes: addresses(&self.path)?,
            password_file: client.password_file(),
        })
    }

    /// What people are told once the network is up.
    pub fn welcome(&self) -> String {
        let mut lines = Vec::new();
        lines.push(format!(
            "A market of {} validators is up ({}).",
            self.homes.len(),
            if self.made { "new" } else { "resumed" }
        ));
        for home in &self.homes {
            if let Ok(config) = Config::load(home, []) {
                lines.push(format!("  http://{}  {}", config.api.listen, home.path().display()));
            }
        }
        lines.push("Participants (name of the key, roles, money at the start):".into());
        for founder in &self.genesis.participants {
            let roles: Vec<&str> = founder.roles.iter().map(yaosu_ledger::model::Role::name).collect();
            let money = founder.balance.0;
            lines.push(format!(
                "  {:<15} {:<17} {}.{:02} {}",
                founder.enrolment.handle,
                roles.join(", "),
                money / 100,
                money % 100,
                self.genesis.currency
            ));
        }
        let client = self.path.join("client");
        lines.push("Use it from another terminal:".into());
        lines.push(format!("  export YAOSU_HOME={}", client.display()));
        lines.push("  yaosu participant list".into());
        lines.push("  yaosu --as alice money pay --to bob --amount 12.50".into());
        lines.push("Ctrl-C stops it; the same command goes on where it was.".into());
        lines.join("\n")
    }
}

fn home(folder: &Path, number: usize) -> Home {
    Home::new(folder.join(format!("node-{number}")))
}

fn port_of(multiaddress: &str) -> u16 {
    multiaddress.rsplit('/').next().and_then(|port| port.parse().ok()).unwrap_or(0)
}

/// The wanted port if it is free, else one that the system chooses. Held until all are chosen, so that none is given
/// twice.
fn reserve(wanted: u16, reserved: &mut Vec<TcpListener>) -> Result<u16, NodeError> {
    let listen = |port: u16| TcpListener::bind(("127.0.0.1", port));
    let listener = listen(wanted).or_else(|_| listen(0)).map_err(|source| NodeError::Listen {
        address: "127.0.0.1:0".into(),
        key: "network.listen",
        source,
    })?;
    let port = listener.local_addr().map_err(|error| NodeError::Ended(error.to_string()))?.port();
    reserved.push(listener);
    Ok(port)
}

/// Makes the folder. A marker is written last: a folder without it was left half made, and is refused if it is not
/// empty.
fn make(path: &Path, arguments: &Arguments) -> Result<(), NodeError> {
    let not_empty = fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
    if not_empty {
        return Err(NodeError::Config {
            place: path.display().to_string(),
            message: "the folder is not empty and is no complete local network; choose another with --folder, or \
                      remove it"
                .into(),
        });
    }
    output::say(&format!("making a local market in {}", path.display()));
    fs::create_dir_all(path).map_err(|error| NodeError::io("make", path, error))?;
    let client = ClientHome::new(path.join("client"));
    client.make()?;

    let mut participants = Vec::new();
    let mut validators = Vec::new();
    for number in 1..=arguments.validators {
        let handle = operator_handle(number);
        let home = home(path, usize::from(number));
        let (consensus, network) = (Seed::generate()?, Seed::generate()?);
        consensus.write(&home.consensus_key())?;
        network.write(&home.network_key())?;
        let key = client.make_key(&handle)?;
        let name = format!("Sample Data Exchange {number}");
        participants.push(participant(&handle, &name, vec![yaosu_ledger::model::Role::Operator], key, None, 0));
        validators.push(ValidatorDocument {
            operator: parsed(&handle),
            consensus_key: consensus.public(),
            network_key: network.public(),
            power: 1,
        });
    }
    for sample in SAMPLES {
        let key = client.make_key(sample.handle)?;
        let delivery_key = Some(client.make_delivery_key(sample.handle)?);
        let roles = sample.roles.to_vec();
        participants.push(participant(sample.handle, sample.legal_name, roles, key, delivery_key, sample.balance));
    }
    let document = GenesisDocument {
        name: parsed("yaosu-dev"),
        currency: Currency::new("CNY").expect("three capital letters"),
        time: now_ms(),
        rules: RulesDocument {
            notice_seconds: arguments.notice_seconds,
            delivery_seconds: 3_600,
            acknowledgement_seconds: 3_600,
            settlement_seconds: 30,
            proposal_seconds: 3_600,
            enactment_seconds: 1,
            fee_basis_points: 200,
            fee_account: parsed(&operator_handle(1)),
            key_seconds: 3_600,
            arbitration_seconds: 3_600,
            bond_basis_points: 1_000,
            dispute_bond_basis_points: 500,
            deletion_seconds: 3_600,
            recall_seconds: 3_600,
            freeze_max_seconds: 30 * 86_400,
            required_attestations: Vec::new(),
            negotiation_seconds: 3_600,
        },
        participants,
        validators,
    };
    let text = toml::to_string_pretty(&document).expect("texts and numbers have a form in TOML");
    write(&path.join("genesis.toml"), text.as_bytes())?;
    let genesis = document.genesis();
    write(&path.join("genesis.bin"), &codec::encode(&genesis))?;
    for number in 1..=arguments.validators {
        let home = home(path, usize::from(number));
        write(&home.genesis(), &codec::encode(&genesis))?;
        create_store(&home, &genesis)?;
        dev_config().save(&home)?;
    }
    write(&lock::path(path), b"")
}

fn dev_config() -> Config {
    Config {
        network: NetworkConfig { listen: "/ip4/127.0.0.1/tcp/0".into(), peers: Vec::new() },
        api: ApiConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ApiConfig::default() },
        consensus: ConsensusConfig::default(),
        log: LogConfig::default(),
        ..Config::default()
    }
}

fn participant(
    handle: &str,
    legal_name: &str,
    roles: Vec<yaosu_ledger::model::Role>,
    key: PublicKey,
    delivery_key: Option<Digest>,
    balance: u64,
) -> ParticipantDocument {
    ParticipantDocument {
        handle: parsed(handle),
        legal_name: parsed(legal_name),
        legal_id: parsed(&format!("SAMPLE-{handle}")),
        roles,
        keys: vec![key],
        threshold: 1,
        delivery_key,
        related: Vec::new(),
        balance,
    }
}

/// A text of this file as a bounded one.
fn parsed<T: std::str::FromStr<Err = yaosu_ledger::TextError>>(text: &str) -> T {
    text.parse().expect("the samples' texts are short and plain")
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), NodeError> {
    fs::write(path, bytes).map_err(|error| NodeError::io("write", path, error))
}
