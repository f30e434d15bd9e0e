//! A small town for the tests of the rules: a few participants with one key and some money each, founded by genesis.
//!
//! Its clock stands still until a test moves it. Names are handles; a key's seed is the hash of the name.

use yaosu_ledger::event::{Event, EventRecord};
use yaosu_ledger::execution::Tip;
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::rules::{self, BlockContext, DUE_PER_BLOCK_MAX, Outcome};
use yaosu_ledger::sealed::Commitment;
use yaosu_ledger::signature::SigningKey;
use yaosu_ledger::state::{
    Assets, Deadlines, Draft, Lanes, Licences, LiveLicences, Reader, State, Subject, Table, Trades,
};
use yaosu_ledger::transaction::{Action, Body, Envelope, check_signatures};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, Currency, Digest, Duration, Handle, LicenceId, OrderId, ParticipantId, Text,
    Timestamp, TransactionId,
};

/// Operator, and the fee account.
pub const EXCHANGE: &str = "exchange";
/// Registrar.
pub const REGISTRY: &str = "registry";
/// Registrar, who names Alice as related.
pub const COUSIN: &str = "cousin";
/// Settlement agent.
pub const BANK: &str = "bank";
/// Arbiter.
pub const ARBITER: &str = "arbiter";
/// Public authority.
pub const CITY: &str = "city";
/// Trader.
pub const ALICE: &str = "alice";
/// Trader.
pub const BOB: &str = "bob";
/// Trader.
pub const CAROL: &str = "carol";
/// Trader.
pub const DAVE: &str = "dave";
/// Regulator.
pub const WATCH: &str = "watch";
/// Regulator, who names Alice as related.
pub const WARDEN: &str = "warden";
/// Assessor.
pub const LAB: &str = "lab";
/// Assessor, who names Alice as related.
pub const KIN: &str = "kin";
/// Arbiter.
pub const JUDGE: &str = "judge";
/// Arbiter, who names Bob and the watch as related.
pub const CRONY: &str = "crony";

/// What everyone begins with.
pub const BALANCE: Amount = Amount(1_000_000);

/// Everyone, with role and related parties.
pub const EVERYONE: &[(&str, Role, &[&str])] = &[
    (EXCHANGE, Role::Operator, &[]),
    (REGISTRY, Role::Registrar, &[]),
    (COUSIN, Role::Registrar, &[ALICE]),
    (BANK, Role::SettlementAgent, &[]),
    (ARBITER, Role::Arbiter, &[]),
    (CITY, Role::PublicAuthority, &[]),
    (ALICE, Role::Trader, &[]),
    (BOB, Role::Trader, &[]),
    (CAROL, Role::Trader, &[]),
    (DAVE, Role::Trader, &[]),
    (WATCH, Role::Regulator, &[]),
    (WARDEN, Role::Regulator, &[ALICE]),
    (LAB, Role::Assessor, &[]),
    (KIN, Role::Assessor, &[ALICE]),
    (JUDGE, Role::Arbiter, &[]),
    (CRONY, Role::Arbiter, &[BOB, WATCH]),
];

/// The identifier of someone.
pub fn id_of(name: &str) -> ParticipantId {
    ParticipantId::of_genesis(name)
}

/// The key of someone.
pub fn key_of(name: &str) -> SigningKey {
    SigningKey::from_seed(*blake3::hash(name.as_bytes()).as_bytes())
}

/// A text that fits.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("the tests' texts fit")
}

/// The digest of some words: a hash of evidence, a recipe, a scenario.
pub fn digest(words: &str) -> Digest {
    Digest(*blake3::hash(words.as_bytes()).as_bytes())
}

/// The content that has these words as its bytes.
pub fn content(words: &str) -> VersionContent {
    VersionContent {
        content_root: digest(words),
        size_bytes: u64::try_from(words.len()).expect("words are short"),
        media_type: text("text/plain"),
        structure: None,
        metadata_hash: None,
    }
}

/// An enterprise's data of the least grade.
pub fn description(title: &str) -> AssetDescription {
    AssetDescription {
        title: text(title),
        description: text("what it is"),
        kind: AssetKind::Resource,
        source_class: SourceClass::Enterprise,
        sector: text("meteorology"),
        grade: Grade::General1,
        openness: Openness::NotPublic,
        keywords: vec![text("rain"), text("wind")],
        spatial: text("US-WA Seattle"),
        temporal: text("2012-01-01/2015-12-31"),
        update_cycle: UpdateCycle::Once,
    }
}

/// All three rights because one made it.
pub const SELF_PRODUCED: RightsClaim =
    RightsClaim { hold: Basis::SelfProduced, r#use: Basis::SelfProduced, operate: Basis::SelfProduced, evidence: None };

/// Registers something of one's own whose content are these words.
pub fn register(title: &str, words: &str) -> Action {
    Action::RegisterAsset {
        description: description(title),
        rights: SELF_PRODUCED,
        content: content(words),
        parents: Vec::new(),
    }
}

/// A policy that allows everything for every purpose, for ever and for nothing.
pub fn free_policy() -> Policy {
    Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    }
}

