//! A naive model of the market: what everyone should have and what everything should be, kept from what was asked and
//! allowed and from the order in which things happened, not from the records and not by the code that keeps them.
//!
//! Where an event says what came of something, the model has worked out before what must come of it, and compares.

mod licences;
mod lineage;
mod money;
mod people;
mod sales;

use std::collections::{BTreeMap, BTreeSet};

use yaosu_ledger::event::Event;
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::model::*;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{
    AssetId, AttestationId, DemandId, FreezeId, Height, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId,
    ProposalId, RecallId, Timestamp, TransactionId,
};

pub use licences::Grant;
pub use lineage::{Edge, VersionKey};
pub use people::Person;
pub use sales::Sale;

use super::view::View;

/// Who or what has changed something.
#[derive(Clone, Copy)]
pub enum Cause<'a> {
    /// The block by itself, at its beginning.
    Block,
    /// A transaction.
    Transaction(&'a Applied<'a>),
}

/// A transaction that was applied.
pub struct Applied<'a> {
    /// Its identifier.
    pub id: TransactionId,
    /// Who signed it.
    pub signer: ParticipantId,
    /// What it asked for.
    pub action: &'a Action,
    /// The keys that approved.
    pub keys: Vec<PublicKey>,
}

/// What has happened at once.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// By whom or what.
    pub cause: Cause<'a>,
    /// What happened, in order.
    pub events: &'a [Event],
    /// The time of the block.
    pub now: Timestamp,
    /// Its height.
    pub height: Height,
    /// The records before.
    pub before: &'a View,
    /// The records after.
    pub after: &'a View,
}

impl<'a> Step<'a> {
    /// The transaction, if it was one.
    pub const fn applied(&self) -> Option<&'a Applied<'a>> {
        match self.cause {
            Cause::Block => None,
            Cause::Transaction(applied) => Some(applied),
        }
    }
}

/// What is offered on a listing: never changes.
pub struct Offer {
    /// Of which asset.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// By whom.
    pub seller: ParticipantId,
    /// How it trades.
    pub kind: ListingKind,
    /// On these plans.
    pub plans: Vec<Terms>,
}

/// A freeze.
pub struct Stop {
    /// By whom.
    pub regulator: ParticipantId,
    /// Of what.
    pub target: Subject,
    /// How far.
    pub scope: FreezeScope,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whether nothing has ended it.
    pub is_active: bool,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Who has appealed.
    pub appellant: Option<ParticipantId>,
}

/// A negotiation.
pub struct Talk {
    /// Where the two met.
    pub ground: Ground,
    /// On which asset.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// The two.
    pub buyer: ParticipantId,
    /// The two.
    pub seller: ParticipantId,
    /// The buyer's last word.
    pub payer: ParticipantId,
    /// The buyer's last word.
    pub licensee: ParticipantId,
    /// Who made the last offer.
    pub offered_by: ParticipantId,
    /// The last offer.
    pub terms: Terms,
    /// When it lapses.
    pub lapses: Timestamp,
    /// Whether nothing has ended it.
    pub is_open: bool,
    /// Whether both have agreed.
    pub is_agreed: bool,
    /// Whether the seller has ended the renewals of what was agreed.
    pub is_ended: bool,
}

/// What an assessor has said.
pub struct Opinion {
    /// Of which asset.
    pub asset: AssetId,
    /// Of which version.
    pub version: u32,
    /// What was looked at.
    pub kind: AttestationKind,
    /// By whom.
    pub assessor: ParticipantId,
    /// The conclusion.
    pub verdict: Verdict,
    /// What was found.
    pub findings: Findings,
    /// Until when.
    pub until: Timestamp,
    /// Whether nothing has ended it.
    pub is_issued: bool,
}

