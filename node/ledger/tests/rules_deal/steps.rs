//! Steps of a history, and what each asks for.

use proptest::prelude::*;
use proptest::sample::Index;
use yaosu_ledger::ParticipantId;
use yaosu_ledger::state::{Assets, Reader, RulePacks, Table};

use super::*;

/// Few, so that they collide. The first two have an asset each.
pub const NAMES: [&str; 4] = [ALICE, BOB, CAROL, CITY];
/// What may come next.
#[derive(Clone, Debug)]
pub enum Step {
    Pass(Duration),
    List { asset: Index, kind: ListingKind, terms: Terms, until: Option<Duration> },
    OfferRight { asset: Index, line: Line, price: u64 },
    BuyRight { listing: Index, buyer: Index, payer: Option<Index> },
    Pause(Index),
    Resume(Index),
    Close { listing: Index, by_operator: bool },
    Place { listing: Index, buyer: Index, payer: Option<Index> },
    Proceed(Index),
    Reject(Index),
    Open { listing: Index, buyer: Index, payer: Option<Index>, terms: Terms },
    Need { buyer: Index, max_price: u64, until: Duration },
    EndNeed(Index),
    Answer { demand: Index, asset: Index, terms: Terms },
    Counter { deal: Index, in_turn: bool, payer: Option<Index>, terms: Terms },
    Accept { deal: Index, in_turn: bool, other: bool },
    Withdraw { deal: Index, by_buyer: bool },
    Renew { licence: Index, periods: u8 },
    Request { licence: Index, version: Index },
    NewVersion(Index),
    Transfer { asset: Index, line: Line, to: Index },
    SetPack { fee: u16, window: Duration },
    SetStatus(Index, ParticipantStatus),
    Pay { from: Index, to: Index, amount: u64 },
}

fn any_length() -> impl Strategy<Value = Duration> {
    let seconds = prop::sample::select(vec![1_u32, 1, 5, 5, 20, 20, 100, 200, 300, 400, 700]);
    (seconds, prop::sample::select(vec![-1_i64, 0, 1]))
        .prop_map(|(seconds, step)| Duration(Duration::seconds(seconds).0.saturating_add_signed(step)))
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let supply = prop_oneof![4 => Just(Supply::Unlimited), 2 => Just(Supply::Limited(1)), 1 => Just(Supply::Exclusive)];
    let price = prop_oneof![9 => 1_u64..50_000, 1 => 50_000_u64..1_500_000];
    let period = prop::sample::select(vec![1_u32, 400, 2_000, 9_000]).prop_map(Duration::seconds);
    let lasts = prop_oneof![
        2 => Just((None, PlanForm::OneOff)),
        1 => any_length().prop_map(|length| (Some(length), PlanForm::OneOff)),
        3 => period.prop_map(|period| (None, PlanForm::Subscription { period })),
    ];
    (price, supply, lasts).prop_map(|(price, supply, (duration, form))| {
        let mut terms = Terms { supply, form, ..terms(Amount(price)) };
        terms.policy.duration = duration;
        terms
    })
}

/// As they are negotiated, mostly.
fn any_offer() -> impl Strategy<Value = Terms> {
    any_terms().prop_map(|terms| match terms.supply {
        Supply::Limited(_) => Terms { supply: Supply::Unlimited, ..terms },
        _ => terms,
    })
}

