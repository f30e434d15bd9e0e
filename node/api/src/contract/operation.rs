//! The table of operations.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;
use yaosu_ledger::model::{
    Asset, Attestation, Demand, Freeze, Licence, Listing, Negotiation, Node, Order, Participant, Proposal, Recall,
};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{
    AssetId, AttestationId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId,
    ProposalId, RecallId,
};

use super::examples;
#[allow(clippy::wildcard_imports, reason = "the table names nearly every parameter")]
use super::parameter::*;
use crate::evidence::Evidence;
use crate::{
    AccountView, AssetOpennessView, BlockView, ChainView, Entity, EventView, Foreseen, HeadView, Intent, LaneView,
    LifeView, MayView, NodeStatus, OCTET_STREAM, ObjectionView, OpennessView, Page, Prepared, Provenance,
    ReadinessView, RecallDutyView, RoyaltiesView, SampleChoiceView, SearchView, SignedBytes, Submission, SupplyView,
    TransactionView, UseView, ValidatorsView, VersionView, WrittenView,
};

/// The methods that the door takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Changes nothing. HEAD goes wherever it does.
    Get,
    /// Sends something in.
    Post,
}

/// What is sent or answered: a type, and a schema if it is JSON.
#[derive(Clone, Copy, Debug)]
pub struct Media {
    /// The content type.
    pub content_type: &'static str,
    /// What the JSON may be.
    pub schema: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// What stands in it, in words.
    pub description: &'static str,
    /// Makes an example, if there is one.
    pub example: Option<fn() -> Value>,
}

/// What is answered if all is well.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// What it is.
    pub media: Media,
    /// The statuses that it comes with, and what they mean.
    pub statuses: &'static [(u16, &'static str)],
    /// Whether it has a tag to ask by again.
    pub has_tag: bool,
}

const OK: &[(u16, &str)] = &[(200, "The answer.")];

/// JSON of this type, with the tag of the state that it shows.
const fn shown<T: JsonSchema>() -> Answer {
    Answer { has_tag: true, ..now::<T>() }
}

/// JSON of this type, of this moment.
const fn now<T: JsonSchema>() -> Answer {
    Answer { media: json::<T>(""), statuses: OK, has_tag: false }
}

const fn json<T: JsonSchema>(description: &'static str) -> Media {
    Media {
        content_type: "application/json",
        schema: Some(SchemaGenerator::subschema_for::<T>),
        description,
        example: None,
    }
}

const fn other(content_type: &'static str, description: &'static str) -> Media {
    Media { content_type, schema: None, description, example: None }
}

const fn octets(description: &'static str) -> Answer {
    Answer { media: other(OCTET_STREAM, description), statuses: OK, has_tag: true }
}

const fn text(content_type: &'static str, description: &'static str) -> Answer {
    Answer { media: other(content_type, description), statuses: OK, has_tag: false }
}

const INTENT: Media = Media { example: Some(examples::intent), ..json::<Intent>("What somebody wants.") };
const BODY: Media = other(OCTET_STREAM, "The canonical bytes of a transaction's body.");
const SIGNED: Media = json::<SignedBytes>("Bytes that were prepared, with their signatures.");
const TRANSACTION: Media = other(OCTET_STREAM, "The canonical bytes of a transaction.");

const SUBMITTED: Answer = Answer {
    media: json::<Submission>(""),
    statuses: &[
        (200, "It is committed. The same bytes sent again get this too."),
        (202, "It was admitted and waits. The header Location says where to ask."),
    ],
    has_tag: false,
};

const READINESS: Answer = Answer {
    media: json::<ReadinessView>(""),
    statuses: &[(200, "The node is of use."), (503, "A check fails.")],
    has_tag: false,
};

macro_rules! operations {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident: $method:ident $path:literal, $tag:literal, [$($parameter:ident),*]$( + [$($body:ident),*])?,
        $answer:expr;
    )*) => {
        /// What a client may ask of a node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation { $($(#[doc = $doc])* $name),* }

        impl Operation {
            /// Every one, in the order of the document.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in the document.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// Its method.
            #[must_use]
            pub const fn method(self) -> Method {
                match self { $(Self::$name => Method::$method),* }
            }

            /// Its path, parameters in braces.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$name => $path),* }
            }

            /// The kind of thing that it is about.
            #[must_use]
            pub const fn tag(self) -> &'static str {
                match self { $(Self::$name => $tag),* }
            }

            /// What it does, in words.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*)),* }
            }

            /// Its parameters, without those that every operation takes.
            #[must_use]
            pub const fn parameters(self) -> &'static [Parameter] {
                match self { $(Self::$name => &[$($parameter),*]),* }
            }

            /// The bodies that it takes, one of which must be sent; none for no body.
            #[must_use]
            pub const fn bodies(self) -> &'static [Media] {
                match self { $(Self::$name => &[$($($body),*)?]),* }
            }

            /// What it answers if all is well.
            #[must_use]
            pub const fn answer(self) -> Answer {
                match self { $(Self::$name => $answer),* }
            }
        }
    };
}

