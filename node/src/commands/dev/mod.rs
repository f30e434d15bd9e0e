//! `yaosu-node dev`: a whole local network in one command.

mod connection;
mod detached;
mod folder;
mod lock;
mod processes;
mod sample;
mod stop;

use std::path::PathBuf;
use std::time::Duration;

use crate::error::NodeError;
use crate::output;

/// How long the network may take to be ready if nothing is said, in seconds.
const READY_SECONDS: &str = "60";

/// Run a local network of validators, each a process of its own, with funded sample participants.
///
/// The folder keeps everything: stopped by Ctrl-C and started again, the market goes on where it was. For development
/// and demonstrations; the keys are protected by a password that stands in the folder.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Where everything is kept.
    #[arg(long, default_value = FOLDER)]
    pub folder: PathBuf,
    /// How many validators, when the folder is made.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub validators: u8,
    /// How many seconds a registration is open to objections, when the folder is made.
    #[arg(long, default_value_t = 2)]
    pub notice_seconds: u32,
    /// Once all nodes are ready, write how to reach them to this file: as JSON if its name ends in `.json`, else as
    /// variables for a shell to source. Until then there is no such file.
    #[arg(long, value_name = "FILE")]
    pub config_out: Option<PathBuf>,
    /// Go on in the background. `dev stop` ends it.
    #[arg(long)]
    pub detach: bool,
    /// Return when all nodes are ready. If they are not within so many seconds, nothing is left running, and the exit
    /// code is 8.
    #[arg(long, value_name = "SECONDS", requires = "detach", num_args = 0..=1, default_missing_value = READY_SECONDS)]
    pub wait: Option<u32>,
    /// Print what was started as JSON.
    #[arg(long, requires = "detach")]
    pub json: bool,
    /// Be the background process of `--detach`, which reads what this one says on its standard output.
    #[arg(long, hide = true, conflicts_with = "detach", value_name = "SECONDS")]
    pub in_background: Option<u32>,
}

/// The folder if none is named.
const FOLDER: &str = "yaosu-dev";

/// What can be done with a local network that was made.
#[derive(Debug, clap::Subcommand)]
enum Command {
    Stop(stop::Arguments),
}

/// Runs it until Ctrl-C, or leaves it to a process in the background, or stops that.
///
/// # Errors
/// [`NodeError`].
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    if let Some(Command::Stop(arguments)) = &arguments.command {
        return stop::run(arguments).await;
    }
    if arguments.detach {
        return detached::start(arguments).await;
    }
    let background = arguments.in_background.map(|seconds| Duration::from_secs(u64::from(seconds)));
    if background.is_some() {
        detached::leave_terminal()?;
    }
    let folder = folder::Folder::open_or_make(arguments)?;
    if let Some(file) = &arguments.config_out {
        connection::remove(file)?;
    }
    if background.is_some() {
        detached::tell(detached::Word::Started);
    }
    let ready_within = background.unwrap_or(processes::READY_WITHIN);
    let mut network = processes::Network::start(&folder, ready_within).await?;
    if let Some(file) = &arguments.config_out
        && let Err(error) = folder.connection()?.write(file)
    {
        network.stop().await;
        return Err(error);
    }
    if background.is_some() {
        detached::tell(detached::Word::Ready);
    } else {
        output::say(&folder.welcome());
    }
    network.run_until_stopped().await;
    Ok(())
}
