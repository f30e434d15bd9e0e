//! Two replicas: what one makes the other takes, and then they know the same.

use yaosu_ledger::block::Block;

use crate::common::*;

/// Goal: honest nodes agree: a block that one makes is valid for another, and both have the same state after it.
/// Method: two nodes that hear of different transactions take turns for six heights.
#[test]
fn what_one_builds_the_other_accepts() {
    let mut nodes = [Node::new("north"), Node::new("east")];
    for turn in 0..6 {
        let maker = usize::try_from(turn % 2).expect("0 or 1");
        nodes[maker].takes(&pay(ALICE, (u32::try_from(turn).expect("small"), 0), 10 + turn));
        nodes[1 - maker].takes_from_peer(&pay(BOB, (0, turn), 1));
        nodes[maker].takes_from_peer(&pay(BOB, (0, turn), 1));
        let [north, east] = &mut nodes;
        let (maker, other) = if maker == 0 { (north, east) } else { (east, north) };
        maker.now_ms += 1;
        other.now_ms += 1;
        let block = maker.offer();
        assert_eq!(block.transactions.len(), 2);
        assert_eq!(other.proposed(&block), [Said::PersistProposed(block.id()), Said::Valid(block.id())]);
        maker.decided(&block);
        other.decided(&block);
        assert_eq!(maker.root(), other.root());
        assert_eq!(maker.replica.tip().block, other.replica.tip().block);
        assert_eq!((maker.waiting(), other.waiting()), (0, 0));
    }
    assert_ne!(nodes[0].root(), start().state.root(), "something happened");
}

/// Goal: a block that comes again, in whatever way, gets the same answer and is written once.
#[test]
fn the_same_block_twice_is_fine() {
    let (mut north, mut east) = (Node::new("north"), Node::new("east"));
    east.takes(&pay(ALICE, (0, 0), 10));
    let block = east.offer();
    let id = block.id();
    assert_eq!(north.proposed(&block), [Said::PersistProposed(id), Said::Valid(id)]);
    assert_eq!(north.proposed(&block), [Said::Valid(id)]);
    assert_eq!(north.synced(&block), [Said::Valid(id)]);
    assert_eq!(east.proposed(&block), [Said::Valid(id)], "one's own comes back");
    assert_eq!(north.decided(&block), [Said::PersistDecided(id), Said::Acknowledge(1)]);
    assert!(matches!(&north.proposed(&block)[..], [Said::Invalid(..)]), "its height is over");
}

/// Goal: a block survives its encoding: who gets it in bytes executes the same.
#[test]
fn a_block_in_bytes_is_the_same_block() {
    let mut north = Node::new("north");
    north.takes(&pay(ALICE, (0, 0), 10));
    let block = north.offer();
    let again = Block::decode(&block.encode()).expect("a block decodes");
    assert_eq!(again, block);
    assert_eq!(Node::new("east").proposed(&again).len(), 2);
}
