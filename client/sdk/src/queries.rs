//! Everything that can be asked of a node.
//!
//! A reference names a record by its identifier, by a unique prefix of it of
//! [`PREFIX_DIGITS_MIN`](yaosu_api::PREFIX_DIGITS_MIN) digits or more, or, for participants, by its handle.

use core::fmt::Display;
use core::time::Duration;

use reqwest::Method;
use yaosu_api::{
    AccountView, AssetOpennessView, BlockView, ChainView, Entity, EventView, HeadView, LaneView, MayView, NodeStatus,
    ObjectionView, OpennessView, Page, Provenance, RecallDutyView, RoyaltiesView, SampleChoiceView, SearchView,
    SupplyView, TransactionView, UseView, ValidatorsView, VersionView, WAIT_MS_MAX,
};
use yaosu_ledger::genesis::Genesis;
use yaosu_ledger::model::{
    Asset, AssetKind, Attestation, AttestationKind, AttestationStatus, Demand, DemandStatus, Freeze, FreezeStatus,
    Grade, Licence, LicenceStatus, Listing, ListingKind, ListingStatus, Negotiation, NegotiationStatus, Order,
    OrderStatus, Participant, Proposal, ProposalStatus, Purpose, Recall, RecallDutyStatus, Role, SourceClass,
    UseAction,
};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::{
    Amount, AssetId, AttestationId, DemandId, FreezeId, LicenceId, ListingId, NegotiationId, OrderId, ParticipantId,
    ProposalId, RecallId,
};

use crate::client::{ANSWER_TIMEOUT, Request};
use crate::{Client, SdkError};

/// Which part of a list is wanted.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    /// Items at most; the node's default if absent.
    pub limit: Option<usize>,
    /// From the page before.
    pub cursor: Option<String>,
}

/// Which participants are wanted.
#[derive(Clone, Debug, Default)]
pub struct ParticipantQuery {
    /// With this role.
    pub role: Option<Role>,
    /// With this key.
    pub key: Option<PublicKey>,
}

/// Which assets are wanted.
#[derive(Clone, Debug, Default)]
pub struct AssetQuery {
    /// Of which this participant holds a right: a reference.
    pub holder: Option<String>,
    /// Whose registration stands there: the name of a status.
    pub registration: Option<String>,
    /// With these words.
    pub query: Option<String>,
}

/// What is searched for. `None` narrows nothing down.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    /// Words in Chinese or English.
    pub text: Option<String>,
    /// Of this sector.
    pub sector: Option<String>,
    /// Of this sort.
    pub kind: Option<AssetKind>,
    /// Whose data it is at the source.
    pub source_class: Option<SourceClass>,
    /// How open: the name.
    pub openness: Option<String>,
    /// Of this grade.
    pub grade: Option<Grade>,
    /// Whose registration stands there: the name of a status.
    pub registration: Option<String>,
    /// Of which this participant holds a right: a reference.
    pub holder: Option<String>,
    /// On offer in this way.
    pub listing_kind: Option<ListingKind>,
    /// On offer for this much at most.
    pub price_max: Option<Amount>,
    /// Whether what is not on offer is wanted too.
    pub all: bool,
    /// What comes first: `relevance`, `newest` or `price`.
    pub sort: Option<String>,
}

