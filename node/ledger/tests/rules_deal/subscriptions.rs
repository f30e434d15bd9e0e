//! Subscriptions: what they cover, how they are paid, how they end.

use yaosu_ledger::state::Subject;

use super::*;

/// Who does what.
type Signed = (&'static str, Action);

/// Goal: a subscription covers its version and later ones for its period, and each renewal adds what it pays for.
/// Method: two renewals, one by another payer, with the money; then it runs out to the millisecond.
#[test]
fn each_period_is_paid_and_counted() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    let found = town.found::<Licences>(&licence);
    let begun = found.from;
    assert_eq!((found.versions, found.until), (VersionScope::From(1), Some(begun.after(PERIOD))));
    assert_eq!(found.policy.duration, None);

    town.pass(Duration::seconds(100));
    let (_, events) = town.act(BOB, renew(licence, 3)).expect("it runs");
    let until = begun.after(Duration(PERIOD.0 * 4));
    assert!(matches!(
        events.as_slice(),
        [Event::SubscriptionRenewed { price: Amount(3_000), fee: Amount(30), until: end, .. }] if *end == until
    ));
    town.must(BOB, Action::RenewSubscription { licence, periods: 1, payer: Some(id_of(BANK)) });
    let until = until.after(PERIOD);
    assert_eq!(town.found::<Licences>(&licence).until, Some(until));
    assert_eq!(
        [BOB, BANK, ALICE, EXCHANGE].map(|name| town.balance(name)),
        [(-4_000, 0), (-1_000, 0), (4_950, 0), (50, 0)]
    );

    let left = Duration(until.0 - town.now().0);
    assert_eq!(town.late_by(Duration(left.0 - 1)).answer(BOB, renew(licence, 1)), "ok");
    assert_eq!(town.late_by(left).answer(BOB, renew(licence, 1)), "SubscriptionOver");
    assert!(town.pass(Duration(left.0 - 1)).is_empty());
    assert_eq!(town.pass(Duration(1)), [Event::LicenceExpired { licence, asset: market.map }]);
    assert_eq!(town.answer(BOB, request(licence, 1)), "SubscriptionOver");
}

/// Goal: a later version is delivered for nothing, through the states of any order, and makes no licence.
/// Method: requested, refunded for want of delivery, requested again, delivered; the counts stay.
#[test]
fn a_later_version_is_delivered_for_nothing() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    let trade = town.get::<yaosu_ledger::state::Trades>(&market.map);

    let refunded = OrderId::created_by(town.must(BOB, request(licence, 2)));
    let found = town.found::<Orders>(&refunded);
    assert_eq!((found.origin, found.version, found.price), (Origin::Licence(licence), 2, Amount::ZERO));
    assert_eq!((found.seller, found.buyer, found.delivery_key), (id_of(ALICE), id_of(BOB), Some(digest(BOB))));
    assert_eq!(town.answer(BOB, request(licence, 2)), "VersionRequested");
    town.pass(genesis().rule_pack.delivery_window);
    assert_eq!(town.found::<Orders>(&refunded).status, OrderStatus::Refunded);

    let [bob, alice] = [BOB, ALICE].map(|name| town.balance(name));
    let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
    town.fulfil(order);
    assert_eq!(town.found::<Orders>(&order).status, OrderStatus::Settled);
    assert_eq!(town.get::<Licences>(&LicenceId::created_by(order)), None);
    assert_eq!(town.get::<yaosu_ledger::state::Trades>(&market.map), trade);
    assert_eq!([BOB, ALICE].map(|name| town.balance(name)), [bob, alice]);
    assert_eq!(town.answer(BOB, request(licence, 2)), "VersionRequested", "once is enough");
}

