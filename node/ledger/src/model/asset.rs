//! Data assets (数据资产): what they are, who has which right to them, and how they were registered.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::set::named;
use crate::codec::Canonical;
use crate::primitives::{
    AssetId, BasisPoints, Digest, Height, LicenceId, OrderId, ParticipantId, Text, Timestamp, TransactionId,
};

named! {
    /// What sort of thing it is.
    AssetKind {
        /// 数据资源: raw data.
        Resource = "resource",
        /// 数据产品: data made for a use.
        Product = "product",
        /// A trained model.
        Model = "model",
        /// A program that runs on data.
        Algorithm = "algorithm",
        /// Answers on request.
        Service = "service",
    }
}

named! {
    /// Whose data it is at the source.
    SourceClass {
        /// 公共: of public bodies.
        Public = "public",
        /// 企业: of companies.
        Enterprise = "enterprise",
        /// 个人: of persons.
        Personal = "personal",
    }
}

named! {
    /// 分级 (GB/T 43697): how much harm its misuse would do, least first.
    Grade {
        /// General, level 1.
        General1 = "general-1",
        /// General, level 2.
        General2 = "general-2",
        /// General, level 3.
        General3 = "general-3",
        /// General, level 4.
        General4 = "general-4",
        /// Important.
        Important = "important",
        /// Core: never registered, never traded.
        Core = "core",
    }
}

named! {
    /// How often new versions are promised.
    UpdateCycle {
        /// Never again.
        Once = "once",
        /// All the time.
        Continuous = "continuous",
        /// Every day.
        Daily = "daily",
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every quarter.
        Quarterly = "quarterly",
        /// Every year.
        Yearly = "yearly",
        /// When there is something.
        Irregular = "irregular",
    }
}

named! {
    /// Why public data is closed.
    ClosedReason {
        /// State secrets.
        StateSecret = "state-secret",
        /// Personal information.
        PersonalInformation = "personal-information",
        /// Trade secrets.
        TradeSecret = "trade-secret",
        /// Another law.
        OtherLaw = "other-law",
    }
}

/// Whether public data is open (公共数据开放). Openness is the norm.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Openness {
    /// Not public data: its holder decides.
    NotPublic,
    /// Open without conditions.
    Open,
    /// Open on conditions.
    Conditional {
        /// The conditions.
        terms: Text<512>,
    },
    /// Not open, for a reason that is looked at again.
    Closed {
        /// Why.
        reason: ClosedReason,
        /// The authority that approved.
        approver: ParticipantId,
        /// When it is looked at again.
        review: Timestamp,
    },
}

named! {
    /// The three separated rights (三权分置).
    Line {
        /// 数据持有权: keep it.
        Hold = "hold",
        /// 数据使用权: use it.
        Use = "use",
        /// 数据经营权: trade it.
        Operate = "operate",
    }
}

named! {
    /// Why someone has a right.
    Basis {
        /// Made by itself.
        SelfProduced = "self-produced",
        /// Collected lawfully.
        Collected = "collected",
        /// Under a licence.
        Licensed = "licensed",
        /// Taken over from the holder before.
        Transferred = "transferred",
        /// Authorised by a public authority.
        PublicAuthorised = "public-authorised",
        /// Under an open licence.
        OpenLicence = "open-licence",
        /// Made from licensed data.
        Derived = "derived",
        /// None that is known: then it is not registered.
        Unknown = "unknown",
    }
}

/// Keywords of an asset.
pub const KEYWORDS_MAX: usize = 16;
/// Fields of a structure.
pub const FIELDS_MAX: usize = 256;
/// Parents of a version.
pub const PARENTS_MAX: usize = 16;
/// Derivations above one another.
pub const DERIVATION_DEPTH_MAX: u8 = 16;
/// Versions upstream of a version.
pub const ANCESTORS_MAX: usize = 256;
/// Versions of an asset: eleven years of a new one every day.
pub const VERSIONS_MAX: u32 = 4_096;
/// What all parents of a version get together of what is earned with it, in basis points.
pub const ROYALTIES_MAX: u16 = 9_000;
/// Objections to an asset that wait for a ruling.
pub const OPEN_OBJECTIONS_MAX: u16 = 1_000;

