//! Rights that are sold, and how listings come to their ends.

use yaosu_ledger::state::{LiveListings, Reader};

use super::*;

/// Goal: price and title change hands in one transaction, or neither does.
/// Method: both lines, with a payer; then a payer who can't.
#[test]
fn a_right_and_its_price_change_hands_together() {
    for line in [Line::Hold, Line::Operate] {
        let mut market = Market::new();
        let town = &mut market.town;
        let listing = town.list(ALICE, offer_right(market.map, line));
        let mut poor = town.clone();
        poor.impoverish(BOB, 999);
        let before = poor.state.root();
        assert!(poor.act(BOB, buy_right(listing)).is_err());
        assert_eq!((poor.answer(BOB, buy_right(listing)), poor.state.root()), ("FundsShort", before));

        let paid = Action::BuyRight { listing, max_price: PRICE, payer: Some(id_of(BANK)) };
        let (transaction, events) = town.act(BOB, paid).expect("Bob may");
        assert!(matches!(
            events.as_slice(),
            [Event::RightSold { .. }, Event::ListingSoldOut { .. }, Event::RightTransferred { .. }, ..]
        ));
        let lines = town.found::<yaosu_ledger::state::Assets>(&market.map).lines;
        let expected = TitleLine {
            holder: id_of(BOB),
            basis: Basis::Transferred,
            evidence: Some(transaction.0),
            since: town.now(),
        };
        assert_eq!(lines[line as usize], expected);
        for other in Line::ALL.iter().filter(|other| **other != line) {
            assert_eq!(lines[*other as usize].holder, id_of(ALICE), "{other}");
        }
        assert_eq!(
            [BANK, ALICE, EXCHANGE, BOB].map(|name| town.balance(name)),
            [(-1_000, 0), (990, 0), (10, 0), (0, 0)]
        );
        assert_eq!(town.found::<Listings>(&listing).status, ListingStatus::SoldOut);
        assert_eq!(town.answer(CAROL, buy_right(listing)), "WrongListingStatus");
    }
}

/// Goal: a right that is sold takes nothing from those who were there before.
/// Method: a licence in force and an open order outlive the sale; the order pays the new operator.
#[test]
fn licences_and_orders_outlive_the_sale_of_a_right() {
    let mut market = Market::new();
    let fixed = market.town.list(ALICE, offer(market.map, ListingKind::Fixed, vec![terms(PRICE)]));
    let town = &mut market.town;
    let order = OrderId::created_by(town.must(CAROL, buy(fixed)));
    town.must(ALICE, deliver(order));
    town.must(CAROL, acknowledge(order));
    town.must(ALICE, reveal(order));
    let listing = town.list(ALICE, offer_right(market.map, Line::Operate));
    town.must(BOB, buy_right(listing));
    town.pass(genesis().rule_pack.settlement_window);
    assert_eq!([ALICE, BOB, CAROL].map(|name| town.balance(name)), [(990, 0), (-10, 0), (-1_000, 0)]);
    assert_eq!(town.found::<Licences>(&LicenceId::created_by(order)).status, LicenceStatus::Active);
    let found = town.found::<Listings>(&fixed);
    let paused = (ListingStatus::Paused, Some(PauseCause::Right));
    assert_eq!((found.status, found.pause), paused, "what Alice offered she can't give any more");
    assert_eq!(town.answer(CITY, buy(fixed)), "WrongListingStatus");
    town.list(BOB, offer_right(market.map, Line::Operate));
}

/// Goal: a listing of several offers of one right sells it once.
#[test]
fn a_right_is_sold_once() {
    let mut market = Market::new();
    let town = &mut market.town;
    let [first, second] = [(); 2].map(|()| town.list(ALICE, offer_right(market.map, Line::Hold)));
    town.must(BOB, buy_right(first));
    let status = |town: &Town, listing| town.found::<Listings>(&listing).status;
    assert_eq!([first, second].map(|one| status(town, one)), [ListingStatus::SoldOut, ListingStatus::Paused]);
    assert_eq!(status(town, market.listing), ListingStatus::Active, "the other line's go on");
    let back = town.list(BOB, offer_right(market.map, Line::Hold));
    assert_eq!(town.answer(ALICE, Action::ResumeListing { listing: second }), "ListingStale");
    town.must(ALICE, buy_right(back));
    assert_eq!(town.answer(CAROL, buy_right(second)), "WrongListingStatus", "nothing comes back by itself");
    town.must(ALICE, Action::ResumeListing { listing: second });
    assert_eq!(town.answer(CAROL, buy_right(second)), "ok");
}

