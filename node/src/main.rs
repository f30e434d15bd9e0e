//! `yaosu-node`: the program of those who run the ledger.

mod client_home;
mod commands;
mod config;
mod control;
mod disk;
mod doctor;
mod engine;
mod engine_config;
mod error;
mod explorer;
#[cfg(test)]
#[path = "../tests/support/generated.rs"]
mod generated;
mod genesis_document;
#[cfg(test)]
#[path = "../tests/support/golden.rs"]
mod golden;
mod gossip;
mod handle;
mod http;
mod intake;
mod keys;
mod local_client;
mod log;
mod node;
mod output;
mod pace;
mod past;
mod peers;
mod proposals;
mod replica_thread;
mod search;
mod status;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

/// The store and the mempool allocate in many small pieces from several threads: a quarter less time, a third less
/// memory than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Run a node of a Yaosu ledger.
#[derive(Debug, Parser)]
#[command(name = "yaosu-node", version, about, propagate_version = true)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Keygen(commands::keygen::Arguments),
    Genesis(commands::genesis::Arguments),
    Init(commands::init::Arguments),
    Start(commands::start::Arguments),
    Status(commands::status::Arguments),
    Doctor(commands::doctor::Arguments),
    Config(commands::config::Arguments),
    LogLevel(commands::log_level::Arguments),
    Verify(commands::verify::Arguments),
    Dev(commands::dev::Arguments),
    Completions(commands::completions::Arguments),
    Man(commands::man::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Program::parse().command {
        Command::Keygen(arguments) => commands::keygen::run(&arguments),
        Command::Genesis(arguments) => commands::genesis::run(&arguments),
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Start(arguments) => commands::start::run(&arguments).await,
        Command::Status(arguments) => commands::status::run(&arguments).await,
        Command::Doctor(arguments) => commands::doctor::run(&arguments).await,
        Command::Config(arguments) => commands::config::run(&arguments),
        Command::LogLevel(arguments) => commands::log_level::run(&arguments).await,
        Command::Verify(arguments) => commands::verify::run(&arguments),
        Command::Dev(arguments) => commands::dev::run(&arguments).await,
        Command::Completions(arguments) => commands::completions::run(&arguments, Program::command()),
        Command::Man(arguments) => commands::man::run(&arguments, Program::command()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(&format!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
