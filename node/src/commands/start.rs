//! `yaosu-node start`: runs the node of a home folder until it is told to stop.

use std::path::PathBuf;

use yaosu_ledger::Height;

use crate::config::{Config, Home, LogConfig, LogFormat};
use crate::error::NodeError;
use crate::node::{self, StartMode};

/// The engine's modules and its actors' runtime, quieter than the node's own.
const ENGINE_LEVELS: &str = "arc_malachitebft_app=warn,arc_malachitebft_app_channel=warn,arc_malachitebft_core_consensus=warn,\
    arc_malachitebft_core_driver=warn,arc_malachitebft_engine=warn,arc_malachitebft_sync=warn,ractor=warn";

/// Run a node. Ends cleanly on SIGINT and SIGTERM; ends with an error, to be started again by a supervisor, when a part
/// of it fails; exit code 9 means that a person must look first.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
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
    let config = Config::load(&home, std::env::vars())?;
    begin_log(&config.log)?;
    let mode = StartMode { rejoin: arguments.rejoin, sign_above: arguments.sign_above.map(Height) };
    node::run(&home, config, mode).await
}

fn begin_log(config: &LogConfig) -> Result<(), NodeError> {
    let wrong = |message: String| NodeError::Config { place: "log.filter".into(), message };
    // The engine writes lines for every vote at `info`. What the operator asks for comes last, and so wins.
    let filter = format!("{ENGINE_LEVELS},{}", config.filter);
    let filter = tracing_subscriber::EnvFilter::builder().parse(&filter).map_err(|error| wrong(error.to_string()))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let result = match config.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    result.map_err(|error| NodeError::Ended(format!("can't begin the log: {error}")))
}
