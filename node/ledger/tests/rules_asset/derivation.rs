//! R331 to R345, row by row.

use yaosu_ledger::model::*;
use yaosu_ledger::state::{Derivations, Licences, Reader, Versions};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, BasisPoints, Duration, LicenceId};

use crate::asking::*;
use crate::town::*;

/// A version with this many versions upstream, itself included, at depth 2.
fn with_ancestors(town: &Town, asset: AssetId, count: usize) -> Town {
    let mut town = town.clone();
    let edge = Derivation { licence: None, activity: Activity::Join, recipe: None, royalty: BasisPoints(0) };
    let name = |number: usize| AssetId(digest(&number.to_string()));
    town.edit(|draft| {
        // Sixteen parents, and the rest shared out among them as theirs.
        for number in 1..count {
            let child = if number <= PARENTS_MAX { asset } else { name(number % PARENTS_MAX + 1) };
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

pub fn sources() -> Vec<Row> {
    let Market { town, map, plan, draft, .. } = Market::new();
    let many: Vec<Parent> = (0..17).map(|version| parent(map, version + 1, None)).collect();
    let mut grown = town.clone();
    grown.must(ALICE, adding(map, "map 2"));
    let mut grown_before = grown.clone();
    grown_before.pass(Duration(1));
    let mut used = town.clone();
    used.must(ALICE, transferring(map, Line::Use, CAROL));
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
    ]
}

pub fn licences() -> Vec<Row> {
    let Market { mut town, map, trees, .. } = Market::new();
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
    grown.pass(Duration(1));
    let with = |licence| derived(vec![parent(map, 1, Some(licence))]);
    let training = |licence| derived(vec![Parent { activity: Activity::Train, ..parent(map, 1, Some(licence)) }]);
    let all = |case, signer, action, answer| Row(case, town.clone(), signer, action, answer);
    vec![
        all("under a licence", BOB, with(licence), "ok"),
        all("under no licence", BOB, with(LicenceId(digest("none"))), "UnknownLicence"),
        all("under somebody else's licence", CAROL, with(licence), "LicenceForeign"),
        all("under a licence of another asset", BOB, derived(vec![parent(trees, 1, Some(licence))]), "LicenceOfOther"),
        Row(
            "under a licence of another version",
            grown,
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
    ]
}

pub fn bounds() -> Vec<Row> {
    let Market { town, map, trees, .. } = Market::new();
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
    let own = || derived(vec![parent(map, 1, None)]);
    vec![
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
