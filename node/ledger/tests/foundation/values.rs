//! One rich example of every type that is written anywhere: no field is left at its default.

use yaosu_ledger::block::{Block, Header};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::model::*;
use yaosu_ledger::receipt::{Finality, Handover, Receipt, Statement};
use yaosu_ledger::signature::Signature;
use yaosu_ledger::state::*;
use yaosu_ledger::state_tree::{StateProof, Terminal};
use yaosu_ledger::transaction::{Action, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet, VoteKind, VoteStatement};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, BlockId, ChainId, Currency, Digest, Duration, Handle, Height, LicenceId, ListingId,
    OrderId, ParticipantId, ProposalId, Timestamp, TransactionId, codec,
};

use crate::dealing_values as dealing;
use crate::governance::validator_of;
use crate::town::{digest, id_of, key_of, text};

/// Some moment, in five bytes of a varint.
pub const NOW: Timestamp = Timestamp(1_900_000_000_000);

pub fn asset() -> AssetId {
    AssetId(digest("asset"))
}

pub fn listing() -> ListingId {
    ListingId(digest("listing"))
}

pub fn order() -> OrderId {
    OrderId(digest("order"))
}

pub fn licence() -> LicenceId {
    LicenceId(digest("licence"))
}

fn proposal() -> ProposalId {
    ProposalId(digest("proposal"))
}

fn handle(name: &str) -> Handle {
    Handle::new(name).expect("a handle")
}

pub fn enrolment() -> Enrolment {
    let mut keys = vec![key_of("first").public(), key_of("second").public()];
    keys.sort_unstable();
    let mut related = vec![id_of("alice"), id_of("bob")];
    related.sort_unstable();
    Enrolment {
        handle: handle("acme-weather"),
        legal_name: text("极目气象数据有限公司"),
        legal_id: text("91110000000000000X"),
        keys: KeySet { keys, threshold: 2 },
        delivery_key: Some(digest("delivery key")),
        related,
    }
}

pub fn rule_pack() -> RulePack {
    RulePack {
        number: 2,
        notice_window: Duration::seconds(86_400),
        delivery_window: Duration::seconds(3_600),
        acknowledgement_window: Duration::seconds(7_200),
        settlement_window: Duration::seconds(60),
        proposal_window: Duration::seconds(600_000),
        enactment_delay: Duration::seconds(300),
        fee: BasisPoints(250),
        fee_account: id_of("exchange"),
        negotiation_window: Duration::seconds(604_800),
    }
}

pub fn description() -> AssetDescription {
    AssetDescription {
        title: text("Daily weather 气象"),
        description: text("Observations of every station."),
        kind: AssetKind::Product,
        source_class: SourceClass::Public,
        sector: text("meteorology"),
        grade: Grade::General3,
        openness: Openness::Closed {
            reason: ClosedReason::TradeSecret,
            approver: id_of("city"),
            review: Timestamp(NOW.0 + 1),
        },
        keywords: vec![text("rain"), text("wind")],
        spatial: text("US-WA Seattle"),
        temporal: text("2012-01-01/2015-12-31"),
        update_cycle: UpdateCycle::Daily,
    }
}

pub fn content() -> VersionContent {
    let field = |name, kind, nullable| Field { name: text(name), kind, nullable };
    VersionContent {
        content_root: digest("content"),
        size_bytes: 121_417,
        media_type: text("text/csv"),
        structure: Some(Structure {
            fields: vec![field("date", FieldKind::Date, false), field("wind", FieldKind::Number, true)],
            rows: 2_922,
        }),
        metadata_hash: Some(digest("metadata")),
    }
}

fn parent() -> Parent {
    Parent {
        asset: asset(),
        version: 3,
        licence: Some(licence()),
        activity: Activity::Aggregate,
        recipe: Some(digest("recipe")),
    }
}

