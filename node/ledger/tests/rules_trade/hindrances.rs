//! A seller who could not act for more than half of its window, for want of leave, is not at fault; any other one is.

use yaosu_ledger::FreezeId;
use yaosu_ledger::state::{RulePacks, Subject};

use super::*;

/// Bob's order of the map, whose windows are this long, where Alice must act. When her time is over.
fn waiting(window: Duration, status: OrderStatus) -> (Market, OrderId, Timestamp) {
    let mut market = Market::new();
    market.town.edit(|draft| {
        let pack = genesis().rule_pack;
        draft.put::<RulePacks>(&(), &RulePack { delivery_window: window, key_window: window, ..pack });
    });
    let order = market.order(status);
    let deadline = market.town.now().after(window);
    (market, order, deadline)
}

/// Why the order was refunded, and what Bob has won by it.
fn outcome(town: &Town, order: OrderId) -> (RefundCause, i64) {
    let found = town.get::<Orders>(&order).expect("the order is there");
    assert_eq!((town.account(ALICE).held, town.account(BOB).held), (Amount::ZERO, Amount::ZERO));
    let won = town.balance(BOB).0;
    assert_eq!(town.balance(ALICE).0, -won, "what is lost is won");
    (found.refund_cause.expect("it was refunded"), won)
}

/// Goal: a freeze of deliveries frees the seller if it has taken more than half of the window; else the bond is lost. However
/// it ends, and whichever block comes to end it.
/// Method: every target, each way to end, and lengths around the half and the whole, to the millisecond.
#[test]
fn a_freeze_frees_who_had_less_than_half_of_the_window() {
    let window = Duration::seconds(200);
    let (middle, last) = (window.0 / 2, window.0 - 1);
    let fault = |status| match status {
        OrderStatus::Placed => (RefundCause::NotDelivered, 100),
        _ => (RefundCause::KeyNotRevealed, 100),
    };
    for status in [OrderStatus::Placed, OrderStatus::Acknowledged] {
        let (market, order, deadline) = waiting(window, status);
        let [alice, bob] = [ALICE, BOB].map(|name| Subject::Participant(id_of(name)));
        let targets = [Subject::Order(order), Subject::Asset(market.map), Subject::Listing(market.listing), alice, bob];
        let freeze = |target, scope, length| Action::Freeze {
            target,
            scope,
            legal_basis: digest("law"),
            until: market.town.now().after(Duration(length)),
        };
        for target in targets {
            for (length, is_free) in [(1, false), (middle, false), (middle + 1, true), (last, true), (window.0, true)] {
                let expected = if is_free { (RefundCause::Frozen, 0) } else { fault(status) };
                let case = format!("{target:?} frozen for {length} ms of {status}");

                let mut expired = market.town.clone();
                expired.must(WATCH, freeze(target, FreezeScope::Delivery, length));
                expired.pass_to(deadline);
                assert_eq!(outcome(&expired, order), expected, "{case}, then over");

                let mut lifted = market.town.clone();
                let id = lifted.must(WATCH, freeze(target, FreezeScope::All, window.0 + 1));
                lifted.pass(Duration(length.min(last)));
                let (freeze, reason) = (FreezeId::created_by(id), text("over"));
                lifted.must(WATCH, Action::LiftFreeze { freeze, reason });
                lifted.pass_to(deadline);
                assert_eq!(outcome(&lifted, order), expected, "{case}, then lifted");
            }
        }
        let mut traded = market.town.clone();
        traded.must(WATCH, freeze(alice, FreezeScope::Trade, last));
        traded.pass_to(deadline);
        assert_eq!(outcome(&traded, order), fault(status), "another scope");
    }
}

/// Who or what is frozen, from one second of the window to another.
type Stopped = (char, u32, u32);

