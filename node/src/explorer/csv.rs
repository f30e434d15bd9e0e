//! Lists as comma-separated values (RFC 4180).

/// A list.
#[derive(Debug)]
pub struct Table {
    /// Names of columns, never translated.
    pub head: &'static [&'static str],
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        let head: Vec<String> = self.head.iter().map(ToString::to_string).collect();
        for row in std::iter::once(&head).chain(&self.rows) {
            for (column, value) in row.iter().enumerate() {
                if column > 0 {
                    out.push(',');
                }
                out.push_str(&cell(value));
            }
            out.push_str("\r\n");
        }
        out.into_bytes()
    }
}

/// A cell, in quotes where it must be. What spreadsheets would take for a formula gets an apostrophe before it: the texts
/// are other people's.
fn cell(value: &str) -> String {
    let formula = value.starts_with(['=', '+', '-', '@', '\t']);
    let value = if formula { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', '"', '\r', '\n']) { format!("\"{}\"", value.replace('"', "\"\"")) } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: commas, quotes and formulas stay in their cells.
    #[test]
    fn cells_are_quoted() {
        let row = ["plain", "a,b", "say \"no\"", "=1+1", ""].map(str::to_owned).to_vec();
        let table = Table { head: &["a", "b", "c", "d", "e"], rows: vec![row] };
        let text = String::from_utf8(table.bytes()).expect("text");
        assert_eq!(text, "a,b,c,d,e\r\nplain,\"a,b\",\"say \"\"no\"\"\",'=1+1,\r\n");
    }
}
