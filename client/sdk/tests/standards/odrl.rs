//! Policies in ODRL.

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};
use yaosu_ledger::model::{
    Actions, Duties, Duty, Policy, Purpose, Purposes, ROYALTIES_MAX, SCOPE_MAX, SUBLICENCE_DEPTH_MAX, Scope, UseAction,
};
use yaosu_ledger::{Amount, BasisPoints, Currency, Digest, Duration, ParticipantId, Text, Timestamp};
use yaosu_sdk::standards::odrl::{Document, Kind, Price, read, write};

use crate::market::{self, Market, NAMES};

/// The last millisecond that RFC 3339 has.
const LAST_MOMENT: u64 = 253_402_207_200_999;

fn set<T: Copy + core::fmt::Debug + Ord + 'static, S: FromIterator<T> + core::fmt::Debug>(
    all: &'static [T],
    least: usize,
) -> impl Strategy<Value = S> {
    btree_set(proptest::sample::select(all), least..=all.len()).prop_map(|items| items.into_iter().collect())
}

fn scope<T: Ord + core::fmt::Debug>(item: impl Strategy<Value = T>) -> impl Strategy<Value = Scope<T>> {
    option::of(btree_set(item, 0..SCOPE_MAX))
        .prop_map(|items| items.map_or(Scope::Any, |items| Scope::Only(items.into_iter().collect())))
}

fn any_text<const MAX: usize>() -> impl Strategy<Value = Text<MAX>> {
    vec(proptest::sample::select(vec!['a', 'Z', '-', ' ', '"', '\\', ':', '气', '象']), 0..MAX / 3)
        .prop_map(|letters| Text::new(letters.into_iter().collect::<String>()).expect("short and plain"))
}

fn any_participant() -> impl Strategy<Value = ParticipantId> {
    any::<[u8; 32]>().prop_map(|bytes| ParticipantId(Digest(bytes)))
}

prop_compose! {
    fn any_policy()(
        actions in set::<UseAction, Actions>(UseAction::ALL, 1),
        purposes in set::<Purpose, Purposes>(Purpose::ALL, 1),
        sectors in scope(any_text::<32>()),
        regions in scope(any_text::<16>()),
        recipients in scope(any_participant()),
        max_uses in option::of(1_u64..),
        duration in option::of((1_u64..).prop_map(Duration)),
        sublicence_depth in 0..=SUBLICENCE_DEPTH_MAX,
        royalty in (0..=ROYALTIES_MAX).prop_map(BasisPoints),
        duties in set::<Duty, Duties>(Duty::ALL, 0),
    ) -> Policy {
        Policy {
            actions, purposes, sectors, regions, recipients, max_uses, duration, sublicence_depth, royalty, duties,
        }
    }
}

fn any_price() -> impl Strategy<Value = Price> {
    let period = option::of(any::<u64>().prop_map(Duration));
    (any::<u64>(), period).prop_map(|(amount, period)| Price {
        amount: Amount(amount),
        currency: Currency::new("CNY").expect("three letters"),
        period,
    })
}

prop_compose! {
    fn any_document()(
        kind in proptest::sample::select(vec![Kind::Set, Kind::Offer, Kind::Agreement]),
        policy in any_policy(),
        price in option::of(any_price()),
        exclusive in any::<bool>(),
        from in option::of((0..=LAST_MOMENT).prop_map(Timestamp)),
        until in option::of((0..=LAST_MOMENT).prop_map(Timestamp)),
        parties in any::<(bool, bool, bool)>(),
    ) -> Document {
        let party = |name: &str, present| if present { Some(format!("urn:x:{name}")) } else { None };
        Document {
            uid: "urn:x:policy".to_owned(),
            target: party("target", kind == Kind::Agreement || parties.0),
            assigner: party("assigner", kind != Kind::Set || parties.1),
            assignee: party("assignee", kind == Kind::Agreement || parties.2),
            kind, policy, price, exclusive, from, until,
        }
    }
}

proptest! {
    /// For any policy that the ledger takes: what was written is read as what it was, word for word.
    #[test]
    fn what_is_written_is_read(document in any_document()) {
        prop_assert_eq!(document.policy.check(), Ok(()));
        let value = write(&document, NAMES).expect("all moments can be written");
        prop_assert_eq!(read(&value, NAMES), Ok(document), "{:#}", value);
    }

    /// For any member of any object in a document: one more of a name that nobody knows is refused, by that name.
    #[test]
    fn nothing_unknown_is_passed_over(document in any_document(), place in any::<prop::sample::Index>()) {
        let mut value = write(&document, NAMES).expect("all moments can be written");
        let objects = count_objects(&value);
        add_member(&mut value, &mut place.index(objects), "refinement");
        let error = read(&value, NAMES).expect_err("there is one member more");
        prop_assert!(error.place.ends_with("refinement"), "{error} of {value:#}");
    }
}

