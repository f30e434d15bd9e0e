//! `yaosu-node verify`: reads the whole chain again, carries it out again, and names the first height that is wrong.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use yaosu_ledger::block::Block;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::execution::{self, Tip};
use yaosu_ledger::transaction;
use yaosu_ledger::{ChainId, Digest, Height};
use yaosu_store::{IndexCounts, Options, Reader, StoreError, Unrecovered};

use crate::config::{Home, Overrides, Settings};
use crate::error::NodeError;
use crate::output;

/// Check everything that a stopped node has on disk: hashes, links, certificates, signatures, every rule again, events,
/// indices, and the state. Exit code 6 at the first height that is wrong or can't be read, 9 if the store can't be opened
/// or its journal or state can't be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder. The node must not run.
    #[arg(long)]
    pub home: PathBuf,
    #[command(flatten)]
    pub overrides: Overrides,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct Report {
    chain: ChainId,
    height: Height,
    transactions: u64,
    events: u64,
    records: usize,
    state_root: Digest,
    seconds: f64,
}

/// Heights between two words about how far it is.
const PROGRESS_EVERY: u64 = 1_000;

/// Runs it.
///
/// # Errors
/// [`NodeError::Verification`] with the first bad height, [`NodeError::Store`].
pub fn run(arguments: &Arguments) -> Result<(), NodeError> {
    let started = Instant::now();
    let home = Home::new(&arguments.home);
    let config = Settings::read(Some(&home), &arguments.overrides, std::env::vars())?.config;
    let options = Options { cache_bytes: config.store.cache_megabytes.saturating_mul(1 << 20), ..Options::default() };
    // The blocks first, one after another: a damaged one must not hide behind whatever is read to start a node.
    let opened = Unrecovered::open(&home.data(), options).map_err(|error| NodeError::opening(home.path(), error))?;
    let reader = opened.reader();
    let mut walk =
        Walk { reader, tip: opened.genesis().tip()?, transactions: 0, events: 0, found: IndexCounts::default() };
    walk.go_on()?;
    let (store, recovered) = opened.recover().map_err(|error| NodeError::opening(home.path(), error))?;
    walk.go_on()?;
    let Walk { reader, tip, transactions, events, found } = walk;
    let last = tip.height;
    let stored = reader.index_counts()?;
    if stored != found {
        return Err(wrong(last, format!("the indices have {stored:?}, the blocks give {found:?}")));
    }
    // They come in the order of their keys, as the state gives them.
    let records = recovered.records.iter().map(|(key, value)| (key.as_slice(), value));
    if recovered.records.len() != tip.state.len() || !records.eq(tip.state.records()) {
        return Err(wrong(last, "the stored state is not what carrying out the blocks gives"));
    }
    store.close()?;
    let report = Report {
        chain: tip.chain,
        height: tip.height,
        transactions,
        events,
        records: tip.state.len(),
        state_root: tip.state.root(),
        seconds: started.elapsed().as_secs_f64(),
    };
    output::print(arguments.json, &report, |report| {
        format!(
            "good: chain {}\n{} blocks, {} transactions, {} events, {} records\nstate {}\n{:.1} s",
            report.chain,
            report.height,
            report.transactions,
            report.events,
            report.records,
            report.state_root,
            report.seconds
        )
    })
}

fn wrong(height: Height, message: impl Into<String>) -> NodeError {
    NodeError::Verification { height: height.0, message: message.into() }
}

/// The way through the chain.
struct Walk {
    reader: Reader,
    /// What the blocks up to here give.
    tip: Tip,
    transactions: u64,
    events: u64,
    /// How many entries the indices should have.
    found: IndexCounts,
}

impl Walk {
    /// Checks one height after another, up to the last that the store has.
    fn go_on(&mut self) -> Result<(), NodeError> {
        let last = self.reader.height();
        while self.tip.height < last {
            let height = self.tip.height.next();
            self.check(height).map_err(|wrong| wrong.at(height))?;
            if height.0.is_multiple_of(PROGRESS_EVERY) {
                output::say(&format!("height {height} of {last} is good"));
            }
        }
        Ok(())
    }

    /// Checks the height after the tip, which it becomes.
    fn check(&mut self, height: Height) -> Result<(), Wrong> {
        let block = self.reader.block(height)?.ok_or("the block is missing")?;
        let (header, certificate) = self.reader.header(height)?.ok_or("the header is missing")?;
        if header != block.header || certificate.height != height || certificate.block != block.id() {
            return Err("the certificate is for another block".into());
        }
        certificate
            .verify(&self.tip.chain, &self.tip.validators())
            .map_err(|error| format!("the certificate is not valid: {error}"))?;
        let signatures = transaction::check_signatures(&block.transactions);
        if let Some(index) = signatures.iter().position(|good| !good) {
            return Err(format!("transaction {index} has a signature that is not valid").into());
        }
        let executed = execution::check(&self.tip, &block).map_err(|error| error.to_string())?;
        if self.reader.events(height)?.as_ref() != Some(&executed.events) {
            return Err("the stored events are not what carrying out the block gives".into());
        }
        self.check_indices(&block, &executed.events)?;
        self.transactions = self.transactions.saturating_add(u64_of(block.transactions.len()));
        self.events = self.events.saturating_add(u64_of(executed.events.len()));
        self.tip = executed.tip();
        Ok(())
    }

    /// Whether everything that can be asked for by something else than its height is found.
    fn check_indices(&mut self, block: &Block, events: &[EventRecord]) -> Result<(), Wrong> {
        let height = block.header.height;
        for (index, envelope) in (0_u32..).zip(&block.transactions) {
            if self.reader.find_transaction(envelope.id())? != Some((height, index)) {
                return Err(format!("transaction {index} is not in the index of transactions").into());
            }
            self.found.transactions = self.found.transactions.saturating_add(1);
        }
        let id = block.id();
        if self.reader.find_blocks(id.as_bytes(), None, 1)? != [(id, height)] {
            return Err("the block is not in the index of blocks".into());
        }
        self.found.blocks = self.found.blocks.saturating_add(1);
        for (index, event) in (0_u32..).zip(events) {
            for subject in event.event.subjects().into_iter().collect::<BTreeSet<_>>() {
                let newest = self.reader.history(subject, Some((height, index.saturating_add(1))), 1)?;
                if newest.first().is_none_or(|(at, place, _)| (*at, *place) != (height, index)) {
                    return Err(format!("event {index} is not in the history of {subject:?}").into());
                }
                self.found.places = self.found.places.saturating_add(1);
            }
        }
        let changes = block.header.next_validators != self.tip.validators().hash();
        if self.reader.validator_changes(height, 1)?.contains(&height) != changes {
            return Err("the index of validator changes is not what the headers say".into());
        }
        self.found.validator_changes = self.found.validator_changes.saturating_add(u64::from(changes));
        Ok(())
    }
}

/// What is wrong with a height.
enum Wrong {
    /// It is not what it should be.
    Block(String),
    /// It can't be read.
    Store(StoreError),
}

impl Wrong {
    /// Damage to a block is the block's; what the disk or the system refuses is not.
    fn at(self, height: Height) -> NodeError {
        match self {
            Self::Block(message) => wrong(height, message),
            Self::Store(error @ StoreError::Damaged { .. }) => wrong(height, error.to_string()),
            Self::Store(error) => NodeError::Store(error),
        }
    }
}

impl From<StoreError> for Wrong {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self::Block(message)
    }
}

impl From<&str> for Wrong {
    fn from(message: &str) -> Self {
        Self::Block(message.into())
    }
}

fn u64_of(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
