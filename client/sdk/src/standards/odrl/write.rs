//! Policies as ODRL.

use serde_json::{Map, Value, json};
use yaosu_ledger::BasisPoints;
use yaosu_ledger::model::{Duty, Policy, Scope};

use super::super::{Names, Unfit};
use super::value::{amount, duration, integer, moment};
use super::words::{self, Operand};
use super::{CONTEXT, Document, PROFILE, Price};

/// A policy as a document of ODRL.
///
/// # Errors
/// [`Unfit`]: a moment that its format has not.
pub fn write(document: &Document, names: Names) -> Result<Value, Unfit> {
    let mut value = rules(document, names)?;
    value.insert("@context".to_owned(), CONTEXT.into());
    value.insert("profile".to_owned(), PROFILE.into());
    if let Some(target) = &document.target {
        value.insert("target".to_owned(), target.as_str().into());
    }
    Ok(Value::Object(value))
}

/// The same without context, profile and target, which stand elsewhere where it is part of another document.
pub(crate) fn rules(document: &Document, names: Names) -> Result<Map<String, Value>, Unfit> {
    let Document { uid, kind, assigner, assignee, policy, .. } = document;
    let mut value = Map::new();
    value.insert("@id".to_owned(), uid.as_str().into());
    value.insert("@type".to_owned(), kind.name().into());
    for (name, party) in [("assigner", assigner), ("assignee", assignee)] {
        if let Some(party) = party {
            value.insert(name.to_owned(), party.as_str().into());
        }
    }
    let constraints = constraints(document, names)?;
    let permission = |action| json!({ "action": words::action(action), "constraint": constraints });
    value.insert("permission".to_owned(), policy.actions.iter().map(permission).collect());
    if policy.duties.contains(Duty::NoReidentify) {
        value.insert("prohibition".to_owned(), json!([{ "action": words::reidentify() }]));
    }
    let obligations = obligations(document);
    if !obligations.is_empty() {
        value.insert("obligation".to_owned(), obligations.into());
    }
    Ok(value)
}

/// What holds of every permission.
fn constraints(document: &Document, names: Names) -> Result<Vec<Value>, Unfit> {
    let Policy { purposes, sectors, regions, recipients, max_uses, duration: length, sublicence_depth, .. } =
        &document.policy;
    let mut all = vec![constraint(Operand::Purpose, "isAnyOf", purposes.iter().map(words::purpose).map(iri).collect())];
    all.extend(scope(Operand::Industry, sectors, |sector| sector.as_str().into()));
    all.extend(scope(Operand::Spatial, regions, |region| region.as_str().into()));
    all.extend(scope(Operand::PassedOnTo, recipients, |recipient| iri(names.participant(*recipient))));
    all.extend(max_uses.map(|uses| constraint(Operand::Uses, "lteq", integer(uses))));
    all.extend(length.map(|length| constraint(Operand::ElapsedTime, "lteq", duration(length))));
    if *sublicence_depth > 0 {
        all.push(constraint(Operand::SublicenceDepth, "lteq", integer(u64::from(*sublicence_depth))));
    }
    if let Some(from) = document.from {
        all.push(constraint(Operand::DateTime, "gteq", moment(from, "from")?));
    }
    if let Some(until) = document.until {
        all.push(constraint(Operand::DateTime, "lt", moment(until, "until")?));
    }
    Ok(all)
}

/// What must be done.
fn obligations(document: &Document) -> Vec<Value> {
    let mut all = Vec::new();
    if let Some(Price { amount: price, currency, period }) = &document.price {
        let mut paid = constraint(Operand::PayAmount, "eq", amount(*price));
        paid["unit"] = iri(format!("{}{currency}", words::CURRENCY));
        let mut constraints = vec![paid];
        constraints.extend(period.map(|period| constraint(Operand::Period, "eq", duration(period))));
        all.push(json!({ "action": words::COMPENSATE, "constraint": constraints }));
    }
    let Policy { royalty, duties, .. } = document.policy;
    if royalty > BasisPoints(0) {
        let royalty = constraint(Operand::Royalty, "eq", integer(u64::from(royalty.0)));
        all.push(json!({ "action": words::COMPENSATE, "constraint": [royalty] }));
    }
    if duties.contains(Duty::Attribution) {
        all.push(json!({ "action": words::ATTRIBUTE }));
    }
    if duties.contains(Duty::DeleteOnEnd) {
        let after = constraint(Operand::Event, "gt", iri(words::licence_end()));
        all.push(json!({ "action": words::DELETE, "constraint": [after] }));
    }
    if document.exclusive {
        let mut duty = json!({ "action": words::ENSURE_EXCLUSIVITY });
        // It binds the other side, which is then to be named.
        if let Some(assigner) = &document.assigner {
            duty["assignee"] = assigner.as_str().into();
        }
        all.push(duty);
    }
    all
}

fn scope<T>(operand: Operand, scope: &Scope<T>, item: impl Fn(&T) -> Value) -> Option<Value> {
    let Scope::Only(items) = scope else { return None };
    // JSON-LD takes an empty array for nothing said at all; an empty list says that there is none.
    let items = if items.is_empty() { json!({ "@list": [] }) } else { items.iter().map(item).collect() };
    Some(constraint(operand, "isAnyOf", items))
}

fn constraint(operand: Operand, operator: &str, value: Value) -> Value {
    json!({ "leftOperand": operand.word(), "operator": operator, "rightOperand": value })
}

fn iri(name: String) -> Value {
    json!({ "@id": name })
}
