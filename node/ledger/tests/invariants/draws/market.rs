//! Listings, of licences and of rights.

use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId};

use super::Drawn;
use crate::dice::Dice;
use crate::sight::{Sight, any_price, find};
use crate::town::text;

/// Of a registered asset, mostly of its latest version.
pub fn create_listing(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let any = dice.percent(60);
    let live = |id: &AssetId| {
        let of_it = sight.view.listings.values().filter(|listing| listing.asset == *id);
        of_it.filter(|listing| listing.status == ListingStatus::Active).count()
    };
    let (asset, found) = find(dice, &sight.view.assets, |id, found| {
        let is_recalled = sight.model.is_off_sale((*id, found.latest_version));
        let seller = found.line(Line::Operate).holder;
        let is_wanted = any || sight.is_derived(*id, found.latest_version);
        found.is_registered() && live(id) < 4 && !is_recalled && sight.is_active(seller) && is_wanted
    })?;
    let version = if dice.percent(80) { found.latest_version } else { 1 };
    let kind = dice.weighted(&[
        (12, ListingKind::Fixed),
        (4, ListingKind::Negotiated),
        (3, ListingKind::Open),
        (1, ListingKind::RightSale),
    ]);
    let count = match kind {
        _ if dice.percent(2) => dice.one(&[0, 9]),
        ListingKind::Negotiated => dice.below(2),
        _ => 1 + dice.below(2),
    };
    let mut plans: Vec<Terms> = (0..count).map(|_| sight.terms(dice, asset, version, kind)).collect();
    if plans.len() > 1 && !dice.percent(5) && plans.iter().any(|plan| plan.supply == Supply::Exclusive) {
        plans.truncate(1);
    }
    let until = dice.percent(30).then(|| sight.later(dice, 2_000));
    let create = Action::CreateListing { asset, version, kind, plans, until };
    Some((found.line(Line::Operate).holder, create))
}

/// One that takes orders.
pub fn pause(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, found) = find(dice, &sight.view.listings, |_, found| found.status == ListingStatus::Active)?;
    Some((found.seller, Action::PauseListing { listing }))
}

/// One that takes none.
pub fn resume(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, found) = find(dice, &sight.view.listings, |_, found| found.status == ListingStatus::Paused)?;
    Some((found.seller, Action::ResumeListing { listing }))
}

/// One that has not ended.
pub fn end(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, found) = find(dice, &sight.view.listings, |_, found| lives(found))?;
    Some((found.seller, Action::EndListing { listing }))
}

/// The same, by an operator.
pub fn delist(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, _) = find(dice, &sight.view.listings, |_, found| lives(found))?;
    Some((sight.with_role(dice, Role::Operator)?, Action::Delist { listing, reason: text("it misleads") }))
}

/// A right to something in the register.
pub fn offer_right(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (asset, found) = find(dice, &sight.view.assets, |_, found| found.is_registered())?;
    let line = dice.weighted(&[(5, Line::Hold), (5, Line::Operate), (1, Line::Use)]);
    let until = dice.percent(30).then(|| sight.later(dice, 2_000));
    Some((found.line(line).holder, Action::OfferRight { asset, line, price: any_price(dice), until }))
}

/// What such a listing offers.
pub fn buy_right(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, found) = find(dice, &sight.view.listings, |_, found| {
        found.status == ListingStatus::Active && found.kind == ListingKind::RightSale
    })?;
    let max_price = Amount(if dice.percent(95) { u64::MAX } else { 1 });
    Some((sight.buyer(dice, found.seller)?, Action::BuyRight { listing, max_price, payer: sight.other(dice) }))
}

const fn lives(listing: &Listing) -> bool {
    matches!(listing.status, ListingStatus::Active | ListingStatus::Paused)
}
