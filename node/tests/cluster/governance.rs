//! What operators decide together.

use yaosu_api::evidence::verify;
use yaosu_api::{Fate, ValidatorsView};
use yaosu_ledger::model::Measure;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{Height, ProposalId, TransactionId};

use crate::harness::http::Door;
use crate::harness::{Network, chain, until};

/// Proposes a measure and has it approved by enough operators; returns when it is carried out.
pub fn enact(network: &Network, measure: Measure) {
    let door = network.nodes[0].door;
    let mut proposer = network.person("operator-1");
    proposer.looks_up_number(door);
    let proposal = proposer.asks(Action::Propose { measure });
    door.commit(&proposal);
    let id = ProposalId::created_by(proposal.id());
    for operator in ["operator-2", "operator-3"] {
        let mut operator = network.person(operator);
        operator.looks_up_number(door);
        door.commit(&operator.asks(Action::Approve { proposal: id }));
    }
    until("the measure is carried out", || {
        let view: serde_json::Value = door.read(&format!("/v1/proposals/{id}"));
        let status = view["status"].as_str().expect("a proposal has a status").to_owned();
        assert!(["open", "approved", "enacted"].contains(&status.as_str()), "{view}");
        (status == "enacted").then_some(())
    });
}

fn deciding(door: Door) -> Vec<Validator> {
    let view: ValidatorsView = door.read("/v1/validators");
    view.validators.into_iter().map(|view| view.validator).collect()
}

/// Goal: a validator leaves and comes back by decision of the operators; the chain goes on, blocks are signed by who
/// decides at their height, and receipts verify from genesis across both changes.
pub fn changes_who_decides(network: &mut Network) {
    let door = network.nodes[0].door;
    let all = network.validators().validators().to_vec();
    let gone = network.person("operator-4").id;
    let three: Vec<Validator> = all.iter().filter(|validator| validator.operator != gone).cloned().collect();

    let before = committed_payment(network, 0);
    enact(network, Measure::SetValidators { validators: three.clone() });
    assert_eq!(deciding(door), three);
    let among_three = committed_payment(network, 1);
    follows_without_a_vote(network);
    // The first heights after a change may still be decided by a node that was told late; this one is not.
    let level = network.wait_until_level();
    let last = chain::block(door, level);
    assert!(last.certificate.signatures.iter().all(|signature| signature.operator != gone), "{last:?}");

    enact(network, Measure::SetValidators { validators: all.clone() });
    assert_eq!(deciding(door), all);
    let among_four = committed_payment(network, 2);
    let from = network.wait_until_level();
    until("the validator that came back signs", || {
        committed_payment(network, 3);
        let height = door.read::<yaosu_api::HeadView>("/v1/head").height;
        (from.0 + 1..=height.0).find(|height| {
            let certificate = chain::block(door, Height(*height)).certificate;
            certificate.signatures.iter().any(|signature| signature.operator == gone)
        })
    });

    network.wait_until_level();
    for (transaction, handovers) in [(before, 0), (among_three, 1), (among_four, 2)] {
        for node in &network.nodes {
            receipt_verifies(network, node.door, transaction, handovers);
        }
    }
}

/// The last validator has lost its place: it signs nothing more, has every block, and serves reads and submissions like an
/// observer.
fn follows_without_a_vote(network: &mut Network) {
    until("it has stopped signing", || (!network.nodes[3].status().signing).then_some(()));
    let payments: Vec<TransactionId> = (0..3).map(|_| committed_payment(network, 3)).collect();
    let level = network.highest();
    network.nodes[3].wait_for_height(level);
    network.nodes[3].wait_until_ready();
    chain::must_agree(&network.nodes, network.chain, None);
    let (first, last) = (network.nodes[0].door, network.nodes[3].door);
    for payment in payments {
        let path = format!("/v1/transactions/{payment}");
        let views = [first, last].map(|door| door.read::<serde_json::Value>(&path));
        assert_eq!(views[0], views[1], "{payment}");
    }
}

/// A payment through one of the nodes.
fn committed_payment(network: &Network, node: usize) -> TransactionId {
    let door = network.nodes[node].door;
    let mut payer = network.person("carol");
    payer.looks_up_number(network.nodes[0].door);
    let payment = payer.pays("dave", 1);
    let submission = door.commit(&payment);
    assert!(matches!(submission.fate, Fate::Committed { .. }), "{submission:?}");
    // The next number is asked of the first node.
    let Fate::Committed { height, .. } = submission.fate else { return submission.id };
    until("the first node has the block", || {
        let head: yaosu_api::HeadView = network.nodes[0].door.read("/v1/head");
        (head.height >= height).then_some(())
    });
    submission.id
}

/// A receipt proves its transaction from genesis alone, and no altered one proves anything.
fn receipt_verifies(network: &Network, door: Door, transaction: TransactionId, handovers: usize) {
    let answer = door.get(&format!("/v1/transactions/{transaction}/receipt")).expect("the node is there");
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (_, verification) = verify(&answer.body, &network.checkpoint());
    let verified = verification.verified.unwrap_or_else(|| panic!("{transaction}: {:?}", verification.checks.last()));
    assert_eq!((verified.transaction, verified.handovers), (Some(transaction), handovers));
    for place in (0..answer.body.len()).step_by(answer.body.len() / 16) {
        let mut altered = answer.body.clone();
        altered[place] ^= 1;
        let (_, verification) = verify(&altered, &network.checkpoint());
        assert_eq!(verification.verified, None, "byte {place} altered");
    }
}
