//! What an operator wants to know before a node starts, and when it does not do what it should: one line a check.
//!
//! Nothing is changed: a file is made in the home folder and removed again, ports are taken for a moment if the node does
//! not run, and configured peers are connected to without a word.

mod clock;
mod files;
mod machine;
mod reach;

use serde::Serialize;
use yaosu_api::NodeStatus;

use crate::config::{Config, Home, Overrides, Settings};
use crate::error::NodeError;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// The node works, but not for long, or not as well as it could.
    Warning,
    /// The node can't work like this.
    Failed,
}

/// A check, and how it went.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// How it is.
    pub outcome: Outcome,
    /// What was found; where it is not good, what to do.
    pub detail: String,
}

impl Check {
    fn new(name: &str, outcome: Outcome, detail: impl Into<String>) -> Self {
        // One line, whatever the system or a parser says.
        let detail = detail.into().lines().map(str::trim).collect::<Vec<_>>().join("; ");
        Self { name: name.into(), outcome, detail }
    }

    fn ok(name: &str, detail: impl Into<String>) -> Self {
        Self::new(name, Outcome::Ok, detail)
    }

    fn warning(name: &str, detail: impl Into<String>) -> Self {
        Self::new(name, Outcome::Warning, detail)
    }

    fn failed(name: &str, detail: impl Into<String>) -> Self {
        Self::new(name, Outcome::Failed, detail)
    }
}

/// All checks.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether none failed.
    pub ok: bool,
    /// In the order in which they were made.
    pub checks: Vec<Check>,
}

/// Makes all checks. Where the configuration is wrong, those that need it are left out.
pub async fn examine(home: &Home, overrides: &Overrides, time_server: Option<&str>) -> Report {
    let settings = Settings::read(Some(home), overrides, std::env::vars());
    let config = settings.as_ref().ok().map(|settings| &settings.config);
    let status = match config {
        Some(config) => reach::status(config).await,
        None => None,
    };
    let mut checks = vec![version(status.as_ref()), configuration(home, settings.as_ref())];
    checks.extend(files::checks(home));
    if let Some(config) = config {
        checks.extend(reach::checks(home, config, status.as_ref()).await);
    }
    checks.extend(clock::checks(home, status.as_ref(), time_server).await);
    checks.extend(machine::checks(home, config, status.is_some()));
    if let Some(config) = config {
        checks.extend(reach::peers(config, status.as_ref()).await);
    }
    Report { ok: checks.iter().all(|check| check.outcome != Outcome::Failed), checks }
}

/// Whether the program that runs is the one that is installed.
fn version(status: Option<&NodeStatus>) -> Check {
    const NAME: &str = "version";
    let installed = env!("CARGO_PKG_VERSION");
    match status {
        Some(status) if status.version != installed => Check::warning(
            NAME,
            format!("yaosu-node {installed} is installed, the node that runs is {}: restart it", status.version),
        ),
        _ => Check::ok(NAME, format!("yaosu-node {installed}")),
    }
}

fn configuration(home: &Home, settings: Result<&Settings, &NodeError>) -> Check {
    const NAME: &str = "configuration";
    match settings.map(|settings| unusable(&settings.config)) {
        Ok(None) => Check::ok(NAME, home.config().display().to_string()),
        Ok(Some(error)) => Check::failed(NAME, error.to_string()),
        Err(error) => Check::failed(NAME, error.to_string()),
    }
}

/// What is found to be wrong only when the node starts.
fn unusable(config: &Config) -> Option<NodeError> {
    let listen = crate::peers::parse_address("network.listen", &config.network.listen).err();
    listen
        .or_else(|| crate::peers::parse_peers(&config.network.peers).err())
        .or_else(|| crate::log::check(&config.log).err())
}