/// Goal: a subscriber can't make a seller deliver for ever, and a seller can't use up what the subscriber may ask for.
/// Method: a version that is not delivered, delivered and rejected, delivered and not acknowledged, in turn; the next
/// version is asked for as before.
#[test]
fn a_version_is_turned_down_so_many_times() {
    let pack = genesis().rule_pack;
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    town.must(ALICE, new_version(market.map, "map 3", Vec::new()));
    for round in 0..DECLINED_MAX {
        for _ in 0..2 {
            let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
            town.pass(pack.delivery_window);
            assert_eq!(town.found::<Orders>(&order).refund_cause, Some(RefundCause::NotDelivered));
        }
        let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
        town.must(ALICE, deliver(order));
        if round == 0 {
            town.must(BOB, acknowledge(order));
            town.pass(pack.key_window);
            assert_eq!(town.found::<Orders>(&order).refund_cause, Some(RefundCause::KeyNotRevealed));
            let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
            town.must(ALICE, deliver(order));
            town.must(BOB, Action::RejectDelivery { order, reason: text("nothing is there") });
        } else {
            town.pass(pack.acknowledgement_window);
            assert_eq!(town.found::<Orders>(&order).refund_cause, Some(RefundCause::NotAcknowledged));
        }
    }
    assert_eq!(town.answer(BOB, request(licence, 2)), "DeliveriesDeclined");
    let order = OrderId::created_by(town.must(BOB, request(licence, 3)));
    town.fulfil(order);
    assert_eq!(town.answer(BOB, request(licence, 2)), "DeliveriesDeclined");
    assert_eq!(town.answer(BOB, request(licence, 3)), "VersionRequested");
}

/// Goal: what is made from a later version is made under the subscription.
/// Method: the same derivation under a licence of version 1 alone, under the subscription, and after its end.
#[test]
fn a_later_version_may_be_derived_from() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    let alone = town.license(market.map, 1, BOB, free_policy());
    town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    town.pass(Duration(1));
    let derive = |licence| Action::RegisterAsset {
        description: description("clean map"),
        rights: SELF_PRODUCED,
        content: content("clean map"),
        parents: vec![Parent {
            asset: market.map,
            version: 2,
            licence: Some(licence),
            activity: Activity::Clean,
            recipe: None,
        }],
    };
    assert_eq!(town.answer(BOB, derive(alone)), "LicenceOfOther");
    assert_eq!(town.answer(BOB, derive(licence)), "ok");
    assert_eq!(town.late_by(PERIOD).answer(BOB, derive(licence)), "LicenceOver");
}

/// Goal: a subscription never lets more be done with a later version than its own sources allow.
/// Method: version 2 is made under a narrow licence.
#[test]
fn a_later_version_stays_within_its_sources() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    let source = town.registered(CAROL, "source");
    let mut narrow = free_policy();
    narrow.purposes = Purposes::NONE.with(Purpose::Research);
    let under = town.license(source, 1, ALICE, narrow);
    let parent = Parent { asset: source, version: 1, licence: Some(under), activity: Activity::Join, recipe: None };
    town.must(ALICE, new_version(market.map, "map 2", vec![parent]));
    town.must(ALICE, new_version(market.map, "map 3", Vec::new()));
    town.pass(Duration(1));
    assert_eq!(town.answer(BOB, request(licence, 2)), "VersionBeyondLicence");
    assert_eq!(town.answer(BOB, request(licence, 3)), "ok");
    let parent =
        Parent { asset: market.map, version: 2, licence: Some(licence), activity: Activity::Clean, recipe: None };
    let derived = Action::RegisterAsset {
        description: description("clean map"),
        rights: SELF_PRODUCED,
        content: content("clean map"),
        parents: vec![parent],
    };
    assert_eq!(town.answer(BOB, derived), "VersionBeyondLicence");
}

/// Goal: whoever ends what was offered ends the renewals, and no sooner the subscription.
/// Method: a listing paused, ended, delisted; sold out by this very subscription; the right to operate gone, and back.
#[test]
fn renewals_go_as_far_as_the_offer() {
    let mut market = Market::new();
    let (listing, licence) = market.subscribe();
    let town = &market.town;
    let after = |name: &str, action: Action| {
        let mut town = town.clone();
        town.must(name, action);
        town
    };
    assert_eq!(after(ALICE, Action::PauseListing { listing }).answer(BOB, renew(licence, 1)), "ok");
    assert_eq!(after(ALICE, Action::EndListing { listing }).answer(BOB, renew(licence, 1)), "NotRenewable");
    assert_eq!(after(EXCHANGE, delist(listing)).answer(BOB, renew(licence, 1)), "NotRenewable");
    let mut moved = town.clone();
    let right = moved.list(ALICE, offer_right(market.map, Line::Operate));
    moved.must(CAROL, buy_right(right));
    assert_eq!(moved.answer(BOB, renew(licence, 1)), "ListingStale");
    let mut back = moved.clone();
    back.must(
        CAROL,
        Action::TransferRight { asset: market.map, line: Line::Operate, to: id_of(ALICE), evidence: None },
    );
    assert_eq!(back.answer(BOB, renew(licence, 1)), "ok", "a right that came back renews again");
    assert_eq!(back.answer(CITY, buy(listing)), "WrongListingStatus");
    back.must(ALICE, Action::ResumeListing { listing });
    assert_eq!(back.answer(CITY, buy(listing)), "ok");
    moved.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    let order = OrderId::created_by(moved.must(BOB, request(licence, 2)));
    assert_eq!(moved.found::<Orders>(&order).seller, id_of(CAROL), "the duty goes with the right");

    let mut market = Market::new();
    let only = Terms { supply: Supply::Limited(1), ..subscription(PRICE) };
    let listing = market.town.list(ALICE, offer(market.map, ListingKind::Fixed, vec![only]));
    let order = OrderId::created_by(market.town.must(BOB, buy(listing)));
    market.town.fulfil(order);
    assert_eq!(market.town.found::<Listings>(&listing).status, ListingStatus::SoldOut);
    market.town.must(BOB, renew(LicenceId::created_by(order), 1));
}

