//! Examples that stand in several places. Tests carry all of them out.

use serde_json::{Value, json};
use yaosu_ledger::ParticipantId;

/// The identifier of anything but a transaction.
pub const EXAMPLE_ID: &str = "1111111111111111111111111111111111111111111111111111111111111111";

/// The identifier of a transaction. Those depend on the chain: whoever carries the examples out puts one of its own chain
/// in this place.
pub const EXAMPLE_TRANSACTION: &str = "2222222222222222222222222222222222222222222222222222222222222222";

/// Somebody who wants to pay.
pub(super) fn intent() -> Value {
    json!({
        "signer": "alice",
        "action": { "pay": { "to": ParticipantId::of_genesis("bob"), "amount": 1_000, "memo": "for the data" } },
    })
}
