//! The manual and the completions of `yaosu`.

#[path = "../../node/tests/support/manual.rs"]
mod manual;

const PROGRAM: &str = env!("CARGO_BIN_EXE_yaosu");

/// Goal: what packages install is whole.
#[test]
fn each_command_has_a_page() {
    manual::check_pages(PROGRAM, "yaosu", '1', &["yaosu.1", "yaosu-node.1", "yaosu-watch.1", "yaosu-order-place.1"]);
}

#[test]
fn shells_complete_it() {
    manual::check_completions(PROGRAM, &["yaosu", "watch", "password-file", "grade"]);
}
