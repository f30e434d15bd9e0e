//! A disk without room.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command as System;

use yaosu_api::{Fate, Submission, TransactionView};
use yaosu_ledger::{Height, TransactionId};

use crate::harness::{Command, Network, until};

/// Bytes of the disk.
const DISK_BYTES: u64 = 8 * 1024 * 1024;

/// Bytes that are left to the node: more than it takes to start.
const LEFT_BYTES: u64 = 600 * 1024;

/// A disk of its own, in memory. Unmounted when dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(path: PathBuf) -> Self {
        fs::create_dir_all(&path).expect("a folder can be made");
        let done = System::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={DISK_BYTES}"), "yaosu-test"])
            .arg(&path)
            .output()
            .expect("there is a mount command");
        assert!(done.status.success(), "this test mounts a small disk; without root run it by scripts/test: {done:?}");
        Self(path)
    }

    /// Takes all room but some.
    fn fill(&self, left: u64) {
        let taken = fs::metadata(self.0.join("filler")).map_or(0, |found| found.len());
        let free = self.free() + taken;
        let mut filler = File::create(self.0.join("filler")).expect("a file can be made");
        filler.write_all(&vec![1; usize::try_from(free - left).expect("it is small")]).expect("there is room");
    }

    /// Gives all of it back.
    fn make_room(&self) {
        fs::remove_file(self.0.join("filler")).expect("the filler is there");
    }

    fn free(&self) -> u64 {
        let found = rustix::fs::statvfs(&self.0).expect("the disk is there");
        found.f_bavail * found.f_bsize
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _done = System::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// Goal: whatever a full disk stops in the making of a node, it can be made once there is room, by the same command.
/// Method: less and less room; after each failure room, and the same command again.
#[test]
fn a_node_can_be_made_after_a_full_disk() {
    let network = Network::make(1);
    let genesis = network.folder.path().join("genesis.bin");
    let folder = tempfile::TempDir::new().expect("a temporary folder can be made");
    let disk = Disk::mount(folder.path().join("disk"));
    let mut failures = 0;
    for left_kib in [4, 8, 12, 16, 24, 36, 64] {
        let home = disk.0.join(format!("home-{left_kib}"));
        let init = || Command::new(&["init", "--genesis"]).path(&genesis).home(&home).run();
        disk.fill(left_kib * 1024);
        let ended = init();
        disk.make_room();
        if ended.code() != Some(0) {
            assert!(ended.errors.contains("space") || ended.errors.contains("room"), "{ended:?}");
            failures += 1;
            init().must_say(0, &[]);
        }
        Command::new(&["verify"]).home(&home).run().must_say(0, &[]);
    }
    assert!(failures > 1, "the disk was full at different places");
}

/// Goal: a node whose disk is full stops, says so, and has lost nothing that it acknowledged; with room it goes on.
/// Method: the data lie on a small disk; payments go on until the process ends by itself.
#[test]
fn a_full_disk_stops_the_node_and_loses_nothing() {
    let mut network = Network::make(1);
    let home = network.nodes[0].home.clone();
    let disk = move_to_disk(&home);
    let mut acknowledged: Vec<(TransactionId, Height)> = Vec::new();
    for life in 0..3 {
        let mut alice = network.person("alice");
        network.nodes[0].start();
        network.nodes[0].wait_until_ready();
        must_be_there(&network, &acknowledged);
        alice.looks_up_number(network.nodes[0].door);
        // Full at another place each time.
        disk.fill(LEFT_BYTES / (life + 1));
        until("the disk is full", || {
            let payment = alice.pays("bob", 1);
            match network.nodes[0].door.submit(&payment) {
                Ok(answer) if answer.status == 200 => {
                    let submission: Submission = answer.json();
                    let Fate::Committed { height, .. } = submission.fate else { panic!("{submission:?}") };
                    acknowledged.push((submission.id, height));
                    None
                }
                Ok(answer) => {
                    assert!([503, 504].contains(&answer.status), "{}", answer.text());
                    Some(())
                }
                Err(_) => Some(()),
            }
        });
        network.nodes[0].wait_for_end().must_say(1, &["no space left"]);
        // Without room it does not start either, and says the same.
        disk.fill(0);
        network.nodes[0].start_in_vain(&[]).must_say(1, &["no space left"]);
        disk.make_room();
    }
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    must_be_there(&network, &acknowledged);
    network.nodes[0].stop();
    Command::new(&["verify"]).home(&home).run().must_say(0, &[]);
    drop(network);
    drop(disk);
}

/// Puts a stopped node's data on a small disk.
fn move_to_disk(home: &Path) -> Disk {
    let data = home.join("data");
    let aside = home.join("aside");
    fs::rename(&data, &aside).expect("the data can be moved");
    let disk = Disk::mount(data.clone());
    crate::harness::files::copy(&aside, &data);
    fs::remove_dir_all(&aside).expect("the data can be removed");
    disk
}

fn must_be_there(network: &Network, acknowledged: &[(TransactionId, Height)]) {
    for (id, at) in acknowledged {
        let view: TransactionView = network.nodes[0].door.read(&format!("/v1/transactions/{id}"));
        let Fate::Committed { height, .. } = view.fate else { panic!("{id} is lost: {view:?}") };
        assert_eq!(height, *at, "{id}");
    }
}
