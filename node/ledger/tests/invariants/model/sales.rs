//! Orders: each side's turn, its time, and the one end that must come of it.

use std::cmp::Ordering;

use yaosu_ledger::event::Event;
use yaosu_ledger::model::*;
use yaosu_ledger::sealed::Commitment;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, Duration, LicenceId, OrderId, ParticipantId, Timestamp};

use super::lineage::share;
use super::{Applied, Cause, Model, Step};
use crate::draws::orders::{accusation, commitment};
use crate::library;

/// An order.
#[derive(Clone)]
pub struct Sale {
    /// What it comes from.
    pub origin: Origin,
    /// Of which asset.
    pub asset: AssetId,
    /// Which version.
    pub version: u32,
    /// Who sells.
    pub seller: ParticipantId,
    /// Who buys.
    pub buyer: ParticipantId,
    /// Who pays.
    pub payer: ParticipantId,
    /// Who gets the licence.
    pub licensee: ParticipantId,
    /// At these terms, if it is for a licence.
    pub terms: Option<Terms>,
    /// What is locked of the payer.
    pub price: u64,
    /// What is locked of the seller.
    pub seller_bond: u64,
    /// What is locked of the buyer once it is disputed.
    pub buyer_bond: u64,
    /// The market's numbers as it was placed.
    pub pack: RulePack,
    /// Where it stands.
    pub status: OrderStatus,
    /// When its time is over.
    pub deadline: Option<Timestamp>,
    /// Whether the buyer has disputed it.
    pub is_disputed: bool,
    /// Whether the buyer has challenged the key.
    pub is_challenged: bool,
    /// What the seller is bound to.
    pub sealed: Option<Commitment>,
    /// What is registered, in words.
    pub words: String,
}

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Paid.
    Settled,
    /// So much goes back.
    Split(u64),
    /// All goes back.
    Refunded(RefundCause),
}

/// Whose bond is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loser {
    /// Nobody's.
    Nobody,
    /// The seller's, to the buyer.
    Seller,
    /// The buyer's, to the seller.
    Buyer,
}

impl Sale {
    /// Whether the seller has sealed what is registered.
    pub fn is_honest(&self, id: OrderId) -> bool {
        self.has_sealed(id, &self.words)
    }

    /// Whether these words are what was sealed. There are no nodes, so that it does not matter what their root is.
    fn has_sealed(&self, id: OrderId, words: &str) -> bool {
        let Commitment { ciphertext_root, key_commitment, .. } = commitment(id, words);
        self.sealed
            .is_some_and(|sealed| (sealed.ciphertext_root, sealed.key_commitment) == (ciphertext_root, key_commitment))
    }

    /// What is locked, of whom.
    pub fn locks(&self) -> [(ParticipantId, u64); 3] {
        let bond = if self.is_disputed { self.buyer_bond } else { 0 };
        [(self.payer, self.price), (self.seller, self.seller_bond), (self.buyer, bond)]
    }

    /// Whether it may still end so or so.
    pub const fn is_open(&self) -> bool {
        !self.status.is_end()
    }
}

impl Model {
    /// What must not be frozen so that an order can be delivered.
    pub fn delivery(&self, id: OrderId) -> Vec<Subject> {
        let sale = &self.sales[&id];
        let sides = [Subject::Participant(sale.seller), Subject::Participant(sale.buyer)];
        let mut subjects = vec![Subject::Order(id), Subject::Asset(sale.asset)];
        subjects.extend(sides);
        subjects.extend(self.origins(sale.origin));
        subjects
    }

    /// What an order comes from, and what that comes from.
    pub fn origins(&self, origin: Origin) -> Vec<Subject> {
        let mut subjects = vec![Subject::from(origin)];
        match origin {
            Origin::Plan { .. } => {}
            Origin::Negotiation(id) => subjects.push(Subject::from(self.talks[&id].ground)),
            Origin::Licence(id) => subjects.extend(self.origins(self.sales[&self.grants[&id].order].origin)),
        }
        subjects
    }

