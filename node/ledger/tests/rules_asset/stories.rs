//! What the actions write when they are allowed.

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::{
    Assets, Certificates, ContentRoots, ContentUses, Derivations, DerivedVersions, Objections, Reader, RulePacks,
    Versions,
};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, BasisPoints, Duration};

use crate::asking::*;
use crate::town::*;

fn asset(town: &Town, id: AssetId) -> Asset {
    town.get::<Assets>(&id).expect("the asset is there")
}

#[test]
fn registering_writes_asset_version_and_claim() {
    let mut town = Town::new();
    let action = claiming(Line::Use, Basis::Collected, true, Vec::new());
    let (transaction, events) = town.act(ALICE, action).expect("the rules allow it");
    let id = AssetId::created_by(transaction);
    let closes = town.now().after(genesis().rule_pack.notice_window);
    let root = digest("new");
    let created =
        Event::AssetRegistered { asset: id, declarer: id_of(ALICE), content_root: root, notice_closes: closes };
    assert_eq!(events, [created, Event::VersionAdded { asset: id, version: 1, content_root: root }]);
    let line = |basis| TitleLine { holder: id_of(ALICE), basis, evidence: Some(digest("contract")), since: town.now() };
    let expected = Asset {
        description: description("new"),
        lines: [line(Basis::SelfProduced), line(Basis::Collected), line(Basis::SelfProduced)],
        registration: Registration::PublicNotice { closes },
        open_objections: 0,
        objections: 0,
        latest_version: 1,
        created: town.now(),
    };
    assert_eq!(asset(&town, id), expected);
    let version = town.get::<Versions>(&(id, 1)).expect("the version is there");
    let expected = Version {
        content: content("new"),
        depth: 0,
        owes: BasisPoints(0),
        created: town.now(),
        height: town.block.height,
        transaction,
    };
    assert_eq!(version, expected);
    assert_eq!(town.get::<ContentRoots>(&root), Some(id));
}

#[test]
fn deriving_writes_both_ways_and_fixes_the_royalty() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let plan = town.registered(BOB, "plan");
    let terms = Policy { royalty: BasisPoints(700), ..free_policy() };
    let licence = town.license(map, 1, BOB, terms);
    let parents = vec![parent(map, 1, Some(licence)), parent(plan, 1, None)];
    let (transaction, events) = town.act(BOB, derived(parents)).expect("the rules allow it");
    let child = AssetId::created_by(transaction);
    let edge = |licence, royalty| Derivation {
        licence,
        activity: Activity::Clean,
        recipe: None,
        royalty: BasisPoints(royalty),
    };
    assert_eq!(town.get::<Derivations>(&(child, 1, map, 1)), Some(edge(Some(licence), 700)));
    assert_eq!(town.get::<Derivations>(&(child, 1, plan, 1)), Some(edge(None, 0)));
    assert!(town.state.contains::<DerivedVersions>(&(map, 1, child, 1)));
    assert!(town.state.contains::<DerivedVersions>(&(plan, 1, child, 1)));
    assert_eq!(town.get::<Versions>(&(child, 1)).map(|version| version.depth), Some(1));
    let derived_from = |parent, licence| Event::Derived { child, child_version: 1, parent, parent_version: 1, licence };
    assert_eq!(events[2..], [derived_from(map, Some(licence)), derived_from(plan, None)]);

    town.grant(child);
    let grandchild = AssetId::created_by(town.must(
        BOB,
        registering(|made| {
            made.content = content("newer");
            made.parents = vec![parent(plan, 1, None), parent(child, 1, None)];
        }),
    ));
    assert_eq!(town.get::<Versions>(&(grandchild, 1)).map(|version| version.depth), Some(2));
}

#[test]
fn a_new_version_counts_on_and_leaves_the_old_one() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let before = town.get::<Versions>(&(map, 1));
    let (_, events) = town.act(ALICE, adding(map, "map 2")).expect("the rules allow it");
    assert_eq!(events, [Event::VersionAdded { asset: map, version: 2, content_root: digest("map 2") }]);
    assert_eq!(asset(&town, map).latest_version, 2);
    assert_eq!(town.get::<Versions>(&(map, 1)), before);
    assert_eq!(town.get::<ContentRoots>(&digest("map 2")), Some(map));
}

#[test]
fn a_transfer_moves_one_line_and_no_other() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let before = asset(&town, map);
    let evidence = Some(digest("contract"));
    let action = Action::TransferRight { asset: map, line: Line::Operate, to: id_of(BOB), evidence };
    let (_, events) = town.act(ALICE, action).expect("the rules allow it");
    let (from, to) = (id_of(ALICE), id_of(BOB));
    assert_eq!(events, [Event::RightTransferred { asset: map, line: Line::Operate, from, to }]);
    let mut expected = before;
    expected.lines[2] = TitleLine { holder: to, basis: Basis::Transferred, evidence, since: town.now() };
    assert_eq!(asset(&town, map), expected);
}

#[test]
fn a_grant_writes_the_certificate() {
    let mut town = Town::new();
    let map = town.applied(ALICE, "map");
    town.pass(genesis().rule_pack.notice_window);
    town.must(REGISTRY, granting(map, "SZ-1"));
    let registrar = id_of(REGISTRY);
    let expected = Registration::Registered { certificate: text("SZ-1"), registrar, since: town.now() };
    assert_eq!(asset(&town, map).registration, expected);
    assert_eq!(town.get::<Certificates>(&text("SZ-1")), Some(map));
}

