use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{Change, StateProof, StateTree, Terminal, path_of, value_hash};
use crate::codec::{self, Canonical};
use crate::hash::{Domain, digest_pair};
use crate::primitives::Digest;
use crate::proof::ProofError;

/// What the tree must agree with: a map, and the definition of its root written down once more, without the tree.
type Model = BTreeMap<Digest, Digest>;

fn model_root(model: &Model) -> Digest {
    model_root_of(&model.iter().map(|(path, value)| (bits_of(path), path, value)).collect::<Vec<_>>(), 0)
}

fn model_root_of(leaves: &[(String, &Digest, &Digest)], depth: usize) -> Digest {
    match leaves {
        [] => Digest::ZERO,
        [(_, path, value)] => digest_pair(Domain::StateLeaf, path, value),
        _ => {
            let first_right = leaves.iter().position(|(bits, ..)| bits[depth..].starts_with('1'));
            let (left, right) = leaves.split_at(first_right.unwrap_or(leaves.len()));
            digest_pair(Domain::StateNode, &model_root_of(left, depth + 1), &model_root_of(right, depth + 1))
        }
    }
}

fn bits_of(path: &Digest) -> String {
    path.0.iter().flat_map(|byte| format!("{byte:08b}").into_bytes()).map(char::from).collect()
}

fn key(number: u32) -> Vec<u8> {
    format!("asset/{number}").into_bytes()
}

fn value(number: u32) -> Vec<u8> {
    format!("owner {number}").into_bytes()
}

fn put(number: u32) -> Change {
    (path_of(&key(number)), Some(value_hash(&value(number))))
}

fn remove(number: u32) -> Change {
    (path_of(&key(number)), None)
}

fn tree_of(numbers: core::ops::Range<u32>) -> StateTree {
    StateTree::default().update(&numbers.map(put).collect::<Vec<_>>())
}

/// Goal: no later version reads a chain of this one with other roots. The values were checked by a BLAKE3 and a tree
/// written apart from these.
#[test]
fn roots_are_frozen() {
    #[rustfmt::skip]
    let rows = [
        (0,     "0000000000000000000000000000000000000000000000000000000000000000"),
        (1,     "1ffcb9d6bfd640cac17b8fad92c553539fecc7be392449af7755e1d2ecf64e5f"),
        (2,     "2f544a015ba6b707bbe378a057d685691cbd1ce503023b2432d6a761b519fcb4"),
        (3,     "d4ded45bdb475277306b9fb9ce7cd944eae033ddd239fcd2dc38a5045598919c"),
        (5,     "15731537f99e9fcdf12e3a5eefdb4c30903d86e09b8bb1370c775fd559d338b8"),
        (100,   "0b5e58205cf1d4cd96d88f0325e5c045c55fb009e91ef913138f8452f9bd6849"),
        (1_000, "bd0f78fb2546c32373f2dd018782c8e77c2d6a77cbfd659fc1c415fd55b8e559"),
    ];
    for (count, root) in rows {
        assert_eq!(tree_of(0..count).root().to_string(), root, "{count} keys");
    }
}

#[test]
fn is_shared_between_threads() {
    const fn check<T: Send + Sync + Clone>() {}
    check::<StateTree>();
}

#[test]
fn of_several_changes_of_a_key_the_last_counts() {
    let (path, first) = put(1);
    let second = Some(value_hash(b"second"));
    let expected = tree_of(0..1).update(&[(path, second)]);
    assert_eq!(tree_of(0..1).update(&[(path, first), (path, second)]), expected);
    assert_eq!(tree_of(0..1).update(&[(path, None), (path, second)]), expected);
    assert_eq!(tree_of(0..1).update(&[(path, second), put(0), (path, None)]), tree_of(0..1));
}