/// Goal: whoever gets a right finds room for their own listings, whatever was offered before, and nobody takes the other
/// holder's.
/// Method: Alice fills her half, with both lines and with one; the right to operate is sold, and given; Bob fills his half.
/// What she had paused stays hers, and she can't resume it.
#[test]
fn who_gets_a_right_finds_room() {
    for sold in [true, false] {
        let mut market = Market::new();
        let map = market.map;
        let town = &mut market.town;
        let fixed = || offer(map, ListingKind::Fixed, vec![terms(PRICE)]);
        let paused = town.list(ALICE, fixed());
        town.must(ALICE, Action::PauseListing { listing: paused });
        let right = town.list(ALICE, offer_right(map, Line::Operate));
        for _ in 2..LIVE_LISTINGS_EACH_MAX {
            town.list(ALICE, fixed());
        }
        for offer in [fixed(), offer_right(map, Line::Hold)] {
            assert_eq!(town.answer(ALICE, offer), "ListingsFull");
        }
        if sold {
            town.must(BOB, buy_right(right));
        } else {
            let evidence = None;
            town.must(ALICE, Action::TransferRight { asset: map, line: Line::Operate, to: id_of(BOB), evidence });
        }
        assert_eq!(town.answer(ALICE, Action::ResumeListing { listing: paused }), "ListingStale");
        for (name, offer) in [(ALICE, offer_right(map, Line::Hold)), (BOB, fixed())] {
            for _ in 0..LIVE_LISTINGS_EACH_MAX {
                town.list(name, offer.clone());
            }
            assert_eq!(town.answer(name, offer), "ListingsFull");
        }
        town.pass(Duration(1));
        let live = town.state.scan::<LiveListings>(&map, usize::MAX);
        assert_eq!(live.len(), LIVE_LISTINGS_MAX);
        assert!(live.iter().all(|(_, since)| since.is_none()), "nothing waits to be looked at");
    }
}

/// Goal: a listing is sold out when nothing of it can ever be had again, and not before.
/// Method: a limited plan reserved, refunded, sold, beside one that is unlimited; an exclusive one after its end.
#[test]
fn sold_out_is_for_good() {
    let mut market = Market::new();
    let town = &mut market.town;
    let limited = Terms { supply: Supply::Limited(2), ..terms(PRICE) };
    let both = town.list(ALICE, offer(market.map, ListingKind::Fixed, vec![limited.clone(), terms(PRICE)]));
    let listing = town.list(ALICE, offer(market.map, ListingKind::Fixed, vec![limited]));
    let status = |town: &Town, listing| town.found::<Listings>(&listing).status;
    for listing in [both, listing] {
        let [first, second] = [BOB, CAROL].map(|name| OrderId::created_by(town.must(name, buy(listing))));
        assert_eq!(town.answer(CITY, buy(listing)), "SoldOut", "reserved");
        town.fulfil(first);
        assert_eq!(status(town, listing), ListingStatus::Active);
        assert_eq!(town.found::<Orders>(&second).status, OrderStatus::Refunded, "nobody delivered it");
        assert_eq!(town.answer(CITY, buy(listing)), "ok", "free again");
        let last = OrderId::created_by(town.must(CITY, buy(listing)));
        town.must(ALICE, Action::PauseListing { listing });
        town.fulfil(last);
    }
    assert_eq!(status(town, both), ListingStatus::Paused, "another plan goes on");
    assert_eq!(status(town, listing), ListingStatus::SoldOut);
    assert!(town.history.contains(&Event::ListingSoldOut { listing, asset: market.map }));
    for action in [Action::ResumeListing { listing }, Action::EndListing { listing }] {
        assert_eq!(town.answer(ALICE, action), "WrongListingStatus");
    }
}

/// Goal: an operator takes a listing off the market; what was ordered goes on, and its end does not come twice.
#[test]
fn a_delisted_listing_stays_away() {
    let mut market = Market::new();
    let town = &mut market.town;
    let until = town.now().after(Duration::seconds(5_000));
    let action = Action::CreateListing {
        asset: market.map,
        version: 1,
        kind: ListingKind::Fixed,
        plans: vec![terms(PRICE)],
        until: Some(until),
    };
    let listing = town.list(ALICE, action);
    let order = OrderId::created_by(town.must(BOB, buy(listing)));
    town.must(EXCHANGE, delist(listing));
    assert_eq!(town.answer(CAROL, buy(listing)), "WrongListingStatus");
    town.fulfil(order);
    assert_eq!(town.found::<Orders>(&order).status, OrderStatus::Settled);
    assert!(town.pass(Duration::seconds(5_000)).is_empty());
    assert_eq!(town.found::<Listings>(&listing).status, ListingStatus::Delisted);
}

/// Goal: a negotiated listing shows what its seller has in mind, and sells nothing by itself.
#[test]
fn indicative_plans_are_no_offer() {
    let mut market = Market::new();
    let plans = vec![terms(PRICE), subscription(Amount(70))];
    let listing = market.town.list(ALICE, offer(market.map, ListingKind::Negotiated, plans));
    assert_eq!(market.town.answer(BOB, buy(listing)), "WrongListingKind");
    let deal = market.town.negotiate(BOB, open(listing, terms(Amount(1))));
    market.town.must(ALICE, accept(deal, terms(Amount(1))));
    let plans = market.town.found::<Listings>(&listing).plans;
    assert!(plans.iter().all(|plan| (plan.reserved, plan.sold) == (0, 0)));
}
