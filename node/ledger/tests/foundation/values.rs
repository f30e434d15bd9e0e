//! One rich example of every type that is written anywhere: no field is left at its default.

use yaosu_ledger::block::{Block, Header};
use yaosu_ledger::event::{Cause, Event, EventRecord};
use yaosu_ledger::genesis::{Founder, FoundingValidator, Genesis};
use yaosu_ledger::merkle_list::ListProof;
use yaosu_ledger::model::*;
use yaosu_ledger::receipt::{Finality, Handover, Receipt, Statement};
use yaosu_ledger::sealed::{Commitment, LeafProof, NodeProof, Piece, Proof, Secret};
use yaosu_ledger::signature::Signature;
use yaosu_ledger::state::*;
use yaosu_ledger::state_tree::{StateProof, Terminal};
use yaosu_ledger::transaction::{Action, Body, Envelope, Transaction};
use yaosu_ledger::validators::{CommitCertificate, CommitSignature, Validator, ValidatorSet, VoteKind, VoteStatement};
use yaosu_ledger::{
    Amount, AssetId, AttestationId, BasisPoints, BlockId, ChainId, Currency, Digest, Duration, FreezeId, Handle,
    Height, HexBytes, LicenceId, ListingId, OrderId, ParticipantId, ProposalId, RecallId, Timestamp, TransactionId,
    codec,
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

fn recall() -> RecallId {
    RecallId(digest("recall"))
}
fn attestation() -> AttestationId {
    AttestationId(digest("attestation"))
}

fn freeze() -> FreezeId {
    FreezeId(digest("freeze"))
}

fn scores() -> QualityScores {
    QualityScores {
        conformity: BasisPoints(9_000),
        completeness: BasisPoints(9_100),
        accuracy: BasisPoints(9_200),
        consistency: BasisPoints(9_300),
        timeliness: BasisPoints(300),
        accessibility: BasisPoints(10_000),
    }
}

/// An attestation with each sort of findings.
fn attestations() -> [Attestation; 4] {
    let found = |kind, findings| Attestation {
        kind,
        asset: asset(),
        version: 3,
        assessor: id_of("lab"),
        report: digest("report"),
        verdict: Verdict::Conditional,
        findings,
        issued: NOW,
        valid_until: Timestamp(NOW.0 + 1),
        status: AttestationStatus::Withdrawn,
    };
    [
        found(AttestationKind::Source, Findings::None),
        found(AttestationKind::Quality, Findings::Quality(scores())),
        found(AttestationKind::Valuation, Findings::Worth { from: Amount(300), to: Amount(70_000) }),
        found(AttestationKind::DeIdentification, Findings::Grade(Grade::General2)),
    ]
}

fn stop() -> Freeze {
    Freeze {
        regulator: id_of("watch"),
        target: Subject::Listing(listing()),
        scope: FreezeScope::Trade,
        legal_basis: digest("basis"),
        since: NOW,
        until: Timestamp(NOW.0 + 1),
        status: FreezeStatus::Overturned,
        appeal: Some(Appeal {
            appellant: id_of("alice"),
            statement: text("it is wrong"),
            evidence: Some(digest("evidence")),
            since: NOW,
            arbiter: Some(id_of("judge")),
        }),
    }
}

fn charge() -> PublicCharge {
    PublicCharge {
        authority: id_of("city"),
        authorisation: Some(digest("authorisation")),
        since: NOW,
        ceiling: Some(PriceCeiling { amount: Amount(70_000), legal_basis: digest("basis"), since: NOW }),
    }
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
        key_window: Duration::seconds(1_800),
        arbitration_window: Duration::seconds(1_200_000),
        bond: BasisPoints(1_000),
        dispute_bond: BasisPoints(500),
        deletion_window: Duration::seconds(90_000),
        recall_window: Duration::seconds(80_000),
        required_attestations: vec![
            Requirement {
                source_class: SourceClass::Public,
                grade: Grade::General1,
                kinds: AttestationKinds::NONE.with(AttestationKind::Source),
            },
            Requirement {
                source_class: SourceClass::Enterprise,
                grade: Grade::General3,
                kinds: AttestationKinds::NONE.with(AttestationKind::Compliance).with(AttestationKind::Security),
            },
        ],
        freeze_max: Duration::seconds(2_592_000),
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
    Terms { price: Amount(120_000), policy: policy(), supply, form: PlanForm::OneOff, bond: Amount(12_000) }
}

fn secret() -> Secret {
    Secret { key: digest("key").0, salt: digest("salt").0 }
}

fn commitment() -> Commitment {
    Commitment { ciphertext_root: digest("chunks"), nodes_root: digest("nodes"), key_commitment: secret().commitment() }
}

fn sealed_key() -> SealedKey {
    SealedKey::new(b"a key that is sealed".to_vec()).expect("it is short")
}

fn piece(bytes: &str) -> Piece {
    let bytes = HexBytes::new(bytes.as_bytes().to_vec()).expect("it is short");
    Piece { bytes, siblings: vec![digest("sibling"), digest("another sibling")] }
}

/// Both kinds of evidence.
pub fn proofs() -> [Proof; 2] {
    [
        Proof::Node(NodeProof { node: 300, opened: piece("nodes"), parent: Some(piece("nodes above")) }),
        Proof::Leaf(LeafProof { chunk: 70_000, opened: piece("chunk"), parent: None }),
    ]
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
    let [node, leaf] = proofs();
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
        Action::Deliver { order: order(), location: text("https://example.org/data"), commitment: commitment() },
        Action::Acknowledge { order: order(), ciphertext_root: digest("chunks"), nodes_root: digest("nodes") },
        Action::RejectDelivery { order: order(), reason: text("half of it is missing") },
        Action::RevealKey { order: order(), sealed_key: sealed_key() },
        Action::AcceptDelivery { order: order() },
        Action::ProveMisbehaviour { order: order(), secret: secret(), proof: leaf },
        Action::ProveMisbehaviour { order: order(), secret: secret(), proof: node },
        Action::ChallengeKey { order: order() },
        Action::OpenKey { order: order(), secret: secret() },
        Action::OpenQualityDispute { order: order(), statement: digest("statement") },
        Action::RuleDispute { order: order(), refund: Amount(70_000), reason: text("half of the days are missing") },
        Action::Attest {
            kind: AttestationKind::Quality,
            asset: asset(),
            version: 3,
            report: digest("report"),
            verdict: Verdict::Conditional,
            findings: Findings::Quality(scores()),
            valid_until: NOW,
        },
        Action::WithdrawAttestation { attestation: attestation(), reason: text("the report was wrong") },
        Action::Regrade { asset: asset(), grade: Grade::Important, legal_basis: digest("basis") },
        Action::DeclareGrade { asset: asset(), grade: Grade::General4 },
        Action::ChangeOpenness { asset: asset(), openness: Openness::Conditional { terms: text("ask first") } },
        Action::AuthoriseOperation { asset: asset(), holder: id_of("bob"), authorisation: digest("authorisation") },
        Action::SetPriceCeiling { asset: asset(), ceiling: Amount(70_000), legal_basis: digest("basis") },
        Action::Freeze {
            target: Subject::Listing(listing()),
            scope: FreezeScope::Trade,
            legal_basis: digest("basis"),
            until: NOW,
        },
        Action::LiftFreeze { freeze: freeze(), reason: text("it is over") },
        Action::AppealFreeze { freeze: freeze(), statement: text("it is wrong"), evidence: Some(digest("evidence")) },
        Action::RuleAppeal { freeze: freeze(), overturned: true, reason: text("it was") },
    ]);
    actions.extend(licence_actions());
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
#[expect(clippy::too_many_lines, reason = "one sample an event, and more")]
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
        Event::ListingPaused { listing, asset, cause: PauseCause::Grade },
        Event::ListingResumed { listing, asset },
        Event::ListingEnded { listing, asset },
        Event::OrderPlaced {
            order,
            origin: purchase().origin,
            asset,
            buyer: bob,
            seller: alice,
            price: Amount(120_000),
            bond: Amount(12_000),
        },
        Event::OrderDelivered { order, asset },
        Event::OrderAcknowledged { order, asset, key_due: NOW },
        Event::OrderSettled { order, asset, price: Amount(120_000), fee: Amount(3_000), payee: alice },
        Event::OrderRefunded { order, asset, cause: RefundCause::Rejected, amount: Amount(120_000) },
        Event::LicenceGranted { licence, order, asset, licensor: alice, licensee: bob },
        Event::LicenceExpired { licence, asset },
        Event::KeyRevealed { order, asset, settles: NOW },
        Event::KeyChallenged { order, asset, key_due: NOW },
        Event::KeyOpened { order, asset, settles: NOW },
        Event::DisputeOpened { order, asset, statement: digest("statement"), bond: Amount(6_000), settles: NOW },
        Event::DisputeRuled {
            order,
            asset,
            arbiter: id_of("arbiter"),
            refund: Amount(70_000),
            reason: text("half of the days are missing"),
        },
        Event::OrderSplit {
            order,
            asset,
            refund: Amount(70_000),
            paid: Amount(50_000),
            fee: Amount(1_250),
            payee: alice,
        },
        Event::BondLost { order, from: alice, to: bob, amount: Amount(12_000) },
        Event::Attested {
            attestation: attestation(),
            asset,
            version: 3,
            kind: AttestationKind::Security,
            verdict: Verdict::Fail,
            assessor: registrar,
        },
        Event::AttestationSuperseded {
            attestation: attestation(),
            asset,
            by: AttestationId(digest("newer attestation")),
        },
        Event::AttestationWithdrawn { attestation: attestation(), asset, reason: text("the report was wrong") },
        Event::AttestationExpired { attestation: attestation(), asset },
        Event::Regraded {
            asset,
            from: Grade::General3,
            to: Grade::Core,
            by: registrar,
            legal_basis: Some(digest("basis")),
        },
        Event::OpennessChanged { asset, openness: description().openness, by: alice },
        Event::OperationAuthorised { asset, authority: alice, holder: bob },
        Event::PriceCeilingSet { asset, authority: alice, ceiling: Amount(70_000) },
        Event::Frozen {
            freeze: freeze(),
            target: Subject::Order(order),
            scope: FreezeScope::Delivery,
            regulator: registrar,
            until: NOW,
        },
        Event::FreezeEnded {
            freeze: freeze(),
            target: Subject::Licence(licence),
            status: FreezeStatus::Overturned,
            by: Some(registrar),
        },
        Event::FreezeAppealed { freeze: freeze(), appellant: bob },
        Event::AppealRuled { freeze: freeze(), overturned: true, arbiter: registrar, reason: text("it was") },
    ]);
    events.extend(licence_events());
    events.extend(dealing::events());
    events
}

