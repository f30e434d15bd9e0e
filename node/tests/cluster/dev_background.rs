//! `yaosu-node dev --detach`, `--config-out` and `dev stop`: a network for scripts and the tests of others.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use yaosu_api::HeadView;

use crate::dev::{kill_all_of, lives, processes};
use crate::harness::http::Door;
use crate::harness::process::{Ended, PROGRAM};
use crate::harness::{Command, until};

/// A folder for a network in the background, which ends with the test.
struct Market {
    place: TempDir,
}

impl Market {
    fn new() -> Self {
        Self { place: TempDir::new().expect("a temporary folder can be made") }
    }

    fn folder(&self) -> PathBuf {
        // A shell has to be told where such a name ends.
        self.place.path().join("it's a market")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn detach(&self, arguments: &[&str], config_out: Option<&Path>) -> Ended {
        let mut all = vec!["dev", "--detach"];
        all.extend_from_slice(arguments);
        all.push("--folder");
        let mut command = Command::new(&all).path(&self.folder());
        if let Some(file) = config_out {
            command = command.path(Path::new("--config-out")).path(file);
        }
        command.run()
    }

    fn stop(&self) -> Ended {
        Command::new(&["dev", "stop", "--folder"]).path(&self.folder()).run()
    }

    /// What is started, as the program says it.
    fn started(&self, arguments: &[&str], config_out: Option<&Path>) -> Value {
        let ended = self.detach(&[arguments, &["--json"]].concat(), config_out);
        ended.must_say(0, &[]);
        serde_json::from_str(&ended.output).expect("it is JSON")
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        if self.folder().exists() {
            self.stop();
            kill_all_of(&self.folder());
        }
    }
}

/// The door of a node, by the address that is written for others.
fn door(address: &Value) -> Door {
    let port = address.as_str().and_then(|address| address.strip_prefix("http://127.0.0.1:")).expect("an address");
    Door(port.parse().expect("a port"))
}

fn process_of(started: &Value) -> String {
    started["process"].to_string()
}

/// What a shell knows after it has sourced a file.
fn sourced(file: &Path, name: &str) -> String {
    let script = format!(". \"$0\" && printf %s \"${name}\" && test -z \"${{YAOSU_NODE+set}}\"");
    let output = std::process::Command::new("sh")
        .arg("-euc")
        .arg(script)
        .arg(file)
        .env("YAOSU_NODE", "http://another.example")
        .output()
        .expect("there is a shell");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("it is text")
}

/// Goal: a script needs no terminal, no guess and no search: the command returns when all nodes are ready, a file says
/// where they are, and when `stop` returns nothing runs.
#[test]
fn a_network_in_the_background_is_ready_when_it_says_so_and_gone_when_stopped() {
    let market = Market::new();
    let folder = market.folder();
    let (variables, json) = (market.path("market.env"), market.path("market.json"));
    fs::write(&variables, "of an earlier run").expect("a file can be made");

    let started = market.started(&["--wait"], Some(&variables));
    assert_eq!(started["ready"], true);
    let nodes = started["nodes"].as_array().expect("a list");
    assert_eq!(nodes.len(), 4);
    for node in nodes {
        let answer = door(node).get("/readyz").expect("the node is there");
        assert_eq!(answer.status, 200, "ready when the command returns");
    }
    let head: HeadView = door(&nodes[0]).read("/v1/head");
    assert_eq!(sourced(&variables, "YAOSU_HOME"), folder.join("client").to_string_lossy());
    assert_eq!(sourced(&variables, "YAOSU_DEV_CHAIN"), head.chain.to_string());
    assert_eq!(sourced(&variables, "YAOSU_DEV_NODE"), nodes[0].as_str().expect("a text"));
    // A process that others can't reach with what ends this session.
    let stat = fs::read_to_string(format!("/proc/{}/stat", process_of(&started))).expect("it runs");
    let session = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(3)).expect("a session");
    assert_eq!(session, process_of(&started), "it leads a session of its own");

    market.detach(&["--wait"], Some(&variables)).must_say(2, &["running already", "dev stop --folder"]);
    assert_eq!(sourced(&variables, "YAOSU_DEV_CHAIN"), head.chain.to_string(), "what runs is not forgotten");

