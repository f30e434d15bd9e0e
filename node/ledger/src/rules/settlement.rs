//! How an order ends: settled, split or refunded. The only ways out of escrow, for prices and for bonds.
//!
//! Nothing here can be refused: what an order needs was locked and counted when it was placed. A participant that is
//! suspended or revoked since then still gets its money, so that no order hangs on anyone's standing.

use super::{Scene, deadline, licence, listing, money, royalty, subscription};
use crate::event::Event;
use crate::model::{Line, ListingStatus, Order, OrderStatus, Origin, Plan, RefundCause, Supply, Terms, Trade};
use crate::primitives::{Amount, AssetId, OrderId, ParticipantId};
use crate::state::{Assets, Draft, Listings, Negotiations, Orders, Reader, Subject, Trades};

/// Counts a new order: it may become a licence, so that its place is taken.
pub fn reserve<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: &Order) {
    let Some(terms) = terms(scene, order) else { return };
    change_plan(scene, order, |plan| {
        plan.reserved = plan.reserved.checked_add(1).expect("R511 keeps the count within the supply");
    });
    change_trade(scene.draft, order.asset, |trade| {
        trade.open_orders = trade.open_orders.checked_add(1).expect("R511 keeps the counts of an asset small");
        if terms.supply == Supply::Exclusive {
            trade.exclusive = Some(id);
        }
    });
}

/// Whose bond an order costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loser {
    /// Every bond goes back.
    Nobody,
    /// The seller's goes to the buyer.
    Seller,
    /// The buyer's goes to the seller.
    Buyer,
}

/// Pays the price out and grants the licence, if the order is for one. The order's place is sold.
pub fn settle<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: Order, loser: Loser) {
    let Order { asset, price, .. } = order;
    let (fee, payee) = pay_out(scene, &order, price);
    scene.events.push(Event::OrderSettled { order: id, asset, price, fee, payee });
    if let Origin::Licence(licence) = order.origin {
        subscription::note_delivered(scene, licence, order.version);
    }
    sell(scene, id, &order, payee);
    end_bonds(scene, id, &order, loser);
    close(scene, id, order, OrderStatus::Settled);
}

/// Gives a part of the price back, pays the rest out like a price and grants the licence, if the order is for one. The order's place is sold.
pub fn split<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: Order, refund: Amount, loser: Loser) {
    let Order { asset, payer, price, .. } = order;
    let paid = price.checked_sub(refund).expect("R528: a ruling is bounded by the price");
    money::release(scene, payer, refund);
    money::credit(scene, payer, refund);
    let (fee, payee) = pay_out(scene, &order, paid);
    scene.events.push(Event::OrderSplit { order: id, asset, refund, paid, fee, payee });
    sell(scene, id, &order, payee);
    end_bonds(scene, id, &order, loser);
    close(scene, id, order, OrderStatus::Split);
}

/// Gives the price back. The order's place is free again.
pub fn refund<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, mut order: Order, cause: RefundCause) {
    let Order { asset, payer, price, .. } = order;
    money::release(scene, payer, price);
    money::credit(scene, payer, price);
    if terms(scene, &order).is_some() {
        change_plan(scene, &order, |plan| {
            plan.reserved = plan.reserved.checked_sub(1).expect("the order reserved its place");
        });
        change_trade(scene.draft, asset, |trade| {
            trade.open_orders = trade.open_orders.checked_sub(1).expect("the order was counted");
            if trade.exclusive == Some(id) {
                trade.exclusive = None;
            }
        });
    }
    scene.events.push(Event::OrderRefunded { order: id, asset, cause, amount: price });
    let loser = if cause.is_fault_of_seller() { Loser::Seller } else { Loser::Nobody };
    end_bonds(scene, id, &order, loser);
    order.refund_cause = Some(cause);
    close(scene, id, order, OrderStatus::Refunded);
}

/// Counts the sale and grants the licence, if the order is for one.
fn sell<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: &Order, licensor: ParticipantId) {
    let Some(terms) = terms(scene, order) else { return };
    change_plan(scene, order, |plan| {
        plan.reserved = plan.reserved.checked_sub(1).expect("the order reserved its place");
        plan.sold = plan.sold.checked_add(1).expect("R511 keeps the count within the supply");
    });
    change_trade(scene.draft, order.asset, |trade| {
        trade.open_orders = trade.open_orders.checked_sub(1).expect("the order was counted");
        trade.live_licences = trade.live_licences.checked_add(1).expect("R511 keeps the counts of an asset small");
    });
    licence::grant(scene, id, order, licensor, terms);
    close_if_sold_out(scene, order);
}

