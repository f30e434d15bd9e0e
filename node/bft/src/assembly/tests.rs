use yaosu_ledger::BlockId;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::validators::{Validator, ValidatorSet};

use super::*;
use yaosu_ledger::offer::Authorship;

use crate::part::{PART_BYTES, message, split, split_again};

const CHAIN: ChainId = ChainId(Digest([1; 32]));
const NAMES: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

fn operator(index: usize) -> ParticipantId {
    ParticipantId::of_genesis(NAMES[index])
}

fn key(index: usize) -> SigningKey {
    SigningKey::from_seed([u8::try_from(index).expect("few validators"); 32])
}

/// Validator `r` proposes in round `r`.
fn electorate(height: u64) -> Electorate {
    let validators =
        (0..NAMES.len()).map(|index| Validator { operator: operator(index), key: key(index).public(), power: 1 });
    let set = ValidatorSet::new(validators.collect()).expect("different validators");
    let turns: Vec<_> = (0..NAMES.len()).map(operator).collect();
    Electorate::new(Height(height), set, &turns).expect("each has a turn")
}

fn assembly() -> Assembly {
    Assembly::new(CHAIN, electorate(10))
}

fn content(length: usize) -> Bytes {
    (0..length).map(|place| u8::try_from(place % 251).expect("below 251")).collect()
}

fn stream_of(validator: usize, height: u64, round: u32, bytes: &Bytes) -> Vec<StreamMessage<ProposalPart>> {
    let block = BlockId(Digest([9; 32]));
    split((Height(height), round, None), operator(validator), block, bytes, &CHAIN, &key(validator))
}

fn init_of(parts: &[StreamMessage<ProposalPart>]) -> (Init, Signature) {
    match &parts[0].content {
        StreamContent::Data(ProposalPart::Init { init, signature }) => (init.clone(), *signature),
        other => panic!("not a first part: {other:?}"),
    }
}

/// Begins a stream of one validator, on a height ahead so that every round is its own.
fn open(assembly: &mut Assembly, validator: usize, round: u32, length: usize) -> Result<Received, AssemblyError> {
    let parts = stream_of(validator, 11, round, &content(length));
    assembly.receive(0, parts[0].clone())
}

/// Goal: a block comes out as it went in, whatever the order of its data and however often parts come.
#[test]
fn parts_make_the_block_again() {
    for length in [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES, BLOCK_BYTES_MAX] {
        let bytes = content(length);
        let parts = stream_of(0, 10, 0, &bytes);
        assert_eq!(parts.len(), 1 + length.div_ceil(PART_BYTES));
        let mut assembly = assembly();
        assert_eq!(assembly.receive(0, parts[0].clone()), Ok(Received::Opened));
        assert_eq!(assembly.receive(0, parts[0].clone()), Ok(Received::Duplicate));
        for part in parts[2..].iter().rev() {
            assert_eq!(assembly.receive(0, part.clone()), Ok(Received::Kept));
            assert_eq!(assembly.receive(0, part.clone()), Ok(Received::Duplicate));
        }
        let Ok(Received::Finished(assembled)) = assembly.receive(0, parts[1].clone()) else {
            panic!("{length} bytes are complete")
        };
        assert_eq!(assembled.bytes, bytes);
        assert_eq!((assembled.init, assembled.signature), init_of(&parts));
        for part in &parts {
            assert_eq!(assembly.receive(0, part.clone()), Ok(Received::Duplicate), "after the end");
        }
    }
}

/// Goal: a first part is kept only if the right validator signed exactly it, at a height near by.
#[test]
fn a_first_part_needs_authority() {
    let bytes = content(10);
    let parts = |validator, height, round| stream_of(validator, height, round, &bytes)[0].clone();
    let changed = |change: &dyn Fn(&mut Init, &mut Signature)| {
        let (mut init, mut signature) = init_of(&stream_of(0, 10, 0, &bytes));
        change(&mut init, &mut signature);
        message(init.stream(), 0, ProposalPart::Init { init, signature })
    };
    let stranger = ParticipantId::of_genesis("stranger");
    let height = |found| AssemblyError::Height { current: Height(10), found: Height(found) };
    let misnamed = {
        let (init, signature) = init_of(&stream_of(0, 10, 0, &bytes));
        message(Digest([3; 32]), 0, ProposalPart::Init { init, signature })
    };
    let displaced = {
        let mut part = parts(0, 10, 0);
        part.sequence = 1;
        part
    };
    #[rustfmt::skip]
    let rows = [
        ("the proposer",                    parts(0, 10, 0),  Ok(Received::Opened)),
        ("the proposer of a later round",   parts(1, 10, 1),  Ok(Received::Opened)),
        ("the last round ahead",            parts(10, 10, 10), Ok(Received::Opened)),
        ("too many rounds ahead",           parts(11, 10, 11), Err(AssemblyError::Round { current: 0, found: 11 })),
        ("another validator",               parts(1, 10, 0),  Err(AssemblyError::NotProposer(operator(1)))),
        ("any validator, a height ahead",   parts(1, 11, 0),  Ok(Received::Opened)),
        ("the last height ahead",           parts(0, 12, 0),  Ok(Received::Opened)),
        ("too far ahead",                   parts(0, 13, 0),  Err(height(13))),
        ("decided before",                  parts(0, 9, 0),   Err(height(9))),
        ("a stranger", changed(&|init, _| init.proposer = stranger), Err(AssemblyError::NotProposer(stranger))),
        ("another signature",    changed(&|_, signature| signature.0[0] ^= 1),      Err(AssemblyError::Signature)),
        ("signed something else", changed(&|init, _| init.block = BlockId(Digest::ZERO)), Err(AssemblyError::Signature)),
        ("preferred in its own round", changed(&|init, _| init.valid_round = Some(0)), Err(AssemblyError::Malformed)),
        ("no bytes",    changed(&|init, _| { init.bytes = 0; init.parts.clear(); }), Err(AssemblyError::Malformed)),
        ("a part more", changed(&|init, _| init.parts.push(Digest::ZERO)),          Err(AssemblyError::Malformed)),
        ("under another name",              misnamed,         Err(AssemblyError::Malformed)),
        ("not the first",                   displaced,        Err(AssemblyError::Sequence)),
    ];
    for (case, part, answer) in rows {
        assert_eq!(assembly().receive(0, part), answer, "{case}");
    }
}

