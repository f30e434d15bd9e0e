//! What operators have to look at a node and to change what it writes, on a node of its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::generated;
use crate::harness::process::Ended;
use crate::harness::{Command, Network, Node, until};

/// Goal: the doctor names what keeps a node from working, in one line, and finds nothing wrong with one that works.
#[test]
fn the_doctor_sees_what_is_wrong() {
    let mut network = Network::make(1);
    let node = &mut network.nodes[0];
    let (home, config, key) = (node.home.clone(), node.home.join("config.toml"), node.home.join("keys/network.pem"));
    let failed = |said: &[&str]| {
        let ended = Command::new(&["doctor"]).home(&home).run();
        assert_eq!(ended.code(), Some(1), "{ended:#?}");
        let lines: Vec<&str> = ended.output.lines().filter(|line| line.starts_with("FAILED")).collect();
        let one = format!("1 of {} checks failed", ended.output.lines().count());
        assert!(lines.len() == 1 && ended.errors.contains(&one), "{ended:#?}");
        for said in said {
            assert!(lines[0].contains(said), "{said} is not in {ended:#?}");
        }
    };
    assert_eq!(outcome(&examined(node), "node"), ("ok".into(), "does not run".into()));

    let holder = TcpListener::bind(("127.0.0.1", node.door.0)).expect("the port is free");
    failed(&["api.listen", &node.door.0.to_string(), "in use"]);
    drop(holder);
    let holder = TcpListener::bind(("127.0.0.1", node.network_port)).expect("the port is free");
    failed(&["network.listen", &node.network_port.to_string(), "in use"]);
    drop(holder);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("the file is ours");
    failed(&["network key", "others may read it", "chmod 600"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("the file is ours");

    let good = fs::read_to_string(&config).expect("the configuration is there");
    for (added, said) in [
        ("[mempool]\ntransactoins = 1\n", "did you mean mempool.transactions?"),
        ("[log]\nfilter = \"debgu\"\n", "did you mean debug?"),
    ] {
        fs::write(&config, format!("{good}{added}")).expect("the configuration is written");
        failed(&["configuration", said]);
    }
    // A peer that is not there is no fault of this node.
    let peer = format!("/ip4/127.0.0.1/tcp/{}/p2p/{}", free_port(), node.peer);
    fs::write(&config, good.replace("peers = []", &format!("peers = [{peer:?}]"))).expect("it is written");
    let (outcome_of_peer, detail) = outcome(&examined(node), &format!("peer {}", node.peer));
    assert!(outcome_of_peer == "warning" && detail.contains("refused"), "{detail}");
    fs::write(&config, &good).expect("the configuration is written");

    node.start();
    node.wait_until_ready();
    let report = examined(node);
    let (outcome_of_node, detail) = outcome(&report, "node");
    assert!(outcome_of_node == "ok" && detail.starts_with("ready, height ") && detail.ends_with("signing"), "{detail}");
    for port in ["api.listen", "network.listen"] {
        let (outcome, detail) = outcome(&report, port);
        assert!(outcome == "ok" && detail.ends_with("the node listens"), "{detail}");
    }
    let (_, detail) = outcome(&report, "open files");
    assert!(detail.starts_with("the node may open "), "{detail}");
    assert_eq!(outcome(&report, "clock against chain").0, "ok");
    assert!(!home.join("doctor.probe").exists(), "nothing stays behind");
    network.nodes[0].stop();
}

/// The report on a node with which nothing is wrong.
fn examined(node: &Node) -> Value {
    let report = Command::new(&["doctor", "--json"]).home(&node.home).json();
    assert_eq!(report["ok"], true, "{report:#}");
    report
}

fn outcome(report: &Value, name: &str) -> (String, String) {
    let checks = report["checks"].as_array().expect("checks are a list");
    let check = checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{name}: {report:#}"));
    let text = |part: &str| check[part].as_str().expect("a text").to_owned();
    (text("outcome"), text("detail"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there are free ports");
    listener.local_addr().expect("it listens").port()
}

/// Goal: the owner changes what is logged while the node runs; nobody else can, and no slip silences it.
#[test]
fn the_log_is_changed_at_run_time() {
    let mut network = Network::make(1);
    let node = &mut network.nodes[0];
    let home = node.home.clone();
    let level = |arguments: &[&str]| Command::new(&[&["log-level"], arguments].concat()).home(&home).run();
    level(&[]).must_say(5, &["control.sock", "does not answer"]);
    // What a killed node leaves behind is in nobody's way.
    drop(std::os::unix::net::UnixListener::bind(home.join("control.sock")).expect("the folder is there"));
    node.start();
    node.wait_until_ready();
    let mode = fs::metadata(home.join("control.sock")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shows = |ended: Ended, filter: &str| {
        ended.must_say(0, &[]);
        assert_eq!(ended.output.trim(), filter);
    };
    shows(level(&[]), "info");
    assert!(!node.log_of_run().contains("DEBUG"), "{}", node.log_of_run());
    shows(level(&["warn,engine=debug"]), "warn,engine=debug");
    until("lines of the engine are written", || node.log_of_run().contains("DEBUG").then_some(()));
    level(&["debgu"]).must_say(2, &["did you mean debug?"]);
    assert_eq!(Command::new(&["log-level", "--json"]).home(&home).json()["filter"], "warn,engine=debug");
    shows(level(&["off"]), "off");
    node.stop();
    assert!(!home.join("control.sock").exists(), "it is removed");
    // Another start has what is configured.
    node.start();
    node.wait_until_ready();
    shows(level(&[]), "info");
    node.stop();
}

/// Goal: the command line is over the environment, that over the file, and each says so.
#[test]
fn a_key_is_explained() {
    let network = Network::make(1);
    let home = &network.nodes[0].home;
    let explain = |arguments: &[&str]| {
        let arguments = [&["config", "explain", "--json", "consensus.heartbeat_ms"], arguments].concat();
        Command::new(&arguments)
    };
    let variable = ("YAOSU_NODE__CONSENSUS__HEARTBEAT_MS", "3000");
    let rows = [
        (explain(&[]), 10_000, "default"),
        (explain(&[]).home(home), 1_000, "file"),
        (explain(&[]).home(home).variable(variable.0, variable.1), 3_000, "variable"),
        (explain(&["--set", "consensus.heartbeat_ms=4000"]).home(home).variable(variable.0, variable.1), 4_000, "flag"),
    ];
    for (command, value, source) in rows {
        let explained = &command.json()[0];
        assert_eq!((explained["value"].as_i64(), explained["source"]["kind"].as_str()), (Some(value), Some(source)));
        assert_eq!(explained["default"], 10_000);
        assert!(explained["meaning"].as_str().is_some_and(|meaning| meaning.contains("block")), "{explained:#}");
    }
    for (name, meant) in [
        ("api.listn", "api.listen"),
        ("listen", "network.listen or api.listen"),
        ("mempol", "mempool"),
        ("wait", "api.waits"),
    ] {
        let said = format!("did you mean {meant}?");
        Command::new(&["config", "explain", name]).run().must_say(2, &[&said]);
    }
    let all = Command::new(&["config", "explain", "--json"]).json();
    assert!(all.as_array().is_some_and(|keys| keys.len() >= 20), "{all:#}");
}

/// Goal: the manual's list of figures is what a node shows, the engine's among them, and no label is an identifier.
#[test]
fn every_figure_is_in_the_manual() {
    let mut network = Network::start(1);
    let node = &network.nodes[0];
    node.door.get("/v1/head").expect("the node is there");
    let text = node.door.get("/metrics").expect("the node is there").text();
    assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1, "{text}");
    let mut table = String::from("| metric | type | |\n| --- | --- | --- |\n");
    let mut meaning = "";
    for line in text.lines() {
        if let Some((_, help)) = line.strip_prefix("# HELP ").and_then(|line| line.split_once(' ')) {
            meaning = help.trim_end_matches('.');
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|line| line.split_once(' ')) {
            let suffix = match kind {
                "counter" => "_total",
                "info" => "_info",
                _ => "",
            };
            writeln!(table, "| `{name}{suffix}` | {kind} | {meaning} |").expect("a text takes text");
        }
    }
    generated::compare("figures", &table);

    let labels = text.lines().filter_map(|line| line.split_once('{')?.1.rsplit_once('}')).flat_map(|(labels, _)| {
        labels.split("\",").filter_map(|label| label.split_once('=')).map(|(name, _)| name.to_owned())
    });
    let bounded = ["le", "method", "moniker", "reason", "route", "status", "step", "version"];
    let unknown: BTreeSet<String> = labels.filter(|label| !bounded.contains(&label.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    network.nodes[0].stop();
}
