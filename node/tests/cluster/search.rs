//! The search of a running node: it follows what is committed, survives what happens to its folder, and may be left out.

use std::fs;

use yaosu_api::SearchView;
use yaosu_ledger::ListingId;
use yaosu_ledger::model::{ListingKind, PlanForm};
use yaosu_ledger::transaction::Action;

use crate::deals::{Market, known, terms};
use crate::harness::http::Door;
use crate::harness::network::REGISTRY;
use crate::harness::{Network, until};

/// What is on offer under this text, once the index is there.
fn wait_for(door: Door, what: &str, total: u64) -> SearchView {
    until(what, || {
        let found: Option<SearchView> = door.look("/v1/search?q=map");
        found.filter(|found| found.total == total)
    })
}

/// Goal: what is listed is found, what is paused is not, by the rules' own transactions; an index that was lost is made
/// again; the node stops well with it and without it.
#[test]
fn a_node_searches_what_is_on_offer() {
    let mut network = Network::start(1);
    let door = network.nodes[0].door;
    let mut market = Market::of(&network);
    let asset = market.register(&mut known(&network, REGISTRY));
    wait_for(door, "nothing is on offer yet", 0);
    let plans = vec![terms(500, PlanForm::OneOff)];
    let offer = Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans, until: None };
    let listing = ListingId::created_by(market.alice(offer));
    let found = wait_for(door, "the map is on offer", 1);
    assert_eq!((found.items[0].id, found.items[0].offers[0].listing), (asset, listing));
    assert_eq!(found.facets["listing_kind"]["fixed"], 1);
    market.alice(Action::PauseListing { listing });
    wait_for(door, "its listing is paused", 0);
    market.alice(Action::ResumeListing { listing });
    wait_for(door, "its listing is resumed", 1);

    let node = &mut network.nodes[0];
    node.stop();
    let folder = node.home.join("search");
    fs::remove_dir_all(&folder).expect("the index is there");
    fs::write(&folder, b"garbage").expect("it is written");
    node.start();
    node.wait_until_ready();
    wait_for(door, "the index is made again", 1);
    node.stop();

    let config = node.home.join("config.toml");
    let text = fs::read_to_string(&config).expect("it is there");
    fs::write(&config, text.replace("[consensus]", "search = false\n[consensus]")).expect("it is written");
    fs::remove_dir_all(&folder).expect("the index is there");
    node.start();
    node.wait_until_ready();
    let answer = door.get("/v1/search?q=map").expect("the node is there");
    assert_eq!((answer.status, answer.problem().code.as_str()), (503, "unavailable"));
    node.stop();
    assert!(!folder.exists(), "nothing is written without it");
}
