//! Golden bytes: every type that is written anywhere, frozen. A change of format shows as a diff of `tests/golden`.
//!
//! When a format is meant to change: `YAOSU_WRITE_GOLDEN=1 cargo test -p yaosu-ledger --test foundation golden`, and
//! say in `docs/wire.md` what changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use yaosu_ledger::codec::encode;
use yaosu_ledger::event::Event;
use yaosu_ledger::model::Measure;
use yaosu_ledger::sealed::Proof;
use yaosu_ledger::signature::Context;
use yaosu_ledger::state::TABLES;
use yaosu_ledger::transaction::{Action, Envelope};

use crate::values;

type Sample = (String, Vec<u8>);

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Compares some samples with the file of this name, one line each.
#[expect(clippy::disallowed_methods, reason = "the golden files are what is tested")]
fn compare(name: &str, samples: &[Sample]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let names: BTreeSet<&str> = samples.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), samples.len(), "each sample has a name of its own");
    let found: String =
        samples.iter().flat_map(|(name, bytes)| [name.clone(), " ".to_owned(), hex(bytes), "\n".to_owned()]).collect();
    if std::env::var_os("YAOSU_WRITE_GOLDEN").is_some() {
        write_golden(&path, &found);
    }
    let frozen = std::fs::read_to_string(&path).unwrap_or_default();
    for (frozen, found) in frozen.lines().zip(found.lines()) {
        assert_eq!(found, frozen, "{name}: the format has changed: see the head of this file");
    }
    assert_eq!(found.lines().count(), frozen.lines().count(), "{name}: samples come and go only with the format");
}

#[expect(clippy::disallowed_methods, reason = "the one place of the tests that writes a file, when it is asked to")]
fn write_golden(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("the folder of golden files is there");
}

/// The place of each action in its enumeration. A new one must be added here, and so gets a sample.
const fn place_of_action(action: &Action) -> usize {
    match action {
        Action::EnrolTrader { .. } => 0,
        Action::RotateKeys { .. } => 1,
        Action::Propose { .. } => 2,
        Action::Approve { .. } => 3,
        Action::Issue { .. } => 4,
        Action::Redeem { .. } => 5,
        Action::Pay { .. } => 6,
        Action::RegisterAsset { .. } => 7,
        Action::AddVersion { .. } => 8,
        Action::ApplyAgain { .. } => 9,
        Action::Object { .. } => 10,
        Action::RuleObjection { .. } => 11,
        Action::GrantRegistration { .. } => 12,
        Action::RefuseRegistration { .. } => 13,
        Action::CancelRegistration { .. } => 14,
        Action::TransferRight { .. } => 15,
        Action::CreateListing { .. } => 16,
        Action::PauseListing { .. } => 17,
        Action::ResumeListing { .. } => 18,
        Action::EndListing { .. } => 19,
        Action::PlaceOrder { .. } => 20,
        Action::Deliver { .. } => 21,
        Action::Acknowledge { .. } => 22,
        Action::RejectDelivery { .. } => 23,
        Action::RevealKey { .. } => 24,
        Action::AcceptDelivery { .. } => 25,
        Action::ProveMisbehaviour { .. } => 26,
        Action::ChallengeKey { .. } => 27,
        Action::OpenKey { .. } => 28,
        Action::OpenQualityDispute { .. } => 29,
        Action::RuleDispute { .. } => 30,
        Action::Sublicense { .. } => 31,
        Action::RecordUse { .. } => 32,
        Action::Terminate { .. } => 33,
        Action::Supersede { .. } => 34,
        Action::StateDeletion { .. } => 35,
        Action::Recall { .. } => 36,
        Action::AcknowledgeRecall { .. } => 37,
        Action::ReleaseParked { .. } => 38,
        Action::Attest { .. } => 39,
        Action::WithdrawAttestation { .. } => 40,
        Action::Regrade { .. } => 41,
        Action::DeclareGrade { .. } => 42,
        Action::ChangeOpenness { .. } => 43,
        Action::AuthoriseOperation { .. } => 44,
        Action::SetPriceCeiling { .. } => 45,
        Action::Freeze { .. } => 46,
        Action::LiftFreeze { .. } => 47,
        Action::AppealFreeze { .. } => 48,
        Action::RuleAppeal { .. } => 49,
        Action::OfferRight { .. } => 50,
        Action::BuyRight { .. } => 51,
        Action::Delist { .. } => 52,
        Action::OpenNegotiation { .. } => 53,
        Action::AnswerDemand { .. } => 54,
        Action::CounterOffer { .. } => 55,
        Action::AcceptOffer { .. } => 56,
        Action::WithdrawOffer { .. } => 57,
        Action::CreateDemand { .. } => 58,
        Action::EndDemand { .. } => 59,
        Action::RenewSubscription { .. } => 60,
        Action::RequestVersion { .. } => 61,
        Action::EndRenewals { .. } => 62,
    }
}

