//! R526 to R528, R351: disputes on what no machine can judge, ruled by an arbiter (仲裁) within the price.

use core::cmp::Ordering;

use super::order::{advance, check_stage, find, find_bought};
use super::settlement::{self, Loser};
use super::{Scene, asset, money, registration};
use crate::event::Event;
use crate::model::{Dispute, Line, OrderStatus, RefundCause, Role, Ruling};
use crate::primitives::{Amount, Digest, OrderId, Text};
use crate::rejection::Rejection;
use crate::state::Reader;

/// R527, R514, R515, R516, R517, R530, R638, R204. The seller's bond is held since the placing.
pub fn open<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, statement: Digest) -> Result<(), Rejection> {
    if statement == Digest::ZERO {
        return Err(Rejection::DisputeUnstated);
    }
    let mut order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::KeyRevealed)?;
    if order.price == Amount::ZERO {
        return Err(Rejection::NothingDisputed { order: id });
    }
    let bond = order.bonds.buyer;
    money::hold(scene, order.buyer, bond)?;
    order.dispute = Some(Dispute { statement, since: scene.block.time, ruling: None });
    let window = order.windows.arbitration;
    let settles = advance(scene, id, &mut order, OrderStatus::Disputed, window);
    scene.events.push(Event::DisputeOpened { order: id, asset: order.asset, statement, bond, settles });
    Ok(())
}

/// R12, R353, R514, R516, R517, R528, R351.
///
/// Who gets more than half of the price is right, and gets the other's bond; at exactly half nobody is.
pub fn rule<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    refund: Amount,
    reason: &Text<256>,
) -> Result<(), Rejection> {
    scene.require_role(Role::Arbiter)?;
    registration::check_reason(reason)?;
    let mut order = find(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::Disputed)?;
    let price = order.price;
    let rest = price.checked_sub(refund).ok_or(Rejection::RefundTooHigh { refund, price })?;
    let payee = asset::find(scene, order.asset)?.line(Line::Operate).holder;
    for party in [order.seller, order.buyer, order.payer, order.licensee, payee] {
        registration::check_judge(scene, party)?;
    }

    let arbiter = scene.signer;
    let ruling = Ruling { arbiter, refund, reason: reason.clone(), time: scene.block.time };
    let dispute = order.dispute.as_mut().expect("an order is disputed by its dispute");
    dispute.ruling = Some(ruling);
    scene.events.push(Event::DisputeRuled { order: id, asset: order.asset, arbiter, refund, reason: reason.clone() });
    let loser = match refund.cmp(&rest) {
        Ordering::Less => Loser::Buyer,
        Ordering::Equal => Loser::Nobody,
        Ordering::Greater => Loser::Seller,
    };
    if refund == Amount::ZERO {
        settlement::settle(scene, id, order, loser);
    } else if rest == Amount::ZERO {
        settlement::refund(scene, id, order, RefundCause::Ruling);
    } else {
        settlement::split(scene, id, order, refund, loser);
    }
    Ok(())
}
