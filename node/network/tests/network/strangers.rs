//! Peers that are not permitted, and permitted ones that misbehave.

use std::time::{Duration, Instant};

use arc_malachitebft_codec::Codec as _;
use arc_malachitebft_core_consensus::{LivenessMsg, SignedConsensusMsg};
use arc_malachitebft_core_types::{NilOrVal, Round, SignedVote};
use arc_malachitebft_engine::network::NetworkMsg;
use arc_malachitebft_engine::util::streaming::StreamMessage;
use bytes::Bytes;
use yaosu_bft::codec::YaosuCodec;
use yaosu_bft::ledger::signature::Context;
use yaosu_bft::ledger::validators::VoteKind;
use yaosu_bft::ledger::{BlockId, Digest, Height, codec};
use yaosu_bft::{Address, Electorate, EngineHeight, ProposalPart, Vote, YaosuContext, split};
use yaosu_network::{Network, NetworkConfig, Verdict};

use crate::application::Pace;
use crate::node::{CHAIN, Node, consensus_key, eventually, identity, loopback, new_store, operator, validators};
use crate::stranger::{PATIENCE, Stranger, bare_network, name_of, status};

/// Goal: a peer that is not on the list is closed when it connects, hears nothing and gets no block. The same peer on
/// the list hears and gets blocks, which shows that this test would notice. Taken off the list, it is closed at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_are_closed_out() {
    let folder = tempfile::tempdir().expect("the system has a place for temporary files");
    let pace = Pace::Heartbeat(Duration::from_millis(20));
    let (known, unknown) = (name_of(50), name_of(51));
    let node = Node::start(0, folder.path(), new_store(1), vec![known], pace).await;
    let peer = name_of(0);
    eventually("it decides alone", || node.tip() >= Height(3)).await;

    let mut guest = Stranger::new(50);
    guest.dial(&node.address);
    assert!(guest.until(PATIENCE, |guest| guest.heard > 10).await, "a guest hears consensus");
    assert!(guest.until(PATIENCE, |guest| guest.sync_answers > 0).await, "a guest gets blocks");

    let mut stranger = Stranger::new(51);
    for attempt in 1..=5 {
        stranger.dial(&node.address);
        let refused = |stranger: &mut Stranger| stranger.ended >= attempt && !stranger.swarm.is_connected(&peer);
        assert!(stranger.until(PATIENCE, refused).await, "a stranger is closed");
    }
    assert!(stranger.until(PATIENCE, |stranger| stranger.sync_failures > 0).await, "it asked for blocks");
    assert_eq!((stranger.heard, stranger.sync_answers), (0, 0), "a stranger hears nothing");
    assert!(!node.handle.connected_peers().contains(&unknown));
    assert!(node.handle.counts().connections_refused >= 5, "{:?}", node.handle.counts());

    assert!(node.handle.connected_peers().contains(&known));
    node.handle.set_allowed(vec![unknown]);
    assert!(guest.until(PATIENCE, |guest| !guest.swarm.is_connected(&peer)).await, "closed at once");
    let (heard, answers, ended) = (guest.heard, guest.sync_answers, guest.ended);
    guest.dial(&node.address);
    assert!(guest.until(PATIENCE, |guest| guest.ended > ended).await, "and not let in again");
    assert_eq!((guest.heard, guest.sync_answers), (heard, answers), "it hears no more");
    stranger.dial(&node.address);
    assert!(stranger.until(PATIENCE, |stranger| stranger.heard > 0).await, "what was put on the list does");
    node.stop().await;
}

/// Goal: a permitted peer that sends what no honest node sends is cut off, and may come back after a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_cuts_its_sender_off() {
    // A status that is well-formed, of another peer than the one that sends it.
    let false_status = {
        let name = name_of(99).to_bytes();
        let length = u8::try_from(name.len()).expect("a short name");
        [&[0; 8], [length].as_slice(), &name, &[1, 1]].concat()
    };
    let rows: [(&str, &str, Vec<u8>); 6] = [
        ("a vote that is none", "consensus", vec![0xff; 100]),
        ("too short for any", "liveness", vec![1]),
        ("a part that is none", "parts", vec![7; 1000]),
        ("another's status", "status", false_status),
        ("a vote over its limit", "consensus", vec![0; 400]),
        ("rejected transactions", "transactions", b"rejected".to_vec()),
    ];
    let (mut network, address) = bare_network(vec![name_of(60)]).await;
    for (count, (case, name, data)) in (1..).zip(rows) {
        let mut guest = Stranger::new(60);
        assert!(guest.reach(&address, name).await, "{case}: it comes back after a while");
        assert!(guest.say(name, &data), "{case}");
        let handle = network.handle.clone();
        let batches = &mut network.batches;
        let cut_off = guest
            .until(PATIENCE, |guest| {
                if let Ok(batch) = batches.try_recv() {
                    handle.report(batch.message_id, batch.peer, Verdict::Reject);
                }
                !guest.swarm.is_connected(&name_of(0)) && handle.counts().bans >= count
            })
            .await;
        assert!(cut_off, "{case}: cut off; {:?}", handle.counts());
    }
}

