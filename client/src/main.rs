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
mod locale;
mod parse;
mod progress;
mod refusal;
mod said;
mod screen;
mod sdk_words;
mod session;
mod usage;
mod write;

use std::env;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use yaosu_api::words::Language;

use cli::Cli;
use command_error::CommandError;
use said::said;
use session::Session;

fn main() -> ExitCode {
    let language = locale::language(env::args_os().skip(1), |name| env::var(name).ok());
    // What programs read is the same in every language.
    said::settle(if env::args_os().any(|word| word == "--json") { Language::English } else { language });
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            match said::language().of(None, usage::in_chinese(&error)) {
                Some(text) => screen::note(said::plain(text)),
                // Help and version are results, wrong usage is not: clap knows which stream.
                None => {
                    let _ = error.print();
                }
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let (json, language) = (cli.global.json, cli.global.lang.unwrap_or(language));
    match run(cli, language) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = error.write(&mut io::stderr().lock(), json);
            error.exit_code()
        }
    }
}

fn run(cli: Cli, language: Language) -> Result<(), CommandError> {
    let session = Session::open(cli.global, language)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        CommandError::failed(said!("the runtime can't start: {error}", "运行环境无法启动：{error}"))
    })?;
    let result = runtime.block_on(commands::run(&session, cli.command));
    // Files that are still read by a command that was interrupted are of no use any more.
    runtime.shutdown_background();
    result
}
