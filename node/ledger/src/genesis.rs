//! Genesis: what everyone agrees on before the first block. Its hash names the chain.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::codec::{self, Canonical};
use crate::execution::Tip;
use crate::hash::{self, Domain};
use crate::model::{Account, Enrolment, MoneySupply, Node, Participant, ParticipantStatus, Role, Roles, RulePack};
use crate::primitives::{Amount, BlockId, ChainId, Currency, Digest, Handle, Height, ParticipantId, Text, Timestamp};
use crate::rejection::Rejection;
use crate::rules;
use crate::signature::PublicKey;
use crate::state::{Accounts, Constant, Constants, Draft, Nodes, Reader, RulePacks, State, Supplies, Validators};
use crate::validators::{Validator, ValidatorSet, ValidatorSetError};

/// A participant that is there from the start.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Founder {
    /// What it says of itself. `related` names other founders by identifier.
    pub enrolment: Enrolment,
    /// What it may do.
    pub roles: Roles,
    /// The money it begins with, counted as issued.
    pub balance: Amount,
}

/// The validator of a founding operator.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoundingValidator {
    /// The operator's handle.
    pub operator: Handle,
    /// The key that signs votes.
    pub key: PublicKey,
    /// The weight of its vote.
    pub power: u64,
    /// The key of its machine in the network.
    pub network_key: PublicKey,
}

/// The founding document.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Genesis {
    /// The chain's name for people.
    pub name: Text<64>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The first block's time is above this.
    pub time: Timestamp,
    /// The market's first numbers. Its fee account is one of the founders.
    pub rule_pack: RulePack,
    /// Who is there.
    pub participants: Vec<Founder>,
    /// Who decides.
    pub validators: Vec<FoundingValidator>,
}

impl Canonical for Genesis {
    const BYTES_MAX: usize = 1024 * 1024;
}

/// Why a document founds no chain.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// A founder breaks a rule of enrolment.
    #[error("participant {handle}: {rejection}")]
    Participant {
        /// Who.
        handle: Handle,
        /// Which rule.
        rejection: Box<Rejection>,
    },
    /// A founder has no role.
    #[error("participant {0} has no role")]
    NoRole(Handle),
    /// A validator's operator is not a founder with that role.
    #[error("validator {0}: no participant with this handle and the role operator")]
    NotOperator(Handle),
    /// A key of a validator is unsound.
    #[error("validator {0}: a key is not a sound ed25519 public key")]
    KeyWeak(Handle),
    /// The validators make no set.
    #[error("validators: {0}")]
    Validators(#[from] ValidatorSetError),
    /// Two machines have one network key.
    #[error("validator {0}: its network key stands twice")]
    NetworkKeyTwice(Handle),
    /// More money than can be counted.
    #[error("the balances add up to more than the ledger can count")]
    TooMuchMoney,
    /// The market's numbers are out of their limits.
    #[error(
        "rule_pack: the number must be 1, windows and freezes at most ten years, the fee at most 3 000 basis points, bonds at most the price, what listings need ascends by class and grade"
    )]
    RulePack,
    /// The fee goes to nobody.
    #[error("rule_pack.fee_account is none of the participants")]
    FeeAccount,
}

impl Genesis {
    /// The name of the chain that this document founds.
    #[must_use]
    pub fn chain(&self) -> ChainId {
        ChainId(hash::digest(Domain::ChainId, &codec::encode(self)))
    }

    /// The tip before the first block.
    ///
    /// # Errors
    /// [`GenesisError`], the first thing that is wrong.
    pub fn tip(&self) -> Result<Tip, GenesisError> {
        let empty = State::default();
        let mut draft = Draft::new(&empty);
        let mut issued = Amount::ZERO;
        for Founder { enrolment, roles, balance } in &self.participants {
            let handle = enrolment.handle.clone();
            rules::check_enrolment(&draft, enrolment).map_err(|rejection| GenesisError::Participant {
                handle: handle.clone(),
                rejection: Box::new(rejection),
            })?;
            if roles.is_empty() {
                return Err(GenesisError::NoRole(handle));
            }
            let id = ParticipantId::of_genesis(handle.as_str());
            let participant = Participant {
                enrolment: enrolment.clone(),
                roles: *roles,
                status: ParticipantStatus::Active,
                sponsor: None,
                since: self.time,
            };
            rules::write_new_participant(&mut draft, id, &participant);
            issued = issued.checked_add(*balance).ok_or(GenesisError::TooMuchMoney)?;
            if *balance > Amount::ZERO {
                draft.put::<Accounts>(&id, &Account { available: *balance, held: Amount::ZERO });
            }
        }
        draft.put::<Supplies>(&(), &MoneySupply { issued, redeemed: Amount::ZERO });
        self.write_validators(&mut draft)?;
        if self.rule_pack.number != 1 || !rules::is_sound_rule_pack(&self.rule_pack) {
            return Err(GenesisError::RulePack);
        }
        if !draft.contains::<crate::state::Participants>(&self.rule_pack.fee_account) {
            return Err(GenesisError::FeeAccount);
        }
        draft.put::<RulePacks>(&(), &self.rule_pack);
        draft.put::<Constants>(&(), &Constant { name: self.name.clone(), currency: self.currency.clone() });
        let changes = draft.into_changes();
        Ok(Tip {
            chain: self.chain(),
            height: Height::GENESIS,
            block: BlockId(Digest::ZERO),
            time: self.time,
            state: empty.with(&changes),
        })
    }

    fn write_validators(&self, draft: &mut Draft<'_, State>) -> Result<(), GenesisError> {
        let mut validators = Vec::with_capacity(self.validators.len());
        for FoundingValidator { operator: handle, key, power, network_key } in &self.validators {
            let is_operator = self
                .participants
                .iter()
                .any(|founder| founder.enrolment.handle == *handle && founder.roles.contains(Role::Operator));
            if !is_operator {
                return Err(GenesisError::NotOperator(handle.clone()));
            }
            if key.check().is_err() || network_key.check().is_err() {
                return Err(GenesisError::KeyWeak(handle.clone()));
            }
            let operator = ParticipantId::of_genesis(handle.as_str());
            if draft.contains::<Nodes>(network_key) {
                return Err(GenesisError::NetworkKeyTwice(handle.clone()));
            }
            let name = Text::new(handle.as_str()).expect("a handle is shorter than a node's name may be");
            draft.put::<Nodes>(network_key, &Node { operator, name });
            validators.push(Validator { operator, key: *key, power: *power });
        }
        draft.put::<Validators>(&(), &ValidatorSet::new(validators)?);
        Ok(())
    }
}
