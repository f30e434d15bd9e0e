//! A network of four operators and two traders, and what a node says, as values that can be compared.

use yaosu_ledger::block::Block;
use yaosu_ledger::execution::{Execution, Tip};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::{Enrolment, KeySet, Role, Roles, RulePack};
use yaosu_ledger::offer::Offer;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::transaction::{Action, Approval, Authentic, Body, Envelope, Transaction, authenticate};
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{
    Amount, BasisPoints, BlockId, ChainId, Currency, Digest, Duration, Handle, Height, ParticipantId, Text, Timestamp,
};
use yaosu_replica::{Effect, Input, Limits, Origin, Recovered, Replica};

/// Operators, each with a validator.
pub const OPERATORS: [&str; 4] = ["north", "east", "south", "west"];
/// A trader with [`BALANCE`].
pub const ALICE: &str = "alice";
/// Another.
pub const BOB: &str = "bob";
/// What a trader begins with.
pub const BALANCE: u64 = 1_000;
/// The time of genesis, and when the tests begin.
pub const START_MS: u64 = 1_000_000;

/// The identifier of someone.
pub fn id_of(name: &str) -> ParticipantId {
    ParticipantId::of_genesis(name)
}

/// The key of someone.
pub fn key_of(name: &str) -> SigningKey {
    SigningKey::from_seed(yaosu_ledger::hash::digest(yaosu_ledger::hash::Domain::ChainId, name.as_bytes()).0)
}

fn founder(name: &str, role: Role, balance: u64) -> Founder {
    Founder {
        enrolment: Enrolment {
            handle: Handle::new(name).expect("the tests' names are handles"),
            legal_name: Text::new(name).expect("short"),
            legal_id: Text::new(name).expect("short"),
            keys: KeySet { keys: vec![key_of(name).public()], threshold: 1 },
            delivery_key: None,
            related: Vec::new(),
        },
        roles: Roles::NONE.with(role),
        balance: Amount(balance),
    }
}

/// The founding document.
pub fn genesis() -> Genesis {
    let operators = OPERATORS.iter().map(|name| founder(name, Role::Operator, 0));
    let traders = [ALICE, BOB].into_iter().map(|name| founder(name, Role::Trader, BALANCE));
    Genesis {
        name: Text::new("four").expect("short"),
        currency: Currency::new("CNY").expect("three letters"),
        time: Timestamp(START_MS),
        rule_pack: RulePack {
            number: 1,
            notice_window: Duration::seconds(1),
            delivery_window: Duration::seconds(1),
            acknowledgement_window: Duration::seconds(1),
            settlement_window: Duration::seconds(1),
            proposal_window: Duration::seconds(1),
            enactment_delay: Duration::seconds(1),
            fee: BasisPoints(0),
            fee_account: id_of("north"),
            key_window: Duration::seconds(1),
            arbitration_window: Duration::seconds(1),
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: Duration::seconds(700),
            recall_window: Duration::seconds(800),
            required_attestations: Vec::new(),
            freeze_max: yaosu_ledger::Duration::seconds(1_000),
            negotiation_window: Duration::seconds(60),
        },
        participants: operators.chain(traders).collect(),
        validators: OPERATORS
            .iter()
            .map(|name| FoundingValidator {
                operator: Handle::new(*name).expect("a handle"),
                key: key_of(&format!("validator {name}")).public(),
                power: 1,
                network_key: key_of(&format!("machine {name}")).public(),
            })
            .collect(),
    }
}

/// The end of the chain before the first block.
pub fn start() -> Tip {
    genesis().tip().expect("the document founds a chain")
}

/// The chain.
pub fn chain() -> ChainId {
    genesis().chain()
}

/// A transaction of someone.
pub fn signed(signer: &str, (lane, sequence): (u32, u64), valid_until: Option<u64>, action: Action) -> Envelope {
    let body =
        Body { chain: chain(), signer: id_of(signer), lane, sequence, valid_until: valid_until.map(Timestamp), action };
    Envelope::new(body.sign(&[&key_of(signer)]))
}

/// A payment from Alice to Bob or from anyone else to Alice.
pub fn pay(signer: &str, place: (u32, u64), amount: u64) -> Envelope {
    signed(signer, place, None, payment(signer, amount))
}

