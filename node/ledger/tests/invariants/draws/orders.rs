//! Orders, from the placing to the ruling.

use yaosu_ledger::model::*;
use yaosu_ledger::sealed::{Commitment, Keystream, LeafProof, Piece, Proof, Secret};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Digest, HexBytes, OrderId};

use super::Drawn;
use crate::dice::Dice;
use crate::library::fake;
use crate::sight::{Sight, find};
use crate::town::{digest, text};

/// On a listing that takes orders, for something that its plan allows.
pub fn place(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let any = dice.percent(60);
    let (listing, found) = find(dice, &sight.view.listings, |_, found| {
        matches!(found.kind, ListingKind::Open | ListingKind::Fixed)
            && sight.is_fresh(found)
            && (any || sight.is_derived(found.asset, found.version))
    })?;
    let plan = dice.below(found.plans.len().max(1));
    let purposes = found.plans.get(plan).map_or(Purposes::ALL, |plan| plan.terms.policy.purposes);
    let fit: Vec<Purpose> = purposes.iter().collect();
    let purpose = if dice.percent(95) { dice.one(&fit) } else { dice.one(Purpose::ALL) };
    let place = Action::PlaceOrder {
        listing,
        plan: u8::try_from(plan).expect("plans are few"),
        version: found.version,
        max_price: Amount(u64::MAX),
        payer: sight.other(dice),
        licensee: sight.other(dice),
        delivery_key: dice.percent(30).then(|| digest("delivery")),
        purpose,
        scenario: digest("forecasts"),
    };
    Some((sight.buyer(dice, found.seller)?, place))
}

/// What is registered, or something else.
pub fn deliver(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::Placed)?;
    let words = sight.words(found.asset, found.version);
    let commitment = if dice.percent(65) { commitment(order, &words) } else { commitment(order, &fake(&words)) };
    Some((found.seller, Action::Deliver { order, location: text("https://example.org"), commitment }))
}

/// What has come; now and then not that.
pub fn acknowledge(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::Delivered)?;
    let Commitment { mut ciphertext_root, nodes_root, .. } = found.delivery.as_ref()?.commitment;
    if dice.percent(3) {
        ciphertext_root = digest("noise");
    }
    Some((found.buyer, Action::Acknowledge { order, ciphertext_root, nodes_root }))
}

/// What has come is not what was said.
pub fn reject(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::Delivered)?;
    Some((found.buyer, Action::RejectDelivery { order, reason: text("rows are missing") }))
}

/// The key of what was acknowledged.
pub fn reveal(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::Acknowledged)?;
    let sealed_key = SealedKey::new(b"sealed".to_vec()).expect("it is short");
    Some((found.seller, Action::RevealKey { order, sealed_key }))
}

/// By the buyer.
pub fn accept(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::KeyRevealed)?;
    Some((found.buyer, Action::AcceptDelivery { order }))
}

/// With what was really sealed, whatever that is.
pub fn prove(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::KeyRevealed)?;
    let words = sight.words(found.asset, found.version);
    let is_honest = found.delivery.as_ref()?.commitment == commitment(order, &words);
    let sealed = if is_honest { words } else { fake(&words) };
    Some((found.buyer, accusation(order, &sealed)))
}

/// Once an order.
pub fn challenge(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::KeyRevealed)?;
    Some((found.buyer, Action::ChallengeKey { order }))
}

/// To all; now and then another key.
pub fn open_key(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::KeyChallenged)?;
    let of = if dice.percent(90) { order } else { OrderId(Digest::ZERO) };
    Some((found.seller, Action::OpenKey { order, secret: secret(of) }))
}

/// On what was registered.
pub fn dispute(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::KeyRevealed)?;
    Some((found.buyer, Action::OpenQualityDispute { order, statement: digest("rows are missing") }))
}

/// Anything from nothing to all of it; now and then more.
pub fn rule(sight: &Sight<'_>, dice: &mut Dice) -> Drawn {
    let (order, found) = at(sight, dice, OrderStatus::Disputed)?;
    let price = found.price.0;
    let refund = match dice.below(8) {
        0..2 => 0,
        2 => price / 2,
        3 => price.saturating_add(1),
        4..6 => price,
        _ => dice.between(0, price),
    };
    let rule = Action::RuleDispute { order, refund: Amount(refund), reason: text("heard") };
    Some((sight.with_role(dice, Role::Arbiter)?, rule))
}

fn at<'a>(sight: &'a Sight<'_>, dice: &mut Dice, status: OrderStatus) -> Option<(OrderId, &'a Order)> {
    find(dice, &sight.view.orders, |_, order| order.status == status)
}

/// What opens an order's delivery.
fn secret(order: OrderId) -> Secret {
    Secret { key: digest(&format!("key of {order}")).0, salt: digest(&format!("salt of {order}")).0 }
}

/// Some words as they are sealed for an order: one chunk, so that there are no nodes.
fn sealed_words(order: OrderId, words: &str) -> Vec<u8> {
    let mut bytes = words.as_bytes().to_vec();
    Keystream::new(&secret(order).key).chunks(0, &mut bytes);
    bytes
}

/// What a seller is bound to who seals these words for an order.
pub fn commitment(order: OrderId, words: &str) -> Commitment {
    Commitment {
        ciphertext_root: Digest(*blake3::hash(&sealed_words(order, words)).as_bytes()),
        nodes_root: digest(""),
        key_commitment: secret(order).commitment(),
    }
}

/// Accuses a seller of having sealed these words: it convicts if they did, and the words are not the registered ones.
pub fn accusation(order: OrderId, words: &str) -> Action {
    let bytes = HexBytes::new(sealed_words(order, words)).expect("words are short");
    let opened = Piece { bytes, siblings: Vec::new() };
    let proof = Proof::Leaf(LeafProof { chunk: 0, opened, parent: None });
    Action::ProveMisbehaviour { order, secret: secret(order), proof }
}
