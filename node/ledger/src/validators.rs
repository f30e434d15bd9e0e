//! Who decides a height, what they sign, and when their signatures are enough.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::{self, Canonical};
use crate::hash::{self, Domain};
use crate::primitives::{BlockId, ChainId, Digest, Height, ParticipantId};
use crate::signature::{self, Claim, Context, PublicKey, Signature};

/// Validators in a set.
pub const VALIDATORS_MAX: usize = 100;

/// One operator's vote in consensus.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Validator {
    /// The operator it belongs to: one validator an operator.
    pub operator: ParticipantId,
    /// The key that signs votes and proposals, apart from the operator's transaction keys.
    pub key: PublicKey,
    /// The weight of its vote, above 0.
    pub power: u64,
}

/// The validators that decide a height, in the order of their operators' identifiers, none twice.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidatorSet {
    validators: Vec<Validator>,
}

impl Canonical for ValidatorSet {
    const BYTES_MAX: usize = 16 * 1024;
}

/// Why validators do not make a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValidatorSetError {
    /// Nobody could decide.
    #[error("a validator set needs at least one validator")]
    Empty,
    /// More than [`VALIDATORS_MAX`].
    #[error("{0} validators are over the limit of {VALIDATORS_MAX}")]
    TooMany(usize),
    /// An operator or a key stands twice.
    #[error("operators and keys of a validator set stand once each, in ascending order of operators")]
    Order,
    /// A validator without weight, or more weight than can be counted.
    #[error("the power of a validator is 1 to {POWER_MAX}")]
    Power,
}

/// The heaviest validator; a hundred of them can be added up and tripled without overflow.
pub const POWER_MAX: u64 = 1 << 32;

impl ValidatorSet {
    /// Sorts and checks some validators.
    ///
    /// # Errors
    /// [`ValidatorSetError`].
    pub fn new(mut validators: Vec<Validator>) -> Result<Self, ValidatorSetError> {
        validators.sort();
        let set = Self { validators };
        set.check()?;
        Ok(set)
    }

    /// What [`ValidatorSet::new`] ensures, for a set that was decoded.
    ///
    /// # Errors
    /// [`ValidatorSetError`].
    pub fn check(&self) -> Result<(), ValidatorSetError> {
        let validators = &self.validators;
        if validators.is_empty() {
            return Err(ValidatorSetError::Empty);
        }
        if validators.len() > VALIDATORS_MAX {
            return Err(ValidatorSetError::TooMany(validators.len()));
        }
        if !validators.windows(2).all(|pair| pair[0].operator < pair[1].operator) {
            return Err(ValidatorSetError::Order);
        }
        let mut keys: Vec<PublicKey> = validators.iter().map(|validator| validator.key).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(ValidatorSetError::Order);
        }
        if !validators.iter().all(|validator| (1..=POWER_MAX).contains(&validator.power)) {
            return Err(ValidatorSetError::Power);
        }
        Ok(())
    }

    /// The validators, in ascending order of operators.
    #[must_use]
    pub fn validators(&self) -> &[Validator] {
        &self.validators
    }

    /// The validator of an operator.
    #[must_use]
    pub fn get(&self, operator: ParticipantId) -> Option<&Validator> {
        let index = self.validators.binary_search_by_key(&operator, |validator| validator.operator).ok()?;
        self.validators.get(index)
    }

    /// The weight of all together.
    #[must_use]
    pub fn total_power(&self) -> u64 {
        self.validators.iter().fold(0, |sum, validator| sum.saturating_add(validator.power))
    }

    /// Whether this weight is more than two thirds of all.
    #[must_use]
    pub fn is_quorum(&self, power: u64) -> bool {
        power.saturating_mul(3) > self.total_power().saturating_mul(2)
    }

    /// The hash that a header carries.
    #[must_use]
    pub fn hash(&self) -> Digest {
        hash::digest(Domain::ValidatorSet, &codec::encode(self))
    }
}

/// The two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum VoteKind {
    /// First: "I would accept this."
    Prevote,
    /// Second: "I have seen that a quorum would accept this." A quorum of these decides.
    Precommit,
}

/// What a vote says; its encoding is what is signed under [`Context::Vote`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct VoteStatement {
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The height that is decided.
    pub height: Height,
    /// The round of that height, from 0.
    pub round: u32,
    /// The block, or `None` for "none in this round".
    pub block: Option<BlockId>,
}

impl VoteStatement {
    /// The bytes that a validator signs.
    #[must_use]
    pub fn message(&self, chain: &ChainId) -> Vec<u8> {
        signature::message(Context::Vote, chain, &codec::encode(self))
    }
}

/// A validator's precommit for the block that was decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommitSignature {
    /// Whose it is.
    pub operator: ParticipantId,
    /// Over the [`VoteStatement`] of this height, round and block.
    pub signature: Signature,
}

/// The precommits of a quorum: why a block is final.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CommitCertificate {
    /// The height that was decided.
    pub height: Height,
    /// The round in which it was.
    pub round: u32,
    /// The block.
    pub block: BlockId,
    /// In ascending order of operators, none twice.
    pub signatures: Vec<CommitSignature>,
}

impl Canonical for CommitCertificate {
    const BYTES_MAX: usize = 16 * 1024;
}

/// Why a certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Out of order, or someone twice.
    #[error("the signatures do not stand in ascending order of operators")]
    Order,
    /// Signed by someone who has no vote at this height.
    #[error("{0} is not a validator of this height")]
    NotValidator(ParticipantId),
    /// A signature is not the validator's over this height, round and block.
    #[error("the signature of {0} is not valid")]
    Signature(ParticipantId),
    /// Not more than two thirds.
    #[error("signed by a weight of {signed} of {total}: more than two thirds are needed")]
    NoQuorum {
        /// The weight of those who signed.
        signed: u64,
        /// The weight of all.
        total: u64,
    },
}

impl CommitCertificate {
    /// Checks that more than two thirds of this set signed this block at this height and round.
    ///
    /// # Errors
    /// [`CertificateError`]. One bad signature spoils the certificate, even if the others would be enough.
    pub fn verify(&self, chain: &ChainId, set: &ValidatorSet) -> Result<(), CertificateError> {
        if !self.signatures.windows(2).all(|pair| pair[0].operator < pair[1].operator) {
            return Err(CertificateError::Order);
        }
        let statement = VoteStatement {
            kind: VoteKind::Precommit,
            height: self.height,
            round: self.round,
            block: Some(self.block),
        };
        let message = statement.message(chain);
        let mut claims = Vec::with_capacity(self.signatures.len());
        let mut signed: u64 = 0;
        for CommitSignature { operator, signature } in &self.signatures {
            let validator = set.get(*operator).ok_or(CertificateError::NotValidator(*operator))?;
            claims.push(Claim { key: &validator.key, message: &message, signature });
            signed = signed.saturating_add(validator.power);
        }
        let verdicts = signature::verify_all(&claims);
        for (CommitSignature { operator, .. }, verdict) in self.signatures.iter().zip(verdicts) {
            if !verdict {
                return Err(CertificateError::Signature(*operator));
            }
        }
        if set.is_quorum(signed) {
            Ok(())
        } else {
            Err(CertificateError::NoQuorum { signed, total: set.total_power() })
        }
    }
}
