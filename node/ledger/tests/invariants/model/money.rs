//! Who has what, from the beginning and from what was paid.

use yaosu_ledger::event::Event;
use yaosu_ledger::model::{Origin, PlanForm};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Duration, ParticipantId};

use super::lineage::share;
use super::{Model, Step, VersionKey};
use crate::money::{invariant_04_payouts_are_the_price, invariant_05_royalties_do_not_depend_on_order};

impl Model {
    /// Somebody gets money.
    pub(super) fn add(&mut self, to: ParticipantId, amount: u64) {
        let balance = self.available.entry(to).or_default();
        *balance = balance.checked_add(amount).expect("2: nobody has more than there is");
    }

    /// Somebody gives money away, or has it locked.
    pub(super) fn take(&mut self, from: ParticipantId, amount: u64) {
        let balance = self.available.entry(from).or_default();
        *balance = balance.checked_sub(amount).expect("2: nobody pays what they do not have");
    }

    pub(super) fn follow_money(&mut self, step: &Step<'_>, event: &Event) {
        match *event {
            Event::Issued { to, amount, .. } => {
                self.issued = self.issued.checked_add(amount.0).expect("2: no more is issued than can be counted");
                self.add(to, amount.0);
            }
            Event::Redeemed { from, amount, .. } => {
                self.redeemed += amount.0;
                self.take(from, amount.0);
            }
            Event::Paid { from, to, amount, .. } => {
                self.take(from, amount.0);
                self.add(to, amount.0);
            }
            Event::RoyaltyPaid { asset, version, holder, amount, .. } => {
                self.note_royalty((asset, version), holder, amount.0, false);
            }
            Event::RoyaltyParked { asset, version, holder, amount, .. } => {
                self.note_royalty((asset, version), holder, amount.0, true);
            }
            Event::ParkedReleased { asset, holder, amount } => {
                assert_eq!(self.parked.remove(&asset), Some(amount.0), "1: what was parked is released");
                self.add(holder, amount.0);
            }
            Event::RightSold { listing, asset, line, seller, payer, price, fee, .. } => {
                assert_eq!(self.holder(asset, line), seller, "11: who sells a right has it");
                self.take(payer, price.0);
                let (ratio, account) = (self.pack.fee.0, self.pack.fee_account);
                let version = self.owing_most(asset, &[self.offers[&listing].version]);
                assert_eq!(self.pay_out(version, price.0, ratio, account, seller), fee.0, "4: the fee of a right");
            }
            Event::SubscriptionRenewed { licence, asset, payer, price, fee, payee, until } => {
                let Some(Action::RenewSubscription { periods, .. }) = step.applied().map(|applied| applied.action)
                else {
                    panic!("only a renewal renews");
                };
                let grant = &self.grants[&licence];
                let sale = &self.sales[&grant.order];
                let had = [&[sale.version], &grant.delivered[..]].concat();
                let is_ended = matches!(sale.origin, Origin::Negotiation(talk) if self.talks[&talk].is_ended);
                assert!(!is_ended, "4: {licence} is renewed though that was ended");
                let terms = sale.terms.clone().expect("it was granted at terms");
                let PlanForm::Subscription { period } = terms.form else { panic!("it is no subscription") };
                assert_eq!(
                    u128::from(price.0),
                    u128::from(terms.price.0) * u128::from(*periods),
                    "4: the price of a renewal"
                );
                let before = grant.until.expect("a subscription ends");
                assert_eq!(until, before.after(Duration(period.0 * u64::from(*periods))), "22: the end of a renewal");
                self.take(payer, price.0);
                let (ratio, account) = (self.pack.fee.0, self.pack.fee_account);
                let version = self.owing_most(asset, &had);
                assert_eq!(self.pay_out(version, price.0, ratio, account, payee), fee.0, "4: the fee of a renewal");
            }
            _ => {}
        }
    }

    /// Of earlier versions and the latest, the one that owes the most; the latest, or else the first, if they owe the same.
    fn owing_most(&self, asset: AssetId, earlier: &[u32]) -> VersionKey {
        let all = [&[self.latest[&asset]], earlier].concat();
        (asset, self.first_that_owes_most(asset, &all))
    }

    /// Of these versions, the first of those that owe the most.
    pub fn first_that_owes_most(&self, asset: AssetId, versions: &[u32]) -> u32 {
        let most = versions.iter().map(|version| self.owes((asset, *version))).max();
        let found = versions.iter().find(|version| Some(self.owes((asset, **version))) == most);
        *found.expect("there is one")
    }

    fn note_royalty(&mut self, version: VersionKey, holder: ParticipantId, amount: u64, is_parked: bool) {
        let told = self.pending.royalties.insert(version, (holder, amount, is_parked));
        assert_eq!(told, None, "4: one royalty for each version upstream");
    }

    /// Pays a price out that was taken from somebody: the fee, the royalties, and the rest to somebody. The fee.
    pub(super) fn pay_out(
        &mut self,
        version: VersionKey,
        paid: u64,
        fee_ratio: u16,
        fee_account: ParticipantId,
        rest_to: ParticipantId,
    ) -> u64 {
        let fee = share(paid, fee_ratio);
        let pot = paid - fee;
        let told = std::mem::take(&mut self.pending.royalties);
        let (rest, upstream) = invariant_05_royalties_do_not_depend_on_order(self, version, pot, &told);
        invariant_04_payouts_are_the_price(paid, fee, rest, &upstream);
        for ((asset, version), (holder, amount, is_parked)) in told {
            let expected = self.holder(asset, yaosu_ledger::model::Line::Operate);
            let must_wait = !self.may_receive(expected);
            assert_eq!((holder, is_parked), (expected, must_wait), "4: the royalty of {asset} {version}");
            if is_parked {
                *self.parked.entry(asset).or_default() += amount;
            } else {
                self.add(holder, amount);
            }
        }
        self.add(fee_account, fee);
        self.add(rest_to, rest);
        fee
    }
}
