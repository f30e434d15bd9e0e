//! CSV and TSV: a header, then rows of as many fields. RFC 4180, with any line end.
//!
//! The parser forgives what it can't make sense of (a quote that is never closed swallows the rest of the file), so the
//! bytes pass a strict check on their way to it.

use std::collections::VecDeque;
use std::io::{self, Read};

use yaosu_ledger::model::{FieldKind, Structure};

use super::Place;
use super::columns::{Columns, Fault, ROW_BYTES_MAX};
use super::kind::of_cell;
use super::source::BUFFER_BYTES;

pub(super) fn read(source: impl Read, delimiter: u8) -> Result<Structure, Fault> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(BUFFER_BYTES)
        .from_reader(Strict::new(source, delimiter));
    let mut columns = Columns::new(FieldKind::String);
    let mut record = csv::ByteRecord::new();

    if !reader.read_byte_record(&mut record).map_err(fault)? {
        return Err(malformed(1, "there is no header".to_owned()));
    }
    let line = reader.get_mut().next_row();
    check_text(&record, line)?;
    for name in &record {
        let name = core::str::from_utf8(name).expect("just checked");
        if columns.add(name, Place::Line(line))?.is_none() {
            return Err(malformed(line, format!("two columns are named {name:?}")));
        }
    }
    while reader.read_byte_record(&mut record).map_err(fault)? {
        let line = reader.get_mut().next_row();
        if record.len() != columns.width() {
            let reason = format!("{} fields in this row, {} in the header", record.len(), columns.width());
            return Err(malformed(line, reason));
        }
        if !record.as_slice().is_ascii() {
            check_text(&record, line)?;
        }
        columns.begin_row();
        for (number, cell) in record.iter().enumerate() {
            // Most columns are text, and stay so.
            let kind =
                if columns.is_settled(number) && !cell.is_empty() { Some(FieldKind::String) } else { of_cell(cell) };
            columns.note(number, kind);
        }
    }
    Ok(columns.into_structure())
}

fn check_text(record: &csv::ByteRecord, line: u64) -> Result<(), Fault> {
    // Field by field: two halves of a character in two fields are no text.
    if record.iter().all(|field| core::str::from_utf8(field).is_ok()) {
        return Ok(());
    }
    Err(malformed(line, "the text is not in UTF-8: convert it, e.g. `iconv -f GB18030 -t UTF-8`".to_owned()))
}

fn malformed(line: u64, reason: String) -> Fault {
    Fault::Malformed { place: Place::Line(line), reason }
}

/// What the strict check found comes back through the parser as a failure to read.
fn fault(error: csv::Error) -> Fault {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.downcast::<Fault>().unwrap_or_else(Fault::Io),
        other => malformed(1, format!("{other:?}")),
    }
}

/// Lets bytes through as long as their quoting makes sense and their rows end.
struct Strict<R> {
    inner: R,
    delimiter: u8,
    at: At,
    line: u64,
    /// Where the row began.
    row_line: u64,
    row_bytes: u64,
    /// Where the rows began that the parser has not given out yet: it counts empty lines to the row behind them, and
    /// people don't. One buffer of rows at most.
    row_lines: VecDeque<u64>,
    /// Found behind bytes that were fine: told when those have been handed on.
    fault: Option<Fault>,
}

/// Between which bytes the check stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    RowStart,
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote in a quoted field: its end, or the first of two that mean one.
    Quote,
}

impl<R> Strict<R> {
    const fn new(inner: R, delimiter: u8) -> Self {
        let row_lines = VecDeque::new();
        Self { inner, delimiter, at: At::RowStart, line: 1, row_line: 1, row_bytes: 0, row_lines, fault: None }
    }

    /// The line where the row begins that the parser has just given out.
    fn next_row(&mut self) -> u64 {
        self.row_lines.pop_front().unwrap_or(self.row_line)
    }

    fn step(&mut self, byte: u8) -> Result<(), Fault> {
        if self.at == At::RowStart && !matches!(byte, b'\r' | b'\n') {
            self.row_line = self.line;
            self.row_lines.push_back(self.line);
            self.row_bytes = 0;
        }
        self.row_bytes += 1;
        if byte == b'\n' {
            self.line += 1;
        }
        self.at = match (self.at, byte) {
            (_, 0) => return Err(malformed(self.line, "a NUL byte is no text".to_owned())),
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
            (_, b'\r' | b'\n') => At::RowStart,
            (_, byte) if byte == self.delimiter => At::FieldStart,
            (At::RowStart | At::FieldStart, b'"') => At::Quoted,
            (At::Quote, _) => {
                return Err(malformed(self.line, "text follows the closing quote of a field".to_owned()));
            }
            _ => At::Plain,
        };
        if self.row_bytes > ROW_BYTES_MAX {
            return Err(Fault::row_too_long(Place::Line(self.row_line), self.row_bytes));
        }
        Ok(())
    }
}

impl<R: Read> Read for Strict<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(fault) = self.fault.take() {
            return Err(io::Error::other(fault));
        }
        let count = self.inner.read(buffer)?;
        if count == 0 && self.at == At::Quoted {
            let reason = "a quote opens in this row and never closes".to_owned();
            return Err(io::Error::other(malformed(self.row_line, reason)));
        }
        for (good, &byte) in buffer[..count].iter().enumerate() {
            if let Err(fault) = self.step(byte) {
                if good == 0 {
                    return Err(io::Error::other(fault));
                }
                self.fault = Some(fault);
                return Ok(good);
            }
        }
        Ok(count)
    }
}
