//! Which events are handed on.

use serde_json::{Value, json};
use yaosu_api::EventView;
use yaosu_ledger::ParticipantId;
use yaosu_ledger::event::Event;
use yaosu_ledger::state::Subject;

/// What an event must be. Without wishes, anything.
#[derive(Debug, Default)]
pub struct Filter {
    /// One of these types.
    pub types: Vec<String>,
    /// About one of these.
    pub participants: Vec<ParticipantId>,
}

impl Filter {
    /// Whether an event is handed on.
    pub fn takes(&self, event: &EventView) -> bool {
        let about = || {
            let subjects = event.record.event.subjects();
            self.participants.iter().any(|id| subjects.contains(&Subject::Participant(*id)))
        };
        (self.types.is_empty() || self.types.contains(&type_of(event))) && (self.participants.is_empty() || about())
    }
}

/// The name of an event's type: `paid`.
pub fn type_of(event: &EventView) -> String {
    match serde_json::to_value(&event.record.event) {
        Ok(Value::Object(members)) => members.get("type").and_then(Value::as_str).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

/// Reads the name of a type of events.
///
/// # Errors
/// There is no such type: the names that there are.
pub fn parse_type(text: &str) -> Result<String, String> {
    // An event of a type that there is lacks its members; what there is not is told with all that there is.
    match serde_json::from_value::<Event>(json!({ "type": text })) {
        Err(error) if error.to_string().starts_with("unknown variant") => Err(error.to_string()),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a misspelt type is told at once; it would wait in silence for ever.
    #[test]
    fn types_are_known_by_name() {
        assert_eq!(parse_type("paid").as_deref(), Ok("paid"));
        assert_eq!(parse_type("order-placed").as_deref(), Ok("order-placed"));
        for wrong in ["Paid", "payed", "", "order_placed"] {
            let message = parse_type(wrong).expect_err("there is no such type");
            assert!(message.contains("`paid`"), "{message}");
        }
    }
}
