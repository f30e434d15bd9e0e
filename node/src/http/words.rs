//! What signing a transaction means: in a plain sentence, and in one that leaves nothing out.
//!
//! The plain one comes from the table of actions that all who show them share. The full one is made from the very fields that are signed, along the schema of the contract that says what each of
//! them is: an action that is added to the ledger has its words from the first day. Participants and assets come with
//! their names; texts stand in quotes, so that nothing in them reads as ours.

use std::sync::LazyLock;

use serde_json::Value;
use yaosu_api::words::{self, Facts, Language, Piece, Speaker, quoted};
use yaosu_api::{contract, say};
use yaosu_ledger::state::{
    Assets, Constants, Demands, Licences, Listings, Negotiations, Orders, Participants, Reader as _, State, Subject,
};
use yaosu_ledger::transaction::{Action, Body};
use yaosu_ledger::{Amount, AssetId, Currency, Digest, ParticipantId, Timestamp};

/// The description of the door, as a value.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(contract::document);

/// Where schemas stand in it.
const SCHEMAS: &str = "#/components/schemas/";

/// The plain sentence: what happens to money and rights, and until when the transaction can be committed.
pub fn sentence(state: &State, body: &Body, language: Language) -> String {
    let words = Words::of(state, language);
    let asked = words::action(body.signer, &body.action, &facts(state, &body.action)).full(&words);
    let for_ever = || say!("stays valid until that number is used", "在该序号被使用前一直有效");
    let until = |until| say!("means nothing from {0} on", "自 {0} 起作废", Piece::Time(until));
    let number = say!(
        "It is number {0} of lane {1} and {2}",
        "通道 {1} 第 {0} 号，{2}",
        Piece::number(body.sequence),
        Piece::number(body.lane),
        Piece::maybe(body.valid_until.map_or_else(for_ever, until))
    );
    asked + language.of(" ", "") + &number.full(&words)
}

/// What the ledger knows about what an action names.
fn facts(state: &State, action: &Action) -> Facts {
    let mut facts = Facts::default();
    match Facts::wanted(action) {
        Some(Subject::Listing(id)) => facts.listing = state.get::<Listings>(&id),
        Some(Subject::Order(id)) => facts.order = state.get::<Orders>(&id),
        Some(Subject::Negotiation(id)) => facts.negotiation = state.get::<Negotiations>(&id),
        Some(Subject::Demand(id)) => facts.demand = state.get::<Demands>(&id),
        Some(Subject::Licence(id)) => {
            facts.licence = state.get::<Licences>(&id);
            facts.order = facts.licence.as_ref().and_then(|licence| state.get::<Orders>(&licence.order));
        }
        _ => {}
    }
    facts
}

/// The sentence that leaves nothing out, in English as the names of the fields are.
pub fn in_full(state: &State, body: &Body) -> String {
    let action = serde_json::to_value(&body.action).expect("an action has string keys and no failing serializers");
    let words = Words::of(state, Language::English);
    let asked = words.value(&CONTRACT["components"]["schemas"]["Action"], &action);
    let (lane, number) = (body.lane, body.sequence);
    let until = match body.valid_until {
        Some(until) => format!("means nothing from {} on", moment(until)),
        None => "stays valid until that number is used".into(),
    };
    format!(
        "{} asks the ledger to {asked}. It is number {number} of lane {lane}, and {until}.",
        words.name(body.signer)
    )
}

struct Words<'a> {
    state: &'a State,
    currency: Option<Currency>,
    language: Language,
}

impl Speaker for Words<'_> {
    fn language(&self) -> Language {
        self.language
    }

    fn party(&self, id: ParticipantId) -> String {
        self.name(id)
    }

    fn asset(&self, id: AssetId) -> String {
        self.title(id)
    }

    fn money(&self, amount: Amount) -> String {
        Words::money(self, amount.0)
    }

    fn time(&self, time: Timestamp) -> String {
        moment(time)
    }

    fn hash(&self, digest: Digest) -> String {
        digest.to_string()
    }
}

impl<'a> Words<'a> {
    fn of(state: &'a State, language: Language) -> Self {
        Self { state, currency: state.get::<Constants>(&()).map(|constant| constant.currency), language }
    }

