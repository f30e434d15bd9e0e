//! What waits: lanes in and out of order, limits at the limit and one above, and how a transaction leaves.

use yaosu_ledger::block::BLOCK_WEIGHT_MAX;
use yaosu_ledger::model::{KeySet, ParticipantStatus};
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::transaction::{Action, Envelope};
use yaosu_ledger::{Digest, TransactionId};
use yaosu_replica::{Limits, Origin, Refusal, TransactionFate};

use crate::common::*;

fn answer(node: &mut Node, origin: Origin, envelope: &Envelope) -> String {
    match &node.transaction(envelope, origin)[0] {
        Said::Taken => "ok".to_owned(),
        Said::Refused(why) => why.clone(),
        other => panic!("an answer comes first, not {other:?}"),
    }
}

fn ids(envelopes: &[Envelope]) -> Vec<TransactionId> {
    envelopes.iter().map(Envelope::id).collect()
}

/// Numbers of a lane, and who sends them.
type Numbers = &'static [(Origin, u64)];

/// Goal: a lane is strict for a client and patient with a peer.
/// Method: each row sends a few numbers of one lane, and names the answer to the last. Number 0 was committed before.
#[test]
fn lanes_are_strict_for_clients_and_patient_with_peers() {
    use Origin::{Client, Peer};
    #[rustfmt::skip]
    let rows: &[(&str, Numbers, &str)] = &[
        ("the next",                       &[(Client, 1)],                            "ok"),
        ("the next from a peer",           &[(Peer, 1)],                              "ok"),
        ("one behind another that waits",  &[(Client, 1), (Client, 2)],               "ok"),
        ("a gap",                          &[(Client, 2)],                            "SequenceAhead"),
        ("a gap behind one that waits",    &[(Client, 1), (Client, 3)],               "SequenceAhead"),
        ("a gap from a peer",              &[(Peer, 3)],                              "ok"),
        ("a client closes a peer's gap",   &[(Peer, 2), (Client, 1)],                 "ok"),
        ("a client behind a closed gap",   &[(Peer, 2), (Client, 1), (Client, 3)],    "ok"),
        ("a client behind an open gap",    &[(Peer, 2), (Client, 3)],                 "SequenceAhead"),
        ("used",                           &[(Client, 0)],                            "SequenceUsed"),
        ("used, from a peer",              &[(Peer, 0)],                              "SequenceUsed"),
    ];
    for (case, numbers, expected) in rows {
        let mut node = Node::new("north");
        node.takes(&pay(ALICE, (0, 0), 1));
        node.turn();
        let last =
            numbers.iter().map(|(origin, number)| answer(&mut node, *origin, &pay(ALICE, (0, *number), 2))).last();
        assert_eq!(last.as_deref(), Some(*expected), "{case}");
    }
}

/// Goal: R11 tells a client the number that is missing, not the one that is committed.
#[test]
fn a_gap_names_the_next_free_number() {
    let mut node = Node::new("north");
    node.takes(&pay(ALICE, (0, 0), 1));
    assert_eq!(node.replica.next_number(id_of(ALICE), 0), 1);
    assert_eq!(node.replica.next_number(id_of(ALICE), 7), 0, "lanes do not know each other");
    let ahead = pay(ALICE, (0, 2), 1);
    node.client(&ahead);
    let refusal = Refusal::Rejected(Rejection::SequenceAhead { expected: 1, found: 2 });
    assert_eq!(node.replica.fate(ahead.id()), TransactionFate::Refused(refusal));
}

/// Goal: what a peer sends out of order is used as soon as the gap closes, in the order of the lane.
#[test]
fn out_of_order_is_used_when_the_gap_closes() {
    let lane: Vec<Envelope> = (0..4).map(|number| pay(ALICE, (0, number), 1)).collect();
    let mut node = Node::new("north");
    for number in [3, 1, 2] {
        node.takes_from_peer(&lane[number]);
    }
    assert!(!node.replica.wants_block(node.now_ms), "nothing could enter a block");
    assert!(node.turn().0.transactions.is_empty());
    node.takes_from_peer(&lane[0]);
    assert!(node.replica.wants_block(node.now_ms));
    assert_eq!(ids(&node.turn().0.transactions), ids(&lane));
    assert_eq!(node.waiting(), 0);
}

