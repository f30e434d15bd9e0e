//! A small market of real data, the same in every run: weather of two cities, one city's rows chosen out of it, a model
//! trained with those, and the licences and listings between the three who hold them.

use std::path::Path;

use yaosu_api::{Entity, Provenance, ProvenanceEdge, ProvenanceNode, VersionView};
use yaosu_ledger::model::{
    Actions, Activity, Asset, AssetDescription, AssetKind, Basis, Deletion, Duties, Duty, Grade, Licence,
    LicenceStatus, Listing, ListingKind, ListingStatus, Openness, Plan, PlanForm, Policy, Purpose, Purposes,
    Registration, Scope, SourceClass, Supply, Terms, TitleLine, UpdateCycle, UseAction, Version, VersionContent,
    VersionScope,
};
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, ChainId, Currency, Digest, Duration, Handle, Height, LicenceId, ListingId, OrderId,
    ParticipantId, Text, Timestamp, TransactionId,
};
use yaosu_sdk::content::{self, Reading};
use yaosu_sdk::standards::Names;
use yaosu_sdk::standards::dcat::{Entry, Venue};

/// The names of its things.
pub const NAMES: Names = Names { chain: ChainId(Digest([7; 32])) };

/// 2026-03-01.
pub const START: Timestamp = Timestamp(1_772_323_200_000);

const DAY: u64 = 24 * 3_600 * 1_000;

/// The currency of its prices.
pub fn currency() -> Currency {
    Currency::new("CNY").expect("three letters")
}

/// Who takes part.
pub fn participant(handle: &str) -> ParticipantId {
    ParticipantId::of_genesis(handle)
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("short and plain")
}

/// An identifier by its number.
pub fn asset_id(number: u8) -> AssetId {
    AssetId(Digest([number; 32]))
}

fn days(count: u64) -> Timestamp {
    Timestamp(START.0 + count * DAY)
}

/// All of it.
pub struct Market {
    /// Assets with their versions.
    pub assets: Vec<(Entity<AssetId, Asset>, Vec<VersionView>)>,
    /// Licences.
    pub licences: Vec<Entity<LicenceId, Licence>>,
    /// Listings.
    pub listings: Vec<Entity<ListingId, Listing>>,
}

impl Market {
    /// The market.
    pub fn new() -> Self {
        let weather = asset(1, "Weather in Seattle and New York, 2012 to 2015", "weather-bureau", SourceClass::Public);
        let seattle = asset(2, "Weather in Seattle \"by day\"", "acme", SourceClass::Enterprise);
        let mut model = asset(3, "雨量模型", "lab", SourceClass::Enterprise);
        model.record.description.kind = AssetKind::Model;
        model.record.latest_version = 2;
        // As little as an asset may say of itself.
        model.record.description.description = Text::default();
        model.record.description.keywords = Vec::new();
        model.record.description.spatial = Text::default();
        model.record.description.temporal = text("every day");
        let opaque = |bytes: &str| VersionContent {
            content_root: Digest(*blake3::hash(bytes.as_bytes()).as_bytes()),
            size_bytes: bytes.len() as u64,
            media_type: text("application/octet-stream"),
            structure: None,
            metadata_hash: None,
        };
        let assets = vec![
            (weather, vec![version(1, 1, file("weather.csv"), 0)]),
            (seattle, vec![version(2, 1, file("seattle-weather.csv"), 1)]),
            (model, vec![version(3, 1, opaque("first model"), 2), version(3, 2, opaque("second model"), 2)]),
        ];
        Self { assets, licences: licences(), listings: listings() }
    }

    /// Its catalogue, with the venue it is of.
    pub fn catalogue(&self) -> (Venue, Vec<Entry>) {
        let address = "https://market.example/".to_owned();
        let venue =
            Venue { names: NAMES, name: text("Weather market"), currency: currency(), address, as_of: days(60) };
        let entry = |(asset, versions): &(Entity<AssetId, Asset>, Vec<VersionView>)| Entry {
            asset: asset.clone(),
            version: versions.last().expect("one at least").clone(),
            listings: self.listings.iter().filter(|listing| listing.record.asset == asset.id).cloned().collect(),
            handles: ["weather-bureau", "acme", "lab"]
                .map(|handle| (participant(handle), Handle::new(handle).expect("a handle")))
                .to_vec(),
        };
        (venue, self.assets.iter().map(entry).collect())
    }

    /// All versions.
    pub fn versions(&self) -> Vec<VersionView> {
        self.assets.iter().flat_map(|(_, versions)| versions.clone()).collect()
    }

    /// Where the last model came from.
    pub fn provenance(&self) -> Provenance {
        let node = |number: usize, version: u32, distance| {
            let (asset, versions) = &self.assets[number];
            let handle = ["weather-bureau", "acme", "lab"][number];
            ProvenanceNode {
                asset: asset.id,
                version,
                title: asset.record.description.title.clone(),
                operator: participant(handle),
                operator_handle: Handle::new(handle).expect("a handle"),
                content_root: versions[version as usize - 1].version.content.content_root,
                distance,
            }
        };
        let edge = |child: (u8, u32), parent: (u8, u32), licence: Option<usize>, activity, royalty| ProvenanceEdge {
            child: (asset_id(child.0), child.1),
            parent: (asset_id(parent.0), parent.1),
            licence: licence.map(|number| self.licences[number].id),
            activity,
            royalty: BasisPoints(royalty),
        };
        Provenance {
            as_of: Height(40),
            nodes: vec![node(0, 1, -2), node(1, 1, -1), node(2, 1, -1), node(2, 2, 0)],
            edges: vec![
                edge((2, 1), (1, 1), Some(0), Activity::Select, 500),
                edge((3, 1), (2, 1), Some(1), Activity::Train, 0),
                edge((3, 2), (2, 1), Some(1), Activity::Train, 1_000),
                edge((3, 2), (3, 1), None, Activity::Convert, 0),
            ],
            truncated: false,
        }
    }
}