/// Everything that the model knows.
pub struct Model {
    /// The market's numbers now.
    pub pack: RulePack,
    /// Everyone.
    pub people: BTreeMap<ParticipantId, Person>,
    /// What was proposed.
    pub measures: BTreeMap<ProposalId, Measure>,
    /// What everyone can spend.
    pub available: BTreeMap<ParticipantId, u64>,
    /// All that ever came in.
    pub issued: u64,
    /// All that ever went out.
    pub redeemed: u64,
    /// What waits for holders who could not receive it.
    pub parked: BTreeMap<AssetId, u64>,
    /// Who has which right.
    pub titles: BTreeMap<(AssetId, Line), ParticipantId>,
    /// How everything is graded.
    pub grades: BTreeMap<AssetId, Grade>,
    /// Where the registration of everything stands, and when its notice closes.
    pub standings: BTreeMap<AssetId, (&'static str, Timestamp)>,
    /// What its holder has taken out of the register.
    pub left: BTreeSet<AssetId>,
    /// Objections that are open.
    pub objections: BTreeMap<(AssetId, u16), ParticipantId>,
    /// What every version was made from.
    pub edges: BTreeMap<VersionKey, Vec<Edge>>,
    /// The latest version of everything.
    pub latest: BTreeMap<AssetId, u32>,
    /// When every version came.
    pub heights: BTreeMap<VersionKey, Height>,
    /// What is offered.
    pub offers: BTreeMap<ListingId, Offer>,
    /// Orders.
    pub sales: BTreeMap<OrderId, Sale>,
    /// Licences.
    pub grants: BTreeMap<LicenceId, Grant>,
    /// Freezes.
    pub stops: BTreeMap<FreezeId, Stop>,
    /// Negotiations.
    pub talks: BTreeMap<NegotiationId, Talk>,
    /// Whose every demand is.
    pub demands: BTreeMap<DemandId, ParticipantId>,
    /// Attestations.
    pub opinions: BTreeMap<AttestationId, Opinion>,
    /// Versions that were recalled.
    pub recalled: BTreeMap<VersionKey, RecallId>,
    /// Versions that were withdrawn, and not recalled since.
    pub withdrawn: BTreeMap<VersionKey, RecallId>,
    /// What must still happen in this step.
    pub pending: Pending,
}

/// What must still happen in a step, or the step was wrong.
#[derive(Default)]
pub struct Pending {
    /// Royalties that were told, for the sale that comes after them: to whom, how much, parked or not.
    pub royalties: BTreeMap<VersionKey, (ParticipantId, u64, bool)>,
    /// Bonds that must be lost: from whom, to whom, how much.
    pub losses: BTreeMap<OrderId, (ParticipantId, ParticipantId, u64)>,
    /// Licences that a recall must reach.
    pub reached: BTreeSet<LicenceId>,
    /// Licences that must be granted.
    pub granted: BTreeSet<LicenceId>,
}

impl Model {
    /// What a founding document says.
    pub fn new(genesis: &Genesis) -> Self {
        let founders = || genesis.participants.iter();
        let id = |enrolment: &Enrolment| ParticipantId::of_genesis(enrolment.handle.as_str());
        Self {
            pack: genesis.rule_pack.clone(),
            people: founders().map(|one| (id(&one.enrolment), Person::new(&one.enrolment, one.roles))).collect(),
            measures: BTreeMap::new(),
            available: founders().map(|one| (id(&one.enrolment), one.balance.0)).collect(),
            issued: founders().map(|one| one.balance.0).sum(),
            redeemed: 0,
            parked: BTreeMap::new(),
            titles: BTreeMap::new(),
            grades: BTreeMap::new(),
            standings: BTreeMap::new(),
            left: BTreeSet::new(),
            objections: BTreeMap::new(),
            edges: BTreeMap::new(),
            latest: BTreeMap::new(),
            heights: BTreeMap::new(),
            offers: BTreeMap::new(),
            sales: BTreeMap::new(),
            grants: BTreeMap::new(),
            stops: BTreeMap::new(),
            talks: BTreeMap::new(),
            demands: BTreeMap::new(),
            opinions: BTreeMap::new(),
            recalled: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
            pending: Pending::default(),
        }
    }

