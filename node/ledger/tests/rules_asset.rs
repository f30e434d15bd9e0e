//! R301 to R361: assets, derivations, registration.

mod town;

use std::collections::BTreeSet;

use town::*;
use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::rejection::Rejection;
use yaosu_ledger::state::{
    Assets, Certificates, ContentRoots, Derivations, DerivedVersions, Licences, Objections, Participants, Reader,
    RulePacks, Versions,
};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, BasisPoints, Duration, Height, LicenceId, Text, Timestamp};

/// What somebody asks in some town, and the name of the rule that it breaks, or `ok`.
struct Row(&'static str, Town, &'static str, Action, &'static str);

/// An application for a registration, to be changed in one place.
struct Application {
    description: AssetDescription,
    rights: RightsClaim,
    content: VersionContent,
    parents: Vec<Parent>,
}

fn registering(change: impl FnOnce(&mut Application)) -> Action {
    let mut made = Application {
        description: description("new"),
        rights: SELF_PRODUCED,
        content: content("new"),
        parents: Vec::new(),
    };
    change(&mut made);
    let Application { description, rights, content, parents } = made;
    Action::RegisterAsset { description, rights, content, parents }
}

fn derived(parents: Vec<Parent>) -> Action {
    registering(|made| made.parents = parents)
}

fn parent(asset: AssetId, version: u32, licence: Option<LicenceId>) -> Parent {
    Parent { asset, version, licence, activity: Activity::Clean, recipe: None }
}

fn adding(asset: AssetId, words: &str) -> Action {
    Action::AddVersion { asset, content: content(words), parents: Vec::new() }
}

fn transferring(asset: AssetId, line: Line, to: &str) -> Action {
    Action::TransferRight { asset, line, to: id_of(to), evidence: None }
}

fn objecting(asset: AssetId, evidence: bool) -> Action {
    Action::Object { asset, statement: text("it is mine"), evidence: evidence.then(|| digest("contract")) }
}

fn ruling(asset: AssetId, objection: u16, upheld: bool) -> Action {
    Action::RuleObjection { asset, objection, upheld, reason: text("heard") }
}

fn granting(asset: AssetId, certificate: &str) -> Action {
    Action::GrantRegistration { asset, certificate: text(certificate) }
}

fn refusing(asset: AssetId) -> Action {
    Action::RefuseRegistration { asset, reason: text("unclear") }
}

fn cancelling(asset: AssetId) -> Action {
    Action::CancelRegistration { asset, reason: text("over") }
}

fn public(openness: Openness) -> Action {
    registering(|made| {
        made.description.source_class = SourceClass::Public;
        made.description.openness = openness;
    })
}

fn closed(approver: &str, review: Timestamp) -> Action {
    public(Openness::Closed { reason: ClosedReason::OtherLaw, approver: id_of(approver), review })
}

fn fields(names: impl IntoIterator<Item = String>) -> Action {
    let field = |name: String| Field { name: text(&name), kind: FieldKind::Any, nullable: true };
    let structure = Structure { fields: names.into_iter().map(field).collect(), rows: 1 };
    registering(|made| made.content.structure = Some(structure))
}

fn media_type(name: &str) -> Action {
    registering(|made| made.content.media_type = text(name))
}

fn keywords(words: &[&str]) -> Action {
    registering(|made| made.description.keywords = words.iter().map(|word| text(word)).collect())
}

fn claiming(line: Line, basis: Basis, evidence: bool, parents: Vec<Parent>) -> Action {
    registering(|made| {
        match line {
            Line::Hold => made.rights.hold = basis,
            Line::Use => made.rights.r#use = basis,
            Line::Operate => made.rights.operate = basis,
        }
        made.rights.evidence = evidence.then(|| digest("contract"));
        made.parents = parents;
    })
}

/// A town with an asset of Alice in the register ("map"), one of hers under notice ("plan"), one of hers refused
/// ("draft"), and an open asset of the city in the register ("trees").
struct Market {
    town: Town,
    map: AssetId,
    plan: AssetId,
    draft: AssetId,
    trees: AssetId,
}

impl Market {
    fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let trees = AssetId::created_by(town.must(CITY, open("trees")));
        town.grant(trees);
        let draft = town.applied(ALICE, "draft");
        town.must(REGISTRY, refusing(draft));
        let plan = town.applied(ALICE, "plan");
        town.pass(Duration(1));
        Self { town, map, plan, draft, trees }
    }
}

