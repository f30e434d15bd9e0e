//! The streaming sealer gives what the definition gives.

use core::convert::Infallible;

use proptest::prelude::*;
use yaosu_ledger::sealed::{GROUP_BYTES, SealError, Sealed, Sealer, Sink, nodes_bytes};

use crate::support::{Delivery, cases, file, plain, secret};

/// What comes out of a sealer. A node that is written twice, or never, is told.
struct Memory {
    ciphertext: Vec<u8>,
    nodes: Vec<Option<u8>>,
}

impl Sink for Memory {
    type Error = Infallible;

    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.ciphertext.extend_from_slice(bytes);
        Ok(())
    }

    fn nodes(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Infallible> {
        let offset = usize::try_from(offset).expect("it is in memory");
        for (place, byte) in self.nodes[offset..][..bytes.len()].iter_mut().zip(bytes) {
            assert_eq!(place.replace(*byte), None, "written once");
        }
        Ok(())
    }
}

fn seal(bytes: &[u8], seed: u64, part: usize) -> (Sealed, Memory) {
    let (size_bytes, secret) = (bytes.len() as u64, secret(seed));
    let nodes = vec![None; usize::try_from(nodes_bytes(size_bytes)).expect("it is in memory")];
    let mut memory = Memory { ciphertext: vec![], nodes };
    let mut sealer = Sealer::new(&secret, size_bytes);
    for part in bytes.chunks(part) {
        sealer.push(part, &mut memory).expect("they are as many as was said");
    }
    (sealer.finish(&mut memory).expect("they are as many as was said"), memory)
}

fn check(length: usize, seed: u64, part: usize) {
    let bytes = file(seed, length);
    let expected = Delivery::honest(&bytes, secret(seed));
    let (sealed, memory) = seal(&bytes, seed, part);
    assert_eq!(sealed.content_root, plain(&bytes), "{length} bytes");
    assert_eq!(sealed.ciphertext_root, expected.commitment.ciphertext_root);
    assert_eq!(memory.ciphertext, expected.ciphertext);
    let nodes: Option<Vec<u8>> = memory.nodes.into_iter().collect();
    assert_eq!(nodes.expect("every node is written"), expected.nodes, "{length} bytes");
}

/// Goal: groups join as they should, on both sides of every edge of a group and of a power of two of groups.
#[test]
fn groups_join() {
    for groups in [1, 2, 3, 4, 5] {
        for length in [-1025_i64, -1, 0, 1, 1025] {
            let length = i64::try_from(groups * GROUP_BYTES).expect("it is small") + length;
            check(usize::try_from(length).expect("it is not negative"), 11, 100_000);
        }
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// For any length and any parts: the same as by definition.
    #[test]
    fn parts_do_not_matter(length in 0_usize..80_000, seed: u64, part in 1_usize..5000) {
        check(length, seed, part);
    }
}

/// Where sealed bytes are counted and forgotten.
#[derive(Default)]
struct Counting {
    ciphertext: usize,
    nodes: u64,
    largest: usize,
}

impl Sink for Counting {
    type Error = Infallible;

    fn ciphertext(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        self.ciphertext += bytes.len();
        self.largest = self.largest.max(bytes.len());
        Ok(())
    }

    fn nodes(&mut self, _: u64, bytes: &[u8]) -> Result<(), Infallible> {
        self.nodes += bytes.len() as u64;
        self.largest = self.largest.max(bytes.len());
        Ok(())
    }
}

/// Goal: the sealer keeps less than a group back, and the nodes of whole groups only one a level, whatever the size.
#[test]
fn nothing_is_held_back() {
    const PART: usize = 100_000;
    let (size, key) = (200 * PART, secret(1));
    let (mut sink, part) = (Counting::default(), vec![0; PART]);
    let mut sealer = Sealer::new(&key, size as u64);
    for pushed in (PART..=size).step_by(PART) {
        sealer.push(&part, &mut sink).expect("they are as many as was said");
        assert!(pushed - sink.ciphertext < GROUP_BYTES, "{pushed} bytes went in");
        let groups = u64::try_from(pushed / GROUP_BYTES).expect("it is small");
        // A tree over so many groups: 255 nodes in each, and those above that have both their halves.
        let above = groups - u64::from(groups.count_ones());
        assert_eq!(sink.nodes, (groups * 255 + above) * 64, "{pushed} bytes went in");
    }
    sealer.finish(&mut sink).expect("they are as many as was said");
    assert_eq!((sink.ciphertext, sink.nodes), (size, nodes_bytes(size as u64)));
    assert_eq!(sink.largest, GROUP_BYTES);
}

/// Goal: a file of another length than was said is not sealed.
#[test]
fn the_length_must_be_as_said() {
    let key = secret(1);
    let mut memory = Memory { ciphertext: vec![], nodes: vec![None; 64] };
    let mut sealer = Sealer::new(&key, 2000);
    sealer.push(&[0; 1999], &mut memory).expect("they are not too many");
    assert_eq!(sealer.push(&[0; 2], &mut memory), Err(SealError::Size { expected: 2000, found: 2001 }));
    let mut sealer = Sealer::new(&key, 2000);
    sealer.push(&[0; 1999], &mut memory).expect("they are not too many");
    assert_eq!(sealer.finish(&mut memory), Err(SealError::Size { expected: 2000, found: 1999 }));
}

/// Goal: no two pieces share keystream: sealing zeros shows it as it is.
#[test]
fn no_keystream_is_used_twice() {
    let delivery = Delivery::of(&[], vec![0; 64 * 1024], vec![0; 63 * 64], secret(1));
    let mut blocks: Vec<&[u8]> = delivery.ciphertext.chunks(64).chain(delivery.nodes.chunks(64)).collect();
    let count = blocks.len();
    blocks.sort_unstable();
    blocks.dedup();
    assert_eq!(blocks.len(), count);
}

/// Goal: the keystream is BLAKE3's keyed output over the kind and the number, as `docs/wire.md` says.
#[test]
fn the_keystream_by_its_definition() {
    let secret = secret(1);
    let delivery = Delivery::of(&[0; 3000], vec![0; 3000], vec![0; 128], secret);
    let output = |input: &[u8], length: usize| {
        let mut bytes = vec![0; length];
        blake3::Hasher::new_keyed(&secret.key).update(input).finalize_xof().fill(&mut bytes);
        bytes
    };
    assert_eq!(delivery.ciphertext[2048..], output(&[0, 2, 0, 0, 0, 0, 0, 0, 0], 952));
    assert_eq!(delivery.nodes[64..], output(&[1, 1, 0, 0, 0, 0, 0, 0, 0], 64));
}
