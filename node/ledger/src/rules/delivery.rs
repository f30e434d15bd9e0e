//! R513 to R525: fair delivery, from the sealed bytes to the money.
//!
//! The seller commits to sealed bytes, the buyer says that they came, the seller reveals the key; then either the buyer
//! proves that the bytes are not the registered ones, which every node judges, or the seller is paid.

use super::order::{advance, check_stage, find, find_bought, find_sold};
use super::settlement::{self, Loser};
use super::{Scene, freeze, participant, registration};
use crate::event::Event;
use crate::model::{Delivery, FreezeScope, Order, OrderStatus, RefundCause, SealedKey, Span, covered};
use crate::primitives::{Digest, OrderId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::sealed::{self, Commitment, Proof, Secret};
use crate::state::{Reader, Versions};

/// R513, R514, R411, R516, R517, R638.
pub fn deliver<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    location: &Text<512>,
    commitment: Commitment,
) -> Result<(), Rejection> {
    if location.is_empty() {
        return Err(Rejection::LocationEmpty);
    }
    let mut order = find_sold(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::Placed)?;
    freeze::check(scene, FreezeScope::Delivery, &freeze::of_delivery(scene.draft, id, &order))?;
    order.delivery = Some(Delivery {
        location: location.clone(),
        commitment,
        time: scene.block.time,
        sealed_key: None,
        challenged: false,
        secret: None,
    });
    let window = order.windows.acknowledgement;
    advance(scene, id, &mut order, OrderStatus::Delivered, window);
    scene.events.push(Event::OrderDelivered { order: id, asset: order.asset });
    Ok(())
}

/// R514, R515, R516, R517, R521, R522.
pub fn acknowledge<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    ciphertext_root: Digest,
    nodes_root: Digest,
) -> Result<(), Rejection> {
    let mut order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::Delivered)?;
    let committed = delivery_of(&mut order).commitment;
    if ciphertext_root != committed.ciphertext_root {
        return Err(Rejection::CiphertextOther { found: ciphertext_root, committed: committed.ciphertext_root });
    }
    if nodes_root != committed.nodes_root {
        return Err(Rejection::NodesOther { found: nodes_root, committed: committed.nodes_root });
    }
    let window = order.windows.key;
    let key_due = advance(scene, id, &mut order, OrderStatus::Acknowledged, window);
    scene.events.push(Event::OrderAcknowledged { order: id, asset: order.asset, key_due });
    Ok(())
}

/// R353, R514, R515, R516, R517.
pub fn reject<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, reason: &Text<256>) -> Result<(), Rejection> {
    registration::check_reason(reason)?;
    let order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::Delivered)?;
    settlement::refund(scene, id, order, RefundCause::Rejected);
    Ok(())
}

/// R523, R514, R411, R516, R517, R638. Whether the buyer can open it is the buyer's to say.
pub fn reveal_key<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    sealed_key: &SealedKey,
) -> Result<(), Rejection> {
    if sealed_key.is_empty() {
        return Err(Rejection::SealedKeyEmpty);
    }
    let mut order = find_sold(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::Acknowledged)?;
    freeze::check(scene, FreezeScope::Delivery, &freeze::of_delivery(scene.draft, id, &order))?;
    delivery_of(&mut order).sealed_key = Some(sealed_key.clone());
    let window = order.windows.settlement;
    let settles = advance(scene, id, &mut order, OrderStatus::KeyRevealed, window);
    scene.events.push(Event::KeyRevealed { order: id, asset: order.asset, settles });
    Ok(())
}

/// R514, R515, R516, R517.
pub fn accept<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId) -> Result<(), Rejection> {
    let order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::KeyRevealed)?;
    settlement::settle(scene, id, order, Loser::Nobody);
    Ok(())
}

/// R514, R515, R516, R517, R524, R525.
pub fn prove_misbehaviour<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    id: OrderId,
    secret: &Secret,
    proof: &Proof,
) -> Result<(), Rejection> {
    let mut order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::KeyRevealed)?;
    let commitment = delivery_of(&mut order).commitment;
    check_secret(secret, &commitment)?;
    let version = scene.draft.get::<Versions>(&(order.asset, order.version));
    let content = version.expect("R408: the version is there, and none is ever deleted").content;
    sealed::judge(&content.content_root, content.size_bytes, &commitment, secret, proof)
        .map_err(|error| Rejection::NotConvicted { error })?;
    settlement::refund(scene, id, order, RefundCause::Misbehaviour);
    Ok(())
}

