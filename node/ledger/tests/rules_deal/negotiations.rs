//! Negotiations and demands: how they end, and what an end does.

use super::*;

/// Goal: an agreement is an order at the terms that both signed, and the licence is what was agreed.
/// Method: an offer, a counter-offer, an acceptance, and the order to its end.
#[test]
fn a_deal_from_the_first_offer_to_the_money() {
    let mut market = Market::new();
    let mut wish = terms(Amount(800));
    wish.policy.actions = Actions::ALL;
    let deal = market.open(wish);
    let town = &mut market.town;
    let mut last = terms(PRICE);
    last.policy.actions = Actions::NONE.with(UseAction::Read);
    town.must(ALICE, counter(deal, last.clone()));
    let found = town.found::<Negotiations>(&deal);
    assert_eq!((found.round, found.offered_by, &found.terms), (2, Side::Seller, &last));
    assert_eq!(town.balance(BOB), (0, 0), "an offer locks nothing");

    let (transaction, events) = town.act(BOB, accept(deal, last.clone())).expect("it is Bob's turn");
    let order = OrderId::created_by(transaction);
    assert!(matches!(
        events.as_slice(),
        [Event::OrderPlaced { origin: Origin::Negotiation(from), .. }, Event::OfferAccepted { order: placed, .. }]
            if (*from, *placed) == (deal, order)
    ));
    let found = town.found::<Negotiations>(&deal);
    assert_eq!((found.status, found.order, found.deadline), (NegotiationStatus::Agreed, Some(order), None));
    assert_eq!(town.balance(BOB), (-1_000, 1_000));
    assert_eq!(town.found::<Orders>(&order).delivery_key, Some(digest(BOB)), "the buyer's own key");

    town.fulfil(order);
    let licence = town.found::<Licences>(&LicenceId::created_by(order));
    assert_eq!((licence.policy, licence.licensee, licence.licensor), (last.policy, id_of(BOB), id_of(ALICE)));
    assert_eq!([BOB, ALICE, EXCHANGE].map(|name| town.balance(name)), [(-1_000, 0), (990, 0), (10, 0)]);
}

/// Goal: the seller accepts without asking anybody again, for those who stood behind the buyer's offer had signed it.
/// Method: Carol pays and the city is licensed; the last word of the buyer on both counts.
#[test]
fn the_buyers_offer_is_its_consent() {
    let mut market = Market::new();
    let mut first = open(market.listing, terms(Amount(500)));
    if let Action::OpenNegotiation { payer, licensee, .. } = &mut first {
        (*payer, *licensee) = (Some(id_of(BANK)), Some(id_of(CAROL)));
    }
    let deal = market.town.negotiate(BOB, first);
    let town = &mut market.town;
    let mut at_once = town.clone();
    let order = OrderId::created_by(at_once.must(ALICE, accept(deal, terms(Amount(500)))));
    let found = at_once.found::<Orders>(&order);
    assert_eq!((found.buyer, found.payer, found.licensee), (id_of(BOB), id_of(BANK), id_of(CAROL)));
    assert_eq!((at_once.balance(BANK), at_once.balance(BOB)), ((-500, 500), (0, 0)));

    town.must(ALICE, counter(deal, terms(PRICE)));
    let last = Action::CounterOffer {
        negotiation: deal,
        terms: terms(Amount(900)),
        payer: Some(id_of(CAROL)),
        licensee: Some(id_of(CITY)),
    };
    town.must(BOB, last);
    let order = OrderId::created_by(town.must(ALICE, accept(deal, terms(Amount(900)))));
    let found = town.found::<Orders>(&order);
    assert_eq!((found.payer, found.licensee), (id_of(CAROL), id_of(CITY)));
    assert_eq!((town.balance(BANK), town.balance(CAROL)), ((0, 0), (-900, 900)));
}

/// Goal: an acceptance that can't be paid changes nothing, and the offer stands.
#[test]
fn a_short_purse_agrees_on_nothing() {
    let mut market = Market::new();
    let deal = market.open(terms(PRICE));
    let town = &mut market.town;
    town.impoverish(BOB, 999);
    let before = town.state.root();
    assert_eq!(town.answer(ALICE, accept(deal, terms(PRICE))), "FundsShort");
    assert!(town.act(ALICE, accept(deal, terms(PRICE))).is_err());
    assert_eq!(town.state.root(), before);
    town.must(CITY, Action::Pay { to: id_of(BOB), amount: Amount(1), memo: text("") });
    town.must(ALICE, accept(deal, terms(PRICE)));
    assert_eq!(town.balance(BOB).1, 1_000);
}

