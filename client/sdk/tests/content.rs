//! Content: the root is that of `b3sum`, the structure holds for every row, what is malformed is named by its place.

#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use yaosu_ledger::Digest;
use yaosu_ledger::model::Structure;
use yaosu_sdk::content::{
    self, ContentError, Fingerprint, Inspection, ROW_BYTES_MAX, Reading, canonical_json, schema_hash,
};

const WEATHER: &str = "\
date,precipitation,temp_max,wind,weather
2012-01-01,0.0,12.8,4,drizzle
2012-01-02,10.9,10.6,4,rain
2012-01-03,0.8,11.7,2,rain
2012-01-04,,12.2,4,\"rain, then sun\"
2012-01-05,1.3,8.9,6,
";

fn inspect_as(name: &str, bytes: impl AsRef<[u8]>, reading: Reading) -> Result<Inspection, ContentError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    content::inspect(&path, reading, &mut |_, _| {})
}

fn inspect(name: &str, bytes: impl AsRef<[u8]>) -> Result<Inspection, ContentError> {
    inspect_as(name, bytes, Reading::Structured)
}

/// A structure in one line: `name:kind` with `?` for nullable, and the rows.
fn brief(structure: &Structure) -> String {
    let field = |field: &yaosu_ledger::model::Field| {
        format!("{}:{}{}", field.name, field.kind, if field.nullable { "?" } else { "" })
    };
    let fields: Vec<_> = structure.fields.iter().map(field).collect();
    format!("{} x{}", fields.join(" "), structure.rows)
}

/// The structure in one line, or the error without the folder.
fn told(name: &str, bytes: impl AsRef<[u8]>) -> String {
    match inspect(name, bytes) {
        Ok(inspection) => inspection.structure.as_ref().map_or("no structure".to_owned(), brief),
        Err(error) => {
            let text = error.to_string();
            text[text.find(name).unwrap()..].to_owned()
        }
    }
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/weather.parquet")
}

