//! Pages of what has no page of its own shape: proposals, negotiations, demands, attestations, freezes, recalls.

use maud::{Markup, html};
use yaosu_api::Entity;
use yaosu_ledger::model::{Attestation, Demand, Findings, Freeze, Measure, Negotiation, Proposal, Recall};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{AttestationId, DemandId, FreezeId, NegotiationId, ProposalId, RecallId};

use super::parts::{history, history_table, terms};
use super::room::{Room, short};
use super::route::{Door, Page};
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::{attestations, demands, freezes, history as histories, negotiations, proposals, recalls};

/// Where they are found.
pub static DOORS: [&Door; 6] = [&PROPOSAL, &NEGOTIATION, &DEMAND, &ATTESTATION, &FREEZE, &RECALL];

type Rows = Vec<(&'static str, Markup)>;

macro_rules! doors {
    ($($door:ident $path:literal $word:ident $module:ident $history:ident $rows:ident: $item:ty;)*) => {$(
        static $door: Door = Door {
            path: $path,
            html: |room, call| {
                let found: $item = room.ask($module::show, &Call::to(call.path("ref"), &[]))?;
                let rows = $rows(room, &found);
                page(room, room.words.$word, &short(&found.id), &rows, history(room, call, histories::$history, &[])?)
            },
            json: Some(|room, call| $module::show(room.view, call)),
            csv: Some(|room, call| history_table(room, call, histories::$history)),
        };
    )*};
}

doors! {
    PROPOSAL "/proposals/{ref}" proposal proposals of_proposal proposal: Entity<ProposalId, Proposal>;
    NEGOTIATION "/negotiations/{ref}" negotiation negotiations of_negotiation negotiation: Entity<NegotiationId, Negotiation>;
    DEMAND "/demands/{ref}" demand demands of_demand demand: Entity<DemandId, Demand>;
    ATTESTATION "/attestations/{ref}" attestation attestations of_attestation attestation: Entity<AttestationId, Attestation>;
    FREEZE "/freezes/{ref}" freeze freezes of_freeze freeze: Entity<FreezeId, Freeze>;
    RECALL "/recalls/{ref}" recall recalls of_recall recall: Entity<RecallId, Recall>;
}

#[expect(clippy::unnecessary_wraps, reason = "the end of a page's function")]
fn page(_: &Room, word: &str, id: &str, rows: &Rows, history: Markup) -> Result<Page, ApiError> {
    let title = format!("{word} {id}");
    let body = html! {
        h1 { (title) }
        (terms(rows))
        (history)
    };
    Ok(Page::new(title, body))
}

fn identifier(room: &Room, id: &impl std::fmt::Display) -> (&'static str, Markup) {
    (room.words.identifier, html! { code.whole { (id.to_string()) } })
}

fn proposal(room: &Room, Entity { id, record }: &Entity<ProposalId, Proposal>) -> Rows {
    let words = room.words;
    let mut rows = vec![
        (words.action, html! { (room.name(&record.measure)) }),
        (words.status, html! { (room.name(&record.status)) }),
        (words.proposer, room.party(record.proposer)),
        (words.approvals, html! { @for operator in &record.approvals { (room.party(*operator)) " " } }),
    ];
    if let Measure::SetRoles { participant, .. } | Measure::SetStatus { participant, .. } = &record.measure {
        rows.push((words.participant, room.party(*participant)));
    }
    if let Some(deadline) = record.deadline {
        rows.push((words.deadline, room.time(deadline)));
    }
    rows.push(identifier(room, id));
    rows
}

fn negotiation(room: &Room, Entity { id, record }: &Entity<NegotiationId, Negotiation>) -> Rows {
    let words = room.words;
    let mut rows = vec![
        (words.status, html! { (room.name(&record.status)) }),
        (words.asset, room.asset(record.asset)),
        (words.version, html! { (record.version) }),
        (words.seller, room.party(record.seller)),
        (words.buyer, room.party(record.buyer)),
        (words.price, super::listing::price_of(room, &record.terms)),
        (words.round, html! { (record.round) " (" (room.name(&record.offered_by)) ")" }),
        (words.purpose, html! { (room.name(&record.purpose)) }),
        (words.origin, room.subject(record.ground.into())),
        (words.created, room.time(record.opened)),
    ];
    if let Some(deadline) = record.deadline {
        rows.push((words.deadline, room.time(deadline)));
    }
    if let Some(order) = record.order {
        rows.push((words.order, room.id(Subject::Order(order))));
    }
    rows.extend(room.policy(&record.terms.policy));
    rows.push(identifier(room, id));
    rows
}

fn demand(room: &Room, Entity { id, record }: &Entity<DemandId, Demand>) -> Rows {
    let words = room.words;
    let wanted = &record.wanted;
    let mut rows = vec![
        (words.title, html! { bdi { (wanted.title) } }),
        (words.text, html! { bdi { (wanted.description) } }),
        (words.status, html! { (room.name(&record.status)) }),
        (words.buyer, room.party(record.buyer)),
        (words.sector, html! { bdi { (wanted.sector) } }),
        (words.actions, html! { (room.list(wanted.actions.iter())) }),
        (words.purpose, html! { (room.name(&wanted.purpose)) }),
        (words.price, room.money(wanted.max_price)),
        (words.created, room.time(record.created)),
        (words.until, room.time(record.until)),
    ];
    if let Some(met) = record.met_by {
        rows.push((words.negotiation, room.id(Subject::Negotiation(met))));
    }
    rows.push(identifier(room, id));
    rows
}

fn attestation(room: &Room, Entity { id, record }: &Entity<AttestationId, Attestation>) -> Rows {
    let words = room.words;
    let mut rows = vec![
        (words.kind, html! { (room.name(&record.kind)) }),
        (words.verdict, html! { (room.name(&record.verdict)) }),
        (words.status, html! { (room.name(&record.status)) }),
        (words.asset, room.asset(record.asset)),
        (words.version, html! { (record.version) }),
        (words.assessor, room.party(record.assessor)),
        (words.created, room.time(record.issued)),
        (words.until, room.time(record.valid_until)),
        (words.evidence, room.hash(&record.report)),
    ];
    match &record.findings {
        Findings::None => {}
        Findings::Quality(scores) => {
            rows.push((words.complete, html! { (room.share(Some(scores.completeness))) }));
            rows.push((words.accurate, html! { (room.share(Some(scores.accuracy))) }));
            rows.push((words.timely, html! { (room.share(Some(scores.timeliness))) }));
        }
        Findings::Worth { from, to } => rows.push((words.price, html! { (room.money(*from)) " – " (room.money(*to)) })),
        Findings::Grade(grade) => rows.push((words.grade, html! { (room.name(grade)) })),
    }
    rows.push(identifier(room, id));
    rows
}

fn freeze(room: &Room, Entity { id, record }: &Entity<FreezeId, Freeze>) -> Rows {
    let words = room.words;
    let mut rows = vec![
        (words.title, room.subject(record.target)),
        (words.action, html! { (room.name(&record.scope)) }),
        (words.status, html! { (room.name(&record.status)) }),
        (words.authority, room.party(record.regulator)),
        (words.basis, room.hash(&record.legal_basis)),
        (words.since, room.time(record.since)),
        (words.until, room.time(record.until)),
    ];
    if let Some(appeal) = &record.appeal {
        rows.push((words.objector, room.party(appeal.appellant)));
        rows.push((words.statement, html! { bdi { (appeal.statement) } }));
    }
    rows.push(identifier(room, id));
    rows
}

fn recall(room: &Room, Entity { id, record }: &Entity<RecallId, Recall>) -> Rows {
    let words = room.words;
    vec![
        (words.asset, room.asset(record.asset)),
        (words.versions, html! { (record.first_version) " – " (record.last_version) }),
        (words.cause, html! { (room.name(&record.cause)) }),
        (words.status, html! { (room.name(&record.spread)) }),
        (words.authority, room.party(record.by)),
        (words.licences, html! { (record.licences) }),
        (words.since, room.time(record.since)),
        identifier(room, id),
    ]
}
