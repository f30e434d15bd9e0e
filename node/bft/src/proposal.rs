//! Proposals, and what they sign.

use arc_malachitebft_core_types::{self as core_types, Round};
use bincode::{Decode, Encode};
use yaosu_ledger::signature::{self, Context};
use yaosu_ledger::{BlockId, ChainId, Height, ParticipantId, codec};

use crate::context::{Address, EngineHeight, Value, YaosuContext};

/// The message with which the proposer of a round names a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The height that is decided.
    pub height: EngineHeight,
    /// The round of that height.
    pub round: Round,
    /// The block.
    pub value: Value,
    /// The earlier round in which a quorum prevoted for the block, if it is proposed again.
    pub valid_round: Round,
    /// The proposer.
    pub address: Address,
}

#[derive(Encode, Decode)]
struct ProposalStatement {
    height: Height,
    round: u32,
    block: BlockId,
    valid_round: Option<u32>,
    proposer: ParticipantId,
}

impl Proposal {
    /// The bytes that the proposer signs; `None` for the round before the first, in which nobody proposes.
    #[must_use]
    pub fn message(&self, chain: &ChainId) -> Option<Vec<u8>> {
        Some(signature::message(Context::Proposal, chain, &self.payload()?))
    }

    /// What the message says, without its context.
    pub(crate) fn payload(&self) -> Option<Vec<u8>> {
        let statement = ProposalStatement {
            height: self.height.0,
            round: self.round.as_u32()?,
            block: self.value.0,
            valid_round: self.valid_round.as_u32(),
            proposer: self.address.0,
        };
        Some(codec::encode(&statement))
    }
}

impl core_types::Proposal<YaosuContext> for Proposal {
    fn height(&self) -> EngineHeight {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn take_value(self) -> Value {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.valid_round
    }

    fn validator_address(&self) -> &Address {
        &self.address
    }
}
