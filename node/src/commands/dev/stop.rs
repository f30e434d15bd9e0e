//! `yaosu-node dev stop`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::Serialize;
use tokio::time::Instant;

use super::{FOLDER, lock};
use crate::error::NodeError;
use crate::output;

/// How long the network may take: longer than it gives its nodes.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// How often it is looked whether it has stopped.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Stop the local network of a folder, whether in the background or not, and wait until it has stopped.
///
/// A network that does not run is no error.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where everything is kept.
    #[arg(long, default_value = FOLDER)]
    folder: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Stopped {
    folder: PathBuf,
    /// Whether it ran before.
    was_running: bool,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Config`] if there is no market in the folder, [`NodeError::TimedOut`] if it does not stop.
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let folder =
        std::path::absolute(&arguments.folder).map_err(|error| NodeError::io("find", &arguments.folder, error))?;
    if !lock::path(&folder).exists() {
        return Err(NodeError::Config {
            place: folder.display().to_string(),
            message: "there is no local network in this folder; name it with --folder".into(),
        });
    }
    let was_running = ask(&folder)?;
    let deadline = Instant::now() + STOP_WITHIN;
    while was_running && lock::holder(&folder)?.is_some() {
        if Instant::now() >= deadline {
            let seconds = STOP_WITHIN.as_secs();
            return Err(NodeError::TimedOut(format!(
                "the market in {} does not stop within {seconds} seconds",
                folder.display()
            )));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    output::print(arguments.json, &Stopped { folder, was_running }, |stopped| {
        let folder = stopped.folder.display();
        if stopped.was_running { format!("stopped {folder}") } else { format!("nothing runs in {folder}") }
    })
}

/// Asks the process that runs the network to stop. False if there is none.
fn ask(folder: &Path) -> Result<bool, NodeError> {
    let failed = |error: rustix::io::Errno| NodeError::Ended(format!("can't ask the market to stop: {error}"));
    let Some(process) = lock::holder(folder)? else { return Ok(false) };
    let handle = match pidfd_open(process, PidfdFlags::empty()) {
        Ok(handle) => handle,
        // It has ended in this moment.
        Err(rustix::io::Errno::SRCH) => return Ok(true),
        Err(error) => return Err(failed(error)),
    };
    // Only now is it sure that the handle is of the process that has the lock, not of one that got its number since.
    if lock::holder(folder)? == Some(process) {
        match pidfd_send_signal(&handle, Signal::TERM) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(true)
}
