//! Answers of a node made from the description of its door: of every type some value, in each round another variant of
//! each choice. All texts in them are Chinese, so that what is English in what is made of them is the program's own.

use serde_json::{Map, Value, json};
use yaosu_ledger::signature::SigningKey;

/// The identifier of everything.
pub const ID: &str = "abababababababababababababababababababababababababababababababab";

/// The description of a node's door.
pub struct Contract {
    document: Value,
}

impl Contract {
    /// The one in the tree.
    pub fn read() -> Self {
        let text = include_str!("../../../node/api/openapi.json");
        Self { document: serde_json::from_str(text).expect("it is JSON") }
    }

    /// What each path answers with that gives JSON to who reads, with [`ID`] in the place of each parameter.
    pub fn answers(&self, round: usize) -> Vec<(String, Value)> {
        let paths = self.document["paths"].as_object().expect("it has paths");
        let mut answers = Vec::new();
        for (path, operations) in paths {
            let content = &operations["get"]["responses"]["200"]["content"];
            let Some(schema) = content.get("application/json").map(|media| &media["schema"]) else { continue };
            let filled: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { ID } else { part }).collect();
            answers.push((filled.join("/"), self.value(schema, round)));
        }
        answers
    }

    fn value(&self, schema: &Value, round: usize) -> Value {
        let of_name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        if let Some(name) = of_name {
            if name == "PublicKey" {
                return json!(SigningKey::from_seed([7; 32]).public());
            }
            return self.value(&self.document["components"]["schemas"][name], round);
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[round % values.len()].clone();
        }
        let mut found = self.plain(schema, round);
        for part in ["oneOf", "anyOf"] {
            let choices: Vec<&Value> = schema[part].as_array().into_iter().flatten().collect();
            let choices: Vec<&Value> = choices.into_iter().filter(|choice| choice["type"] != "null").collect();
            if !choices.is_empty() {
                merge(&mut found, self.value(choices[round % choices.len()], round));
            }
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            merge(&mut found, self.value(part, round));
        }
        found
    }

    /// What a schema asks for without its choices.
    fn plain(&self, schema: &Value, round: usize) -> Value {
        let kinds = &schema["type"];
        let kind =
            kinds.as_str().or_else(|| kinds.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"));
        match kind {
            Some("object") => {
                let mut members = Map::new();
                for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                    // There is no further page.
                    let value = if name == "cursor" { Value::Null } else { self.value(schema, round) };
                    members.insert(name.clone(), value);
                }
                Value::Object(members)
            }
            Some("array") => {
                let first = schema["prefixItems"].as_array().into_iter().flatten();
                let mut items: Vec<Value> = first.map(|item| self.value(item, round)).collect();
                if items.is_empty() && schema["maxItems"] != 0 {
                    let count = schema["minItems"].as_u64().unwrap_or(1).max(1);
                    items.extend((0..count).map(|_| self.value(&schema["items"], round)));
                }
                Value::Array(items)
            }
            Some("string") => json!(text(schema["pattern"].as_str().unwrap_or_default())),
            Some("integer") => {
                let bound = |name: &str, other: u64| schema[name].as_u64().unwrap_or(other);
                json!(3.clamp(bound("minimum", 0), bound("maximum", u64::MAX)))
            }
            Some("number") => json!(1.5),
            Some("boolean") => json!(round.is_multiple_of(2)),
            _ => Value::Null,
        }
    }
}

fn merge(into: &mut Value, other: Value) {
    match (into, other) {
        (Value::Object(members), Value::Object(more)) => members.extend(more),
        (into, other) if into.is_null() => *into = other,
        _ => {}
    }
}

fn text(pattern: &str) -> String {
    match pattern {
        "" => "文本".to_owned(),
        "^[0-9a-f]{64}$" => ID.to_owned(),
        "^[0-9a-f]{128}$" => ID.repeat(2),
        "^[A-Z]{3}$" => "CNY".to_owned(),
        "^[a-z][a-z0-9-]{1,30}[a-z0-9]$" => "acme".to_owned(),
        "^[0-9]{1,20}\\.[0-9]{1,10}$" => "28.1".to_owned(),
        hex if hex.contains("[0-9a-f]") => String::new(),
        time if time.starts_with("^[0-9]{4}-") => "2026-01-31T09:00:00Z".to_owned(),
        other => panic!("a pattern that no text is known of: {other}"),
    }
}
