//! Invariants 19 to 22: the exchange of data for money, and time. Invariant 23 is where blocks are made, in
//! [`world`](crate::world).

use std::collections::BTreeSet;

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Duration, OrderId, Timestamp};

use crate::model::{Cause, Model, Sale, Step};
use crate::world::Asked;

/// What somebody asked for who signed as they must, and the answer: before the model goes along.
pub fn check_answer(model: &Model, asked: &Asked<'_>) {
    invariant_19_honest_sellers_are_heard(model, asked);
    invariant_20_buyers_in_time_are_heard(model, asked);
}

/// Before the model goes along with a step.
pub fn foresee(model: &Model, step: &Step<'_>) {
    invariant_19_honest_sellers_keep_their_bonds(model, step);
    invariant_20_buyers_in_time_keep_their_money(model, step);
}

/// After it.
pub fn check(model: &Model, step: &Step<'_>) {
    invariant_22_waiting_shortens_no_window(model, step);
    invariant_21_deadlines_are_what_records_say(step);
    invariant_21_nothing_due_waits(model, step);
}

/// An order that an action is about, if it still runs, and whether a freeze stops its delivery.
fn running<'m>(model: &'m Model, order: &OrderId, now: Timestamp) -> Option<(&'m Sale, bool)> {
    let sale = model.sales.get(order)?;
    let is_stopped = model.delivery(*order).iter().any(|target| model.is_stopped(FreezeScope::Delivery, *target));
    sale.deadline.is_some_and(|deadline| now < deadline).then_some((sale, is_stopped))
}

/// A seller who does what must be done, in time and not stopped by a regulator, is not refused; and no accusation of one
/// who has sealed what is registered is taken.
fn invariant_19_honest_sellers_are_heard(model: &Model, asked: &Asked<'_>) {
    if let Action::ProveMisbehaviour { order, .. } = asked.action {
        let is_honest = model.sales.get(order).is_some_and(|sale| sale.is_honest(*order));
        assert!(!(is_honest && asked.answer.is_ok()), "19: {order}: an honest seller was convicted");
    }
    let (order, needed) = match asked.action {
        Action::Deliver { order, .. } => (order, OrderStatus::Placed),
        Action::RevealKey { order, .. } => (order, OrderStatus::Acknowledged),
        Action::OpenKey { order, .. } => (order, OrderStatus::KeyChallenged),
        _ => return,
    };
    let Some((sale, is_stopped)) = running(model, order, asked.now) else { return };
    let is_stopped = is_stopped && !matches!(asked.action, Action::OpenKey { .. });
    if sale.status != needed || sale.seller != asked.signer || is_stopped {
        return;
    }
    assert!(asked.answer.is_ok() || is_form(asked), "19: {order}: a seller in time was refused: {:?}", asked.answer);
}

/// Whether the answer is about what was written, not about who wrote it and when.
const fn is_form(asked: &Asked<'_>) -> bool {
    use Rejection::{LocationEmpty, ReasonEmpty, SealedKeyEmpty, SecretOther};
    matches!(asked.answer, Err(LocationEmpty | ReasonEmpty | SealedKeyEmpty | SecretOther { .. }))
}

/// A buyer who does what protects them, in time, is not refused; and what does not convict never does.
fn invariant_20_buyers_in_time_are_heard(model: &Model, asked: &Asked<'_>) {
    let (Action::RejectDelivery { order, .. }
    | Action::ProveMisbehaviour { order, .. }
    | Action::ChallengeKey { order }
    | Action::Acknowledge { order, .. }) = asked.action
    else {
        return;
    };
    let Some((sale, _)) = running(model, order, asked.now).filter(|(sale, _)| sale.buyer == asked.signer) else {
        return;
    };
    let must = match asked.action {
        Action::RejectDelivery { .. } => sale.status == OrderStatus::Delivered,
        Action::Acknowledge { ciphertext_root, nodes_root, .. } => {
            let is_same = |sealed: &yaosu_ledger::sealed::Commitment| {
                (sealed.ciphertext_root, sealed.nodes_root) == (*ciphertext_root, *nodes_root)
            };
            sale.status == OrderStatus::Delivered && sale.sealed.as_ref().is_some_and(is_same)
        }
        Action::ChallengeKey { .. } => sale.status == OrderStatus::KeyRevealed && !sale.is_challenged,
        action => sale.status == OrderStatus::KeyRevealed && model.is_sound(*order, action),
    };
    assert_eq!(asked.answer.is_ok(), must && !is_form(asked), "20: {order}: a buyer in time: {:?}", asked.answer);
}

