//! The rule pack: windows, fees and thresholds as data in the state, changed by governance.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::Canonical;
use crate::primitives::{BasisPoints, Duration, ParticipantId};

/// The market's numbers. An order keeps those it was placed under.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct RulePack {
    /// Counts the packs of a chain from 1.
    pub number: u32,
    /// How long a registration is open to objections.
    pub notice_window: Duration,
    /// How long a seller has to deliver from the placing of an order.
    pub delivery_window: Duration,
    /// How long a buyer has to acknowledge from the delivery.
    pub acknowledgement_window: Duration,
    /// How long from the acknowledgement until the money moves.
    pub settlement_window: Duration,
    /// How long operators may approve a proposal.
    pub proposal_window: Duration,
    /// How long from enough approvals until a measure is carried out.
    pub enactment_delay: Duration,
    /// The exchange's share of a price.
    pub fee: BasisPoints,
    /// Who receives the fee.
    pub fee_account: ParticipantId,
    /// How long an offer in a negotiation stands.
    pub negotiation_window: Duration,
}

impl Canonical for RulePack {
    const BYTES_MAX: usize = 256;
}
