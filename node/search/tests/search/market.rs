//! A market made of records alone: assets, their listings, their sellers and what regulators stop. The rules write such
//! records; the tests of the node's door drive the rules themselves.

use yaosu_ledger::model::{
    Actions, ActiveFreeze, Asset, AssetDescription, AssetKind, Basis, Duties, Enrolment, FreezeScope, Grade, KeySet,
    Line, Listing, ListingKind, ListingStatus, Openness, Participant, ParticipantStatus, Plan, PlanForm, Policy,
    Purposes, Registration, RightOffer, Role, Roles, Scope, SourceClass, Supply, Terms, TitleLine, Trade, UpdateCycle,
};
use yaosu_ledger::state::{
    ActiveFreezes, Assets, Draft, Listings, LiveListings, Participants, Reader as _, State, Subject, Trades,
};
use yaosu_ledger::{Amount, AssetId, BasisPoints, Digest, FreezeId, Handle, ListingId, ParticipantId, Text, Timestamp};

/// A text that fits.
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("the texts of the tests fit")
}

/// An identifier by number, spread over all identifiers.
pub fn digest(number: u64) -> Digest {
    yaosu_ledger::hash::digest(yaosu_ledger::hash::Domain::AssetId, &number.to_be_bytes())
}

/// A participant by handle.
pub fn party(name: &str) -> ParticipantId {
    ParticipantId::of_genesis(name)
}

/// An asset by number.
pub fn asset_id(number: u64) -> AssetId {
    AssetId(digest(number))
}

/// A listing by number.
pub fn listing_id(number: u64) -> ListingId {
    ListingId(digest(number))
}

/// Registered resources of an enterprise, in English words.
pub fn description(title: &str, keywords: &[&str], words: &str) -> AssetDescription {
    AssetDescription {
        title: text(title),
        description: text(words),
        kind: AssetKind::Resource,
        source_class: SourceClass::Enterprise,
        sector: text("meteorology"),
        grade: Grade::General1,
        openness: Openness::NotPublic,
        keywords: keywords.iter().map(|word| text(word)).collect(),
        spatial: text(""),
        temporal: text(""),
        update_cycle: UpdateCycle::Daily,
    }
}

fn policy() -> Policy {
    Policy {
        actions: Actions::ALL,
        purposes: Purposes::ALL,
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    }
}

/// All records so far.
#[derive(Clone, Default)]
pub struct Market {
    state: State,
}

impl Market {
    /// The state as it is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Changes records.
    pub fn change(&mut self, change: impl FnOnce(&mut Draft<'_, State>)) {
        let mut draft = Draft::new(&self.state);
        change(&mut draft);
        let changes = draft.into_changes();
        self.state = self.state.with(&changes);
    }

    /// Enrols a trader.
    pub fn enrol(&mut self, name: &str) {
        self.change(|draft| put_trader(draft, name, ParticipantStatus::Active));
    }

    /// Sets where a trader stands.
    pub fn set_status(&mut self, name: &str, status: ParticipantStatus) {
        self.change(|draft| put_trader(draft, name, status));
    }

    /// Registers an asset of someone.
    pub fn register(&mut self, number: u64, owner: &str, description: AssetDescription) {
        self.change(|draft| put_asset(draft, number, owner, description));
    }

    /// Changes an asset.
    pub fn change_asset(&mut self, number: u64, change: impl FnOnce(&mut Asset)) {
        let id = asset_id(number);
        let mut asset = self.state.get::<Assets>(&id).expect("the test registered it");
        change(&mut asset);
        self.change(|draft| draft.put::<Assets>(&id, &asset));
    }

    /// Lists an asset of someone.
    pub fn list(&mut self, number: u64, asset: u64, seller: &str, kind: ListingKind, price: u64) {
        self.change(|draft| put_listing(draft, number, asset, seller, kind, Some(price)));
    }

    /// Pauses or resumes a listing.
    pub fn set_listing(&mut self, number: u64, status: ListingStatus) {
        let id = listing_id(number);
        let mut listing = self.state.get::<Listings>(&id).expect("the test listed it");
        listing.status = status;
        self.change(|draft| {
            draft.put::<Listings>(&id, &listing);
            if status == ListingStatus::Active {
                draft.put::<LiveListings>(&(listing.asset, id), &None);
            } else {
                draft.remove::<LiveListings>(&(listing.asset, id));
            }
        });
    }

    /// Freezes something.
    pub fn freeze(&mut self, target: Subject, scope: FreezeScope) {
        let freeze = ActiveFreeze { scope, since: Timestamp(0), until: Timestamp(u64::MAX) };
        self.change(|draft| draft.put::<ActiveFreezes>(&(target, FreezeId(Digest::ZERO)), &freeze));
    }

    /// Lifts the freeze.
    pub fn lift(&mut self, target: Subject) {
        self.change(|draft| draft.remove::<ActiveFreezes>(&(target, FreezeId(Digest::ZERO))));
    }

    /// Gives an asset to one buyer alone.
    pub fn give_away(&mut self, asset: u64) {
        let trade = Trade { exclusive: Some(yaosu_ledger::OrderId(Digest::ZERO)), ..Trade::default() };
        self.change(|draft| draft.put::<Trades>(&asset_id(asset), &trade));
    }
}

fn put_trader(draft: &mut Draft<'_, State>, name: &str, status: ParticipantStatus) {
    let enrolment = Enrolment {
        handle: Handle::new(name).expect("the tests' names are handles"),
        legal_name: text(name),
        legal_id: text(name),
        keys: KeySet { keys: Vec::new(), threshold: 1 },
        delivery_key: None,
        related: Vec::new(),
    };
    let roles = Roles::NONE.with(Role::Trader);
    let participant = Participant { enrolment, roles, status, sponsor: None, since: Timestamp(0) };
    draft.put::<Participants>(&party(name), &participant);
}

/// Puts an asset into the register: the higher the number, the newer.
pub fn put_asset(draft: &mut Draft<'_, State>, number: u64, owner: &str, description: AssetDescription) {
    let line = TitleLine { holder: party(owner), basis: Basis::SelfProduced, evidence: None, since: Timestamp(number) };
    let registration = Registration::Registered {
        certificate: text(&number.to_string()),
        registrar: party("registry"),
        since: Timestamp(number),
    };
    let asset = Asset {
        description,
        lines: [line; 3],
        registration,
        open_objections: 0,
        objections: 0,
        latest_version: 1,
        created: Timestamp(number),
    };
    draft.put::<Assets>(&asset_id(number), &asset);
}

/// Puts an asset on offer.
pub fn put_listing(
    draft: &mut Draft<'_, State>,
    number: u64,
    asset: u64,
    seller: &str,
    kind: ListingKind,
    price: Option<u64>,
) {
    let plan = |price| Plan {
        terms: Terms {
            price: Amount(price),
            policy: policy(),
            supply: Supply::Unlimited,
            form: PlanForm::OneOff,
            bond: Amount::ZERO,
        },
        reserved: 0,
        sold: 0,
    };
    let asset = asset_id(asset);
    let right = RightOffer { line: Line::Operate, price: Amount(price.unwrap_or(0)) };
    let is_right = kind == ListingKind::RightSale;
    let listing = Listing {
        asset,
        version: 1,
        seller: party(seller),
        kind,
        plans: price.filter(|_| !is_right).map(plan).into_iter().collect(),
        status: ListingStatus::Active,
        until: None,
        created: Timestamp(number),
        right: is_right.then_some(right),
        pause: None,
    };
    draft.put::<Listings>(&listing_id(number), &listing);
    draft.put::<LiveListings>(&(asset, listing_id(number)), &None);
}
