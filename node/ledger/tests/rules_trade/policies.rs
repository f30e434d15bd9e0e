//! Whether one policy is within another, field by field.

use yaosu_ledger::BasisPoints;
use yaosu_ledger::policy::Clause;

use super::*;

fn parent() -> Policy {
    Policy {
        actions: [UseAction::Derive, UseAction::Train].into_iter().collect(),
        purposes: [Purpose::Research, Purpose::Health].into_iter().collect(),
        sectors: Scope::Only(vec![text("a"), text("b")]),
        regions: Scope::Only(vec![text("CN"), text("US")]),
        recipients: Scope::Only(vec![id_of(BOB)]),
        max_uses: Some(10),
        duration: Some(Duration(100)),
        sublicence_depth: 1,
        royalty: BasisPoints(500),
        duties: Duties::NONE.with(Duty::Attribution),
    }
}

/// Goal: each field alone decides, in both senses of "within".
/// Method: the parent itself with one field changed; what is found broken by each.
#[test]
fn each_field_is_contained() {
    type Change = fn(&mut Policy);
    #[rustfmt::skip]
    let rows: [(&str, Change, &str, &str); 26] = [
        ("itself", |_| {}, "", ""),
        ("fewer actions", |policy| policy.actions = Actions::NONE.with(UseAction::Train), "", ""),
        ("to read", |policy| policy.actions = policy.actions.with(UseAction::Read), "actions", ""),
        ("to compute", |policy| policy.actions = policy.actions.with(UseAction::Compute), "actions", ""),
        ("to hand on", |policy| policy.actions = policy.actions.with(UseAction::Redistribute), "actions", "actions"),
        ("to sublicense", |policy| policy.actions = policy.actions.with(UseAction::Sublicense), "actions", "actions"),
        ("to show", |policy| policy.actions = policy.actions.with(UseAction::Display), "actions", "actions"),
        ("fewer purposes", |policy| policy.purposes = Purposes::NONE.with(Purpose::Health), "", ""),
        ("another purpose", |policy| policy.purposes = Purposes::NONE.with(Purpose::Finance), "purposes", "purposes"),
        ("fewer sectors", |policy| policy.sectors = Scope::Only(vec![text("b")]), "", ""),
        ("no sector", |policy| policy.sectors = Scope::Only(Vec::new()), "", ""),
        ("another sector", |policy| policy.sectors = Scope::Only(vec![text("b"), text("c")]), "sectors", "sectors"),
        ("any sector", |policy| policy.sectors = Scope::Any, "sectors", "sectors"),
        ("any region", |policy| policy.regions = Scope::Any, "regions", "regions"),
        ("any recipient", |policy| policy.recipients = Scope::Any, "recipients", "recipients"),
        ("fewer uses", |policy| policy.max_uses = Some(9), "", ""),
        ("more uses", |policy| policy.max_uses = Some(11), "max_uses", ""),
        ("any number of uses", |policy| policy.max_uses = None, "max_uses", ""),
        ("shorter", |policy| policy.duration = Some(Duration(99)), "", ""),
        ("longer", |policy| policy.duration = Some(Duration(101)), "duration", ""),
        ("for ever", |policy| policy.duration = None, "duration", ""),
        ("deeper", |policy| policy.sublicence_depth = 2, "sublicence_depth", "sublicence_depth"),
        ("a higher royalty", |policy| policy.royalty.0 = 501, "", ""),
        ("a lower royalty", |policy| policy.royalty.0 = 499, "royalty", ""),
        ("more duties", |policy| policy.duties = Duties::ALL, "", ""),
        ("fewer duties", |policy| policy.duties = Duties::NONE.with(Duty::DeleteOnEnd), "duties", "duties"),
    ];
    for (case, change, same_data, derived_data) in rows {
        let mut child = parent();
        change(&mut child);
        assert_eq!(child.within(&parent()).err().map_or("", Clause::name), same_data, "{case}");
        assert_eq!(
            child.within_for_derived_data(&parent()).err().map_or("", Clause::name),
            derived_data,
            "{case}, derived"
        );
    }
}

/// Goal: no way around a licence by a step in between, nor by waiting until it is over.
/// Method: offers what Bob made from what he made under the licence, with and without the duties it demands.
#[test]
fn a_licence_upstream_binds_all_that_comes_of_it() {
    let (mut town, clean) = rejections::derived(|policy| {
        policy.duties = Duties::ALL;
        policy.duration = Some(Duration::seconds(1_000));
    });
    let parent = Parent { asset: clean, version: 1, licence: None, activity: Activity::Aggregate, recipe: None };
    let parents = vec![parent];
    town.must(BOB, Action::AddVersion { asset: clean, content: content("cleaner map"), parents: parents.clone() });
    let report = AssetId::created_by(town.must(
        BOB,
        Action::RegisterAsset {
            description: description("report"),
            rights: SELF_PRODUCED,
            content: content("report"),
            parents,
        },
    ));
    town.grant(report);
    for expired in [false, true] {
        for (asset, version) in [(clean, 1), (clean, 2), (report, 1)] {
            for (duties, answer) in [(Duties::ALL, "ok"), (Duties::NONE, "PolicyTooWide")] {
                let mut plan = terms(PRICE, Supply::Unlimited);
                plan.policy.duties = duties;
                let kind = ListingKind::Fixed;
                let action = Action::CreateListing { asset, version, kind, plans: vec![plan], until: None };
                assert_eq!(town.answer(BOB, action), answer, "{asset} {version} {duties:?} expired: {expired}");
            }
        }
        let events = town.pass(Duration::seconds(1_000));
        let ends = events.iter().any(|event| matches!(event, yaosu_ledger::event::Event::LicenceExpired { .. }));
        assert_eq!(ends, !expired);
    }
}
