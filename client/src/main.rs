//! `yaosu`: the command line of the data element market.

mod backoff;
mod cli;
#[cfg(test)]
mod cli_tests;
mod command_error;
mod commands;
mod describe;
mod home;
mod interrupts;
mod parse;
mod progress;
mod refusal;
mod said;
mod screen;
mod sdk_words;
mod session;
mod write;

use crate::said::said;
use std::io;
use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use command_error::CommandError;
use session::Session;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results, wrong usage is not: clap knows which stream.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let json = cli.global.json;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = error.write(&mut io::stderr().lock(), json);
            error.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<(), CommandError> {
    let session = Session::open(cli.global)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        CommandError::failed(said!("the runtime can't start: {error}", "运行环境无法启动：{error}"))
    })?;
    let result = runtime.block_on(commands::run(&session, cli.command));
    // Files that are still read by a command that was interrupted are of no use any more.
    runtime.shutdown_background();
    result
}
