//! Invariants 24 to 27: who may do what. Invariant 28 is where transactions are tried, in [`world`](crate::world).

use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, LicenceId, ParticipantId};

use crate::model::{Model, Step};
use crate::world::Asked;

/// What somebody asked for, and the answer: before the model goes along.
pub fn check_answer(model: &Model, asked: &Asked<'_>) {
    invariant_26_freezes_block_exactly_their_scope(model, asked);
}

/// Before the model goes along with a step.
pub fn foresee(model: &Model, step: &Step<'_>) {
    invariant_24_only_present_keys_sign(model, step);
    invariant_25_nobody_judges_a_related_party(model, step);
}

/// After it.
pub fn check(model: &Model, step: &Step<'_>) {
    invariant_24_keys_are_who_they_belong_to(model, step);
    invariant_27_rule_packs_change_no_order(model, step);
}

/// Exactly those who must approve have, each by as many of the keys of now as it needs, and may act.
fn invariant_24_only_present_keys_sign(model: &Model, step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    let mut parties = applied.action.other_parties();
    parties.push(applied.signer);
    parties.sort_unstable();
    parties.dedup();
    let mut counted = 0;
    for party in parties {
        let person = &model.people[&party];
        assert_eq!(person.status, ParticipantStatus::Active, "24: {party} has acted and may not");
        let given = applied.keys.iter().filter(|key| person.keys.keys.contains(key)).count();
        assert_eq!(given, usize::from(person.keys.threshold), "24: keys of {party}");
        counted += given;
    }
    assert_eq!(counted, applied.keys.len(), "24: keys that are nobody's now");
}

fn invariant_24_keys_are_who_they_belong_to(model: &Model, step: &Step<'_>) {
    assert_eq!(model.people.len(), step.after.participants.len(), "24: participants of nothing");
    for (id, person) in &model.people {
        let found = &step.after.participants[id];
        assert_eq!((found.status, found.roles), (person.status, person.roles), "24: {id}");
        assert_eq!(found.enrolment.keys, person.keys, "24: keys of {id}");
    }
}

/// Those whom a thing concerns.
fn concerned(model: &Model, target: Subject) -> Vec<ParticipantId> {
    match target {
        Subject::Participant(id) => vec![id],
        Subject::Asset(id) => holders(model, id),
        Subject::Listing(id) => vec![model.offers[&id].seller],
        Subject::Order(id) => {
            let sale = &model.sales[&id];
            vec![sale.seller, sale.buyer, sale.payer, sale.licensee]
        }
        Subject::Licence(id) => vec![model.grants[&id].licensor, model.grants[&id].licensee],
        Subject::Negotiation(id) => {
            let talk = &model.talks[&id];
            vec![talk.seller, talk.buyer, talk.payer, talk.licensee]
        }
        Subject::Demand(id) => vec![model.demands[&id]],
        _ => panic!("26: {target:?} can't be frozen"),
    }
}

fn holders(model: &Model, asset: AssetId) -> Vec<ParticipantId> {
    Line::ALL.iter().map(|line| model.holder(asset, *line)).collect()
}

/// Whoever rules, grants, refuses, attests, grades, freezes or delists is neither concerned nor related to who is.
fn invariant_25_nobody_judges_a_related_party(model: &Model, step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    let mut judge = applied.signer;
    let judged = match applied.action {
        Action::GrantRegistration { asset, .. }
        | Action::RefuseRegistration { asset, .. }
        | Action::Regrade { asset, .. }
        | Action::Attest { asset, .. } => holders(model, *asset),
        Action::CancelRegistration { asset, .. } if model.holder(*asset, Line::Hold) != applied.signer => {
            holders(model, *asset)
        }
        Action::RuleObjection { asset, objection, .. } => {
            let mut parties = holders(model, *asset);
            parties.push(model.objections[&(*asset, *objection)]);
            parties
        }
        Action::RuleDispute { order, .. } => {
            let mut parties = concerned(model, Subject::Order(*order));
            parties.push(model.holder(model.sales[order].asset, Line::Operate));
            parties
        }
        Action::Freeze { target, .. } => concerned(model, *target),
        Action::Terminate { licence, cause: Termination::Regulator { .. }, .. } => {
            concerned(model, Subject::Licence(*licence))
        }
        Action::Terminate { licence, cause: Termination::Breach { arbiter: Some(arbiter), .. }, .. } => {
            judge = *arbiter;
            let mut parties = concerned(model, Subject::Licence(*licence));
            parties.push(model.holder(model.grants[licence].asset, Line::Operate));
            parties
        }
        Action::Recall { asset, cause, .. } if *cause != RecallCause::Withdrawn => holders(model, *asset),
        Action::LiftFreeze { freeze, .. } => concerned(model, model.stops[freeze].target),
        Action::RuleAppeal { freeze, .. } => {
            let frozen = &model.stops[freeze];
            vec![frozen.regulator, frozen.appellant.expect("an appeal is ruled that was made")]
        }
        Action::Delist { listing, .. } => concerned(model, Subject::Listing(*listing)),
        _ => Vec::new(),
    };
    for party in judged {
        assert!(!model.are_related(judge, party), "25: {judge} has judged {party}");
    }
}

