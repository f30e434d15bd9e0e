//! A small chain with two changes of its validators, as a source of evidence: signed like a real one, carried out by nobody.

use yaosu_ledger::block::{Header, PROTOCOL_VERSION};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::model::{Account, KeySet};
use yaosu_ledger::receipt::{Checkpoint, Finality, Handover, Receipt, Statement};
use yaosu_ledger::signature::{Context, PublicKey, Signature, SigningKey};
use yaosu_ledger::state::{Accounts, Certificates, Handles, Lanes, LiveLicences, State, Table, Validators};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet, VoteKind, VoteStatement};
use yaosu_ledger::{
    Amount, AssetId, BlockId, ChainId, Digest, Handle, Height, LicenceId, ParticipantId, Text, Timestamp, codec,
    merkle_list,
};
use yaosu_sdk::evidence::{EventProof, Evidence};

/// Numbers that are the same in every run: xorshift.
pub struct Numbers(u64);

impl Numbers {
    /// From a seed above 0.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// One below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("few")).expect("few")
    }
}

/// Heights at which the validators change: whoever decided the first of them decided up to it.
const CHANGES: [u64; 2] = [9, 300];

/// What validators who lie could sign: the block says it, and it still proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A header of a later version.
    Version,
    /// A transaction that was signed for another chain.
    ForeignTransaction,
    /// Approvals that do not ascend by key.
    ApprovalsOutOfOrder,
    /// An approval that is not its key's.
    BadApproval,
    /// No approval at all.
    NoApproval,
    /// The next validators do not ascend by operator.
    SetOutOfOrder,
    /// Two of the next validators have one key.
    SetWithOneKeyTwice,
    /// One of the next validators has no weight.
    SetWithoutWeight,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Version,
        Self::ForeignTransaction,
        Self::ApprovalsOutOfOrder,
        Self::BadApproval,
        Self::NoApproval,
        Self::SetOutOfOrder,
        Self::SetWithOneKeyTwice,
        Self::SetWithoutWeight,
    ];
}

/// A chain.
pub struct Market {
    fault: Option<Fault>,
    /// Its name makes its identifier.
    pub chain: ChainId,
    sets: Vec<(ValidatorSet, Vec<SigningKey>)>,
}

fn key(name: &str, number: usize) -> SigningKey {
    SigningKey::from_seed(*blake3::hash(format!("{name} {number}").as_bytes()).as_bytes())
}

fn operator(number: usize) -> ParticipantId {
    ParticipantId::of_genesis(&format!("operator-{number}"))
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("small")
}

impl Market {
    /// The chain of this name.
    pub fn new(name: &str) -> Self {
        // Four equal ones; five of unequal weight, two of them new; three equal ones, who must all sign.
        let powers: [&[(usize, u64)]; 3] = [
            &[(0, 1), (1, 1), (2, 1), (3, 1)],
            &[(1, 300), (2, 300), (3, 70_000), (4, 40_000), (5, 1)],
            &[(0, 1 << 32), (2, 1 << 32), (4, 1 << 32)],
        ];
        let sets = powers.iter().map(|powers| {
            let validators = powers.iter().map(|(number, power)| Validator {
                operator: operator(*number),
                key: key("validator", *number).public(),
                power: *power,
            });
            let set = ValidatorSet::new(validators.collect()).expect("a set");
            let keys = set.validators().iter().map(|validator| {
                let number = (0..6).find(|number| operator(*number) == validator.operator).expect("one of them");
                key("validator", number)
            });
            let keys = keys.collect();
            (set, keys)
        });
        Self { fault: None, chain: ChainId(Digest(*blake3::hash(name.as_bytes()).as_bytes())), sets: sets.collect() }
    }

