//! Evidence checked offline: nothing is asked of anyone, everything that is trusted is the checkpoint.
//!
//! The verifiers in `docs/verifiers` make the same checks, in the same order, under the same names.

use serde::Serialize;
use serde_json::Value;
use yaosu_ledger::block::PROTOCOL_VERSION;
use yaosu_ledger::hash::{Domain, digest};
use yaosu_ledger::receipt::{self, Checkpoint, Finality, Receipt};
use yaosu_ledger::signature::{Claim, Context, message, verify_all};
use yaosu_ledger::transaction::{APPROVALS_MAX, Transaction};
use yaosu_ledger::validators::ValidatorSet;
use yaosu_ledger::{BlockId, ChainId, Digest, Height, Timestamp, TransactionId, codec};

use super::bytes::{BodyFront, EventFront};
use super::decoded::decoded;
use super::{EventProof, Evidence, RecordEvidence, Statement, TransactionEvidence};

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub holds: bool,
    /// What must be there.
    pub expected: String,
    /// What is there.
    pub found: String,
}

/// What the checks gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Each check that was made, in order; the last is the one that failed, if one did.
    pub checks: Vec<Check>,
    /// What is proved, if all hold.
    pub verified: Option<Verified>,
}

/// What evidence that holds says of its block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The chain.
    pub chain: ChainId,
    /// The block.
    pub block: BlockId,
    /// Its height.
    pub height: Height,
    /// Its time, as its proposer and a quorum agreed.
    pub time: Timestamp,
    /// The transaction, if it is evidence of one.
    pub transaction: Option<TransactionId>,
    /// Changes of the validator set on the way from the checkpoint.
    pub handovers: usize,
    /// Validators that signed the block.
    pub signers: usize,
    /// Validators of the height.
    pub validators: usize,
}

impl Verification {
    /// The check that failed.
    #[must_use]
    pub fn failed(&self) -> Option<&Check> {
        self.checks.iter().find(|check| !check.holds)
    }
}

/// A check failed; the list has it.
struct Failed;

#[derive(Default)]
struct List(Vec<Check>);

impl List {
    fn check(
        &mut self,
        name: impl Into<String>,
        holds: bool,
        expected: impl ToString,
        found: impl ToString,
    ) -> Result<(), Failed> {
        self.0.push(Check { name: name.into(), holds, expected: expected.to_string(), found: found.to_string() });
        if holds { Ok(()) } else { Err(Failed) }
    }

    fn equal<T: PartialEq + ToString>(&mut self, name: impl Into<String>, expected: T, found: T) -> Result<(), Failed> {
        self.check(name, expected == found, expected, found)
    }

    /// A check whose failure has its own words.
    fn succeed(
        &mut self,
        name: impl Into<String>,
        expected: impl ToString,
        result: Result<String, String>,
    ) -> Result<(), Failed> {
        let holds = result.is_ok();
        self.check(name, holds, expected, result.unwrap_or_else(|fault| fault))
    }
}

/// Checks a file of evidence against what the verifier trusts. The first check is that of the file's form.
#[must_use]
pub fn verify(bytes: &[u8], checkpoint: &Checkpoint) -> (Option<Evidence>, Verification) {
    let mut list = List::default();
    match Evidence::parse(bytes) {
        Ok(evidence) => {
            let verification = evidence.verify(checkpoint);
            (Some(evidence), verification)
        }
        Err(error) => {
            // The list tells the failure; there is nothing else to go on with.
            let _ = list.check("form", false, format!("a document of the format {}", super::FORMAT), error);
            (None, Verification { checks: list.0, verified: None })
        }
    }
}

impl Evidence {
    /// Checks everything, from the verifier's checkpoint to what the file says that its bytes mean.
    #[must_use]
    pub fn verify(&self, checkpoint: &Checkpoint) -> Verification {
        let mut list = List::default();
        let verified = self.check(checkpoint, &mut list).ok();
        Verification { checks: list.0, verified }
    }