pub fn policy() -> Policy {
    Policy {
        actions: Actions::NONE.with(UseAction::Read).with(UseAction::Train),
        purposes: Purposes::NONE.with(Purpose::Research).with(Purpose::ModelTraining),
        sectors: Scope::Only(vec![text("energy"), text("meteorology")]),
        regions: Scope::Only(vec![text("CN-31")]),
        recipients: Scope::Any,
        max_uses: Some(1_000),
        duration: Some(Duration::seconds(31_536_000)),
        sublicence_depth: 2,
        royalty: BasisPoints(750),
        duties: Duties::NONE.with(Duty::Attribution).with(Duty::NoReidentify),
    }
}

pub fn terms(supply: Supply) -> Terms {
    Terms { price: Amount(120_000), policy: policy(), supply, form: PlanForm::OneOff }
}

fn rights() -> RightsClaim {
    RightsClaim {
        hold: Basis::Collected,
        r#use: Basis::PublicAuthorised,
        operate: Basis::Derived,
        evidence: Some(digest("evidence")),
    }
}

/// Every measure.
pub fn measures() -> Vec<Measure> {
    let roles = Roles::NONE.with(Role::Trader).with(Role::PublicAuthority);
    vec![
        Measure::Enrol { enrolment: enrolment(), roles },
        Measure::SetRoles { participant: id_of("bob"), roles },
        Measure::SetStatus { participant: id_of("bob"), status: ParticipantStatus::Suspended },
        Measure::SetValidators { validators: vec![validator_of("exchange")] },
        Measure::AdmitNode { key: key_of("reader").public(), node: node() },
        Measure::DismissNode { key: key_of("reader").public() },
        Measure::SetRulePack { pack: rule_pack() },
    ]
}

fn node() -> Node {
    Node { operator: id_of("exchange"), name: text("reader in Shanghai") }
}

/// Every action.
pub fn actions() -> Vec<Action> {
    let mut actions = vec![
        Action::EnrolTrader { enrolment: enrolment() },
        Action::RotateKeys { keys: enrolment().keys, delivery_key: Some(digest("new")) },
    ];
    actions.extend(measures().into_iter().map(|measure| Action::Propose { measure }));
    actions.extend([
        Action::Approve { proposal: proposal() },
        Action::Issue { to: id_of("alice"), amount: Amount(1_000), bank_reference: text("B-1") },
        Action::Redeem { from: id_of("alice"), amount: Amount(u64::MAX), bank_reference: text("B-2") },
        Action::Pay { to: id_of("bob"), amount: Amount(70_000), memo: text("for the map") },
        Action::RegisterAsset {
            description: description(),
            rights: rights(),
            content: content(),
            parents: vec![parent()],
        },
        Action::AddVersion { asset: asset(), content: content(), parents: vec![parent(), parent()] },
        Action::ApplyAgain { asset: asset() },
        Action::Object { asset: asset(), statement: text("it is mine"), evidence: Some(digest("evidence")) },
        Action::RuleObjection { asset: asset(), objection: 300, upheld: true, reason: text("it is") },
        Action::GrantRegistration { asset: asset(), certificate: text("2026-0001") },
        Action::RefuseRegistration { asset: asset(), reason: text("no basis") },
        Action::CancelRegistration { asset: asset(), reason: text("withdrawn") },
        Action::TransferRight {
            asset: asset(),
            line: Line::Operate,
            to: id_of("bob"),
            evidence: Some(digest("evidence")),
        },
        Action::CreateListing {
            asset: asset(),
            version: 3,
            kind: ListingKind::Fixed,
            plans: vec![terms(Supply::Unlimited), terms(Supply::Limited(70_000)), terms(Supply::Exclusive)],
            until: Some(NOW),
        },
        Action::PauseListing { listing: listing() },
        Action::ResumeListing { listing: listing() },
        Action::EndListing { listing: listing() },
        Action::PlaceOrder {
            listing: listing(),
            plan: 2,
            version: 3,
            max_price: Amount(120_000),
            payer: Some(id_of("bob")),
            licensee: Some(id_of("carol")),
            delivery_key: Some(digest("delivery key")),
            purpose: Purpose::Energy,
            scenario: digest("scenario"),
        },
        Action::Deliver { order: order(), location: text("https://example.org/data") },
        Action::Acknowledge { order: order(), content_root: digest("content") },
        Action::RejectDelivery { order: order(), reason: text("half of it is missing") },
    ]);
    actions.extend(dealing::actions());
    actions
}

