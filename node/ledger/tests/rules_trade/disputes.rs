//! Who gets what when an arbiter rules, and when none does.

use yaosu_ledger::LicenceId;
use yaosu_ledger::event::Event;
use yaosu_ledger::state::Licences;

use super::*;

/// What everyone has won and lost in the end: seller, buyer, payer, exchange.
fn balances(town: &Town) -> [i64; 4] {
    [ALICE, BOB, CAROL, EXCHANGE].map(|name| {
        let (change, held) = town.balance(name);
        assert_eq!(held, 0, "{name} has money held at the end");
        change
    })
}

/// Bob's disputed order of the map, which Carol pays.
fn disputed() -> (Town, OrderId) {
    let mut market = Market::new();
    let mut action = buy(market.listing, 0);
    if let Action::PlaceOrder { payer, .. } = &mut action {
        *payer = Some(id_of(CAROL));
    }
    let order = market.town.order(BOB, action);
    market.town.advance(order, ALICE, BOB, OrderStatus::Disputed);
    (market.town, order)
}

/// Goal: a ruling divides the price once, the fee is a share of what is paid, and the bonds go by the half.
/// Method: every kind of ruling on a price of 1 000, with bonds of 100 and 50 and a fee of 1 %; what everyone has won.
#[test]
fn a_ruling_divides_the_price() {
    use OrderStatus::{Refunded, Settled, Split};
    #[rustfmt::skip]
    let rows = [
        // refund, the end,  seller,  buyer, payer, exchange
        (0,        Settled,  [ 1_040,  -50, -1_000, 10]),
        (1,        Split,    [ 1_040,  -50,   -999,  9]),
        (499,      Split,    [   546,  -50,   -501,  5]),
        (500,      Split,    [   495,    0,   -500,  5]),
        (501,      Split,    [   395,  100,   -499,  4]),
        (999,      Split,    [   -99,  100,     -1,  0]),
        (1_000,    Refunded, [  -100,  100,      0,  0]),
    ];
    let (town, order) = disputed();
    assert_eq!([ALICE, BOB, CAROL].map(|name| town.balance(name)), [(-100, 100), (-50, 50), (-1_000, 1_000)]);
    for (refund, end, expected) in rows {
        let mut town = town.clone();
        let (_, events) = town.act(ARBITER, rule(order, Amount(refund))).expect("the arbiter may rule");
        assert_eq!(town.status(order), end, "{refund}");
        assert_eq!(balances(&town), expected, "{refund}");
        let licence = town.get::<Licences>(&LicenceId::created_by(order));
        assert_eq!(licence.is_some(), end != Refunded, "{refund}");
        let found = town.get::<Orders>(&order).expect("the order is there");
        let ruling = found.dispute.and_then(|dispute| dispute.ruling).expect("it was ruled");
        assert_eq!((ruling.arbiter, ruling.refund), (id_of(ARBITER), Amount(refund)));
        assert!(matches!(events[0], Event::DisputeRuled { .. }), "the ruling comes before what it does");
        assert_eq!(town.answer(ARBITER, rule(order, Amount(refund))), "WrongOrderStatus", "a ruling is final");
    }
}

/// Goal: if no arbiter rules, what was registered was delivered: the seller is paid, and both bonds go back.
#[test]
fn an_unruled_dispute_settles() {
    let (mut town, order) = disputed();
    town.pass(genesis().rule_pack.arbitration_window);
    assert_eq!(town.status(order), OrderStatus::Settled);
    assert_eq!(balances(&town), [990, 0, -1_000, 10]);
}

/// Goal: the exclusive licence of a split order is as exclusive as that of a settled one.
#[test]
fn a_split_order_keeps_its_place() {
    let mut market = Market::new();
    let town = &mut market.town;
    let exclusive = town.list(ALICE, offer(market.map, vec![terms(PRICE, Supply::Exclusive)]));
    let order = town.order(BOB, buy(exclusive, 0));
    town.advance(order, ALICE, BOB, OrderStatus::Disputed);
    town.must(ARBITER, rule(order, Amount(300)));
    assert_eq!(town.answer(CAROL, buy(market.listing, 0)), "ExclusiveTaken");
    assert_eq!(town.answer(CAROL, buy(exclusive, 0)), "WrongListingStatus", "it is sold out");
}
