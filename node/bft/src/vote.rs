//! Votes, and what they sign.

use arc_malachitebft_core_types::{self as core_types, NilOrVal, Round, SignedExtension, VoteType};
use yaosu_ledger::BlockId;
use yaosu_ledger::validators::{VoteKind, VoteStatement};

use crate::context::{Address, EngineHeight, YaosuContext};

/// A validator's vote of a round. Vote extensions are not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The height that is decided.
    pub height: EngineHeight,
    /// The round of that height.
    pub round: Round,
    /// The block, or nil for "none in this round".
    pub block: NilOrVal<BlockId>,
    /// Whose vote it is.
    pub address: Address,
}

impl Vote {
    /// What is signed; `None` for the round before the first, in which nobody votes.
    ///
    /// The ledger's receipts check these very bytes.
    #[must_use]
    pub fn statement(&self) -> Option<VoteStatement> {
        let round = self.round.as_u32()?;
        let block = match self.block {
            NilOrVal::Nil => None,
            NilOrVal::Val(block) => Some(block),
        };
        Some(VoteStatement { kind: self.kind, height: self.height.0, round, block })
    }
}

impl core_types::Vote<YaosuContext> for Vote {
    fn height(&self) -> EngineHeight {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<BlockId> {
        &self.block
    }

    fn take_value(self) -> NilOrVal<BlockId> {
        self.block
    }

    fn vote_type(&self) -> VoteType {
        match self.kind {
            VoteKind::Prevote => VoteType::Prevote,
            VoteKind::Precommit => VoteType::Precommit,
        }
    }

    fn validator_address(&self) -> &Address {
        &self.address
    }

    fn extension(&self) -> Option<&SignedExtension<YaosuContext>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<YaosuContext>> {
        None
    }

    /// Drops the extension: the policy of every height is "disabled", so the engine never asks.
    fn extend(self, _: SignedExtension<YaosuContext>) -> Self {
        self
    }
}
