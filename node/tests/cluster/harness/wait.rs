//! Waiting: for a condition, never for a length of time.

use std::time::{Duration, Instant};

/// Nothing takes this long, whatever else the machine does.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until there is an answer.
///
/// # Panics
/// With what was waited for, after [`PATIENCE`].
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(LOOK_EVERY);
    }
}
