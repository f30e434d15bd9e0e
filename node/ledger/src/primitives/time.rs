//! Block time: the only clock the rules see.
//!
//! Windows are half-open: what must happen before a deadline is late in a block whose time equals it.

use core::fmt;
use core::str::FromStr;

use bincode::{Decode, Encode};
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment in Unix milliseconds, as agreed in a block's header.
///
/// In JSON a text of RFC 3339, or the number where that has no words for it; both are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub struct Timestamp(pub u64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration(pub u64);

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

impl Timestamp {
    /// The moment as RFC 3339 has it, in UTC with milliseconds; `None` behind the year 9999, which it can't write.
    #[must_use]
    pub fn to_rfc3339(self) -> Option<String> {
        let (days, time) = (self.0.div_euclid(DAY_MS), self.0.rem_euclid(DAY_MS));
        let (year, month, day) = date_of(i64::try_from(days).ok()?)?;
        let (hour, minute) = (time.div_euclid(3_600_000), time.div_euclid(60_000).rem_euclid(60));
        let (second, millisecond) = (time.div_euclid(1_000).rem_euclid(60), time.rem_euclid(1_000));
        Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z"))
    }

    /// The moment that lies this long after; the end of time if it would lie beyond it.
    #[must_use]
    pub const fn after(self, length: Duration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

/// Why a text is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a moment in UTC such as 2026-11-27T08:00:00.123Z")]
pub struct MomentError;

impl FromStr for Timestamp {
    type Err = MomentError;

    /// Reads what [`Timestamp::to_rfc3339`] writes, and the same with fewer digits behind the seconds.
    fn from_str(text: &str) -> Result<Self, MomentError> {
        parse(text).ok_or(MomentError)
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let days = days_until(number(year, 4)?, number(month, 2)?, number(day, 2)?)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    if !(1..=3).contains(&fraction.len()) {
        return None;
    }
    let (hour, rest) = time.split_once(':')?;
    let (minute, second) = rest.split_once(':')?;
    let seconds = number(hour, 2)?.checked_mul(3_600)?.checked_add(number(minute, 2)?.checked_mul(60)?)?;
    let milliseconds = number(&format!("{fraction:0<3}"), 3)?;
    let of_day = seconds.checked_add(number(second, 2)?)?.checked_mul(1_000)?.checked_add(milliseconds)?;
    let found = Timestamp(u64::try_from(days).ok()?.checked_mul(DAY_MS)?.checked_add(u64::try_from(of_day).ok()?)?);
    // A day or an hour that there is not leads to another text.
    let whole = format!("{}.{fraction:0<3}Z", text.get(..19)?);
    (found.to_rfc3339()? == whole).then_some(found)
}

/// So many digits as a number.
fn number(text: &str, digits: usize) -> Option<i64> {
    let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

/// How many days after 1970 began a date lies: the other way round than [`date_of`], from the same source.
fn days_until(year: i64, month: i64, day: i64) -> Option<i64> {
    let (year, months) =
        if month > 2 { (year, month.checked_sub(3)?) } else { (year.checked_sub(1)?, month.checked_add(9)?) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = months.checked_mul(153)?.checked_add(2)?.div_euclid(5).checked_add(day)?.checked_sub(1)?;
    let leap_days = year_of_era.div_euclid(4).checked_sub(year_of_era.div_euclid(100))?;
    let day_of_era = year_of_era.checked_mul(365)?.checked_add(leap_days)?.checked_add(day_of_year)?;
    era.checked_mul(146_097)?.checked_add(day_of_era)?.checked_sub(719_468)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_rfc3339() {
            Some(text) => serializer.serialize_str(&text),
            None => serializer.serialize_u64(self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = Timestamp;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a moment in UTC such as 2026-11-27T08:00:00.123Z, or in milliseconds since 1970")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Timestamp, E> {
        Ok(Timestamp(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }
}

impl Duration {
    /// A length of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self((seconds as u64).saturating_mul(1_000))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.0)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ms", self.0)
    }
}

/// The date that lies so many days after 1970 began; `None` behind the year 9999.
///
/// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`: years begin in March, so
/// that the leap day is the last one, and 400 of them are an era of 146 097 days.
fn date_of(days: i64) -> Option<(i64, i64, i64)> {
    const LAST_DAY: i64 = 2_932_896;
    if days > LAST_DAY {
        return None;
    }
    let days = days.checked_add(719_468)?;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leap_days = day_of_era
        .div_euclid(1_460)
        .checked_sub(day_of_era.div_euclid(36_524))?
        .checked_add(day_of_era.div_euclid(146_096))?;
    let year_of_era = day_of_era.checked_sub(leap_days)?.div_euclid(365);
    let before = year_of_era.checked_mul(365)?.checked_add(year_of_era.div_euclid(4))?;
    let day_of_year = day_of_era.checked_sub(before.checked_sub(year_of_era.div_euclid(100))?)?;
    let month = day_of_year.checked_mul(5)?.checked_add(2)?.div_euclid(153);
    let first = month.checked_mul(153)?.checked_add(2)?.div_euclid(5);
    let day = day_of_year.checked_sub(first)?.checked_add(1)?;
    let (month, years) = if month < 10 { (month.checked_add(3)?, 0) } else { (month.checked_sub(9)?, 1) };
    let year = era.checked_mul(400)?.checked_add(year_of_era)?.checked_add(years)?;
    Some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: dates are those of the calendar.
    /// Method: moments whose dates `date -u` knows, around leap days, and the last one that can be written.
    #[test]
    fn moments_are_written_as_rfc_3339() {
        #[rustfmt::skip]
        let rows = [
            (0,                   Some("1970-01-01T00:00:00.000Z")),
            (951_782_399_999,     Some("2000-02-28T23:59:59.999Z")),
            (951_782_400_000,     Some("2000-02-29T00:00:00.000Z")),
            (1_709_251_200_001,   Some("2024-03-01T00:00:00.001Z")),
            (1_795_766_400_123,   Some("2026-11-27T08:00:00.123Z")),
            (4_107_542_399_000,   Some("2100-02-28T23:59:59.000Z")),
            (4_107_542_400_000,   Some("2100-03-01T00:00:00.000Z")),
            (253_402_300_799_999, Some("9999-12-31T23:59:59.999Z")),
            (253_402_300_800_000, None),
            (u64::MAX,            None),
        ];
        for (moment, text) in rows {
            assert_eq!(Timestamp(moment).to_rfc3339().as_deref(), text, "{moment}");
            let parsed = text.map(str::parse);
            assert_eq!(parsed, text.map(|_| Ok(Timestamp(moment))), "{moment}");
            let json = serde_json::to_string(&Timestamp(moment)).expect("JSON");
            assert_eq!(json, text.map_or_else(|| moment.to_string(), |text| format!("{text:?}")));
            for json in [json, moment.to_string()] {
                assert_eq!(serde_json::from_str::<Timestamp>(&json).expect("it was written so"), Timestamp(moment));
            }
        }
    }

    /// Goal: days and hours that there are not, and moments of other zones or forms, are refused.
    #[test]
    fn other_texts_are_no_moments() {
        assert_eq!("2026-11-27T08:00:00Z".parse(), Ok(Timestamp(1_795_766_400_000)));
        assert_eq!("2026-11-27T08:00:00.1Z".parse(), Ok(Timestamp(1_795_766_400_100)));
        for text in [
            "",
            "2026-11-27",
            "2026-11-27T08:00:00",
            "2026-11-27T08:00:00+00:00",
            "2026-11-27t08:00:00z",
            "2026-11-27T08:00:00.Z",
            "2026-11-27T08:00:00.1234Z",
            "2026-11-27T24:00:00Z",
            "2026-11-27T08:60:00Z",
            "2026-11-27T08:00:60Z",
            "2026-02-29T08:00:00Z",
            "2026-13-01T08:00:00Z",
            "2026-00-01T08:00:00Z",
            "1969-12-31T23:59:59Z",
            "+026-11-27T08:00:00Z",
            "2026-11-27T08:00:0éZ",
            "1795766400000",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(MomentError), "{text}");
            assert!(serde_json::from_str::<Timestamp>(&format!("{text:?}")).is_err(), "{text}");
        }
    }
}
