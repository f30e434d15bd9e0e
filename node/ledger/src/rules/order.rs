//! R501 to R512, R520, R529: the placing of orders, and what every later step asks of one. How they end is settlement's.

use super::settlement::{self, Loser};
use super::{Scene, asset, deadline, freeze, gate, governance, listing, money, recall};
use crate::event::Event;
use crate::model::{
    Bonds, DeliveryKey, FreezeScope, Line, Listing, ListingKind, ListingStatus, Order, OrderStatus, Plan, Purpose,
    Role, Supply, Windows,
};
use crate::policy;
use crate::primitives::{Amount, Digest, Duration, ListingId, OrderId, ParticipantId, Timestamp};
use crate::rejection::Rejection;
use crate::state::{Orders, Reader, Subject, Trades};

/// What a buyer asks for.
pub struct Request {
    /// On which listing.
    pub listing: ListingId,
    /// Which plan, from 0.
    pub plan: u8,
    /// The version that is meant.
    pub version: u32,
    /// The most that is paid.
    pub max_price: Amount,
    /// Whose money it is; `None` for the buyer's.
    pub payer: Option<ParticipantId>,
    /// Who gets the licence; `None` for the buyer.
    pub licensee: Option<ParticipantId>,
    /// Where the delivery is sealed to; `None` for the buyer's own.
    pub delivery_key: Option<DeliveryKey>,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the scenario in words.
    pub scenario: Digest,
}

/// R12, R501, R401, R412, R502, R503, R320, R583, R504, R505, R506, R507, R508, R509, R510, R511, R512, R529, then the gate:
/// R304, R608, R614, R625 to R628; R638, R204, R520.
///
/// Traders and public authorities buy; whoever pays for them only has to be active. On an open listing the licence is
/// granted at once.
pub fn place<R: Reader>(scene: &mut Scene<'_, '_, R>, request: &Request) -> Result<(), Rejection> {
    let buyer = scene.signer;
    let participant = scene.active(buyer).filter(asset::may_hold);
    let participant = participant.ok_or(Rejection::RoleMissing { signer: buyer, needed: Role::Trader })?;
    if request.scenario == Digest::ZERO {
        return Err(Rejection::ScenarioMissing);
    }
    let listing = listing::find(scene.draft, request.listing)?;
    check_offer(scene, request.listing, &listing)?;
    let plan = check_plan(request, &listing)?;
    let payer = request.payer.unwrap_or(buyer);
    let licensee = request.licensee.unwrap_or(buyer);
    check_parties(scene, listing.seller, [buyer, payer, licensee], licensee)?;
    check_supply(scene, request.plan, plan, &listing)?;
    check_gate(scene, request.listing, &listing, [buyer, licensee])?;

    let id = OrderId::created_by(scene.transaction);
    let pack = governance::rule_pack(scene);
    let price = plan.terms.price;
    let now = scene.block.time;
    let is_open = listing.kind == ListingKind::Open;
    let delivery_key = request.delivery_key.or(participant.enrolment.delivery_key);
    if !is_open && delivery_key.is_none() {
        return Err(Rejection::DeliveryKeyMissing);
    }
    let bonds = Bonds { seller: plan.terms.bond, buyer: price.share(pack.dispute_bond) };
    let order = Order {
        listing: request.listing,
        plan: request.plan,
        asset: listing.asset,
        version: listing.version,
        seller: listing.seller,
        buyer,
        payer,
        licensee,
        delivery_key,
        purpose: request.purpose,
        scenario: request.scenario,
        price,
        fee: price.share(pack.fee),
        fee_ratio: pack.fee,
        fee_account: pack.fee_account,
        bonds,
        windows: Windows {
            delivery: pack.delivery_window,
            acknowledgement: pack.acknowledgement_window,
            key: pack.key_window,
            settlement: pack.settlement_window,
            arbitration: pack.arbitration_window,
        },
        status: OrderStatus::Placed,
        refund_cause: None,
        deadline: (!is_open).then(|| now.after(pack.delivery_window)),
        delivery: None,
        dispute: None,
        placed: now,
    };
    if !is_open {
        money::hold(scene, payer, price)?;
        hold_bond(scene, order.seller, bonds.seller)?;
    }
    settlement::reserve(scene, id, &order);
    let Order { asset, seller, .. } = order;
    let bond = bonds.seller;
    scene.events.push(Event::OrderPlaced { order: id, listing: request.listing, asset, buyer, seller, price, bond });
    if is_open {
        settlement::settle(scene, id, order, Loser::Nobody);
    } else {
        deadline::change(scene.draft, Subject::Order(id), None, order.deadline);
        scene.draft.put::<Orders>(&id, &order);
    }
    Ok(())
}

/// R412, R502, R503, R320, R583: whether the listing takes orders now.
fn check_offer<R: Reader>(scene: &Scene<'_, '_, R>, id: ListingId, listing: &Listing) -> Result<(), Rejection> {
    listing::check_status(id, listing, ListingStatus::Active)?;
    let now = scene.block.time;
    // The block that ends a listing may still have it to do.
    if let Some(until) = listing.until
        && until <= now
    {
        return Err(Rejection::ListingOver { until, now });
    }
    let seller = listing.seller;
    let found = asset::find(scene, listing.asset)?;
    if found.line(Line::Operate).holder != seller || scene.active(seller).is_none() {
        return Err(Rejection::ListingStale { seller });
    }
    if !found.is_registered() {
        return Err(asset::wrong_registration(listing.asset, &found, "registered"));
    }
    recall::check_version(scene.draft, listing.asset, listing.version)
}

