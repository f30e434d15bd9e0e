//! R451, R453 to R459: subscriptions, licences of a version and of all later ones, paid by the period.
//!
//! A subscription that is not renewed expires like any licence. A later version is delivered by an order of its own, at
//! no price and under the licence that is there.

use super::{Scene, asset, freeze, gate, governance, licence, listing, money, order, recall, royalty, settlement};
use crate::event::Event;
use crate::model::{
    Asset, DECLINED_MAX, DeliveryKey, FreezeScope, Ground, Licence, LicenceStatus, Line, ListingStatus,
    NegotiationStatus, Order, OrderStatus, Origin, PERIODS_MAX, PlanForm, RefundCause, Registration, VersionRequest,
    VersionScope,
};
use crate::primitives::{Amount, AssetId, Duration, LicenceId, ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{
    Accounts, Licences, Listings, Negotiations, Orders, Participants, Reader, Subject, VersionRequests, Versions,
};

/// R454, R451, R563, R453, R455, R503, R320, R508, R583, R204 if the sum is too large, then the gate: R304, R608, R614, R625 to
/// R628; R638, R204.
///
/// At the price that was agreed, as long as what was agreed is offered: not after the listing was ended or taken off the
/// market or the seller has withdrawn the agreed offer, nor when the licensor may not trade the asset any more.
pub fn renew<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    periods: u8,
    payer: Option<ParticipantId>,
) -> Result<(), Rejection> {
    if !(1..=PERIODS_MAX).contains(&periods) {
        return Err(Rejection::PeriodsUnfit { periods });
    }
    let (mut licence, before) = find_own(scene, id)?;
    let order = scene.draft.get::<Orders>(&licence.order).expect("orders are never deleted");
    check_offered_still(scene, id, &order)?;
    let Licence { asset, licensor, .. } = licence;
    listing::check_seller(scene, licensor, asset, Line::Operate)?;
    let payer = payer.unwrap_or(scene.signer);
    if payer == licensor {
        return Err(Rejection::SellerBuys { seller: licensor });
    }
    let found = asset::find(scene, asset)?;
    let version = found.latest_version;
    check_not_recalled(scene, &licence, version)?;
    let terms = settlement::terms(scene, &order).expect("a subscription was granted at terms");
    let PlanForm::Subscription { period } = terms.form else {
        unreachable!("a subscription was granted at the terms of one")
    };
    let price = times(scene, terms.price, periods, payer)?;
    let until = before.after(Duration(period.0.saturating_mul(u64::from(periods))));

    gate::check(scene, asset, &found, version, [&terms])?;
    // What is paid for more periods is paid on what the subscription was offered by.
    freeze::check(scene, FreezeScope::Trade, &freeze::origins(scene.draft, order.origin))?;
    check_not_frozen(scene, id, &licence, licensor)?;
    money::spend(scene, payer, price)?;
    let pack = governance::rule_pack(scene);
    let fee = price.share(pack.fee);
    // What is paid for is what comes next, and what was bought and delivered.
    let versions = [version, licence.royalty_version];
    settlement::share_out(scene, asset, &versions, (price, fee), pack.fee_account, licensor);
    licence.until = Some(until);
    licence::write(scene, id, &mut licence);
    let renewed = Event::SubscriptionRenewed { licence: id, asset, payer, price, fee, payee: licensor, until };
    scene.events.push(renewed);
    Ok(())
}

