//! Values with their XML Schema types: lengths of time, moments, amounts, numbers.

use serde_json::{Value, json};
use yaosu_ledger::{Amount, Duration, Timestamp};

use super::super::Unfit;
use super::super::closed::{Object, text};

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// A value of an XML Schema type.
pub(super) fn typed(value: String, kind: &str) -> Value {
    json!({ "@value": value, "@type": format!("{XSD}{kind}") })
}

/// The text of a value that has this type, or none: a text alone is taken for one of the type that is wanted.
pub(super) fn read_typed<'a>(value: &'a Value, kind: &str, place: &str) -> Result<&'a str, Unfit> {
    if let Value::String(text) = value {
        return Ok(text);
    }
    let object = Object::of(value, place, &["@value", "@type"])?;
    let found = object.text("@type")?;
    if found.strip_prefix(XSD).or_else(|| found.strip_prefix("xsd:")) != Some(kind) {
        return Err(Unfit::new(object.at("@type"), format!("{found:?} is not xsd:{kind}")));
    }
    text(object.need("@value")?, &object.at("@value"))
}

pub(super) fn integer(number: u64) -> Value {
    typed(number.to_string(), "integer")
}

pub(super) fn read_integer(value: &Value, place: &str) -> Result<u64, Unfit> {
    if let Some(number) = value.as_u64() {
        return Ok(number);
    }
    let text = read_typed(value, "integer", place)?;
    digits(text).ok_or_else(|| Unfit::new(place, format!("{text:?} is no integer from 0 to {}", u64::MAX)))
}

pub(super) fn amount(amount: Amount) -> Value {
    typed(format!("{}.{:02}", amount.0 / 100, amount.0 % 100), "decimal")
}

pub(super) fn read_amount(value: &Value, place: &str) -> Result<Amount, Unfit> {
    let text = read_typed(value, "decimal", place)?;
    let (units, cents) = text.split_once('.').unwrap_or((text, "00"));
    let cents = if matches!(cents.len(), 1 | 2) { digits(&format!("{cents:0<2}")) } else { None };
    let total = digits(units).and_then(|units| units.checked_mul(100)).zip(cents);
    let total = total.and_then(|(units, cents)| units.checked_add(cents));
    total.map(Amount).ok_or_else(|| Unfit::new(place, format!("{text:?} is no amount with at most two decimals")))
}

pub(super) fn duration(length: Duration) -> Value {
    let (seconds, rest) = (length.0 / 1_000, length.0 % 1_000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    typed(format!("PT{seconds}{rest}S"), "duration")
}

/// A length of time. Years and months are not taken: they have no length of their own.
pub(super) fn read_duration(value: &Value, place: &str) -> Result<Duration, Unfit> {
    let text = read_typed(value, "duration", place)?;
    let fault = || {
        Unfit::new(place, format!("{text:?} is no length of time in days, hours, minutes and seconds, to milliseconds"))
    };
    let (days, time) = text.strip_prefix('P').ok_or_else(fault)?.split_once('T').unwrap_or((&text[1..], ""));
    let mut total: u64 = 0;
    let units = [(days, &[('D', 86_400_000)][..]), (time, &[('H', 3_600_000), ('M', 60_000), ('S', 1_000)])];
    for (mut rest, units) in units {
        for (unit, length) in units {
            let Some((number, tail)) = rest.split_once(*unit) else { continue };
            let added = parts(number, *length, *unit == 'S').ok_or_else(fault)?;
            total = total.checked_add(added).ok_or_else(fault)?;
            rest = tail;
        }
        if !rest.is_empty() {
            return Err(fault());
        }
    }
    if text.ends_with(['P', 'T']) { Err(fault()) } else { Ok(Duration(total)) }
}

/// A moment.
///
/// # Errors
/// It lies behind the year 9999, the last that the format has.
pub(super) fn moment(time: Timestamp, place: &str) -> Result<Value, Unfit> {
    let text = time.to_rfc3339();
    let reason = || format!("{time} lies behind the last moment that can be written");
    text.map(|text| typed(text, "dateTime")).ok_or_else(|| Unfit::new(place, reason()))
}

pub(super) fn read_moment(value: &Value, place: &str) -> Result<Timestamp, Unfit> {
    let text = read_typed(value, "dateTime", place)?;
    text.parse().map_err(|error| Unfit::new(place, format!("{text:?}: {error}")))
}

/// A number of digits alone.
fn digits(text: &str) -> Option<u64> {
    if text.bytes().all(|digit| digit.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A number of units of a length in milliseconds; of seconds, with up to three decimals.
fn parts(number: &str, length: u64, decimals: bool) -> Option<u64> {
    let (whole, part) = match number.split_once('.') {
        None => (number, 0),
        Some((whole, part)) if decimals && (1..=3).contains(&part.len()) => (whole, digits(&format!("{part:0<3}"))?),
        Some(_) => return None,
    };
    digits(whole)?.checked_mul(length)?.checked_add(part)
}
