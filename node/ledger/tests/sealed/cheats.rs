//! Whatever a seller does, either the buyer has the registered bytes or there is a proof.

use proptest::prelude::*;
use yaosu_ledger::codec;
use yaosu_ledger::sealed::Proof;

use crate::support::{Delivery, cases, file, lengths, nodes_of, secret};

/// The proof that the buyer finds convicts, fits the wire, and is decoded as it was.
fn check_convicted(delivery: &Delivery) -> Proof {
    let proof = delivery.prove().expect("there is a first inconsistency");
    assert!(delivery.convicts(&proof), "{proof:?}");
    let bytes = codec::encode(&proof);
    assert_eq!(codec::decode::<Proof>(&bytes).expect("it is canonical"), proof);
    let text = serde_json::to_string(&proof).expect("it has a text form");
    assert_eq!(serde_json::from_str::<Proof>(&text).expect("the text is its own"), proof);
    proof
}

/// Goal: an honest delivery gives no proof and the registered bytes, at every shape of tree up to 33 chunks.
#[test]
fn honest_deliveries_open() {
    for chunks in 0..=33_usize {
        for length in [(chunks * 1024).saturating_sub(1), chunks * 1024, chunks * 1024 + 1] {
            let bytes = file(7, length);
            let delivery = Delivery::honest(&bytes, secret(length as u64));
            assert_eq!(delivery.prove(), None, "{length} bytes");
            assert_eq!(delivery.opens_to(), bytes);
        }
    }
}

/// Goal: each way of cheating that the protocol names is met, at 1, 2^k and 2^k +- 1 chunks, by the kind of proof meant
/// for it.
#[test]
fn each_cheat_by_name() {
    for length in [1, 1023, 1024, 1025, 2048, 2049, 3072, 7 * 1024, 8 * 1024, 8 * 1024 + 1, 9 * 1024, 17 * 1024 - 5] {
        let (registered, key) = (file(1, length), secret(length as u64));
        let other = file(2, length);

        let mut wrong_chunk = registered.clone();
        wrong_chunk[length - 1] ^= 1;
        let delivery = Delivery::of(&registered, wrong_chunk, nodes_of(&registered), key);
        assert!(matches!(check_convicted(&delivery), Proof::Leaf(_)), "wrong chunk, {length} bytes");

        // The tree of other bytes is sound in itself; only its root is wrong.
        let delivery = Delivery::of(&registered, other.clone(), nodes_of(&other), key);
        let proof = check_convicted(&delivery);
        assert!(matches!((proof, length), (Proof::Node(_), 1025..) | (Proof::Leaf(_), ..=1024)), "{length} bytes");

        // Sealed with another key than the one committed to and revealed.
        let mut delivery = Delivery::honest(&registered, secret(3));
        (delivery.secret, delivery.commitment.key_commitment) = (key, key.commitment());
        check_convicted(&delivery);

        let mut nodes = nodes_of(&registered);
        for place in (0..nodes.len()).step_by(32) {
            nodes[place] ^= 1;
            let delivery = Delivery::of(&registered, registered.clone(), nodes.clone(), key);
            let is_leaf = matches!(check_convicted(&delivery), Proof::Leaf(_));
            assert!(place > 0 || !is_leaf, "a wrong root node is met first");
            nodes[place] ^= 1;
        }
    }
}

/// Goal: for a file without bytes there is nothing to cheat with.
#[test]
fn an_empty_file_is_always_delivered() {
    let delivery = Delivery::honest(&[], secret(1));
    assert_eq!(delivery.prove(), None);
    assert_eq!(delivery.opens_to(), b"");
}

/// What a seller seals in place of the registered file.
#[derive(Clone, Copy, Debug)]
enum Cheat {
    /// One bit of the chunks.
    Chunk,
    /// One bit of the nodes.
    Node,
    /// One bit of both.
    Both,
    /// Another file with its own sound tree.
    OtherFile,
    /// Another file with the registered one's tree.
    OtherChunks,
    /// The registered file with another one's tree.
    OtherNodes,
    /// Sealed with another key than is revealed.
    OtherKey,
    /// One chunk is changed, and the tree with it up to below the root.
    PatchedBelowRoot,
    /// Two chunks exchanged, the tree as registered.
    Swapped,
    /// Noise.
    Noise,
}

fn any_cheat() -> impl Strategy<Value = Cheat> {
    use Cheat::*;
    prop::sample::select(vec![
        Chunk,
        Node,
        Both,
        OtherFile,
        OtherChunks,
        OtherNodes,
        OtherKey,
        PatchedBelowRoot,
        Swapped,
        Noise,
    ])
}

fn deliver(cheat: Cheat, registered: &[u8], seed: u64, place: usize) -> Delivery {
    let length = registered.len();
    let (mut chunks, mut nodes) = (registered.to_vec(), nodes_of(registered));
    let other = file(!seed, length);
    let flip = |bytes: &mut Vec<u8>| {
        if !bytes.is_empty() {
            let place = place % bytes.len();
            bytes[place] ^= 1 << (place % 8);
        }
    };
    match cheat {
        Cheat::Node => flip(&mut nodes),
        Cheat::Both => {
            flip(&mut chunks);
            flip(&mut nodes);
        }
        Cheat::OtherFile => (chunks, nodes) = (other.clone(), nodes_of(&other)),
        Cheat::OtherChunks => chunks = other,
        Cheat::OtherNodes => nodes = nodes_of(&other),
        Cheat::OtherKey => {
            let mut delivery = Delivery::honest(registered, secret(!seed));
            delivery.secret = secret(seed);
            delivery.commitment.key_commitment = delivery.secret.commitment();
            return delivery;
        }
        Cheat::PatchedBelowRoot => {
            flip(&mut chunks);
            let root = nodes.get(..64).map(<[u8]>::to_vec).unwrap_or_default();
            nodes = nodes_of(&chunks);
            nodes[..root.len()].copy_from_slice(&root);
        }
        Cheat::Swapped if length >= 2048 => {
            let (left, right) = chunks.split_at_mut(1024);
            left.swap_with_slice(&mut right[..1024]);
        }
        // A file of fewer than two whole chunks has nothing to exchange.
        Cheat::Chunk | Cheat::Swapped => flip(&mut chunks),
        Cheat::Noise => (chunks, nodes) = (file(seed ^ 1, length), file(seed ^ 2, nodes.len())),
    }
    Delivery::of(registered, chunks, nodes, secret(seed))
}

proptest! {
    #![proptest_config(cases(4000))]

    /// For any cheat at any place in any file: the buyer has the registered bytes, or convicts.
    #[test]
    fn a_cheat_is_convicted(length in lengths(), cheat in any_cheat(), seed: u64, place: usize) {
        let registered = file(seed, length);
        let delivery = deliver(cheat, &registered, seed, place);
        match delivery.prove() {
            None => prop_assert_eq!(delivery.opens_to(), registered),
            Some(proof) => prop_assert!(delivery.convicts(&proof)),
        }
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    /// For any file: an honest seller gives no proof.
    #[test]
    fn an_honest_seller_gives_no_proof(length in lengths(), seed: u64) {
        let registered = file(seed, length);
        let delivery = Delivery::honest(&registered, secret(seed));
        prop_assert_eq!(delivery.prove(), None);
        prop_assert_eq!(delivery.opens_to(), registered);
    }
}