/// What is frozen is stopped; and where a freeze answers, something is frozen that the action touches.
fn invariant_26_freezes_block_exactly_their_scope(model: &Model, asked: &Asked<'_>) {
    let stopped = || {
        touched(model, asked.signer, asked.action).into_iter().find(|(scope, target)| model.is_stopped(*scope, *target))
    };
    match asked.answer {
        Ok(()) => {
            let stopped = stopped();
            assert!(stopped.is_none(), "26: {} went through a freeze of {stopped:?}", asked.action.name());
        }
        Err(Rejection::FrozenNow { .. }) => {
            assert!(stopped().is_some(), "26: {} was stopped by nothing", asked.action.name());
        }
        Err(_) => {}
    }
}

/// What must not be frozen for an action, and in which scope: written down from what scopes mean.
fn touched(model: &Model, signer: ParticipantId, action: &Action) -> Vec<(FreezeScope, Subject)> {
    use FreezeScope::{Delivery, Funds, Trade, Use};
    let person = Subject::Participant;
    let mut touched = Vec::new();
    match action {
        Action::Pay { .. } => touched.push((Funds, person(signer))),
        Action::Redeem { from, .. } => touched.push((Funds, person(*from))),
        Action::TransferRight { asset, to, .. } => {
            touched.extend([Subject::Asset(*asset), person(signer), person(*to)].map(|target| (Trade, target)));
        }
        Action::CreateListing { asset, .. } | Action::OfferRight { asset, .. } => {
            touched.extend([Subject::Asset(*asset), person(signer)].map(|target| (Trade, target)));
        }
        Action::ResumeListing { listing } => {
            let Some(offer) = model.offers.get(listing) else { return touched };
            let targets = [Subject::Listing(*listing), Subject::Asset(offer.asset), person(offer.seller)];
            touched.extend(targets.map(|target| (Trade, target)));
        }
        Action::PlaceOrder { listing, plan, payer, licensee, .. } => {
            let Some(offer) = model.offers.get(listing) else { return touched };
            let parties = [offer.seller, signer, licensee.unwrap_or(signer)];
            touched.extend(trades(Subject::Listing(*listing), offer.asset, &parties));
            if let Some(terms) = offer.plans.get(usize::from(*plan)) {
                touched.extend(locks(terms, payer.unwrap_or(signer), offer.seller));
            }
        }
        Action::OpenNegotiation { listing, licensee, .. } => {
            let Some(offer) = model.offers.get(listing) else { return touched };
            let parties = [offer.seller, signer, licensee.unwrap_or(signer)];
            touched.extend(trades(Subject::Listing(*listing), offer.asset, &parties));
        }
        Action::AnswerDemand { demand, asset, .. } => {
            let Some(buyer) = model.demands.get(demand) else { return touched };
            touched.extend(trades(Subject::Demand(*demand), *asset, &[signer, *buyer]));
        }
        Action::CreateDemand { .. } => touched.push((Trade, person(signer))),
        Action::CounterOffer { negotiation, payer, licensee, .. }
        | Action::AcceptOffer { negotiation, payer, licensee, .. } => {
            let Some(talk) = model.talks.get(negotiation) else { return touched };
            let (mut pays, mut has) = (talk.payer, talk.licensee);
            if signer == talk.buyer {
                (pays, has) = (payer.unwrap_or(signer), licensee.unwrap_or(signer));
            }
            touched.extend(trades(Subject::from(talk.ground), talk.asset, &[talk.seller, talk.buyer, has]));
            touched.push((Trade, Subject::Negotiation(*negotiation)));
            if matches!(action, Action::AcceptOffer { .. }) {
                touched.extend(locks(&talk.terms, pays, talk.seller));
            }
        }
        Action::BuyRight { listing, payer, .. } => {
            let Some(offer) = model.offers.get(listing) else { return touched };
            touched.extend(trades(Subject::Listing(*listing), offer.asset, &[offer.seller, signer]));
            touched.push((Funds, person(payer.unwrap_or(signer))));
        }
        Action::RenewSubscription { licence, payer, .. } => {
            let Some(grant) = model.grants.get(licence) else { return touched };
            let parties = [grant.licensor, grant.licensee];
            touched.extend(trades(Subject::Licence(*licence), grant.asset, &parties));
            touched.extend(model.origins(model.sales[&grant.order].origin).into_iter().map(|target| (Trade, target)));
            touched.push((Funds, person(payer.unwrap_or(signer))));
        }
        Action::RequestVersion { licence, .. } => {
            let Some(grant) = model.grants.get(licence) else { return touched };
            let parties = [model.holder(grant.asset, Line::Operate), grant.licensee];
            touched.extend(trades(Subject::Licence(*licence), grant.asset, &parties));
        }
        Action::Deliver { order, .. } | Action::RevealKey { order, .. } if model.sales.contains_key(order) => {
            touched.extend(model.delivery(*order).into_iter().map(|target| (Delivery, target)));
        }
        Action::OpenQualityDispute { order, .. } => {
            let Some(sale) = model.sales.get(order) else { return touched };
            touched.extend((sale.buyer_bond > 0).then_some((Funds, person(sale.buyer))));
        }
        Action::Sublicense { licence, .. } | Action::RecordUse { licence, .. } => {
            let Some(grant) = model.grants.get(licence) else { return touched };
            let scope = if matches!(action, Action::Sublicense { .. }) { Trade } else { Use };
            touched.extend([person(signer), Subject::Asset(grant.asset)].map(|target| (scope, target)));
            touched.extend(chain(model, *licence).map(|target| (scope, target)));
        }
        Action::RegisterAsset { parents, .. } | Action::AddVersion { parents, .. } => {
            for parent in parents {
                touched.extend([person(signer), Subject::Asset(parent.asset)].map(|target| (Use, target)));
                if let Some(licence) = parent.licence.filter(|licence| model.grants.contains_key(licence)) {
                    touched.extend(chain(model, licence).map(|target| (Use, target)));
                }
            }
        }
        _ => {}
    }
    touched
}

