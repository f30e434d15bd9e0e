//! What signing a transaction means, in one sentence that leaves nothing out.
//!
//! The sentence is made from the very fields that are signed, along the schema of the contract that says what each of
//! them is: an action that is added to the ledger has its words from the first day. Participants and assets come with
//! their names; texts stand in quotes, so that nothing in them reads as ours.

use std::sync::LazyLock;

use serde_json::Value;
use yaosu_api::contract;
use yaosu_ledger::state::{Assets, Constants, Participants, Reader as _, State};
use yaosu_ledger::transaction::Body;
use yaosu_ledger::{AssetId, Currency, Digest, ParticipantId, Timestamp};

/// The description of the door, as a value.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(contract::document);

/// Where schemas stand in it.
const SCHEMAS: &str = "#/components/schemas/";

/// The sentence.
pub fn sentence(state: &State, body: &Body) -> String {
    let action = serde_json::to_value(&body.action).expect("an action has string keys and no failing serializers");
    let words = Words { state, currency: state.get::<Constants>(&()).map(|constant| constant.currency) };
    let asked = words.value(&CONTRACT["components"]["schemas"]["Action"], &action);
    let (lane, number) = (body.lane, body.sequence);
    let until = match body.valid_until {
        Some(until) => format!("means nothing from {} on", moment(until)),
        None => "stays valid until that number is used".into(),
    };
    format!(
        "{} asks the ledger to {asked}. It is number {number} of lane {lane}, and {until}.",
        words.name(body.signer)
    )
}

struct Words<'a> {
    state: &'a State,
    currency: Option<Currency>,
}

impl Words<'_> {
    /// A value in words, by the schema that it has.
    fn value(&self, schema: &Value, value: &Value) -> String {
        if let Some(kind) = schema["$ref"].as_str().and_then(|path| path.strip_prefix(SCHEMAS)) {
            return self
                .named(kind, value)
                .unwrap_or_else(|| self.value(&CONTRACT["components"]["schemas"][kind], value));
        }
        if let Some(schema) = variant(schema, value) {
            return self.value(schema, value);
        }
        match value {
            Value::Null => "none".into(),
            Value::Bool(true) => "yes".into(),
            Value::Bool(false) => "no".into(),
            Value::Number(number) => number.to_string(),
            Value::String(text) if schema.get("const").is_some() || schema.get("enum").is_some() => text.clone(),
            Value::String(text) => format!("{text:?}"),
            Value::Array(items) if items.is_empty() => "none".into(),
            Value::Array(items) => {
                let schemas = |place: usize| schema["prefixItems"].get(place).unwrap_or(&schema["items"]);
                let items: Vec<String> =
                    items.iter().enumerate().map(|(place, item)| self.value(schemas(place), item)).collect();
                items.join(" and ")
            }
            Value::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| self.field(name, &schema["properties"][name], value)).collect();
                fields.join(", ")
            }
        }
    }

    fn field(&self, name: &str, schema: &Value, value: &Value) -> String {
        let name = name.replace(['_', '-'], " ");
        let words = self.value(schema, value);
        match value {
            Value::Object(fields) if fields.is_empty() => name,
            Value::Object(_) => format!("{name} ({words})"),
            _ => format!("{name} {words}"),
        }
    }

    /// Values whose type says more than their form.
    fn named(&self, kind: &str, value: &Value) -> Option<String> {
        match kind {
            "Amount" => value.as_u64().map(|amount| self.money(amount)),
            "Timestamp" => serde_json::from_value(value.clone()).ok().map(moment),
            "Duration" => value.as_u64().map(|length| format!("{length} ms")),
            "BasisPoints" => {
                value.as_u64().map(|ratio| format!("{}.{:02} %", ratio.div_euclid(100), ratio.rem_euclid(100)))
            }
            "ParticipantId" => digest(value).map(|digest| self.name(ParticipantId(digest))),
            "AssetId" => digest(value).map(|digest| self.title(AssetId(digest))),
            // What is left is shown as it is: nothing in it can read as words.
            _ => digest(value).filter(|_| !kind.starts_with("Text")).map(|digest| digest.to_string()),
        }
    }

    fn name(&self, id: ParticipantId) -> String {
        let found = self.state.get::<Participants>(&id);
        found.map_or_else(|| format!("the unknown participant {id}"), |found| found.enrolment.handle.to_string())
    }

    fn title(&self, id: AssetId) -> String {
        let found = self.state.get::<Assets>(&id);
        found.map_or_else(
            || format!("the unknown asset {id}"),
            |found| format!("{:?} ({id})", found.description.title.as_str()),
        )
    }

    /// 1,200.00 and the currency.
    fn money(&self, amount: u64) -> String {
        let digits = amount.div_euclid(100).to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let currency = self.currency.as_ref().map_or("", Currency::as_str);
        format!("{grouped}.{:02} {currency}", amount.rem_euclid(100))
    }
}

fn digest(value: &Value) -> Option<Digest> {
    value.as_str()?.parse().ok()
}

fn moment(time: Timestamp) -> String {
    time.to_rfc3339().unwrap_or_else(|| format!("{} ms after 1970", time.0))
}

/// The one of several schemas that a value is of: that of its kind, of its only field, or of its tag.
fn variant<'a>(schema: &'a Value, value: &Value) -> Option<&'a Value> {
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    choices.iter().find(|choice| fits(choice, value))
}

fn fits(choice: &Value, value: &Value) -> bool {
    if choice.get("$ref").is_some() {
        return !value.is_null();
    }
    match value {
        Value::Null => choice["type"] == "null",
        Value::Object(fields) => {
            let Some(properties) = choice["properties"].as_object() else { return false };
            fields.keys().all(|name| properties.contains_key(name))
                && properties.iter().all(|(name, schema)| match schema.get("const") {
                    Some(tag) => fields.get(name) == Some(tag),
                    None => true,
                })
        }
        Value::String(text) => {
            choice["const"] == text.as_str()
                || choice["enum"].as_array().is_some_and(|names| names.iter().any(|name| name == text.as_str()))
        }
        _ => choice["type"] != "null",
    }
}
