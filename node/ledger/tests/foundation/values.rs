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

mod actions;
mod chain;
mod events;
mod records;

pub use actions::*;
pub use chain::*;
pub use events::*;
pub use records::*;

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
