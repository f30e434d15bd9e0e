//! In whose histories an event stands.

use super::Event;
use crate::primitives::ParticipantId;
use crate::state::Subject;

impl Event {
    /// Everything in whose history it stands.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "an arm for each, and nothing else")]
    pub fn subjects(&self) -> Vec<Subject> {
        use Subject::{
            Asset, Attestation, Demand, Freeze, Licence, Listing, Negotiation, Order, Participant, Proposal, Recall,
        };
        match *self {
            Self::ParticipantEnrolled { participant, .. }
            | Self::KeysRotated { participant }
            | Self::RolesSet { participant, .. }
            | Self::StatusSet { participant, .. } => vec![Participant(participant)],
            Self::Proposed { proposal, proposer, .. } => vec![Proposal(proposal), Participant(proposer)],
            Self::ProposalApproved { proposal, operator } => vec![Proposal(proposal), Participant(operator)],
            Self::ProposalMoved { proposal, .. } => vec![Proposal(proposal)],
            Self::ValidatorsChanged { .. } => Vec::new(),
            Self::TurnMissed { operator, .. } => vec![Participant(operator)],
            Self::Issued { to, .. } => vec![Participant(to)],
            Self::Redeemed { from, .. } => vec![Participant(from)],
            Self::Paid { from, to, .. } => vec![Participant(from), Participant(to)],
            Self::AssetRegistered { asset, declarer, .. } => vec![Asset(asset), Participant(declarer)],
            Self::VersionAdded { asset, .. } | Self::AppliedAgain { asset, .. } => vec![Asset(asset)],
            Self::Derived { child, parent, licence, .. } => {
                let assets = if child == parent { vec![Asset(child)] } else { vec![Asset(child), Asset(parent)] };
                assets.into_iter().chain(licence.map(Licence)).collect()
            }
            Self::Objected { asset, objector: party, .. }
            | Self::ObjectionRuled { asset, registrar: party, .. }
            | Self::RegistrationGranted { asset, registrar: party, .. }
            | Self::RegistrationRefused { asset, registrar: party, .. }
            | Self::RegistrationCancelled { asset, by: party, .. }
            | Self::Regraded { asset, by: party, .. }
            | Self::OpennessChanged { asset, by: party, .. }
            | Self::PriceCeilingSet { asset, authority: party, .. } => vec![Asset(asset), Participant(party)],
            Self::RightTransferred { asset, from, to, .. } => vec![Asset(asset), Participant(from), Participant(to)],
            Self::ListingCreated { listing, asset, seller, .. } => {
                vec![Listing(listing), Asset(asset), Participant(seller)]
            }
            Self::ListingPaused { listing, asset, .. }
            | Self::ListingResumed { listing, asset }
            | Self::ListingEnded { listing, asset }
            | Self::ListingSoldOut { listing, asset } => vec![Listing(listing), Asset(asset)],
            Self::ListingDelisted { listing, asset, operator: party, .. }
            | Self::RightOffered { listing, asset, seller: party, .. } => {
                vec![Listing(listing), Asset(asset), Participant(party)]
            }
            Self::RightSold { listing, asset, seller, buyer, payer, .. } => {
                let payer = (payer != buyer).then_some(Participant(payer));
                let others = [Listing(listing), Asset(asset), Participant(seller), Participant(buyer)];
                others.into_iter().chain(payer).collect()
            }
            Self::NegotiationOpened { negotiation, ground, asset, from, to, .. } => {
                vec![Negotiation(negotiation), ground.into(), Asset(asset), Participant(from), Participant(to)]
            }
            Self::OfferCountered { negotiation, asset, from, to, .. } => {
                vec![Negotiation(negotiation), Asset(asset), Participant(from), Participant(to)]
            }
            Self::OfferAccepted { negotiation, asset, order, by } => {
                vec![Negotiation(negotiation), Order(order), Asset(asset), Participant(by)]
            }
            Self::OfferWithdrawn { negotiation, asset, by } | Self::RenewalsEnded { negotiation, asset, by } => {
                vec![Negotiation(negotiation), Asset(asset), Participant(by)]
            }
            Self::NegotiationExpired { negotiation, asset } => vec![Negotiation(negotiation), Asset(asset)],
            Self::DemandCreated { demand, buyer } => vec![Demand(demand), Participant(buyer)],
            Self::DemandMet { demand, negotiation } => vec![Demand(demand), Negotiation(negotiation)],
            Self::DemandEnded { demand } => vec![Demand(demand)],
            Self::SubscriptionRenewed { licence, asset, payer, payee, .. } => {
                let payee = (payee != payer).then_some(Participant(payee));
                [Licence(licence), Asset(asset), Participant(payer)].into_iter().chain(payee).collect()
            }
            Self::OrderPlaced { order, origin, asset, buyer, seller, .. } => {
                vec![Order(order), origin.into(), Asset(asset), Participant(buyer), Participant(seller)]
            }
            Self::OrderDelivered { order, asset }
            | Self::OrderAcknowledged { order, asset, .. }
            | Self::OrderRefunded { order, asset, .. }
            | Self::KeyRevealed { order, asset, .. }
            | Self::KeyChallenged { order, asset, .. }
            | Self::KeyOpened { order, asset, .. }
            | Self::DisputeOpened { order, asset, .. } => vec![Order(order), Asset(asset)],
            Self::OrderSettled { order, asset, payee: party, .. }
            | Self::OrderSplit { order, asset, payee: party, .. }
            | Self::DisputeRuled { order, asset, arbiter: party, .. } => {
                vec![Order(order), Asset(asset), Participant(party)]
            }
            Self::BondLost { order, from, to, .. } => vec![Order(order), Participant(from), Participant(to)],
            Self::LicenceGranted { licence, order, asset, licensor, licensee } => {
                vec![Licence(licence), Order(order), Asset(asset), Participant(licensor), Participant(licensee)]
            }
            Self::LicenceExpired { licence, asset } => vec![Licence(licence), Asset(asset)],
            Self::RoyaltyPaid { sold, asset, holder, .. } | Self::RoyaltyParked { sold, asset, holder, .. } => {
                vec![Asset(sold), Asset(asset), Participant(holder)]
            }
            Self::ParkedReleased { asset, holder, .. } => vec![Asset(asset), Participant(holder)],
            Self::Sublicensed { licence, parent, asset, licensor, licensee } => {
                vec![Licence(licence), Licence(parent), Asset(asset), Participant(licensor), Participant(licensee)]
            }
            Self::UseRecorded { licence, asset, licensee, .. } => {
                vec![Licence(licence), Asset(asset), Participant(licensee)]
            }
            Self::LicenceEnded { licence, asset, licensor, licensee, .. } => {
                vec![Licence(licence), Asset(asset), Participant(licensor), Participant(licensee)]
            }
            Self::TerminationStated { licence, by, .. } => vec![Licence(licence), Participant(by)],
            Self::DeletionDue { licence, licensee, .. }
            | Self::DeletionOverdue { licence, licensee }
            | Self::DeletionStated { licence, licensee, .. } => vec![Licence(licence), Participant(licensee)],
            Self::Recalled { recall, asset, by, .. } => vec![Recall(recall), Asset(asset), Participant(by)],
            Self::RecallReached { recall, licence, asset, licensee, .. } => {
                vec![Recall(recall), Licence(licence), Asset(asset), Participant(licensee)]
            }
            Self::RecallComplete { recall, .. } => vec![Recall(recall)],
            Self::RecallAcknowledged { recall, licence, licensee, .. }
            | Self::RecallOverdue { recall, licence, licensee } => {
                vec![Recall(recall), Licence(licence), Participant(licensee)]
            }
            Self::Attested { attestation, asset, assessor, .. } => {
                vec![Attestation(attestation), Asset(asset), Participant(assessor)]
            }
            Self::AttestationSuperseded { attestation, asset, .. }
            | Self::AttestationWithdrawn { attestation, asset, .. }
            | Self::AttestationExpired { attestation, asset } => vec![Attestation(attestation), Asset(asset)],
            Self::OperationAuthorised { asset, authority, holder } => {
                vec![Asset(asset), Participant(authority), Participant(holder)]
            }
            Self::Frozen { freeze, target, regulator, .. } => with_party(vec![Freeze(freeze), target], Some(regulator)),
            Self::FreezeEnded { freeze, target, by, .. } => with_party(vec![Freeze(freeze), target], by),
            Self::FreezeAppealed { freeze, appellant: party } | Self::AppealRuled { freeze, arbiter: party, .. } => {
                vec![Freeze(freeze), Participant(party)]
            }
        }
    }
}

/// The subjects, and someone who may be one of them already.
fn with_party(mut subjects: Vec<Subject>, party: Option<ParticipantId>) -> Vec<Subject> {
    if let Some(party) = party.map(Subject::Participant).filter(|party| !subjects.contains(party)) {
        subjects.push(party);
    }
    subjects
}