    /// Invariant 21: the one outcome of a deadline that has come. Invariant 19: no seller is at fault who could not act for
    /// more than half of the time, and every other one is.
    fn timeout(&self, id: OrderId) -> (End, Loser) {
        let sale = &self.sales[&id];
        let seller_fails = |fault, window: Duration| {
            let end = sale.deadline.expect("an open order has one").0;
            let within = |spans: &[(u64, u64)]| lost(end - window.0, end, spans);
            // No freeze stops the opening of a key that was revealed.
            let targets = if fault == RefundCause::KeyNotOpened { Vec::new() } else { self.delivery(id) };
            let frozen = self.frozen(FreezeScope::Delivery, &targets);
            let suspended = self.suspended(sale.seller);
            if within(&[frozen.clone(), suspended.clone()].concat()) * 2 <= window.0 {
                (End::Refunded(fault), Loser::Seller)
            } else if within(&frozen) >= within(&suspended) {
                (End::Refunded(RefundCause::Frozen), Loser::Nobody)
            } else {
                (End::Refunded(RefundCause::Suspended), Loser::Nobody)
            }
        };
        match sale.status {
            OrderStatus::Placed => seller_fails(RefundCause::NotDelivered, sale.pack.delivery_window),
            OrderStatus::Acknowledged => seller_fails(RefundCause::KeyNotRevealed, sale.pack.key_window),
            OrderStatus::KeyChallenged => seller_fails(RefundCause::KeyNotOpened, sale.pack.key_window),
            OrderStatus::Delivered => (End::Refunded(RefundCause::NotAcknowledged), Loser::Nobody),
            OrderStatus::KeyRevealed | OrderStatus::Disputed => (End::Settled, Loser::Nobody),
            OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => panic!("21: {id} ended twice"),
        }
    }

    /// How an order must end in this step: by its time, or by what somebody did.
    fn expected_end(&self, step: &Step<'_>, id: OrderId) -> (End, Loser) {
        let sale = &self.sales[&id];
        let applied = match step.cause {
            Cause::Block => {
                assert!(sale.deadline.is_some_and(|deadline| deadline <= step.now), "21: {id} ended before its time");
                return self.timeout(id);
            }
            Cause::Transaction(applied) => applied,
        };
        assert!(sale.deadline.is_none_or(|deadline| step.now < deadline), "21: {id} was acted on after its time");
        match applied.action {
            Action::PlaceOrder { .. } if sale.price == 0 => (End::Settled, Loser::Nobody),
            Action::AcceptDelivery { order } if *order == id => {
                assert_eq!((sale.status, applied.signer), (OrderStatus::KeyRevealed, sale.buyer));
                (End::Settled, Loser::Nobody)
            }
            Action::RejectDelivery { order, .. } if *order == id => {
                assert_eq!((sale.status, applied.signer), (OrderStatus::Delivered, sale.buyer));
                (End::Refunded(RefundCause::Rejected), Loser::Nobody)
            }
            Action::ProveMisbehaviour { order, .. } if *order == id => {
                assert_eq!((sale.status, applied.signer), (OrderStatus::KeyRevealed, sale.buyer));
                assert!(!sale.is_honest(id), "19: an honest seller was convicted");
                (End::Refunded(RefundCause::Misbehaviour), Loser::Seller)
            }
            Action::RuleDispute { order, refund: Amount(refund), .. } if *order == id => {
                assert_eq!(sale.status, OrderStatus::Disputed);
                let rest = sale.price.checked_sub(*refund).expect("4: a ruling is bounded by the price");
                let loser = match refund.cmp(&rest) {
                    Ordering::Less => Loser::Buyer,
                    Ordering::Equal => Loser::Nobody,
                    Ordering::Greater => Loser::Seller,
                };
                let end = match (*refund, rest) {
                    (0, _) => End::Settled,
                    (_, 0) => End::Refunded(RefundCause::Ruling),
                    (refund, _) => End::Split(refund),
                };
                (end, loser)
            }
            _ => panic!("21: {id} ended by nothing"),
        }
    }

    /// Ends an order: its locks are undone, once.
    fn end_sale(&mut self, step: &Step<'_>, id: OrderId, end: End) -> Sale {
        let (expected, loser) = self.expected_end(step, id);
        assert_eq!(end, expected, "21: {id} ended otherwise");
        let sale = self.sales.get_mut(&id).expect("what ends was placed");
        let ended = sale.clone();
        sale.deadline = None;
        sale.status = match end {
            End::Settled => OrderStatus::Settled,
            End::Split(_) => OrderStatus::Split,
            End::Refunded(_) => OrderStatus::Refunded,
        };
        let [_, (seller, seller_bond), (buyer, buyer_bond)] = ended.locks();
        self.add(seller, seller_bond);
        self.add(buyer, buyer_bond);
        let loss = match loser {
            Loser::Nobody => None,
            Loser::Seller => Some((seller, buyer, seller_bond)),
            Loser::Buyer => Some((buyer, seller, buyer_bond)),
        };
        self.pending.losses.extend(loss.filter(|(.., bond)| *bond > 0).map(|loss| (id, loss)));
        if !matches!(end, End::Refunded(_)) && ended.terms.is_some() {
            self.pending.granted.insert(LicenceId::created_by(id));
        }
        ended
    }

