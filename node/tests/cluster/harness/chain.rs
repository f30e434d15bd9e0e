//! Whether nodes hold the same chain, and a good one.

use yaosu_api::BlockView;
use yaosu_ledger::validators::ValidatorSet;
use yaosu_ledger::{BlockId, ChainId, Digest, Height};

use super::http::Door;
use super::process::Node;

/// A block of a node.
pub fn block(door: Door, height: Height) -> BlockView {
    door.read(&format!("/v1/blocks/{height}"))
}

/// The blocks of a node up to a height, each checked: its identifier is its hash, it follows the one before, and the
/// certificate is one of this set where there is one.
pub fn checked_chain(door: Door, last: Height, chain: ChainId, validators: Option<&ValidatorSet>) -> Vec<BlockView> {
    let mut parent = BlockId(Digest::ZERO);
    let blocks: Vec<BlockView> = (1..=last.0).map(|height| block(door, Height(height))).collect();
    for (height, block) in (1..).zip(&blocks) {
        let header = &block.header;
        assert_eq!((header.height, header.chain, header.parent), (Height(height), chain, parent), "{block:?}");
        assert_eq!((header.id(), block.certificate.block), (block.id, block.id), "{block:?}");
        if let Some(validators) = validators {
            block.certificate.verify(&chain, validators).unwrap_or_else(|error| panic!("{error}: {block:?}"));
        }
        parent = block.id;
    }
    blocks
}

/// All nodes that run hold the same blocks, up to the lowest height among them. Gives one node's blocks.
pub fn must_agree<'a>(
    nodes: impl IntoIterator<Item = &'a Node>,
    chain: ChainId,
    validators: Option<&ValidatorSet>,
) -> Vec<BlockView> {
    let doors: Vec<Door> = nodes.into_iter().map(|node| node.door).collect();
    let heights = doors.iter().map(|door| door.read::<yaosu_api::HeadView>("/v1/head").height);
    let last = heights.min().expect("there are nodes");
    let mut chains = doors.iter().map(|door| checked_chain(*door, last, chain, validators));
    let first = chains.next().expect("there are nodes");
    for other in chains {
        for (one, other) in first.iter().zip(&other) {
            // The certificate may hold other signatures; the header, with the state root in it, may not differ.
            assert_eq!((one.id, &one.header, &one.transactions), (other.id, &other.header, &other.transactions));
        }
    }
    first
}