const fn place_of_measure(measure: &Measure) -> usize {
    match measure {
        Measure::Enrol { .. } => 0,
        Measure::SetRoles { .. } => 1,
        Measure::SetStatus { .. } => 2,
        Measure::SetValidators { .. } => 3,
        Measure::AdmitNode { .. } => 4,
        Measure::DismissNode { .. } => 5,
        Measure::SetRulePack { .. } => 6,
    }
}

const fn place_of_event(event: &Event) -> usize {
    match event {
        Event::ParticipantEnrolled { .. } => 0,
        Event::KeysRotated { .. } => 1,
        Event::RolesSet { .. } => 2,
        Event::StatusSet { .. } => 3,
        Event::Proposed { .. } => 4,
        Event::ProposalApproved { .. } => 5,
        Event::ProposalMoved { .. } => 6,
        Event::ValidatorsChanged { .. } => 7,
        Event::TurnMissed { .. } => 8,
        Event::Issued { .. } => 9,
        Event::Redeemed { .. } => 10,
        Event::Paid { .. } => 11,
        Event::AssetRegistered { .. } => 12,
        Event::VersionAdded { .. } => 13,
        Event::Derived { .. } => 14,
        Event::AppliedAgain { .. } => 15,
        Event::Objected { .. } => 16,
        Event::ObjectionRuled { .. } => 17,
        Event::RegistrationGranted { .. } => 18,
        Event::RegistrationRefused { .. } => 19,
        Event::RegistrationCancelled { .. } => 20,
        Event::RightTransferred { .. } => 21,
        Event::ListingCreated { .. } => 22,
        Event::ListingPaused { .. } => 23,
        Event::ListingResumed { .. } => 24,
        Event::ListingEnded { .. } => 25,
        Event::OrderPlaced { .. } => 26,
        Event::OrderDelivered { .. } => 27,
        Event::OrderAcknowledged { .. } => 28,
        Event::OrderSettled { .. } => 29,
        Event::OrderRefunded { .. } => 30,
        Event::LicenceGranted { .. } => 31,
        Event::LicenceExpired { .. } => 32,
        Event::KeyRevealed { .. } => 33,
        Event::KeyChallenged { .. } => 34,
        Event::KeyOpened { .. } => 35,
        Event::DisputeOpened { .. } => 36,
        Event::DisputeRuled { .. } => 37,
        Event::OrderSplit { .. } => 38,
        Event::BondLost { .. } => 39,
        Event::RoyaltyPaid { .. } => 40,
        Event::RoyaltyParked { .. } => 41,
        Event::ParkedReleased { .. } => 42,
        Event::Sublicensed { .. } => 43,
        Event::UseRecorded { .. } => 44,
        Event::LicenceEnded { .. } => 45,
        Event::TerminationStated { .. } => 46,
        Event::DeletionDue { .. } => 47,
        Event::DeletionOverdue { .. } => 48,
        Event::DeletionStated { .. } => 49,
        Event::Recalled { .. } => 50,
        Event::RecallReached { .. } => 51,
        Event::RecallComplete { .. } => 52,
        Event::RecallAcknowledged { .. } => 53,
        Event::RecallOverdue { .. } => 54,
        Event::Attested { .. } => 55,
        Event::AttestationSuperseded { .. } => 56,
        Event::AttestationWithdrawn { .. } => 57,
        Event::AttestationExpired { .. } => 58,
        Event::Regraded { .. } => 59,
        Event::OpennessChanged { .. } => 60,
        Event::OperationAuthorised { .. } => 61,
        Event::PriceCeilingSet { .. } => 62,
        Event::Frozen { .. } => 63,
        Event::FreezeEnded { .. } => 64,
        Event::FreezeAppealed { .. } => 65,
        Event::AppealRuled { .. } => 66,
        Event::ListingSoldOut { .. } => 67,
        Event::ListingDelisted { .. } => 68,
        Event::RightOffered { .. } => 69,
        Event::RightSold { .. } => 70,
        Event::NegotiationOpened { .. } => 71,
        Event::OfferCountered { .. } => 72,
        Event::OfferAccepted { .. } => 73,
        Event::OfferWithdrawn { .. } => 74,
        Event::NegotiationExpired { .. } => 75,
        Event::DemandCreated { .. } => 76,
        Event::DemandMet { .. } => 77,
        Event::DemandEnded { .. } => 78,
        Event::SubscriptionRenewed { .. } => 79,
        Event::RenewalsEnded { .. } => 80,
    }
}

