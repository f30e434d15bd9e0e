//! A validator that lost its data, or its memory of what it signed.

use std::fs;

use yaosu_ledger::{Height, ParticipantId};

use crate::harness::{Network, chain};
use crate::one_dies::{signed, signs_above};
use crate::strangers::pay_until;

/// Heights between where the chain is and where the validator may sign again.
const MARGIN: u64 = 6;

/// Goal: an emptied store is not taken for a new node; it is fetched again on request. A lost signer record stops the
/// validator until a person says above which height it can't have signed; below that it signs nothing.
pub fn keeps_its_word(network: &mut Network, node: usize, operator: ParticipantId) {
    comes_back_without_its_data(network, node, operator);
    signs_nothing_without_its_record(network, node, operator);
}

fn comes_back_without_its_data(network: &mut Network, index: usize, operator: ParticipantId) {
    let node = &mut network.nodes[index];
    node.stop();
    // An emptied folder, and none at all.
    for leave_folder in [true, false] {
        fs::remove_dir_all(node.home.join("data")).expect("the data can be removed");
        if leave_folder {
            fs::create_dir(node.home.join("data")).expect("a folder can be made");
        }
        node.start_in_vain(&[]).must_say(9, &["holds no store", "--rejoin"]);
        // The engine's log belongs to the store that is lost: what it says of blocks must not be believed.
        fs::write(node.home.join("consensus.wal"), "of a life before").expect("the log can be written");
        if leave_folder {
            node.start_with(&["--rejoin"]);
            node.wait_until_ready();
            node.stop();
        }
    }
    node.start_with(&["--rejoin"]);
    let level = network.highest();
    network.nodes[index].wait_for_height(level);
    network.nodes[index].wait_until_ready();
    chain::must_agree(&network.nodes, network.chain, Some(&network.validators()));
    signs_above(network, operator, level);
}

fn signs_nothing_without_its_record(network: &mut Network, index: usize, operator: ParticipantId) {
    let node = &mut network.nodes[index];
    node.stop();
    let record = node.home.join("signer.record");
    let kept = node.home.join("kept.record");
    fs::rename(&record, &kept).expect("the record can be moved");
    let home = node.home.display().to_string();
    let command = format!("yaosu-node start --home {home} --sign-above ");
    node.start_in_vain(&[]).must_say(9, &["signer.record", &command]);
    // Nor when the data is gone as well.
    node.start_in_vain(&["--rejoin"]).must_say(9, &["signer.record", &command]);
    // Nor with a record that is damaged in both places.
    fs::write(&record, vec![1; 8192]).expect("the record can be written");
    node.start_in_vain(&[]).must_say(9, &["damaged", &command]);
    fs::remove_file(&record).expect("the record can be removed");

    let from = network.highest();
    let floor = Height(from.0 + MARGIN);
    network.nodes[index].start_with(&["--sign-above", &floor.to_string()]);
    network.nodes[index].wait_until_ready();
    pay_until(network, floor);
    for height in from.0 + 1..=floor.0 {
        assert!(!signed(network, Height(height), operator), "signed height {height}, up to {floor} it must not");
    }
    let height = signs_above(network, operator, floor);
    assert!(height > floor);
    // The record is there now: the same command would forget it.
    let node = &mut network.nodes[index];
    node.stop();
    node.start_in_vain(&["--sign-above", &floor.to_string()]).must_say(9, &["signer.record"]);
    node.start();
    node.wait_until_ready();
}
