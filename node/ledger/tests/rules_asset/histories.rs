//! Random histories of a few names and a few words, so that they collide. Numbers are those of the invariants: what
//! must never happen.
//!
//! Not checked here: money, listings and orders, which have histories of their own.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::state::{
    Assets, ContentRoots, ContentUses, Derivations, DerivedVersions, Licences, Objections, Participants, Reader, State,
    Versions,
};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, BasisPoints, Digest, Duration, LicenceId, ParticipantId};

use crate::asking::*;
use crate::town::*;

const TRADERS: &[&str] = &[ALICE, BOB, CAROL, CITY];
const REGISTRARS: &[&str] = &[REGISTRY, COUSIN];
const EVERYONE: &[&str] = &[ALICE, BOB, CAROL, CITY, REGISTRY, COUSIN];
const WORDS: &[&str] = &["map", "plan", "trees"];

/// One of the things that there are so far, by its place; the places go round.
type Pick = usize;

/// What someone tries.
#[derive(Clone, Debug)]
enum Step {
    Register { who: &'static str, words: &'static str, grade: Grade, is_open: bool, sources: Vec<Source> },
    AddVersion { who: &'static str, asset: Pick, words: &'static str, sources: Vec<Source> },
    ApplyAgain { who: &'static str, asset: Pick },
    Object { who: &'static str, asset: Pick, has_evidence: bool },
    Rule { who: &'static str, asset: Pick, objection: u16, upheld: bool },
    Grant { who: &'static str, asset: Pick, waits: bool },
    Refuse { who: &'static str, asset: Pick },
    Cancel { who: &'static str, asset: Pick },
    Transfer { who: &'static str, asset: Pick, line: Line, to: &'static str },
    License { asset: Pick, version: u32, to: &'static str, royalty: u16 },
    Pass,
}

/// A version to derive from, with one of the licences or none.
#[derive(Clone, Copy, Debug)]
struct Source {
    asset: Pick,
    version: u32,
    licence: Option<Pick>,
}

fn any_step() -> impl Strategy<Value = Step> {
    let trader = || select(TRADERS);
    let registrar = || prop_oneof![4 => select(REGISTRARS), 1 => select(EVERYONE)];
    let asset = || 0_usize..8;
    let source = (asset(), 1_u32..3, proptest::option::of(0_usize..6));
    let source = source.prop_map(|(asset, version, licence)| Source { asset, version, licence });
    let sources = prop_oneof![2 => Just(Vec::new()), 3 => vec(source, 1..3)];
    let grade = prop_oneof![
        3 => Just(Grade::General1),
        2 => Just(Grade::General2),
        1 => Just(Grade::Important),
        1 => Just(Grade::Core)
    ];
    prop_oneof![
        6 => (trader(), select(WORDS), grade, any::<bool>(), sources.clone())
            .prop_map(|(who, words, grade, is_open, sources)| Step::Register { who, words, grade, is_open, sources }),
        3 => (trader(), asset(), select(WORDS), sources)
            .prop_map(|(who, asset, words, sources)| Step::AddVersion { who, asset, words, sources }),
        2 => (trader(), asset()).prop_map(|(who, asset)| Step::ApplyAgain { who, asset }),
        2 => (select(EVERYONE), asset(), any::<bool>())
            .prop_map(|(who, asset, has_evidence)| Step::Object { who, asset, has_evidence }),
        2 => (registrar(), asset(), 0_u16..2, any::<bool>())
            .prop_map(|(who, asset, objection, upheld)| Step::Rule { who, asset, objection, upheld }),
        6 => (registrar(), asset(), any::<bool>()).prop_map(|(who, asset, waits)| Step::Grant { who, asset, waits }),
        1 => (registrar(), asset()).prop_map(|(who, asset)| Step::Refuse { who, asset }),
        2 => (select(EVERYONE), asset()).prop_map(|(who, asset)| Step::Cancel { who, asset }),
        3 => (trader(), asset(), select(Line::ALL), trader())
            .prop_map(|(who, asset, line, to)| Step::Transfer { who, asset, line, to }),
        4 => (asset(), 1_u32..3, trader(), select(&[0_u16, 4_000, 5_000, 6_000][..]))
            .prop_map(|(asset, version, to, royalty)| Step::License { asset, version, to, royalty }),
        2 => Just(Step::Pass),
    ]
}

/// A town and what its history has made so far.
struct World {
    town: Town,
    assets: Vec<AssetId>,
    licences: Vec<LicenceId>,
    certificates: u32,
}

impl World {
    fn new() -> Self {
        Self { town: Town::new(), assets: Vec::new(), licences: Vec::new(), certificates: 0 }
    }

    fn asset(&self, pick: Pick) -> AssetId {
        let nothing = AssetId(digest("nothing"));
        pick.checked_rem(self.assets.len()).map_or(nothing, |place| self.assets[place])
    }

    fn parents(&self, sources: &[Source]) -> Vec<Parent> {
        let licence = |pick: Pick| pick.checked_rem(self.licences.len()).map(|place| self.licences[place]);
        let parent = |source: &Source| {
            let named = source.licence.and_then(licence);
            // A licence that is named is most often one of the version that is meant.
            let covered = named.and_then(|licence| self.town.get::<Licences>(&licence));
            let (asset, version) = covered
                .map_or((self.asset(source.asset), source.version), |found| (found.asset, found.versions.first()));
            parent(asset, version, named)
        };
        sources.iter().map(parent).collect()
    }

    /// Who asks what; `None` if the step is none that anyone signs.
    fn action(&mut self, step: &Step) -> Option<(&'static str, Action)> {
        Some(match *step {
            Step::Register { who, words, grade, is_open, ref sources } => {
                let parents = self.parents(sources);
                let action = registering(|made| {
                    made.description.grade = grade;
                    if is_open {
                        made.description.source_class = SourceClass::Public;
                        made.description.openness = Openness::Open;
                    }
                    made.content = content(words);
                    made.parents = parents;
                });
                (who, action)
            }
            Step::AddVersion { who, asset, words, ref sources } => {
                let parents = self.parents(sources);
                (who, Action::AddVersion { asset: self.asset(asset), content: content(words), parents })
            }
            Step::ApplyAgain { who, asset } => (who, Action::ApplyAgain { asset: self.asset(asset) }),
            Step::Object { who, asset, has_evidence } => (who, objecting(self.asset(asset), has_evidence)),
            Step::Rule { who, asset, objection, upheld } => (who, ruling(self.asset(asset), objection, upheld)),
            Step::Grant { who, asset, waits } => {
                if waits {
                    self.town.pass(genesis().rule_pack.notice_window);
                }
                self.certificates += 1;
                (who, granting(self.asset(asset), &self.certificates.to_string()))
            }
            Step::Refuse { who, asset } => (who, refusing(self.asset(asset))),
            Step::Cancel { who, asset } => (who, cancelling(self.asset(asset))),
            Step::Transfer { who, asset, line, to } => (who, transferring(self.asset(asset), line, to)),
            Step::License { asset, version, to, royalty } => {
                let asset = self.asset(asset);
                if self.town.state.contains::<Versions>(&(asset, version)) {
                    let policy = Policy { royalty: BasisPoints(royalty), ..free_policy() };
                    self.licences.push(self.town.license(asset, version, to, policy));
                }
                return None;
            }
            Step::Pass => {
                self.town.pass(Duration(1));
                return None;
            }
        })
    }

    /// Tries a step, and checks what may come of it.
    fn live(&mut self, step: &Step) {
        let Some((signer, action)) = self.action(step) else { return };
        let before = self.town.state.clone();
        let Ok((transaction, events)) = self.town.act(signer, action.clone()) else { return };
        if matches!(action, Action::RegisterAsset { .. }) {
            self.assets.push(AssetId::created_by(transaction));
        }
        check_no_stranger(&before, &self.town.state, id_of(signer), &events);
        check_no_related_judge(&before, &events);
        check(&self.town);
    }
}

fn assets(state: &State) -> Vec<(AssetId, Asset)> {
    state.scan::<Assets>(&(), usize::MAX)
}

/// What all versions of an asset contain.
fn contents(state: &State, id: AssetId, asset: &Asset) -> BTreeSet<Digest> {
    let version = |number| state.get::<Versions>(&(id, number)).expect("versions count from 1 to the latest");
    (1..=asset.latest_version).map(|number| version(number).content.content_root).collect()
}

/// 12: content that others have in the register or under notice is not registered by a stranger to all of them.
fn check_no_stranger(before: &State, after: &State, signer: ParticipantId, events: &[Event]) {
    for event in events {
        let (Event::VersionAdded { asset: id, .. } | Event::AppliedAgain { asset: id, .. }) = event else { continue };
        let asset = after.get::<Assets>(id).expect("it has just been written");
        let new = match event {
            Event::VersionAdded { content_root, .. } => BTreeSet::from([*content_root]),
            _ => contents(after, *id, &asset),
        };
        let cited: BTreeSet<AssetId> = after
            .scan::<Derivations>(id, usize::MAX)
            .into_iter()
            .filter(|(_, edge)| edge.licence.is_some())
            .map(|((_, _, parent, _), _)| parent)
            .collect();
        for root in new {
            let mut others = assets(before);
            others.retain(|(other, found)| {
                other != id && found.registration.is_live() && contents(before, *other, found).contains(&root)
            });
            let may = |(other, found): &(AssetId, Asset)| {
                found.line(Line::Hold).holder == signer
                    || found.description.openness == Openness::Open
                    || cited.contains(other)
            };
            assert!(others.is_empty() || others.iter().any(may), "{root} is registered again by a stranger");
        }
    }
}

/// 25: who decided is neither one of those with a right to the asset nor related to one.
fn check_no_related_judge(before: &State, events: &[Event]) {
    for event in events {
        let (Event::RegistrationGranted { asset, registrar, .. }
        | Event::RegistrationRefused { asset, registrar, .. }
        | Event::ObjectionRuled { asset, registrar, .. }) = event
        else {
            continue;
        };
        let judge = before.get::<Participants>(registrar).expect("the judge is there");
        let judged = before.get::<Assets>(asset).expect("the asset is there");
        for line in &judged.lines {
            assert!(!judge.enrolment.related.contains(&line.holder) && line.holder != *registrar);
        }
    }
}

fn check(town: &Town) {
    check_titles(town);
    check_claims(&town.state);
    check_provenance(&town.state);
    for (id, asset) in assets(&town.state) {
        assert_ne!(asset.description.grade, Grade::Core, "11");
        let objections = town.state.scan::<Objections>(&id, usize::MAX);
        let open = objections.iter().filter(|(_, found)| found.status == ObjectionStatus::Open).count();
        assert_eq!((objections.len(), open), (asset.objections.into(), asset.open_objections.into()));
    }
}

/// 9: one holder a line, and its history replays to it.
fn check_titles(town: &Town) {
    let mut holders: BTreeMap<(AssetId, Line), ParticipantId> = BTreeMap::new();
    for event in &town.history {
        match *event {
            Event::AssetRegistered { asset, declarer, .. } => {
                holders.extend(Line::ALL.iter().map(|line| ((asset, *line), declarer)));
            }
            Event::RightTransferred { asset, line, from, to } => {
                assert_eq!(holders.insert((asset, line), to), Some(from), "the giver had the right");
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for (id, asset) in assets(&town.state) {
        found.extend(Line::ALL.iter().map(|line| ((id, *line), asset.line(*line).holder)));
    }
    assert_eq!(found, holders);
}

/// Every asset in the register or under notice, and no other, is noted with all its content, and one of them claims it.
fn check_claims(state: &State) {
    let mut expected = BTreeSet::new();
    for (id, asset) in assets(state).iter().filter(|(_, asset)| asset.registration.is_live()) {
        expected.extend(contents(state, *id, asset).into_iter().map(|root| (root, *id)));
    }
    let found: BTreeSet<_> = state.scan::<ContentUses>(&(), usize::MAX).into_iter().map(|(key, ())| key).collect();
    assert_eq!(found, expected);
    let claims = state.scan::<ContentRoots>(&(), usize::MAX);
    assert!(claims.iter().all(|claim| expected.contains(claim)), "who claims has it");
    let roots: BTreeSet<Digest> = expected.iter().map(|(root, _)| *root).collect();
    assert_eq!(claims.iter().map(|(root, _)| *root).collect::<BTreeSet<_>>(), roots);
}

/// 14: acyclic, since each parent is older, and bounded. 15: grades do not fall.
fn check_provenance(state: &State) {
    let edges = state.scan::<Derivations>(&(), usize::MAX);
    let down = |(child, version, parent, parent_version)| (parent, parent_version, child, version);
    let expected: BTreeSet<_> = edges.iter().map(|(key, _)| down(*key)).collect();
    let found: BTreeSet<_> = state.scan::<DerivedVersions>(&(), usize::MAX).into_iter().map(|(key, ())| key).collect();
    assert_eq!(found, expected);
    let version = |id, number| state.get::<Versions>(&(id, number)).expect("an edge has both ends");
    let mut depths: BTreeMap<(AssetId, u32), u8> = BTreeMap::new();
    let mut royalties: BTreeMap<(AssetId, u32), u16> = BTreeMap::new();
    for ((child, number, parent, parent_number), edge) in &edges {
        let (made, source) = (version(*child, *number), version(*parent, *parent_number));
        assert!(source.height < made.height, "14: made from what was there before");
        let depth = depths.entry((*child, *number)).or_default();
        *depth = (*depth).max(source.depth + 1);
        *royalties.entry((*child, *number)).or_default() += edge.royalty.0;
        let grade = |id| state.get::<Assets>(id).expect("an edge has both ends").description.grade;
        assert!(grade(child) >= grade(parent), "15");
    }
    for (id, asset) in assets(state) {
        for number in 1..=asset.latest_version {
            let depth = depths.get(&(id, number)).copied().unwrap_or(0);
            assert_eq!(version(id, number).depth, depth, "14");
            assert!(depth <= DERIVATION_DEPTH_MAX, "14");
        }
    }
    assert!(royalties.values().all(|sum| *sum <= ROYALTIES_MAX));
}

/// Goal: no history of registrations, derivations, objections and transfers breaks 9, 11, 12, 14, 15 or 25.
/// Method: many short histories from one seed, everything checked after each transaction that the rules allow. That
/// they allow a good deal is checked too: all kinds of events occur.
#[test]
fn no_history_breaks_an_invariant() {
    let seen = RefCell::new(BTreeSet::new());
    let config = Config { cases: 192, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&vec(any_step(), 1..64), |steps| {
        let mut world = World::new();
        for step in &steps {
            world.live(step);
        }
        let kinds = world.town.history.iter().map(|event| {
            let text = format!("{event:?}");
            text.split(' ').next().unwrap_or_default().to_owned()
        });
        seen.borrow_mut().extend(kinds);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let expected = [
        "AppliedAgain",
        "AssetRegistered",
        "Derived",
        "ObjectionRuled",
        "Objected",
        "RegistrationCancelled",
        "RegistrationGranted",
        "RegistrationRefused",
        "RightTransferred",
        "VersionAdded",
    ];
    assert_eq!(seen.into_inner(), expected.map(str::to_owned).into());
}
