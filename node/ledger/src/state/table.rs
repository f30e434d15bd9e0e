//! The tables of the state. A table's number is the first byte of its keys and is never used for anything else.

use bincode::{Decode, Encode};
use serde::Serialize;

use super::key::{KeyPart, StateKey};
use crate::codec;
use crate::model::{
    Account, ActiveFreeze, Asset, Attestation, AttestationKind, Demand, Derivation, Freeze, Ground, Licence, Listing,
    MoneySupply, Negotiation, Node, Objection, Order, Origin, Participant, Proposal, PublicCharge, Recall, RecallDuty,
    RecallWork, RulePack, Spans, Suspensions, Trade, UseRecord, Version, VersionRequest,
};
use crate::primitives::{
    Amount, AssetId, AttestationId, Currency, DemandId, Digest, FreezeId, Handle, Height, LicenceId, ListingId,
    NegotiationId, OrderId, ParticipantId, ProposalId, RecallId, Text, Timestamp,
};
use crate::signature::PublicKey;
use crate::validators::ValidatorSet;

/// A table: which key leads to which record.
pub trait Table {
    /// The first byte of its keys.
    const NUMBER: u8;
    /// Its name for people.
    const NAME: &'static str;
    /// What leads to a record.
    type Key: StateKey;
    /// The record.
    type Record: Encode + Decode<()>;

    /// The byte key of a record.
    #[must_use]
    fn key(key: &Self::Key) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40);
        bytes.push(Self::NUMBER);
        key.write(&mut bytes);
        bytes
    }
}

macro_rules! tables {
    ($($(#[$doc:meta])* $number:literal $name:ident: $key:ty => $record:ty),* $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Table for $name {
                const NUMBER: u8 = $number;
                const NAME: &'static str = stringify!($name);
                type Key = $key;
                type Record = $record;
            }
        )*

        /// Number and name of every table.
        pub const TABLES: &[(u8, &str)] = &[$(($number, stringify!($name))),*];

        /// Hands a record that is known by its bytes alone to a reader, as what it is. `None` for the value: there is no
        /// record under this key.
        ///
        /// Returns `None` if there is no such table, or the bytes are not a key and a record of it.
        pub fn read_record<R: RecordReader>(key: &[u8], value: Option<&[u8]>, reader: R) -> Option<R::Output> {
            let (number, mut rest) = key.split_first()?;
            match *number {
                $($number => {
                    let key = <$name as Table>::Key::read(&mut rest).filter(|_| rest.is_empty())?;
                    let record: Option<$record> = value.map(codec::decode_own).transpose().ok()?;
                    Some(reader.read($name::NAME, &key, record.as_ref()))
                })*
                _ => None,
            }
        }
    };
}

/// What takes a record of any table: see [`read_record`].
pub trait RecordReader {
    /// What it makes of it.
    type Output;

    /// Takes the record with its key, and the name of its table.
    fn read<K: Serialize, V: Serialize>(self, table: &'static str, key: &K, record: Option<&V>) -> Self::Output;
}

tables! {
    /// Everyone.
    1 Participants: ParticipantId => Participant,
    /// Whose handle it is.
    2 Handles: Handle => ParticipantId,
    /// Whose key it is, of participants that are not revoked. A key belongs to one.
    3 Keys: PublicKey => ParticipantId,
    /// The next unused number of a lane; none for 0.
    4 Lanes: (ParticipantId, u32) => u64,
    /// Money; none for no money.
    5 Accounts: ParticipantId => Account,
    /// All money that came in and went out.
    6 Supplies: () => MoneySupply,
    /// Data assets.
    7 Assets: AssetId => Asset,
    /// Their versions, from 1.
    8 Versions: (AssetId, u32) => Version,
    /// The asset that claims some content: the first one in the register or under notice.
    9 ContentRoots: Digest => AssetId,
    /// Provenance: child, its version, parent, its version.
    10 Derivations: (AssetId, u32, AssetId, u32) => Derivation,
    /// The same the other way: parent, its version, child, its version.
    11 DerivedVersions: (AssetId, u32, AssetId, u32) => (),
    /// What is sold and promised of an asset; none for nothing.
    12 Trades: AssetId => Trade,
    /// Objections to registrations, from 0.
    13 Objections: (AssetId, u16) => Objection,
    /// Which asset a certificate's number was given to.
    14 Certificates: Text<32> => AssetId,
    /// Offers.
    15 Listings: ListingId => Listing,
    /// Orders.
    16 Orders: OrderId => Order,
    /// Licences.
    17 Licences: LicenceId => Licence,
    /// What the block does by itself, and when.
    18 Deadlines: (Timestamp, Subject) => (),
    /// Measures that operators decide on.
    19 Proposals: ProposalId => Proposal,
    /// Machines that may join the network, by network key.
    20 Nodes: PublicKey => Node,
    /// Who decides the next height.
    21 Validators: () => ValidatorSet,
    /// The market's numbers.
    22 RulePacks: () => RulePack,
    /// Validators that missed their turns.
    23 Absences: ParticipantId => Absence,
    /// What never changes on this chain.
    24 Constants: () => Constant,
    /// Every asset in the register or under notice that has some content; the claim passes on to the next of them.
    25 ContentUses: (Digest, AssetId) => (),
    /// Active operators.
    26 Operators: ParticipantId => (),
    /// The first version that a participant registered some content as. Kept for ever.
    27 ContentOrigins: (Digest, ParticipantId) => (AssetId, u32),
    /// Licences in force of a version.
    30 LiveLicences: (AssetId, u32, LicenceId) => (),
    /// Licences in force directly under another.
    31 Sublicences: (LicenceId, LicenceId) => (),
    /// Recorded uses of a licence, from 0.
    32 Uses: (LicenceId, u64) => UseRecord,
    /// Royalties of an asset whose holder could not receive them; none for no money.
    33 Parked: AssetId => Amount,
    /// Recalls.
    34 Recalls: RecallId => Recall,
    /// What recalls demand of licensees.
    35 RecallDuties: (RecallId, LicenceId) => RecallDuty,
    /// Versions that a recall has reached, by the first one that did.
    48 RecalledVersions: (AssetId, u32) => RecallId,
    /// Versions that a recall has reached and not yet gone through.
    49 RecallQueue: (RecallId, AssetId, u32) => RecallWork,
    /// What assessors say.
    36 Attestations: AttestationId => Attestation,
    /// The one that is issued, of each version, kind and assessor.
    37 IssuedAttestations: (AssetId, u32, AttestationKind, ParticipantId) => AttestationId,
    /// Listings of an asset that take orders, and from when on the block looks at them again if something about the asset has
    /// changed.
    38 LiveListings: (AssetId, ListingId) => Option<Timestamp>,
    /// Those that the block looks at again, and from when on.
    50 ListingReviews: (Timestamp, ListingId) => (),
    /// What regulators stop.
    39 Freezes: FreezeId => Freeze,
    /// The freezes that are in force on something.
    40 ActiveFreezes: (Subject, FreezeId) => ActiveFreeze,
    /// Who answers for public data, and what it may cost.
    41 PublicCharges: AssetId => PublicCharge,
    /// Offers and counter-offers.
    42 Negotiations: NegotiationId => Negotiation,
    /// What buyers need.
    43 Demands: DemandId => Demand,
    /// The last order of a version under a subscription.
    44 VersionRequests: (LicenceId, u32) => VersionRequest,
    /// When deliveries of something were frozen, by freezes that have ended; none if there was none.
    45 PastFreezes: Subject => Spans,
    /// When a participant could not act; none if it always could.
    46 Suspended: ParticipantId => Suspensions,
}

/// What a deadline or an event is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Subject {
    /// A participant.
    Participant(ParticipantId),
    /// An asset.
    Asset(AssetId),
    /// A listing.
    Listing(ListingId),
    /// An order.
    Order(OrderId),
    /// A licence.
    Licence(LicenceId),
    /// A proposal.
    Proposal(ProposalId),
    /// A recall.
    Recall(RecallId),
    /// An attestation.
    Attestation(AttestationId),
    /// A freeze.
    Freeze(FreezeId),
    /// A negotiation.
    Negotiation(NegotiationId),
    /// A demand.
    Demand(DemandId),
}

