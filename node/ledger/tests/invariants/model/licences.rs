//! Licences: what they allow, how they end, and whom a recall reaches.

use std::collections::BTreeSet;

use yaosu_ledger::event::Event;
use yaosu_ledger::hash::{self, Domain};
use yaosu_ledger::model::*;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Digest, LicenceId, OrderId, ParticipantId, RecallId, Timestamp, codec};

use super::{Cause, Model, Step, VersionKey};

/// A licence.
pub struct Grant {
    /// The order at its top.
    pub order: OrderId,
    /// Of which asset.
    pub asset: AssetId,
    /// Which versions.
    pub versions: VersionScope,
    /// Who gave it.
    pub licensor: ParticipantId,
    /// Who has it.
    pub licensee: ParticipantId,
    /// What it allows.
    pub policy: Policy,
    /// Whether nobody else may have one.
    pub exclusive: bool,
    /// Until when.
    pub until: Option<Timestamp>,
    /// The one that it stands under.
    pub parent: Option<LicenceId>,
    /// Whether nothing has ended it.
    pub is_live: bool,
    /// Uses, those under it among them.
    pub uses: u64,
    /// Records of uses.
    pub records: u64,
    /// The hash of the last one.
    pub head: Digest,
    /// The recall that reached it.
    pub recall: Option<RecallId>,
    /// Until when that must be acknowledged.
    pub recall_deadline: Option<Timestamp>,
    /// Versions that were delivered under it, one after the other.
    pub delivered: Vec<u32>,
}

impl Model {
    pub(super) fn follow_licences(&mut self, step: &Step<'_>, event: &Event) {
        match *event {
            Event::LicenceGranted { licence, order, asset, licensor, licensee } => {
                assert!(self.pending.granted.remove(&licence), "a licence for what was paid");
                let sale = &self.sales[&order];
                let terms = sale.terms.clone().expect("a licence at terms");
                assert_eq!((asset, licensee), (sale.asset, sale.licensee));
                assert_eq!(licensor, self.holder(asset, Line::Operate), "11: who gives a licence may");
                let (versions, length) = match terms.form {
                    PlanForm::OneOff => (VersionScope::Only(sale.version), terms.policy.duration),
                    PlanForm::Subscription { period } => (VersionScope::From(sale.version), Some(period)),
                };
                let grant = Grant {
                    order,
                    asset,
                    versions,
                    licensor,
                    licensee,
                    policy: terms.policy,
                    exclusive: terms.supply == Supply::Exclusive,
                    until: length.map(|length| step.now.after(length)),
                    parent: None,
                    is_live: true,
                    uses: 0,
                    records: 0,
                    head: Digest::ZERO,
                    recall: None,
                    recall_deadline: None,
                    delivered: Vec::new(),
                };
                if self.recalled.contains_key(&(asset, versions.first())) {
                    self.pending.reached.insert(licence);
                }
                assert!(self.grants.insert(licence, grant).is_none(), "a licence is granted once");
            }
            Event::Sublicensed { licence, parent, .. } => self.note_sublicence(step, licence, parent),
            Event::UseRecorded { licence, sequence, .. } => self.note_use(step, licence, sequence),
            Event::LicenceExpired { licence, .. } => {
                let is_over = self.grants[&licence].until.is_some_and(|until| until <= step.now);
                assert!(is_over, "21: {licence} expired before its time");
                self.end_grant(licence);
            }
            Event::LicenceEnded { licence, status, cause, .. } => {
                assert!(
                    self.may_end(step, licence, status, cause),
                    "18: {licence} ended by nothing: {status} {cause:?}"
                );
                self.end_grant(licence);
            }
            Event::SubscriptionRenewed { licence, until, .. } => {
                self.grants.get_mut(&licence).expect("it was granted").until = Some(until);
            }
            Event::Recalled { recall, asset, first_version, last_version, cause, .. } => {
                let versions = (first_version..=last_version).map(|version| (asset, version));
                if cause == RecallCause::Withdrawn {
                    let new: Vec<VersionKey> = versions.filter(|version| !self.is_off_sale(*version)).collect();
                    self.withdrawn.extend(new.into_iter().map(|version| (version, recall)));
                } else {
                    self.note_recall(step, recall, versions.collect());
                }
            }
            Event::RecallReached { recall, licence, deadline, .. } => {
                assert!(self.pending.reached.remove(&licence), "18: a recall has reached {licence} for nothing");
                assert_eq!(
                    deadline,
                    step.now.after(step.after.recalls[&recall].window),
                    "22: a recall keeps its window"
                );
                let grant = self.grants.get_mut(&licence).expect("it was granted");
                (grant.recall, grant.recall_deadline) = (Some(recall), Some(deadline));
            }
            Event::RecallAcknowledged { licence, .. } => self.end_duty(licence),
            Event::RecallOverdue { licence, .. } => {
                let deadline = self.grants[&licence].recall_deadline;
                assert!(deadline.is_some_and(|deadline| deadline <= step.now), "21: overdue before its time");
                self.end_duty(licence);
            }
            _ => {}
        }
    }

    fn end_duty(&mut self, licence: LicenceId) {
        self.grants.get_mut(&licence).expect("it was granted").recall_deadline = None;
    }

    fn end_grant(&mut self, licence: LicenceId) {
        let grant = self.grants.get_mut(&licence).expect("what ends was granted");
        assert!(std::mem::replace(&mut grant.is_live, false), "a licence ends once");
    }

