//! Parameters: what they are called, what they may be, and an example of each.

use serde_json::{Value, json};
use yaosu_ledger::model::{
    AssetKind, AttestationKind, AttestationStatus, DemandStatus, FreezeScope, FreezeStatus, Grade, LicenceStatus,
    ListingKind, ListingStatus, NegotiationStatus, OrderStatus, ProposalStatus, Purpose, RecallDutyStatus, Role,
    SourceClass, UseAction,
};

use super::examples::{EXAMPLE_ID, EXAMPLE_TRANSACTION};
use crate::{LIMIT_DEFAULT, LIMIT_MAX, PREFIX_DIGITS_MIN, SEARCH_TEXT_MAX, WAIT_MS_MAX};

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path; always needed.
    Path,
    /// In the query.
    Query,
    /// Among the headers.
    Header,
}

impl Place {
    /// The name that the document has for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A text of this pattern.
    Pattern(&'static str),
    /// An integer.
    Integer {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
        /// What it is if it is left out.
        default: Option<u64>,
    },
    /// One of some names.
    Named(fn() -> Vec<&'static str>),
    /// A text of at most so many characters.
    Text(usize),
}

impl Form {
    /// As a JSON schema.
    #[must_use]
    pub fn schema(self) -> Value {
        match self {
            Self::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Integer { min, max, default: None } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            Self::Integer { min, max, default: Some(default) } => {
                json!({ "type": "integer", "minimum": min, "maximum": max, "default": default })
            }
            Self::Named(names) => json!({ "type": "string", "enum": names() }),
            Self::Text(limit) => json!({ "type": "string", "maxLength": limit }),
        }
    }
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// What it is called.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Whether a request needs it.
    pub required: bool,
    /// What it is, in words.
    pub description: &'static str,
    /// What it may be.
    pub form: Form,
    /// One that may stand there; empty for none.
    pub example: &'static str,
}

const fn path(name: &'static str, form: Form, example: &'static str, description: &'static str) -> Parameter {
    Parameter { name, place: Place::Path, required: true, description, form, example }
}

const fn query(name: &'static str, form: Form, example: &'static str, description: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, required: false, description, form, example }
}

const fn needed(parameter: Parameter) -> Parameter {
    Parameter { required: true, ..parameter }
}

macro_rules! names {
    ($type:ty) => {
        Form::Named(|| <$type>::ALL.iter().map(|item| item.name()).collect())
    };
}

const REFERENCE: Form = Form::Pattern("^[0-9a-f]{6,64}$");
const _: () = assert!(PREFIX_DIGITS_MIN == 6, "the patterns say so too");
const PARTICIPANT: Form = Form::Pattern("^([0-9a-f]{6,64}|[a-z][a-z0-9-]{1,30}[a-z0-9])$");
const HEIGHT_AND_INDEX: Form = Form::Pattern(r"^[0-9]{1,19}\.[0-9]{1,9}$");
const VERSION: Form = Form::Integer { min: 0, max: u32::MAX as u64, default: None };

// What a path names.
pub(super) const REF: Parameter =
    path("ref", REFERENCE, EXAMPLE_ID, "The identifier, or its first six digits or more if no other begins so.");
pub(super) const PARTICIPANT_REF: Parameter =
    path("ref", PARTICIPANT, "alice", "A handle, an identifier, or the first six digits of one or more.");
pub(super) const BLOCK_REF: Parameter = path(
    "ref",
    Form::Pattern("^([0-9]{1,19}|[0-9a-f]{6,64})$"),
    "1",
    "A height, an identifier, or the first six digits of one or more.",
);
pub(super) const TRANSACTION_REF: Parameter = path(
    "ref",
    REFERENCE,
    EXAMPLE_TRANSACTION,
    "The identifier, or the first six digits or more of that of a committed one.",
);
pub(super) const LANE: Parameter = path(
    "lane",
    Form::Integer { min: 0, max: u32::MAX as u64, default: None },
    "0",
    "One of the lanes that a participant numbers its transactions in.",
);
pub(super) const POSITION: Parameter =
    path("position", HEIGHT_AND_INDEX, "1.0", "Where the event stands: height, point, place in the block from 0.");
pub(super) const STATE_KEY: Parameter = path(
    "key",
    Form::Pattern("^([0-9a-f]{2}){1,128}$"),
    "15",
    "The bytes of a record's key, which begin with the number of its table.",
);

// Parts of lists.
pub(super) const LIMIT: Parameter = query(
    "limit",
    Form::Integer { min: 1, max: LIMIT_MAX as u64, default: Some(LIMIT_DEFAULT as u64) },
    "2",
    "Items of a page at most.",
);
pub(super) const CURSOR: Parameter = query(
    "cursor",
    Form::Pattern("^([0-9a-f]{2}){1,128}$"),
    "00",
    "The cursor of the page before, as it came. The key of a record, which never moves: pages do not shift.",
);
pub(super) const BLOCK_CURSOR: Parameter = query(
    "cursor",
    Form::Pattern("^[0-9]{1,19}$"),
    "2",
    "The cursor of the page before, as it came: a height, so that pages do not shift.",
);
pub(super) const HISTORY_CURSOR: Parameter = query(
    "cursor",
    HEIGHT_AND_INDEX,
    "2.0",
    "The cursor of the page before, as it came: the position of an event, so that pages do not shift.",
);

pub(super) const SEARCH_CURSOR: Parameter = query(
    "cursor",
    Form::Pattern("^[0-9a-f]{48}$"),
    // One of another search is refused.
    "",
    "The cursor of the page before, as it came, with the same text, filters and order; one of another search is refused. A \
     place in the order of results.",
);

// Filters.
macro_rules! filters {
    ($($constant:ident = $name:literal, $form:expr, $example:expr, $description:literal;)*) => {
        $(pub(super) const $constant: Parameter = query($name, $form, $example, $description);)*
    };
}

filters! {
    ROLE = "role", names!(Role), "trader", "Those with this role.";
    KEY = "key", Form::Pattern("^[0-9a-f]{64}$"), EXAMPLE_ID, "The one whose key this is.";
    HOLDER = "holder", PARTICIPANT, "alice", "Those that this participant has a right to.";
    REGISTRATION = "registration",
        Form::Named(|| vec!["public-notice", "registered", "refused", "cancelled"]),
        "registered", "Where the registration stands.";
    SEARCH = "query", Form::Text(256), "rain",
        "Words that all occur in title, description, keywords, sector, place or time, whatever their case.";
    ASSET = "asset", REFERENCE, EXAMPLE_ID, "Those of this asset.";
    LISTING = "listing", REFERENCE, EXAMPLE_ID, "Those on this listing.";
    DEMAND = "demand", REFERENCE, EXAMPLE_ID, "Those that answer this demand.";
    ASSESSOR = "assessor", PARTICIPANT, "exchange", "Those of this assessor.";
    REGULATOR = "regulator", PARTICIPANT, "exchange", "Those of this regulator.";
    BUYER = "buyer", PARTICIPANT, "bob", "Those of this buyer.";
    SELLER = "seller", PARTICIPANT, "alice", "Those of this seller.";
    PAYER = "payer", PARTICIPANT, "exchange", "Those that this participant pays.";
    LICENSEE = "licensee", PARTICIPANT, "bob", "Those whose licensee this participant is.";
    LICENSOR = "licensor", PARTICIPANT, "alice", "Those whose licensor this participant is.";
    TARGET = "target", Form::Pattern("^[0-9a-f]{64}$"), EXAMPLE_ID, "Those of this thing, by its whole identifier.";
    SECTOR = "sector", Form::Text(32), "meteorology", "Those of this sector.";
    ATTESTATION_KIND = "kind", names!(AttestationKind), "source", "What was looked at.";
    ATTESTATION_STATUS = "status", names!(AttestationStatus), "issued", "Where it stands.";
    FREEZE_SCOPE = "scope", names!(FreezeScope), "funds", "How far it goes.";
    FREEZE_STATUS = "status", names!(FreezeStatus), "active", "Where it stands.";
    LISTING_STATUS = "status", names!(ListingStatus), "active", "Where it stands.";
    LISTING_KIND = "kind", names!(ListingKind), "fixed", "How it trades.";
    ORDER_STATUS = "status", names!(OrderStatus), "placed", "Where it stands.";
    LICENCE_STATUS = "status", names!(LicenceStatus), "active", "Where it stands.";
    NEGOTIATION_STATUS = "status", names!(NegotiationStatus), "open", "Where it stands.";
    DEMAND_STATUS = "status", names!(DemandStatus), "open", "Where it stands.";
    PROPOSAL_STATUS = "status", names!(ProposalStatus), "open", "Where it stands.";
    DUTY_STATUS = "status", names!(RecallDutyStatus), "open", "Where it stands.";
    VERSION_NUMBER = "version", VERSION, "1", "Which version; the latest if it is left out.";
    DEPTH = "depth", Form::Integer { min: 1, max: 16, default: Some(16) }, "2", "Steps from the version at most.";
    DIRECTION = "direction", Form::Named(|| vec!["up", "down", "both"]), "both",
        "Up to what it was made from, down to what was made of it.";
    REGION = "region", Form::Text(16), "CN", "In which region; needed if the licence limits regions.";
    USE_SECTOR = "sector", Form::Text(32), "energy", "In which sector; needed if the licence limits sectors.";
    RECIPIENT = "recipient", PARTICIPANT, "bob", "To whom data would go; needed if the licence limits recipients.";
    USES = "uses", Form::Integer { min: 0, max: u64::MAX, default: Some(1) }, "1", "How many uses it would be.";
    AFTER = "after", HEIGHT_AND_INDEX, "1.0", "Events behind this position; from now on if it is left out.";
    WAIT = "wait", Form::Named(|| vec!["committed"]), "committed", "Waits until it is committed or refused.";
    LANG = "lang", Form::Named(|| vec!["en", "zh"]), "zh", "The language of the sentence; English if it is left out.";
    TIMEOUT = "timeout", Form::Integer { min: 1, max: WAIT_MS_MAX, default: None }, "10000",
        "Waits so many milliseconds at most. Goes with wait=committed only.";
}

// Of a search.
filters! {
    SEARCH_TEXT = "q", Form::Text(SEARCH_TEXT_MAX), "rain",
        "Words in Chinese or English, in any order; there are no operators. All of up to three words have to be there, of \
         more three quarters; words that mean the same, also in the other language, do as well. Everything if it is left out.";
    ASSET_KIND = "kind", names!(AssetKind), "resource", "What sort of thing.";
    SOURCE_CLASS = "source_class", names!(SourceClass), "enterprise", "Whose data it is at the source.";
    OPENNESS = "openness", Form::Named(|| vec!["not-public", "open", "conditional", "closed"]), "not-public",
        "Whether public data is open.";
    GRADE = "grade", names!(Grade), "general-1", "How much harm its misuse would do.";
    OFFERED_AS = "listing_kind", names!(ListingKind), "fixed", "Those on offer in this way.";
    PRICE_MAX = "price_max", Form::Integer { min: 0, max: u64::MAX, default: None }, "100000",
        "Those on offer for so much or less, in hundredths of the currency; with `listing_kind`, in this way.";
    SCOPE = "scope", Form::Named(|| vec!["offered", "all"]), "all",
        "`offered`: only what is on offer, which is how it is if it is left out. `all`: every asset of the register, and those that \
         are not in it any more.";
    SORT = "sort", Form::Named(|| vec!["relevance", "newest", "price"]), "newest",
        "What comes first: what fits the text best, the newest asset, or the lowest price (without a price last). If it is left \
         out: relevance with a text, newest without.";
}

pub(super) const ACTION: Parameter =
    needed(query("action", names!(UseAction), "read", "What would be done with the data."));
pub(super) const PURPOSE: Parameter = needed(query("purpose", names!(Purpose), "research", "What for."));
pub(super) const PRICE: Parameter = needed(query(
    "price",
    Form::Integer { min: 0, max: u64::MAX, default: None },
    "1000",
    "The price, in hundredths of the currency.",
));
pub(super) const LAST_EVENT_ID: Parameter = Parameter {
    name: "Last-Event-ID",
    place: Place::Header,
    required: false,
    description: "Events behind this position; goes before `after`. Browsers send it when they take a stream up again.",
    form: HEIGHT_AND_INDEX,
    example: "1.0",
};
