//! Who gets what when an order ends.

use yaosu_ledger::event::Event;
use yaosu_ledger::state::{Licences, Listings, Subject, Trades};
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
    for (signer, step) in [(ALICE, deliver(order)), (BOB, acknowledge(order)), (ALICE, reveal(order))] {
        assert_eq!((town.balance(CAROL), town.balance(ALICE)), ((-1_999, 1_999), (-199, 199)));
        assert_eq!([BOB, EXCHANGE].map(|name| town.balance(name)), [(0, 0); 2]);
        assert_eq!(licence(town, order), None);
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

/// Goal: a refund gives the payer all of it, whatever the cause, and makes the place free; the buyer gets the bond of
/// whoever is at fault, and nobody else's.
/// Method: the only licence of a plan, refunded for each cause, then sold. Carol pays for Bob.
#[test]
fn a_refund_gives_everything_back() {
    let mut market = Market::new();
    let pack = genesis().rule_pack;
    let town = &mut market.town;
    let mut order = buy(market.listing, 1);
    if let Action::PlaceOrder { payer, .. } = &mut order {
        *payer = Some(id_of(CAROL));
    }
    let mut lost = 0;
    for cause in RefundCause::ALL {
        let order = town.order(BOB, order.clone());
        assert_eq!((town.balance(CAROL), town.balance(ALICE)), ((-1_000, 1_000), (-lost - 100, 100)));
        assert_eq!(town.answer(CAROL, buy(market.listing, 1)), "SoldOut");
        let (until, ending) = match cause {
            RefundCause::NotDelivered => (OrderStatus::Placed, Err(pack.delivery_window)),
            RefundCause::NotAcknowledged => (OrderStatus::Delivered, Err(pack.acknowledgement_window)),
            RefundCause::Rejected => (OrderStatus::Delivered, Ok((BOB, reject(order)))),
            RefundCause::KeyNotRevealed | RefundCause::Frozen | RefundCause::Suspended => {
                (OrderStatus::Acknowledged, Err(pack.key_window))
            }
            RefundCause::KeyNotOpened => (OrderStatus::KeyChallenged, Err(pack.key_window)),
            RefundCause::Misbehaviour => (OrderStatus::KeyRevealed, Ok((BOB, prove(order, FAKE)))),
            RefundCause::Ruling => (OrderStatus::Disputed, Ok((ARBITER, rule(order, PRICE)))),
        };
        let words = if *cause == RefundCause::Misbehaviour { FAKE } else { MAP };
        town.advance_with(order, [ALICE, BOB], until, words);
        if *cause == RefundCause::Frozen {
            let until = town.now().after(genesis().rule_pack.freeze_max);
            let (target, scope) = (Subject::Order(order), FreezeScope::Delivery);
            town.must(WATCH, Action::Freeze { target, scope, legal_basis: digest("a court's order"), until });
            assert_eq!(town.answer(ALICE, reveal(order)), "FrozenNow");
        }
        if *cause == RefundCause::Suspended {
            town.stand(ALICE, ParticipantStatus::Suspended);
            assert_eq!(town.answer(ALICE, reveal(order)), "SignerNotActive");
        }
        match ending {
            Ok((signer, action)) => drop(town.must(signer, action)),
            Err(window) => drop(town.pass(window)),
        }
        let found = town.get::<Orders>(&order).expect("the order is there");
        assert_eq!((found.status, found.refund_cause), (OrderStatus::Refunded, Some(*cause)));
        town.stand(ALICE, ParticipantStatus::Active);
        lost += match cause {
            RefundCause::NotAcknowledged | RefundCause::Rejected | RefundCause::Frozen | RefundCause::Suspended => 0,
            _ => 100,
        };
        assert_eq!(
            [CAROL, ALICE, BOB, EXCHANGE].map(|name| town.balance(name)),
            [(0, 0), (-lost, 0), (lost, 0), (0, 0)]
        );
        assert_eq!(licence(town, order), None);
        assert_eq!(town.get::<Trades>(&market.map), None);
    }
    town.sell(ALICE, CAROL, buy(market.listing, 1));
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

    let order = town.sell(ALICE, CAROL, buy(exclusive, 0));
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
/// Method: the right moves, or the seller is suspended, between the key and the settlement.
#[test]
fn who_may_operate_is_paid() {
    let mut market = Market::new();
    market.order(OrderStatus::KeyRevealed);
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
    let order = market.order(OrderStatus::KeyRevealed);
    market.town.pass(genesis().rule_pack.settlement_window);
    assert_eq!(market.town.status(order), OrderStatus::Settled);
    assert_eq!((market.town.balance(ALICE), market.town.balance(BOB)), ((990, 0), (-1_000, 0)));
}

/// Goal: a new rule pack changes no placed order.
/// Method: a pack with other windows, bonds, fee and fee account comes into force between an order and its delivery.
#[test]
fn an_order_keeps_its_rule_pack() {
    let mut market = Market::new();
    let town = &mut market.town;
    let old = genesis().rule_pack;
    let pack = RulePack {
        number: 2,
        acknowledgement_window: Duration(1),
        settlement_window: Duration(1),
        key_window: Duration(1),
        arbitration_window: Duration(1),
        bond: BasisPoints(10_000),
        dispute_bond: BasisPoints(10_000),
        fee: BasisPoints(3_000),
        fee_account: id_of(CITY),
        deletion_window: Duration::seconds(700),
        recall_window: Duration::seconds(800),
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
    for (length, signer, step, back) in [
        (0, BOB, acknowledge(order), ALICE),
        (old.key_window.0 - 1, ALICE, reveal(order), BOB),
        (old.settlement_window.0 - 1, BOB, challenge(order), ALICE),
        (old.key_window.0 - 1, ALICE, open(order), BOB),
        (old.settlement_window.0 - 1, BOB, dispute(order), ARBITER),
    ] {
        assert_eq!(town.pass(Duration(length)), [], "{back} may wait as long as the old pack says");
        town.must(signer, step);
    }
    assert_eq!(town.balance(BOB), (-1_050, 1_050), "the bond of the dispute is the old pack's");
    assert_eq!(town.pass(Duration(old.arbitration_window.0 - 1)), []);
    town.must(ARBITER, rule(order, Amount(100)));
    assert_eq!([ALICE, EXCHANGE, CITY].map(|name| town.balance(name).0), [891 + 50, 9, 0]);
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
    town.advance(order, ALICE, BOB, OrderStatus::Settled);
    let listing = town.get::<Listings>(&market.listing).expect("the listing is there");
    assert_eq!((listing.plans[0].reserved, listing.plans[0].sold), (0, 1));
}

/// Goal: no amount is too large: all the money of the ledger passes through one order, as its price and its bonds.
/// Method: Alice and Bob are given all the money that the ledger can still count. Alice's bond is all that she has.
#[test]
fn all_the_money_there_can_be() {
    let mut market = Market::new();
    let town = &mut market.town;
    let everyone = u64::try_from(genesis().participants.len()).expect("the town is small");
    let amount = Amount((u64::MAX - everyone * BALANCE.0) / 2);
    for name in [ALICE, BOB] {
        town.must(BANK, Action::Issue { to: id_of(name), amount, bank_reference: text("all") });
    }
    let rich = Amount(amount.0 + BALANCE.0);
    let price = Amount(rich.0 / 21 * 20);
    for supply in [Supply::Unlimited, Supply::Limited(u32::MAX), Supply::Exclusive] {
        let mut town = town.clone();
        let listing = town.list(ALICE, offer(market.map, vec![Terms { bond: rich, ..terms(price, supply) }]));
        let mut action = buy(listing, 0);
        if let Action::PlaceOrder { max_price, .. } = &mut action {
            *max_price = Amount(u64::MAX);
        }
        let mut refunded = town.clone();
        refunded.order(BOB, action.clone());
        refunded.pass(genesis().rule_pack.delivery_window);
        let both = Account { available: Amount(rich.0 * 2), held: Amount::ZERO };
        assert_eq!((refunded.account(ALICE), refunded.account(BOB)), (Account::default(), both));

        let order = town.order(BOB, action);
        town.advance(order, ALICE, BOB, OrderStatus::Disputed);
        assert_eq!(town.account(BOB).held, Amount(price.0 + price.share(BasisPoints(500)).0));
        town.pass(genesis().rule_pack.arbitration_window);
        let fee = price.share(BasisPoints(100));
        assert_eq!(town.account(EXCHANGE).available, Amount(BALANCE.0 + fee.0));
        let seller = Account { available: Amount(rich.0 + price.0 - fee.0), held: Amount::ZERO };
        let buyer = Account { available: Amount(rich.0 - price.0), held: Amount::ZERO };
        assert_eq!((town.account(ALICE), town.account(BOB)), (seller, buyer));
    }
}
