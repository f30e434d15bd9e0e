//! R501 to R512, R520, R529: the placing of orders, and what every later step asks of one. How they end is settlement's.

use super::settlement::{self, Loser};
use super::{Scene, asset, deadline, freeze, gate, governance, listing, money, recall};
use crate::event::Event;
use crate::model::{
    Bonds, DeliveryKey, FreezeScope, Line, Listing, ListingKind, Order, OrderStatus, Origin, Plan, Purpose, Role,
    Supply, Terms, Trade, Windows,
};
use crate::policy;
use crate::primitives::{Amount, AssetId, Digest, Duration, ListingId, OrderId, ParticipantId, Timestamp};
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

/// R12, R501, R401, R422, R412, R502, R503, R320, R583, R504, R505, R506, R507, R508, R509, R510, R511, R512, R529, then the gate:
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
    listing::check_kind(request.listing, &listing, &[ListingKind::Open, ListingKind::Fixed], "open or fixed")?;
    listing::check_open(scene, request.listing, &listing)?;
    listing::check_seller(scene, listing.seller, listing.asset, Line::Operate)?;
    recall::check_sale(scene.draft, listing.asset, listing.version)?;
    let plan = check_plan(request, &listing)?;
    let payer = request.payer.unwrap_or(buyer);
    let licensee = request.licensee.unwrap_or(buyer);
    check_parties(scene, listing.seller, [buyer, payer, licensee], licensee)?;
    check_supply(scene, request.plan, plan, &listing)?;
    let is_open = listing.kind == ListingKind::Open;
    let delivery_key = request.delivery_key.or(participant.enrolment.delivery_key);
    if !is_open {
        check_delivery_key(delivery_key)?;
    }
    let plans = listing.plans.iter().map(|plan| &plan.terms);
    let ground = [Subject::Listing(request.listing)];
    check_gate(scene, &ground, (listing.asset, listing.version), plans, [listing.seller, buyer, licensee])?;
    let opening = Opening {
        origin: Origin::Plan { listing: request.listing, plan: request.plan },
        asset: listing.asset,
        version: listing.version,
        seller: listing.seller,
        buyer,
        payer,
        licensee,
        delivery_key,
        purpose: request.purpose,
        scenario: request.scenario,
        price: plan.terms.price,
        bond: plan.terms.bond,
    };
    if is_open {
        let (id, order) = begin(scene, opening);
        settlement::settle(scene, id, order, Loser::Nobody);
        Ok(())
    } else {
        open(scene, opening).map(drop)
    }
}

/// What an order is opened with. Whoever opens it has checked all of it.
pub struct Opening {
    /// What it comes from.
    pub origin: Origin,
    /// What is ordered.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Who delivers.
    pub seller: ParticipantId,
    /// Who acknowledges.
    pub buyer: ParticipantId,
    /// Whose money it is.
    pub payer: ParticipantId,
    /// Who gets the licence.
    pub licensee: ParticipantId,
    /// Where the delivery is sealed to.
    pub delivery_key: Option<DeliveryKey>,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the scenario in words.
    pub scenario: Digest,
    /// What is locked.
    pub price: Amount,
    /// What the seller puts at stake.
    pub bond: Amount,
}

/// R638, R204, R520. Locks the price and the seller's bond, takes the order's place, and lets the seller's time to deliver
/// begin.
pub fn open<R: Reader>(scene: &mut Scene<'_, '_, R>, opening: Opening) -> Result<OrderId, Rejection> {
    money::hold(scene, opening.payer, opening.price)?;
    hold_bond(scene, opening.seller, opening.bond)?;
    let (id, mut order) = begin(scene, opening);
    order.deadline = Some(scene.block.time.after(order.windows.delivery));
    deadline::change(scene.draft, Subject::Order(id), None, order.deadline);
    scene.draft.put::<Orders>(&id, &order);
    Ok(id)
}