    fn check(&self, checkpoint: &Checkpoint, list: &mut List) -> Result<Verified, Failed> {
        let header = &self.finality.header;
        list.check("form", true, super::FORMAT, super::FORMAT)?;
        let mut validators = &checkpoint.validators;
        let mut from = checkpoint.height;
        let mut used = 0;
        // Who trusts a later set needs none of the earlier handovers.
        for handover in self.handovers.iter().filter(|one| one.finality.header.height >= checkpoint.height) {
            finality(&handover.finality, checkpoint, from, validators, list)?;
            let height = handover.finality.header.height;
            let expected = handover.finality.header.next_validators;
            list.equal(format!("block {height}: next validators"), expected, handover.next.hash())?;
            let set = handover.next.check();
            let found = set.map(|()| format!("{} validators", handover.next.validators().len()));
            list.succeed(
                format!("block {height}: next set"),
                "validators that make a set",
                found.map_err(|error| error.to_string()),
            )?;
            validators = &handover.next;
            from = height.next();
            used += 1;
        }
        finality(&self.finality, checkpoint, from, validators, list)?;
        match &self.statement {
            Statement::Transaction(evidence) => transaction(evidence, &self.finality, list)?,
            Statement::Event(event) => included("event: inclusion", event, &header.events_root, list)?,
            Statement::Record(evidence) => record(evidence, &header.state_root, list)?,
        }
        self.meaning(list)?;
        self.ledger_agrees(checkpoint, list)?;
        Ok(Verified {
            chain: header.chain,
            block: header.id(),
            height: header.height,
            time: header.time,
            transaction: self.transaction(),
            handovers: used,
            signers: self.finality.certificate.signatures.len(),
            validators: validators.validators().len(),
        })
    }

    /// The check that the small verifiers do not make: `decoded` says what the bytes say.
    fn meaning(&self, list: &mut List) -> Result<(), Failed> {
        match decoded(&self.statement, &self.finality.header) {
            Ok(expected) => match difference("decoded", &expected, &self.decoded) {
                None => list.check("decoded", true, "what the bytes say", "what the bytes say"),
                Some((place, expected, found)) => list.check(format!("decoded: {place}"), false, expected, found),
            },
            Err(fault) => list.check("decoded", false, "bytes that this program can decode", fault),
        }
    }

    /// The ledger's own verifier has the last word.
    fn ledger_agrees(&self, checkpoint: &Checkpoint, list: &mut List) -> Result<(), Failed> {
        let statement = match &self.statement {
            Statement::Transaction(evidence) => codec::decode::<Transaction>(&evidence.bytes()).map(|found| {
                receipt::Statement::Transaction { transaction: Box::new(found), path: evidence.path.clone() }
            }),
            Statement::Event(event) => codec::decode(&event.bytes)
                .map(|found| receipt::Statement::Event { event: Box::new(found), path: event.path.clone() }),
            Statement::Record(RecordEvidence { key, value, path }) => {
                Ok(receipt::Statement::Record { key: key.clone(), value: value.clone(), path: path.clone() })
            }
        };
        let handovers = self.handovers.iter().filter(|one| one.finality.header.height >= checkpoint.height);
        let result = statement.map_err(|error| error.to_string()).and_then(|statement| {
            let receipt =
                Receipt { statement, finality: self.finality.clone(), handovers: handovers.cloned().collect() };
            receipt.verify(checkpoint).map(|_| "a receipt that holds".to_owned()).map_err(|error| error.to_string())
        });
        list.succeed("ledger", "a receipt that holds", result)
    }
}

fn finality(
    finality: &Finality,
    checkpoint: &Checkpoint,
    from: Height,
    validators: &ValidatorSet,
    list: &mut List,
) -> Result<(), Failed> {
    let Finality { header, certificate } = finality;
    let height = header.height;
    list.equal(format!("block {height}: version"), PROTOCOL_VERSION, header.version)?;
    list.equal(format!("block {height}: chain"), checkpoint.chain, header.chain)?;
    list.check(format!("block {height}: height"), height >= from, format!("{from} or above"), height)?;
    let total = validators.validators().len();
    let result = certificate
        .verify(&checkpoint.chain, validators)
        .map(|()| format!("{} of {total} validators", certificate.signatures.len()))
        .map_err(|error| error.to_string());
    let expected = format!("good signatures of more than two thirds of {total} validators");
    list.succeed(format!("block {height}: certificate"), expected, result)
}

