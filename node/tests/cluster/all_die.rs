//! All validators die at once, in the middle of their work, again and again.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use yaosu_api::{Fate, Submission, TransactionView};
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::{Height, TransactionId};

use crate::harness::network::{MONEY, TRADERS};
use crate::harness::{Network, Node, Person, chain, until};

/// How often everybody is killed.
const CYCLES: u64 = 5;

/// From which the moments and the order of the kills are drawn.
const SEED: u64 = 20_240_613;

/// Where the nodes said that transactions stand.
type Acknowledged = BTreeMap<TransactionId, (Height, u32)>;

/// A client that pays one after another, and asks again with the same bytes until it has heard the answer.
struct Client {
    person: Person,
    /// Sent, perhaps, and not answered.
    pending: Option<Envelope>,
    paid: u64,
}

/// Numbers that are the same in every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// Goal: whatever was acknowledged is there afterwards, at the place that was named, on every node; no fork; the market
/// goes on by itself once the processes are started.
/// Method: clients write down every acknowledgement. The processes are killed after a drawn number of them, in a drawn
/// order, while more are on their way.
#[test]
fn everybody_dies_and_nothing_is_lost() {
    let mut network = Network::start(4);
    let mut drawn = Drawn(SEED);
    let mut acknowledged = Acknowledged::new();
    let mut clients: Vec<Client> =
        TRADERS.iter().map(|trader| Client { person: network.person(trader), pending: None, paid: 0 }).collect();

    for cycle in 0..CYCLES {
        let wanted = usize::try_from(3 + drawn.below(30)).expect("a small number");
        let mut order: Vec<usize> = (0..4).collect();
        order.sort_by_key(|_| drawn.below(1_000));
        eprintln!("cycle {cycle}: all are killed after {wanted} acknowledgements, in the order {order:?}");
        pay_while(&mut network, &mut clients, &mut acknowledged, wanted, |network| {
            for index in order {
                network.nodes[index].kill();
            }
        });
        let height = acknowledged.values().map(|(height, _)| *height).max().expect("something was acknowledged");
        network.nodes.iter_mut().for_each(Node::start);
        for node in &mut network.nodes {
            node.wait_for_height(height);
        }
    }
    pay_while(&mut network, &mut clients, &mut acknowledged, 4, |_| ());
    let level = network.wait_until_level();
    for node in &mut network.nodes {
        node.wait_for_height(level);
    }

    let blocks = chain::must_agree(&network.nodes, network.chain, Some(&network.validators()));
    must_stand_where_they_were_said_to(&network, &acknowledged);
    let in_chain: usize = blocks.iter().map(|block| block.transaction_count).sum();
    let sent: u64 = clients.iter().map(|client| client.person.sequence).sum();
    assert!(in_chain >= acknowledged.len() && in_chain as u64 <= sent, "{in_chain} in the chain, {sent} were sent");
    for node in &network.nodes {
        let balances: u64 = clients.iter().map(|client| client.person.balance(node.door)).sum();
        assert_eq!(balances, MONEY * 4, "money neither comes nor goes");
    }
    network.nodes.iter_mut().for_each(Node::stop);
}

/// Every client pays through a node of its own, until as many more were acknowledged and `then` was done.
fn pay_while(
    network: &mut Network,
    clients: &mut [Client],
    acknowledged: &mut Acknowledged,
    wanted: usize,
    then: impl FnOnce(&mut Network),
) {
    let (over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let book = Mutex::new(std::mem::take(acknowledged));
    std::thread::scope(|scope| {
        for (client, node) in clients.iter_mut().zip(&network.nodes) {
            let door = node.door;
            let (over, count, book) = (&over, &count, &book);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let payment = client.next();
                    // No answer, or one that says nothing yet: the same bytes again.
                    let Ok(answer) = door.submit(&payment) else { continue };
                    if answer.status != 200 {
                        assert!([503, 504].contains(&answer.status), "{}", answer.text());
                        continue;
                    }
                    let submission: Submission = answer.json();
                    let Fate::Committed { height, index, .. } = submission.fate else { panic!("{submission:?}") };
                    book.lock().expect("no client panics here").insert(submission.id, (height, index));
                    client.pending = None;
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let enough = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            until("enough is acknowledged", || (count.load(Ordering::Relaxed) >= wanted).then_some(()));
        }));
        if enough.is_ok() {
            then(network);
        }
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = enough {
            std::panic::resume_unwind(panic);
        }
    });
    *acknowledged = book.into_inner().expect("no client panics");
}

impl Client {
    /// What is not answered yet, or the next payment.
    fn next(&mut self) -> Envelope {
        let Self { person, pending, paid } = self;
        let payment = pending.get_or_insert_with(|| {
            *paid += 1;
            let others: Vec<&str> = TRADERS.into_iter().filter(|trader| *trader != person.handle).collect();
            let to = others[usize::try_from(*paid).expect("a small number") % others.len()];
            person.pays(to, *paid)
        });
        payment.clone()
    }
}

fn must_stand_where_they_were_said_to(network: &Network, acknowledged: &Acknowledged) {
    for node in &network.nodes {
        for (id, place) in acknowledged {
            let view: TransactionView = node.door.read(&format!("/v1/transactions/{id}"));
            let Fate::Committed { height, index, .. } = view.fate else { panic!("{id} is lost: {view:?}") };
            assert_eq!((height, index), *place, "{id}");
        }
    }
}
