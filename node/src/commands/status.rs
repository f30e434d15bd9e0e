//! `yaosu-node status`: how a running node is.

use std::path::PathBuf;

use yaosu_api::NodeStatus;

use crate::config::{Home, Overrides, Settings};
use crate::error::NodeError;
use crate::{local_client, output};

/// Ask the node of a home folder how it is. Exit code 5 if it does not answer, 1 if it is not ready.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    #[command(flatten)]
    pub overrides: Overrides,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Unreachable`], [`NodeError::Ended`] if the node is not ready.
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let config = Settings::read(Some(&Home::new(&arguments.home)), &arguments.overrides, std::env::vars())?.config;
    let body = local_client::get(config.api.listen, "/v1/status").await?;
    let status: NodeStatus = serde_json::from_slice(&body)
        .map_err(|error| NodeError::Unreachable(format!("{}: not a node's answer: {error}", config.api.listen)))?;
    output::print(arguments.json, &status, text)?;
    if status.ready { Ok(()) } else { Err(NodeError::Ended("the node is not ready".into())) }
}

/// What people see.
fn text(status: &NodeStatus) -> String {
    let connected = status.peers.iter().filter(|peer| peer.connected).count();
    let role = if status.operator.is_some() { "validator" } else { "observer" };
    format!(
        "{role} {}\nsigning {}\nchain {}\nheight {} (peers {})\npeers {connected} of {}\nwaiting {} transactions, {} bytes\n{}",
        status.peer,
        if status.signing { "yes" } else { "no" },
        status.chain,
        status.height,
        status.peers_height,
        status.peers.len(),
        status.waiting,
        status.waiting_bytes,
        if status.ready { "ready" } else { "not ready" }
    )
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::{ChainId, Digest, Height, ParticipantId, Timestamp};

    use super::*;

    /// Goal: whoever looks sees whether the node signs, whatever its role.
    #[test]
    fn it_says_whether_the_node_signs() {
        let operator = ParticipantId::of_genesis("exchange");
        for (operator, signing, expected) in [
            (Some(operator), true, "validator me\nsigning yes\n"),
            (Some(operator), false, "validator me\nsigning no\n"),
            (None, false, "observer me\nsigning no\n"),
        ] {
            let status = NodeStatus {
                version: "1".into(),
                chain: ChainId(Digest::ZERO),
                peer: "me".into(),
                operator,
                signing,
                height: Height(7),
                time: Timestamp(1),
                peers_height: Height(8),
                ready: true,
                peers: Vec::new(),
                waiting: 0,
                waiting_bytes: 0,
                oldest_waiting_ms: 0,
            };
            let shown = text(&status);
            assert!(shown.starts_with(expected), "{shown}");
            assert!(
                shown.ends_with("\nheight 7 (peers 8)\npeers 0 of 0\nwaiting 0 transactions, 0 bytes\nready"),
                "{shown}"
            );
        }
    }
}
