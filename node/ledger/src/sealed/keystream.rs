//! The keystream: BLAKE3's keyed output, at any length, for each chunk and each node apart.
//!
//! `KS(key, kind, number)` is the extendable output of BLAKE3 keyed with `key` over nine bytes: the kind (0 for chunks, 1
//! for nodes), then the number in little-endian order. No two pieces of a delivery share any of it, and a key is used for
//! one delivery alone.

use blake3::Hasher;

use super::tree::{CHUNK, NODE};

/// The output for one key. Applied twice it gives back what was there before.
#[derive(Clone, Copy)]
pub struct Keystream<'a> {
    key: &'a [u8; 32],
}

impl<'a> Keystream<'a> {
    /// The keystream of a key.
    #[must_use]
    pub const fn new(key: &'a [u8; 32]) -> Self {
        Self { key }
    }

    /// Encrypts or decrypts chunks in place; the first of them is chunk `first` of the file.
    pub fn chunks(self, first: u64, bytes: &mut [u8]) {
        for (number, chunk) in (first..).zip(bytes.chunks_mut(CHUNK)) {
            self.apply::<CHUNK>(0, number, chunk);
        }
    }

    /// Encrypts or decrypts nodes in place; the first of them is node `first` of the tree.
    pub fn nodes(self, first: u64, bytes: &mut [u8]) {
        for (number, node) in (first..).zip(bytes.chunks_mut(NODE)) {
            self.apply::<NODE>(1, number, node);
        }
    }

    fn apply<const BYTES: usize>(self, kind: u8, number: u64, piece: &mut [u8]) {
        let mut input = [kind; 9];
        input[1..].copy_from_slice(&number.to_le_bytes());
        let mut stream = [0; BYTES];
        Hasher::new_keyed(self.key).update(&input).finalize_xof().fill(&mut stream[..piece.len()]);
        for (byte, key) in piece.iter_mut().zip(stream) {
            *byte ^= key;
        }
    }
}
