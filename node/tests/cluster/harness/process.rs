//! The program under test: as a command that ends, and as a node that runs.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};

use yaosu_api::{HeadView, NodeStatus};
use yaosu_ledger::Height;

use super::http::Door;
use super::until;

/// The program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_yaosu-node");

/// How a process ended, with what it wrote.
#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub output: String,
    pub errors: String,
}

impl Ended {
    /// The exit code; a signal has none.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// The process must have ended with this code, and have said each of these, and no panic.
    pub fn must_say(&self, code: i32, texts: &[&str]) -> &Self {
        assert_eq!(self.code(), Some(code), "exit code, expected to say {texts:?}: {self:#?}");
        for text in texts {
            assert!(self.errors.contains(text), "{text:?} is not in: {self:#?}");
        }
        assert!(!self.errors.contains("panicked at"), "{self:#?}");
        self
    }
}

/// A call of the program.
pub struct Command {
    process: std::process::Command,
}

impl Command {
    pub fn new(arguments: &[&str]) -> Self {
        let mut process = std::process::Command::new(PROGRAM);
        process.args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("YAOSU_")) {
            process.env_remove(name);
        }
        Self { process }
    }

    /// With the folder of a node.
    pub fn home(mut self, home: &Path) -> Self {
        self.process.arg("--home").arg(home);
        self
    }

    /// With a path behind the other arguments.
    pub fn path(mut self, path: &Path) -> Self {
        self.process.arg(path);
        self
    }

    /// With a variable of the environment.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.process.env(name, value);
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Ended {
        let output = self.process.output().expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended { status: output.status, output: text(&output.stdout), errors: text(&output.stderr) }
    }

    /// Runs it; it must end well. Gives its output as JSON.
    pub fn json(self) -> serde_json::Value {
        let ended = self.run();
        assert_eq!(ended.code(), Some(0), "{ended:#?}");
        serde_json::from_str(&ended.output).unwrap_or_else(|error| panic!("{error}: {ended:#?}"))
    }

    /// Starts it with its words going to the end of a file.
    pub fn spawn(mut self, log: &Path) -> Child {
        let log = OpenOptions::new().create(true).append(true).open(log).expect("the log opens");
        let other: File = log.try_clone().expect("a handle can be doubled");
        self.process.stdout(log).stderr(other).spawn().expect("the program starts")
    }
}

/// A node with a folder of its own. Killed when dropped.
pub struct Node {
    pub home: PathBuf,
    pub door: Door,
    /// The port for other nodes.
    pub network_port: u16,
    /// Its libp2p identity.
    pub peer: String,
    pub log: PathBuf,
    process: Option<Child>,
    /// Where the log of this run begins.
    log_start: usize,
}

impl Node {
    pub fn new(home: PathBuf, door: Door, network_port: u16, peer: String) -> Self {
        let log = home.with_extension("log");
        Self { home, door, network_port, peer, log, process: None, log_start: 0 }
    }

    /// Where others reach it.
    pub fn address(&self) -> String {
        format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", self.network_port, self.peer)
    }

    /// Starts it. It dies with the thread that starts it.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts it with more arguments.
    pub fn start_with(&mut self, arguments: &[&str]) {
        assert!(self.process.is_none(), "{} runs", self.home.display());
        self.log_start = self.whole_log().len();
        let mut all = vec!["start", "--end-with-parent"];
        all.extend_from_slice(arguments);
        self.process = Some(Command::new(&all).home(&self.home).spawn(&self.log));
    }

    /// Starts it with more arguments; it must end by itself.
    pub fn start_in_vain(&mut self, arguments: &[&str]) -> Ended {
        self.start_with(arguments);
        self.wait_for_end()
    }

    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(|process| matches!(process.try_wait(), Ok(None)))
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the process is ours");
            process.wait().expect("the process is ours");
        }
    }

    /// SIGTERM. It must end by itself, and well.
    pub fn stop(&mut self) {
        self.signal(rustix::process::Signal::TERM);
        let ended = self.wait_for_end();
        assert_eq!(ended.code(), Some(0), "stopped by SIGTERM: {ended:#?}");
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let process = self.process.as_ref().expect("the node runs");
        let id =
            i32::try_from(process.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process has an id");
        rustix::process::kill_process(id, signal).expect("the process is ours");
    }

    /// Waits until it ends by itself.
    pub fn wait_for_end(&mut self) -> Ended {
        let mut process = self.process.take().expect("the node was started");
        let mut status = None;
        // Killed also when the wait is in vain.
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until("the node ends by itself", || process.try_wait().expect("the process is ours"))
        }));
        match result {
            Ok(found) => status = Some(found),
            Err(_) => {
                let _ended = process.kill().and_then(|()| process.wait());
            }
        }
        let status = status.unwrap_or_else(|| panic!("{} does not end:\n{}", self.home.display(), self.log_of_run()));
        Ended { status, output: String::new(), errors: self.log_of_run() }
    }

    /// What it wrote since it was started last.
    pub fn log_of_run(&self) -> String {
        self.whole_log().get(self.log_start..).unwrap_or_default().to_owned()
    }

    pub fn whole_log(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Waits until it is connected and level with its peers.
    pub fn wait_until_ready(&mut self) {
        until("the node is ready", || {
            assert!(self.is_running(), "{} ended:\n{}", self.home.display(), self.log_of_run());
            self.door.get("/readyz").ok().filter(|answer| answer.status == 200)
        });
    }

    pub fn head(&self) -> HeadView {
        self.door.read("/v1/head")
    }

    pub fn height(&self) -> Height {
        self.head().height
    }

    pub fn status(&self) -> NodeStatus {
        self.door.read("/v1/status")
    }

    /// Waits until it has this height.
    pub fn wait_for_height(&mut self, height: Height) {
        until(&format!("{} reaches height {height}", self.home.display()), || {
            assert!(self.is_running(), "{} ended:\n{}", self.home.display(), self.log_of_run());
            self.door.look::<HeadView>("/v1/head").filter(|head| head.height >= height)
        });
    }

    /// No panic anywhere, in none of its lives.
    pub fn must_not_have_panicked(&self) {
        let log = self.whole_log();
        assert!(!log.contains("panicked at"), "{}:\n{log}", self.home.display());
    }
}

impl Drop for Node {
    #[allow(clippy::print_stderr, reason = "shown with the failed test")]
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.whole_log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("--- the end of {}\n{}", self.log.display(), lines[lines.len().saturating_sub(25)..].join("\n"));
        } else {
            self.must_not_have_panicked();
        }
    }
}

/// Whether a process ended by this signal.
pub fn was_killed(status: ExitStatus) -> bool {
    status.signal().is_some()
}
