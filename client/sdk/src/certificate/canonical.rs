//! JSON in its canonical form: RFC 8785 (JCS), for values without fractions and with integers that are exact everywhere.

use core::fmt::Write as _;

use serde_json::Value;

use crate::evidence::{FormError, INTEGER_MAX};

/// The canonical form of a value.
///
/// # Errors
/// A number that the form would write otherwise than it stands.
pub(super) fn canonical(value: &Value) -> Result<String, FormError> {
    let mut text = String::new();
    write(value, &mut text)?;
    Ok(text)
}

fn write(value: &Value, text: &mut String) -> Result<(), FormError> {
    match value {
        Value::Number(number) => {
            let exact = number.as_u64().filter(|number| *number <= INTEGER_MAX);
            let number = exact.ok_or_else(|| FormError(format!("{number} is not an exact integer")))?;
            write!(text, "{number}").expect("writing to a string can't fail");
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(item, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // By UTF-16 units, which is not the order of the bytes.
            members.sort_by(|left, right| left.0.encode_utf16().cmp(right.0.encode_utf16()));
            text.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                // Texts are escaped as the form wants it: the shortest way, and nothing that needs no escape.
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, text)?;
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Goal: the examples of RFC 8785 that have no fractions: the order of members, and texts.
    #[test]
    fn texts_and_members_stand_as_the_standard_says() {
        let order = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        assert_eq!(
            canonical(&order).expect("exact"),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With \
             Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        );
        let texts =
            json!({ "string": "\u{20ac}$\u{f}\nA'B\"\\\\\"/", "literals": [null, true, false], "n": [0, INTEGER_MAX] });
        assert_eq!(
            canonical(&texts).expect("exact"),
            "{\"literals\":[null,true,false],\"n\":[0,9007199254740991],\"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        for inexact in [json!(1.5), json!(-1), json!(INTEGER_MAX + 1)] {
            assert!(canonical(&json!([inexact])).is_err());
        }
    }
}
