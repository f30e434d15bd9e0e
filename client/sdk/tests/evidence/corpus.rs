//! Good and damaged files of evidence, the same in every run, for all verifiers.

use serde_json::{Value, json};

use super::market::{Fault, Market, Numbers};

/// Good files.
pub const GOOD: usize = 100;

/// Damaged files.
pub const DAMAGED: usize = 1_000;

/// A file of the corpus.
pub struct File {
    /// Its name; that of a damaged one says what was done to it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All files.
pub fn files() -> Vec<File> {
    let (market, other) = (Market::new("market"), Market::new("another market"));
    let mut numbers = Numbers::new(2026);
    let good: Vec<Value> = (0..GOOD).map(|_| market.evidence(&mut numbers).to_value()).collect();
    let strangers: Vec<Value> = (0..GOOD).map(|_| other.evidence(&mut numbers).to_value()).collect();
    let mut files: Vec<File> = good
        .iter()
        .enumerate()
        .map(|(place, value)| File { name: format!("good-{place:03}.json"), bytes: good_bytes(place, value) })
        .collect();
    let mut place = 0;
    while files.len() < GOOD + DAMAGED {
        // Three of four are well-formed lies.
        let (name, damage) = if place % 4 == 0 {
            FORM[place / 4 % FORM.len()]
        } else {
            MEANING[(place - place / 4 - 1) % MEANING.len()]
        };
        place += 1;
        // Not every file has what is to be damaged.
        let bytes = core::iter::repeat_with(|| {
            let mut value = good[numbers.below(good.len())].clone();
            let before = value.clone();
            let mut tools = Tools { numbers: &mut numbers, good: &good, strangers: &strangers, market: &market };
            match damage {
                Damage::Value(damage) => {
                    damage(&mut value, &mut tools).filter(|()| value != before).map(|()| text(&value).into_bytes())
                }
                Damage::Bytes(damage) => Some(damage(text(&value), &mut tools)),
            }
        })
        .take(1_000)
        .flatten()
        .next()
        .expect("some good file can be damaged so");
        let number = files.len() - GOOD;
        files.push(File { name: format!("damaged-{number:04}-{name}.json"), bytes });
    }
    files
}

/// The same value in different clothes: indented, in one line, with other white space, with escapes.
fn good_bytes(place: usize, value: &Value) -> Vec<u8> {
    match place % 4 {
        0 => text(value),
        1 => value.to_string(),
        2 => text(value).replace('\n', "\r\n\t"),
        _ => value
            .to_string()
            .replace("\"format\"", "\"\\u0066ormat\"")
            .replace("yaosu-evidence/1", "yaosu-evidence\\/1"),
    }
    .into_bytes()
}

fn text(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("a value has texts for keys")
}

/// What a damage may need.
pub struct Tools<'a> {
    numbers: &'a mut Numbers,
    good: &'a [Value],
    strangers: &'a [Value],
    market: &'a Market,
}