impl Subject {
    /// Its identifier, whatever it is.
    #[must_use]
    pub const fn identifier(&self) -> Digest {
        match *self {
            Self::Participant(id) => id.0,
            Self::Asset(id) => id.0,
            Self::Listing(id) => id.0,
            Self::Order(id) => id.0,
            Self::Licence(id) => id.0,
            Self::Proposal(id) => id.0,
            Self::Recall(id) => id.0,
            Self::Attestation(id) => id.0,
            Self::Freeze(id) => id.0,
            Self::Negotiation(id) => id.0,
            Self::Demand(id) => id.0,
        }
    }
}

impl From<Origin> for Subject {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Plan { listing, .. } => Self::Listing(listing),
            Origin::Negotiation(negotiation) => Self::Negotiation(negotiation),
            Origin::Licence(licence) => Self::Licence(licence),
        }
    }
}

impl From<Ground> for Subject {
    fn from(ground: Ground) -> Self {
        match ground {
            Ground::Listing(listing) => Self::Listing(listing),
            Ground::Demand(demand) => Self::Demand(demand),
        }
    }
}

impl KeyPart for Subject {
    fn write(&self, key: &mut Vec<u8>) {
        let (number, id) = match self {
            Self::Participant(id) => (0, id.0),
            Self::Asset(id) => (1, id.0),
            Self::Listing(id) => (2, id.0),
            Self::Order(id) => (3, id.0),
            Self::Licence(id) => (4, id.0),
            Self::Proposal(id) => (5, id.0),
            Self::Recall(id) => (6, id.0),
            Self::Attestation(id) => (7, id.0),
            Self::Freeze(id) => (8, id.0),
            Self::Negotiation(id) => (9, id.0),
            Self::Demand(id) => (10, id.0),
        };
        key.push(number);
        id.write(key);
    }

    fn read(key: &mut &[u8]) -> Option<Self> {
        let number = u8::read(key)?;
        let id = Digest::read(key)?;
        Some(match number {
            0 => Self::Participant(ParticipantId(id)),
            1 => Self::Asset(AssetId(id)),
            2 => Self::Listing(ListingId(id)),
            3 => Self::Order(OrderId(id)),
            4 => Self::Licence(LicenceId(id)),
            5 => Self::Proposal(ProposalId(id)),
            6 => Self::Recall(RecallId(id)),
            7 => Self::Attestation(AttestationId(id)),
            8 => Self::Freeze(FreezeId(id)),
            9 => Self::Negotiation(NegotiationId(id)),
            10 => Self::Demand(DemandId(id)),
            _ => return None,
        })
    }
}

/// How often a validator missed its turn in a row, and until when it is passed over for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Absence {
    /// Turns missed in a row.
    pub missed: u32,
    /// The first height at which it comes first again when it is its turn.
    pub passed_over_until: Height,
}

/// What genesis fixes for ever.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Constant {
    /// The name of the chain.
    pub name: Text<64>,
    /// The currency of all amounts.
    pub currency: Currency,
}
