//! ODRL as policies: what the profile has no word for is refused by name.

use std::collections::BTreeSet;

use serde_json::Value;
use yaosu_ledger::model::{Actions, Duties, Duty, Policy, Purposes, Scope};
use yaosu_ledger::{BasisPoints, Currency, Duration, ParticipantId, Text, Timestamp};

use super::super::closed::{Object, text};
use super::super::{Names, Unfit};
use super::value::{read_amount, read_duration, read_integer, read_moment};
use super::words::{self, Operand, short};
use super::{CONTEXT, Document, Kind, PROFILE, Price};

/// Reads a document of the profile, of the chain that the names are of.
///
/// # Errors
/// [`Unfit`]: the first thing that it says and the profile has no word for, or that it must say and does not.
pub fn read(value: &Value, names: Names) -> Result<Document, Unfit> {
    let known = [
        "@context",
        "@id",
        "uid",
        "@type",
        "type",
        "profile",
        "target",
        "assigner",
        "assignee",
        "permission",
        "prohibition",
        "obligation",
    ];
    let object = Object::of(value, "", &known)?;
    let head = Head::read(&object)?;
    let (actions, limits) = read_permissions(&object, names)?;
    let demands = Demands::read(&object, head.assigner.as_deref())?;
    let Head { uid, kind, target, assigner, assignee } = head;
    let policy = Policy {
        actions,
        purposes: limits.purposes,
        sectors: limits.sectors,
        regions: limits.regions,
        recipients: limits.recipients,
        max_uses: limits.max_uses,
        duration: limits.duration,
        sublicence_depth: limits.sublicence_depth,
        royalty: demands.royalty.unwrap_or_default(),
        duties: demands.duties,
    };
    policy.check().map_err(|field| Unfit::new(field, "the ledger takes no such value"))?;
    let Limits { from, until, .. } = limits;
    let Demands { price, exclusive, .. } = demands;
    Ok(Document { uid, kind, target, assigner, assignee, policy, price, exclusive, from, until })
}

/// Who gives what to whom.
struct Head {
    uid: String,
    kind: Kind,
    target: Option<String>,
    assigner: Option<String>,
    assignee: Option<String>,
}

impl Head {
    fn read(object: &Object<'_>) -> Result<Self, Unfit> {
        for (place, context) in object.items("@context") {
            let context = text(context, &place)?;
            if context.replacen("https:", "http:", 1) != CONTEXT {
                return Err(Unfit::new(place, format!("{context:?} may give words another meaning than {CONTEXT}")));
            }
        }
        let profile = object.text("profile")?;
        if profile != PROFILE {
            return Err(Unfit::new("profile", format!("{profile:?} is not {PROFILE}")));
        }
        let kind = either(object, "@type", "type")?;
        let kind = [Kind::Set, Kind::Offer, Kind::Agreement]
            .into_iter()
            .find(|known| known.name() == short(kind))
            .ok_or_else(|| Unfit::new("@type", format!("{kind:?} is none of Set, Offer, Agreement")))?;
        let own = |name| object.optional_text(name).map(|text| text.map(str::to_owned));
        let head = Self {
            uid: either(object, "@id", "uid")?.to_owned(),
            kind,
            target: own("target")?,
            assigner: own("assigner")?,
            assignee: own("assignee")?,
        };
        // Who is bound must be said where somebody is.
        if kind != Kind::Set {
            object.need("assigner")?;
        }
        if kind == Kind::Agreement {
            object.need("assignee")?;
            object.need("target")?;
        }
        Ok(head)
    }
}

fn either<'a>(object: &Object<'a>, name: &str, other: &str) -> Result<&'a str, Unfit> {
    match (object.get(name), object.get(other)) {
        (Some(_), Some(_)) => Err(Unfit::new(object.at(other), format!("{name} says this too"))),
        (None, Some(_)) => object.text(other),
        _ => object.text(name),
    }
}