/// Goal: a rule pack changes no notice that runs, and waiting before the block shortens none.
#[test]
fn a_notice_keeps_the_window_it_began_with() {
    let mut town = Town::new();
    town.pass(Duration(12_345));
    let map = town.applied(ALICE, "map");
    let mut pack = genesis().rule_pack;
    let window = pack.notice_window;
    pack.notice_window = Duration(1);
    town.edit(|draft| draft.put::<RulePacks>(&(), &pack));
    town.pass(Duration(window.0 - 1));
    let closes = town.now().after(Duration(1));
    let rejection = Rejection::NoticeRuns { asset: map, closes, now: town.now() };
    assert_eq!(town.act(REGISTRY, granting(map, "1")), Err(rejection));
    town.pass(Duration(1));
    assert_eq!(town.answer(REGISTRY, granting(map, "1")), "ok");
}

/// Goal: an objection that is right ends the registration wherever it stands, and sets the content free.
#[test]
fn an_upheld_objection_refuses_or_cancels() {
    let mut notice = Town::new();
    let map = notice.applied(ALICE, "map");
    notice.must(CAROL, objecting(map, false));
    let mut registered = notice.clone();
    registered.must(REGISTRY, ruling(map, 0, false));
    registered.grant(map);
    registered.must(BOB, objecting(map, true));

    let (_, events) = notice.act(REGISTRY, ruling(map, 0, true)).expect("the rules allow it");
    let registrar = id_of(REGISTRY);
    let ruled = Event::ObjectionRuled { asset: map, objection: 0, upheld: true, registrar };
    assert_eq!(events, [ruled, Event::RegistrationRefused { asset: map, registrar, reason: text("heard") }]);
    assert_eq!(asset(&notice, map).registration, Registration::Refused { reason: text("heard") });

    let (_, events) = registered.act(REGISTRY, ruling(map, 1, true)).expect("the rules allow it");
    let ruled = Event::ObjectionRuled { asset: map, objection: 1, upheld: true, registrar };
    assert_eq!(events, [ruled, Event::RegistrationCancelled { asset: map, by: registrar, reason: text("heard") }]);
    assert_eq!(asset(&registered, map).registration, Registration::Cancelled { by: registrar, reason: text("heard") });

    let statuses = [0, 1].map(|number| registered.get::<Objections>(&(map, number)).map(|found| found.status));
    assert_eq!(statuses, [Some(ObjectionStatus::Dismissed), Some(ObjectionStatus::Upheld)]);
    for town in [notice, registered] {
        assert_eq!(asset(&town, map).open_objections, 0);
        assert_eq!(town.answer(CAROL, register("map", "map")), "ok");
    }
}

/// Goal: who objected is heard before the asset comes into the register, whatever happened in between.
#[test]
fn an_objection_outlives_a_refusal() {
    let mut town = Town::new();
    let map = town.applied(ALICE, "map");
    town.must(CAROL, objecting(map, false));
    town.must(REGISTRY, refusing(map));
    town.must(ALICE, Action::ApplyAgain { asset: map });
    let closes = town.now().after(genesis().rule_pack.notice_window);
    assert_eq!(asset(&town, map).registration, Registration::PublicNotice { closes });
    town.must(CAROL, objecting(map, false));
    assert_eq!((asset(&town, map).objections, asset(&town, map).open_objections), (2, 2));
    town.pass(genesis().rule_pack.notice_window);
    town.must(REGISTRY, ruling(map, 1, false));
    assert_eq!(town.answer(REGISTRY, granting(map, "1")), "ObjectionsOpen");
    town.must(REGISTRY, ruling(map, 0, false));
    assert_eq!(town.answer(REGISTRY, granting(map, "1")), "ok");
}

/// Goal: content in the register never stands open to a stranger, even when the asset that claimed it first goes.
#[test]
fn a_claim_passes_on_to_who_has_the_content_by_right() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    let licence = town.license(map, 1, BOB, free_policy());
    let copy = AssetId::created_by(town.must(
        BOB,
        registering(|made| {
            made.content = content("map");
            made.parents = vec![parent(map, 1, Some(licence))];
        }),
    ));
    town.grant(copy);
    town.must(ALICE, cancelling(map));
    assert_eq!(town.get::<ContentRoots>(&digest("map")), Some(copy));
    assert_eq!(town.answer(CAROL, register("map", "map")), "RootClaimed");
    assert_eq!(town.answer(ALICE, Action::ApplyAgain { asset: map }), "RootClaimed");
    town.must(BOB, cancelling(copy));
    assert_eq!(town.get::<ContentRoots>(&digest("map")), None);
    assert!(!town.state.contains::<ContentUses>(&(digest("map"), map)));
    assert_eq!(town.answer(CAROL, register("map", "map")), "ok");
}

/// Goal: the content of every version is claimed, and set free together; a renewed application claims all of it.
#[test]
fn all_versions_are_claimed_together() {
    let mut town = Town::new();
    let map = town.registered(ALICE, "map");
    town.must(ALICE, adding(map, "map 2"));
    town.must(ALICE, adding(map, "map"));
    for words in ["map", "map 2"] {
        assert_eq!(town.answer(BOB, register(words, words)), "RootClaimed");
    }
    town.must(ALICE, cancelling(map));
    for words in ["map", "map 2"] {
        assert_eq!(town.answer(BOB, register(words, words)), "ok");
    }
    let mut again = town.clone();
    again.must(ALICE, Action::ApplyAgain { asset: map });
    assert_eq!(again.answer(BOB, register("map 2", "map 2")), "RootClaimed");
    town.must(BOB, register("map 2", "map 2"));
    assert_eq!(town.answer(ALICE, Action::ApplyAgain { asset: map }), "RootClaimed");
}