/// What a seller says who has sealed something that nobody here opens.
pub fn deliver(order: OrderId) -> Action {
    Action::Deliver { order, location: text("https://example.org/map"), commitment: COMMITMENT }
}

/// What no test here opens.
const COMMITMENT: Commitment =
    Commitment { ciphertext_root: Digest([1; 32]), nodes_root: Digest([2; 32]), key_commitment: Digest([3; 32]) };

/// What the buyer says when it has come.
pub fn acknowledge(order: OrderId) -> Action {
    let Commitment { ciphertext_root, nodes_root, .. } = COMMITMENT;
    Action::Acknowledge { order, ciphertext_root, nodes_root }
}

/// What the seller says then.
pub fn reveal(order: OrderId) -> Action {
    Action::RevealKey { order, sealed_key: SealedKey::new(b"sealed".to_vec()).expect("it is short") }
}

/// The founding document.
pub fn genesis() -> Genesis {
    let participants = EVERYONE
        .iter()
        .map(|(name, role, related)| {
            let mut related: Vec<ParticipantId> = related.iter().map(|other| id_of(other)).collect();
            related.sort_unstable();
            Founder {
                enrolment: Enrolment {
                    handle: Handle::new(*name).expect("the tests' names are handles"),
                    legal_name: text(name),
                    legal_id: text(name),
                    keys: KeySet { keys: vec![key_of(name).public()], threshold: 1 },
                    delivery_key: Some(digest(name)),
                    related,
                },
                roles: Roles::NONE.with(*role),
                balance: BALANCE,
            }
        })
        .collect();
    Genesis {
        name: text("town"),
        currency: Currency::new("CNY").expect("three letters"),
        time: Timestamp(1_000_000),
        rule_pack: RulePack {
            number: 1,
            notice_window: Duration::seconds(100),
            delivery_window: Duration::seconds(200),
            acknowledgement_window: Duration::seconds(300),
            settlement_window: Duration::seconds(400),
            proposal_window: Duration::seconds(500),
            enactment_delay: Duration::seconds(600),
            fee: BasisPoints(100),
            fee_account: id_of(EXCHANGE),
            key_window: Duration::seconds(250),
            arbitration_window: Duration::seconds(700),
            bond: BasisPoints(1_000),
            dispute_bond: BasisPoints(500),
            deletion_window: Duration::seconds(700),
            recall_window: Duration::seconds(800),
            required_attestations: Vec::new(),
            freeze_max: Duration::seconds(1_000),
            negotiation_window: Duration::seconds(700),
        },
        participants,
        validators: vec![FoundingValidator {
            operator: Handle::new(EXCHANGE).expect("a handle"),
            key: key_of("validator").public(),
            power: 1,
            network_key: key_of("machine").public(),
        }],
    }
}

/// The town at some moment. A clone is another town that goes its own way.
#[derive(Clone)]
pub struct Town {
    /// All records.
    pub state: State,
    /// The block that transactions enter.
    pub block: BlockContext,
    /// Everything that has happened.
    pub history: Vec<Event>,
}

impl Town {
    /// The town in its first block.
    pub fn new() -> Self {
        let Tip { chain, height, time, state, .. } = genesis().tip().expect("the document founds a chain");
        let block = BlockContext { chain, height: height.next(), time: time.after(Duration(1)) };
        Self { state, block, history: Vec::new() }
    }

    /// A record.
    pub fn get<T: Table>(&self, key: &T::Key) -> Option<T::Record> {
        self.state.get::<T>(key)
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.block.time
    }

    /// What is needed of an action, signed by everyone whom it needs, with the next number of lane 0.
    pub fn sign(&self, signer: &str, action: Action) -> Envelope {
        let parties = action.other_parties();
        let others = EVERYONE.iter().map(|(name, ..)| *name).filter(|name| parties.contains(&id_of(name)));
        let keys: Vec<SigningKey> = std::iter::once(signer).chain(others).map(key_of).collect();
        let lane = (id_of(signer), 0);
        let body = Body {
            chain: self.block.chain,
            signer: lane.0,
            lane: lane.1,
            sequence: self.get::<Lanes>(&lane).unwrap_or(0),
            valid_until: None,
            action,
        };
        Envelope::new(body.sign(&keys.iter().collect::<Vec<_>>()))
    }

    /// Does something, or says why not. Then nothing has changed.
    pub fn act(&mut self, signer: &str, action: Action) -> Result<(TransactionId, Vec<Event>), Rejection> {
        let envelope = self.sign(signer, action);
        let outcome = self.decide(&envelope)?;
        self.state = self.state.with(&outcome.changes);
        let events: Vec<Event> = outcome.events.into_iter().map(|EventRecord { event, .. }| event).collect();
        self.history.extend(events.iter().cloned());
        Ok((envelope.id(), events))
    }

    /// Does something that the rules allow; its transaction.
    pub fn must(&mut self, signer: &str, action: Action) -> TransactionId {
        let name = action.name();
        self.act(signer, action).unwrap_or_else(|rejection| panic!("{signer}: {name}: {rejection}")).0
    }