/// Every place from 0 to the last is there, and it is the number that stands in the bytes.
fn assert_complete(what: &str, last: usize, places: impl Iterator<Item = (usize, u8)>) {
    let mut found = BTreeSet::new();
    for (place, byte) in places {
        assert_eq!(usize::from(byte), place, "{what}: the place of a variant is its number on the wire");
        found.insert(place);
    }
    assert_eq!(found, (0..=last).collect(), "{what}: each variant has a sample");
}

#[test]
fn golden_transactions() {
    let actions = values::actions();
    assert_complete("action", 62, actions.iter().map(|action| (place_of_action(action), encode(action)[0])));
    let measures = values::measures();
    assert_complete("measure", 6, measures.iter().map(|measure| (place_of_measure(measure), encode(measure)[0])));
    let samples: Vec<Sample> = actions
        .into_iter()
        .map(|action| {
            let kind = match &action {
                Action::Propose { measure } => format!("-{}", place_of_measure(measure)),
                Action::ProveMisbehaviour { proof: Proof::Node(_), .. } => "-node".to_owned(),
                Action::ProveMisbehaviour { proof: Proof::Leaf(_), .. } => "-leaf".to_owned(),
                _ => String::new(),
            };
            (format!("{}{kind}", action.name()), encode(&values::transaction(action)))
        })
        .collect();
    compare("transactions.txt", &samples);
}

#[test]
fn golden_events() {
    let events = values::events();
    assert_complete("event", 80, events.iter().map(|event| (place_of_event(event), encode(event)[0])));
    let mut samples: Vec<Sample> = Vec::new();
    for event in events {
        let json = serde_json::to_value(&event).expect("JSON");
        let kind = if let Event::Proposed { measure, .. } = &event {
            format!("-{}", place_of_measure(measure))
        } else {
            String::new()
        };
        let name = format!("{}{kind}", json["type"].as_str().expect("an event names its type"));
        samples.push((name, encode(&values::event_record(event))));
    }
    compare("events.txt", &samples);
}

#[test]
fn golden_records() {
    let rows = values::rows();
    let tables: BTreeSet<&str> = rows.iter().map(|row| row.table).collect();
    assert_eq!(tables, TABLES.iter().map(|(_, name)| *name).collect(), "each table has a sample");
    let mut samples: Vec<Sample> = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        samples.push((format!("{}-{place}-key", row.table), row.key));
        samples.push((format!("{}-{place}-record", row.table), row.record));
    }
    compare("records.txt", &samples);
}

