//! Containment, field by field: sets shrink, bounds shrink, duties and royalty are only added to.

use super::Clause;
use crate::model::{Actions, Policy, UseAction};
use crate::primitives::{BasisPoints, Duration};

impl Policy {
    /// Whether this allows nothing that the parent does not allow, for the same data.
    ///
    /// # Errors
    /// The first clause that goes beyond the parent's.
    pub fn within(&self, parent: &Self) -> Result<(), Clause> {
        self.within_bound(&parent.own_bound(), parent)
    }

    /// The widest policy that data derived under this one may have.
    ///
    /// Actions: to read the new data and to compute with it is what it was made for; any other action must be allowed
    /// here too, since else a cleaned copy would be a way around it. Purposes, sectors, regions, recipients, duties and
    /// the depth of sublicences stay. Number of uses, duration and royalty do not carry over: they bound the use of the
    /// source, not the life of what was lawfully made from it, and the royalty is fixed where the derivation is recorded.
    #[must_use]
    pub fn bound_for_derived_data(&self) -> Self {
        let Bound { actions, max_uses, duration, royalty } = self.derived_bound();
        Self { actions, max_uses, duration, royalty, ..self.clone() }
    }

    /// Whether this may be allowed for data that was derived under the parent.
    ///
    /// # Errors
    /// The first clause that goes beyond [`bound_for_derived_data`](Self::bound_for_derived_data).
    pub fn within_for_derived_data(&self, parent: &Self) -> Result<(), Clause> {
        self.within_bound(&parent.derived_bound(), parent)
    }

    /// Whether this may be sublicensed under the parent: it is within it, and may itself be sublicensed one licence less
    /// deep.
    ///
    /// # Errors
    /// The first clause that goes beyond the parent's.
    pub fn within_for_sublicence(&self, parent: &Self) -> Result<(), Clause> {
        self.within(parent)?;
        first_broken(&[(Clause::SublicenceDepth, self.sublicence_depth < parent.sublicence_depth)])
    }

    const fn own_bound(&self) -> Bound {
        Bound { actions: self.actions, max_uses: self.max_uses, duration: self.duration, royalty: self.royalty }
    }

    const fn derived_bound(&self) -> Bound {
        Bound {
            actions: self.actions.with(UseAction::Read).with(UseAction::Compute),
            max_uses: None,
            duration: None,
            royalty: BasisPoints(0),
        }
    }

    /// Whether this is within a bound, and within the parent in all that the bound does not speak of.
    fn within_bound(&self, bound: &Bound, parent: &Self) -> Result<(), Clause> {
        first_broken(&[
            (Clause::Actions, self.actions.is_subset(bound.actions)),
            (Clause::Purposes, self.purposes.is_subset(parent.purposes)),
            (Clause::Sectors, self.sectors.is_subset(&parent.sectors)),
            (Clause::Regions, self.regions.is_subset(&parent.regions)),
            (Clause::Recipients, self.recipients.is_subset(&parent.recipients)),
            (Clause::SublicenceDepth, self.sublicence_depth <= parent.sublicence_depth),
            (Clause::Duties, parent.duties.is_subset(self.duties)),
            (Clause::MaxUses, is_bound_within(self.max_uses, bound.max_uses)),
            (Clause::Duration, is_bound_within(self.duration, bound.duration)),
            (Clause::Royalty, self.royalty >= bound.royalty),
        ])
    }
}

/// What differs between a policy and the bound that it sets to derived data.
struct Bound {
    actions: Actions,
    max_uses: Option<u64>,
    duration: Option<Duration>,
    royalty: BasisPoints,
}

fn first_broken(clauses: &[(Clause, bool)]) -> Result<(), Clause> {
    clauses.iter().find(|(_, holds)| !holds).map_or(Ok(()), |(clause, _)| Err(*clause))
}

/// No limit is the widest bound.
fn is_bound_within<T: Ord>(bound: Option<T>, parent: Option<T>) -> bool {
    match (bound, parent) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(bound), Some(parent)) => bound <= parent,
    }
}
