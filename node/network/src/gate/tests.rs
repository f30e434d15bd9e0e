//! Messages that are signed, badly signed, too early, too late, by nobody, and again.

use arc_malachitebft_core_types::SignedMessage;
use arc_malachitebft_engine::util::streaming::StreamContent;
use bytes::Bytes;
use yaosu_bft::ledger::codec;
use yaosu_bft::ledger::signature::{Context, SigningKey};
use yaosu_bft::ledger::validators::{Validator, ValidatorSet};
use yaosu_bft::{ProposalPart, split};

use super::*;
use crate::topic::content_digest;

const CHAIN: ChainId = ChainId(Digest([1; 32]));

fn operator(number: u8) -> ParticipantId {
    ParticipantId::of_genesis(&format!("operator-{number}"))
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed([number; 32])
}

/// Who decides a height. Each validator's key has its own number, or another one.
fn electorate(height: u64, keys: &[(u8, u8)]) -> Electorate {
    let validators =
        keys.iter().map(|(number, seed)| Validator { operator: operator(*number), key: key(*seed).public(), power: 1 });
    let set = ValidatorSet::new(validators.collect()).expect("different operators");
    let turns: Vec<ParticipantId> = keys.iter().map(|(number, _)| operator(*number)).collect();
    Electorate::new(Height(height), set, &turns).expect("each has a turn")
}

fn vote(height: u64, round: u32, by: u8, seed: u8) -> SignedVote<YaosuContext> {
    let vote = Vote {
        kind: VoteKind::Prevote,
        height: EngineHeight(Height(height)),
        round: Round::new(round),
        block: NilOrVal::Val(BlockId(Digest([9; 32]))),
        address: Address(operator(by)),
    };
    let payload = codec::encode(&vote.statement().expect("a round"));
    SignedMessage::new(vote, key(seed).sign(Context::Vote, &CHAIN, &payload))
}

fn digest(vote: &SignedVote<YaosuContext>) -> Digest {
    content_digest(&vote.signature.0)
}

/// A peer that has said twice that it has a height.
fn neighbour(tip: u64) -> Neighbour {
    let mut neighbour = Neighbour::new(Instant::now());
    assert!(neighbour.says(Height(tip)));
    assert!(!neighbour.says(Height(tip)), "nothing new");
    neighbour
}

/// A gate at height 5 of the validators 1 to 3; 3 goes with height 6, 4 comes, and 2 has another key.
fn gate() -> Gate {
    let mut gate = Gate::new(CHAIN);
    gate.begin(electorate(5, &[(1, 1), (2, 2), (3, 3)]));
    gate.expect(electorate(6, &[(1, 1), (2, 22), (4, 4)]));
    gate
}

/// Goal: only what a validator of its height has signed is forwarded; what can't be judged is not, and blames nobody.
#[test]
fn only_validators_are_listened_to() {
    use Standing::{Forged, Passing, Signed};
    #[rustfmt::skip]
    let rows = [
        // case                                  height by  key  standing
        ("a validator",                            5,   1,  1,   Signed),
        ("another's key",                          5,   1,  2,   Forged),
        ("nobody that is known",                   5,   9,  9,   Passing),
        ("one that comes with the next height",    5,   4,  4,   Passing),
        ("a height that is over",                  4,   1,  1,   Passing),
        ("forged, of a height that is over",       4,   1,  2,   Passing),
        ("the next height",                        6,   1,  1,   Signed),
        ("one that came with it",                  6,   4,  4,   Signed),
        ("one that went with it",                  6,   3,  3,   Passing),
        ("its new key",                            6,   2,  22,  Signed),
        ("its old key",                            6,   2,  2,   Forged),
        ("far ahead",                              90,  1,  1,   Signed),
        ("far ahead, perhaps with another key",    90,  1,  7,   Passing),
    ];
    let now = Instant::now();
    for (case, height, by, seed, expected) in rows {
        let vote = vote(height, 0, by, seed);
        let mut gate = gate();
        assert_eq!(gate.vote(&vote, digest(&vote), &mut neighbour(5), now), expected, "{case}");
        let seen = if expected == Signed { height.max(5) } else { 5 };
        assert_eq!(*gate.watch().borrow(), Height(seen), "{case}: how far others are");
    }
    let early = vote(5, 0, 1, 1);
    assert_eq!(
        Gate::new(CHAIN).vote(&early, digest(&early), &mut neighbour(5), now),
        Passing,
        "before anything is known"
    );
}

