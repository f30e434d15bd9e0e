//! Bits that rot while a node is stopped.

use std::path::Path;
use std::{fs, panic};

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
    the_indices(&network, marked);
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
    victim_of(network, &network.nodes[0].home, name)
}

/// A copy of a folder of the node.
fn victim_of(network: &Network, of: &Path, name: &str) -> Node {
    let node = &network.nodes[0];
    let home = network.folder.path().join(name);
    copy(of, &home);
    Node::new(home, node.door, node.network_port, node.peer.clone())
}

/// A bit that rots takes the whole page of the database with it, other heights included; what is altered through the
/// database shows in the hashes alone.
fn stored_blocks(network: &Network, marked: Height) {
    let mut node = victim(network, "rotten-block");
    let database = node.home.join("data/sled/db");
    let places = places_of(&database, MARK.as_bytes());
    assert!(!places.is_empty(), "the block is in the database");
    for place in places {
        flip(&database, place + 5);
    }
    // Opening reads the youngest segment of the database's log: what rots there leaves nothing to count heights by.
    Command::new(&["verify"]).home(&node.home).run().must_say(9, &["damaged"]);
    must_not_serve(&mut node, marked);

    let mut node = rotten_where_opening_does_not_read(network);
    let ended = Command::new(&["verify"]).home(&node.home).run();
    ended.must_say(6, &["damaged"]);
    let named = (1..=marked.0).find(|height| ended.errors.contains(&format!("error: height {height}: ")));
    assert!(named.is_some(), "the marked height, or one before it on the same page: {}", ended.errors);
    must_not_serve(&mut node, marked);

    let mut node = victim(network, "altered-block");
    change_database(&node, |database| {
        let is_marked = |value: &[u8]| value.windows(MARK.len()).position(|found| found == MARK.as_bytes());
        let blocks = database.scan_prefix(b"t").map(|entry| entry.expect("the database is whole"));
        let (key, value, place) = blocks
            .into_iter()
            .find_map(|(key, value)| is_marked(&value).map(|place| (key, value, place)))
            .expect("it is there");
        let mut value = value.to_vec();
        value[place] ^= 1;
        database.insert(key, value).expect("it can be put back");
    });
    Command::new(&["verify"]).home(&node.home).run().must_say(6, &[&format!("error: height {marked}: ")]);
    must_not_serve(&mut node, marked);

    // The block is named even where the state, which a start reads first, can't be read.
    let node = victim_of(network, &node.home, "altered-block-and-state");
    change_database(&node, |database| {
        database.insert(b"s".as_slice(), &[]).expect("it can be put in");
    });
    Command::new(&["verify"]).home(&node.home).run().must_say(6, &[&format!("error: height {marked}: ")]);
}

/// A node whose marked block is damaged at a place that sled does not read when it opens.
///
/// What is written later pushes the place away from the end of the log, which opening reads; but sled moves pages to the
/// end when it likes, so the place is looked for until it is far enough.
fn rotten_where_opening_does_not_read(network: &Network) -> Node {
    let node = victim(network, "later-blocks");
    for round in 0..20 {
        change_database(&node, |database| {
            for number in 0..512_u32 {
                let key = [b"z".as_slice(), &number.to_be_bytes()].concat();
                database.insert(key, vec![7; 4096]).expect("it can be put in");
            }
        });
        let rot = |name: &str| {
            let node = victim_of(network, &node.home, name);
            let database = node.home.join("data/sled/db");
            for place in places_of(&database, MARK.as_bytes()) {
                flip(&database, place + 5);
            }
            node
        };
        // Opening writes, so it is tried on a copy of its own; and it panics on some damage.
        let tried = rot(&format!("opened-{round}"));
        if matches!(panic::catch_unwind(|| open_database(&tried)), Ok(Ok(_))) {
            return rot("rotten-old-block");
        }
    }
    panic!("the block is at the end of the database's log, whatever is written after it");
}

/// What is asked for by something else than its height must be found, and nothing else.
fn the_indices(network: &Network, marked: Height) {
    type Damage = fn(&sled::Db, Height);
    let cases: [(&str, Damage, &str); 6] = [
        ("no-transaction", |database, height| missing(database, b"i", height), "index of transactions"),
        ("no-block", |database, height| missing(database, b"b", height), "index of blocks"),
        ("no-history", |database, height| missing(database, b"x", height), "history"),
        (
            "false-change",
            |database, height| {
                let key = [b"v".as_slice(), &height.0.to_be_bytes()].concat();
                database.insert(key, &[]).expect("it can be put in");
            },
            "validator changes",
        ),
        (
            "false-block",
            |database, height| {
                database
                    .insert([b"b".as_slice(), &[7; 32]].concat(), &height.0.to_be_bytes())
                    .expect("it can be put in");
            },
            "indices",
        ),
        (
            "false-history",
            |database, _| {
                database.insert([b"x\0".as_slice(), &[7; 44]].concat(), &[0; 4]).expect("it can be put in");
            },
            "indices",
        ),
    ];
    for (name, damage, words) in cases {
        let node = victim(network, name);
        change_database(&node, |database| damage(database, marked));
        let ended = Command::new(&["verify"]).home(&node.home).run();
        ended.must_say(6, &[words]);
        if words != "indices" {
            ended.must_say(6, &[&format!("error: height {marked}: ")]);
        }
    }
}

/// Takes away an entry about a height: it stands in the value of an identifier and in the key of a history.
fn missing(database: &sled::Db, prefix: &[u8], height: Height) {
    let mut entries = database.scan_prefix(prefix).map(|entry| entry.expect("the database is whole"));
    let height = height.0.to_be_bytes();
    let found = entries.find(|(key, value)| value.starts_with(&height) || key.windows(8).any(|part| part == height));
    database.remove(found.expect("the height is there").0).expect("it can be removed");
}

/// Alters a stopped node's database through the database's own code, so that its checksums are right.
fn change_database(node: &Node, change: impl FnOnce(&sled::Db)) {
    let database = open_database(node).expect("the database opens");
    change(&database);
    database.flush().expect("the database is written");
}

fn open_database(node: &Node) -> sled::Result<sled::Db> {
    sled::Config::new().path(node.home.join("data/sled")).flush_every_ms(None).open()
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
        let ended = Command::new(&["verify"]).home(&node.home).run();
        // Where the database still says how many blocks it has, they are read.
        ended.must_say(if ended.code() == Some(6) { 6 } else { 9 }, &["damaged"]);
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
