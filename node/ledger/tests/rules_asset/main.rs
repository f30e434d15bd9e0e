//! R301 to R361: assets, derivations, registration. Every rule by rows, every path by a story.

mod asking;
mod asset;
mod derivation;
mod registration;
mod stories;
#[path = "../town/mod.rs"]
mod town;

use std::collections::BTreeSet;

use asking::Row;
use yaosu_ledger::rejection::Rejection;

fn tables() -> Vec<Row> {
    [
        asset::descriptions(),
        asset::contents(),
        asset::bases(),
        asset::claims(),
        asset::versions(),
        asset::transfers(),
        derivation::sources(),
        derivation::licences(),
        derivation::bounds(),
        registration::objections(),
        registration::rulings(),
        registration::grants(),
        registration::ends(),
        registration::renewals(),
    ]
    .into_iter()
    .flatten()
    .collect()
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
