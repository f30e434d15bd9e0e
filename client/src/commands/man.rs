//! `yaosu man`

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use crate::cli::Cli;
use crate::command_error::CommandError;
use crate::home::io_error;

/// Where the pages go.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Write one page for each command into this folder, which is made if it is not there: for `man`, a folder `man1`
    /// in one that stands in MANPATH
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

/// Writes the pages.
pub fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let folder = &arguments.output;
    std::fs::create_dir_all(folder).map_err(|error| io_error(folder, &error))?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(|error| io_error(folder, &error))
}
