//! Whatever a buyer shows, an honest seller is not convicted.
//!
//! The honest evidence is the strongest start that a framer has: every accusation of a chunk or node with its true pieces.
//! From there everything is tampered with.

use proptest::prelude::*;
use yaosu_ledger::sealed::{
    LeafProof, NodeProof, Piece, Proof, ProofError, chunk_count, judge, node_count, nodes_bytes, open,
};
use yaosu_ledger::{Digest, HexBytes};

use crate::support::{Delivery, cases, file, lengths, secret};

/// The true piece of a stream, if it has this chunk.
fn piece(stream: &[u8], chunk: u64) -> Option<Piece> {
    let length = stream.len() as u64;
    let opening = (length > 0 && chunk < chunk_count(length))
        .then(|| open(&mut { stream }, length, chunk, 1).expect("the stream is in memory"))?;
    Some(opening.into())
}

fn chunk_piece(delivery: &Delivery, chunk: u64) -> Piece {
    piece(&delivery.ciphertext, chunk).unwrap_or(Piece { bytes: HexBytes::default(), siblings: vec![] })
}

/// The nodes above chunk or node, tried out: the one whose accusation is judged and not refused for its pieces.
fn accuse(delivery: &Delivery, number: u64, is_node: bool) -> Proof {
    let nodes_chunks = nodes_bytes(delivery.size_bytes).div_ceil(1024);
    let build = |parent: Option<Piece>| {
        if is_node {
            let opened = piece(&delivery.nodes, number / 16).expect("the tree has the node");
            Proof::Node(NodeProof { node: number, opened, parent })
        } else {
            Proof::Leaf(LeafProof { chunk: number, opened: chunk_piece(delivery, number), parent })
        }
    };
    let parents = (0..nodes_chunks).map(|chunk| piece(&delivery.nodes, chunk)).chain([None]);
    let verdict = |proof: &Proof| {
        judge(&delivery.content_root, delivery.size_bytes, &delivery.commitment, &delivery.secret, proof)
    };
    parents.map(build).find(|proof| verdict(proof) == Err(ProofError::NoFault)).expect("one of them is the place")
}

/// Goal: each chunk and node of an honest delivery, accused with its true pieces, agrees with what is above it.
#[test]
fn true_pieces_show_no_fault() {
    for length in [0, 1, 1024, 1025, 2048, 2049, 5 * 1024, 16 * 1024, 17 * 1024, 18 * 1024 - 1, 33 * 1024 + 1] {
        let delivery = Delivery::honest(&file(5, length), secret(5));
        for chunk in 0..chunk_count(delivery.size_bytes) {
            accuse(&delivery, chunk, false);
        }
        for node in 0..node_count(delivery.size_bytes) {
            accuse(&delivery, node, true);
        }
    }
}

fn opened(proof: &mut Proof) -> &mut Piece {
    match proof {
        Proof::Node(NodeProof { opened, .. }) | Proof::Leaf(LeafProof { opened, .. }) => opened,
    }
}

fn parent(proof: &mut Proof) -> &mut Option<Piece> {
    match proof {
        Proof::Node(NodeProof { parent, .. }) | Proof::Leaf(LeafProof { parent, .. }) => parent,
    }
}

fn number(proof: &mut Proof) -> &mut u64 {
    match proof {
        Proof::Node(NodeProof { node: number, .. }) | Proof::Leaf(LeafProof { chunk: number, .. }) => number,
    }
}

/// Changes the bytes of a piece; what does not fit one is left as it was.
fn change(piece: &mut Piece, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = piece.bytes.as_bytes().to_vec();
    change(&mut bytes);
    if let Ok(bytes) = HexBytes::new(bytes) {
        piece.bytes = bytes;
    }
}

/// One change of the evidence.
#[derive(Clone, Copy, Debug)]
enum Tampering {
    Bit,
    Sibling,
    DropSibling,
    AddSibling,
    SwapSiblings,
    ParentBit,
    NoParent,
    Number,
    Exchange,
    Kind,
    Shorter,
    Longer,
}

fn any_tampering() -> impl Strategy<Value = Tampering> {
    use Tampering::*;
    prop::sample::select(vec![
        Bit,
        Sibling,
        DropSibling,
        AddSibling,
        SwapSiblings,
        ParentBit,
        NoParent,
        Number,
        Exchange,
        Kind,
        Shorter,
        Longer,
    ])
}

