//! `yaosu receipt`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;
use yaosu_api::EventPosition;
use yaosu_ledger::codec::{self, Canonical};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::receipt::{Receipt, Statement};
use yaosu_ledger::{ChainId, Height, ParticipantId, TransactionId};
use yaosu_sdk::{Check, Verification, checkpoint, verify_receipt};

use crate::command_error::{CommandError, Kind};
use crate::describe::{self, Facts};
use crate::home::{io_error, read_genesis, write_whole};
use crate::parse::{Reference, show_time};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, Session};

/// What can be done with receipts.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Fetch the receipt of a transaction or an event, and check it
    Get {
        /// A transaction, or an event as HEIGHT.INDEX
        #[arg(value_name = "TRANSACTION or HEIGHT.INDEX", value_parser = subject)]
        of: ReceiptSubject,
        /// The file to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Check a receipt offline against the genesis document that you trust
    Verify {
        /// The file of the receipt
        file: PathBuf,
        /// The genesis document to trust [default: the profile's]
        #[arg(long, value_name = "FILE")]
        genesis: Option<PathBuf>,
    },
}

/// What a receipt is wanted for.
#[derive(Clone, Debug)]
pub enum ReceiptSubject {
    /// A transaction.
    Transaction(Reference),
    /// An event.
    Event(EventPosition),
}

fn subject(text: &str) -> Result<ReceiptSubject, String> {
    if text.contains('.') {
        text.parse().map(ReceiptSubject::Event)
    } else {
        text.parse().map(ReceiptSubject::Transaction)
    }
}

/// A receipt that was fetched.
#[derive(Debug, Serialize)]
struct Fetched {
    file: PathBuf,
    bytes: usize,
    height: Height,
    /// Whether it was checked against the profile's genesis document.
    verified: bool,
}

impl Show for Fetched {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            ("file", self.file.display().to_string()),
            ("size", format!("{} bytes", self.bytes)),
            ("block", self.height.to_string()),
            ("verified", if self.verified { "yes" } else { "no: there is no genesis document here" }.to_owned()),
        ]);
    }
}

/// What the checks gave.
#[derive(Debug, Serialize)]
struct Report {
    file: PathBuf,
    chain: ChainId,
    #[serde(flatten)]
    verification: Verification,
    /// What it says, in words.
    statement: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction: Option<TransactionId>,
}

impl Show for Report {
    fn show(&self, screen: &mut Screen) {
        screen.line(format!("trusting the genesis document of chain {}", self.chain));
        for Check { name, holds, expected, found } in &self.verification.checks {
            if *holds {
                screen.line(format!("ok    {name}: {found}"));
            } else {
                screen.line(format!("WRONG {name}"));
                screen.line(format!("      expected {expected}"));
                screen.line(format!("      found    {found}"));
            }
        }
        if let Some(verified) = &self.verification.verified {
            let id = self.transaction.map_or_else(String::new, |id| format!(" by transaction {id}"));
            screen.line(format!(
                "The receipt holds{id}, in block {} of {}, signed by {} of {} validators:",
                verified.height,
                show_time(verified.time),
                verified.signers,
                verified.validators
            ));
            screen.line(&self.statement);
        }
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Get { of, output } => get(session, of, output).await,
        Verb::Verify { file, genesis } => {
            let genesis = match genesis {
                Some(path) => read_genesis(&path)?,
                None => session.genesis()?,
            };
            let receipt = read_receipt(&file)?;
            let report = check(file, &receipt, &genesis)?;
            session.show(&report)?;
            require(&report)
        }
    }
}

async fn get(session: &Session, of: ReceiptSubject, file: PathBuf) -> Result<(), CommandError> {
    if file.exists() {
        return Err(CommandError::failed(format!("{} is already there", file.display()))
            .hint("nothing is overwritten: name another file"));
    }
    let client = session.client()?;
    let receipt = match of {
        ReceiptSubject::Transaction(id) => client.transaction_receipt(id.as_str()).await?,
        ReceiptSubject::Event(position) => client.event_receipt(position).await?,
    };
    let genesis = match session.profile()? {
        Some(profile) => session.home.genesis(profile.chain)?,
        None => None,
    };
    if let Some(genesis) = &genesis {
        let report = check(file.clone(), &receipt, genesis)?;
        if report.verification.error.is_some() {
            // A receipt that proves nothing is not kept; what is wrong with it is.
            let mut lines = Screen::default();
            report.show(&mut lines);
            screen::note(lines.text().trim_end());
            return require(&report);
        }
    }
    let bytes = codec::encode(&receipt);
    write_whole(&file, &bytes)?;
    let height = receipt.finality.header.height;
    session.show(&Fetched { file, bytes: bytes.len(), height, verified: genesis.is_some() })
}

fn check(file: PathBuf, receipt: &Receipt, genesis: &Genesis) -> Result<Report, CommandError> {
    let checkpoint = checkpoint(genesis).map_err(|error| {
        CommandError::new(Kind::Unverified, format!("the genesis document founds no chain: {error}"))
    })?;
    let verification = verify_receipt(receipt, &checkpoint);
    let transaction = verification.verified.as_ref().and_then(|verified| verified.transaction);
    let names = names(genesis);
    let statement = match &receipt.statement {
        Statement::Transaction { transaction, .. } => {
            describe::action(transaction.body.signer, &transaction.body.action, &Facts::of_names(names))
        }
        Statement::Event { event, .. } => describe::event(&event.event, &names),
        Statement::Record { value: Some(_), .. } => "the record stands in the state".to_owned(),
        Statement::Record { value: None, .. } => "the record does not stand in the state".to_owned(),
    };
    Ok(Report { file, chain: checkpoint.chain, verification, statement, transaction })
}

/// The names that the genesis document gives; everything else goes by the beginning of its identifier.
fn names(genesis: &Genesis) -> Context {
    let handles = genesis.participants.iter().map(|founder| founder.enrolment.handle.clone());
    Context {
        currency: Some(genesis.currency.clone()),
        names: handles.map(|handle| (ParticipantId::of_genesis(handle.as_str()), handle)).collect(),
        ..Context::default()
    }
}

fn require(report: &Report) -> Result<(), CommandError> {
    match &report.verification.error {
        None => Ok(()),
        Some(error) => Err(CommandError::new(Kind::Unverified, format!("the receipt proves nothing: {error}"))),
    }
}

fn read_receipt(path: &Path) -> Result<Receipt, CommandError> {
    let length = fs::metadata(path).map_err(|error| io_error(path, &error))?.len();
    let not_a_receipt =
        |reason: String| CommandError::new(Kind::Unverified, format!("{} is not a receipt: {reason}", path.display()));
    if length > Receipt::BYTES_MAX as u64 {
        return Err(not_a_receipt(format!("it has {length} bytes, the limit is {}", Receipt::BYTES_MAX)));
    }
    let bytes = fs::read(path).map_err(|error| io_error(path, &error))?;
    Receipt::decode(&bytes).map_err(|error| not_a_receipt(error.to_string()))
}
