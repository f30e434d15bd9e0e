//! What is shown: the ledger's records with their identifiers, and what is computed from them.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use yaosu_ledger::block::Header;
use yaosu_ledger::event::EventRecord;
use yaosu_ledger::model::{
    Account, Activity, MoneySupply, Objection, Openness, PublicCharge, RecallDuty, RulePack, UseRecord, Version,
};
use yaosu_ledger::openness::Figures;
use yaosu_ledger::policy::Clause;
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::transaction::Transaction;
use yaosu_ledger::validators::{CommitCertificate, Validator};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, BlockId, ChainId, Currency, Digest, Handle, Height, LicenceId, ParticipantId,
    RecallId, Text, Timestamp, TransactionId,
};

/// A record with its identifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema), schemars(rename = "{T}Entity"))]
pub struct Entity<I, T> {
    /// What it is called.
    pub id: I,
    /// What it is.
    #[serde(flatten)]
    pub record: T,
}

/// The end of the chain: `GET /v1/head`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct HeadView {
    /// The chain.
    pub chain: ChainId,
    /// The last height, 0 before the first block.
    pub height: Height,
    /// The last block.
    pub block: BlockId,
    /// Its time.
    pub time: Timestamp,
    /// The root of the state after it.
    pub state_root: Digest,
}

/// What never or seldom changes: `GET /v1/chain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ChainView {
    /// The chain.
    pub chain: ChainId,
    /// Its name.
    pub name: Text<64>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The market's numbers now.
    pub rule_pack: RulePack,
}

/// A block: `GET /v1/blocks/{height or id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct BlockView {
    /// Its identifier.
    pub id: BlockId,
    /// Its header.
    pub header: Header,
    /// Why it is final.
    pub certificate: CommitCertificate,
    /// Identifiers of its transactions, in order. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transactions: Option<Vec<TransactionId>>,
    /// How many transactions it has.
    pub transaction_count: usize,
}

/// A committed transaction: `GET /v1/transactions/{id}` gives it beside the fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct TransactionView {
    /// Its identifier.
    pub id: TransactionId,
    /// What became of it.
    #[serde(flatten)]
    pub fate: crate::Fate,
    /// What it asks for, and who approved; absent if this node does not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction: Option<Transaction>,
    /// What came of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub events: Vec<EventView>,
}

/// Where an event stands in the chain; text form `height.index`, the cursor of event streams and histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventPosition {
    /// The block.
    pub height: Height,
    /// Its place among the block's events, from 0.
    pub index: u32,
}

impl fmt::Display for EventPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.height, self.index)
    }
}

impl FromStr for EventPosition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('.').and_then(|(height, index)| Some((height.parse().ok()?, index.parse().ok()?)));
        let (height, index) = parts.ok_or_else(|| format!("{text:?} is not of the form HEIGHT.INDEX"))?;
        Ok(Self { height: Height(height), index })
    }
}

impl Serialize for EventPosition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventPosition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "contract")]
impl schemars::JsonSchema for EventPosition {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EventPosition".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^[0-9]{1,20}\.[0-9]{1,10}$",
            "description": "Where an event stands in the chain: the block's height, a point, its place in the block from 0.",
        })
    }
}

/// An event in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct EventView {
    /// Where.
    pub position: EventPosition,
    /// When: the block's time.
    pub time: Timestamp,
    /// What, and why.
    #[serde(flatten)]
    pub record: EventRecord,
}

/// Money of a participant: `GET /v1/participants/{ref}/account`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct AccountView {
    /// Whose.
    pub participant: ParticipantId,
    /// How much.
    #[serde(flatten)]
    pub account: Account,
}

/// The next number of a lane: `GET /v1/participants/{ref}/lanes/{lane}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct LaneView {
    /// The lane.
    pub lane: u32,
    /// The next number that is not committed.
    pub committed: u64,
    /// The next number that is neither committed nor waiting at this node: sign with this one.
    pub next: u64,
}

/// All money: `GET /v1/money`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct SupplyView {
    /// Issued and redeemed since genesis.
    #[serde(flatten)]
    pub supply: MoneySupply,
    /// The sum of what all accounts have available.
    pub available: yaosu_ledger::Amount,
    /// The sum of what all accounts have in escrow.
    pub held: yaosu_ledger::Amount,
    /// The sum of royalties that wait for holders who can't receive them.
    pub parked: yaosu_ledger::Amount,
}

