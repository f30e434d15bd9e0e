//! A made-up chain for the tests: blocks whose roots are right and whose content the rules never saw.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use yaosu_ledger::block::{self, Block, Header, PROTOCOL_VERSION};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::model::RulePack;
use yaosu_ledger::offer::Offer;
use yaosu_ledger::signature::{PublicKey, Signature, SigningKey};
use yaosu_ledger::state::{Bytes, ChangeSet, State, Subject, Table, Validators};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet};
use yaosu_ledger::{
    Amount, BasisPoints, BlockId, ChainId, Currency, Digest, Duration as Window, Height, ParticipantId, Text,
    Timestamp, execution,
};
use yaosu_store::{Decided, Disk, Options, Reader, RealDisk, Recovered, Store, StoreError};

/// Validators change after every height that this divides.
const VALIDATORS_CHANGE_EVERY: u64 = 4;

/// How the tests' blocks come, where it does not matter.
pub const OFFER: Offer = Offer::in_round(0);

pub fn genesis(name: &str) -> Genesis {
    Genesis {
        name: Text::new(name).unwrap(),
        currency: Currency::new("CNY").unwrap(),
        time: Timestamp(1),
        rule_pack: RulePack {
            number: 1,
            notice_window: Window(1),
            delivery_window: Window(1),
            acknowledgement_window: Window(1),
            settlement_window: Window(1),
            proposal_window: Window(1),
            enactment_delay: Window(1),
            fee: BasisPoints(1),
            fee_account: participant(0),
            key_window: Window(1),
            arbitration_window: Window(1),
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: Window(1),
            recall_window: Window(1),
            required_attestations: Vec::new(),
            freeze_max: yaosu_ledger::Duration::seconds(1_000),
            negotiation_window: Window::seconds(60),
        },
        participants: Vec::new(),
        validators: Vec::new(),
    }
}

pub fn participant(number: u8) -> ParticipantId {
    ParticipantId(Digest([number; 32]))
}

fn validators(number: u8) -> ValidatorSet {
    let key = SigningKey::from_seed([number; 32]).public();
    ValidatorSet::new(vec![Validator { operator: participant(number), key, power: 1 }]).unwrap()
}

/// The chain as it must be: every decided block, and the state after the last.
pub struct Chain {
    pub genesis: Genesis,
    pub id: ChainId,
    pub genesis_state: State,
    pub state: State,
    pub blocks: Vec<Decided>,
    next_validators: Digest,
    sequence: u64,
}

impl Chain {
    pub fn new(name: &str) -> Self {
        let genesis = genesis(name);
        let set = validators(0);
        let mut records: Vec<(Vec<u8>, Bytes)> =
            (0..50_u8).map(|key| (vec![key, 1], Arc::from(vec![key; usize::from(key)]))).collect();
        records.push((vec![200, 7], Arc::from(vec![9; 10_000])));
        records.push((Validators::key(&()), Arc::from(yaosu_ledger::codec::encode(&set))));
        let state = State::from_records(records);
        Self {
            id: genesis.chain(),
            genesis,
            genesis_state: state.clone(),
            state,
            blocks: Vec::new(),
            next_validators: set.hash(),
            sequence: 0,
        }
    }

    pub fn create(&self, folder: &Path) {
        let records = self.genesis_state.records().map(|(key, value)| (key.to_vec(), value.clone()));
        Store::create(folder, &self.genesis, records).unwrap();
    }

    pub fn height(&self) -> Height {
        Height(u64::try_from(self.blocks.len()).unwrap())
    }

