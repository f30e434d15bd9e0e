//! `yaosu-node log-level`: which lines a running node writes.

use std::path::PathBuf;

use crate::config::Home;
use crate::control::{LOG_FILTER, LogFilter};
use crate::error::NodeError;
use crate::{local_client, output};

/// Show or change which lines a running node logs. A change holds until the node ends; log.filter of its configuration
/// holds again afterwards. For the user that runs the node, and root.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A level (off, error, warn, info, debug, trace), then levels of parts if need be: info,network=debug. Parts are node,
    /// network, replica, store, bft, ledger, engine, and any module. Without it, what holds now is shown.
    pub filter: Option<String>,
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
/// [`NodeError::Unreachable`] if the node does not run, [`NodeError::Refused`] if it does not understand the filter.
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let socket = Home::new(&arguments.home).control_socket();
    let (method, body) = match &arguments.filter {
        Some(filter) => ("PUT", filter.as_str()),
        None => ("GET", ""),
    };
    let answer = local_client::command(&socket, &format!("{method} {LOG_FILTER}"), body).await?;
    let shown: LogFilter = serde_json::from_slice(&answer)
        .map_err(|error| NodeError::Unreachable(format!("{}: not a node's answer: {error}", socket.display())))?;
    output::print(arguments.json, &shown, |shown| shown.filter.clone())
}
