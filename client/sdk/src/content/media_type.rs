//! What sort of file it is: by its bytes where they are plain, by its name otherwise.

use core::fmt;
use std::path::Path;

use infer::MatcherType;

/// A format whose structure is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows of text, fields parted by commas (RFC 4180).
    Csv,
    /// Rows of text, fields parted by tabs.
    Tsv,
    /// One JSON document; tabular if it is an array of objects.
    Json,
    /// One JSON value a line (NDJSON, JSON Lines); tabular if all are objects.
    JsonLines,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Tsv => "text/tab-separated-values",
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    fn of_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::JsonLines,
            "parquet" => Self::Parquet,
            _ => return None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Json => "JSON",
            Self::JsonLines => "NDJSON",
            Self::Parquet => "Parquet",
        })
    }
}

/// Names for what the bytes alone don't tell: text, archives of a special use, rare data formats.
#[rustfmt::skip]
const BY_EXTENSION: &[(&str, &str)] = &[
    ("arrow", "application/vnd.apache.arrow.file"), ("avro", "application/vnd.apache.avro"), ("css", "text/css"),
    ("geojson", "application/geo+json"), ("gpkg", "application/geopackage+sqlite3"), ("h5", "application/vnd.hdfgroup.hdf5"),
    ("htm", "text/html"), ("html", "text/html"), ("ipynb", "application/x-ipynb+json"), ("jar", "application/java-archive"),
    ("js", "text/javascript"), ("jsonld", "application/ld+json"), ("kml", "application/vnd.google-earth.kml+xml"),
    ("kmz", "application/vnd.google-earth.kmz"), ("log", "text/plain"), ("md", "text/markdown"),
    ("nc", "application/x-netcdf"), ("nt", "application/n-triples"), ("onnx", "application/onnx"),
    ("pem", "application/x-pem-file"), ("py", "text/x-python"), ("r", "text/x-r"), ("rdf", "application/rdf+xml"),
    ("rs", "text/rust"), ("sh", "text/x-shellscript"), ("sql", "application/sql"), ("svg", "image/svg+xml"),
    ("toml", "application/toml"), ("ttl", "text/turtle"), ("txt", "text/plain"), ("wasm", "application/wasm"),
    ("xhtml", "application/xhtml+xml"), ("xml", "application/xml"), ("yaml", "application/yaml"), ("yml", "application/yaml"),
];

/// What was found out about a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MediaType {
    pub(super) name: &'static str,
    /// If its structure is read, how.
    pub(super) format: Option<Format>,
    /// The bytes are plainly of this other type than the format.
    pub(super) contradiction: Option<&'static str>,
}

/// Looks at the name and the first bytes.
pub(super) fn detect(path: &Path, head: &[u8]) -> MediaType {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase();
    if head.starts_with(b"PAR1") {
        let format = Format::Parquet;
        return MediaType { name: format.media_type(), format: Some(format), contradiction: None };
    }
    let by_bytes = infer::get(head);
    let is_text = is_text(head);
    if let Some(format) = Format::of_extension(&extension) {
        // Some binary formats are known by two letters: a header `BMI,age`, in whatever encoding, makes no bitmap.
        let contradiction = by_bytes.filter(|_| head.contains(&0)).map(|found| found.mime_type());
        return MediaType { name: contradiction.unwrap_or(format.media_type()), format: Some(format), contradiction };
    }
    let by_name = BY_EXTENSION.iter().find(|(name, _)| *name == extension).map(|(_, media_type)| *media_type);
    let name = match by_bytes {
        _ if is_text => {
            by_name.or(by_bytes.filter(is_certain_text).map(|found| found.mime_type())).unwrap_or("text/plain")
        }
        // A zip file by its bytes may be many things by its name.
        Some(found) if found.mime_type() == "application/zip" || found.mime_type() == "application/vnd.sqlite3" => {
            by_name.unwrap_or(found.mime_type())
        }
        Some(found) => found.mime_type(),
        None => by_name.unwrap_or("application/octet-stream"),
    };
    MediaType { name, format: None, contradiction: None }
}

/// Formats that are text themselves, or begin with a line of it.
fn is_certain_text(found: &infer::Type) -> bool {
    found.matcher_type() == MatcherType::Text
        || matches!(found.mime_type(), "application/pdf" | "application/rtf" | "application/postscript")
}

/// Whether it is UTF-8 without NUL, as far as can be seen. Nothing at all is not text.
fn is_text(head: &[u8]) -> bool {
    let cut_short = |error: core::str::Utf8Error| error.error_len().is_none();
    !head.is_empty() && !head.contains(&0) && core::str::from_utf8(head).err().is_none_or(cut_short)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name, first bytes; their media type, the format read, whether name and bytes contradict each other.
    type Row = (&'static str, &'static [u8], &'static str, Option<Format>, bool);

    /// Goal: bytes win where they are plain, names where the bytes are not.
    #[test]
    fn each_file_has_its_type() {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";
        #[rustfmt::skip]
        let rows: &[Row] = &[
            ("a.csv", b"a,b\n1,2\n", "text/csv", Some(Format::Csv), false),
            ("A.CSV", b"a,b\n1,2\n", "text/csv", Some(Format::Csv), false),
            ("a.csv", b"BMI,age\n", "text/csv", Some(Format::Csv), false),
            ("a.csv", b"MZ,age\n", "text/csv", Some(Format::Csv), false),
            ("a.csv", "数据,元素\n".as_bytes(), "text/csv", Some(Format::Csv), false),
            ("a.csv", &"数据".as_bytes()[..5], "text/csv", Some(Format::Csv), false),
            ("a.csv", b"BMI,\xCC\xEC\n", "text/csv", Some(Format::Csv), false),
            ("a.csv", PNG, "image/png", Some(Format::Csv), true),
            ("a.csv", b"PAR1....", "application/vnd.apache.parquet", Some(Format::Parquet), false),
            ("a.tsv", b"a\tb\n", "text/tab-separated-values", Some(Format::Tsv), false),
            ("a.json", b"[]", "application/json", Some(Format::Json), false),
            ("a.jsonl", b"{}\n", "application/x-ndjson", Some(Format::JsonLines), false),
            ("a.parquet", b"nothing", "application/vnd.apache.parquet", Some(Format::Parquet), false),
            ("a", b"PAR1....", "application/vnd.apache.parquet", Some(Format::Parquet), false),
            ("a.geojson", b"{}", "application/geo+json", None, false),
            ("a.png", PNG, "image/png", None, false),
            ("a.txt", PNG, "image/png", None, false),
            ("a.txt", b"BMW and more", "text/plain", None, false),
            ("a.jar", ZIP, "application/java-archive", None, false),
            ("a.zip", ZIP, "application/zip", None, false),
            ("a.svg", b"<svg/>", "image/svg+xml", None, false),
            ("a.pdf", b"%PDF-1.7\n", "application/pdf", None, false),
            ("page", b"<!DOCTYPE html><html>", "text/html", None, false),
            ("notes", b"plain words", "text/plain", None, false),
            ("a.bin", b"\0\x01\x02", "application/octet-stream", None, false),
            ("a.bin", b"", "application/octet-stream", None, false),
        ];
        for (name, head, media_type, format, contradicts) in rows {
            let found = detect(Path::new(name), head);
            assert_eq!(found.name, *media_type, "{name} {head:?}");
            assert_eq!(found.format, *format, "{name} {head:?}");
            assert_eq!(found.contradiction.is_some(), *contradicts, "{name} {head:?}");
        }
    }
}
