//! JSON documents and JSON Lines: objects are rows, their members columns. Nothing else is tabular, and is only checked.

use core::cell::Cell;
use core::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use yaosu_ledger::model::{FieldKind, Structure};

use super::Place;
use super::columns::{Columns, Fault, ROW_BYTES_MAX};
use super::kind::of_text;
use super::source::BUFFER_BYTES;

/// Reads one document, an element at a time. `None` if it is not an array of objects.
pub(super) fn read_document(source: impl Read) -> Result<Option<Structure>, Fault> {
    let since_row = Cell::new(Some(0));
    let limited = RowLimit { inner: source, since_row: &since_row };
    let mut reader = serde_json::Deserializer::from_reader(BufReader::with_capacity(BUFFER_BYTES, limited));
    let mut table = Table::new();
    if let Err(error) = (Document { table: &mut table, since_row: &since_row }).deserialize(&mut reader) {
        let place = match (table.elements, error.line() as u64) {
            // Where reading itself failed the parser may know no line.
            (_, 0) => Place::File,
            (0, line) => Place::Line(line),
            (row, line) => Place::Row { row, line },
        };
        return Err(table.fault(error, place));
    }
    match reader.end() {
        Ok(()) => Ok(table.into_structure()),
        Err(error) => {
            let place = Place::Line(error.line() as u64);
            Err(table.fault(error, place))
        }
    }
}

/// Reads a value from each line; empty lines are passed over. `None` if not all are objects.
pub(super) fn read_lines(source: impl Read) -> Result<Option<Structure>, Fault> {
    let mut source = BufReader::with_capacity(BUFFER_BYTES, source);
    let mut table = Table::new();
    let mut bytes = Vec::new();
    let mut line = 0;
    loop {
        bytes.clear();
        let count = source.by_ref().take(ROW_BYTES_MAX + 1).read_until(b'\n', &mut bytes).map_err(Fault::Io)? as u64;
        if count == 0 {
            return Ok(table.into_structure());
        }
        line += 1;
        if count > ROW_BYTES_MAX {
            return Err(Fault::row_too_long(Place::Line(line), count));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let result = table.element(|row| row.deserialize(&mut reader));
        if let Err(error) = result.and_then(|()| reader.end()) {
            return Err(table.fault(error, Place::Line(line)));
        }
    }
}

/// The rows so far, and whether rows are all there is.
struct Table {
    columns: Columns,
    /// How many elements have begun, rows or not.
    elements: u64,
    is_tabular: bool,
    /// A fault in our own words: errors of the parser carry only text.
    fault: Option<Fault>,
}

impl Table {
    fn new() -> Self {
        Self { columns: Columns::new(FieldKind::Any), elements: 0, is_tabular: true, fault: None }
    }

    fn element<E>(&mut self, read: impl FnOnce(Row<'_>) -> Result<bool, E>) -> Result<(), E> {
        self.elements += 1;
        let is_row = read(Row { columns: &mut self.columns, fault: &mut self.fault })?;
        self.is_tabular &= is_row;
        Ok(())
    }

    fn into_structure(self) -> Option<Structure> {
        (self.is_tabular && self.columns.width() > 0).then(|| self.columns.into_structure())
    }

    fn fault(self, error: serde_json::Error, place: Place) -> Fault {
        if error.is_io() {
            let error = io::Error::from(error);
            return match error.downcast::<RowTooLong>() {
                Ok(RowTooLong { bytes }) => Fault::row_too_long(place, bytes),
                Err(error) => Fault::Io(error),
            };
        }
        match self.fault {
            Some(Fault::OverLimit { what, found, limit, .. }) => Fault::OverLimit { place, what, found, limit },
            Some(Fault::Malformed { reason, .. }) => Fault::Malformed { place, reason },
            Some(fault) => fault,
            None => {
                let reason = error.to_string();
                // The parser ends its message with its own idea of the place.
                let reason = reason.rfind(" at line ").map_or(reason.as_str(), |end| &reason[..end]).to_owned();
                Fault::Malformed { place, reason }
            }
        }
    }
}

/// The whole of a document.
struct Document<'a> {
    table: &'a mut Table,
    since_row: &'a Cell<Option<u64>>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Answers for the values that are not the ones looked for.
macro_rules! scalars_are {
    ($value:ident = $answer:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<$value, E> {
            Ok($answer(self))
        }
        fn visit_i64<E>(self, _: i64) -> Result<$value, E> {
            Ok($answer(self))
        }
        fn visit_u64<E>(self, _: u64) -> Result<$value, E> {
            Ok($answer(self))
        }
        fn visit_f64<E>(self, _: f64) -> Result<$value, E> {
            Ok($answer(self))
        }
        fn visit_str<E>(self, _: &str) -> Result<$value, E> {
            Ok($answer(self))
        }
        fn visit_unit<E>(self) -> Result<$value, E> {
            Ok($answer(self))
        }
    };
}

type Nothing = ();

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Nothing;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON document")
    }

    scalars_are!(Nothing = |document: Self| document.table.is_tabular = false);

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.table.is_tabular = false;
        self.since_row.set(None);
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Self { table, since_row } = self;
        loop {
            let mut is_end = false;
            since_row.set(table.is_tabular.then_some(0));
            if table.is_tabular {
                table.element(|row| {
                    let is_row = elements.next_element_seed(row)?;
                    is_end = is_row.is_none();
                    Ok(is_row.unwrap_or(true))
                })?;
            } else {
                is_end = elements.next_element::<IgnoredAny>()?.is_none();
            }
            if is_end {
                return Ok(());
            }
        }
    }
}

