//! What this process has used so far, as Linux tells it.

use std::fs;
use std::time::{Duration, Instant};

use crate::Outcome;

/// Processor time and the clock, at one moment or between two.
#[derive(Clone, Copy)]
pub struct Usage {
    /// In programs: in this process and those that it has waited for.
    pub user: Duration,
    /// In the system on their behalf.
    pub system: Duration,
    /// By the clock on the wall.
    pub wall: Duration,
}

/// A moment to measure from.
pub struct Start {
    began: Instant,
    user: Duration,
    system: Duration,
}

impl Start {
    pub fn now() -> Outcome<Self> {
        let (user, system) = processor_time()?;
        Ok(Self { began: Instant::now(), user, system })
    }

    /// What was used since.
    pub fn elapsed(&self) -> Outcome<Usage> {
        let wall = self.began.elapsed();
        let (user, system) = processor_time()?;
        Ok(Usage { user: user.saturating_sub(self.user), system: system.saturating_sub(self.system), wall })
    }
}

/// User and system time, from `/proc/self/stat`.
fn processor_time() -> Outcome<(Duration, Duration)> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name of the program stands in parentheses and may hold anything; the fields behind it are numbers.
    let (_, fields) = text.rsplit_once(')').ok_or("/proc/self/stat names no program")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    // Linux counts in hundredths of a second, whatever the kernel's own clock is.
    let ticks = |field: usize| -> Outcome<Duration> {
        let ticks: u64 = fields.get(field).ok_or("/proc/self/stat is short")?.parse()?;
        Ok(Duration::from_millis(ticks * 10))
    };
    // Fields 14 to 17 of proc(5); the state, its third, is the first here.
    Ok((ticks(11)? + ticks(13)?, ticks(12)? + ticks(14)?))
}

/// The most memory that this process has had at once, in KiB.
pub fn peak_memory() -> Outcome<u64> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
