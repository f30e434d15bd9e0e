//! `yaosu-node man`: the manual, from what the commands say of themselves.

use std::path::PathBuf;

use crate::error::NodeError;

/// Write the manual's pages, one for each command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder, which is made if it is not there: for `man`, a folder `man1` in one that stands in MANPATH.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Io`].
pub fn run(arguments: &Arguments, program: clap::Command) -> Result<(), NodeError> {
    let folder = &arguments.output;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(program, folder))
        .map_err(|error| NodeError::io("write the manual into", folder, error))
}
