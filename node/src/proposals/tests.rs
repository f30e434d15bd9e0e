use yaosu_bft::split;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::validators::{Validator, ValidatorSet};
use yaosu_ledger::{Digest, ParticipantId};

use super::*;

const CHAIN: ChainId = ChainId(Digest([1; 32]));
const NAMES: [&str; 4] = ["a", "b", "c", "d"];

fn operator(index: usize) -> ParticipantId {
    ParticipantId::of_genesis(NAMES[index])
}

fn key(index: usize) -> SigningKey {
    SigningKey::from_seed([u8::try_from(index).expect("few validators"); 32])
}

/// Validator `r` proposes in round `r`.
fn electorate(height: u64) -> Electorate {
    let validators = (0..4).map(|index| Validator { operator: operator(index), key: key(index).public(), power: 1 });
    let set = ValidatorSet::new(validators.collect()).expect("different validators");
    Electorate::new(Height(height), set, &(0..4).map(operator).collect::<Vec<_>>()).expect("each has a turn")
}

fn block(name: u8) -> BlockId {
    BlockId(Digest([name; 32]))
}

fn proposals(recovered: Vec<(BlockId, Offer)>) -> Proposals {
    Proposals::new(CHAIN, electorate(1), recovered)
}

/// A whole stream of one validator; what is complete by it.
fn stream(proposals: &mut Proposals, validator: usize, height: u64, round: u32, name: u8) -> Option<Assembled> {
    let peer = PeerId::from_bytes(&[0, 1, 5]).expect("a short identity is a peer's name");
    let position = (Height(height), round, None);
    let bytes = Bytes::from_static(b"a block");
    let parts = split(position, operator(validator), block(name), &bytes, &CHAIN, &key(validator));
    parts.into_iter().find_map(|part| proposals.receive(0, peer, part))
}

fn names(values: &[Proposed]) -> Vec<(Round, BlockId)> {
    values.iter().map(|value| (value.round, value.value.0)).collect()
}

/// Goal: after a restart each block is told once, under the round in which it came, and not under those to come.
#[test]
fn recovered_blocks_are_told_once_under_their_own_rounds() {
    let recovered =
        vec![(block(1), Offer::in_round(0)), (block(2), Offer::in_round(0)), (block(3), Offer::in_round(2))];
    let mut proposals = proposals(recovered);
    let told = proposals.begin_round(Height(1), 0);
    assert_eq!(names(&told), [(Round::new(0), block(1)), (Round::new(0), block(2)), (Round::new(2), block(3))]);
    assert_eq!(told[2].proposer, Address(operator(2)));
    for round in 1..8 {
        assert_eq!(names(&proposals.begin_round(Height(1), round)), [], "round {round}");
    }
}

/// Goal: what the engine was told when it came is not told again in later rounds.
#[test]
fn a_block_is_told_when_it_comes_and_not_again() {
    let mut proposals = proposals(Vec::new());
    proposals.begin_round(Height(1), 0);
    let assembled = stream(&mut proposals, 0, 1, 0, 7).expect("complete");
    let told = proposals.judged(&assembled.init, true).expect("at once");
    assert_eq!((told.round, told.value.0), (Round::new(0), block(7)));
    assert_eq!(names(&proposals.begin_round(Height(1), 1)), []);
}

/// Goal: a block that comes before its height is judged and told when that begins, if its proposer has the turn; many of
/// one validator take the place of nobody else's.
#[test]
fn early_blocks_wait_for_their_height() {
    let mut proposals = proposals(Vec::new());
    proposals.begin_round(Height(1), 0);
    assert!(stream(&mut proposals, 0, 2, 0, 9).is_none(), "the honest proposer's");
    for name in 10..30 {
        assert!(stream(&mut proposals, 1, 2, u32::from(name % 2), name).is_none());
    }
    let due = proposals.advance(electorate(2));
    let due: Vec<_> = due.iter().map(|assembled| (assembled.init.proposer, assembled.init.round)).collect();
    assert!(due.contains(&(operator(0), 0)), "nobody pushed it out");
    assert!(!due.contains(&(operator(1), 0)), "round 0 is not its turn");
    assert!(due.len() <= 3, "{due:?}");
}

/// Goal: in the pause before a height only those whose turn it is are heard, and the engine hears of it when it begins.
#[test]
fn the_pause_between_heights_is_no_door() {
    let mut proposals = proposals(Vec::new());
    proposals.begin_round(Height(1), 0);
    proposals.advance(electorate(2));
    assert!(stream(&mut proposals, 1, 2, 0, 9).is_none(), "not its turn");
    let assembled = stream(&mut proposals, 0, 2, 0, 7).expect("its turn");
    assert!(proposals.judged(&assembled.init, true).is_none(), "not yet");
    assert_eq!(names(&proposals.begin_round(Height(2), 0)), [(Round::new(0), block(7))]);
    assert_eq!(names(&proposals.begin_round(Height(2), 1)), []);
}

/// Goal: the parts of a block that came early are kept when its height begins, and those of the decided height are not.
#[test]
fn parts_of_early_blocks_outlast_the_decision() {
    let mut proposals = proposals(Vec::new());
    proposals.begin_round(Height(1), 0);
    let here = stream(&mut proposals, 0, 1, 0, 7).expect("complete");
    proposals.keep_received(&here.init, here.signature, &here.bytes);
    stream(&mut proposals, 0, 2, 0, 9);
    for early in proposals.advance(electorate(2)) {
        proposals.keep_received(&early.init, early.signature, &early.bytes);
    }
    assert!(proposals.kept(block(7)).is_none());
    assert_eq!(proposals.kept(block(9)).map(Vec::len), Some(2));
}

/// Goal: a validator that streams block after block does not push out what others streamed, which a quorum may prefer.
#[test]
fn what_is_kept_of_one_proposer_pushes_out_nobody_else() {
    let mut proposals = proposals(Vec::new());
    proposals.begin_round(Height(1), 0);
    let honest = stream(&mut proposals, 0, 1, 0, 7).expect("complete");
    proposals.keep_received(&honest.init, honest.signature, &honest.bytes);
    let rounds = [1, 5, 9];
    for round in rounds {
        for name in 10..20 {
            let Some(other) = stream(&mut proposals, 1, 1, round, name) else { continue };
            proposals.keep_received(&other.init, other.signature, &other.bytes);
        }
    }
    assert!(proposals.kept(block(7)).is_some(), "nobody pushed it out");
    let kept: Vec<u32> = proposals.kept.keys().map(|(round, _)| *round).collect();
    assert_eq!(kept, [0, 9, 9], "the latest of the other one");
}
