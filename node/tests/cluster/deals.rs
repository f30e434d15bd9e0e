//! Deals of every kind, made by real processes: what two sides agree on stands on every node.

use serde::de::DeserializeOwned;
use yaosu_api::{AccountView, Entity};
use yaosu_ledger::model::{
    Actions, Asset, AssetDescription, AssetKind, Basis, Demand, DemandStatus, Duties, Grade, Licence, Line, Listing,
    ListingKind, ListingStatus, Negotiation, NegotiationStatus, Openness, Order, OrderStatus, PlanForm, Policy,
    Purpose, Purposes, RightsClaim, Scope, SealedKey, SourceClass, Supply, Terms, UpdateCycle, UseAction,
    VersionContent, Wanted,
};
use yaosu_ledger::sealed::Commitment;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{
    Amount, AssetId, BasisPoints, DemandId, Digest, Duration, LicenceId, ListingId, NegotiationId, OrderId, Timestamp,
    TransactionId,
};

use crate::harness::http::Door;
use crate::harness::network::REGISTRY;
use crate::harness::people::{Person, text};
use crate::harness::{Network, until};

const SCENARIO: Digest = Digest([5; 32]);
const DELIVERY_KEY: Option<Digest> = Some(Digest([6; 32]));

/// What nobody here opens.
const COMMITMENT: Commitment =
    Commitment { ciphertext_root: Digest([1; 32]), nodes_root: Digest([2; 32]), key_commitment: Digest([3; 32]) };

/// Those who deal, at one door: what one does the other sees at once.
pub struct Market {
    door: Door,
    alice: Person,
    bob: Person,
}

impl Market {
    /// At the first node's door.
    pub fn of(network: &Network) -> Self {
        let door = network.nodes[0].door;
        let [alice, bob] = ["alice", "bob"].map(|name| known(network, name));
        Self { door, alice, bob }
    }

    /// What Alice asks for, committed.
    pub fn alice(&mut self, action: Action) -> TransactionId {
        self.door.commit(&self.alice.asks(action)).id
    }

    /// What Bob asks for, committed.
    fn bob(&mut self, action: Action) -> TransactionId {
        self.door.commit(&self.bob.asks(action)).id
    }

    fn read<I: DeserializeOwned, T: DeserializeOwned>(&self, path: &str) -> T {
        self.door.read::<Entity<I, T>>(path).record
    }