    /// Invariant 18: whether a licence may end so in this step.
    fn may_end(&self, step: &Step<'_>, id: LicenceId, status: LicenceStatus, cause: Option<LicenceEnd>) -> bool {
        let grant = &self.grants[&id];
        let action = step.applied().map(|applied| applied.action);
        let asked = |needed: fn(&Termination) -> bool| matches!(action, Some(Action::Terminate { licence, cause, .. }) if *licence == id && needed(cause));
        match (status, cause) {
            (LicenceStatus::Exhausted, None) => grant.policy.max_uses == Some(grant.uses),
            (LicenceStatus::Superseded, None) => {
                matches!(action, Some(Action::Supersede { licence, .. }) if *licence == id)
            }
            (LicenceStatus::Terminated, Some(LicenceEnd::Mutual)) => {
                asked(|cause| matches!(cause, Termination::Mutual { .. }))
            }
            (LicenceStatus::Terminated, Some(LicenceEnd::Breach)) => {
                let is_paid = grant.parent.is_none() && self.sales[&grant.order].price > 0;
                let is_judge = |who: &ParticipantId| self.people[who].roles.contains(Role::Arbiter);
                let Some(Action::Terminate { licence, cause: Termination::Breach { arbiter, .. }, .. }) = action else {
                    return false;
                };
                *licence == id && arbiter.as_ref().map_or(!is_paid, is_judge)
            }
            (LicenceStatus::Terminated, Some(LicenceEnd::Regulator)) => {
                asked(|cause| matches!(cause, Termination::Regulator { .. }))
            }
            (LicenceStatus::Terminated, Some(LicenceEnd::Recall)) => match action {
                Some(Action::AcknowledgeRecall { licence, .. }) => *licence == id,
                Some(_) => false,
                None => grant.recall.is_some() && grant.recall_deadline.is_none(),
            },
            (LicenceStatus::Terminated, Some(LicenceEnd::Upstream)) => {
                grant.parent.is_some_and(|parent| !self.grants[&parent].is_live)
            }
            _ => false,
        }
    }

    fn note_sublicence(&mut self, step: &Step<'_>, licence: LicenceId, parent: LicenceId) {
        let Cause::Transaction(applied) = step.cause else { panic!("no block sublicenses") };
        let Action::Sublicense { licence: named, licensee, policy, until } = applied.action else {
            panic!("only a sublicence sublicenses")
        };
        assert_eq!(parent, *named);
        let above = &self.grants[&parent];
        assert_eq!(applied.signer, above.licensee);
        let by_duration = policy.duration.map(|length| step.now.after(length));
        let grant = Grant {
            order: above.order,
            asset: above.asset,
            versions: above.versions,
            licensor: applied.signer,
            licensee: *licensee,
            policy: policy.clone(),
            exclusive: above.exclusive,
            until: until.iter().copied().chain(by_duration).min(),
            parent: Some(parent),
            is_live: true,
            uses: 0,
            records: 0,
            head: Digest::ZERO,
            recall: None,
            recall_deadline: None,
            delivered: Vec::new(),
        };
        assert!(self.grants.insert(licence, grant).is_none());
    }

    fn note_use(&mut self, step: &Step<'_>, id: LicenceId, sequence: u64) {
        let record = &step.after.uses[&(id, sequence)];
        let head = hash::digest(Domain::UseRecord, &codec::encode(&(id, sequence, record)));
        let grant = self.grants.get_mut(&id).expect("it was granted");
        grant.records += 1;
        grant.head = head;
        for above in self.chain(id) {
            self.grants.get_mut(&above).expect("it was granted").uses += record.units;
        }
    }

    /// Whether nothing new is sold of a version: it was recalled or withdrawn.
    pub fn is_off_sale(&self, version: VersionKey) -> bool {
        self.recalled.contains_key(&version) || self.withdrawn.contains_key(&version)
    }

    /// A licence and those above it.
    pub fn chain(&self, id: LicenceId) -> Vec<LicenceId> {
        std::iter::successors(Some(id), |id| self.grants[id].parent).collect()
    }

    /// Invariant 18: everything downstream of these versions that no recall had reached, and every licence in force of it.
    fn note_recall(&mut self, step: &Step<'_>, recall: RecallId, versions: Vec<VersionKey>) {
        let mut next = versions;
        let mut found: BTreeSet<VersionKey> = BTreeSet::new();
        while let Some(version) = next.pop() {
            if !self.recalled.contains_key(&version) && found.insert(version) {
                next.extend(self.children(version));
            }
        }
        let is_meant = |grant: &Grant| {
            found.iter().any(|(asset, version)| {
                grant.asset == *asset
                    && match grant.versions {
                        VersionScope::Only(only) => only == *version,
                        VersionScope::From(first) => first <= *version,
                    }
            })
        };
        let is_live = |grant: &Grant| grant.is_live && grant.until.is_none_or(|until| step.now < until);
        let in_force = |id: &LicenceId| self.chain(*id).iter().all(|above| is_live(&self.grants[above]));
        let reached = self.grants.iter().filter(|(_, grant)| grant.recall.is_none() && is_meant(grant));
        let reached = reached.filter(|(id, _)| in_force(id));
        self.pending.reached = reached.map(|(id, _)| *id).collect();
        self.withdrawn.retain(|version, _| !found.contains(version));
        self.recalled.extend(found.into_iter().map(|version| (version, recall)));
    }
}
