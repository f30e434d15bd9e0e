//! A process that is killed while it writes: every height that it had acknowledged is there.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use yaosu_ledger::Height;
use yaosu_ledger::state::State;
use yaosu_store::{Options, Store};

use crate::support::{Chain, OFFER, open};

/// The folder for the child; its presence is what makes this process the child.
const FOLDER: &str = "YAOSU_STORE_TEST_FOLDER";
const BLOCKS: usize = 400;

/// The same chain in parent and child.
fn chain() -> Chain {
    Chain::new("killed")
}

/// Not a test of its own: the child's life. It goes on from where the store is, and prints what is acknowledged.
#[test]
fn child() {
    let Some(folder) = env::var_os(FOLDER) else { return };
    let options = Options { segment_bytes: 30_000, ..Options::default() };
    let (store, recovered) = Store::open(Path::new(&folder), options).unwrap();
    let last = recovered.last.map_or(Height(0), |(header, _)| header.height);
    let mut chain = chain();
    let mut output = std::io::stdout().lock();
    for _ in 0..BLOCKS {
        let decided = chain.draft(6, 1);
        if decided.block.header.height > last {
            store.propose(&decided.block, &OFFER).unwrap();
            store.decide(decided.clone()).unwrap();
            writeln!(output, "acknowledged {}", decided.block.header.height).unwrap();
            output.flush().unwrap();
        }
        chain.push(decided);
    }
    // All is written: there is nothing to wait for, and it lives on until it is killed.
    writeln!(output, "finished").unwrap();
    output.flush().unwrap();
    thread::park();
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a child for a while, kills it, and gives the last height that it acknowledged.
fn run_and_kill(folder: &Path, life: Duration) -> Option<u64> {
    let mut child = Killed(
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "killed::child", "--nocapture", "--test-threads", "1"])
            .env(FOLDER, folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let output = BufReader::new(child.0.stdout.take().unwrap());
    // Life is counted from the first acknowledgement, however long the start takes.
    let mut end: Option<Instant> = None;
    let mut printed = output.lines();
    let mut last = None;
    for line in &mut printed {
        let text = line.unwrap();
        // The test runner has written the name of the test in front of the first line.
        if text.ends_with("finished") {
            break;
        }
        let Some(height) = text.strip_prefix("acknowledged ") else { continue };
        last = Some(height.parse().unwrap());
        if *end.get_or_insert_with(|| Instant::now() + life) <= Instant::now() {
            break;
        }
    }
    child.0.kill().unwrap();
    // What it had written before it died counts as well.
    for line in printed.map_while(Result::ok) {
        last = line.strip_prefix("acknowledged ").and_then(|height| height.parse().ok()).or(last);
    }
    last
}

#[test]
fn nothing_acknowledged_is_lost_by_kill() {
    let folder = tempfile::tempdir().unwrap();
    chain().create(folder.path());
    let mut seed: u64 = 0x5eed;
    let mut acknowledged = 0;
    for round in 0..10 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let life = Duration::from_millis((seed >> 33) % 250);
        acknowledged = run_and_kill(folder.path(), life).unwrap_or(acknowledged);
        let (store, recovered) = open(folder.path());
        let (header, _) = recovered.last.expect("the child acknowledges at least one height");
        assert!(header.height.0 >= acknowledged, "round {round}: {acknowledged} acknowledged, {} there", header.height);
        assert_eq!(State::from_records(recovered.records).root(), header.state_root, "round {round}");
        let mut expected = chain();
        while expected.height() < header.height {
            let decided = expected.draft(6, 1);
            expected.push(decided);
        }
        expected.assert_readable(&store.reader());
        store.close().unwrap();
    }
}