    /// Who decides from the first height on.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { chain: self.chain, height: Height(1), validators: self.sets[0].0.clone() }
    }

    /// Who decides after all changes.
    pub fn last_checkpoint(&self) -> Checkpoint {
        Checkpoint { chain: self.chain, height: Height(CHANGES[1] + 1), validators: self.sets[2].0.clone() }
    }

    /// The same chain with validators who lie.
    fn at_fault(name: &str, fault: Fault) -> Self {
        let mut market = Self::new(name);
        market.fault = Some(fault);
        let (set, keys) = &mut market.sets[1];
        let mut validators = set.validators().to_vec();
        match fault {
            Fault::SetOutOfOrder => {
                validators.reverse();
                keys.reverse();
            }
            Fault::SetWithOneKeyTwice => {
                validators[1].key = validators[0].key;
                keys[1] = keys[0].clone();
            }
            Fault::SetWithoutWeight => validators[0].power = 0,
            _ => {}
        }
        // A set that is made is sorted and checked; one that was decoded is as it stands.
        *set = codec::decode_own(&codec::encode(&validators)).expect("the form of a set");
        market
    }

    /// Evidence that shows a fault.
    pub fn faulty(name: &str, fault: Fault, numbers: &mut Numbers) -> Evidence {
        let market = Self::at_fault(name, fault);
        loop {
            let evidence = market.evidence(numbers);
            let shows = match fault {
                Fault::Version => true,
                Fault::SetOutOfOrder | Fault::SetWithOneKeyTwice | Fault::SetWithoutWeight => {
                    !evidence.handovers.is_empty()
                }
                _ => evidence.transaction().is_some(),
            };
            if shows {
                return evidence;
            }
        }
    }

    /// Whether these operators are a quorum of the set that decides after so many handovers.
    pub fn is_quorum(&self, handovers: usize, operators: &[String]) -> bool {
        let set = &self.sets[handovers].0;
        let signed = set.validators().iter().filter(|one| operators.contains(&one.operator.to_string()));
        set.is_quorum(signed.map(|one| one.power).sum())
    }

    /// Evidence of something in a block of its own.
    pub fn evidence(&self, numbers: &mut Numbers) -> Evidence {
        let height = match numbers.below(3) {
            0 => 1 + numbers.below(9),
            1 => 10 + numbers.below(291),
            _ => 301 + numbers.below(99_000),
        };
        let height = Height(u64::try_from(height).expect("small"));
        match numbers.below(3) {
            0 => self.transaction(height, numbers),
            1 => self.event(height, numbers),
            _ => self.record(height, numbers),
        }
    }

    fn transaction(&self, height: Height, numbers: &mut Numbers) -> Evidence {
        let transactions = self.transactions(1 + numbers.below(20), numbers);
        let chosen = numbers.below(transactions.len());
        let (events, first, count) = events(&transactions, chosen, numbers);
        let leaves: Vec<Digest> = transactions.iter().map(Envelope::leaf).collect();
        let event_leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
        let roots = (merkle_list::root(&leaves), merkle_list::root(&event_leaves), Digest::ZERO);
        let finality = self.finality(height, roots, numbers);
        let path = merkle_list::prove(&leaves, small(chosen)).expect("one of the leaves");
        let statement =
            Statement::Transaction { transaction: Box::new(transactions[chosen].transaction().clone()), path };
        let shown = first.saturating_sub(1)..(first + count + 1).min(events.len());
        let shown = shown.map(|place| EventProof::new(&events[place], event_path(&events, place))).collect();
        Evidence::of_transaction(self.receipt(statement, finality), shown).expect("they belong together")
    }

    fn event(&self, height: Height, numbers: &mut Numbers) -> Evidence {
        let transactions = self.transactions(1 + numbers.below(5), numbers);
        let (events, ..) = events(&transactions, 0, numbers);
        let leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
        let finality = self.finality(height, (Digest::ZERO, merkle_list::root(&leaves), Digest::ZERO), numbers);
        let statement = event_statement(&events, numbers.below(events.len()));
        Evidence::of_receipt(self.receipt(statement, finality)).expect("it is of an event")
    }

    fn record(&self, height: Height, numbers: &mut Numbers) -> Evidence {
        let count = [0, 1, 2, 3, 40][numbers.below(5)];
        let mut records = vec![(Validators::key(&()), codec::encode(&self.sets[0].0))];
        for number in 0..count {
            let trader = ParticipantId::of_genesis(&format!("trader-{number}"));
            let money = Account { available: Amount(numbers.next()), held: Amount(u64::from(small(number))) };
            records.push((Accounts::key(&trader), codec::encode(&money)));
            records.push((Lanes::key(&(trader, small(number))), codec::encode(&(numbers.next() >> numbers.below(64)))));
            let handle = Handle::new(format!("trader-{number}")).expect("a handle");
            records.push((Handles::key(&handle), codec::encode(&trader)));
            let (asset, licence) = (AssetId(Digest([7; 32])), LicenceId(trader.0));
            records.push((LiveLicences::key(&(asset, 1, licence)), Vec::new()));
        }
        // Without the validators and with nothing else, the tree is empty.
        if count == 0 && numbers.below(2) == 0 {
            records.clear();
        }
        let state = State::from_records(records.iter().map(|(key, value)| (key.clone(), value.as_slice().into())));
        let finality = self.finality(height, (Digest::ZERO, Digest::ZERO, state.root()), numbers);
        let (key, value) = if records.is_empty() || numbers.below(2) == 0 {
            let absent = Text::new(format!("number {}", numbers.below(1000))).expect("a text");
            (Certificates::key(&absent), None)
        } else {
            let (key, value) = &records[numbers.below(records.len())];
            (key.clone(), Some(value.clone()))
        };
        let path = state.prove(&key);
        Evidence::of_receipt(self.receipt(Statement::Record { key, value, path }, finality)).expect("of a record")
    }

    /// Evidence of one of these records.
    pub fn evidence_of(&self, records: &[(Vec<u8>, Vec<u8>)], key: &[u8]) -> Evidence {
        let state = State::from_records(records.iter().map(|(key, value)| (key.clone(), value.as_slice().into())));
        let roots = (Digest::ZERO, Digest::ZERO, state.root());
        let finality = self.finality(Height(400), roots, &mut Numbers::new(3));
        let value = records.iter().find(|(found, _)| found == key).map(|(_, value)| value.clone());
        let statement = Statement::Record { key: key.to_vec(), value, path: state.prove(key) };
        Evidence::of_receipt(self.receipt(statement, finality)).expect("of a record")
    }

    /// Evidence of a transaction of which one thing came.
    pub fn evidence_of_cause(&self, event: Event) -> Evidence {
        let transactions = self.transactions(1, &mut Numbers::new(5));
        let event = EventRecord { cause: Cause::Transaction(transactions[0].id()), event };
        let leaves = [transactions[0].leaf()];
        let roots = (merkle_list::root(&leaves), merkle_list::root(&[event.leaf()]), Digest::ZERO);
        let finality = self.finality(Height(350), roots, &mut Numbers::new(5));
        let path = merkle_list::prove(&leaves, 0).expect("one of the leaves");
        let transaction = Box::new(transactions[0].transaction().clone());
        let receipt = self.receipt(Statement::Transaction { transaction, path }, finality);
        let shown = vec![EventProof::new(&event, event_path(core::slice::from_ref(&event), 0))];
        Evidence::of_transaction(receipt, shown).expect("they belong together")
    }

    fn transactions(&self, count: usize, numbers: &mut Numbers) -> Vec<Envelope> {
        let memos = ["", "for the map", "气象数据", "a\"quote\" and a \\ and 😀"];
        (0..count)
            .map(|place| {
                let to = ParticipantId::of_genesis("bob");
                let memo = Text::new(memos[numbers.below(memos.len())]).expect("short");
                let keys = [key("trader", place), key("co-signer", place)];
                let action = match numbers.below(3) {
                    0 => Action::RotateKeys {
                        keys: KeySet { keys: vec![keys[0].public()], threshold: 1 },
                        delivery_key: None,
                    },
                    1 => Action::Object {
                        asset: AssetId(Digest([3; 32])),
                        statement: Text::new("它是我的").expect("short"),
                        evidence: Some(Digest([4; 32])),
                    },
                    _ => Action::Pay { to, amount: Amount(numbers.next() >> numbers.below(64)), memo },
                };
                let valid_until = (numbers.below(2) == 0).then(|| Timestamp(numbers.next() >> numbers.below(40)));
                let sequence = numbers.next() >> numbers.below(64);
                let lane = u32::try_from(numbers.below(70_000)).expect("small");
                let signer = ParticipantId::of_genesis(&format!("trader-{place}"));
                let foreign = self.fault == Some(Fault::ForeignTransaction);
                let chain = if foreign { ChainId(Digest([9; 32])) } else { self.chain };
                let body = Body { chain, signer, lane, sequence, valid_until, action };
                let signers: &[&SigningKey] = if numbers.below(2) == 0 { &[&keys[0]] } else { &[&keys[0], &keys[1]] };
                let mut transaction = body.sign(signers);
                if numbers.below(3) == 0 {
                    strange_approval(&mut transaction, numbers);
                }
                match self.fault {
                    Some(Fault::NoApproval) => transaction.approvals.clear(),
                    Some(Fault::BadApproval) => transaction.approvals[0].signature.0[32] ^= 1,
                    Some(Fault::ApprovalsOutOfOrder) => {
                        strange_approval(&mut transaction, numbers);
                        transaction.approvals.reverse();
                    }
                    _ => {}
                }
                Envelope::new(transaction)
            })
            .collect()
    }

    fn finality(&self, height: Height, roots: (Digest, Digest, Digest), numbers: &mut Numbers) -> Finality {
        let deciding = CHANGES.iter().filter(|change| height.0 > **change).count();
        let next = if CHANGES.contains(&height.0) { deciding + 1 } else { deciding };
        let header = Header {
            version: if self.fault == Some(Fault::Version) { PROTOCOL_VERSION + 1 } else { PROTOCOL_VERSION },
            chain: self.chain,
            height,
            parent: BlockId(Digest([8; 32])),
            time: Timestamp([7, 1_795_000_000_123, 253_402_300_799_999][numbers.below(3)] + height.0 % 2),
            proposer: self.sets[deciding].0.validators()[0].operator,
            transactions_root: roots.0,
            events_root: roots.1,
            state_root: roots.2,
            next_validators: self.sets[next].0.hash(),
        };
        self.decide(header, deciding, numbers)
    }

    /// A quorum's signatures, mostly not all.
    fn decide(&self, header: Header, deciding: usize, numbers: &mut Numbers) -> Finality {
        let (set, keys) = &self.sets[deciding];
        let round = [0, 1, 250, 251, 70_000][numbers.below(5)];
        let (height, block) = (header.height, header.id());
        let vote = VoteStatement { kind: VoteKind::Precommit, height, round, block: Some(block) };
        let sign = |(validator, key): (&Validator, &SigningKey)| CommitSignature {
            operator: validator.operator,
            signature: key.sign(Context::Vote, &self.chain, &codec::encode(&vote)),
        };
        let mut signatures: Vec<CommitSignature> = set.validators().iter().zip(keys).map(sign).collect();
        let absent = numbers.below(signatures.len() + 1);
        if absent < signatures.len() {
            let left: u64 = set
                .validators()
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != absent)
                .map(|(_, one)| one.power)
                .sum();
            if set.is_quorum(left) {
                signatures.remove(absent);
            }
        }
        Finality { header, certificate: CommitCertificate { height, round, block, signatures } }
    }

    fn receipt(&self, statement: Statement, finality: Finality) -> Receipt {
        // The same for all evidence, as on a real chain.
        let mut numbers = Numbers::new(1);
        let before = CHANGES.iter().enumerate().filter(|(_, change)| finality.header.height.0 > **change);
        let handovers = before.map(|(place, change)| Handover {
            finality: self.finality(Height(*change), (Digest::ZERO, Digest::ZERO, Digest::ZERO), &mut numbers),
            next: self.sets[place + 1].0.clone(),
        });
        let handovers = handovers.collect();
        Receipt { statement, finality, handovers }
    }
}

