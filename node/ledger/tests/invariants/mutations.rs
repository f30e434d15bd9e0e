//! The table of `scripts/mutations`, which takes too long for every run: here only that it still fits the rules.

use std::fs;
use std::path::{Path, PathBuf};

/// A run of lines that gives way.
struct Change {
    mutation: String,
    file: PathBuf,
    lines: String,
}

fn table() -> Vec<Change> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the crate stands two folders deep");
    let mut changes: Vec<Change> = Vec::new();
    let (mut mutation, mut file, mut is_open) = (String::new(), PathBuf::new(), false);
    for line in include_str!("mutations.txt").lines() {
        let lines = line.strip_prefix('-');
        if let Some(name) = line.strip_prefix("== ") {
            name.clone_into(&mut mutation);
        } else if let Some(path) = line.strip_prefix("file ") {
            file = root.join(path);
        } else if let Some(line) = lines {
            if !is_open {
                changes.push(Change { mutation: mutation.clone(), file: file.clone(), lines: String::new() });
            }
            changes.last_mut().expect("one is open").lines.extend([line, "\n"]);
        }
        is_open = lines.is_some();
    }
    changes
}

/// Goal: each mutation still breaks what it says it breaks: the lines stand in their file, once.
#[test]
#[expect(clippy::disallowed_methods, reason = "the rules are read as texts here")]
fn mutations_fit_the_rules() {
    let changes = table();
    assert!(changes.len() >= 68, "{} changes were read", changes.len());
    for Change { mutation, file, lines } in changes {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{mutation}: {}: {error}", file.display()));
        let count = text.matches(&lines).count();
        assert_eq!(count, 1, "{mutation}: so often this stands in {}:\n{lines}", file.display());
    }
}