/// The same, void from this time on.
pub fn pay_until(signer: &str, place: (u32, u64), amount: u64, valid_until: u64) -> Envelope {
    signed(signer, place, Some(valid_until), payment(signer, amount))
}

fn payment(signer: &str, amount: u64) -> Action {
    let to = if signer == ALICE { BOB } else { ALICE };
    Action::Pay { to: id_of(to), amount: Amount(amount), memo: Text::new("").expect("short") }
}

/// The same transaction with a signature that is not its own.
pub fn forged(envelope: &Envelope) -> Envelope {
    let mut transaction = envelope.transaction().clone();
    transaction.approvals[0].signature.0[0] ^= 1;
    Envelope::new(transaction)
}

/// The same transaction under these approvals, each a good signature over it.
pub fn approved_by(envelope: &Envelope, approvals: Vec<Approval>) -> Envelope {
    Envelope::new(Transaction { approvals, ..envelope.transaction().clone() })
}

/// Someone's approval of a transaction.
pub fn approval_of(name: &str, envelope: &Envelope) -> Approval {
    Approval::sign(&key_of(name), &chain(), envelope.id())
}

/// What was found out about a transaction's signatures.
pub fn authentic(envelope: &Envelope) -> Authentic {
    let mut verdicts = authenticate(vec![envelope.clone()]);
    verdicts.pop().expect("one answer for one").expect("the tests sign well")
}

/// A block on a tip, as an honest operator makes it.
pub fn block_on(tip: &Tip, proposer: &str, time_ms: u64, transactions: &[Envelope]) -> Block {
    let mut execution = Execution::begin(tip, Timestamp(time_ms), id_of(proposer));
    for envelope in transactions {
        execution.include(envelope).expect("the tests' blocks hold what may happen");
    }
    execution.finish().block
}

/// That a block is decided. Signatures are the engine's to check.
pub fn certificate(block: &Block) -> CommitCertificate {
    CommitCertificate { height: block.header.height, round: 0, block: block.id(), signatures: Vec::new() }
}

/// That a block is proposed by its maker.
pub fn proposal(block: &Block, now_ms: u64) -> Input {
    let proposer = block.header.proposer;
    Input::BlockProposed { block: block.clone(), offer: Offer::in_round(0), proposer, now_ms }
}

/// What a node says, short enough to be compared in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    PersistProposed(BlockId),
    PersistDecided(BlockId),
    Offer(BlockId),
    Valid(BlockId),
    /// With the reason in words.
    Invalid(BlockId, String),
    Acknowledge(u64),
    Taken,
    /// With the name of the rule, or what else is wrong.
    Refused(String),
    Gossip,
    Dropped(Envelope, String),
}

/// The name of the rule, or the words of another refusal.
pub fn name_of(refusal: &yaosu_replica::Refusal) -> String {
    match refusal {
        yaosu_replica::Refusal::Rejected(rejection) => rejection.name().to_owned(),
        other => other.to_string(),
    }
}

/// A replica with a clock, and everything it was ever sent.
pub struct Node {
    pub replica: Replica,
    pub now_ms: u64,
    pub sent: Vec<Envelope>,
}

impl Node {
    /// A fresh validator of this operator.
    pub fn new(operator: &str) -> Self {
        Self::with(operator, Limits::default())
    }

    /// With other limits.
    pub fn with(operator: &str, limits: Limits) -> Self {
        let recovered = Recovered { tip: start(), proposed: Vec::new() };
        let replica = Replica::recover(recovered, Some(id_of(operator)), limits).expect("nothing was proposed");
        Self { replica, now_ms: START_MS + 1, sent: Vec::new() }
    }

    /// One input; all that comes of it.
    pub fn step(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.replica.step(input, &mut effects);
        effects
    }

    fn say(&mut self, input: Input) -> Vec<Said> {
        let effects = self.step(input);
        effects.iter().map(|effect| self.said(effect)).collect()
    }

    fn said(&self, effect: &Effect) -> Said {
        match effect {
            Effect::PersistProposed(block, _) => Said::PersistProposed(block.id()),
            Effect::PersistDecided(decision) => Said::PersistDecided(decision.block.id()),
            Effect::Offer(block) => Said::Offer(block.id()),
            Effect::Judge { block, verdict: Ok(()), .. } => Said::Valid(*block),
            Effect::Judge { block, verdict: Err(invalid), .. } => Said::Invalid(*block, invalid.to_string()),
            Effect::Acknowledge(height) => Said::Acknowledge(height.0),
            Effect::Answer { answer: Ok(()), .. } => Said::Taken,
            Effect::Answer { answer: Err(refusal), .. } => Said::Refused(name_of(refusal)),
            Effect::Gossip(_) => Said::Gossip,
            Effect::Drop { transaction, refusal } => {
                let envelope = self.sent.iter().find(|sent| sent.id() == *transaction);
                Said::Dropped(envelope.expect("only what was sent is dropped").clone(), name_of(refusal))
            }
        }
    }

