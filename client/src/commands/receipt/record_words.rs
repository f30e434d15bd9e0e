//! A record of the state as people read it: as the commands show it whose noun it is, others field by field.

use serde::Serialize;
use serde_json::Value;
use yaosu_api::{AccountView, Entity};
use yaosu_ledger::state::{
    Accounts, Assets, Attestations, Certificates, Constants, ContentRoots, Demands, Freezes, Handles, KeyPart, Keys,
    Licences, Listings, Negotiations, Orders, Participants, Proposals, PublicCharges, Recalls, RecordReader, RulePacks,
    Table, Validators, Versions, read_record,
};
use yaosu_ledger::{Height, codec};

use super::super::order::distribution::Shown;
use crate::said::plain;
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext};

/// Says that a record stood there after a block, and what it was; or that there was none. The first line says which
/// record, each further one is a field.
pub fn record(key: &[u8], value: Option<&[u8]>, height: Height, names: &Context) -> String {
    let language = names.language;
    let Some(found) = read_record(key, value, Reader) else {
        let english = format!("after block {height}, a record that this program does not know");
        return language.of(english, format!("区块 {height} 之后，一条本程序不认识的记录"));
    };
    let (english, chinese) = noun(found.table);
    let key_text = text(&found.key).map_or_else(String::new, |key| format!(" {key}"));
    let called = format!("{}{key_text}", language.of(english, chinese));
    let Some(bytes) = value else {
        let english = format!("after block {height} there was no {called}");
        return language.of(english, format!("区块 {height} 之后没有{called}"));
    };
    let mut screen = Screen::default();
    screen.line(plain(
        language.of(format!("after block {height}, {called}:"), format!("区块 {height} 之后，{called}：")),
    ));
    if show(key, bytes, names, &mut screen).is_none() {
        fields(&found.value, &mut screen);
    }
    screen.text().trim_end().to_owned()
}

/// What is read of a record of any table.
struct Found {
    table: &'static str,
    key: Value,
    value: Value,
}

struct Reader;

impl RecordReader for Reader {
    type Output = Found;

    fn read<K: Serialize, V: Serialize>(self, table: &'static str, key: &K, record: Option<&V>) -> Found {
        let json = |value: Result<Value, serde_json::Error>| value.unwrap_or_default();
        Found { table, key: json(serde_json::to_value(key)), value: json(serde_json::to_value(record)) }
    }
}

/// What a record of a table is called in English and in Chinese; by the table's name, if no command asks for such records.
fn noun(table: &'static str) -> (&'static str, &'static str) {
    let nouns = [
        (Participants::NAME, "participant", "参与方"),
        (Handles::NAME, "handle", "代号"),
        (Keys::NAME, "key", "密钥"),
        (Accounts::NAME, "account of participant", "参与方账户"),
        (Assets::NAME, "asset", "数据资产"),
        (Versions::NAME, "version", "版本"),
        (ContentRoots::NAME, "asset with the content", "含此内容的数据资产"),
        (Certificates::NAME, "registration certificate", "登记证书"),
        (PublicCharges::NAME, "public charge of asset", "公共数据主管机构，数据资产"),
        (Listings::NAME, "listing", "挂牌"),
        (Negotiations::NAME, "negotiation", "磋商"),
        (Demands::NAME, "demand", "需求"),
        (Orders::NAME, "order", "合同"),
        (Licences::NAME, "licence", "许可"),
        (Recalls::NAME, "recall", "召回"),
        (Attestations::NAME, "attestation", "评估"),
        (Freezes::NAME, "freeze", "冻结"),
        (Proposals::NAME, "proposal", "提案"),
        (Validators::NAME, "validators", "验证节点"),
        (RulePacks::NAME, "rule pack", "规则包"),
        (Constants::NAME, "chain", "链"),
    ];
    let found = nouns.iter().find(|(name, ..)| *name == table);
    found.map_or((table, table), |(_, english, chinese)| (english, chinese))
}

/// A key, or a value without parts, in one line; none if there is nothing.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(text).collect();
            // A version is written ASSET@VERSION everywhere.
            items.map(|items| items.join(if value[1].is_number() && value[2].is_null() { "@" } else { ", " }))
        }
        Value::Null | Value::Object(_) => None,
        simple => Some(simple.to_string()),
    }
}