/// Goal: a block takes what came first, except that a lane keeps its order.
#[test]
fn a_block_is_filled_by_arrival_and_lane() {
    let [a0, a1, a2] = [0, 1, 2].map(|number| pay(ALICE, (0, number), 1));
    let (other_lane, bob) = (pay(ALICE, (1, 0), 1), pay(BOB, (0, 0), 1));
    let mut node = Node::new("north");
    for envelope in [&a1, &bob, &a0, &other_lane, &a2] {
        node.takes_from_peer(envelope);
    }
    assert_eq!(ids(&node.turn().0.transactions), ids(&[bob, a0, a1, other_lane, a2]));
}

/// Goal: the same bytes count once, and a number of a lane waits once.
#[test]
fn a_transaction_waits_once() {
    let mut node = Node::new("north");
    let first = pay(ALICE, (0, 0), 1);
    node.takes(&first);
    let load = node.replica.load();
    assert_eq!(node.client(&first), [Said::Taken, Said::Gossip], "passed on again: it may have reached nobody");
    assert_eq!(node.peer(&first), [Said::Taken]);
    assert_eq!(node.replica.load(), load);

    let rival = pay(ALICE, (0, 0), 2);
    let waiting = first.id();
    assert_eq!(node.client(&rival), [Said::Refused(Refusal::NumberWaiting { waiting }.to_string())]);
    assert_eq!(node.peer(&rival).len(), 1, "nor a peer's");
    assert_eq!(node.replica.load(), load);
    assert_eq!(node.replica.waiting(waiting), Some(&first));
}

/// Goal: each limit takes what is at the limit and refuses what is one above, with its own reason; and room that a
/// block makes can be used again.
/// Method: each row says what waits and what comes then. All transactions have one length.
#[test]
fn each_limit_holds_at_the_limit_and_one_above() {
    let length = pay(ALICE, (0, 0), 1).bytes().len();
    let limits = Limits::default();
    let lanes = |signer, count: u32| -> Vec<Envelope> { (0..count).map(|lane| pay(signer, (lane, 0), 1)).collect() };
    let ahead = |number| vec![pay(BOB, (0, number), 1)];
    let full = |count: usize| Refusal::Full { count, bytes: count * length }.to_string();
    let participant_full = Refusal::ParticipantFull { count: 3 }.to_string();
    #[rustfmt::skip]
    let rows = [
        ("transactions at the limit",  Limits { transactions: 3, ..limits },        lanes(ALICE, 2), lanes(BOB, 1), "ok".to_owned()),
        ("transactions one above",     Limits { transactions: 3, ..limits },        lanes(ALICE, 3), lanes(BOB, 1), full(3)),
        ("bytes at the limit",         Limits { bytes: 3 * length, ..limits },      lanes(ALICE, 2), lanes(BOB, 1), "ok".to_owned()),
        ("bytes one above",            Limits { bytes: 3 * length - 1, ..limits },  lanes(ALICE, 2), lanes(BOB, 1), full(2)),
        ("of a participant at it",     Limits { of_participant: 3, ..limits },      lanes(BOB, 2),   vec![pay(BOB, (9, 0), 1)], "ok".to_owned()),
        ("of a participant one above", Limits { of_participant: 3, ..limits },      lanes(BOB, 3),   vec![pay(BOB, (9, 0), 1)], participant_full),
        ("of another participant",     Limits { of_participant: 3, ..limits },      lanes(ALICE, 3), lanes(BOB, 1), "ok".to_owned()),
        ("numbers ahead at the limit", Limits { numbers_ahead: 5, ..limits },       vec![],          ahead(5), "ok".to_owned()),
        ("numbers ahead one above",    Limits { numbers_ahead: 5, ..limits },       vec![],          ahead(6), "SequenceAhead".to_owned()),
    ];
    for (case, limits, waiting, then, expected) in rows {
        let mut node = Node::with("north", limits);
        for envelope in &waiting {
            node.takes(envelope);
        }
        let load = node.replica.load();
        assert_eq!(answer(&mut node, Origin::Peer, &then[0]), expected, "{case}");
        if expected == "ok" {
            continue;
        }
        assert_eq!(node.replica.load(), load, "{case}: nothing of it is kept");
        node.turn();
        assert_eq!(node.replica.load().bytes, 0, "{case}");
        if !waiting.is_empty() {
            assert_eq!(answer(&mut node, Origin::Peer, &then[0]), "ok", "{case}: the block has made room");
            assert_eq!(node.replica.fate(then[0].id()), TransactionFate::Waiting, "{case}: the refusal is forgotten");
        }
    }
}

