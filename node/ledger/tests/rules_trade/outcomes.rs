//! Who gets what when an order ends.

use yaosu_ledger::event::Event;
use yaosu_ledger::state::{Licences, Listings, Trades};
use yaosu_ledger::{BasisPoints, LicenceId};

use super::*;

fn licence(town: &Town, order: OrderId) -> Option<Licence> {
    town.get::<Licences>(&LicenceId::created_by(order))
}

/// Goal: the price is what the payer loses; fee and pot are what others win; it is held from order to settlement.
/// Method: balances of everybody at each step. The fee is 1 %.
#[test]
fn a_sale_moves_the_price_once() {
    let mut market = Market::new();
    let plan = vec![terms(Amount(1_999), Supply::Unlimited)];
    let listing = market.town.list(ALICE, offer(market.map, plan));
    let town = &mut market.town;
    let mut action = buy(listing, 0);
    if let Action::PlaceOrder { max_price, payer, licensee, .. } = &mut action {
        *max_price = Amount(u64::MAX);
        *payer = Some(id_of(CAROL));
        *licensee = Some(id_of(CITY));
    }
    let order = town.order(BOB, action);
    for step in [deliver(order), acknowledge(order, digest("map"))] {
        assert_eq!(town.balance(CAROL), (-1_999, 1_999));
        assert_eq!([ALICE, BOB, EXCHANGE].map(|name| town.balance(name)), [(0, 0); 3]);
        assert_eq!(licence(town, order), None);
        let signer = if matches!(step, Action::Deliver { .. }) { ALICE } else { BOB };
        town.must(signer, step);
    }
    let settled = town.pass(genesis().rule_pack.settlement_window);
    assert_eq!(town.balance(CAROL), (-1_999, 0));
    assert_eq!(town.balance(ALICE), (1_980, 0));
    assert_eq!(town.balance(EXCHANGE), (19, 0));
    let found = licence(town, order).expect("the licence is there");
    assert_eq!((found.licensor, found.licensee), (id_of(ALICE), id_of(CITY)));
    assert_eq!((found.from, found.until, found.status), (town.now(), None, LicenceStatus::Active));
    let asset = market.map;
    let expected = [
        Event::OrderSettled { order, asset, price: Amount(1_999), fee: Amount(19), payee: id_of(ALICE) },
        Event::LicenceGranted {
            licence: LicenceId::created_by(order),
            order,
            asset,
            licensor: id_of(ALICE),
            licensee: id_of(CITY),
        },
    ];
    assert_eq!(settled, expected);
}

/// Goal: a refund gives the payer all of it, whatever the cause, and makes the place free.
/// Method: the only licence of a plan, refunded three times, then sold.
#[test]
fn a_refund_gives_everything_back() {
    let mut market = Market::new();
    let pack = genesis().rule_pack;
    let town = &mut market.town;
    for cause in RefundCause::ALL {
        let order = town.order(BOB, buy(market.listing, 1));
        assert_eq!(town.balance(BOB), (-1_000, 1_000));
        assert_eq!(town.answer(CAROL, buy(market.listing, 1)), "SoldOut");
        if *cause == RefundCause::NotDelivered {
            town.pass(pack.delivery_window);
        } else {
            town.must(ALICE, deliver(order));
        }
        if *cause == RefundCause::NotAcknowledged {
            town.pass(pack.acknowledgement_window);
        }
        if *cause == RefundCause::Rejected {
            town.must(BOB, reject(order));
        }
        let found = town.get::<Orders>(&order).expect("the order is there");
        assert_eq!((found.status, found.refund_cause), (OrderStatus::Refunded, Some(*cause)));
        assert_eq!([BOB, ALICE, EXCHANGE].map(|name| town.balance(name)), [(0, 0); 3]);
        assert_eq!(licence(town, order), None);
        assert_eq!(town.get::<Trades>(&market.map), None);
    }
    town.sell(ALICE, CAROL, buy(market.listing, 1), digest("map"));
    assert_eq!(town.answer(BOB, buy(market.listing, 1)), "SoldOut");
}

