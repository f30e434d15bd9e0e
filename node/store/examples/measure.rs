//! Measures what a transaction costs the store: disk, memory and processor time.
//!
//! Small payments in blocks, each with one event about two participants and two random updates of accounts. Arguments:
//! transactions (100 000), transactions in a block (500), accounts (100 000).

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use yaosu_ledger::block::{self, Block, Header, PROTOCOL_VERSION};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::model::RulePack;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::signature::{PublicKey, Signature};
use yaosu_ledger::state::{Bytes, ChangeSet};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature};
use yaosu_ledger::{
    Amount, BasisPoints, BlockId, Currency, Digest, Duration as Window, Height, ParticipantId, Text, Timestamp,
    execution,
};
use yaosu_store::{Decided, Options, Store};

fn participant(number: u64) -> ParticipantId {
    ParticipantId(hash::digest(Domain::ParticipantId, &number.to_le_bytes()))
}

fn genesis() -> Result<Genesis, Box<dyn Error>> {
    let window = Window(1);
    Ok(Genesis {
        name: Text::new("measure")?,
        currency: Currency::new("CNY")?,
        time: Timestamp(1),
        rule_pack: RulePack {
            number: 1,
            notice_window: window,
            delivery_window: window,
            acknowledgement_window: window,
            settlement_window: window,
            proposal_window: window,
            enactment_delay: window,
            fee: BasisPoints(1),
            fee_account: participant(0),
            key_window: window,
            arbitration_window: window,
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: window,
            recall_window: window,
            required_attestations: Vec::new(),
            freeze_max: yaosu_ledger::Duration::seconds(1_000),
            negotiation_window: Window::seconds(60),
        },
        participants: Vec::new(),
        validators: Vec::new(),
    })
}

/// A plain generator: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn account(number: u64, balance: u64) -> (Vec<u8>, Option<Bytes>) {
    let mut key = vec![5];
    key.extend_from_slice(participant(number).as_bytes());
    (key, Some(Arc::from(balance.to_le_bytes().repeat(2))))
}

fn block(genesis: &Genesis, height: u64, transactions: u64, accounts: u64, random: &mut Random) -> Decided {
    let mut envelopes = Vec::new();
    let mut events = Vec::new();
    let mut changes: ChangeSet = Vec::new();
    let chain = genesis.chain();
    for index in 0..transactions {
        let (from, to) = (random.below(accounts), random.below(accounts));
        let body = Body {
            chain,
            signer: participant(from),
            lane: 0,
            sequence: height * transactions + index,
            valid_until: None,
            action: Action::Pay { to: participant(to), amount: Amount(index), memo: Text::default() },
        };
        let approvals = vec![Approval { key: PublicKey([1; 32]), signature: Signature([2; 64]) }];
        let envelope = Envelope::new(Transaction { body, approvals });
        events.push(EventRecord {
            cause: Cause::Transaction(envelope.id()),
            event: Event::Paid {
                from: participant(from),
                to: participant(to),
                amount: Amount(index),
                memo: Text::default(),
            },
        });
        envelopes.push(envelope);
        changes.push(account(from, height));
        changes.push(account(to, height + 1));
    }
    changes.sort();
    changes.dedup_by(|left, right| left.0 == right.0);
    let header = Header {
        version: PROTOCOL_VERSION,
        chain,
        height: Height(height),
        parent: BlockId(Digest::ZERO),
        time: Timestamp(height),
        proposer: participant(0),
        transactions_root: block::transactions_root(&envelopes),
        events_root: execution::events_root(&events),
        state_root: Digest::ZERO,
        next_validators: Digest::ZERO,
    };
    let block = Block { header, transactions: envelopes };
    let signatures =
        (0..3).map(|number| CommitSignature { operator: participant(number), signature: Signature([3; 64]) });
    let certificate =
        CommitCertificate { height: Height(height), round: 0, block: block.id(), signatures: signatures.collect() };
    Decided { block, certificate, events, changes }
}

fn bytes_below(path: &Path) -> Result<u64, Box<dyn Error>> {
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { bytes_below(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// Memory in KiB, as the operating system counts it.
fn memory() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Processor time in ticks of 10 ms, all threads.
fn processor() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = status.rsplit(')').next().ok_or("no stat")?.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let transactions = arguments.next().unwrap_or(Ok(100_000))?;
    let per_block = arguments.next().unwrap_or(Ok(500))?;
    let accounts = arguments.next().unwrap_or(Ok(100_000))?;
    let mut out = std::io::stdout().lock();
    let home = tempfile::tempdir()?;
    let genesis = genesis()?;
    let records = (0..accounts).map(|number| account(number, 0));
    let records: Vec<(Vec<u8>, Bytes)> = records.filter_map(|(key, value)| Some((key, value?))).collect();
    Store::create(home.path(), &genesis, records)?;
    let (store, recovered) = Store::open(home.path(), Options::default())?;
    drop(recovered);
    let reader = store.reader();
    let (disk_before, memory_before, ticks_before) = (bytes_below(home.path())?, memory()?, processor()?);
    let mut random = Random(1);
    let (mut busy, mut longest) = (Duration::ZERO, Duration::ZERO);
    let (mut ticks_building, mut wire_bytes) = (0, 0);
    for height in 1..=transactions / per_block {
        let building_began = processor()?;
        let decided = block(&genesis, height, per_block, accounts, &mut random);
        wire_bytes += decided.block.encode().len();
        ticks_building += processor()? - building_began;
        let began = Instant::now();
        store.propose(&decided.block, &Offer::in_round(0))?;
        store.decide(decided)?;
        busy += began.elapsed();
        longest = longest.max(began.elapsed());
    }
    let began = Instant::now();
    store.close()?;
    let closing = began.elapsed();
    let ticks = processor()?.saturating_sub(ticks_before + ticks_building);
    let disk = bytes_below(home.path())?.saturating_sub(disk_before) / transactions;
    writeln!(out, "{transactions} transactions, {per_block} a block, {wire_bytes} bytes of blocks")?;
    writeln!(out, "appending {busy:?}, longest block {longest:?}, closing {closing:?}")?;
    writeln!(out, "processor {} us a transaction, blocks not counted", ticks * 10_000 / transactions)?;
    writeln!(out, "disk {disk} bytes a transaction")?;
    writeln!(out, "memory {} KiB, before {memory_before} KiB", memory()?)?;
    writeln!(out, "{:?}", reader.statistics()?)?;
    drop(reader);
    let began = Instant::now();
    let (_store, recovered) = Store::open(home.path(), Options::default())?;
    writeln!(out, "opened in {:?} with {} records, {} KiB", began.elapsed(), recovered.records.len(), memory()?)?;
    writeln!(out, "{} bytes in files of their own", bytes_below(&home.path().join("sled/blobs"))?)?;
    Ok(())
}
