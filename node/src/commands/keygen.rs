//! `yaosu-node keygen`: the two keys of a node, and what others must know of them.

use std::path::{Path, PathBuf};

use serde::Serialize;
use yaosu_ledger::signature::PublicKey;

use yaosu_network::Identity;

use crate::config::Home;
use crate::error::NodeError;
use crate::keys::Seed;
use crate::output;

/// Make the keys of a node, or keep those that are there, and print their public halves, for the genesis document or a proposal of the operators.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    /// Make no consensus key: the node will be an observer.
    #[arg(long)]
    pub observer: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Keys {
    consensus_key: Option<PublicKey>,
    network_key: PublicKey,
    peer: String,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Io`], [`NodeError::Key`].
pub fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let home = Home::new(&arguments.home);
    let network = made_or_kept(&home.network_key())?;
    let consensus_key = if arguments.observer { None } else { Some(made_or_kept(&home.consensus_key())?.public()) };
    let peer = Identity::from_seed(network.bytes()).peer_id();
    let keys = Keys { consensus_key, network_key: network.public(), peer: peer.to_string() };
    output::print(arguments.json, &keys, |keys| {
        let mut lines = Vec::new();
        if let Some(key) = keys.consensus_key {
            lines.push(format!("consensus_key = \"{key}\""));
        }
        lines.push(format!("network_key = \"{}\"", keys.network_key));
        lines.push(format!("peer = \"{}\"", keys.peer));
        lines.join("\n")
    })
}

/// The key of a file, which is made if it is missing and never replaced.
fn made_or_kept(path: &Path) -> Result<Seed, NodeError> {
    if path.exists() {
        return Seed::read(path);
    }
    let seed = Seed::generate()?;
    seed.write(path)?;
    Ok(seed)
}
