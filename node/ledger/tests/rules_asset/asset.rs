//! R301 to R323, row by row.

use yaosu_ledger::model::*;
use yaosu_ledger::state::{Assets, Participants, Reader};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Duration};

use crate::asking::*;
use crate::town::*;

pub fn descriptions() -> Vec<Row> {
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

fn copying(words: &str, parents: Vec<Parent>) -> Action {
    registering(|made| {
        made.content = content(words);
        made.parents = parents;
    })
}

pub fn contents() -> Vec<Row> {
    let town = Town::new();
    let all = |case, action, answer| Row(case, town.clone(), ALICE, action, answer);
    vec![
        all("no bytes", copying("", Vec::new()), "ok"),
        all("no bytes with the root of some", registering(|made| made.content.size_bytes = 0), "SizeUnfit"),
        all("bytes with the root of none", registering(|made| made.content.content_root = digest("")), "SizeUnfit"),
        all("a media type", media_type("application/vnd.apache.parquet"), "ok"),
        all("no media type", media_type(""), "MediaTypeMalformed"),
        all("half a media type", media_type("text/"), "MediaTypeMalformed"),
        all("a media type with three parts", media_type("a/b/c"), "MediaTypeMalformed"),
        all("a media type with a parameter", media_type("text/csv; charset=utf-8"), "MediaTypeMalformed"),
        all("a media type that begins with a dot", media_type("text/.csv"), "MediaTypeMalformed"),
        all("fields", fields(["date".into(), "rain".into()]), "ok"),
        all("256 fields", fields((0..256).map(|number| number.to_string())), "ok"),
        all("257 fields", fields((0..257).map(|number| number.to_string())), "StructureMalformed"),
        all("a field twice", fields(["rain".into(), "rain".into()]), "StructureMalformed"),
        all("a field without a name", fields([String::new()]), "StructureMalformed"),
    ]
}

pub fn bases() -> Vec<Row> {
    let Market { mut town, map, trees, .. } = Market::new();
    let licence = town.license(map, 1, BOB, free_policy());
    let trees_licence = town.license(trees, 1, BOB, free_policy());
    let under = vec![parent(map, 1, Some(licence))];
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        all(
            "transferred at registration",
            ALICE,
            claiming(Line::Hold, Basis::Transferred, true, Vec::new()),
            "BasisTransferred",
        ),
        all("of no known basis", ALICE, claiming(Line::Use, Basis::Unknown, true, Vec::new()), "BasisMissing"),
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
    ]
}

pub fn claims() -> Vec<Row> {
    let Market { mut town, map, .. } = Market::new();
    let licence = town.license(map, 1, BOB, free_policy());
    let under = vec![parent(map, 1, Some(licence))];
    let mut made = town.clone();
    let sketch = AssetId::created_by(made.must(BOB, copying("sketch", under.clone())));
    made.grant(sketch);
    let mut cancelled = made.clone();
    cancelled.must(BOB, cancelling(sketch));
    let mut versions = made.clone();
    versions.must(BOB, adding(sketch, "sketch 2"));
    let at = |case, town: &Town, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        at("one's own derived content without its source", &made, BOB, register("sketch", "sketch"), "OriginConcealed"),
        at("one's own derived content with its source", &made, BOB, copying("sketch", under.clone()), "ok"),
        at("the same when the first is cancelled", &cancelled, BOB, register("sketch", "sketch"), "OriginConcealed"),
        at("the same as a later version", &versions, BOB, adding(sketch, "sketch"), "OriginConcealed"),
        at("other content without a source", &made, BOB, register("sketch 2", "sketch 2"), "ok"),
        all("somebody else's content", BOB, register("map", "map"), "RootClaimed"),
        all("content under somebody else's notice", BOB, register("plan", "plan"), "RootClaimed"),
        all("content of a refused asset", BOB, register("draft", "draft"), "ok"),
        all("one's own content again", ALICE, register("map", "map"), "ok"),
        all("somebody else's content under its licence", BOB, copying("map", under.clone()), "ok"),
        all("somebody else's content under another licence", BOB, copying("plan", under.clone()), "RootClaimed"),
        all("open content", BOB, register("trees", "trees"), "ok"),
    ]
}

pub fn versions() -> Vec<Row> {
    let Market { town, map, plan, draft, trees } = Market::new();
    let full = {
        let mut town = town.clone();
        town.edit(|draft| {
            let mut asset = draft.get::<Assets>(&map).expect("the map is there");
            asset.latest_version = VERSIONS_MAX;
            draft.put::<Assets>(&map, &asset);
        });
        town
    };
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
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

pub fn transfers() -> Vec<Row> {
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