/// Goal: only what may be otherwise a little later is called busy: HTTP says 429 for it.
#[test]
fn full_is_busy_and_nothing_else_is() {
    let waiting = TransactionId(Digest::ZERO);
    #[rustfmt::skip]
    let rows = [
        (Refusal::Full { count: 1, bytes: 1 }, true),
        (Refusal::ParticipantFull { count: 1 }, true),
        (Refusal::NumberWaiting { waiting }, false),
        (Refusal::Orphaned, false),
        (Refusal::Rejected(Rejection::AmountZero), false),
    ];
    for (refusal, busy) in rows {
        assert_eq!(refusal.is_busy(), busy, "{refusal}");
    }
}

/// Goal: what waits for a number that does not come goes at its time, not before, and those behind it go with it.
#[test]
fn orphans_are_dropped_at_their_time() {
    let limits = Limits { orphan_ms: 1_000, ..Limits::default() };
    let (first, second) = (pay(ALICE, (0, 1), 1), pay(ALICE, (0, 2), 1));
    let mut node = Node::with("north", limits);
    let arrived = node.now_ms;
    node.takes_from_peer(&first);
    node.now_ms = arrived + 500;
    node.takes_from_peer(&second);
    node.now_ms = arrived + 998;
    assert_eq!(node.turn().1, [], "one millisecond before");
    let orphaned = Refusal::Orphaned.to_string();
    assert_eq!(node.turn().1, [(first.clone(), orphaned.clone()), (second, orphaned)]);
    assert_eq!(node.waiting(), 0);
    assert_eq!(node.replica.fate(first.id()), TransactionFate::Refused(Refusal::Orphaned));
    node.takes_from_peer(&first);
}

/// Goal: what expires while it waits is dropped with R2 by the next block, those behind it with the reason that they
/// wait for nothing.
#[test]
fn what_expires_while_waiting_is_dropped() {
    let mut node = Node::new("north");
    let until = node.now_ms + 10;
    let (lasting, short, behind) = (pay(BOB, (0, 0), 1), pay_until(ALICE, (0, 0), 1, until), pay(ALICE, (0, 1), 1));
    node.takes(&short);
    node.takes(&behind);
    let other = block_on(&start(), "east", until - 2, &[]);
    node.now_ms = until - 2;
    assert_eq!(node.follow(&other), [], "the next block may still take it");
    node.now_ms = until;
    node.takes(&lasting);
    let (block, dropped) = node.turn();
    assert_eq!(ids(&block.transactions), ids(&[lasting]));
    assert_eq!(dropped, [(short, "Expired".to_owned()), (behind, Refusal::Orphaned.to_string())]);
}

/// Goal: a transaction that a block makes impossible is dropped with the reason, and its lane with it.
#[test]
fn what_a_block_makes_impossible_is_dropped() {
    let mut node = Node::new("north");
    let (first, second, behind) = (pay(ALICE, (0, 0), BALANCE), pay(ALICE, (1, 0), 1), pay(ALICE, (1, 1), 1));
    for envelope in [&first, &second, &behind] {
        node.takes(envelope);
    }
    let (block, dropped) = node.turn();
    assert_eq!(ids(&block.transactions), ids(&[first]));
    assert_eq!(dropped, [(second.clone(), "FundsShort".to_owned()), (behind, Refusal::Orphaned.to_string())]);
    assert_eq!(node.waiting(), 0);
    assert!(matches!(node.replica.fate(second.id()), TransactionFate::Refused(Refusal::Rejected(_))));
}

/// Goal: a number that somebody else's block used frees what waits under it, at once, and what comes behind it stays.
#[test]
fn a_number_used_elsewhere_is_dropped() {
    let mut node = Node::with("north", Limits { rechecked: 0, ..Limits::default() });
    let (mine, next) = (pay(ALICE, (0, 0), 1), pay(ALICE, (0, 1), 1));
    node.takes(&mine);
    node.takes(&next);
    let other = block_on(&start(), "east", START_MS + 5, &[pay(ALICE, (0, 0), 2)]);
    assert_eq!(node.follow(&other), [(mine, "SequenceUsed".to_owned())]);
    assert_eq!(ids(&node.turn().0.transactions), ids(&[next]));
}

