//! The `OpenAPI` document, from the table of operations and the types.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

use super::operation::{Media, Method, Operation};
use super::parameter::{Form, Parameter};
use crate::problem::ProblemCode;
use crate::{PROBLEM_JSON, Problem};

const ABOUT: &str = "What a node of a Yaosu ledger answers. Money is in hundredths of the currency, moments are \
RFC 3339 in UTC, identifiers and keys are lower-case hex. Lists come in pages: `limit`, `cursor`, and `as_of`, the height whose state is shown. Reads have a tag \
(`ETag`) to ask by again (`If-None-Match`). What goes wrong is told by a problem document (RFC 9457) with a stable `code`. \
Whatever the ledger refuses by a rule has status 422, and the number of the rule. `title`, `detail` and `hint` are in Chinese \
for who prefers it by `Accept-Language`, or by `lang` where there is one; the rest is the same in every language.";

const TAGS: [(&str, &str); 9] = [
    ("chain", "The chain as a whole."),
    ("transactions", "Changing the ledger, and asking what became of it."),
    ("events", "What happens, as it happens."),
    ("participants", "Who takes part."),
    ("assets", "Data assets, their rights and their origin."),
    ("market", "Offers, needs, negotiations and orders."),
    ("licences", "Licences, their use and their recall."),
    ("supervision", "Attestations, freezes, public data and the operators' proposals."),
    ("node", "This node, and this description."),
];

/// The `OpenAPI` 3.1 document of the door.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
        settings.transforms.push(Box::new(RecursiveTransform(bound_integers)));
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in Operation::ALL {
        let method = match operation.method() {
            Method::Get => "get",
            Method::Post => "post",
        };
        let path = paths.entry(operation.path()).or_insert_with(|| json!({}));
        path[method] = describe(*operation, &mut generator);
    }
    let problem = generator.subschema_for::<Problem>();
    let tags: Vec<Value> =
        TAGS.iter().map(|(name, description)| json!({ "name": name, "description": description })).collect();
    let codes: Vec<String> = ProblemCode::ALL
        .iter()
        .map(|code| format!("`{}` ({}): {}", code.code(), code.status(), code.title()))
        .collect();
    let refused = format!("Codes, besides the names of the ledger's rules: {}.", codes.join("; "));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Yaosu",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {
                "Problem": { "description": refused, "content": { PROBLEM_JSON: { "schema": problem } } },
                "NotModified": { "description": "The client has the answer already." },
            },
        },
    })
}

/// Says how large an integer may be that has a size; nothing else says it where JSON is checked.
fn bound_integers(schema: &mut schemars::Schema) {
    let max = match schema.get("format").and_then(Value::as_str) {
        Some("uint64" | "uint") => u64::MAX,
        Some("uint32") => u32::MAX.into(),
        Some("uint16") => u16::MAX.into(),
        Some("uint8") => u8::MAX.into(),
        _ => return,
    };
    if schema.get("maximum").is_none() {
        schema.insert("maximum".into(), max.into());
    }
}

fn describe(operation: Operation, generator: &mut SchemaGenerator) -> Value {
    let (summary, more) = split(operation.description());
    let mut described = json!({
        "operationId": operation.name(),
        "tags": [operation.tag()],
        "summary": summary,
        "responses": responses(operation, generator),
    });
    if !more.is_empty() {
        described["description"] = more.into();
    }
    let parameters: Vec<Value> = operation.parameters().iter().map(parameter).collect();
    if !parameters.is_empty() {
        described["parameters"] = parameters.into();
    }
    if !operation.bodies().is_empty() {
        let content: Map<String, Value> =
            operation.bodies().iter().map(|body| (body.content_type.to_owned(), media(body, generator))).collect();
        let words: Vec<&str> = operation.bodies().iter().map(|body| body.description).collect();
        described["requestBody"] = json!({ "required": true, "description": words.join(" Or: "), "content": content });
    }
    described
}

/// The first sentence, and the rest.
pub(super) fn split(description: &str) -> (&str, &str) {
    let description = description.trim();
    let end = description.find(". ").map_or(description.len(), |point| point.saturating_add(1));
    let (first, rest) = description.split_at(end);
    (first, rest.trim())
}

fn parameter(parameter: &Parameter) -> Value {
    let mut described = json!({
        "name": parameter.name,
        "in": parameter.place.name(),
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.form.schema(),
    });
    if !parameter.example.is_empty() {
        described["example"] = match (parameter.form, parameter.example.parse::<u64>()) {
            (Form::Integer { .. }, Ok(number)) => number.into(),
            _ => parameter.example.into(),
        };
    }
    described
}

