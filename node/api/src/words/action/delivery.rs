//! The steps of a delivery and of a dispute: what each does to the money.

use core::cmp::Ordering;

use yaosu_ledger::model::Order;
use yaosu_ledger::state::Subject;
use yaosu_ledger::{Amount, OrderId, Text};

use super::super::sentence::Piece::{Asset, Length, Money, Party, Thing};
use super::super::sentence::{Piece, Sentence};
use super::Facts;
use crate::say;

/// An order by what it is of.
fn what(id: OrderId, facts: &Facts) -> Piece {
    let id = Thing(Subject::Order(id));
    match &facts.order {
        Some(order) => Piece::maybe(say!("{0} ({1})", "{1}（{0}）", Asset(order.asset), id)),
        None => id,
    }
}

/// What is said of an order that is known.
fn with(facts: &Facts, words: impl FnOnce(&Order) -> Sentence) -> Piece {
    Piece::maybe(facts.order.as_ref().map(words))
}

fn price_goes(order: &Order) -> Piece {
    Piece::maybe(say!(
        "{0}, less the fee of {1} and any royalties, goes to {2}",
        "{0} 扣除手续费 {1} 及应付分成后归 {2}",
        Money(order.price),
        Money(order.fee),
        Party(order.seller)
    ))
}

fn price_back(order: &Order) -> Piece {
    Piece::maybe(say!("{0} goes back to {1}", "{0} 退还 {1}", Money(order.price), Party(order.payer)))
}

pub(super) fn deliver(id: OrderId, location: &Text<512>, facts: &Facts) -> Sentence {
    say!(
        "delivers {0}{1} sealed, at {2}, and is bound to what is there",
        "密封交付{0}{1}，位于{2}，并对其内容负责",
        what(id, facts),
        with(facts, |order| say!(" to {0}", "，收件方 {0}", Party(order.buyer))),
        Piece::quote(location)
    )
}

pub(super) fn acknowledge(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "has the sealed bytes of {0}{1}",
        "签收{0}的密封数据{1}",
        what(id, facts),
        with(facts, |order| say!(
            "; {0} must reveal the key within {1}",
            "；{0} 须在{1}内披露密钥",
            Party(order.seller),
            Length(order.windows.key)
        ))
    )
}

pub(super) fn reject(id: OrderId, reason: &Text<256>, facts: &Facts) -> Sentence {
    say!(
        "rejects the delivery of {0}{1}: {2}",
        "拒收{0}{1}：{2}",
        what(id, facts),
        with(facts, |order| say!(", and {0}", "，{0}", price_back(order))),
        Piece::quote(reason)
    )
}

pub(super) fn reveal(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "reveals the key of {0} to its buyer{1}",
        "向需方披露{0}的密钥{1}",
        what(id, facts),
        with(facts, |order| say!(
            "; unless {0} proves a fault within {1}, {2}",
            "；除非 {0} 在{1}内证明有误，{2}",
            Party(order.buyer),
            Length(order.windows.settlement),
            price_goes(order)
        ))
    )
}

pub(super) fn accept(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "accepts the delivery of {0}{1}",
        "确认{0}的交付{1}",
        what(id, facts),
        with(facts, |order| say!(": {0} now", "：{0}，即时结算", price_goes(order)))
    )
}

pub(super) fn prove(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "proves that what was sealed for {0} is not what is registered{1}",
        "证明{0}的密封数据与登记内容不符{1}",
        what(id, facts),
        with(facts, |order| say!(
            "; if the proof holds, {0}, and the bond of {1} of {2} to {3}",
            "；证明成立则{0}，{2} 的保证金 {1} 归 {3}",
            price_back(order),
            Money(order.bonds.seller),
            Party(order.seller),
            Party(order.buyer)
        ))
    )
}

pub(super) fn challenge(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "says that the key of {0} does not open, once and for all{1}",
        "声明{0}的密钥无法解密，此声明只能作一次{1}",
        what(id, facts),
        with(facts, |order| say!(
            "; {0} must open it to all within {1}",
            "；{0} 须在{1}内公开密钥",
            Party(order.seller),
            Length(order.windows.key)
        ))
    )
}

pub(super) fn open(id: OrderId, facts: &Facts) -> Sentence {
    say!("opens the key of {0} to all", "公开{0}的密钥", what(id, facts))
}

pub(super) fn dispute(id: OrderId, facts: &Facts) -> Sentence {
    say!(
        "disputes that {0} is as it was described{1}",
        "对{0}提出质量争议{1}",
        what(id, facts),
        with(facts, |order| say!(
            "; a bond of {0} is held, and lost to {1} if an arbiter gives back less than half of {2}",
            "；托管保证金 {0}，若仲裁退还不足 {2} 的一半则归 {1}",
            Money(order.bonds.buyer),
            Party(order.seller),
            Money(order.price)
        ))
    )
}

/// Of an order that is not known, what the ruling itself says: how much goes back.
pub(super) fn rule(id: OrderId, refund: Amount, reason: &Text<256>, facts: &Facts) -> Sentence {
    let alone = || say!("{0} go back", "退还 {0}", Money(refund));
    let goes = facts.order.as_ref().map_or_else(alone, |order| ruling(order, refund));
    say!(
        "rules the dispute on {0}, {1}: {2}",
        "裁决{0}的争议，{1}：{2}",
        what(id, facts),
        Piece::maybe(goes),
        Piece::quote(reason)
    )
}

/// Where the price and the bonds go by a ruling.
fn ruling(order: &Order, refund: Amount) -> Sentence {
    let rest = order.price.checked_sub(refund).unwrap_or_default();
    let bonds = match refund.cmp(&rest) {
        Ordering::Less => say!("{0} loses the bond", "{0} 失去保证金", Party(order.buyer)),
        Ordering::Equal => say!("both bonds go back", "双方保证金均退还"),
        Ordering::Greater => say!("{0} loses the bond", "{0} 失去保证金", Party(order.seller)),
    };
    say!(
        "{0} back to {1}, {2} to {3}, {4}",
        "{0} 退还 {1}，{2} 归 {3}，{4}",
        Money(refund),
        Party(order.payer),
        Money(rest),
        Party(order.seller),
        Piece::maybe(bonds)
    )
}
