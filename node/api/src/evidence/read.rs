//! From JSON to evidence: the form, and nothing of what it proves.

use serde_json::Value;
use yaosu_ledger::block::Header;
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::receipt::{Finality, Handover};
use yaosu_ledger::signature::{PublicKey, Signature};
use yaosu_ledger::state_tree::{StateProof, Terminal};
use yaosu_ledger::transaction::Approval;
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet};
use yaosu_ledger::{Digest, ParticipantId, codec};

use super::bytes::{BodyFront, EventFront};
use super::json::{FormError, INTEGER_MAX, hex, hex_array, integer, integer_32, items, members, parse, text};
use super::{BYTES_MAX, EventProof, Evidence, FORMAT, RecordEvidence, Statement, TransactionEvidence};

/// Parses a file within its limit.
pub(super) fn document(bytes: &[u8]) -> Result<Value, FormError> {
    if bytes.len() > BYTES_MAX {
        return Err(FormError(format!("{} bytes are over the limit of {BYTES_MAX}", bytes.len())));
    }
    parse(bytes)
}

pub(super) fn format(value: &Value, expected: &str) -> Result<(), FormError> {
    let found = text(value, "format")?;
    if found == expected { Ok(()) } else { Err(FormError(format!("the format is {found:?}, not {expected:?}"))) }
}

pub(super) fn evidence(value: &Value) -> Result<Evidence, FormError> {
    let names = ["format", "statement", "block", "handovers", "decoded"];
    let [name, what, block, handovers, decoded] = members(value, "the evidence", names)?;
    format(name, FORMAT)?;
    let [header, certificate] = members(block, "block", ["header", "certificate"])?;
    Ok(Evidence {
        statement: statement(what)?,
        finality: finality(header, certificate)?,
        handovers: items(handovers, "handovers")?.iter().map(handover).collect::<Result<_, _>>()?,
        decoded: decoded.clone(),
    })
}

fn handover(value: &Value) -> Result<Handover, FormError> {
    let names = ["header", "certificate", "validators"];
    let [header, certificate, next] = members(value, "handover", names)?;
    Ok(Handover { finality: finality(header, certificate)?, next: validators(next)? })
}

fn finality(header: &Value, certificate: &Value) -> Result<Finality, FormError> {
    let header: Header = codec::decode(&hex(header, "header")?)
        .map_err(|error| FormError(format!("header is not the bytes of a header: {error}")))?;
    let [round, signatures] = members(certificate, "certificate", ["round", "signatures"])?;
    let certificate = CommitCertificate {
        height: header.height,
        round: integer_32(round, "round")?,
        block: header.id(),
        signatures: items(signatures, "signatures")?.iter().map(commit_signature).collect::<Result<_, _>>()?,
    };
    Ok(Finality { header, certificate })
}

fn commit_signature(value: &Value) -> Result<CommitSignature, FormError> {
    let [operator, signature] = members(value, "signature of a block", ["operator", "signature"])?;
    Ok(CommitSignature {
        operator: ParticipantId(digest(operator, "operator")?),
        signature: Signature(hex_array(signature, "signature")?),
    })
}

/// Validators in the order in which they stand, whether or not they are a set.
pub(super) fn validators(value: &Value) -> Result<ValidatorSet, FormError> {
    let found: Vec<Validator> = items(value, "validators")?.iter().map(validator).collect::<Result<_, _>>()?;
    // A set that was decoded is as it stands; one that is made is sorted first.
    codec::decode_own(&codec::encode(&found)).map_err(|error| FormError(format!("validators: {error}")))
}

fn validator(value: &Value) -> Result<Validator, FormError> {
    let [operator, key, power] = members(value, "validator", ["operator", "key", "power"])?;
    Ok(Validator {
        operator: ParticipantId(digest(operator, "operator")?),
        key: PublicKey(hex_array(key, "key")?),
        power: integer(power, "power", INTEGER_MAX)?,
    })
}

fn statement(value: &Value) -> Result<Statement, FormError> {
    let kind = value.get("kind").ok_or_else(|| FormError("the statement has no member \"kind\"".to_owned()))?;
    match text(kind, "kind")? {
        "transaction" => transaction(value).map(|transaction| Statement::Transaction(Box::new(transaction))),
        "event" => {
            let [_, bytes, path] = members(value, "statement", ["kind", "bytes", "path"])?;
            event_parts(bytes, path).map(Statement::Event)
        }
        "record" => record(value).map(Statement::Record),
        other => Err(FormError(format!("{other:?} is no kind of statement"))),
    }
}

fn transaction(value: &Value) -> Result<TransactionEvidence, FormError> {
    let names = ["kind", "body", "approvals", "path", "before", "events", "after"];
    let [_, body, approvals, path, before, events, after] = members(value, "statement", names)?;
    let body = hex(body, "body")?;
    BodyFront::read(&body).ok_or_else(|| FormError::expected("the bytes of a body", "body"))?;
    let neighbour = |value: &Value| if value.is_null() { Ok(None) } else { event(value).map(Some) };
    Ok(TransactionEvidence {
        body,
        approvals: items(approvals, "approvals")?.iter().map(approval).collect::<Result<_, _>>()?,
        path: list_path(path)?,
        before: neighbour(before)?,
        events: items(events, "events")?.iter().map(event).collect::<Result<_, _>>()?,
        after: neighbour(after)?,
    })
}

fn approval(value: &Value) -> Result<Approval, FormError> {
    let [key, signature] = members(value, "approval", ["key", "signature"])?;
    Ok(Approval { key: PublicKey(hex_array(key, "key")?), signature: Signature(hex_array(signature, "signature")?) })
}

fn event(value: &Value) -> Result<EventProof, FormError> {
    let [bytes, path] = members(value, "event", ["bytes", "path"])?;
    event_parts(bytes, path)
}

fn event_parts(bytes: &Value, path: &Value) -> Result<EventProof, FormError> {
    let bytes = hex(bytes, "event")?;
    EventFront::read(&bytes).ok_or_else(|| FormError::expected("the bytes of an event", "event"))?;
    Ok(EventProof { bytes, path: list_path(path)? })
}

fn list_path(value: &Value) -> Result<ListProof, FormError> {
    let [index, count, siblings] = members(value, "path", ["index", "count", "siblings"])?;
    Ok(ListProof {
        index: integer_32(index, "index")?,
        count: integer_32(count, "count")?,
        siblings: digests(siblings)?,
    })
}

fn record(value: &Value) -> Result<RecordEvidence, FormError> {
    let names = ["kind", "key", "value", "siblings", "other"];
    let [_, key, record, siblings, other] = members(value, "statement", names)?;
    let record = if record.is_null() { None } else { Some(hex(record, "value")?) };
    let terminal = match (&record, other.is_null()) {
        (Some(_), true) => Terminal::Found,
        (None, true) => Terminal::Empty,
        (None, false) => {
            let [path, value_hash] = members(other, "other", ["path", "value_hash"])?;
            Terminal::Other { path: digest(path, "path")?, value_hash: digest(value_hash, "value_hash")? }
        }
        (Some(_), false) => {
            return Err(FormError("the statement has a value and another leaf in its place".to_owned()));
        }
    };
    let path = StateProof { siblings: digests(siblings)?, terminal };
    Ok(RecordEvidence { key: hex(key, "key")?, value: record, path })
}

fn digests(value: &Value) -> Result<Vec<Digest>, FormError> {
    items(value, "siblings")?.iter().map(|item| digest(item, "sibling")).collect()
}

pub(super) fn digest(value: &Value, place: &str) -> Result<Digest, FormError> {
    hex_array(value, place).map(Digest)
}