/// A seller loses a bond by silence, by a proof that something else was sealed, or by a ruling; by nothing else.
fn invariant_19_honest_sellers_keep_their_bonds(model: &Model, step: &Step<'_>) {
    for event in step.events {
        let Event::BondLost { order, from, .. } = event else { continue };
        let sale = &model.sales[order];
        let by_ruling = |applied: &crate::model::Applied<'_>| matches!(applied.action, Action::RuleDispute { order: ruled, .. } if ruled == order);
        let is_deserved = match step.cause {
            Cause::Block => {
                let waits_for_seller =
                    matches!(sale.status, OrderStatus::Placed | OrderStatus::Acknowledged | OrderStatus::KeyChallenged);
                waits_for_seller && *from == sale.seller && sale.deadline.is_some_and(|deadline| deadline <= step.now)
            }
            Cause::Transaction(applied) => by_ruling(applied) || (*from == sale.seller && !sale.is_honest(*order)),
        };
        assert!(is_deserved, "19: {from} lost a bond on {order} for nothing");
    }
}

/// Money leaves a buyer's order only when the buyer accepts, lets the time pass in which to check, or is ruled against;
/// and never for something else than was registered, if the buyer says so in time.
fn invariant_20_buyers_in_time_keep_their_money(model: &Model, step: &Step<'_>) {
    for event in step.events {
        let (Event::OrderSettled { order, .. } | Event::OrderSplit { order, .. }) = event else { continue };
        let Some(sale) = model.sales.get(order) else { continue };
        let is_fair = match step.cause {
            Cause::Block => matches!(sale.status, OrderStatus::KeyRevealed | OrderStatus::Disputed),
            Cause::Transaction(applied) => match applied.action {
                Action::AcceptDelivery { .. } => {
                    applied.signer == sale.buyer && sale.status == OrderStatus::KeyRevealed
                }
                Action::RuleDispute { .. } => sale.status == OrderStatus::Disputed,
                _ => false,
            },
        };
        assert!(is_fair, "20: {order} was paid while it was {}", sale.status);
    }
}

/// The table of deadlines is what the records say.
fn invariant_21_deadlines_are_what_records_say(step: &Step<'_>) {
    let view = step.after;
    let mut expected: BTreeSet<(Timestamp, Subject)> = BTreeSet::new();
    for (id, found) in &view.listings {
        let lives = matches!(found.status, ListingStatus::Active | ListingStatus::Paused);
        expected.extend(found.until.filter(|_| lives).map(|until| (until, Subject::Listing(*id))));
    }
    expected.extend(view.orders.iter().filter_map(|(id, found)| Some((found.deadline?, Subject::Order(*id)))));
    for (id, found) in &view.licences {
        let until = found.until.filter(|_| found.status == LicenceStatus::Active);
        let deletion = if let Deletion::Due { deadline } = found.deletion { Some(deadline) } else { None };
        // What stands under one that ended ends with the next block.
        let under = found.ended.filter(|_| found.sublicences > 0).map(|ended| ended.after(Duration(1)));
        let first = [until, found.recall_deadline, deletion, under].into_iter().flatten().min();
        expected.extend(first.map(|first| (first, Subject::Licence(*id))));
    }
    expected.extend(view.proposals.iter().filter_map(|(id, found)| Some((found.deadline?, Subject::Proposal(*id)))));
    expected.extend(view.recalls.iter().filter_map(|(id, found)| Some((found.due?, Subject::Recall(*id)))));
    for (id, found) in view.attestations.iter().filter(|(_, found)| found.status == AttestationStatus::Issued) {
        expected.insert((found.valid_until, Subject::Attestation(*id)));
    }
    for (id, found) in view.freezes.iter().filter(|(_, found)| found.status == FreezeStatus::Active) {
        expected.insert((found.until, Subject::Freeze(*id)));
    }
    for (id, found) in view.negotiations.iter().filter(|(_, found)| found.status == NegotiationStatus::Open) {
        expected.extend(found.deadline.map(|deadline| (deadline, Subject::Negotiation(*id))));
    }
    for (id, found) in view.demands.iter().filter(|(_, found)| found.status == DemandStatus::Open) {
        expected.insert((found.until, Subject::Demand(*id)));
    }
    let found: BTreeSet<_> = view.deadlines.keys().copied().collect();
    assert_eq!(found, expected, "21: deadlines of nothing, or none of something");
    assert!(found.first().is_none_or(|(first, _)| step.now < *first), "21: something due was not done");
    let looks = view.reviews.keys().next();
    assert!(looks.is_none_or(|(since, _)| step.now < *since), "21: a listing was not looked at again");
}