/// R514, R515, R516, R517, R526.
pub fn challenge_key<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId) -> Result<(), Rejection> {
    let mut order = find_bought(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::KeyRevealed)?;
    let delivery = delivery_of(&mut order);
    if delivery.challenged {
        return Err(Rejection::ChallengedAlready { order: id });
    }
    delivery.challenged = true;
    let window = order.windows.key;
    let key_due = advance(scene, id, &mut order, OrderStatus::KeyChallenged, window);
    scene.events.push(Event::KeyChallenged { order: id, asset: order.asset, key_due });
    Ok(())
}

/// R514, R411, R516, R517, R524. The buyer has the whole settlement window again.
///
/// No freeze stops it: the key has been on the ledger since it was revealed, and a buyer who has opened it could challenge it
/// when a freeze comes, and have both the data and the price.
pub fn open_key<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, secret: &Secret) -> Result<(), Rejection> {
    let mut order = find_sold(scene, id)?;
    check_stage(scene, id, &order, OrderStatus::KeyChallenged)?;
    let delivery = delivery_of(&mut order);
    check_secret(secret, &delivery.commitment)?;
    delivery.secret = Some(*secret);
    let window = order.windows.settlement;
    let settles = advance(scene, id, &mut order, OrderStatus::KeyRevealed, window);
    scene.events.push(Event::KeyOpened { order: id, asset: order.asset, settles });
    Ok(())
}

/// The deadline of an order has come: the one outcome of the window that is over.
pub fn due<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId) {
    let order = find(scene, id).expect("orders are never deleted");
    match order.status {
        OrderStatus::Placed => refund_unserved(scene, id, order, RefundCause::NotDelivered),
        OrderStatus::Delivered => settlement::refund(scene, id, order, RefundCause::NotAcknowledged),
        OrderStatus::Acknowledged => refund_unserved(scene, id, order, RefundCause::KeyNotRevealed),
        OrderStatus::KeyChallenged => refund_unserved(scene, id, order, RefundCause::KeyNotOpened),
        // What was registered was delivered: that is all that the ledger can know of a dispute that nobody ruled.
        OrderStatus::KeyRevealed | OrderStatus::Disputed => settlement::settle(scene, id, order, Loser::Nobody),
        OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => {
            unreachable!("an order at its end has no deadline")
        }
    }
}

/// The seller has let its window pass. The price goes back, and so does the bond of one who could not act.
fn refund_unserved<R: Reader>(scene: &mut Scene<'_, '_, R>, id: OrderId, order: Order, fault: RefundCause) {
    let cause = hindrance(scene, id, &order).unwrap_or(fault);
    settlement::refund(scene, id, order, cause);
}

/// What kept the seller from acting for more than half of its window, if something did: what did so for longer.
///
/// Half, so that a moment's freeze, whenever it comes, frees nobody of an order. What is stopped twice at once is stopped
/// once. No freeze stops the opening of a key; and who is revoked was judged, and stays so.
fn hindrance<R: Reader>(scene: &Scene<'_, '_, R>, id: OrderId, order: &Order) -> Option<RefundCause> {
    let length = if order.status == OrderStatus::Placed { order.windows.delivery } else { order.windows.key };
    let until = order.deadline.expect("what is due has a deadline");
    let window = Span { since: Timestamp(until.0.saturating_sub(length.0)), until };
    let frozen: Vec<Span> = if order.status == OrderStatus::KeyChallenged {
        Vec::new()
    } else {
        let targets = freeze::of_delivery(scene.draft, id, order).into_iter();
        targets.flat_map(|target| freeze::stops_of_delivery(scene.draft, target)).collect()
    };
    let suspended = participant::suspensions(scene.draft, order.seller, scene.block.time);
    let stopped = covered(window, [&frozen[..], &suspended[..]].concat());
    if stopped.0 <= length.0 / 2 {
        return None;
    }
    let is_freeze = covered(window, frozen) >= covered(window, suspended);
    Some(if is_freeze { RefundCause::Frozen } else { RefundCause::Suspended })
}

/// R524.
fn check_secret(secret: &Secret, commitment: &Commitment) -> Result<(), Rejection> {
    let (found, committed) = (secret.commitment(), commitment.key_commitment);
    if found == committed { Ok(()) } else { Err(Rejection::SecretOther { found, committed }) }
}

fn delivery_of(order: &mut Order) -> &mut Delivery {
    order.delivery.as_mut().expect("an order is delivered before it comes to any later stage")
}
