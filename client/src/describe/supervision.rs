//! Attestations, grades, public data and freezes, in words.

use yaosu_ledger::model::{Findings, FreezeScope, Openness};
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;

use crate::parse::{short, show_ratio, show_time};
use crate::session::Context;

/// What such an action does: `freezes ...`.
pub fn predicate(action: &Action, context: &Context) -> String {
    match action {
        Action::Attest { kind, asset, version, verdict, findings, valid_until, .. } => format!(
            "attests the {kind} of version {version} of {}: {verdict}{}, valid until {}",
            context.title(*asset),
            in_addition(*findings, context),
            show_time(*valid_until)
        ),
        Action::WithdrawAttestation { attestation, reason } => {
            format!("takes attestation {} back: {reason}", short(attestation))
        }
        Action::Regrade { asset, grade, legal_basis } => {
            format!("grades {} {grade}, on the legal basis {}", context.title(*asset), short(legal_basis))
        }
        Action::DeclareGrade { asset, grade } => format!("grades {} {grade}", context.title(*asset)),
        Action::ChangeOpenness { asset, openness } => {
            format!("lets {} be {}", context.title(*asset), self::openness(openness, context))
        }
        Action::AuthoriseOperation { asset, holder, .. } => {
            format!("takes charge of {}, which {} holds", context.title(*asset), context.name(*holder))
        }
        Action::SetPriceCeiling { asset, ceiling, .. } => {
            format!("lets a licence of {} cost {} at most", context.title(*asset), context.money(*ceiling))
        }
        Action::Freeze { target, scope, legal_basis, until } => format!(
            "freezes {} of {} until {}, on the legal basis {}",
            scope_words(*scope),
            subject(*target, context),
            show_time(*until),
            short(legal_basis)
        ),
        Action::LiftFreeze { freeze, reason } => format!("lifts freeze {}: {reason}", short(freeze)),
        Action::AppealFreeze { freeze, statement, .. } => {
            format!("appeals against freeze {}: {statement}", short(freeze))
        }
        Action::RuleAppeal { freeze, overturned, reason } => {
            let ruling = if *overturned { "overturns" } else { "lets stand" };
            format!("{ruling} freeze {}: {reason}", short(freeze))
        }
        other => super::told_elsewhere(other.name()),
    }
}

/// A thing that is frozen, by its name.
pub fn subject(subject: Subject, context: &Context) -> String {
    match subject {
        Subject::Participant(id) => context.name(id),
        Subject::Asset(id) => context.title(id),
        Subject::Listing(id) => format!("listing {}", short(id)),
        Subject::Order(id) => format!("order {}", short(id)),
        Subject::Licence(id) => format!("licence {}", short(id)),
        Subject::Proposal(id) => format!("proposal {}", short(id)),
        Subject::Recall(id) => format!("recall {}", short(id)),
        Subject::Attestation(id) => format!("attestation {}", short(id)),
        Subject::Freeze(id) => format!("freeze {}", short(id)),
        Subject::Negotiation(id) => format!("negotiation {}", short(id)),
        Subject::Demand(id) => format!("demand {}", short(id)),
    }
}

const fn scope_words(scope: FreezeScope) -> &'static str {
    match scope {
        FreezeScope::Trade => "the trade",
        FreezeScope::Delivery => "the delivery",
        FreezeScope::Use => "the use",
        FreezeScope::Funds => "the funds",
        FreezeScope::All => "everything",
    }
}

/// What was found, after the verdict.
fn in_addition(findings: Findings, context: &Context) -> String {
    let words = self::findings(findings, context);
    if words.is_empty() { String::new() } else { format!(" ({words})") }
}

/// What was found.
pub fn findings(findings: Findings, context: &Context) -> String {
    match findings {
        Findings::None => String::new(),
        Findings::Quality(scores) => {
            scores.named().map(|(name, score)| format!("{name} {}", show_ratio(score))).join(", ")
        }
        Findings::Worth { from, to } => format!("{} to {}", context.money(from), context.money(to)),
        Findings::Grade(grade) => format!("grade {grade}"),
    }
}

/// Whether data is open.
pub fn openness(openness: &Openness, context: &Context) -> String {
    match openness {
        Openness::NotPublic => "not public data".to_owned(),
        Openness::Open => "open without conditions".to_owned(),
        Openness::Conditional { terms } => format!("open on conditions: {terms}"),
        Openness::Closed { reason, approver, review } => {
            format!("closed ({reason}), approved by {}, reviewed {}", context.name(*approver), show_time(*review))
        }
    }
}
