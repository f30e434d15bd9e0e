//! `yaosu-node completions`.

use std::io::Write as _;
use std::path::Path;

use clap_complete::Shell;

use crate::error::NodeError;

/// Print a script that completes commands in your shell.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The shell.
    shell: Shell,
}

/// Runs it.
///
/// # Errors
/// If standard output is closed.
pub fn run(arguments: &Arguments, mut program: clap::Command) -> Result<(), NodeError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "yaosu-node", &mut script);
    std::io::stdout()
        .lock()
        .write_all(&script)
        .map_err(|error| NodeError::io("write to", Path::new("standard output"), error))
}