fn open(words: &str) -> Action {
    registering(|made| {
        made.description.source_class = SourceClass::Public;
        made.description.openness = Openness::Open;
        made.content = content(words);
    })
}

fn descriptions() -> Vec<Row> {
    let Market { town, .. } = Market::new();
    let now = town.now();
    let later = now.after(Duration(1));
    let letters: Vec<String> = ('a'..='q').map(String::from).collect();
    let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
    let mut empty_city = town.clone();
    empty_city.edit(|draft| {
        let mut city = draft.get::<Participants>(&id_of(CITY)).expect("the city is there");
        city.status = ParticipantStatus::Suspended;
        draft.put::<Participants>(&id_of(CITY), &city);
    });
    let all = |case, action, answer| Row(case, town.clone(), ALICE, action, answer);
    vec![
        all("a trader registers", register("new", "new"), "ok"),
        Row("an authority registers", town.clone(), CITY, register("new", "new"), "ok"),
        Row("a bank registers", town.clone(), BANK, register("new", "new"), "RoleMissing"),
        Row(
            "a registrar registers",
            town.clone(),
            REGISTRY,
            registering(|made| made.description.title = text("")),
            "RoleMissing",
        ),
        all("no title", registering(|made| made.description.title = text("")), "DescriptionEmpty"),
        all("no sector", registering(|made| made.description.sector = text("")), "DescriptionEmpty"),
        all("no keywords", keywords(&[]), "ok"),
        all("an empty keyword", keywords(&["", "a"]), "KeywordsMalformed"),
        all("a keyword twice", keywords(&["a", "a"]), "KeywordsMalformed"),
        all("keywords not ascending", keywords(&["b", "a"]), "KeywordsMalformed"),
        all("16 keywords", keywords(&letters[..16]), "ok"),
        all("17 keywords", keywords(&letters), "KeywordsMalformed"),
        all("important data", registering(|made| made.description.grade = Grade::Important), "ok"),
        all("core data", registering(|made| made.description.grade = Grade::Core), "GradeCore"),
        all("public data without openness", public(Openness::NotPublic), "OpennessUnfit"),
        all(
            "a company's data with openness",
            registering(|made| made.description.openness = Openness::Open),
            "OpennessUnfit",
        ),
        all("open", public(Openness::Open), "ok"),
        all("conditional", public(Openness::Conditional { terms: text("ask") }), "ok"),
        all("conditional without terms", public(Openness::Conditional { terms: text("") }), "OpennessTermsEmpty"),
        all("closed, looked at again a moment from now", closed(CITY, later), "ok"),
        all("closed by a trader", closed(BOB, later), "ClosureNotApproved"),
        Row("closed by a suspended authority", empty_city, ALICE, closed(CITY, later), "ClosureNotApproved"),
        all("closed, looked at again now", closed(CITY, now), "ClosureReviewPast"),
    ]
}

