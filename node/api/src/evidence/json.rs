//! JSON as evidence has it, stricter than JSON: what one reader takes, every other takes too, and as the same value.
//!
//! UTF-8; every member of an object once; numbers are integers from 0 to 2^53 - 1 in digits alone; texts are of whole
//! characters; at most [`DEPTH_MAX`] levels. An object has the members that it must have and no other.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Objects and lists inside each other.
pub const DEPTH_MAX: usize = 64;

/// The largest integer that every reader of JSON takes exactly.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why a document does not have its form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormError(pub String);

impl FormError {
    /// What stands there, and what must.
    pub(super) fn expected(what: &str, place: &str) -> Self {
        Self(format!("{place} is not {what}"))
    }
}

/// Parses a document.
///
/// # Errors
/// [`FormError`].
pub fn parse(bytes: &[u8]) -> Result<Value, FormError> {
    let Strict(value) = serde_json::from_slice(bytes).map_err(|error| FormError(error.to_string()))?;
    if depth(&value) > DEPTH_MAX {
        return Err(FormError(format!("more than {DEPTH_MAX} levels")));
    }
    Ok(value)
}

fn depth(value: &Value) -> usize {
    let inside = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    inside.unwrap_or(0).saturating_add(1)
}

/// The members of an object that has exactly these.
///
/// # Errors
/// [`FormError`], for another value, a missing member and one more.
pub(super) fn members<'a, const N: usize>(
    value: &'a Value,
    place: &str,
    names: [&str; N],
) -> Result<[&'a Value; N], FormError> {
    let object = value.as_object().ok_or_else(|| FormError::expected("an object", place))?;
    if let Some(name) = object.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(FormError(format!("{place} has a member {name:?} that does not belong there")));
    }
    let mut found = [value; N];
    for (slot, name) in found.iter_mut().zip(names) {
        *slot = object.get(name).ok_or_else(|| FormError(format!("{place} has no member {name:?}")))?;
    }
    Ok(found)
}

/// The items of a list.
///
/// # Errors
/// [`FormError`].
pub(super) fn items<'a>(value: &'a Value, place: &str) -> Result<&'a [Value], FormError> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| FormError::expected("a list", place))
}

/// A text.
///
/// # Errors
/// [`FormError`].
pub(super) fn text<'a>(value: &'a Value, place: &str) -> Result<&'a str, FormError> {
    value.as_str().ok_or_else(|| FormError::expected("a text", place))
}

/// An integer up to a limit.
///
/// # Errors
/// [`FormError`].
pub(super) fn integer(value: &Value, place: &str, limit: u64) -> Result<u64, FormError> {
    value
        .as_u64()
        .filter(|number| *number <= limit)
        .ok_or_else(|| FormError(format!("{place} is not an integer from 0 to {limit}")))
}

/// An integer of 32 bits.
///
/// # Errors
/// [`FormError`].
pub(super) fn integer_32(value: &Value, place: &str) -> Result<u32, FormError> {
    let number = integer(value, place, u64::from(u32::MAX))?;
    u32::try_from(number).map_err(|_| FormError::expected("an integer of 32 bits", place))
}

/// What a text of lower-case hexadecimal digits stands for.
///
/// # Errors
/// [`FormError`].
pub(super) fn hex(value: &Value, place: &str) -> Result<Vec<u8>, FormError> {
    let fault = || FormError::expected("pairs of lower-case hexadecimal digits", place);
    let (pairs, rest) = text(value, place)?.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(fault());
    }
    let digit = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    };
    let byte = |[high, low]: &[u8; 2]| Some((digit(*high)? << 4) | digit(*low)?);
    pairs.iter().map(byte).collect::<Option<_>>().ok_or_else(fault)
}

/// The same, of a certain length.
///
/// # Errors
/// [`FormError`].
pub(super) fn hex_array<const N: usize>(value: &Value, place: &str) -> Result<[u8; N], FormError> {
    hex(value, place)?.try_into().map_err(|_| FormError(format!("{place} does not have {N} bytes")))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string can't fail");
        text
    })
}

/// A value with every integer that some readers would not take exactly as a text of decimal digits.
#[must_use]
pub fn exact(value: Value) -> Value {
    match value {
        Value::Number(number) if number.as_u64().is_none_or(|number| number > INTEGER_MAX) => {
            Value::String(number.to_string())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(exact).collect()),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, exact(value))).collect(),
        other => other,
    }
}

/// A value of the strict form.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object, a list, a text, true, false, null or an integer from 0 to {INTEGER_MAX}")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > INTEGER_MAX {
            return Err(E::custom(format!("the integer {value} is over {INTEGER_MAX}")));
        }
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("the member {name:?} stands twice")));
            }
            let Strict(value) = access.next_value()?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
