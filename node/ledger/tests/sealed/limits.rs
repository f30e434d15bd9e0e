//! How large evidence gets, and that nothing larger is taken.

use yaosu_ledger::codec::{self, Canonical as _};
use yaosu_ledger::sample::{CHOSEN_MAX, chosen};
use yaosu_ledger::sealed::{LeafProof, NodeProof, Piece, Proof, chunk_count, node_count, nodes_bytes};
use yaosu_ledger::{BlockId, Digest, HexBytes};

fn piece(bytes: usize, siblings: usize) -> Piece {
    Piece { bytes: HexBytes::new(vec![1; bytes]).expect("they fit a chunk"), siblings: vec![Digest::ZERO; siblings] }
}

/// How many levels a stream of this many bytes has above its deepest chunk.
fn levels(bytes: u64) -> usize {
    usize::try_from(chunk_count(bytes).next_power_of_two().ilog2()).expect("it is small")
}

/// Goal: the proof of a file of 1 GiB is under 4 KiB on the wire, and the largest file's within the limit of a proof.
#[test]
fn a_proof_is_small() {
    let largest = |size: u64| {
        let (chunk, node) = (piece(1024, levels(size)), piece(1024, levels(nodes_bytes(size))));
        let leaf = Proof::Leaf(LeafProof { chunk: u64::MAX, opened: chunk, parent: Some(node.clone()) });
        let node = Proof::Node(NodeProof { node: u64::MAX, opened: node.clone(), parent: Some(node) });
        codec::encode(&leaf).len().max(codec::encode(&node).len())
    };
    assert_eq!(largest(1 << 30), 3219);
    assert!(largest(u64::MAX) <= Proof::BYTES_MAX);
}

/// Goal: a proof with a longer piece is no proof.
#[test]
fn longer_pieces_are_not_decoded() {
    assert!(HexBytes::<1024>::new(vec![0; 1025]).is_err());
    for (siblings, taken) in [(Piece::SIBLINGS_MAX, true), (Piece::SIBLINGS_MAX + 1, false)] {
        let proof = Proof::Leaf(LeafProof { chunk: 0, opened: piece(1024, siblings), parent: None });
        assert_eq!(codec::decode::<Proof>(&codec::encode(&proof)).is_ok(), taken);
        let text = serde_json::to_string(&proof).expect("it has a text form");
        assert_eq!(serde_json::from_str::<Proof>(&text).is_ok(), taken);
    }
}

/// Goal: the numbers of chunks and nodes at the edges, up to the largest size there is.
#[test]
fn counts() {
    #[rustfmt::skip]
    let rows = [
        (0, 1, 0), (1, 1, 0), (1024, 1, 0), (1025, 2, 1), (2048, 2, 1), (2049, 3, 2),
        (u64::MAX, 1 << 54, (1 << 54) - 1),
    ];
    for (size, chunks, nodes) in rows {
        assert_eq!((chunk_count(size), node_count(size), nodes_bytes(size)), (chunks, nodes, nodes * 64));
    }
}

/// Goal: what the ledger chooses is in the file, each chunk once, all of a small file, other chunks for another block or
/// file, and never more than the limit.
#[test]
fn the_ledger_chooses() {
    let block = |byte: u8| BlockId(Digest([byte; 32]));
    for size in [0, 1, 1024, 1025, 3000, 100_000, 1 << 40, u64::MAX] {
        let choice = chosen(&block(1), &Digest::ZERO, size, 4);
        assert_eq!(choice.len() as u64, chunk_count(size).min(4));
        assert!(choice.windows(2).all(|pair| pair[0] < pair[1]), "each once, ascending");
        assert!(choice.iter().all(|chunk| *chunk < chunk_count(size)));
    }
    assert_eq!(chosen(&block(1), &Digest::ZERO, u64::MAX, usize::MAX).len(), CHOSEN_MAX);
    let choice = |byte, root| chosen(&block(byte), &root, 1 << 40, 4);
    assert_ne!(choice(1, Digest::ZERO), choice(2, Digest::ZERO));
    assert_ne!(choice(1, Digest::ZERO), choice(1, Digest([1; 32])));
    // Frozen: a change would make the ledger ask for other slices than it did.
    assert_eq!(chosen(&block(1), &Digest::ZERO, 100 * 1024, 4), [1, 18, 36, 48]);
}