fn contents() -> Vec<Row> {
    let Market { mut town, map, plan, draft, trees } = Market::new();
    let full = {
        let mut town = town.clone();
        town.edit(|draft| {
            let mut asset = draft.get::<Assets>(&map).expect("the map is there");
            asset.latest_version = VERSIONS_MAX;
            draft.put::<Assets>(&map, &asset);
        });
        town
    };
    let licence = town.license(map, 1, BOB, free_policy());
    let trees_licence = town.license(trees, 1, BOB, free_policy());
    let under = vec![parent(map, 1, Some(licence))];
    let copy = |words: &str, parents: Vec<Parent>| {
        registering(|made| {
            made.content = content(words);
            made.parents = parents;
        })
    };
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        all("no bytes", ALICE, copy("", Vec::new()), "ok"),
        all("no bytes with the root of some", ALICE, registering(|made| made.content.size_bytes = 0), "SizeUnfit"),
        all(
            "bytes with the root of none",
            ALICE,
            registering(|made| made.content.content_root = digest("")),
            "SizeUnfit",
        ),
        all("a media type", ALICE, media_type("application/vnd.apache.parquet"), "ok"),
        all("no media type", ALICE, media_type(""), "MediaTypeMalformed"),
        all("half a media type", ALICE, media_type("text/"), "MediaTypeMalformed"),
        all("a media type with three parts", ALICE, media_type("a/b/c"), "MediaTypeMalformed"),
        all("a media type with a parameter", ALICE, media_type("text/csv; charset=utf-8"), "MediaTypeMalformed"),
        all("a media type that begins with a dot", ALICE, media_type("text/.csv"), "MediaTypeMalformed"),
        all("fields", ALICE, fields(["date".into(), "rain".into()]), "ok"),
        all("256 fields", ALICE, fields((0..256).map(|number| number.to_string())), "ok"),
        all("257 fields", ALICE, fields((0..257).map(|number| number.to_string())), "StructureMalformed"),
        all("a field twice", ALICE, fields(["rain".into(), "rain".into()]), "StructureMalformed"),
        all("a field without a name", ALICE, fields([String::new()]), "StructureMalformed"),
        all(
            "transferred at registration",
            ALICE,
            claiming(Line::Hold, Basis::Transferred, true, Vec::new()),
            "BasisTransferred",
        ),
        all("collected", ALICE, claiming(Line::Hold, Basis::Collected, false, Vec::new()), "ok"),
        all("licensed by nothing", BOB, claiming(Line::Use, Basis::Licensed, true, Vec::new()), "BasisUnlicensed"),
        all("derived from nothing", BOB, claiming(Line::Operate, Basis::Derived, true, Vec::new()), "BasisUnlicensed"),
        all(
            "derived from one's own",
            ALICE,
            claiming(Line::Hold, Basis::Derived, true, vec![parent(map, 1, None)]),
            "BasisUnlicensed",
        ),
        all("derived under a licence", BOB, claiming(Line::Hold, Basis::Derived, false, under.clone()), "ok"),
        all(
            "open by a parent that is not",
            BOB,
            claiming(Line::Use, Basis::OpenLicence, true, under.clone()),
            "BasisNotOpen",
        ),
        all(
            "open by an open parent",
            BOB,
            claiming(Line::Use, Basis::OpenLicence, false, vec![parent(trees, 1, Some(trees_licence))]),
            "ok",
        ),
        all(
            "authorised without evidence",
            ALICE,
            claiming(Line::Operate, Basis::PublicAuthorised, false, Vec::new()),
            "BasisUnproven",
        ),
        all(
            "authorised with evidence",
            ALICE,
            claiming(Line::Operate, Basis::PublicAuthorised, true, Vec::new()),
            "ok",
        ),
        all("somebody else's content", BOB, register("map", "map"), "RootClaimed"),
        all("content under somebody else's notice", BOB, register("plan", "plan"), "RootClaimed"),
        all("content of a refused asset", BOB, register("draft", "draft"), "ok"),
        all("one's own content again", ALICE, register("map", "map"), "ok"),
        all("somebody else's content under its licence", BOB, copy("map", under.clone()), "ok"),
        all("somebody else's content under another licence", BOB, copy("plan", under.clone()), "RootClaimed"),
        all("open content", BOB, register("trees", "trees"), "ok"),
        all("a version of no asset", ALICE, adding(AssetId(digest("none")), "map 2"), "UnknownAsset"),
        all("a version", ALICE, adding(map, "map 2"), "ok"),
        all("a version under notice", ALICE, adding(plan, "plan 2"), "ok"),
        all("a version of somebody else's", BOB, adding(map, "map 2"), "NotHolder"),
        all("a version of a refused asset", ALICE, adding(draft, "draft 2"), "WrongRegistration"),
        all("the same content again", ALICE, adding(map, "map"), "RootUnchanged"),
        all("a version with somebody else's content", CITY, adding(trees, "map"), "RootClaimed"),
        all(
            "a malformed version",
            ALICE,
            Action::AddVersion {
                asset: map,
                content: VersionContent { size_bytes: 0, ..content("map 2") },
                parents: Vec::new(),
            },
            "SizeUnfit",
        ),
        Row("one version too many", full, ALICE, adding(map, "map 2"), "VersionsFull"),
    ]
}