type OnValue = fn(&mut Value, &mut Tools<'_>) -> Option<()>;
type OnBytes = fn(String, &mut Tools<'_>) -> Vec<u8>;

#[derive(Clone, Copy)]
enum Damage {
    Value(OnValue),
    Bytes(OnBytes),
}

/// Damages of what is said. They say `None` where the file has nothing to damage so.
#[rustfmt::skip]
const MEANING: &[(&str, Damage)] = &[
    ("flipped-bit", Damage::Value(flip)),
    ("flipped-bit-in-the-statement", Damage::Value(|value, tools| flip(&mut value["statement"], tools))),
    ("flipped-bit-in-the-block", Damage::Value(|value, tools| flip(&mut value["block"], tools))),
    ("flipped-bit-in-a-handover", Damage::Value(|value, tools| flip(&mut value["handovers"], tools))),
    ("integer-changed", Damage::Value(change_integer)),
    ("integer-too-large", Damage::Value(|value, tools| on_integer(value, tools, |_, _| ((1_u64 << 53) - 1).into()))),
    ("item-removed", Damage::Value(|value, tools| on_list(value, tools, |list, place| drop(list.remove(place))))),
    ("item-doubled", Damage::Value(|value, tools| on_list(value, tools, |list, place| list.insert(place, list[place].clone())))),
    ("list-reversed", Damage::Value(|value, tools| on_list(value, tools, |list, _| list.reverse()))),
    ("items-swapped", Damage::Value(|value, tools| on_list(value, tools, |list, place| list.swap(0, place)))),
    ("less-than-a-quorum", Damage::Value(no_quorum)),
    ("signature-twice", Damage::Value(|value, tools| on_signatures(value, tools, |list, place| list.insert(place, list[place].clone())))),
    ("signatures-out-of-order", Damage::Value(|value, tools| on_signatures(value, tools, |list, _| list.reverse()))),
    ("signature-of-a-stranger", Damage::Value(|value, tools| on_signatures(value, tools, |list, _| {
        list.push(json!({ "operator": "ff".repeat(32), "signature": "00".repeat(64) }));
    }))),
    ("lie-of-validators", Damage::Value(|value, tools| {
        let fault = Fault::ALL[tools.numbers.below(Fault::ALL.len())];
        *value = Market::faulty("market", fault, tools.numbers).to_value();
        Some(())
    })),
    ("something-behind-a-header", Damage::Value(|value, _| {
        let header = value["block"]["header"].as_str()?.to_owned();
        value["block"]["header"] = (header + "00").into();
        Some(())
    })),
    ("record-and-another-leaf", Damage::Value(|value, _| {
        value["statement"].get("value").filter(|record| !record.is_null())?;
        value["statement"]["other"] = json!({ "path": "00".repeat(32), "value_hash": "00".repeat(32) });
        Some(())
    })),
    ("event-of-others", Damage::Value(claim_event)),
    ("integer-in-a-longer-form", Damage::Value(longer_integer)),
    ("signatures-of-another-block", Damage::Value(other_certificate)),
    ("signature-made-longer-by-the-order", Damage::Value(add_order)),
    ("another-chain", Damage::Value(|value, tools| {
        *value = tools.strangers[tools.numbers.below(tools.strangers.len())].clone();
        Some(())
    })),
    ("another-statement", Damage::Value(|value, tools| {
        swap_in("statement", value, tools);
        Some(())
    })),
    ("another-block", Damage::Value(|value, tools| {
        swap_in("block", value, tools);
        Some(())
    })),
    ("handovers-of-another-height", Damage::Value(fewer_handovers)),
    ("handovers-swapped", Damage::Value(|value, _| {
        let list = value["handovers"].as_array_mut().filter(|list| list.len() > 1)?;
        list.reverse();
        Some(())
    })),
    ("stale-set", Damage::Value(stale_set)),
    ("set-in-another-order", Damage::Value(|value, tools| {
        let place = tools.numbers.below(2);
        let list = value["handovers"].get_mut(place)?["validators"].as_array_mut().filter(|list| list.len() > 1)?;
        list.reverse();
        Some(())
    })),
    ("event-hidden", Damage::Value(hide_event)),
    ("neighbour-hidden", Damage::Value(|value, tools| {
        let name = ["before", "after"][tools.numbers.below(2)];
        let neighbour = value["statement"].get_mut(name).filter(|neighbour| !neighbour.is_null())?;
        *neighbour = Value::Null;
        Some(())
    })),
    ("no-events", Damage::Value(|value, _| {
        *value["statement"].get_mut("events")? = json!([]);
        Some(())
    })),
    ("no-approvals", Damage::Value(|value, _| {
        *value["statement"].get_mut("approvals")? = json!([]);
        Some(())
    })),
    ("approvals-read-as-body", Damage::Value(shift_approvals)),
    ("record-denied", Damage::Value(|value, _| {
        let record = value["statement"].get_mut("value").filter(|record| !record.is_null())?;
        *record = Value::Null;
        Some(())
    })),
    ("record-denied-by-its-own-leaf", Damage::Value(deny_by_own_leaf)),
    ("record-invented", Damage::Value(|value, _| {
        let statement = value["statement"].as_object_mut()?;
        statement.get("value").filter(|record| record.is_null())?;
        statement.insert("value".to_owned(), "00".into());
        statement.insert("other".to_owned(), Value::Null);
        Some(())
    })),
    ("record-of-another-key", Damage::Value(|value, tools| {
        let other = tools.good[tools.numbers.below(tools.good.len())]["statement"].get("key")?.clone();
        *value["statement"].get_mut("key")? = other;
        Some(())
    })),
    ("decoded-changed", Damage::Value(change_decoded)),
    ("decoded-emptied", Damage::Value(|value, _| {
        value["decoded"] = Value::Null;
        Some(())
    })),
    ("decoded-with-more", Damage::Value(|value, _| {
        value["decoded"]["block"]["note"] = "registered".into();
        Some(())
    })),
];

/// Damages of how it is said.
#[rustfmt::skip]
const FORM: &[(&str, Damage)] = &[
    ("digits-cut", Damage::Value(|value, tools| on_hex(value, tools, |text, cut| text[..text.len() - 1 - cut].to_owned()))),
    ("digits-added", Damage::Value(|value, tools| on_hex(value, tools, |text, more| text.clone() + &"0".repeat(more + 1)))),
    ("capital-digits", Damage::Value(|value, tools| on_hex(value, tools, |text, _| text.to_uppercase()))),
    ("line-end-in-digits", Damage::Value(|value, tools| on_hex(value, tools, |text, _| text.clone() + "\n"))),
    ("integer-as-text", Damage::Value(|value, tools| on_integer(value, tools, |number, _| number.to_string().into()))),
    ("integer-is-true", Damage::Value(|value, tools| on_integer(value, tools, |_, _| true.into()))),
    ("null-in-its-place", Damage::Value(|value, tools| replace(value, tools, |_| Value::Null))),
    ("object-in-its-place", Damage::Value(|value, tools| replace(value, tools, |_| json!({})))),
    ("list-in-its-place", Damage::Value(|value, tools| replace(value, tools, |old| json!([old])))),
    ("member-removed", Damage::Value(remove_member)),
    ("member-added", Damage::Value(add_member)),
    ("another-format", Damage::Value(|value, _| {
        value["format"] = "yaosu-evidence/2".into();
        Some(())
    })),
    ("another-kind", Damage::Value(|value, _| {
        value["statement"]["kind"] = "block".into();
        Some(())
    })),
    ("cut-off", Damage::Bytes(|text, tools| text.as_bytes()[..tools.numbers.below(text.len() - 1)].to_vec())),
    ("something-behind", Damage::Bytes(|text, _| (text + "{}").into_bytes())),
    ("comma-too-many", Damage::Bytes(|text, _| text.replacen("\n}", ",\n}", 1).into_bytes())),
    ("byte-order-mark", Damage::Bytes(|text, _| ("\u{feff}".to_owned() + &text).into_bytes())),
    ("member-twice", Damage::Bytes(|text, _| text.replacen('{', "{\"format\":\"yaosu-evidence/1\",", 1).into_bytes())),
    ("member-twice-in-decoded", Damage::Bytes(|text, _| text.replacen("\"height\":", "\"height\":1,\"height\":", 1).into_bytes())),
    ("fraction", Damage::Bytes(|text, tools| number(&text, tools, "0.0"))),
    ("exponent", Damage::Bytes(|text, tools| number(&text, tools, "1e0"))),
    ("minus-zero", Damage::Bytes(|text, tools| number(&text, tools, "-0"))),
    ("minus-one", Damage::Bytes(|text, tools| number(&text, tools, "-1"))),
    ("leading-zero", Damage::Bytes(|text, tools| number(&text, tools, "00"))),
    ("past-the-exact", Damage::Bytes(|text, tools| number(&text, tools, "9007199254740992"))),
    ("not-a-number", Damage::Bytes(|text, tools| number(&text, tools, "NaN"))),
    ("half-a-character", Damage::Bytes(|text, _| text.replacen("\"format\"", "\"\\ud800\":0,\"format\"", 1).into_bytes())),
    ("half-a-character-in-decoded", Damage::Bytes(|text, _| text.replacen("\"time\"", "\"x\":[\"\\udc00\\ud800\"],\"time\"", 1).into_bytes())),
    ("line-end-in-a-text", Damage::Bytes(|text, _| text.replacen("\"time\"", "\"x\":\"\n\",\"time\"", 1).into_bytes())),
    ("unknown-escape", Damage::Bytes(|text, _| text.replacen("\"time\"", "\"x\":\"\\x\",\"time\"", 1).into_bytes())),
    ("not-utf-8", Damage::Bytes(|text, _| text.into_bytes().into_iter().map(|byte| if byte == b'z' { 0xff } else { byte }).chain([0xff]).collect())),
    ("too-deep", Damage::Bytes(|text, _| text.replacen("\"decoded\": {", &format!("\"decoded\": {{\"x\":{}{},", "[".repeat(63), "]".repeat(63)), 1).into_bytes())),
    ("far-too-deep", Damage::Bytes(|text, _| text.replacen("\"decoded\": {", &format!("\"decoded\": {{\"x\":{}{},", "[".repeat(9_000), "]".repeat(9_000)), 1).into_bytes())),
    ("a-list", Damage::Bytes(|text, _| format!("[{text}]").into_bytes())),
    ("empty", Damage::Bytes(|_, _| Vec::new())),
];

/// Ways to all values of a kind outside `decoded`.
fn places(value: &Value, wanted: fn(&Value) -> bool) -> Vec<String> {
    fn walk(value: &Value, place: &str, wanted: fn(&Value) -> bool, found: &mut Vec<String>) {
        if wanted(value) && !place.is_empty() {
            found.push(place.to_owned());
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{place}/{index}"), wanted, found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members.iter().filter(|(name, _)| *name != "decoded") {
                    walk(member, &format!("{place}/{name}"), wanted, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", wanted, &mut found);
    found
}

fn any<'a>(value: &'a mut Value, tools: &mut Tools<'_>, wanted: fn(&Value) -> bool) -> Option<&'a mut Value> {
    let places = places(value, wanted);
    let place = (!places.is_empty()).then(|| tools.numbers.below(places.len()))?;
    value.pointer_mut(&places[place])
}

fn is_hex(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn on_hex(value: &mut Value, tools: &mut Tools<'_>, change: fn(&String, usize) -> String) -> Option<()> {
    let number = tools.numbers.below(2);
    let Value::String(text) = any(value, tools, is_hex)? else { return None };
    *text = change(text, number);
    Some(())
}

fn flip(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let bit = tools.numbers.below(4);
    let chosen = tools.numbers.below(1_000_000);
    let Value::String(text) = any(value, tools, is_hex)? else { return None };
    let place = chosen % text.len();
    let digit = u32::from_str_radix(text.get(place..=place)?, 16).ok()? ^ (1 << bit);
    text.replace_range(place..=place, &char::from_digit(digit, 16)?.to_string());
    Some(())
}

fn on_integer(value: &mut Value, tools: &mut Tools<'_>, change: fn(u64, usize) -> Value) -> Option<()> {
    let number = tools.numbers.below(2);
    let found = any(value, tools, Value::is_u64)?;
    *found = change(found.as_u64()?, number);
    Some(())
}

fn change_integer(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    on_integer(value, tools, |number, less| if less == 1 && number > 0 { number - 1 } else { number + 1 }.into())
}

fn replace(value: &mut Value, tools: &mut Tools<'_>, change: fn(&Value) -> Value) -> Option<()> {
    // No neighbour and no other leaf are null anyway.
    let found = any(value, tools, |value| !value.is_null())?;
    *found = change(found);
    Some(())
}

fn remove_member(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let chosen = tools.numbers.below(1_000);
    let object = any(value, tools, Value::is_object)?.as_object_mut()?;
    let name = object.keys().nth(chosen % object.len())?.clone();
    object.remove(&name).map(drop)
}

fn add_member(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let object = any(value, tools, Value::is_object)?.as_object_mut()?;
    object.insert("note".to_owned(), "looks fine".into()).is_none().then_some(())
}

fn on_list(value: &mut Value, tools: &mut Tools<'_>, change: fn(&mut Vec<Value>, usize)) -> Option<()> {
    let chosen = tools.numbers.below(1_000);
    // One signature less may still be a quorum: that has a damage of its own.
    let places: Vec<String> = places(value, |value| value.as_array().is_some_and(|list| !list.is_empty()))
        .into_iter()
        .filter(|place| !place.ends_with("/signatures"))
        .collect();
    let place = (!places.is_empty()).then(|| tools.numbers.below(places.len()))?;
    let list = value.pointer_mut(&places[place])?.as_array_mut()?;
    let place = chosen % list.len();
    change(list, place);
    Some(())
}

fn no_quorum(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let handovers = value["handovers"].as_array()?.len();
    let chosen = tools.numbers.below(handovers + 1);
    let place = if chosen < handovers { format!("/handovers/{chosen}") } else { "/block".to_owned() };
    let list = value.pointer_mut(&format!("{place}/certificate/signatures"))?.as_array_mut()?;
    // As many as may be without being enough: of three equal ones, two.
    let is_quorum = |list: &[Value]| {
        let operators: Vec<String> =
            list.iter().filter_map(|one| one["operator"].as_str().map(ToOwned::to_owned)).collect();
        tools.market.is_quorum(chosen, &operators)
    };
    while is_quorum(list) {
        list.remove(tools.numbers.below(list.len()));
    }
    Some(())
}

fn on_signatures(value: &mut Value, tools: &mut Tools<'_>, change: fn(&mut Vec<Value>, usize)) -> Option<()> {
    let places: Vec<String> =
        places(value, Value::is_array).into_iter().filter(|place| place.ends_with("/signatures")).collect();
    let place = tools.numbers.below(places.len());
    let list = value.pointer_mut(&places[place])?.as_array_mut().filter(|list| list.len() > 1)?;
    let place = tools.numbers.below(list.len());
    change(list, place);
    Some(())
}

/// A header's version, or an event's number, in three bytes where one would do.
fn longer_integer(value: &mut Value, _: &mut Tools<'_>) -> Option<()> {
    let event = value["statement"].get_mut("bytes").is_some();
    let text = if event { &mut value["statement"]["bytes"] } else { &mut value["block"]["header"] };
    let Value::String(text) = text else { return None };
    let place = match (event, text.starts_with("01")) {
        (true, true) => 66,
        (true, false) => 2,
        _ => 0,
    };
    let digits = text.get(place..place + 2)?.to_owned();
    text.replace_range(place..place + 2, &format!("fb{digits}00"));
    Some(())
}

fn other_certificate(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let other = tools.good[tools.numbers.below(tools.good.len())].clone();
    if value["block"]["header"] == other["block"]["header"] {
        return None;
    }
    value["block"]["certificate"] = other["block"]["certificate"].clone();
    Some(())
}

/// The same scalar, written otherwise: valid for a verifier that does not ask for the smallest.
fn add_order(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let Value::String(text) = any(value, tools, |value| is_hex(value) && value.as_str().map(str::len) == Some(128))?
    else {
        return None;
    };
    let mut carry = 0_u16;
    for (place, order) in ORDER.iter().enumerate() {
        let digits = 64 + 2 * place..66 + 2 * place;
        let sum = u16::from_str_radix(&text[digits.clone()], 16).ok()? + u16::from(*order) + carry;
        carry = sum >> 8;
        text.replace_range(digits, &format!("{:02x}", sum & 0xff));
    }
    Some(())
}

fn swap_in(name: &str, value: &mut Value, tools: &mut Tools<'_>) {
    value[name] = tools.good[tools.numbers.below(tools.good.len())][name].clone();
}

fn fewer_handovers(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let list = value["handovers"].as_array_mut().filter(|list| !list.is_empty())?;
    let place = tools.numbers.below(list.len());
    list.remove(place);
    Some(())
}

fn stale_set(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let first = tools.market.checkpoint().validators;
    let rows = first.validators().iter();
    let rows = rows.map(|one| json!({ "operator": one.operator, "key": one.key, "power": one.power }));
    let last = value["handovers"].as_array_mut()?.last_mut()?;
    last["validators"] = rows.collect();
    Some(())
}

/// The last event shown as somebody else's.
fn hide_event(value: &mut Value, _: &mut Tools<'_>) -> Option<()> {
    let statement = value["statement"].as_object_mut()?;
    let last = statement.get_mut("events")?.as_array_mut().filter(|events| events.len() > 1)?.pop()?;
    statement.insert("after".to_owned(), last);
    Some(())
}

/// A neighbour at the block's beginning or end as the transaction's own.
fn claim_event(value: &mut Value, _: &mut Tools<'_>) -> Option<()> {
    let statement = value["statement"].as_object_mut()?;
    let (before, after) = (statement.get("before")?.clone(), statement.get("after")?.clone());
    let events = statement.get_mut("events")?.as_array_mut()?;
    let last = after["path"]["count"].as_u64().and_then(|count| count.checked_sub(1));
    let name = if before["path"]["index"] == 0 {
        events.insert(0, before);
        "before"
    } else if last.is_some() && after["path"]["index"].as_u64() == last {
        events.push(after);
        "after"
    } else {
        return None;
    };
    statement.insert(name.to_owned(), Value::Null);
    Some(())
}

/// The bytes cut elsewhere: the approvals as a part of the body, with none behind it.
fn shift_approvals(value: &mut Value, _: &mut Tools<'_>) -> Option<()> {
    let statement = value["statement"].as_object_mut()?;
    let approvals = statement.get("approvals")?.as_array()?;
    let mut body = statement.get("body")?.as_str()?.to_owned();
    body += &yaosu_sdk::evidence::to_hex(&[u8::try_from(approvals.len()).ok()?]);
    for approval in approvals {
        body.push_str(approval["key"].as_str()?);
        body.push_str(approval["signature"].as_str()?);
    }
    statement.insert("body".to_owned(), body.into());
    statement.insert("approvals".to_owned(), json!([]));
    Some(())
}

fn deny_by_own_leaf(value: &mut Value, _: &mut Tools<'_>) -> Option<()> {
    let statement = value["statement"].as_object_mut()?;
    let key = unhex(statement.get("key")?.as_str()?)?;
    let record = unhex(statement.get("value")?.as_str()?)?;
    let other = json!({
        "path": yaosu_ledger::state_tree::path_of(&key),
        "value_hash": yaosu_ledger::state_tree::value_hash(&record),
    });
    statement.insert("value".to_owned(), Value::Null);
    statement.insert("other".to_owned(), other);
    Some(())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len() / 2).map(|place| u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()).collect()
}

fn change_decoded(value: &mut Value, tools: &mut Tools<'_>) -> Option<()> {
    let found = any(&mut value["decoded"], tools, |value| value.is_string() || value.is_u64())?;
    *found = match &found {
        Value::String(text) => Value::String(format!("{text} ")),
        other => Value::from(other.as_u64()? ^ 1),
    };
    Some(())
}

/// The first number outside `decoded`, in other digits.
fn number(text: &str, tools: &mut Tools<'_>, digits: &str) -> Vec<u8> {
    let name = ["\"round\": ", "\"round\": ", "\"height\": "][tools.numbers.below(3)];
    let place = text.find(name).expect("every file has a round and a height") + name.len();
    let end = text[place..].find(|digit: char| !digit.is_ascii_digit()).expect("something stands behind it");
    format!("{}{digits}{}", &text[..place], &text[place + end..]).into_bytes()
}