/// Any step.
pub fn any_step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let maybe = || prop::option::weighted(0.2, any::<Index>());
    let kind =
        prop::sample::select(vec![ListingKind::Fixed, ListingKind::Fixed, ListingKind::Negotiated, ListingKind::Open]);
    let line = || prop::sample::select(Line::ALL);
    let mostly = || prop::bool::weighted(0.85);
    let status = prop::sample::select(vec![ParticipantStatus::Suspended, ParticipantStatus::Active]);
    let trade = prop_oneof![
        18 => any_length().prop_map(Step::Pass),
        9 => (index(), kind, any_terms(), prop::option::of(any_length()))
            .prop_map(|(asset, kind, terms, until)| Step::List { asset, kind, terms, until }),
        4 => (index(), line(), 1_u64..200_000).prop_map(|(asset, line, price)| Step::OfferRight { asset, line, price }),
        5 => (index(), index(), maybe()).prop_map(|(listing, buyer, payer)| Step::BuyRight { listing, buyer, payer }),
        2 => index().prop_map(Step::Pause),
        2 => index().prop_map(Step::Resume),
        2 => (index(), any::<bool>()).prop_map(|(listing, by_operator)| Step::Close { listing, by_operator }),
        14 => (index(), index(), maybe()).prop_map(|(listing, buyer, payer)| Step::Place { listing, buyer, payer }),
        70 => index().prop_map(Step::Proceed),
        2 => index().prop_map(Step::Reject),
        1 => (index(), line(), index()).prop_map(|(asset, line, to)| Step::Transfer { asset, line, to }),
        6 => (0_u16..3_001, any_length()).prop_map(|(fee, window)| Step::SetPack { fee, window }),
        1 => (index(), status).prop_map(|(whom, status)| Step::SetStatus(whom, status)),
        1 => (index(), index(), 0_u64..300_000).prop_map(|(from, to, amount)| Step::Pay { from, to, amount }),
    ];
    let deal = prop_oneof![
        8 => (index(), index(), maybe(), any_offer())
            .prop_map(|(listing, buyer, payer, terms)| Step::Open { listing, buyer, payer, terms }),
        3 => (index(), 1_u64..60_000, any_length())
            .prop_map(|(buyer, max_price, until)| Step::Need { buyer, max_price, until }),
        1 => index().prop_map(Step::EndNeed),
        6 => (index(), index(), any_offer()).prop_map(|(demand, asset, terms)| Step::Answer { demand, asset, terms }),
        9 => (index(), mostly(), maybe(), any_offer())
            .prop_map(|(deal, in_turn, payer, terms)| Step::Counter { deal, in_turn, payer, terms }),
        12 => (index(), mostly(), prop::bool::weighted(0.1))
            .prop_map(|(deal, in_turn, other)| Step::Accept { deal, in_turn, other }),
        2 => (index(), any::<bool>()).prop_map(|(deal, by_buyer)| Step::Withdraw { deal, by_buyer }),
        9 => (index(), 0_u8..4).prop_map(|(licence, periods)| Step::Renew { licence, periods }),
        24 => (index(), index()).prop_map(|(licence, version)| Step::Request { licence, version }),
        4 => index().prop_map(Step::NewVersion),
    ];
    prop_oneof![6 => trade, 5 => deal]
}

fn name_of(id: ParticipantId) -> &'static str {
    NAMES.into_iter().find(|name| id_of(name) == id).expect("nobody else trades")
}

fn person(index: Index) -> &'static str {
    NAMES[index.index(NAMES.len())]
}

fn pick<K: Copy, V>(entries: &[(K, V)], index: Index, is_fit: impl Fn(&V) -> bool) -> Option<K> {
    let fit: Vec<K> = entries.iter().filter(|(_, record)| is_fit(record)).map(|(key, _)| *key).collect();
    let all: Vec<K> = entries.iter().map(|(key, _)| *key).collect();
    let from = if fit.is_empty() { all } else { fit };
    (!from.is_empty()).then(|| *index.get(&from))
}

/// A record that a step means: mostly one that it fits.
fn meant<T: Table<Key: Copy>>(
    town: &Town,
    index: Index,
    is_fit: impl Fn(&T::Record) -> bool,
) -> Option<(T::Key, T::Record)> {
    let id = pick(&town.state.scan::<T>(&(), usize::MAX), index, is_fit)?;
    Some((id, town.found::<T>(&id)))
}

fn holder(town: &Town, asset: AssetId, line: Line) -> &'static str {
    name_of(town.found::<Assets>(&asset).line(line).holder)
}

fn named(index: Option<Index>) -> Option<ParticipantId> {
    index.map(|index| id_of(person(index)))
}

