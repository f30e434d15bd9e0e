//! What things are called: 32 bytes each, a type for each kind, so that an order can't be passed for an asset.

use core::fmt;
use core::str::FromStr;

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::digest::{Digest, HexError};
use crate::hash::{self, Domain};

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Digest);

        impl $name {
            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = HexError;

            fn from_str(text: &str) -> Result<Self, HexError> {
                text.parse().map(Self)
            }
        }
    )*};
}

identifiers! {
    /// The hash of the genesis document: which chain a message is meant for.
    ChainId,
    /// The hash of a block's header.
    BlockId,
    /// The hash of a transaction's body, without its approvals.
    TransactionId,
    /// A participant of the market. Never changes, whatever its keys do.
    ParticipantId,
    /// A data asset.
    AssetId,
    /// An offer to license an asset.
    ListingId,
    /// An order on a listing.
    OrderId,
    /// A right to use an asset's version.
    LicenceId,
    /// A governance proposal of the operators.
    ProposalId,
    /// A regulator's freeze.
    FreezeId,
    /// Offers and counter-offers between a buyer and a seller.
    NegotiationId,
    /// A buyer's need.
    DemandId,
    /// A recall of a version.
    RecallId,
    /// What an assessor says of a version.
    AttestationId,
}

/// Identifiers that are given by the transaction which creates the thing: one thing of a kind a transaction.
macro_rules! created_by_transaction {
    ($($name:ident => $domain:ident),* $(,)?) => {$(
        impl $name {
            /// The identifier of what this transaction creates.
            #[must_use]
            pub fn created_by(transaction: TransactionId) -> Self {
                Self(hash::digest(Domain::$domain, transaction.as_bytes()))
            }
        }
    )*};
}

created_by_transaction! {
    ParticipantId => ParticipantId,
    AssetId => AssetId,
    ListingId => ListingId,
    OrderId => OrderId,
    ProposalId => ProposalId,
    FreezeId => FreezeId,
    NegotiationId => NegotiationId,
    DemandId => DemandId,
    RecallId => RecallId,
    AttestationId => AttestationId,
}

impl ParticipantId {
    /// The identifier of a participant that the genesis document names.
    #[must_use]
    pub fn of_genesis(handle: &str) -> Self {
        Self(hash::digest(Domain::GenesisParticipantId, handle.as_bytes()))
    }
}

impl LicenceId {
    /// The identifier of the licence that an order's settlement (or open grant) creates: one an order.
    #[must_use]
    pub fn created_by(order: OrderId) -> Self {
        Self(hash::digest(Domain::LicenceId, order.as_bytes()))
    }

    /// The identifier of the licence that a transaction grants under another licence.
    #[must_use]
    pub fn sublicensed_by(transaction: TransactionId) -> Self {
        Self(hash::digest(Domain::SublicenceId, transaction.as_bytes()))
    }
}
