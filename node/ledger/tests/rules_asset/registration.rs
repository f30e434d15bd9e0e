//! R351 to R361, row by row.

use yaosu_ledger::model::*;
use yaosu_ledger::state::{Assets, Reader};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Duration};

use crate::asking::*;
use crate::town::*;

/// Towns in which the map of Alice is under notice, and what came of it.
struct Course {
    map: AssetId,
    /// Of the city, in the register.
    trees: AssetId,
    /// The notice runs.
    notice: Town,
    /// A moment before it closes.
    last: Town,
    /// It closes.
    over: Town,
    /// It runs, and Carol objects.
    disputed: Town,
    /// Carol objected, and it was refused for another reason.
    refused: Town,
    /// In the register.
    granted: Town,
    /// Taken out of it.
    cancelled: Town,
}

impl Course {
    fn new() -> Self {
        let window = genesis().rule_pack.notice_window;
        let mut notice = Town::new();
        let trees = notice.registered(CITY, "trees");
        let map = notice.applied(ALICE, "map");
        let over = later(&notice, window.0);
        let disputed = then(&notice, CAROL, objecting(map, false));
        let granted = then(&over, REGISTRY, granting(map, "1"));
        Self {
            map,
            trees,
            last: later(&notice, window.0 - 1),
            refused: then(&disputed, REGISTRY, refusing(map)),
            cancelled: then(&granted, ALICE, cancelling(map)),
            notice,
            over,
            disputed,
            granted,
        }
    }
}

fn later(town: &Town, length: u64) -> Town {
    let mut town = town.clone();
    town.pass(Duration(length));
    town
}

fn then(town: &Town, signer: &str, action: Action) -> Town {
    let mut town = town.clone();
    town.must(signer, action);
    town
}

fn row(case: &'static str, town: &Town, signer: &'static str, action: Action, answer: &'static str) -> Row {
    Row(case, town.clone(), signer, action, answer)
}

fn none() -> AssetId {
    AssetId(digest("none"))
}

pub fn objections() -> Vec<Row> {
    let Course { map, notice, last, over, refused, granted, cancelled, .. } = Course::new();
    let change = |town: &Town, change: fn(&mut Asset)| {
        let mut town = town.clone();
        town.edit(|draft| {
            let mut asset = draft.get::<Assets>(&map).expect("the map is there");
            change(&mut asset);
            draft.put::<Assets>(&map, &asset);
        });
        town
    };
    let many = change(&notice, |asset| asset.open_objections = OPEN_OBJECTIONS_MAX - 1);
    let too_many = change(&notice, |asset| asset.open_objections = OPEN_OBJECTIONS_MAX);
    let uncountable = change(&notice, |asset| asset.objections = u16::MAX);
    let unsaid = Action::Object { asset: map, statement: text(""), evidence: None };
    vec![
        row("anyone objects", &notice, BANK, objecting(map, false), "ok"),
        row("without a word", &notice, CAROL, unsaid, "StatementEmpty"),
        row("to no asset", &notice, CAROL, objecting(none(), false), "UnknownAsset"),
        row("to one's own", &notice, ALICE, objecting(map, true), "ObjectionOwn"),
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
    ]
}

pub fn rulings() -> Vec<Row> {
    let Course { map, trees, notice, disputed, refused, .. } = Course::new();
    let ruled = then(&disputed, REGISTRY, ruling(map, 0, false));
    let alice_objects = then(&notice, ALICE, objecting(trees, true));
    let registry_objects = then(&notice, REGISTRY, objecting(trees, true));
    let unsaid = Action::RuleObjection { asset: map, objection: 0, upheld: true, reason: text("") };
    vec![
        row("a registrar rules", &disputed, REGISTRY, ruling(map, 0, true), "ok"),
        row("a registrar dismisses", &disputed, REGISTRY, ruling(map, 0, false), "ok"),
        row("a trader rules", &disputed, BOB, ruling(map, 0, true), "RoleMissing"),
        row("without a reason", &disputed, REGISTRY, unsaid, "ReasonEmpty"),
        row("on no asset", &disputed, REGISTRY, ruling(none(), 0, true), "UnknownAsset"),
        row("no objection", &disputed, REGISTRY, ruling(map, 1, true), "UnknownObjection"),
        row("one ruled before", &ruled, REGISTRY, ruling(map, 0, true), "ObjectionRuled"),
        row("one that outlived the refusal", &refused, REGISTRY, ruling(map, 0, true), "ok"),
        row("a relative of the holder", &disputed, COUSIN, ruling(map, 0, true), "JudgeRelated"),
        row("a relative of the objector", &alice_objects, COUSIN, ruling(trees, 0, true), "JudgeRelated"),
        row("the objector", &registry_objects, REGISTRY, ruling(trees, 0, true), "JudgeRelated"),
        row("another than the objector", &registry_objects, COUSIN, ruling(trees, 0, true), "ok"),
    ]
}