/// Goal: a block of the greatest length is taken, one byte more is not.
#[test]
fn the_length_of_a_block_is_limited() {
    for (length, good) in [(BLOCK_BYTES_MAX, true), (BLOCK_BYTES_MAX + 1, false)] {
        let init = Init {
            height: Height(10),
            round: 0,
            valid_round: None,
            proposer: operator(0),
            authorship: None,
            block: BlockId(Digest::ZERO),
            bytes: u32::try_from(length).expect("a few megabytes"),
            parts: vec![Digest::ZERO; length.div_ceil(PART_BYTES)],
        };
        assert_eq!(init.is_well_formed(), good, "{length} bytes");
    }
}

/// Goal: a data part counts only with the bytes and at the place that the first part says.
#[test]
fn a_data_part_must_be_the_one_announced() {
    let bytes = content(PART_BYTES + 10);
    let parts = stream_of(0, 10, 0, &bytes);
    let stream = init_of(&parts).0.stream();
    let data = |index: u32, bytes: Bytes| message(stream, u64::from(index) + 1, ProposalPart::Data { index, bytes });
    let mut flipped = bytes[PART_BYTES..].to_vec();
    flipped[0] ^= 1;
    let displaced = message(stream, 1, ProposalPart::Data { index: 1, bytes: bytes.slice(PART_BYTES..) });
    #[rustfmt::skip]
    let rows = [
        ("as announced",  data(1, bytes.slice(PART_BYTES..)),     Ok(Received::Kept)),
        ("other bytes",   data(1, Bytes::from(flipped)),          Err(AssemblyError::Foreign)),
        ("one byte less", data(1, bytes.slice(PART_BYTES + 1..)), Err(AssemblyError::Foreign)),
        ("another place", data(0, bytes.slice(PART_BYTES..)),     Err(AssemblyError::Foreign)),
        ("no such place", data(2, bytes.slice(PART_BYTES..)),     Err(AssemblyError::Foreign)),
        ("sequence lies", displaced,                              Err(AssemblyError::Sequence)),
    ];
    for (case, part, answer) in rows {
        let mut assembly = assembly();
        assert_eq!(
            assembly.receive(0, part.clone()),
            match answer {
                Err(AssemblyError::Sequence) => Err(AssemblyError::Sequence),
                _ => Err(AssemblyError::UnknownStream),
            },
            "{case}, before the stream began"
        );
        assembly.receive(0, parts[0].clone()).expect("the first part is good");
        assert_eq!(assembly.receive(0, part), answer, "{case}");
    }
}

/// Goal: a proposer has a limited number of streams, and stale ones make way for later ones, never the other way round.
#[test]
fn a_proposer_has_a_limited_number_of_streams() {
    let mut assembly = assembly();
    let limit = u32::try_from(STREAMS_PER_PROPOSER_MAX).expect("a few streams");
    for round in 1..=limit {
        assert_eq!(open(&mut assembly, 0, round, 10), Ok(Received::Opened), "round {round}");
    }
    assert_eq!(open(&mut assembly, 0, 0, 10), Err(AssemblyError::ProposerFull), "an earlier round");
    assert_eq!(open(&mut assembly, 1, 0, 10), Ok(Received::Opened), "another proposer");
    assert_eq!(open(&mut assembly, 0, limit + 1, 10), Ok(Received::Opened), "a later round");
    let first = stream_of(0, 11, 1, &content(10));
    assert_eq!(assembly.receive(0, first[1].clone()), Err(AssemblyError::UnknownStream), "made way");
}

