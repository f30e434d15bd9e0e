//! What clients are told when they ask for what can't be.

use yaosu_api::{LaneView, Submission, SupplyView};
use yaosu_ledger::transaction::{Approval, Envelope, TRANSACTION_BYTES_MAX};
use yaosu_ledger::{ChainId, Digest};

use crate::harness::network::TRADERS;
use crate::harness::people::{key_of, pay};
use crate::harness::{Network, http::Door};

/// All that a refused transaction could have changed.
fn world(network: &Network, door: Door) -> Vec<String> {
    let supply: SupplyView = door.read("/v1/money");
    let mut world = vec![format!("{supply:?}")];
    for trader in TRADERS {
        let lane: LaneView = door.read(&format!("/v1/participants/{trader}/lanes/0"));
        world.push(format!("{trader} {} {lane:?}", network.person(trader).balance(door)));
    }
    world
}

/// Goal: each rule has its number on the wire, and what breaks a rule changes nothing.
/// Method: a table of transactions that each break one rule; the world before and after.
pub fn are_refused_what_breaks_the_rules(network: &Network) {
    let door = network.nodes[1].door;
    let mut alice = network.person("alice");
    alice.looks_up_number(door);
    let next = alice.sequence;
    let balance = alice.balance(door);
    let stranger = Envelope::new(alice.body(next, pay("bob", 1)).sign(&[&key_of("nobody")]));
    let forged = {
        let mut transaction = alice.signed(next, pay("bob", 1)).transaction().clone();
        let other = alice.body(next, pay("bob", 2));
        transaction.approvals = vec![Approval::sign(&alice.key, &network.chain, other.id())];
        Envelope::new(transaction)
    };
    let elsewhere = {
        let mut body = alice.body(next, pay("bob", 1));
        body.chain = ChainId(Digest::ZERO);
        Envelope::new(body.sign(&[&alice.key]))
    };
    let cases = [
        ("another's key", 7, stranger),
        ("a signature over something else", 6, forged),
        ("another chain", 1, elsewhere),
        ("a used number", 10, alice.signed(next - 1, pay("bob", 1))),
        ("a number ahead", 11, alice.signed(next + 1, pay("bob", 1))),
        ("a number far ahead", 11, alice.signed(u64::MAX, pay("bob", 1))),
        ("more money than there is", 204, alice.signed(next, pay("bob", balance + 1))),
        ("the most money that can be written", 204, alice.signed(next, pay("bob", u64::MAX))),
        ("no money", 201, alice.signed(next, pay("bob", 0))),
        ("to nobody", 203, alice.signed(next, pay("nobody", 1))),
    ];
    let before = world(network, door);
    for (case, number, transaction) in cases {
        let answer = door.submit(&transaction).expect("the node is there");
        let problem = answer.problem();
        assert_eq!((problem.status, problem.number), (422, Some(number)), "{case}: {problem:?}");
        assert!(problem.hint.is_some_and(|hint| !hint.is_empty()), "{case}: what to do about it");
        assert_eq!(world(network, door), before, "{case}");
    }
    // And the number is still good for what keeps the rules.
    door.commit(&alice.pays("bob", 1));
}

/// Goal: a client that did not hear the answer may send the same bytes again, to any node, at any time.
pub fn get_the_same_answer_to_the_same_bytes(network: &Network) {
    // The node that has answered the last payment: the others may have it a little later.
    let door = network.nodes[1].door;
    let mut bob = network.person("bob");
    bob.looks_up_number(door);
    let payment = bob.pays("carol", 7);
    let before = bob.balance(door);
    let first: Submission = door.commit(&payment);
    for node in &network.nodes {
        crate::harness::until("the node has the block", || {
            let again = node.door.submit(&payment).ok().filter(|answer| answer.status == 200)?;
            assert_eq!(again.json::<Submission>(), first);
            Some(())
        });
        assert_eq!(bob.balance(node.door), before - 7, "paid once");
    }
}

/// Goal: bytes that are no transaction are refused as such, and a body over the limit before it is looked at.
pub fn meet_limits_of_size(network: &Network) {
    let door = network.nodes[2].door;
    let before = world(network, door);
    let mut cut = network.person("alice").pays("bob", 1).bytes().to_vec();
    cut.pop();
    let mut trailing = network.person("alice").pays("bob", 1).bytes().to_vec();
    trailing.push(0);
    let cases = [
        ("nothing", Vec::new(), 400),
        ("garbage", vec![0xff; 100], 400),
        ("a transaction cut short", cut, 400),
        ("a transaction with a byte more", trailing, 400),
        ("at the limit", vec![0; TRANSACTION_BYTES_MAX], 400),
        ("over the limit by one", vec![0; TRANSACTION_BYTES_MAX + 1], 413),
        ("far over the limit", vec![0; 8 * 1024 * 1024], 413),
    ];
    for (case, body, status) in cases {
        let answer = door.post("", &body).unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(answer.problem().status, status, "{case}");
    }
    assert_eq!(world(network, door), before);
}
