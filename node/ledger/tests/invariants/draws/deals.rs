//! Negotiations, demands and subscriptions.

use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, NegotiationId};

use super::Drawn;
use crate::dice::Dice;
use crate::sight::{Sight, find};
use crate::town::{digest, text};

/// On a listing that is negotiated.
pub fn open(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (listing, found) =
        find(dice, &sight.view.listings, |_, found| found.kind == ListingKind::Negotiated && sight.is_fresh(found))?;
    let open = Action::OpenNegotiation {
        listing,
        version: found.version,
        terms: sight.terms(dice, found.asset, found.version, ListingKind::Negotiated),
        payer: sight.other(dice),
        licensee: sight.other(dice),
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("forecasts"),
    };
    Some((sight.buyer(dice, found.seller)?, open))
}

/// With an asset that is in the register.
pub fn answer(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (demand, _) = find(dice, &sight.view.demands, |_, found| found.status == DemandStatus::Open)?;
    let (asset, found) = find(dice, &sight.view.assets, |_, found| found.is_registered())?;
    let version = found.latest_version;
    let terms = sight.terms(dice, asset, version, ListingKind::Negotiated);
    Some((found.line(Line::Operate).holder, Action::AnswerDemand { demand, asset, version, terms }))
}

/// By the side whose turn it is.
pub fn counter(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (negotiation, found, side) = turn(sight, dice)?;
    let terms = sight.terms(dice, found.asset, found.version, ListingKind::Negotiated);
    let mut named = |side| if side == Side::Buyer || dice.percent(4) { sight.other(dice) } else { None };
    let (payer, licensee) = (named(side), named(side));
    Some((found.party(side), Action::CounterOffer { negotiation, terms, payer, licensee }))
}

/// The same; now and then other terms than were offered.
pub fn accept(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (negotiation, found, side) = turn(sight, dice)?;
    let mut terms = found.terms.clone();
    if dice.percent(5) {
        terms.price = Amount(terms.price.0 - 1);
    }
    let mut named = |side| if side == Side::Buyer || dice.percent(4) { sight.other(dice) } else { None };
    let (payer, licensee) = (named(side), named(side));
    Some((found.party(side), Action::AcceptOffer { negotiation, terms, payer, licensee }))
}

/// By the seller of an agreed subscription; now and then of anything, or by the other side.
pub fn end_renewals(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let is_any = dice.percent(20);
    let (negotiation, found) = find(dice, &sight.view.negotiations, |_, found| {
        is_any || (found.status == NegotiationStatus::Agreed && found.terms.form != PlanForm::OneOff)
    })?;
    let signer = if dice.percent(85) { found.seller } else { found.buyer };
    Some((signer, Action::EndRenewals { negotiation }))
}

/// By either side, or by who stands behind the buyer.
pub fn withdraw(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (negotiation, found, _) = turn(sight, dice)?;
    let signer = dice.one(&[found.seller, found.buyer, found.payer, found.licensee]);
    Some((signer, Action::WithdrawOffer { negotiation }))
}

/// For a while.
pub fn create_demand(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let wanted = Wanted {
        title: text("rain"),
        description: text("of every day"),
        sector: text(if dice.percent(95) { "meteorology" } else { "trade" }),
        kind: dice.percent(50).then_some(AssetKind::Resource),
        actions: Actions::NONE.with(UseAction::Read),
        purpose: Purpose::Research,
        scenario: digest("forecasts"),
        max_price: Amount(dice.between(1, 100_000)),
    };
    let until = sight.later(dice, 2_000);
    Some((sight.trader(dice)?, Action::CreateDemand { wanted, delivery_key: None, until }))
}

/// By its buyer.
pub fn end_demand(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (demand, found) = find(dice, &sight.view.demands, |_, found| found.status == DemandStatus::Open)?;
    Some((found.buyer, Action::EndDemand { demand }))
}

/// For some periods; now and then too many.
pub fn renew(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (licence, found) = sight.licence(dice, is_subscription)?;
    let periods = dice.one(&[0, 1, 1, 1, 1, 2, 3, 120, 121]);
    Some((found.licensee, Action::RenewSubscription { licence, periods, payer: sight.other(dice) }))
}

/// Of an asset with a later version; now and then one that is not there.
pub fn request_version(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let latest = |licence: &Licence| sight.view.assets.get(&licence.asset).map_or(0, |found| found.latest_version);
    // Now and then of what has left the register.
    let any = dice.percent(75);
    let (licence, found) = sight.licence(dice, |licence| {
        let has_left = sight.view.assets.get(&licence.asset).is_some_and(|found| !found.registration.is_live());
        is_subscription(licence) && licence.versions.first() < latest(licence) && (any || has_left)
    })?;
    let first = u64::from(found.versions.first());
    let version = dice.between(first, u64::from(latest(found).max(1)).max(first));
    let version = u32::try_from(version).expect("versions are few");
    Some((found.licensee, Action::RequestVersion { licence, version, delivery_key: None }))
}

const fn is_subscription(licence: &Licence) -> bool {
    matches!(licence.versions, VersionScope::From(_)) && licence.depth == 0
}

/// An open negotiation and the side that has to answer; now and then the other one.
fn turn<'a>(sight: &'a Sight<'_>, dice: &mut Dice) -> Option<(NegotiationId, &'a Negotiation, Side)> {
    let (id, found) = find(dice, &sight.view.negotiations, |_, found| found.status == NegotiationStatus::Open)?;
    let side = if dice.percent(92) { found.offered_by.other() } else { found.offered_by };
    Some((id, found, side))
}
