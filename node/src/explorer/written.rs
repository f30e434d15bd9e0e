//! What a transaction wrote: each record field by field, as it was and as it became.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::Value;
use yaosu_api::WrittenRecord;
use yaosu_ledger::{Height, TransactionId};

use super::room::Room;
use super::tables::{RECORDS, word};
use crate::http::problem::ApiError;
use crate::http::written::{self, Written};

/// Records on a page.
const RECORDS_MAX: usize = 40;
/// Fields of a record on a page.
const FIELDS_MAX: usize = 40;
/// Characters of a value on a page.
const VALUE_MAX: usize = 200;

/// The section of a transaction's page.
///
/// # Errors
/// What the contract answers.
pub fn section(room: &Room, id: TransactionId, height: Height, index: u32) -> Result<Markup, ApiError> {
    let words = room.words;
    let found = written::of(room.view, id, height, index)?;
    Ok(html! {
        section aria-labelledby="written" {
            h2 id="written" { (words.written) }
            @match &found {
                Written::Gone => p.quiet { (words.written_gone) },
                Written::Long => p.quiet { (words.written_long) },
                Written::Known(records) => {
                    p.quiet { (words.written_note) " " a href=(format!("/v1/transactions/{id}/records")) { "JSON" } }
                    @for record in records.iter().take(RECORDS_MAX) { (shown(room, record)) }
                    @if let Some(more @ 1..) = records.len().checked_sub(RECORDS_MAX) {
                        p.quiet { "+" (more) " " (words.more.to_lowercase()) }
                    }
                }
            }
        }
    })
}

fn shown(room: &Room, record: &WrittenRecord) -> Markup {
    let words = room.words;
    let name = word(RECORDS, record.number.into(), room.language).unwrap_or(&record.table);
    let fields = differences(record.before.as_ref(), record.after.as_ref());
    let (before, after) = (record.before.is_some(), record.after.is_some());
    let head = html! {
        strong { (name) } " " (key(room, record)) " "
        @if !before { span.mark.good { (words.written_new) } }
        @if !after { span.mark.bad { (words.written_deleted) } }
    };
    html! {
        div.scroll role="group" aria-label=(name) tabindex="0" {
            // A record may say nothing but that it is there.
            @if fields.is_empty() { p { (head) } } @else { (table(room, &head, &fields, (before, after))) }
        }
    }
}

fn table(room: &Room, head: &Markup, fields: &Differences, (before, after): (bool, bool)) -> Markup {
    let words = room.words;
    html! {
        table.written {
            caption { (head) }
            thead {
                tr {
                    th scope="col" { (words.field) }
                    @if before { th scope="col" { (words.before) } }
                    @if after { th scope="col" { (words.after) } }
                }
            }
            tbody {
                @for (field, (was, is)) in fields.iter().take(FIELDS_MAX) {
                    tr {
                        th scope="row" { @if field.is_empty() { (words.value) } @else { code { (field) } } }
                        @if before { td { (value(was.as_deref())) } }
                        @if after { td { (value(is.as_deref())) } }
                    }
                }
                @if let Some(more @ 1..) = fields.len().checked_sub(FIELDS_MAX) {
                    tr { td colspan="3" { "+" (more) " " (words.more.to_lowercase()) } }
                }
            }
        }
    }
}

/// The record's key, as a link if it has a page of its own.
fn key(room: &Room, record: &WrittenRecord) -> Markup {
    let place = match record.number {
        1 | 5 => Some("participants"),
        7 => Some("assets"),
        15 => Some("listings"),
        16 => Some("orders"),
        17 => Some("licences"),
        19 => Some("proposals"),
        34 => Some("recalls"),
        36 => Some("attestations"),
        39 => Some("freezes"),
        42 => Some("negotiations"),
        43 => Some("demands"),
        _ => None,
    };
    let text = text(&record.key);
    html! {
        @match place {
            Some(place) => a href=(room.to(&format!("/{place}/{text}"))) { (value(Some(&text))) },
            None => (value(Some(&text))),
        }
    }
}

/// A value; of identifiers in it the first digits, the whole of each in its title.
fn value(text: Option<&str>) -> Markup {
    let Some(text) = text else { return html! { "–" } };
    let (text, is_cut) = match text.char_indices().nth(VALUE_MAX) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    };
    let is_identifier = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    html! {
        bdi {
            @for word in text.split(' ') {
                @if is_identifier(word) { code title=(word) { (word[..12]) } } @else { (word) }
                " "
            }
            @if is_cut { "…" }
        }
    }
}

/// A value without quotation marks, if it is a text.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" "),
        Value::Null => "–".to_owned(),
        other => other.to_string(),
    }
}

/// By the way to it, each field that differs, before and after. A record that is no object is one field without a name.
type Differences = BTreeMap<String, (Option<String>, Option<String>)>;

fn differences(before: Option<&Value>, after: Option<&Value>) -> Differences {
    let flat = |value: Option<&Value>| {
        let mut fields = BTreeMap::new();
        if let Some(value) = value {
            flatten(value, String::new(), &mut fields);
        }
        fields
    };
    let mut fields: Differences = flat(before).into_iter().map(|(way, was)| (way, (Some(was), None))).collect();
    for (way, is) in flat(after) {
        fields.entry(way).or_default().1 = Some(is);
    }
    // An empty text says as much as none.
    fields.retain(|_, (was, is)| was.as_deref().unwrap_or_default() != is.as_deref().unwrap_or_default());
    fields
}

fn flatten(value: &Value, way: String, fields: &mut BTreeMap<String, String>) {
    let below = |name: &str| if way.is_empty() { name.to_owned() } else { format!("{way}.{name}") };
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(name, value)| flatten(value, below(name), fields));
        }
        // Lists of plain values are shown whole: a field each would say less.
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().enumerate().for_each(|(place, value)| flatten(value, below(&place.to_string()), fields));
        }
        // Nothing stands there, as before there was such a field.
        Value::Null => {}
        plain => _ = fields.insert(way, text(plain)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Goal: what differs is told field by field, and what does not is left out.
    #[test]
    fn differences_are_told_by_field() {
        let told = |before: Option<Value>, after: Option<Value>| {
            let fields = differences(before.as_ref(), after.as_ref());
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
            let all = fields.iter().map(|(way, (was, is))| format!("{way}: {} > {}", side(was), side(is)));
            all.collect::<Vec<_>>().join("; ")
        };
        let old = json!({ "status": "active", "plans": [{ "sold": 1, "price": 5 }], "tags": ["a"], "until": null });
        let new = json!({ "status": "ended", "plans": [{ "sold": 2, "price": 5 }], "tags": ["a", "b"], "until": null });
        assert_eq!(told(Some(old.clone()), Some(new)), "plans.0.sold: 1 > 2; status: active > ended; tags: a > a b");
        assert_eq!(told(Some(old.clone()), Some(old.clone())), "");
        assert_eq!(told(None, Some(json!({ "a": { "b": 1 } }))), "a.b: - > 1");
        assert_eq!(told(Some(json!({ "a": 1 })), None), "a: 1 > -");
        assert_eq!(told(Some(json!(3)), Some(json!(4))), ": 3 > 4");
        assert_eq!(
            told(Some(json!({ "right": null })), Some(json!({ "right": { "price": 2 } }))),
            "right.price: - > 2"
        );
    }
}
