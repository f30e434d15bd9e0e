//! Proposed and synced blocks: what may be voted for, and what must stop the node.

use yaosu_ledger::block::{Block, transactions_root};
use yaosu_ledger::offer::Offer;
use yaosu_ledger::{ChainId, Digest, Height, Timestamp};
use yaosu_replica::{Input, Limits, Recovered, Replica};

use crate::common::*;

/// How far a proposal may be ahead of the node's clock.
const DRIFT_MS: u64 = 10_000;

/// An honest block of another operator, whose turn it is not, with a transaction that this node has not seen.
fn honest() -> Block {
    assert_ne!(start().turns()[0], id_of("east"));
    block_on(&start(), "east", START_MS + 5, &[pay(ALICE, (0, 0), 1)])
}

/// What a node thinks of a block: empty if it may be voted for, else words of the reason.
fn verdict(said: &[Said]) -> String {
    match said.last() {
        Some(Said::Valid(_)) => String::new(),
        Some(Said::Invalid(_, why)) => why.clone(),
        other => panic!("a block is judged, not {other:?}"),
    }
}

/// What a proposer changes.
type Lie = fn(&mut Block);

/// Goal: whatever a proposer lies about, nobody votes for it, and it is not written.
/// Method: one honest block, one field changed a row, with words that the reason must have.
#[test]
fn no_lie_of_a_proposer_is_voted_for() {
    #[rustfmt::skip]
    let rows: &[(&str, Lie, &str)] = &[
        ("version",            |block| block.header.version += 1,                             "version"),
        ("chain",              |block| block.header.chain = ChainId(Digest([7; 32])),         "chain"),
        ("height before",      |block| block.header.height = Height(0),                       "height"),
        ("parent",             |block| block.header.parent.0 = Digest([7; 32]),               "parent"),
        ("time of the parent", |block| block.header.time = Timestamp(START_MS),               "not above"),
        ("time before",        |block| block.header.time = Timestamp(START_MS - 1),           "not above"),
        ("proposer, a trader", |block| block.header.proposer = id_of(ALICE),                  "not a validator"),
        ("proposer, nobody",   |block| block.header.proposer.0 = Digest([7; 32]),             "not a validator"),
        ("proposer, whose turn it is", |block| block.header.proposer = start().turns()[0],     "root"),
        ("this very node",     |block| block.header.proposer = id_of("north"),                "did not make"),
        ("transactions root",  |block| block.header.transactions_root = Digest([7; 32]),      "transactions_root"),
        ("events root",        |block| block.header.events_root = Digest([7; 32]),            "events_root"),
        ("state root",         |block| block.header.state_root = Digest([7; 32]),             "state_root"),
        ("next validators",    |block| block.header.next_validators = Digest([7; 32]),        "next_validators"),
        ("a transaction more", |block| block.transactions.push(pay(BOB, (0, 0), 1)),          "transactions_root"),
        ("a transaction less", |block| block.transactions.clear(),                            "transactions_root"),
        ("one twice",          |block| block.transactions.push(pay(ALICE, (0, 0), 1)),        "R10"),
        ("an impossible one",  |block| block.transactions.push(pay(BOB, (0, 0), BALANCE * 3)), "R204"),
    ];
    for (case, lie, words) in rows {
        let mut node = Node::new("north");
        let mut block = honest();
        lie(&mut block);
        let said = node.proposed(&block);
        assert_eq!(said.len(), 1, "{case}: nothing is written");
        assert!(verdict(&said).contains(words), "{case}: {}", verdict(&said));
        assert!(node.replica.undecided_block(block.id()).is_none(), "{case}");
        if *case != "this very node" {
            assert_eq!(node.synced(&block).len(), 1, "{case}: nor by sync");
        }
        assert_eq!(node.proposed(&honest()).len(), 2, "{case}: the honest block is still good");
    }
}

/// Goal: a bad signature inside a block is found, if the mempool has not checked this very transaction before.
#[test]
fn a_bad_signature_inside_a_block_is_found() {
    let good = pay(ALICE, (0, 0), 1);
    let bad = forged(&good);
    assert_eq!(good.id(), bad.id());
    let block = block_on(&start(), "east", START_MS + 5, &[bad]);
    for knows_the_good_one in [false, true] {
        let mut node = Node::new("north");
        if knows_the_good_one {
            node.takes_from_peer(&good);
        }
        let said = node.proposed(&block);
        assert!(verdict(&said).contains("signature"), "{}", verdict(&said));
        assert!(verdict(&node.synced(&block)).contains("signature"));
    }
}