/// A file of the demonstration's data, as it would be registered.
fn file(name: &str) -> VersionContent {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let path = above.map(|folder| folder.join("scripts/demo-data").join(name)).find(|path| path.is_file());
    let found = content::inspect(&path.expect("it is in the tree"), Reading::Structured, &mut |_, _| {})
        .expect("it is well-formed");
    found.into_version(None)
}

fn asset(number: u8, title: &str, holder: &str, source_class: SourceClass) -> Entity<AssetId, Asset> {
    let is_public = source_class == SourceClass::Public;
    let description = AssetDescription {
        title: text(title),
        description: text("Temperature, rain, wind and a word for the day. 每日天气。"),
        kind: AssetKind::Resource,
        source_class,
        sector: text("meteorology"),
        grade: Grade::General2,
        openness: if is_public { Openness::Open } else { Openness::NotPublic },
        keywords: vec![text("rain"), text("天气")],
        spatial: text("US-WA Seattle"),
        temporal: text("2012-01-01/2015-12-31"),
        update_cycle: UpdateCycle::Yearly,
    };
    let line = TitleLine {
        holder: participant(holder),
        basis: if number == 1 { Basis::Collected } else { Basis::Derived },
        evidence: None,
        since: days(0),
    };
    let record = Asset {
        description,
        lines: [line; 3],
        registration: Registration::Registered {
            certificate: text(&format!("2026-{number}")),
            registrar: participant("registry"),
            since: days(1),
        },
        open_objections: 0,
        objections: 0,
        latest_version: 1,
        created: days(0),
    };
    Entity { id: asset_id(number), record }
}

fn version(asset: u8, number: u32, content: VersionContent, depth: u8) -> VersionView {
    let version = Version {
        content,
        depth,
        owes: BasisPoints(0),
        created: days(u64::from(asset) * 10 + u64::from(number)),
        height: Height(u64::from(asset) * 10),
        transaction: TransactionId(Digest([0x70 + asset; 32])),
    };
    VersionView { asset: asset_id(asset), number, version }
}

fn open_policy() -> Policy {
    Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(500),
        duties: Duties::NONE.with(Duty::Attribution),
    }
}

fn narrow_policy() -> Policy {
    Policy {
        actions: Actions::NONE.with(UseAction::Read).with(UseAction::Train).with(UseAction::Sublicense),
        purposes: Purposes::NONE.with(Purpose::Research).with(Purpose::Energy),
        sectors: Scope::Only(vec![text("energy"), text("meteorology")]),
        regions: Scope::Only(vec![text("CN"), text("US")]),
        recipients: Scope::Only(vec![participant("lab")]),
        max_uses: Some(12),
        duration: Some(Duration(90 * DAY)),
        sublicence_depth: 1,
        royalty: BasisPoints(1_000),
        duties: Duties::ALL,
    }
}

fn licences() -> Vec<Entity<LicenceId, Licence>> {
    let licence = |number: u8, asset: u8, licensor: &str, licensee: &str, policy: Policy| {
        let order = OrderId(Digest([0x40 + number; 32]));
        let until = policy.duration.map(|length| days(20).after(length));
        let record = Licence {
            order,
            asset: asset_id(asset),
            versions: if number == 3 { VersionScope::From(1) } else { VersionScope::Only(1) },
            royalty_version: 1,
            licensor: participant(licensor),
            licensee: participant(licensee),
            policy,
            exclusive: number == 2,
            from: days(20),
            until,
            parent: None,
            depth: 0,
            uses: 0,
            status: LicenceStatus::Active,
            ended: None,
            cause: None,
            records: 0,
            head: Digest::ZERO,
            sublicences: 0,
            deletion: Deletion::NotDue,
            recall: None,
            recall_deadline: None,
            due: until,
        };
        Entity { id: LicenceId::created_by(order), record }
    };
    let nobody = Policy { recipients: Scope::Only(Vec::new()), ..narrow_policy() };
    vec![
        licence(1, 1, "weather-bureau", "acme", open_policy()),
        licence(2, 2, "acme", "lab", narrow_policy()),
        licence(3, 2, "acme", "lab", nobody),
    ]
}

fn listings() -> Vec<Entity<ListingId, Listing>> {
    let plan = |price, policy, supply, form| Plan {
        terms: Terms { price: Amount(price), policy, supply, form, bond: Amount(0) },
        reserved: 0,
        sold: 0,
    };
    let listing = |number: u8, asset, seller: &str, kind, plans| Entity {
        id: ListingId(Digest([0x20 + number; 32])),
        record: Listing {
            asset: asset_id(asset),
            version: 1,
            seller: participant(seller),
            kind,
            plans,
            status: ListingStatus::Active,
            until: None,
            created: days(3),
            right: None,
            pause: None,
        },
    };
    let subscription = Policy { duration: None, ..narrow_policy() };
    let period = PlanForm::Subscription { period: Duration(30 * DAY) };
    vec![
        listing(
            1,
            1,
            "weather-bureau",
            ListingKind::Open,
            vec![plan(0, open_policy(), Supply::Unlimited, PlanForm::OneOff)],
        ),
        listing(
            2,
            2,
            "acme",
            ListingKind::Fixed,
            vec![
                plan(120_000, narrow_policy(), Supply::Exclusive, PlanForm::OneOff),
                plan(9_905, subscription, Supply::Unlimited, period),
            ],
        ),
    ]
}