/// A signed request for something.
pub fn transaction(action: Action) -> Transaction {
    let body = Body {
        chain: ChainId(digest("chain")),
        signer: id_of("alice"),
        lane: 7,
        sequence: 300,
        valid_until: Some(NOW),
        action,
    };
    body.sign(&[&key_of("alice"), &key_of("bob")])
}

/// Every event.
pub fn events() -> Vec<Event> {
    let (asset, listing, order, licence, proposal) = (asset(), listing(), order(), licence(), proposal());
    let [alice, bob, registrar] = ["alice", "bob", "registry"].map(id_of);
    let mut events = vec![
        Event::ParticipantEnrolled { participant: alice, roles: Roles::ALL },
        Event::KeysRotated { participant: alice },
        Event::RolesSet { participant: alice, roles: Roles::NONE.with(Role::Arbiter) },
        Event::StatusSet { participant: alice, status: ParticipantStatus::Revoked },
    ];
    events.extend(measures().into_iter().map(|measure| Event::Proposed { proposal, proposer: alice, measure }));
    events.extend([
        Event::ProposalApproved { proposal, operator: alice },
        Event::ProposalMoved { proposal, status: ProposalStatus::Failed },
        Event::ValidatorsChanged { validators: digest("validators") },
        Event::TurnMissed { operator: alice, missed: 3, passed_over_until: Height(70_000) },
        Event::Issued { to: alice, amount: Amount(1_000), bank_reference: text("B-1") },
        Event::Redeemed { from: alice, amount: Amount(1_000), bank_reference: text("B-2") },
        Event::Paid { from: alice, to: bob, amount: Amount(70_000), memo: text("for the map") },
        Event::AssetRegistered { asset, declarer: alice, content_root: digest("content"), notice_closes: NOW },
        Event::VersionAdded { asset, version: 3, content_root: digest("content") },
        Event::Derived { child: asset, child_version: 3, parent: asset, parent_version: 2, licence: Some(licence) },
        Event::AppliedAgain { asset, notice_closes: NOW },
        Event::Objected { asset, objection: 300, objector: bob },
        Event::ObjectionRuled { asset, objection: 300, upheld: true, registrar },
        Event::RegistrationGranted { asset, certificate: text("2026-0001"), registrar },
        Event::RegistrationRefused { asset, registrar, reason: text("no basis") },
        Event::RegistrationCancelled { asset, by: alice, reason: text("withdrawn") },
        Event::RightTransferred { asset, line: Line::Use, from: alice, to: bob },
        Event::ListingCreated { listing, asset, version: 3, seller: alice },
        Event::ListingPaused { listing, asset },
        Event::ListingResumed { listing, asset },
        Event::ListingEnded { listing, asset },
        Event::OrderPlaced {
            order,
            origin: purchase().origin,
            asset,
            buyer: bob,
            seller: alice,
            price: Amount(120_000),
        },
        Event::OrderDelivered { order, asset },
        Event::OrderAcknowledged { order, asset, settles: NOW },
        Event::OrderSettled { order, asset, price: Amount(120_000), fee: Amount(3_000), payee: alice },
        Event::OrderRefunded { order, asset, cause: RefundCause::Rejected, amount: Amount(120_000) },
        Event::LicenceGranted { licence, order, asset, licensor: alice, licensee: bob },
        Event::LicenceExpired { licence, asset },
    ]);
    events.extend(dealing::events());
    events
}