fn tamper(proof: &mut Proof, tampering: Tampering, place: usize) {
    let flip = |bytes: &mut [u8]| {
        if !bytes.is_empty() {
            let place = place % bytes.len();
            bytes[place] ^= 1 << (place % 8);
        }
    };
    match tampering {
        Tampering::Bit => change(opened(proof), |bytes| flip(bytes)),
        Tampering::Sibling => {
            let siblings = &mut opened(proof).siblings;
            if !siblings.is_empty() {
                let at = place % siblings.len();
                flip(&mut siblings[at].0);
            }
        }
        Tampering::DropSibling => drop(opened(proof).siblings.pop()),
        Tampering::AddSibling => opened(proof).siblings.push(Digest::ZERO),
        Tampering::SwapSiblings => opened(proof).siblings.reverse(),
        Tampering::ParentBit => {
            if let Some(parent) = parent(proof) {
                change(parent, |bytes| flip(bytes));
            }
        }
        Tampering::NoParent => {
            let own = opened(proof).clone();
            let parent = parent(proof);
            *parent = if parent.is_some() { None } else { Some(own) };
        }
        Tampering::Number => *number(proof) = number(proof).wrapping_add(place as u64 | 1),
        Tampering::Exchange => {
            let own = opened(proof).clone();
            if let Some(above) = parent(proof).replace(own) {
                *opened(proof) = above;
            }
        }
        Tampering::Kind => {
            *proof = match proof.clone() {
                Proof::Node(NodeProof { node, opened, parent }) => {
                    Proof::Leaf(LeafProof { chunk: node, opened, parent })
                }
                Proof::Leaf(LeafProof { chunk, opened, parent }) => {
                    Proof::Node(NodeProof { node: chunk, opened, parent })
                }
            }
        }
        Tampering::Shorter => change(opened(proof), |bytes| bytes.truncate(bytes.len().saturating_sub(1))),
        Tampering::Longer => change(opened(proof), |bytes| bytes.push(0)),
    }
}

/// A true accusation of some chunk or node.
fn any_accusation(delivery: &Delivery, pick: u64) -> Proof {
    let (chunks, nodes) = (chunk_count(delivery.size_bytes), node_count(delivery.size_bytes));
    match pick % (chunks + nodes) {
        number if number < chunks => accuse(delivery, number, false),
        number => accuse(delivery, number - chunks, true),
    }
}

proptest! {
    #![proptest_config(cases(3000))]

    /// For any evidence with any changes: an honest seller is not convicted.
    #[test]
    fn tampered_evidence_convicts_nobody(
        length in lengths(),
        seed: u64,
        pick: u64,
        changes in prop::collection::vec((any_tampering(), any::<usize>()), 1..4),
    ) {
        let delivery = Delivery::honest(&file(seed, length), secret(seed));
        let mut proof = any_accusation(&delivery, pick);
        for (tampering, place) in changes {
            tamper(&mut proof, tampering, place);
        }
        prop_assert!(!delivery.convicts(&proof), "{proof:?}");
    }
}

proptest! {
    #![proptest_config(cases(1000))]

    /// For any conviction of one order: it says nothing about another one, whose seller was honest; with the key of either.
    #[test]
    fn a_proof_convicts_in_its_own_order_alone(length in lengths(), seed: u64, place: usize, same_key: bool) {
        prop_assume!(length > 0);
        let registered = file(seed, length);
        let honest = Delivery::honest(&registered, secret(seed));
        let mut wrong = registered.clone();
        wrong[place % length] ^= 1;
        let key = if same_key { honest.secret } else { secret(seed ^ 1) };
        let guilty = Delivery::of(&registered, wrong, crate::support::nodes_of(&registered), key);
        let proof = guilty.prove().expect("the chunk is wrong");
        prop_assert!(guilty.convicts(&proof));
        prop_assert!(!honest.convicts(&proof));
        // With the key of the other order, or against the commitment of the other key.
        let (root, size) = (&honest.content_root, honest.size_bytes);
        prop_assert!(judge(root, size, &honest.commitment, &guilty.secret, &proof).is_err());
        if !same_key {
            let refused = judge(root, size, &guilty.commitment, &honest.secret, &proof);
            prop_assert_eq!(refused, Err(ProofError::OtherKey));
        }
    }
}
