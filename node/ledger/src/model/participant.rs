//! Participants (参与方): who acts, by which keys, in which roles, with what money.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::set::{named, named_set};
use crate::codec::Canonical;
use crate::primitives::{Amount, Digest, Handle, ParticipantId, Text, Timestamp};
use crate::signature::PublicKey;

named_set! {
    /// What a participant may do.
    Role {
        /// 交易机构: runs a validator, enrols traders, governs.
        Operator = "operator",
        /// 监管方: freezes, regrades, caps, audits.
        Regulator = "regulator",
        /// 登记机构: reviews and registers assets, rules objections.
        Registrar = "registrar",
        /// 供方/需方: registers, lists, buys, derives.
        Trader = "trader",
        /// 第三方专业服务机构: attests.
        Assessor = "assessor",
        /// 结算机构: issues and redeems settlement money.
        SettlementAgent = "settlement-agent",
        /// 仲裁: rules disputes that no machine can judge.
        Arbiter = "arbiter",
        /// 公共数据授权主体: authorises the operation of public data.
        PublicAuthority = "public-authority",
    }
    /// The roles of a participant.
    Roles(u16)
}

named! {
    /// Where a participant stands.
    ParticipantStatus {
        /// Known, may not act yet.
        Pending = "pending",
        /// May act.
        Active = "active",
        /// May not act until reinstated.
        Suspended = "suspended",
        /// May never act again.
        Revoked = "revoked",
    }
}

/// Keys of a participant.
pub const KEYS_MAX: usize = 8;

/// Related parties that a participant names.
pub const RELATED_MAX: usize = 32;

/// An X25519 public key to which deliveries are sealed.
pub type DeliveryKey = Digest;

/// The keys that act for a participant, and how many of them must sign (four-eyes control).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeySet {
    /// 1 to [`KEYS_MAX`], ascending, none twice.
    pub keys: Vec<PublicKey>,
    /// 1 to the number of keys.
    pub threshold: u8,
}

/// What someone says of themselves when they join.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Enrolment {
    /// Unique on the chain.
    pub handle: Handle,
    /// The name in the register of companies.
    pub legal_name: Text<128>,
    /// The number there, e.g. the unified social credit code.
    pub legal_id: Text<64>,
    /// The keys that act for it.
    pub keys: KeySet,
    /// Where deliveries are sealed to, if it buys.
    pub delivery_key: Option<DeliveryKey>,
    /// Parties that it must not judge, and that must not judge it; ascending, none twice.
    pub related: Vec<ParticipantId>,
}

/// A participant of the market.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Participant {
    /// What it said of itself; keys change by transaction.
    pub enrolment: Enrolment,
    /// What it may do.
    pub roles: Roles,
    /// Whether it may.
    pub status: ParticipantStatus,
    /// The operator that brought it in; `None` for genesis and governance.
    pub sponsor: Option<ParticipantId>,
    /// When it was enrolled.
    pub since: Timestamp,
}

impl Canonical for Participant {
    const BYTES_MAX: usize = 4 * 1024;
}

/// The money of a participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// May be paid out.
    pub available: Amount,
    /// Locked in escrow for its orders.
    pub held: Amount,
}

impl Canonical for Account {
    const BYTES_MAX: usize = 32;
}

/// All money that ever came in and went out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Supply {
    /// Issued since genesis.
    pub issued: Amount,
    /// Redeemed since genesis.
    pub redeemed: Amount,
}

impl Canonical for Supply {
    const BYTES_MAX: usize = 32;
}