/// Goal: the same message goes on once in a while: gossip takes it for another each time.
#[test]
fn repeated_messages_go_on_once_in_a_while() {
    let mut gate = gate();
    let now = Instant::now();
    let vote = vote(5, 0, 1, 1);
    let mut passes =
        |after_ms: u64| gate.vote(&vote, digest(&vote), &mut neighbour(4), now + Duration::from_millis(after_ms));
    assert_eq!(passes(0), Standing::Signed);
    assert_eq!([1, 500, 999].map(&mut passes), [Standing::Passing; 3]);
    assert_eq!(passes(1_000), Standing::Signed, "whoever missed it has another chance");
}

/// Goal: what one validator signs has a limit, and takes no other validator's voice.
#[test]
fn what_is_signed_is_bounded_for_each_signer() {
    let mut gate = gate();
    let now = Instant::now();
    let limit = Budget { ..SIGNED }.messages_per_second;
    let good = vote(5, 0, 1, 1);
    for round in 0..=limit {
        // A digest of its own each; the same bytes do for all.
        let standing = gate.vote(&good, content_digest(&round.to_le_bytes()), &mut neighbour(4), now);
        assert_eq!(standing, if round < limit { Standing::Signed } else { Standing::Passing }, "vote {round}");
    }
    let other = vote(5, 0, 2, 2);
    assert_eq!(gate.vote(&other, digest(&other), &mut neighbour(4), now), Standing::Signed);
}

/// Goal: who forges in a validator's name uses up what it may cost itself, and neither the validator's voice nor another
/// neighbour's.
#[test]
fn nobody_is_silenced_in_its_own_name() {
    let mut gate = gate();
    let now = Instant::now();
    let mut liar = neighbour(4);
    // Two heights ahead, where a wrong key blames nobody.
    let stray = vote(7, 0, 1, 3);
    for number in 0..2_000_u32 {
        let standing = gate.vote(&stray, content_digest(&number.to_le_bytes()), &mut liar, now);
        assert_eq!(standing, Standing::Passing);
    }
    let real = vote(7, 0, 1, 1);
    assert_eq!(gate.vote(&real, digest(&real), &mut liar, now), Standing::Passing, "it is not checked any more");
    assert_eq!(gate.vote(&real, digest(&real), &mut neighbour(4), now), Standing::Signed);
    let later = now + Duration::from_millis(5);
    let next = vote(7, 1, 1, 1);
    assert_eq!(gate.vote(&next, digest(&next), &mut liar, later), Standing::Signed, "not for ever");
}

/// Goal: who forwards a vote under a key that its height no longer has is to blame only if it must know: if it has said
/// twice that it has the height before.
#[test]
fn a_peer_that_is_behind_is_not_blamed() {
    let retired = vote(6, 0, 2, 2);
    let rows = [
        ("nothing said", Neighbour::new(Instant::now()), Standing::Passing),
        ("behind", neighbour(4), Standing::Passing),
        ("at the height before", neighbour(5), Standing::Forged),
        ("further", neighbour(9), Standing::Forged),
    ];
    for (case, mut from, expected) in rows {
        assert_eq!(gate().vote(&retired, digest(&retired), &mut from, Instant::now()), expected, "{case}");
    }
    let mut moving = neighbour(4);
    assert!(moving.says(Height(5)));
    let standing = gate().vote(&retired, digest(&retired), &mut moving, Instant::now());
    assert_eq!(standing, Standing::Passing, "its status may have overtaken the vote");
}

/// Goal: a certificate that was forwarded a moment ago costs nobody's budget again, whoever's signatures are in it; what
/// is checked has a limit for each neighbour.
#[test]
fn certificates_that_are_replayed_cost_nothing() {
    let now = Instant::now();
    let mut gate = gate();
    let mut honest = neighbour(4);
    let good = skip(0, &[(1, 1), (2, 2)]);
    assert_eq!(gate.round(&good, &mut honest, now), Standing::Signed);
    for _ in 0..1_000 {
        assert_eq!(gate.round(&good, &mut honest, now), Standing::Passing);
        assert_eq!(gate.round(&skip(0, &[(2, 2), (3, 3)]), &mut honest, now), Standing::Passing, "others say the same");
    }
    assert_eq!(
        gate.round(&skip(1, &[(1, 1), (2, 2)]), &mut honest, now),
        Standing::Signed,
        "its budget is still there"
    );
    let mut liar = neighbour(4);
    for _ in 0..1_000 {
        assert_eq!(gate.round(&skip(2, &[(1, 2), (2, 1)]), &mut liar, now), Standing::Passing);
    }
    assert_eq!(gate.round(&skip(2, &[(1, 1), (2, 2)]), &mut liar, now), Standing::Passing, "it has used its own up");
    assert_eq!(gate.round(&skip(2, &[(1, 1), (2, 2)]), &mut honest, now), Standing::Signed);
}

