//! A local network in the background: `--detach`.
//!
//! The process in the background is this program once more. It says how far it is on its standard output, a line for
//! each [`Word`]; its standard error is `dev.log` in the folder.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{ChildStdout, Command};

use super::{Arguments, folder};
use crate::error::NodeError;
use crate::output;

/// What the process in the background says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The folder is its own, and it starts the nodes.
    Started,
    /// All nodes are ready.
    Ready,
}

impl Word {
    const fn text(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Ready => "ready",
        }
    }
}

#[derive(Debug, Serialize)]
struct Detached {
    folder: PathBuf,
    process: u32,
    log: PathBuf,
    nodes: Vec<String>,
    ready: bool,
}

/// Starts the process in the background, and waits until it has started, or until all nodes are ready.
///
/// # Errors
/// What ended the process in the background, with the end of its log.
pub async fn start(arguments: &Arguments) -> Result<(), NodeError> {
    // Made here, so that what is wrong with it is said here, and there is a place for the log.
    let folder = folder::make_if_missing(arguments)?;
    let log = folder.join("dev.log");
    let program =
        std::env::current_exe().map_err(|error| NodeError::Ended(format!("can't find this program: {error}")))?;
    let errors =
        OpenOptions::new().create(true).append(true).open(&log).map_err(|error| NodeError::io("write", &log, error))?;
    let before = errors.metadata().map_err(|error| NodeError::io("read", &log, error))?.len();
    let mut command = Command::new(&program);
    let seconds = arguments.wait.unwrap_or_else(|| super::READY_SECONDS.parse().expect("it is a number"));
    command.args(["dev", "--in-background", &seconds.to_string(), "--folder"]).arg(&folder);
    if let Some(file) = &arguments.config_out {
        let file = std::path::absolute(file).map_err(|error| NodeError::io("find", file, error))?;
        command.arg("--config-out").arg(file);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
    let mut process = command.spawn().map_err(|error| NodeError::io("start", &program, error))?;
    let id = process.id().unwrap_or_default();
    let mut words = BufReader::new(process.stdout.take().expect("it was asked for")).lines();
    let wanted: &[Word] = if arguments.wait.is_some() { &[Word::Started, Word::Ready] } else { &[Word::Started] };
    for word in wanted {
        if !hear(&mut words, *word).await {
            let status = process
                .wait()
                .await
                .map_err(|error| NodeError::Ended(format!("can't wait for the market: {error}")))?;
            let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
            return Err(NodeError::Background { code, log: log_since(&log, before) });
        }
    }
    let nodes = folder::addresses(&folder)?;
    let detached = Detached { folder, process: id, log, nodes, ready: arguments.wait.is_some() };
    output::print(arguments.json, &detached, text)
}

fn text(detached: &Detached) -> String {
    let Detached { folder, process, log, nodes, ready } = detached;
    let state = if *ready { "is up" } else { "is being started" };
    let mut lines = vec![format!("A market of {} validators {state} (process {process}).", nodes.len())];
    lines.extend(nodes.iter().map(|node| format!("  {node}")));
    lines.push(format!("Its log: {}, and node.log in the home of each node", log.display()));
    lines.push("Use it:".into());
    lines.push(format!("  export YAOSU_HOME={}", folder.join("client").display()));
    lines.push("Stop it:".into());
    lines.push(format!("  yaosu-node dev stop --folder {}", folder.display()));
    lines.join("\n")
}

/// Whether the process says this next. One that ends says nothing.
async fn hear(words: &mut Lines<BufReader<ChildStdout>>, word: Word) -> bool {
    matches!(words.next_line().await, Ok(Some(line)) if line == word.text())
}

/// What was written to the log behind this place.
fn log_since(log: &Path, before: u64) -> String {
    let bytes = std::fs::read(log).unwrap_or_default();
    let since = usize::try_from(before).ok().and_then(|before| bytes.get(before..)).unwrap_or_default();
    String::from_utf8_lossy(since).trim_end().to_owned()
}

/// Makes this process the first of a session of its own: what ends the terminal does not end it.
///
/// # Errors
/// [`NodeError::Ended`].
pub fn leave_terminal() -> Result<(), NodeError> {
    rustix::process::setsid()
        .map(|_| ())
        .map_err(|error| NodeError::Ended(format!("can't go into the background: {error}")))
}

/// Says something to the process that has started this one.
pub fn tell(word: Word) {
    let mut out = std::io::stdout().lock();
    // Whoever has heard enough has gone.
    let _gone = writeln!(out, "{}", word.text()).and_then(|()| out.flush());
}