/// Goal: after each block a bounded number of lanes is looked at again, and all of them in turn.
#[test]
fn looking_again_is_bounded_and_goes_round() {
    let limits = Limits { rechecked: 2, ..Limits::default() };
    let mut node = Node::with("north", limits);
    let until = node.now_ms + 10;
    let lanes: Vec<Envelope> = (0..5).map(|lane| pay_until(ALICE, (lane, 0), 1, until)).collect();
    for envelope in &lanes {
        node.takes(envelope);
    }
    node.now_ms = until;
    // Blocks of somebody else: one's own would drop what it can't take.
    let next = |node: &mut Node| {
        node.now_ms += 1;
        let block = block_on(node.replica.tip(), "east", node.now_ms, &[]);
        node.follow(&block)
    };
    let mut gone = Vec::new();
    for expected in [2, 2, 1] {
        let dropped = next(&mut node);
        assert_eq!(dropped.len(), expected);
        gone.extend(dropped.into_iter().map(|(envelope, _)| envelope.id()));
    }
    assert_eq!(gone, ids(&lanes), "each once, in the order of lanes");

    // Lanes that stay do not keep the others from their turn.
    let lasting = pay(BOB, (0, 5), 1);
    node.takes_from_peer(&lasting);
    let until = node.now_ms + 10;
    let lanes: Vec<Envelope> = (0..4).map(|lane| pay_until(ALICE, (lane, 0), 1, until)).collect();
    for envelope in &lanes {
        node.takes(envelope);
    }
    node.now_ms = until;
    let dropped: usize = (0..3).map(|_| next(&mut node).len()).sum();
    assert_eq!((dropped, node.waiting()), (4, 1));
}

/// Goal: clients' transactions are passed on, peers' are not: the network does that once they are taken.
#[test]
fn only_what_clients_send_is_passed_on() {
    let mut node = Node::new("north");
    assert_eq!(node.client(&pay(ALICE, (0, 0), 1)), [Said::Taken, Said::Gossip]);
    assert_eq!(node.peer(&pay(ALICE, (0, 1), 1)), [Said::Taken]);
    assert_eq!(node.client(&pay(BOB, (0, 0), 0)), [Said::Refused("AmountZero".to_owned())]);
    assert_eq!(node.replica.fate(TransactionId(Digest::ZERO)), TransactionFate::Unknown);
}

/// Goal: a refusal is forgotten when the transaction is taken after all: its fate is then the ledger's to tell.
#[test]
fn a_refusal_is_not_the_last_word() {
    let mut node = Node::new("north");
    let [first, second] = [0, 1].map(|number| pay(ALICE, (0, number), 1));
    assert_eq!(node.client(&second), [Said::Refused("SequenceAhead".to_owned())]);
    node.takes(&first);
    node.takes(&second);
    assert_eq!(node.replica.fate(second.id()), TransactionFate::Waiting);
    node.turn();
    assert_eq!(node.replica.fate(second.id()), TransactionFate::Unknown);
    assert_eq!(node.client(&second), [Said::Refused("SequenceUsed".to_owned())]);
}

/// Goal: nobody can have a transaction called refused that is not its own. An identifier does not cover the approvals, so
/// anyone who sees a body can send it under approvals of their own; what is wrong with those is told to whoever sent them,
/// and nothing is remembered under the identifier.
#[test]
fn a_refusal_of_somebody_elses_copy_is_not_remembered() {
    let victim = pay(ALICE, (0, 0), 1);
    let [own, foreign] = [ALICE, BOB].map(|name| approval_of(name, &victim));
    #[rustfmt::skip]
    let copies = [
        ("foreign approval",   vec![foreign.clone()],             "ForeignKey"),
        ("no approval",        vec![],                            "WrongApprovals"),
        ("the same twice",     vec![own.clone(), own.clone()],    "ApprovalOrder"),
    ];
    for (case, approvals, rule) in copies {
        let copy = approved_by(&victim, approvals);
        assert_eq!(copy.id(), victim.id(), "{case}");
        let mut node = Node::new("north");
        for origin in [Origin::Client, Origin::Peer] {
            assert_eq!(answer(&mut node, origin, &copy), rule, "{case}");
            assert_eq!(node.replica.fate(victim.id()), TransactionFate::Unknown, "{case}");
        }
        node.takes(&victim);
        node.turn();
        // The victim's own refusal, once its number is used, stays what it is.
        assert_eq!(node.client(&victim), [Said::Refused("SequenceUsed".to_owned())]);
        let refused = node.replica.fate(victim.id());
        node.client(&copy);
        assert_eq!(node.replica.fate(victim.id()), refused, "{case}");
    }
}

