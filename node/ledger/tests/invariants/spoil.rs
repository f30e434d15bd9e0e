//! Actions with one part that is not what it should be: empty, unknown, zero, one too many. Most break a rule; what does
//! not is checked like any other.

use serde_json::Value;
use yaosu_ledger::model::{Measure, VersionContent};
use yaosu_ledger::transaction::Action;

use super::dice::Dice;

/// The action with another part, if there is such an action.
pub fn spoil(action: &Action, dice: &mut Dice) -> Option<Action> {
    let mut json = serde_json::to_value(action).expect("actions are JSON");
    let count = leaves(&mut json).len();
    let place = dice.below(count);
    let leaf = leaves(&mut json).swap_remove(place);
    *leaf = replacement(leaf, dice);
    let mut spoiled: Action = serde_json::from_value(json).ok()?;
    match (&mut spoiled, action) {
        // A rule pack without any time to act in, and keys that nobody has the secret of, would not be lived with.
        (Action::Propose { measure: Measure::SetRulePack { .. } }, _) => return None,
        (Action::RotateKeys { keys, .. }, Action::RotateKeys { keys: before, .. })
            if keys.keys.iter().any(|key| !before.keys.contains(key) && key.0 != [0; 32]) =>
        {
            return None;
        }
        // Nobody knows what is in other content.
        (Action::RegisterAsset { content, .. }, Action::RegisterAsset { content: before, .. })
        | (Action::AddVersion { content, .. }, Action::AddVersion { content: before, .. }) => keep(content, before),
        _ => {}
    }
    Some(spoiled)
}

fn keep(content: &mut VersionContent, before: &VersionContent) {
    content.content_root = before.content_root;
    if content.size_bytes != 0 {
        content.size_bytes = before.size_bytes;
    }
}

/// All parts that have no parts, and all lists of such.
fn leaves(value: &mut Value) -> Vec<&mut Value> {
    let has_parts = match value {
        Value::Object(_) => true,
        Value::Array(items) => !items.is_empty() && items.iter().all(Value::is_object),
        _ => false,
    };
    if !has_parts {
        return vec![value];
    }
    match value {
        Value::Object(fields) => fields.values_mut().flat_map(leaves).collect(),
        Value::Array(items) => items.iter_mut().flat_map(leaves).collect(),
        _ => unreachable!("nothing else has parts"),
    }
}

fn replacement(leaf: &Value, dice: &mut Dice) -> Value {
    match leaf {
        Value::String(text) if text.len() == 64 && dice.percent(50) => Value::String("0".repeat(64)),
        Value::String(text) if text.len() == 64 => Value::String(format!("{}{}", &text[1..], "7")),
        // A moment, which may be written as a number too: the first one, or the one after it.
        Value::String(text) if text.contains('T') && text.ends_with('Z') => dice.below(2).into(),
        Value::String(_) => Value::String(String::new()),
        Value::Number(number) => match dice.below(3) {
            0 => 0.into(),
            1 => 1.into(),
            _ => number.as_u64().unwrap_or_default().saturating_add(1).into(),
        },
        Value::Array(items) if dice.percent(50) => Value::Array(items.iter().chain(items).cloned().collect()),
        Value::Array(_) => Value::Array(Vec::new()),
        other => other.clone(),
    }
}