fn listing(town: &Town, index: Index, status: ListingStatus, kinds: &[ListingKind]) -> Option<(ListingId, Listing)> {
    meant::<Listings>(town, index, |listing| listing.status == status && kinds.contains(&listing.kind))
}

/// What a step asks for, by whoever may ask it. `None` if there is nothing to ask it of.
pub fn action(town: &Town, assets: &[AssetId], step: &Step) -> Option<(&'static str, Action)> {
    listing_action(town, assets, step)
        .or_else(|| order_action(town, step))
        .or_else(|| deal_action(town, assets, step))
        .or_else(|| other_action(town, assets, step))
}

fn listing_action(town: &Town, assets: &[AssetId], step: &Step) -> Option<(&'static str, Action)> {
    use ListingStatus::{Active, Paused};
    Some(match step {
        Step::List { asset, kind, terms, until } => {
            let asset = *asset.get(assets);
            let mut terms = terms.clone();
            if *kind == ListingKind::Open {
                (terms.price, terms.bond) = (Amount::ZERO, Amount::ZERO);
                (terms.supply, terms.form) = (Supply::Unlimited, PlanForm::OneOff);
            }
            let until = until.map(|length| town.now().after(length));
            let create = Action::CreateListing { asset, version: 1, kind: *kind, plans: vec![terms], until };
            (holder(town, asset, Line::Operate), create)
        }
        Step::OfferRight { asset, line, price } => {
            let asset = *asset.get(assets);
            let offered = Action::OfferRight { asset, line: *line, price: Amount(*price), until: None };
            (holder(town, asset, *line), offered)
        }
        Step::BuyRight { listing: index, buyer, payer } => {
            let (listing, _) = listing(town, *index, Active, &[ListingKind::RightSale])?;
            (person(*buyer), Action::BuyRight { listing, max_price: Amount(150_000), payer: named(*payer) })
        }
        Step::Pause(index) => {
            let (id, found) = listing(town, *index, Active, ListingKind::ALL)?;
            (name_of(found.seller), Action::PauseListing { listing: id })
        }
        Step::Resume(index) => {
            let (id, found) = listing(town, *index, Paused, ListingKind::ALL)?;
            (name_of(found.seller), Action::ResumeListing { listing: id })
        }
        Step::Close { listing: index, by_operator } => {
            let (id, found) = listing(town, *index, Active, ListingKind::ALL)?;
            let end = Action::EndListing { listing: id };
            if *by_operator { (EXCHANGE, delist(id)) } else { (name_of(found.seller), end) }
        }
        _ => return None,
    })
}

fn order_action(town: &Town, step: &Step) -> Option<(&'static str, Action)> {
    use OrderStatus::{Acknowledged, Delivered, Placed};
    Some(match step {
        Step::Place { listing: index, buyer, payer } => {
            let kinds = [ListingKind::Fixed, ListingKind::Open];
            let mut action = buy(listing(town, *index, ListingStatus::Active, &kinds)?.0);
            if let Action::PlaceOrder { payer: pays, .. } = &mut action {
                *pays = named(*payer);
            }
            (person(*buyer), action)
        }
        Step::Proceed(index) => {
            let waits = |order: &Order| matches!(order.status, Placed | Delivered | Acknowledged);
            let (order, found) = meant::<Orders>(town, *index, waits)?;
            match found.status {
                Placed => (name_of(found.seller), deliver(order)),
                Delivered => (name_of(found.buyer), acknowledge(order)),
                _ => (name_of(found.seller), reveal(order)),
            }
        }
        Step::Reject(index) => {
            let (order, found) = meant::<Orders>(town, *index, |order| order.status == Delivered)?;
            (name_of(found.buyer), Action::RejectDelivery { order, reason: text("rows are missing") })
        }
        Step::Renew { licence, periods } => {
            let (id, found) = subscribed(town, *licence)?;
            (name_of(found.licensee), renew(id, *periods))
        }
        Step::Request { licence, version } => {
            let (id, found) = subscribed(town, *licence)?;
            let latest = town.found::<Assets>(&found.asset).latest_version;
            // Now and then one that is not there.
            let version = 1 + u32::try_from(version.index(latest as usize + 1)).expect("versions are few");
            (name_of(found.licensee), request(id, version))
        }
        _ => return None,
    })
}

