//! All that a version was made from, read once: however many ways lead to a version, what it was made from is looked up
//! once, and what anything owes upstream is found without asking the state again.

use std::collections::BTreeMap;

use crate::model::PARENTS_MAX;
use crate::primitives::{AssetId, BasisPoints, LicenceId};
use crate::state::{Derivations, Reader};

/// A version, by its place among those that were found.
pub type Place = usize;

/// The place of the version that was asked for.
pub const SOLD: Place = 0;

/// What is owed under a licence.
#[derive(Clone, Copy)]
pub struct Debt {
    /// To which version.
    pub to: Place,
    /// At which rate.
    pub royalty: BasisPoints,
}

/// What one version was made from.
#[derive(Default)]
struct Source {
    /// Without a licence.
    own: Vec<Place>,
    /// Under one: places of debts.
    debts: Vec<usize>,
}

/// A version and everything upstream of it, the version first.
pub struct Upstream {
    /// Which versions there are.
    pub versions: Vec<(AssetId, u32)>,
    sources: Vec<Source>,
    debts: Vec<Debt>,
}

impl Upstream {
    /// Reads it.
    ///
    /// Cost: one look-up of at most [`PARENTS_MAX`] records for each version, of which there are at most
    /// [`ANCESTORS_MAX`](crate::model::ANCESTORS_MAX).
    pub fn read<R: Reader>(state: &R, asset: AssetId, version: u32) -> Self {
        let mut found = Self { versions: vec![(asset, version)], sources: Vec::new(), debts: Vec::new() };
        let mut places = BTreeMap::from([((asset, version), SOLD)]);
        // A licence of a version is owed once, whatever was made under it.
        let mut owed: BTreeMap<(Place, LicenceId), usize> = BTreeMap::new();
        while let Some(&next) = found.versions.get(found.sources.len()) {
            let mut source = Source::default();
            for ((_, _, asset, version), edge) in state.scan::<Derivations>(&next, PARENTS_MAX) {
                let parent = *places.entry((asset, version)).or_insert_with(|| {
                    found.versions.push((asset, version));
                    found.versions.len().saturating_sub(1)
                });
                match edge.licence {
                    None => source.own.push(parent),
                    Some(licence) => source.debts.push(*owed.entry((parent, licence)).or_insert_with(|| {
                        found.debts.push(Debt { to: parent, royalty: edge.royalty });
                        found.debts.len().saturating_sub(1)
                    })),
                }
            }
            found.sources.push(source);
        }
        found
    }

    /// What a version owes: what its licences fix, and what the versions owe that it was made from without one.
    pub fn owed(&self, version: Place) -> impl Iterator<Item = Debt> {
        let mut seen = vec![false; self.sources.len()];
        let mut is_owed = vec![false; self.debts.len()];
        let mut own = vec![version];
        while let Some(next) = own.pop() {
            if std::mem::replace(&mut seen[next], true) {
                continue;
            }
            let Source { own: parents, debts } = &self.sources[next];
            for debt in debts {
                is_owed[*debt] = true;
            }
            own.extend(parents.iter().filter(|parent| !seen[**parent]));
        }
        self.debts.iter().zip(is_owed).filter(|(_, is_owed)| *is_owed).map(|(debt, _)| *debt)
    }
    /// Everything that anything here owes to, as often as it is owed to.
    pub fn owed_to(&self) -> impl Iterator<Item = Place> {
        self.debts.iter().map(|debt| debt.to)
    }
}