/// The events of royalties, licences and recalls.
fn licence_events() -> Vec<Event> {
    let (licence, asset, recall) = (licence(), asset(), recall());
    let (licensor, licensee) = (id_of("alice"), id_of("bob"));
    let (sold, holder, amount) = (AssetId(digest("sold")), licensor, Amount(24_000));
    vec![
        Event::RoyaltyPaid { sold, asset, version: 3, holder, amount },
        Event::RoyaltyParked { sold, asset, version: 3, holder, amount },
        Event::ParkedReleased { asset, holder, amount },
        Event::Sublicensed { licence: LicenceId(digest("under")), parent: licence, asset, licensor, licensee },
        Event::UseRecorded {
            licence,
            asset,
            licensee,
            sequence: 300,
            action: UseAction::Train,
            purpose: Purpose::ModelTraining,
            units: 2,
            head: digest("head"),
        },
        Event::LicenceEnded {
            licence,
            asset,
            licensor,
            licensee,
            status: LicenceStatus::Terminated,
            cause: Some(LicenceEnd::Regulator),
        },
        Event::TerminationStated {
            licence,
            by: licensor,
            statement: text("sold on without leave"),
            evidence: Some(digest("evidence")),
        },
        Event::DeletionDue { licence, licensee, deadline: NOW },
        Event::DeletionOverdue { licence, licensee },
        Event::DeletionStated { licence, licensee, statement: digest("statement"), late: true },
        Event::Recalled {
            recall,
            asset,
            first_version: 2,
            last_version: 300,
            cause: RecallCause::AuthorisationLost,
            by: licensor,
        },
        Event::RecallReached { recall, licence, asset, licensee, deadline: NOW },
        Event::RecallComplete { recall, versions: 300, licences: 299 },
        Event::RecallAcknowledged { recall, licence, licensee, late: true },
        Event::RecallOverdue { recall, licence, licensee },
    ]
}

