//! Parts of the manual (`docs/operating.md`) that are made from the code, between two comments that name them.
//!
//! After a change: run the test that failed with `YAOSU_WRITE_GOLDEN=1`, and look at what it wrote.

use std::fs;
use std::path::PathBuf;

/// Compares a part of the manual with what it should be.
pub fn compare(name: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/operating.md");
    let manual = fs::read_to_string(&path).expect("the manual is there");
    let (begins, ends) = (format!("<!-- {name}: made from the code -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = manual.split_once(&begins).unwrap_or_else(|| panic!("the manual has no {begins}"));
    let (found, after) = rest.split_once(&ends).unwrap_or_else(|| panic!("the manual has no {ends}"));
    if std::env::var_os("YAOSU_WRITE_GOLDEN").is_some() {
        fs::write(&path, format!("{before}{begins}{expected}{ends}{after}")).expect("the manual is ours");
        return;
    }
    assert_eq!(found, expected, "the manual's {name} is old: see the head of tests/support/generated.rs");
}