fn media(media: &Media, generator: &mut SchemaGenerator) -> Value {
    let mut described = match media.schema {
        Some(schema) => json!({ "schema": schema(generator) }),
        None => json!({}),
    };
    if let Some(example) = media.example {
        described["example"] = example();
    }
    described
}

fn responses(operation: Operation, generator: &mut SchemaGenerator) -> Value {
    let answer = operation.answer();
    let mut responses = Map::new();
    for (status, meaning) in answer.statuses {
        let description = if answer.media.description.is_empty() { meaning } else { &answer.media.description };
        let mut response = json!({
            "description": description,
            "content": { answer.media.content_type: media(&answer.media, generator) },
        });
        if answer.has_tag {
            response["headers"] = json!({ "ETag": { "description": "Its tag.", "schema": { "type": "string" } } });
        }
        responses.insert(status.to_string(), response);
    }
    if answer.has_tag {
        responses.insert("304".into(), json!({ "$ref": "#/components/responses/NotModified" }));
    }
    for status in problems(operation) {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        responses.entry(status.to_string()).or_insert(problem);
    }
    responses.into()
}

/// Statuses of the problems that an operation may tell.
fn problems(operation: Operation) -> Vec<u16> {
    use ProblemCode::{
        Ambiguous, BadRequest, Busy, Internal, Malformed, NotFound, Orphaned, Timeout, TooLarge, Unavailable,
        UnsupportedMediaType,
    };
    let mut codes = vec![BadRequest, Internal, Unavailable, Timeout];
    let names_things = operation.parameters().iter().any(|parameter| matches!(parameter.form, Form::Pattern(_)));
    if names_things || !operation.bodies().is_empty() {
        codes.extend([NotFound, Ambiguous]);
    }
    if !operation.bodies().is_empty() {
        codes.extend([Malformed, TooLarge, UnsupportedMediaType, Orphaned]);
    }
    if operation.parameters().iter().any(|parameter| parameter.name == "wait") {
        // A transaction may be refused while its client waits.
        codes.extend([Busy, Orphaned]);
    }
    if matches!(operation, Operation::Events) {
        codes.push(Busy);
    }
    let mut statuses: Vec<u16> = codes.into_iter().map(ProblemCode::status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Goal: the document changes only when somebody looks at the change. `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-api
    /// --features contract` writes it anew.
    #[test]
    fn the_document_is_the_one_in_the_tree() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
        let found = format!("{:#}\n", document());
        if std::env::var_os("YAOSU_WRITE_GOLDEN").is_some() {
            std::fs::write(&path, &found).expect("the crate's folder is there");
        }
        let frozen = std::fs::read_to_string(&path).unwrap_or_default();
        for (number, (found, frozen)) in found.lines().zip(frozen.lines()).enumerate() {
            assert_eq!(found, frozen, "line {} of openapi.json", number + 1);
        }
        assert_eq!(found.lines().count(), frozen.lines().count());
    }

    /// Goal: each path has its parameters, each name stands once, and each reference leads somewhere.
    #[test]
    fn the_document_is_whole() {
        let document = document();
        let mut names = Vec::new();
        for operation in Operation::ALL {
            names.push(operation.name());
            let of_path: Vec<&str> = operation
                .parameters()
                .iter()
                .filter(|parameter| parameter.place == super::super::Place::Path)
                .map(|parameter| parameter.name)
                .collect();
            let in_path: Vec<&str> =
                operation.path().split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            assert_eq!(of_path, in_path, "{}", operation.path());
            assert!(TAGS.iter().any(|(tag, _)| *tag == operation.tag()), "{}", operation.tag());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Operation::ALL.len());
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().expect("a reference ends");
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    /// Goal: every action of the ledger is in the document, with its fields.
    #[test]
    fn every_action_is_described() {
        let document = document();
        let actions = document["components"]["schemas"]["Action"]["oneOf"].as_array().expect("one of several");
        assert!(actions.len() > 60, "{}", actions.len());
        for action in actions {
            let (name, fields) = action["properties"].as_object().and_then(|all| all.iter().next()).expect("a name");
            assert_eq!(fields["type"], "object", "{name}");
            assert!(!action["description"].as_str().unwrap_or_default().is_empty(), "{name}");
        }
    }
}