/// Every right to terminate.
pub fn terminations() -> [Termination; 3] {
    let digest = digest("evidence");
    [
        Termination::Mutual { with: id_of("bob") },
        Termination::Breach { evidence: digest },
        Termination::Regulator { basis: digest },
    ]
}

/// The actions of licences, royalties and recalls.
fn licence_actions() -> Vec<Action> {
    let (licence, asset) = (licence(), asset());
    vec![
        Action::Sublicense { licence, licensee: id_of("dave"), policy: policy(), until: Some(NOW) },
        Action::RecordUse {
            licence,
            licensor: id_of("alice"),
            sequence: 300,
            previous: digest("previous"),
            action: UseAction::Redistribute,
            purpose: Purpose::Research,
            sector: Some(text("energy")),
            region: Some(text("CN-31")),
            recipient: Some(id_of("dave")),
            units: 300,
            use_hash: digest("use"),
        },
        Action::Terminate { licence, cause: terminations()[1], statement: text("sold on without leave") },
        Action::Supersede { licence, by: LicenceId(digest("by")) },
        Action::StateDeletion { licence, statement: digest("statement") },
        Action::Recall { asset, version: Some(300), cause: RecallCause::Withdrawn, statement: digest("statement") },
        Action::AcknowledgeRecall { recall: recall(), licence },
        Action::ReleaseParked { asset },
    ]
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
        pause: Some(PauseCause::Attestation),
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
        fee_ratio: BasisPoints(250),
        fee_account: id_of("exchange"),
        bonds: Bonds { seller: Amount(12_000), buyer: Amount(6_000) },
        windows: Windows {
            delivery: Duration::seconds(3_600),
            acknowledgement: Duration::seconds(7_200),
            key: Duration::seconds(1_800),
            settlement: Duration::seconds(60),
            arbitration: Duration::seconds(1_200_000),
        },
        status: OrderStatus::Split,
        refund_cause: Some(RefundCause::NotAcknowledged),
        deadline: Some(NOW),
        delivery: Some(Delivery {
            location: text("https://example.org/data"),
            commitment: commitment(),
            time: NOW,
            sealed_key: Some(sealed_key()),
            challenged: true,
            secret: Some(secret()),
        }),
        dispute: Some(Dispute {
            statement: digest("statement"),
            since: NOW,
            ruling: Some(Ruling {
                arbiter: id_of("arbiter"),
                refund: Amount(70_000),
                reason: text("half of the days are missing"),
                time: NOW,
            }),
        }),
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
        status: LicenceStatus::Terminated,
        ended: Some(NOW),
        cause: Some(LicenceEnd::Breach),
        records: 299,
        head: digest("head"),
        sublicences: 298,
        deletion: Deletion::Due { deadline: Timestamp(NOW.0 + 2) },
        recall: Some(recall()),
        recall_deadline: Some(Timestamp(NOW.0 + 3)),
        due: Some(Timestamp(NOW.0 + 2)),
    }
}

