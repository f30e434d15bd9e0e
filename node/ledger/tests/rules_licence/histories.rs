//! Any history of licences, uses, ends and recalls: what must hold after each step, by a naive model.
//!
//! The model reads the records of licences, derivations and uses alone, and computes counts, closures and hashes anew.
//! Not checked here: what a step answers; each rule has its row elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use yaosu_ledger::event::Event;
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::state::{
    Deadlines, Derivations, LiveLicences, RecallDuties, RecalledVersions, Recalls, Subject, Sublicences, Trades, Uses,
};
use yaosu_ledger::{RecallId, Timestamp, codec, rules};

use super::*;

const NAMES: [&str; 4] = [ALICE, BOB, CAROL, CITY];

#[derive(Clone, Debug)]
enum Step {
    Pass(u32),
    License { asset: Index, to: Index, policy: Policy },
    Sublicense { licence: Index, to: Index, policy: Policy },
    Use { licence: Index, action: UseAction, purpose: Purpose, units: u64 },
    Terminate { licence: Index, both: bool },
    Supersede { licence: Index, by: Index },
    State(Index),
    Derive { maker: Index, first: Index, second: Option<Index> },
    Recall(Index),
    Acknowledge(Index),
}

/// Mostly wide, so that most things can be done.
fn any_policy() -> impl Strategy<Value = Policy> {
    let bound = |length: core::ops::Range<u64>| prop::option::weighted(0.4, length);
    let purpose = prop::sample::select(vec![Purposes::ALL, Purposes::NONE.with(Purpose::Research)]);
    (bound(1..6), bound(1..2_000), 0_u8..3, purpose, any::<bool>()).prop_map(
        |(max_uses, seconds, sublicence_depth, purposes, deletes)| Policy {
            purposes,
            max_uses,
            duration: seconds.map(|seconds| Duration(seconds * 1_000)),
            sublicence_depth,
            duties: if deletes { Duties::NONE.with(Duty::DeleteOnEnd) } else { Duties::NONE },
            ..free_policy()
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let action = || prop::sample::select(vec![UseAction::Read, UseAction::Train]);
    let purpose = || prop::sample::select(vec![Purpose::Research, Purpose::Health]);
    prop_oneof![
        6 => prop::sample::select(vec![1_u32, 50, 300, 700, 800]).prop_map(Step::Pass),
        8 => (index(), index(), any_policy())
            .prop_map(|(asset, to, policy)| Step::License { asset, to, policy }),
        14 => (index(), index(), any_policy())
            .prop_map(|(licence, to, policy)| Step::Sublicense { licence, to, policy }),
        12 => (index(), action(), purpose(), 1_u64..3)
            .prop_map(|(licence, action, purpose, units)| Step::Use { licence, action, purpose, units }),
        2 => (index(), any::<bool>()).prop_map(|(licence, both)| Step::Terminate { licence, both }),
        5 => (index(), index()).prop_map(|(licence, by)| Step::Supersede { licence, by }),
        4 => index().prop_map(Step::State),
        4 => (index(), index(), prop::option::of(index()))
            .prop_map(|(maker, first, second)| Step::Derive { maker, first, second }),
        1 => index().prop_map(Step::Recall),
        4 => index().prop_map(Step::Acknowledge),
    ]
}

struct World {
    town: Town,
    assets: Vec<AssetId>,
}

impl World {
    fn new() -> Self {
        let mut town = Town::new();
        let assets = [ALICE, BOB].map(|name| town.registered(name, name)).to_vec();
        Self { town, assets }
    }

    fn licences(&self) -> Vec<(LicenceId, Licence)> {
        self.town.state.scan::<Licences>(&(), usize::MAX)
    }

    /// Mostly one that is in force.
    fn pick(&self, index: Index) -> Option<(LicenceId, Licence)> {
        let all = self.licences();
        let live: Vec<_> = all.iter().filter(|(_, licence)| licence.status == LicenceStatus::Active).cloned().collect();
        let from = if live.is_empty() { all } else { live };
        (!from.is_empty()).then(|| index.get(&from).clone())
    }

    fn name_of(id: yaosu_ledger::ParticipantId) -> &'static str {
        NAMES.into_iter().find(|name| id_of(name) == id).expect("nobody else has licences")
    }

    fn step(&mut self, number: usize, step: &Step) {
        match step {
            Step::Pass(seconds) => drop(self.town.pass(Duration::seconds(*seconds))),
            Step::License { asset, to, policy } => {
                let asset = *asset.get(&self.assets);
                // As settlement would: it grants nothing of what was recalled that is not reached at once.
                if !self.town.state.contains::<RecalledVersions>(&(asset, 1)) {
                    self.town.license(asset, 1, to.get::<&str>(&NAMES), policy.clone());
                }
            }
            Step::Derive { maker, first, second } => self.derive(number, *maker, [Some(*first), *second]),
            Step::Recall(index) => self.recall(*index.get(&self.assets)),
            _ => {
                if let Some((signer, action)) = self.action(step) {
                    // Many are refused: then nothing changes, which is checked as well.
                    drop(self.town.act(signer, action));
                }
            }
        }
    }

    fn action(&self, step: &Step) -> Option<(&'static str, Action)> {
        Some(match step {
            Step::Sublicense { licence, to, policy } => {
                let (licence, found) = self.pick(*licence)?;
                (Self::name_of(found.licensee), sublicense(licence, to.get::<&str>(&NAMES), policy.clone()))
            }
            Step::Use { licence, action, purpose, units } => {
                let (licence, found) = self.pick(*licence)?;
                (Self::name_of(found.licensee), record(&self.town, licence, *action, *purpose, *units))
            }
            Step::Terminate { licence, both } => {
                let (licence, found) = self.pick(*licence)?;
                let cause = Termination::Mutual { with: found.licensee };
                let mutual = Action::Terminate { licence, cause, statement: text("agreed") };
                (Self::name_of(found.licensor), if *both { mutual } else { breach(licence) })
            }
            Step::Supersede { licence, by } => {
                let (licence, found) = self.pick(*licence)?;
                let fit = |other: &Licence| (other.licensee, other.asset) == (found.licensee, found.asset);
                let fit: Vec<_> = self.licences().into_iter().filter(|(_, other)| fit(other)).collect();
                (Self::name_of(found.licensee), Action::Supersede { licence, by: by.get(&fit).0 })
            }
            Step::State(index) => {
                let owed: Vec<_> = self
                    .licences()
                    .into_iter()
                    .filter(|(_, licence)| licence.status != LicenceStatus::Active)
                    .collect();
                let (licence, found) = (!owed.is_empty()).then(|| index.get(&owed).clone())?;
                (Self::name_of(found.licensee), Action::StateDeletion { licence, statement: digest("gone") })
            }
            Step::Acknowledge(index) => {
                let duties = self.town.state.scan::<RecallDuties>(&(), usize::MAX);
                let ((recall, licence), duty) = (!duties.is_empty()).then(|| index.get(&duties).clone())?;
                (Self::name_of(duty.licensee), Action::AcknowledgeRecall { recall, licence })
            }
            _ => return None,
        })
    }

    /// Somebody makes something of one or two assets, under a licence where there is one.
    fn derive(&mut self, number: usize, maker: Index, parents: [Option<Index>; 2]) {
        let maker = *maker.get(&NAMES);
        let licences = self.licences();
        let parents: BTreeMap<AssetId, Option<LicenceId>> = parents
            .into_iter()
            .flatten()
            .map(|index| {
                let asset = *index.get(&self.assets);
                let own = licences.iter().find(|(_, licence)| {
                    (licence.asset, licence.licensee, licence.status) == (asset, id_of(maker), LicenceStatus::Active)
                });
                (asset, own.map(|(id, _)| *id))
            })
            .collect();
        let parents: Vec<_> = parents.into_iter().collect();
        if let Ok((transaction, _)) = self.town.act(maker, derived(&format!("made in step {number}"), &parents)) {
            let asset = AssetId::created_by(transaction);
            self.town.grant(asset);
            self.assets.push(asset);
        }
    }

    /// Invariant 18: a recall reaches exactly the licences in force of what is downstream and was not recalled before.
    fn recall(&mut self, asset: AssetId) {
        let before = self.town.clone();
        let Ok((_, events)) = self.town.act(WATCH, recall_of(asset)) else { return };
        let edges = before.state.scan::<Derivations>(&(), usize::MAX);
        let mut downstream = BTreeSet::from([asset]);
        loop {
            let more: BTreeSet<AssetId> = edges
                .iter()
                .filter(|((_, _, parent, _), _)| downstream.contains(parent))
                .map(|((child, ..), _)| *child)
                .filter(|child| !before.state.contains::<RecalledVersions>(&(*child, 1)))
                .collect();
            let count = downstream.len();
            downstream.extend(more);
            if downstream.len() == count {
                break;
            }
        }
        let licences = before.state.scan::<Licences>(&(), usize::MAX).into_iter();
        let expected: BTreeSet<LicenceId> = licences
            .filter(|(_, licence)| downstream.contains(&licence.asset) && licence.status == LicenceStatus::Active)
            .map(|(id, _)| id)
            .collect();
        let found: BTreeSet<LicenceId> = events
            .iter()
            .filter_map(|event| match event {
                Event::RecallReached { licence, .. } => Some(*licence),
                _ => None,
            })
            .collect();
        assert_eq!(found, expected, "who is reached");
    }

    fn check(&self) {
        let licences: BTreeMap<LicenceId, Licence> = self.licences().into_iter().collect();
        self.check_chains(&licences);
        self.check_uses(&licences);
        self.check_recalls(&licences);
        self.check_tables(&licences);
    }

    /// Invariant 13: what is in force is contained in all above it, and all above it is in force.
    fn check_chains(&self, licences: &BTreeMap<LicenceId, Licence>) {
        for (id, licence) in licences.iter().filter(|(_, licence)| licence.status == LicenceStatus::Active) {
            let mut below = licence;
            while let Some(above) = below.parent.map(|above| &licences[&above]) {
                assert_eq!(above.status, LicenceStatus::Active, "{id} outlived what it stands under");
                assert_eq!(licence.policy.within(&above.policy), Ok(()), "{id} is wider than what it stands under");
                assert!(below.policy.sublicence_depth < above.policy.sublicence_depth);
                assert!(above.until.is_none_or(|last| below.until.is_some_and(|until| until <= last)));
                assert_eq!((below.licensor, below.depth), (above.licensee, above.depth + 1));
                assert_eq!((below.asset, below.versions, below.order), (above.asset, above.versions, above.order));
                below = above;
            }
            assert!(licence.until.is_none_or(|until| until > self.town.now()), "{id} is over");
        }
    }

    /// Invariant 17: records are in sequence and chained, each was allowed, none came after the end or over the limit.
    fn check_uses(&self, licences: &BTreeMap<LicenceId, Licence>) {
        let mut uses: BTreeMap<LicenceId, u64> = BTreeMap::new();
        let mut heads: BTreeMap<LicenceId, (u64, Digest)> = BTreeMap::new();
        for ((id, sequence), record) in self.town.state.scan::<Uses>(&(), usize::MAX) {
            let (next, head) = heads.entry(id).or_insert((0, Digest::ZERO));
            assert_eq!((sequence, record.previous), (*next, *head), "{id} out of sequence");
            *next += 1;
            *head = hash::digest(Domain::UseRecord, &codec::encode(&(id, sequence, &record)));
            let licence = &licences[&id];
            assert!(licence.policy.purposes.contains(record.purpose) && licence.policy.actions.contains(record.action));
            assert!(licence.ended.is_none_or(|ended| record.time <= ended), "{id} was used after its end");
            let mut counted = Some(id);
            while let Some(id) = counted {
                *uses.entry(id).or_default() += record.units;
                counted = licences[&id].parent;
            }
        }
        for (id, licence) in licences {
            let count = uses.get(id).copied().unwrap_or(0);
            assert_eq!(licence.uses, count, "uses of {id}");
            assert!(licence.policy.max_uses.is_none_or(|limit| count <= limit), "{id} was used too often");
            assert_eq!(
                licence.status == LicenceStatus::Exhausted,
                licence.policy.max_uses == Some(count) && {
                    !matches!(licence.status, LicenceStatus::Terminated | LicenceStatus::Superseded)
                }
            );
            let (records, head) = heads.get(id).copied().unwrap_or((0, Digest::ZERO));
            assert_eq!((licence.records, licence.head), (records, head));
        }
    }

    /// Duties stand where their times say, and what was recalled is licensed no more without one.
    fn check_recalls(&self, licences: &BTreeMap<LicenceId, Licence>) {
        let now = self.town.now();
        let mut open: BTreeMap<RecallId, u32> = BTreeMap::new();
        for ((recall, id), duty) in self.town.state.scan::<RecallDuties>(&(), usize::MAX) {
            let licence = &licences[&id];
            assert_eq!(licence.recall, Some(recall));
            let waits = duty.status == RecallDutyStatus::Open;
            assert_eq!(licence.recall_deadline, waits.then_some(duty.deadline));
            assert_eq!(waits, duty.acknowledged.is_none() && duty.deadline > now);
            assert!(waits || licence.status != LicenceStatus::Active);
            *open.entry(recall).or_default() += u32::from(duty.acknowledged.is_none());
        }
        for (recall, record) in self.town.state.scan::<Recalls>(&(), usize::MAX) {
            assert_eq!(record.open, open.get(&recall).copied().unwrap_or(0));
        }
        for (id, licence) in licences {
            let recalled = self.town.state.contains::<RecalledVersions>(&(licence.asset, licence.versions.first()));
            let is_active = licence.status == LicenceStatus::Active;
            assert!(!is_active || recalled == licence.recall.is_some(), "{id} was missed, or reached for nothing");
        }
    }

    /// The tables beside the licences are what the licences say, and so is the table of deadlines.
    fn check_tables(&self, licences: &BTreeMap<LicenceId, Licence>) {
        let state = &self.town.state;
        let live = || licences.iter().filter(|(_, licence)| licence.status == LicenceStatus::Active);
        let found: BTreeSet<_> = state.scan::<LiveLicences>(&(), usize::MAX).into_iter().map(|(key, ())| key).collect();
        assert_eq!(found, live().map(|(id, licence)| (licence.asset, licence.versions.first(), *id)).collect());
        let found: BTreeSet<_> = state.scan::<Sublicences>(&(), usize::MAX).into_iter().map(|(key, ())| key).collect();
        assert_eq!(found, live().filter_map(|(id, licence)| Some((licence.parent?, *id))).collect());
        for (id, licence) in licences {
            let under = found.iter().filter(|(above, _)| above == id).count();
            assert_eq!(licence.sublicences as usize, under, "licences under {id}");
        }
        for asset in &self.assets {
            let count = live().filter(|(_, licence)| licence.asset == *asset).count();
            assert_eq!(state.get::<Trades>(asset).unwrap_or_default().live_licences as usize, count);
        }
        let expected: BTreeSet<(Timestamp, Subject)> = licences
            .iter()
            .filter_map(|(id, licence)| {
                let until = licence.until.filter(|_| licence.status == LicenceStatus::Active);
                let deletion = if let Deletion::Due { deadline } = licence.deletion { Some(deadline) } else { None };
                let first = [until, licence.recall_deadline, deletion].into_iter().flatten().min()?;
                Some((first, Subject::Licence(*id)))
            })
            .collect();
        let found: BTreeSet<_> = state.scan::<Deadlines>(&(), usize::MAX).into_iter().map(|(key, ())| key).collect();
        assert_eq!(found, expected);
        assert!(found.first().is_none_or(|(first, _)| *first > self.town.now()), "something due was not done");
    }
}

fn fixed_cases() -> ProptestConfig {
    ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed_cases())]

    /// For any history: after each step licences, uses, recalls and their tables are what they must be; then nothing is
    /// left to do.
    #[test]
    fn no_history_breaks_a_licence(history in vec(any_step(), 0..80)) {
        let mut world = World::new();
        for (number, step) in history.iter().enumerate() {
            world.step(number, step);
            world.check();
        }
        while let Some(next) = rules::next_deadline(&world.town.state) {
            world.town.pass(Duration(next.0 - world.town.now().0));
            world.check();
        }
    }
}

