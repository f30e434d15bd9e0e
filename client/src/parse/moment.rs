//! Moments: typed as a day, a time or a length from now; shown in the time zone of whoever reads.

use crate::said::{Said, plain, said};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use yaosu_ledger::Timestamp;

/// Reads a moment: `2027-01-31` (that day's beginning here), `2027-01-31T09:00` (here), `2027-01-31T09:00:00Z`
/// (anywhere), or `30d` (from now).
///
/// # Errors
/// What would be taken, in words.
pub fn moment(text: &str) -> Result<Timestamp, Said> {
    let fault = || {
        said!(
            "{text:?} is not a moment: write 2027-01-31, 2027-01-31T09:00, 2027-01-31T09:00:00Z or 30d",
            "{text:?} 不是时间：请写成 2027-01-31、2027-01-31T09:00、2027-01-31T09:00:00Z 或 30d"
        )
    };
    if let Ok(length) = super::duration(text) {
        return from_jiff(jiff::Timestamp::now()).map(|now| now.after(length)).ok_or_else(fault);
    }
    let found = match text.parse::<jiff::Timestamp>() {
        Ok(timestamp) => Some(timestamp),
        // A day alone is its beginning.
        Err(_) => text
            .parse::<DateTime>()
            .ok()
            .and_then(|civil| civil.to_zoned_datetime(TimeZone::system()).ok().map(|zoned| zoned.timestamp())),
    };
    found.and_then(from_jiff).ok_or_else(fault)
}

fn from_jiff(timestamp: jiff::Timestamp) -> Option<Timestamp> {
    u64::try_from(timestamp.as_millisecond()).ok().map(Timestamp)
}

/// Shows a moment in the time zone of this machine.
pub fn show_time(time: Timestamp) -> Said {
    let moment = i64::try_from(time.0).ok().and_then(|time| jiff::Timestamp::from_millisecond(time).ok());
    let written = |moment: jiff::Timestamp| {
        moment.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    };
    moment.map_or_else(|| said!("beyond all calendars", "超出历法范围"), |moment| plain(written(moment)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a moment with a zone means the same everywhere, one without is of here, and nothing else is taken.
    #[test]
    fn moments_are_read() {
        assert_eq!(moment("1970-01-01T00:00:01Z"), Ok(Timestamp(1_000)));
        assert_eq!(moment("2027-01-31T09:00:00+08:00"), moment("2027-01-31T01:00:00Z"));
        assert_eq!(moment("2027-01-31"), moment("2027-01-31T00:00"));
        assert!(moment("30d").ok() > moment("29d").ok());
        for bad in ["", "tomorrow", "2027-13-01", "2027-01-31T25:00", "1969-12-31T23:59:59Z", "5"] {
            assert!(moment(bad).is_err(), "{bad:?}");
        }
    }
}
