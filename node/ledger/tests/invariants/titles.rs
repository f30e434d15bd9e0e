//! Invariants 7 to 12: titles, and what is sold of them.
//!
//! Of invariant 10 pledges are not checked: no rule pledges anything yet.

use std::collections::{BTreeMap, BTreeSet};

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Digest, OrderId};

use crate::model::{Model, Sale, Step};
use crate::view::View;

/// Before the model goes along with a step.
pub fn foresee(model: &Model, step: &Step<'_>) {
    invariant_09_rights_are_given_by_their_holders(model, step);
    invariant_10_frozen_lines_do_not_move(model, step);
    invariant_12_roots_are_not_registered_by_strangers(step);
}

/// After it.
pub fn check(model: &Model, step: &Step<'_>) {
    invariant_07_exclusive_is_alone(model, step);
    invariant_08_nothing_is_oversold(model, step);
    invariant_09_lines_have_one_holder(model, step);
    invariant_11_core_is_off_the_market_and_sellers_may_sell(model, step);
}

/// Orders that may still become licences, and licences under no other, by asset; sorted by whether they are exclusive.
fn invariant_07_exclusive_is_alone(model: &Model, step: &Step<'_>) {
    let mut promised: BTreeMap<AssetId, Vec<(OrderId, bool)>> = BTreeMap::new();
    let mut live: BTreeMap<AssetId, u32> = BTreeMap::new();
    let mut open: BTreeMap<AssetId, u32> = BTreeMap::new();
    for (id, sale) in model.sales.iter().filter(|(_, sale)| sale.is_open()) {
        if let Some(terms) = &sale.terms {
            promised.entry(sale.asset).or_default().push((*id, terms.supply == Supply::Exclusive));
            *open.entry(sale.asset).or_default() += 1;
        }
    }
    for grant in model.grants.values().filter(|grant| grant.is_live) {
        *live.entry(grant.asset).or_default() += 1;
        if grant.parent.is_none() {
            promised.entry(grant.asset).or_default().push((grant.order, grant.exclusive));
        }
    }
    for asset in model.latest.keys() {
        let all = promised.remove(asset).unwrap_or_default();
        let exclusive: Vec<OrderId> = all.iter().filter(|(_, is_exclusive)| *is_exclusive).map(|(id, _)| *id).collect();
        assert!(exclusive.is_empty() || all.len() == 1, "7: {asset} is given exclusively, and not to one alone");
        let trade = step.after.trades.get(asset).copied().unwrap_or_default();
        assert_eq!(Vec::from_iter(trade.exclusive), exclusive, "7: who has {asset} alone");
        let expected = (open.get(asset).copied().unwrap_or(0), live.get(asset).copied().unwrap_or(0));
        assert_eq!((trade.open_orders, trade.live_licences), expected, "8: what is promised and given of {asset}");
    }
}

/// What the plans of all listings have sold and promised is what orders say, and never above what there is.
fn invariant_08_nothing_is_oversold(model: &Model, step: &Step<'_>) {
    let mut counts: BTreeMap<_, (u64, u64)> = BTreeMap::new();
    for Sale { origin, status, .. } in model.sales.values() {
        if let Origin::Plan { listing, plan } = origin {
            let (sold, reserved) = counts.entry((*listing, *plan)).or_default();
            *sold += u64::from(status.is_sold());
            *reserved += u64::from(!status.is_end());
        }
    }
    for (id, listing) in &step.after.listings {
        let mut left = Vec::new();
        for (number, plan) in (0..).zip(&listing.plans) {
            let (sold, reserved) = counts.get(&(*id, number)).copied().unwrap_or_default();
            assert_eq!((u64::from(plan.sold), u64::from(plan.reserved)), (sold, reserved), "8: {id} plan {number}");
            let limit = match plan.terms.supply {
                Supply::Unlimited => u64::MAX,
                Supply::Limited(limit) => limit.into(),
                Supply::Exclusive => 1,
            };
            assert!(sold + reserved <= limit, "8: {id} plan {number} is oversold");
            left.push(sold < limit);
        }
        let is_sold_out = !left.is_empty() && !left.contains(&true);
        let lives = matches!(listing.status, ListingStatus::Active | ListingStatus::Paused);
        assert!(!(lives && is_sold_out), "8: {id} has nothing left and goes on");
    }
}

/// Every line has the holder that its history leads to, and a right that is offered is sold once.
fn invariant_09_lines_have_one_holder(model: &Model, step: &Step<'_>) {
    for event in step.events {
        let Event::RightSold { listing, .. } = event else { continue };
        assert_eq!(step.before.listings[listing].status, ListingStatus::Active, "9: {listing} sells twice");
        assert_eq!(step.after.listings[listing].status, ListingStatus::SoldOut, "9: {listing} goes on when it is sold");
    }
    assert_eq!(model.titles.len(), 3 * step.after.assets.len(), "9: three lines an asset");
    for ((asset, line), holder) in &model.titles {
        assert_eq!(step.after.assets[asset].line(*line).holder, *holder, "9: {line} of {asset}");
    }
    for (asset, (standing, closes)) in &model.standings {
        let found = &step.after.assets[asset].registration;
        assert_eq!(found.name(), *standing, "9: the registration of {asset}");
        if let Registration::PublicNotice { closes: found } = found {
            assert_eq!(found, closes, "22: the notice of {asset}");
        }
    }
}