    /// Goes along with a step, and fails if something happened that must not.
    pub fn follow(&mut self, step: &Step<'_>) {
        if let Some(applied) = step.applied() {
            self.note_people(applied);
            self.note_assets(step, applied);
            self.note_market(step, applied);
            self.note_supervision(step, applied);
        }
        for event in step.events {
            self.follow_people(step, event);
            self.follow_titles(step, event);
            self.follow_supervision(step, event);
            self.follow_money(step, event);
            self.follow_sales(step, event);
            self.follow_licences(step, event);
        }
        let Pending { royalties, losses, reached, granted } = &self.pending;
        assert!(royalties.is_empty(), "4: royalties of no sale: {royalties:?}");
        assert!(losses.is_empty(), "19: bonds that were not lost: {losses:?}");
        assert!(reached.is_empty(), "18: licences that a recall has missed: {reached:?}");
        assert!(granted.is_empty(), "20: licences that were paid and not granted: {granted:?}");
        for talk in self.talks.values_mut() {
            talk.is_open &= step.now < talk.lapses;
        }
    }

    /// Assets and their versions, as they are declared.
    fn note_assets(&mut self, step: &Step<'_>, applied: &Applied<'_>) {
        match applied.action {
            Action::RegisterAsset { description, parents, .. } => {
                let asset = AssetId::created_by(applied.id);
                self.titles.extend(Line::ALL.iter().map(|line| ((asset, *line), applied.signer)));
                self.grades.insert(asset, description.grade);
                self.standings.insert(asset, ("public-notice", step.now.after(self.pack.notice_window)));
                self.note_version(step, (asset, 1), parents);
            }
            Action::AddVersion { asset, parents, .. } => {
                self.note_version(step, (*asset, self.latest[asset] + 1), parents);
            }
            Action::Object { asset, .. } => {
                let number = step.before.assets[asset].objections;
                self.objections.insert((*asset, number), applied.signer);
            }
            Action::RuleObjection { asset, objection, .. } => {
                assert!(self.objections.remove(&(*asset, *objection)).is_some(), "an objection is ruled once");
            }
            Action::Regrade { asset, grade, .. } | Action::DeclareGrade { asset, grade } => {
                self.grades.insert(*asset, *grade);
            }
            _ => {}
        }
    }

    /// What is offered and negotiated.
    fn note_market(&mut self, step: &Step<'_>, applied: &Applied<'_>) {
        let Applied { id, signer, .. } = *applied;
        let lapses = step.now.after(self.pack.negotiation_window);
        match applied.action {
            Action::CreateListing { asset, version, kind, plans, .. } => {
                let offer =
                    Offer { asset: *asset, version: *version, seller: signer, kind: *kind, plans: plans.clone() };
                self.offers.insert(ListingId::created_by(id), offer);
            }
            Action::OfferRight { asset, .. } => {
                let (version, kind) = (self.latest[asset], ListingKind::RightSale);
                let offer = Offer { asset: *asset, version, seller: signer, kind, plans: Vec::new() };
                self.offers.insert(ListingId::created_by(id), offer);
            }
            Action::OpenNegotiation { listing, terms, payer, licensee, .. } => {
                let Offer { asset, version, seller, .. } = self.offers[listing];
                let talk = Talk {
                    ground: Ground::Listing(*listing),
                    asset,
                    version,
                    buyer: signer,
                    seller,
                    payer: payer.unwrap_or(signer),
                    licensee: licensee.unwrap_or(signer),
                    offered_by: signer,
                    terms: terms.clone(),
                    lapses,
                    is_open: true,
                    is_agreed: false,
                    is_ended: false,
                };
                self.talks.insert(NegotiationId::created_by(id), talk);
            }
            Action::CreateDemand { .. } => drop(self.demands.insert(DemandId::created_by(id), signer)),
            Action::AnswerDemand { demand, asset, version, terms } => {
                let buyer = self.demands[demand];
                let talk = Talk {
                    ground: Ground::Demand(*demand),
                    asset: *asset,
                    version: *version,
                    buyer,
                    seller: signer,
                    payer: buyer,
                    licensee: buyer,
                    offered_by: signer,
                    terms: terms.clone(),
                    lapses,
                    is_open: true,
                    is_agreed: false,
                    is_ended: false,
                };
                self.talks.insert(NegotiationId::created_by(id), talk);
            }
            Action::CounterOffer { negotiation, terms, payer, licensee } => {
                let talk = self.talks.get_mut(negotiation).expect("it was opened");
                talk.answer(step, signer, *payer, *licensee);
                talk.offered_by = signer;
                talk.terms = terms.clone();
                talk.lapses = lapses;
            }
            Action::AcceptOffer { negotiation, terms, payer, licensee } => {
                let talk = self.talks.get_mut(negotiation).expect("it was opened");
                talk.answer(step, signer, *payer, *licensee);
                assert_eq!(*terms, talk.terms, "only what both have signed is agreed");
                talk.is_open = false;
                talk.is_agreed = true;
            }
            Action::WithdrawOffer { negotiation } => {
                let talk = self.talks.get_mut(negotiation).expect("it was opened");
                let parties = [talk.buyer, talk.seller, talk.payer, talk.licensee];
                assert!(talk.is_open && step.now < talk.lapses && parties.contains(&signer), "21: who leaves what");
                talk.is_open = false;
            }
            Action::EndRenewals { negotiation } => {
                let talk = self.talks.get_mut(negotiation).expect("it was opened");
                let is_renewed = matches!(talk.terms.form, PlanForm::Subscription { .. });
                assert!(talk.is_agreed && is_renewed && !talk.is_ended && talk.seller == signer, "4: renewals ended");
                talk.is_ended = true;
            }
            _ => {}
        }
    }

