//! Listings, orders, settlement, licences and deadlines: each rule, and each timeout.

mod deadlines;
mod delivery;
mod delivery_rejections;
mod disputes;
mod hindrances;
mod outcomes;
mod policies;
mod rejections;
#[path = "../town/mod.rs"]
mod town;

use town::*;
use yaosu_ledger::model::*;
use yaosu_ledger::sealed::{Commitment, Keystream, LeafProof, Piece, Proof, Secret};
use yaosu_ledger::state::{Accounts, Orders, Participants, Reader, Suspended};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, BasisPoints, Digest, Duration, HexBytes, ListingId, OrderId, Timestamp};

const PRICE: Amount = Amount(1_000);

/// What the seller puts at stake for [`PRICE`]: a tenth.
const BOND: Amount = Amount(100);
/// What the buyer puts at stake with a dispute on it: a twentieth.
const DISPUTE_BOND: Amount = Amount(50);

/// With the least bond that the rule pack asks for.
fn terms(price: Amount, supply: Supply) -> Terms {
    let bond = price.share(BasisPoints(1_000));
    Terms { price, policy: free_policy(), supply, form: PlanForm::OneOff, bond }
}

/// A fixed listing without end of version 1.
fn offer(asset: AssetId, plans: Vec<Terms>) -> Action {
    Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans, until: None }
}

fn offer_free(asset: AssetId) -> Action {
    let plans = vec![terms(Amount::ZERO, Supply::Unlimited)];
    Action::CreateListing { asset, version: 1, kind: ListingKind::Open, plans, until: None }
}