/// What holds of every permission.
#[derive(Debug, Default, PartialEq, Eq)]
struct Limits {
    purposes: Purposes,
    sectors: Scope<Text<32>>,
    regions: Scope<Text<16>>,
    recipients: Scope<ParticipantId>,
    max_uses: Option<u64>,
    duration: Option<Duration>,
    sublicence_depth: u8,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

fn read_permissions(object: &Object<'_>, names: Names) -> Result<(Actions, Limits), Unfit> {
    let mut actions = Actions::NONE;
    let mut limits: Option<Limits> = None;
    for (place, permission) in object.items("permission") {
        let permission = Object::of(permission, &place, &["action", "constraint"])?;
        let word = permission.text("action")?;
        let action = words::read_action(word)
            .ok_or_else(|| Unfit::new(permission.at("action"), format!("{word:?} is no action of the profile")))?;
        if actions.contains(action) {
            return Err(Unfit::new(permission.at("action"), format!("{word:?} is permitted twice")));
        }
        actions = actions.with(action);
        let found = Limits::read(&permission, names)?;
        match &limits {
            Some(first) if *first != found => {
                let reason = "one policy has one set of constraints, and these are not those of permission[0]";
                return Err(Unfit::new(permission.at("constraint"), reason));
            }
            _ => limits = Some(found),
        }
    }
    limits.map(|limits| (actions, limits)).ok_or_else(|| Unfit::new("permission", "nothing is permitted"))
}

impl Limits {
    fn read(permission: &Object<'_>, names: Names) -> Result<Self, Unfit> {
        let mut limits = Self::default();
        let mut seen = BTreeSet::new();
        for (place, constraint) in permission.items("constraint") {
            let Constraint { operand, operator, value, place, .. } = Constraint::read(constraint, &place, &mut seen)?;
            match (operand, operator) {
                (Operand::Purpose, "isAnyOf") => limits.purposes = read_purposes(value, &place)?,
                (Operand::Industry, "isAnyOf") => limits.sectors = read_scope(value, &place, read_text)?,
                (Operand::Spatial, "isAnyOf") => limits.regions = read_scope(value, &place, read_text)?,
                (Operand::PassedOnTo, "isAnyOf") => {
                    limits.recipients = read_scope(value, &place, |name, place| {
                        let reason = || format!("{name:?} is no participant of the chain {}", names.chain);
                        names.read_participant(name).ok_or_else(|| Unfit::new(place, reason()))
                    })?;
                }
                (Operand::Uses, "lteq") => limits.max_uses = Some(read_integer(value, &place)?),
                (Operand::ElapsedTime, "lteq") => limits.duration = Some(read_duration(value, &place)?),
                (Operand::SublicenceDepth, "lteq") => {
                    let depth = u8::try_from(read_integer(value, &place)?);
                    limits.sublicence_depth =
                        depth.map_err(|_| Unfit::new(&place, "this is deeper than any licence"))?;
                }
                (Operand::DateTime, "gteq") => limits.from = Some(read_moment(value, &place)?),
                (Operand::DateTime, "lt") => limits.until = Some(read_moment(value, &place)?),
                _ => return Err(out_of_place(operand, operator, &place, "a permission")),
            }
        }
        if limits.purposes.is_empty() {
            return Err(Unfit::new(
                permission.at("constraint"),
                "no purpose is named, and the profile leaves none open",
            ));
        }
        Ok(limits)
    }
}

/// What must be done.
#[derive(Debug, Default)]
struct Demands {
    price: Option<Price>,
    royalty: Option<BasisPoints>,
    duties: Duties,
    exclusive: bool,
}

impl Demands {
    fn read(object: &Object<'_>, assigner: Option<&str>) -> Result<Self, Unfit> {
        let mut demands = Self::default();
        for (place, prohibition) in object.items("prohibition") {
            let prohibition = Object::of(prohibition, &place, &["action"])?;
            let word = prohibition.text("action")?;
            if word != words::reidentify() {
                return Err(Unfit::new(prohibition.at("action"), format!("{word:?} is no prohibition of the profile")));
            }
            demands.add(Duty::NoReidentify, &place)?;
        }
        for (place, duty) in object.items("obligation") {
            let duty = Object::of(duty, &place, &["action", "constraint", "assignee"])?;
            let word = duty.text("action")?;
            if short(word) == words::ENSURE_EXCLUSIVITY {
                if demands.exclusive || duty.get("constraint").is_some() || duty.optional_text("assignee")? != assigner
                {
                    let reason = "exclusivity is promised once, by the assigner, without a constraint";
                    return Err(Unfit::new(place, reason));
                }
                demands.exclusive = true;
                continue;
            }
            if duty.get("assignee").is_some() {
                return Err(Unfit::new(duty.at("assignee"), "the profile's obligations bind whoever has the licence"));
            }
            match short(word) {
                words::ATTRIBUTE if duty.get("constraint").is_none() => demands.add(Duty::Attribution, &place)?,
                words::DELETE => {
                    read_deletion(&duty)?;
                    demands.add(Duty::DeleteOnEnd, &place)?;
                }
                words::COMPENSATE => demands.read_payment(&duty, &place)?,
                _ => return Err(Unfit::new(duty.at("action"), format!("{word:?} is no obligation of the profile"))),
            }
        }
        Ok(demands)
    }

    fn add(&mut self, duty: Duty, place: &str) -> Result<(), Unfit> {
        if self.duties.contains(duty) {
            return Err(Unfit::new(place, "this is said twice"));
        }
        self.duties = self.duties.with(duty);
        Ok(())
    }