/// Goal: a version that was paid for before has the subscription's bond at stake, but no more than a period costs, or what the
/// seller has of it; the seller who does not deliver loses it to the subscriber. Who did not agree to it, or does not make
/// the versions, has nothing at stake.
/// Method: a seller with enough, with less, with nothing, with frozen money, one who holds the data no more, and another one
/// who has the right now.
#[test]
fn a_later_version_has_a_bond() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    market.town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    let with = |change: &dyn Fn(&mut Town)| {
        let mut town = market.town.clone();
        change(&mut town);
        town
    };
    let freeze = |town: &mut Town| {
        let (target, scope) = (Subject::Participant(id_of(ALICE)), FreezeScope::Funds);
        let until = town.now().after(Duration::seconds(1_000));
        town.must(WATCH, Action::Freeze { target, scope, legal_basis: digest("law"), until });
    };
    let give = |town: &mut Town| {
        let right = town.list(ALICE, offer_right(market.map, Line::Hold));
        town.must(CAROL, buy_right(right));
    };
    let sell = |town: &mut Town| {
        let right = town.list(ALICE, offer_right(market.map, Line::Operate));
        town.must(CAROL, buy_right(right));
    };
    for (case, mut town, seller, bond) in [
        ("enough", with(&|_| {}), ALICE, 100),
        ("less", with(&|town| town.impoverish(ALICE, 99)), ALICE, 99),
        ("nothing", with(&|town| town.impoverish(ALICE, 0)), ALICE, 0),
        ("frozen", with(&freeze), ALICE, 0),
        ("not the holder", with(&give), ALICE, 0),
        ("another", with(&sell), CAROL, 0),
    ] {
        let [before, bob] = [seller, BOB].map(|name| town.balance(name).0);
        let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
        assert_eq!(town.found::<Orders>(&order).bonds.seller, Amount(bond), "{case}");
        let held = i64::try_from(bond).expect("it is small");
        assert_eq!(town.balance(seller), (before - held, bond), "{case}");
        let mut fulfilled = town.clone();
        if case != "frozen" {
            fulfilled.fulfil(order);
            assert_eq!(fulfilled.balance(seller), (before, 0), "{case}");
        }
        town.pass(genesis().rule_pack.delivery_window);
        assert_eq!([seller, BOB].map(|name| town.balance(name)), [(before - held, 0), (bob + held, 0)], "{case}");
    }
}

/// Goal: nothing is at stake for the buyer of a version that was paid for before, and so nobody is asked to rule on it.
#[test]
fn a_later_version_is_not_disputed() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
    town.must(ALICE, deliver(order));
    town.must(BOB, acknowledge(order));
    town.must(ALICE, reveal(order));
    let dispute = Action::OpenQualityDispute { order, statement: digest("it is not good") };
    assert_eq!(town.answer(BOB, dispute), "NothingDisputed");
}

