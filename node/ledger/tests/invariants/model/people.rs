//! Everyone, what they may do and by which keys; freezes and attestations.

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, AttestationId, FreezeId, ParticipantId, ProposalId, Timestamp, TransactionId};

use super::{Applied, Model, Opinion, Step, Stop};

/// A participant.
pub struct Person {
    /// The keys now.
    pub keys: KeySet,
    /// Keys that were given up.
    pub former: Vec<KeySet>,
    /// What it may do.
    pub roles: Roles,
    /// Whether it may.
    pub status: ParticipantStatus,
    /// Each change of that, and when it was.
    pub changes: Vec<(Timestamp, ParticipantStatus)>,
    /// Whom it names as related.
    pub related: Vec<ParticipantId>,
}

impl Person {
    /// Somebody new.
    pub fn new(enrolment: &Enrolment, roles: Roles) -> Self {
        let Enrolment { keys, related, .. } = enrolment.clone();
        let status = ParticipantStatus::Active;
        Self { keys, former: Vec::new(), roles, status, changes: Vec::new(), related }
    }
}

impl Model {
    pub(super) fn note_people(&mut self, applied: &Applied<'_>) {
        match applied.action {
            Action::EnrolTrader { enrolment } => {
                let roles = Roles::NONE.with(Role::Trader);
                self.people.insert(ParticipantId::created_by(applied.id), Person::new(enrolment, roles));
            }
            Action::RotateKeys { keys, .. } => {
                let person = self.people.get_mut(&applied.signer).expect("who signs is there");
                person.former.push(std::mem::replace(&mut person.keys, keys.clone()));
            }
            Action::Propose { measure } => {
                self.measures.insert(ProposalId::created_by(applied.id), measure.clone());
            }
            _ => {}
        }
    }

    /// What operators have decided comes into force.
    pub(super) fn follow_people(&mut self, step: &Step<'_>, event: &Event) {
        let Event::ProposalMoved { proposal, status: ProposalStatus::Enacted } = event else { return };
        match self.measures[proposal].clone() {
            Measure::Enrol { enrolment, roles } => {
                let id = ParticipantId::created_by(TransactionId(proposal.0));
                self.people.insert(id, Person::new(&enrolment, roles));
            }
            Measure::SetRoles { participant, roles } => self.person(participant).roles = roles,
            Measure::SetStatus { participant, status } => {
                let person = self.person(participant);
                person.status = status;
                person.changes.push((step.now, status));
            }
            Measure::SetRulePack { pack } => self.pack = pack,
            Measure::SetValidators { .. } | Measure::AdmitNode { .. } | Measure::DismissNode { .. } => {}
        }
    }

    fn person(&mut self, id: ParticipantId) -> &mut Person {
        self.people.get_mut(&id).expect("it was enrolled")
    }

    pub(super) fn note_supervision(&mut self, step: &Step<'_>, applied: &Applied<'_>) {
        match *applied.action {
            Action::Freeze { target, scope, until, .. } => {
                let regulator = applied.signer;
                let (since, is_active) = (step.now, true);
                let frozen = Stop { regulator, target, scope, since, until, is_active, ended: None, appellant: None };
                self.stops.insert(FreezeId::created_by(applied.id), frozen);
            }
            Action::AppealFreeze { freeze, .. } => {
                self.stops.get_mut(&freeze).expect("it was frozen").appellant = Some(applied.signer);
            }
            Action::Attest { kind, asset, version, verdict, findings, valid_until: until, .. } => {
                let assessor = applied.signer;
                assert!(step.now < until);
                let opinion = Opinion { asset, version, kind, assessor, verdict, findings, until, is_issued: true };
                self.opinions.insert(AttestationId::created_by(applied.id), opinion);
            }
            _ => {}
        }
    }

    pub(super) fn follow_supervision(&mut self, step: &Step<'_>, event: &Event) {
        match *event {
            Event::FreezeEnded { freeze, status, .. } => {
                let frozen = self.stops.get_mut(&freeze).expect("it was frozen");
                let is_over = frozen.until <= step.now;
                assert_eq!(is_over, status == FreezeStatus::Expired, "21: a freeze ends by itself when it is over");
                assert!(std::mem::replace(&mut frozen.is_active, false), "a freeze ends once");
                frozen.ended = Some(step.now.min(frozen.until));
            }
            Event::AttestationSuperseded { attestation, .. } | Event::AttestationWithdrawn { attestation, .. } => {
                self.end_opinion(attestation);
            }
            Event::AttestationExpired { attestation, .. } => {
                assert!(self.opinions[&attestation].until <= step.now, "21: an attestation ended before its time");
                self.end_opinion(attestation);
            }
            _ => {}
        }
    }

    fn end_opinion(&mut self, attestation: AttestationId) {
        let opinion = self.opinions.get_mut(&attestation).expect("it was issued");
        assert!(std::mem::replace(&mut opinion.is_issued, false), "an attestation ends once");
    }

    /// Whether a freeze stops this of that.
    pub fn is_stopped(&self, scope: FreezeScope, target: Subject) -> bool {
        self.stops.values().any(|stop| {
            stop.is_active && stop.target == target && (stop.scope == scope || stop.scope == FreezeScope::All)
        })
    }

    /// From when to when freezes have stopped this of any of these, or for ever.
    pub fn frozen(&self, scope: FreezeScope, targets: &[Subject]) -> Vec<(u64, u64)> {
        let stops = self.stops.values().filter(|stop| targets.contains(&stop.target));
        let stops = stops.filter(|stop| stop.scope == scope || stop.scope == FreezeScope::All);
        stops.map(|stop| (stop.since.0, stop.ended.map_or(u64::MAX, |ended| ended.0))).collect()
    }

    /// From when to when somebody has waited to be let act again, or for ever. Nobody waits for who is revoked.
    pub fn suspended(&self, who: ParticipantId) -> Vec<(u64, u64)> {
        let person = &self.people[&who];
        if person.status == ParticipantStatus::Revoked {
            return Vec::new();
        }
        let ends = person.changes.iter().skip(1).map(|(end, _)| end.0).chain([u64::MAX]);
        let spans = person.changes.iter().zip(ends);
        let spans = spans.filter(|((_, status), _)| *status != ParticipantStatus::Active);
        spans.map(|((since, _), end)| (since.0, end)).collect()
    }

    /// Whether somebody can be paid a royalty.
    pub fn may_receive(&self, who: ParticipantId) -> bool {
        self.people[&who].status == ParticipantStatus::Active
            && !self.is_stopped(FreezeScope::Funds, Subject::Participant(who))
    }

    /// The attestations of a kind that count for a version now.
    pub fn in_force(&self, asset: AssetId, version: u32, kind: AttestationKind, now: Timestamp) -> Vec<&Opinion> {
        let holders = Line::ALL.iter().map(|line| self.holder(asset, *line)).collect::<Vec<_>>();
        let about = |found: &&Opinion| (found.asset, found.version, found.kind) == (asset, version, kind);
        let counts = |found: &&Opinion| found.is_issued && now < found.until;
        let is_free = |found: &&Opinion| !holders.iter().any(|holder| self.are_related(found.assessor, *holder));
        self.opinions.values().filter(about).filter(counts).filter(is_free).collect()
    }
}