/// R451, R563, R453, R408, R456, R583, R457 to R459, R320, R508, R529, then the gate: R304, R608, R614, R625; R638.
///
/// Whoever holds the right to operate the asset now delivers: the subscription stays when the right moves.
pub fn request_version<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: LicenceId,
    version: u32,
    delivery_key: Option<DeliveryKey>,
) -> Result<(), Rejection> {
    let (licence, _) = find_own(scene, id)?;
    let Licence { asset, licensee, .. } = licence;
    if !scene.draft.contains::<Versions>(&(asset, version)) {
        return Err(Rejection::UnknownVersion { asset, version });
    }
    if !licence.versions.contains(version) {
        return Err(Rejection::VersionNotIncluded { licence: id, version });
    }
    recall::check_version(scene.draft, asset, version)?;
    check_covered(scene.draft, id, &licence, version)?;
    let declined = check_request(scene, id, &licence, version)?;
    let found = asset::find(scene, asset)?;
    check_owed(asset, &found)?;
    let seller = found.line(Line::Operate).holder;
    if seller == licensee {
        return Err(Rejection::SellerBuys { seller });
    }
    let bought = scene.draft.get::<Orders>(&licence.order).expect("orders are never deleted");
    let own_key = scene.draft.get::<Participants>(&licensee).and_then(|found| found.enrolment.delivery_key);
    let delivery_key = delivery_key.or(own_key);
    order::check_delivery_key(delivery_key)?;
    gate::check(scene, asset, &found, version, [])?;
    check_not_frozen(scene, id, &licence, seller)?;
    // A bond is at stake of who agreed to it, has the version to deliver, and is there to do so. Else it would be lost by
    // whoever bought the right to operate, for versions that somebody else adds.
    let agreed =
        seller == licence.licensor && found.line(Line::Hold).holder == seller && scene.active(seller).is_some();
    let bond = if agreed { affordable_bond(scene, seller, &bought) } else { Amount::ZERO };
    let opening = order::Opening {
        origin: Origin::Licence(id),
        asset,
        version,
        seller,
        buyer: licensee,
        payer: licensee,
        licensee,
        delivery_key,
        purpose: bought.purpose,
        scenario: bought.scenario,
        price: Amount::ZERO,
        bond,
    };
    let order = order::open(scene, opening)?;
    scene.draft.put::<VersionRequests>(&(id, version), &VersionRequest { order, declined });
    Ok(())
}

/// A version has been delivered. If it owes more upstream than all before it, renewals are shared by it from now on: else a
/// later one that was made from nothing would wash off what it owes.
pub fn note_delivered<R: Reader>(scene: &mut Scene<'_, '_, R>, id: LicenceId, version: u32) {
    let mut found = licence::known(scene.draft, id);
    let owes = |version| royalty::owes(scene.draft, found.asset, version);
    if owes(version) > owes(found.royalty_version) {
        found.royalty_version = version;
        licence::write(scene, id, &mut found);
    }
}

/// R320: no holder gets out of what was paid for by leaving the register; nothing is owed of what a registrar has refused
/// or cancelled. While a registration is cancelled the right to hold does not move.
fn check_owed(id: AssetId, asset: &Asset) -> Result<(), Rejection> {
    match asset.registration {
        Registration::Registered { .. } | Registration::PublicNotice { .. } => Ok(()),
        Registration::Cancelled { by, .. } if by == asset.line(Line::Hold).holder => Ok(()),
        Registration::Refused { .. } | Registration::Cancelled { .. } => {
            Err(asset::wrong_registration(id, asset, "registered, or cancelled by its holder"))
        }
    }
}

/// What is at stake with a version that was paid for before: the bond of the subscription, but no more than a period costs,
/// or what the seller has of it.
///
/// No more, so that a seller who has spent its money can still be asked to deliver, and that no bond, however high it was
/// set, takes all that a seller has.
fn affordable_bond<R: Reader>(scene: &Scene<'_, '_, R>, seller: ParticipantId, bought: &Order) -> Amount {
    if freeze::check(scene, FreezeScope::Funds, &[Subject::Participant(seller)]).is_err() {
        return Amount::ZERO;
    }
    let terms = settlement::terms(scene, bought).expect("a subscription was granted at terms");
    terms.bond.min(terms.price).min(scene.draft.get::<Accounts>(&seller).unwrap_or_default().available)
}

/// R583: nobody pays for more of what a recall is ending, or of what is delivered no more.
fn check_not_recalled<R: Reader>(scene: &Scene<'_, '_, R>, licence: &Licence, latest: u32) -> Result<(), Rejection> {
    match licence.recall {
        Some(recall) => {
            let version = licence.versions.first();
            Err(Rejection::VersionRecalled { asset: licence.asset, version, recall })
        }
        None => recall::check_sale(scene.draft, licence.asset, latest),
    }
}

/// R638: the licence, its asset and both sides.
fn check_not_frozen<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: LicenceId,
    licence: &Licence,
    seller: ParticipantId,
) -> Result<(), Rejection> {
    let [seller, licensee] = [seller, licence.licensee].map(Subject::Participant);
    let targets = [Subject::Licence(id), Subject::Asset(licence.asset), seller, licensee];
    freeze::check(scene, FreezeScope::Trade, &targets)
}