    fn pay_sale(&mut self, sale: &Sale, paid: u64, fee: Amount, payee: ParticipantId) {
        let holder = self.holder(sale.asset, Line::Operate);
        assert_eq!(payee, holder, "4: who holds the right to operate is paid");
        let (ratio, account) = (sale.pack.fee.0, sale.pack.fee_account);
        assert_eq!(
            self.pay_out((sale.asset, sale.version), paid, ratio, account, holder),
            fee.0,
            "4, 27: the fee of what is paid"
        );
    }

    pub(super) fn follow_sales(&mut self, step: &Step<'_>, event: &Event) {
        match *event {
            Event::OrderPlaced { order, price, bond, buyer, seller, .. } => {
                let sale = self.opened(step, order);
                assert_eq!((sale.price, sale.seller_bond), (price.0, bond.0), "4: what is locked is what was offered");
                assert_eq!((sale.buyer, sale.seller), (buyer, seller));
                for (from, amount) in sale.locks() {
                    self.take(from, amount);
                }
                assert!(self.sales.insert(order, sale).is_none(), "an order is placed once");
            }
            Event::OrderSettled { order, price, fee, payee, .. } => {
                let sale = self.end_sale(step, order, End::Settled);
                assert_eq!(sale.price, price.0, "3: what is paid out is what was locked");
                if let Origin::Licence(licence) = sale.origin {
                    self.grants.get_mut(&licence).expect("it was granted").delivered.push(sale.version);
                }
                self.pay_sale(&sale, price.0, fee, payee);
            }
            Event::OrderSplit { order, refund, paid, fee, payee, .. } => {
                let sale = self.end_sale(step, order, End::Split(refund.0));
                assert_eq!(sale.price, refund.0 + paid.0, "3: what is divided is what was locked");
                self.add(sale.payer, refund.0);
                self.pay_sale(&sale, paid.0, fee, payee);
            }
            Event::OrderRefunded { order, cause, amount, .. } => {
                let sale = self.end_sale(step, order, End::Refunded(cause));
                assert_eq!(sale.price, amount.0, "4: what is given back is what was locked");
                self.add(sale.payer, amount.0);
            }
            Event::BondLost { order, from, to, amount } => {
                let expected = self.pending.losses.remove(&order);
                assert_eq!(Some((from, to, amount.0)), expected, "19: who loses what on {order}");
                self.take(from, amount.0);
                self.add(to, amount.0);
            }
            _ => {
                if let Some(applied) = step.applied() {
                    self.advance(step, applied, event);
                }
            }
        }
    }

    /// An order goes on: its next window opens in the block that includes what was done, and is as long as it was when
    /// the order was placed. Invariants 22 and 27.
    fn advance(&mut self, step: &Step<'_>, applied: &Applied<'_>, event: &Event) {
        let (id, needed, status) = match *event {
            Event::OrderDelivered { order, .. } => (order, OrderStatus::Placed, OrderStatus::Delivered),
            Event::OrderAcknowledged { order, .. } => (order, OrderStatus::Delivered, OrderStatus::Acknowledged),
            Event::KeyRevealed { order, .. } => (order, OrderStatus::Acknowledged, OrderStatus::KeyRevealed),
            Event::KeyChallenged { order, .. } => (order, OrderStatus::KeyRevealed, OrderStatus::KeyChallenged),
            Event::KeyOpened { order, .. } => (order, OrderStatus::KeyChallenged, OrderStatus::KeyRevealed),
            Event::DisputeOpened { order, .. } => (order, OrderStatus::KeyRevealed, OrderStatus::Disputed),
            _ => return,
        };
        let sale = self.sales.get_mut(&id).expect("what goes on was placed");
        assert_eq!(sale.status, needed);
        assert!(sale.deadline.is_some_and(|deadline| step.now < deadline), "21: {id} was acted on after its time");
        let by_seller = matches!(needed, OrderStatus::Placed | OrderStatus::Acknowledged | OrderStatus::KeyChallenged);
        assert_eq!(applied.signer, if by_seller { sale.seller } else { sale.buyer });
        let window = match status {
            OrderStatus::Delivered => sale.pack.acknowledgement_window,
            OrderStatus::Acknowledged | OrderStatus::KeyChallenged => sale.pack.key_window,
            OrderStatus::Disputed => sale.pack.arbitration_window,
            _ => sale.pack.settlement_window,
        };
        sale.status = status;
        sale.deadline = Some(step.now.after(window));
        if let Action::Deliver { commitment, .. } = applied.action {
            sale.sealed = Some(*commitment);
        }
        if status == OrderStatus::KeyChallenged {
            assert!(!std::mem::replace(&mut sale.is_challenged, true), "a key is challenged once");
        }
        if status == OrderStatus::Disputed {
            assert!(sale.price > 0, "nobody rules on what was for nothing");
            sale.is_disputed = true;
            let (buyer, bond) = (sale.buyer, sale.buyer_bond);
            self.take(buyer, bond);
        }
    }