/// A prevote of height 5 as it is sent, of the validator 0 and signed with the key of another one or its own.
fn prevote(round: u32, signed_by: u8) -> Vec<u8> {
    let content = YaosuCodec.encode(&prevote_of(round, signed_by)).expect("it is not withheld");
    [&u64::from(round).to_le_bytes(), &*content].concat()
}

fn prevote_of(round: u32, signed_by: u8) -> SignedConsensusMsg<YaosuContext> {
    let vote = Vote {
        kind: VoteKind::Prevote,
        height: EngineHeight(Height(5)),
        round: Round::new(round),
        block: NilOrVal::Nil,
        address: Address(operator(0)),
    };
    let payload = codec::encode(&vote.statement().expect("a round"));
    let signature = consensus_key(signed_by).sign(Context::Vote, &CHAIN, &payload);
    SignedConsensusMsg::Vote(SignedVote::<YaosuContext>::new(vote, signature))
}

/// A first part and a data part of a block of height 5, of the proposer of round 0, signed with some key.
fn parts(signed_by: u8) -> Vec<StreamMessage<ProposalPart>> {
    let (block, bytes) = (BlockId(Digest([9; 32])), Bytes::from_static(b"block"));
    split((Height(5), 0, None), operator(0), block, &bytes, &CHAIN, &consensus_key(signed_by))
}

fn decide_five(network: &Network) {
    let electorate = Electorate::new(Height(5), validators(4), &(0..4).map(operator).collect::<Vec<_>>());
    network.actor.cast(NetworkMsg::UpdateValidatorSet(electorate.expect("each has a turn"))).expect("the network runs");
}

/// Goal: a validator that was given another key says nothing that is signed with the old one, so that nobody cuts it off.
/// Method: a listener hears what the node says. What is kept in is followed by what is not, so that it would have come
/// first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_said_with_an_old_key() {
    let (network, address) = bare_network(vec![name_of(61)]).await;
    decide_five(&network);
    let mut listener = Stranger::new(61);
    for name in ["consensus", "liveness", "parts"] {
        assert!(listener.reach(&address, name).await);
    }
    let say = |message| network.actor.cast(message).expect("the network runs");
    let again = |by| match prevote_of(2, by) {
        SignedConsensusMsg::Vote(vote) => NetworkMsg::PublishLivenessMsg(LivenessMsg::Vote(vote)),
        SignedConsensusMsg::Proposal(_) => panic!("a vote"),
    };
    // Again until it is heard: gossip sends nothing before it knows who listens.
    let mut times = 0;
    let deadline = Instant::now() + PATIENCE;
    while listener.heard < 4 {
        assert!(Instant::now() < deadline, "{:?}", network.handle.counts());
        times += 1;
        for key in [1, 0] {
            say(NetworkMsg::PublishConsensusMsg(prevote_of(1, key)));
            say(again(key));
            for part in parts(key) {
                say(NetworkMsg::PublishProposalPart(part));
            }
        }
        listener.until(Duration::from_millis(100), |listener| listener.heard >= 4).await;
    }
    let vote = YaosuCodec.encode(&prevote_of(1, 0)).expect("a vote");
    let NetworkMsg::PublishLivenessMsg(vote_again) = again(0) else { panic!("a vote") };
    let mut expected = vec![vote, YaosuCodec.encode(&vote_again).expect("a vote")];
    expected.extend(parts(0).iter().map(|part| YaosuCodec.encode(part).expect("a part")));
    for message in &listener.messages {
        assert!(expected.iter().any(|content| content == &message[8..]), "signed with the old key: {message:?}");
    }
    let counts = network.handle.counts();
    assert_eq!((counts.outdated, counts.consensus_sent + counts.consensus_unsent), (4 * times, 4 * times));
}

/// Goal: a vote is forwarded only if its validator signed it; who forwards another though it knows
/// the validators is cut off.
/// Method: a node between two guests, neither of which decides. The one listens to what the other says. What is not
/// forwarded is followed by what is, so that it would have come first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_votes_are_not_forwarded() {
    let (network, address) = bare_network(vec![name_of(60), name_of(61)]).await;
    decide_five(&network);
    let mut listener = Stranger::new(61);
    assert!(listener.reach(&address, "consensus").await);

    let (forged, good) = (prevote(1, 1), prevote(2, 0));
    let mut liar = Stranger::new(60);
    assert!(liar.reach(&address, "consensus").await && liar.reach(&address, "status").await);
    let handle = network.handle.clone();
    for number in 0..2 {
        assert!(liar.say("status", &status(number, 60, 4)));
        let received = |_: &mut Stranger| handle.counts().consensus_received > number;
        assert!(liar.until(PATIENCE, received).await, "{:?}", handle.counts());
    }
    assert!(liar.say("consensus", &forged));
    let cut_off = liar.until(PATIENCE, |liar| !liar.swarm.is_connected(&name_of(0)) && handle.counts().bans == 1);
    assert!(cut_off.await, "{:?}", handle.counts());

    let mut relay = Stranger::new(60);
    assert!(relay.reach(&address, "consensus").await, "it comes back after a while");
    assert!(relay.say("consensus", &good));
    let deadline = Instant::now() + PATIENCE;
    while listener.messages.is_empty() {
        assert!(Instant::now() < deadline, "a good vote is forwarded: {:?}", handle.counts());
        relay.until(Duration::from_millis(20), |_| false).await;
        listener.until(Duration::from_millis(20), |listener| !listener.messages.is_empty()).await;
    }
    assert_eq!(listener.messages, [good], "and nothing else");
    assert_eq!(handle.counts().consensus_received, 2 + 1, "nor handed on to the engine");
}