/// Goal: a holder does not get out of what was paid for by leaving the register; what a registrar has taken out of it is
/// not owed, nor what is core now.
/// Method: each way out of the register, with a version that is ordered and one that is not yet.
#[test]
fn what_was_paid_for_outlives_the_registration() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let (town, asset) = (&mut market.town, market.map);
    for words in ["map 2", "map 3"] {
        town.must(ALICE, new_version(asset, words, Vec::new()));
    }
    let order = OrderId::created_by(town.must(BOB, request(licence, 2)));
    let cancel = Action::CancelRegistration { asset, reason: text("over") };
    let refuse = Action::RefuseRegistration { asset, reason: text("no") };
    let core = Action::DeclareGrade { asset, grade: Grade::Core };
    let object = Action::Object { asset, statement: text("mine"), evidence: Some(digest("proof")) };
    let uphold = Action::RuleObjection { asset, objection: 0, upheld: true, reason: text("it is") };
    let again = Action::ApplyAgain { asset };
    let ways: [(&str, Vec<Signed>, &str); 6] = [
        ("the holder cancels", vec![(ALICE, cancel.clone())], "ok"),
        ("and applies again", vec![(ALICE, cancel.clone()), (ALICE, again.clone())], "ok"),
        ("and is refused", vec![(ALICE, cancel.clone()), (ALICE, again), (REGISTRY, refuse)], "WrongRegistration"),
        ("a registrar cancels", vec![(REGISTRY, cancel)], "WrongRegistration"),
        ("an objection is upheld", vec![(CAROL, object), (REGISTRY, uphold)], "WrongRegistration"),
        ("it is core", vec![(ALICE, core)], "GradeCore"),
    ];
    for (case, steps, answer) in ways {
        let mut town = town.clone();
        for (name, action) in steps {
            town.must(name, action);
        }
        assert_eq!(town.answer(BOB, request(licence, 3)), answer, "{case}");
        town.fulfil(order);
        assert_eq!(town.found::<Orders>(&order).status, OrderStatus::Settled, "{case}: what is ordered is delivered");
        if answer == "ok" {
            let order = OrderId::created_by(town.must(BOB, request(licence, 3)));
            town.fulfil(order);
        }
    }
}

/// Goal: a subscription may be negotiated, on a listing and on a demand; then it is renewed at that price.
#[test]
fn a_negotiated_subscription_renews_at_its_price() {
    let mut market = Market::new();
    let deal = market.open(subscription(Amount(700)));
    let need = market.demand();
    let town = &mut market.town;
    let order = OrderId::created_by(town.must(ALICE, accept(deal, subscription(Amount(700)))));
    town.fulfil(order);
    let licence = LicenceId::created_by(order);
    town.must(BOB, renew(licence, 2));
    assert_eq!(town.balance(BOB), (-2_100, 0));
    let deal = town.negotiate(ALICE, answer(need, market.map, subscription(Amount(50))));
    let order = OrderId::created_by(town.must(BOB, accept(deal, subscription(Amount(50)))));
    town.fulfil(order);
    town.must(ALICE, Action::EndListing { listing: market.listing });
    assert_eq!(town.answer(BOB, renew(licence, 1)), "NotRenewable");
    let licence = LicenceId::created_by(order);
    town.must(BOB, renew(licence, 120));
    assert_eq!(town.balance(BOB), (-2_150 - 6_000, 0));

    // There is no listing to end: the seller ends the renewals of what was agreed. What is paid for runs on.
    assert_eq!(town.answer(BOB, end_renewals(deal)), "NotSeller", "the buyer just does not renew");
    let until = town.found::<Licences>(&licence).until;
    let (_, events) = town.act(ALICE, end_renewals(deal)).expect("she sells it");
    assert_eq!(events, [Event::RenewalsEnded { negotiation: deal, asset: market.map, by: id_of(ALICE) }]);
    assert_eq!(town.answer(BOB, renew(licence, 1)), "NotRenewable");
    assert_eq!(town.found::<Licences>(&licence).until, until);
    let found = town.found::<Negotiations>(&deal);
    assert_eq!((found.status, found.order), (NegotiationStatus::Ended, Some(order)));
}

/// Goal: who withdraws an offer that was accepted meanwhile withdraws nothing, whatever was agreed; nor is what is paid once
/// renewed.
#[test]
fn what_is_paid_once_is_not_withdrawn() {
    let mut market = Market::new();
    let deal = market.open(subscription(PRICE));
    market.town.must(ALICE, counter(deal, subscription(Amount(900))));
    market.town.must(BOB, accept(deal, subscription(Amount(900))));
    assert_eq!(market.town.answer(ALICE, withdraw(deal)), "NegotiationClosed");
    let deal = market.open(terms(PRICE));
    let order = OrderId::created_by(market.town.must(ALICE, accept(deal, terms(PRICE))));
    assert_eq!(market.town.answer(ALICE, end_renewals(deal)), "NoRenewals");
    for fulfilled in [false, true] {
        for name in [ALICE, BOB] {
            assert_eq!(market.town.answer(name, withdraw(deal)), "NegotiationClosed", "{name}");
        }
        if !fulfilled {
            market.town.fulfil(order);
        }
    }
}

