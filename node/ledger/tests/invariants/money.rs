//! Invariants 1 to 6: money.
//!
//! Invariant 6 (a meter never passes its cap) has nothing to check yet: no plan is metered.
//! [`invariant_06_there_are_no_meters`] does not compile any more once one is.

use std::collections::BTreeMap;

use yaosu_ledger::model::{Account, PlanForm};
use yaosu_ledger::{Amount, ParticipantId};

use crate::model::{Model, Sale, Step, VersionKey};

/// After a step.
pub fn check(model: &Model, step: &Step<'_>) {
    invariant_01_money_is_conserved(model, step);
    invariant_03_escrow_is_what_open_orders_hold(model, step);
    invariant_02_everyone_has_what_they_were_paid(model, step);
    for terms in model.offers.values().flat_map(|offer| &offer.plans) {
        invariant_06_there_are_no_meters(terms.form);
    }
}

/// All money is somewhere: available, held or parked; and all of it was issued.
fn invariant_01_money_is_conserved(model: &Model, step: &Step<'_>) {
    let supply = step.after.supplies[&()];
    assert_eq!((supply.issued.0, supply.redeemed.0), (model.issued, model.redeemed), "1: what came in and went out");
    let accounts: u128 =
        step.after.accounts.values().map(|account| u128::from(account.available.0) + u128::from(account.held.0)).sum();
    let parked: u128 = step.after.parked.values().map(|amount| u128::from(amount.0)).sum();
    let there = u128::from(supply.issued.0) - u128::from(supply.redeemed.0);
    assert_eq!(accounts + parked, there, "1: money came or went");
}

/// Nobody is below zero, since everyone has exactly what the model has counted without ever going there. That nothing
/// panics at the largest amounts is shown by histories that draw them.
fn invariant_02_everyone_has_what_they_were_paid(model: &Model, step: &Step<'_>) {
    for (id, account) in &step.after.accounts {
        assert_eq!(account.available.0, model.available.get(id).copied().unwrap_or_default(), "2: available to {id}");
    }
    for (id, amount) in model.available.iter().filter(|(_, amount)| **amount > 0) {
        assert!(step.after.accounts.contains_key(id), "2: {id} has {amount} and no account");
    }
}

/// What is held is what the orders hold that are open. The model undoes the locks of an order once, as it ends.
fn invariant_03_escrow_is_what_open_orders_hold(model: &Model, step: &Step<'_>) {
    let mut held: BTreeMap<ParticipantId, u64> = BTreeMap::new();
    for (from, amount) in model.sales.values().filter(|sale| sale.is_open()).flat_map(Sale::locks) {
        *held.entry(from).or_default() += amount;
    }
    for (id, Account { held: found, .. }) in &step.after.accounts {
        assert_eq!(found.0, held.remove(id).unwrap_or_default(), "3: held of {id}");
    }
    assert!(held.values().all(|amount| *amount == 0), "3: held of nobody: {held:?}");
}

/// What a sale pays out is its price.
pub fn invariant_04_payouts_are_the_price(paid: u64, fee: u64, rest: u64, upstream: &BTreeMap<VersionKey, u64>) {
    assert_eq!(paid, fee + rest + upstream.values().sum::<u64>(), "4: the parts of a price");
}

/// What of a pot stays and what goes upstream: as the ledger told it, and as the model works it out from the edges taken
/// in one order and in the other.
pub fn invariant_05_royalties_do_not_depend_on_order(
    model: &Model,
    version: VersionKey,
    pot: u64,
    told: &BTreeMap<VersionKey, (ParticipantId, u64, bool)>,
) -> (u64, BTreeMap<VersionKey, u64>) {
    let split = model.split(version, pot, false);
    assert_eq!(split, model.split(version, pot, true), "5: royalties depend on the order of edges");
    let found: BTreeMap<_, _> = told.iter().map(|(version, (_, amount, _))| (*version, *amount)).collect();
    assert_eq!(found, split.1, "5: other royalties than the edges say");
    split
}

const fn invariant_06_there_are_no_meters(form: PlanForm) {
    match form {
        PlanForm::OneOff | PlanForm::Subscription { .. } => {}
    }
}

/// After the end of all deadlines: nothing is held.
pub fn check_rest(model: &Model, step: &Step<'_>) {
    assert!(model.sales.values().all(|sale| !sale.is_open()), "3: orders that never end");
    assert!(step.after.accounts.values().all(|account| account.held == Amount::ZERO), "3: held for ever");
}
