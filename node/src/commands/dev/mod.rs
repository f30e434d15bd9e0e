//! `yaosu-node dev`: a whole local network in one command.

mod folder;
mod processes;
mod sample;

use std::path::PathBuf;

use crate::error::NodeError;
use crate::output;

/// Run a local network of validators, each a process of its own, with funded sample participants.
///
/// The folder keeps everything: stopped by Ctrl-C and started again, the market goes on where it was. For development
/// and demonstrations; the keys are protected by a password that stands in the folder.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where everything is kept.
    #[arg(long, default_value = "yaosu-dev")]
    pub folder: PathBuf,
    /// How many validators, when the folder is made.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub validators: u8,
    /// How many seconds a registration is open to objections, when the folder is made.
    #[arg(long, default_value_t = 2)]
    pub notice_seconds: u32,
}

/// Runs it until Ctrl-C.
///
/// # Errors
/// [`NodeError`].
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let folder = folder::Folder::open_or_make(arguments)?;
    let mut network = processes::Network::start(&folder).await?;
    output::say(&folder.welcome());
    network.run_until_stopped().await
}