/// Which listings are wanted.
#[derive(Clone, Debug, Default)]
pub struct ListingQuery {
    /// Of this asset: a reference.
    pub asset: Option<String>,
    /// Of this seller: a reference.
    pub seller: Option<String>,
    /// That stand there.
    pub status: Option<ListingStatus>,
    /// That trade so.
    pub kind: Option<ListingKind>,
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct OrderQuery {
    /// Of this buyer: a reference.
    pub buyer: Option<String>,
    /// Of this seller: a reference.
    pub seller: Option<String>,
    /// With the money of this participant: a reference.
    pub payer: Option<String>,
    /// For a licence of this participant: a reference.
    pub licensee: Option<String>,
    /// On this listing: a reference.
    pub listing: Option<String>,
    /// Of this asset: a reference.
    pub asset: Option<String>,
    /// That stand there.
    pub status: Option<OrderStatus>,
}

/// Which licences are wanted.
#[derive(Clone, Debug, Default)]
pub struct LicenceQuery {
    /// That this participant has: a reference.
    pub licensee: Option<String>,
    /// That this participant gave: a reference.
    pub licensor: Option<String>,
    /// Of this asset: a reference.
    pub asset: Option<String>,
    /// That stand there.
    pub status: Option<LicenceStatus>,
}

/// What somebody wants to do under a licence.
#[derive(Clone, Debug)]
pub struct MayQuery {
    /// What.
    pub action: UseAction,
    /// What for.
    pub purpose: Purpose,
    /// In which sector.
    pub sector: Option<String>,
    /// In which region.
    pub region: Option<String>,
    /// To whom the data goes: a reference.
    pub recipient: Option<String>,
    /// How many times.
    pub uses: u64,
}

/// Which duties of a recall are wanted.
#[derive(Clone, Debug, Default)]
pub struct RecallDutyQuery {
    /// Of this licensee: a reference.
    pub licensee: Option<String>,
    /// That stand there.
    pub status: Option<RecallDutyStatus>,
}

/// Which negotiations are wanted.
#[derive(Clone, Debug, Default)]
pub struct NegotiationQuery {
    /// Of this buyer: a reference.
    pub buyer: Option<String>,
    /// Of this seller: a reference.
    pub seller: Option<String>,
    /// Of this asset: a reference.
    pub asset: Option<String>,
    /// On this listing: a reference.
    pub listing: Option<String>,
    /// On this demand: a reference.
    pub demand: Option<String>,
    /// That stand there.
    pub status: Option<NegotiationStatus>,
}

/// Which demands are wanted.
#[derive(Clone, Debug, Default)]
pub struct DemandQuery {
    /// Of this buyer: a reference.
    pub buyer: Option<String>,
    /// Of this field of life.
    pub sector: Option<String>,
    /// That stand there.
    pub status: Option<DemandStatus>,
}
/// Which attestations are wanted.
#[derive(Clone, Debug, Default)]
pub struct AttestationQuery {
    /// Of this asset: a reference.
    pub asset: Option<String>,
    /// Of this assessor: a reference.
    pub assessor: Option<String>,
    /// Of this kind.
    pub kind: Option<AttestationKind>,
    /// That stand there.
    pub status: Option<AttestationStatus>,
}

/// Which freezes are wanted.
#[derive(Clone, Debug, Default)]
pub struct FreezeQuery {
    /// Of what has this identifier, whatever its kind.
    pub target: Option<String>,
    /// Of this regulator: a reference.
    pub regulator: Option<String>,
    /// That stand there.
    pub status: Option<FreezeStatus>,
}

/// Where a provenance graph goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// To what it was made from.
    Up,
    /// To what was made from it.
    Down,
    /// Both.
    #[default]
    Both,
}

impl Direction {
    /// Its name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Both => "both",
        }
    }
}

type Query<'a> = Vec<(&'a str, String)>;

fn push<'a>(query: &mut Query<'a>, name: &'a str, value: Option<impl Display>) {
    if let Some(value) = value {
        query.push((name, value.to_string()));
    }
}

fn paged<'a>(mut query: Query<'a>, paging: &Paging) -> Query<'a> {
    push(&mut query, "limit", paging.limit);
    push(&mut query, "cursor", paging.cursor.as_ref());
    query
}

impl Client {
    /// The end of the chain. Where the client has a chain, the node is of this one.
    ///
    /// # Errors
    /// As all calls: [`SdkError`]; and [`SdkError::OtherChain`].
    pub async fn head(&self) -> Result<HeadView, SdkError> {
        let head: HeadView = self.get(&["head"], &[]).await?;
        match self.chain() {
            Some(expected) if expected != head.chain => Err(SdkError::OtherChain { expected, found: head.chain }),
            _ => Ok(head),
        }
    }

    /// The chain and the market's numbers.
    pub async fn chain_view(&self) -> Result<ChainView, SdkError> {
        self.get(&["chain"], &[]).await
    }

    /// The founding document. Nothing says that it is the right one but its hash, the chain's identifier.
    pub async fn genesis(&self) -> Result<Genesis, SdkError> {
        self.get_canonical(&["genesis"]).await
    }

    /// How the node is.
    pub async fn status(&self) -> Result<NodeStatus, SdkError> {
        self.get(&["status"], &[]).await
    }

    /// Who decides the next height.
    pub async fn validators(&self) -> Result<ValidatorsView, SdkError> {
        self.get(&["validators"], &[]).await
    }

    /// All money.
    pub async fn money(&self) -> Result<SupplyView, SdkError> {
        self.get(&["money"], &[]).await
    }

