//! How long to wait between tries of what failed.

use std::time::Duration;

/// The pause after the first failure; it doubles with each further one.
pub const PAUSE_MIN: Duration = Duration::from_secs(1);

/// The longest pause.
pub const PAUSE_MAX: Duration = Duration::from_mins(1);

/// The pause after so many failures before.
pub fn pause_after(failures: u32) -> Duration {
    PAUSE_MIN.saturating_mul(2_u32.saturating_pow(failures)).min(PAUSE_MAX)
}
