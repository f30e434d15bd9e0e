//! Listings of every kind, negotiations, demands and subscriptions: each rule, and each timeout.

mod negotiations;
mod rejections;
mod rights;
mod subscriptions;
mod supervision;
#[path = "../town/mod.rs"]
mod town;
mod walks;

use town::*;
use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::sealed::Commitment;
use yaosu_ledger::state::{Accounts, Demands, Licences, Listings, Negotiations, Orders};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{
    Amount, AssetId, DemandId, Digest, Duration, LicenceId, ListingId, NegotiationId, OrderId, Timestamp,
};

const PRICE: Amount = Amount(1_000);
const PERIOD: Duration = Duration::seconds(5_000);

fn terms(price: Amount) -> Terms {
    let bond = price.share(genesis().rule_pack.bond);
    Terms { price, policy: free_policy(), supply: Supply::Unlimited, form: PlanForm::OneOff, bond }
}

fn exclusive(price: Amount) -> Terms {
    Terms { supply: Supply::Exclusive, ..terms(price) }
}

fn subscription(price: Amount) -> Terms {
    Terms { form: PlanForm::Subscription { period: PERIOD }, ..terms(price) }
}

/// A listing without end of version 1.
fn offer(asset: AssetId, kind: ListingKind, plans: Vec<Terms>) -> Action {
    Action::CreateListing { asset, version: 1, kind, plans, until: None }
}

fn offer_right(asset: AssetId, line: Line) -> Action {
    Action::OfferRight { asset, line, price: PRICE, until: None }
}

fn buy_right(listing: ListingId) -> Action {
    Action::BuyRight { listing, max_price: PRICE, payer: None }
}

fn delist(listing: ListingId) -> Action {
    Action::Delist { listing, reason: text("it misleads") }
}

/// Buys for oneself, with one's own money.
fn buy(listing: ListingId) -> Action {
    Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: Amount(u64::MAX),
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}

fn open(listing: ListingId, terms: Terms) -> Action {
    Action::OpenNegotiation {
        listing,
        version: 1,
        terms,
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}

fn answer(demand: DemandId, asset: AssetId, terms: Terms) -> Action {
    Action::AnswerDemand { demand, asset, version: 1, terms }
}

fn counter(negotiation: NegotiationId, terms: Terms) -> Action {
    Action::CounterOffer { negotiation, terms, payer: None, licensee: None }
}

fn accept(negotiation: NegotiationId, terms: Terms) -> Action {
    Action::AcceptOffer { negotiation, terms, payer: None, licensee: None }
}

fn withdraw(negotiation: NegotiationId) -> Action {
    Action::WithdrawOffer { negotiation }
}

fn end_renewals(negotiation: NegotiationId) -> Action {
    Action::EndRenewals { negotiation }
}

fn wanted() -> Wanted {
    Wanted {
        title: text("rain"),
        description: text("of every day"),
        sector: text("meteorology"),
        kind: Some(AssetKind::Resource),
        actions: Actions::NONE.with(UseAction::Derive),
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
        max_price: Amount(1_200),
    }
}

fn demand(wanted: Wanted, until: Timestamp) -> Action {
    Action::CreateDemand { wanted, delivery_key: None, until }
}

fn renew(licence: LicenceId, periods: u8) -> Action {
    Action::RenewSubscription { licence, periods, payer: None }
}

fn request(licence: LicenceId, version: u32) -> Action {
    Action::RequestVersion { licence, version, delivery_key: None }
}

fn deliver(order: OrderId) -> Action {
    Action::Deliver { order, location: text("https://example.org/map"), commitment: COMMITMENT }
}

/// What every seller here is bound to: nobody looks into it.
const COMMITMENT: Commitment =
    Commitment { ciphertext_root: Digest([1; 32]), nodes_root: Digest([2; 32]), key_commitment: Digest([3; 32]) };

fn acknowledge(order: OrderId) -> Action {
    let Commitment { ciphertext_root, nodes_root, .. } = COMMITMENT;
    Action::Acknowledge { order, ciphertext_root, nodes_root }
}

fn reveal(order: OrderId) -> Action {
    Action::RevealKey { order, sealed_key: SealedKey::new(b"sealed".to_vec()).expect("it is short") }
}

fn new_version(asset: AssetId, words: &str, parents: Vec<Parent>) -> Action {
    Action::AddVersion { asset, content: content(words), parents }
}

fn window() -> Duration {
    genesis().rule_pack.negotiation_window
}

/// A town in which Alice lets talk about the map.
struct Market {
    town: Town,
    map: AssetId,
    /// Negotiated, with nothing in mind.
    listing: ListingId,
}

impl Market {
    fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let listing = town.list(ALICE, offer(map, ListingKind::Negotiated, Vec::new()));
        Self { town, map, listing }
    }

    /// Bob's first offer.
    fn open(&mut self, terms: Terms) -> NegotiationId {
        self.town.negotiate(BOB, open(self.listing, terms))
    }

    /// Bob's need, for as long as an offer stands.
    fn demand(&mut self) -> DemandId {
        let until = self.town.now().after(window());
        DemandId::created_by(self.town.must(BOB, demand(wanted(), until)))
    }

    /// Bob's subscription to the map, on a listing with one plan.
    fn subscribe(&mut self) -> (ListingId, LicenceId) {
        let listing = self.town.list(ALICE, offer(self.map, ListingKind::Fixed, vec![subscription(PRICE)]));
        let order = OrderId::created_by(self.town.must(BOB, buy(listing)));
        self.town.fulfil(order);
        (listing, LicenceId::created_by(order))
    }
}

impl Town {
    fn list(&mut self, seller: &str, listing: Action) -> ListingId {
        ListingId::created_by(self.must(seller, listing))
    }

    fn negotiate(&mut self, who: &str, action: Action) -> NegotiationId {
        NegotiationId::created_by(self.must(who, action))
    }

    /// From the placing to the money, whoever sells and buys.
    fn fulfil(&mut self, order: OrderId) {
        let Order { seller, buyer, .. } = self.found::<Orders>(&order);
        let name = |id| [ALICE, BOB, CAROL, CITY].into_iter().find(|name| id_of(name) == id).expect("a trader");
        self.must(name(seller), deliver(order));
        self.must(name(buyer), acknowledge(order));
        self.must(name(seller), reveal(order));
        self.pass(genesis().rule_pack.settlement_window);
    }

    /// A record that is there.
    fn found<T: yaosu_ledger::state::Table>(&self, key: &T::Key) -> T::Record {
        self.get::<T>(key).expect("the record is there")
    }

    /// What someone has won and lost against the beginning, and what is held.
    fn balance(&self, name: &str) -> (i64, u64) {
        let Account { available, held } = self.get::<Accounts>(&id_of(name)).unwrap_or_default();
        let change = i128::from(available.0).saturating_sub(i128::from(BALANCE.0));
        (i64::try_from(change).expect("the town is not rich"), held.0)
    }

    /// As if the block had too much to do to carry out what is due.
    fn late_by(&self, length: Duration) -> Self {
        let mut town = self.clone();
        town.block.time = town.block.time.after(length);
        town
    }

    /// Makes everyone but the signer's way to money short.
    fn impoverish(&mut self, name: &str, left: u64) {
        let amount = Amount(self.get::<Accounts>(&id_of(name)).unwrap_or_default().available.0 - left);
        self.must(name, Action::Pay { to: id_of(CITY), amount, memo: text("") });
    }
}