fn transfers() -> Vec<Row> {
    let Market { town, map, plan, draft, .. } = Market::new();
    let mut disputed = town.clone();
    disputed.must(CAROL, objecting(map, true));
    let mut handed = town.clone();
    handed.must(ALICE, transferring(map, Line::Hold, BOB));
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        all("the holder hands over", ALICE, transferring(map, Line::Hold, BOB), "ok"),
        all("to an authority", ALICE, transferring(map, Line::Operate, CITY), "ok"),
        all("no asset", ALICE, transferring(AssetId(digest("none")), Line::Hold, BOB), "UnknownAsset"),
        all("somebody else's", BOB, transferring(map, Line::Hold, CAROL), "NotHolder"),
        Row("what one has handed over", handed.clone(), ALICE, transferring(map, Line::Hold, CAROL), "NotHolder"),
        Row("what one has kept", handed.clone(), ALICE, transferring(map, Line::Use, CAROL), "ok"),
        Row("what one has been given", handed, BOB, transferring(map, Line::Hold, CAROL), "ok"),
        all("to oneself", ALICE, transferring(map, Line::Hold, ALICE), "TransferToSelf"),
        all("to a bank", ALICE, transferring(map, Line::Hold, BANK), "RecipientNotTrader"),
        all("under notice", ALICE, transferring(plan, Line::Hold, BOB), "WrongRegistration"),
        all("refused", ALICE, transferring(draft, Line::Hold, BOB), "WrongRegistration"),
        Row("disputed", disputed, ALICE, transferring(map, Line::Hold, BOB), "ObjectionsOpen"),
    ]
}

/// A version with this many versions upstream, itself included, at depth 2.
fn with_ancestors(town: &Town, asset: AssetId, count: usize) -> Town {
    let mut town = town.clone();
    let edge = Derivation { licence: None, activity: Activity::Join, recipe: None, royalty: BasisPoints(0) };
    let name = |number: usize| AssetId(digest(&number.to_string()));
    town.edit(|draft| {
        // Fifteen parents, and the rest shared out among them as theirs; each also has the first of the rest.
        for number in 1..count {
            let child = if number <= 15 { asset } else { name(number % 15 + 1) };
            draft.put::<Derivations>(&(child, 1, name(number), 1), &edge);
        }
    });
    town
}

fn at_depth(town: &Town, asset: AssetId, depth: u8) -> Town {
    let mut town = town.clone();
    town.edit(|draft| {
        let mut version = draft.get::<Versions>(&(asset, 1)).expect("the asset has a version");
        version.depth = depth;
        draft.put::<Versions>(&(asset, 1), &version);
    });
    town
}

fn policy(actions: &[UseAction], royalty: u16, duration: Option<Duration>) -> Policy {
    Policy { actions: actions.iter().copied().collect(), royalty: BasisPoints(royalty), duration, ..free_policy() }
}

