//! The engine's view of Yaosu: which of our types it works with.

use core::fmt;

use arc_malachitebft_core_types::{self as core_types, Context, LinearTimeouts, NilOrVal, Round, SigningScheme};
use yaosu_ledger::signature::{PublicKey, Signature, SigningKey};
use yaosu_ledger::validators::VoteKind;
use yaosu_ledger::{BlockId, Height, ParticipantId};

use crate::electorate::{Electorate, Validator};
use crate::part::ProposalPart;
use crate::proposal::Proposal;
use crate::vote::Vote;

/// Ties the engine to Yaosu's types. A value proposed is a block's identifier; the block itself travels in parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YaosuContext;

/// The ledger's height, as the engine wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EngineHeight(pub Height);

/// A validator's address: the operator it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(pub ParticipantId);

/// What is proposed: a block, by its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(pub BlockId);

/// The ledger's keys and signatures, as the engine wants them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ed25519;

impl fmt::Display for EngineHeight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl core_types::Height for EngineHeight {
    const ZERO: Self = Self(Height::GENESIS);
    const INITIAL: Self = Self(Height(1));

    fn increment_by(&self, steps: u64) -> Self {
        Self(Height(self.0.0.saturating_add(steps)))
    }

    fn decrement_by(&self, steps: u64) -> Option<Self> {
        self.0.0.checked_sub(steps).map(|height| Self(Height(height)))
    }

    fn as_u64(&self) -> u64 {
        self.0.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl core_types::Address for Address {}

impl core_types::Value for Value {
    type Id = BlockId;

    fn id(&self) -> BlockId {
        self.0
    }
}

/// Why bytes are not a key or a signature: they are not as long as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} bytes given, {expected} expected")]
pub struct LengthError {
    /// How many a key or signature has.
    pub expected: usize,
    /// How many there were.
    pub found: usize,
}

fn exactly<const LENGTH: usize>(bytes: &[u8]) -> Result<[u8; LENGTH], LengthError> {
    bytes.try_into().map_err(|_| LengthError { expected: LENGTH, found: bytes.len() })
}

impl SigningScheme for Ed25519 {
    type DecodingError = LengthError;
    type Signature = Signature;
    type PublicKey = PublicKey;
    type PrivateKey = SigningKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, LengthError> {
        exactly(bytes).map(Signature)
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.as_bytes().to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, LengthError> {
        exactly(bytes).map(PublicKey)
    }

    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}

impl Context for YaosuContext {
    type Address = Address;
    type Height = EngineHeight;
    type ProposalPart = ProposalPart;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = Electorate;
    type Timeouts = LinearTimeouts;
    type Value = Value;
    type Vote = Vote;
    type Extension = ();
    type SigningScheme = Ed25519;

    /// The order of turns was computed from committed blocks when the height began; only the round moves along it.
    fn select_proposer<'a>(&self, electorate: &'a Electorate, _: EngineHeight, round: Round) -> &'a Validator {
        electorate.proposer(round.as_u32().unwrap_or(0))
    }

    fn new_proposal(
        &self,
        height: EngineHeight,
        round: Round,
        value: Value,
        valid_round: Round,
        address: Address,
    ) -> Proposal {
        Proposal { height, round, value, valid_round, address }
    }

    fn new_prevote(&self, height: EngineHeight, round: Round, block: NilOrVal<BlockId>, address: Address) -> Vote {
        Vote { kind: VoteKind::Prevote, height, round, block, address }
    }

    fn new_precommit(&self, height: EngineHeight, round: Round, block: NilOrVal<BlockId>, address: Address) -> Vote {
        Vote { kind: VoteKind::Precommit, height, round, block, address }
    }
}