    /// A value in words, by the schema that it has.
    fn value(&self, schema: &Value, value: &Value) -> String {
        if let Some(kind) = schema["$ref"].as_str().and_then(|path| path.strip_prefix(SCHEMAS)) {
            return self
                .named(kind, value)
                .unwrap_or_else(|| self.value(&CONTRACT["components"]["schemas"][kind], value));
        }
        if let Some(schema) = variant(schema, value) {
            return self.value(schema, value);
        }
        match value {
            Value::Null => "none".into(),
            Value::Bool(true) => "yes".into(),
            Value::Bool(false) => "no".into(),
            Value::Number(number) => number.to_string(),
            Value::String(text) if schema.get("const").is_some() || schema.get("enum").is_some() => text.clone(),
            Value::String(text) => format!("{text:?}"),
            Value::Array(items) if items.is_empty() => "none".into(),
            Value::Array(items) => {
                let schemas = |place: usize| schema["prefixItems"].get(place).unwrap_or(&schema["items"]);
                let items: Vec<String> =
                    items.iter().enumerate().map(|(place, item)| self.value(schemas(place), item)).collect();
                items.join(" and ")
            }
            Value::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| self.field(name, &schema["properties"][name], value)).collect();
                fields.join(", ")
            }
        }
    }

    fn field(&self, name: &str, schema: &Value, value: &Value) -> String {
        let name = name.replace(['_', '-'], " ");
        let words = self.value(schema, value);
        match value {
            Value::Object(fields) if fields.is_empty() => name,
            Value::Object(_) => format!("{name} ({words})"),
            _ => format!("{name} {words}"),
        }
    }

    /// Values whose type says more than their form.
    fn named(&self, kind: &str, value: &Value) -> Option<String> {
        match kind {
            "Amount" => value.as_u64().map(|amount| Words::money(self, amount)),
            "Timestamp" => serde_json::from_value(value.clone()).ok().map(moment),
            "Duration" => value.as_u64().map(|length| format!("{length} ms")),
            "BasisPoints" => {
                value.as_u64().map(|ratio| format!("{}.{:02} %", ratio.div_euclid(100), ratio.rem_euclid(100)))
            }
            "ParticipantId" => digest(value).map(|digest| self.name(ParticipantId(digest))),
            "AssetId" => digest(value).map(|digest| self.title(AssetId(digest))),
            // What is left is shown as it is: nothing in it can read as words.
            _ => digest(value).filter(|_| !kind.starts_with("Text")).map(|digest| digest.to_string()),
        }
    }

    fn name(&self, id: ParticipantId) -> String {
        let found = self.state.get::<Participants>(&id);
        let unknown = || format!("{} {id}", self.language.of("the unknown participant", "未知参与方"));
        found.map_or_else(unknown, |found| found.enrolment.handle.to_string())
    }

    fn title(&self, id: AssetId) -> String {
        let found = self.state.get::<Assets>(&id);
        let unknown = || format!("{} {id}", self.language.of("the unknown asset", "未知资产"));
        found
            .map_or_else(unknown, |found| format!("{} ({id})", quoted(found.description.title.as_str(), self.language)))
    }

    /// 1,200.00 and the currency.
    fn money(&self, amount: u64) -> String {
        let digits = amount.div_euclid(100).to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && digits.len().saturating_sub(place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let currency = self.currency.as_ref().map_or("", Currency::as_str);
        format!("{grouped}.{:02} {currency}", amount.rem_euclid(100))
    }
}

fn digest(value: &Value) -> Option<Digest> {
    value.as_str()?.parse().ok()
}

fn moment(time: Timestamp) -> String {
    time.to_rfc3339().unwrap_or_else(|| format!("{} ms after 1970", time.0))
}

/// The one of several schemas that a value is of: that of its kind, of its only field, or of its tag.
fn variant<'a>(schema: &'a Value, value: &Value) -> Option<&'a Value> {
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    choices.iter().find(|choice| fits(choice, value))
}

fn fits(choice: &Value, value: &Value) -> bool {
    if choice.get("$ref").is_some() {
        return !value.is_null();
    }
    match value {
        Value::Null => choice["type"] == "null",
        Value::Object(fields) => {
            let Some(properties) = choice["properties"].as_object() else { return false };
            fields.keys().all(|name| properties.contains_key(name))
                && properties.iter().all(|(name, schema)| match schema.get("const") {
                    Some(tag) => fields.get(name) == Some(tag),
                    None => true,
                })
        }
        Value::String(text) => {
            choice["const"] == text.as_str()
                || choice["enum"].as_array().is_some_and(|names| names.iter().any(|name| name == text.as_str()))
        }
        _ => choice["type"] != "null",
    }
}