#[test]
fn large_trees_come_and_go() {
    let full = tree_of(0..20_000);
    assert_eq!(full.len(), 20_000);
    full.top.leaves_of_sound(0);
    let most_gone = full.update(&(3..20_000).rev().map(remove).collect::<Vec<_>>());
    most_gone.top.leaves_of_sound(0);
    assert_eq!((most_gone.root(), most_gone.len()), (tree_of(0..3).root(), 3));
    let all_gone = most_gone.update(&(0..3).map(remove).collect::<Vec<_>>());
    assert_eq!((all_gone.root(), all_gone.len()), (Digest::ZERO, 0));
    assert_eq!(all_gone.update(&(0..20_000).map(put).collect::<Vec<_>>()), full);
}

/// Paths that share long beginnings, as only an adversary finds them: few enough that changes meet.
fn clumped_path() -> impl Strategy<Value = Digest> {
    (0..3_usize, 0..8_u8, 0..4_u8).prop_map(|(place, tail, head)| {
        let mut path = Digest::ZERO;
        path.0[0] = head << 6;
        path.0[[1, 16, 31][place]] |= tail;
        path
    })
}

fn scattered_path() -> impl Strategy<Value = Digest> {
    (0..200_u32).prop_map(|number| path_of(&key(number)))
}

fn any_change() -> impl Strategy<Value = Change> {
    let path = prop_oneof![clumped_path(), scattered_path()];
    // Few values, so that some changes leave a value as it was.
    let value = prop_oneof![Just(None), (0..3_u32).prop_map(|number| Some(value_hash(&value(number))))];
    (path, value)
}

fn apply(model: &mut Model, changes: &[Change]) {
    for &(path, value) in changes {
        match value {
            Some(value) => model.insert(path, value),
            None => model.remove(&path),
        };
    }
}

/// Checks the proof of one path against what the model has there, and that it proves nothing else.
fn check_proof(tree: &StateTree, model: &Model, path: &Digest) -> Result<(), TestCaseError> {
    let root = tree.root();
    let proof = tree.prove_path(path);
    let value = model.get(path).copied();
    prop_assert_eq!(proof.verify_path(&root, path, value), Ok(()));
    let other_value = Some(value_hash(b"never written"));
    prop_assert!(proof.verify_path(&root, path, other_value).is_err());
    if value.is_some() {
        prop_assert_eq!(proof.verify_path(&root, path, None), Err(ProofError::OtherClaim));
    }
    let decoded = codec::decode::<StateProof>(&codec::encode(&proof));
    prop_assert_eq!(decoded.expect("what was encoded decodes"), proof);
    Ok(())
}

/// The same cases in each run; `PROPTEST_CASES` asks for more of them.
fn fixed_cases() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed_cases())]

    /// For any history: the tree has the root, the length and the proofs of the model after each batch; it is kept in
    /// its one form; and every earlier version stays as it was.
    #[test]
    fn agrees_with_the_model(history in vec(vec(any_change(), 0..40), 1..8)) {
        let mut model = Model::new();
        let mut versions = vec![(StateTree::default(), model.clone())];
        for changes in &history {
            let (tree, _) = versions.last().expect("the empty tree is the first version");
            let tree = tree.update(changes);
            apply(&mut model, changes);
            versions.push((tree, model.clone()));
        }
        for (tree, model) in &versions {
            prop_assert_eq!(tree.root(), model_root(model));
            prop_assert_eq!(tree.len(), model.len());
            prop_assert_eq!(tree.is_empty(), model.is_empty());
            let leaves = tree.top.leaves_of_sound(0).into_iter().map(|leaf| (leaf.path, leaf.value_hash));
            prop_assert!(leaves.eq(model.iter().map(|(path, value)| (*path, *value))));
        }
        let before_each_batch = versions.iter().zip(&history);
        let after_each_batch = versions.iter().skip(1).zip(&history);
        for ((tree, model), changes) in before_each_batch.chain(after_each_batch) {
            for (path, _) in changes {
                check_proof(tree, model, path)?;
            }
        }
    }

    /// For any set of keys, in any order and in any batches, and with any that came and went: one root.
    #[test]
    fn does_not_depend_on_the_way(
        kept in proptest::collection::btree_map(prop_oneof![clumped_path(), scattered_path()], scattered_path(), 0..60),
        passing in vec(prop_oneof![clumped_path(), scattered_path()], 0..20),
        order in any::<prop::sample::Index>(),
        batch_size in 1..20_usize,
    ) {
        let mut puts = kept.iter().map(|(path, value)| (*path, Some(*value))).collect::<Vec<_>>();
        let at_once = StateTree::default().update(&puts);
        let passing = passing.into_iter().filter(|path| !kept.contains_key(path)).collect::<Vec<_>>();
        let come = passing.iter().map(|path| (*path, Some(*path))).collect::<Vec<_>>();
        let go = passing.iter().map(|path| (*path, None)).collect::<Vec<_>>();
        if !puts.is_empty() {
            let middle = order.index(puts.len());
            puts.rotate_left(middle);
            puts[middle..].reverse();
        }
        let by_and_by = puts.chunks(batch_size).fold(StateTree::default().update(&come), |tree, batch| tree.update(batch));
        let by_and_by = by_and_by.update(&go);
        prop_assert_eq!(by_and_by.root(), at_once.root());
        prop_assert_eq!(by_and_by.len(), at_once.len());
    }
}

