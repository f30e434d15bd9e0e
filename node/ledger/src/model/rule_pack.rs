//! The rule pack: windows, fees and thresholds as data in the state, changed by governance.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::attestation::Requirement;
use crate::codec::Canonical;
use crate::primitives::{BasisPoints, Duration, ParticipantId};

/// The market's numbers. An order keeps those it was placed under.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RulePack {
    /// Counts the packs of a chain from 1.
    pub number: u32,
    /// How long a registration is open to objections.
    pub notice_window: Duration,
    /// How long a seller has to deliver from the placing of an order.
    pub delivery_window: Duration,
    /// How long a buyer has to acknowledge from the delivery.
    pub acknowledgement_window: Duration,
    /// How long a buyer has to check what the key opens, before the money moves.
    pub settlement_window: Duration,
    /// How long operators may approve a proposal.
    pub proposal_window: Duration,
    /// How long from enough approvals until a measure is carried out.
    pub enactment_delay: Duration,
    /// The exchange's share of a price.
    pub fee: BasisPoints,
    /// Who receives the fee.
    pub fee_account: ParticipantId,
    /// How long a seller has to reveal the key from the acknowledgement, and to open it from a challenge.
    pub key_window: Duration,
    /// How long arbiters have to rule a dispute.
    pub arbitration_window: Duration,
    /// The least that a seller puts at stake with an order, as a share of the price.
    pub bond: BasisPoints,
    /// What a buyer puts at stake with a dispute, as a share of the price.
    pub dispute_bond: BasisPoints,
    /// How long a licensee has from the end of a licence to state that all copies are destroyed.
    pub deletion_window: Duration,
    /// How long a licensee has from being reached by a recall to acknowledge it.
    pub recall_window: Duration,
    /// What listings need, at most [`REQUIREMENTS_MAX`](super::REQUIREMENTS_MAX), ascending by class and grade.
    pub required_attestations: Vec<Requirement>,
    /// The longest freeze.
    pub freeze_max: Duration,
    /// How long an offer in a negotiation stands.
    pub negotiation_window: Duration,
}

impl Canonical for RulePack {
    const BYTES_MAX: usize = 512;
}
