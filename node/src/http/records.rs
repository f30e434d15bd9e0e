//! What most tables have in common: a list of the records that filters keep, and one record by reference.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use yaosu_api::Entity;
use yaosu_ledger::state::Table;

use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reference::find;
use super::reply::Reply;
use super::view::View;

/// A page of the records that are kept, each with its identifier.
///
/// # Errors
/// 500, if a record does not decode.
pub fn list<T>(view: &View, part: &Part, keep: impl Fn(&T::Record) -> bool) -> Result<Reply, ApiError>
where
    T: Table<Key: Serialize, Record: Serialize>,
{
    let page = page::of_table::<T, _>(view.state(), view.height(), &[], part, |id, record| {
        Ok(keep(&record).then_some(Entity { id, record }))
    })?;
    Ok(Reply::json(&page, view.keep()))
}

/// The record that the path names. `what`: the kind of thing, in words.
///
/// # Errors
/// 400 for a parameter, as the path takes none; those of [`find`].
pub fn show<T>(view: &View, call: &Call, what: &str) -> Result<Reply, ApiError>
where
    T: Table<Key: FromStr + Display + Copy + Serialize, Record: Serialize>,
{
    call.query(&[])?;
    let (id, record) = find::<T>(view.state(), what, call.path("ref"))?;
    Ok(Reply::json(&Entity { id, record }, view.keep()))
}
