//! Fixed things that all histories draw from: contents with their words, and keys with their secrets.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use yaosu_ledger::Digest;
use yaosu_ledger::signature::{PublicKey, SigningKey};

use super::town::{EVERYONE, digest, key_of};

/// Different contents.
pub const CONTENTS: usize = 2_048;
/// Keys beside those of the founders.
pub const KEYS: usize = 512;

/// The words of the content with a number.
pub fn content_words(number: usize) -> String {
    format!("content {number}")
}

/// The words of a content root; those of none if it is not known.
pub fn words(root: Digest) -> String {
    static WORDS: OnceLock<BTreeMap<Digest, String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| (0..CONTENTS).map(content_words).map(|words| (digest(&words), words)).collect());
    words.get(&root).cloned().unwrap_or_default()
}

/// As long, and something else.
pub fn fake(words: &str) -> String {
    words.chars().rev().collect()
}

fn keys() -> &'static (Vec<PublicKey>, BTreeMap<PublicKey, SigningKey>) {
    static RING: OnceLock<(Vec<PublicKey>, BTreeMap<PublicKey, SigningKey>)> = OnceLock::new();
    RING.get_or_init(|| {
        let numbered: Vec<SigningKey> = (0..KEYS).map(|number| key_of(&format!("key {number}"))).collect();
        let names = EVERYONE.iter().map(|(name, ..)| *name).chain(super::world::FURTHER_FOUNDERS);
        let public = numbered.iter().map(SigningKey::public).collect();
        let all = numbered.into_iter().chain(names.map(key_of)).map(|key| (key.public(), key)).collect();
        (public, all)
    })
}

/// The public key with a number.
pub fn public_key(number: usize) -> PublicKey {
    keys().0[number]
}

/// The secret half of a key.
pub fn secret_half(key: &PublicKey) -> &'static SigningKey {
    keys().1.get(key).expect("nobody has a key from elsewhere")
}
