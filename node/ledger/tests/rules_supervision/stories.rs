//! What happens to listings, grades and frozen things, step by step.

use yaosu_ledger::event::Event;
use yaosu_ledger::rules;
use yaosu_ledger::state::{Accounts, Assets, Attestations, Freezes, ListingReviews, LiveListings, Orders, Reader};

use super::*;

/// Goal: a listing takes no order from the very step on in which its attestation lapses; it pauses with the next block, says
/// why, and comes back by its seller only.
/// Method: the three ways to lapse, each after a fresh attestation.
#[test]
fn a_listing_rests_while_its_attestation_is_missing() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    demand(&mut town, AttestationKinds::NONE.with(AttestationKind::Quality));
    let first = town.attested(map, AttestationKind::Quality);
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let resume = Action::ResumeListing { listing };
    let paused = (ListingStatus::Paused, Some(PauseCause::Attestation));

    town.must(LAB, Action::WithdrawAttestation { attestation: first, reason: text("wrong") });
    assert_eq!(town.answer(BOB, buy(listing)), "AttestationMissing");
    assert_eq!(rules::next_deadline(&town.state), Some(town.now().after(Duration(1))));
    town.pass(Duration(1));
    assert_eq!(town.stands(listing), paused);
    assert_eq!(town.state.scan::<LiveListings>(&map, 9), []);
    assert_eq!(town.state.scan::<ListingReviews>(&(), 9), []);
    assert_eq!(town.answer(BOB, buy(listing)), "WrongListingStatus");
    assert_eq!(town.answer(ALICE, resume.clone()), "AttestationMissing");

    let second = town.attested(map, AttestationKind::Quality);
    assert_eq!(town.stands(listing), paused, "nothing resumes by itself");
    town.must(ALICE, resume.clone());
    assert_eq!(town.stands(listing), (ListingStatus::Active, None));
    town.pass(Duration(5));
    let until = town.now().after(TERM);
    town.must(LAB, attest(map, AttestationKind::Quality, Verdict::Fail, until));
    town.pass(Duration(1));
    assert_eq!(town.stands(listing), paused);
    assert_eq!(town.get::<Attestations>(&second).map(|found| found.status), Some(AttestationStatus::Superseded));

    town.pass(Duration(5));
    let third = town.attested(map, AttestationKind::Quality);
    town.must(ALICE, resume);
    assert_eq!(town.stands(listing), (ListingStatus::Active, None));
    assert_eq!(town.pass(Duration(TERM.0 - 1)), []);
    let events = town.pass(Duration(1));
    let expected = [
        Event::AttestationExpired { attestation: third, asset: map },
        Event::ListingPaused { listing, asset: map, cause: PauseCause::Attestation },
    ];
    assert_eq!(events, expected);
}

/// Goal: the seller's own pause is told apart, and is not lost when an attestation lapses meanwhile.
#[test]
fn the_sellers_pause_stays_the_sellers() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    demand(&mut town, AttestationKinds::NONE.with(AttestationKind::Source));
    town.attested(map, AttestationKind::Source);
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    town.must(ALICE, Action::PauseListing { listing });
    town.pass(TERM);
    assert_eq!(town.stands(listing), (ListingStatus::Paused, Some(PauseCause::Seller)));
}

/// Goal: what a regulator grades core leaves register and market at once, and orders that were placed go on.
#[test]
fn core_data_leaves_the_market() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let order = town.order(BOB, listing);
    let applied = town.applied(BOB, "chart");
    town.must(WATCH, regrade(map, Grade::Core));
    town.must(WATCH, regrade(applied, Grade::Core));
    assert_eq!(town.answer(CAROL, buy(listing)), "WrongRegistration");
    town.pass(Duration(1));
    assert_eq!(town.stands(listing), (ListingStatus::Paused, Some(PauseCause::Grade)));
    let stands = |id| town.get::<Assets>(&id).map(|asset| asset.registration.name());
    assert_eq!([stands(map), stands(applied)], [Some("cancelled"), Some("refused")]);
    town.must(ALICE, deliver(order));
    assert_eq!(town.answer(CAROL, buy(listing)), "WrongListingStatus");
}

