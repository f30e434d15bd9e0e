//! "May I?": one request against one policy or licence, with the clause that says no.

use serde::Serialize;

use super::Clause;
use crate::model::{Licence, LicenceStatus, Policy, Purpose, Scope, UseAction};
use crate::primitives::{ParticipantId, Text, Timestamp};

/// What somebody wants to do.
///
/// What is left open is answered no if the policy limits it: who may use the data in one region only says in which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What.
    pub action: UseAction,
    /// What for.
    pub purpose: Purpose,
    /// In which sector.
    pub sector: Option<Text<32>>,
    /// In which region.
    pub region: Option<Text<16>>,
    /// To whom the data goes; asked only of actions that pass it on.
    pub recipient: Option<ParticipantId>,
    /// How many times.
    pub uses: u64,
}

impl Request {
    /// To do this once for a purpose, and nothing said of where and to whom.
    #[must_use]
    pub const fn new(action: UseAction, purpose: Purpose) -> Self {
        Self { action, purpose, sector: None, region: None, recipient: None, uses: 1 }
    }
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Whether it may be.
    pub allowed: bool,
    /// The first clause that says no; none if all allow it.
    pub clause: Option<Clause>,
}

impl Verdict {
    /// Every clause allows it.
    pub const YES: Self = Self { allowed: true, clause: None };

    /// This clause does not.
    #[must_use]
    pub const fn no(clause: Clause) -> Self {
        Self { allowed: false, clause: Some(clause) }
    }

    fn first_of(clauses: &[(Clause, bool)]) -> Self {
        clauses.iter().find(|(_, holds)| !holds).map_or(Self::YES, |(clause, _)| Self::no(*clause))
    }
}

/// Whether a policy allows this, of which so many uses were made before.
#[must_use]
pub fn decide(policy: &Policy, request: &Request, uses_before: u64) -> Verdict {
    let passes_on = matches!(request.action, UseAction::Display | UseAction::Redistribute | UseAction::Sublicense);
    // No count leaves its 64 bits, limit or not.
    let after = uses_before.checked_add(request.uses);
    let is_left = after.is_some_and(|after| policy.max_uses.is_none_or(|limit| after <= limit));
    Verdict::first_of(&[
        (Clause::Actions, policy.actions.contains(request.action)),
        (Clause::Purposes, policy.purposes.contains(request.purpose)),
        (Clause::Sectors, allows(&policy.sectors, request.sector.as_ref())),
        (Clause::Regions, allows(&policy.regions, request.region.as_ref())),
        (Clause::Recipients, !passes_on || allows(&policy.recipients, request.recipient.as_ref())),
        (Clause::MaxUses, is_left),
    ])
}

/// Whether a policy allows an action at all: where the purpose is not said yet, as when a version is made that other
/// licences will bind to their purposes.
#[must_use]
pub const fn allows_action(policy: &Policy, action: UseAction) -> bool {
    policy.actions.contains(action)
}

/// Whether a policy allows to pass the data on in this way to somebody.
///
/// # Errors
/// The clause that says no.
pub fn decide_passing_on(policy: &Policy, action: UseAction, recipient: ParticipantId) -> Result<(), Clause> {
    if !allows_action(policy, action) {
        return Err(Clause::Actions);
    }
    if policy.recipients.contains(&recipient) { Ok(()) } else { Err(Clause::Recipients) }
}

/// Whether a purpose is among those that a policy allows: what an order asks.
#[must_use]
pub const fn allows_purpose(policy: &Policy, purpose: Purpose) -> bool {
    policy.purposes.contains(purpose)
}

/// Whether a licence allows this at some moment. What stands above it is not asked.
#[must_use]
pub fn decide_licence(licence: &Licence, request: &Request, now: Timestamp) -> Verdict {
    match live(licence, now) {
        Ok(()) => decide(&licence.policy, request, licence.uses),
        Err(clause) => Verdict::no(clause),
    }
}

/// Whether a licence is in force at some moment, also if the block has not ended it yet.
///
/// # Errors
/// The clause that says no: its status, or its duration.
pub fn live(licence: &Licence, now: Timestamp) -> Result<(), Clause> {
    if licence.status != LicenceStatus::Active {
        let is_expired = licence.status == LicenceStatus::Expired;
        let is_exhausted = licence.status == LicenceStatus::Exhausted;
        return Err(if is_expired {
            Clause::Duration
        } else if is_exhausted {
            Clause::MaxUses
        } else {
            Clause::Status
        });
    }
    let is_over = licence.until.is_some_and(|until| now >= until);
    if now < licence.from || is_over { Err(Clause::Duration) } else { Ok(()) }
}

fn allows<T: Ord>(scope: &Scope<T>, item: Option<&T>) -> bool {
    match (scope, item) {
        (Scope::Any, _) => true,
        (Scope::Only(_), None) => false,
        (Scope::Only(_), Some(item)) => scope.contains(item),
    }
}