/// A recorded use: `GET /v1/licences/{ref}/uses`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct UseView {
    /// Its number, from 0.
    pub sequence: u64,
    /// What was done.
    #[serde(flatten)]
    pub record: UseRecord,
}

/// What a recall demands of a licensee: `GET /v1/recalls/{ref}/duties`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct RecallDutyView {
    /// The recall.
    pub recall: RecallId,
    /// The licence that it reached.
    pub licence: LicenceId,
    /// What is demanded.
    #[serde(flatten)]
    pub duty: RecallDuty,
}

/// The answer to "may I?": `GET /v1/licences/{ref}/may`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct MayView {
    /// Whether it may be.
    pub allowed: bool,
    /// The clause that says no.
    pub clause: Option<Clause>,
    /// The licence whose clause it is: the one that was asked of, or one above it.
    pub licence: LicenceId,
    /// The block time at which it was asked.
    pub time: Timestamp,
}

/// What one version upstream gets of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct RoyaltyView {
    /// The asset.
    pub asset: AssetId,
    /// The version that was made into something.
    pub version: u32,
    /// Who may trade the asset.
    pub holder: ParticipantId,
    /// How much.
    pub amount: Amount,
    /// Whether it would wait, since the holder can't receive it now.
    pub parked: bool,
}

/// A block by its height and its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct BlockReference {
    /// Its height.
    pub height: Height,
    /// Its identifier.
    pub id: BlockId,
}

/// Which chunks of a version's content a seller must show: `GET /v1/assets/{ref}/sample-choice`.
///
/// They follow from content and block alone, so that anyone can compute them again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct SampleChoiceView {
    /// Of which asset.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// The BLAKE3 hash of its content.
    pub content_root: Digest,
    /// The size of its content, in bytes.
    pub size_bytes: u64,
    /// The block after the one that registered the version; absent as long as there is none, and nothing is chosen.
    pub block: Option<BlockReference>,
    /// Numbers of chunks of 1024 bytes, from 0, ascending.
    pub chunks: Vec<u64>,
}

/// How a price would be divided: `GET /v1/assets/{ref}/royalties`. Fee, rest and royalties add up to the price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct RoyaltiesView {
    /// The asset that is sold.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// For this much.
    pub price: Amount,
    /// The exchange's part.
    pub fee: Amount,
    /// Who gets the fee.
    pub fee_account: ParticipantId,
    /// What stays with the asset's own holder.
    pub rest: Amount,
    /// Who that is.
    pub holder: ParticipantId,
    /// What goes upstream, the newest version first.
    pub royalties: Vec<RoyaltyView>,
}

/// A version: `GET /v1/assets/{ref}/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct VersionView {
    /// Of which asset.
    pub asset: AssetId,
    /// Its number, from 1.
    pub number: u32,
    /// What it is.
    #[serde(flatten)]
    pub version: Version,
}

/// An objection: `GET /v1/assets/{ref}/objections`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ObjectionView {
    /// Its number, from 0.
    pub number: u16,
    /// What it says.
    #[serde(flatten)]
    pub objection: Objection,
}

/// How open, timely, complete and accurate the data of an authority is, or one asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct OpennessRow {
    /// The authority's handle; absent for data that none is in charge of.
    pub handle: Option<Handle>,
    /// What was counted.
    #[serde(flatten)]
    pub figures: Figures,
    /// Open, with conditions or without, of all; absent of nothing. So the others.
    pub openness_basis_points: Option<BasisPoints>,
    /// Periods in which a new version came.
    pub timeliness_basis_points: Option<BasisPoints>,
    /// As the quality attestations have it.
    pub completeness_basis_points: Option<BasisPoints>,
    /// As the quality attestations have it.
    pub accuracy_basis_points: Option<BasisPoints>,
}

impl OpennessRow {
    /// Computes the shares.
    #[must_use]
    pub fn new(handle: Option<Handle>, figures: Figures) -> Self {
        Self {
            handle,
            openness_basis_points: figures.openness().basis_points(),
            timeliness_basis_points: figures.timely.basis_points(),
            completeness_basis_points: figures.completeness.basis_points(),
            accuracy_basis_points: figures.accuracy.basis_points(),
            figures,
        }
    }
}

