//! The columns of a table while its rows go by, and what can be wrong with them.

use std::collections::HashMap;
use std::io;

use yaosu_ledger::model::{FIELDS_MAX, Field, FieldKind, Structure};
use yaosu_ledger::{Text, TextError};

use super::Place;
use super::kind::join;

/// The longest name of a column, in bytes of UTF-8.
pub const FIELD_NAME_BYTES_MAX: usize = 128;

/// The longest row of text that is read, in bytes. A quote that is never closed must not fill the memory.
pub const ROW_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What a reader found wrong; the file's name is put in front later.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("{0}")]
    Io(io::Error),
    #[error("{reason}")]
    Malformed { place: Place, reason: String },
    #[error("{what}")]
    OverLimit { place: Place, what: &'static str, found: u64, limit: u64 },
}

impl Fault {
    pub(super) fn row_too_long(place: Place, found: u64) -> Self {
        Self::OverLimit { place, what: "bytes in a row", found, limit: ROW_BYTES_MAX }
    }
}

/// A checked name for a column.
pub(super) fn field_name(name: &str, place: Place) -> Result<Text<FIELD_NAME_BYTES_MAX>, Fault> {
    if name.is_empty() {
        return Err(Fault::Malformed { place, reason: "a column has no name".to_owned() });
    }
    Text::new(name).map_err(|error| match error {
        TextError::TooLong { bytes, limit } => {
            Fault::OverLimit { place, what: "bytes in a column's name", found: bytes as u64, limit: limit as u64 }
        }
        error => Fault::Malformed { place, reason: format!("the name of a column: {error}") },
    })
}

/// Refuses a table that is too wide for the ledger.
pub(super) fn check_width(columns: usize, place: Place) -> Result<(), Fault> {
    if columns <= FIELDS_MAX {
        return Ok(());
    }
    Err(Fault::OverLimit { place, what: "columns", found: columns as u64, limit: FIELDS_MAX as u64 })
}

/// What is known of the columns after some rows.
pub(super) struct Columns {
    all: Vec<Column>,
    places: HashMap<String, usize>,
    rows: u64,
    /// The kind of a column whose values have no kind in common, and of one without values.
    mixed: FieldKind,
}

struct Column {
    name: Text<FIELD_NAME_BYTES_MAX>,
    /// `None` before the first value.
    kind: Option<FieldKind>,
    /// How many rows have a value here.
    values: u64,
    /// The last row that named this column, counted from 1.
    row: u64,
}

impl Columns {
    pub(super) fn new(mixed: FieldKind) -> Self {
        Self { all: Vec::new(), places: HashMap::new(), rows: 0, mixed }
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> usize {
        self.all.len()
    }

    /// Adds a column on the right. Gives its number, or `None` if there is one of this name.
    pub(super) fn add(&mut self, name: &str, place: Place) -> Result<Option<usize>, Fault> {
        let number = self.all.len();
        check_width(number + 1, place)?;
        let checked = field_name(name, place)?;
        if self.places.contains_key(name) {
            return Ok(None);
        }
        self.places.insert(name.to_owned(), number);
        self.all.push(Column { name: checked, kind: None, values: 0, row: 0 });
        Ok(Some(number))
    }

    /// The number of a column by its name. Rows mostly name their columns in one order: `guess` is tried first.
    pub(super) fn find(&self, name: &str, guess: usize) -> Option<usize> {
        match self.all.get(guess) {
            Some(column) if column.name.as_str() == name => Some(guess),
            _ => self.places.get(name).copied(),
        }
    }

    pub(super) fn name(&self, number: usize) -> &str {
        self.all[number].name.as_str()
    }

    pub(super) fn begin_row(&mut self) {
        self.rows += 1;
    }

    /// Whether the value of a column can still change what is known of its kind.
    pub(super) fn is_settled(&self, number: usize) -> bool {
        self.all[number].kind == Some(self.mixed)
    }

    /// Takes a value of the row that has begun: its kind, `None` for a missing one. Says whether the row had none for
    /// this column so far.
    pub(super) fn note(&mut self, number: usize, kind: Option<FieldKind>) -> bool {
        let column = &mut self.all[number];
        let first = column.row != self.rows;
        column.row = self.rows;
        if let Some(kind) = kind {
            column.values += 1;
            column.kind = Some(column.kind.map_or(kind, |known| join(known, kind, self.mixed)));
        }
        first
    }

    /// What the ledger keeps. A column is nullable if some row has no value for it.
    pub(super) fn into_structure(self) -> Structure {
        let Self { all, rows, mixed, .. } = self;
        let field = |column: Column| Field {
            name: column.name,
            kind: column.kind.unwrap_or(mixed),
            nullable: column.values < rows,
        };
        Structure { fields: all.into_iter().map(field).collect(), rows }
    }
}
