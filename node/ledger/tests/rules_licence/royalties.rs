//! Royalties along lineage: any graph by a property, the money of a sale by a story.

use std::cell::Cell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use yaosu_ledger::event::Event;
use yaosu_ledger::rules::{Share, split_royalties};
use yaosu_ledger::state::{Accounts, Assets, Bytes, Derivations, Parked, Reader, State, Supplies, Table, Versions};
use yaosu_ledger::{Amount, Height, ListingId, OrderId};

use super::*;

/// A version made from earlier ones: by which licence, if any, and at which rate.
type Graph = Vec<Vec<(usize, Option<u16>)>>;

/// Up to eight versions, each made from some before it; few heights, so that some versions share one.
fn any_graph() -> impl Strategy<Value = Graph> {
    let edge = (any::<prop::sample::Index>(), prop::option::weighted(0.8, 0_u16..1_500));
    vec(vec(edge, 0..4), 1..8).prop_map(|versions| {
        let versions = versions.into_iter().enumerate();
        versions
            .map(|(child, edges)| {
                let edges = edges.into_iter().filter(|_| child > 0);
                let edges: BTreeMap<usize, Option<u16>> =
                    edges.map(|(parent, rate)| (parent.index(child), rate)).collect();
                edges.into_iter().collect()
            })
            .collect()
    })
}

fn name(version: usize) -> AssetId {
    AssetId(digest(&format!("version {version}")))
}

/// Writes the graph as records, in this order.
fn build(graph: &Graph, order: &[usize]) -> Town {
    let mut town = Town::new();
    let asset = town.registered(ALICE, "map");
    let (asset, version) =
        (town.get::<Assets>(&asset).expect("it is there"), town.get::<Versions>(&(asset, 1)).expect("it is there"));
    town.edit(|draft| {
        for &child in order {
            let mut asset = asset.clone();
            asset.lines[Line::Operate as usize].holder = id_of([ALICE, BOB, CAROL, CITY][child % 4]);
            draft.put::<Assets>(&name(child), &asset);
            let height = Height(u64::try_from(child).expect("few"));
            draft.put::<Versions>(&(name(child), 1), &Version { height, ..version.clone() });
            for (parent, rate) in &graph[child] {
                let licence = rate.map(|_| LicenceId(digest(&format!("{child} from {parent}"))));
                let royalty = BasisPoints(rate.unwrap_or(0));
                let edge = Derivation { licence, activity: Activity::Clean, recipe: None, royalty };
                draft.put::<Derivations>(&(name(child), 1, name(*parent), 1), &edge);
            }
        }
    });
    town
}

/// The edges that money goes along: what has no licence hands on what it owes itself.
fn owed(graph: &Graph, child: usize) -> BTreeMap<(usize, usize), u16> {
    let mut owed = BTreeMap::new();
    for (parent, rate) in &graph[child] {
        match rate {
            Some(rate) => drop(owed.insert((child, *parent), *rate)),
            None => owed.extend(self::owed(graph, *parent)),
        }
    }
    owed
}

/// What a version receives of a sale of the last one: from each that was made from it, by its share of what that receives.
fn received(graph: &Graph, version: usize, pot: u64) -> u64 {
    if version + 1 == graph.len() {
        return pot;
    }
    let shares = (version + 1..graph.len()).map(|child| {
        let total = received(graph, child, pot);
        owed(graph, child)
            .iter()
            .filter(|((_, parent), _)| *parent == version)
            .map(|(_, rate)| u64::try_from(u128::from(total) * u128::from(*rate) / 10_000).expect("a share"))
            .sum::<u64>()
    });
    shares.sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariant 5. For any graph and pot: everyone gets what the definition says, whatever order the graph was written
    /// in, and all parts add up to the pot.
    #[test]
    fn royalties_follow_the_graph(
        graph in any_graph(),
        pot in prop_oneof![0_u64..100_000, Just(u64::MAX)],
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let heavy = |child| owed(&graph, child).values().map(|rate| u32::from(*rate)).sum::<u32>() > 9_000;
        prop_assume!(!(0..graph.len()).any(heavy));
        let sold = graph.len() - 1;
        let straight: Vec<usize> = (0..graph.len()).collect();
        let shuffled: Vec<usize> = order.into_iter().filter(|version| *version < graph.len()).collect();
        let town = build(&graph, &shuffled);
        let found = split_royalties(&town.state, name(sold), 1, Amount(pot));
        prop_assert_eq!(&found, &split_royalties(&build(&graph, &straight).state, name(sold), 1, Amount(pot)));

        let mut sum = u128::from(found.rest.0);
        let mut amounts: BTreeMap<AssetId, u64> = BTreeMap::new();
        for Share { asset, amount, .. } in &found.upstream {
            sum += u128::from(amount.0);
            prop_assert!(amounts.insert(*asset, amount.0).is_none(), "each version is visited once");
        }
        prop_assert_eq!(sum, u128::from(pot));
        for version in 0..graph.len() {
            let total = received(&graph, version, pot);
            let passed_on: u64 = owed(&graph, version)
                .values()
                .map(|rate| u64::try_from(u128::from(total) * u128::from(*rate) / 10_000).expect("a share"))
                .sum();
            let kept = if version == sold { found.rest.0 } else { amounts.get(&name(version)).copied().unwrap_or(0) };
            prop_assert_eq!(kept, total - passed_on, "version {}", version);
        }
    }
}