/// Goal: the rules that are about approvals are R5 to R8 and no others.
#[test]
fn four_rules_are_about_approvals() {
    let key = key_of(ALICE).public();
    let (participant, party) = (id_of(ALICE), id_of(BOB));
    #[rustfmt::skip]
    let rows = [
        (Rejection::SignerNotActive { signer: party, status: ParticipantStatus::Suspended }, true),
        (Rejection::ApprovalOrder, false),
        (Rejection::BadSignature, false),
        (Rejection::ForeignKey { key }, false),
        (Rejection::WrongApprovals { participant, given: 0, needed: 1 }, false),
        (Rejection::UnknownParty { party }, true),
    ];
    for (number, (rejection, of_body)) in (4..).zip(rows) {
        assert_eq!(rejection.number(), number);
        assert_eq!(Refusal::Rejected(rejection).is_of_body(), of_body, "R{number}");
    }
}

/// Goal: the next number of a lane costs the same however much waits in it.
/// Method: the time of asking at the end of a lane of 10 000, against that at the end of one of 10. Walking the lane would
/// take a thousand times as long.
#[test]
#[allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "the test measures; the replica has no clock")]
fn a_long_lane_is_asked_as_fast_as_a_short_one() {
    const LONG: u64 = 10_000;
    let mut node = Node::new("north");
    for number in 0..LONG {
        node.takes(&pay(ALICE, (0, number), 1));
    }
    for number in 0..10 {
        assert_eq!(node.peer(&pay(BOB, (0, number), 1)), [Said::Taken]);
    }
    let ask = |signer: &str, expected: u64| {
        let began = std::time::Instant::now();
        for _ in 0..1_000 {
            assert_eq!(node.replica.next_number(id_of(signer), 0), expected);
        }
        began.elapsed()
    };
    // The shortest of some, so that a pause of the machine does not count.
    let shortest = |signer, expected| (0..5).map(|_| ask(signer, expected)).min().expect("some");
    let (short, long) = (shortest(BOB, 10), shortest(ALICE, LONG));
    assert!(long < short * 50, "{short:?} against {long:?}");
}

/// Goal: the next number of a lane is right whatever comes, goes and is committed.
/// Method: each step against a count by hand.
#[test]
fn the_next_number_follows_what_waits() {
    let mut node = Node::new("north");
    let lane: Vec<Envelope> = (0..9).map(|number| pay(ALICE, (0, number), 1)).collect();
    let next = |node: &Node| node.replica.next_number(id_of(ALICE), 0);
    for (number, expected) in [(1, 0), (3, 0), (0, 2), (2, 4), (7, 4)] {
        node.takes_from_peer(&lane[number]);
        assert_eq!(next(&node), expected, "after {number} came");
    }
    let elsewhere: Vec<Envelope> = (0..7).map(|number| pay(ALICE, (0, number), 2)).collect();
    node.follow(&block_on(&start(), "east", START_MS + 5, &elsewhere[..2]));
    assert_eq!(next(&node), 4, "two are committed, others than those that waited");
    let tip = node.replica.tip().clone();
    node.follow(&block_on(&tip, "east", START_MS + 6, &elsewhere[2..7]));
    assert_eq!(next(&node), 8, "the numbers up to the one that waits were used elsewhere");
    node.takes(&lane[8]);
    assert_eq!(next(&node), 9);
    // The whole lane becomes impossible.
    let (poor, behind) = (pay(BOB, (0, 0), BALANCE), pay(BOB, (0, 1), 1));
    node.takes_from_peer(&poor);
    node.takes_from_peer(&behind);
    let tip = node.replica.tip().clone();
    node.follow(&block_on(&tip, "east", START_MS + 7, &[pay(BOB, (1, 0), 100)]));
    assert_eq!(node.replica.next_number(id_of(BOB), 0), 0, "those that wait were dropped");
}

