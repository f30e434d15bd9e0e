//! Fair delivery as stories: what each side can do, and what it costs whoever does not do their part.

use yaosu_ledger::state::Listings;

use super::*;

fn order_of(town: &Town, order: OrderId) -> Order {
    town.get::<Orders>(&order).expect("the order is there")
}

/// Goal: a buyer who accepts early pays at once; nothing waits for the window.
#[test]
fn acceptance_settles_at_once() {
    let mut market = Market::new();
    let order = market.order(OrderStatus::KeyRevealed);
    let town = &mut market.town;
    assert_eq!((town.balance(ALICE), town.balance(BOB)), ((-100, 100), (-1_000, 1_000)));
    town.must(BOB, accept(order));
    assert_eq!((town.balance(ALICE), town.balance(BOB)), ((990, 0), (-1_000, 0)));
    assert_eq!(order_of(town, order).deadline, None);
}

/// Goal: a challenged key is open to all, and the buyer has the whole settlement window again, once.
/// Method: a challenge in the last moment, an opening in the last moment, then every way out that is open from there.
#[test]
fn a_challenge_opens_the_key_once() {
    let pack = genesis().rule_pack;
    let mut market = Market::new();
    let order = market.order_with(OrderStatus::KeyRevealed, FAKE);
    let town = &mut market.town;
    town.pass(Duration(pack.settlement_window.0 - 1));
    town.must(BOB, challenge(order));
    town.pass(Duration(pack.key_window.0 - 1));
    assert_eq!(order_of(town, order).delivery.and_then(|delivery| delivery.secret), None);
    town.must(ALICE, open(order));
    let found = order_of(town, order);
    assert_eq!(found.delivery.and_then(|delivery| delivery.secret), Some(secret(order)));
    assert_eq!(found.deadline, Some(town.now().after(pack.settlement_window)));
    town.pass(Duration(pack.settlement_window.0 - 1));
    assert_eq!(town.status(order), OrderStatus::KeyRevealed);
    let answers =
        [challenge(order), accept(order), prove(order, FAKE), dispute(order)].map(|step| town.answer(BOB, step));
    assert_eq!(answers, ["ChallengedAlready", "ok", "ok", "ok"]);
    town.pass(Duration(1));
    assert_eq!(town.status(order), OrderStatus::Settled);
}

/// Goal: a proof that convicts costs the seller the bond and nobody else anything.
#[test]
fn misbehaviour_costs_the_bond() {
    let mut market = Market::new();
    let order = market.order_with(OrderStatus::KeyRevealed, FAKE);
    let town = &mut market.town;
    town.must(BOB, prove(order, FAKE));
    assert_eq!([ALICE, BOB, EXCHANGE].map(|name| town.balance(name)), [(-100, 0), (100, 0), (0, 0)]);
    let found = order_of(town, order);
    assert_eq!((found.status, found.refund_cause), (OrderStatus::Refunded, Some(RefundCause::Misbehaviour)));
}

/// Goal: the bond is what the seller offered, also above what the rule pack asks for, and each order holds its own.
/// Method: two orders of a plan with a bond of twice the price; one is delivered, the other is not.
#[test]
fn each_order_holds_its_own_bond() {
    let mut market = Market::new();
    let town = &mut market.town;
    let plan = Terms { bond: Amount(2_000), ..terms(PRICE, Supply::Unlimited) };
    let listing = town.list(ALICE, offer(market.map, vec![plan]));
    let [kept, lost] = [0, 0].map(|plan| town.order(BOB, buy(listing, plan)));
    assert_eq!(town.balance(ALICE), (-4_000, 4_000));
    town.advance(kept, ALICE, BOB, OrderStatus::Settled);
    assert_eq!(town.balance(ALICE), (-2_000 + 990, 2_000));
    town.pass(genesis().rule_pack.delivery_window);
    assert_eq!(town.status(lost), OrderStatus::Refunded);
    assert_eq!((town.balance(ALICE), town.balance(BOB)), ((-2_000 + 990, 0), (2_000 - 1_000, 0)));
}

/// Goal: what is open for nothing is given at once, and nothing is at stake.
#[test]
fn an_open_listing_holds_nothing() {
    let mut market = Market::new();
    let listing = market.town.list(ALICE, offer_free(market.map));
    let town = &mut market.town;
    let order = town.order(BOB, buy(listing, 0));
    let found = order_of(town, order);
    assert_eq!(found.bonds, Bonds { seller: Amount::ZERO, buyer: Amount::ZERO });
    assert_eq!((found.status, found.delivery), (OrderStatus::Settled, None));
    assert_eq!((town.balance(ALICE), town.balance(BOB)), ((0, 0), (0, 0)));
}

/// Goal: data without a byte is delivered like any other: a listing that is not free has no shorter way.
#[test]
fn nothing_at_all_is_delivered_too() {
    let mut town = Town::new();
    let Action::RegisterAsset { description, rights, parents, .. } = register("nothing", "") else { unreachable!() };
    let nothing = Action::RegisterAsset { description, rights, content: content(""), parents };
    let empty = AssetId::created_by(town.must(ALICE, nothing));
    town.grant(empty);
    let listing = town.list(ALICE, offer(empty, vec![terms(PRICE, Supply::Unlimited)]));
    let order = town.order(BOB, buy(listing, 0));
    town.advance_with(order, [ALICE, BOB], OrderStatus::KeyRevealed, "");
    assert_eq!(town.answer(BOB, prove(order, "")), "NotConvicted");
    town.must(BOB, accept(order));
    assert_eq!(town.get::<Listings>(&listing).map(|listing| listing.plans[0].sold), Some(1));
}