fn invariant_09_rights_are_given_by_their_holders(model: &Model, step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    if let Action::TransferRight { asset, line, .. } = applied.action {
        assert_eq!(model.holder(*asset, *line), applied.signer, "9: {line} of {asset} was given by somebody else");
    }
}

fn invariant_10_frozen_lines_do_not_move(model: &Model, step: &Step<'_>) {
    for event in step.events {
        let Event::RightTransferred { asset, from, to, .. } = event else { continue };
        let moved = [Subject::Asset(*asset), Subject::Participant(*from), Subject::Participant(*to)];
        let frozen = moved.into_iter().find(|subject| model.is_stopped(FreezeScope::Trade, *subject));
        assert_eq!(frozen, None, "10: a frozen line of {asset} has moved");
    }
}

fn invariant_11_core_is_off_the_market_and_sellers_may_sell(model: &Model, step: &Step<'_>) {
    for (asset, grade) in &model.grades {
        let is_live = matches!(model.standings[asset].0, "public-notice" | "registered");
        assert!(*grade != Grade::Core || !is_live, "11: core data in the register: {asset}");
    }
    let mut offers: BTreeMap<_, usize> = BTreeMap::new();
    for (id, listing) in step.after.listings.iter().filter(|(_, found)| found.status == ListingStatus::Active) {
        let line = listing.right.map_or(Line::Operate, |right| right.line);
        assert_eq!(listing.seller, model.holder(listing.asset, line), "11: {id} is of somebody without the right");
        *offers.entry((listing.asset, listing.seller)).or_default() += 1;
    }
    assert!(offers.values().all(|count| *count <= 16), "11: a seller takes the room of the other");
    let Some(applied) = step.applied() else { return };
    let offered = match applied.action {
        Action::CreateListing { asset, .. } | Action::AnswerDemand { asset, .. } => Some((*asset, Line::Operate)),
        Action::OfferRight { asset, line, .. } => Some((*asset, *line)),
        _ => None,
    };
    if let Some((asset, line)) = offered {
        assert!(model.is_registered(asset), "11: {asset} is offered and not registered");
        assert_eq!(model.holder(asset, line), applied.signer, "11: {asset} is offered by somebody without the right");
    }
    for event in step.events {
        let Event::OrderPlaced { order, .. } = event else { continue };
        let sale = &model.sales[order];
        assert!(model.is_registered(sale.asset), "11: {order} of what is not registered");
        assert_eq!(sale.seller, model.holder(sale.asset, Line::Operate), "11: {order} of somebody without the right");
    }
}

/// What all versions of an asset contain.
fn contents(view: &View, id: AssetId) -> BTreeSet<Digest> {
    let versions = view.versions.range((id, 0)..=(id, u32::MAX));
    versions.map(|(_, version)| version.content.content_root).collect()
}

/// Content that others have in the register or under notice is not registered by a stranger to all of them.
fn invariant_12_roots_are_not_registered_by_strangers(step: &Step<'_>) {
    let Some(applied) = step.applied() else { return };
    for event in step.events {
        let (id, new) = match event {
            Event::VersionAdded { asset, content_root, .. } => (*asset, BTreeSet::from([*content_root])),
            Event::AppliedAgain { asset, .. } => (*asset, contents(step.after, *asset)),
            _ => continue,
        };
        let edges = step.after.derivations.range((id, 0, AssetId(Digest::ZERO), 0)..);
        let of_it = edges.take_while(|((child, ..), _)| *child == id).filter(|(_, edge)| edge.licence.is_some());
        let cited: BTreeSet<AssetId> = of_it.map(|((_, _, parent, _), _)| *parent).collect();
        // What is in the register or on its way may come back to what it was before.
        let is_live = step.before.assets.get(&id).is_some_and(|found| found.registration.is_live());
        let own = if is_live { contents(step.before, id) } else { BTreeSet::new() };
        for root in new.difference(&own) {
            let others: Vec<_> = step
                .before
                .assets
                .iter()
                .filter(|(other, found)| **other != id && found.registration.is_live())
                .filter(|(other, _)| contents(step.before, **other).contains(root))
                .collect();
            let may = |(other, found): &(&AssetId, &Asset)| {
                found.line(Line::Hold).holder == applied.signer
                    || found.description.openness == Openness::Open
                    || cited.contains(other)
            };
            assert!(others.is_empty() || others.iter().any(may), "12: {root} is registered again by a stranger");
        }
    }
}
