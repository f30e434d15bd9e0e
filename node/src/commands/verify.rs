//! `yaosu-node verify`: reads the whole chain again, carries it out again, and names the first height that is wrong.

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use yaosu_ledger::execution::{self, Tip};
use yaosu_ledger::transaction;
use yaosu_ledger::{ChainId, Digest, Height};
use yaosu_store::{Options, Reader, Recovered, Store, StoreError};

use crate::config::{Config, Home};
use crate::error::NodeError;
use crate::output;

/// Check everything that a stopped node has on disk: hashes, links, certificates, signatures, every rule again, events,
/// indices, and the state. Exit code 6 at the first height that is wrong, 9 if the store can't be read.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The node's home folder. The node must not run.
    #[arg(long)]
    pub home: PathBuf,
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
    let config = Config::load(&home, std::env::vars())?;
    let options = Options { cache_bytes: config.store.cache_megabytes.saturating_mul(1 << 20), ..Options::default() };
    let (store, recovered) =
        Store::open(&home.data(), options).map_err(|error| NodeError::opening(home.path(), error))?;
    let reader = store.reader();
    let Recovered { genesis, last, records, .. } = recovered;
    let last = last.map_or(Height::GENESIS, |(header, _)| header.height);

    let mut tip = genesis.tip()?;
    let (mut transactions, mut events) = (0_u64, 0_u64);
    while tip.height < last {
        let (next, counted) = check_height(&reader, &tip)?;
        transactions = transactions.saturating_add(counted.0);
        events = events.saturating_add(counted.1);
        tip = next;
        if tip.height.0.is_multiple_of(PROGRESS_EVERY) {
            output::say(&format!("height {} of {last} is good", tip.height));
        }
    }
    let stored: Vec<_> = records.iter().map(|(key, value)| (key.as_slice(), value)).collect();
    let same = stored.len() == tip.state.len() && {
        let mut stored = stored;
        stored.sort_unstable_by_key(|(key, _)| *key);
        stored.into_iter().eq(tip.state.records())
    };
    if !same {
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

/// Checks the height after the tip; gives the tip after it, and how many transactions and events it has.
fn check_height(reader: &Reader, tip: &Tip) -> Result<(Tip, (u64, u64)), NodeError> {
    let height = tip.height.next();
    let damaged = |error: StoreError| wrong(height, error.to_string());
    let missing = |what: &str| wrong(height, format!("the {what} is missing"));
    let block = reader.block(height).map_err(damaged)?.ok_or_else(|| missing("block"))?;
    let (header, certificate) = reader.header(height).map_err(damaged)?.ok_or_else(|| missing("header"))?;
    if header != block.header || certificate.height != height || certificate.block != block.id() {
        return Err(wrong(height, "the certificate is for another block"));
    }
    certificate
        .verify(&tip.chain, &tip.validators())
        .map_err(|error| wrong(height, format!("the certificate is not valid: {error}")))?;
    let signatures = transaction::check_signatures(&block.transactions);
    if let Some(index) = signatures.iter().position(|good| !good) {
        return Err(wrong(height, format!("transaction {index} has a signature that is not valid")));
    }
    let executed = execution::check(tip, &block).map_err(|error| wrong(height, error.to_string()))?;
    if reader.events(height).map_err(damaged)?.as_ref() != Some(&executed.events) {
        return Err(wrong(height, "the stored events are not what carrying out the block gives"));
    }
    for (index, envelope) in (0_u32..).zip(&block.transactions) {
        if reader.find_transaction(envelope.id()).map_err(damaged)? != Some((height, index)) {
            return Err(wrong(height, format!("transaction {index} is not in the index of transactions")));
        }
    }
    let counted = (u64_of(block.transactions.len()), u64_of(executed.events.len()));
    Ok((executed.tip(), counted))
}

fn u64_of(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
