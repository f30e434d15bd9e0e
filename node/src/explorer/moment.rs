//! Moments and lengths of time as text.

use yaosu_api::words::Language;
use yaosu_ledger::{Duration, Timestamp};

/// RFC 3339 in UTC, to the second; the milliseconds alone beyond the calendar.
pub fn rfc3339(time: Timestamp) -> String {
    let seconds = i64::try_from(time.0 / 1_000).ok();
    let moment = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map_or_else(|| format!("{} ms", time.0), |moment| moment.to_string())
}

/// A length in its greatest unit: `3 days`.
pub fn length(duration: Duration, language: Language) -> String {
    let seconds = duration.0.div_ceil(1_000);
    let (count, english, chinese) = match seconds {
        0..=119 => (seconds, "s", "秒"),
        120..=7_199 => (seconds / 60, "min", "分钟"),
        7_200..=172_799 => (seconds / 3_600, "h", "小时"),
        _ => (seconds / 86_400, "days", "天"),
    };
    format!("{count} {}", language.of(english, chinese))
}
