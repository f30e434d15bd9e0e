//! Weights: what carrying a transaction out may cost, known before it is tried.
//!
//! One unit is about what a payment costs in a block, four microseconds in a small market. A weight depends on the action alone and not on the state, so that it is the
//! same on every node, and a block's limit can be checked before its transactions are carried out. Each is for the worst
//! that the rules allow, as measured.
//!
//! What a block does by itself is weighed too, by what is there: nobody asks for it, so that its weight need not be known
//! before.

use crate::model::{KEYS_MAX, KeySet, LIVE_LISTINGS_MAX, Measure, OrderStatus, PARENTS_MAX, ProposalStatus};
use crate::primitives::{AssetId, ListingId};
use crate::rules::SUBLICENCES_PER_STEP;
use crate::state::{Attestations, Licences, Listings, LiveListings, Orders, Proposals, Reader, Subject, Versions};
use crate::transaction::Action;
use crate::validators::VALIDATORS_MAX;

/// A look at whether a key is sound.
const KEY: u32 = 20;
/// The checks of one parent.
const PARENT: u32 = 16;
/// A walk over [`ANCESTORS_MAX`](crate::model::ANCESTORS_MAX) versions upstream: for their licences or their grades. The gate of
/// the market is one.
const UPSTREAM: u32 = 300;
/// A walk over as many to divide what was paid.
const ROYALTIES: u32 = 450;
/// A step of a recall: the most licences and versions that are reached in one, and a look at all that stand above each.
const DOWNSTREAM: u32 = 1_580;
/// A licence that ends because the one above it did, or a look at all that stand above one.
const SUBLICENCE: u32 = 5;
/// A use that is counted against a licence and all that stand above it, and uses them up.
const USE: u32 = 32;
/// What operators do together: all of them are looked at.
const GOVERNANCE: u32 = 50;
/// A look at all listings of an asset that take orders: the block looks at them again, or they end.
const LISTINGS: u32 = 32;
/// A look at the attestations that a listing needs.
const ATTESTATIONS: u32 = 19;
/// A walk over all versions of an asset.
const VERSIONS: u32 = 250;
/// A proof of misbehaviour: some kilobytes are hashed.
const PROOF: u32 = 20;

impl Action {
    /// How much of a block's [`BLOCK_WEIGHT_MAX`](crate::block::BLOCK_WEIGHT_MAX) it takes.
    #[must_use]
    pub fn weight(&self) -> u32 {
        match self {
            Self::EnrolTrader { enrolment } => keys(&enrolment.keys),
            Self::RotateKeys { keys: set, .. } => keys(set),
            // A single parent may lead to all the versions upstream that there may be.
            Self::RegisterAsset { parents, .. } | Self::AddVersion { parents, .. } if !parents.is_empty() => {
                // How many there are, how they are graded, what is owed, and what was owed when the content came first. Of what
                // a subscription covers, that it still does: another walk for each.
                let licensed = parents.iter().filter(|parent| parent.licence.is_some()).count();
                let walks = count(licensed, PARENTS_MAX).saturating_add(4).saturating_mul(UPSTREAM);
                count(parents.len(), PARENTS_MAX).saturating_mul(PARENT).saturating_add(walks)
            }
            // The gate, and what the licences upstream allow.
            Self::CreateListing { .. }
            | Self::OpenNegotiation { .. }
            | Self::AnswerDemand { .. }
            | Self::CounterOffer { .. }
            | Self::RequestVersion { .. } => UPSTREAM.saturating_mul(2),
            Self::PlaceOrder { .. }
            | Self::AcceptOffer { .. }
            | Self::OfferRight { .. }
            | Self::ResumeListing { .. } => UPSTREAM,
            Self::AcceptDelivery { .. } | Self::RuleDispute { .. } => ROYALTIES,
            Self::RenewSubscription { .. } => UPSTREAM.saturating_add(ROYALTIES),
            Self::BuyRight { .. } => UPSTREAM.saturating_add(ROYALTIES).saturating_add(LISTINGS),
            Self::TransferRight { .. }
            | Self::Attest { .. }
            | Self::WithdrawAttestation { .. }
            | Self::ChangeOpenness { .. }
            | Self::SetPriceCeiling { .. } => LISTINGS,
            // Graded core, the content of every version is given up; graded lower, they are looked at.
            Self::Regrade { .. } | Self::DeclareGrade { .. } => VERSIONS.saturating_add(LISTINGS),
            Self::Propose { measure } => GOVERNANCE.saturating_add(brought_by(measure)),
            Self::Approve { .. } => GOVERNANCE,
            // The content of every version of the asset is claimed or given up.
            Self::ApplyAgain { .. }
            | Self::RuleObjection { .. }
            | Self::RefuseRegistration { .. }
            | Self::CancelRegistration { .. } => VERSIONS,
            Self::Recall { .. } => DOWNSTREAM,
            Self::RecordUse { .. } => USE,
            // One that is made must be ended some day, by the block.
            Self::Sublicense { .. } => SUBLICENCE.saturating_mul(2),
            Self::Supersede { .. } => SUBLICENCE,
            Self::ProveMisbehaviour { .. } => PROOF,
            _ => 1,
        }
    }
}