/// Goal: an open listing gives the licence at once, and no money is touched.
/// Method: an order on it; the records that it leaves.
#[test]
fn an_open_listing_grants_at_once() {
    let mut market = Market::new();
    let listing = market.town.list(ALICE, offer_free(market.map));
    let town = &mut market.town;
    let order = town.order(BOB, buy(listing, 0));
    let found = town.get::<Orders>(&order).expect("the order is there");
    assert_eq!((found.status, found.deadline, found.price), (OrderStatus::Settled, None, Amount::ZERO));
    assert_eq!(licence(town, order).map(|licence| licence.licensee), Some(id_of(BOB)));
    assert_eq!([BOB, ALICE, EXCHANGE].map(|name| town.balance(name)), [(0, 0); 3]);
    let trade = Trade { live_licences: 1, open_orders: 0, exclusive: None };
    assert_eq!(town.get::<Trades>(&market.map), Some(trade));
}

/// Goal: an exclusive licence is alone: from the order on, and until it ends; then the asset is free again.
/// Method: others ask before, between and after.
#[test]
fn exclusive_means_alone() {
    let mut market = Market::new();
    let town = &mut market.town;
    let mut plan = terms(PRICE, Supply::Exclusive);
    plan.policy.duration = Some(Duration::seconds(50));
    let exclusive = town.list(ALICE, offer(market.map, vec![plan.clone()]));
    let other = buy(market.listing, 0);

    let refunded = town.order(CAROL, buy(exclusive, 0));
    assert_eq!(town.answer(BOB, other.clone()), "ExclusiveTaken");
    town.pass(genesis().rule_pack.delivery_window);
    assert_eq!(town.status(refunded), OrderStatus::Refunded);
    assert_eq!(town.answer(BOB, other.clone()), "ok");

    let order = town.sell(ALICE, CAROL, buy(exclusive, 0), digest("map"));
    assert!(licence(town, order).is_some_and(|licence| licence.exclusive));
    assert_eq!(town.answer(BOB, other.clone()), "ExclusiveTaken");
    assert_eq!(town.answer(ALICE, offer(market.map, vec![plan.clone()])), "ExclusivelyGiven");
    town.pass(Duration::seconds(50));
    assert_eq!(town.answer(BOB, buy(exclusive, 0)), "WrongListingStatus", "it is sold once");
    assert_eq!(town.get::<Listings>(&exclusive).map(|listing| listing.status), Some(ListingStatus::SoldOut));
    assert_eq!(town.get::<Trades>(&market.map), None);
    town.must(BOB, other);
    assert_eq!(town.answer(ALICE, offer(market.map, vec![plan])), "ok");
}

/// Goal: the pot follows the right to operate, and a suspended seller is still paid.
/// Method: the right moves, or the seller is suspended, between acknowledgement and settlement.
#[test]
fn who_may_operate_is_paid() {
    let mut market = Market::new();
    market.order(OrderStatus::Acknowledged);
    let mut sold = market.town.clone();
    let handed_over = Action::TransferRight { asset: market.map, line: Line::Operate, to: id_of(CITY), evidence: None };
    sold.must(ALICE, handed_over);
    sold.pass(genesis().rule_pack.settlement_window);
    assert_eq!((sold.balance(ALICE), sold.balance(CITY)), ((0, 0), (990, 0)));

    let mut market = Market::new();
    let town = &mut market.town;
    town.must(EXCHANGE, standing(ALICE, ParticipantStatus::Revoked));
    town.must(EXCHANGE, standing(BOB, ParticipantStatus::Suspended));
    town.pass(Duration::seconds(599));
    let order = market.order(OrderStatus::Acknowledged);
    market.town.pass(genesis().rule_pack.settlement_window);
    assert_eq!(market.town.status(order), OrderStatus::Settled);
    assert_eq!((market.town.balance(ALICE), market.town.balance(BOB)), ((990, 0), (-1_000, 0)));
}