/// The terms of the licence that an order is for; none if it is for a version under a licence that is there.
pub fn terms<R: Reader>(scene: &Scene<'_, '_, R>, order: &Order) -> Option<Terms> {
    match order.origin {
        Origin::Plan { listing, plan } => {
            let listing = scene.draft.get::<Listings>(&listing).expect("listings are never deleted");
            let plan = listing.plans.into_iter().nth(usize::from(plan));
            Some(plan.expect("R504: an order names a plan that is there").terms)
        }
        Origin::Negotiation(negotiation) => {
            let found = scene.draft.get::<Negotiations>(&negotiation);
            Some(found.expect("negotiations are never deleted").terms)
        }
        Origin::Licence(_) => None,
    }
}

/// Gives every bond back that is held, or a lost one to the other side.
fn end_bonds<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: &Order, loser: Loser) {
    let Order { seller, buyer, bonds, .. } = *order;
    let held_of_buyer = if order.dispute.is_some() { bonds.buyer } else { Amount::ZERO };
    for (from, other, bond, lost) in
        [(seller, buyer, bonds.seller, loser == Loser::Seller), (buyer, seller, held_of_buyer, loser == Loser::Buyer)]
    {
        let to = if lost { other } else { from };
        money::release(scene, from, bond);
        money::credit(scene, to, bond);
        if lost && bond > Amount::ZERO {
            scene.events.push(Event::BondLost { order: id, from, to, amount: bond });
        }
    }
}

/// Takes what is paid out of escrow, gives the exchange its fee and distributes the rest: the fee, and who got the rest.
fn pay_out<R: Reader>(scene: &mut Scene<'_, '_, R>, order: &Order, paid: Amount) -> (Amount, ParticipantId) {
    let Order { asset, version, payer, fee_ratio, fee_account, .. } = *order;
    let fee = paid.share(fee_ratio);
    money::release(scene, payer, paid);
    let payee = operator(scene, asset);
    share_out(scene, asset, &[version], (paid, fee), fee_account, payee);
    (fee, payee)
}

/// Gives the exchange its fee of a price that was taken from somebody in this step, and distributes the rest: royalties by
/// the one of these versions that owes the most, the first of these.
pub fn share_out<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    asset: AssetId,
    versions: &[u32],
    (price, fee): (Amount, Amount),
    fee_account: ParticipantId,
    payee: ParticipantId,
) {
    let pot = price.checked_sub(fee).expect("a fee is a share of the price");
    money::credit(scene, fee_account, fee);
    let rest = royalty::pay_upstream(scene, asset, versions, pot);
    money::credit(scene, payee, rest);
}

/// Who holds the right to operate an asset now, and so earns with it.
pub fn operator<R: Reader>(scene: &Scene<'_, '_, R>, asset: AssetId) -> ParticipantId {
    let found = scene.draft.get::<Assets>(&asset).expect("assets are never deleted");
    found.line(Line::Operate).holder
}

/// A listing all of whose licences are given is over.
fn close_if_sold_out<R: Reader>(scene: &mut Scene<'_, '_, R>, order: &Order) {
    let Origin::Plan { listing: id, .. } = order.origin else { return };
    let listing = scene.draft.get::<Listings>(&id).expect("listings are never deleted");
    let is_live = matches!(listing.status, ListingStatus::Active | ListingStatus::Paused);
    if is_live && listing.is_sold_out() {
        listing::close(scene, id, listing, ListingStatus::SoldOut);
    }
}

/// Writes an order that has come to its end.
fn close<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, mut order: Order, end: OrderStatus) {
    deadline::change(scene.draft, Subject::Order(id), order.deadline, None);
    order.status = end;
    order.deadline = None;
    scene.draft.put::<Orders>(&id, &order);
}

/// Changes the counts of the plan that an order is on, if it is on one.
fn change_plan<R: Reader>(scene: &mut Scene<'_, '_, R>, order: &Order, change: impl FnOnce(&mut Plan)) {
    let Origin::Plan { listing: id, plan } = order.origin else { return };
    let mut listing = scene.draft.get::<Listings>(&id).expect("listings are never deleted");
    change(listing.plans.get_mut(usize::from(plan)).expect("R504: an order names a plan that is there"));
    scene.draft.put::<Listings>(&id, &listing);
}

/// Changes what is sold and promised of an asset. Nothing at all has no record.
pub fn change_trade<R: Reader>(draft: &mut Draft<'_, R>, asset: AssetId, change: impl FnOnce(&mut Trade)) {
    let mut trade = draft.get::<Trades>(&asset).unwrap_or_default();
    change(&mut trade);
    if trade == Trade::default() {
        draft.remove::<Trades>(&asset);
    } else {
        draft.put::<Trades>(&asset, &trade);
    }
}
