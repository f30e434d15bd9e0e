//! Licences (许可): the right to use a version, made by settlement or by an open grant and in no other way.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::policy::Policy;
use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{AssetId, LicenceId, OrderId, ParticipantId, Timestamp};

named! {
    /// Where a licence stands.
    LicenceStatus {
        /// In force.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
    }
}

/// The right to use a version of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
pub struct Licence {
    /// The order that made it.
    pub order: OrderId,
    /// What may be used.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Who gave it.
    pub licensor: ParticipantId,
    /// Who has it.
    pub licensee: ParticipantId,
    /// What it allows.
    pub policy: Policy,
    /// Whether nobody else may have one.
    pub exclusive: bool,
    /// In force from.
    pub from: Timestamp,
    /// In force until, if it ends.
    pub until: Option<Timestamp>,
    /// The licence that it was granted under.
    pub parent: Option<LicenceId>,
    /// How many licences it stands under.
    pub depth: u8,
    /// Uses recorded.
    pub uses: u64,
    /// Where it stands.
    pub status: LicenceStatus,
}

impl Canonical for Licence {
    const BYTES_MAX: usize = 8 * 1024;
}
