//! A seller that can do everything wrong, made without the code under test: whole vectors, recursion, no streaming.

use blake3::Hasher;
use blake3::hazmat::{HasherExt as _, Mode, merge_subtrees_non_root};
use proptest::prelude::*;
use yaosu_ledger::Digest;
use yaosu_ledger::sealed::{Commitment, Keystream, Proof, Secret, judge, prove};

/// The hash as `b3sum` prints it.
pub fn plain(bytes: &[u8]) -> Digest {
    Digest(*blake3::hash(bytes).as_bytes())
}

/// Bytes that differ everywhere, and for every seed.
pub fn file(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

pub fn secret(seed: u64) -> Secret {
    let bytes = file(!seed, Secret::BYTES);
    Secret::from_bytes(&bytes.try_into().expect("it has the length"))
}

/// The nodes of a file's tree in pre-order, by definition.
pub fn nodes_of(bytes: &[u8]) -> Vec<u8> {
    let chunks: Vec<&[u8]> = bytes.chunks(1024).collect();
    let mut nodes = Vec::new();
    if chunks.len() > 1 {
        append(&chunks, 0, &mut nodes);
    }
    nodes
}

fn append(chunks: &[&[u8]], first: u64, nodes: &mut Vec<u8>) -> [u8; 32] {
    if let [chunk] = chunks {
        return Hasher::new().set_input_offset(first * 1024).update(chunk).finalize_non_root();
    }
    let (left, right) = chunks.split_at(chunks.len().next_power_of_two() / 2);
    let place = nodes.len();
    nodes.extend([0; 64]);
    let left_value = append(left, first, nodes);
    let right_value = append(right, first + left.len() as u64, nodes);
    nodes[place..place + 32].copy_from_slice(&left_value);
    nodes[place + 32..place + 64].copy_from_slice(&right_value);
    merge_subtrees_non_root(&left_value, &right_value, Mode::Hash)
}

/// A delivery as the ledger and the buyer have it.
#[derive(Clone)]
pub struct Delivery {
    /// What is registered.
    pub content_root: Digest,
    pub size_bytes: u64,
    /// What came.
    pub ciphertext: Vec<u8>,
    pub nodes: Vec<u8>,
    pub secret: Secret,
    pub commitment: Commitment,
}

impl Delivery {
    /// Seals some chunks and nodes, whatever they are, for an order on the registered file.
    pub fn of(registered: &[u8], mut chunks: Vec<u8>, mut nodes: Vec<u8>, secret: Secret) -> Self {
        let keystream = Keystream::new(&secret.key);
        keystream.chunks(0, &mut chunks);
        keystream.nodes(0, &mut nodes);
        let commitment = Commitment {
            ciphertext_root: plain(&chunks),
            nodes_root: plain(&nodes),
            key_commitment: secret.commitment(),
        };
        Self {
            content_root: plain(registered),
            size_bytes: registered.len() as u64,
            ciphertext: chunks,
            nodes,
            secret,
            commitment,
        }
    }

    pub fn honest(registered: &[u8], secret: Secret) -> Self {
        Self::of(registered, registered.to_vec(), nodes_of(registered), secret)
    }

    /// What the buyer finds.
    pub fn prove(&self) -> Option<Proof> {
        prove(
            &self.content_root,
            self.size_bytes,
            &self.secret,
            &mut self.ciphertext.as_slice(),
            &mut self.nodes.as_slice(),
        )
        .expect("the buyer has acknowledged these lengths")
    }

    pub fn convicts(&self, proof: &Proof) -> bool {
        judge(&self.content_root, self.size_bytes, &self.commitment, &self.secret, proof).is_ok()
    }

    pub fn opens_to(&self) -> Vec<u8> {
        let mut bytes = self.ciphertext.clone();
        Keystream::new(&self.secret.key).chunks(0, &mut bytes);
        bytes
    }
}

/// Lengths at which trees change their shape, and others between.
pub fn lengths() -> impl Strategy<Value = usize> {
    let edges = (0_u32..6, -1_i64..=1, -1_i64..=1).prop_map(|(power, chunks, bytes)| {
        usize::try_from((((1 << power) + chunks) * 1024 + bytes).max(0)).expect("it is not negative")
    });
    prop_oneof![2 => edges, 2 => 0_usize..40 * 1024, 1 => 0_usize..1200]
}

/// How often a property is tried: 10 000 in all over the five properties of `cheats` and `framing`.
pub fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}
