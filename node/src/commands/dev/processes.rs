//! The processes of a local network: started together, watched, stopped together.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

use super::folder::Folder;
use crate::config::{Config, Home, VARIABLES};
use crate::error::NodeError;
use crate::{local_client, output};

/// How long the network may take to be ready if nothing else is said.
pub const READY_WITHIN: Duration = Duration::from_mins(1);

/// How often a node is asked whether it is ready.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// How long a node may take to stop before it is killed.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// A running network.
pub struct Network {
    nodes: Vec<Node>,
    signals: Signals,
}

/// Ctrl-C, and requests to terminate.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

struct Node {
    home: Home,
    api: SocketAddr,
    process: Child,
    ended: bool,
}

impl Network {
    /// Starts all nodes and waits until each is ready. If one is not, none is left running.
    ///
    /// # Errors
    /// With the end of a node's log: [`NodeError::Ended`] if it ends, [`NodeError::TimedOut`] if it takes longer.
    pub async fn start(folder: &Folder, ready_within: Duration) -> Result<Self, NodeError> {
        // Before there is anything that would have to be stopped in order.
        let mut signals = Signals::listen()?;
        for name in foreign_settings() {
            let name = name.to_string_lossy();
            output::say(&format!("{name} is not for these nodes: each has its settings in its folder"));
        }
        let mut nodes = Vec::new();
        for home in folder.homes() {
            let api = Config::load(home, [])?.api.listen;
            nodes.push(Node { home: home.clone(), api, process: spawn(home)?, ended: false });
        }
        let readiness = tokio::select! {
            readiness = wait_until_ready(&mut nodes, ready_within) => readiness,
            () = signals.next() => Err(NodeError::Ended("stopped before all nodes were ready".into())),
        };
        let mut network = Self { nodes, signals };
        if let Err(error) = readiness {
            network.stop().await;
            return Err(error);
        }
        Ok(network)
    }

    /// Watches the nodes until Ctrl-C or a request to terminate, then stops them.
    pub async fn run_until_stopped(&mut self) {
        let mut watch = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                () = self.signals.next() => break,
                _ = watch.tick() => self.notice_ends(),
            }
        }
        output::say("stopping");
        self.stop().await;
    }

    fn notice_ends(&mut self) {
        for node in self.nodes.iter_mut().filter(|node| !node.ended) {
            if let Ok(Some(status)) = node.process.try_wait() {
                node.ended = true;
                output::say(&format!(
                    "the node in {home} ended ({status}); start it again with: yaosu-node start --home {home}",
                    home = node.home.path().display()
                ));
            }
        }
    }

    /// Stops all nodes and waits until they have ended.
    pub async fn stop(&mut self) {
        for node in &self.nodes {
            if let Some(id) =
                node.process.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
            {
                // It may have ended by itself in this moment.
                let _ended = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            }
        }
        for node in &mut self.nodes {
            if tokio::time::timeout(STOP_WITHIN, node.process.wait()).await.is_err() {
                output::say(&format!("the node in {} does not stop and is killed", node.home.path().display()));
                let _ended = node.process.kill().await;
            }
        }
    }
}

impl Signals {
    fn listen() -> Result<Self, NodeError> {
        let listen = |kind| signal(kind).map_err(|error| NodeError::Ended(format!("can't listen to signals: {error}")));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

async fn wait_until_ready(nodes: &mut [Node], within: Duration) -> Result<(), NodeError> {
    let deadline = Instant::now() + within;
    for node in nodes {
        loop {
            if let Ok(Some(status)) = node.process.try_wait() {
                return Err(NodeError::Ended(format!("a node ended ({status}):\n{}", log_end(&node.home))));
            }
            if local_client::get(node.api, "/readyz").await.is_ok() {
                break;
            }
            if Instant::now() >= deadline {
                let (home, seconds) = (node.home.path().display(), within.as_secs());
                return Err(NodeError::TimedOut(format!(
                    "the node in {home} is not ready within {seconds} seconds:\n{}",
                    log_end(&node.home)
                )));
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
    }
    Ok(())
}

/// Starts one node as a process of its own that ends when this one ends. Its log goes to `node.log` in its home.
fn spawn(home: &Home) -> Result<Child, NodeError> {
    let program =
        std::env::current_exe().map_err(|error| NodeError::Ended(format!("can't find this program: {error}")))?;
    let path = log_path(home);
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(|error| NodeError::io("write", &path, error))?;
    let other = log.try_clone().map_err(|error| NodeError::io("write", &path, error))?;
    let mut command = Command::new(&program);
    for name in foreign_settings() {
        command.env_remove(name);
    }
    command
        .args(["start", "--end-with-parent", "--home"])
        .arg(home.path())
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(other)
        // Ctrl-C reaches the whole foreground group: the nodes are told by this process instead, in order.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| NodeError::io("start", &program, error))
}

/// The variables of this process that would set something of all its nodes alike, as the address that each has its own of.
fn foreign_settings() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with(VARIABLES))
}

fn log_path(home: &Home) -> std::path::PathBuf {
    home.path().join("node.log")
}

/// The last lines of a node's log.
fn log_end(home: &Home) -> String {
    let text = std::fs::read_to_string(log_path(home)).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}
