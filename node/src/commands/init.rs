//! `yaosu-node init`: a node's home folder.

use std::path::PathBuf;

use serde::Serialize;
use yaosu_ledger::ChainId;
use yaosu_store::Store;

use yaosu_network::Identity;

use crate::config::{Config, Home};
use crate::error::NodeError;
use crate::genesis_document;
use crate::keys::Seed;
use crate::output;

/// Make a node's home folder: configuration, keys if there are none, and an empty store for this chain.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    /// The founding document in its canonical form.
    #[arg(long)]
    pub genesis: PathBuf,
    /// Make no consensus key if there is none: the node will be an observer.
    #[arg(long)]
    pub observer: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Initialised {
    home: PathBuf,
    chain: ChainId,
    peer: String,
}

/// Runs it.
///
/// # Errors
/// [`NodeError`].
pub fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let home = Home::new(&arguments.home);
    // Written last: without it an earlier attempt broke off, and this one goes on.
    if home.config().exists() {
        return Err(NodeError::AlreadyInitialised { home: arguments.home.clone() });
    }
    let genesis = genesis_document::read(&arguments.genesis)?;
    std::fs::create_dir_all(home.path()).map_err(|error| NodeError::io("make", home.path(), error))?;
    if !home.network_key().exists() {
        Seed::generate()?.write(&home.network_key())?;
    }
    if !arguments.observer && !home.consensus_key().exists() {
        Seed::generate()?.write(&home.consensus_key())?;
    }
    let network = Seed::read(&home.network_key())?;
    std::fs::copy(&arguments.genesis, home.genesis())
        .map_err(|error| NodeError::io("write", &home.genesis(), error))?;
    if !home.data().exists() {
        create_store(&home, &genesis)?;
    }
    Config::default().save(&home)?;
    let peer = Identity::from_seed(network.bytes()).peer_id();
    let initialised = Initialised { home: arguments.home.clone(), chain: genesis.chain(), peer: peer.to_string() };
    output::print(arguments.json, &initialised, |done| {
        format!("node {} of chain {}\nhome {}", done.peer, done.chain, done.home.display())
    })
}

/// An empty store for a chain, whole or not at all: what broke off half way is made anew.
///
/// # Errors
/// [`NodeError::GenesisRule`], [`NodeError::Store`].
pub fn create_store(home: &Home, genesis: &yaosu_ledger::genesis::Genesis) -> Result<(), NodeError> {
    let tip = genesis.tip()?;
    let records = tip.state.records().map(|(key, value)| (key.to_vec(), value.clone()));
    let (data, new) = (home.data(), home.data().with_extension("new"));
    if new.exists() {
        std::fs::remove_dir_all(&new).map_err(|error| NodeError::io("remove", &new, error))?;
    }
    Store::create(&new, genesis, records)?;
    std::fs::rename(&new, &data).map_err(|error| NodeError::io("move", &new, error))?;
    std::fs::File::open(home.path())
        .and_then(|folder| folder.sync_all())
        .map_err(|error| NodeError::io("sync", home.path(), error))
}