fn subscribed(town: &Town, index: Index) -> Option<(LicenceId, Licence)> {
    meant::<Licences>(town, index, |licence| {
        matches!(licence.versions, VersionScope::From(_)) && licence.status == LicenceStatus::Active
    })
}

fn deal_action(town: &Town, assets: &[AssetId], step: &Step) -> Option<(&'static str, Action)> {
    let deal = |index| meant::<Negotiations>(town, index, |deal| deal.status == NegotiationStatus::Open);
    let need = |index| meant::<Demands>(town, index, |demand| demand.status == DemandStatus::Open);
    let side = |found: &Negotiation, in_turn| if in_turn { found.offered_by.other() } else { found.offered_by };
    Some(match step {
        Step::Open { listing: index, buyer, payer, terms } => {
            let (id, _) = listing(town, *index, ListingStatus::Active, &[ListingKind::Negotiated])?;
            let mut action = open(id, terms.clone());
            if let Action::OpenNegotiation { payer: pays, .. } = &mut action {
                *pays = named(*payer);
            }
            (person(*buyer), action)
        }
        Step::Need { buyer, max_price, until } => {
            let wanted = Wanted { max_price: Amount(*max_price), ..wanted() };
            (person(*buyer), demand(wanted, town.now().after(*until)))
        }
        Step::EndNeed(index) => {
            let (demand, found) = need(*index)?;
            (name_of(found.buyer), Action::EndDemand { demand })
        }
        Step::Answer { demand, asset, terms } => {
            let asset = *asset.get(assets);
            (holder(town, asset, Line::Operate), answer(need(*demand)?.0, asset, terms.clone()))
        }
        Step::Counter { deal: index, in_turn, payer, terms } => {
            let (negotiation, found) = deal(*index)?;
            let side = side(&found, *in_turn);
            let payer = named(*payer).filter(|_| side == Side::Buyer);
            let action = Action::CounterOffer { negotiation, terms: terms.clone(), payer, licensee: None };
            (name_of(found.party(side)), action)
        }
        Step::Accept { deal: index, in_turn, other } => {
            let (negotiation, found) = deal(*index)?;
            let mut terms = found.terms.clone();
            if *other {
                terms.price = Amount(terms.price.0 - 1);
            }
            (name_of(found.party(side(&found, *in_turn))), accept(negotiation, terms))
        }
        Step::Withdraw { deal: index, by_buyer } => {
            let (negotiation, found) = deal(*index)?;
            (name_of(if *by_buyer { found.buyer } else { found.seller }), withdraw(negotiation))
        }
        _ => return None,
    })
}

fn other_action(town: &Town, assets: &[AssetId], step: &Step) -> Option<(&'static str, Action)> {
    Some(match step {
        Step::NewVersion(asset) => {
            let asset = *asset.get(assets);
            let words = format!("{asset} {}", town.found::<Assets>(&asset).latest_version);
            (holder(town, asset, Line::Hold), new_version(asset, &words, Vec::new()))
        }
        Step::Transfer { asset, line, to } => {
            let asset = *asset.get(assets);
            let to = id_of(person(*to));
            (holder(town, asset, *line), Action::TransferRight { asset, line: *line, to, evidence: None })
        }
        Step::SetPack { fee, window } => {
            let now = town.found::<RulePacks>(&());
            let pack = RulePack {
                number: now.number + 1,
                fee: yaosu_ledger::BasisPoints(*fee),
                negotiation_window: *window,
                delivery_window: Duration(window.0.saturating_mul(2)),
                ..now
            };
            (EXCHANGE, Action::Propose { measure: Measure::SetRulePack { pack } })
        }
        Step::SetStatus(whom, status) => (EXCHANGE, standing(person(*whom), *status)),
        Step::Pay { from, to, amount } => {
            (person(*from), Action::Pay { to: id_of(person(*to)), amount: Amount(*amount), memo: text("") })
        }
        _ => return None,
    })
}
