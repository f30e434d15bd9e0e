//! What the rules look through upstream, and that weights pay for it.

use std::cell::Cell;

use yaosu_ledger::state::{Assets, Bytes, Derivations, Reader, State, Table, Versions};
use yaosu_ledger::{BasisPoints, TransactionId, rules};

use super::*;

/// How many versions are upstream of the map.
const ABOVE: usize = 40;

/// The weight of a walk over as many versions as there may be, as the rules' document has it.
const WALK: usize = 300;

/// A state that counts how often somebody asks what a version was made from.
struct Counting<'a> {
    state: &'a State,
    asked: Cell<usize>,
}

impl Reader for Counting<'_> {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        self.state.bytes(key)
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        // What was made from which version, and not by which licence of an asset.
        if prefix.len() == 37 && prefix[0] == Derivations::NUMBER {
            self.asked.set(self.asked.get() + 1);
        }
        self.state.scan_bytes(prefix, start, limit)
    }
}

/// Versions upstream of two versions of the map, each made from the two before it.
fn build(town: &mut Town, map: AssetId) {
    let name = |number: usize| AssetId(digest(&format!("source {number}")));
    let (asset, version) = (town.found::<Assets>(&map), town.found::<Versions>(&(map, 1)));
    let edge = Derivation { licence: None, activity: Activity::Clean, recipe: None, royalty: BasisPoints(0) };
    town.edit(|draft| {
        for child in 0..ABOVE {
            draft.put::<Assets>(&name(child), &asset);
            draft.put::<Versions>(&(name(child), 1), &version);
            for parent in child.saturating_sub(2)..child {
                draft.put::<Derivations>(&(name(child), 1, name(parent), 1), &edge);
            }
        }
        for version in [1, 2] {
            draft.put::<Derivations>(&(map, version, name(ABOVE - 1), 1), &edge);
        }
    });
}

/// Does what must be allowed, and sees that it takes so many walks and that its weight pays for them.
fn walk(town: &mut Town, walks: usize, signer: &str, action: Action) -> TransactionId {
    let (name, weight) = (action.name(), usize::try_from(action.weight()).expect("a small number"));
    let envelope = town.sign(signer, action.clone());
    let counting = Counting { state: &town.state, asked: Cell::new(0) };
    rules::apply(&counting, town.block, &envelope).unwrap_or_else(|rejection| panic!("{signer}: {name}: {rejection}"));
    assert_eq!(counting.asked.get() / ABOVE, walks, "{name}: {} versions", counting.asked.get());
    assert!(weight >= walks * WALK, "{name} weighs {weight}");
    town.must(signer, action)
}

/// Goal: no action walks upstream more often than it is charged for.
/// Method: each that does, of a map with many versions upstream.
#[test]
fn weights_pay_for_each_walk() {
    let mut market = Market::new();
    market.town.must(ALICE, new_version(market.map, "map 2", Vec::new()));
    let demand = market.demand();
    let Market { mut town, map, listing } = market;
    build(&mut town, map);
    town.pass(Duration(1));
    let town = &mut town;

    let plans = vec![subscription(PRICE)];
    let offered = ListingId::created_by(walk(town, 2, ALICE, offer(map, ListingKind::Fixed, plans)));
    town.must(ALICE, Action::PauseListing { listing: offered });
    walk(town, 1, ALICE, Action::ResumeListing { listing: offered });
    let order = OrderId::created_by(walk(town, 1, BOB, buy(offered)));
    town.must(ALICE, deliver(order));
    town.must(BOB, acknowledge(order));
    town.must(ALICE, reveal(order));
    walk(town, 1, BOB, Action::AcceptDelivery { order });
    let licence = LicenceId::created_by(order);
    walk(town, 2, BOB, renew(licence, 1));
    walk(town, 2, BOB, request(licence, 2));

    let talk = NegotiationId::created_by(walk(town, 2, BOB, open(listing, terms(PRICE))));
    walk(town, 2, ALICE, counter(talk, terms(PRICE)));
    walk(town, 1, BOB, accept(talk, terms(PRICE)));
    walk(town, 2, ALICE, answer(demand, map, terms(PRICE)));

    let right = ListingId::created_by(walk(town, 1, ALICE, offer_right(map, Line::Operate)));
    let parent = |licence| Parent { asset: map, version: 2, licence, activity: Activity::Clean, recipe: None };
    walk(town, 3, ALICE, new_version(map, "map 3", vec![parent(None)]));
    let chart = |words: &str, licence| match register("chart", words) {
        Action::RegisterAsset { description, rights, content, .. } => {
            Action::RegisterAsset { description, rights, content, parents: vec![parent(licence)] }
        }
        other => other,
    };
    walk(town, 3, BOB, chart("chart", Some(licence)));
    walk(town, 2, CAROL, buy_right(right));
}