/// Goal: each offer stands for its window, to the millisecond, and then it lapses by itself.
/// Method: deadline - 1, the deadline with and without the block having acted, and a counter-offer in between.
#[test]
fn an_offer_stands_for_its_window() {
    let mut market = Market::new();
    let deal = market.open(terms(PRICE));
    let town = &mut market.town;
    let almost = Duration(window().0 - 1);
    for action in [accept(deal, terms(PRICE)), counter(deal, terms(PRICE)), withdraw(deal)] {
        assert_eq!(town.late_by(almost).answer(ALICE, action.clone()), "ok");
        assert_eq!(town.late_by(window()).answer(ALICE, action), "NegotiationClosed");
    }
    assert!(town.pass(almost).is_empty());
    town.must(ALICE, counter(deal, terms(Amount(1_100))));
    assert!(town.pass(almost).is_empty(), "its window began anew");
    let events = town.pass(Duration(1));
    assert!(matches!(events.as_slice(), [Event::NegotiationExpired { negotiation, .. }] if *negotiation == deal));
    assert_eq!(town.found::<Negotiations>(&deal).status, NegotiationStatus::Expired);
    assert_eq!(town.answer(BOB, accept(deal, terms(Amount(1_100)))), "NegotiationClosed");
}

/// Goal: either side may leave, in its turn and out of it.
#[test]
fn either_side_leaves() {
    for name in [ALICE, BOB] {
        let mut market = Market::new();
        let deal = market.open(terms(PRICE));
        market.town.must(name, withdraw(deal));
        assert_eq!(market.town.found::<Negotiations>(&deal).status, NegotiationStatus::Withdrawn);
        assert!(market.town.pass(window()).is_empty(), "there is no deadline left");
        assert_eq!(market.town.answer(ALICE, accept(deal, terms(PRICE))), "NegotiationClosed");
    }
}

/// Goal: who stands behind the buyer can leave as well: its consent is good for every acceptance.
/// Method: payer and licensee of the last offer, in and out of turn; those of an offer before it have no say.
#[test]
fn those_behind_the_buyer_leave() {
    let mut market = Market::new();
    let behind = |payer, licensee| {
        let mut first = open(market.listing, terms(PRICE));
        if let Action::OpenNegotiation { payer: pays, licensee: has, .. } = &mut first {
            (*pays, *has) = (Some(id_of(payer)), Some(id_of(licensee)));
        }
        first
    };
    let deal = market.town.negotiate(BOB, behind(BANK, CAROL));
    let mut countered = market.town.clone();
    countered.must(ALICE, counter(deal, terms(Amount(1_100))));
    for name in [BANK, CAROL] {
        for mut town in [market.town.clone(), countered.clone()] {
            let (_, events) = town.act(name, withdraw(deal)).expect("it may leave");
            assert_eq!(events, [Event::OfferWithdrawn { negotiation: deal, asset: market.map, by: id_of(name) }]);
            assert_eq!(town.answer(ALICE, accept(deal, terms(PRICE))), "NegotiationClosed");
        }
        assert_eq!(market.town.answer(name, accept(deal, terms(PRICE))), "NotNegotiating");
        assert_eq!(market.town.answer(name, counter(deal, terms(PRICE))), "NotNegotiating");
        assert_eq!(market.town.late_by(window()).answer(name, withdraw(deal)), "NegotiationClosed");
    }
    countered.must(BOB, counter(deal, terms(PRICE)));
    for name in [BANK, CAROL] {
        assert_eq!(countered.answer(name, withdraw(deal)), "NotNegotiating", "Bob pays for himself now");
    }
}

/// Goal: an exclusive deal is alone like an exclusive plan, and its listing goes on after it.
#[test]
fn an_exclusive_deal_is_alone() {
    let mut market = Market::new();
    let mut alone = exclusive(PRICE);
    alone.policy.duration = Some(Duration::seconds(5_000));
    let (first, second) = (market.open(alone.clone()), market.open(terms(PRICE)));
    let town = &mut market.town;
    let order = OrderId::created_by(town.must(ALICE, accept(first, alone.clone())));
    assert_eq!(town.answer(ALICE, accept(second, terms(PRICE))), "ExclusiveTaken");
    town.fulfil(order);
    assert!(town.found::<Licences>(&LicenceId::created_by(order)).exclusive);
    assert_eq!(town.found::<Listings>(&market.listing).status, ListingStatus::Active);
    town.pass(Duration::seconds(5_000));
    let third = town.negotiate(CAROL, open(market.listing, alone.clone()));
    town.must(ALICE, accept(third, alone));
}