/// R304, R608, R614, R625 to R628, R638: whether the market lets this through, now and between these.
fn check_gate<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: ListingId,
    listing: &Listing,
    parties: [ParticipantId; 2],
) -> Result<(), Rejection> {
    let found = asset::find(scene, listing.asset)?;
    gate::check(scene, listing.asset, &found, listing.version, listing.plans.iter().map(|plan| &plan.terms))?;
    let [buyer, licensee] = parties.map(Subject::Participant);
    let frozen =
        [Subject::Listing(id), Subject::Asset(listing.asset), Subject::Participant(listing.seller), buyer, licensee];
    freeze::check(scene, FreezeScope::Trade, &frozen)
}

/// R504 to R507: whether the plan is what the buyer means, and fits what it is wanted for.
fn check_plan<'a>(request: &Request, listing: &'a Listing) -> Result<&'a Plan, Rejection> {
    let &Request { plan, version, max_price, purpose, .. } = request;
    let plans = listing.plans.len();
    let plan = listing.plans.get(usize::from(plan)).ok_or(Rejection::UnknownPlan { plan, plans })?;
    if version != listing.version {
        return Err(Rejection::VersionOther { found: version, offered: listing.version });
    }
    let price = plan.terms.price;
    if price > max_price {
        return Err(Rejection::PriceAboveLimit { price, max_price });
    }
    if !policy::allows_purpose(&plan.terms.policy, purpose) {
        return Err(Rejection::PurposeForbidden { purpose });
    }
    Ok(plan)
}

/// R508, R509. That payer and licensee approve is R8 and R9.
fn check_parties<R: Reader>(
    scene: &Scene<'_, '_, R>,
    seller: ParticipantId,
    parties: [ParticipantId; 3],
    licensee: ParticipantId,
) -> Result<(), Rejection> {
    if parties.contains(&seller) {
        return Err(Rejection::SellerBuys { seller });
    }
    if !scene.active(licensee).is_some_and(|participant| asset::may_hold(&participant)) {
        return Err(Rejection::LicenseeUnfit { licensee });
    }
    Ok(())
}

/// R510, R511, R512: whether there is one left, and whether it can be given beside what is given and promised.
fn check_supply<R: Reader>(
    scene: &Scene<'_, '_, R>,
    number: u8,
    plan: &Plan,
    listing: &Listing,
) -> Result<(), Rejection> {
    let asset = listing.asset;
    let trade = scene.draft.get::<Trades>(&asset).unwrap_or_default();
    if let Some(order) = trade.exclusive {
        return Err(Rejection::ExclusiveTaken { asset, order });
    }
    let limit = match plan.terms.supply {
        Supply::Unlimited => u32::MAX,
        Supply::Limited(limit) => limit,
        Supply::Exclusive => 1,
    };
    // No count leaves its 32 bits, however many listings the asset has.
    let is_left = |one: u32, other: u32, limit: u32| one.checked_add(other).is_some_and(|taken| taken < limit);
    if !is_left(plan.sold, plan.reserved, limit) || !is_left(trade.live_licences, trade.open_orders, u32::MAX) {
        return Err(Rejection::SoldOut { plan: number, limit });
    }
    let (licences, orders) = (trade.live_licences, trade.open_orders);
    if plan.terms.supply == Supply::Exclusive && (licences, orders) != (0, 0) {
        return Err(Rejection::NotExclusive { asset, licences, orders });
    }
    Ok(())
}

/// R520. The seller has consented to this by the listing.
fn hold_bond<R: Reader>(scene: &mut Scene<'_, '_, R>, seller: ParticipantId, bond: Amount) -> Result<(), Rejection> {
    money::hold(scene, seller, bond).map_err(|rejection| match rejection {
        Rejection::FundsShort { available, needed } => Rejection::BondShort { seller, available, needed },
        other => other,
    })
}

/// R514.
pub fn find<R: Reader>(scene: &Scene<'_, '_, R>, id: OrderId) -> Result<Order, Rejection> {
    scene.draft.get::<Orders>(&id).ok_or(Rejection::UnknownOrder { order: id })
}

/// R514, R411.
pub fn find_sold<R: Reader>(scene: &Scene<'_, '_, R>, id: OrderId) -> Result<Order, Rejection> {
    let order = find(scene, id)?;
    if order.seller == scene.signer { Ok(order) } else { Err(Rejection::NotSeller { seller: order.seller }) }
}

/// R514, R515.
pub fn find_bought<R: Reader>(scene: &Scene<'_, '_, R>, id: OrderId) -> Result<Order, Rejection> {
    let order = find(scene, id)?;
    if order.buyer == scene.signer { Ok(order) } else { Err(Rejection::NotBuyer { buyer: order.buyer }) }
}

/// R516, R517: whether the order waits for this, and still does at the block's time.
pub fn check_stage<R: Reader>(
    scene: &Scene<'_, '_, R>,
    id: OrderId,
    order: &Order,
    needed: OrderStatus,
) -> Result<(), Rejection> {
    if order.status != needed {
        return Err(Rejection::WrongOrderStatus { order: id, found: order.status, needed });
    }
    let now = scene.block.time;
    // The block that ends an order may still have it to do.
    match order.deadline {
        Some(deadline) if deadline <= now => Err(Rejection::OrderLate { deadline, now }),
        _ => Ok(()),
    }
}

/// Moves an order on; its next window opens now. When that closes.
pub fn advance<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    order: &mut Order,
    status: OrderStatus,
    window: Duration,
) -> Timestamp {
    let closes = scene.block.time.after(window);
    deadline::change(scene.draft, Subject::Order(id), order.deadline, Some(closes));
    order.status = status;
    order.deadline = Some(closes);
    scene.draft.put::<Orders>(&id, order);
    closes
}
