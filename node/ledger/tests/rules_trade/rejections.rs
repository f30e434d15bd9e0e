//! R401 to R512: a row for each rule. Those of the delivery and of disputes are in `delivery_rejections.rs`.

use std::collections::BTreeSet;

use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::{Assets, Draft, Reader, State, Trades};

use super::*;

/// Case, the town, who acts, what, and the answer.
type Row = (&'static str, Town, &'static str, Action, &'static str);

/// A change of the action that would be allowed.
fn listing_with(asset: AssetId, change: impl FnOnce(&mut u32, &mut ListingKind, &mut Vec<Terms>)) -> Action {
    let (mut version, mut kind, mut plans) = (1, ListingKind::Fixed, vec![terms(PRICE, Supply::Unlimited)]);
    change(&mut version, &mut kind, &mut plans);
    Action::CreateListing { asset, version, kind, plans, until: None }
}

fn policy_with(asset: AssetId, change: impl FnOnce(&mut Policy)) -> Action {
    listing_with(asset, |_, _, plans| change(&mut plans[0].policy))
}

fn until(asset: AssetId, until: Timestamp) -> Action {
    let plans = vec![terms(PRICE, Supply::Unlimited)];
    Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans, until: Some(until) }
}

fn listing_rows() -> Vec<Row> {
    let Market { town, map, listing } = Market::new();
    let mut applied = Town::new();
    let fresh = applied.applied(ALICE, "map");
    let nothing = AssetId(Digest::ZERO);
    let nowhere = ListingId(Digest::ZERO);
    let edited = |change: fn(&mut Asset)| {
        let mut town = town.clone();
        let mut asset = town.get::<Assets>(&map).expect("the map is there");
        change(&mut asset);
        town.edit(|draft| draft.put::<Assets>(&map, &asset));
        town
    };
    let after = |name: &str, action: Action| {
        let mut town = town.clone();
        town.must(name, action);
        town
    };
    let exclusive = {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let listing = town.list(ALICE, offer(map, vec![terms(PRICE, Supply::Exclusive)]));
        town.must(BOB, buy(listing, 0));
        town
    };
    let paused = after(ALICE, Action::PauseListing { listing });
    let ended = after(ALICE, Action::EndListing { listing });
    let now = town.now();
    let limited = Supply::Limited;
    let duty = |policy: &mut Policy| policy.duties = Duties::NONE;
    let (bounded, clean) = derived(|policy| policy.duties = Duties::ALL);
    #[rustfmt::skip]
    let rows = vec![
        ("a plan", town.clone(), ALICE, listing_with(map, |_, _, _| {}), "ok"),
        ("the most plans", town.clone(), ALICE, listing_with(map, |_, _, plans| plans.resize(8, plans[0].clone())), "ok"),
        ("for one alone", town.clone(), ALICE, listing_with(map, |_, _, plans| plans[0].supply = Supply::Exclusive), "ok"),
        ("for nothing", town.clone(), ALICE, offer_free(map), "ok"),
        ("by a registrar", town.clone(), REGISTRY, listing_with(map, |_, _, plans| plans.clear()), "RoleMissing"),
        ("no plan", town.clone(), ALICE, listing_with(nothing, |_, _, plans| plans.clear()), "PlansUnfit"),
        ("nine plans", town.clone(), ALICE, listing_with(map, |_, _, plans| plans.resize(9, plans[0].clone())), "PlansUnfit"),
        ("open for money", town.clone(), ALICE, listing_with(map, |_, kind, _| *kind = ListingKind::Open), "PriceUnfit"),
        ("fixed for nothing", town.clone(), ALICE, listing_with(map, |_, _, plans| plans[0].price = Amount::ZERO), "PriceUnfit"),
        ("the second plan for nothing", town.clone(), ALICE, listing_with(map, |_, _, plans| plans.push(terms(Amount::ZERO, limited(1)))), "PriceUnfit"),
        ("open and limited", town.clone(), ALICE, listing_with(map, |_, kind, plans| (*kind, *plans) = (ListingKind::Open, vec![terms(Amount::ZERO, limited(1))])), "SupplyUnfit"),
        ("open and exclusive", town.clone(), ALICE, listing_with(map, |_, kind, plans| (*kind, *plans) = (ListingKind::Open, vec![terms(Amount::ZERO, Supply::Exclusive)])), "SupplyUnfit"),
        ("limited to none", town.clone(), ALICE, listing_with(map, |_, _, plans| plans[0].supply = limited(0)), "SupplyUnfit"),
        ("exclusive beside another", town.clone(), ALICE, listing_with(map, |_, _, plans| plans.push(terms(PRICE, Supply::Exclusive))), "ExclusiveNotAlone"),
        ("no action", town.clone(), ALICE, policy_with(map, |policy| policy.actions = Actions::NONE), "PolicyMalformed"),
        ("no purpose", town.clone(), ALICE, policy_with(map, |policy| policy.purposes = Purposes::NONE), "PolicyMalformed"),
        ("sectors out of order", town.clone(), ALICE, policy_with(map, |policy| policy.sectors = Scope::Only(vec![text("b"), text("a")])), "PolicyMalformed"),
        ("a region twice", town.clone(), ALICE, policy_with(map, |policy| policy.regions = Scope::Only(vec![text("CN"), text("CN")])), "PolicyMalformed"),
        ("a recipient twice", town.clone(), ALICE, policy_with(map, |policy| policy.recipients = Scope::Only(vec![id_of(BOB), id_of(BOB)])), "PolicyMalformed"),
        ("never used", town.clone(), ALICE, policy_with(map, |policy| policy.max_uses = Some(0)), "PolicyMalformed"),
        ("no time", town.clone(), ALICE, policy_with(map, |policy| policy.duration = Some(Duration(0))), "PolicyMalformed"),
        ("the highest royalty", town.clone(), ALICE, policy_with(map, |policy| policy.royalty.0 = 9_000), "ok"),
        ("a royalty above", town.clone(), ALICE, policy_with(map, |policy| policy.royalty.0 = 9_001), "PolicyMalformed"),
        ("ends now", town.clone(), ALICE, until(nothing, now), "UntilPast"),
        ("ends next", town.clone(), ALICE, until(map, now.after(Duration(1))), "ok"),
        ("of nothing", town.clone(), ALICE, listing_with(nothing, |_, _, _| {}), "UnknownAsset"),
        ("of another's", town.clone(), BOB, listing_with(map, |_, _, _| {}), "NotHolder"),
        ("of what one holds, not operates", edited(|asset| asset.lines[2].holder = id_of(BOB)), ALICE, listing_with(map, |_, _, _| {}), "NotHolder"),
        ("of what one operates, not holds", edited(|asset| asset.lines[2].holder = id_of(BOB)), BOB, listing_with(map, |_, _, _| {}), "ok"),
        ("under notice", applied, ALICE, listing_with(fresh, |_, _, _| {}), "WrongRegistration"),
        ("objected to", edited(|asset| asset.open_objections = 1), ALICE, listing_with(map, |_, _, _| {}), "ObjectionsOpen"),
        ("of no version", town.clone(), ALICE, listing_with(map, |version, _, _| *version = 2), "UnknownVersion"),
        ("of version 0", town.clone(), ALICE, listing_with(map, |version, _, _| *version = 0), "UnknownVersion"),
        ("promised to one alone", exclusive, ALICE, listing_with(map, |_, _, _| {}), "ExclusivelyGiven"),
        ("derived, with the duties", bounded.clone(), BOB, policy_with(clean, |policy| policy.duties = Duties::ALL), "ok"),
        ("derived, without the duties", bounded.clone(), BOB, policy_with(clean, duty), "PolicyTooWide"),
        ("pause no listing", town.clone(), ALICE, Action::PauseListing { listing: nowhere }, "UnknownListing"),
        ("resume no listing", town.clone(), ALICE, Action::ResumeListing { listing: nowhere }, "UnknownListing"),
        ("end no listing", town.clone(), ALICE, Action::EndListing { listing: nowhere }, "UnknownListing"),
        ("pause another's", town.clone(), BOB, Action::PauseListing { listing }, "NotSeller"),
        ("resume another's", paused.clone(), BOB, Action::ResumeListing { listing }, "NotSeller"),
        ("end another's", town.clone(), BOB, Action::EndListing { listing }, "NotSeller"),
        ("pause", town.clone(), ALICE, Action::PauseListing { listing }, "ok"),
        ("pause again", paused.clone(), ALICE, Action::PauseListing { listing }, "WrongListingStatus"),
        ("pause what ended", ended.clone(), ALICE, Action::PauseListing { listing }, "WrongListingStatus"),
        ("resume", paused.clone(), ALICE, Action::ResumeListing { listing }, "ok"),
        ("resume what runs", town.clone(), ALICE, Action::ResumeListing { listing }, "WrongListingStatus"),
        ("resume what ended", ended.clone(), ALICE, Action::ResumeListing { listing }, "WrongListingStatus"),
        ("end what rests", paused.clone(), ALICE, Action::EndListing { listing }, "ok"),
        ("end what ended", ended.clone(), ALICE, Action::EndListing { listing }, "WrongListingStatus"),
        ("order what rests", paused, BOB, buy(listing, 0), "WrongListingStatus"),
        ("order what ended", ended, BOB, buy(listing, 0), "WrongListingStatus"),
    ];
    rows
}