    /// A price, perhaps by the period, or a royalty.
    fn read_payment(&mut self, duty: &Object<'_>, place: &str) -> Result<(), Unfit> {
        let (mut price, mut period, mut royalty) = (None, None, None);
        let mut seen = BTreeSet::new();
        for (place, constraint) in duty.items("constraint") {
            let Constraint { operand, operator, value, unit, place } = Constraint::read(constraint, &place, &mut seen)?;
            match (operand, operator) {
                (Operand::PayAmount, "eq") => price = Some((read_amount(value, &place)?, read_currency(unit, &place)?)),
                (Operand::Period, "eq") => period = Some(read_duration(value, &place)?),
                (Operand::Royalty, "eq") => {
                    let points = u16::try_from(read_integer(value, &place)?).ok().filter(|points| *points > 0);
                    royalty = Some(BasisPoints(points.ok_or_else(|| Unfit::new(&place, "this is no share"))?));
                }
                _ => return Err(out_of_place(operand, operator, &place, "a payment")),
            }
        }
        match (price, period, royalty) {
            (Some((amount, currency)), period, None) if self.price.is_none() => {
                self.price = Some(Price { amount, currency, period });
            }
            (None, None, Some(royalty)) if self.royalty.is_none() => self.royalty = Some(royalty),
            _ => return Err(Unfit::new(place, "a payment is one price or one royalty, each of them once at most")),
        }
        Ok(())
    }
}

/// That copies are destroyed after the end of the licence.
fn read_deletion(duty: &Object<'_>) -> Result<(), Unfit> {
    let fault =
        || Unfit::new(duty.at("constraint"), format!("the profile deletes after the event {}", words::licence_end()));
    let constraints = duty.items("constraint");
    let [(place, constraint)] = constraints.as_slice() else { return Err(fault()) };
    let found = Constraint::read(constraint, place, &mut BTreeSet::new())?;
    let is_end = name_of(found.value, &found.place)? == words::licence_end();
    if found.operand == Operand::Event && found.operator == "gt" && is_end { Ok(()) } else { Err(fault()) }
}

struct Constraint<'a> {
    operand: Operand,
    operator: &'a str,
    value: &'a Value,
    unit: Option<&'a Value>,
    /// The place of the value.
    place: String,
}

impl<'a> Constraint<'a> {
    fn read(value: &'a Value, place: &str, seen: &mut BTreeSet<(Operand, String)>) -> Result<Self, Unfit> {
        let object = Object::of(value, place, &["leftOperand", "operator", "rightOperand", "unit"])?;
        let word = object.text("leftOperand")?;
        let operand = Operand::named(word)
            .ok_or_else(|| Unfit::new(object.at("leftOperand"), format!("{word:?} is no operand of the profile")))?;
        let operator = short(object.text("operator")?);
        if !seen.insert((operand, operator.to_owned())) {
            return Err(Unfit::new(place, format!("{word:?} is limited twice")));
        }
        let unit = object.get("unit");
        if unit.is_some() && operand != Operand::PayAmount {
            return Err(Unfit::new(object.at("unit"), format!("{word:?} has no unit in the profile")));
        }
        Ok(Self { operand, operator, value: object.need("rightOperand")?, unit, place: object.at("rightOperand") })
    }
}

fn out_of_place(operand: Operand, operator: &str, place: &str, of: &str) -> Unfit {
    Unfit::new(place, format!("{:?} with {operator:?} is no constraint of {of} in the profile", operand.word()))
}

fn read_purposes(value: &Value, place: &str) -> Result<Purposes, Unfit> {
    let all = read_items(value, place, |name, place| {
        words::read_purpose(name).ok_or_else(|| Unfit::new(place, format!("{name:?} is no purpose of the profile")))
    })?;
    Ok(all.into_iter().collect())
}

/// A scope in its one form.
fn read_scope<T: Ord>(
    value: &Value,
    place: &str,
    item: impl Fn(&str, &str) -> Result<T, Unfit>,
) -> Result<Scope<T>, Unfit> {
    let mut items = read_items(value, place, item)?;
    items.sort();
    items.dedup();
    Ok(Scope::Only(items))
}

fn read_items<T>(value: &Value, place: &str, item: impl Fn(&str, &str) -> Result<T, Unfit>) -> Result<Vec<T>, Unfit> {
    if value.get("@list").is_some() {
        let none = Object::of(value, place, &["@list"])?.items("@list").is_empty();
        let reason = "an empty list stands for none; anything else is an array";
        return if none { Ok(Vec::new()) } else { Err(Unfit::new(place, reason)) };
    }
    let items = value.as_array().map_or(core::slice::from_ref(value), Vec::as_slice);
    if items.is_empty() {
        return Err(Unfit::new(place, "JSON-LD takes an empty array for nothing said; write {\"@list\": []} for none"));
    }
    items.iter().map(|value| item(name_of(value, place)?, place)).collect()
}

/// A name, written as a text or as a reference.
fn name_of<'a>(value: &'a Value, place: &str) -> Result<&'a str, Unfit> {
    if let Value::String(name) = value {
        return Ok(name);
    }
    Object::of(value, place, &["@id"])?.text("@id")
}

fn read_text<const MAX: usize>(text: &str, place: &str) -> Result<Text<MAX>, Unfit> {
    Text::new(text).map_err(|error| Unfit::new(place, error.to_string()))
}

fn read_currency(unit: Option<&Value>, place: &str) -> Result<Currency, Unfit> {
    let unit = unit.ok_or_else(|| Unfit::new(place, "a price has a currency as its unit"))?;
    let name = name_of(unit, place)?;
    let currency = name.strip_prefix(words::CURRENCY).and_then(|code| Currency::new(code).ok());
    currency.ok_or_else(|| Unfit::new(place, format!("{name:?} is no currency: write {}CNY", words::CURRENCY)))
}