/// One row. Its value says whether it was an object.
struct Row<'a> {
    columns: &'a mut Columns,
    fault: &'a mut Option<Fault>,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a row")
    }

    scalars_are!(bool = |_: Self| false);

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let Self { columns, fault } = self;
        columns.begin_row();
        let mut guess = 0;
        while let Some(number) = members.next_key_seed(Name { columns, fault, guess })? {
            let kind = members.next_value_seed(Value)?;
            if !columns.note(number, kind) {
                let reason = format!("the row names {:?} twice", columns.name(number));
                *fault = Some(Fault::Malformed { place: Place::File, reason });
                return Err(A::Error::custom("member named twice"));
            }
            guess = number + 1;
        }
        Ok(true)
    }
}

/// A member's name. Its value is the number of its column.
struct Name<'a> {
    columns: &'a mut Columns,
    fault: &'a mut Option<Fault>,
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        if let Some(number) = self.columns.find(name, self.guess) {
            return Ok(number);
        }
        match self.columns.add(name, Place::File) {
            Ok(number) => Ok(number.expect("it was not found")),
            Err(fault) => {
                *self.fault = Some(fault);
                Err(E::custom("name refused"))
            }
        }
    }
}

/// A member's value: only its kind is kept, `None` for null.
struct Value;

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Option<FieldKind>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Option<FieldKind>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Some(FieldKind::Boolean))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Some(FieldKind::Integer))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Some(FieldKind::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Some(FieldKind::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(of_text(text.as_bytes())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Some(FieldKind::Any))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Some(FieldKind::Any))
    }
}

/// Stops when a row goes on and on. Counts whole buffers, so a row is let through that is longer by one of them.
struct RowLimit<'a, R> {
    inner: R,
    /// Bytes read since the last row ended; `None` where nothing is kept in memory and nothing need be counted.
    since_row: &'a Cell<Option<u64>>,
}

#[derive(Debug, thiserror::Error)]
#[error("a row of more than {bytes} bytes")]
struct RowTooLong {
    bytes: u64,
}

impl<R: Read> Read for RowLimit<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(bytes) = self.since_row.get()
            && bytes > ROW_BYTES_MAX
        {
            return Err(io::Error::other(RowTooLong { bytes }));
        }
        let count = self.inner.read(buffer)?;
        self.since_row.set(self.since_row.get().map(|bytes| bytes + count as u64));
        Ok(count)
    }
}