    /// Alice's map, in the register.
    pub fn register(&mut self, registry: &mut Person) -> AssetId {
        let description = AssetDescription {
            title: text("Map"),
            description: text(""),
            kind: AssetKind::Resource,
            source_class: SourceClass::Enterprise,
            sector: text("meteorology"),
            grade: Grade::General1,
            openness: Openness::NotPublic,
            keywords: Vec::new(),
            spatial: text(""),
            temporal: text(""),
            update_cycle: UpdateCycle::Once,
        };
        let basis = Basis::SelfProduced;
        let rights = RightsClaim { hold: basis, r#use: basis, operate: basis, evidence: None };
        let action = Action::RegisterAsset { description, rights, content: content(1), parents: Vec::new() };
        let asset = AssetId::created_by(self.alice(action));
        let grant = registry.asks(Action::GrantRegistration { asset, certificate: text("SH-1") });
        until("the notice is over", || self.door.submit(&grant).ok().filter(|answer| answer.status == 200).map(|_| ()));
        asset
    }

    /// From the placing to the money.
    fn fulfil(&mut self, order: OrderId) {
        self.alice(Action::Deliver { order, location: text("https://example.org/map"), commitment: COMMITMENT });
        let Commitment { ciphertext_root, nodes_root, .. } = COMMITMENT;
        self.bob(Action::Acknowledge { order, ciphertext_root, nodes_root });
        let sealed_key = SealedKey::new(b"sealed".to_vec()).expect("it is short");
        self.alice(Action::RevealKey { order, sealed_key });
        // The block settles it by itself.
        until("the order is settled", || {
            let found: Order = self.read::<OrderId, _>(&format!("/v1/orders/{order}"));
            (found.status == OrderStatus::Settled).then_some(())
        });
    }

    fn money(&self) -> [u64; 2] {
        [&self.alice, &self.bob].map(|person| person.balance(self.door))
    }
}

/// Somebody, whose next number the first node says.
pub fn known(network: &Network, name: &str) -> Person {
    let mut person = network.person(name);
    person.looks_up_number(network.nodes[0].door);
    person
}

fn content(number: u8) -> VersionContent {
    let content_root = Digest([number; 32]);
    VersionContent { content_root, size_bytes: 7, media_type: text("text/plain"), structure: None, metadata_hash: None }
}

/// A plan that allows to read for research.
pub fn terms(price: u64, form: PlanForm) -> Terms {
    let policy = Policy {
        actions: Actions::NONE.with(UseAction::Read),
        purposes: Purposes::NONE.with(Purpose::Research),
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    };
    Terms { price: Amount(price), policy, supply: Supply::Unlimited, form, bond: Amount(price / 10) }
}

/// Goal: a negotiation, a demand, a subscription and the sale of a right go from the first word to the money.
/// Method: each on the way through the same door, the money counted after each; at last every node says the same.
pub fn are_made(network: &mut Network) {
    let mut registry = known(network, REGISTRY);
    let mut market = Market::of(network);
    let map = market.register(&mut registry);
    let deal = negotiates(&mut market, map);
    let licence = subscribes(&mut market, map);
    let need = demands(&mut market, map);
    let sale = sells_a_right(&mut market, map);
    network.wait_until_level();
    for node in &network.nodes {
        let see = |kind: &str, id: String| format!("/v1/{kind}/{id}");
        let asset: Entity<AssetId, Asset> = node.door.read(&see("assets", map.to_string()));
        assert_eq!(asset.record.line(Line::Hold).holder, market.bob.id);
        let deal: Entity<NegotiationId, Negotiation> = node.door.read(&see("negotiations", deal.to_string()));
        assert_eq!(deal.record.status, NegotiationStatus::Agreed);
        let need: Entity<DemandId, Demand> = node.door.read(&see("demands", need.to_string()));
        assert_eq!(need.record.status, DemandStatus::Met);
        let sale: Entity<ListingId, Listing> = node.door.read(&see("listings", sale.to_string()));
        assert_eq!(sale.record.status, ListingStatus::SoldOut);
        let licence: Entity<LicenceId, Licence> = node.door.read(&see("licences", licence.to_string()));
        assert!(licence.record.versions.contains(2));
        for person in [&market.alice, &market.bob] {
            let view: AccountView = node.door.read(&format!("/v1/participants/{}/account", person.handle));
            assert_eq!(view.account.held, Amount::ZERO, "{} has nothing at stake", person.handle);
        }
    }
}

/// Two offers and a word that agrees with the second.
fn negotiates(market: &mut Market, asset: AssetId) -> NegotiationId {
    let [alice, bob] = market.money();
    let offered =
        Action::CreateListing { asset, version: 1, kind: ListingKind::Negotiated, plans: Vec::new(), until: None };
    let listing = ListingId::created_by(market.alice(offered));
    let first = Action::OpenNegotiation {
        listing,
        version: 1,
        terms: terms(800, PlanForm::OneOff),
        payer: None,
        licensee: None,
        delivery_key: DELIVERY_KEY,
        purpose: Purpose::Research,
        scenario: SCENARIO,
    };
    let negotiation = NegotiationId::created_by(market.bob(first));
    let last = terms(1_000, PlanForm::OneOff);
    market.alice(Action::CounterOffer { negotiation, terms: last.clone(), payer: None, licensee: None });
    let other = Action::AcceptOffer { negotiation, terms: terms(999, PlanForm::OneOff), payer: None, licensee: None };
    let refused = market.door.submit(&market.bob.signed(market.bob.sequence, other)).expect("the node is there");
    assert_eq!(refused.problem().number, Some(436), "what is agreed on is the last word");
    let accepted = Action::AcceptOffer { negotiation, terms: last, payer: None, licensee: None };
    let order = OrderId::created_by(market.bob(accepted));
    assert_eq!(market.money(), [alice - 100, bob - 1_000], "price and bond are locked");
    market.fulfil(order);
    assert_eq!(market.money(), [alice + 980, bob - 1_000]);
    negotiation
}

/// A subscription, a later version delivered under it for nothing, and a renewal.
fn subscribes(market: &mut Market, asset: AssetId) -> LicenceId {
    let [alice, bob] = market.money();
    let form = PlanForm::Subscription { period: Duration::seconds(1_000_000) };
    let plans = vec![terms(500, form)];
    let offered = Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans, until: None };
    let listing = ListingId::created_by(market.alice(offered));
    let ordered = Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: Amount(500),
        payer: None,
        licensee: None,
        delivery_key: DELIVERY_KEY,
        purpose: Purpose::Research,
        scenario: SCENARIO,
    };
    let order = OrderId::created_by(market.bob(ordered));
    market.fulfil(order);
    let licence = LicenceId::created_by(order);
    market.alice(Action::AddVersion { asset, content: content(2), parents: Vec::new() });
    let requested = Action::RequestVersion { licence, version: 2, delivery_key: DELIVERY_KEY };
    let order = OrderId::created_by(market.bob(requested));
    market.fulfil(order);
    market.bob(Action::RenewSubscription { licence, periods: 2, payer: None });
    assert_eq!(market.money(), [alice + 3 * 490, bob - 1_500]);
    licence
}

/// A need, an answer and an agreement.
fn demands(market: &mut Market, asset: AssetId) -> DemandId {
    let [alice, bob] = market.money();
    let wanted = Wanted {
        title: text("Rain"),
        description: text(""),
        sector: text("meteorology"),
        kind: None,
        actions: Actions::NONE.with(UseAction::Read),
        purpose: Purpose::Research,
        scenario: SCENARIO,
        max_price: Amount(700),
    };
    let need = Action::CreateDemand { wanted, delivery_key: DELIVERY_KEY, until: Timestamp(u64::MAX) };
    let demand = DemandId::created_by(market.bob(need));
    let offer = terms(700, PlanForm::OneOff);
    let answer = Action::AnswerDemand { demand, asset, version: 2, terms: offer.clone() };
    let negotiation = NegotiationId::created_by(market.alice(answer));
    let accepted = Action::AcceptOffer { negotiation, terms: offer, payer: None, licensee: None };
    let order = OrderId::created_by(market.bob(accepted));
    market.fulfil(order);
    assert_eq!(market.money(), [alice + 686, bob - 700]);
    demand
}

/// Price and title change hands in one transaction.
fn sells_a_right(market: &mut Market, asset: AssetId) -> ListingId {
    let [alice, bob] = market.money();
    let offered = Action::OfferRight { asset, line: Line::Hold, price: Amount(5_000), until: None };
    let listing = ListingId::created_by(market.alice(offered));
    market.bob(Action::BuyRight { listing, max_price: Amount(5_000), payer: None });
    assert_eq!(market.money(), [alice + 4_900, bob - 5_000]);
    let found: Asset = market.read::<AssetId, _>(&format!("/v1/assets/{asset}"));
    let holders = [Line::Hold, Line::Operate].map(|line| found.line(line).holder);
    assert_eq!(holders, [market.bob.id, market.alice.id]);
    listing
}
