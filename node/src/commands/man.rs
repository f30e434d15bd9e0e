//! `yaosu-node man`: the manual, from what the commands say of themselves.

use std::io;
use std::path::{Path, PathBuf};

use clap_mangen::Man;

use crate::error::NodeError;

/// The manual's part for those who run a system. So `yaosu-node(8)` is this program, and `yaosu-node(1)` the command
/// `yaosu node` of the other one.
const SECTION: &str = "8";

/// Write the manual's pages, one for each command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The folder, which is made if it is not there: for `man`, a folder `man8` in one that stands in MANPATH.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Io`].
pub fn run(arguments: &Arguments, program: clap::Command) -> Result<(), NodeError> {
    let folder = &arguments.output;
    let mut program = program.disable_help_subcommand(true);
    program.build();
    std::fs::create_dir_all(folder)
        .and_then(|()| write(&program, folder))
        .map_err(|error| NodeError::io("write the manual into", folder, error))
}

/// The pages of a command and of those under it.
fn write(command: &clap::Command, folder: &Path) -> io::Result<()> {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        write(command, folder)?;
    }
    Man::new(command.clone()).section(SECTION).generate_to(folder).map(|_| ())
}