/// The public data of every authority: `GET /v1/openness`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct OpennessView {
    /// The height whose state this is.
    pub as_of: Height,
    /// Its time, up to which periods are counted.
    pub time: Timestamp,
    /// By authority, what nobody is in charge of first.
    pub authorities: Vec<OpennessRow>,
}

/// Whether an asset is open, who answers for it and what it may cost: `GET /v1/assets/{ref}/openness`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct AssetOpennessView {
    /// The asset.
    pub asset: AssetId,
    /// Whether it is open.
    pub openness: Openness,
    /// The authority in charge and its ceiling, if there is one.
    pub charge: Option<PublicCharge>,
    /// Its figures; absent if it is not public data in the register.
    pub figures: Option<OpennessRow>,
}

/// A version in a provenance graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ProvenanceNode {
    /// The asset.
    pub asset: AssetId,
    /// The version.
    pub version: u32,
    /// The asset's title.
    pub title: Text<200>,
    /// Who holds the right to trade it.
    pub operator: ParticipantId,
    /// That participant's handle.
    pub operator_handle: Handle,
    /// Its content.
    pub content_root: Digest,
    /// Steps from where the graph was asked for: negative upstream, positive downstream.
    pub distance: i32,
}

/// "This was made from that."
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ProvenanceEdge {
    /// What was made.
    pub child: (AssetId, u32),
    /// What it was made from.
    pub parent: (AssetId, u32),
    /// The licence that allowed it; absent for one's own.
    pub licence: Option<LicenceId>,
    /// How.
    pub activity: Activity,
    /// The share that goes upstream.
    pub royalty: BasisPoints,
}

/// Where a version came from and what came of it: `GET /v1/assets/{ref}/provenance`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct Provenance {
    /// The height whose state this is.
    pub as_of: Height,
    /// Versions, by distance.
    pub nodes: Vec<ProvenanceNode>,
    /// Derivations between them.
    pub edges: Vec<ProvenanceEdge>,
    /// Whether the depth or the size asked for cut something off.
    pub truncated: bool,
}

/// A validator with its record of turns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ValidatorView {
    /// Operator, key, power.
    #[serde(flatten)]
    pub validator: Validator,
    /// The operator's handle.
    pub handle: Handle,
    /// Turns missed in a row.
    pub missed_turns: u32,
    /// Passed over until this height, if it missed turns.
    pub passed_over_until: Option<Height>,
}

/// Who decides the next height: `GET /v1/validators`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ValidatorsView {
    /// The height they decide.
    pub height: Height,
    /// The hash that the header before carries.
    pub hash: Digest,
    /// In ascending order of operators.
    pub validators: Vec<ValidatorView>,
}

/// A peer of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct PeerView {
    /// Its libp2p identity.
    pub peer: String,
    /// Its network key, if the ledger knows it.
    pub key: Option<PublicKey>,
    /// Whether it is connected now.
    pub connected: bool,
}

/// How a node is: `GET /v1/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct NodeStatus {
    /// The program's version.
    pub version: String,
    /// The chain.
    pub chain: ChainId,
    /// The node's own libp2p identity.
    pub peer: String,
    /// The operator whose validator it is; absent for an observer.
    pub operator: Option<ParticipantId>,
    /// Whether it signs votes now.
    pub signing: bool,
    /// The last height.
    pub height: Height,
    /// The last block's time.
    pub time: Timestamp,
    /// The highest height that a peer said it has.
    pub peers_height: Height,
    /// Whether it is within one height of its peers and connected to enough of them.
    pub ready: bool,
    /// Its peers.
    pub peers: Vec<PeerView>,
    /// Transactions that wait.
    pub waiting: usize,
    /// Their bytes.
    pub waiting_bytes: usize,
    /// Milliseconds that the oldest of them waits.
    pub oldest_waiting_ms: u64,
}

/// That a process works: `GET /healthz`, `GET /livez`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct LifeView {
    /// Always true: what does not work does not answer.
    pub alive: bool,
}

/// One thing that a node needs to be of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct CheckView {
    /// Which.
    pub name: String,
    /// Whether it is there.
    pub ok: bool,
    /// More in words; may be empty.
    pub detail: String,
}

/// Whether a node is of use: `GET /readyz`, with status 200 if it is and 503 if not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "contract", derive(schemars::JsonSchema))]
pub struct ReadinessView {
    /// Whether all checks are good.
    pub ready: bool,
    /// Every check.
    pub checks: Vec<CheckView>,
}
