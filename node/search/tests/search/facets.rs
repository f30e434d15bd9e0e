//! Goal: filters, counts, order and pages are those that a look at every record gives.

use std::collections::BTreeMap;

use yaosu_ledger::model::*;
use yaosu_ledger::rules::on_offer;
use yaosu_ledger::state::{Assets, Reader as _, State};
use yaosu_ledger::{Amount, AssetId};
use yaosu_search::{Counts, Facet, Filters, Request, Sort, openness_name};

use crate::market::{Market, description, party, put_asset, put_listing};
use crate::support::{Town, everything, search};

const ASSETS: u64 = 300;

/// A draw that is the same each time.
fn draw<T: Copy>(seed: u64, of: &[T]) -> T {
    let digest = crate::market::digest(seed.wrapping_add(1 << 40));
    of[usize::from(digest.as_bytes()[0]) % of.len()]
}

/// Assets of all sorts, some of them on offer in some ways.
fn bazaar() -> Town {
    let mut market = Market::default();
    market.enrol("alice");
    market.enrol("bob");
    market.change(|records| {
        for number in 1..=ASSETS {
            let seed = number * 100;
            let title = draw(seed, &["Daily rain", "每日降雨数据", "Bus rides", "公交刷卡"]);
            let mut about = description(title, &[draw(seed + 1, &["rain", "公交"])], "something");
            about.kind = draw(seed + 2, AssetKind::ALL);
            about.source_class = draw(seed + 3, SourceClass::ALL);
            about.grade = draw(seed + 4, Grade::ALL);
            about.sector = crate::market::text(draw(seed + 5, &["transport", "meteorology", "能源", ""]));
            if about.source_class == SourceClass::Public {
                about.openness = Openness::Conditional { terms: crate::market::text("ask") };
            }
            let owner = draw(seed + 6, &["alice", "bob"]);
            put_asset(records, number, owner, about);
            for (place, kind) in (0_u64..).zip(ListingKind::ALL) {
                if draw(seed + 10 + place, &[true, false, false]) {
                    let price = 100 * u64::from(draw(seed + 20 + place, &[1_u8, 2, 5, 9]));
                    let price = match kind {
                        ListingKind::Open => Some(0),
                        ListingKind::Negotiated => Some(price).filter(|_| draw(seed + 30, &[true, false])),
                        _ => Some(price),
                    };
                    put_listing(records, seed + place, number, owner, *kind, price);
                }
            }
        }
    });
    for number in (7..=ASSETS).step_by(11) {
        market.change_asset(number, |asset| {
            asset.registration = Registration::Refused { reason: crate::market::text("no") };
        });
    }
    Town::of(market)
}

/// What a look at a record says.
struct Looked {
    id: AssetId,
    created: u64,
    single: [&'static str; 5],
    sector: String,
    offers: Vec<(ListingKind, Option<u64>)>,
    has_rain: bool,
    is_alices: bool,
}

fn look(state: &State) -> Vec<Looked> {
    let assets = state.scan::<Assets>(&(), usize::MAX);
    let look = |(id, asset): (AssetId, Asset)| {
        let about = &asset.description;
        let offers = on_offer(state, id, &asset).into_iter().map(|(_, listing)| {
            let plans = listing.plans.iter().map(|plan| plan.terms.price.0);
            (listing.kind, plans.chain(listing.right.map(|right| right.price.0)).min())
        });
        let words = format!("{} {}", about.title, about.keywords[0]);
        Looked {
            id,
            created: asset.created.0,
            single: [
                about.kind.name(),
                about.source_class.name(),
                about.grade.name(),
                openness_name(&about.openness),
                asset.registration.name(),
            ],
            sector: about.sector.to_string(),
            offers: offers.collect(),
            has_rain: words.to_lowercase().contains("rain") || words.contains("降雨"),
            is_alices: asset.lines[0].holder == party("alice"),
        }
    };
    assets.into_iter().map(look).collect()
}

impl Looked {
    /// Kinds of listings within the price.
    fn kinds(&self, filters: &Filters) -> Vec<ListingKind> {
        let fits = |price: Option<u64>| filters.price_max.is_none_or(|max| price.is_some_and(|price| price <= max.0));
        self.offers.iter().filter(|(_, price)| fits(*price)).map(|(kind, _)| *kind).collect()
    }

    /// Whether it matches everything but the filter of a facet.
    fn matches(&self, request: &Request, but: Option<Facet>) -> bool {
        let filters = &request.filters;
        let kinds = self.kinds(filters);
        let single = Facet::ALL.iter().zip(self.single).zip(filters.values);
        let fits = single
            .filter(|((facet, _), _)| but != Some(**facet))
            .all(|((facet, value), wish)| wish.is_none() || wish == facet.number(value));
        let wish = filters.values[5].filter(|_| but != Some(Facet::ListingKind));
        let fits_kind = wish.is_none_or(|wish| kinds.iter().any(|kind| *kind as u8 == wish));
        let sector = filters.sector.as_ref().filter(|_| but != Some(Facet::Sector));
        fits && fits_kind
            && sector.is_none_or(|wish| *wish == self.sector)
            && (!filters.offered || !self.offers.is_empty())
            && (filters.price_max.is_none() || !kinds.is_empty())
            && (filters.holder.is_none() || self.is_alices)
            && (request.text.is_empty() || self.has_rain)
    }