#[test]
fn golden_types() {
    let mut samples: Vec<Sample> = vec![
        ("header".to_owned(), encode(&values::header())),
        ("block".to_owned(), values::block().encode()),
        ("certificate".to_owned(), encode(&values::certificate())),
        ("validator-set".to_owned(), encode(&values::validator_set())),
        ("genesis".to_owned(), encode(&values::founding())),
        ("list-proof".to_owned(), encode(&values::list_proof())),
        ("vote".to_owned(), encode(&values::vote())),
        ("vote-for-none".to_owned(), encode(&values::vote_for_none())),
        ("policy".to_owned(), encode(&values::policy())),
    ];
    for (place, cause) in values::terminations().iter().enumerate() {
        samples.push((format!("termination-{place}"), encode(cause)));
    }
    for (place, proof) in values::state_proofs().iter().enumerate() {
        samples.push((format!("state-proof-{place}"), encode(proof)));
    }
    for (place, receipt) in values::receipts().iter().enumerate() {
        samples.push((format!("receipt-{place}"), encode(receipt)));
    }
    compare("types.txt", &samples);
}

/// Goal: identifiers and roots are frozen too: they hang on contexts and on what is hashed, which no bytes above show.
#[test]
fn golden_digests() {
    use yaosu_ledger::hash::{Domain, digest, digest_pair};
    use yaosu_ledger::{
        AssetId, AttestationId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId,
        ProposalId, RecallId, TransactionId,
    };
    let block = values::block();
    let envelope: &Envelope = &block.transactions[0];
    let transaction: TransactionId = envelope.id();
    let mut samples: Vec<Sample> = Domain::ALL
        .iter()
        .map(|domain| (format!("domain-{}", domain.context().replace(' ', "-")), digest(*domain, b"yaosu").0.to_vec()))
        .collect();
    let nothing = values::NOTHING;
    let leaf = envelope.leaf();
    let event = values::event_record(values::events()[1].clone());
    let rows = values::rows();
    let records = rows.iter().map(|row| (row.key.clone(), std::sync::Arc::from(row.record.as_slice())));
    let state = yaosu_ledger::state::State::from_records(records);
    let named = [
        ("pair", digest_pair(Domain::MerkleNode, &nothing, &leaf)),
        ("transaction-id", transaction.0),
        ("transaction-leaf", leaf),
        ("event-leaf", event.leaf()),
        ("block-id", block.id().0),
        ("transactions-root", block.header.transactions_root),
        ("empty-root", yaosu_ledger::merkle_list::root(&[])),
        ("root-of-one", yaosu_ledger::merkle_list::root(&[leaf])),
        ("root-of-three", yaosu_ledger::merkle_list::root(&[leaf, nothing, leaf])),
        ("state-root", state.root()),
        ("chain-id", values::founding().chain().0),
        ("validator-set", values::validator_set().hash()),
        ("genesis-participant", ParticipantId::of_genesis("acme-weather").0),
        ("participant", ParticipantId::created_by(transaction).0),
        ("asset", AssetId::created_by(transaction).0),
        ("listing", ListingId::created_by(transaction).0),
        ("order", OrderId::created_by(transaction).0),
        ("proposal", ProposalId::created_by(transaction).0),
        ("freeze", FreezeId::created_by(transaction).0),
        ("negotiation", NegotiationId::created_by(transaction).0),
        ("demand", DemandId::created_by(transaction).0),
        ("attestation", AttestationId::created_by(transaction).0),
        ("licence", LicenceId::created_by(OrderId(nothing)).0),
        ("sublicence", LicenceId::sublicensed_by(transaction).0),
        ("recall", RecallId::created_by(transaction).0),
    ];
    samples.extend(named.map(|(name, digest)| (name.to_owned(), digest.0.to_vec())));
    let chain = envelope.body().chain;
    let messages = Context::ALL.iter().map(|context| {
        (format!("message-{context:?}"), yaosu_ledger::signature::message(*context, &chain, b"payload"))
    });
    samples.extend(messages);
    samples.push(("message-of-vote".to_owned(), values::vote().message(&chain)));
    compare("digests.txt", &samples);
}
