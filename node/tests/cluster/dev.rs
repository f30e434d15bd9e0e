//! `yaosu-node dev`: a whole network in one command.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use tempfile::TempDir;
use yaosu_api::{HeadView, NodeStatus};
use yaosu_ledger::Height;

use crate::harness::http::Door;
use crate::harness::{Command, until};

/// The network of a folder. Killed when dropped.
struct Dev {
    folder: PathBuf,
    process: Child,
    said: usize,
}

impl Dev {
    fn start(folder: &Path, log: &Path) -> Self {
        let said = fs::read_to_string(log).unwrap_or_default().len();
        // All nodes at one address: what is set for a node of this machine is not for these.
        let process = Command::new(&["dev", "--folder"])
            .path(folder)
            .variable("YAOSU_NODE__API__LISTEN", "127.0.0.1:9")
            .spawn(log);
        let mut dev = Self { folder: folder.to_owned(), process, said };
        until("the network is up", || {
            let text = fs::read_to_string(log).unwrap_or_default();
            let ended = dev.process.try_wait().expect("the process is ours");
            assert!(ended.is_none(), "it ended: {ended:?}\n{text}");
            text[dev.said..].contains("Ctrl-C stops it").then_some(())
        });
        dev
    }

    fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw).expect("an id");
        rustix::process::kill_process(id, signal).expect("the process is ours");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Asked first: it takes its nodes with it.
        if let Ok(None) = self.process.try_wait() {
            self.signal(rustix::process::Signal::TERM);
            let _ended = self.process.wait();
        }
        kill_all_of(&self.folder);
    }
}

/// Kills the nodes of a folder that stayed behind: what a test has failed for.
pub fn kill_all_of(folder: &Path) {
    for process in processes(folder) {
        let command = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let id = process.parse().ok().and_then(rustix::process::Pid::from_raw);
        if let (true, Some(id)) = (String::from_utf8_lossy(&command).contains(&*folder.to_string_lossy()), id) {
            let _ended = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        }
    }
}

/// What the nodes' configuration says, by the nodes' homes.
fn doors(folder: &Path) -> Vec<Door> {
    let port = |number: u8| {
        let path = folder.join(format!("node-{number}/config.toml"));
        let table: toml::Table = fs::read_to_string(path).expect("there is one").parse().expect("it is TOML");
        let address = table["api"]["listen"].as_str().expect("a text").to_owned();
        address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port")
    };
    (1..=4).map(|number| Door(port(number))).collect()
}

/// The processes of a folder's nodes, as the nodes have written them down.
pub fn processes(folder: &Path) -> Vec<String> {
    (1..=4)
        .map(|number| {
            let path = folder.join(format!("node-{number}/node.pid"));
            fs::read_to_string(path).unwrap_or_default().trim().to_owned()
        })
        .collect()
}

fn none_is_left(processes: &[String]) {
    until("no process is left", || processes.iter().all(|process| !lives(process)).then_some(()));
}

/// Whether a process is there and is a node's or a network's.
pub fn lives(process: &str) -> bool {
    // One that nobody has waited for yet is dead as well.
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.contains("yaosu-node") && !stat.contains(") Z ")
}

/// Goal: one command makes a market and the same command goes on with it, whatever the environment says; whether it is told to stop, interrupted or
/// killed, no process stays behind.
#[test]
fn a_local_network_starts_resumes_and_leaves_nothing_behind() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let (path, log) = (folder.path().join("market"), folder.path().join("dev.log"));
    let mut last: Option<HeadView> = None;
    let signals = [rustix::process::Signal::TERM, rustix::process::Signal::KILL, rustix::process::Signal::INT];
    for signal in signals {
        let mut dev = Dev::start(&path, &log);
        let (doors, processes) = (doors(&path), processes(&path));
        assert!(processes.iter().all(|process| !process.is_empty()), "each is written down: {processes:?}");
        let status: NodeStatus = doors[0].read("/v1/status");
        assert!(status.ready && status.signing, "{status:?}");
        let before = last.as_ref().map_or(Height::GENESIS, |head| head.height);
        let head: HeadView =
            until("heights go on", || doors[0].look::<HeadView>("/v1/head").filter(|head| head.height > before));
        if let Some(last) = &last {
            assert_eq!(head.chain, last.chain, "the same market");
            let block: yaosu_api::BlockView = doors[1].read(&format!("/v1/blocks/{}", last.height));
            assert_eq!(block.id, last.block, "with the same past");
        }
        last = Some(head);
        let before = fs::read(path.join("node-1/config.toml")).expect("it has a configuration");
        Command::new(&["dev", "--folder"]).path(&path).run().must_say(2, &["running already"]);
        assert_eq!(fs::read(path.join("node-1/config.toml")).expect("it is there"), before, "nothing was changed");
        dev.signal(signal);
        let status = until("it ends", || dev.process.try_wait().expect("the process is ours"));
        if signal == rustix::process::Signal::KILL {
            assert!(crate::harness::process::was_killed(status));
        } else {
            assert_eq!(status.code(), Some(0), "{}", fs::read_to_string(&log).unwrap_or_default());
        }
        none_is_left(&processes);
    }
    let said = fs::read_to_string(&log).expect("it has a log");
    assert_eq!(said.matches("YAOSU_NODE__API__LISTEN is not for these nodes").count(), signals.len(), "{said}");
    for number in 1..=4 {
        let text = fs::read_to_string(path.join(format!("node-{number}/node.log"))).expect("it has a log");
        assert!(!text.contains("panicked at"), "{text}");
    }
}

/// Goal: a folder that is something else is left alone.
#[test]
fn a_local_network_is_not_made_over_something_else() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    fs::write(folder.path().join("precious"), "data").expect("a file can be made");
    Command::new(&["dev", "--folder"]).path(folder.path()).run().must_say(2, &["not empty", "--folder"]);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
}