/// A new order in its place, under the rule pack of now; not written yet.
fn begin<R: Reader>(scene: &mut Scene<'_, '_, R>, opening: Opening) -> (OrderId, Order) {
    let Opening { origin, asset, version, seller, buyer, payer, licensee, .. } = opening;
    let Opening { delivery_key, purpose, scenario, price, bond, .. } = opening;
    let id = OrderId::created_by(scene.transaction);
    let pack = governance::rule_pack(scene);
    let order = Order {
        origin,
        asset,
        version,
        seller,
        buyer,
        payer,
        licensee,
        delivery_key,
        purpose,
        scenario,
        price,
        fee: price.share(pack.fee),
        fee_ratio: pack.fee,
        fee_account: pack.fee_account,
        bonds: Bonds { seller: bond, buyer: price.share(pack.dispute_bond) },
        windows: Windows {
            delivery: pack.delivery_window,
            acknowledgement: pack.acknowledgement_window,
            key: pack.key_window,
            settlement: pack.settlement_window,
            arbitration: pack.arbitration_window,
        },
        status: OrderStatus::Placed,
        refund_cause: None,
        deadline: None,
        delivery: None,
        dispute: None,
        placed: scene.block.time,
    };
    settlement::reserve(scene, id, &order);
    scene.events.push(Event::OrderPlaced { order: id, origin, asset, buyer, seller, price, bond });
    (id, order)
}

/// R529: what is delivered is sealed to somebody.
pub fn check_delivery_key(key: Option<DeliveryKey>) -> Result<(), Rejection> {
    key.map(drop).ok_or(Rejection::DeliveryKeyMissing)
}

/// R304, R608, R614, R625 to R628, R638: whether the market lets this through, now and between these: a seller, a buyer, a
/// licensee. The ground is what they trade on.
pub fn check_gate<'t, R: Reader>(
    scene: &Scene<'_, '_, R>,
    ground: &[Subject],
    (asset, version): (AssetId, u32),
    terms: impl IntoIterator<Item = &'t Terms>,
    parties: [ParticipantId; 3],
) -> Result<(), Rejection> {
    gate::check(scene, asset, &asset::find(scene, asset)?, version, terms)?;
    let [seller, buyer, licensee] = parties.map(Subject::Participant);
    freeze::check(scene, FreezeScope::Trade, ground)?;
    freeze::check(scene, FreezeScope::Trade, &[Subject::Asset(asset), seller, buyer, licensee])
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
pub fn check_parties<R: Reader>(
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
    let limit = match plan.terms.supply {
        Supply::Unlimited => u32::MAX,
        Supply::Limited(limit) => limit,
        Supply::Exclusive => 1,
    };
    let trade = check_not_exclusive(scene, listing.asset)?;
    if !is_left(plan.sold, plan.reserved, limit) || !has_room(&trade) {
        return Err(Rejection::SoldOut { plan: number, limit });
    }
    check_alone(listing.asset, &trade, plan.terms.supply)
}

/// R510, R511, R512 for terms that are on no plan: as plan 0 without a limit of its own.
pub fn check_supply_of_terms<R: Reader>(
    scene: &Scene<'_, '_, R>,
    asset: AssetId,
    supply: Supply,
) -> Result<(), Rejection> {
    let trade = check_not_exclusive(scene, asset)?;
    if !has_room(&trade) {
        return Err(Rejection::SoldOut { plan: 0, limit: u32::MAX });
    }
    check_alone(asset, &trade, supply)
}

/// R510: what is sold and promised of an asset that is not one buyer's alone.
fn check_not_exclusive<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId) -> Result<Trade, Rejection> {
    let trade = scene.draft.get::<Trades>(&asset).unwrap_or_default();
    match trade.exclusive {
        Some(order) => Err(Rejection::ExclusiveTaken { asset, order }),
        None => Ok(trade),
    }
}

const fn is_left(sold: u32, reserved: u32, limit: u32) -> bool {
    matches!(sold.checked_add(reserved), Some(taken) if taken < limit)
}

/// No count leaves its 32 bits, however many listings the asset has.
const fn has_room(trade: &Trade) -> bool {
    is_left(trade.live_licences, trade.open_orders, u32::MAX)
}

/// R512.
fn check_alone(asset: AssetId, trade: &Trade, supply: Supply) -> Result<(), Rejection> {
    let (licences, orders) = (trade.live_licences, trade.open_orders);
    if supply == Supply::Exclusive && (licences, orders) != (0, 0) {
        return Err(Rejection::NotExclusive { asset, licences, orders });
    }
    Ok(())
}

/// R520. The seller has consented to this by its listing or offer.
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
