//! One of four validators dies and comes back.

use yaosu_api::{HeadView, ValidatorView, ValidatorsView};
use yaosu_ledger::{Height, ParticipantId};

use crate::harness::http::Door;
use crate::harness::{Network, Node, chain, until};
use crate::signing;
use crate::strangers::pay_until;

/// The one that dies.
const VICTIM: usize = 3;

/// Goal: one dead validator stops nobody and costs one stall, not one in every four heights; it comes back level, signs
/// again, and keeps its word through the loss of its data and of its signer record.
#[test]
fn one_of_four_dies_and_comes_back() {
    let mut network = Network::start(4);
    pay_until(&mut network, Height(8));
    let operator = network.person("operator-4").id;

    network.nodes[VICTIM].kill();
    let missed = others_go_on_without(&mut network, operator);
    its_turns_are_passed_over(&mut network, operator, missed);
    network.nodes[VICTIM].start();
    comes_back(&mut network, operator);

    signing::keeps_its_word(&mut network, VICTIM, operator);
    network.nodes.iter_mut().for_each(Node::stop);
}

fn record_of(door: Door, operator: ParticipantId) -> ValidatorView {
    let view: ValidatorsView = door.read("/v1/validators");
    view.validators.into_iter().find(|view| view.validator.operator == operator).expect("it is a validator")
}

/// Pays until the missed turn is on record. Gives the height until which the dead one is passed over.
fn others_go_on_without(network: &mut Network, operator: ParticipantId) -> Height {
    let door = network.nodes[0].door;
    let height = network.highest();
    until("the missed turn is on record", || {
        let next = network.highest().next();
        pay_until(network, next);
        record_of(door, operator).passed_over_until
    });
    let record = record_of(door, operator);
    assert!(record.missed_turns >= 1);
    let id = operator.to_string();
    door.event("the missed turn among the events", |line| line.contains("turn-missed") && line.contains(&id));
    let until = record.passed_over_until.expect("it missed a turn");
    assert!(until > height);
    until
}

/// While it is passed over no height waits for it.
fn its_turns_are_passed_over(network: &mut Network, operator: ParticipantId, until: Height) {
    let door = network.nodes[0].door;
    let from = network.highest();
    pay_until(network, Height(until.0 - 1));
    let heights = (from.0 + 1..until.0).map(|height| chain::block(door, Height(height)));
    let rounds: Vec<u32> = heights
        .map(|block| {
            assert_ne!(block.header.proposer, operator, "the dead make no blocks");
            block.certificate.round
        })
        .collect();
    // A busy machine may cost a round; the dead one would cost one in four.
    let late = rounds.iter().filter(|round| **round > 0).count();
    assert!(rounds.len() >= 8 && late * 8 <= rounds.len(), "rounds of the heights from {from}: {rounds:?}");
}

/// It has all that was decided without it, and signs.
fn comes_back(network: &mut Network, operator: ParticipantId) {
    let level = network.highest();
    network.nodes[VICTIM].wait_for_height(level);
    network.nodes[VICTIM].wait_until_ready();
    chain::must_agree(&network.nodes, network.chain, Some(&network.validators()));
    signs_above(network, operator, level);
}

/// Pays until a certificate above a height has the operator's signature. Gives the height.
pub fn signs_above(network: &mut Network, operator: ParticipantId, from: Height) -> Height {
    let mut looked = from;
    until("it signs", || {
        let next = network.highest().next();
        pay_until(network, next);
        let last = network.nodes[0].door.read::<HeadView>("/v1/head").height;
        let found = (looked.0 + 1..=last.0).map(Height).find(|height| signed(network, *height, operator));
        looked = last;
        found
    })
}

/// Whether the certificate of a height has the operator's signature on any node.
pub fn signed(network: &Network, height: Height, operator: ParticipantId) -> bool {
    let by = |node: &Node| {
        let block: Option<yaosu_api::BlockView> = node.door.look(&format!("/v1/blocks/{height}"));
        block.is_some_and(|block| block.certificate.signatures.iter().any(|one| one.operator == operator))
    };
    network.nodes.iter().any(by)
}