/// Goal: the root is the plain hash, whatever reads the file and wherever its buffers end.
/// Method: sizes around BLAKE3's chunks and the reader's buffer, against the hash of the bytes at once.
#[test]
fn the_root_is_the_plain_hash() {
    for size in [0, 1, 1023, 1024, 1025, 64 * 1024 + 1, 256 * 1024, 256 * 1024 + 1, 3_000_000] {
        let bytes: Vec<u8> = (0..size).map(|place: u32| (place % 251) as u8).collect();
        let inspection = inspect("data.bin", &bytes).unwrap();
        assert_eq!(inspection.content_root.0, *blake3::hash(&bytes).as_bytes(), "{size} bytes");
        assert_eq!(inspection.size_bytes, u64::from(size));
    }
    let empty = inspect("data.bin", "").unwrap();
    assert_eq!(empty.content_root.to_string(), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
}

/// Goal: each reader hashes all bytes in order, also those it does not need.
#[test]
fn the_root_is_the_same_by_every_reader() {
    let csv: String = (0..60_000).fold("n,text\n".to_owned(), |csv, row| csv + &format!("{row},\"line\none\"\r\n"));
    let lines: String = (0..60_000).fold(String::new(), |lines, row| lines + &format!("{{\"n\":{row}}}\n"));
    let array = format!("\u{FEFF}[{}]\n \n", lines.trim_end().replace('\n', ",\n"));
    let parquet = fs::read(fixture()).unwrap();
    let files: [(&str, &[u8]); 5] = [
        ("a.csv", csv.as_bytes()),
        ("a.jsonl", lines.as_bytes()),
        ("a.json", array.as_bytes()),
        ("a.parquet", &parquet),
        ("b.json", b"{\"a\": [1, 2, 3]}  "),
    ];
    for (name, bytes) in files {
        let inspection = inspect(name, bytes).unwrap();
        assert_eq!(inspection.content_root.0, *blake3::hash(bytes).as_bytes(), "{name}");
        let opaque = inspect_as(name, bytes, Reading::Opaque).unwrap();
        assert_eq!((opaque.content_root, opaque.size_bytes), (inspection.content_root, inspection.size_bytes));
        assert_eq!(opaque.structure, None);
        assert_eq!(opaque.media_type, inspection.media_type);
        assert_eq!(
            inspection.structure.map_or(0, |structure| structure.rows),
            match name {
                "a.parquet" => 5,
                "b.json" => 0,
                _ => 60_000,
            }
        );
    }
}

#[test]
fn weather_has_its_structure() {
    let inspection = inspect("weather.csv", WEATHER).unwrap();
    assert_eq!(inspection.media_type.as_str(), "text/csv");
    assert_eq!(
        brief(&inspection.structure.clone().unwrap()),
        "date:date precipitation:number? temp_max:number wind:integer weather:string? x5"
    );
    let version = inspection.clone().into_version(Some(Digest::ZERO));
    assert_eq!(version.content_root, inspection.content_root);
    assert_eq!(version.structure, inspection.structure);

    let tsv = WEATHER.replace("rain, then", "rain then").replace(',', "\t");
    assert_eq!(
        told("weather.tsv", tsv),
        "date:date precipitation:number? temp_max:number wind:integer weather:string? x5"
    );
}

/// Goal: what CSV files of the world look like is read for what it means, and what can't mean anything is refused with
/// its line.
#[test]
fn each_csv_gets_its_answer() {
    let wide = |columns: usize| (0..columns).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    #[rustfmt::skip]
    let rows: Vec<(&str, Vec<u8>, &str)> = vec![
        ("header only", b"a,b\n".to_vec(), "a:string b:string x0"),
        ("no line end at the end", b"a,b\n1,2".to_vec(), "a:integer b:integer x1"),
        ("carriage returns", b"a,b\r\n1,x\r\n".to_vec(), "a:integer b:string x1"),
        ("only carriage returns", b"a,b\r1,x\r".to_vec(), "a:integer b:string x1"),
        ("byte order mark", "\u{FEFF}a,b\n1,2\n".into(), "a:integer b:integer x1"),
        ("byte order mark and quotes", "\u{FEFF}\"a\n\",b\n".replace("\n\"", "\"").into(), "a:string b:string x0"),
        ("quoted commas, quotes, lines", b"a,b\n\"x,\"\"y\"\"\nz\",1\n".to_vec(), "a:string b:integer x1"),
        ("quoted number", b"a\n\"1\"\n".to_vec(), "a:integer x1"),
        ("a quote inside plain text", b"a,b\n5\" pipe,1\n".to_vec(), "a:string b:integer x1"),
        ("empty lines", b"a,b\n\n1,2\n\n".to_vec(), "a:integer b:integer x1"),
        ("Chinese", "日期,天气\n2012-01-01,小雨\n".into(), "日期:date 天气:string x1"),
        ("all missing", b"a,b\n1,\n2,\n".to_vec(), "a:integer b:string? x2"),
        ("a late change of kind", [&b"a\n"[..], &b"1\n".repeat(9_999), b"x\n"].concat(), "a:string x10000"),
        ("integers, then a number", b"a\n1\n2\n2.5\n".to_vec(), "a:number x3"),
        ("days, then a moment", b"a\n2012-01-01\n2012-01-01T08:00:00Z\n".to_vec(), "a:string x2"),
        ("codes with zeros", b"a\n007\n123\n".to_vec(), "a:string x2"),
        ("widest", wide(256).into(), "x0"),
        ("too wide", wide(257).into(), "a.csv, line 1: columns: 257, and the limit is 256"),
        ("long name", format!("{},b\n", "n".repeat(129)).into(),
            "a.csv, line 1: bytes in a column's name: 129, and the limit is 128"),
        ("empty", b"".to_vec(), "a.csv, line 1: not well-formed CSV: there is no header"),
        ("only a mark", "\u{FEFF}".into(), "a.csv, line 1: not well-formed CSV: there is no header"),
        ("no name", b"a,,c\n".to_vec(), "a.csv, line 1: not well-formed CSV: a column has no name"),
        ("a name twice", b"a,b,a\n".to_vec(), "a.csv, line 1: not well-formed CSV: two columns are named \"a\""),
        ("a line in a name", b"\"a\nb\",c\n".to_vec(),
            "a.csv, line 1: not well-formed CSV: the name of a column: character U+000A is not allowed in text"),
        ("too few fields", b"a,b\n1,2\n3\n4,5\n".to_vec(),
            "a.csv, line 3: not well-formed CSV: 1 fields in this row, 2 in the header"),
        ("too many fields", b"a,b\n1,2\n\"x\ny\",2\n3,4,5\n".to_vec(),
            "a.csv, line 5: not well-formed CSV: 3 fields in this row, 2 in the header"),
        ("too few after empty lines", b"a,b\n1,2\n\n\n3\n".to_vec(),
            "a.csv, line 5: not well-formed CSV: 1 fields in this row, 2 in the header"),
        ("open quote", b"a,b\n1,2\n3,\"4\n5,6\n7,8\n".to_vec(),
            "a.csv, line 3: not well-formed CSV: a quote opens in this row and never closes"),
        ("text behind a quote", b"a,b\n1,\"2\"x\n".to_vec(),
            "a.csv, line 2: not well-formed CSV: text follows the closing quote of a field"),
        ("the first fault is told", b"a,b\n1\n1,\"2\"x\n".to_vec(),
            "a.csv, line 2: not well-formed CSV: 1 fields in this row, 2 in the header"),
        ("GB 18030", b"a,b\n1,\xCC\xEC\xC6\xF8\n".to_vec(),
            "a.csv, line 2: not well-formed CSV: the text is not in UTF-8: convert it, e.g. `iconv -f GB18030 -t UTF-8`"),
        ("half characters", b"a,b\n\xE6\x97,\xA5\n".to_vec(),
            "a.csv, line 2: not well-formed CSV: the text is not in UTF-8: convert it, e.g. `iconv -f GB18030 -t UTF-8`"),
        ("UTF-16", b"\xFF\xFEa\0,\0b\0".to_vec(),
            "a.csv, line 1: not well-formed CSV: the text is in UTF-16: convert it to UTF-8"),
        ("NUL", b"a,b\n1,\0\n".to_vec(), "a.csv, line 2: not well-formed CSV: a NUL byte is no text"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "a.csv is named like CSV, but its bytes are image/png"),
    ];
    for (case, bytes, answer) in rows {
        let told = told("a.csv", bytes);
        assert!(told == answer || (answer == "x0" && told.ends_with(" x0")), "{case}: {told}");
    }
}

#[test]
fn each_json_gets_its_answer() {
    let long = format!("[{{\"{}\":1}}]", "n".repeat(129));
    let wide: Vec<_> = (0..257).map(|number| format!("\"c{number}\":1")).collect();
    let wide = format!("[{{{}}}]", wide.join(","));
    let deep = format!("[{{\"a\":{}{}}}]", "[".repeat(9_999), "]".repeat(9_999));
    #[rustfmt::skip]
    let rows: Vec<(&str, &str, &str)> = vec![
        ("rows", r#"[{"a":1,"b":"x"},{"a":2,"b":"y"}]"#, "a:integer b:string x2"),
        ("all kinds", r#"[{"t":true,"i":-1,"n":1.5,"s":"x","d":"2012-01-01","m":"2012-01-01T08:00:00Z","l":[{}],"o":{"a":[]}}]"#,
            "t:boolean i:integer n:number s:string d:date m:datetime l:any o:any x1"),
        ("a text is no number", r#"[{"a":"1"},{"a":"true"}]"#, "a:string x2"),
        ("missing and null", r#"[{"a":1,"b":2},{"b":null},{"a":3,"c":1}]"#, "a:integer? b:integer? c:integer? x3"),
        ("only null", r#"[{"a":null}]"#, "a:any? x1"),
        ("mixed kinds", r#"[{"a":1},{"a":"x"}]"#, "a:any x2"),
        ("integers, then a number", r#"[{"a":1},{"a":2.0}]"#, "a:number x2"),
        ("more digits than 64 bits", r#"[{"a":18446744073709551616}]"#, "a:number x1"),
        ("other order", r#"[{"a":1,"b":2},{"b":3,"a":4}]"#, "a:integer b:integer x2"),
        ("escapes in names", r#"[{"\u6570":1},{"数":2}]"#, "数:integer x2"),
        ("byte order mark", "\u{FEFF}[{\"a\":1}]", "a:integer x1"),
        ("an object", r#"{"type":"FeatureCollection","features":[{"a":1}]}"#, "no structure"),
        ("a number", "1", "no structure"),
        ("a text", "\"x\"", "no structure"),
        ("no rows", "[]", "no structure"),
        ("rows without columns", "[{},{}]", "no structure"),
        ("numbers", "[1,2,3]", "no structure"),
        ("not only rows", r#"[{"a":1},2,{"a":{"b":[]}}]"#, "no structure"),
        ("arrays", r#"[["a"],["b"]]"#, "no structure"),
        ("empty", "", "a.json, line 1: not well-formed JSON: EOF while parsing a value"),
        ("cut short", "[{\"a\":1},\n{\"a\":", "a.json, row 2 (line 2): not well-formed JSON: EOF while parsing a value"),
        ("no closing bracket", "[{\"a\":1}", "a.json, row 2 (line 1): not well-formed JSON: EOF while parsing a list"),
        ("a comma too many", "[{\"a\":1},\n]", "a.json, row 2 (line 2): not well-formed JSON: trailing comma"),
        ("something behind", "[{\"a\":1}]\n[]", "a.json, line 2: not well-formed JSON: trailing characters"),
        ("a member twice", "[{\"a\":1},{\"a\":1,\"a\":2}]",
            "a.json, row 2 (line 1): not well-formed JSON: the row names \"a\" twice"),
        ("no name", "[{\"\":1}]", "a.json, row 1 (line 1): not well-formed JSON: a column has no name"),
        ("NaN", "[{\"a\":NaN}]", "a.json, row 1 (line 1): not well-formed JSON: expected value"),
        ("damage behind what is no row", "[1,\n{\"a\":}]", "a.json, row 1 (line 2): not well-formed JSON: expected value"),
        ("damage in an object", "{\"a\":1,\n\"b\"}", "a.json, line 2: not well-formed JSON: expected `:`"),
        ("long name", &long, "a.json, row 1 (line 1): bytes in a column's name: 129, and the limit is 128"),
        ("too wide", &wide, "a.json, row 1 (line 1): columns: 257, and the limit is 256"),
        ("deep", &deep, "a:any x1"),
    ];
    for (case, text, answer) in rows {
        assert_eq!(told("a.json", text), answer, "{case}");
    }
    let latin = told("a.json", b"[{\"a\":\"\xE9\"}]");
    assert_eq!(latin, "a.json, row 1 (line 1): not well-formed JSON: invalid unicode code point");
}

#[test]
fn each_file_of_lines_gets_its_answer() {
    #[rustfmt::skip]
    let rows = [
        ("rows", "{\"a\":1}\n{\"a\":2,\"b\":null}\n", "a:integer b:any? x2"),
        ("no line end at the end", "{\"a\":1}\n{\"a\":2}", "a:integer x2"),
        ("carriage returns, empty lines, mark", "\u{FEFF}{\"a\":1}\r\n\r\n{\"a\":2}\r\n \n", "a:integer x2"),
        ("empty", "", "no structure"),
        ("numbers", "1\n2\n", "no structure"),
        ("not only rows", "{\"a\":1}\n[2]\n", "no structure"),
        ("damage", "{\"a\":1}\n\n{\"a\":}\n", "a.ndjson, line 3: not well-formed NDJSON: expected value"),
        ("damage behind what is no row", "1\n{\"a\":}\n", "a.ndjson, line 2: not well-formed NDJSON: expected value"),
        ("two in a line", "{\"a\":1} {\"a\":2}\n", "a.ndjson, line 1: not well-formed NDJSON: trailing characters"),
        ("one over two lines", "{\"a\":\n1}\n", "a.ndjson, line 1: not well-formed NDJSON: EOF while parsing a value"),
        ("a member twice", "{\"a\":1,\"a\":1}", "a.ndjson, line 1: not well-formed NDJSON: the row names \"a\" twice"),
    ];
    for (case, text, answer) in rows {
        assert_eq!(told("a.ndjson", text), answer, "{case}");
    }
}

#[test]
fn parquet_of_another_writer_is_read() {
    let inspection = content::inspect(&fixture(), Reading::Structured, &mut |_, _| {}).unwrap();
    assert_eq!(inspection.media_type.as_str(), "application/vnd.apache.parquet");
    assert_eq!(inspection.content_root.to_string(), "1a9317ba8061b66a8328d67482ce834f292695cc51e28d18c6eed47b79aadc35");
    assert_eq!(
        brief(&inspection.structure.unwrap()),
        "date:date precipitation:number? temp_max:number? wind:integer weather:string? measured_at:datetime? \
         is_dry:boolean? station:string? fee:number? count:integer? raw:any? readings:any? place:any? 数据:string? x5"
    );
}

/// Goal: no damage to a Parquet file makes the reader panic, and what it takes away is noticed.
/// Method: each cut of the file, one bit of each byte of the footer.
#[test]
fn damaged_parquet_is_refused() {
    let good = fs::read(fixture()).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let inspect = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        content::inspect(&path, Reading::Structured, &mut |_, _| {})
    };
    let reason = |bytes: &[u8]| inspect(bytes).unwrap_err().to_string();
    for length in (0..good.len()).step_by(7) {
        assert!(matches!(inspect(&good[..length]), Err(ContentError::Malformed { .. })), "cut to {length} bytes");
    }
    for place in good.len() - 3_000..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x10;
        match inspect(&bytes) {
            // Much of a footer is free text and statistics.
            Ok(_) | Err(ContentError::Malformed { .. } | ContentError::OverLimit { .. }) => {}
            Err(error) => panic!("byte {place}: {error}"),
        }
    }
    assert!(reason(&good[..good.len() - 1]).contains("cut short"));
    assert!(reason(b"a,b\n1,2 and some more").contains("does not begin with PAR1"));
    assert!(reason(b"PAR1").contains("too short"));
    // A footer that fits, over data that are gone.
    let footer = u32::from_le_bytes(good[good.len() - 8..good.len() - 4].try_into().unwrap()) as usize + 8;
    let hollow = [b"PAR1", &good[good.len() - footer..]].concat();
    assert!(reason(&hollow).contains("lie outside the file"), "{}", reason(&hollow));
    let endless = [b"PAR1", &[0xFF; 4][..], b"PAR1"].concat();
    assert!(matches!(inspect(&endless), Err(ContentError::OverLimit { .. })));
    let longer = [b"PAR1", &[100, 0, 0, 0][..], b"PAR1"].concat();
    assert!(reason(&longer).contains("longer than the file"));
    let sealed = [b"PAR1", &[0; 4][..], b"PARE"].concat();
    assert!(reason(&sealed).contains("encrypted"));
}

/// Goal: a row that never ends does not fill the memory, in any format.
#[test]
fn endless_rows_are_refused() {
    let long = "x".repeat(usize::try_from(ROW_BYTES_MAX).unwrap() + 1_000_000);
    let rows = [
        ("a.csv", format!("a,b\n1,2\n3,\"{long}"), "a.csv, line 3: bytes in a row: 16777217"),
        ("a.json", format!("[{{\"a\":1}},\n{{\"a\":\"{long}"), "a.json, row 2 (line 2): bytes in a row: "),
        ("b.json", format!("\"{long}"), "b.json: bytes in a row: "),
        ("a.jsonl", format!("{{\"a\":1}}\n{{\"a\":\"{long}"), "a.jsonl, line 2: bytes in a row: 16777217"),
    ];
    for (name, text, answer) in rows {
        let found = told(name, text);
        assert!(found.starts_with(answer), "{name}: {found}");
        assert!(found.ends_with("the limit is 16777216"), "{name}: {found}");
    }
    // Not in memory, so not limited: many rows, and one long document without rows.
    let rows = format!("[{}{{\"a\":1}}]", "{\"a\":\"some text to make it longer\"},".repeat(600_000));
    assert_eq!(told("a.json", rows), "a:any x600001");
    assert_eq!(told("b.json", format!("{{\"a\":[{}1]}}", "1,".repeat(9_000_000))), "no structure");
}

/// Goal: bytes are taken as they are by whoever asks for it.
#[test]
fn malformed_files_are_bytes_if_asked() {
    for (name, bytes) in [("a.csv", "a,b\n1\n"), ("a.json", "[{"), ("a.jsonl", "{"), ("a.parquet", "PAR1")] {
        assert!(inspect(name, bytes).is_err());
        let inspection = inspect_as(name, bytes, Reading::Opaque).unwrap();
        assert_eq!(inspection.structure, None);
        assert_eq!(inspection.content_root.0, *blake3::hash(bytes.as_bytes()).as_bytes());
    }
    let picture = inspect_as("a.csv", b"\x89PNG\r\n\x1a\n\0\0", Reading::Opaque).unwrap();
    assert_eq!(picture.media_type.as_str(), "image/png");
}

/// Goal: no fingerprint is given for a file that changed under the reader.
/// Method: the progress callback changes it when the first buffer has been read: a known place, no waiting.
#[test]
fn a_file_that_changes_is_noticed() {
    type Change = fn(&Path);
    // The clock of file systems ticks slowly: write until the time of the change shows.
    fn write_over(path: &Path, bytes: &[u8], place: u64) {
        let modified = || fs::metadata(path).unwrap().modified().unwrap();
        let before = modified();
        while modified() == before {
            OpenOptions::new().write(true).open(path).unwrap().write_all_at(bytes, place).unwrap();
        }
    }
    let changes: [(&str, Change); 6] = [
        ("grown", |path| OpenOptions::new().append(true).open(path).unwrap().write_all(b"1,2\n").unwrap()),
        ("shortened", |path| OpenOptions::new().write(true).open(path).unwrap().set_len(300_000).unwrap()),
        ("written over", |path| write_over(path, b"x,y\n", 0)),
        ("damaged further on", |path| write_over(path, b"\"", 700_000)),
        ("removed", |path| fs::remove_file(path).unwrap()),
        ("replaced", |path| {
            let other = path.with_extension("new");
            fs::copy(path, &other).unwrap();
            // Of the same age: only that it is another file tells.
            let modified = fs::metadata(path).unwrap().modified().unwrap();
            OpenOptions::new().write(true).open(&other).unwrap().set_modified(modified).unwrap();
            fs::rename(other, path).unwrap();
        }),
    ];
    for (case, change) in changes {
        for (name, reading) in [("a.csv", Reading::Structured), ("a.bin", Reading::Opaque)] {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            fs::write(&path, "a,b\n".to_owned() + &"1,2\n".repeat(200_000)).unwrap();
            let mut calls = 0;
            let result = content::inspect(&path, reading, &mut |_, _| {
                calls += 1;
                if calls == 1 {
                    change(&path);
                }
            });
            assert!(matches!(result, Err(ContentError::ChangedWhileReading { .. })), "{case} {name}: {result:?}");
        }
    }
}

#[test]
fn progress_goes_up_to_the_end() {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in [("a.csv", "a,b\n".to_owned() + &"1,2\n".repeat(200_000)), ("empty.bin", String::new())] {
        let path = folder.path().join(name);
        fs::write(&path, &bytes).unwrap();
        let mut told = Vec::new();
        content::inspect(&path, Reading::Structured, &mut |done, total| told.push((done, total))).unwrap();
        let total = bytes.len() as u64;
        assert_eq!(told.last(), Some(&(total, total)), "{name}");
        assert!(told.is_sorted() && told.iter().all(|(_, found)| *found == total), "{name}");
        assert!(told.len() < 20, "{name}: one call a buffer, not a row");
    }
}

#[test]
fn verification_tells_both_values() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("weather.csv");
    fs::write(&path, WEATHER).unwrap();
    let root = Digest(*blake3::hash(WEATHER.as_bytes()).as_bytes());
    let size = WEATHER.len() as u64;
    content::verify(&path, root, size, &mut |_, _| {}).unwrap();

    let right = Fingerprint { content_root: root, size_bytes: size };
    for wrong in [
        Fingerprint { content_root: Digest::ZERO, ..right },
        Fingerprint { size_bytes: size - 1, ..right },
        Fingerprint { size_bytes: size + 1, ..right },
    ] {
        let error = content::verify(&path, wrong.content_root, wrong.size_bytes, &mut |_, _| {}).unwrap_err();
        assert!(error.to_string().contains(&wrong.to_string()) && error.to_string().contains(&right.to_string()));
        assert!(matches!(error, ContentError::Differs { expected, found, .. } if expected == wrong && found == right));
    }
    // Malformed or not is no matter here.
    fs::write(&path, "a,b\n1\n").unwrap();
    content::verify(&path, Digest(*blake3::hash(b"a,b\n1\n").as_bytes()), 6, &mut |_, _| {}).unwrap();
}

#[test]
fn what_is_no_file_is_told() {
    let folder = TempDir::new().unwrap();
    let missing = content::inspect(&folder.path().join("none"), Reading::Opaque, &mut |_, _| {}).unwrap_err();
    assert!(matches!(missing, ContentError::NotFound { .. }));
    let a_folder = content::inspect(folder.path(), Reading::Opaque, &mut |_, _| {}).unwrap_err();
    assert!(matches!(a_folder, ContentError::NotAFile { .. }));
}

/// Goal: the document of a structure never changes its bytes. The hash is from another implementation.
#[test]
fn the_schema_has_one_form() {
    let csv = "date,\"t \"\"max\"\"\",时间\n2012-01-01,,2012-01-01 08:00\n2012-01-02,1.5,\n";
    let structure = inspect("a.csv", csv).unwrap().structure.unwrap();
    assert_eq!(
        canonical_json(&structure),
        "{\"fields\":[{\"constraints\":{\"required\":true},\"name\":\"date\",\"type\":\"date\"},\
         {\"name\":\"t \\\"max\\\"\",\"type\":\"number\"},{\"format\":\"any\",\"name\":\"时间\",\"type\":\"datetime\"}]}"
    );
    assert_eq!(schema_hash(&structure).to_string(), "73812ad6ef1ac6ce6bd549944c6b4f6cb64f6d31b860642ff687b0fdd4044808");
    let more = inspect("a.csv", format!("{csv}2012-01-03,2,\n")).unwrap().structure.unwrap();
    assert_eq!(schema_hash(&more), schema_hash(&structure), "rows are not part of the schema");
}
