//! The description of the door is true: every example in it is carried out, and what it leaves out is not taken.

use std::collections::BTreeSet;

use serde_json::Value;
use yaosu_api::contract::{EXAMPLE_TRANSACTION, Method, Operation, Parameter, Place, document};

use super::super::words::CONTRACT;
use super::samples::{put_deals, put_two_of_each};
use super::stream::Follower;
use super::town::{ALICE, Answer, BOB, Town, pay};

/// A town in which all examples are there, and a transaction of it.
async fn town_of_everything() -> (Town, String) {
    let town = Town::with_search().await;
    let sent = town.send(ALICE, pay(BOB, 1)).await;
    town.decide().await;
    town.send(BOB, pay(ALICE, 1)).await;
    town.decide().await;
    // The next block would take these away again: no rule has made them.
    put_two_of_each(&town);
    put_deals(&town);
    (town, sent.id().to_string())
}

fn path(operation: Operation, transaction: &str) -> String {
    let mut path = operation.path().to_owned();
    for parameter in operation.parameters().iter().filter(|parameter| parameter.place == Place::Path) {
        let example = if parameter.example == EXAMPLE_TRANSACTION { transaction } else { parameter.example };
        path = path.replace(&format!("{{{}}}", parameter.name), example);
    }
    path
}

fn in_query(operation: Operation) -> Vec<&'static Parameter> {
    operation.parameters().iter().filter(|parameter| parameter.place == Place::Query).collect()
}

fn query(parameters: &[&Parameter]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|parameter| format!("{}={}", parameter.name, parameter.example)).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Queries with what is needed, with each further parameter alone, and with all together.
fn queries(operation: Operation) -> Vec<String> {
    // Some have no example that could stand alone.
    let all: Vec<&Parameter> = in_query(operation).into_iter().filter(|one| !one.example.is_empty()).collect();
    let (needed, others): (Vec<&Parameter>, Vec<&Parameter>) =
        all.iter().copied().partition(|parameter| parameter.required);
    let mut queries = vec![query(&needed), query(&all)];
    // How long goes with what for.
    let alone = others.iter().filter(|parameter| parameter.name != "timeout");
    queries.extend(alone.map(|parameter| query(&[needed.as_slice(), &[*parameter]].concat())));
    queries
}

fn expect_as_described(operation: Operation, path: &str, answer: &Answer) {
    let expected = operation.answer();
    let statuses: Vec<u16> = expected.statuses.iter().map(|(status, _)| *status).collect();
    assert!(statuses.contains(&answer.status), "{path}: {}: {}", answer.status, answer.text());
    assert_eq!(answer.header("content-type"), expected.media.content_type, "{path}");
    assert_eq!(!answer.header("etag").is_empty(), expected.has_tag, "{path}: the tag");
    assert!(!answer.header("cache-control").is_empty(), "{path}");
    let body = &CONTRACT.pointer("/paths").expect("paths")[operation.path()];
    let method = if operation.method() == Method::Get { "get" } else { "post" };
    let answers = &body[method]["responses"][answer.status.to_string()]["content"];
    if let Some(schema) = answers["application/json"].get("schema") {
        conforms(schema, &answer.json(), path);
    }
}

/// Expects a value to be one that the schema allows; `place` says where it stands. Knows what our schemas are made of.
fn conforms(schema: &Value, value: &Value, place: &str) {
    let found = mismatch(schema, value);
    assert_eq!(found, None, "{place}");
}

