//! What was made from what, and what of a sale goes upstream.

use std::collections::{BTreeMap, BTreeSet};

use yaosu_ledger::model::{Parent, Policy};
use yaosu_ledger::{AssetId, LicenceId};

use super::{Model, Step};

/// A version: of which asset, and which.
pub type VersionKey = (AssetId, u32);

/// An edge to what a version was made from.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// What it was made from.
    pub parent: VersionKey,
    /// Under which licence.
    pub licence: Option<LicenceId>,
    /// For which share of what it earns, in basis points.
    pub royalty: u16,
}

impl Model {
    pub(super) fn note_version(&mut self, step: &Step<'_>, key: VersionKey, parents: &[Parent]) {
        let edge = |parent: &Parent| Edge {
            parent: (parent.asset, parent.version),
            licence: parent.licence,
            royalty: parent.licence.map_or(0, |licence| self.grants[&licence].policy.royalty.0),
        };
        let edges = parents.iter().map(edge).collect();
        self.edges.insert(key, edges);
        self.latest.insert(key.0, key.1);
        self.heights.insert(key, step.height);
    }

    /// What a version owes: to whom, under which licence, at which rate. What was made without a licence owes what that
    /// owes which it was made from.
    pub fn owed(&self, version: VersionKey) -> BTreeMap<(VersionKey, LicenceId), u16> {
        let mut owed = BTreeMap::new();
        for edge in &self.edges[&version] {
            match edge.licence {
                Some(licence) => drop(owed.insert((edge.parent, licence), edge.royalty)),
                None => owed.extend(self.owed(edge.parent)),
            }
        }
        owed
    }

    /// All that a version owes, in basis points.
    pub fn owes(&self, version: VersionKey) -> u16 {
        self.owed(version).into_values().sum()
    }

    /// What bounds the licences of a version: the policies of the licences that it was made under.
    pub fn bounds(&self, asset: AssetId, version: u32) -> Vec<&Policy> {
        if !self.edges.contains_key(&(asset, version)) {
            return Vec::new();
        }
        let licences: BTreeSet<LicenceId> =
            self.owed((asset, version)).into_keys().map(|(_, licence)| licence).collect();
        licences.iter().map(|licence| &self.grants[licence].policy).collect()
    }

    /// All versions upstream.
    pub fn ancestors(&self, version: VersionKey) -> BTreeSet<VersionKey> {
        let mut found = BTreeSet::new();
        for edge in &self.edges[&version] {
            if found.insert(edge.parent) {
                found.extend(self.ancestors(edge.parent));
            }
        }
        found
    }

    /// Derivations above a version.
    pub fn depth(&self, version: VersionKey) -> u8 {
        self.edges[&version].iter().map(|edge| self.depth(edge.parent) + 1).max().unwrap_or(0)
    }

    /// All versions that were made from this one, directly.
    pub fn children(&self, version: VersionKey) -> Vec<VersionKey> {
        let is_child = |edges: &[Edge]| edges.iter().any(|edge| edge.parent == version);
        self.edges.iter().filter(|(_, edges)| is_child(edges)).map(|(key, _)| *key).collect()
    }

    /// Divides a pot: what stays, and what each version upstream keeps. By asking each version what it gets from all that
    /// was made from it, which is another way round than the ledger's, and takes the edges in this order or the other.
    pub fn split(&self, sold: VersionKey, pot: u64, backwards: bool) -> (u64, BTreeMap<VersionKey, u64>) {
        let mut reached = BTreeMap::new();
        let mut next = vec![sold];
        while let Some(version) = next.pop() {
            let owed = reached.entry(version).or_insert_with(|| self.owed(version));
            let parents: Vec<VersionKey> = owed.keys().map(|(parent, _)| *parent).collect();
            next.extend(parents.into_iter().filter(|parent| !reached.contains_key(parent)));
        }
        let mut received = BTreeMap::from([(sold, pot)]);
        let order: Vec<VersionKey> =
            if backwards { reached.keys().rev().copied().collect() } else { reached.keys().copied().collect() };
        for version in &order {
            Self::receive(*version, &reached, &mut received, &order);
        }
        let passed_on = |version: &VersionKey| -> u64 {
            reached[version].values().map(|royalty| share(received[version], *royalty)).sum()
        };
        let kept: BTreeMap<VersionKey, u64> =
            received.iter().map(|(version, amount)| (*version, amount - passed_on(version))).collect();
        let rest = kept[&sold];
        (rest, kept.into_iter().filter(|(version, amount)| *version != sold && *amount > 0).collect())
    }

    /// What a version gets: of each that was made from it, what that passes on.
    fn receive(
        version: VersionKey,
        reached: &BTreeMap<VersionKey, BTreeMap<(VersionKey, LicenceId), u16>>,
        received: &mut BTreeMap<VersionKey, u64>,
        order: &[VersionKey],
    ) -> u64 {
        if let Some(amount) = received.get(&version) {
            return *amount;
        }
        let mut sum = 0;
        for child in order {
            for ((_, _), royalty) in reached[child].iter().filter(|((parent, _), _)| *parent == version) {
                sum += share(Self::receive(*child, reached, received, order), *royalty);
            }
        }
        received.insert(version, sum);
        sum
    }
}

/// A share in basis points, rounded down.
pub fn share(amount: u64, ratio: u16) -> u64 {
    u64::try_from(u128::from(amount) * u128::from(ratio) / 10_000).expect("a share is at most the whole")
}
