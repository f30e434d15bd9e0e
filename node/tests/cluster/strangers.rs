//! Who may be connected.

use std::fs;

use yaosu_api::NodeStatus;
use yaosu_ledger::model::{Measure, Node as Machine};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{Height, ParticipantId};

use crate::governance;
use crate::harness::network::{document, found, make_keys};
use crate::harness::people::text;
use crate::harness::{Command, Network, Node, chain, until};

/// Goal: a node that the ledger has not admitted gets no block and disturbs nobody; once admitted it follows and serves
/// reads; one of another chain gets nothing even under an admitted key.
/// Method: the very same process is seen without a block before its admission and with all of them after it, so that it
/// was the gate that kept it out. One validator has it among its configured peers, which must not open the gate.
pub fn get_no_block(network: &mut Network) {
    let (mut observer, keys) = network.outsider("observer", &["--observer"]);
    configure_a_friend(network, &observer);
    network.configure(&observer, &["[log]", "filter = \"info,libp2p_swarm=debug\""]);
    observer.start();
    let key = keys.network.parse().expect("a key");
    wait_until_turned_away(network, &mut observer, &key);
    must_be_counted(network);
    let before = network.highest();
    pay_until(network, Height(before.0 + 5));
    must_be_outside(network, &mut observer);

    let operator = ParticipantId::of_genesis("operator-1");
    governance::enact(network, Measure::AdmitNode { key, node: Machine { operator, name: text("observer") } });
    let level = network.highest();
    observer.wait_for_height(level);
    observer.wait_until_ready();
    let status = observer.status();
    assert_eq!((status.operator, status.signing), (None, false), "an observer signs nothing");
    let nodes = network.nodes.iter().chain([&observer]);
    chain::must_agree(nodes, network.chain, None);
    let alice = network.person("alice");
    assert_eq!(alice.balance(observer.door), alice.balance(network.nodes[0].door), "reads are served");
    // What it is given as an observer it passes on.
    let mut alice = alice;
    alice.looks_up_number(network.nodes[0].door);
    observer.door.commit(&alice.pays("bob", 1));
    observer.stop();

    of_another_chain_get_nothing(network, &observer);
    governance::enact(network, Measure::DismissNode { key });
    observer.start();
    wait_until_turned_away(network, &mut observer, &key);
    let kept = observer.height();
    let before = network.highest();
    pay_until(network, Height(before.0 + 3));
    assert_eq!(observer.height(), kept, "what is dismissed gets nothing more");
    observer.stop();
}

/// Restarts a validator with one more peer in its configuration.
fn configure_a_friend(network: &mut Network, observer: &Node) {
    let validator = &mut network.nodes[1];
    validator.stop();
    let path = validator.home.join("config.toml");
    let text = fs::read_to_string(&path).expect("the configuration is there");
    let with_friend = text.replacen("peers = [", &format!("peers = [{:?}, ", observer.address()), 1);
    assert_ne!(with_friend, text);
    fs::write(&path, with_friend).expect("the configuration is written");
    validator.start();
    validator.wait_until_ready();
}

/// A node with the network key of an admitted one, but of another chain.
fn of_another_chain_get_nothing(network: &mut Network, admitted: &Node) {
    let folder = network.folder.path().join("other-chain");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let keys = make_keys(&folder.join("keys"), &[]);
    let genesis = found(&document("another", &[keys]), &folder);
    let home = folder.join("node");
    fs::create_dir_all(home.join("keys")).expect("a folder can be made");
    fs::copy(admitted.home.join("keys/network.pem"), home.join("keys/network.pem")).expect("the key can be copied");
    Command::new(&["init", "--observer", "--json", "--genesis"]).path(&genesis).home(&home).json();
    let mut node = Node::new(home, admitted.door, admitted.network_port, admitted.peer.clone());
    network.configure(&node, &[]);
    node.start();
    until("the door is open", || node.door.look::<NodeStatus>("/v1/status"));
    let before = network.highest();
    pay_until(network, Height(before.0 + 5));
    assert_eq!(node.height(), Height::GENESIS, "nothing of this chain is a block there");
    must_be_undisturbed(network);
    node.stop();
}

/// Waits until every validator has closed the connection that a node has made to it, and both sides have said why and
/// what to do.
fn wait_until_turned_away(network: &Network, node: &mut Node, key: &PublicKey) {
    let way_in = format!("`yaosu proposal create node-admit {key} --operator WHO --name TEXT`");
    let says = |log: &str, peer: &str, what: &str| {
        log.lines().any(|line| [" WARN ", peer, what, &way_in].iter().all(|part| line.contains(part)))
    };
    until("the door is open", || node.door.look::<NodeStatus>("/v1/status"));
    for validator in &network.nodes {
        until("the connection is closed", || {
            assert!(node.is_running(), "{}", node.log_of_run());
            let log = node.log_of_run();
            let closed = log.lines().any(|line| line.contains("Connection closed") && line.contains(&validator.peer));
            closed.then_some(())
        });
        until("both sides say why", || {
            let inside = says(&validator.log_of_run(), &node.peer, "peer refused: not admitted");
            let outside = says(&node.log_of_run(), &validator.peer, "this node is not admitted, or of another chain");
            (inside && outside).then_some(())
        });
    }
}

/// Every validator's figures say that it refused somebody, that it signed and withheld nothing, and that consensus is safe.
fn must_be_counted(network: &Network) {
    for node in &network.nodes {
        until("the figures are there", || {
            let text = node.door.get("/metrics").expect("the node is there").text();
            let figure = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
                line.unwrap_or_else(|| panic!("no figure {name} in\n{text}")).parse::<u64>().expect("a number")
            };
            assert_eq!(figure("malachitebft_core_consensus_node_safety_failure{moniker=\"yaosu\"}"), 0);
            assert_eq!((figure("yaosu_signer_withheld_total"), figure("yaosu_signing")), (0, 1));
            let counted =
                figure("yaosu_network_connections_refused_total") > 0 && figure("yaosu_signer_signed_total") > 0;
            counted.then_some(())
        });
    }
}

fn must_be_outside(network: &Network, outsider: &mut Node) {
    assert!(outsider.is_running(), "{}", outsider.log_of_run());
    assert_eq!(outsider.height(), Height::GENESIS, "no block leaves the network");
    let ready = outsider.door.get("/readyz").expect("the node is there");
    assert_eq!(ready.status, 503, "a node without peers is not ready");
    must_be_undisturbed(network);
    for node in &network.nodes {
        assert!(node.status().peers.iter().all(|peer| peer.peer != outsider.peer), "{:?}", node.status());
    }
}

/// Every validator is connected to all others.
fn must_be_undisturbed(network: &Network) {
    for node in &network.nodes {
        until("all validators are connected", || {
            let status = node.status();
            let connected = status.peers.iter().filter(|peer| peer.connected).count();
            (connected >= network.nodes.len() - 1).then_some(())
        });
    }
}

/// Payments, until some node has this height.
pub fn pay_until(network: &mut Network, height: Height) {
    let mut payer = network.person("dave");
    payer.looks_up_number(network.nodes[0].door);
    while network.highest() < height {
        network.nodes[0].door.commit(&payer.pays("alice", 1));
    }
}
