//! What the bytes of evidence say, for people: recomputed from the bytes, never believed.

use serde::Serialize;
use serde_json::{Value, json};
use yaosu_ledger::block::Header;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::state::{RecordReader, read_record};
use yaosu_ledger::transaction::Body;
use yaosu_ledger::{Timestamp, codec};

use super::json::exact;
use super::{EventProof, Statement};
use crate::EvidenceCode;

/// The `decoded` member of evidence.
///
/// # Errors
/// Why the bytes mean nothing to this program, in words.
pub(super) fn decoded(statement: &Statement, header: &Header) -> Result<Value, String> {
    let mut block = to_value(header)?;
    block["id"] = to_value(&header.id())?;
    let value = match statement {
        Statement::Transaction(evidence) => {
            let body: Body = codec::decode(&evidence.body).map_err(|error| format!("body: {error}"))?;
            let id = body.id();
            let mut transaction = to_value(&body)?;
            transaction["id"] = to_value(&id)?;
            transaction["evidence_code"] = EvidenceCode::of(id).to_string().into();
            let events = evidence.events.iter().map(event).collect::<Result<Vec<_>, _>>()?;
            for neighbour in evidence.before.iter().chain(&evidence.after) {
                event(neighbour)?;
            }
            json!({ "block": block, "transaction": transaction, "events": events })
        }
        Statement::Event(proof) => json!({ "block": block, "event": event(proof)? }),
        Statement::Record(record) => {
            let found = read_record(&record.key, record.value.as_deref(), Reader);
            let record = found.ok_or("the record is not one that this program knows")??;
            json!({ "block": block, "record": record })
        }
    };
    Ok(exact(value))
}

fn event(proof: &EventProof) -> Result<Value, String> {
    let record: EventRecord = codec::decode(&proof.bytes).map_err(|error| format!("event: {error}"))?;
    to_value(&record)
}

struct Reader;

impl RecordReader for Reader {
    type Output = Result<Value, String>;

    fn read<K: Serialize, V: Serialize>(self, table: &'static str, key: &K, record: Option<&V>) -> Self::Output {
        let found = record.is_some();
        Ok(json!({ "table": table, "key": to_value(key)?, "found": found, "value": to_value(&record)? }))
    }
}

fn to_value(value: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A time as RFC 3339 has it, in UTC; past the year 9999, in milliseconds.
#[must_use]
pub fn utc(time: Timestamp) -> String {
    time.to_rfc3339().unwrap_or_else(|| time.to_string())
}
