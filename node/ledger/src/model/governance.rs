//! Governance: what operators decide together.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::participant::{Enrolment, ParticipantStatus, Roles};
use super::rule_pack::RulePack;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{ParticipantId, Text, Timestamp};
use crate::signature::PublicKey;
use crate::validators::Validator;

/// A machine that may join the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Node {
    /// Who answers for it.
    pub operator: ParticipantId,
    /// A name for people.
    pub name: Text<64>,
}

impl Canonical for Node {
    const BYTES_MAX: usize = 128;
}

/// What a proposal would do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Take in a participant with any roles.
    Enrol {
        /// What it says of itself.
        enrolment: Enrolment,
        /// What it may do.
        roles: Roles,
    },
    /// Change what a participant may do.
    SetRoles {
        /// Who.
        participant: ParticipantId,
        /// What it may do from then on.
        roles: Roles,
    },
    /// Suspend, reinstate or revoke a participant.
    SetStatus {
        /// Who.
        participant: ParticipantId,
        /// Where it stands from then on.
        status: ParticipantStatus,
    },
    /// Change who decides, from the height after.
    SetValidators {
        /// The whole new set.
        validators: Vec<Validator>,
    },
    /// Let a machine join the network.
    AdmitNode {
        /// Its network key.
        key: PublicKey,
        /// What it is.
        node: Node,
    },
    /// Shut a machine out of the network.
    DismissNode {
        /// Its network key.
        key: PublicKey,
    },
    /// Change the market's numbers.
    SetRulePack {
        /// The whole new pack.
        pack: RulePack,
    },
}

named! {
    /// Where a proposal stands.
    ProposalStatus {
        /// Collects approvals.
        Open = "open",
        /// Has enough; carried out at its deadline.
        Approved = "approved",
        /// Carried out. An end.
        Enacted = "enacted",
        /// Not enough approvals in time. An end.
        Expired = "expired",
        /// Could not be carried out when its time came. An end.
        Failed = "failed",
    }
}

/// A measure that operators decide on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proposal {
    /// Who proposed it.
    pub proposer: ParticipantId,
    /// What it would do.
    pub measure: Measure,
    /// Operators that approve, ascending, none twice; the proposer is one.
    pub approvals: Vec<ParticipantId>,
    /// Where it stands.
    pub status: ProposalStatus,
    /// When it expires (open) or is carried out (approved); `None` at an end.
    pub deadline: Option<Timestamp>,
}

impl Canonical for Proposal {
    const BYTES_MAX: usize = 24 * 1024;
}