/// A certificate that others are in a round of height 5.
fn skip(round: u32, votes: &[(u8, u8)]) -> RoundCertificate<YaosuContext> {
    let votes = votes.iter().map(|(by, seed)| vote(5, round, *by, *seed)).collect();
    RoundCertificate::new_from_votes(EngineHeight(Height(5)), Round::new(round), RoundCertificateType::Skip, votes)
}

fn first(height: u64, round: u32, by: u8, seed: u8) -> (Init, Signature) {
    let bytes = Bytes::from_static(b"block");
    let position = (Height(height), round, None);
    let parts = split(position, operator(by), BlockId(Digest([4; 32])), &bytes, &CHAIN, &key(seed));
    let StreamContent::Data(ProposalPart::Init { init, signature }) = parts[0].content.clone() else {
        panic!("the first part")
    };
    (init, signature)
}

/// Goal: a stream goes on only if it is the turn of who began it, as far as turns are known, and if its block is of use.
#[test]
fn a_stream_needs_its_turn() {
    use Standing::{Forged, Passing, Signed};
    #[rustfmt::skip]
    let rows = [
        // case                               height round by  key  standing
        ("the first turn",                      5,   0,    1,  1,   Signed),
        ("the second",                          5,   1,    2,  2,   Signed),
        ("all turns are over",                  5,   3,    1,  1,   Signed),
        ("another's turn",                      5,   0,    2,  2,   Passing),
        ("forged",                              5,   0,    1,  2,   Forged),
        ("a turn of the next height",           6,   2,    4,  4,   Signed),
        ("another's at the next height",        6,   2,    1,  1,   Passing),
        ("the last height that is taken",       7,   2,    1,  1,   Signed),
        ("beyond it",                           8,   0,    1,  1,   Passing),
        ("a height that is over",               4,   0,    1,  1,   Passing),
    ];
    for (case, height, round, by, seed, expected) in rows {
        let (init, signature) = first(height, round, by, seed);
        let digest = content_digest(&signature.0);
        let standing = gate().init(&init, &signature, digest, &mut neighbour(5), Instant::now());
        assert_eq!(standing, expected, "{case}");
    }
}

/// Goal: parts of blocks that nobody needs any more do not go on and are not looked at; a wrong one is nobody's but its
/// deliverer's; what one validator streams has a limit, and takes no other's room.
#[test]
fn parts_go_on_within_limits() {
    let now = Instant::now();
    let mut gate = gate();
    let place = |number: u32| content_digest(&number.to_le_bytes());
    let (over, _) = first(4, 0, 1, 1);
    let unseen = || panic!("it is not looked at");
    assert_eq!(gate.part(&over, unseen, (place(0), 5), now), Standing::Passing);
    let (own, other) = (first(5, 0, 1, 1).0, first(5, 1, 2, 2).0);
    for number in 0..1_000 {
        assert_eq!(gate.part(&own, || false, (place(number), PART_BYTES), now), Standing::Forged);
    }
    let whole = u32::try_from(8 * PARTS_MAX).expect("few");
    for number in 0..=whole {
        let expected = if number < whole { Standing::Signed } else { Standing::Passing };
        assert_eq!(gate.part(&own, || true, (place(number), PART_BYTES), now), expected, "part {number}");
    }
    assert_eq!(gate.part(&other, || true, (place(whole + 1), PART_BYTES), now), Standing::Signed);
    let later = now + REPEATED_WITHIN;
    assert_eq!(gate.part(&own, || true, (place(0), PART_BYTES), later), Standing::Signed);
    gate.begin(electorate(6, &[(1, 1), (2, 22), (4, 4)]));
    assert_eq!(gate.part(&own, || true, (place(1), PART_BYTES), later), Standing::Passing, "its height is over");
}

