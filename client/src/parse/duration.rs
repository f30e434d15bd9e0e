//! Lengths of time: `90s`, `15m`, `24h`, `30d`, `1d12h`.

use crate::said::{Said, language, plain, said};
use yaosu_api::words::length;
use yaosu_ledger::Duration;

/// Units and their milliseconds, longest first. A year has 365 days.
const UNITS: &[(&str, u64)] = &[
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Reads a length of time above zero: numbers with units, longest unit first, none twice.
///
/// # Errors
/// What would be taken, in words.
pub fn duration(text: &str) -> Result<Duration, Said> {
    let fault = || {
        said!(
            "{text:?} is not a length of time: write 90s, 15m, 24h, 30d, 2w, 1y or 1d12h",
            "{text:?} 不是时长：请写成 90s、15m、24h、30d、2w、1y 或 1d12h"
        )
    };
    let mut total: u64 = 0;
    let mut rest = text;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit()).ok_or_else(fault)?;
        let (number, tail) = rest.split_at(digits);
        let end = tail.find(|character: char| character.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let (_, length) = units.by_ref().find(|(name, _)| *name == unit).ok_or_else(fault)?;
        let number: u64 = number.parse().map_err(|_| fault())?;
        let part = number.checked_mul(*length);
        total =
            part.and_then(|part| total.checked_add(part)).ok_or_else(|| said!("{text} is too long", "{text} 过长"))?;
        rest = tail;
    }
    if total == 0 { Err(fault()) } else { Ok(Duration(total)) }
}

/// Shows a length of time as it is typed, in its two largest units.
pub fn show_duration(duration: Duration) -> Said {
    plain(length(duration, language()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        #[rustfmt::skip]
        let rows = [
            ("90s", Some(90_000)), ("250ms", Some(250)), ("15m", Some(900_000)), ("24h", Some(86_400_000)),
            ("30d", Some(2_592_000_000)), ("2w", Some(1_209_600_000)), ("1y", Some(31_536_000_000)),
            ("1d12h", Some(129_600_000)), ("1h30m5s", Some(5_405_000)),
            ("", None), ("0s", None), ("5", None), ("h", None), ("5 h", None), ("1.5h", None), ("-1h", None),
            ("12h1d", None), ("1h1h", None), ("1x", None), ("99999999999999999999s", None), ("600000000y", None),
        ];
        for (text, expected) in rows {
            assert_eq!(duration(text).ok(), expected.map(Duration), "{text:?}");
        }
    }

    #[test]
    fn durations_are_shown() {
        #[rustfmt::skip]
        let rows = [
            (0, "0s"), (1, "1ms"), (1_500, "1s500ms"), (60_000, "1m"), (90_000, "1m30s"), (31_536_000_000, "1y"),
            (90_061_000, "1d1h"),
        ];
        for (milliseconds, expected) in rows {
            assert_eq!(show_duration(Duration(milliseconds)).as_str(), expected);
        }
    }
}