fn mismatch(schema: &Value, value: &Value) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let path = reference.strip_prefix('#').expect("references stay in the document");
        return mismatch(CONTRACT.pointer(path).expect("references lead somewhere"), value);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let wrong: Vec<String> = choices.iter().filter_map(|choice| mismatch(choice, value)).collect();
            if wrong.len() == choices.len() {
                return Some(format!("none of the choices: {}", wrong.join("; ")));
            }
        }
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Some(format!("{value} is not {}", schema["const"]));
    }
    if schema["enum"].as_array().is_some_and(|names| !names.contains(value)) {
        return Some(format!("{value} is not of {}", schema["enum"]));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(|allowed| allowed == kind),
        allowed => allowed == kind,
    };
    if !fits {
        return Some(format!("{value} is not {}", schema["type"]));
    }
    match value {
        Value::Number(number) => schema["maximum"]
            .as_u64()
            .filter(|most| number.as_u64().is_some_and(|number| number > *most))
            .map(|most| format!("{number} is over {most}")),
        Value::Array(items) => items.iter().find_map(|item| {
            schema.get("items").filter(|schema| schema.is_object()).and_then(|schema| mismatch(schema, item))
        }),
        Value::Object(fields) => {
            let missing = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|name| !fields.contains_key(name.as_str().expect("names are text")));
            missing.map(|name| format!("{name} is missing")).or_else(|| {
                fields.iter().find_map(|(name, value)| match schema["properties"].get(name) {
                    Some(schema) => mismatch(schema, value).map(|wrong| format!("{name}: {wrong}")),
                    None => None,
                })
            })
        }
        _ => None,
    }
}

/// Goal: every example of the document is answered as the document says.
#[tokio::test]
async fn examples_are_carried_out() {
    let (town, transaction) = town_of_everything().await;
    for operation in Operation::ALL.iter().copied().filter(|operation| operation.method() == Method::Get) {
        for query in queries(operation) {
            let path = format!("{}{query}", path(operation, &transaction));
            if operation == Operation::Events {
                Follower::new(&town, &query, None).await;
                Follower::new(&town, &query, Some("1.0")).await;
            } else {
                expect_as_described(operation, &path, &town.get(&path).await);
            }
        }
    }
    for operation in [Operation::PrepareTransaction, Operation::CheckTransaction] {
        let body = operation.bodies().iter().find_map(|body| body.example).expect("an example")().to_string();
        let headers = [("content-type", "application/json")];
        let answer = town.ask("POST", operation.path(), &headers, body.as_bytes()).await;
        expect_as_described(operation, operation.path(), &answer);
    }
}

/// Goal: each path takes the parameters that the document gives it, and no others.
/// Method: a parameter that nobody takes; the hint says which ones would have been taken.
#[tokio::test]
async fn other_parameters_are_refused() {
    let (town, transaction) = town_of_everything().await;
    for operation in Operation::ALL.iter().copied().filter(|operation| operation.method() == Method::Get) {
        let path = format!("{}?zzz=1", path(operation, &transaction));
        let problem = town.get(&path).await.expect_problem(400, "bad-request");
        assert_eq!(problem["field"], "zzz", "{path}");
        let hint = problem["hint"].as_str().expect("a hint");
        let known: BTreeSet<&str> = match hint.strip_prefix("this path takes ") {
            Some("no parameters") => BTreeSet::new(),
            Some(names) => names.split(", ").collect(),
            None => panic!("{hint}"),
        };
        let described: BTreeSet<&str> = in_query(operation).iter().map(|parameter| parameter.name).collect();
        assert_eq!(known, described, "{path}");
    }
}

/// Goal: the document and its page come from this node alone, and are sent once.
#[tokio::test]
async fn the_description_is_served() {
    let town = Town::new().await;
    let served = town.get("/v1/openapi.json").await;
    assert_eq!(served.json(), document());
    let headers = [("if-none-match", served.header("etag"))];
    assert_eq!(town.ask("GET", "/v1/openapi.json", &headers, &[]).await.status, 304);
    let page = town.get("/v1/docs").await;
    assert!(page.header("content-security-policy").contains("style-src 'self'"));
    let text = page.text();
    for operation in Operation::ALL {
        assert!(text.contains(&format!("<code>{}</code>", operation.path())), "{}", operation.path());
    }
    assert!(!text.contains("http://") && !text.contains("https://"), "nothing from elsewhere");
    let links = text.split(" href=\"").skip(1).map(|rest| rest.split('"').next().expect("a link ends"));
    for link in links.filter(|link| !link.starts_with('#')) {
        assert_eq!(town.get(link).await.status, 200, "{link}");
    }
}
