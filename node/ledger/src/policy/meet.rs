//! The meet: what several policies have in common.

use super::Clause;
use crate::model::Policy;

/// The widest policy that is within both: whatever is within both is within it, and the other way round.
///
/// # Errors
/// The first clause in which the two have nothing in common, so that nothing would be allowed. That the data may be
/// passed on to nobody is no such clause: it may still be used.
pub fn meet(one: &Policy, other: &Policy) -> Result<Policy, Clause> {
    let policy = Policy {
        actions: one.actions.intersection(other.actions),
        purposes: one.purposes.intersection(other.purposes),
        sectors: one.sectors.intersection(&other.sectors),
        regions: one.regions.intersection(&other.regions),
        recipients: one.recipients.intersection(&other.recipients),
        max_uses: tighter(one.max_uses, other.max_uses),
        duration: tighter(one.duration, other.duration),
        sublicence_depth: one.sublicence_depth.min(other.sublicence_depth),
        royalty: one.royalty.max(other.royalty),
        duties: one.duties.union(other.duties),
    };
    let empty = [
        (Clause::Actions, policy.actions.is_empty()),
        (Clause::Purposes, policy.purposes.is_empty()),
        (Clause::Sectors, policy.sectors.is_empty()),
        (Clause::Regions, policy.regions.is_empty()),
    ];
    empty.iter().find(|(_, empty)| *empty).map_or(Ok(policy), |(clause, _)| Err(*clause))
}

/// No limit is the widest bound.
fn tighter<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (bound, None) | (None, bound) => bound,
    }
}
