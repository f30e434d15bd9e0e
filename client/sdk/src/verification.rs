//! Receipts checked offline: nothing is asked of anyone, everything that is trusted is the genesis document.

use serde::Serialize;
use yaosu_ledger::Height;
use yaosu_ledger::genesis::{Genesis, GenesisError};
use yaosu_ledger::receipt::{Checkpoint, Finality, Receipt, Statement, Verified};
use yaosu_ledger::state::{Reader, Validators};
use yaosu_ledger::transaction::{Envelope, check_signatures};
use yaosu_ledger::validators::ValidatorSet;

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

/// What the checks of a receipt gave.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Each check that was made, in order; the last is the one that failed, if one did.
    pub checks: Vec<Check>,
    /// What the receipt says, if it holds. [`Receipt::verify`] alone decides.
    pub verified: Option<Verified>,
    /// Why it says nothing, if it does not hold.
    pub error: Option<String>,
}

/// What a genesis document makes a verifier trust: its chain, and its validators from the first height on.
///
/// # Errors
/// [`GenesisError`] if the document founds no chain.
pub fn checkpoint(genesis: &Genesis) -> Result<Checkpoint, GenesisError> {
    let tip = genesis.tip()?;
    let validators = tip.state.get::<Validators>(&()).expect("the tip of genesis holds its validators");
    Ok(Checkpoint { chain: tip.chain, height: Height::GENESIS.next(), validators })
}

/// Checks a receipt, and says what each check compared.
#[must_use]
pub fn verify(receipt: &Receipt, checkpoint: &Checkpoint) -> Verification {
    let (verified, error) = match receipt.verify(checkpoint) {
        Ok(verified) => (Some(verified), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mut list = List { checks: Vec::new(), failed: false };
    explain(receipt, checkpoint, &mut list);
    if let (Some(error), false) = (&error, list.failed) {
        // A check that this list has no line for: the verdict is the ledger's all the same.
        list.add("receipt", false, "a receipt that holds", error);
    }
    Verification { checks: list.checks, verified, error }
}

/// The checks that were made, up to the first that failed.
struct List {
    checks: Vec<Check>,
    failed: bool,
}

impl List {
    fn add(&mut self, name: impl Into<String>, holds: bool, expected: impl ToString, found: impl ToString) {
        if !self.failed {
            let (expected, found) = (expected.to_string(), found.to_string());
            self.checks.push(Check { name: name.into(), holds, expected, found });
            self.failed = !holds;
        }
    }

    fn equal<T: PartialEq + ToString>(&mut self, name: impl Into<String>, expected: T, found: T) {
        self.add(name, expected == found, expected, found);
    }
}

fn explain(receipt: &Receipt, checkpoint: &Checkpoint, list: &mut List) {
    let mut validators = &checkpoint.validators;
    let mut from = checkpoint.height;
    for handover in &receipt.handovers {
        let header = &handover.finality.header;
        explain_finality(&handover.finality, checkpoint, from, validators, list);
        let name = format!("validators after height {}", header.height);
        list.equal(name, header.next_validators, handover.next.hash());
        validators = &handover.next;
        from = header.height.next();
    }
    explain_finality(&receipt.finality, checkpoint, from, validators, list);

    let header = &receipt.finality.header;
    match &receipt.statement {
        Statement::Transaction { transaction, path } => {
            list.equal("chain of the transaction", header.chain, transaction.body.chain);
            let envelope = Envelope::new(transaction.as_ref().clone());
            // The block was final only with good signatures; for whoever reads the receipt they are checked again.
            let good = check_signatures(core::slice::from_ref(&envelope)).into_iter().all(|good| good);
            let found = if good { "good" } else { "bad" };
            list.add("signatures of the transaction", good, "good", found);
            let holds = path.verify(&header.transactions_root, &envelope.leaf()).is_ok();
            let name = format!("transaction {} of {} in the block", u64::from(path.index) + 1, path.count);
            list.add(name, holds, format!("a leaf under {}", header.transactions_root), envelope.leaf());
        }
        Statement::Event { event, path } => {
            let holds = path.verify(&header.events_root, &event.leaf()).is_ok();
            let name = format!("event {} of {} in the block", u64::from(path.index) + 1, path.count);
            list.add(name, holds, format!("a leaf under {}", header.events_root), event.leaf());
        }
        Statement::Record { key, value, path } => {
            let holds = path.verify(&header.state_root, key, value.as_deref()).is_ok();
            let name = format!("record {} in the state", hex(key));
            let found = value.as_deref().map_or_else(|| "no record".to_owned(), hex);
            list.add(name, holds, format!("as under {}", header.state_root), found);
        }
    }
}

fn explain_finality(
    finality: &Finality,
    checkpoint: &Checkpoint,
    from: Height,
    validators: &ValidatorSet,
    list: &mut List,
) {
    let Finality { header, certificate } = finality;
    let height = header.height;
    list.equal(format!("chain of block {height}"), checkpoint.chain, header.chain);
    list.add("height", height >= from, format!("{from} or above"), height);
    list.equal(format!("height of the certificate of block {height}"), height, certificate.height);
    list.equal(format!("block {height}"), certificate.block, header.id());
    let name = format!("signatures of block {height}");
    let total = validators.validators().len();
    let (holds, found) = match certificate.verify(&checkpoint.chain, validators) {
        Ok(()) => (true, format!("{} of {total} validators", certificate.signatures.len())),
        Err(error) => (false, error.to_string()),
    };
    list.add(name, holds, format!("more than two thirds of {total} validators"), found);
}

fn hex(bytes: &[u8]) -> String {
    use core::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string can't fail");
        text
    })
}
