//! The manual and the completions of `yaosu-node`.

#[path = "support/manual.rs"]
mod manual;

const PROGRAM: &str = env!("CARGO_BIN_EXE_yaosu-node");

/// Goal: what packages install is whole.
#[test]
fn each_command_has_a_page() {
    manual::check_pages(PROGRAM, "yaosu-node", '8', &["yaosu-node.8", "yaosu-node-start.8", "yaosu-node-dev-stop.8"]);
}

#[test]
fn shells_complete_it() {
    manual::check_completions(PROGRAM, &["yaosu-node", "genesis", "config-out", "detach"]);
}