    fn price(&self, filters: &Filters) -> Option<u64> {
        let kinds = self.kinds(filters);
        let wished = |kind: ListingKind| filters.values[5].is_none_or(|wish| kind as u8 == wish);
        self.offers
            .iter()
            .filter(|(kind, _)| kinds.contains(kind) && wished(*kind))
            .filter_map(|(_, price)| *price)
            .min()
    }
}

fn counted(all: &[Looked], request: &Request) -> BTreeMap<Facet, Counts> {
    let mut facets: BTreeMap<Facet, Counts> = Facet::ALL.iter().map(|facet| (*facet, Counts::new())).collect();
    for facet in Facet::ALL {
        for item in all.iter().filter(|item| item.matches(request, Some(facet))) {
            let values: Vec<String> = match facet {
                Facet::Sector => vec![item.sector.clone()],
                Facet::ListingKind => item.kinds(&request.filters).iter().map(|kind| kind.name().to_owned()).collect(),
                single => vec![item.single[single as usize].to_owned()],
            };
            for value in values.into_iter().filter(|value| !value.is_empty()) {
                *facets.entry(facet).or_default().entry(value).or_default() += 1;
            }
        }
    }
    facets
}

/// All mixes of a few values of each filter.
fn requests() -> Vec<Request> {
    let mut requests = Vec::new();
    for mix in 0..512_u32 {
        let on = |bit: u32| mix & 1 << bit != 0;
        let mut filters = Filters::default();
        filters.values[0] = on(0).then_some(1);
        filters.values[1] = on(1).then_some(0);
        filters.values[2] = on(2).then_some(2);
        filters.values[3] = (on(1) && on(2)).then_some(2);
        filters.values[4] = on(3).then_some(1);
        filters.values[5] = on(4).then_some(if on(0) { 1 } else { 2 });
        filters.sector = on(5).then(|| if on(3) { "能源".into() } else { "meteorology".into() });
        filters.holder = on(6).then(|| party("alice"));
        filters.offered = on(7);
        filters.price_max = on(8).then_some(Amount(200));
        let text = if on(0) == on(5) { "rain".to_owned() } else { String::new() };
        requests.push(Request { text, filters, ..everything() });
    }
    requests
}

#[test]
fn counts_and_results_are_those_of_a_look_at_every_record() {
    let town = bazaar();
    let all = look(town.market.state());
    for request in requests() {
        let found = search(&town.index.snapshot(), &request);
        let mut expected: Vec<AssetId> =
            all.iter().filter(|item| item.matches(&request, None)).map(|item| item.id).collect();
        let mut items = found.items.clone();
        expected.sort_unstable();
        items.sort_unstable();
        assert_eq!(items, expected, "{request:?}");
        assert_eq!(found.total, u64::try_from(expected.len()).expect("few"), "{request:?}");
        assert_eq!(found.facets, counted(&all, &request), "{request:?}");
    }
}

#[test]
fn orders_are_those_asked_for() {
    let town = bazaar();
    let all = look(town.market.state());
    for request in requests() {
        let mut expected: Vec<&Looked> = all.iter().filter(|item| item.matches(&request, None)).collect();
        expected.sort_by_key(|item| (std::cmp::Reverse(item.created), item.id));
        let ids = |items: &[&Looked]| items.iter().map(|item| item.id).collect::<Vec<_>>();
        let newest = search(&town.index.snapshot(), &Request { sort: Sort::Newest, ..request.clone() });
        assert_eq!(newest.items, ids(&expected), "{request:?}");
        expected.sort_by_key(|item| (item.price(&request.filters).unwrap_or(u64::MAX), item.id));
        let cheapest = search(&town.index.snapshot(), &Request { sort: Sort::Price, ..request.clone() });
        assert_eq!(cheapest.items, ids(&expected), "{request:?}");
    }
}

/// Pages put together are the whole, whatever the order.
#[test]
fn pages_neither_repeat_nor_skip() {
    let town = bazaar();
    for (text, sort) in [("rain", Sort::Relevance), ("", Sort::Relevance), ("", Sort::Newest), ("公交", Sort::Price)]
    {
        let request = Request { text: text.into(), sort, ..everything() };
        let whole = search(&town.index.snapshot(), &request);
        assert!(whole.total > 100 && whole.next.is_none());
        let mut pages = Vec::new();
        let mut after = None;
        loop {
            let page = search(&town.index.snapshot(), &Request { limit: 7, after, ..request.clone() });
            assert_eq!((page.total, &page.facets), (whole.total, &whole.facets));
            pages.extend(page.items);
            // As it goes through an address.
            let Some(next) = page.next else { break };
            after = Some(next.to_string().parse().expect("a cursor reads what it writes"));
        }
        assert_eq!(pages, whole.items, "{text:?} by {sort:?}");
    }
}
