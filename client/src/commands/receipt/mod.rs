//! `yaosu receipt`

mod record;
mod record_words;
pub mod report;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::EventPosition;
use yaosu_api::words::Label;
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::{ChainId, Height};
use yaosu_sdk::evidence::{self, Evidence, EvidenceCode};

use crate::command_error::{CommandError, Kind};
use crate::home::{io_error, read_genesis, write_whole};
use crate::parse::Reference;
use crate::said::{Said, bytes, maybe, plain, said, told, yes};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, Session};
use record::Wanted;
use report::{Report, Trust};

/// What can be done with receipts.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Fetch the evidence of a transaction with all that came of it, or of an event, and check it
    Get {
        /// A transaction (its evidence code will do), or an event as HEIGHT.INDEX
        #[arg(value_name = "TRANSACTION or HEIGHT.INDEX", value_parser = subject)]
        of: ReceiptSubject,
        /// The file to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Fetch the evidence of a record as it stands now, or that there is no such record, and check it
    Record {
        #[command(flatten)]
        wanted: Wanted,
        /// The file to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Check evidence offline against what you trust
    Verify {
        /// The file of the evidence
        file: PathBuf,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Write what you trust as a file, for verifiers: who decides the chain from some height on
    Checkpoint {
        /// The file to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        /// From the block of this evidence on, which is checked first [default: from the first block on]
        #[arg(long, value_name = "EVIDENCE")]
        after: Option<PathBuf>,
        #[command(flatten)]
        trusted: Trusted,
    },
}

/// What a verifier trusts.
#[derive(Debug, Args)]
pub struct Trusted {
    /// The genesis document to trust [default: the profile's]
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// The checkpoint to trust
    #[arg(long, value_name = "FILE", conflicts_with = "genesis")]
    checkpoint: Option<PathBuf>,
}

impl Trusted {
    /// What is trusted: what is named, or the profile's genesis document.
    ///
    /// # Errors
    /// Nothing is named and there is no profile; a file that can't be read, or holds something else.
    pub fn open(&self, session: &Session) -> Result<Trust, CommandError> {
        let trust = match self.named()? {
            Some(trust) => trust,
            None => Trust::of_genesis(&session.genesis()?)?,
        };
        Ok(trust.told_in(session.language()))
    }

    /// The same; none if there is nothing to trust here.
    fn find(&self, session: &Session) -> Result<Option<Trust>, CommandError> {
        if let Some(trust) = self.named()? {
            return Ok(Some(trust.told_in(session.language())));
        }
        let genesis = match session.profile()? {
            Some(profile) => session.home.genesis(profile.chain)?,
            None => None,
        };
        let trust = genesis.map(|genesis| Trust::of_genesis(&genesis)).transpose()?;
        Ok(trust.map(|trust| trust.told_in(session.language())))
    }

    fn named(&self) -> Result<Option<Trust>, CommandError> {
        match (&self.genesis, &self.checkpoint) {
            (Some(path), _) => Trust::of_genesis(&read_genesis(path)?).map(Some),
            (None, Some(path)) => read_checkpoint(path).map(|checkpoint| Some(Trust::of_checkpoint(checkpoint))),
            (None, None) => Ok(None),
        }
    }
}

/// What a receipt is wanted for.
#[derive(Clone, Debug)]
pub enum ReceiptSubject {
    /// A transaction.
    Transaction(Reference),
    /// An event.
    Event(EventPosition),
}

fn subject(text: &str) -> Result<ReceiptSubject, Said> {
    if text.contains('.') {
        text.parse()
            .map(ReceiptSubject::Event)
            .map_err(|error: String| told!(error, "{text:?} 不是事件的位置：请写成 HEIGHT.INDEX"))
    } else {
        text.parse().map(ReceiptSubject::Transaction)
    }
}

/// Evidence that was fetched.
#[derive(Debug, Serialize)]
struct Fetched {
    file: PathBuf,
    bytes: usize,
    height: Height,
    /// Whether it was checked against something that is trusted here.
    verified: bool,
    /// What it proves, in words.
    statement: String,
    /// The evidence code, if it is evidence of a transaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_code: Option<String>,
}

impl Show for Fetched {
    fn show(&self, screen: &mut Screen) {
        let verified = if self.verified {
            yes(true)
        } else {
            said!("no: there is no genesis document here", "否：此处没有创世文档")
        };
        screen.fields(&[
            (Label::File, plain(self.file.display())),
            (Label::Size, bytes(self.bytes)),
            (Label::Block, plain(self.height)),
            (Label::Verified, verified),
            (Label::EvidenceCode, maybe(self.evidence_code.as_ref())),
        ]);
        for line in self.statement.lines() {
            screen.line(plain(line));
        }
    }
}

/// A checkpoint that was written.
#[derive(Debug, Serialize)]
struct Written {
    file: PathBuf,
    chain: ChainId,
    height: Height,
    validators: usize,
    /// The hash of the set, for comparing by word of mouth.
    validators_hash: yaosu_ledger::Digest,
}

impl Show for Written {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            (Label::File, plain(self.file.display())),
            (Label::Chain, plain(self.chain)),
            (Label::FromHeight, plain(self.height)),
            (Label::Validators, plain(self.validators)),
            (Label::TheirHash, plain(self.validators_hash)),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Get { of, output, trusted } => {
            must_be_new(&output)?;
            let trust = trusted.find(session)?;
            let client = session.client()?;
            let evidence = match of {
                ReceiptSubject::Transaction(id) => client.transaction_evidence(id.as_str()).await?,
                ReceiptSubject::Event(position) => client.event_evidence(position).await?,
            };
            keep(session, evidence, output, trust)
        }
        Verb::Record { wanted, output, trusted } => {
            must_be_new(&output)?;
            let trust = trusted.find(session)?;
            let key = wanted.key(session).await?;
            let evidence = session.client()?.record_evidence(&key).await?;
            keep(session, evidence, output, trust)
        }
        Verb::Verify { file, trusted } => {
            let trust = trusted.open(session)?;
            let bytes = read_limited(&file)?;
            let report = Report::of(file, &bytes, &trust);
            session.show(&report)?;
            report.require()
        }
        Verb::Checkpoint { output, after, trusted } => {
            must_be_new(&output)?;
            let mut checkpoint = trusted.open(session)?.checkpoint;
            if let Some(path) = after {
                let bytes = read_limited(&path)?;
                let report = Report::of(path, &bytes, &Trust::of_checkpoint(checkpoint.clone()));
                if report.require().is_err() {
                    say(&report);
                    return report.require();
                }
                let evidence = report.evidence.as_ref().expect("what holds was read");
                checkpoint = evidence.checkpoint(&checkpoint);
            }
            write_whole(&output, evidence::write_checkpoint(&checkpoint).as_bytes())?;
            let Checkpoint { chain, height, validators } = checkpoint;
            let (hash, count) = (validators.hash(), validators.validators().len());
            session.show(&Written { file: output, chain, height, validators: count, validators_hash: hash })
        }
    }
}

/// Keeps evidence that was fetched, if it holds or nothing is trusted here that it could be checked against.
fn keep(session: &Session, evidence: Evidence, file: PathBuf, trust: Option<Trust>) -> Result<(), CommandError> {
    let evidence = match &trust {
        Some(trust) => evidence.from_height(trust.checkpoint.height),
        None => evidence,
    };
    let text = evidence.to_text();
    if let Some(trust) = &trust {
        let report = Report::of(file.clone(), text.as_bytes(), trust);
        if report.require().is_err() {
            // Evidence that proves nothing is not kept; what is wrong with it is told.
            say(&report);
            return report.require();
        }
    }
    write_whole(&file, text.as_bytes())?;
    let language = session.language();
    let names = trust.as_ref().map_or_else(|| Context { language, ..Context::default() }, |trust| trust.names.clone());
    session.show(&Fetched {
        file,
        bytes: text.len(),
        height: evidence.height(),
        verified: trust.is_some(),
        statement: report::in_words(&evidence, &names),
        evidence_code: evidence.transaction().map(|id| EvidenceCode::of(id).to_string()),
    })
}

/// Says on standard error what the checks gave.
fn say(report: &Report) {
    let mut lines = Screen::default();
    report.show(&mut lines);
    screen::note(plain(lines.text().trim_end()));
}

/// Nothing is overwritten.
///
/// # Errors
/// The file is there.
pub fn must_be_new(file: &Path) -> Result<(), CommandError> {
    if file.exists() {
        return Err(CommandError::failed(said!("{} is already there", "{} 已存在", file.display()))
            .hint(said!("nothing is overwritten: name another file", "不覆盖任何文件：请另指定文件")));
    }
    Ok(())
}

/// A file within the limit of evidence.
///
/// # Errors
/// It can't be read, or is too long.
pub fn read_limited(path: &Path) -> Result<Vec<u8>, CommandError> {
    let length = fs::metadata(path).map_err(|error| io_error(path, &error))?.len();
    if length > evidence::BYTES_MAX as u64 {
        return Err(CommandError::new(
            Kind::Unverified,
            said!(
                "{} has {length} bytes, the limit is {}",
                "{} 有 {length} 字节，上限为 {}",
                path.display(),
                evidence::BYTES_MAX
            ),
        ));
    }
    fs::read(path).map_err(|error| io_error(path, &error))
}

fn read_checkpoint(path: &Path) -> Result<Checkpoint, CommandError> {
    let bytes = read_limited(path)?;
    evidence::read_checkpoint(&bytes).map_err(|error| {
        CommandError::failed(said!("{} is not a checkpoint: {error}", "{} 不是检查点：{error}", path.display()))
    })
}
