//! What holds for the manual and the completions of both programs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().expect("it was found before");
    assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
    output
}

fn is_there(program: &str) -> bool {
    Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", program]).status().is_ok_and(|it| it.success())
}

/// Each command has a page in this section, each page that another one names is there, and what reads pages finds nothing wrong.
pub fn check_pages(program: &str, name: &str, section: char, some: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let pages = folder.path().join("pages");
    let place = pages.to_str().expect("it is text");
    run(program, &["man", "--output", place]);
    let found: BTreeSet<String> = fs::read_dir(&pages)
        .expect("it was made")
        .map(|entry| entry.expect("it is read").file_name().into_string().expect("it is text"))
        .collect();
    for page in some {
        assert!(found.contains(*page), "{page} is not in {found:?}");
    }
    let end = format!("({section})");
    let mut named = BTreeSet::from([format!("{name}.{section}")]);
    for page in &found {
        let path = pages.join(page);
        let text = fs::read_to_string(&path).expect("it is text");
        let plain = text.replace('\\', "");
        let references = plain.lines().filter(|line| line.starts_with(name) && line.ends_with(&end));
        named.extend(references.map(|line| line.replace(&end, &format!(".{section}"))));
        must_be_sound(&path);
    }
    assert_eq!(named, found, "pages that are named, and pages that are there");
}

/// By what is there to read it: `mandoc`, `groff`.
fn must_be_sound(page: &Path) {
    let place = page.to_str().expect("it is text");
    if is_there("mandoc") {
        run("mandoc", &["-T", "lint", "-W", "error", place]);
    }
    if is_there("groff") {
        let output = run("groff", &["-k", "-man", "-T", "utf8", "-ww", "-z", place]);
        let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(warnings.is_empty(), "{place}: {warnings}");
    }
}

/// Each shell takes its script, and the script knows the commands.
pub fn check_completions(program: &str, words: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for shell in ["bash", "zsh", "fish"] {
        let script = run(program, &["completions", shell]).stdout;
        let text = String::from_utf8_lossy(&script).into_owned();
        for word in words {
            assert!(text.contains(word), "{shell}: {word}");
        }
        let path = folder.path().join(shell);
        fs::write(&path, script).expect("the folder is there");
        if is_there(shell) {
            run(shell, &["-n", path.to_str().expect("it is text")]);
        }
    }
}
