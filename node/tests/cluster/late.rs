//! A node that is started when the others have been at it for a while, and nothing happens any more.

use std::fs;

use yaosu_ledger::Height;

use crate::harness::{Network, Node, chain};
use crate::strangers::pay_until;

/// So long that a height which waits for it shows.
const HEARTBEAT_MS: u64 = 20_000;

/// Blocks before the node is started. Waiting for the votes of the others, a few each heartbeat, would take far longer than
/// anything may.
const BEHIND: Height = Height(150);

/// Goal: a node that is started late is level at once though nobody sends anything: what block sync proves is reason
/// enough to begin a height.
#[test]
fn a_late_node_catches_up_on_an_idle_chain() {
    let mut network = Network::make(4);
    for node in &network.nodes {
        let path = node.home.join("config.toml");
        let text = fs::read_to_string(&path).expect("the configuration is there");
        let slow = text.replace("heartbeat_ms = 1000", &format!("heartbeat_ms = {HEARTBEAT_MS}"));
        assert_ne!(slow, text);
        fs::write(&path, slow).expect("the configuration is written");
    }
    let (late, others) = network.nodes.split_last_mut().expect("four nodes");
    others.iter_mut().for_each(Node::start);
    others.iter_mut().for_each(Node::wait_until_ready);
    assert!(!late.is_running());
    pay_until(&mut network, BEHIND);

    let level = network.highest();
    let late = network.nodes.last_mut().expect("four nodes");
    late.start();
    late.wait_for_height(level);
    late.wait_until_ready();
    chain::must_agree(&network.nodes, network.chain, Some(&network.validators()));
    network.nodes.iter_mut().for_each(Node::stop);
}