/// Whatever had a deadline that has come is over, and what has none yet goes on. The outcomes are the model's to know.
fn invariant_21_nothing_due_waits(model: &Model, step: &Step<'_>) {
    for (id, sale) in model.sales.iter().filter(|(_, sale)| sale.is_open()) {
        assert!(sale.deadline.is_some_and(|deadline| step.now < deadline), "21: {id} should have ended");
    }
    let late = |until: Timestamp| until <= step.now;
    assert!(!model.stops.values().any(|stop| stop.is_active && late(stop.until)), "21: a freeze should have ended");
    let lasts = |grant: &crate::model::Grant| grant.is_live && grant.until.is_some_and(late);
    assert!(!model.grants.values().any(lasts), "21: a licence should have ended");
    let owes = |grant: &crate::model::Grant| grant.recall_deadline.is_some_and(late);
    assert!(!model.grants.values().any(owes), "21: a duty should be overdue");
    for (id, talk) in &model.talks {
        let found = &step.after.negotiations[id];
        assert_eq!(found.status == NegotiationStatus::Open, talk.is_open, "21: the negotiation {id}");
    }
    if let Cause::Block = step.cause {
        ends_by_themselves(step);
    }
}

/// What a block ends by itself had its deadline.
fn ends_by_themselves(step: &Step<'_>) {
    let before = step.before;
    let is_due = |subject: Subject| before.deadlines.keys().any(|(time, found)| *found == subject && *time <= step.now);
    for event in step.events {
        let subject = match *event {
            Event::ListingEnded { listing, .. } => Subject::Listing(listing),
            Event::NegotiationExpired { negotiation, .. } => Subject::Negotiation(negotiation),
            Event::DemandEnded { demand } => Subject::Demand(demand),
            Event::ProposalMoved { proposal, .. } => Subject::Proposal(proposal),
            Event::DeletionOverdue { licence, .. } => Subject::Licence(licence),
            _ => continue,
        };
        assert!(is_due(subject), "21: {subject:?} ended before its time");
    }
}

/// Deadlines are counted from the block that includes what starts them, by the market's numbers that it was under.
fn invariant_22_waiting_shortens_no_window(model: &Model, step: &Step<'_>) {
    assert_eq!(model.sales.len(), step.after.orders.len(), "22: orders of nothing");
    for (id, sale) in &model.sales {
        let found = &step.after.orders[id];
        assert_eq!((found.status, found.deadline), (sale.status, sale.deadline), "22, 27: {id}");
    }
    for (id, talk) in model.talks.iter().filter(|(_, talk)| talk.is_open) {
        assert_eq!(step.after.negotiations[id].deadline, Some(talk.lapses), "22: the negotiation {id}");
    }
    let Some(applied) = step.applied() else { return };
    match applied.action {
        Action::Propose { .. } => {
            let id = yaosu_ledger::ProposalId::created_by(applied.id);
            let found = &step.after.proposals[&id];
            let window = match found.status {
                ProposalStatus::Open => model.pack.proposal_window,
                _ => model.pack.enactment_delay,
            };
            assert_eq!(found.deadline, Some(step.now.after(window)), "22: the proposal {id}");
        }
        Action::Approve { proposal } => {
            let found = &step.after.proposals[proposal];
            let enacted = step.now.after(model.pack.enactment_delay);
            let expected = match found.status {
                ProposalStatus::Open => step.before.proposals[proposal].deadline,
                _ => Some(enacted),
            };
            assert_eq!(found.deadline, expected, "22: the proposal {proposal}");
        }
        _ => {}
    }
}
