//! From evidence to JSON.

use serde_json::{Value, json};
use yaosu_ledger::codec;
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::receipt::Handover;
use yaosu_ledger::state_tree::Terminal;
use yaosu_ledger::validators::{CommitCertificate, ValidatorSet};

use super::json::to_hex;
use super::{EventProof, Evidence, FORMAT, RecordEvidence, Statement, TransactionEvidence};

pub(super) fn evidence(evidence: &Evidence) -> Value {
    let Evidence { statement, finality, handovers, decoded } = evidence;
    json!({
        "format": FORMAT,
        "statement": self::statement(statement),
        "block": {
            "header": to_hex(&codec::encode(&finality.header)),
            "certificate": certificate(&finality.certificate),
        },
        "handovers": handovers.iter().map(handover).collect::<Vec<_>>(),
        "decoded": decoded,
    })
}

/// A document as a file: indented, with a line's end at the end.
pub(super) fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a value has texts for keys");
    text.push('\n');
    text
}

fn handover(handover: &Handover) -> Value {
    json!({
        "header": to_hex(&codec::encode(&handover.finality.header)),
        "certificate": certificate(&handover.finality.certificate),
        "validators": validators(&handover.next),
    })
}

fn certificate(certificate: &CommitCertificate) -> Value {
    let signatures = certificate.signatures.iter();
    let signatures = signatures.map(|one| json!({ "operator": one.operator, "signature": one.signature }));
    json!({ "round": certificate.round, "signatures": signatures.collect::<Vec<_>>() })
}

pub(super) fn validators(set: &ValidatorSet) -> Value {
    let one = |validator: &yaosu_ledger::validators::Validator| json!({ "operator": validator.operator, "key": validator.key, "power": validator.power });
    set.validators().iter().map(one).collect()
}

fn statement(statement: &Statement) -> Value {
    match statement {
        Statement::Transaction(transaction) => self::transaction(transaction),
        Statement::Event(event) => {
            json!({ "kind": "event", "bytes": to_hex(&event.bytes), "path": list_path(&event.path) })
        }
        Statement::Record(record) => self::record(record),
    }
}

fn transaction(evidence: &TransactionEvidence) -> Value {
    let approvals = evidence.approvals.iter();
    let approvals = approvals.map(|one| json!({ "key": one.key, "signature": one.signature }));
    json!({
        "kind": "transaction",
        "body": to_hex(&evidence.body),
        "approvals": approvals.collect::<Vec<_>>(),
        "path": list_path(&evidence.path),
        "before": evidence.before.as_ref().map(event),
        "events": evidence.events.iter().map(event).collect::<Vec<_>>(),
        "after": evidence.after.as_ref().map(event),
    })
}

fn event(event: &EventProof) -> Value {
    json!({ "bytes": to_hex(&event.bytes), "path": list_path(&event.path) })
}

fn list_path(path: &ListProof) -> Value {
    json!({ "index": path.index, "count": path.count, "siblings": path.siblings })
}

fn record(record: &RecordEvidence) -> Value {
    let other = match &record.path.terminal {
        Terminal::Other { path, value_hash } => json!({ "path": path, "value_hash": value_hash }),
        Terminal::Empty | Terminal::Found => Value::Null,
    };
    json!({
        "kind": "record",
        "key": to_hex(&record.key),
        "value": record.value.as_deref().map(to_hex),
        "siblings": record.path.siblings,
        "other": other,
    })
}
