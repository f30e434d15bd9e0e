//! `yaosu-node doctor`: what keeps a node from working, before it starts or while it runs.

use std::path::PathBuf;

use crate::config::{Home, Overrides};
use crate::doctor::{self, Check, Outcome, Report};
use crate::error::NodeError;
use crate::output;

/// Look at all that a node needs: version, configuration, rights, keys, ports, clock, disk, peers. One line a check. Exit
/// code 1 if one has failed; warnings fail nothing.
///
/// Run it as the user that runs the node, before its start or beside it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder.
    #[arg(long)]
    pub home: PathBuf,
    /// Compare the clock with this time server's (NTP), e.g. that of your company.
    #[arg(long, value_name = "HOST")]
    pub time_server: Option<String>,
    #[command(flatten)]
    pub overrides: Overrides,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// [`NodeError::Ended`] with the number of checks that failed.
pub async fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let home = Home::new(&arguments.home);
    let report = doctor::examine(&home, &arguments.overrides, arguments.time_server.as_deref()).await;
    output::print(arguments.json, &report, text)?;
    let failed = report.checks.iter().filter(|check| check.outcome == Outcome::Failed).count();
    if failed == 0 {
        Ok(())
    } else {
        Err(NodeError::Ended(format!("{failed} of {} checks failed", report.checks.len())))
    }
}

/// What people see.
fn text(report: &Report) -> String {
    let line = |check: &Check| {
        let outcome = match check.outcome {
            Outcome::Ok => "ok",
            Outcome::Warning => "warning",
            Outcome::Failed => "FAILED",
        };
        format!("{outcome:<8} {}: {}", check.name, check.detail)
    };
    report.checks.iter().map(line).collect::<Vec<_>>().join("\n")
}
