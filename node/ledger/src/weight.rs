//! Weights: what carrying a transaction out may cost, known before it is tried.
//!
//! One unit is about what a payment costs. A weight depends on the action alone and not on the state, so that it is the
//! same on every node, and a block's limit can be checked before its transactions are carried out. Each is for the worst
//! that the rules allow, as measured.

use crate::model::{KEYS_MAX, KeySet, Measure, PARENTS_MAX};
use crate::transaction::Action;
use crate::validators::VALIDATORS_MAX;

/// A look at whether a key is sound.
const KEY: u32 = 20;
/// The checks of one parent.
const PARENT: u32 = 16;
/// A walk over [`ANCESTORS_MAX`](crate::model::ANCESTORS_MAX) versions upstream: for their licences, or to pay royalties.
const UPSTREAM: u32 = 300;
/// A step downstream: the most licences and versions that end or are recalled in one.
const DOWNSTREAM: u32 = 300;
/// What operators do together: all of them are looked at.
const GOVERNANCE: u32 = 50;
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
                // Of what a subscription covers, that it still does: another walk for each.
                let licensed = parents.iter().filter(|parent| parent.licence.is_some()).count();
                let walks = count(licensed, PARENTS_MAX).saturating_add(1).saturating_mul(UPSTREAM);
                count(parents.len(), PARENTS_MAX).saturating_mul(PARENT).saturating_add(walks)
            }
            Self::CreateListing { .. }
            | Self::AcceptDelivery { .. }
            | Self::RuleDispute { .. }
            | Self::BuyRight { .. }
            | Self::OpenNegotiation { .. }
            | Self::AnswerDemand { .. }
            | Self::CounterOffer { .. }
            | Self::AcceptOffer { .. }
            | Self::RenewSubscription { .. }
            | Self::RequestVersion { .. } => UPSTREAM,
            Self::Propose { measure } => GOVERNANCE.saturating_add(brought_by(measure)),
            Self::Approve { .. } => GOVERNANCE,
            // The content of every version of the asset is claimed or given up.
            Self::ApplyAgain { .. }
            | Self::RuleObjection { .. }
            | Self::RefuseRegistration { .. }
            | Self::CancelRegistration { .. } => VERSIONS,
            Self::Terminate { .. } | Self::Supersede { .. } | Self::Recall { .. } => DOWNSTREAM,
            Self::ProveMisbehaviour { .. } => PROOF,
            _ => 1,
        }
    }
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