    /// The name of the rule that an action breaks, or `ok`. Nothing changes.
    pub fn answer(&self, signer: &str, action: Action) -> &'static str {
        let envelope = self.sign(signer, action);
        self.decide(&envelope).map_or_else(|rejection| rejection.name(), |_| "ok")
    }

    /// What the rules say. Whatever a test asks for is also foreseen: a dry run answers as the execution does.
    fn decide(&self, envelope: &Envelope) -> Result<Outcome, Rejection> {
        let answer = rules::apply(&self.state, self.block, envelope);
        assert_eq!(rules::foresee(&self.state, self.block, envelope.body()), answer, "a dry run answers otherwise");
        answer
    }

    /// Begins the block that comes this long after: what is due then is carried out.
    pub fn pass(&mut self, length: Duration) -> Vec<Event> {
        self.block.height = self.block.height.next();
        self.block.time = self.block.time.after(length);
        let mut draft = Draft::new(&self.state);
        let events = rules::carry_out_due(&mut draft, self.block, DUE_PER_BLOCK_MAX);
        self.state = self.state.with(&draft.into_changes());
        self.history.extend(events.iter().cloned());
        events
    }

    /// Writes records as no rule would.
    pub fn edit(&mut self, change: impl FnOnce(&mut Draft<'_, State>)) {
        let mut draft = Draft::new(&self.state);
        change(&mut draft);
        self.state = self.state.with(&draft.into_changes());
    }

    /// Describes an asset whose content are these words; its notice runs.
    pub fn applied(&mut self, holder: &str, words: &str) -> AssetId {
        AssetId::created_by(self.must(holder, register(words, words)))
    }

    /// An asset in the register whose content are these words. The notice window passes.
    pub fn registered(&mut self, holder: &str, words: &str) -> AssetId {
        let asset = self.applied(holder, words);
        self.grant(asset);
        asset
    }

    /// Lets the notice window pass and takes the asset into the register. The certificate's number is its identifier's
    /// beginning and the height.
    pub fn grant(&mut self, asset: AssetId) {
        self.pass(genesis().rule_pack.notice_window);
        let certificate = text(&format!("{}-{}", &asset.to_string()[..16], self.block.height));
        self.must(REGISTRY, Action::GrantRegistration { asset, certificate });
    }

    /// A licence of a version as settlement would write it: from the Operate holder, in force from now on.
    pub fn license(&mut self, asset: AssetId, version: u32, licensee: &str, policy: Policy) -> LicenceId {
        let licensor = self.get::<Assets>(&asset).expect("the asset is there").line(Line::Operate).holder;
        let from = self.now();
        // Licences are never deleted, so that each gets a number of its own.
        let number = self.state.scan::<Licences>(&(), usize::MAX).len();
        let order = OrderId(digest(&format!("licence {number}")));
        let id = LicenceId::created_by(order);
        let until = policy.duration.map(|length| from.after(length));
        let licence = Licence {
            order,
            asset,
            versions: VersionScope::Only(version),
            royalty_version: 1,
            licensor,
            licensee: id_of(licensee),
            policy,
            exclusive: false,
            from,
            until,
            parent: None,
            depth: 0,
            uses: 0,
            status: LicenceStatus::Active,
            ended: None,
            cause: None,
            records: 0,
            head: Digest::ZERO,
            sublicences: 0,
            deletion: Deletion::NotDue,
            recall: None,
            recall_deadline: None,
            due: until,
        };
        self.edit(|draft| {
            draft.put::<Licences>(&id, &licence);
            draft.put::<LiveLicences>(&(asset, version, id), &());
            if let Some(due) = until {
                draft.put::<Deadlines>(&(due, Subject::Licence(id)), &());
            }
            let mut trade = draft.get::<Trades>(&asset).unwrap_or_default();
            trade.live_licences += 1;
            draft.put::<Trades>(&asset, &trade);
        });
        id
    }
}

/// Goal: the town is one that a network could have.
/// Method: every helper once, and the signatures hold.
#[test]
fn the_town_stands() {
    let mut town = Town::new();
    assert!(check_signatures(&[town.sign(ALICE, register("map", "map"))]).into_iter().all(|sound| sound));
    assert_eq!(town.answer(BANK, register("map", "map")), "RoleMissing");
    let asset = town.registered(ALICE, "map");
    let licence = town.license(asset, 1, BOB, free_policy());
    assert_eq!(town.get::<Licences>(&licence).map(|licence| licence.licensor), Some(id_of(ALICE)));
    assert!(town.history.iter().any(|event| matches!(event, Event::RegistrationGranted { .. })));
    let order = OrderId(digest("none"));
    for (who, action) in [(ALICE, deliver(order)), (BOB, acknowledge(order)), (ALICE, reveal(order))] {
        assert_eq!(town.answer(who, action), "UnknownOrder");
    }
    for (name, ..) in EVERYONE {
        assert_eq!(
            town.get::<yaosu_ledger::state::Accounts>(&id_of(name)).map(|account| account.available),
            Some(BALANCE)
        );
    }
}