pub fn grants() -> Vec<Row> {
    let Course { map, last, over, disputed, refused, granted, .. } = Course::new();
    let window = genesis().rule_pack.notice_window;
    let ruled = then(&disputed, REGISTRY, ruling(map, 0, false));
    let mut second = granted.clone();
    let plan = second.applied(BOB, "plan");
    second.pass(window);
    vec![
        row("grant when the notice closes", &over, REGISTRY, granting(map, "1"), "ok"),
        row("grant a moment before", &last, REGISTRY, granting(map, "1"), "NoticeRuns"),
        row("grant a moment after", &later(&over, 1), REGISTRY, granting(map, "1"), "ok"),
        row("a trader grants", &over, BOB, granting(map, "1"), "RoleMissing"),
        row("grant without a number", &over, REGISTRY, granting(map, ""), "CertificateEmpty"),
        row("grant no asset", &over, REGISTRY, granting(none(), "1"), "UnknownAsset"),
        row("grant to a relative", &over, COUSIN, granting(map, "1"), "JudgeRelated"),
        row("grant what is disputed", &later(&disputed, window.0), REGISTRY, granting(map, "1"), "ObjectionsOpen"),
        row("grant when the dispute is ruled", &later(&ruled, window.0), REGISTRY, granting(map, "1"), "ok"),
        row("grant twice", &granted, REGISTRY, granting(map, "2"), "WrongRegistration"),
        row("grant what was refused", &later(&refused, window.0), REGISTRY, granting(map, "1"), "WrongRegistration"),
        row("a number given before", &second, REGISTRY, granting(plan, "1"), "CertificateTaken"),
        row("a number not given before", &second, REGISTRY, granting(plan, "2"), "ok"),
    ]
}

pub fn ends() -> Vec<Row> {
    let Course { map, notice, disputed, granted, cancelled, .. } = Course::new();
    let mut by_cousin = granted.clone();
    by_cousin.must(ALICE, transferring(map, Line::Hold, BOB));
    by_cousin.must(ALICE, transferring(map, Line::Use, BOB));
    let by_nobodys_cousin = then(&by_cousin, ALICE, transferring(map, Line::Operate, BOB));
    let unreasoned = || Action::RefuseRegistration { asset: map, reason: text("") };
    vec![
        row("refuse in the notice", &notice, REGISTRY, refusing(map), "ok"),
        row("refuse what is disputed", &disputed, REGISTRY, refusing(map), "ok"),
        row("a trader refuses", &notice, ALICE, refusing(map), "RoleMissing"),
        row("refuse without a reason", &notice, REGISTRY, unreasoned(), "ReasonEmpty"),
        row("refuse no asset", &notice, REGISTRY, refusing(none()), "UnknownAsset"),
        row("refuse what is registered", &granted, REGISTRY, refusing(map), "WrongRegistration"),
        row("refuse a relative", &notice, COUSIN, refusing(map), "JudgeRelated"),
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
        row("cancel no asset", &granted, REGISTRY, cancelling(none()), "UnknownAsset"),
        row("cancel under notice", &notice, ALICE, cancelling(map), "WrongRegistration"),
        row("cancel twice", &cancelled, ALICE, cancelling(map), "WrongRegistration"),
        row("cancel a relative's", &granted, COUSIN, cancelling(map), "JudgeRelated"),
        row("cancel what a relative trades", &by_cousin, COUSIN, cancelling(map), "JudgeRelated"),
        row("cancel what no relative has", &by_nobodys_cousin, COUSIN, cancelling(map), "ok"),
    ]
}

pub fn renewals() -> Vec<Row> {
    let Course { map, notice, refused, granted, cancelled, .. } = Course::new();
    let taken = then(&cancelled, BOB, register("map", "map"));
    let own_copy = then(&cancelled, ALICE, register("map", "map"));
    let again = |asset| Action::ApplyAgain { asset };
    vec![
        row("again after a refusal", &refused, ALICE, again(map), "ok"),
        row("again after the end", &cancelled, ALICE, again(map), "ok"),
        row("again for no asset", &refused, ALICE, again(none()), "UnknownAsset"),
        row("again for somebody else's", &refused, BOB, again(map), "NotHolder"),
        row("again under notice", &notice, ALICE, again(map), "WrongRegistration"),
        row("again when registered", &granted, ALICE, again(map), "WrongRegistration"),
        row("again when a stranger has the content", &taken, ALICE, again(map), "RootClaimed"),
        row("again when one has the content oneself", &own_copy, ALICE, again(map), "ok"),
    ]
}