/// A licence and those above it, which all must be free.
fn chain(model: &Model, licence: LicenceId) -> impl Iterator<Item = Subject> {
    model.chain(licence).into_iter().map(Subject::Licence)
}

/// A trade of an asset on some ground, between these.
fn trades(ground: Subject, asset: AssetId, parties: &[ParticipantId]) -> Vec<(FreezeScope, Subject)> {
    let parties = parties.iter().map(|party| Subject::Participant(*party));
    [ground, Subject::Asset(asset)].into_iter().chain(parties).map(|target| (FreezeScope::Trade, target)).collect()
}

/// What is locked for an order.
fn locks(terms: &Terms, payer: ParticipantId, seller: ParticipantId) -> Vec<(FreezeScope, Subject)> {
    let locked = [(terms.price, payer), (terms.bond, seller)].into_iter().filter(|(amount, _)| amount.0 > 0);
    locked.map(|(_, from)| (FreezeScope::Funds, Subject::Participant(from))).collect()
}

/// An order keeps the numbers that it was placed under.
fn invariant_27_rule_packs_change_no_order(model: &Model, step: &Step<'_>) {
    for (id, sale) in &model.sales {
        let found = &step.after.orders[id];
        let pack = &sale.pack;
        let windows = Windows {
            delivery: pack.delivery_window,
            acknowledgement: pack.acknowledgement_window,
            key: pack.key_window,
            settlement: pack.settlement_window,
            arbitration: pack.arbitration_window,
        };
        assert_eq!(found.windows, windows, "27: the windows of {id}");
        assert_eq!((found.fee_ratio, found.fee_account), (pack.fee, pack.fee_account), "27: the fee of {id}");
        let amounts = (found.price.0, found.bonds.seller.0, found.bonds.buyer.0);
        assert_eq!(amounts, (sale.price, sale.seller_bond, sale.buyer_bond), "27: the amounts of {id}");
        assert_eq!((found.origin, found.payer, found.licensee), (sale.origin, sale.payer, sale.licensee), "27: {id}");
    }
}