#[rustfmt::skip]
#[allow(clippy::wildcard_imports, reason = "a room of its own only so that the rows stay on their lines")]
mod table {
    use super::*;

    operations! {
        /// The end of the chain.
        Head: Get "/v1/head", "chain", [], shown::<HeadView>();
        /// What never or seldom changes: the chain, its currency, the market's numbers.
        Chain: Get "/v1/chain", "chain", [], shown::<ChainView>();
        /// The founding document, in its canonical bytes.
        Genesis: Get "/v1/genesis", "chain", [], octets("The genesis document in its canonical bytes.");
        /// How the node is.
        Status: Get "/v1/status", "chain", [], now::<NodeStatus>();
        /// Who decides the next height.
        Validators: Get "/v1/validators", "chain", [], shown::<ValidatorsView>();
        /// All money of the chain.
        Money: Get "/v1/money", "chain", [], shown::<SupplyView>();
        /// Machines that may join the network.
        Nodes: Get "/v1/nodes", "chain", [LIMIT, CURSOR], shown::<Page<Entity<PublicKey, Node>>>();
        /// Blocks, newest first, without the identifiers of their transactions.
        Blocks: Get "/v1/blocks", "chain", [LIMIT, BLOCK_CURSOR], shown::<Page<BlockView>>();
        /// A block.
        Block: Get "/v1/blocks/{ref}", "chain", [BLOCK_REF], shown::<BlockView>();
        /// Evidence of the record under a key of the state after the last block, or of there being none.
        RecordReceipt: Get "/v1/state/{key}/receipt", "chain", [STATE_KEY], shown::<Evidence>();

        /// Makes the bytes of a transaction, the message that its keys sign, and a sentence that says what it means. The
        /// node keeps nothing: sign wherever the keys are, then send bytes and signatures to `POST /v1/transactions`.
        PrepareTransaction: Post "/v1/transactions/prepare", "transactions", [LANG] + [INTENT], now::<Prepared>();
        /// What a transaction would do in the next block, carried out on trial. Nothing is changed or promised, and no
        /// signature is needed.
        CheckTransaction: Post "/v1/transactions/check", "transactions", [LANG] + [INTENT, BODY], now::<Foreseen>();
        /// Sends a transaction in. The same signed transaction sent again gets the same answer.
        SubmitTransaction: Post "/v1/transactions", "transactions", [WAIT, TIMEOUT] + [SIGNED, TRANSACTION], SUBMITTED;
        /// What became of a transaction, and what came of it.
        Transaction: Get "/v1/transactions/{ref}", "transactions", [TRANSACTION_REF, WAIT, TIMEOUT], shown::<TransactionView>();
        /// Evidence of a committed transaction, with all that came of it.
        TransactionReceipt: Get "/v1/transactions/{ref}/receipt", "transactions", [TRANSACTION_REF], shown::<Evidence>();
        /// The records that a committed transaction wrote, each right before and right after it. Only of the last blocks: 404
        /// once the node does not keep the state before the block any more.
        TransactionRecords: Get "/v1/transactions/{ref}/records", "transactions", [TRANSACTION_REF], shown::<WrittenView>();

        /// Events as they happen, as server-sent events: `id` is the position, `event` the type, `data` an `EventView`.
        /// Taken up again by `Last-Event-ID` or `after` without a gap and without anything twice, whatever restarted in
        /// between. Comments without `id` say that the stream is alive.
        Events: Get "/v1/events", "events", [AFTER, LAST_EVENT_ID], text("text/event-stream", "Server-sent events; the data of each is an `EventView`.");
        /// Evidence of an event.
        EventReceipt: Get "/v1/events/{position}/receipt", "events", [POSITION], shown::<Evidence>();

        /// Participants of the market.
        Participants: Get "/v1/participants", "participants", [LIMIT, CURSOR, ROLE, KEY], shown::<Page<Entity<ParticipantId, Participant>>>();
        /// A participant.
        Participant: Get "/v1/participants/{ref}", "participants", [PARTICIPANT_REF], shown::<Entity<ParticipantId, Participant>>();
        /// A participant's money.
        Account: Get "/v1/participants/{ref}/account", "participants", [PARTICIPANT_REF], shown::<AccountView>();
        /// The next numbers of a participant's lane.
        Lane: Get "/v1/participants/{ref}/lanes/{lane}", "participants", [PARTICIPANT_REF, LANE], now::<LaneView>();
        /// What happened to a participant, newest first.
        ParticipantHistory: Get "/v1/participants/{ref}/history", "participants", [PARTICIPANT_REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();

        /// Searches the catalogue in Chinese and English, with counts by facet. Answered from an index that follows the
        /// ledger by a block or a few; 503 while it is made, and on a node that is configured to have none.
        Search: Get "/v1/search", "assets", [SEARCH_TEXT, SECTOR, ASSET_KIND, SOURCE_CLASS, OPENNESS, GRADE, REGISTRATION, HOLDER, OFFERED_AS, PRICE_MAX, SCOPE, SORT, LIMIT, SEARCH_CURSOR], shown::<SearchView>();
        /// Assets.
        Assets: Get "/v1/assets", "assets", [LIMIT, CURSOR, HOLDER, REGISTRATION, SEARCH], shown::<Page<Entity<AssetId, Asset>>>();
        /// An asset.
        Asset: Get "/v1/assets/{ref}", "assets", [REF], shown::<Entity<AssetId, Asset>>();
        /// An asset's versions, the first one first.
        Versions: Get "/v1/assets/{ref}/versions", "assets", [REF, LIMIT, CURSOR], shown::<Page<VersionView>>();
        /// Objections to an asset's registration, the first one first.
        Objections: Get "/v1/assets/{ref}/objections", "assets", [REF, LIMIT, CURSOR], shown::<Page<ObjectionView>>();
        /// Where a version came from and what came of it.
        Provenance: Get "/v1/assets/{ref}/provenance", "assets", [REF, VERSION_NUMBER, DEPTH, DIRECTION], shown::<Provenance>();
        /// Attestations of an asset that are issued, by version and kind.
        AssetAttestations: Get "/v1/assets/{ref}/attestations", "assets", [REF, LIMIT, CURSOR], shown::<Page<Entity<AttestationId, Attestation>>>();
        /// Whether an asset is open, who answers for it and what it may cost.
        AssetOpenness: Get "/v1/assets/{ref}/openness", "assets", [REF], shown::<AssetOpennessView>();
        /// How a price would be divided.
        Royalties: Get "/v1/assets/{ref}/royalties", "assets", [REF, PRICE, VERSION_NUMBER], shown::<RoyaltiesView>();
        /// Which chunks of a version's content its seller must show.
        SampleChoice: Get "/v1/assets/{ref}/sample-choice", "assets", [REF, VERSION_NUMBER], shown::<SampleChoiceView>();
        /// What happened to an asset, newest first.
        AssetHistory: Get "/v1/assets/{ref}/history", "assets", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();

        /// Listings.
        Listings: Get "/v1/listings", "market", [LIMIT, CURSOR, ASSET, SELLER, LISTING_STATUS, LISTING_KIND], shown::<Page<Entity<ListingId, Listing>>>();
        /// A listing.
        Listing: Get "/v1/listings/{ref}", "market", [REF], shown::<Entity<ListingId, Listing>>();
        /// What happened to a listing, newest first.
        ListingHistory: Get "/v1/listings/{ref}/history", "market", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Negotiations.
        Negotiations: Get "/v1/negotiations", "market", [LIMIT, CURSOR, BUYER, SELLER, ASSET, LISTING, DEMAND, NEGOTIATION_STATUS], shown::<Page<Entity<NegotiationId, Negotiation>>>();
        /// A negotiation.
        Negotiation: Get "/v1/negotiations/{ref}", "market", [REF], shown::<Entity<NegotiationId, Negotiation>>();
        /// What happened in a negotiation, newest first.
        NegotiationHistory: Get "/v1/negotiations/{ref}/history", "market", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Demands.
        Demands: Get "/v1/demands", "market", [LIMIT, CURSOR, BUYER, SECTOR, DEMAND_STATUS], shown::<Page<Entity<DemandId, Demand>>>();
        /// A demand.
        Demand: Get "/v1/demands/{ref}", "market", [REF], shown::<Entity<DemandId, Demand>>();
        /// What happened to a demand, newest first.
        DemandHistory: Get "/v1/demands/{ref}/history", "market", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Orders.
        Orders: Get "/v1/orders", "market", [LIMIT, CURSOR, BUYER, SELLER, PAYER, LICENSEE, ORDER_STATUS, LISTING, ASSET], shown::<Page<Entity<OrderId, Order>>>();
        /// An order.
        Order: Get "/v1/orders/{ref}", "market", [REF], shown::<Entity<OrderId, Order>>();
        /// What happened to an order, newest first.
        OrderHistory: Get "/v1/orders/{ref}/history", "market", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();

        /// Licences.
        Licences: Get "/v1/licences", "licences", [LIMIT, CURSOR, LICENSEE, LICENSOR, ASSET, LICENCE_STATUS], shown::<Page<Entity<LicenceId, Licence>>>();
        /// A licence.
        Licence: Get "/v1/licences/{ref}", "licences", [REF], shown::<Entity<LicenceId, Licence>>();
        /// A licence's recorded uses, the first one first.
        Uses: Get "/v1/licences/{ref}/uses", "licences", [REF, LIMIT, CURSOR], shown::<Page<UseView>>();
        /// Whether a use would be allowed at the time of the last block.
        May: Get "/v1/licences/{ref}/may", "licences", [REF, ACTION, PURPOSE, USE_SECTOR, REGION, RECIPIENT, USES], shown::<MayView>();
        /// What happened to a licence, newest first.
        LicenceHistory: Get "/v1/licences/{ref}/history", "licences", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Recalls.
        Recalls: Get "/v1/recalls", "licences", [LIMIT, CURSOR, ASSET], shown::<Page<Entity<RecallId, Recall>>>();
        /// A recall.
        Recall: Get "/v1/recalls/{ref}", "licences", [REF], shown::<Entity<RecallId, Recall>>();
        /// What a recall demands of whom.
        RecallDuties: Get "/v1/recalls/{ref}/duties", "licences", [REF, LIMIT, CURSOR, LICENSEE, DUTY_STATUS], shown::<Page<RecallDutyView>>();
        /// What happened to a recall, newest first.
        RecallHistory: Get "/v1/recalls/{ref}/history", "licences", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();

        /// How open, timely, complete and accurate the public data of every authority is.
        Openness: Get "/v1/openness", "supervision", [], shown::<OpennessView>();
        /// Attestations.
        Attestations: Get "/v1/attestations", "supervision", [LIMIT, CURSOR, ASSET, ASSESSOR, ATTESTATION_KIND, ATTESTATION_STATUS], shown::<Page<Entity<AttestationId, Attestation>>>();
        /// An attestation.
        Attestation: Get "/v1/attestations/{ref}", "supervision", [REF], shown::<Entity<AttestationId, Attestation>>();
        /// What happened to an attestation, newest first.
        AttestationHistory: Get "/v1/attestations/{ref}/history", "supervision", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Freezes.
        Freezes: Get "/v1/freezes", "supervision", [LIMIT, CURSOR, TARGET, REGULATOR, FREEZE_SCOPE, FREEZE_STATUS], shown::<Page<Entity<FreezeId, Freeze>>>();
        /// A freeze.
        Freeze: Get "/v1/freezes/{ref}", "supervision", [REF], shown::<Entity<FreezeId, Freeze>>();
        /// What happened to a freeze, newest first.
        FreezeHistory: Get "/v1/freezes/{ref}/history", "supervision", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();
        /// Proposals of the operators.
        Proposals: Get "/v1/proposals", "supervision", [LIMIT, CURSOR, PROPOSAL_STATUS], shown::<Page<Entity<ProposalId, Proposal>>>();
        /// A proposal.
        Proposal: Get "/v1/proposals/{ref}", "supervision", [REF], shown::<Entity<ProposalId, Proposal>>();
        /// What happened to a proposal, newest first.
        ProposalHistory: Get "/v1/proposals/{ref}/history", "supervision", [REF, LIMIT, HISTORY_CURSOR], shown::<Page<EventView>>();

        /// This document.
        OpenApi: Get "/v1/openapi.json", "node", [], Answer { media: other("application/json", "The OpenAPI document."), statuses: OK, has_tag: true };
        /// The page that shows this document to people.
        Docs: Get "/v1/docs", "node", [], Answer { has_tag: true, ..text("text/html; charset=utf-8", "A page.") };
        /// How that page looks.
        DocsStyle: Get "/v1/docs/style.css", "node", [], Answer { has_tag: true, ..text("text/css; charset=utf-8", "A style sheet.") };
        /// Whether the process works.
        Health: Get "/healthz", "node", [], now::<LifeView>();
        /// Whether the process works.
        Liveness: Get "/livez", "node", [], now::<LifeView>();
        /// Whether the node is of use, by every check.
        Readiness: Get "/readyz", "node", [], READINESS;
        /// Figures of the node, as `OpenMetrics`.
        Metrics: Get "/metrics", "node", [], text("application/openmetrics-text; version=1.0.0; charset=utf-8", "OpenMetrics.");
    }
}

pub use table::Operation;
