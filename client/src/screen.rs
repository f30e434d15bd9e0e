//! How results reach people: fields, tables and lines on standard output; or the same value as JSON.

use std::io::{self, IsTerminal, Write};

use comfy_table::{Attribute, Cell, ContentArrangement, Table};
use serde::Serialize;
use yaosu_api::words::Label;

use crate::command_error::CommandError;
use crate::said::{Said, plain, said};

/// A result that can be shown: both forms come from the one value.
pub trait Show: Serialize {
    /// Writes it for people.
    fn show(&self, screen: &mut Screen);
}

/// Text from elsewhere as it may stand on a terminal: what would move the cursor, change colours, turn the direction of
/// writing or can't be seen is written as its number.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if yaosu_ledger::is_forbidden(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// How wide a name is on a terminal: what is not ASCII among the names of fields is Chinese, and two columns wide.
fn columns(name: &str) -> usize {
    name.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

/// Text for people, as it is put together.
#[derive(Debug, Default)]
pub struct Screen {
    text: String,
    terminal: bool,
    colour: bool,
}

impl Screen {
    /// For standard output as it is now.
    fn of_stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        // https://no-color.org: set and not empty.
        let colour = terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { text: String::new(), terminal, colour }
    }

    /// A line.
    pub fn line(&mut self, line: impl Into<Said>) {
        self.push(&harmless(line.into().as_str()));
    }

    /// A line, or some, as it is: with the colours that this screen gave it.
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Names and values, one a line. Empty values are left out.
    pub fn fields<L: Clone + Into<Said>>(&mut self, fields: &[(L, Said)]) {
        let shown = fields.iter().filter(|(_, value)| !value.is_empty());
        let shown: Vec<(Said, &Said)> = shown.map(|(name, value)| (name.clone().into(), value)).collect();
        let width = shown.iter().map(|(name, _)| columns(name.as_str())).max().unwrap_or(0);
        for (name, value) in shown {
            let name = format!("{}{:2$}", harmless(name.as_str()), "", width - columns(name.as_str()));
            let name = if self.colour { format!("\u{1b}[2m{name}\u{1b}[0m") } else { name };
            self.push(&format!("{name}  {}", harmless(value.as_str())));
        }
    }

    /// A table. One without rows is a line that says so.
    pub fn table(&mut self, header: &[Label], rows: Vec<Vec<Said>>) {
        if rows.is_empty() {
            self.line(said!("none", "无"));
            return;
        }
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(header.iter().map(|label| {
            let cell = Cell::new(Said::from(*label).as_str().to_uppercase());
            if self.colour { cell.add_attribute(Attribute::Bold) } else { cell }
        }));
        if self.colour {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        // Only a terminal has a width that something could be wrapped to.
        let arrangement = if self.terminal { ContentArrangement::Dynamic } else { ContentArrangement::Disabled };
        table.set_content_arrangement(arrangement);
        table.add_rows(
            rows.into_iter().map(|row| row.into_iter().map(|cell| harmless(cell.as_str())).collect::<Vec<_>>()),
        );
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        self.push(&table.trim_fmt());
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes a result to standard output.
///
/// # Errors
/// It can't be written. A reader that has had enough (`| head`) is no error.
pub fn print(value: &impl Show, json: bool) -> Result<(), CommandError> {
    let text = if json {
        serde_json::to_string_pretty(value).map_err(|error| CommandError::failed(plain(error)))? + "\n"
    } else {
        let mut screen = Screen::of_stdout();
        value.show(&mut screen);
        screen.text
    };
    write_out(text.as_bytes())
}

/// Writes one result of many: as JSON, a line each.
///
/// # Errors
/// As [`print`].
pub fn print_line(value: &impl Show, json: bool) -> Result<(), CommandError> {
    if !json {
        return print(value, false);
    }
    let text = serde_json::to_string(value).map_err(|error| CommandError::failed(plain(error)))? + "\n";
    write_out(text.as_bytes())
}

/// Writes bytes to standard output.
///
/// # Errors
/// As [`print`].
pub fn write_out(bytes: &[u8]) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        result => result.map_err(|error| CommandError::failed(said!("standard output: {error}", "标准输出：{error}"))),
    }
}

/// Writes a line, or some, to standard error. That it can't be written stops nothing.
pub fn note(text: impl Into<Said>) {
    let (text, mut err) = (text.into(), io::stderr().lock());
    for line in text.as_str().lines() {
        let _ = writeln!(err, "{}", harmless(line));
    }
}

/// Whether somebody sits there who can be asked.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question that is answered with yes or no.
///
/// # Errors
/// The answer can't be read.
pub fn ask(question: &Said) -> Result<bool, CommandError> {
    let fault =
        |error: io::Error| CommandError::failed(said!("the answer can't be read: {error}", "无法读取回答：{error}"));
    let mut err = io::stderr().lock();
    write!(err, "{question} [y/N] ").and_then(|()| err.flush()).map_err(fault)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(fault)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "是"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_aligns_fields_and_tables() {
        let mut screen = Screen::default();
        screen.fields(&[(Label::Id, plain(1)), (Label::Fee, Said::default()), (Label::Height, plain(12))]);
        let rows = vec![vec![plain(1), plain("a thing")], vec![plain(22), plain("b")]];
        screen.table(&[Label::Id, Label::What], rows);
        screen.table(&[Label::Id], Vec::new());
        assert_eq!(screen.text(), "id      1\nheight  12\nID  WHAT\n1   a thing\n22  b\nnone\n");
    }

    /// Goal: nothing that a node says reaches the terminal as a command to it.
    #[test]
    fn what_comes_from_elsewhere_is_harmless() {
        let mut screen = Screen::default();
        screen.line(plain("a\u{1b}[2Jb\r\nc"));
        screen.fields(&[(Label::Title, plain("\u{202e}gpj"))]);
        screen.table(&[Label::Id], vec![vec![plain("\u{1b}[31m")]]);
        let text = screen.text();
        assert_eq!(text, "a\\u{1b}[2Jb\\u{d}\\u{a}c\ntitle  \\u{202e}gpj\nID\n\\u{1b}[31m\n");
    }
}
