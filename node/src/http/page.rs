//! Lists in pages: tables of the state in the order of their keys, a bounded number of records looked at a request.
//!
//! A cursor is the key of the last record that was looked at. Keys do not move, so that pages do not shift while blocks
//! come: each page says the height whose state it shows.

use yaosu_api::{LIMIT_DEFAULT, LIMIT_MAX, Page};
use yaosu_ledger::codec;
use yaosu_ledger::state::{KeyPart, Reader, State, Table};

use super::call::Query;
use super::problem::ApiError;

/// Records that a request looks at; a filter that keeps few of them goes on by cursor.
const SCANNED_MAX: usize = 10_000;

/// Records that are fetched at once.
const FETCHED_AT_ONCE: usize = 512;

/// Hexadecimal digits of a cursor at most. Keys of records that are listed are shorter than 128 bytes.
const CURSOR_DIGITS_MAX: usize = 256;

/// Which part of a list is asked for.
#[derive(Clone, Debug)]
pub struct Part {
    /// Items at most, 1 to [`LIMIT_MAX`].
    pub limit: usize,
    /// The key after which it begins, without the common prefix.
    after: Option<Vec<u8>>,
}

/// The parameters of every list.
pub const PARAMETERS: [&str; 2] = ["limit", "cursor"];

/// The parameters of a list with these filters.
pub fn with_filters<'a>(filters: &[&'a str]) -> Vec<&'a str> {
    PARAMETERS.iter().chain(filters).copied().collect()
}

/// How many items are asked for.
///
/// # Errors
/// 400, if they are none or too many.
pub fn limit(query: &Query) -> Result<usize, ApiError> {
    let limit = query.number::<usize>("limit")?.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_MAX).contains(&limit) {
        Ok(limit)
    } else {
        let english = format!("a page has 1 to {LIMIT_MAX} items, {limit} asked for");
        Err(ApiError::bad("limit", (english, format!("每页 1 至 {LIMIT_MAX} 项，请求了 {limit} 项"))))
    }
}

impl Part {
    /// The part that a query asks for.
    ///
    /// # Errors
    /// 400 with the field.
    pub fn of(query: &Query) -> Result<Self, ApiError> {
        let after = query.text("cursor").map(parse_cursor).transpose()?;
        Ok(Self { limit: limit(query)?, after })
    }
}

fn parse_cursor(text: &str) -> Result<Vec<u8>, ApiError> {
    let bad = || {
        ApiError::bad("cursor", ("not a cursor", "不是有效的翻页位置"))
            .with_hint(("give the cursor of the page before as it came", "请原样使用上一页给出的翻页位置"))
    };
    if text.is_empty() || text.len() > CURSOR_DIGITS_MAX || !text.is_ascii() {
        return Err(bad());
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some((digit(*high)? << 4) | digit(*low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(bad)
}

/// The value of a lower-case hexadecimal digit.
pub const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

fn cursor(key: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(key.len().saturating_mul(2));
    for byte in key {
        write!(text, "{byte:02x}").expect("writing to a string can't fail");
    }
    text
}

/// A page of a table: records whose keys begin with `prefix` (the table's number left out), in the order of their keys,
/// as `show` makes them; it leaves out what is not asked for.
///
/// # Errors
/// 500, if a record does not decode; what `show` says.
pub fn of_table<T: Table, Item>(
    state: &State,
    as_of: yaosu_ledger::Height,
    prefix: &[u8],
    part: &Part,
    mut show: impl FnMut(T::Key, T::Record) -> Result<Option<Item>, ApiError>,
) -> Result<Page<Item>, ApiError> {
    let prefix: Vec<u8> = std::iter::once(T::NUMBER).chain(prefix.iter().copied()).collect();
    let mut start = prefix.clone();
    if let Some(after) = &part.after {
        start.extend_from_slice(after);
        // The key right behind: nothing lies between a key and itself with a zero byte.
        start.push(0);
    }
    let mut items = Vec::new();
    let mut last: Option<Vec<u8>> = None;
    let mut scanned: usize = 0;
    loop {
        let entries = state.scan_bytes(&prefix, &start, FETCHED_AT_ONCE);
        let fetched = entries.len();
        for (key, value) in entries {
            if scanned >= SCANNED_MAX {
                return Ok(Page { items, cursor: last.map(|key| cursor(&key[prefix.len()..])), as_of });
            }
            scanned = scanned.saturating_add(1);
            let record =
                codec::decode_own::<T::Record>(&value).map_err(|error| ApiError::internal(error.to_string()))?;
            let parts = T::Key::read(&mut &key[1..]).ok_or_else(|| ApiError::internal("a key does not decode"))?;
            if let Some(item) = show(parts, record)? {
                if items.len() == part.limit {
                    return Ok(Page { items, cursor: last.map(|key| cursor(&key[prefix.len()..])), as_of });
                }
                items.push(item);
            }
            last = Some(key);
        }
        match &last {
            Some(key) if fetched == FETCHED_AT_ONCE => {
                start.clone_from(key);
                start.push(0);
            }
            _ => return Ok(Page { items, cursor: None, as_of }),
        }
    }
}