fn derivations() -> Vec<Row> {
    let Market { mut town, map, plan, draft, trees } = Market::new();
    let many: Vec<Parent> = (0..17).map(|version| parent(map, version + 1, None)).collect();
    let licence = town.license(map, 1, BOB, free_policy());
    let reading = town.license(map, 1, BOB, policy(&[UseAction::Read, UseAction::Train], 0, None));
    let deriving = town.license(map, 1, BOB, policy(&[UseAction::Derive], 0, None));
    let short = town.license(map, 1, BOB, policy(&[UseAction::Derive], 0, Some(Duration(10))));
    let expired = town.license(map, 1, BOB, free_policy());
    town.edit(|draft| {
        let mut found = draft.get::<Licences>(&expired).expect("it was made");
        found.status = LicenceStatus::Expired;
        draft.put::<Licences>(&expired, &found);
    });
    let after = |length: u64| {
        let mut town = town.clone();
        town.pass(Duration(length));
        town
    };
    let mut grown = town.clone();
    grown.must(ALICE, adding(map, "map 2"));
    let mut grown_before = grown.clone();
    grown_before.pass(Duration(1));
    let mut used = town.clone();
    used.must(ALICE, transferring(map, Line::Use, CAROL));
    let mut graded = town.clone();
    let secret = AssetId::created_by(graded.must(
        ALICE,
        registering(|made| {
            made.description.grade = Grade::General3;
            made.content = content("secret");
        }),
    ));
    graded.grant(secret);
    let of_grade = |grade| {
        registering(|made| {
            made.description.grade = grade;
            made.parents = vec![parent(map, 1, None), parent(secret, 1, None)];
        })
    };
    let costly = |royalty: u16| {
        let mut town = town.clone();
        let first = town.license(map, 1, BOB, policy(&[UseAction::Derive], 4_000, None));
        let second = town.license(trees, 1, BOB, policy(&[UseAction::Derive], royalty, None));
        let parents = vec![parent(map, 1, Some(first)), parent(trees, 1, Some(second))];
        (town, derived(parents))
    };
    let (nine, whole) = costly(5_000);
    let (more, dearer) = costly(5_001);
    let with = |licence| derived(vec![parent(map, 1, Some(licence))]);
    let training = |licence| derived(vec![Parent { activity: Activity::Train, ..parent(map, 1, Some(licence)) }]);
    let own = || derived(vec![parent(map, 1, None)]);
    let again = |version| Action::AddVersion {
        asset: map,
        content: content("map 3"),
        parents: vec![parent(map, version, None)],
    };
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        all("from one's own", ALICE, own(), "ok"),
        all("from 17", ALICE, derived(many.clone()), "ParentsTooMany"),
        all("from 16, of which one is there", ALICE, derived(many[..16].to_vec()), "UnknownParent"),
        all("from one version twice", ALICE, derived(vec![parent(map, 1, None); 2]), "ParentTwice"),
        all("from no asset", ALICE, derived(vec![parent(AssetId(digest("none")), 1, None)]), "UnknownParent"),
        all("from a version to come", ALICE, derived(vec![parent(map, 2, None)]), "UnknownParent"),
        all("from a version 0", ALICE, derived(vec![parent(map, 0, None)]), "UnknownParent"),
        all("from something under notice", ALICE, derived(vec![parent(plan, 1, None)]), "ParentNotRegistered"),
        all("from something refused", ALICE, derived(vec![parent(draft, 1, None)]), "ParentNotRegistered"),
        Row("from a version of this block", grown.clone(), ALICE, derived(vec![parent(map, 2, None)]), "ParentTooNew"),
        Row(
            "from a version of the block before",
            grown_before.clone(),
            ALICE,
            derived(vec![parent(map, 2, None)]),
            "ok",
        ),
        Row("a version from an earlier one", grown_before.clone(), ALICE, again(2), "ok"),
        Row("a version from this block's", grown, ALICE, again(2), "ParentTooNew"),
        all("from somebody else's", BOB, own(), "LicenceNeeded"),
        Row("from what one holds but may not use", used.clone(), ALICE, own(), "LicenceNeeded"),
        Row("a version of what one holds but may not use", used.clone(), ALICE, again(1), "ok"),
        Row("from what one may use but does not hold", used, CAROL, own(), "ok"),
        all("under a licence", BOB, with(licence), "ok"),
        all("under no licence", BOB, with(LicenceId(digest("none"))), "UnknownLicence"),
        all("under somebody else's licence", CAROL, with(licence), "LicenceForeign"),
        all("under a licence of another asset", BOB, derived(vec![parent(trees, 1, Some(licence))]), "LicenceOfOther"),
        Row(
            "under a licence of another version",
            grown_before,
            BOB,
            derived(vec![parent(map, 2, Some(licence))]),
            "LicenceOfOther",
        ),
        all("under an expired licence", BOB, with(expired), "LicenceOver"),
        Row("a moment before the licence ends", after(9), BOB, with(short), "ok"),
        Row("when the licence ends", after(10), BOB, with(short), "LicenceOver"),
        Row("a moment after the licence ends", after(11), BOB, with(short), "LicenceOver"),
        all("under a licence to read", BOB, with(reading), "LicenceForbids"),
        all("trained under a licence to train", BOB, training(reading), "ok"),
        all("trained under a licence to derive", BOB, training(deriving), "LicenceForbids"),
        Row("graded as the highest source", graded.clone(), ALICE, of_grade(Grade::General3), "ok"),
        Row("graded below the highest source", graded.clone(), ALICE, of_grade(Grade::General2), "GradeFalls"),
        Row(
            "a version graded below its source",
            graded,
            ALICE,
            Action::AddVersion { asset: map, content: content("map 2"), parents: vec![parent(secret, 1, None)] },
            "GradeFalls",
        ),
        Row("at depth 16", at_depth(&town, map, DERIVATION_DEPTH_MAX - 1), ALICE, own(), "ok"),
        Row("at depth 17", at_depth(&town, map, DERIVATION_DEPTH_MAX), ALICE, own(), "DerivationTooDeep"),
        Row("from 256 versions", with_ancestors(&town, map, ANCESTORS_MAX), ALICE, own(), "ok"),
        Row("from 257 versions", with_ancestors(&town, map, ANCESTORS_MAX + 1), ALICE, own(), "AncestorsTooMany"),
        Row("for nine tenths", nine, BOB, whole, "ok"),
        Row("for more", more, BOB, dearer, "RoyaltiesTooHigh"),
    ]
}