/// Goal: the clock bounds proposals from above, to the millisecond, and synced blocks not at all.
#[test]
fn time_may_be_ahead_by_the_drift_and_no_more() {
    for (time_ms, words) in [(START_MS + DRIFT_MS, ""), (START_MS + DRIFT_MS + 1, "ahead of this node's clock")] {
        let mut node = Node::new("north");
        node.now_ms = START_MS;
        let block = block_on(&start(), "east", time_ms, &[]);
        let why = verdict(&node.proposed(&block));
        assert!(why.contains(words) && why.is_empty() == words.is_empty(), "{time_ms}: {why}");
        assert_eq!(verdict(&node.synced(&block)), "", "{time_ms}: a quorum decided it");
    }
}

/// Goal: a node whose clock is behind the chain still makes blocks above it.
#[test]
fn a_slow_clock_makes_blocks_above_the_parent() {
    let mut node = Node::new("north");
    node.now_ms = 5;
    let block = node.offer();
    assert_eq!(block.header.time, Timestamp(START_MS + 1));
    assert_eq!(verdict(&Node::new("east").proposed(&block)), "");
}

/// Goal: a proposer's undecided blocks of a height are bounded, without a place taken from another proposer's; and what
/// a quorum has decided elsewhere is taken all the same.
#[test]
fn undecided_blocks_are_bounded() {
    let mut node = Node::new("north");
    let blocks: Vec<Block> = (0..3).map(|number| made_by("east", number)).collect();
    for block in &blocks[..2] {
        assert_eq!(verdict(&node.proposed(block)), "");
    }
    assert!(verdict(&node.proposed(&blocks[2])).contains("as many"));
    assert_eq!(verdict(&node.proposed(&blocks[0])), "", "those that are there stay good");
    assert_eq!(verdict(&node.proposed(&made_by("south", 0))), "", "another proposer has room of its own");
    assert_eq!(verdict(&node.synced(&blocks[2])), "");
    node.decided(&blocks[2]);
    assert_eq!(node.replica.undecided().count(), 0, "a decision ends them all");
}

fn made_by(proposer: &str, number: u64) -> Block {
    block_on(&start(), proposer, START_MS + 1 + number, &[])
}

/// Goal: a proposer that offers blocks in another's name takes up its own room, one block a round, and not the other's.
#[test]
fn nobody_takes_up_the_room_of_another() {
    let mut node = Node::new("north");
    assert_eq!(verdict(&node.proposed_by("west", 1, &made_by("east", 0))), "");
    assert!(verdict(&node.proposed_by("west", 1, &made_by("east", 1))).contains("as many"), "one a round");
    assert_eq!(verdict(&node.proposed_by("west", 5, &made_by("east", 2))), "", "another round");
    assert_eq!(verdict(&node.proposed_by("east", 0, &made_by("east", 3))), "", "the real one");
    assert_eq!(verdict(&node.proposed_by("west", 5, &made_by("west", 0))), "", "its own is counted apart");
}

/// Goal: a block that a quorum prefers is taken from whoever offers it again, however many its maker has made.
#[test]
fn what_is_offered_again_is_not_kept_out_by_its_maker() {
    let mut node = Node::new("north");
    for number in 0..2 {
        node.proposed(&made_by("east", number));
    }
    let preferred = made_by("east", 2);
    assert!(verdict(&node.proposed(&preferred)).contains("as many"));
    assert_eq!(verdict(&node.proposed_by("south", 1, &preferred)), "");
}

/// Goal: the limits hold across a restart: what was recovered counts for the proposer of the round it came in.
#[test]
fn recovered_blocks_take_up_the_same_room() {
    let round = start().turns().iter().position(|turn| *turn == id_of("east")).expect("each has a turn");
    let round = u32::try_from(round).expect("few turns");
    let proposed = (0..2)
        .map(|number| (made_by("east", number), Offer::in_round(round + 4 * u32::try_from(number).expect("small"))))
        .collect();
    let recovered = Recovered { tip: start(), proposed };
    let replica = Replica::recover(recovered, Some(id_of("north")), Limits::default()).expect("they are good");
    let mut node = Node { replica, ..Node::new("north") };
    assert!(verdict(&node.proposed(&made_by("east", 2))).contains("as many"));
    assert_eq!(verdict(&node.proposed(&made_by("south", 2))), "");
}

