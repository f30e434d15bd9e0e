//! Golden files: bytes that are frozen, one sample a line, in `tests/golden` of the crate that they belong to.
//!
//! When a format is meant to change: run that crate's tests named `golden` with `YAOSU_WRITE_GOLDEN=1`, and say in
//! `docs/wire.md` what changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// A sample's name and its bytes.
pub type Sample = (String, Vec<u8>);

/// Compares some samples with the file of this name.
pub fn compare(name: &str, samples: &[Sample]) {
    let names: BTreeSet<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), samples.len(), "each sample has a name of its own");
    let mut found = String::new();
    for (name, bytes) in samples {
        let hex = bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _written = write!(text, "{byte:02x}");
            text
        });
        let _written = writeln!(found, "{name} {hex}");
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("YAOSU_WRITE_GOLDEN").is_some() {
        fs::write(&path, &found).expect("the folder of golden files is there");
    }
    let frozen = fs::read_to_string(&path).unwrap_or_default();
    for (frozen, found) in frozen.lines().zip(found.lines()) {
        assert_eq!(found, frozen, "{name}: the format has changed: see the head of tests/support/golden.rs");
    }
    assert_eq!(found.lines().count(), frozen.lines().count(), "{name}: samples come and go only with the format");
}