/// Buys for oneself, with one's own money.
fn buy(listing: ListingId, plan: u8) -> Action {
    Action::PlaceOrder {
        listing,
        plan,
        version: 1,
        max_price: PRICE,
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}

/// What opens an order's delivery.
fn secret(order: OrderId) -> Secret {
    Secret { key: digest(&format!("key of {order}")).0, salt: digest(&format!("salt of {order}")).0 }
}

/// Some words as they are sealed for an order. They are one chunk, so that there are no nodes.
fn sealed_words(order: OrderId, words: &str) -> Vec<u8> {
    let mut bytes = words.as_bytes().to_vec();
    Keystream::new(&secret(order).key).chunks(0, &mut bytes);
    bytes
}

fn commitment(order: OrderId, words: &str) -> Commitment {
    Commitment {
        ciphertext_root: Digest(*blake3::hash(&sealed_words(order, words)).as_bytes()),
        nodes_root: digest(""),
        key_commitment: secret(order).commitment(),
    }
}

/// What is registered, as a seller seals it.
const MAP: &str = "map";
/// What another seller seals in its place.
const FAKE: &str = "pam";

fn deliver_words(order: OrderId, words: &str) -> Action {
    Action::Deliver { order, location: text("https://example.org/map"), commitment: commitment(order, words) }
}

fn deliver(order: OrderId) -> Action {
    deliver_words(order, MAP)
}

fn acknowledge_words(order: OrderId, words: &str) -> Action {
    let Commitment { ciphertext_root, nodes_root, .. } = commitment(order, words);
    Action::Acknowledge { order, ciphertext_root, nodes_root }
}

fn acknowledge(order: OrderId) -> Action {
    acknowledge_words(order, MAP)
}

fn reveal(order: OrderId) -> Action {
    Action::RevealKey { order, sealed_key: SealedKey::new(b"sealed".to_vec()).expect("it is short") }
}

fn accept(order: OrderId) -> Action {
    Action::AcceptDelivery { order }
}

fn challenge(order: OrderId) -> Action {
    Action::ChallengeKey { order }
}

fn open(order: OrderId) -> Action {
    Action::OpenKey { order, secret: secret(order) }
}

fn dispute(order: OrderId) -> Action {
    Action::OpenQualityDispute { order, statement: digest("half of the days are missing") }
}

fn rule(order: OrderId, refund: Amount) -> Action {
    Action::RuleDispute { order, refund, reason: text("half of the days are missing") }
}

/// Accuses the seller of an order of having sealed these words.
fn prove(order: OrderId, words: &str) -> Action {
    let bytes = HexBytes::new(sealed_words(order, words)).expect("words are short");
    let opened = Piece { bytes, siblings: Vec::new() };
    let proof = Proof::Leaf(LeafProof { chunk: 0, opened, parent: None });
    Action::ProveMisbehaviour { order, secret: secret(order), proof }
}

fn reject(order: OrderId) -> Action {
    Action::RejectDelivery { order, reason: text("half of the rows are missing") }
}

/// Sets someone's standing after the enactment delay.
fn standing(name: &str, status: ParticipantStatus) -> Action {
    Action::Propose { measure: Measure::SetStatus { participant: id_of(name), status } }
}

/// A town in which Alice offers the map to everybody.
struct Market {
    town: Town,
    map: AssetId,
    /// Plan 0 is unlimited, plan 1 has one licence.
    listing: ListingId,
}

impl Market {
    fn new() -> Self {
        let mut town = Town::new();
        let map = town.registered(ALICE, "map");
        let plans = vec![terms(PRICE, Supply::Unlimited), terms(PRICE, Supply::Limited(1))];
        let listing = town.list(ALICE, offer(map, plans));
        Self { town, map, listing }
    }

    /// Bob's order on plan 0, in this status.
    fn order(&mut self, status: OrderStatus) -> OrderId {
        self.order_with(status, MAP)
    }

    /// The same, with these words sealed.
    fn order_with(&mut self, status: OrderStatus, words: &str) -> OrderId {
        let order = self.town.order(BOB, buy(self.listing, 0));
        self.town.advance_with(order, [ALICE, BOB], status, words);
        order
    }
}

/// Who does what so that a placed order stands where it stands, with these words sealed.
fn way_to(order: OrderId, status: OrderStatus, words: &str) -> Vec<(Side, Action)> {
    let (steps, last) = match status {
        OrderStatus::Placed => (0, None),
        OrderStatus::Delivered => (1, None),
        OrderStatus::Acknowledged => (2, None),
        OrderStatus::KeyRevealed => (3, None),
        OrderStatus::KeyChallenged => (3, Some(challenge(order))),
        OrderStatus::Disputed => (3, Some(dispute(order))),
        OrderStatus::Settled => (3, Some(accept(order))),
        OrderStatus::Refunded => (1, Some(reject(order))),
        OrderStatus::Split => unreachable!("only an arbiter splits"),
    };
    let revealed = [
        (Side::Seller, deliver_words(order, words)),
        (Side::Buyer, acknowledge_words(order, words)),
        (Side::Seller, reveal(order)),
    ];
    revealed.into_iter().take(steps).chain(last.map(|action| (Side::Buyer, action))).collect()
}

/// Seller or buyer of an order.
#[derive(Clone, Copy)]
enum Side {
    Seller,
    Buyer,
}

impl Town {
    fn list(&mut self, seller: &str, listing: Action) -> ListingId {
        ListingId::created_by(self.must(seller, listing))
    }

    fn order(&mut self, buyer: &str, order: Action) -> OrderId {
        OrderId::created_by(self.must(buyer, order))
    }

    /// Brings a placed order to this status. What is sealed is the map.
    fn advance(&mut self, order: OrderId, seller: &str, buyer: &str, status: OrderStatus) {
        self.advance_with(order, [seller, buyer], status, MAP);
    }

    /// Brings a placed order to this status, with these words sealed.
    fn advance_with(&mut self, order: OrderId, [seller, buyer]: [&str; 2], status: OrderStatus, words: &str) {
        for (side, action) in way_to(order, status, words) {
            let signer = if matches!(side, Side::Seller) { seller } else { buyer };
            self.must(signer, action);
        }
        assert_eq!(self.status(order), status);
    }

    /// From the placing to the money.
    fn sell(&mut self, seller: &str, buyer: &str, order: Action) -> OrderId {
        let order = self.order(buyer, order);
        self.advance(order, seller, buyer, OrderStatus::Settled);
        order
    }

    /// Lets the moment come.
    fn pass_to(&mut self, moment: Timestamp) -> Vec<yaosu_ledger::event::Event> {
        let length = moment.0.checked_sub(self.now().0).expect("time goes on");
        self.pass(Duration(length))
    }

    /// Gives someone another standing as no rule would: without operators, and at once.
    fn stand(&mut self, name: &str, status: ParticipantStatus) {
        let since = (status == ParticipantStatus::Suspended).then(|| self.now());
        self.edit(|draft| {
            let mut found = draft.get::<Participants>(&id_of(name)).expect("the participant is there");
            found.status = status;
            draft.put::<Participants>(&id_of(name), &found);
            draft.put::<Suspended>(&id_of(name), &Suspensions { since, past: Spans::default() });
        });
    }

    fn status(&self, order: OrderId) -> OrderStatus {
        self.get::<Orders>(&order).expect("the order is there").status
    }

    fn account(&self, name: &str) -> Account {
        self.get::<Accounts>(&id_of(name)).unwrap_or_default()
    }

    /// What someone has won and lost against the beginning, and what is held.
    fn balance(&self, name: &str) -> (i64, u64) {
        let Account { available, held } = self.account(name);
        let change = i128::from(available.0).saturating_sub(i128::from(BALANCE.0));
        (i64::try_from(change).expect("the town is not rich"), held.0)
    }
}