/// Goal: of a peer's statuses a few a second are looked at; one that floods this node without end is cut off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_cut_off() {
    let (network, address) = bare_network(vec![name_of(60)]).await;
    let handle = network.handle.clone();
    let mut guest = Stranger::new(60);
    assert!(guest.reach(&address, "status").await);
    let began = Instant::now();
    let mut numbers = 0_u64..;
    let mut say = |guest: &mut Stranger, count: u64| {
        (0..count).all(|_| guest.say("status", &status(numbers.next().expect("enough"), 60, 4)))
    };
    assert!(say(&mut guest, 200));
    let all_came = |_: &mut Stranger| handle.counts().consensus_received + handle.counts().over_budget >= 200;
    assert!(guest.until(PATIENCE, all_came).await, "{:?}", handle.counts());
    // As many as at once, and what was earned meanwhile.
    let most = 10 + 10 * (began.elapsed().as_secs() + 1);
    let counts = handle.counts();
    assert!(counts.consensus_received <= most && counts.bans == 0, "{counts:?}");
    let cut_off = guest
        .until(PATIENCE, |guest| {
            // What its queue has no room for is not sent.
            let _sent = say(guest, 500);
            handle.counts().bans > 0
        })
        .await;
    assert!(cut_off && handle.counts().over_budget > 20_000, "{:?}", handle.counts());
    assert!(guest.until(PATIENCE, |guest| !guest.swarm.is_connected(&name_of(0))).await);
}

/// Goal: a permitted peer gets blocks within its budget and no more; it is told so at once, and not cut off for asking.
/// Method: a budget of two of the longest answers a second, and nobody who gives any: nothing is given back. One question
/// is asked as it connects; what is within the budget stays open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_have_a_budget() {
    let mut config = NetworkConfig::new(CHAIN, identity(0));
    config.listen = vec![loopback()];
    config.allowed = vec![name_of(60)];
    let answers = 2 * yaosu_bft::codec::SYNC_RESPONSE_BYTES_MAX;
    config.sync_budget.bytes_per_second = u32::try_from(answers).expect("some megabytes");
    let network = yaosu_network::start(config).await.expect("loopback can be listened on");
    eventually("it listens", || !network.handle.listen_addresses().is_empty()).await;
    let address = network.handle.listen_addresses().remove(0);
    let mut guest = Stranger::new(60);
    assert!(guest.reach(&address, "status").await);
    let handle = network.handle.clone();
    let told = |guest: &Stranger| guest.sync_failures + guest.sync_answers;
    for _ in 0..20 {
        let before = told(&guest);
        guest.ask_for_blocks(name_of(0));
        // What is within the budget is not answered: nobody does.
        guest.until(Duration::from_millis(100), |guest| told(guest) > before).await;
    }
    let counts = handle.counts();
    assert!(counts.sync_refused >= 10 && counts.sync_refused < 20, "{counts:?}");
    assert_eq!((told(&guest), counts.bans), (counts.sync_refused, 0), "each is told");
    assert!(guest.swarm.is_connected(&name_of(0)));
}

/// Goal: a batch over the limit does not come in, whatever its sender thinks of limits; one at the limit does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_batches_do_not_come_in() {
    let (mut network, address) = bare_network(vec![name_of(60)]).await;
    let limit = yaosu_network::BATCH_BYTES_MAX;
    for (length, comes) in [(limit, true), (limit + 1, false), (limit + 4096, false), (4 * 1024 * 1024, false)] {
        let mut guest = Stranger::new(60);
        let peer = name_of(0);
        assert!(guest.reach(&address, "transactions").await);
        assert!(guest.say("transactions", &vec![7; length]));
        let batches = &mut network.batches;
        let mut received = None;
        let time = if comes { PATIENCE } else { Duration::from_secs(1) };
        guest
            .until(time, |guest| {
                received = received.take().or_else(|| batches.try_recv().ok());
                received.is_some() || !guest.swarm.is_connected(&peer)
            })
            .await;
        assert_eq!(received.map(|batch| batch.bytes.len()), comes.then_some(length), "{length} bytes");
    }
}
