//! Table Schema: the columns of tabular content, as others declare and check them.

use serde_json::Value;
use yaosu_ledger::model::{Field, FieldKind, Structure};

use super::Unfit;
use super::closed::Object;
use crate::content::{canonical_json, join};

/// The columns of a version as a Table Schema. The number of rows is not part of it.
#[must_use]
pub fn write(structure: &Structure) -> Value {
    serde_json::from_str(&canonical_json(structure)).expect("it is written as JSON")
}

/// A column as a schema declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type; `None` if none is declared.
    pub kind: Option<FieldKind>,
    /// Whether it must have values, if that is said.
    pub required: Option<bool>,
}

/// A schema that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Its columns.
    pub columns: Vec<Column>,
    /// What it says and the ledger has no place for, by its place.
    pub left_out: Vec<String>,
}

/// Reads a Table Schema.
///
/// # Errors
/// [`Unfit`]: it is none, or a column has a type that the ledger does not know.
pub fn read(value: &Value) -> Result<Schema, Unfit> {
    let object = Object::open(value, "schema")?;
    object.need("fields")?;
    if let Some(rule) = object.optional_text("fieldsMatch")?.filter(|rule| *rule != "exact") {
        return Err(Unfit::new(object.at("fieldsMatch"), format!("{rule:?} leaves open which columns there are")));
    }
    let mut left_out = object.others(&["$schema", "fields", "fieldsMatch"]);
    let mut columns = Vec::new();
    for (place, field) in object.items("fields") {
        let field = Object::open(field, &place)?;
        let kind = field.optional_text("type")?.map(|name| {
            name.parse()
                .map_err(|_| Unfit::new(field.at("type"), format!("columns of the type {name:?} are not known")))
        });
        let mut required = None;
        if let Some(constraints) = field.get("constraints") {
            let constraints = Object::open(constraints, &field.at("constraints"))?;
            if let Some(value) = constraints.get("required") {
                let said = value
                    .as_bool()
                    .ok_or_else(|| Unfit::new(constraints.at("required"), "this is neither true nor false"));
                required = Some(said?);
            }
            left_out.extend(constraints.others(&["required"]));
        }
        // The formats that values are recognised by anyway.
        if field.optional_text("format")?.is_some_and(|format| !matches!(format, "default" | "any")) {
            left_out.push(field.at("format"));
        }
        left_out.extend(field.others(&["name", "type", "format", "constraints"]));
        columns.push(Column { name: field.text("name")?.to_owned(), kind: kind.transpose()?, required });
    }
    Ok(Schema { columns, left_out })
}

/// The structure of content by what its schema declares: types may be wider than those that were found, as a code of digits
/// is a text, but nothing that was found may lie outside. `is_text`: the content is CSV or TSV, where every value is a text
/// too.
///
/// # Errors
/// [`Unfit`]: the first column that is not as it is declared.
pub fn declare(found: &Structure, schema: &Schema, is_text: bool) -> Result<Structure, Unfit> {
    let (declared, there) = (schema.columns.len(), found.fields.len());
    if declared != there {
        return Err(Unfit::new("schema.fields", format!("{declared} columns are declared, the content has {there}")));
    }
    let columns = found.fields.iter().zip(&schema.columns).enumerate();
    let fields = columns.map(|(number, (found, column))| declare_field(found, column, number, is_text));
    Ok(Structure { fields: fields.collect::<Result<_, _>>()?, rows: found.rows })
}

fn declare_field(found: &Field, column: &Column, number: usize, is_text: bool) -> Result<Field, Unfit> {
    let unfit = |member: &str, reason: String| Err(Unfit::new(format!("schema.fields[{number}].{member}"), reason));
    let Column { name, kind, required } = column;
    if found.name.as_str() != name {
        return unfit("name", format!("{name:?} is declared, the content has {:?}", found.name.as_str()));
    }
    let mixed = if is_text { FieldKind::String } else { FieldKind::Any };
    let kind = kind.unwrap_or(found.kind);
    if kind != FieldKind::Any && join(kind, found.kind, mixed) != kind {
        return unfit("type", format!("{kind} is declared, the content of {name:?} is {}", found.kind));
    }
    if *required == Some(true) && found.nullable {
        return unfit("constraints.required", format!("some row has no {name:?}"));
    }
    Ok(Field { name: found.name.clone(), kind, nullable: required.map_or(found.nullable, |required| !required) })
}