/// Goal: a version that owes nothing is no way around the royalties of one that does, whichever of the two comes first.
/// Method: a chart of two versions, one of them made under a licence with a royalty; a subscription and a right that were
/// offered when there was the first, paid for when there is the second.
#[test]
fn another_version_washes_no_royalty_off() {
    for owing in [1, 2] {
        let mut town = Town::new();
        let source = town.registered(CAROL, "source");
        let policy = Policy { royalty: yaosu_ledger::BasisPoints(3_000), ..free_policy() };
        let under = town.license(source, 1, ALICE, policy);
        let parent = Parent { asset: source, version: 1, licence: Some(under), activity: Activity::Join, recipe: None };
        let parents = |version| if version == owing { vec![parent.clone()] } else { Vec::new() };
        let first = Action::RegisterAsset {
            description: description("chart"),
            rights: SELF_PRODUCED,
            content: content("chart"),
            parents: parents(1),
        };
        let chart = AssetId::created_by(town.must(ALICE, first));
        town.grant(chart);
        let listing = town.list(ALICE, offer(chart, ListingKind::Fixed, vec![subscription(PRICE)]));
        let order = OrderId::created_by(town.must(BOB, buy(listing)));
        town.fulfil(order);
        let right = town.list(ALICE, offer_right(chart, Line::Hold));
        town.must(ALICE, new_version(chart, "chart 2", parents(2)));
        town.pass(Duration(1));
        // Three tenths of what the fee leaves of a price.
        for paid in [renew(LicenceId::created_by(order), 1), buy_right(right)] {
            let [alice, carol] = [ALICE, CAROL].map(|name| town.balance(name).0);
            town.must(BOB, paid);
            assert_eq!([ALICE, CAROL].map(|name| town.balance(name).0), [alice + 693, carol + 297], "{owing}");
        }
    }
}

/// Goal: a version that was delivered under a subscription goes on sharing its renewals, whatever comes after it; one that was
/// not delivered shares none; of those that were, the one that owes the most does.
/// Method: a map made from nothing, as is its fourth version; versions 2 and 3 owe a tenth and three tenths. Which of them
/// are delivered, in which order.
#[test]
fn what_was_delivered_in_between_shares_renewals() {
    let mut market = Market::new();
    let (_, licence) = market.subscribe();
    let town = &mut market.town;
    let source = town.registered(CAROL, "source");
    for (name, royalty) in [("map 2", 1_000), ("map 3", 3_000)] {
        let policy = Policy { royalty: yaosu_ledger::BasisPoints(royalty), ..free_policy() };
        let under = town.license(source, 1, ALICE, policy);
        let parent = Parent { asset: source, version: 1, licence: Some(under), activity: Activity::Join, recipe: None };
        town.must(ALICE, new_version(market.map, name, vec![parent]));
    }
    town.must(ALICE, new_version(market.map, "map 4", Vec::new()));
    town.pass(Duration(1));
    let rows: [(&[u32], i64); 6] = [(&[], 0), (&[2], 99), (&[3], 297), (&[2, 3], 297), (&[3, 2], 297), (&[2, 4], 99)];
    for (delivered, royalty) in rows {
        let mut town = market.town.clone();
        for version in delivered {
            let order = OrderId::created_by(town.must(BOB, request(licence, *version)));
            town.fulfil(order);
        }
        let [alice, carol] = [ALICE, CAROL].map(|name| town.balance(name).0);
        town.must(BOB, renew(licence, 1));
        let found = [ALICE, CAROL].map(|name| town.balance(name).0);
        assert_eq!(found, [alice + 990 - royalty, carol + royalty], "{delivered:?}");
    }
    let order = OrderId::created_by(market.town.must(BOB, request(licence, 3)));
    market.town.pass(genesis().rule_pack.delivery_window);
    assert_eq!(market.town.found::<Orders>(&order).status, OrderStatus::Refunded);
    let carol = market.town.balance(CAROL).0;
    market.town.must(BOB, renew(licence, 1));
    assert_eq!(market.town.balance(CAROL).0, carol, "what was not delivered shares nothing");
}