    /// Blocks, the latest first.
    pub async fn blocks(&self, paging: &Paging) -> Result<Page<BlockView>, SdkError> {
        self.get(&["blocks"], &paged(Vec::new(), paging)).await
    }

    /// A block by its height, its identifier or a prefix of it.
    pub async fn block(&self, reference: &str) -> Result<BlockView, SdkError> {
        self.get(&["blocks", reference], &[]).await
    }

    /// What became of a transaction.
    pub async fn transaction(&self, reference: &str) -> Result<TransactionView, SdkError> {
        self.get(&["transactions", reference], &[]).await
    }

    /// The same, when it is committed or refused, or when this time is over; of that, the node takes
    /// [`WAIT_MS_MAX`] at most.
    pub async fn transaction_when_decided(&self, reference: &str, wait: Duration) -> Result<TransactionView, SdkError> {
        let wait = wait.min(Duration::from_millis(WAIT_MS_MAX));
        let query = [("wait", "committed".to_owned()), ("timeout", wait.as_millis().to_string())];
        let request = Request {
            method: Method::GET,
            path: &["transactions", reference],
            query: &query,
            body: None,
            accept: "application/json",
            timeout: Some(wait.saturating_add(ANSWER_TIMEOUT)),
        };
        self.json(&request).await
    }

