//! `yaosu-node status`: how a running node is.

use std::path::PathBuf;

use yaosu_api::NodeStatus;

use crate::config::{Config, Home};
use crate::error::NodeError;
use crate::{local_client, output};

/// Ask the node of a home folder how it is. Exit code 5 if it does not answer, 1 if it is not ready.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Unreachable`], [`NodeError::Ended`] if the node is not ready.
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let config = Config::load(&Home::new(&arguments.home), std::env::vars())?;
    let body = local_client::get(config.api.listen, "/v1/status").await?;
    let status: NodeStatus = serde_json::from_slice(&body)
        .map_err(|error| NodeError::Unreachable(format!("{}: not a node's answer: {error}", config.api.listen)))?;
    output::print(arguments.json, &status, |status| {
        let connected = status.peers.iter().filter(|peer| peer.connected).count();
        let role = match status.operator {
            Some(_) if status.signing => "validator",
            Some(_) => "validator that does not sign",
            None => "observer",
        };
        format!(
            "{role} {}\nchain {}\nheight {} (peers {})\npeers {connected} of {}\nwaiting {} transactions, {} bytes\n{}",
            status.peer,
            status.chain,
            status.height,
            status.peers_height,
            status.peers.len(),
            status.waiting,
            status.waiting_bytes,
            if status.ready { "ready" } else { "not ready" }
        )
    })?;
    if status.ready { Ok(()) } else { Err(NodeError::Ended("the node is not ready".into())) }
}