fn count_objects(value: &Value) -> usize {
    match value {
        Value::Object(members) => 1 + members.values().map(count_objects).sum::<usize>(),
        Value::Array(items) => items.iter().map(count_objects).sum(),
        _ => 0,
    }
}

/// Adds a member to the object of this number.
fn add_member(value: &mut Value, number: &mut usize, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            if *number == 0 {
                members.insert(name.to_owned(), json!([]));
                return true;
            }
            *number -= 1;
            members.values_mut().any(|member| add_member(member, number, name))
        }
        Value::Array(items) => items.iter_mut().any(|item| add_member(item, number, name)),
        _ => false,
    }
}

fn offer() -> Value {
    json!({
        "@context": "http://www.w3.org/ns/odrl.jsonld",
        "@id": "urn:x:1",
        "@type": "Offer",
        "profile": "urn:yaosu:odrl:1",
        "assigner": "urn:x:seller",
        "permission": [
            { "action": "read", "constraint": [purpose()] },
            { "action": "odrl:derive", "constraint": [purpose()] },
        ],
        "obligation": [{ "action": "attribute" }],
    })
}

fn purpose() -> Value {
    json!({ "leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": "urn:yaosu:odrl:1:purpose:research" })
}

/// Goal: what others write in the profile's words is taken, in any of the forms that JSON-LD has for it.
#[test]
fn a_policy_of_others_is_read() {
    let found = read(&offer(), NAMES).expect("it is of the profile");
    assert_eq!(found.policy.actions, Actions::NONE.with(UseAction::Read).with(UseAction::Derive));
    assert_eq!(found.policy.purposes, Purposes::NONE.with(Purpose::Research));
    assert_eq!(found.policy.duties, Duties::NONE.with(Duty::Attribution));
    assert_eq!((found.policy.recipients, found.policy.max_uses, found.price), (Scope::Any, None, None));
}