    /// A block that could be next, and what it would do. `variant` makes others of the same height.
    pub fn draft(&self, transactions: usize, variant: u8) -> Decided {
        let height = self.height().next();
        let transactions: Vec<Envelope> = (0..transactions)
            .map(|index| self.transaction(u64::try_from(index).unwrap(), variant, if index == 3 { 250 } else { 1 }))
            .collect();
        let mut events = vec![event(Cause::Block, participant(1), participant(1), height.0, "by itself")];
        events.extend(transactions.iter().map(|one| {
            let to = participant(u8::try_from(one.body().sequence % 5).unwrap());
            event(Cause::Transaction(one.id()), participant(variant), to, one.body().sequence, "x")
        }));
        let changes = Self::changes(height, variant);
        let state = self.state.with(&changes);
        let next_validators = if height.0.is_multiple_of(VALIDATORS_CHANGE_EVERY) {
            validators(u8::try_from(height.0 % 200).unwrap()).hash()
        } else {
            self.next_validators
        };
        let parent = self.blocks.last().map_or(BlockId(Digest::ZERO), |decided| decided.block.id());
        let header = Header {
            version: PROTOCOL_VERSION,
            chain: self.id,
            height,
            parent,
            time: Timestamp(height.0 * 1000 + u64::from(variant)),
            proposer: participant(variant),
            transactions_root: block::transactions_root(&transactions),
            events_root: execution::events_root(&events),
            state_root: state.root(),
            next_validators,
        };
        let block = Block { header, transactions };
        let certificate = CommitCertificate {
            height,
            round: u32::from(variant),
            block: block.id(),
            signatures: (0..4)
                .map(|number| CommitSignature { operator: participant(number), signature: Signature([number; 64]) })
                .collect(),
        };
        Decided { block, certificate, events, changes }
    }

    /// Takes a draft for decided.
    pub fn push(&mut self, decided: Decided) {
        self.sequence += u64::try_from(decided.block.transactions.len()).unwrap();
        self.state = self.state.with(&decided.changes);
        self.next_validators = decided.block.header.next_validators;
        self.blocks.push(decided);
    }

    /// Transactions near the longest.
    pub fn large_transactions(&self, count: u64) -> Vec<Envelope> {
        (0..count).map(|index| self.transaction(index, 6, 330)).collect()
    }

    fn transaction(&self, index: u64, variant: u8, approvals: usize) -> Envelope {
        let body = Body {
            chain: self.id,
            signer: participant(variant),
            lane: 0,
            sequence: self.sequence + index,
            valid_until: None,
            action: Action::Pay {
                to: participant(1),
                amount: Amount(index + 1),
                memo: Text::new(format!("payment {index}")).unwrap(),
            },
        };
        let approval = Approval { key: PublicKey([variant; 32]), signature: Signature([5; 64]) };
        Envelope::new(Transaction { body, approvals: vec![approval; approvals] })
    }

    /// Puts, deletions, values that grow over the length of one part and shrink again.
    fn changes(height: Height, variant: u8) -> ChangeSet {
        let mut changes: ChangeSet = Vec::new();
        for key in 0..40_u8 {
            let key_bytes = vec![key, 1];
            let turn = height.0.wrapping_mul(31).wrapping_add(u64::from(key) * 7);
            if turn.is_multiple_of(5) {
                changes.push((key_bytes, None));
            } else if turn % 5 < 3 {
                let length = usize::try_from(turn % 200).unwrap();
                changes.push((key_bytes, Some(Arc::from(vec![u8::try_from(turn % 251).unwrap(); length]))));
            }
        }
        let long = usize::try_from(height.0 * 7919 % 40_000).unwrap();
        changes.push((vec![200, 7], Some(Arc::from(vec![variant; long]))));
        changes.push((vec![201, u8::try_from(height.0 % 250).unwrap()], Some(Arc::from(height.0.to_be_bytes()))));
        changes
    }

    /// Checks that a store opened again holds this chain, all of it and nothing else.
    pub fn assert_recovered(&self, recovered: &Recovered) {
        assert_eq!(recovered.genesis, self.genesis);
        let last = self.blocks.last().map(|decided| (decided.block.header.clone(), decided.certificate.clone()));
        assert_eq!(
            recovered.last.as_ref().map(|(header, _)| header.height),
            last.as_ref().map(|(header, _)| header.height)
        );
        assert_eq!(recovered.last, last);
        let state = State::from_records(recovered.records.iter().cloned());
        assert_eq!(state.len(), recovered.records.len(), "no key twice");
        assert_eq!(state.root(), self.state.root(), "the state is that of the last height");
    }

