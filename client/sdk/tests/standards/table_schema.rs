//! Columns in Table Schema.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use yaosu_ledger::Text;
use yaosu_ledger::model::{Field, FieldKind, Structure};
use yaosu_sdk::standards::table_schema::{declare, read, write};

fn field(name: &str, kind: FieldKind, nullable: bool) -> Field {
    Field { name: Text::new(name).expect("short and plain"), kind, nullable }
}

prop_compose! {
    fn any_structure()(
        columns in vec(("[a-zé\"\\\\ ]{1,9}", proptest::sample::select(FieldKind::ALL), any::<bool>()), 0..9),
        rows in any::<u64>(),
    ) -> Structure {
        let fields = columns.iter().map(|(name, kind, nullable)| field(name, *kind, *nullable)).collect();
        Structure { fields, rows }
    }
}

proptest! {
    /// For any columns: declared as they were written, they are what they were.
    #[test]
    fn what_is_written_is_read(structure in any_structure(), is_text in any::<bool>()) {
        let schema = read(&write(&structure)).expect("it is a schema");
        prop_assert!(schema.left_out.is_empty());
        prop_assert_eq!(declare(&structure, &schema, is_text), Ok(structure));
    }
}

fn content() -> Structure {
    let fields = vec![field("day", FieldKind::Date, false), field("code", FieldKind::Integer, true)];
    Structure { fields, rows: 3 }
}

/// Goal: a declaration may widen what was found, never narrow it, and never be of other columns.
#[test]
fn a_declaration_holds_what_was_found() {
    let kinds =
        |first: &str, second: &str| json!([{ "name": "day", "type": first }, { "name": "code", "type": second }]);
    #[rustfmt::skip]
    let rows = [
        // fields, whether it is text, what comes of it
        (kinds("date", "integer"),   true,  Ok([FieldKind::Date, FieldKind::Integer])),
        (kinds("string", "number"),  true,  Ok([FieldKind::String, FieldKind::Number])),
        (kinds("any", "string"),     true,  Ok([FieldKind::Any, FieldKind::String])),
        (kinds("string", "any"),     false, Ok([FieldKind::String, FieldKind::Any])),
        (json!([{ "name": "day" }, { "name": "code" }]), true, Ok([FieldKind::Date, FieldKind::Integer])),
        (kinds("date", "string"),    false, Err("schema.fields[1].type")),
        (kinds("date", "boolean"),   true,  Err("schema.fields[1].type")),
        (kinds("datetime", "any"),   true,  Err("schema.fields[0].type")),
        (kinds("integer", "any"),    true,  Err("schema.fields[0].type")),
        (json!([{ "name": "code" }, { "name": "day" }]), true, Err("schema.fields[0].name")),
        (json!([{ "name": "day" }]), true,  Err("schema.fields")),
        (json!([{ "name": "day" }, { "name": "code", "constraints": { "required": true } }]), true, Err("schema.fields[1].constraints.required")),
    ];
    for (fields, is_text, expected) in rows {
        let schema = read(&json!({ "fields": fields })).expect("it is a schema");
        let found = declare(&content(), &schema, is_text);
        let found = found.as_ref().map(|found| [found.fields[0].kind, found.fields[1].kind]);
        assert_eq!(found.map_err(|error| error.place.as_str()), expected, "{fields}");
    }
    let optional = json!({ "fields": [{ "name": "day", "constraints": { "required": false } }, { "name": "code" }] });
    let found = declare(&content(), &read(&optional).expect("it is a schema"), true).expect("it fits");
    assert!(found.fields[0].nullable, "a value that may be missing is said to");
}

/// Goal: what the ledger has no place for is named; what it does not know is refused.
#[test]
fn nothing_is_passed_over() {
    let schema = json!({
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "primaryKey": ["day"],
        "fields": [
            { "name": "day", "type": "date", "format": "%d/%m/%y", "title": "Day" },
            { "name": "code", "constraints": { "required": true, "minimum": 0 } },
        ],
    });
    let left_out = read(&schema).expect("it is a schema").left_out;
    let expected = [
        "schema.primaryKey",
        "schema.fields[0].format",
        "schema.fields[0].title",
        "schema.fields[1].constraints.minimum",
    ];
    assert_eq!(left_out, expected);
    let rows: [(Value, &str); 5] = [
        (json!("https://example.org/schema.json"), "schema"),
        (json!({}), "schema.fields"),
        (json!({ "fields": [{ "name": "where", "type": "geopoint" }] }), "schema.fields[0].type"),
        (json!({ "fields": [{ "type": "string" }] }), "schema.fields[0].name"),
        (json!({ "fields": [], "fieldsMatch": "subset" }), "schema.fieldsMatch"),
    ];
    for (schema, place) in rows {
        assert_eq!(read(&schema).expect_err(place).place, place);
    }
}
