//! Dataspace Protocol 2025-1: a version that is offered as a Dataset, a licence as an Agreement.
//!
//! Documents alone: no connector is served, and nothing is negotiated or transferred by that protocol. What is ordered and how
//! it is delivered is the market's own.

use serde_json::{Map, Value, json};
use yaosu_ledger::LicenceId;
use yaosu_ledger::model::{Licence, ListingStatus};

use super::dcat::{Entry, Venue};
use super::odrl::{self, CONTEXT as ODRL_CONTEXT, PROFILE};
use super::{Names, Unfit};
use crate::evidence::utc;

/// The JSON-LD context of the protocol.
pub const CONTEXT: &str = "https://w3id.org/dspace/2025/1/context.jsonld";

/// How content comes: sealed, for a key that is revealed later.
pub const FORMAT: &str = "urn:yaosu:delivery:1";

/// A version of an asset with what is offered of it. An offer that is paid by the period is of all later versions too, as the
/// profile's term for the period says.
///
/// # Errors
/// [`Unfit`]: nothing is offered of it that takes orders.
pub fn dataset(venue: &Venue, entry: &Entry) -> Result<Value, Unfit> {
    let names = venue.names;
    let (asset, version) = (entry.asset.id, entry.version.number);
    let mut offers = Vec::new();
    for listing in &entry.listings {
        let record = &listing.record;
        if record.status != ListingStatus::Active || record.version != version {
            continue;
        }
        for plan in 0..record.plans.len() {
            if let Some(offer) = odrl::Document::of_plan(names, listing.id, record, plan, &venue.currency) {
                offers.push(Value::Object(policy(&offer, names)?));
            }
        }
    }
    if offers.is_empty() {
        return Err(Unfit::new(
            "hasPolicy",
            format!("no listing of version {version} takes orders at terms of its own"),
        ));
    }
    let service = json!({
        "@id": format!("urn:yaosu:{}:service", names.chain),
        "@type": "DataService",
        "endpointURL": venue.address,
    });
    Ok(json!({
        "@context": [CONTEXT],
        "@id": names.version(asset, version),
        "@type": "Dataset",
        "hasPolicy": offers,
        "distribution": [{ "@type": "Distribution", "format": FORMAT, "accessService": service }],
    }))
}

/// What a licence says.
///
/// # Errors
/// [`Unfit`]: a moment that its format has not.
pub fn agreement(names: Names, id: LicenceId, licence: &Licence) -> Result<Value, Unfit> {
    let document = odrl::Document::of_licence(names, id, licence);
    let mut value = policy(&document, names)?;
    // The protocol's own context has words for agreements within its messages alone.
    value.insert("@context".to_owned(), json!([CONTEXT, ODRL_CONTEXT]));
    value.insert("target".to_owned(), json!(document.target));
    value.insert("timestamp".to_owned(), utc(licence.from).into());
    Ok(Value::Object(value))
}

/// The rules of a policy. Actions and operands in full, since the protocol's context has not all of ODRL's words.
fn policy(document: &odrl::Document, names: Names) -> Result<Map<String, Value>, Unfit> {
    let mut value = odrl::rules(document, names)?;
    value.insert("profile".to_owned(), PROFILE.into());
    for kind in ["permission", "prohibition", "obligation"] {
        for rule in value.get_mut(kind).and_then(Value::as_array_mut).into_iter().flatten() {
            spell_out(rule, "action");
            for constraint in rule.get_mut("constraint").and_then(Value::as_array_mut).into_iter().flatten() {
                spell_out(constraint, "leftOperand");
            }
        }
    }
    Ok(value)
}

fn spell_out(value: &mut Value, member: &str) {
    if let Some(word) = value[member].as_str().filter(|word| !word.contains(':')) {
        value[member] = format!("{}{word}", odrl::NAMESPACE).into();
    }
}
