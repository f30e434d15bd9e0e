//! Bits that rot while a node is stopped.

use std::fs;
use std::path::Path;

use yaosu_api::Fate;
use yaosu_ledger::Height;
use yaosu_ledger::transaction::{Action, Envelope};

use crate::harness::files::{copy, files_in, flip, places_of};
use crate::harness::people::{pay, text};
use crate::harness::{Command, Network, Node};

/// In the memo of one payment, so that its bytes are found on disk.
const MARK: &str = "look for these very words in the files";

/// Goal: damage is found and named, by `verify` with the first bad height, by `start` before anything is signed; exit
/// code 9 (or 6 from `verify`), never a panic, never a wrong answer.
/// Method: a node makes blocks and is stopped; each damage is done to a copy of its folder.
#[test]
fn damage_is_found_and_named() {
    let mut network = Network::make(1);
    let marked = make_blocks(&mut network);
    let home = network.nodes[0].home.clone();
    let good = Command::new(&["verify", "--json"]).home(&home).json();
    assert!(good["height"].as_u64().expect("a height") >= marked.0, "{good}");
    assert_eq!((&good["transactions"], good["chain"].as_str()), (&12.into(), Some(network.chain.to_string().as_str())));
    // Started again and stopped: everything is in the database, the journal begins anew.
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    network.nodes[0].stop();
    Command::new(&["verify"]).home(&home).run().must_say(0, &[]);

    stored_blocks(&network, marked);
    the_journal(&mut network);
    whole_files(&network);
}

/// Twelve payments, one of them marked. Gives the marked one's height.
fn make_blocks(network: &mut Network) -> Height {
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    let door = network.nodes[0].door;
    let mut alice = network.person("alice");
    let mut marked = Height::GENESIS;
    for number in 0..12 {
        let mut action = pay("bob", 1);
        if let (6, Action::Pay { memo, .. }) = (number, &mut action) {
            *memo = text(MARK);
        }
        let payment: Envelope = alice.asks(action);
        let Fate::Committed { height, .. } = door.commit(&payment).fate else { panic!("it was committed") };
        if number == 6 {
            marked = height;
        }
    }
    network.nodes[0].stop();
    marked
}

/// A copy of the node to do damage to.
fn victim(network: &Network, name: &str) -> Node {
    let node = &network.nodes[0];
    let home = network.folder.path().join(name);
    copy(&node.home, &home);
    Node::new(home, node.door, node.network_port, node.peer.clone())
}

fn stored_blocks(network: &Network, marked: Height) {
    let mut node = victim(network, "rotten-block");
    let database = node.home.join("data/sled/db");
    let places = places_of(&database, MARK.as_bytes());
    assert!(!places.is_empty(), "the block is in the database");
    for place in places {
        flip(&database, place + 5);
    }
    let ended = Command::new(&["verify"]).home(&node.home).run();
    // What the database itself notices can't be read at all; what only the hashes show has a height.
    match ended.code() {
        Some(6) => ended.must_say(6, &[&format!("height {marked}")]),
        _ => ended.must_say(9, &["damaged"]),
    };
    must_not_serve(&mut node, marked);
}

/// A damaged block is never given out: the node refuses to start, or answers with an error.
fn must_not_serve(node: &mut Node, marked: Height) {
    node.start();
    let answer = crate::harness::until("the node ends or answers", || {
        if node.is_running() { node.door.get(&format!("/v1/blocks/{marked}")).ok().map(Some) } else { Some(None) }
    });
    match answer {
        Some(answer) => {
            assert_eq!(answer.status, 500, "{}", answer.text());
            node.kill();
        }
        None => {
            node.wait_for_end().must_say(9, &["damaged"]);
        }
    }
}

fn the_journal(network: &mut Network) {
    // Alive, so that the journal has something in it.
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    let mut alice = network.person("alice");
    alice.looks_up_number(network.nodes[0].door);
    for _ in 0..4 {
        network.nodes[0].door.commit(&alice.pays("bob", 1));
    }
    network.nodes[0].kill();

    for quarter in 1..4 {
        let mut node = victim(network, &format!("rotten-journal-{quarter}"));
        let journal = files_in(&node.home.join("data/journal"), ".open").pop().expect("a segment is open");
        let length = usize::try_from(fs::metadata(&journal).expect("it is there").len()).expect("it is small");
        flip(&journal, length * quarter / 4);
        Command::new(&["verify"]).home(&node.home).run().must_say(9, &["damaged"]);
        node.start_in_vain(&[]).must_say(9, &["damaged", "--rejoin"]);
    }
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    network.nodes[0].stop();
}

/// Files that are cut, emptied or gone.
fn whole_files(network: &Network) {
    type Damage = fn(&Path);
    let cut: Damage = |path| {
        let bytes = fs::read(path).expect("it is there");
        // Within what is written: files are longer than that.
        let written = bytes.iter().rposition(|byte| *byte != 0).expect("something is written");
        fs::write(path, &bytes[..written / 2]).expect("it can be cut");
    };
    let empty: Damage = |path| fs::write(path, b"").expect("it can be emptied");
    let gone: Damage = |path| fs::remove_file(path).expect("it can be removed");
    let rot: Damage = |path| {
        let length = fs::read(path).expect("it is there").len();
        for place in (0..length).step_by(4096) {
            flip(path, place);
        }
    };
    let cases: [(&str, &str, Damage); 8] = [
        ("cut-database", "data/sled/db", cut),
        ("empty-database", "data/sled/db", empty),
        ("no-database", "data/sled/db", gone),
        ("rotten-database", "data/sled/db", rot),
        ("empty-marker", "data/store", empty),
        ("no-marker", "data/store", gone),
        ("no-founding-document", "data/genesis.bin", gone),
        ("cut-founding-document", "data/genesis.bin", cut),
    ];
    for (name, file, damage) in cases {
        let mut node = victim(network, name);
        damage(&node.home.join(file));
        Command::new(&["verify"]).home(&node.home).run().must_say(9, &["damaged"]);
        node.start_in_vain(&[]).must_say(9, &["damaged", "--rejoin"]);
    }
    let mut node = victim(network, "no-engine-log");
    fs::write(node.home.join("consensus.wal"), "no log").expect("the log can be written");
    node.start_in_vain(&[]).must_say(9, &["damaged", "consensus.wal.damaged"]);
    let mut node = victim(network, "no-journal");
    fs::remove_dir_all(node.home.join("data/journal")).expect("it can be removed");
    Command::new(&["verify"]).home(&node.home).run().must_say(9, &["damaged"]);
    node.start_in_vain(&[]).must_say(9, &["damaged", "--rejoin"]);
}
