//! `yaosu-node config`: what the configuration is, and why.

use std::path::PathBuf;

use serde::Serialize;

use crate::config::{Config, Home, Key, Overrides, Settings, Source, nearest};
use crate::error::NodeError;
use crate::output;

/// Look at a node's configuration.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Explain(Explain),
}

/// Say what keys are set to, where that comes from, and what they mean.
///
/// A key is set by --set, else by a variable of the environment, else by config.toml in the home folder, else it has its default.
#[derive(Debug, clap::Args)]
struct Explain {
    /// A key (api.listen) or a section (api); all keys if there is none.
    key: Option<String>,
    /// The node's home folder. Without it no file is read.
    #[arg(long)]
    home: Option<PathBuf>,
    #[command(flatten)]
    overrides: Overrides,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A key with all that there is to say of it.
#[derive(Serialize)]
struct Explanation {
    key: String,
    value: toml::Value,
    source: Source,
    default: toml::Value,
    variable: String,
    meaning: &'static str,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Config`] if the configuration is wrong, or there is no such key.
pub fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let Command::Explain(arguments) = &arguments.command;
    let keys = chosen(arguments.key.as_deref())?;
    let home = arguments.home.as_ref().map(Home::new);
    let settings = Settings::read(home.as_ref(), &arguments.overrides, std::env::vars())?;
    let explain = |key: Key| Explanation {
        key: key.to_string(),
        value: settings.config.value(key),
        source: settings.source(key),
        default: Config::default().value(key),
        variable: key.variable(),
        meaning: key.meaning(),
    };
    let explanations: Vec<Explanation> = keys.into_iter().map(explain).collect();
    output::print(arguments.json, &explanations, |explanations| {
        explanations.iter().map(text).collect::<Vec<_>>().join("\n\n")
    })
}

/// The keys that somebody asks for.
fn chosen(name: Option<&str>) -> Result<Vec<Key>, NodeError> {
    let Some(name) = name else { return Ok(Config::keys().collect()) };
    let keys: Vec<Key> = Config::keys().filter(|key| key.section == name || key.to_string() == name).collect();
    if !keys.is_empty() {
        return Ok(keys);
    }
    let all: Vec<String> =
        Config::keys().flat_map(|key| [key.to_string(), key.section.into(), key.name.into()]).collect();
    let meant = nearest(name, all.iter().map(String::as_str)).map(|meant| {
        // Who knows a key, but not its section.
        let keys: Vec<String> = Config::keys().filter(|key| key.name == meant).map(|key| key.to_string()).collect();
        if keys.is_empty() { meant.to_owned() } else { keys.join(" or ") }
    });
    let message = meant.map_or_else(
        || "there is no such key; all keys: yaosu-node config explain".into(),
        |meant| format!("there is no such key; did you mean {meant}?"),
    );
    Err(NodeError::Config { place: name.into(), message })
}

/// What people see.
fn text(explanation: &Explanation) -> String {
    let Explanation { key, value, source, default, variable, meaning } = explanation;
    format!(
        "{key} = {value}\n  {meaning}.\n  source   {source}\n  default  {default}\n  override --set {key}=..., or the variable {variable}"
    )
}