    /// The order that a transaction opens.
    fn opened(&self, step: &Step<'_>, id: OrderId) -> Sale {
        let applied = step.applied().expect("no block orders anything by itself");
        assert_eq!(id, OrderId::created_by(applied.id));
        let (origin, key, parties, terms) = match applied.action {
            Action::PlaceOrder { listing, plan, payer, licensee, .. } => {
                let offer = &self.offers[listing];
                let terms = offer.plans[usize::from(*plan)].clone();
                let buyer = applied.signer;
                let parties = [offer.seller, buyer, payer.unwrap_or(buyer), licensee.unwrap_or(buyer)];
                let origin = Origin::Plan { listing: *listing, plan: *plan };
                (origin, (offer.asset, offer.version), parties, Some(terms))
            }
            Action::AcceptOffer { negotiation, .. } => {
                let talk = &self.talks[negotiation];
                let parties = [talk.seller, talk.buyer, talk.payer, talk.licensee];
                (Origin::Negotiation(*negotiation), (talk.asset, talk.version), parties, Some(talk.terms.clone()))
            }
            Action::RequestVersion { licence, version, .. } => {
                let grant = &self.grants[licence];
                let parties = [self.holder(grant.asset, Line::Operate), grant.licensee, grant.licensee, grant.licensee];
                (Origin::Licence(*licence), (grant.asset, *version), parties, None)
            }
            _ => panic!("an order of nothing"),
        };
        let [seller, buyer, payer, licensee] = parties;
        let (price, seller_bond) = match (&terms, origin) {
            (Some(terms), _) => (terms.price.0, terms.bond.0),
            (None, Origin::Licence(licence)) => (0, self.bond_of_paid_version(licence, seller)),
            (None, _) => panic!("only a version that was paid for has no terms"),
        };
        let is_open = matches!(origin, Origin::Plan { listing, .. } if self.offers[&listing].kind == ListingKind::Open);
        let root = step.after.versions[&key].content.content_root;
        Sale {
            origin,
            asset: key.0,
            version: key.1,
            seller,
            buyer,
            payer,
            licensee,
            terms,
            price,
            seller_bond,
            buyer_bond: share(price, self.pack.dispute_bond.0),
            pack: self.pack.clone(),
            status: OrderStatus::Placed,
            deadline: (!is_open).then(|| step.now.after(self.pack.delivery_window)),
            is_disputed: false,
            is_challenged: false,
            sealed: None,
            words: library::words(root),
        }
    }

    /// What the seller of a version that was paid for before puts at stake: as much as for the first one, if it can.
    fn bond_of_paid_version(&self, licence: LicenceId, seller: ParticipantId) -> u64 {
        let grant = &self.grants[&licence];
        let terms = self.sales[&grant.order].terms.as_ref().expect("it was bought at terms");
        let agreed = grant.licensor == seller
            && self.holder(grant.asset, Line::Hold) == seller
            && self.people[&seller].status == ParticipantStatus::Active;
        if !agreed || self.is_stopped(FreezeScope::Funds, Subject::Participant(seller)) {
            return 0;
        }
        terms.bond.0.min(terms.price.0).min(self.available.get(&seller).copied().unwrap_or_default())
    }

    /// Whether an accusation is sound: it shows what was sealed, and that is not what is registered.
    pub fn is_sound(&self, id: OrderId, action: &Action) -> bool {
        let sale = &self.sales[&id];
        let fake = library::fake(&sale.words);
        fake != sale.words && sale.has_sealed(id, &fake) && *action == accusation(id, &fake)
    }
}

/// How much of a window is in one of these spans at least: looks at each piece between two moments at which one begins or ends.
fn lost(begin: u64, end: u64, spans: &[(u64, u64)]) -> u64 {
    let mut moments: Vec<u64> = spans.iter().flat_map(|(since, until)| [*since, *until]).chain([begin, end]).collect();
    moments.sort_unstable();
    let pieces = moments.windows(2).map(|pair| (pair[0], pair[1]));
    let pieces = pieces.filter(|(from, to)| begin <= *from && *to <= end);
    let is_lost = |from: u64| spans.iter().any(|(since, until)| (*since..*until).contains(&from));
    pieces.filter(|(from, _)| is_lost(*from)).map(|(from, to)| to - from).sum()
}