/// A town in which Bob has cleaned Alice's map under a licence, and the clean map.
pub fn derived(change: impl FnOnce(&mut Policy)) -> (Town, AssetId) {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let mut policy = free_policy();
    change(&mut policy);
    let listing = town.list(ALICE, offer(map, vec![Terms { policy, ..terms(PRICE, Supply::Unlimited) }]));
    let order = town.sell(ALICE, BOB, buy(listing, 0));
    let licence = Some(yaosu_ledger::LicenceId::created_by(order));
    let parent = Parent { asset: map, version: 1, licence, activity: Activity::Clean, recipe: None };
    let clean = Action::RegisterAsset {
        description: description("clean map"),
        rights: SELF_PRODUCED,
        content: content("clean map"),
        parents: vec![parent],
    };
    let clean = AssetId::created_by(town.must(BOB, clean));
    town.grant(clean);
    (town, clean)
}

/// What [`buy`] asks for on plan 0, changed.
fn order_with(listing: ListingId, change: impl FnOnce(&mut Action)) -> Action {
    let mut action = buy(listing, 0);
    change(&mut action);
    action
}

macro_rules! with {
    ($listing:expr, $field:ident = $value:expr) => {
        order_with($listing, |action| {
            if let Action::PlaceOrder { $field, .. } = action {
                *$field = $value;
            }
        })
    };
}