/// Goal: keys that are there and keys that are not are proved in trees of every small size.
#[test]
fn every_key_has_its_proof() {
    for count in 0..40 {
        let tree = tree_of(0..count);
        for number in 0..80 {
            let proof = tree.prove(&key(number));
            let there = number < count;
            let shown = proof.verify(&tree.root(), &key(number), Some(&value(number)));
            assert_eq!(shown, if there { Ok(()) } else { Err(ProofError::OtherClaim) }, "{number} of {count}");
            let shown = proof.verify(&tree.root(), &key(number), None);
            assert_eq!(shown, if there { Err(ProofError::OtherClaim) } else { Ok(()) }, "{number} of {count}");
        }
    }
}

/// The three kinds of proof in one tree, each with the key and the value it is about.
fn one_proof_of_each_kind(tree: &StateTree, count: u32) -> [(StateProof, u32, Option<Vec<u8>>); 3] {
    let absent = |kind: fn(&Terminal) -> bool| {
        let mut absent = (count..).map(|number| (tree.prove(&key(number)), number, None));
        absent.find(|(proof, ..)| kind(&proof.terminal)).expect("keys never end")
    };
    [
        (tree.prove(&key(0)), 0, Some(value(0))),
        absent(|terminal| matches!(terminal, Terminal::Empty)),
        absent(|terminal| matches!(terminal, Terminal::Other { .. })),
    ]
}