    /// A transaction of a client.
    pub fn client(&mut self, envelope: &Envelope) -> Vec<Said> {
        self.transaction(envelope, Origin::Client)
    }

    /// A transaction that a peer passes on.
    pub fn peer(&mut self, envelope: &Envelope) -> Vec<Said> {
        self.transaction(envelope, Origin::Peer)
    }

    /// A transaction from somewhere.
    pub fn transaction(&mut self, envelope: &Envelope, origin: Origin) -> Vec<Said> {
        self.sent.push(envelope.clone());
        self.say(Input::Transaction { transaction: authentic(envelope), origin, now_ms: self.now_ms })
    }

    /// Takes a client's transaction that must be good.
    pub fn takes(&mut self, envelope: &Envelope) {
        assert_eq!(self.client(envelope), [Said::Taken, Said::Gossip]);
    }

    /// Takes a peer's transaction that must be good.
    pub fn takes_from_peer(&mut self, envelope: &Envelope) {
        assert_eq!(self.peer(envelope), [Said::Taken]);
    }

    /// The height that is to be decided.
    pub fn next_height(&self) -> Height {
        self.replica.tip().height.next()
    }

    /// A block of the node's own for the next height.
    pub fn offer(&mut self) -> Block {
        self.offer_and_drop().0
    }

    /// The same, with what was dropped for it.
    pub fn offer_and_drop(&mut self) -> (Block, Vec<(Envelope, String)>) {
        let input = Input::ValueRequested { height: self.next_height(), round: 0, now_ms: self.now_ms };
        let mut effects = self.step(input);
        let Some(Effect::Offer(block)) = effects.pop() else { panic!("a request for a block ends with the offer") };
        (block, dropped(effects.iter().map(|effect| self.said(effect)).collect()))
    }

    /// What it thinks of a block that its maker proposes.
    pub fn proposed(&mut self, block: &Block) -> Vec<Said> {
        let now_ms = self.now_ms;
        self.say(proposal(block, now_ms))
    }

    /// What it thinks of a block that somebody proposes in a round.
    pub fn proposed_by(&mut self, proposer: &str, round: u32, block: &Block) -> Vec<Said> {
        let (block, offer) = (block.clone(), Offer::in_round(round));
        self.say(Input::BlockProposed { block, offer, proposer: id_of(proposer), now_ms: self.now_ms })
    }

    /// What it thinks of a block that came by sync.
    pub fn synced(&mut self, block: &Block) -> Vec<Said> {
        self.say(Input::BlockSynced { block: block.clone(), round: 0 })
    }

    /// A quorum chose a block.
    pub fn decided(&mut self, block: &Block) -> Vec<Said> {
        self.say(Input::Decided { certificate: certificate(block), now_ms: self.now_ms })
    }

    /// Makes a block of what waits and decides it, a millisecond later; what was dropped for it.
    pub fn turn(&mut self) -> (Block, Vec<(Envelope, String)>) {
        self.now_ms += 1;
        let (block, mut gone) = self.offer_and_drop();
        gone.extend(dropped(self.decided(&block)));
        (block, gone)
    }

    /// Decides a block of somebody else; what was dropped for it.
    pub fn follow(&mut self, block: &Block) -> Vec<(Envelope, String)> {
        assert!(self.synced(block).contains(&Said::Valid(block.id())), "the block is good");
        dropped(self.decided(block))
    }

    /// How many transactions wait.
    pub fn waiting(&self) -> usize {
        self.replica.load().transactions
    }

    /// The root of the state.
    pub fn root(&self) -> Digest {
        self.replica.tip().state.root()
    }
}

fn dropped(said: Vec<Said>) -> Vec<(Envelope, String)> {
    said.into_iter()
        .filter_map(|one| if let Said::Dropped(envelope, why) = one { Some((envelope, why)) } else { None })
        .collect()
}
