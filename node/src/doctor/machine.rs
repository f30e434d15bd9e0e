//! The machine: room and speed of the disk, and how many files the node may open.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit};

use super::{Check, Outcome};
use crate::config::{Config, Home};
use crate::disk::available;

/// A node stops when its disk is full: below this it is near.
const ROOM_BYTES_MIN: u64 = 1 << 30;

/// About ten million payments.
const ROOM_BYTES_GOOD: u64 = 10 << 30;

/// A block waits for the disk several times.
const SYNC_GOOD: Duration = Duration::from_millis(50);

/// How often the disk is tried; the one in the middle counts.
const SYNCS: usize = 5;

/// Files that a node opens besides the connections of clients: peers, store, journal.
const FILES_OF_THE_NODE: u64 = 512;

/// Disk and open files.
pub fn checks(home: &Home, config: Option<&Config>, runs: bool) -> Vec<Check> {
    let mut checks = vec![room(home.path()), speed(home.path())];
    if let Some(config) = config {
        checks.push(files(home, config, runs));
    }
    checks
}

fn room(path: &Path) -> Check {
    const NAME: &str = "disk space";
    match available(path) {
        Ok(bytes) => {
            Check::new(NAME, room_is(bytes), format!("{:.1} GiB are free at {}", gibibytes(bytes), path.display()))
        }
        Err(error) => Check::failed(NAME, format!("{}: {error}", path.display())),
    }
}

fn room_is(bytes: u64) -> Outcome {
    match bytes {
        ..ROOM_BYTES_MIN => Outcome::Failed,
        ROOM_BYTES_MIN..ROOM_BYTES_GOOD => Outcome::Warning,
        _ => Outcome::Ok,
    }
}

fn gibibytes(bytes: u64) -> f64 {
    // For people, to one digit.
    f64::from(u32::try_from(bytes >> 20).unwrap_or(u32::MAX)) / 1024.0
}

fn speed(path: &Path) -> Check {
    const NAME: &str = "disk speed";
    let probe = path.join("doctor.probe");
    let tried = syncs(&probe);
    let _removed = fs::remove_file(&probe);
    match tried {
        Ok(time) if time > SYNC_GOOD => Check::warning(
            NAME,
            format!("{} ms until 4 KiB are on disk: every block waits for this; use an SSD", time.as_millis()),
        ),
        Ok(time) => Check::ok(NAME, format!("{:.1} ms until 4 KiB are on disk", time.as_secs_f64() * 1000.0)),
        Err(error) => Check::failed(NAME, format!("can't write into {}: {error}", path.display())),
    }
}

/// How long it takes until a page is on disk.
fn syncs(probe: &Path) -> std::io::Result<Duration> {
    let mut file = File::create(probe)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let started = Instant::now();
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(times[SYNCS / 2])
}

/// Whether the limit of open files bears the connections that are configured.
fn files(home: &Home, config: &Config, runs: bool) -> Check {
    const NAME: &str = "open files";
    let needed = u64::try_from(config.api.connections).unwrap_or(u64::MAX).saturating_add(FILES_OF_THE_NODE);
    let of_node = runs.then(|| of_process(home)).flatten();
    // `None` of the system is no limit.
    let (limit, whose) = match of_node {
        Some(limit) => (limit, "the node"),
        None => (getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX), "this shell"),
    };
    if limit < needed {
        return Check::warning(
            NAME,
            format!(
                "{whose} may open {limit}, {needed} may be needed: set LimitNOFILE=65536 in its unit, or run: ulimit -n 65536"
            ),
        );
    }
    Check::ok(NAME, format!("{whose} may open {limit}"))
}

/// The limit of the node that runs, as the system shows it.
fn of_process(home: &Home) -> Option<u64> {
    let process: u32 = fs::read_to_string(home.process()).ok()?.trim().parse().ok()?;
    soft_limit(&fs::read_to_string(format!("/proc/{process}/limits")).ok()?)
}

fn soft_limit(limits: &str) -> Option<u64> {
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?.split_whitespace().next()?;
    if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a disk that is nearly full is a failure, one that will be is a warning.
    #[test]
    fn room_has_two_limits() {
        let rows = [(0, Outcome::Failed), ((1 << 30) - 1, Outcome::Failed), (1 << 30, Outcome::Warning)];
        let more = [((10 << 30) - 1, Outcome::Warning), (10 << 30, Outcome::Ok), (u64::MAX, Outcome::Ok)];
        for (bytes, outcome) in rows.into_iter().chain(more) {
            assert_eq!(room_is(bytes), outcome, "{bytes}");
        }
    }

    /// Goal: the node's own limit is read, not the shell's.
    #[test]
    fn limits_are_read() {
        let text = "Limit                     Soft Limit           Hard Limit           Units     \n\
                    Max processes             127006               127006               processes \n\
                    Max open files            1024                 1048576              files     \n";
        assert_eq!(soft_limit(text), Some(1024));
        assert_eq!(
            soft_limit("Max open files            unlimited            unlimited            files"),
            Some(u64::MAX)
        );
        assert_eq!(soft_limit("nothing"), None);
    }

    /// Goal: a folder that can't be written into fails, and nothing stays behind in one that can.
    #[test]
    fn the_disk_is_tried() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        assert_ne!(speed(folder.path()).outcome, Outcome::Failed);
        assert_eq!(fs::read_dir(folder.path()).expect("it can be read").count(), 0);
        assert_eq!(speed(&folder.path().join("missing")).outcome, Outcome::Failed);
    }
}
