//! The documents name what the code has: no rule, table, domain or tag is left out, and none is made up.

use std::collections::BTreeSet;

use yaosu_ledger::hash::Domain;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::signature::Context;
use yaosu_ledger::state::TABLES;
use yaosu_ledger::transaction::Action;

use crate::values;

#[expect(clippy::disallowed_methods, reason = "the documents are what is tested")]
fn document(name: &str) -> String {
    let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The cells of every row of every table, without the spaces around them.
fn table_rows(text: &str) -> Vec<Vec<&str>> {
    text.lines()
        .filter(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// Goal: each rejection has one row in `rules.md`, with its number, name and field, in the order of the numbers.
#[test]
fn each_rejection_is_documented() {
    let text = document("rules.md");
    let rows: Vec<[String; 3]> = table_rows(&text)
        .into_iter()
        .filter(|cells| cells[0].strip_prefix('R').is_some_and(|number| number.parse::<u16>().is_ok()))
        .map(|cells| [0, 1, 2].map(|place| cells[place].to_owned()))
        .collect();
    let expected: Vec<[String; 3]> = Rejection::ALL
        .iter()
        .map(|(number, name, field, _)| [format!("R{number}"), (*name).to_owned(), format!("`{field}`")])
        .collect();
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
    assert_eq!(rows.len(), expected.len());
}

/// Goal: each table of the state stands in `wire.md` with its number and name.
#[test]
fn each_table_is_documented() {
    let text = document("wire.md");
    let rows: BTreeSet<(String, String)> = table_rows(&text)
        .into_iter()
        .filter(|cells| cells.len() >= 4)
        .map(|cells| (cells[0].to_owned(), cells[1].to_owned()))
        .collect();
    for (number, name) in TABLES {
        assert!(rows.contains(&(number.to_string(), (*name).to_owned())), "table {number} {name}");
    }
}

/// Goal: each domain of the hash and each tag of a signature stands in `wire.md`.
#[test]
fn each_domain_and_tag_is_documented() {
    let text = document("wire.md");
    for domain in Domain::ALL {
        let name = domain.context().strip_prefix("yaosu 2026-11-24 ").expect("all have one beginning");
        assert!(text.contains(&format!("| `{name}` |")), "domain {name}");
    }
    for context in Context::ALL {
        let tag = std::str::from_utf8(context.tag()).expect("ASCII").trim_end_matches('\0');
        assert!(text.contains(&format!("| `{tag}` |")), "tag {tag}");
    }
}

/// Goal: each action stands in `wire.md` with its number, and in `rules.md` with who may ask for it.
#[test]
fn each_action_is_documented() {
    let (wire, rules) = (document("wire.md"), document("rules.md"));
    for action in values::actions() {
        let number = yaosu_ledger::codec::encode(&action)[0];
        let name = variant_name(&action);
        assert!(wire.contains(&format!("| {number} | {name} |")), "wire.md: action {number} {name}");
        assert!(rules.contains(&format!("| `{}` |", action.name())), "rules.md: action {}", action.name());
    }
}

/// The name in the code: `PlaceOrder` of `place-order`.
fn variant_name(action: &Action) -> String {
    action.name().split('-').flat_map(|word| [word[..1].to_uppercase(), word[1..].to_owned()]).collect()
}

/// Goal: each event stands in `wire.md` with its number.
#[test]
fn each_event_is_documented() {
    let text = document("wire.md");
    for event in values::events() {
        let number = yaosu_ledger::codec::encode(&event)[0];
        let debug = format!("{event:?}");
        let name = debug.split(' ').next().expect("a name");
        assert!(text.contains(&format!("| {number} | {name} |")), "event {number} {name}");
    }
}