/// Goal: what the decided state refuses is carried out once in vain, not by every block that is built.
#[test]
fn what_a_block_refuses_for_good_is_dropped() {
    let mut node = Node::with("north", Limits { rechecked: 0, ..Limits::default() });
    let (poor, behind, good) = (pay(BOB, (0, 0), BALANCE), pay(BOB, (0, 1), 1), pay(ALICE, (0, 0), 1));
    for envelope in [&poor, &behind] {
        node.takes(envelope);
    }
    node.follow(&block_on(&start(), "east", START_MS + 5, &[pay(BOB, (1, 0), 100)]));
    assert_eq!(node.waiting(), 2, "nothing is looked at again after a block");
    node.takes(&good);
    node.now_ms += 10;
    let (block, dropped) = node.offer_and_drop();
    assert_eq!(ids(&block.transactions), ids(&[good]));
    assert_eq!(dropped, [(poor.clone(), "FundsShort".to_owned()), (behind, Refusal::Orphaned.to_string())]);
    assert!(matches!(node.replica.fate(poor.id()), TransactionFate::Refused(Refusal::Rejected(_))));
}

/// Goal: what only the block itself stands in the way of stays: that block may never be decided.
#[test]
fn what_lost_to_an_undecided_block_stays() {
    let mut node = Node::with("north", Limits { rechecked: 0, ..Limits::default() });
    let (first, second) = (pay(ALICE, (0, 0), BALANCE), pay(ALICE, (1, 0), 1));
    node.takes(&first);
    node.takes(&second);
    let (block, dropped) = node.offer_and_drop();
    assert_eq!((ids(&block.transactions), dropped), (ids(&[first]), vec![]));
    let other = block_on(&start(), "east", START_MS + 5, &[pay(ALICE, (0, 0), 1)]);
    node.follow(&other);
    node.now_ms += 10;
    assert_eq!(ids(&node.offer().transactions), ids(&[second]));
}

/// Goal: attempts in vain are bounded by the weight of a block, and what came before them is not kept out.
/// Method: Alice changes her keys, which makes what she signed with the old ones fail; then a good payment of Bob's.
#[test]
fn attempts_in_vain_are_bounded() {
    let mut keys =
        KeySet { keys: (0..8).map(|number| key_of(&format!("new {number}")).public()).collect(), threshold: 1 };
    keys.keys.sort_unstable();
    let change = Action::RotateKeys { keys, delivery_key: None };
    // Each is judged twice: in the block, and on the decided state.
    let tried = BLOCK_WEIGHT_MAX.div_ceil(2 * change.weight());
    for (losers, expected) in [(tried - 1, 2), (tried, 1)] {
        let mut node = Node::new("north");
        let (first, good) = (signed(ALICE, (0, 0), None, change.clone()), pay(BOB, (0, 0), 1));
        node.takes(&first);
        for lane in 1..=losers {
            node.takes(&signed(ALICE, (lane, 0), None, change.clone()));
        }
        node.takes(&good);
        let block = node.offer();
        assert_eq!(ids(&block.transactions), ids(&[first, good][..expected]), "{losers} in vain");
    }
}

/// Goal: the load that operators see is what waits.
#[test]
fn the_load_is_what_waits() {
    let mut node = Node::new("north");
    assert_eq!(node.replica.load(), yaosu_replica::Load::default());
    let (first, second) = (pay(ALICE, (0, 0), 1), pay(BOB, (0, 0), 1));
    let came = node.now_ms;
    node.takes(&first);
    node.now_ms += 3;
    node.takes(&second);
    let load = node.replica.load();
    assert_eq!(load.oldest_ms, Some(came));
    assert_eq!((load.transactions, load.bytes), (2, first.bytes().len() + second.bytes().len()));
    let block = block_on(&start(), "east", START_MS + 2, &[first]);
    node.follow(&block);
    assert_eq!(node.replica.load().oldest_ms, Some(came + 3));
}