/// Goal: a lower ceiling and an opening pause what costs too much.
#[test]
fn prices_follow_the_authority() {
    let mut town = Town::new();
    let trees = AssetId::created_by(town.must(CITY, public("trees")));
    town.grant(trees);
    town.must(CITY, ceiling(trees, PRICE));
    let listing = town.list(CITY, offer(trees, vec![industrial(PRICE)]));
    town.must(CITY, ceiling(trees, Amount(PRICE.0 - 1)));
    town.pass(Duration(1));
    assert_eq!(town.stands(listing), (ListingStatus::Paused, Some(PauseCause::Price)));
    assert_eq!(town.answer(CITY, Action::ResumeListing { listing }), "PriceAboveCeiling");
    town.must(CITY, ceiling(trees, PRICE));
    town.must(CITY, Action::ResumeListing { listing });
    town.must(CITY, Action::ChangeOpenness { asset: trees, openness: Openness::Open });
    town.pass(Duration(1));
    assert_eq!(town.stands(listing), (ListingStatus::Paused, Some(PauseCause::Price)));
}

/// Goal: frozen funds arrive and stay; a refund runs through every freeze.
/// Method: everything frozen between order and deadline; then the money that came back can't leave.
#[test]
fn refunds_run_through_a_freeze() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let order = town.order(BOB, listing);
    for target in [Subject::Participant(id_of(ALICE)), Subject::Participant(id_of(BOB)), Subject::Order(order)] {
        town.frozen(target, FreezeScope::All);
    }
    assert_eq!(town.answer(ALICE, deliver(order)), "FrozenNow");
    town.pass(genesis().rule_pack.delivery_window);
    assert_eq!(town.get::<Orders>(&order).map(|order| order.status), Some(OrderStatus::Refunded));
    assert_eq!(town.get::<Accounts>(&id_of(BOB)), Some(Account { available: BALANCE, held: Amount::ZERO }));
    town.must(CAROL, pay(BOB));
    assert_eq!(town.answer(BOB, pay(CAROL)), "FrozenNow");
}

/// Goal: an acknowledged order settles to a frozen seller, whose money then stays.
#[test]
fn a_frozen_seller_is_credited() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let listing = town.list(ALICE, offer(map, vec![plan(PRICE)]));
    let order = town.order(BOB, listing);
    town.must(ALICE, deliver(order));
    town.must(BOB, acknowledge(order));
    town.must(ALICE, reveal(order));
    town.frozen(Subject::Participant(id_of(ALICE)), FreezeScope::Funds);
    town.pass(genesis().rule_pack.settlement_window);
    assert_eq!(town.get::<Accounts>(&id_of(ALICE)).map(|account| account.available), Some(Amount(BALANCE.0 + 990)));
    assert_eq!(town.answer(ALICE, pay(CAROL)), "FrozenNow");
}

/// Goal: an appeal ends a freeze if the arbiter says so, and leaves it if not; the record keeps who did what.
#[test]
fn an_appeal_is_ruled_once() {
    for overturned in [true, false] {
        let mut town = Town::new();
        let freeze = town.frozen(Subject::Participant(id_of(BOB)), FreezeScope::Funds);
        town.must(BOB, appeal(freeze));
        assert_eq!(town.answer(BOB, pay(CAROL)), "FrozenNow", "an appeal lifts nothing by itself");
        town.must(JUDGE, rule(freeze, overturned));
        let found = town.get::<Freezes>(&freeze).expect("the freeze is there");
        let status = if overturned { FreezeStatus::Overturned } else { FreezeStatus::Active };
        assert_eq!(found.status, status);
        assert_eq!(found.appeal.and_then(|appeal| appeal.arbiter), Some(id_of(JUDGE)));
        assert_eq!(town.answer(BOB, pay(CAROL)), if overturned { "ok" } else { "FrozenNow" });
    }
}