/// A town in which Carol offers the report, made from Bob's clean map for a tenth, made from Alice's map for a fifth.
fn chain() -> (Town, [AssetId; 3], ListingId) {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let licence = town.license(map, 1, BOB, royalty(2_000));
    let clean = derive(&mut town, BOB, "clean", &[(map, Some(licence))]);
    let licence = town.license(clean, 1, CAROL, royalty(1_000));
    let report = derive(&mut town, CAROL, "report", &[(clean, Some(licence))]);
    let terms = Terms {
        price: Amount(10_001),
        policy: free_policy(),
        supply: Supply::Unlimited,
        form: PlanForm::OneOff,
        bond: Amount(10_001),
    };
    let offer =
        Action::CreateListing { asset: report, version: 1, kind: ListingKind::Fixed, plans: vec![terms], until: None };
    let listing = ListingId::created_by(town.must(CAROL, offer));
    (town, [map, clean, report], listing)
}

/// The City buys the report.
fn sell(town: &mut Town, listing: ListingId) -> Vec<Event> {
    let order = Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: Amount(10_001),
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("scenario"),
    };
    let order = OrderId::created_by(town.must(CITY, order));
    town.must(CAROL, deliver(order));
    town.must(CITY, acknowledge(order));
    town.must(CAROL, reveal(order));
    town.pass(genesis().rule_pack.settlement_window)
}

fn gain(town: &Town, name: &str) -> i64 {
    let available = town.get::<Accounts>(&id_of(name)).unwrap_or_default().available.0;
    i64::try_from(available).expect("the town is not rich") - i64::try_from(BALANCE.0).expect("nor was it")
}

/// Issued less redeemed is all that is on accounts and all that waits.
fn check_supply(town: &Town) {
    let accounts = town.state.scan::<Accounts>(&(), usize::MAX);
    let accounts: u64 = accounts.iter().map(|(_, account)| account.available.0 + account.held.0).sum();
    let parked: u64 = town.state.scan::<Parked>(&(), usize::MAX).iter().map(|(_, amount)| amount.0).sum();
    let supply = town.get::<Supplies>(&()).expect("money was issued");
    assert_eq!(supply.issued.0 - supply.redeemed.0, accounts + parked);
}

fn standing(town: &mut Town, name: &str, status: ParticipantStatus) {
    town.must(EXCHANGE, Action::Propose { measure: Measure::SetStatus { participant: id_of(name), status } });
    town.pass(genesis().rule_pack.enactment_delay);
}

/// Goal: two levels of royalties arrive in the settlement, add up to the price, and are what the preview says.
#[test]
fn a_sale_pays_its_lineage() {
    let (mut town, [map, clean, report], listing) = chain();
    let (price, fee) = (10_001, 100);
    let preview = split_royalties(&town.state, report, 1, Amount(price - fee));
    let events = sell(&mut town, listing);
    // A tenth of 9 901 is 990 to the clean map, a fifth of that is 198 to the map.
    assert_eq!((gain(&town, CAROL), gain(&town, BOB), gain(&town, ALICE)), (8_911, 792, 198));
    assert_eq!((gain(&town, EXCHANGE), gain(&town, CITY)), (100, -10_001));
    let paid = |asset, name, amount| Event::RoyaltyPaid {
        sold: report,
        asset,
        version: 1,
        holder: id_of(name),
        amount: Amount(amount),
    };
    assert_eq!(events[..2], [paid(clean, BOB, 792), paid(map, ALICE, 198)]);
    assert_eq!(preview.rest, Amount(8_911));
    let told: Vec<_> = preview.upstream.iter().map(|share| (share.asset, share.amount.0, share.parked)).collect();
    assert_eq!(told, [(clean, 792, false), (map, 198, false)]);
    check_supply(&town);
}