/// Goal: this node makes one block a height, whatever the round, the clock, what came in since, and whoever speaks in
/// its name.
#[test]
fn one_block_of_ones_own_a_height() {
    let mut node = Node::new("north");
    let block = node.offer();
    node.now_ms += 5_000;
    node.takes(&pay(ALICE, (0, 0), 1));
    for number in 0..8 {
        let in_my_name = block_on(&start(), "north", START_MS + 40 + number, &[]);
        assert!(verdict(&node.proposed(&in_my_name)).contains("did not make"));
    }
    assert_eq!(node.proposed(&honest()).len(), 2, "others' blocks are no hindrance");
    let height = node.next_height();
    let now_ms = node.now_ms;
    let again = node.step(Input::ValueRequested { height, round: 4, now_ms });
    assert!(matches!(&again[..], [yaosu_replica::Effect::Offer(offered)] if *offered == block), "nothing is written");
    node.decided(&block);
    let next = node.offer();
    assert_eq!((next.header.height, next.transactions.len()), (Height(2), 1));
}

/// Goal: a block of a height that is over is answered, not judged by the wrong state.
#[test]
fn heights_that_are_over_are_refused() {
    let mut node = Node::new("north");
    node.turn();
    for said in [node.proposed(&honest()), node.synced(&honest())] {
        assert!(verdict(&said).contains("the next is 2"));
    }
    let later = block_on(&Node::new("east").replica.tip().clone(), "east", START_MS + 9, &[]);
    let mut later = later;
    later.header.height = Height(9);
    assert!(verdict(&node.synced(&later)).contains("the next is 2"), "sync goes height by height");
    assert!(verdict(&node.proposed(&later)).contains("the next is 2"), "who puts parts together waits for the height");
}

/// Goal: an observer follows the chain without ever making a block.
#[test]
fn an_observer_follows() {
    let recovered = Recovered { tip: start(), proposed: Vec::new() };
    let mut observer = Replica::recover(recovered, None, Limits::default()).expect("nothing was proposed");
    let mut effects = Vec::new();
    let block = honest();
    observer.step(Input::BlockSynced { block: block.clone(), round: 0 }, &mut effects);
    observer.step(Input::Decided { certificate: certificate(&block), now_ms: START_MS }, &mut effects);
    assert_eq!(observer.tip().height, Height(1));
}

/// Goal: going on after a decision that this node can't carry out would be worse than stopping.
#[test]
#[should_panic(expected = "only blocks that were offered or called valid are decided")]
fn a_decided_block_that_was_never_seen_stops_the_node() {
    Node::new("north").decided(&honest());
}

#[test]
#[should_panic(expected = "only blocks that were offered or called valid are decided")]
fn a_decided_block_that_was_called_invalid_stops_the_node() {
    let mut node = Node::new("north");
    let mut block = honest();
    block.header.state_root = Digest::ZERO;
    node.proposed(&block);
    node.decided(&block);
}

#[test]
#[should_panic(expected = "heights are decided one by one")]
fn a_height_that_is_decided_twice_stops_the_node() {
    let mut node = Node::new("north");
    let (block, _) = node.turn();
    node.decided(&block);
}

#[test]
#[should_panic(expected = "consensus asks for the next height")]
fn a_request_for_another_height_stops_the_node() {
    let mut node = Node::new("north");
    let now_ms = node.now_ms;
    node.step(Input::ValueRequested { height: Height(2), round: 0, now_ms });
}

/// Goal: deadlines make a block wanted even when nobody sends anything.
#[test]
fn a_deadline_wants_a_block() {
    use yaosu_ledger::model::{Measure, RulePack};
    let mut node = Node::new("north");
    let pack = RulePack { number: 2, ..genesis().rule_pack };
    let propose = yaosu_ledger::transaction::Action::Propose { measure: Measure::SetRulePack { pack } };
    node.takes(&signed("north", (0, 0), None, propose));
    node.turn();
    let due = node.replica.next_due().expect("a proposal has a deadline");
    assert!(!node.replica.wants_block(due.0 - 1));
    assert!(node.replica.wants_block(due.0));
    node.now_ms = due.0;
    node.turn();
    assert_eq!(node.replica.next_due(), None);
}

/// Goal: the root in a header is that of the transactions, whatever order they were given in.
#[test]
fn the_order_of_transactions_counts() {
    let (first, second) = (pay(ALICE, (0, 0), 1), pay(BOB, (0, 0), 1));
    let mut block = block_on(&start(), "east", START_MS + 5, &[first, second]);
    block.transactions.swap(0, 1);
    let mut node = Node::new("north");
    assert!(verdict(&node.proposed(&block)).contains("transactions_root"));
    block.header.transactions_root = transactions_root(&block.transactions);
    assert!(verdict(&node.proposed(&block)).contains("events_root"));
}
