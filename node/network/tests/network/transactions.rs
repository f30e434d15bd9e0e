//! Batches of transactions between networks without engines.

use std::time::Instant;

use yaosu_network::{BATCH_BYTES_MAX, Budget, Network, NetworkConfig, PublishError, Verdict};

use crate::node::{CHAIN, eventually, identity, loopback};

async fn network(number: u8, neighbours: &[u8], budget: Option<Budget>) -> Network {
    let mut config = NetworkConfig::new(CHAIN, identity(number));
    config.listen = vec![loopback()];
    config.allowed = neighbours.iter().map(|&neighbour| identity(neighbour).peer_id()).collect();
    if let Some(budget) = budget {
        config.transactions_budget = budget;
    }
    let network = yaosu_network::start(config).await.expect("loopback can be listened on");
    eventually("it listens", || !network.handle.listen_addresses().is_empty()).await;
    network
}

async fn join(from: &Network, to: &[(u8, &Network)]) {
    let peers =
        to.iter().map(|(number, network)| (identity(*number).peer_id(), network.handle.listen_addresses().remove(0)));
    from.handle.set_peers(peers.collect()).expect("addresses of TCP");
    eventually("they are connected", || from.handle.connected_peers().len() >= to.len()).await;
}

/// Goal: a node forwards the batches that it accepted, and only those.
/// Method: a star. The middle accepts even numbers and ignores odd ones; the tips are not connected to each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_accepted_batches_are_forwarded() {
    let mut source = network(0, &[1], None).await;
    let mut middle = network(1, &[0, 2, 3], None).await;
    let mut tips = [network(2, &[1], None).await, network(3, &[1], None).await];
    join(&middle, &[(0, &source), (2, &tips[0]), (3, &tips[1])]).await;

    let mut received = [Vec::new(), Vec::new()];
    let mut number = 0_u64;
    eventually("each tip has three", || {
        let _ = source.handle.publish_transactions(number.to_le_bytes().to_vec());
        number += 1;
        while let Ok(batch) = middle.batches.try_recv() {
            assert_eq!(batch.peer, identity(0).peer_id());
            let verdict = if batch.bytes[0].is_multiple_of(2) { Verdict::Accept } else { Verdict::Ignore };
            middle.handle.report(batch.message_id, batch.peer, verdict);
        }
        for (tip, received) in tips.iter_mut().zip(&mut received) {
            while let Ok(batch) = tip.batches.try_recv() {
                assert_eq!(batch.peer, identity(1).peer_id());
                received.push(batch.bytes[0]);
                tip.handle.report(batch.message_id, batch.peer, Verdict::Accept);
            }
        }
        received.iter().all(|received| received.len() >= 3)
    })
    .await;
    for received in received {
        assert!(received.iter().all(|number| number.is_multiple_of(2)), "{received:?}");
    }
    assert!(source.batches.try_recv().is_err(), "nothing comes back to where it came from");
}

/// Goal: a peer over its budget is not listened to, but not cut off; what is too long is not even sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn budgets_are_kept() {
    let budget = Budget { messages_per_second: 2, bytes_per_second: 1_000_000 };
    let sender = network(0, &[1], None).await;
    let mut receiver = network(1, &[0], Some(budget)).await;
    join(&sender, &[(1, &receiver)]).await;
    // Until the topic is known on both sides nothing is sent.
    let mut first = 0_u64;
    eventually("the first batch is sent", || {
        let _ = sender.handle.publish_transactions(first.to_le_bytes().to_vec());
        first += 1;
        sender.handle.counts().batches_sent > 0
    })
    .await;
    let started = Instant::now();
    for number in 0..30_u64 {
        eventually("there is room", || {
            sender.handle.publish_transactions([&number.to_le_bytes(), b"more".as_slice()].concat()).is_ok()
        })
        .await;
    }
    eventually("all have come", || {
        let counts = receiver.handle.counts();
        counts.batches_received + counts.over_budget == sender.handle.counts().batches_sent
            && sender.handle.counts().batches_sent > 30
    })
    .await;
    let counts = receiver.handle.counts();
    let seconds = started.elapsed().as_secs() + 2;
    assert!(counts.over_budget > 0 && counts.batches_received <= 2 * (seconds + 1), "{counts:?} in {seconds} s");
    assert!(receiver.batches.try_recv().is_ok(), "what is within the budget is handed on");
    assert_eq!(receiver.handle.connected_peers(), vec![identity(0).peer_id()]);
    assert_eq!(
        sender.handle.publish_transactions(vec![0; BATCH_BYTES_MAX + 1]),
        Err(PublishError::TooLong(BATCH_BYTES_MAX + 1))
    );
}

/// Goal: batches that nobody takes are dropped and counted; the queue is bounded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_nobody_takes_are_dropped() {
    let sender = network(0, &[1], None).await;
    let receiver = network(1, &[0], None).await;
    join(&sender, &[(1, &receiver)]).await;
    let mut number = 0_u64;
    eventually("some are dropped", || {
        let _ = sender.handle.publish_transactions(number.to_le_bytes().to_vec());
        number += 1;
        // As fast as they go, but not for ever.
        while sender.handle.publish_transactions(number.to_le_bytes().to_vec()).is_ok() && number < 100_000 {
            number += 1;
        }
        receiver.handle.counts().batches_dropped > 0
    })
    .await;
    assert_eq!(receiver.batches.len(), 256, "the queue is full");
    let overflowed = sender.handle.counts().batches_overflowed;
    assert!(overflowed > 0, "the sender's queue is bounded too");
    assert_eq!(receiver.handle.connected_peers().len(), 1, "a flood alone does not cut off");
}
