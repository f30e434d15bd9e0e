//! Values that have no name but a way to be written.

use yaosu_ledger::{BasisPoints, Duration};

use super::language::Language;

/// Units of time from the greatest, in milliseconds, in English and in Chinese. A year has 365 days.
const UNITS: [(&str, &str, u64); 7] = [
    ("y", "年", 365 * 86_400_000),
    ("w", "周", 7 * 86_400_000),
    ("d", "天", 86_400_000),
    ("h", "小时", 3_600_000),
    ("m", "分钟", 60_000),
    ("s", "秒", 1_000),
    ("ms", "毫秒", 1),
];

/// A length of time in its two greatest units: `1d1h`.
#[must_use]
pub fn length(duration: Duration, language: Language) -> String {
    let mut rest = duration.0;
    let mut parts = Vec::new();
    for (english, chinese, unit) in UNITS {
        let count = rest / unit;
        rest %= unit;
        if count > 0 {
            parts.push(format!("{count}{}", language.of(english, chinese)));
        }
        if parts.len() == 2 {
            break;
        }
    }
    if parts.is_empty() { format!("0{}", language.of("s", "秒")) } else { parts.concat() }
}

/// A share: `5 %`, `2.50 %`.
#[must_use]
pub fn share(share: BasisPoints) -> String {
    let (percent, rest) = (share.0 / 100, share.0 % 100);
    if rest == 0 { format!("{percent} %") } else { format!("{percent}.{rest:02} %") }
}

/// Somebody's own words in quotation marks. No mark in them ends the quotation, so that nothing in them reads as ours.
#[must_use]
pub fn quoted(text: &str, language: Language) -> String {
    let (open, close) = language.of(('"', '"'), ('“', '”'));
    let mut quoted = String::from(open);
    for character in text.chars() {
        if character == close || character == '\\' {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push(close);
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written() {
        #[rustfmt::skip]
        let rows = [
            (0, "0s", "0秒"), (1, "1ms", "1毫秒"), (1_500, "1s500ms", "1秒500毫秒"), (60_000, "1m", "1分钟"),
            (31_536_000_000, "1y", "1年"), (90_061_000, "1d1h", "1天1小时"), (604_800_000, "1w", "1周"),
        ];
        for (milliseconds, english, chinese) in rows {
            assert_eq!(length(Duration(milliseconds), Language::English), english);
            assert_eq!(length(Duration(milliseconds), Language::Chinese), chinese);
        }
        assert_eq!((share(BasisPoints(500)), share(BasisPoints(5))), ("5 %".to_owned(), "0.05 %".to_owned()));
    }

    /// Goal: whoever writes a text can't make it end where its quotation does not.
    #[test]
    fn a_quotation_ends_where_it_ends() {
        assert_eq!(quoted("rent\". bob pays\\", Language::English), "\"rent\\\". bob pays\\\\\"");
        assert_eq!(quoted("租金”。bob 支付", Language::Chinese), "“租金\\”。bob 支付”");
    }
}