/// Shows what a command has a form for.
fn show(key: &[u8], bytes: &[u8], names: &Context, screen: &mut Screen) -> Option<()> {
    fn entity<T: Table>(key: &[u8], bytes: &[u8]) -> Option<Entity<T::Key, T::Record>> {
        let (number, mut rest) = key.split_first()?;
        if *number != T::NUMBER {
            return None;
        }
        Some(Entity { id: T::Key::read(&mut rest)?, record: codec::decode_own(bytes).ok()? })
    }
    macro_rules! show_if {
        ($table:ty) => {
            if let Some(value) = entity::<$table>(key, bytes) {
                InContext { value, context: names.clone() }.show(screen);
                return Some(());
            }
        };
    }
    show_if!(Participants);
    show_if!(Assets);
    show_if!(Listings);
    show_if!(Negotiations);
    show_if!(Demands);
    show_if!(Licences);
    show_if!(Recalls);
    show_if!(Attestations);
    show_if!(Freezes);
    show_if!(Proposals);
    let context = names.clone();
    if let Some(order) = entity::<Orders>(key, bytes) {
        InContext { value: Shown { order, distribution: None }, context }.show(screen);
        return Some(());
    }
    let Entity { id, record } = entity::<Accounts>(key, bytes)?;
    InContext { value: AccountView { participant: id, account: record }, context }.show(screen);
    Some(())
}

/// Shows the fields of any record; those of its parts by both their names.
fn fields(value: &Value, screen: &mut Screen) {
    let mut found = Vec::new();
    gather("", value, &mut found);
    match found.as_slice() {
        [(name, value)] if name.is_empty() => screen.line(plain(value)),
        found => screen.fields(&found.iter().map(|(name, value)| (plain(name), plain(value))).collect::<Vec<_>>()),
    }
}

fn gather(name: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let below = |part: &str| format!("{name} {}", part.replace('_', " ")).trim_start().to_owned();
    match (value, text(value)) {
        (_, Some(text)) => found.push((name.to_owned(), text)),
        (Value::Object(members), None) => {
            for (part, value) in members {
                gather(&below(part), value, found);
            }
        }
        (Value::Array(items), None) => {
            for (place, item) in items.iter().enumerate() {
                gather(&below(&place.to_string()), item, found);
            }
        }
        (_, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_api::words::Language;
    use yaosu_ledger::model::Account;
    use yaosu_ledger::validators::{Validator, ValidatorSet};
    use yaosu_ledger::{Amount, AssetId, Digest, Handle, LicenceId, ParticipantId};

    /// Goal: what is proved of a record is said without JSON, whatever the record is.
    #[test]
    fn records_are_told_field_by_field() {
        let someone = ParticipantId(Digest([1; 32]));
        let names = Context { names: [(someone, Handle::new("bob").expect("a handle"))].into(), ..Context::default() };
        let told = |key: Vec<u8>, value: Option<Vec<u8>>| record(&key, value.as_deref(), Height(34), &names);
        let hex = |byte: &str| byte.repeat(32);

        let none = told(Licences::key(&LicenceId(Digest([2; 32]))), None);
        assert_eq!(none, format!("after block 34 there was no licence {}", hex("02")));
        let none = told(Versions::key(&(AssetId(Digest([3; 32])), 2)), None);
        assert_eq!(none, format!("after block 34 there was no version {}@2", hex("03")));

        let chinese = Context { language: Language::Chinese, ..names.clone() };
        let none = record(&Licences::key(&LicenceId(Digest([2; 32]))), None, Height(34), &chinese);
        assert_eq!(none, format!("区块 34 之后没有许可 {}", hex("02")));

        let account = Account { available: Amount(123_450), held: Amount(5) };
        let account = told(Accounts::key(&someone), Some(codec::encode(&account)));
        let shown = "participant  bob\navailable    1,234.50\nheld         0.05";
        assert_eq!(account, format!("after block 34, account of participant {}:\n{shown}", hex("01")));

        let handle = told(Handles::key(&Handle::new("bob").expect("a handle")), Some(codec::encode(&someone)));
        assert_eq!(handle, format!("after block 34, handle bob:\n{}", hex("01")));

        let public = yaosu_ledger::signature::SigningKey::from_seed([7; 32]).public();
        let set = ValidatorSet::new(vec![Validator { operator: someone, key: public, power: 3 }]).expect("a set");
        let set = told(Validators::key(&()), Some(codec::encode(&set)));
        assert!(set.starts_with("after block 34, validators:\n"), "{set}");
        assert!(set.contains("power") && !set.contains(['{', '[', '"']), "{set}");
        assert!(told(vec![250], None).contains("does not know"));
    }
}