    /// Checks every answer of a reader against the chain.
    pub fn assert_readable(&self, reader: &Reader) {
        assert_eq!(reader.height(), self.height());
        assert_eq!(reader.block(Height(0)).unwrap(), None);
        assert_eq!(reader.block(self.height().next()).unwrap(), None);
        assert_eq!(reader.header(self.height().next()).unwrap(), None);
        assert_eq!(reader.events(self.height().next()).unwrap(), None);
        for decided in &self.blocks {
            let height = decided.block.header.height;
            assert_eq!(reader.block(height).unwrap().as_ref(), Some(&decided.block));
            let header = (decided.block.header.clone(), decided.certificate.clone());
            assert_eq!(reader.header(height).unwrap(), Some(header));
            assert_eq!(reader.events(height).unwrap().as_ref(), Some(&decided.events));
            for (index, transaction) in (0..).zip(&decided.block.transactions) {
                assert_eq!(reader.transaction(height, index).unwrap().as_ref(), Some(transaction));
                let id = transaction.id();
                assert_eq!(reader.find_transaction(id).unwrap(), Some((height, index)));
                assert_eq!(reader.find_transactions(&id.as_bytes()[..9], None, 2).unwrap(), [id]);
            }
            let count = decided.block.transactions.len();
            assert_eq!(reader.transaction_count(height).unwrap(), Some(count));
            let id = decided.block.id();
            assert_eq!(
                reader.find_blocks(&id.as_bytes()[..10], Some(id.as_bytes()[10] >> 4), 2).unwrap(),
                [(id, height)]
            );
            let count = u32::try_from(count).unwrap();
            assert_eq!(reader.transaction(height, count).unwrap(), None);
        }
        let unknown = self.draft(1, 77).block.transactions[0].id();
        assert_eq!(reader.find_transaction(unknown).unwrap(), None);
        for number in [0, 1, 2, 3, 99] {
            self.assert_history(reader, Subject::Participant(participant(number)));
        }
        let changes: Vec<Height> =
            (1..=self.height().0).filter(|height| height.is_multiple_of(VALIDATORS_CHANGE_EVERY)).map(Height).collect();
        assert_eq!(reader.validator_changes(Height(0), 1000).unwrap(), changes);
        if let Some(first) = changes.first() {
            assert_eq!(reader.validator_changes(first.next(), 1000).unwrap(), changes[1..]);
            assert_eq!(reader.validator_changes(*first, 1).unwrap(), [*first]);
        }
        let blocks = reader.blocks(Height(1), self.height().next(), usize::MAX).unwrap();
        assert_eq!(blocks.len(), self.blocks.len());
        for (encoded, decided) in blocks.iter().zip(&self.blocks) {
            assert_eq!(encoded.block, decided.block.encode(), "the canonical encoding");
            assert_eq!(encoded.certificate, decided.certificate);
        }
    }

    fn assert_history(&self, reader: &Reader, subject: Subject) {
        let mut expected: Vec<(Height, u32, EventRecord)> = Vec::new();
        for decided in self.blocks.iter().rev() {
            let events: Vec<_> = (0..).zip(&decided.events).collect();
            for (index, record) in events.into_iter().rev() {
                if record.event.subjects().contains(&subject) {
                    expected.push((decided.block.header.height, index, record.clone()));
                }
            }
        }
        // Pages of an odd length, so that they end within a height.
        let mut found = Vec::new();
        let mut before = None;
        loop {
            let page = reader.history(subject, before, 7).unwrap();
            let Some((height, index, _)) = page.last() else { break };
            before = Some((*height, *index));
            found.extend(page);
        }
        assert_eq!(found, expected, "{subject:?}");
    }
}

