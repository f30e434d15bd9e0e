//! The form of evidence, as a schema: `docs/evidence.md`, "The form".

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::evidence::{Evidence, FORMAT, INTEGER_MAX};

/// Bytes as hexadecimal digits; of a fixed number, or of any.
fn hex(bytes: Option<usize>) -> Value {
    let count = bytes.map_or_else(|| "*".to_owned(), |bytes| format!("{{{}}}", bytes.saturating_mul(2)));
    json!({ "type": "string", "pattern": format!("^[0-9a-f]{count}$") })
}

fn integer(maximum: u64) -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": maximum })
}

/// An object of these members, all of them and no others.
fn object(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "required": names, "properties": properties, "additionalProperties": false })
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(schema: &Value) -> Value {
    json!({ "oneOf": [schema, { "type": "null" }] })
}

fn kind(name: &str) -> (&'static str, Value) {
    ("kind", json!({ "const": name }))
}

impl JsonSchema for Evidence {
    fn schema_name() -> Cow<'static, str> {
        "Evidence".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let [digest, bytes] = [hex(Some(32)), hex(None)];
        let small = integer(u64::from(u32::MAX));
        let signature = |who: &'static str| object(&[(who, digest.clone()), ("signature", hex(Some(64)))]);
        let path = object(&[("index", small.clone()), ("count", small.clone()), ("siblings", list(&digest))]);
        let proof = object(&[("bytes", bytes.clone()), ("path", path.clone())]);
        let certificate = object(&[("round", small), ("signatures", list(&signature("operator")))]);
        let validator =
            object(&[("operator", digest.clone()), ("key", digest.clone()), ("power", integer(INTEGER_MAX))]);
        let other = object(&[("path", digest.clone()), ("value_hash", digest.clone())]);
        let transaction = object(&[
            kind("transaction"),
            ("body", bytes.clone()),
            ("approvals", list(&signature("key"))),
            ("path", path.clone()),
            ("before", or_null(&proof)),
            ("events", list(&proof)),
            ("after", or_null(&proof)),
        ]);
        let event = object(&[kind("event"), ("bytes", bytes.clone()), ("path", path)]);
        let record = object(&[
            kind("record"),
            ("key", bytes.clone()),
            ("value", or_null(&bytes)),
            ("siblings", list(&digest)),
            ("other", or_null(&other)),
        ]);
        let handover = object(&[
            ("header", bytes.clone()),
            ("certificate", certificate.clone()),
            ("validators", list(&validator)),
        ]);
        let whole = object(&[
            ("format", json!({ "const": FORMAT })),
            ("statement", json!({ "oneOf": [transaction, event, record] })),
            ("block", object(&[("header", bytes), ("certificate", certificate)])),
            ("handovers", list(&handover)),
            ("decoded", json!({ "type": "object" })),
        ]);
        let mut schema = json_schema!({
            "description": "Evidence (docs/evidence.md): a file that anyone checks offline, against the validators of genesis alone.",
        });
        for (name, value) in whole.as_object().into_iter().flatten() {
            schema.insert(name.clone(), value.clone());
        }
        schema
    }
}