fn transaction(evidence: &TransactionEvidence, finality: &Finality, list: &mut List) -> Result<(), Failed> {
    let header = &finality.header;
    let front = BodyFront::read(&evidence.body).expect("evidence that was made or read has a body");
    list.equal("transaction: chain", header.chain, front.chain)?;
    let id = evidence.id();
    list.succeed(
        "transaction: approvals",
        format!("1 to {APPROVALS_MAX} good signatures, ascending by key"),
        approvals(evidence, id),
    )?;
    let leaf = digest(Domain::TransactionLeaf, &evidence.bytes());
    let path = evidence.path.verify(&header.transactions_root, &leaf);
    list.succeed(
        "transaction: inclusion",
        format!("a leaf under {}", header.transactions_root),
        path.map(|()| leaf.to_string()).map_err(|error| format!("{leaf}: {error}")),
    )?;
    list.succeed("events: places", "the events of the transaction with their neighbours", places(evidence))?;
    for event in evidence.shown() {
        included("events: inclusion", event, &header.events_root, list)?;
    }
    let cause = |event: &EventProof| EventFront::read(&event.bytes).and_then(|front| front.cause);
    let strangers = evidence.events.iter().filter(|event| cause(event) != Some(id)).count();
    let more = evidence.before.iter().chain(&evidence.after).filter(|event| cause(event) == Some(id)).count();
    list.check(
        "events: cause",
        strangers == 0 && more == 0,
        "all events that the transaction caused, and no other",
        format!("{strangers} that it did not cause, {more} missing"),
    )
}

fn approvals(evidence: &TransactionEvidence, id: TransactionId) -> Result<String, String> {
    let approvals = &evidence.approvals;
    if approvals.is_empty() || approvals.len() > APPROVALS_MAX {
        return Err(format!("{} signatures", approvals.len()));
    }
    if !approvals.windows(2).all(|pair| pair[0].key < pair[1].key) {
        return Err("signatures that do not ascend by key".to_owned());
    }
    let front = BodyFront::read(&evidence.body).expect("evidence that was made or read has a body");
    let signed = message(Context::Transaction, &front.chain, id.as_bytes());
    let claims: Vec<Claim<'_>> = approvals
        .iter()
        .map(|approval| Claim { key: &approval.key, message: &signed, signature: &approval.signature })
        .collect();
    match verify_all(&claims).iter().position(|good| !good) {
        None => Ok(format!("{} good signatures", approvals.len())),
        Some(place) => Err(format!("the signature of key {} is bad", approvals[place].key)),
    }
}

/// That the events stand one behind the other, with a neighbour on each side where the block has one.
fn places(evidence: &TransactionEvidence) -> Result<String, String> {
    let shown: Vec<&EventProof> = evidence.shown().collect();
    let (Some(first), Some(last)) = (evidence.events.first(), evidence.events.last()) else {
        return Err("no events".to_owned());
    };
    let count = first.path.count;
    if shown.iter().any(|event| event.path.count != count) {
        return Err("events of lists of different lengths".to_owned());
    }
    if shown.windows(2).any(|pair| u64::from(pair[0].path.index) + 1 != u64::from(pair[1].path.index)) {
        return Err("events that do not stand one behind the other".to_owned());
    }
    let begins = first.path.index == 0;
    let ends = u64::from(last.path.index) + 1 == u64::from(count);
    if begins == evidence.before.is_some() || ends == evidence.after.is_some() {
        return Err("a neighbour that is missing or should not be there".to_owned());
    }
    Ok(format!("events {} to {} of {count}", u64::from(first.path.index) + 1, u64::from(last.path.index) + 1))
}

fn included(name: &str, event: &EventProof, root: &Digest, list: &mut List) -> Result<(), Failed> {
    let leaf = event.leaf();
    let result = event.path.verify(root, &leaf);
    list.succeed(
        name,
        format!("a leaf under {root}"),
        result.map(|()| leaf.to_string()).map_err(|error| format!("{leaf}: {error}")),
    )
}

fn record(evidence: &RecordEvidence, root: &Digest, list: &mut List) -> Result<(), Failed> {
    let RecordEvidence { key, value, path } = evidence;
    let found = value.as_deref().map_or_else(|| "no record".to_owned(), super::to_hex);
    list.succeed(
        "record: inclusion",
        format!("as under {root}"),
        path.verify(root, key, value.as_deref()).map(|()| found.clone()).map_err(|error| format!("{found}: {error}")),
    )
}

/// The first place where two values differ, and both values there.
#[must_use]
pub fn difference(place: &str, expected: &Value, found: &Value) -> Option<(String, String, String)> {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), ToString::to_string);
    match (expected, found) {
        (Value::Object(left), Value::Object(right)) => left.keys().chain(right.keys()).find_map(|name| {
            let place = format!("{place}.{name}");
            match (left.get(name), right.get(name)) {
                (Some(left), Some(right)) => difference(&place, left, right),
                (left, right) => Some((place, shown(left), shown(right))),
            }
        }),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (left, right))| difference(&format!("{place}[{index}]"), left, right)),
        _ if expected == found => None,
        _ => Some((place.to_owned(), expected.to_string(), found.to_string())),
    }
}
