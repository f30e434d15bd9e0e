//! What commands print: one value, as JSON or for people. Results go to standard output, all else to standard error.

use std::io::Write;

use serde::Serialize;

use crate::error::NodeError;

/// Prints a value.
///
/// # Errors
/// If standard output is closed.
pub fn print<T: Serialize>(json: bool, value: &T, text: impl FnOnce(&T) -> String) -> Result<(), NodeError> {
    let line = if json { serde_json::to_string_pretty(value).expect("views have a form in JSON") } else { text(value) };
    writeln!(std::io::stdout().lock(), "{line}")
        .map_err(|error| NodeError::io("write to", std::path::Path::new("standard output"), error))
}

/// Says something to people, beside the result.
pub fn say(message: &str) {
    // A closed standard error is nobody who could be told.
    let _closed = writeln!(std::io::stderr().lock(), "{message}");
}