    let mut all = processes(&folder);
    all.push(process_of(&started));
    assert_eq!(all.iter().filter(|process| lives(process)).count(), 5);
    let stopped = market.stop();
    let left: Vec<&String> = all.iter().filter(|process| lives(process)).collect();
    assert!(left.is_empty(), "still running when stop has returned: {left:?}");
    assert!(stopped.must_say(0, &[]).output.starts_with("stopped "), "{stopped:?}");
    assert!(market.stop().must_say(0, &[]).output.starts_with("nothing runs "), "once more is no error");

    // The same market again. Who does not wait is told by the file.
    let started = market.started(&[], Some(&json));
    assert_eq!(started["ready"], false);
    let connection = until("the file is written", || fs::read(&json).ok());
    let connection: Value = serde_json::from_slice(&connection).expect("it is whole");
    assert_eq!(connection["chain"], head.chain.to_string());
    assert_eq!(connection["nodes"], started["nodes"]);
    for node in connection["nodes"].as_array().expect("a list") {
        assert_eq!(door(node).get("/readyz").expect("the node is there").status, 200, "ready when the file is there");
    }
    let alice = connection["participants"]
        .as_array()
        .and_then(|all| all.iter().find(|participant| participant["handle"] == "alice"))
        .expect("she is a founder");
    let key = fs::read_to_string(alice["key_file"].as_str().expect("a path")).expect("there is a key");
    assert!(key.contains("ENCRYPTED PRIVATE KEY"));
    let found: Value = door(&connection["nodes"][0]).read("/v1/participants/alice");
    assert_eq!(found["id"], alice["id"]);
    assert_eq!(found["enrolment"]["keys"]["keys"][0], alice["key"], "{found}");
    assert_eq!(found["enrolment"]["delivery_key"], alice["delivery_key"]);
    market.stop().must_say(0, &[]);
}

/// Goal: whoever waits in vain is told so by the exit code and the log, and has nothing to clean up.
#[test]
fn a_network_that_does_not_come_up_leaves_nothing_behind() {
    let market = Market::new();
    let file = market.path("market.env");
    fs::write(&file, "of an earlier run").expect("a file can be made");
    market.detach(&["--wait", "0"], Some(&file)).must_say(8, &["did not come up", "is not ready within 0 seconds"]);
    assert!(!file.exists(), "no file says that there is a network");
    assert!(market.stop().must_say(0, &[]).output.starts_with("nothing runs "));
    let left: Vec<String> = processes(&market.folder()).into_iter().filter(|process| lives(process)).collect();
    assert!(left.is_empty(), "{left:?}");

    let config = market.folder().join("node-2/config.toml");
    fs::write(market.folder().join("node-2/genesis.bin"), "damaged").expect("it is ours");
    market.detach(&["--wait"], None).must_say(1, &["did not come up", "a node ended"]);
    fs::write(config, "no TOML").expect("it is ours");
    market.detach(&[], None).must_say(2, &["did not come up", "config.toml"]);
}

/// Goal: one that is not ready yet is stopped as well, in order.
#[test]
fn a_network_is_stopped_while_it_starts() {
    let market = Market::new();
    let started = market.started(&[], None);
    assert!(market.stop().must_say(0, &[]).output.starts_with("stopped "));
    let mut all = processes(&market.folder());
    all.push(process_of(&started));
    let left: Vec<&String> = all.iter().filter(|process| lives(process)).collect();
    assert!(left.is_empty(), "still running when stop has returned: {left:?}");
}

/// Goal: a misspelt folder is told, not taken for one that is stopped; and words that do not go together are refused.
#[test]
fn what_is_no_network_is_not_stopped() {
    let market = Market::new();
    Command::new(&["dev", "stop", "--folder"]).path(&market.folder()).run().must_say(2, &["no local network"]);
    for wrong in [["dev", "--wait"].as_slice(), &["dev", "--json"], &["dev", "--detach", "stop"]] {
        let output = std::process::Command::new(PROGRAM).args(wrong).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
