//! How open, timely, complete and accurate an authority's data is: computed from the state, in whole numbers.

use yaosu_ledger::openness::{self, Ratio};
use yaosu_ledger::state::PublicCharges;

use super::*;

const DAY: Duration = Duration::seconds(86_400);

fn daily(words: &str, openness: Openness) -> Action {
    let mut action = public(words);
    if let Action::RegisterAsset { description, .. } = &mut action {
        description.update_cycle = UpdateCycle::Daily;
        description.openness = openness;
    }
    action
}

/// Goal: each figure is a share whose parts can be counted by hand.
/// Method: three assets of a city, one of them updated on two days of four, one attested; and one of a trader that
/// nobody is in charge of.
#[test]
fn the_figures_can_be_counted() {
    let mut town = Town::new();
    let review = town.now().after(DAY);
    let closed = Openness::Closed { reason: ClosedReason::OtherLaw, approver: id_of(CITY), review };
    let trees = AssetId::created_by(town.must(CITY, daily("trees", Openness::Open)));
    town.grant(trees);
    for (words, openness) in [("roads", Openness::Conditional { terms: text("ask") }), ("wells", closed)] {
        let mut action = public(words);
        if let Action::RegisterAsset { description, .. } = &mut action {
            description.openness = openness;
        }
        let asset = AssetId::created_by(town.must(CITY, action));
        town.grant(asset);
    }
    let rivers = AssetId::created_by(town.must(ALICE, public("rivers")));
    town.grant(rivers);
    town.registered(BOB, "chart");
    // Day 1: two versions, which count once. Day 2: none. Day 3: one. Day 4 runs.
    for (length, words) in [(DAY, "trees 2"), (Duration(1), "trees 3"), (Duration(2 * DAY.0), "trees 4")] {
        town.pass(length);
        town.must(CITY, Action::AddVersion { asset: trees, content: content(words), parents: Vec::new() });
    }
    let until = town.now().after(DAY);
    let mut quality = attest(trees, AttestationKind::Quality, Verdict::Pass, until);
    if let Action::Attest { version, .. } = &mut quality {
        *version = 4;
    }
    town.must(LAB, quality);
    let figures = openness::of_authorities(&town.state, town.now());
    let city = figures.iter().find(|found| found.authority == Some(id_of(CITY))).expect("the city has data");
    assert_eq!((city.assets, city.open, city.conditional, city.closed, city.reviews_overdue), (3, 1, 1, 1, 1));
    assert_eq!(city.openness(), Ratio { part: 2, whole: 3 });
    assert_eq!(city.openness().basis_points(), Some(yaosu_ledger::BasisPoints(6_666)));
    assert_eq!(city.timely, Ratio { part: 2, whole: 3 });
    assert_eq!(
        (city.completeness, city.accuracy),
        (Ratio { part: 9_000, whole: 10_000 }, Ratio { part: 9_000, whole: 10_000 })
    );
    assert_eq!(city.attested, 1);
    let nobody = figures.iter().find(|found| found.authority.is_none()).expect("rivers have no authority");
    assert_eq!((nobody.assets, nobody.timely.basis_points()), (1, None));
    assert_eq!(figures.len(), 2);
    assert_eq!(town.get::<PublicCharges>(&rivers), None);
}