/// Towns in which the map's notice runs, has one objection of Carol, or was decided.
fn registrations() -> Vec<Row> {
    let window = genesis().rule_pack.notice_window;
    let none = AssetId(digest("none"));
    let mut town = Town::new();
    let trees = town.registered(CITY, "trees");
    let map = town.applied(ALICE, "map");
    let later = |town: &Town, length: u64| {
        let mut town = town.clone();
        town.pass(Duration(length));
        town
    };
    let change = |town: &Town, change: fn(&mut Asset)| {
        let mut town = town.clone();
        town.edit(|draft| {
            let mut asset = draft.get::<Assets>(&map).expect("the map is there");
            change(&mut asset);
            draft.put::<Assets>(&map, &asset);
        });
        town
    };
    let then = |town: &Town, signer, action| {
        let mut town = town.clone();
        town.must(signer, action);
        town
    };
    let last = later(&town, window.0 - 1);
    let over = later(&town, window.0);
    let disputed = then(&town, CAROL, objecting(map, false));
    let ruled = then(&disputed, REGISTRY, ruling(map, 0, false));
    let refused = then(&disputed, REGISTRY, refusing(map));
    let granted = then(&over, REGISTRY, granting(map, "1"));
    let cancelled = then(&granted, ALICE, cancelling(map));
    let mut by_cousin = granted.clone();
    by_cousin.must(ALICE, transferring(map, Line::Hold, BOB));
    by_cousin.must(ALICE, transferring(map, Line::Use, BOB));
    let by_nobodys_cousin = then(&by_cousin, ALICE, transferring(map, Line::Operate, BOB));
    let alice_objects = then(&town, ALICE, objecting(trees, true));
    let registry_objects = then(&town, REGISTRY, objecting(trees, true));
    let taken = then(&cancelled, BOB, register("map", "map"));
    let own_copy = then(&cancelled, ALICE, register("map", "map"));
    let cousin_certificate = then(&over, REGISTRY, granting(map, "1"));
    let second = then(&cousin_certificate, BOB, register("plan", "plan"));
    let plan = second.history.iter().rev().find_map(|event| match event {
        Event::AssetRegistered { asset, .. } => Some(*asset),
        _ => None,
    });
    let plan = plan.expect("the plan is applied for");
    let second = later(&second, window.0);
    let many = change(&town, |asset| asset.open_objections = OPEN_OBJECTIONS_MAX - 1);
    let too_many = change(&town, |asset| asset.open_objections = OPEN_OBJECTIONS_MAX);
    let uncountable = change(&town, |asset| asset.objections = u16::MAX);
    let unsaid = Action::Object { asset: map, statement: text(""), evidence: None };
    let unreasoned = |asset| Action::RefuseRegistration { asset, reason: text("") };
    let row = |case, town: &Town, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        row("anyone objects", &town, BANK, objecting(map, false), "ok"),
        row("without a word", &town, CAROL, unsaid, "StatementEmpty"),
        row("to no asset", &town, CAROL, objecting(none, false), "UnknownAsset"),
        row("to one's own", &town, ALICE, objecting(map, true), "ObjectionOwn"),
        row("a moment before the notice closes", &last, CAROL, objecting(map, false), "ok"),
        row("when the notice closes", &over, CAROL, objecting(map, false), "EvidenceMissing"),
        row("when the notice closes, with evidence", &over, CAROL, objecting(map, true), "ok"),
        row("a moment after", &later(&over, 1), CAROL, objecting(map, false), "EvidenceMissing"),
        row("after the grant", &granted, CAROL, objecting(map, false), "EvidenceMissing"),
        row("after the grant, with evidence", &granted, CAROL, objecting(map, true), "ok"),
        row("after the refusal", &refused, CAROL, objecting(map, true), "WrongRegistration"),
        row("after the end", &cancelled, CAROL, objecting(map, true), "WrongRegistration"),
        row("objection 1 000", &many, CAROL, objecting(map, false), "ok"),
        row("objection 1 001", &too_many, CAROL, objecting(map, false), "ObjectionsFull"),
        row("more than can be numbered", &uncountable, CAROL, objecting(map, false), "ObjectionsFull"),
        row("a registrar rules", &disputed, REGISTRY, ruling(map, 0, true), "ok"),
        row("a registrar dismisses", &disputed, REGISTRY, ruling(map, 0, false), "ok"),
        row("a trader rules", &disputed, BOB, ruling(map, 0, true), "RoleMissing"),
        row(
            "without a reason",
            &disputed,
            REGISTRY,
            Action::RuleObjection { asset: map, objection: 0, upheld: true, reason: text("") },
            "ReasonEmpty",
        ),
        row("on no asset", &disputed, REGISTRY, ruling(none, 0, true), "UnknownAsset"),
        row("no objection", &disputed, REGISTRY, ruling(map, 1, true), "UnknownObjection"),
        row("one ruled before", &ruled, REGISTRY, ruling(map, 0, true), "ObjectionRuled"),
        row("one that outlived the refusal", &refused, REGISTRY, ruling(map, 0, true), "ok"),
        row("a relative of the holder", &disputed, COUSIN, ruling(map, 0, true), "JudgeRelated"),
        row("a relative of the objector", &alice_objects, COUSIN, ruling(trees, 0, true), "JudgeRelated"),
        row("the objector", &registry_objects, REGISTRY, ruling(trees, 0, true), "JudgeRelated"),
        row("another than the objector", &registry_objects, COUSIN, ruling(trees, 0, true), "ok"),
        row("grant when the notice closes", &over, REGISTRY, granting(map, "1"), "ok"),
        row("grant a moment before", &last, REGISTRY, granting(map, "1"), "NoticeRuns"),
        row("grant a moment after", &later(&over, 1), REGISTRY, granting(map, "1"), "ok"),
        row("a trader grants", &over, BOB, granting(map, "1"), "RoleMissing"),
        row("grant without a number", &over, REGISTRY, granting(map, ""), "CertificateEmpty"),
        row("grant no asset", &over, REGISTRY, granting(none, "1"), "UnknownAsset"),
        row("grant to a relative", &over, COUSIN, granting(map, "1"), "JudgeRelated"),
        row("grant what is disputed", &later(&disputed, window.0), REGISTRY, granting(map, "1"), "ObjectionsOpen"),
        row("grant when the dispute is ruled", &later(&ruled, window.0), REGISTRY, granting(map, "1"), "ok"),
        row("grant twice", &granted, REGISTRY, granting(map, "2"), "WrongRegistration"),
        row("grant what was refused", &later(&refused, window.0), REGISTRY, granting(map, "1"), "WrongRegistration"),
        row("a number given before", &second, REGISTRY, granting(plan, "1"), "CertificateTaken"),
        row("a number not given before", &second, REGISTRY, granting(plan, "2"), "ok"),
        row("refuse in the notice", &town, REGISTRY, refusing(map), "ok"),
        row("refuse what is disputed", &disputed, REGISTRY, refusing(map), "ok"),
        row("a trader refuses", &town, ALICE, refusing(map), "RoleMissing"),
        row("refuse without a reason", &town, REGISTRY, unreasoned(map), "ReasonEmpty"),
        row("refuse no asset", &town, REGISTRY, refusing(none), "UnknownAsset"),
        row("refuse what is registered", &granted, REGISTRY, refusing(map), "WrongRegistration"),
        row("refuse a relative", &town, COUSIN, refusing(map), "JudgeRelated"),
        row("a registrar cancels", &granted, REGISTRY, cancelling(map), "ok"),
        row("the holder cancels", &granted, ALICE, cancelling(map), "ok"),
        row("a trader cancels", &granted, BOB, cancelling(map), "RoleMissing"),
        row(
            "cancel without a reason",
            &granted,
            REGISTRY,
            Action::CancelRegistration { asset: map, reason: text("") },
            "ReasonEmpty",
        ),
        row("cancel no asset", &granted, REGISTRY, cancelling(none), "UnknownAsset"),
        row("cancel under notice", &town, ALICE, cancelling(map), "WrongRegistration"),
        row("cancel twice", &cancelled, ALICE, cancelling(map), "WrongRegistration"),
        row("cancel a relative's", &granted, COUSIN, cancelling(map), "JudgeRelated"),
        row("cancel what a relative trades", &by_cousin, COUSIN, cancelling(map), "JudgeRelated"),
        row("cancel what no relative has", &by_nobodys_cousin, COUSIN, cancelling(map), "ok"),
        row("again after a refusal", &refused, ALICE, Action::ApplyAgain { asset: map }, "ok"),
        row("again after the end", &cancelled, ALICE, Action::ApplyAgain { asset: map }, "ok"),
        row("again for no asset", &refused, ALICE, Action::ApplyAgain { asset: none }, "UnknownAsset"),
        row("again for somebody else's", &refused, BOB, Action::ApplyAgain { asset: map }, "NotHolder"),
        row("again under notice", &town, ALICE, Action::ApplyAgain { asset: map }, "WrongRegistration"),
        row("again when registered", &granted, ALICE, Action::ApplyAgain { asset: map }, "WrongRegistration"),
        row("again when a stranger has the content", &taken, ALICE, Action::ApplyAgain { asset: map }, "RootClaimed"),
        row("again when one has the content oneself", &own_copy, ALICE, Action::ApplyAgain { asset: map }, "ok"),
    ]
}

fn tables() -> Vec<Row> {
    [descriptions(), contents(), transfers(), derivations(), registrations()].into_iter().flatten().collect()
}

/// Goal: each rule answers where it should, and an earlier rule hides a later one.
/// Method: every row asks in its own copy of a town; only the answer's name is compared.
#[test]
fn each_rule_has_its_row() {
    for Row(case, town, signer, action, answer) in tables() {
        assert_eq!(town.answer(signer, action), answer, "{case}");
    }
}

/// Goal: no rule of assets is without a row.
#[test]
fn no_rule_is_left_out() {
    let answers: BTreeSet<&str> = tables().into_iter().map(|Row(.., answer)| answer).collect();
    let rules = Rejection::ALL.iter().filter(|(number, ..)| (300..400).contains(number));
    let missing: Vec<&str> = rules.map(|(_, name, ..)| *name).filter(|name| !answers.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