/// Goal: the bytes of a proposer are limited, and those of a complete block count no longer; a later round takes the place
/// of as many earlier ones as it needs.
#[test]
fn the_bytes_of_a_proposer_are_limited() {
    let mut assembly = assembly();
    let half = BLOCK_BYTES_MAX / 2;
    for round in 1..=2 {
        assert_eq!(open(&mut assembly, 0, round, BLOCK_BYTES_MAX), Ok(Received::Opened));
    }
    assert_eq!(open(&mut assembly, 0, 0, 1), Err(AssemblyError::ProposerFull), "an earlier round");
    let complete = stream_of(0, 11, 2, &content(BLOCK_BYTES_MAX));
    for part in &complete[1..] {
        assembly.receive(0, part.clone()).expect("announced");
    }
    assert_eq!(open(&mut assembly, 0, 0, half), Ok(Received::Opened), "a complete block has made room");
    assert_eq!(open(&mut assembly, 0, 3, BLOCK_BYTES_MAX), Ok(Received::Opened), "a later round");
    let rounds: Vec<u32> = assembly.streams.values().map(|stream| stream.init.round).collect();
    assert!(!rounds.contains(&0) && [1, 2, 3].iter().all(|round| rounds.contains(round)), "one made way: {rounds:?}");
}

/// Goal: no validator can keep another out, with many streams or large ones, whoever delivers them.
/// Method: eleven of twelve validators take all that they can.
#[test]
fn each_proposer_has_room_of_its_own() {
    for length in [10, BLOCK_BYTES_MAX] {
        let mut assembly = assembly();
        for validator in 1..NAMES.len() {
            for round in 0..10 {
                open(&mut assembly, validator, round, length).expect("a later round makes room");
            }
        }
        let held: usize = assembly.streams.values().map(Stream::held_bytes).sum();
        assert!(held <= (NAMES.len() - 1) * BYTES_PER_PROPOSER_MAX);
        assert!(assembly.streams.len() <= (NAMES.len() - 1) * STREAMS_PER_PROPOSER_MAX);
        assert_eq!(open(&mut assembly, 0, 0, BLOCK_BYTES_MAX), Ok(Received::Opened), "streams of {length} bytes");
    }
}

/// Goal: a stream may be as old as the limit and no older; it makes room when it goes.
#[test]
fn unfinished_streams_expire() {
    let parts = stream_of(0, 10, 0, &content(10));
    for (age, answer) in [(STREAM_AGE_MS_MAX, true), (STREAM_AGE_MS_MAX + 1, false)] {
        let mut assembly = assembly();
        assembly.receive(5, parts[0].clone()).expect("the first part is good");
        let found = assembly.receive(5 + age, parts[1].clone());
        assert_eq!(matches!(found, Ok(Received::Finished(_))), answer, "{age} ms");
    }
}

/// Goal: a height that is decided takes its streams with it; those of later heights stay.
#[test]
fn decided_heights_are_forgotten() {
    let mut assembly = assembly();
    let here = stream_of(0, 10, 0, &content(10));
    let ahead = stream_of(1, 11, 1, &content(10));
    assembly.receive(0, here[0].clone()).expect("good");
    assembly.receive(0, ahead[0].clone()).expect("good");
    assembly.advance(electorate(11));
    assert_eq!(assembly.receive(0, here[1].clone()), Err(AssemblyError::UnknownStream));
    assert!(matches!(assembly.receive(0, ahead[1].clone()), Ok(Received::Finished(_))));
}

/// Goal: somebody else's block is taken only with that one's signature, and from a round before.
#[test]
fn a_block_offered_again_shows_its_maker() {
    let bytes = content(10);
    let block = BlockId(Digest([9; 32]));
    let (_, signature) = init_of(&stream_of(0, 10, 0, &bytes));
    let made = Authorship { round: 0, valid_round: None, signature };
    let forged = Authorship { signature: Signature([1; 64]), ..made };
    let again = |round: u32, valid_round, authorship| {
        let validator = usize::try_from(round).expect("small");
        let position = (Height(10), round, valid_round);
        split_again(position, authorship, operator(validator), block, &bytes, &CHAIN, &key(validator))
    };
    #[rustfmt::skip]
    let rows = [
        ("with the signature",     again(3, Some(1), made),                           Ok(Received::Opened)),
        ("with a forged one",      again(3, Some(1), forged),                         Err(AssemblyError::Authorship)),
        ("of another round",       again(3, Some(1), Authorship { round: 1, ..made }), Err(AssemblyError::Authorship)),
        ("preferred by nobody",    again(3, None, made),                              Err(AssemblyError::Malformed)),
        ("preferred later",        again(3, Some(3), made),                           Err(AssemblyError::Malformed)),
        ("preferred before made",  again(3, Some(0), Authorship { round: 1, ..made }), Err(AssemblyError::Malformed)),
        ("its own, as another's",  again(0, Some(0), made),                           Err(AssemblyError::Malformed)),
    ];
    for (case, parts, answer) in rows {
        assert_eq!(assembly().receive(0, parts[0].clone()), answer, "{case}");
    }
    let mut assembly = assembly();
    let mut parts = again(3, Some(1), made).into_iter().map(|part| assembly.receive(0, part));
    let Some(Ok(Received::Finished(assembled))) = parts.by_ref().last() else { panic!("it is complete") };
    assert_eq!((assembled.maker, assembled.init.proposer), (operator(0), operator(3)));
}