/// An event with its cause.
pub fn event_record(event: Event) -> EventRecord {
    EventRecord { cause: Cause::Transaction(TransactionId(digest("transaction"))), event }
}

pub fn header() -> Header {
    Header {
        version: 1,
        chain: ChainId(digest("chain")),
        height: Height(70_000),
        parent: BlockId(digest("parent")),
        time: NOW,
        proposer: id_of("exchange"),
        transactions_root: digest("transactions"),
        events_root: digest("events"),
        state_root: digest("state"),
        next_validators: digest("validators"),
    }
}

/// A block of two transactions.
pub fn block() -> Block {
    let pay = Action::Pay { to: id_of("bob"), amount: Amount(70_000), memo: text("for the map") };
    let transactions: Vec<Envelope> =
        [pay, Action::ApplyAgain { asset: asset() }].map(|action| Envelope::new(transaction(action))).to_vec();
    let transactions_root = yaosu_ledger::block::transactions_root(&transactions);
    Block { header: Header { transactions_root, ..header() }, transactions }
}

pub fn certificate() -> CommitCertificate {
    let mut signatures: Vec<CommitSignature> = [("exchange", 1), ("east", 2), ("south", 3)]
        .map(|(name, byte)| CommitSignature { operator: id_of(name), signature: Signature([byte; 64]) })
        .to_vec();
    signatures.sort();
    CommitCertificate { height: Height(70_000), round: 3, block: header().id(), signatures }
}

pub fn validator_set() -> ValidatorSet {
    let heavy = Validator { power: 1 << 32, ..validator_of("south") };
    ValidatorSet::new(vec![validator_of("exchange"), validator_of("east"), heavy]).expect("a set")
}

/// A precommit for a block.
pub fn vote() -> VoteStatement {
    VoteStatement { kind: VoteKind::Precommit, height: Height(70_000), round: 3, block: Some(header().id()) }
}

/// A prevote for none.
pub fn vote_for_none() -> VoteStatement {
    VoteStatement { kind: VoteKind::Prevote, height: Height(1), round: 0, block: None }
}

/// Apart from the town of the other tests, so that this one changes with the format alone.
pub fn founding() -> Genesis {
    Genesis {
        name: text("要素 town"),
        currency: Currency::new("CNY").expect("three letters"),
        time: NOW,
        rule_pack: RulePack { number: 1, ..rule_pack() },
        participants: vec![Founder {
            enrolment: enrolment(),
            roles: Roles::NONE.with(Role::Operator).with(Role::Trader),
            balance: Amount(70_000),
        }],
        validators: vec![FoundingValidator {
            operator: handle("acme-weather"),
            key: key_of("validator").public(),
            power: 300,
            network_key: key_of("machine").public(),
        }],
    }
}

pub fn list_proof() -> ListProof {
    ListProof { index: 300, count: 70_000, siblings: vec![digest("far"), digest("near")] }
}

/// Proofs with each end.
pub fn state_proofs() -> Vec<StateProof> {
    let other = Terminal::Other { path: digest("path"), value_hash: digest("value") };
    [Terminal::Empty, other, Terminal::Found]
        .map(|terminal| StateProof { siblings: vec![digest("far"), digest("near")], terminal })
        .to_vec()
}

/// Receipts of each kind of statement.
pub fn receipts() -> Vec<Receipt> {
    let pay = Action::Pay { to: id_of("bob"), amount: Amount(70_000), memo: text("for the map") };
    let finality = || Finality { header: header(), certificate: certificate() };
    let path = &state_proofs()[2];
    let record = |value| Statement::Record { key: vec![5; 33], value, path: path.clone() };
    let statements = vec![
        Statement::Transaction { transaction: Box::new(transaction(pay)), path: list_proof() },
        Statement::Event {
            event: Box::new(event_record(Event::KeysRotated { participant: id_of("bob") })),
            path: list_proof(),
        },
        record(Some(vec![1, 2, 3])),
        record(None),
    ];
    statements
        .into_iter()
        .map(|statement| Receipt {
            statement,
            finality: finality(),
            handovers: vec![Handover { finality: finality(), next: validator_set() }],
        })
        .collect()
}