/// Goal: a demand is met once: by the first agreement of several negotiations.
/// Method: two sellers answer; the buyer counters one and agrees with the other.
#[test]
fn a_demand_is_met_once() {
    let mut market = Market::new();
    let chart = market.town.registered(CAROL, "chart");
    let need = market.demand();
    let town = &mut market.town;
    let from_alice = town.negotiate(ALICE, answer(need, market.map, terms(Amount(1_200))));
    let from_carol = town.negotiate(CAROL, answer(need, chart, terms(PRICE)));
    town.must(BOB, counter(from_alice, terms(Amount(900))));
    let (transaction, events) = town.act(BOB, accept(from_carol, terms(PRICE))).expect("it is Bob's turn");
    assert!(events.contains(&Event::DemandMet { demand: need, negotiation: from_carol }));
    let found = town.found::<Demands>(&need);
    assert_eq!((found.status, found.met_by), (DemandStatus::Met, Some(from_carol)));
    let order = town.found::<Orders>(&OrderId::created_by(transaction));
    assert_eq!(
        (order.asset, order.seller, order.buyer, order.scenario),
        (chart, id_of(CAROL), id_of(BOB), digest("rain forecasts"))
    );
    assert_eq!(town.answer(ALICE, accept(from_alice, terms(Amount(900)))), "DemandClosed");
    assert_eq!(town.balance(BOB), (-1_000, 1_000));
    town.must(ALICE, withdraw(from_alice));
    town.fulfil(OrderId::created_by(transaction));
    assert_eq!((town.balance(CAROL).0, town.balance(BOB)), (990, (-1_000, 0)));
}

/// Goal: a demand takes offers until its end, to the millisecond, and then ends by itself.
#[test]
fn a_demand_ends_in_time() {
    let mut market = Market::new();
    let need = market.demand();
    let town = &mut market.town;
    let offered = answer(need, market.map, terms(PRICE));
    assert_eq!(town.late_by(Duration(window().0 - 1)).answer(ALICE, offered.clone()), "ok");
    assert_eq!(town.late_by(window()).answer(ALICE, offered.clone()), "DemandClosed");
    assert!(town.pass(Duration(window().0 - 1)).is_empty());
    let deal = town.negotiate(ALICE, offered);
    assert_eq!(town.pass(Duration(1)), [Event::DemandEnded { demand: need }]);
    assert_eq!(town.found::<Demands>(&need).status, DemandStatus::Ended);
    assert_eq!(town.answer(BOB, accept(deal, terms(PRICE))), "DemandClosed");
    assert_eq!(town.pass(window()).len(), 1, "the negotiation lapses like any other");
}

/// Goal: a new rule pack changes no offer that stands; what is agreed later is agreed under it.
#[test]
fn an_offer_keeps_its_window_and_an_order_its_pack() {
    let mut market = Market::new();
    let pack = RulePack {
        number: 2,
        fee: yaosu_ledger::BasisPoints(1_000),
        negotiation_window: Duration::seconds(5),
        ..genesis().rule_pack
    };
    let town = &mut market.town;
    town.must(EXCHANGE, Action::Propose { measure: Measure::SetRulePack { pack } });
    let deal = town.negotiate(BOB, open(market.listing, terms(PRICE)));
    let early = town.negotiate(BOB, open(market.listing, terms(PRICE)));
    let early = OrderId::created_by(town.must(ALICE, accept(early, terms(PRICE))));
    town.pass(genesis().rule_pack.enactment_delay);
    let order = OrderId::created_by(town.must(ALICE, accept(deal, terms(PRICE))));
    assert_eq!((town.found::<Orders>(&early).fee, town.found::<Orders>(&order).fee), (Amount(10), Amount(100)));
    let deal = town.negotiate(BOB, open(market.listing, terms(PRICE)));
    assert_eq!(town.found::<Negotiations>(&deal).deadline, Some(town.now().after(Duration::seconds(5))));
}
