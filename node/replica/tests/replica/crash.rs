//! Power cuts: effects are carried out in their order, so that a crash is a cut in their list.

use yaosu_ledger::block::Block;
use yaosu_ledger::execution::Tip;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::{BlockId, Height};
use yaosu_replica::{Effect, Input, Limits, Origin, Recovered, Replica};

use crate::common::*;

/// What is durable: the decided end of the chain, and blocks that were proposed since.
#[derive(Clone)]
struct Disk {
    tip: Tip,
    proposed: Vec<(Block, Offer)>,
}

impl Disk {
    fn new() -> Self {
        Self { tip: start(), proposed: Vec::new() }
    }

    fn write(&mut self, effect: &Effect) {
        match effect {
            Effect::PersistProposed(block, offer) => self.proposed.push((block.clone(), *offer)),
            Effect::PersistDecided(decision) => {
                let header = &decision.block.header;
                let state = self.tip.state.with(&decision.changes);
                assert_eq!(state.root(), header.state_root, "the changes are those of the block");
                let Tip { chain, .. } = self.tip;
                self.tip = Tip { chain, height: header.height, block: decision.block.id(), time: header.time, state };
                self.proposed.retain(|(block, _)| block.header.height > header.height);
            }
            _ => {}
        }
    }

    fn recover(&self) -> Replica {
        let recovered = Recovered { tip: self.tip.clone(), proposed: self.proposed.clone() };
        Replica::recover(recovered, Some(id_of("north")), Limits::default()).expect("what was written is sound")
    }
}

/// What others rely on.
#[derive(Default)]
struct Promises {
    /// The last height that peers and clients were told of.
    acknowledged: Height,
    /// Blocks that were offered to consensus.
    offered: Vec<Block>,
    /// Blocks that consensus may have voted for.
    valid: Vec<(Height, BlockId)>,
}

impl Promises {
    fn hear(&mut self, effect: &Effect) {
        match effect {
            Effect::Offer(block) => self.offered.push(block.clone()),
            Effect::Judge { block, height, verdict: Ok(()) } => self.valid.push((*height, *block)),
            Effect::Acknowledge(height) => self.acknowledged = *height,
            _ => {}
        }
    }
}

/// Four heights of a node: its own blocks and those of others decided, some of several rounds, one by sync, one early.
fn life() -> (Vec<Effect>, Vec<Block>) {
    let mut north = Node::new("north");
    let mut east = Node::new("east");
    let mut effects = Vec::new();
    let mut decided = Vec::new();
    let mut feed = |node: &mut Node, input: Input| {
        let offered = node.step(input);
        let last = offered.iter().rev().find_map(|effect| match effect {
            Effect::Offer(block) => Some(block.clone()),
            _ => None,
        });
        effects.extend(offered);
        last
    };
    for height in 1..=4_u64 {
        north.now_ms += 10;
        east.now_ms += 13;
        let now_ms = north.now_ms;
        for (lane, origin) in [(0, Origin::Client), (1, Origin::Peer)] {
            let envelope = pay(ALICE, (lane, height - 1), height);
            east.takes_from_peer(&envelope);
            feed(&mut north, Input::Transaction { transaction: authentic(&envelope), origin, now_ms });
        }
        let theirs = east.offer();
        if height != 3 {
            feed(&mut north, proposal(&theirs, now_ms));
        }
        let mut wrong = theirs.clone();
        wrong.header.state_root = yaosu_ledger::Digest::ZERO;
        feed(&mut north, proposal(&wrong, now_ms));
        let mine =
            feed(&mut north, Input::ValueRequested { height: Height(height), round: 0, now_ms }).expect("a block");
        feed(&mut north, Input::ValueRequested { height: Height(height), round: 1, now_ms: now_ms + 5 });
        let chosen = if height % 2 == 0 { mine } else { theirs };
        if height == 3 {
            feed(&mut north, Input::BlockSynced { block: chosen.clone(), round: 1 });
        }
        east.follow(&chosen);
        if height == 3 {
            // A block of the fourth height comes before this node has heard the end of the third.
            feed(&mut north, proposal(&east.offer(), now_ms));
        }
        feed(&mut north, Input::Decided { certificate: certificate(&chosen), now_ms });
        decided.push(chosen);
    }
    (effects, decided)
}