/// Goal: a new rule pack changes no placed order.
/// Method: a pack with other windows, fee and fee account comes into force between an order and its delivery.
#[test]
fn an_order_keeps_its_rule_pack() {
    let mut market = Market::new();
    let town = &mut market.town;
    let old = genesis().rule_pack;
    let pack = RulePack {
        number: 2,
        acknowledgement_window: Duration(1),
        settlement_window: Duration(1),
        fee: BasisPoints(3_000),
        fee_account: id_of(CITY),
        ..old.clone()
    };
    town.must(EXCHANGE, Action::Propose { measure: Measure::SetRulePack { pack } });
    town.pass(Duration::seconds(599));
    let order = market.order(OrderStatus::Placed);
    let town = &mut market.town;
    town.pass(Duration::seconds(1));
    let newer = town.order(CAROL, buy(market.listing, 0));
    for order in [order, newer] {
        town.must(ALICE, deliver(order));
    }
    town.pass(Duration(1));
    assert_eq!((town.status(order), town.status(newer)), (OrderStatus::Delivered, OrderStatus::Refunded));
    town.must(BOB, acknowledge(order, digest("map")));
    assert_eq!(town.pass(Duration(old.settlement_window.0 - 1)), []);
    town.pass(Duration(1));
    assert_eq!([ALICE, EXCHANGE, CITY].map(|name| town.balance(name).0), [990, 10, 0]);
}

/// Goal: an order that is placed goes on when its listing rests, ends, or is stale.
/// Method: the listing ends and the registration is cancelled; the order settles.
#[test]
fn an_order_outlives_its_listing() {
    let mut market = Market::new();
    let order = market.order(OrderStatus::Placed);
    let town = &mut market.town;
    town.must(ALICE, Action::EndListing { listing: market.listing });
    town.must(ALICE, Action::CancelRegistration { asset: market.map, reason: text("withdrawn") });
    town.must(ALICE, deliver(order));
    town.must(BOB, acknowledge(order, digest("map")));
    town.pass(genesis().rule_pack.settlement_window);
    assert_eq!(town.status(order), OrderStatus::Settled);
    let listing = town.get::<Listings>(&market.listing).expect("the listing is there");
    assert_eq!((listing.plans[0].reserved, listing.plans[0].sold), (0, 1));
}

/// Goal: no amount is too large: the whole of the ledger's money passes through one order.
/// Method: one account is given all the money that the ledger can still count, and pays it as a price.
#[test]
fn all_the_money_there_can_be() {
    let mut market = Market::new();
    let town = &mut market.town;
    let everyone = 8;
    let amount = Amount(u64::MAX - everyone * BALANCE.0);
    town.must(BANK, Action::Issue { to: id_of(BOB), amount, bank_reference: text("all") });
    let price = Amount(amount.0 + BALANCE.0);
    let mut rows = Vec::new();
    for supply in [Supply::Unlimited, Supply::Limited(u32::MAX), Supply::Exclusive] {
        let mut town = town.clone();
        let listing = town.list(ALICE, offer(market.map, vec![terms(price, supply)]));
        let mut action = buy(listing, 0);
        if let Action::PlaceOrder { max_price, .. } = &mut action {
            *max_price = Amount(u64::MAX);
        }
        let mut refunded = town.clone();
        refunded.order(BOB, action.clone());
        refunded.pass(genesis().rule_pack.delivery_window);
        assert_eq!(refunded.account(BOB), Account { available: price, held: Amount::ZERO });
        town.sell(ALICE, BOB, action, digest("map"));
        rows.push((town.account(BOB).available, town.account(ALICE).available, town.account(EXCHANGE).available));
    }
    let fee = Amount(price.0 / 100);
    let pot = Amount(price.0 - fee.0);
    let expected = (Amount::ZERO, Amount(BALANCE.0 + pot.0), Amount(BALANCE.0 + fee.0));
    assert_eq!(rows, [expected; 3]);
}
