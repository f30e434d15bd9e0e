//! A market of four validators in which nobody dies.

use yaosu_api::SupplyView;

use crate::harness::network::{MONEY, TRADERS};
use crate::harness::{Network, chain};
use crate::{clients, deals, governance, strangers};

/// Goal: four validators carry out what clients ask, refuse what they must, keep strangers out, take observers in, and
/// change their own number; every node has the same chain at the end.
/// Method: one network, one check after another, since each leaves it as good as it found it.
#[test]
fn a_market_lives() {
    let mut network = Network::start(4);
    transfers_are_carried_out(&mut network);
    clients::are_refused_what_breaks_the_rules(&network);
    clients::get_the_same_answer_to_the_same_bytes(&network);
    clients::meet_limits_of_size(&network);
    deals::are_made(&mut network);
    strangers::get_no_block(&mut network);
    governance::changes_who_decides(&mut network);
    network.wait_until_level();
    chain::must_agree(&network.nodes, network.chain, None);
    network.nodes.iter_mut().for_each(crate::harness::Node::stop);
}

/// Each trader pays the next one through another node; everybody sees the same money and the same blocks.
fn transfers_are_carried_out(network: &mut Network) {
    const ROUNDS: u64 = 5;
    for round in 0..ROUNDS {
        for (place, trader) in TRADERS.iter().enumerate() {
            let mut person = network.person(trader);
            person.sequence = round;
            let to = TRADERS[(place + 1) % TRADERS.len()];
            // Unequal amounts, so that a lost or doubled one shows.
            let amount = 100 * (u64::try_from(place).expect("a small number") + 1);
            network.nodes[place].door.commit(&person.pays(to, amount));
        }
    }
    network.wait_until_level();
    let blocks = chain::must_agree(&network.nodes, network.chain, Some(&network.validators()));
    let transactions: usize = blocks.iter().map(|block| block.transaction_count).sum();
    assert_eq!(transactions, 4 * 5, "every transaction stands in the chain once");
    for node in &network.nodes {
        let balances = TRADERS.map(|trader| network.person(trader).balance(node.door));
        let change = 100 * ROUNDS;
        assert_eq!(balances, [MONEY + 3 * change, MONEY - change, MONEY - change, MONEY - change]);
        let money: SupplyView = node.door.read("/v1/money");
        assert_eq!(money.supply.issued, money.available, "nothing is made or lost");
        assert_eq!((money.available.0, money.held.0), (4 * MONEY, 0));
    }
}
