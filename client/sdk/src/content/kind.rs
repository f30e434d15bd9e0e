//! Which kind of value a text is, by the forms that Table Schema takes without further declaration.

use yaosu_ledger::model::FieldKind;

/// The kind of a value in CSV or TSV, where everything is text. `None` for an empty one: a missing value.
pub(super) fn of_cell(text: &[u8]) -> Option<FieldKind> {
    Some(match text {
        [] => return None,
        b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE" => FieldKind::Boolean,
        _ => of_number(text).unwrap_or_else(|| of_text(text)),
    })
}

/// The kind of a text that is known to be one: a day, a moment, or just text.
pub(crate) fn of_text(text: &[u8]) -> FieldKind {
    // The dash tells almost all texts apart at a glance.
    if text.len() < 10 || text[4] != b'-' || !is_date(&text[..10]) {
        FieldKind::String
    } else if text.len() == 10 {
        FieldKind::Date
    } else if matches!(text[10], b'T' | b' ') && is_time(&text[11..]) {
        FieldKind::Datetime
    } else {
        FieldKind::String
    }
}

/// The kind that holds the values of both. `mixed` is the kind for those that have nothing in common.
pub(crate) fn join(one: FieldKind, other: FieldKind, mixed: FieldKind) -> FieldKind {
    use FieldKind::{Date, Datetime, Integer, Number, String};
    match (one, other) {
        (one, other) if one == other => one,
        (Integer | Number, Integer | Number) => Number,
        (String | Date | Datetime, String | Date | Datetime) => String,
        _ => mixed,
    }
}

/// A plain decimal. Digits behind a leading zero are no number but a code (`007`, a postal code), nor are more digits
/// than 64 bits hold: as a number either would lose something.
fn of_number(text: &[u8]) -> Option<FieldKind> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = split_digits(unsigned);
    let mut kind = FieldKind::Integer;
    let mut fraction: &[u8] = &[];
    let mut rest = rest;
    if let Some(behind) = rest.strip_prefix(b".") {
        kind = FieldKind::Number;
        (fraction, rest) = split_digits(behind);
    }
    if (whole.is_empty() && fraction.is_empty()) || (whole.len() > 1 && whole[0] == b'0') {
        return None;
    }
    if let [b'e' | b'E', behind @ ..] = rest {
        kind = FieldKind::Number;
        let (digits, end) = split_digits(behind.strip_prefix(b"-").or(behind.strip_prefix(b"+")).unwrap_or(behind));
        if digits.is_empty() {
            return None;
        }
        rest = end;
    }
    if !rest.is_empty() {
        return None;
    }
    if kind == FieldKind::Integer && whole.len() > 18 {
        let text = core::str::from_utf8(text).ok()?;
        if text.parse::<i64>().is_err() && text.parse::<u64>().is_err() {
            return None;
        }
    }
    Some(kind)
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

/// A day of the calendar, `2012-02-29`.
fn is_date(text: &[u8]) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return false };
    let (Some(century), Some(year), Some(month), Some(day)) = (pair(y1, y2), pair(y3, y4), pair(m1, m2), pair(d1, d2))
    else {
        return false;
    };
    // Every fourth year, but of the full centuries only every fourth.
    let leap = if year == 0 { century % 4 == 0 } else { year % 4 == 0 };
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

/// A time of the day, `23:59`, `23:59:60`, `23:59:59.123`, with or without `Z` or `+08:00`.
fn is_time(text: &[u8]) -> bool {
    let Some(rest) = clock(text) else { return false };
    let rest = match rest {
        &[b':', s1, s2, ref rest @ ..] if pair(s1, s2).is_some_and(|second| second <= 60) => match rest {
            [b'.', rest @ ..] => {
                let (digits, rest) = split_digits(rest);
                if digits.is_empty() {
                    return false;
                }
                rest
            }
            rest => rest,
        },
        rest => rest,
    };
    match rest {
        [] | [b'Z'] => true,
        [b'+' | b'-', offset @ ..] => clock(offset).is_some_and(<[u8]>::is_empty),
        _ => false,
    }
}

/// Takes hours and minutes off the front.
fn clock(text: &[u8]) -> Option<&[u8]> {
    match text {
        &[h1, h2, b':', m1, m2, ref rest @ ..] if pair(h1, h2)? < 24 && pair(m1, m2)? < 60 => Some(rest),
        _ => None,
    }
}

fn pair(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a value keeps all it says under its kind. Each row is a form that exports have, or nearly have.
    #[test]
    fn each_form_has_its_kind() {
        #[rustfmt::skip]
        let rows = [
            ("true", "boolean"), ("FALSE", "boolean"), ("tRUE", "string"), ("yes", "string"),
            ("0", "integer"), ("1", "integer"), ("-1", "integer"), ("42", "integer"), ("-0", "integer"),
            ("007", "string"), ("+86", "string"), ("1,000", "string"), ("-", "string"), ("1 ", "string"),
            ("9223372036854775807", "integer"), ("18446744073709551615", "integer"),
            ("18446744073709551616", "string"), ("-9223372036854775809", "string"), ("000000000000000000000", "string"),
            ("0.0", "number"), ("12.8", "number"), ("-.5", "number"), ("5.", "number"), ("1e5", "number"),
            ("1.5E-3", "number"), (".", "string"), ("1e", "string"), ("1e+", "string"), ("e5", "string"),
            ("00.5", "string"), ("1.2.3", "string"), ("NaN", "string"), ("0x10", "string"), ("NA", "string"),
            ("2012-01-01", "date"), ("2012-02-29", "date"), ("2000-02-29", "date"), ("1900-02-29", "string"),
            ("2013-02-29", "string"), ("2012-04-31", "string"), ("2012-13-01", "string"), ("2012-00-10", "string"),
            ("2012-01-00", "string"), ("2012-1-1", "string"), ("2012/01/01", "string"), ("20120101", "integer"),
            ("2012-01-01T00:00", "datetime"), ("2012-01-01T23:59:60Z", "datetime"),
            ("2012-01-01 08:30:00", "datetime"), ("2012-01-01T08:30:00.123456+08:00", "datetime"),
            ("2012-01-01T24:00:00", "string"), ("2012-01-01T08:60", "string"), ("2012-01-01T08:30:61", "string"),
            ("2012-01-01T08:30:00.", "string"), ("2012-01-01T08:30:00+8", "string"), ("2012-01-01T", "string"),
            ("2012-01-01x", "string"), ("2012-01-01T08:30Zx", "string"), ("数据", "string"), ("数据元-素市", "string"),
        ];
        for (text, kind) in rows {
            assert_eq!(of_cell(text.as_bytes()).unwrap().name(), kind, "{text}");
        }
        assert_eq!(of_cell(b""), None);
    }

    /// Goal: the kind of a column does not depend on the order of its rows.
    #[test]
    fn kinds_join_in_any_order() {
        for mixed in [FieldKind::String, FieldKind::Any] {
            let kinds = ["boolean", "integer", "number", "string", "date", "datetime", mixed.name()];
            let kinds = kinds.map(|name| name.parse::<FieldKind>().unwrap());
            for a in kinds {
                for b in kinds {
                    assert_eq!(join(a, b, mixed), join(b, a, mixed), "{a} {b}");
                    for c in kinds {
                        let left = join(join(a, b, mixed), c, mixed);
                        assert_eq!(left, join(a, join(b, c, mixed), mixed), "{a} {b} {c}");
                    }
                }
            }
        }
    }
}
