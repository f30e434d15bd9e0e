use super::{ListProof, prove, prove_range, root, turns};
use crate::codec::{self, Canonical};
use crate::hash::{Domain, digest, digest_pair};
use crate::primitives::Digest;
use crate::proof::ProofError;

fn leaves(count: u32) -> Vec<Digest> {
    (0..count).map(|number| digest(Domain::TransactionLeaf, &number.to_le_bytes())).collect()
}

/// The root by another way than the code's: from the left, joining equal subtrees as they get full, as RFC 6962
/// describes for a log that grows.
fn model_root(leaves: &[Digest]) -> Digest {
    let mut full: Vec<(u32, Digest)> = Vec::new();
    for leaf in leaves {
        let (mut level, mut node) = (0, *leaf);
        while let Some((_, left)) = full.pop_if(|(other, _)| *other == level) {
            node = digest_pair(Domain::MerkleNode, &left, &node);
            level += 1;
        }
        full.push((level, node));
    }
    let top = full.into_iter().map(|(_, node)| node).rev();
    let top = top.reduce(|right, left| digest_pair(Domain::MerkleNode, &left, &right)).unwrap_or_default();
    let count = u64::try_from(leaves.len()).expect("a length in memory fits 64 bits");
    digest(Domain::MerkleRoot, &[&count.to_le_bytes()[..], &top.0].concat())
}

/// Goal: no later version reads a block of this one with other roots. The values were checked by a BLAKE3 and a tree
/// written apart from these.
#[test]
fn roots_are_frozen() {
    #[rustfmt::skip]
    let rows = [
        (0,      "18c45d4b34f3e7dae091db703b92e8946d8a95b0e0afc8c27a2a1159a609c94e"),
        (1,      "0300f6cbad58495eee3efadfc251f29f0a1ebf82eb9c4f84f36e17283c67e629"),
        (2,      "a8a8d2fcf5f16e63b836a5dc7aab3e4e5b1c55654dde93f9386fc3debc65bb6b"),
        (3,      "ae5a1d71f33c36e6f4d4644bc505e6b71a86b74b45ea88103f93ad3950c54f6b"),
        (7,      "538e29ada903a006270678d26e65387250f9a18eda2cd1bfb4be4a3c460916a6"),
        (10_000, "af21d3e05b0a27a2bf5c7570b279c2b5327d43287f276f5e259009433a09b6b5"),
    ];
    for (count, frozen) in rows {
        assert_eq!(root(&leaves(count)).to_string(), frozen, "{count} leaves");
    }
}

/// Goal: proofs of places that stand behind each other are those of each place, and no places are proved that there are not.
#[test]
fn ranges_have_the_proofs_of_their_places() {
    for count in 0..=20 {
        let leaves = leaves(count);
        for start in 0..=count + 1 {
            for end in 0..=count + 1 {
                let each = (start..end).map(|index| prove(&leaves, index)).collect();
                let expected = if start <= end && end <= count { each } else { None };
                assert_eq!(prove_range(&leaves, start..end), expected, "{start} to {end} of {count}");
            }
        }
    }
}

/// Goal: every place of every short list is proved, for its leaf and its place in that list and for nothing else.
/// Method: all lists up to 70, all places; each proof is tried with every other leaf, place and length near it.
#[test]
fn every_place_has_its_proof() {
    for count in 0..=70 {
        let leaves = leaves(count);
        let root = root(&leaves);
        assert_eq!(root, model_root(&leaves), "{count} leaves");
        assert_eq!(prove(&leaves, count), None);
        assert_eq!(prove(&leaves, u32::MAX), None);
        for (index, leaf) in (0..count).zip(&leaves) {
            let proof = prove(&leaves, index).expect("a place of the list");
            assert_eq!(proof.verify(&root, leaf), Ok(()), "{index} of {count}");
            assert_eq!(codec::decode::<ListProof>(&codec::encode(&proof)).expect("what was encoded decodes"), proof);
            for other_leaf in leaves.iter().filter(|other| *other != leaf) {
                assert_eq!(proof.verify(&root, other_leaf), Err(ProofError::OtherRoot));
            }
            for other_index in (0..count).filter(|other| *other != index) {
                let moved = ListProof { index: other_index, ..proof.clone() };
                assert!(moved.verify(&root, leaf).is_err(), "{index} as {other_index} of {count}");
            }
            for other_count in (0..=140).filter(|other| *other != count) {
                let resized = ListProof { count: other_count, ..proof.clone() };
                assert!(resized.verify(&root, leaf).is_err(), "{index} of {count} as of {other_count}");
            }
        }
    }
}

