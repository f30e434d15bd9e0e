//! The steps of a delivery and of a dispute, in words: what each does to the money.

use yaosu_ledger::model::Order;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, OrderId};

use super::Facts;
use crate::parse::{short, show_duration};

/// What the signer does to an order.
pub fn predicate(action: &Action, facts: &Facts) -> String {
    let Facts { context, order, .. } = facts;
    let known = order.as_ref();
    let what = |id: &OrderId| match known {
        Some(order) => format!("{} (order {})", context.title(order.asset), short(id)),
        None => format!("order {}", short(id)),
    };
    let with = |words: &dyn Fn(&Order) -> String| known.map_or_else(String::new, words);
    let price_goes = |order: &Order| {
        format!(
            "{}, less the fee of {} and any royalties, goes to {}",
            context.money(order.price),
            context.money(order.fee),
            context.name(order.seller)
        )
    };
    let price_back =
        |order: &Order| format!("{} goes back to {}", context.money(order.price), context.name(order.payer));
    match action {
        Action::Deliver { order: id, location, .. } => {
            let to = with(&|order| format!(" to {}", context.name(order.buyer)));
            format!("delivers {}{to} sealed, at {location}, and is bound to what is there", what(id))
        }
        Action::Acknowledge { order: id, .. } => {
            let then = with(&|order| {
                format!(
                    "; {} must reveal the key within {}",
                    context.name(order.seller),
                    show_duration(order.windows.key)
                )
            });
            format!("has the sealed bytes of {}{then}", what(id))
        }
        Action::RejectDelivery { order: id, reason } => {
            let then = with(&|order| format!(", and {}", price_back(order)));
            format!("rejects the delivery of {}{then}: {reason}", what(id))
        }
        Action::RevealKey { order: id, .. } => {
            let then = with(&|order| {
                let window = show_duration(order.windows.settlement);
                format!("; unless {} proves a fault within {window}, {}", context.name(order.buyer), price_goes(order))
            });
            format!("reveals the key of {} to its buyer{then}", what(id))
        }
        Action::AcceptDelivery { order: id } => {
            let then = with(&|order| format!(": {} now", price_goes(order)));
            format!("accepts the delivery of {}{then}", what(id))
        }
        Action::ProveMisbehaviour { order: id, .. } => {
            let then = with(&|order| {
                let bond = context.money(order.bonds.seller);
                format!(
                    "; if the proof holds, {}, and the bond of {bond} of {} to {}",
                    price_back(order),
                    context.name(order.seller),
                    context.name(order.buyer)
                )
            });
            format!("proves that what was sealed for {} is not what is registered{then}", what(id))
        }
        Action::ChallengeKey { order: id } => {
            let then = with(&|order| {
                let window = show_duration(order.windows.key);
                format!("; {} must open it to all within {window}", context.name(order.seller))
            });
            format!("says that the key of {} does not open, once and for all{then}", what(id))
        }
        Action::OpenKey { order: id, .. } => format!("opens the key of {} to all", what(id)),
        Action::OpenQualityDispute { order: id, .. } => {
            let then = with(&|order| {
                format!(
                    "; a bond of {} is held, and lost to {} if an arbiter gives back less than half of {}",
                    context.money(order.bonds.buyer),
                    context.name(order.seller),
                    context.money(order.price)
                )
            });
            format!("disputes that {} is as it was described{then}", what(id))
        }
        Action::RuleDispute { order: id, refund, reason } => {
            let then = with(&|order| ruling(order, *refund, facts));
            format!("rules the dispute on {}{then}: {reason}", what(id))
        }
        other => super::told_elsewhere(other.name()),
    }
}

/// Where the price and the bonds go by a ruling.
fn ruling(order: &Order, refund: Amount, Facts { context, .. }: &Facts) -> String {
    let rest = order.price.checked_sub(refund).unwrap_or_default();
    let bonds = match refund.cmp(&rest) {
        core::cmp::Ordering::Less => format!("{} loses the bond", context.name(order.buyer)),
        core::cmp::Ordering::Equal => "both bonds go back".to_owned(),
        core::cmp::Ordering::Greater => format!("{} loses the bond", context.name(order.seller)),
    };
    format!(
        ", {} back to {}, {} to {}, {bonds}",
        context.money(refund),
        context.name(order.payer),
        context.money(rest),
        context.name(order.seller)
    )
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::model::{Bonds, OrderStatus, Origin, Purpose, Windows};
    use yaosu_ledger::{AssetId, BasisPoints, Currency, Digest, Duration, Handle, ListingId, ParticipantId, Text};
    use yaosu_ledger::{OrderId, Timestamp};

    use super::*;

    fn facts() -> Facts {
        let [buyer, seller] = ["buyer", "acme"].map(ParticipantId::of_genesis);
        let window = Duration::seconds(3_600);
        let order = Order {
            origin: Origin::Plan { listing: ListingId(Digest([2; 32])), plan: 0 },
            asset: AssetId(Digest([1; 32])),
            version: 1,
            seller,
            buyer,
            payer: buyer,
            licensee: buyer,
            delivery_key: None,
            purpose: Purpose::Research,
            scenario: Digest([3; 32]),
            price: Amount(100_000),
            fee: Amount(2_000),
            fee_ratio: BasisPoints(200),
            fee_account: seller,
            bonds: Bonds { seller: Amount(10_000), buyer: Amount(5_000) },
            windows: Windows {
                delivery: window,
                acknowledgement: window,
                key: window,
                settlement: window,
                arbitration: window,
            },
            status: OrderStatus::KeyRevealed,
            refund_cause: None,
            deadline: None,
            delivery: None,
            dispute: None,
            placed: Timestamp(0),
        };
        let mut facts = Facts { order: Some(order), ..Facts::default() };
        facts.context.currency = Some(Currency::new("CNY").expect("three letters"));
        facts.context.names.insert(buyer, Handle::new("buyer").expect("a handle"));
        facts.context.names.insert(seller, Handle::new("acme").expect("a handle"));
        facts.context.titles.insert(AssetId(Digest([1; 32])), Text::new("Weather").expect("a title"));
        facts
    }

    /// Goal: whoever signs has read where price and bonds go.
    #[test]
    fn each_step_tells_where_the_money_goes() {
        let order = OrderId(Digest([4; 32]));
        let reason = || Text::new("half is missing").expect("it is short");
        let rows = [
            (
                Action::AcceptDelivery { order },
                "accepts the delivery of Weather (0101010101) (order 0404040404): 1,000.00 CNY, less the fee of 20.00 CNY and \
                 any royalties, goes to acme now",
            ),
            (
                Action::OpenQualityDispute { order, statement: Digest([5; 32]) },
                "disputes that Weather (0101010101) (order 0404040404) is as it was described; a bond of 50.00 CNY is held, and lost \
                 to acme if an arbiter gives back less than half of 1,000.00 CNY",
            ),
            (
                Action::RuleDispute { order, refund: Amount(70_000), reason: reason() },
                "rules the dispute on Weather (0101010101) (order 0404040404), 700.00 CNY back to buyer, 300.00 CNY to acme, acme \
                 loses the bond: half is missing",
            ),
            (
                Action::ChallengeKey { order },
                "says that the key of Weather (0101010101) (order 0404040404) does not open, once and for all; acme must open it to \
                 all within 1h",
            ),
        ];
        for (action, words) in rows {
            assert_eq!(predicate(&action, &facts()), words);
        }
    }
}
