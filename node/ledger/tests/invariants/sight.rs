//! What a draw sees: the records, what the model makes of them, and the time. Draws choose mostly what the rules allow,
//! so that histories go deep, and now and then anything.

use imbl::OrdMap;
use yaosu_ledger::model::*;
use yaosu_ledger::policy;
use yaosu_ledger::{Amount, AssetId, Digest, Duration, LicenceId, ParticipantId, Timestamp};

use super::dice::Dice;
use super::library;
use super::model::Model;
use super::town::free_policy;
use super::view::View;

/// Everything at one moment.
pub struct Sight<'a> {
    /// The records.
    pub view: &'a View,
    /// The model.
    pub model: &'a Model,
    /// The time of the block.
    pub now: Timestamp,
}

impl Sight<'_> {
    /// Somebody active with a role.
    pub fn with_role(&self, dice: &mut Dice, role: Role) -> Option<ParticipantId> {
        let people = self.view.participants.iter();
        let fit = people.filter(|(_, found)| found.status == ParticipantStatus::Active && found.roles.contains(role));
        dice.pick(fit.map(|(id, _)| *id).collect())
    }

    /// Somebody active who may buy and sell.
    pub fn trader(&self, dice: &mut Dice) -> Option<ParticipantId> {
        let role = if dice.percent(15) { Role::PublicAuthority } else { Role::Trader };
        self.with_role(dice, role)
    }

    /// Anyone at all.
    pub fn anyone(&self, dice: &mut Dice) -> Option<ParticipantId> {
        dice.pick(self.view.participants.keys().copied().collect())
    }

    /// Somebody who may buy of this one; now and then that one.
    pub fn buyer(&self, dice: &mut Dice, seller: ParticipantId) -> Option<ParticipantId> {
        (0..3).find_map(|_| self.trader(dice).filter(|found| *found != seller)).or(Some(seller))
    }

    /// Whether somebody may act.
    pub fn is_active(&self, who: ParticipantId) -> bool {
        self.view.participants.get(&who).is_some_and(|found| found.status == ParticipantStatus::Active)
    }

    /// Whether a version was made under a licence, so that something of its sale goes upstream.
    pub fn is_derived(&self, asset: AssetId, version: u32) -> bool {
        !self.model.bounds(asset, version).is_empty()
    }

    /// Whether a listing takes orders that nothing about its seller or its version stands against.
    pub fn is_fresh(&self, listing: &Listing) -> bool {
        listing.status == ListingStatus::Active
            && self.is_active(listing.seller)
            && self.holder(listing.asset, Line::Operate) == Some(listing.seller)
            && !self.model.is_off_sale((listing.asset, listing.version))
    }

    /// Another trader, now and then, and anybody at all even less often: a payer or a licensee.
    pub fn other(&self, dice: &mut Dice) -> Option<ParticipantId> {
        match dice.below(100) {
            0..15 => self.trader(dice),
            15 => self.anyone(dice),
            _ => None,
        }
    }

    /// Who holds a right.
    pub fn holder(&self, asset: AssetId, line: Line) -> Option<ParticipantId> {
        self.view.assets.get(&asset).map(|found| found.line(line).holder)
    }

    /// A moment to come, some seconds ahead.
    pub fn later(&self, dice: &mut Dice, seconds: u64) -> Timestamp {
        self.now.after(Duration(dice.between(1, seconds * 1_000)))
    }

    /// A licence in force that fits.
    pub fn licence(&self, dice: &mut Dice, fits: impl Fn(&Licence) -> bool) -> Option<(LicenceId, &Licence)> {
        find(dice, &self.view.licences, |_, licence| licence.status == LicenceStatus::Active && fits(licence))
    }

    /// A licence that still stands under one that has ended.
    pub fn left_behind(&self) -> Option<&Licence> {
        let is_over = |licence: LicenceId| self.view.licences[&licence].status != LicenceStatus::Active;
        let mut live = self.view.licences.values().filter(|licence| licence.status == LicenceStatus::Active);
        live.find(|licence| licence.parent.is_some_and(is_over))
    }

    /// Terms at which a version may be offered, most of the time.
    pub fn terms(&self, dice: &mut Dice, asset: AssetId, version: u32, kind: ListingKind) -> Terms {
        let is_public =
            self.view.assets.get(&asset).is_some_and(|found| found.description.source_class == SourceClass::Public);
        let mut policy = any_policy(dice);
        if is_public && !dice.percent(10) {
            policy.purposes = Purposes::NONE.with(Purpose::Research).with(Purpose::Retail);
        }
        for upstream in self.model.bounds(asset, version) {
            if !dice.percent(5)
                && let Ok(common) = policy::meet(&policy, &upstream.bound_for_derived_data())
            {
                policy = common;
            }
        }
        let ceiling = self.view.charges.get(&asset).and_then(|charge| charge.ceiling);
        let mut supply = dice.weighted(&[(8, Supply::Unlimited), (2, Supply::Exclusive), (2, Supply::Limited(2))]);
        if kind != ListingKind::Fixed && !dice.percent(5) && matches!(supply, Supply::Limited(_)) {
            supply = Supply::Unlimited;
        }
        let period = Duration::seconds(dice.one(&[300, 2_000, 9_000]));
        let mut form = dice.weighted(&[(3, PlanForm::OneOff), (1, PlanForm::Subscription { period })]);
        let mut price = any_price(dice);
        if kind == ListingKind::Open && !dice.percent(3) {
            price = Amount::ZERO;
            supply = Supply::Unlimited;
            form = PlanForm::OneOff;
        }
        if form != PlanForm::OneOff {
            policy.duration = None;
        }
        let mut terms = Terms { price, policy, supply, form, bond: Amount::ZERO };
        if is_public
            && price > Amount::ZERO
            && !dice.percent(10)
            && let Some(ceiling) = ceiling
        {
            terms.price = Amount(dice.between(1, ceiling.of(&terms).0.max(1)));
        }
        let least = terms.price.share(self.model.pack.bond).0;
        terms.bond = Amount(least.saturating_mul(dice.one(&[1, 1, 1, 1, 2, 0])));
        terms
    }

    /// What is in a version, in words.
    pub fn words(&self, asset: AssetId, version: u32) -> String {
        let root = self.view.versions.get(&(asset, version)).map_or(Digest::ZERO, |found| found.content.content_root);
        library::words(root)
    }
}

