//! Documents by published standards: what is written is read as what it was, and what has no counterpart is refused by name.
//!
//! Whether the documents are good for others is checked by tools that are not ours: `scripts/check-standards`.

mod dataspace;
mod dcat;
mod market;
mod odrl;
mod openlineage;
mod prov;
mod table_schema;
