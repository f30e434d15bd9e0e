//! Reading JSON that may say only what is understood: any member that is not asked for is refused by its name.

use serde_json::{Map, Value};

use super::Unfit;

/// An object of known members.
pub(super) struct Object<'a> {
    place: String,
    members: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    /// An object that has no other members than these.
    pub(super) fn of(value: &'a Value, place: &str, known: &[&str]) -> Result<Self, Unfit> {
        let object = Self::open(value, place)?;
        match object.members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(Unfit::new(object.at(name), "this says something that has no counterpart here")),
            None => Ok(object),
        }
    }

    /// An object that may have any members.
    pub(super) fn open(value: &'a Value, place: &str) -> Result<Self, Unfit> {
        let members = value.as_object().ok_or_else(|| Unfit::new(place, "this is no object"))?;
        Ok(Self { place: place.to_owned(), members })
    }

    /// The place of a member.
    pub(super) fn at(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// A member that may be missing.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name)
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&'a Value, Unfit> {
        self.get(name).ok_or_else(|| Unfit::new(self.at(name), "this is missing"))
    }

    /// The places of all members but these.
    pub(super) fn others(&self, known: &[&str]) -> Vec<String> {
        self.members.keys().filter(|name| !known.contains(&name.as_str())).map(|name| self.at(name)).collect()
    }

    /// A text that must be there.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Unfit> {
        text(self.need(name)?, &self.at(name))
    }

    /// A text that may be missing.
    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&'a str>, Unfit> {
        self.get(name).map(|value| text(value, &self.at(name))).transpose()
    }

    /// The items of a list with their places. JSON-LD writes a list of one as that one; a missing list is empty.
    pub(super) fn items(&self, name: &str) -> Vec<(String, &'a Value)> {
        let place = self.at(name);
        match self.get(name) {
            Some(Value::Array(items)) => {
                items.iter().enumerate().map(|(number, item)| (format!("{place}[{number}]"), item)).collect()
            }
            Some(item) => vec![(place, item)],
            None => Vec::new(),
        }
    }
}

/// A text.
pub(super) fn text<'a>(value: &'a Value, place: &str) -> Result<&'a str, Unfit> {
    value.as_str().ok_or_else(|| Unfit::new(place, "this is no text"))
}
