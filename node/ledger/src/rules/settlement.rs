//! How an order ends: settled, split or refunded. The only ways out of escrow, for prices and for bonds.
//!
//! Nothing here can be refused: what an order needs was locked and counted when it was placed. A participant that is
//! suspended or revoked since then still gets its money, so that no order hangs on anyone's standing.

use super::{Scene, deadline, licence, money, royalty};
use crate::event::Event;
use crate::model::{Line, Order, OrderStatus, Plan, RefundCause, Supply, Trade};
use crate::primitives::{Amount, AssetId, OrderId, ParticipantId};
use crate::state::{Assets, Draft, Listings, Orders, Reader, Subject, Trades};

/// Counts a new order: it may become a licence, so that its place is taken.
pub fn reserve<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: &Order) {
    let mut exclusive = false;
    change_plan(scene, order, |plan| {
        plan.reserved = plan.reserved.checked_add(1).expect("R511 keeps the count within the supply");
        exclusive = plan.terms.supply == Supply::Exclusive;
    });
    change_trade(scene.draft, order.asset, |trade| {
        trade.open_orders = trade.open_orders.checked_add(1).expect("R511 keeps the counts of an asset small");
        if exclusive {
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

/// Pays the price out and grants the licence. The order's place is sold.
pub fn settle<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: Order, loser: Loser) {
    let Order { asset, price, .. } = order;
    let (fee, payee) = pay_out(scene, &order, price);
    scene.events.push(Event::OrderSettled { order: id, asset, price, fee, payee });
    sell(scene, id, &order, payee);
    end_bonds(scene, id, &order, loser);
    close(scene, id, order, OrderStatus::Settled);
}

/// Gives a part of the price back, pays the rest out like a price and grants the licence. The order's place is sold.
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
    change_plan(scene, &order, |plan| {
        plan.reserved = plan.reserved.checked_sub(1).expect("the order reserved its place");
    });
    change_trade(scene.draft, asset, |trade| {
        trade.open_orders = trade.open_orders.checked_sub(1).expect("the order was counted");
        if trade.exclusive == Some(id) {
            trade.exclusive = None;
        }
    });
    scene.events.push(Event::OrderRefunded { order: id, asset, cause, amount: price });
    let loser = if cause.is_fault_of_seller() { Loser::Seller } else { Loser::Nobody };
    end_bonds(scene, id, &order, loser);
    order.refund_cause = Some(cause);
    close(scene, id, order, OrderStatus::Refunded);
}

/// Counts the sale and grants the licence.
fn sell<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: &Order, licensor: ParticipantId) {
    let mut sold = None;
    change_plan(scene, order, |plan| {
        plan.reserved = plan.reserved.checked_sub(1).expect("the order reserved its place");
        plan.sold = plan.sold.checked_add(1).expect("R511 keeps the count within the supply");
        sold = Some(plan.terms.clone());
    });
    let terms = sold.expect("the plan of an order is there");
    change_trade(scene.draft, order.asset, |trade| {
        trade.open_orders = trade.open_orders.checked_sub(1).expect("the order was counted");
        trade.live_licences = trade.live_licences.checked_add(1).expect("R511 keeps the counts of an asset small");
    });
    licence::grant(scene, id, order, licensor, terms.policy, terms.supply == Supply::Exclusive);
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
    let pot = paid.checked_sub(fee).expect("a fee is a share of the price");
    money::release(scene, payer, paid);
    money::credit(scene, fee_account, fee);
    let found = scene.draft.get::<Assets>(&asset).expect("assets are never deleted");
    let holder = found.line(Line::Operate).holder;
    distribute(scene, asset, version, pot, holder);
    (fee, holder)
}

/// Where the pot of a sale goes: royalties to the versions upstream, the rest to who is to get it.
fn distribute<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    asset: AssetId,
    version: u32,
    pot: Amount,
    rest_to: ParticipantId,
) {
    let rest = royalty::pay_upstream(scene, asset, version, pot);
    if rest > Amount::ZERO {
        money::credit(scene, rest_to, rest);
    }
}

/// Writes an order that has come to its end.
fn close<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, mut order: Order, end: OrderStatus) {
    deadline::change(scene.draft, Subject::Order(id), order.deadline, None);
    order.status = end;
    order.deadline = None;
    scene.draft.put::<Orders>(&id, &order);
}

fn change_plan<R: Reader>(scene: &mut Scene<'_, '_, R>, order: &Order, change: impl FnOnce(&mut Plan)) {
    let mut listing = scene.draft.get::<Listings>(&order.listing).expect("listings are never deleted");
    let plan = listing.plans.get_mut(usize::from(order.plan)).expect("R504: an order names a plan that is there");
    change(plan);
    scene.draft.put::<Listings>(&order.listing, &listing);
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