/// What an asset is, in its owner's words.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssetDescription {
    /// A line.
    pub title: Text<200>,
    /// A few paragraphs.
    pub description: Text<2000>,
    /// What sort of thing.
    pub kind: AssetKind,
    /// Whose at the source.
    pub source_class: SourceClass,
    /// The field of life, e.g. `meteorology`.
    pub sector: Text<32>,
    /// How much harm misuse would do.
    pub grade: Grade,
    /// Whether public data is open.
    pub openness: Openness,
    /// At most [`KEYWORDS_MAX`].
    pub keywords: Vec<Text<32>>,
    /// Where, e.g. `US-WA Seattle`.
    pub spatial: Text<128>,
    /// When, e.g. `2012-01-01/2015-12-31`.
    pub temporal: Text<64>,
    /// How often new versions come.
    pub update_cycle: UpdateCycle,
}

named! {
    /// The type of a column.
    FieldKind {
        /// True or false.
        Boolean = "boolean",
        /// Whole numbers.
        Integer = "integer",
        /// Numbers.
        Number = "number",
        /// Text.
        String = "string",
        /// Days.
        Date = "date",
        /// Moments.
        Datetime = "datetime",
        /// Mixed or nested.
        Any = "any",
    }
}

/// A column of tabular data.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    /// Its header.
    pub name: Text<128>,
    /// Its type.
    pub kind: FieldKind,
    /// Whether a value may be missing.
    pub nullable: bool,
}

/// The columns and rows of tabular data.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Structure {
    /// In order, at most [`FIELDS_MAX`].
    pub fields: Vec<Field>,
    /// How many rows, without the header.
    pub rows: u64,
}

/// One state of the content. Never changes; new content is a new version.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionContent {
    /// The plain BLAKE3 hash of the bytes: what `b3sum` prints.
    pub content_root: Digest,
    /// How many bytes.
    pub size_bytes: u64,
    /// As in RFC 6838, e.g. `text/csv`.
    pub media_type: Text<127>,
    /// Columns and rows, if tabular.
    pub structure: Option<Structure>,
    /// The hash of any further metadata.
    pub metadata_hash: Option<Digest>,
}

named! {
    /// How one version was made from another.
    Activity {
        /// Errors taken out.
        Clean = "clean",
        /// Rows or columns chosen.
        Select = "select",
        /// Brought together with other data.
        Join = "join",
        /// Summed up.
        Aggregate = "aggregate",
        /// Persons taken out.
        Anonymise = "anonymise",
        /// Brought into another form.
        Convert = "convert",
        /// Marked up.
        Annotate = "annotate",
        /// A model trained.
        Train = "train",
        /// A part drawn.
        Sample = "sample",
        /// Anything else.
        Other = "other",
    }
}

/// What a version was made from, as its maker declares it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Parent {
    /// The asset it was made from.
    pub asset: AssetId,
    /// Which version of it.
    pub version: u32,
    /// The licence that allows it; `None` for one's own.
    pub licence: Option<LicenceId>,
    /// How.
    pub activity: Activity,
    /// The hash of the recipe (program, parameters), if there is one.
    pub recipe: Option<Digest>,
}

/// An edge of the provenance graph, from a version to one that it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Derivation {
    /// The licence that allowed it; `None` for one's own.
    pub licence: Option<LicenceId>,
    /// How.
    pub activity: Activity,
    /// The hash of the recipe.
    pub recipe: Option<Digest>,
    /// The share that goes upstream, fixed by the licence.
    pub royalty: BasisPoints,
}

impl Canonical for Derivation {
    const BYTES_MAX: usize = 128;
}