fn deletions() -> [Deletion; 3] {
    [
        Deletion::NotDue,
        Deletion::Overdue { deadline: NOW },
        Deletion::Stated { statement: digest("statement"), time: NOW, late: true },
    ]
}

fn use_record() -> UseRecord {
    UseRecord {
        action: UseAction::Redistribute,
        purpose: Purpose::Research,
        sector: Some(text("energy")),
        region: Some(text("CN-31")),
        recipient: Some(id_of("dave")),
        units: 300,
        use_hash: digest("use"),
        previous: digest("previous"),
        time: NOW,
    }
}

fn withdrawal() -> Recall {
    Recall {
        asset: asset(),
        first_version: 2,
        last_version: 300,
        cause: RecallCause::Contamination,
        statement: digest("statement"),
        by: id_of("alice"),
        since: NOW,
        window: Duration::seconds(80_000),
        spread: RecallSpread::Complete,
        next_version: 301,
        due: Some(NOW),
        versions: 300,
        licences: 299,
        open: 298,
    }
}

fn recall_duty() -> RecallDuty {
    RecallDuty {
        licensee: id_of("bob"),
        asset: asset(),
        version: 3,
        deadline: NOW,
        status: RecallDutyStatus::Overdue,
        acknowledged: Some(Timestamp(NOW.0 + 1)),
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
    rows.extend(deletions().map(|deletion| row::<Licences>(&licence(), &Licence { deletion, ..grant() })));
    let subjects = [
        Subject::Participant(alice),
        Subject::Asset(asset()),
        Subject::Listing(listing()),
        Subject::Order(order()),
        Subject::Licence(licence()),
        Subject::Proposal(proposal()),
        Subject::Recall(recall()),
        Subject::Attestation(attestation()),
        Subject::Freeze(freeze()),
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
        row::<LiveLicences>(&(asset(), 3, licence()), &()),
        row::<Sublicences>(&(licence(), LicenceId(digest("under"))), &()),
        row::<Uses>(&(licence(), 300), &use_record()),
        row::<Parked>(&asset(), &Amount(70_000)),
        row::<Recalls>(&recall(), &withdrawal()),
        row::<RecallDuties>(&(recall(), licence()), &recall_duty()),
        row::<RecalledVersions>(&(asset(), 3), &recall()),
        row::<RecallQueue>(
            &(recall(), asset(), 3),
            &RecallWork { licence: Some(licence()), subscription: None, child: Some((asset(), 4)) },
        ),
    ]);
    rows.extend(attestations().iter().map(|found| row::<Attestations>(&attestation(), found)));
    rows.extend([
        row::<IssuedAttestations>(&(asset(), 3, AttestationKind::Valuation, alice), &attestation()),
        row::<LiveListings>(&(asset(), listing()), &()),
        row::<Freezes>(&freeze(), &stop()),
        row::<ActiveFreezes>(
            &(Subject::Asset(asset()), freeze()),
            &ActiveFreeze { scope: FreezeScope::All, until: NOW },
        ),
        row::<PublicCharges>(&asset(), &charge()),
    ]);
    rows.extend(dealing::rows());
    rows
}

/// The smallest digest there is, for names of nothing.
pub const NOTHING: Digest = Digest::ZERO;