/// Goal: what counts is the time that was taken, whenever it was and by how many freezes; what several take at once counts
/// once, and what is after the deadline does not. So a freeze of a moment frees nobody, wherever it is in the window.
/// Method: freezes from one moment of the window to another, of the seller (s) or of the order (o), of 200 seconds.
#[test]
fn the_time_that_freezes_take_is_counted() {
    let seconds = Duration::seconds;
    let (market, order, deadline) = waiting(seconds(200), OrderStatus::Placed);
    let (start, fault, free) = (market.town.now(), (RefundCause::NotDelivered, 100), (RefundCause::Frozen, 0));
    #[rustfmt::skip]
    let rows: [(&str, &[Stopped], _); 14] = [
        ("a moment of the first half",    &[('s', 20, 21)],                               fault),
        ("a moment of the second half",   &[('s', 150, 151)],                             fault),
        ("the moment of the deadline",    &[('s', 199, 300)],                             fault),
        ("the second half, not more",     &[('s', 100, 300)],                             fault),
        ("more than the second half",     &[('s', 99, 300)],                              free),
        ("the middle",                    &[('s', 40, 141)],                              free),
        ("half of it in the middle",      &[('s', 40, 140)],                              fault),
        ("two of one",                    &[('s', 10, 61), ('s', 120, 171)],              free),
        ("two of one, less",              &[('s', 10, 60), ('s', 120, 170)],              fault),
        ("two of two",                    &[('s', 10, 61), ('o', 120, 300)],              free),
        ("two at once",                   &[('s', 10, 61), ('o', 10, 61)],                fault),
        ("two that overlap",              &[('s', 10, 90), ('o', 50, 110)],               fault),
        ("two that overlap, of one",      &[('s', 10, 90), ('s', 50, 111)],               free),
        ("one within the other, of one",  &[('s', 10, 111), ('s', 50, 60)],               free),
    ];
    for (case, freezes, expected) in rows {
        let mut town = market.town.clone();
        for &(target, since, until) in freezes {
            let target = if target == 's' { Subject::Participant(id_of(ALICE)) } else { Subject::Order(order) };
            town.pass_to(start.after(seconds(since)));
            let (legal_basis, until) = (digest("law"), start.after(seconds(until)));
            town.must(WATCH, Action::Freeze { target, scope: FreezeScope::Delivery, legal_basis, until });
        }
        town.pass_to(deadline);
        assert_eq!(outcome(&town, order), expected, "{case}");
    }
}

/// Goal: a freeze that ended before a window began frees nobody of it, and no freeze frees of the opening of a key.
#[test]
fn a_freeze_of_another_window_frees_nobody() {
    let window = Duration::seconds(200);
    let (mut market, order, _) = waiting(window, OrderStatus::Placed);
    let town = &mut market.town;
    let until = town.now().after(Duration(window.0 - 1));
    let (target, legal_basis) = (Subject::Order(order), digest("law"));
    town.must(WATCH, Action::Freeze { target, scope: FreezeScope::Delivery, legal_basis, until });
    town.pass_to(until);
    town.advance(order, ALICE, BOB, OrderStatus::Acknowledged);
    let mut silent = town.clone();
    silent.pass(window);
    assert_eq!(outcome(&silent, order), (RefundCause::KeyNotRevealed, 100));

    town.must(ALICE, reveal(order));
    town.must(BOB, challenge(order));
    let until = town.now().after(window);
    town.must(WATCH, Action::Freeze { target, scope: FreezeScope::All, legal_basis, until });
    town.pass(window);
    assert_eq!(outcome(town, order), (RefundCause::KeyNotOpened, 100));
}

/// Goal: a seller who was suspended for more than half of the window loses no bond, whether or not it still is; a revoked one
/// does, and so does one whose buyer was suspended.
/// Method: each stage in which the seller acts. Alice's standing changes after the enactment delay, and again after a delay
/// and a second more.
#[test]
fn a_suspension_frees_who_could_not_act() {
    let delay = genesis().rule_pack.enactment_delay;
    let pause = Duration(delay.0 + 1_000);
    let fault = |status| match status {
        OrderStatus::Placed => (RefundCause::NotDelivered, 100),
        OrderStatus::Acknowledged => (RefundCause::KeyNotRevealed, 100),
        _ => (RefundCause::KeyNotOpened, 100),
    };
    for status in [OrderStatus::Placed, OrderStatus::Acknowledged, OrderStatus::KeyChallenged] {
        let after = |name, standings: &[ParticipantStatus], window: u64| {
            let (mut market, order, deadline) = waiting(Duration(window), status);
            for (number, status) in standings.iter().enumerate() {
                if number > 0 {
                    market.town.pass(Duration(1_000));
                }
                market.town.must(EXCHANGE, standing(name, *status));
                market.town.pass(delay);
            }
            market.town.pass_to(deadline);
            outcome(&market.town, order)
        };
        let suspended = (RefundCause::Suspended, 0);
        let (once, twice) = ([ParticipantStatus::Suspended], [ParticipantStatus::Suspended, ParticipantStatus::Active]);
        let long = 4 * delay.0;
        assert_eq!(after(ALICE, &once, long), suspended);
        assert_eq!(after(ALICE, &once, 2 * delay.0), fault(status), "half of the window was left");
        assert_eq!(after(ALICE, &once, 2 * delay.0 + 1), suspended, "less than half of the window was left");
        assert_eq!(after(ALICE, &twice, 2 * pause.0), fault(status), "half of the window is left");
        assert_eq!(after(ALICE, &twice, 2 * pause.0 - 1), suspended, "less than half of the window is left");
        assert_eq!(after(ALICE, &[ParticipantStatus::Revoked], long), fault(status));
        assert_eq!(after(BOB, &once, long), fault(status));
    }
}
