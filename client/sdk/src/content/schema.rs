//! The structure of a table as a document: Table Schema, with one form for one structure.

use core::fmt::Write;

use yaosu_ledger::Digest;
use yaosu_ledger::model::{FieldKind, Structure};

/// The columns as a Table Schema of Frictionless Data: no spaces, members sorted by name, so that the same columns give
/// the same bytes. The number of rows is not part of it.
///
/// A column without missing values is `required`; datetimes are of `any` format, with `T` or a space in the middle.
#[must_use]
pub fn canonical_json(structure: &Structure) -> String {
    let mut json = String::from("{\"fields\":[");
    for (number, field) in structure.fields.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let constraints = if field.nullable { "" } else { "\"constraints\":{\"required\":true}," };
        let format = if field.kind == FieldKind::Datetime { "\"format\":\"any\"," } else { "" };
        let name = serde_json::Value::from(field.name.as_str());
        write!(json, "{comma}{{{constraints}{format}\"name\":{name},\"type\":\"{}\"}}", field.kind)
            .expect("a string takes everything");
    }
    json.push_str("]}");
    json
}

/// The plain BLAKE3 hash of [`canonical_json`]: its content root if it is stored as a file.
#[must_use]
pub fn schema_hash(structure: &Structure) -> Digest {
    Digest(*blake3::hash(canonical_json(structure).as_bytes()).as_bytes())
}