/// Goal: a proof holds for one root, one key, one value, in one encoding; one of absence for all keys of its gap.
/// Method: exhaustive: each byte of all four is changed into each other byte.
#[test]
fn no_changed_byte_passes() {
    let tree = tree_of(0..21);
    let root = tree.root();
    for (proof, number, value) in one_proof_of_each_kind(&tree, 21) {
        let key = key(number);
        assert_eq!(proof.verify(&root, &key, value.as_deref()), Ok(()));
        for changed in changed_bytes(&codec::encode(&proof)) {
            if let Ok(forged) = codec::decode::<StateProof>(&changed) {
                assert!(forged.verify(&root, &key, value.as_deref()).is_err(), "{forged:?} for {proof:?}");
            }
        }
        for changed in changed_bytes(&root.0) {
            let other_root = Digest(changed.try_into().expect("a root has 32 bytes"));
            assert_eq!(proof.verify(&other_root, &key, value.as_deref()), Err(ProofError::OtherRoot));
        }
        for changed in changed_bytes(&key) {
            let passed = proof.verify(&root, &changed, value.as_deref()).is_ok();
            let same_gap = bits_of(&path_of(&changed)).starts_with(&bits_of(&path_of(&key))[..proof.siblings.len()]);
            assert_eq!(passed, value.is_none() && same_gap, "{changed:?}");
        }
        for changed in value.iter().flat_map(|value| changed_bytes(value)) {
            assert_eq!(proof.verify(&root, &key, Some(&changed)), Err(ProofError::OtherRoot));
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

/// Goal: each way to forge a proof that we know of is refused, for the reason we think.
#[test]
fn forgeries_have_their_row() {
    let tree = tree_of(0..21);
    let root = tree.root();
    let [(found, present, _), (empty, gap, _), (other, stranger, _)] = one_proof_of_each_kind(&tree, 21);
    let (path, held) = put(present);
    let held = held.expect("a put has a value");
    let with = |proof: &StateProof, change: fn(&mut Vec<Digest>)| {
        let mut forged = proof.clone();
        change(&mut forged.siblings);
        forged
    };
    let ending = |proof: &StateProof, terminal| StateProof { siblings: proof.siblings.clone(), terminal };
    let own_leaf = Terminal::Other { path, value_hash: held };
    let absent_other = Terminal::Other { path: Digest([7; 32]), value_hash: Digest([7; 32]) };
    #[rustfmt::skip]
    let rows = [
        // case                       proof                                              key       claim       answer
        ("absent by nothing",         ending(&found, Terminal::Empty),                   present,  None,       ProofError::OtherRoot),
        ("absent by its own leaf",    ending(&found, own_leaf),                          present,  None,       ProofError::OwnLeaf),
        ("absent by a far leaf",      ending(&found, absent_other),                      present,  None,       ProofError::ForeignLeaf),
        ("absent by its own proof",   found.clone(),                                     present,  None,       ProofError::OtherClaim),
        ("absent below its leaf",     with(&ending(&found, Terminal::Empty), |s| s.push(Digest::ZERO)), present, None, ProofError::OtherRoot),
        ("absent above its leaf",     with(&ending(&found, Terminal::Empty), |s| s.truncate(s.len() - 1)), present, None, ProofError::OtherRoot),
        ("present by a gap",          ending(&empty, Terminal::Found),                   gap,      Some(held), ProofError::OtherRoot),
        ("present by a neighbour",    ending(&other, Terminal::Found),                   stranger, Some(held), ProofError::OtherRoot),
        ("present by an absence",     other.clone(),                                     stranger, Some(held), ProofError::OtherClaim),
        ("another key's proof",       found.clone(),                                     stranger, Some(held), ProofError::OtherRoot),
        ("another value",             found.clone(),                                     present,  Some(path), ProofError::OtherRoot),
        ("no siblings",               with(&found, Vec::clear),                          present,  Some(held), ProofError::OtherRoot),
        ("siblings moved by one",     with(&found, |s| s.rotate_left(1)),               present,  Some(held), ProofError::OtherRoot),
        ("the last sibling missing",  with(&found, |s| s.truncate(s.len() - 1)),                   present,  Some(held), ProofError::OtherRoot),
        ("a zero sibling below",      with(&found, |s| s.push(Digest::ZERO)),            present,  Some(held), ProofError::OtherRoot),
        ("a zero sibling on top",     with(&found, |s| s.insert(0, Digest::ZERO)),       present,  Some(held), ProofError::OtherRoot),
        ("siblings the wrong way",    with(&found, |s| s.reverse()),                     present,  Some(held), ProofError::OtherRoot),
        ("too many siblings",         with(&found, |s| s.resize(257, Digest::ZERO)),     present,  Some(held), ProofError::TooManySiblings { found: 257, limit: 256 }),
    ];
    for (case, proof, number, claim, answer) in rows {
        assert_eq!(proof.verify_path(&root, &path_of(&key(number)), claim), Err(answer), "{case}");
    }
}

/// Goal: an inner node can't be shown as the leaf of a key whose path is the left half's digest.
#[test]
fn an_inner_node_is_no_leaf() {
    let tree = tree_of(0..21);
    let (path, _) = put(0);
    let sibling = tree.prove_path(&path).siblings[0];
    let beside = (0..21).map(|number| tree.prove_path(&put(number).0).siblings[0]).find(|digest| *digest != sibling);
    let mut halves = [sibling, beside.expect("21 keys stand in both halves")];
    if digest_pair(Domain::StateNode, &halves[0], &halves[1]) != tree.root() {
        halves.reverse();
    }
    assert_eq!(digest_pair(Domain::StateNode, &halves[0], &halves[1]), tree.root());
    let as_present = StateProof { siblings: Vec::new(), terminal: Terminal::Found };
    assert_eq!(as_present.verify_path(&tree.root(), &halves[0], Some(halves[1])), Err(ProofError::OtherRoot));
    let terminal = Terminal::Other { path: halves[0], value_hash: halves[1] };
    let as_other = StateProof { siblings: Vec::new(), terminal };
    assert_eq!(as_other.verify_path(&tree.root(), &path, None), Err(ProofError::OtherRoot));
}

/// Goal: even under a root that no honest tree has, a leaf in a place that is not its own shows no absence.
#[test]
fn a_misplaced_leaf_shows_nothing() {
    let (path, elsewhere) = (Digest([0; 32]), Digest([0x80; 32]));
    let leaf = digest_pair(Domain::StateLeaf, &elsewhere, &Digest::ZERO);
    let sibling = Digest([1; 32]);
    let root = digest_pair(Domain::StateNode, &leaf, &sibling);
    let terminal = Terminal::Other { path: elsewhere, value_hash: Digest::ZERO };
    let proof = StateProof { siblings: vec![sibling], terminal };
    assert_eq!(proof.verify_path(&root, &path, None), Err(ProofError::ForeignLeaf));
}

/// Goal: paths that differ in their last bit alone, the deepest that a tree can be, are no special case.
#[test]
fn the_deepest_proof_fits() {
    let [low, high] = [0xFE, 0xFF].map(|last| {
        let mut path = Digest([0xFF; 32]);
        path.0[31] = last;
        path
    });
    for crowd in [0, 3, 40] {
        let tree = tree_of(0..crowd).update(&[(low, Some(low)), (high, Some(high))]);
        tree.top.leaves_of_sound(0);
        for path in [low, high] {
            let proof = tree.prove_path(&path);
            assert_eq!(proof.siblings.len(), StateProof::SIBLINGS_MAX);
            assert_eq!(proof.verify_path(&tree.root(), &path, Some(path)), Ok(()));
            let bytes = codec::encode(&proof);
            assert_eq!(codec::decode::<StateProof>(&bytes).expect("the longest proof decodes"), proof);
        }
        assert_eq!(tree.update(&[(low, None), (high, None)]), tree_of(0..crowd));
    }
    let longest = StateProof {
        siblings: vec![low; StateProof::SIBLINGS_MAX],
        terminal: Terminal::Other { path: low, value_hash: low },
    };
    assert_eq!(codec::encode(&longest).len(), StateProof::BYTES_MAX);
}

#[test]
fn too_many_siblings_do_not_decode() {
    let proof = StateProof { siblings: vec![Digest::ZERO; StateProof::SIBLINGS_MAX + 1], terminal: Terminal::Found };
    // As part of a longer value, where the limit on the proof's own length does not help.
    let nested = bincode::decode_from_slice::<StateProof, _>(&codec::encode(&proof), bincode::config::standard());
    assert!(nested.expect_err("257 siblings").to_string().contains("over the limit of 256"));
    let text = serde_json::to_string(&proof).expect("a proof has a text form");
    assert!(serde_json::from_str::<StateProof>(&text).expect_err("257 siblings").to_string().contains("limit of 256"));
}

#[test]
fn the_text_form_is_frozen() {
    let siblings = vec![Digest([0xAB; 32])];
    let other = Terminal::Other { path: Digest([1; 32]), value_hash: Digest([2; 32]) };
    for terminal in [Terminal::Empty, other, Terminal::Found] {
        let proof = StateProof { siblings: siblings.clone(), terminal };
        let text = serde_json::to_string(&proof).expect("a proof has a text form");
        assert_eq!(serde_json::from_str::<StateProof>(&text).expect("its own text form"), proof);
    }
    let text = serde_json::to_string(&StateProof { siblings, terminal: other }).expect("a proof has a text form");
    let (sibling, path, value_hash) = ("ab".repeat(32), "01".repeat(32), "02".repeat(32));
    let terminal = format!(r#"{{"other":{{"path":"{path}","value_hash":"{value_hash}"}}}}"#);
    assert_eq!(text, format!(r#"{{"siblings":["{sibling}"],"terminal":{terminal}}}"#));
}
