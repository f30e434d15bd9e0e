//! Every action.

use super::*;

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

/// Every right to terminate.
pub fn terminations() -> [Termination; 4] {
    let digest = digest("evidence");
    [
        Termination::Mutual { with: id_of("bob") },
        Termination::Breach { evidence: digest, arbiter: None },
        Termination::Breach { evidence: digest, arbiter: Some(id_of("alice")) },
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
