//! Parts in and out of order, of the wrong bytes, and too many.

use bytes::Bytes;
use yaosu_bft::ledger::signature::SigningKey;
use yaosu_bft::ledger::{BlockId, ChainId, Height};
use yaosu_bft::{PART_BYTES, split};

use super::*;

const CHAIN: ChainId = ChainId(Digest([1; 32]));

fn parts(round: u32, bytes: &Bytes) -> Vec<StreamMessage<ProposalPart>> {
    let operator = ParticipantId::of_genesis("operator");
    let key = SigningKey::from_seed([2; 32]);
    split((Height(1), round, None), operator, BlockId(Digest([4; 32])), bytes, &CHAIN, &key)
}

fn first(message: &StreamMessage<ProposalPart>) -> &Init {
    use arc_malachitebft_engine::util::streaming::StreamContent;
    let StreamContent::Data(ProposalPart::Init { init, .. }) = &message.content else { panic!("the first part") };
    init
}

/// Whether a part is one of a stream that has begun.
fn is_part(streams: &Streams, message: &StreamMessage<ProposalPart>, index: u32, bytes: &[u8]) -> Option<bool> {
    streams.first_of(message).map(|init| Streams::is_part(init, message, index, bytes))
}

fn early(peer: PeerId, number: u32, message: &StreamMessage<ProposalPart>) -> Early {
    Early { peer, id: MessageId::new(&number.to_le_bytes()), message: message.clone() }
}

/// Goal: a part passes only as the one that the first part names, and only once that has come.
#[test]
fn a_part_is_the_one_that_is_named() {
    let bytes = Bytes::from([vec![3; PART_BYTES], vec![4; 10]].concat());
    let (one, two) = (bytes.slice(..PART_BYTES), bytes.slice(PART_BYTES..));
    let messages = parts(0, &bytes);
    let mut streams = Streams::default();
    assert_eq!(is_part(&streams, &messages[1], 0, &one), None, "it has not begun");
    assert!(Streams::is_sound(first(&messages[0]), &messages[0]));
    assert!(!Streams::is_sound(first(&messages[0]), &messages[1]), "it stands first");
    assert!(!Streams::is_sound(first(&parts(1, &bytes)[0]), &messages[0]), "the name is its hash");
    streams.begin(first(&messages[0]), &messages[0]);
    let rows = [
        ("the first", 1, 0, one.clone(), true),
        ("the last", 2, 1, two.clone(), true),
        ("other bytes", 1, 0, Bytes::from(vec![5; PART_BYTES]), false),
        ("too short", 1, 0, two.clone(), false),
        ("in another's place", 2, 1, one.clone(), false),
        ("another number than its place", 1, 1, two, false),
        ("one too many", 2, 2, one, false),
    ];
    for (case, place, index, bytes, expected) in rows {
        assert_eq!(is_part(&streams, &messages[place], index, &bytes), Some(expected), "{case}");
    }
}

/// Goal: parts that came early are given back with their first part; no peer takes another's room, and there is a limit.
#[test]
fn early_parts_wait_within_limits() {
    let bytes = Bytes::from_static(b"block");
    let [honest, flood] = [PeerId::random(), PeerId::random()];
    let wanted = parts(0, &bytes);
    let mut streams = Streams::default();
    assert!(streams.wait(early(honest, 0, &wanted[1])).is_empty());
    for number in 1..1_000 {
        let out = streams.wait(early(flood, number, &parts(number, &bytes)[1]));
        assert!(out.iter().all(|early| early.peer == flood), "it takes its own room");
        assert!(streams.waiting.len() <= WAITING_PER_PEER_MAX + 1);
    }
    let back = streams.begin(first(&wanted[0]), &wanted[0]);
    assert_eq!(back.iter().map(|early| early.peer).collect::<Vec<_>>(), [honest]);
    for number in 0..1_000 {
        streams.wait(early(PeerId::random(), number, &wanted[1]));
        assert!(streams.waiting.len() <= WAITING_MAX);
    }
}

/// Goal: a validator that begins streams without end takes its own room.
#[test]
fn streams_are_bounded_for_each_validator() {
    let bytes = Bytes::from_static(b"block");
    let mut streams = Streams::default();
    let messages: Vec<_> = (0..=u32::try_from(STREAMS_MAX).expect("few")).map(|round| parts(round, &bytes)).collect();
    for message in &messages {
        streams.begin(first(&message[0]), &message[0]);
    }
    assert_eq!(is_part(&streams, &messages[0][1], 0, &bytes), None, "the oldest made room");
    assert!(messages[1..].iter().all(|message| is_part(&streams, &message[1], 0, &bytes) == Some(true)));
}