/// Goal: what somebody can't receive waits at the asset, and goes to who may trade it then.
#[test]
fn royalties_wait_for_who_can_receive_them() {
    let (mut town, [map, clean, _], listing) = chain();
    standing(&mut town, ALICE, ParticipantStatus::Suspended);
    for total in [198, 396] {
        let events = sell(&mut town, listing);
        assert!(events.iter().any(|event| matches!(event, Event::RoyaltyParked { amount: Amount(198), .. })));
        assert_eq!(town.get::<Parked>(&map), Some(Amount(total)));
        assert_eq!(gain(&town, ALICE), 0);
        check_supply(&town);
    }
    assert_eq!(gain(&town, BOB), 2 * 792, "the others are paid as ever");
    let release = Action::ReleaseParked { asset: map };
    assert_eq!(town.answer(ALICE, release.clone()), "SignerNotActive");
    assert_eq!(town.answer(BOB, release.clone()), "NotHolder");
    standing(&mut town, ALICE, ParticipantStatus::Active);
    let mut sold = town.clone();
    town.must(ALICE, release.clone());
    assert_eq!((gain(&town, ALICE), town.get::<Parked>(&map)), (396, None));
    assert_eq!(town.answer(ALICE, release.clone()), "NothingParked");
    check_supply(&town);
    sold.must(ALICE, Action::TransferRight { asset: map, line: Line::Operate, to: id_of(CITY), evidence: None });
    assert_eq!(sold.answer(ALICE, release.clone()), "NotHolder");
    sold.must(CITY, release);
    assert_eq!(gain(&sold, CITY), 396 - 2 * 10_001);
    assert_eq!(town.get::<Parked>(&clean), None);
}

/// Goal: a copy in between is no way around a royalty, neither of one's own nor of many.
#[test]
fn what_is_made_of_ones_own_owes_what_that_owes() {
    let (mut town, [map, clean, _], _) = chain();
    let copy = derive(&mut town, BOB, "copy", &[(clean, None)]);
    let found = split_royalties(&town.state, copy, 1, Amount(1_000));
    assert_eq!((found.rest, found.upstream.len()), (Amount(800), 1));
    assert_eq!((found.upstream[0].asset, found.upstream[0].amount), (map, Amount(200)));
    // Two ways to one licence owe it once; another licence of the same map is owed beside it.
    let both = derive(&mut town, BOB, "both", &[(clean, None), (copy, None)]);
    assert_eq!(split_royalties(&town.state, both, 1, Amount(1_000)).rest, Amount(800));
    let dear = town.license(map, 1, BOB, royalty(7_000));
    let more = derive(&mut town, BOB, "more", &[(map, Some(dear)), (copy, None)]);
    assert_eq!(split_royalties(&town.state, more, 1, Amount(1_000)).rest, Amount(100));
    let dearer = town.license(map, 1, BOB, royalty(7_001));
    let parents = [(map, Some(dearer)), (copy, None)];
    assert_eq!(town.answer(BOB, derived("too much", &parents)), "RoyaltiesTooHigh");
}

/// A state that counts how often a table is looked through.
struct Counting<'a> {
    state: &'a State,
    scans: Cell<usize>,
}

impl Reader for Counting<'_> {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        self.state.bytes(key)
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        if prefix[0] == Derivations::NUMBER {
            self.scans.set(self.scans.get() + 1);
        }
        self.state.scan_bytes(prefix, start, limit)
    }
}

/// Goal: what a sale costs is bounded by one walk upstream, however many versions owe through the same ones.
/// Method: thirty versions, each made under a licence of the one before and from a pool of thirty more without one, which
/// are made from each other.
#[test]
fn each_version_upstream_is_looked_at_once() {
    let pool = (0..30).map(|child: usize| (child.saturating_sub(3)..child).map(|parent| (parent, None)).collect());
    let licensed = (30..60).map(|child| {
        let above = (child > 30).then_some((child - 1, Some(100)));
        (27..30).map(|own| (own, None)).chain(above).collect()
    });
    let graph: Graph = pool.chain(licensed).collect();
    let town = build(&graph, &(0..graph.len()).collect::<Vec<usize>>());
    let counting = Counting { state: &town.state, scans: Cell::new(0) };
    let found = split_royalties(&counting, name(59), 1, Amount(u64::MAX));
    assert_eq!((found.upstream.len(), counting.scans.get()), (9, 60));
}