    fn follow_titles(&mut self, step: &Step<'_>, event: &Event) {
        match *event {
            Event::RightTransferred { asset, line, from, to } => {
                assert_eq!(self.titles.insert((asset, line), to), Some(from), "9: who gave it had it");
            }
            Event::AppliedAgain { asset, .. } => {
                self.standings.insert(asset, ("public-notice", step.now.after(self.pack.notice_window)));
            }
            Event::RegistrationGranted { asset, .. } => {
                let (standing, closes) = self.standings[&asset];
                assert!(standing == "public-notice" && closes <= step.now, "22: granted before its notice was over");
                assert!(!self.objections.keys().any(|(other, _)| *other == asset), "granted against an objection");
                self.standings.insert(asset, ("registered", closes));
            }
            Event::RegistrationRefused { asset, .. } => self.end_standing(asset, "refused"),
            Event::RegistrationCancelled { asset, by, .. } => {
                self.end_standing(asset, "cancelled");
                if by == self.holder(asset, Line::Hold) {
                    self.left.insert(asset);
                } else {
                    self.left.remove(&asset);
                }
            }
            _ => {}
        }
    }

    fn end_standing(&mut self, asset: AssetId, end: &'static str) {
        self.standings.get_mut(&asset).expect("it was registered").0 = end;
    }

    /// Whether something is in the register.
    pub fn is_registered(&self, asset: AssetId) -> bool {
        self.standings.get(&asset).is_some_and(|(standing, _)| *standing == "registered")
    }

    /// Whether what was paid for before must still be delivered: unless a registrar has taken it out of the register.
    pub fn is_owed(&self, asset: AssetId) -> bool {
        match self.standings[&asset].0 {
            "cancelled" => self.left.contains(&asset),
            standing => standing != "refused",
        }
    }

    /// Who has a right now.
    pub fn holder(&self, asset: AssetId, line: Line) -> ParticipantId {
        self.titles[&(asset, line)]
    }

    /// Whether two are one, or one names the other.
    pub fn are_related(&self, one: ParticipantId, other: ParticipantId) -> bool {
        let names = |who, whom| self.people.get(&who).is_some_and(|found| found.related.contains(&whom));
        one == other || names(one, other) || names(other, one)
    }
}

impl Talk {
    /// Somebody answers the last offer, which they may.
    fn answer(
        &mut self,
        step: &Step<'_>,
        by: ParticipantId,
        payer: Option<ParticipantId>,
        licensee: Option<ParticipantId>,
    ) {
        assert!(self.is_open && step.now < self.lapses, "21: the negotiation is over");
        assert!(by != self.offered_by && [self.buyer, self.seller].contains(&by), "it is not their turn");
        if by == self.buyer {
            self.payer = payer.unwrap_or(by);
            self.licensee = licensee.unwrap_or(by);
        }
    }
}
