//! The evaluator: the meet is the widest policy within both, and "may I?" is answered as the clauses say.

use std::collections::BTreeSet;

use proptest::collection::btree_set;
use proptest::prelude::*;
use yaosu_ledger::policy::{Clause, Request, Verdict, decide, meet};

use super::*;

fn any_scope() -> impl Strategy<Value = Scope<yaosu_ledger::Text<16>>> {
    prop_oneof![
        Just(Scope::Any),
        btree_set(prop::sample::select(vec!["a", "b", "c"]), 1..3)
            .prop_map(|items| Scope::Only(items.into_iter().map(text).collect())),
    ]
}

/// Few values, so that they collide.
fn any_policy() -> impl Strategy<Value = Policy> {
    let set = |all: &'static [UseAction]| btree_set(prop::sample::select(all), 1..4);
    let purposes = btree_set(prop::sample::select(&Purpose::ALL[..4]), 1..4);
    let duties = btree_set(prop::sample::select(Duty::ALL), 0..3);
    let bound = || prop::option::of(1_u64..4);
    (set(UseAction::ALL), purposes, any_scope(), bound(), bound(), 0_u8..3, 0_u16..3, duties).prop_map(
        |(actions, purposes, regions, max_uses, duration, sublicence_depth, royalty, duties)| Policy {
            actions: actions.into_iter().collect(),
            purposes: purposes.into_iter().collect(),
            regions,
            max_uses,
            duration: duration.map(Duration),
            sublicence_depth,
            royalty: BasisPoints(royalty),
            duties: duties.into_iter().collect(),
            ..free_policy()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any two policies: what is within both is within their meet, and the other way round; the meet is the same from
    /// both sides; where it is empty, no sound policy is within both.
    #[test]
    fn the_meet_is_the_widest_within_both(one in any_policy(), other in any_policy(), child in any_policy()) {
        let within_both = child.within(&one).is_ok() && child.within(&other).is_ok();
        let found = meet(&one, &other);
        prop_assert_eq!(&found, &meet(&other, &one));
        match found {
            Ok(meet) => {
                prop_assert!(meet.within(&one).is_ok() && meet.within(&other).is_ok());
                prop_assert_eq!(child.within(&meet).is_ok(), within_both);
            }
            Err(_) => prop_assert!(!within_both),
        }
        prop_assert_eq!(meet(&one, &one), Ok(one));
    }

    /// For any two scopes: one is inside the other, and they have in common, what their sets say.
    #[test]
    fn scopes_are_sets(one in btree_set(0_u8..8, 0..8), other in btree_set(0_u8..8, 0..8)) {
        let scope = |set: &BTreeSet<u8>| Scope::Only(set.iter().copied().collect());
        prop_assert_eq!(scope(&one).is_subset(&scope(&other)), one.is_subset(&other));
        prop_assert_eq!(scope(&one).intersection(&scope(&other)), scope(&(&one & &other)));
        prop_assert!(scope(&one).is_subset(&Scope::Any) && !Scope::Any.is_subset(&scope(&one)));
        prop_assert_eq!(scope(&one).intersection(&Scope::Any), scope(&one));
        prop_assert_eq!(Scope::Any.intersection(&scope(&one)), scope(&one));
    }

    /// For any policies and requests: what a policy allows, every policy that it is within allows too.
    #[test]
    fn what_is_within_allows_no_more(
        one in any_policy(),
        other in any_policy(),
        action in prop::sample::select(UseAction::ALL),
        purpose in prop::sample::select(Purpose::ALL),
        region in prop::option::of(prop::sample::select(vec!["a", "b", "c"])),
        uses in 1_u64..4,
    ) {
        let request = Request { region: region.map(text), uses, ..Request::new(action, purpose) };
        if let Ok(meet) = meet(&one, &other) && decide(&meet, &request, 0).allowed {
            prop_assert!(decide(&one, &request, 0).allowed && decide(&other, &request, 0).allowed);
        }
    }
}

/// Goal: the branch of industries is a name for a set, and sets are shown by the fewest names.
#[test]
fn purposes_form_a_tree() {
    let industrial = Purposes::named(INDUSTRIAL).expect("the branch");
    assert_eq!(industrial.iter().count(), 8);
    assert!(Purposes::NONE.with(Purpose::Health).is_subset(industrial));
    assert!(!Purposes::NONE.with(Purpose::Research).is_subset(industrial));
    assert_eq!(industrial.with(Purpose::Research).names(), ["research", "industrial"]);
    assert_eq!(Purposes::NONE.with(Purpose::Health).names(), ["industrial-health"]);
    assert_eq!(Purposes::named("research"), Ok(Purposes::NONE.with(Purpose::Research)));
    assert!(Purposes::named("industry").is_err_and(|error| error.contains("industrial")));
}

/// Case, what is changed of the request, uses before, and the clause that says no.
type Row = (&'static str, fn(&mut Request), u64, Option<Clause>);

/// Goal: each clause alone says no, the first one answers, and what is left open is no where it is limited.
#[test]
fn each_clause_decides() {
    let policy = Policy {
        actions: [UseAction::Read, UseAction::Redistribute].into_iter().collect(),
        purposes: Purposes::NONE.with(Purpose::Health),
        sectors: Scope::Only(vec![text("a")]),
        regions: Scope::Only(vec![text("b")]),
        recipients: Scope::Only(vec![id_of(BOB)]),
        max_uses: Some(3),
        ..free_policy()
    };
    let request = Request {
        action: UseAction::Redistribute,
        purpose: Purpose::Health,
        sector: Some(text("a")),
        region: Some(text("b")),
        recipient: Some(id_of(BOB)),
        uses: 2,
    };
    let rows: [Row; 11] = [
        ("as it is", |_| {}, 1, None),
        ("another action", |request| request.action = UseAction::Train, 1, Some(Clause::Actions)),
        ("another purpose", |request| request.purpose = Purpose::Research, 1, Some(Clause::Purposes)),
        ("another sector", |request| request.sector = Some(text("b")), 1, Some(Clause::Sectors)),
        ("no sector", |request| request.sector = None, 1, Some(Clause::Sectors)),
        ("no region", |request| request.region = None, 1, Some(Clause::Regions)),
        ("to nobody", |request| request.recipient = None, 1, Some(Clause::Recipients)),
        ("to Carol", |request| request.recipient = Some(id_of(CAROL)), 1, Some(Clause::Recipients)),
        ("read, to nobody", |request| (request.action, request.recipient) = (UseAction::Read, None), 1, None),
        ("one too often", |_| {}, 2, Some(Clause::MaxUses)),
        ("more than can be counted", |request| request.uses = u64::MAX, 1, Some(Clause::MaxUses)),
    ];
    for (case, change, before, clause) in rows {
        let mut request = request.clone();
        change(&mut request);
        let expected = clause.map_or(Verdict::YES, Verdict::no);
        assert_eq!(decide(&policy, &request, before), expected, "{case}");
    }
}
