//! The lines in which steps tell what they took, and the table of them.

use core::fmt;
use core::str::FromStr;
use std::time::Duration;

use crate::usage::Usage;

/// What the rates of the others are compared with.
pub const BLAKE3: &str = "BLAKE3, one thread";
/// What the rates of the others are compared with, too.
pub const AGE: &str = "age encryption";

/// One line: a piece of work.
pub struct Row {
    pub name: String,
    pub usage: Usage,
    /// The peak of the whole process up to here; none where another program did the work.
    pub peak_kib: Option<u64>,
}

impl fmt::Display for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Usage { user, system, wall } = self.usage;
        let peak = self.peak_kib.unwrap_or(0);
        write!(formatter, "{};{};{};{};{peak}", self.name, user.as_micros(), system.as_micros(), wall.as_micros())
    }
}

impl FromStr for Row {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let malformed = || format!("not a row: {line}");
        let mut fields = line.split(';');
        let name = fields.next().ok_or_else(malformed)?.to_owned();
        let numbers: Result<Vec<u64>, _> = fields.map(str::parse).collect();
        let [user, system, wall, peak] = numbers.map_err(|_| malformed())?[..] else { return Err(malformed()) };
        let time = Duration::from_micros;
        let usage = Usage { user: time(user), system: time(system), wall: time(wall) };
        Ok(Self { name, usage, peak_kib: (peak > 0).then_some(peak) })
    }
}

/// Prints all rows with their rates.
pub fn show(size_bytes: u64, rows: &[Row]) {
    #[expect(clippy::cast_precision_loss, reason = "a rate is shown with three digits")]
    let rate = |time: Duration| size_bytes as f64 / 1e6 / time.as_secs_f64().max(0.01);
    let rate_of = |name: &str| rows.iter().find(|row| row.name == name).map(|row| rate(row.usage.user));
    let (blake3, age) = (rate_of(BLAKE3), rate_of(AGE));
    println!(
        "{:36} {:>7} {:>7} {:>7} {:>10} {:>10} {:>10} {:>8} {:>6} {:>9}",
        "", "user s", "syst s", "wall s", "MB/s user", "user+syst", "MB/s wall", "/ BLAKE3", "/ age", "peak MiB"
    );
    for Row { name, usage, peak_kib } in rows {
        let own = rate(usage.user);
        let ratio = |other: Option<f64>| other.map_or_else(|| "-".to_owned(), |other| format!("{:.2}", own / other));
        let peak = peak_kib.map_or_else(|| "-".to_owned(), |kib| kib.div_ceil(1024).to_string());
        println!(
            "{name:36} {:>7.2} {:>7.2} {:>7.2} {own:>10.0} {:>10.0} {:>10.0} {:>8} {:>6} {peak:>9}",
            usage.user.as_secs_f64(),
            usage.system.as_secs_f64(),
            usage.wall.as_secs_f64(),
            rate(usage.user + usage.system),
            rate(usage.wall),
            ratio(blake3),
            ratio(age),
        );
    }
}