/// Points of small order in encodings that only ZIP-215 takes, beside canonical ones. Each is a key under which a signature
/// of such a point and 0 is good for every message.
const STRANGE_KEYS: [&str; 6] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Adds an approval that verifiers by other rules than the ledger's would refuse. No such key can be enrolled; that is not
/// what evidence is about.
fn strange_approval(transaction: &mut Transaction, numbers: &mut Numbers) {
    let encoding: PublicKey = STRANGE_KEYS[numbers.below(STRANGE_KEYS.len())].parse().expect("a key");
    let point: PublicKey = STRANGE_KEYS[numbers.below(STRANGE_KEYS.len())].parse().expect("a key");
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&point.0);
    transaction.approvals.push(Approval { key: encoding, signature: Signature(signature) });
    transaction.approvals.sort_unstable_by_key(|approval| approval.key);
}

/// Events of a block: some of its own accord, then each transaction's. With them where those of the chosen one begin, and
/// how many they are.
fn events(transactions: &[Envelope], chosen: usize, numbers: &mut Numbers) -> (Vec<EventRecord>, usize, usize) {
    let mut all = Vec::new();
    let mut place = (0, 0);
    for _ in 0..numbers.below(3) {
        let missed = small(all.len());
        let event = Event::TurnMissed { operator: operator(1), missed, passed_over_until: Height(70_000) };
        all.push(EventRecord { cause: Cause::Block, event });
    }
    for (number, transaction) in transactions.iter().enumerate() {
        let count = 1 + numbers.below(3);
        if number == chosen {
            place = (all.len(), count);
        }
        for part in 0..count {
            let (from, to) = (operator(0), operator(1));
            let amount = Amount(u64::try_from(part).expect("small") << 52);
            let event = Event::Paid { from, to, amount, memo: Text::new("数").expect("short") };
            all.push(EventRecord { cause: Cause::Transaction(transaction.id()), event });
        }
    }
    (all, place.0, place.1)
}

fn event_path(events: &[EventRecord], place: usize) -> ListProof {
    let leaves: Vec<Digest> = events.iter().map(EventRecord::leaf).collect();
    merkle_list::prove(&leaves, small(place)).expect("one of the leaves")
}

fn event_statement(events: &[EventRecord], place: usize) -> Statement {
    Statement::Event { event: Box::new(events[place].clone()), path: event_path(events, place) }
}