/// A record that fits; now and then any.
pub fn find<'v, K: Copy + Ord, V: Clone>(
    dice: &mut Dice,
    from: &'v OrdMap<K, V>,
    fits: impl Fn(&K, &V) -> bool,
) -> Option<(K, &'v V)> {
    let any = dice.percent(4);
    dice.pick(
        from.iter().filter(|(key, record)| any || fits(key, record)).map(|(key, record)| (*key, record)).collect(),
    )
}

/// Mostly small; now and then as large as there is.
pub fn any_price(dice: &mut Dice) -> Amount {
    Amount(match dice.below(40) {
        0 => dice.between(1_000_000, u64::MAX),
        1 => u64::MAX,
        2..8 => dice.between(1, 20),
        _ => dice.between(100, 60_000),
    })
}

/// Mostly wide, so that most things can be done under it.
pub fn any_policy(dice: &mut Dice) -> Policy {
    let research = Purposes::NONE.with(Purpose::Research).with(Purpose::Health);
    let here = |name: &str| Scope::Only(vec![super::town::text(name)]);
    let own = Actions::NONE.with(UseAction::Read).with(UseAction::Derive);
    let some = own.with(UseAction::Sublicense);
    let sector = dice.one(&["weather", "weather", "traffic"]);
    Policy {
        actions: dice.weighted(&[(16, Actions::ALL), (2, some), (1, own)]),
        purposes: dice.weighted(&[(6, Purposes::ALL), (1, research)]),
        sectors: if dice.percent(10) { here(sector) } else { Scope::Any },
        regions: if dice.percent(8) { Scope::Only(vec![super::town::text("cn")]) } else { Scope::Any },
        max_uses: if dice.percent(25) { Some(dice.between(1, 4)) } else { None },
        duration: if dice.percent(35) { Some(Duration(dice.between(1, 3_000_000))) } else { None },
        sublicence_depth: dice.one(&[0, 1, 2, 3]),
        royalty: yaosu_ledger::BasisPoints(dice.one(&[0, 1, 333, 1_500, 4_000, 5_000])),
        duties: if dice.percent(25) { Duties::NONE.with(Duty::DeleteOnEnd) } else { Duties::NONE },
        ..free_policy()
    }
}