/// Goal: no power cut makes the node forget what others rely on: heights that it acknowledged, blocks that it offered,
/// verdicts that it gave.
/// Method: not sampled but exhaustive, one run for each place the list of effects can be cut. Each run then goes on to
/// the end of the life, so that nothing of what was recovered stands in the way.
#[test]
fn a_crash_anywhere_keeps_every_promise() {
    let (effects, decided) = life();
    assert!(effects.len() > 30, "a life of {} effects shows little", effects.len());
    for cut in 0..=effects.len() {
        let mut disk = Disk::new();
        let mut promises = Promises::default();
        for effect in &effects[..cut] {
            disk.write(effect);
            promises.hear(effect);
        }
        let mut replica = disk.recover();
        let height = replica.tip().height;
        assert!(promises.acknowledged <= height, "cut {cut}: {} was acknowledged", promises.acknowledged);
        let last = height.0.checked_sub(1).and_then(|index| decided.get(usize::try_from(index).expect("small")));
        assert_eq!(
            replica.tip().block,
            last.map_or(start().block, Block::id),
            "cut {cut}: the chain is that of the life"
        );

        let next = height.next();
        for (_, id) in promises.valid.iter().filter(|(of, _)| *of == next) {
            assert!(replica.undecided_block(*id).is_some(), "cut {cut}: a verdict on {id} is forgotten");
        }
        for block in promises.offered.iter().filter(|block| block.header.height == next) {
            let mut again = Vec::new();
            replica.step(Input::ValueRequested { height: next, round: 3, now_ms: START_MS + 10_000 }, &mut again);
            assert!(
                matches!(&again[..], [Effect::Offer(offered)] if offered == block),
                "cut {cut}: another block than before is offered"
            );
        }
        for block in decided.iter().filter(|block| block.header.height > height) {
            let mut ignored = Vec::new();
            replica.step(Input::BlockSynced { block: block.clone(), round: 0 }, &mut ignored);
            let certificate = certificate(block);
            replica.step(Input::Decided { certificate, now_ms: START_MS + 10_000 }, &mut ignored);
        }
        let end = decided.last().expect("the life has blocks");
        assert_eq!(replica.tip().state.root(), end.header.state_root, "cut {cut}: the end is the same");
    }
}

/// Goal: within the effects of one input a promise never stands before what makes it durable.
#[test]
fn writing_comes_before_promising() {
    let (effects, _) = life();
    let mut written = Vec::new();
    let mut held = Height::GENESIS;
    for effect in &effects {
        match effect {
            Effect::PersistProposed(block, _) => written.push(block.id()),
            Effect::PersistDecided(decision) => held = decision.block.header.height,
            Effect::Offer(block) => assert!(written.contains(&block.id())),
            Effect::Judge { block, verdict: Ok(()), .. } => assert!(written.contains(block)),
            Effect::Acknowledge(height) => assert_eq!(*height, held),
            _ => {}
        }
    }
}

/// Goal: a store whose proposed block does not follow from its tip is refused, not worked with.
#[test]
fn a_damaged_proposal_is_refused() {
    let mut block = block_on(&start(), "north", START_MS + 1, &[]);
    block.header.state_root = yaosu_ledger::Digest::ZERO;
    let recovered = Recovered { tip: start(), proposed: vec![(block, Offer::in_round(0))] };
    assert!(Replica::recover(recovered, Some(id_of("north")), Limits::default()).is_err());
}

/// Goal: blocks of heights that are over do not hinder: their removal need not be durable with the decision.
#[test]
fn proposals_of_the_past_are_left_out() {
    let mut north = Node::new("north");
    let (block, _) = north.turn();
    let other = block_on(&start(), "east", START_MS + 2, &[]);
    let recovered = Recovered {
        tip: north.replica.tip().clone(),
        proposed: [block, other].map(|block| (block, Offer::in_round(0))).to_vec(),
    };
    let replica = Replica::recover(recovered, Some(id_of("north")), Limits::default()).expect("they are old");
    assert_eq!(replica.undecided().count(), 0);
}