/// Goal: the property above says something: histories reach everything that can become of a licence.
#[test]
fn histories_reach_everything() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::new(fixed_cases());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..64 {
        let history = vec(any_step(), 60..80).new_tree(&mut runner).expect("there are histories").current();
        let mut world = World::new();
        for (number, step) in history.iter().enumerate() {
            world.step(number, step);
        }
        for event in &world.town.history {
            let kind = match event {
                Event::LicenceEnded { status, cause, .. } => {
                    format!("{status} {}", cause.map_or("", LicenceEnd::name))
                }
                Event::DeletionStated { late, .. } => format!("deletion stated, late: {late}"),
                Event::RecallAcknowledged { late, .. } => format!("recall acknowledged, late: {late}"),
                _ => serde_json::to_value(event).expect("events are JSON")["type"].to_string().replace('"', ""),
            };
            *seen.entry(kind).or_default() += 1;
        }
    }
    for kind in [
        "sublicensed",
        "use-recorded",
        "licence-expired",
        "exhausted ",
        "superseded ",
        "terminated mutual",
        "terminated breach",
        "terminated recall",
        "terminated upstream",
        "deletion stated, late: false",
        "deletion stated, late: true",
        "deletion-overdue",
        "recalled",
        "recall-reached",
        "recall acknowledged, late: false",
        "recall acknowledged, late: true",
        "recall-overdue",
        "derived",
    ] {
        assert!(seen.get(kind).is_some_and(|count| *count >= 3), "{kind} is too rare: {seen:?}");
    }
}