    /// Participants.
    pub async fn participants(
        &self,
        wanted: &ParticipantQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<ParticipantId, Participant>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "role", wanted.role);
        push(&mut query, "key", wanted.key);
        self.get(&["participants"], &paged(query, paging)).await
    }

    /// A participant by reference.
    pub async fn participant(&self, reference: &str) -> Result<Entity<ParticipantId, Participant>, SdkError> {
        self.get(&["participants", reference], &[]).await
    }

    /// A participant's money.
    pub async fn account(&self, participant: &str) -> Result<AccountView, SdkError> {
        self.get(&["participants", participant, "account"], &[]).await
    }

    /// The next number of a participant's lane.
    pub async fn lane(&self, participant: &str, lane: u32) -> Result<LaneView, SdkError> {
        self.get(&["participants", participant, "lanes", &lane.to_string()], &[]).await
    }

    /// What happened to a participant, the latest first.
    pub async fn participant_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["participants", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Searches the catalogue, with counts by facet. A node may have no search: then it says that it is unavailable.
    pub async fn search(&self, wanted: &SearchQuery, paging: &Paging) -> Result<SearchView, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "q", wanted.text.as_ref());
        push(&mut query, "sector", wanted.sector.as_ref());
        push(&mut query, "kind", wanted.kind);
        push(&mut query, "source_class", wanted.source_class);
        push(&mut query, "openness", wanted.openness.as_ref());
        push(&mut query, "grade", wanted.grade);
        push(&mut query, "registration", wanted.registration.as_ref());
        push(&mut query, "holder", wanted.holder.as_ref());
        push(&mut query, "listing_kind", wanted.listing_kind);
        push(&mut query, "price_max", wanted.price_max);
        push(&mut query, "scope", wanted.all.then_some("all"));
        push(&mut query, "sort", wanted.sort.as_ref());
        self.get(&["search"], &paged(query, paging)).await
    }

    /// Assets.
    pub async fn assets(&self, wanted: &AssetQuery, paging: &Paging) -> Result<Page<Entity<AssetId, Asset>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "holder", wanted.holder.as_ref());
        push(&mut query, "registration", wanted.registration.as_ref());
        push(&mut query, "query", wanted.query.as_ref());
        self.get(&["assets"], &paged(query, paging)).await
    }

    /// An asset by reference.
    pub async fn asset(&self, reference: &str) -> Result<Entity<AssetId, Asset>, SdkError> {
        self.get(&["assets", reference], &[]).await
    }

    /// An asset's versions.
    pub async fn versions(&self, asset: &str, paging: &Paging) -> Result<Page<VersionView>, SdkError> {
        self.get(&["assets", asset, "versions"], &paged(Vec::new(), paging)).await
    }

    /// One version of an asset; `None` if it has no such version.
    pub async fn version(&self, asset: &str, number: u32) -> Result<Option<VersionView>, SdkError> {
        let mut paging = Paging { limit: Some(yaosu_api::LIMIT_MAX), cursor: None };
        loop {
            let page = self.versions(asset, &paging).await?;
            if let Some(found) = page.items.into_iter().find(|version| version.number == number) {
                return Ok(Some(found));
            }
            match page.cursor {
                Some(cursor) => paging.cursor = Some(cursor),
                None => return Ok(None),
            }
        }
    }

    /// Objections to an asset's registration.
    pub async fn objections(&self, asset: &str, paging: &Paging) -> Result<Page<ObjectionView>, SdkError> {
        self.get(&["assets", asset, "objections"], &paged(Vec::new(), paging)).await
    }

    /// What happened to an asset, the latest first.
    pub async fn asset_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["assets", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Where a version came from and what came of it. The latest version if none is named.
    pub async fn provenance(
        &self,
        asset: &str,
        version: Option<u32>,
        depth: u32,
        direction: Direction,
    ) -> Result<Provenance, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "version", version);
        push(&mut query, "depth", Some(depth));
        push(&mut query, "direction", Some(direction.name()));
        self.get(&["assets", asset, "provenance"], &query).await
    }

    /// Listings.
    pub async fn listings(
        &self,
        wanted: &ListingQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<ListingId, Listing>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "asset", wanted.asset.as_ref());
        push(&mut query, "seller", wanted.seller.as_ref());
        push(&mut query, "status", wanted.status);
        push(&mut query, "kind", wanted.kind);
        self.get(&["listings"], &paged(query, paging)).await
    }

    /// A listing by reference.
    pub async fn listing(&self, reference: &str) -> Result<Entity<ListingId, Listing>, SdkError> {
        self.get(&["listings", reference], &[]).await
    }

    /// What happened to a listing, the latest first.
    pub async fn listing_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["listings", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Orders.
    pub async fn orders(&self, wanted: &OrderQuery, paging: &Paging) -> Result<Page<Entity<OrderId, Order>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "buyer", wanted.buyer.as_ref());
        push(&mut query, "seller", wanted.seller.as_ref());
        push(&mut query, "payer", wanted.payer.as_ref());
        push(&mut query, "licensee", wanted.licensee.as_ref());
        push(&mut query, "asset", wanted.asset.as_ref());
        push(&mut query, "listing", wanted.listing.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["orders"], &paged(query, paging)).await
    }

    /// An order by reference.
    pub async fn order(&self, reference: &str) -> Result<Entity<OrderId, Order>, SdkError> {
        self.get(&["orders", reference], &[]).await
    }

    /// What happened to an order, the latest first.
    pub async fn order_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["orders", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Licences.
    pub async fn licences(
        &self,
        wanted: &LicenceQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<LicenceId, Licence>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "licensee", wanted.licensee.as_ref());
        push(&mut query, "licensor", wanted.licensor.as_ref());
        push(&mut query, "asset", wanted.asset.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["licences"], &paged(query, paging)).await
    }

    /// Recorded uses of a licence, the first one first.
    pub async fn uses(&self, licence: &str, paging: &Paging) -> Result<Page<UseView>, SdkError> {
        self.get(&["licences", licence, "uses"], &paged(Vec::new(), paging)).await
    }

    /// What happened to a licence, the latest first.
    pub async fn licence_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["licences", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// "May I?", at the time of the last block.
    pub async fn may(&self, licence: &str, wanted: &MayQuery) -> Result<MayView, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "action", Some(wanted.action));
        push(&mut query, "purpose", Some(wanted.purpose));
        push(&mut query, "sector", wanted.sector.as_ref());
        push(&mut query, "region", wanted.region.as_ref());
        push(&mut query, "recipient", wanted.recipient.as_ref());
        push(&mut query, "uses", Some(wanted.uses));
        self.get(&["licences", licence, "may"], &query).await
    }

    /// How a price would be divided. The latest version if none is named.
    pub async fn royalties(&self, asset: &str, version: Option<u32>, price: Amount) -> Result<RoyaltiesView, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "price", Some(price));
        push(&mut query, "version", version);
        self.get(&["assets", asset, "royalties"], &query).await
    }

    /// Which chunks of a version's content the ledger has chosen. Of the latest version if none is named.
    pub async fn sample_choice(&self, asset: &str, version: Option<u32>) -> Result<SampleChoiceView, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "version", version);
        self.get(&["assets", asset, "sample-choice"], &query).await
    }

    /// Recalls.
    pub async fn recalls(
        &self,
        asset: Option<&str>,
        paging: &Paging,
    ) -> Result<Page<Entity<RecallId, Recall>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "asset", asset);
        self.get(&["recalls"], &paged(query, paging)).await
    }

    /// A recall by reference.
    pub async fn recall(&self, reference: &str) -> Result<Entity<RecallId, Recall>, SdkError> {
        self.get(&["recalls", reference], &[]).await
    }

    /// What a recall demands of whom.
    pub async fn recall_duties(
        &self,
        recall: &str,
        wanted: &RecallDutyQuery,
        paging: &Paging,
    ) -> Result<Page<RecallDutyView>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "licensee", wanted.licensee.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["recalls", recall, "duties"], &paged(query, paging)).await
    }

    /// A licence by reference.
    pub async fn licence(&self, reference: &str) -> Result<Entity<LicenceId, Licence>, SdkError> {
        self.get(&["licences", reference], &[]).await
    }

    /// Negotiations.
    pub async fn negotiations(
        &self,
        wanted: &NegotiationQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<NegotiationId, Negotiation>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "buyer", wanted.buyer.as_ref());
        push(&mut query, "seller", wanted.seller.as_ref());
        push(&mut query, "asset", wanted.asset.as_ref());
        push(&mut query, "listing", wanted.listing.as_ref());
        push(&mut query, "demand", wanted.demand.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["negotiations"], &paged(query, paging)).await
    }

    /// A negotiation by reference.
    pub async fn negotiation(&self, reference: &str) -> Result<Entity<NegotiationId, Negotiation>, SdkError> {
        self.get(&["negotiations", reference], &[]).await
    }

    /// What happened in a negotiation, the latest first.
    pub async fn negotiation_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["negotiations", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Demands.
    pub async fn demands(
        &self,
        wanted: &DemandQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<DemandId, Demand>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "buyer", wanted.buyer.as_ref());
        push(&mut query, "sector", wanted.sector.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["demands"], &paged(query, paging)).await
    }

    /// A demand by reference.
    pub async fn demand(&self, reference: &str) -> Result<Entity<DemandId, Demand>, SdkError> {
        self.get(&["demands", reference], &[]).await
    }

    /// What happened to a demand, the latest first.
    pub async fn demand_history(&self, reference: &str, paging: &Paging) -> Result<Page<EventView>, SdkError> {
        self.get(&["demands", reference, "history"], &paged(Vec::new(), paging)).await
    }

    /// Proposals.
    pub async fn proposals(
        &self,
        status: Option<ProposalStatus>,
        paging: &Paging,
    ) -> Result<Page<Entity<ProposalId, Proposal>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "status", status);
        self.get(&["proposals"], &paged(query, paging)).await
    }

    /// A proposal by reference.
    pub async fn proposal(&self, reference: &str) -> Result<Entity<ProposalId, Proposal>, SdkError> {
        self.get(&["proposals", reference], &[]).await
    }

    /// Attestations.
    pub async fn attestations(
        &self,
        wanted: &AttestationQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<AttestationId, Attestation>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "asset", wanted.asset.as_ref());
        push(&mut query, "assessor", wanted.assessor.as_ref());
        push(&mut query, "kind", wanted.kind);
        push(&mut query, "status", wanted.status);
        self.get(&["attestations"], &paged(query, paging)).await
    }

    /// An attestation by reference.
    pub async fn attestation(&self, reference: &str) -> Result<Entity<AttestationId, Attestation>, SdkError> {
        self.get(&["attestations", reference], &[]).await
    }

    /// Freezes.
    pub async fn freezes(
        &self,
        wanted: &FreezeQuery,
        paging: &Paging,
    ) -> Result<Page<Entity<FreezeId, Freeze>>, SdkError> {
        let mut query = Vec::new();
        push(&mut query, "target", wanted.target.as_ref());
        push(&mut query, "regulator", wanted.regulator.as_ref());
        push(&mut query, "status", wanted.status);
        self.get(&["freezes"], &paged(query, paging)).await
    }

    /// A freeze by reference.
    pub async fn freeze(&self, reference: &str) -> Result<Entity<FreezeId, Freeze>, SdkError> {
        self.get(&["freezes", reference], &[]).await
    }

    /// How open, timely, complete and accurate the public data of every authority is.
    pub async fn openness(&self) -> Result<OpennessView, SdkError> {
        self.get(&["openness"], &[]).await
    }

    /// The same of one asset, with who answers for it and what it may cost.
    pub async fn asset_openness(&self, asset: &str) -> Result<AssetOpennessView, SdkError> {
        self.get(&["assets", asset, "openness"], &[]).await
    }
}