/// Goal: what is remembered has a limit, by time and by number.
#[test]
fn what_is_remembered_is_bounded() {
    let mut recent = Recent::default();
    let now = Instant::now();
    for number in 0..2 * REPEATED_MAX {
        let digest = content_digest(&number.to_le_bytes());
        assert!(!recent.has(&digest, now));
        recent.note(digest, now);
        assert!(recent.order.len() <= REPEATED_MAX && recent.known.len() == recent.order.len());
    }
    recent.forget(now + REPEATED_WITHIN);
    assert!(recent.order.is_empty() && recent.known.is_empty());
}

/// Who signed, and with whose key.
type Votes = &'static [(u8, u8)];

/// Goal: a certificate goes on only if each of its signatures holds and they are enough.
#[test]
fn certificates_are_checked() {
    use arc_malachitebft_core_types::PolkaSignature;
    let polka = |height: u64, votes: &[(u8, u8)]| PolkaCertificate::<YaosuContext> {
        height: EngineHeight(Height(height)),
        round: Round::new(0),
        value_id: BlockId(Digest([9; 32])),
        polka_signatures: votes
            .iter()
            .map(|(by, seed)| PolkaSignature::new(Address(operator(*by)), vote(height, 0, *by, *seed).signature))
            .collect(),
    };
    #[rustfmt::skip]
    let rows: [(&str, u64, Votes, bool, bool); 7] = [
        // case              height votes                      a quorum  more than a third
        ("all",               5,    &[(1, 1), (2, 2), (3, 3)], true,     true),
        ("two of three",      5,    &[(1, 1), (2, 2)],         false,    true),
        ("one of three",      5,    &[(1, 1)],                 false,    false),
        ("one twice",         5,    &[(1, 1), (1, 1)],         false,    false),
        ("one forged",        5,    &[(1, 1), (2, 2), (3, 1)], false,    false),
        ("a stranger",        5,    &[(1, 1), (2, 2), (9, 9)], false,    false),
        ("far ahead",         90,   &[(1, 1), (2, 2), (3, 3)], false,    false),
    ];
    for (case, height, votes, is_polka, is_round) in rows {
        let expected = |is_so| if is_so { Standing::Signed } else { Standing::Passing };
        let now = Instant::now();
        let standing = gate().polka(&polka(height, votes), &mut neighbour(4), now);
        assert_eq!(standing, expected(is_polka), "{case}: a quorum");
        let votes = votes.iter().map(|(by, seed)| vote(height, 0, *by, *seed)).collect();
        let round = RoundCertificate::new_from_votes(
            EngineHeight(Height(height)),
            Round::new(0),
            RoundCertificateType::Skip,
            votes,
        );
        let standing = gate().round(&round, &mut neighbour(4), now);
        assert_eq!(standing, expected(is_round), "{case}: a later round");
    }
}

/// Goal: a peer can't make up that a height was decided: more than a third of the votes must have said so.
#[test]
fn a_decision_is_proved_by_signatures() {
    use arc_malachitebft_core_types::ExtendedCommitSignature;
    #[rustfmt::skip]
    let rows: [(&str, u64, Votes, bool); 7] = [
        ("all",                         5,  &[(1, 1), (2, 2), (3, 3)], true),
        ("two of three, far ahead",     90, &[(1, 1), (4, 4)],         true),
        ("one of three",                5,  &[(1, 1)],                 false),
        ("one twice",                   5,  &[(1, 1), (1, 1)],         false),
        ("two forged",                  5,  &[(1, 1), (2, 1), (3, 1)], false),
        ("strangers",                   5,  &[(7, 7), (8, 8), (9, 9)], false),
        ("nobody",                      5,  &[],                       false),
    ];
    for (case, height, votes, expected) in rows {
        let signatures = votes.iter().map(|(by, seed)| {
            let mut vote = vote(height, 0, *by, *seed).message;
            vote.kind = VoteKind::Precommit;
            let payload = codec::encode(&vote.statement().expect("a round"));
            let signature = key(*seed).sign(Context::Vote, &CHAIN, &payload);
            ExtendedCommitSignature::new(vote.address, signature, None)
        });
        let certificate = ExtendedCommitCertificate {
            height: EngineHeight(Height(height)),
            round: Round::new(0),
            value_id: BlockId(Digest([9; 32])),
            commit_signatures: signatures.collect(),
        };
        assert_eq!(gate().is_decided(&certificate), expected, "{case}");
    }
}
