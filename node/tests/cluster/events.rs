//! The stream of events over the life of a node that is killed.

use crate::harness::Network;

/// Goal: a client that takes the stream up again where it left off gets every event once, whatever became of the node in
/// between.
/// Method: the stream is read to its middle, the node is killed and started again, more happens, and the stream is read on
/// from every place it could have been left at: each time the rest is that of the stream which was never left.
#[test]
fn a_stream_goes_on_where_it_was_left() {
    let mut network = Network::start(1);
    let mut alice = network.person("alice");
    for amount in 1..=4 {
        network.nodes[0].door.commit(&alice.pays("bob", amount));
    }
    let before = network.nodes[0].door.events("0.0", 4);
    network.nodes[0].kill();
    network.nodes[0].start();
    network.nodes[0].wait_until_ready();
    for amount in 5..=6 {
        network.nodes[0].door.commit(&alice.pays("bob", amount));
    }
    let whole = network.nodes[0].door.events("0.0", 6);
    assert_eq!(whole.len(), 6);
    assert_eq!(whole[..4], before, "what was told stays as it was told");
    for (place, (position, _)) in whole.iter().enumerate().take(5) {
        let rest = network.nodes[0].door.events(position, 5 - place);
        assert_eq!(rest, whole[place + 1..], "after {position}");
    }
    network.nodes[0].stop();
}
