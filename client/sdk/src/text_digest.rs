//! Hashes of things that stay off the ledger: scenarios, recipes, evidence.

use yaosu_ledger::Digest;

/// The plain BLAKE3 hash of a text's UTF-8 bytes: what `b3sum` prints for a file that holds just this text.
#[must_use]
pub fn text_digest(text: &str) -> Digest {
    Digest(*blake3::hash(text.as_bytes()).as_bytes())
}