/// R204, if all periods together cost more than there can be money.
fn times<R: Reader>(
    scene: &Scene<'_, '_, R>,
    price: Amount,
    periods: u8,
    payer: ParticipantId,
) -> Result<Amount, Rejection> {
    price.0.checked_mul(u64::from(periods)).map(Amount).ok_or_else(|| {
        let available = scene.draft.get::<Accounts>(&payer).unwrap_or_default().available;
        Rejection::FundsShort { available, needed: Amount(u64::MAX) }
    })
}

/// R457: a version that came after the subscription may have been made under narrower licences than it allows for. What
/// it was bought for was checked when it was offered.
pub fn check_covered<R: Reader>(state: &R, id: LicenceId, licence: &Licence, version: u32) -> Result<(), Rejection> {
    if version == licence.versions.first() {
        return Ok(());
    }
    for (_, policy) in listing::policies_upstream(state, licence.asset, version) {
        let within = licence.policy.within_for_derived_data(&policy);
        within.map_err(|clause| Rejection::VersionBeyondLicence { licence: id, version, part: clause.name() })?;
    }
    Ok(())
}

/// R451, R563, R453: a subscription of the signer, and when it ends.
fn find_own<R: Reader>(scene: &Scene<'_, '_, R>, id: LicenceId) -> Result<(Licence, Timestamp), Rejection> {
    let found = scene.draft.get::<Licences>(&id);
    let is_subscription = |licence: &Licence| matches!(licence.versions, VersionScope::From(_)) && licence.depth == 0;
    let licence = found.filter(is_subscription).ok_or(Rejection::UnknownSubscription { licence: id })?;
    if licence.licensee != scene.signer {
        return Err(Rejection::NotLicensee { licence: id, licensee: licence.licensee });
    }
    match licence.until {
        // The block that ends a licence may still have it to do.
        Some(until) if licence.status == LicenceStatus::Active && scene.block.time < until => Ok((licence, until)),
        _ => Err(Rejection::SubscriptionOver { licence: id }),
    }
}

/// R455.
fn check_offered_still<R: Reader>(
    scene: &Scene<'_, '_, R>,
    licence: LicenceId,
    order: &Order,
) -> Result<(), Rejection> {
    let not_renewable = |end| Err(Rejection::NotRenewable { licence, end });
    let listing = match order.origin {
        Origin::Plan { listing, .. } => listing,
        Origin::Negotiation(negotiation) => {
            let found = scene.draft.get::<Negotiations>(&negotiation).expect("negotiations are never deleted");
            if found.status != NegotiationStatus::Agreed {
                return not_renewable(found.status.name());
            }
            match found.ground {
                Ground::Listing(listing) => listing,
                Ground::Demand(_) => return Ok(()),
            }
        }
        Origin::Licence(_) => return Ok(()),
    };
    let listing = scene.draft.get::<Listings>(&listing).expect("listings are never deleted");
    match listing.status {
        ListingStatus::Active | ListingStatus::Paused | ListingStatus::SoldOut => Ok(()),
        status => not_renewable(status.name()),
    }
}

/// R458, R459: whether no order delivers or has delivered a version under a subscription, and the subscriber has not
/// turned it down too often; how often it has.
fn check_request<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: LicenceId,
    licence: &Licence,
    version: u32,
) -> Result<u8, Rejection> {
    if version == licence.versions.first() {
        return Err(Rejection::VersionRequested { order: licence.order });
    }
    let Some(VersionRequest { order, declined }) = scene.draft.get::<VersionRequests>(&(id, version)) else {
        return Ok(0);
    };
    let found = scene.draft.get::<Orders>(&order).expect("orders are never deleted");
    if found.status != OrderStatus::Refunded {
        return Err(Rejection::VersionRequested { order });
    }
    // What the seller, a freeze or an arbiter has brought about is not the subscriber's doing.
    let is_declined = matches!(found.refund_cause, Some(RefundCause::Rejected | RefundCause::NotAcknowledged));
    let declined = declined.saturating_add(u8::from(is_declined));
    if declined >= DECLINED_MAX {
        return Err(Rejection::DeliveriesDeclined { licence: id, version, limit: DECLINED_MAX });
    }
    Ok(declined)
}