fn placing_rows() -> Vec<Row> {
    let Market { town, map, listing } = Market::new();
    let nowhere = ListingId(Digest::ZERO);
    let edited = |change: &dyn Fn(&mut Draft<'_, State>)| {
        let mut town = town.clone();
        town.edit(change);
        town
    };
    let with_asset = |change: fn(&mut Asset)| {
        edited(&|draft| {
            let mut asset = draft.get::<Assets>(&map).expect("the map is there");
            change(&mut asset);
            draft.put::<Assets>(&map, &asset);
        })
    };
    let counted = |live_licences, open_orders| {
        let trade = Trade { live_licences, open_orders, exclusive: None };
        edited(&|draft| draft.put::<Trades>(&map, &trade))
    };
    let mut suspended = town.clone();
    suspended.must(EXCHANGE, standing(ALICE, ParticipantStatus::Suspended));
    suspended.pass(genesis().rule_pack.enactment_delay);
    let mut over = town.clone();
    let short = over.list(ALICE, until(map, over.now().after(Duration(5))));
    // As if that block had too much to do to end the listing.
    over.block.time = over.block.time.after(Duration(5));
    let mut taken = town.clone();
    taken.must(BOB, buy(listing, 1));
    let mut narrow = town.clone();
    let only_welfare =
        narrow.list(ALICE, policy_with(map, |policy| policy.purposes = Purposes::NONE.with(Purpose::Welfare)));
    let mut alone = town.clone();
    let exclusive = alone.list(ALICE, offer(map, vec![terms(PRICE, Supply::Exclusive)]));
    let mut given = alone.clone();
    given.must(BOB, buy(exclusive, 0));
    let mut shared = alone.clone();
    shared.must(BOB, buy(listing, 0));
    let mut licensed = alone.clone();
    licensed.sell(ALICE, BOB, buy(listing, 0));
    let mut poor = town.clone();
    poor.must(BOB, Action::Pay { to: id_of(CAROL), amount: Amount(BALANCE.0 - PRICE.0 + 1), memo: text("") });
    #[rustfmt::skip]
    let rows = vec![
        ("a trader", town.clone(), BOB, buy(listing, 0), "ok"),
        ("a public authority", town.clone(), CITY, buy(listing, 0), "ok"),
        ("a bank", town.clone(), BANK, with!(listing, scenario = Digest::ZERO), "RoleMissing"),
        ("no scenario", town.clone(), BOB, with!(nowhere, scenario = Digest::ZERO), "ScenarioMissing"),
        ("no listing", town.clone(), BOB, buy(nowhere, 0), "UnknownListing"),
        ("at its end", over, BOB, buy(short, 0), "ListingOver"),
        ("seller has sold the right", with_asset(|asset| asset.lines[2].holder = id_of(CAROL)), BOB, buy(listing, 0), "ListingStale"),
        ("seller is suspended", suspended, BOB, buy(listing, 0), "ListingStale"),
        ("out of the register", with_asset(|asset| asset.registration = Registration::Cancelled { by: id_of(REGISTRY), reason: text("wrong") }), BOB, buy(listing, 0), "WrongRegistration"),
        ("no such plan", town.clone(), BOB, buy(listing, 2), "UnknownPlan"),
        ("another version", town.clone(), BOB, with!(listing, version = 2), "VersionOther"),
        ("too dear", town.clone(), BOB, with!(listing, max_price = Amount(PRICE.0 - 1)), "PriceAboveLimit"),
        ("another purpose", narrow, BOB, buy(only_welfare, 0), "PurposeForbidden"),
        ("from oneself", town.clone(), ALICE, buy(listing, 0), "SellerBuys"),
        ("with the seller's money", town.clone(), BOB, with!(listing, payer = Some(id_of(ALICE))), "SellerBuys"),
        ("for the seller", town.clone(), BOB, with!(listing, licensee = Some(id_of(ALICE))), "SellerBuys"),
        ("for a bank", town.clone(), BOB, with!(listing, licensee = Some(id_of(BANK))), "LicenseeUnfit"),
        ("with a bank's money", town.clone(), BOB, with!(listing, payer = Some(id_of(BANK))), "ok"),
        ("after the last one", taken.clone(), CAROL, buy(listing, 1), "SoldOut"),
        ("of the other plan", taken, CAROL, buy(listing, 0), "ok"),
        ("more than can be counted", counted(u32::MAX - 1, 1), BOB, buy(listing, 0), "SoldOut"),
        ("as many as can be counted", counted(u32::MAX - 2, 1), BOB, buy(listing, 0), "ok"),
        ("given to one alone", given.clone(), CAROL, buy(listing, 0), "ExclusiveTaken"),
        ("given to one alone, again", given, CAROL, buy(exclusive, 0), "ExclusiveTaken"),
        ("alone beside an order", shared, CAROL, buy(exclusive, 0), "NotExclusive"),
        ("alone beside a licence", licensed, CAROL, buy(exclusive, 0), "NotExclusive"),
        ("alone", alone, CAROL, buy(exclusive, 0), "ok"),
        ("too poor", poor.clone(), BOB, buy(listing, 0), "FundsShort"),
        ("with another's money", poor, BOB, with!(listing, payer = Some(id_of(CAROL))), "ok"),
    ];
    rows
}

/// Goal: each rule is named by one row at least, and an earlier rule hides a later one.
/// Method: every row asks a town of its own; only the answer's name is compared.
#[test]
fn each_rule_has_its_row() {
    let rows = [listing_rows(), placing_rows()].concat();
    let mut seen = BTreeSet::new();
    for (case, town, signer, action, answer) in rows {
        assert_eq!(town.answer(signer, action), answer, "{case}");
        seen.insert(answer);
    }
    let rules = Rejection::ALL.iter().filter(|(number, ..)| (401..421).contains(number) || (501..513).contains(number));
    let missing: Vec<_> = rules.filter(|(_, name, ..)| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "rules without a row: {missing:?}");
}
