//! `yaosu-node start`: runs the node of a home folder until it is told to stop.

use std::path::PathBuf;

use yaosu_ledger::Height;

use crate::config::{Home, Overrides, Settings};
use crate::error::NodeError;
use crate::log::Log;
use crate::node::{self, StartMode};

/// Run a node. Ends cleanly on SIGINT and SIGTERM; ends with an error, to be started again by a supervisor, when a part
/// of it fails; exit code 9 means that a person must look first.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    #[command(flatten)]
    pub overrides: Overrides,
    /// Make an empty store if there is none, and fetch the chain from peers. The signer record stays.
    #[arg(long)]
    pub rejoin: bool,
    /// Make a new signer record, which refuses to sign anything up to this height: for a validator whose record was
    /// lost. The height must be above any that its key can have signed.
    #[arg(long, value_name = "HEIGHT")]
    pub sign_above: Option<u64>,
    /// End when the process that started this one ends.
    #[arg(long, hide = true)]
    pub end_with_parent: bool,
}

/// Runs it.
///
/// # Errors
/// [`NodeError`].
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    if arguments.end_with_parent {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))
            .map_err(|error| NodeError::Ended(format!("can't be bound to the parent process: {error}")))?;
    }
    let home = Home::new(&arguments.home);
    let config = Settings::read(Some(&home), &arguments.overrides, std::env::vars())?.config;
    let log = Log::begin(&config.log)?;
    let mode = StartMode { rejoin: arguments.rejoin, sign_above: arguments.sign_above.map(Height) };
    node::run(&home, config, mode, log).await
}