/// What carrying a deadline out may cost.
pub(crate) fn of_deadline<R: Reader>(state: &R, subject: Subject) -> u32 {
    match subject {
        Subject::Order(id) => {
            let order = state.get::<Orders>(&id).expect("orders are never deleted");
            let settles = matches!(order.status, OrderStatus::KeyRevealed | OrderStatus::Disputed);
            if settles { upstream(state, order.asset, order.version, ROYALTIES) } else { 1 }
        }
        Subject::Licence(id) => {
            let under = state.get::<Licences>(&id).expect("licences are never deleted").sublicences;
            let step = u32::try_from(SUBLICENCES_PER_STEP).unwrap_or(u32::MAX);
            under.min(step).saturating_mul(SUBLICENCE).saturating_add(1)
        }
        Subject::Recall(_) => DOWNSTREAM,
        Subject::Attestation(id) => {
            let asset = state.get::<Attestations>(&id).expect("attestations are never deleted").asset;
            let live = state.scan::<LiveListings>(&asset, LIVE_LISTINGS_MAX).len();
            count(live, LIVE_LISTINGS_MAX).saturating_add(1)
        }
        Subject::Proposal(id) => {
            let proposal = state.get::<Proposals>(&id).expect("proposals are never deleted");
            let enacts = proposal.status == ProposalStatus::Approved;
            if enacts { GOVERNANCE.saturating_add(brought_by(&proposal.measure)) } else { 1 }
        }
        Subject::Listing(_)
        | Subject::Freeze(_)
        | Subject::Negotiation(_)
        | Subject::Demand(_)
        | Subject::Participant(_)
        | Subject::Asset(_) => 1,
    }
}

/// What another look at a listing may cost.
pub(crate) fn of_review<R: Reader>(state: &R, id: ListingId) -> u32 {
    let listing = state.get::<Listings>(&id).expect("listings are never deleted");
    upstream(state, listing.asset, listing.version, UPSTREAM).saturating_add(ATTESTATIONS)
}

/// A walk upstream of a version, which is none if it was made from nothing.
fn upstream<R: Reader>(state: &R, asset: AssetId, version: u32, walk: u32) -> u32 {
    let found = state.get::<Versions>(&(asset, version)).expect("versions are never deleted");
    if found.depth == 0 { 1 } else { walk }
}

/// The keys that a measure brings.
fn brought_by(measure: &Measure) -> u32 {
    match measure {
        Measure::Enrol { enrolment, .. } => keys(&enrolment.keys),
        Measure::SetValidators { validators } => count(validators.len(), VALIDATORS_MAX).saturating_mul(KEY),
        Measure::AdmitNode { .. } => KEY,
        _ => 0,
    }
}

fn keys(set: &KeySet) -> u32 {
    count(set.keys.len(), KEYS_MAX).saturating_mul(KEY).saturating_add(1)
}

/// How many of something a rule looks at before it refuses: what is over the limit costs nothing.
fn count(length: usize, limit: usize) -> u32 {
    u32::try_from(length.min(limit)).unwrap_or(u32::MAX)
}