fn event(cause: Cause, from: ParticipantId, to: ParticipantId, amount: u64, memo: &str) -> EventRecord {
    let event = Event::Paid { from, to, amount: Amount(amount), memo: Text::new(memo).unwrap() };
    EventRecord { cause, event }
}

/// Copies a store's folder as it is.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What goes wrong, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Half of the bytes are written, then there is no space.
    ShortWrite,
    /// Nothing is written.
    NoSpace,
    /// Everything is written, but the disk does not say so.
    SyncFails,
}

/// A disk that fails, or makes the writer wait, when the test wants it.
#[derive(Default)]
pub struct TestDisk {
    plan: Mutex<Plan>,
    turned: Condvar,
}

#[derive(Default)]
struct Plan {
    /// Appends that go well before one with a fault.
    append: Option<(u64, Fault)>,
    /// Set when the bytes of the faulty append were written.
    sync_fails: bool,
    /// Changes of sled that go well before all others fail.
    changes: Option<u64>,
    /// Syncs of sled that go well before all others fail.
    database_syncs: Option<u64>,
    holds_changes: bool,
}

impl TestDisk {
    pub fn fail_append(&self, after: u64, fault: Fault) {
        self.plan.lock().unwrap().append = Some((after, fault));
    }

    pub fn fail_changes(&self, after: u64) {
        self.plan.lock().unwrap().changes = Some(after);
    }

    pub fn fail_database_syncs(&self, after: u64) {
        self.plan.lock().unwrap().database_syncs = Some(after);
    }

    /// From here on sled stays as it is.
    pub fn hold_changes(&self) {
        self.plan.lock().unwrap().holds_changes = true;
    }

    pub fn let_go(&self) {
        self.plan.lock().unwrap().holds_changes = false;
        self.turned.notify_all();
    }
}

fn count_down(left: &mut Option<u64>) -> io::Result<()> {
    match left {
        None => Ok(()),
        Some(0) => Err(io::Error::other("injected")),
        Some(left) => {
            *left -= 1;
            Ok(())
        }
    }
}

impl Disk for TestDisk {
    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let mut plan = self.plan.lock().unwrap();
        match &mut plan.append {
            None => {}
            Some((0, Fault::ShortWrite)) => {
                file.write_all(&bytes[..bytes.len() / 2])?;
                return Err(io::ErrorKind::StorageFull.into());
            }
            Some((0, Fault::NoSpace)) => return Err(io::ErrorKind::StorageFull.into()),
            Some((0, Fault::SyncFails)) => plan.sync_fails = true,
            Some((left, _)) => *left -= 1,
        }
        RealDisk.append(file, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        if self.plan.lock().unwrap().sync_fails {
            return Err(io::Error::other("injected"));
        }
        RealDisk.sync(file)
    }

    fn sync_database(&self, file: &File) -> io::Result<()> {
        count_down(&mut self.plan.lock().unwrap().database_syncs)?;
        RealDisk.sync_database(file)
    }

    fn before_change(&self) -> io::Result<()> {
        let mut plan = self.plan.lock().unwrap();
        while plan.holds_changes {
            plan = self.turned.wait(plan).unwrap();
        }
        count_down(&mut plan.changes)
    }
}

pub fn options(disk: &Arc<TestDisk>) -> Options {
    let disk: Arc<TestDisk> = Arc::clone(disk);
    Options { disk, ..Options::default() }
}

pub fn open(folder: &Path) -> (Store, Recovered) {
    Store::open(folder, Options::default()).unwrap()
}

/// The error of opening a store that must not open.
pub fn refusal(folder: &Path) -> StoreError {
    match Store::open(folder, Options::default()) {
        Ok(_) => panic!("{} was opened", folder.display()),
        Err(error) => error,
    }
}

/// Waits until something holds; fails after half a minute.
#[track_caller]
pub fn eventually(what: &str, holds: impl FnMut() -> bool) {
    assert!(comes_true(holds), "in vain: {what}");
}

/// Whether something holds within half a minute.
pub fn comes_true(mut holds: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if holds() {
            return true;
        }
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(2));
    }
}