/// Goal: each thing that the profile has no word for is refused where it stands.
#[test]
fn what_has_no_counterpart_is_refused_by_name() {
    let constraint = |left: &str, operator: &str, right: Value| json!([purpose(), { "leftOperand": left, "operator": operator, "rightOperand": right }]);
    let both = |constraints: Value| json!([{ "action": "read", "constraint": constraints }, { "action": "derive", "constraint": constraints }]);
    let own = |term: &str| format!("urn:yaosu:odrl:1:{term}");
    #[rustfmt::skip]
    let rows = [
        // member, value, place, words
        ("@context",    json!("https://example.org/context"),                        "@context",                              "another meaning"),
        ("profile",     json!("urn:other"),                                          "profile",                               "urn:other"),
        ("@type",       json!("Ticket"),                                             "@type",                                 "Ticket"),
        ("uid",         json!("urn:x:2"),                                            "uid",                                   "@id says this too"),
        ("inheritFrom", json!("urn:x:0"),                                            "inheritFrom",                           "no counterpart"),
        ("conflict",    json!("perm"),                                               "conflict",                              "no counterpart"),
        ("permission",  json!([]),                                                   "permission",                            "nothing is permitted"),
        ("permission",  json!([{ "action": "play", "constraint": [purpose()] }]),    "permission[0].action",                  "play"),
        ("permission",  json!([{ "action": "read" }]),                               "permission[0].constraint",              "no purpose"),
        ("permission",  json!([{ "action": "read", "constraint": [purpose()], "duty": [] }]), "permission[0].duty",           "no counterpart"),
        ("permission",  json!([{ "action": "read", "constraint": [purpose()] }, { "action": "read", "constraint": [purpose()] }]),
                                                                                     "permission[1].action",                  "twice"),
        ("permission",  json!([{ "action": "read", "constraint": [purpose()] }, { "action": "derive", "constraint": [purpose(), { "leftOperand": own("uses"), "operator": "lteq", "rightOperand": 3 }] }]),
                                                                                     "permission[1].constraint",              "permission[0]"),
        ("permission",  both(json!([{ "and": [purpose()] }])),                       "permission[0].constraint[0].and",       "no counterpart"),
        ("permission",  both(json!([purpose(), purpose()])),                         "permission[0].constraint[1]",           "twice"),
        ("permission",  both(constraint("purpose", "isAllOf", json!("x"))),          "permission[0].constraint[1].rightOperand", "isAllOf"),
        ("permission",  both(constraint("count", "lteq", json!(3))),                 "permission[0].constraint[1].leftOperand", "count"),
        ("permission",  both(constraint("spatial", "eq", json!("CN"))),              "permission[0].constraint[1].rightOperand", "eq"),
        ("permission",  both(constraint("spatial", "isAnyOf", json!([]))),           "permission[0].constraint[1].rightOperand", "@list"),
        ("permission",  both(constraint("elapsedTime", "lteq", json!("P1Y"))),       "permission[0].constraint[1].rightOperand", "P1Y"),
        ("permission",  both(constraint("elapsedTime", "lteq", json!("P1MT1M"))),    "permission[0].constraint[1].rightOperand", "P1MT1M"),
        ("permission",  both(constraint("elapsedTime", "lteq", json!("PT0S"))),      "duration",                              "no such value"),
        ("permission",  both(constraint("dateTime", "lt", json!("2027-01-01"))),     "permission[0].constraint[1].rightOperand", "2027-01-01"),
        ("permission",  both(constraint("dateTime", "lteq", json!("2027-01-01T00:00:00Z"))), "permission[0].constraint[1].rightOperand", "lteq"),
        ("permission",  both(constraint(&own("passedOnTo"), "isAnyOf", json!("urn:x:buyer"))), "permission[0].constraint[1].rightOperand", "no participant of the chain"),
        ("permission",  both(constraint(&own("uses"), "lteq", json!(0))),            "max_uses",                              "no such value"),
        ("permission",  both(constraint(&own("sublicenceDepth"), "lteq", json!(17))), "sublicence_depth",                     "no such value"),
        ("prohibition", json!([{ "action": "sell" }]),                               "prohibition[0].action",                 "sell"),
        ("obligation",  json!([{ "action": "inform" }]),                             "obligation[0].action",                  "inform"),
        ("obligation",  json!([{ "action": "attribute" }, { "action": "attribute" }]), "obligation[1]",                       "twice"),
        ("obligation",  json!([{ "action": "attribute", "assignee": "urn:x:y" }]),   "obligation[0].assignee",                "bind whoever has the licence"),
        ("obligation",  json!([{ "action": "delete" }]),                             "obligation[0].constraint",              "licenceEnd"),
        ("obligation",  json!([{ "action": "compensate" }]),                         "obligation[0]",                         "one price or one royalty"),
        ("obligation",  json!([{ "action": "compensate", "constraint": [{ "leftOperand": "payAmount", "operator": "eq", "rightOperand": "1.005", "unit": "urn:iso:std:iso:4217:CNY" }] }]),
                                                                                     "obligation[0].constraint[0].rightOperand", "1.005"),
        ("obligation",  json!([{ "action": "compensate", "constraint": [{ "leftOperand": "payAmount", "operator": "eq", "rightOperand": "1.00" }] }]),
                                                                                     "obligation[0].constraint[0].rightOperand", "currency"),
        ("obligation",  json!([{ "action": "ensureExclusivity", "assignee": "urn:x:other" }]), "obligation[0]",               "by the assigner"),
        ("target",      json!({ "@type": "AssetCollection" }),                       "target",                                "no text"),
    ];
    for (member, value, place, words) in rows {
        let mut policy = offer();
        policy[member] = value;
        let error = read(&policy, NAMES).expect_err(place);
        assert_eq!(error.place, place, "{error}");
        assert!(error.reason.contains(words), "{error}, and not {words:?}");
    }
    let mut nobody = offer();
    nobody.as_object_mut().expect("an object").remove("assigner");
    assert_eq!(read(&nobody, NAMES).expect_err("an offer is somebody's").place, "assigner");
}

/// Goal: a plan is an offer with its price, a licence an agreement with its times, and both mean what they meant.
#[test]
fn plans_and_licences_are_policies() {
    let market = Market::new();
    let listing = &market.listings[1];
    let offer = |plan| Document::of_plan(NAMES, listing.id, &listing.record, plan, &market::currency());
    assert_eq!(offer(2), None);
    for (plan, exclusive, price, period) in [(0, true, 120_000, None), (1, false, 9_905, Some(30))] {
        let offer = offer(plan).expect("there is such a plan");
        let paid = offer.price.clone().expect("it has a price");
        assert_eq!((offer.kind, offer.exclusive, paid.amount), (Kind::Offer, exclusive, Amount(price)));
        assert_eq!(paid.period.map(|period| period.0), period.map(|days: u64| days * 86_400_000));
        assert_eq!(offer.policy, listing.record.plans[plan].terms.policy);
        assert_eq!(read(&write(&offer, NAMES).expect("no moments"), NAMES), Ok(offer));
    }
    for licence in &market.licences {
        let agreement = Document::of_licence(NAMES, licence.id, &licence.record);
        assert_eq!((agreement.from, agreement.until), (Some(licence.record.from), licence.record.until));
        assert_eq!(agreement.exclusive, licence.record.exclusive);
        assert_eq!(read(&write(&agreement, NAMES).expect("moments of this century"), NAMES), Ok(agreement));
    }
    let never = Document { until: Some(Timestamp(u64::MAX)), ..offer(0).expect("there is such a plan") };
    assert_eq!(write(&never, NAMES).expect_err("no calendar has it").place, "until");
}
