//! Documents of the Dataspace Protocol.

use serde_json::{Value, json};
use yaosu_ledger::model::ListingStatus;
use yaosu_sdk::standards::{dataspace, odrl};

use crate::market::{Market, NAMES, asset_id, currency};

/// Goal: a version is offered at all plans that take orders, each of them the policy that it is in ODRL.
#[test]
fn a_version_is_offered_at_its_plans() {
    let market = Market::new();
    let (venue, entries) = market.catalogue();
    let dataset = dataspace::dataset(&venue, &entries[1]).expect("it is offered");
    assert_eq!(dataset["@id"], NAMES.version(asset_id(2), 1));
    let offers = dataset["hasPolicy"].as_array().expect("a list");
    assert_eq!(offers.len(), 2);
    let listing = &market.listings[1];
    for (plan, offer) in offers.iter().enumerate() {
        assert!(offer.get("target").is_none(), "the data set is what it is about");
        let expected = odrl::Document::of_plan(NAMES, listing.id, &listing.record, plan, &currency());
        let mut found = odrl::read(&in_odrl(offer), NAMES).expect("the profile's words");
        let expected = expected.expect("there is such a plan");
        found.target.clone_from(&expected.target);
        assert_eq!(found, expected);
    }
}

/// The same policy as a document of its own.
fn in_odrl(policy: &Value) -> Value {
    let mut policy = policy.clone();
    policy["@context"] = json!(odrl::CONTEXT);
    policy.as_object_mut().expect("an object").remove("timestamp");
    policy
}

/// Goal: a licence is an agreement from the moment it is in force.
#[test]
fn a_licence_is_an_agreement() {
    for licence in Market::new().licences {
        let agreement = dataspace::agreement(NAMES, licence.id, &licence.record).expect("moments of this century");
        assert_eq!(agreement["timestamp"], "2026-03-21T00:00:00.000Z");
        let expected = odrl::Document::of_licence(NAMES, licence.id, &licence.record);
        assert_eq!(odrl::read(&in_odrl(&agreement), NAMES), Ok(expected));
    }
}

/// Goal: what nobody offers is no data set of the protocol.
#[test]
fn what_is_not_offered_is_refused() {
    let mut market = Market::new();
    let (venue, entries) = market.catalogue();
    assert_eq!(dataspace::dataset(&venue, &entries[2]).expect_err("nobody offers the model").place, "hasPolicy");
    market.listings[1].record.status = ListingStatus::Paused;
    let (_, entries) = market.catalogue();
    assert!(dataspace::dataset(&venue, &entries[1]).is_err(), "a paused listing takes no orders");
    market.listings[0].record.version = 2;
    let (_, entries) = market.catalogue();
    assert!(dataspace::dataset(&venue, &entries[0]).is_err(), "the listing is of another version");
}