/// A record of a table: the table's name, the record's key, and its bytes.
pub struct Row {
    pub table: &'static str,
    pub key: Vec<u8>,
    pub record: Vec<u8>,
    /// Whether these bytes are a record of the table.
    pub decodes: fn(&[u8]) -> bool,
}

pub fn row<T: Table>(key: &T::Key, record: &T::Record) -> Row {
    let decodes = |bytes: &[u8]| codec::decode_own::<T::Record>(bytes).is_ok();
    Row { table: T::NAME, key: T::key(key), record: codec::encode(record), decodes }
}

pub fn participant() -> Participant {
    Participant {
        enrolment: enrolment(),
        roles: Roles::NONE.with(Role::Trader),
        status: ParticipantStatus::Active,
        sponsor: Some(id_of("exchange")),
        since: NOW,
    }
}

pub fn version() -> Version {
    Version {
        content: content(),
        depth: 2,
        created: NOW,
        height: Height(70_000),
        transaction: TransactionId(digest("transaction")),
    }
}

/// An asset in each state of registration.
pub fn assets() -> Vec<Asset> {
    let line = |basis| TitleLine { holder: id_of("alice"), basis, evidence: Some(digest("evidence")), since: NOW };
    [
        Registration::PublicNotice { closes: NOW },
        Registration::Registered { certificate: text("2026-0001"), registrar: id_of("registry"), since: NOW },
        Registration::Refused { reason: text("no basis") },
        Registration::Cancelled { reason: text("withdrawn") },
    ]
    .map(|registration| Asset {
        description: description(),
        lines: [line(Basis::Collected), line(Basis::Licensed), line(Basis::Transferred)],
        registration,
        open_objections: 1,
        objections: 300,
        latest_version: 3,
        created: NOW,
    })
    .to_vec()
}

pub fn derivation() -> Derivation {
    Derivation {
        licence: Some(licence()),
        activity: Activity::Train,
        recipe: Some(digest("recipe")),
        royalty: BasisPoints(750),
    }
}

pub fn trade() -> Trade {
    Trade { live_licences: 300, open_orders: 2, exclusive: Some(order()) }
}

pub fn objection() -> Objection {
    Objection {
        objector: id_of("bob"),
        statement: text("it is mine"),
        evidence: Some(digest("evidence")),
        status: ObjectionStatus::Upheld,
        since: NOW,
    }
}

pub fn offer() -> Listing {
    let plan = |supply| Plan { terms: terms(supply), reserved: 300, sold: 2 };
    Listing {
        asset: asset(),
        version: 3,
        seller: id_of("alice"),
        kind: ListingKind::Fixed,
        plans: vec![plan(Supply::Unlimited), plan(Supply::Limited(70_000))],
        status: ListingStatus::Paused,
        until: Some(NOW),
        created: NOW,
        right: Some(RightOffer { line: Line::Hold, price: Amount(70_000) }),
    }
}

pub fn purchase() -> Order {
    Order {
        origin: Origin::Plan { listing: listing(), plan: 1 },
        asset: asset(),
        version: 3,
        seller: id_of("alice"),
        buyer: id_of("bob"),
        payer: id_of("carol"),
        licensee: id_of("dave"),
        delivery_key: Some(digest("delivery key")),
        purpose: Purpose::Retail,
        scenario: digest("scenario"),
        price: Amount(120_000),
        fee: Amount(3_000),
        fee_account: id_of("exchange"),
        windows: Windows {
            delivery: Duration::seconds(3_600),
            acknowledgement: Duration::seconds(7_200),
            settlement: Duration::seconds(60),
        },
        status: OrderStatus::Refunded,
        refund_cause: Some(RefundCause::NotAcknowledged),
        deadline: Some(NOW),
        delivery: Some(Delivery { location: text("https://example.org/data"), time: NOW }),
        placed: NOW,
    }
}

