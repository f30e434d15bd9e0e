//! A bar for work that takes long, on a terminal only.

use crate::said::Said;
use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Runs some work on bytes that tells how far it has come.
pub fn with_bar<T>(what: &Said, work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T) -> T {
    let bar = start(what);
    let result = work(&mut |done, total| advance(&bar, done, total));
    bar.finish_and_clear();
    result
}

/// A bar that is not shown yet.
pub fn start(what: &Said) -> ProgressBar {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {bytes} / {total_bytes} ({bytes_per_sec})")
        .expect("the template is well-formed")
        .progress_chars("=> ");
    ProgressBar::with_draw_target(Some(0), target).with_style(style).with_message(what.to_string())
}

/// So many bytes of so many are done.
pub fn advance(bar: &ProgressBar, done: u64, total: u64) {
    bar.set_length(total);
    bar.set_position(done);
}