/// Goal: the number of siblings must be right before any is hashed.
#[test]
fn siblings_are_counted() {
    let leaves = leaves(7);
    let root = root(&leaves);
    for (index, expected) in (0..7).zip([3, 3, 3, 3, 3, 3, 2]) {
        let proof = prove(&leaves, index).expect("a place of the list");
        let leaf = &leaves[usize::try_from(index).expect("a place in memory")];
        for found in (0..40).filter(|found| *found != expected) {
            let mut forged = proof.clone();
            forged.siblings.resize(found, Digest::ZERO);
            assert_eq!(forged.verify(&root, leaf), Err(ProofError::SiblingCount { expected, found }));
        }
    }
    let outside = ListProof { index: 7, count: 7, siblings: vec![Digest::ZERO; 3] };
    assert_eq!(outside.verify(&root, &leaves[0]), Err(ProofError::OutOfRange { index: 7, count: 7 }));
    let of_nothing = ListProof { index: 0, count: 0, siblings: Vec::new() };
    assert_eq!(of_nothing.verify(&super::root(&[]), &Digest::ZERO), Err(ProofError::OutOfRange { index: 0, count: 0 }));
}

/// Goal: an inner node can't be shown as a leaf of a shorter list, nor a leaf's root as a bare top.
#[test]
fn the_length_is_part_of_the_root() {
    let leaves = leaves(4);
    let inner = [
        digest_pair(Domain::MerkleNode, &leaves[0], &leaves[1]),
        digest_pair(Domain::MerkleNode, &leaves[2], &leaves[3]),
    ];
    assert_ne!(root(&leaves), root(&inner));
    let forged = ListProof { index: 0, count: 2, siblings: vec![inner[1]] };
    assert_eq!(forged.verify(&root(&leaves), &inner[0]), Err(ProofError::OtherRoot));
    assert_ne!(root(&[]), root(&[Digest::ZERO]));
    assert_ne!(root(&[root(&leaves)]), root(&leaves));
}

/// Goal: a proof holds for one root and one leaf, in one encoding.
#[test]
fn no_changed_byte_passes() {
    let leaves = leaves(11);
    let root = root(&leaves);
    for (index, leaf) in (0..11).zip(&leaves).step_by(5) {
        let proof = prove(&leaves, index).expect("a place of the list");
        for changed in changed_bytes(&codec::encode(&proof)) {
            if let Ok(forged) = codec::decode::<ListProof>(&changed) {
                assert!(forged.verify(&root, leaf).is_err(), "{forged:?} for {proof:?}");
            }
        }
        for changed in changed_bytes(&root.0) {
            let other_root = Digest(changed.try_into().expect("a root has 32 bytes"));
            assert_eq!(proof.verify(&other_root, leaf), Err(ProofError::OtherRoot));
        }
        for changed in changed_bytes(&leaf.0) {
            let other_leaf = Digest(changed.try_into().expect("a leaf has 32 bytes"));
            assert_eq!(proof.verify(&root, &other_leaf), Err(ProofError::OtherRoot));
        }
    }
}

/// Each way to change one byte.
fn changed_bytes(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len()).flat_map(move |place| {
        (1..=u8::MAX).map(move |difference| {
            let mut changed = bytes.to_vec();
            changed[place] ^= difference;
            changed
        })
    })
}

/// Goal: the longest list that can be named is no special case, and its proofs have the most siblings.
#[test]
fn the_longest_proof_fits() {
    for index in [0, 1, 1 << 31, u32::MAX - 2, u32::MAX - 1] {
        assert!(turns(index, u32::MAX).len() <= ListProof::SIBLINGS_MAX, "{index}");
    }
    assert_eq!(turns(0, u32::MAX).len(), ListProof::SIBLINGS_MAX);
    let longest =
        ListProof { index: u32::MAX - 1, count: u32::MAX, siblings: vec![Digest::ZERO; ListProof::SIBLINGS_MAX] };
    let bytes = codec::encode(&longest);
    assert_eq!(bytes.len(), ListProof::BYTES_MAX);
    assert_eq!(codec::decode::<ListProof>(&bytes).expect("the longest proof decodes"), longest);
}

#[test]
fn too_many_siblings_do_not_decode() {
    let proof = ListProof { index: 0, count: 2, siblings: vec![Digest::ZERO; ListProof::SIBLINGS_MAX + 1] };
    // As part of a longer value, where the limit on the proof's own length does not help.
    let nested = bincode::decode_from_slice::<ListProof, _>(&codec::encode(&proof), bincode::config::standard());
    assert!(nested.expect_err("33 siblings").to_string().contains("over the limit of 32"));
    let text = serde_json::to_string(&proof).expect("a proof has a text form");
    assert!(serde_json::from_str::<ListProof>(&text).expect_err("33 siblings").to_string().contains("limit of 32"));
}

#[test]
fn the_text_form_is_frozen() {
    let proof = ListProof { index: 1, count: 2, siblings: vec![Digest([0xAB; 32])] };
    let text = serde_json::to_string(&proof).expect("a proof has a text form");
    assert_eq!(text, format!(r#"{{"index":1,"count":2,"siblings":["{}"]}}"#, "ab".repeat(32)));
    assert_eq!(serde_json::from_str::<ListProof>(&text).expect("its own text form"), proof);
}