pub fn grant() -> Licence {
    Licence {
        order: order(),
        asset: asset(),
        versions: VersionScope::From(3),
        licensor: id_of("alice"),
        licensee: id_of("bob"),
        policy: policy(),
        exclusive: true,
        from: NOW,
        until: Some(Timestamp(NOW.0 + 1)),
        parent: Some(LicenceId(digest("parent"))),
        depth: 1,
        uses: 300,
        status: LicenceStatus::Expired,
    }
}

pub fn decision() -> Proposal {
    Proposal {
        proposer: id_of("exchange"),
        measure: Measure::DismissNode { key: key_of("reader").public() },
        approvals: vec![id_of("exchange")],
        status: ProposalStatus::Approved,
        deadline: Some(NOW),
    }
}

/// A record of every table, in the order of the tables; of deadlines and assets one for each kind.
pub fn rows() -> Vec<Row> {
    let alice: ParticipantId = id_of("alice");
    let mut rows = vec![
        row::<Participants>(&alice, &participant()),
        row::<Handles>(&handle("acme-weather"), &alice),
        row::<Keys>(&key_of("alice").public(), &alice),
        row::<Lanes>(&(alice, 7), &300),
        row::<Accounts>(&alice, &Account { available: Amount(70_000), held: Amount(300) }),
        row::<Supplies>(&(), &MoneySupply { issued: Amount(u64::MAX), redeemed: Amount(300) }),
    ];
    rows.extend(assets().iter().map(|found| row::<Assets>(&asset(), found)));
    rows.extend([
        row::<Versions>(&(asset(), 3), &version()),
        row::<ContentRoots>(&digest("content"), &asset()),
        row::<Derivations>(&(asset(), 3, asset(), 2), &derivation()),
        row::<DerivedVersions>(&(asset(), 2, asset(), 3), &()),
        row::<Trades>(&asset(), &trade()),
        row::<Objections>(&(asset(), 300), &objection()),
        row::<Certificates>(&text("2026-0001"), &asset()),
        row::<Listings>(&listing(), &offer()),
        row::<Orders>(&order(), &purchase()),
        row::<Licences>(&licence(), &grant()),
    ]);
    let subjects = [
        Subject::Participant(alice),
        Subject::Asset(asset()),
        Subject::Listing(listing()),
        Subject::Order(order()),
        Subject::Licence(licence()),
        Subject::Proposal(proposal()),
        Subject::Negotiation(dealing::negotiation()),
        Subject::Demand(dealing::demand()),
    ];
    rows.extend(subjects.map(|subject| row::<Deadlines>(&(NOW, subject), &())));
    rows.extend([
        row::<Proposals>(&proposal(), &decision()),
        row::<Nodes>(&key_of("reader").public(), &node()),
        row::<Validators>(&(), &validator_set()),
        row::<RulePacks>(&(), &rule_pack()),
        row::<Absences>(&alice, &Absence { missed: 3, passed_over_until: Height(70_000) }),
        row::<Constants>(
            &(),
            &Constant { name: text("要素 town"), currency: Currency::new("CNY").expect("three letters") },
        ),
        row::<ContentUses>(&(digest("content"), asset()), &()),
        row::<Operators>(&id_of("exchange"), &()),
        row::<ContentOrigins>(&(digest("content"), id_of("alice")), &(asset(), 3)),
    ]);
    rows.extend(dealing::rows());
    rows
}

/// The smallest digest there is, for names of nothing.
pub const NOTHING: Digest = Digest::ZERO;
