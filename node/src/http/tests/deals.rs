//! Negotiations and demands: filters and histories.

use yaosu_api::{Entity, EventView, Page};
use yaosu_ledger::model::{
    Actions, Demand, Duties, Ground, Negotiation, NegotiationStatus, PlanForm, Policy, Purpose, Purposes, Scope, Side,
    Supply, Terms, UseAction, Wanted,
};
use yaosu_ledger::state::{Demands, Negotiations, Reader};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, BasisPoints, DemandId, Digest, ListingId, NegotiationId, Timestamp};

use super::town::{ALICE, BOB, Town, id_of, text};

/// What somebody needs.
pub fn wanted(title: &str, sector: &str) -> Wanted {
    Wanted {
        title: text(title),
        description: text(""),
        sector: text(sector),
        kind: None,
        actions: Actions::NONE.with(UseAction::Read),
        purpose: Purpose::Research,
        scenario: Digest([7; 32]),
        max_price: Amount(100),
    }
}

fn need(title: &str, sector: &str) -> Action {
    Action::CreateDemand { wanted: wanted(title, sector), delivery_key: None, until: Timestamp(u64::MAX) }
}

/// A negotiation as no rule would make it.
pub fn deal(ground: Ground, status: NegotiationStatus) -> Negotiation {
    let policy = Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    };
    Negotiation {
        ground,
        asset: AssetId(Digest([1; 32])),
        version: 1,
        seller: id_of(ALICE),
        buyer: id_of(BOB),
        payer: id_of(BOB),
        licensee: id_of(BOB),
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: Digest([7; 32]),
        terms: Terms { price: Amount(5), policy, supply: Supply::Unlimited, form: PlanForm::OneOff, bond: Amount(1) },
        offered_by: Side::Buyer,
        round: 1,
        status,
        deadline: None,
        order: None,
        opened: Timestamp(1),
    }
}

/// Goal: demands are found by buyer, sector and standing, and each has its history.
#[tokio::test]
async fn demands_are_found() {
    let town = Town::new().await;
    town.send(ALICE, need("rain", "meteorology")).await;
    town.send(BOB, need("cars", "traffic")).await;
    town.decide().await;
    for (query, titles) in [
        ("", vec!["cars", "rain"]),
        ("?buyer=alice", vec!["rain"]),
        ("?sector=traffic&status=open", vec!["cars"]),
        ("?status=ended", vec![]),
        ("?sector=traff", vec![]),
    ] {
        let found: Page<Entity<DemandId, Demand>> =
            serde_json::from_value(town.json(&format!("/v1/demands{query}")).await).expect("a page of demands");
        let mut found: Vec<_> = found.items.iter().map(|item| item.record.wanted.title.to_string()).collect();
        found.sort();
        assert_eq!(found, titles, "{query}");
    }
    let (id, _) = town.handle.tip().state.scan::<Demands>(&(), 1).remove(0);
    let path = format!("/v1/demands/{}", &id.to_string()[..8]);
    assert_eq!(town.json(&path).await["id"], id.to_string());
    let history: Page<EventView> =
        serde_json::from_value(town.json(&format!("{path}/history")).await).expect("a history");
    assert_eq!(history.items.len(), 1);
}

/// Goal: negotiations are found by their parties, their ground and where they stand.
#[tokio::test]
async fn negotiations_are_found() {
    let town = Town::new().await;
    town.send(BOB, need("rain", "meteorology")).await;
    town.decide().await;
    let (demand, _) = town.handle.tip().state.scan::<Demands>(&(), 1).remove(0);
    let listing = ListingId(Digest([3; 32]));
    town.edit(|draft| {
        let on_listing = deal(Ground::Listing(listing), NegotiationStatus::Open);
        draft.put::<Negotiations>(&NegotiationId(Digest([5; 32])), &on_listing);
        let on_demand = deal(Ground::Demand(demand), NegotiationStatus::Agreed);
        draft.put::<Negotiations>(&NegotiationId(Digest([6; 32])), &on_demand);
    });
    let on_demand = format!("?demand={demand}");
    for (query, count) in [
        ("", 2),
        ("?buyer=bob", 2),
        ("?seller=bob", 0),
        ("?seller=alice&status=open", 1),
        ("?status=agreed", 1),
        (on_demand.as_str(), 1),
    ] {
        let found = town.json(&format!("/v1/negotiations{query}")).await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(count), "{query}");
    }
    let shown = town.json("/v1/negotiations/050505").await;
    assert_eq!(shown["ground"], serde_json::json!({ "kind": "listing", "id": listing }));
    assert_eq!(town.json("/v1/negotiations/050505/history").await["items"], serde_json::json!([]));
}
