//! `yaosu asset schema`, and columns that are declared by a schema.

use std::path::Path;

use yaosu_ledger::model::VersionContent;
use yaosu_sdk::standards::Unfit;
use yaosu_sdk::standards::table_schema::{self, Schema};

use super::super::document::{self, Document};
use super::{content_of, find_version};
use crate::command_error::{CommandError, Kind};
use crate::parse::AssetVersion;
use crate::said::said;
use crate::screen;
use crate::session::Session;

/// Prints the columns of a version.
pub async fn run(session: &Session, asset: &AssetVersion) -> Result<(), CommandError> {
    let (id, version) = find_version(session, asset).await?;
    let content = content_of(session, id, version).await?;
    let structure = content.structure.ok_or_else(|| {
        CommandError::new(
            Kind::NotFound,
            said!("version {version} is {} without columns", "第 {version} 版为 {}，没有列", content.media_type),
        )
    })?;
    session.show(&Document(table_schema::write(&structure)))
}

/// Reads a file of a schema, and says what of it the ledger has no place for.
pub fn read(file: &Path) -> Result<Schema, CommandError> {
    let value = serde_json::from_slice(&document::read(file)?)
        .map_err(|error| CommandError::failed(said!("{}: {error}", "{}：{error}", file.display())))?;
    let schema = table_schema::read(&value).map_err(document::unfit)?;
    if !schema.left_out.is_empty() {
        let places = schema.left_out.join(", ");
        screen::note(said!(
            "of {} the ledger has no place for: {places}",
            "{} 中账本没有对应位置的内容：{places}",
            file.display()
        ));
    }
    Ok(schema)
}

/// Gives content the columns that are declared of it.
///
/// # Errors
/// It has other columns, or none.
pub fn declare(content: &mut VersionContent, schema: &Schema) -> Result<(), Unfit> {
    let is_text = matches!(content.media_type.as_str(), "text/csv" | "text/tab-separated-values");
    let none = || Unfit { place: "schema".to_owned(), reason: format!("{} has no columns", content.media_type) };
    let found = content.structure.as_ref().ok_or_else(none)?;
    content.structure = Some(table_schema::declare(found, schema, is_text)?);
    Ok(())
}