/// A version as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Version {
    /// The content.
    pub content: VersionContent,
    /// Derivations above it: 0 for a source.
    pub depth: u8,
    /// All that it owes of what it earns to what it was made from: what R345 adds up.
    pub owes: BasisPoints,
    /// When it came.
    pub created: Timestamp,
    /// In which block.
    pub height: Height,
    /// By which transaction.
    pub transaction: TransactionId,
}

impl Canonical for Version {
    const BYTES_MAX: usize = 48 * 1024;
}

/// A right that someone claims at registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RightsClaim {
    /// Why they hold it.
    pub hold: Basis,
    /// Why they may use it.
    pub r#use: Basis,
    /// Why they may trade it.
    pub operate: Basis,
    /// The hash of the evidence.
    pub evidence: Option<Digest>,
}

/// Who has one of the three rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TitleLine {
    /// The one holder.
    pub holder: ParticipantId,
    /// Why.
    pub basis: Basis,
    /// The hash of the evidence.
    pub evidence: Option<Digest>,
    /// Since when.
    pub since: Timestamp,
}

/// Where the registration (登记) of an asset stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Registration {
    /// Applied for; open to objections until the notice closes.
    PublicNotice {
        /// When the notice closes.
        closes: Timestamp,
    },
    /// In the register.
    Registered {
        /// The certificate's number.
        certificate: Text<32>,
        /// The registrar that decided.
        registrar: ParticipantId,
        /// When.
        since: Timestamp,
    },
    /// Not taken into the register; may be applied for again.
    Refused {
        /// Why.
        reason: Text<256>,
    },
    /// Taken out of the register.
    Cancelled {
        /// By whom: its Hold holder or an authority.
        by: ParticipantId,
        /// Why.
        reason: Text<256>,
    },
}

impl Registration {
    /// The name of where it stands.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PublicNotice { .. } => "public-notice",
            Self::Registered { .. } => "registered",
            Self::Refused { .. } => "refused",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// Whether it is in the register or on its way there: then it claims its content.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::PublicNotice { .. } | Self::Registered { .. })
    }
}

/// A data asset.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Asset {
    /// What it is.
    pub description: AssetDescription,
    /// Hold, Use, Operate, in the order of [`Line`].
    pub lines: [TitleLine; 3],
    /// Where its registration stands.
    pub registration: Registration,
    /// Objections that are not ruled yet.
    pub open_objections: u16,
    /// Objections ever made: the next one's number.
    pub objections: u16,
    /// The number of its latest version, from 1.
    pub latest_version: u32,
    /// When it was registered first.
    pub created: Timestamp,
}

impl Canonical for Asset {
    const BYTES_MAX: usize = 8 * 1024;
}

impl Asset {
    /// The state of one right.
    #[must_use]
    pub const fn line(&self, line: Line) -> &TitleLine {
        &self.lines[line as usize]
    }

    /// Whether it is in the register.
    #[must_use]
    pub const fn is_registered(&self) -> bool {
        matches!(self.registration, Registration::Registered { .. })
    }
}

/// What is sold and promised of an asset: decides whether a licence may be exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trade {
    /// Licences in force.
    pub live_licences: u32,
    /// Orders that may still become licences.
    pub open_orders: u32,
    /// The order that reserves or has got the asset for itself alone.
    pub exclusive: Option<OrderId>,
}

impl Canonical for Trade {
    const BYTES_MAX: usize = 64;
}

named! {
    /// Where an objection stands.
    ObjectionStatus {
        /// Not ruled yet.
        Open = "open",
        /// It was right.
        Upheld = "upheld",
        /// It was wrong.
        Dismissed = "dismissed",
    }
}

/// An objection (异议) to a registration.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Objection {
    /// Who objects.
    pub objector: ParticipantId,
    /// Why.
    pub statement: Text<512>,
    /// The hash of the evidence.
    pub evidence: Option<Digest>,
    /// Where it stands.
    pub status: ObjectionStatus,
    /// When it was made.
    pub since: Timestamp,
}

impl Canonical for Objection {
    const BYTES_MAX: usize = 1024;
}
