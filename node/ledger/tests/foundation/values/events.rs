//! Every event.

use super::*;

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

/// An event with its cause.
pub fn event_record(event: Event) -> EventRecord {
    EventRecord { cause: Cause::Transaction(TransactionId(digest("transaction"))), event }
}
