//! Demands (求购): what a buyer needs, for sellers to answer with offers.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::asset::AssetKind;
use super::participant::DeliveryKey;
use super::policy::{Actions, Purpose};
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{Amount, Digest, NegotiationId, ParticipantId, Text, Timestamp};

named! {
    /// Where a demand stands.
    DemandStatus {
        /// Takes answers.
        Open = "open",
        /// The buyer and a seller agreed. An end.
        Met = "met",
        /// Ended by its buyer, or its time is over. An end.
        Ended = "ended",
    }
}

/// What a buyer needs, in words and in bounds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Wanted {
    /// A line. Not empty.
    pub title: Text<200>,
    /// A few paragraphs.
    pub description: Text<2000>,
    /// The field of life that an asset must be of. Not empty.
    pub sector: Text<32>,
    /// What sort of thing; `None` for any.
    pub kind: Option<AssetKind>,
    /// What must be allowed at least. Not empty.
    pub actions: Actions,
    /// What the data is wanted for.
    pub purpose: Purpose,
    /// The hash of the scenario in words.
    pub scenario: Digest,
    /// No offer is above this. Above 0.
    pub max_price: Amount,
}

/// A buyer's need.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Demand {
    /// Whose.
    pub buyer: ParticipantId,
    /// What is needed.
    pub wanted: Wanted,
    /// Where a delivery would be sealed to; `None` for the buyer's own key.
    pub delivery_key: Option<DeliveryKey>,
    /// Where it stands.
    pub status: DemandStatus,
    /// When it ends by itself.
    pub until: Timestamp,
    /// The negotiation that met it.
    pub met_by: Option<NegotiationId>,
    /// When it was made.
    pub created: Timestamp,
}

impl Canonical for Demand {
    const BYTES_MAX: usize = 4 * 1024;
}
