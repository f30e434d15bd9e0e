//! Peers that went down with their connections open.

use std::time::Duration;

use libp2p::Multiaddr;
use yaosu_network::{Network, NetworkConfig};

use crate::node::{CHAIN, eventually, identity};
use crate::stranger::{PATIENCE, Stranger, bare_network, listening, name_of, status};

/// A peer whose machine has lost its power: it keeps its sockets and is never driven again. What is sent to it meanwhile is
/// more than the system keeps for a socket, so not even a farewell goes out.
async fn lost_guest(network: &Network, address: &Multiaddr) -> Stranger {
    let mut guest = Stranger::new(60);
    assert!(guest.reach(address, "transactions").await);
    assert_eq!(network.handle.connected_peers(), [name_of(60)]);
    for number in 0..128 {
        let batch = vec![number; yaosu_network::BATCH_BYTES_MAX];
        eventually("it is sent", || network.handle.publish_transactions(batch.clone()).is_ok()).await;
    }
    guest
}

/// Goal: a peer whose machine went down with its connections open is served again as soon as it comes back, while this
/// node still holds the old connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_lost_its_connections_comes_back() {
    let (network, address) = bare_network(vec![name_of(60)]).await;
    let lost = lost_guest(&network, &address).await;
    let mut guest = Stranger::new(60);
    assert!(guest.reach(&address, "status").await, "it hears what this node listens to");
    let before = network.handle.counts().consensus_received;
    assert!(guest.say("status", &status(0, 60, 4)));
    let heard = |_: &mut Stranger| network.handle.counts().consensus_received > before;
    assert!(guest.until(PATIENCE, heard).await, "and is heard");
    drop(lost);
}

/// Goal: a peer that answers nothing is not connected any more after a while, so that it is dialled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_peer_is_given_up() {
    let mut config = NetworkConfig::new(CHAIN, identity(0));
    config.silence = Duration::from_millis(800);
    let (network, address) = listening(config, vec![name_of(60)]).await;
    let mut guest = Stranger::new(60);
    assert!(guest.reach(&address, "status").await);
    let stays = |_: &mut Stranger| network.handle.connected_peers().is_empty();
    assert!(!guest.until(Duration::from_secs(2), stays).await, "one that answers stays");
    drop(guest);
    eventually("the guest is gone", || network.handle.connected_peers().is_empty()).await;
    let lost = lost_guest(&network, &address).await;
    eventually("it is given up", || network.handle.connected_peers().is_empty()).await;
    drop(lost);
}
