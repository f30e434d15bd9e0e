//! Full engines: they decide, go on without one, and let it catch up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use yaosu_bft::ledger::Height;

use crate::application::{Pace, SETTLED};
use crate::node::{Node, all_peers, assert_no_fork, connect, eventually, new_store, start_all};

/// Goal: four validators decide; three go on when one stops; it comes back with nothing and catches up by block sync.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_engines_decide_and_one_catches_up() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let mut nodes = start_all(4, folder.path(), Pace::Full).await;
    eventually("all reach height 20", || nodes.iter().all(|node| node.tip() >= Height(20))).await;
    assert_no_fork(&nodes);

    let stopped = nodes.remove(3);
    let number = stopped.number;
    stopped.stop().await;
    let goal = Height(nodes.iter().map(Node::tip).max().expect("three nodes").0 + 10);
    eventually("three go on", || nodes.iter().all(|node| node.tip() >= goal)).await;

    // Its blocks and the engine's log are gone; the signer's record is not.
    std::fs::remove_file(folder.path().join(format!("log-{number}"))).expect("the log was there");
    let back = Node::start(number, folder.path(), new_store(4), all_peers(4), Pace::Full).await;
    nodes.push(back);
    connect(&nodes);
    let goal = Height(nodes.iter().map(Node::tip).max().expect("four nodes").0 + 10);
    eventually("all go on together", || nodes.iter().all(|node| node.tip() >= goal)).await;
    assert_no_fork(&nodes);
    assert!(nodes[3].observed().synced > 0, "caught up by block sync");
    for node in nodes {
        node.stop().await;
    }
}

/// Goal: heights that wait for a heartbeat cost no failed round: nothing that comes early is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_between_heights_costs_no_round() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let pause = Duration::from_millis(300);
    let nodes = start_all(4, folder.path(), Pace::Heartbeat(pause)).await;
    eventually("all find each other", || nodes.iter().all(|node| node.tip() >= SETTLED)).await;
    let later_rounds = |nodes: &[Node]| nodes.iter().map(|node| node.observed().later_rounds).max();
    // The first heights may take a round more while the nodes find each other.
    let (before, started) = (later_rounds(&nodes), Instant::now());
    eventually("all reach height 13", || nodes.iter().all(|node| node.tip() >= Height(13))).await;
    assert_eq!(later_rounds(&nodes), before, "every height in round 0");
    assert!(started.elapsed() > pause * 9, "the heartbeat is kept");
    assert!(nodes.iter().all(|node| node.signer.counts().withheld == 0), "nothing was to be refused");
    assert_no_fork(&nodes);
    for node in nodes {
        node.stop().await;
    }
}

/// Goal: consensus does not wait behind transactions.
/// Method: each node sends long batches as fast as its queue takes them, and nobody looks at them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_transactions_does_not_stop_consensus() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let nodes = start_all(4, folder.path(), Pace::Full).await;
    eventually("all reach height 3", || nodes.iter().all(|node| node.tip() >= Height(3))).await;
    let goal = Height(nodes.iter().map(Node::tip).max().expect("four nodes").0 + 10);
    let mut number = 0_u64;
    eventually("ten heights more", || {
        for node in &nodes {
            let mut batch = vec![node.number; 64 * 1024];
            batch[1..9].copy_from_slice(&number.to_le_bytes());
            number += 1;
            let _ = node.handle.publish_transactions(batch);
        }
        nodes.iter().all(|node| node.tip() >= goal)
    })
    .await;
    assert!(nodes.iter().all(|node| node.handle.counts().batches_dropped > 0), "the flood arrived");
    assert_no_fork(&nodes);
    for node in nodes {
        node.stop().await;
    }
}

/// Goal: nodes that stop at any moment and come back with what they had kept go on where they were, without a fork and
/// without evidence of a double vote (the application asserts that there is none).
/// Method: all four, three times; the engine replays its log each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_engines_come_back_from_their_logs() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let mut nodes = start_all(4, folder.path(), Pace::Full).await;
    for life in 1..=3 {
        let goal = Height(nodes.iter().map(Node::tip).max().expect("four nodes").0 + 5);
        eventually("all go on", || nodes.iter().all(|node| node.tip() >= goal)).await;
        let stores: Vec<_> = nodes.iter().map(|node| Arc::clone(&node.store)).collect();
        futures::future::join_all(nodes.drain(..).map(Node::stop)).await;
        for (number, store) in (0..).zip(stores) {
            nodes.push(Node::start(number, folder.path(), store, all_peers(4), Pace::Full).await);
        }
        connect(&nodes);
        assert!(nodes.iter().all(|node| node.tip() >= goal), "life {life} has kept its blocks");
    }
    let goal = Height(nodes.iter().map(Node::tip).max().expect("four nodes").0 + 5);
    eventually("all go on", || nodes.iter().all(|node| node.tip() >= goal)).await;
    assert_no_fork(&nodes);
    for node in nodes {
        node.stop().await;
    }
}
