//! The market that the model goes through: records, time, and what can be done next.

use std::fmt;
use std::hash::{Hash, Hasher};

use imbl::OrdMap;
use yaosu_ledger::model::*;
use yaosu_ledger::rules::{self, BlockContext, DUE_PER_BLOCK_MAX};
use yaosu_ledger::sealed::{Commitment, Keystream, LeafProof, Piece, Proof, Secret};
use yaosu_ledger::signature::{PublicKey, Signature};
use yaosu_ledger::state::{Accounts, Bytes, ChangeSet, Draft, Lanes, Licences, Orders, Reader, RulePacks};
use yaosu_ledger::transaction::{Action, Approval, Body, Envelope, Transaction};
use yaosu_ledger::{Amount, AssetId, Digest, Duration, HexBytes, LicenceId, ListingId, OrderId, ParticipantId};

use super::town::{self, ALICE, ARBITER, BOB, CAROL, CITY, DAVE, Town, digest, free_policy, id_of, key_of, text};

/// Who buys, each once.
const BUYERS: [&str; 3] = [BOB, CAROL, DAVE];
/// Who sells: the first seals what is registered, the second something else.
const SELLERS: [&str; 2] = [ALICE, CITY];
const WORDS: [&str; 2] = ["map", "chart"];
/// What they seal.
const SEALED: [&str; 2] = ["map", "trash"];

const PRICE: Amount = Amount(1_000);
const BOND: Amount = Amount(100);
const DISPUTE_BOND: Amount = Amount(50);

/// One step of time. Each window has two, so that there is a moment before its end.
const TICK: Duration = Duration(1_000);
const WINDOW: Duration = Duration(2_000);

/// What an arbiter may give back: nothing, less than half, half, more, all.
const REFUNDS: [Amount; 5] = [Amount(0), Amount(300), Amount(500), Amount(700), PRICE];

/// Records without the tree over them, which no rule looks at.
#[derive(Clone, Default)]
struct Records(OrdMap<Vec<u8>, Bytes>);

impl Records {
    fn with(&self, changes: &ChangeSet) -> Self {
        let mut records = self.0.clone();
        for (key, value) in changes {
            match value {
                Some(value) => records.insert(key.clone(), Bytes::clone(value)),
                None => records.remove(key),
            };
        }
        Self(records)
    }
}

impl Reader for Records {
    fn bytes(&self, key: &[u8]) -> Option<Bytes> {
        self.0.get(key).cloned()
    }

    fn scan_bytes(&self, prefix: &[u8], start: &[u8], limit: usize) -> Vec<(Vec<u8>, Bytes)> {
        let from_start = self.0.range(start.to_vec()..);
        let within = from_start.take_while(|(key, _)| key.starts_with(prefix));
        within.take(limit).map(|(key, value)| (key.clone(), Bytes::clone(value))).collect()
    }
}

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Time goes on, and what is due is carried out.
    Tick,
    /// The buyer with this number orders from the seller with this number.
    Place(usize, usize),
    /// Something is done with the order of this buyer.
    Act(usize, Deed),
}

/// What can be done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Deliver,
    Acknowledge,
    Reject,
    Reveal,
    Accept,
    Prove,
    Challenge,
    Open,
    Dispute,
    Rule(Amount),
}

/// The market at some moment.
#[derive(Clone)]
pub struct World {
    records: Records,
    block: BlockContext,
    /// The orders of the buyers that have placed one.
    placed: [Option<(OrderId, Order)>; BUYERS.len()],
    view: View,
}

/// All that anyone could tell it by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct View {
    /// Buyers with their orders, in no order.
    buyers: Vec<(Account2, Option<OrderView>)>,
    others: Vec<Account2>,
}

/// Available and held.
type Account2 = (u64, u64);

/// The seller, where it stands, the time that is left, how often it was challenged and opened, how it was refunded.
type OrderView = (ParticipantId, OrderStatus, Option<u64>, bool, bool, Option<RefundCause>);

impl World {
    /// The orders that were placed.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.placed.iter().flatten().map(|(_, order)| order)
    }

    /// What someone could spend.
    pub fn available(&self, who: ParticipantId) -> Amount {
        self.records.get::<Accounts>(&who).unwrap_or_default().available
    }

    /// All money of everybody.
    pub fn all_money(&self) -> u64 {
        let accounts = self.records.scan::<Accounts>(&(), usize::MAX);
        accounts.iter().map(|(_, account)| account.available.0 + account.held.0).sum()
    }

    /// All money that is held.
    pub fn held(&self) -> u64 {
        self.records.scan::<Accounts>(&(), usize::MAX).iter().map(|(_, account)| account.held.0).sum()
    }

    /// Invariant 20: at its end an order has given a licence, or all of the price is back with the buyer.
    pub fn all_are_served(&self) -> bool {
        self.placed.iter().flatten().all(|(id, order)| {
            let has_licence = self.records.contains::<Licences>(&LicenceId::created_by(*id));
            let has_money = order.status != OrderStatus::Refunded || self.available(order.buyer) >= PRICE;
            has_licence == order.status.is_sold() && has_money
        })
    }

    /// What could happen next. Which of it the rules allow is theirs to say.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.orders().any(|order| !order.status.is_end()) {
            steps.push(Step::Tick);
        }
        for (buyer, placed) in self.placed.iter().enumerate() {
            match placed {
                None => steps.extend((0..SELLERS.len()).map(|seller| Step::Place(buyer, seller))),
                Some((_, order)) => steps.extend(deeds(order.status).into_iter().map(|deed| Step::Act(buyer, deed))),
            }
        }
        steps
    }

    /// Nobody does anything any more, until no order is open.
    pub fn wait_for_the_end(&self) -> World {
        let mut world = self.clone();
        for _ in 0..=WINDOW.0 / TICK.0 {
            if world.orders().all(|order| order.status.is_end()) {
                break;
            }
            world = world.tick();
        }
        world
    }

    fn tick(&self) -> World {
        let mut block = self.block;
        block.height = block.height.next();
        block.time = block.time.after(TICK);
        let mut draft = Draft::new(&self.records);
        rules::carry_out_due(&mut draft, block, DUE_PER_BLOCK_MAX);
        Self::look(self.records.with(&draft.into_changes()), block, self.placed.clone())
    }

    fn apply(&self, envelope: &Envelope) -> Option<Records> {
        let outcome = rules::apply(&self.records, self.block, envelope).ok()?;
        Some(self.records.with(&outcome.changes))
    }

    /// Reads the orders, and what anyone can see of the world.
    fn look(records: Records, block: BlockContext, placed: [Option<(OrderId, Order)>; BUYERS.len()]) -> World {
        let placed = placed
            .map(|placed| placed.map(|(id, _)| (id, records.get::<Orders>(&id).expect("orders are never deleted"))));
        let account = |name: &str| {
            let Account { available, held } = records.get::<Accounts>(&id_of(name)).unwrap_or_default();
            (available.0, held.0)
        };
        let order = |order: &Order| -> OrderView {
            let left = order.deadline.map(|deadline| deadline.0.saturating_sub(block.time.0));
            let (challenged, opened) =
                order.delivery.as_ref().map_or((false, false), |found| (found.challenged, found.secret.is_some()));
            (order.seller, order.status, left, challenged, opened, order.refund_cause)
        };
        let mut buyers: Vec<_> = BUYERS
            .iter()
            .zip(&placed)
            .map(|(name, placed)| (account(name), placed.as_ref().map(|(_, found)| order(found))))
            .collect();
        buyers.sort_unstable();
        let others = SELLERS.iter().chain([&town::EXCHANGE]).map(|name| account(name)).collect();
        World { records, block, placed, view: View { buyers, others } }
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.view.hash(hasher);
    }
}

impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.view == other.view
    }
}

impl fmt::Debug for World {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view.fmt(formatter)
    }
}

/// What an open order holds: the price, the seller's bond and, while it is disputed, the buyer's.
pub fn held_by(order: &Order) -> u64 {
    match order.status {
        status if status.is_end() => 0,
        OrderStatus::Disputed => PRICE.0 + BOND.0 + DISPUTE_BOND.0,
        _ => PRICE.0 + BOND.0,
    }
}

/// What stays the same: who trades what.
pub struct Market {
    begin: World,
    listings: [ListingId; SELLERS.len()],
    keys: Vec<(ParticipantId, PublicKey)>,
}

impl Market {
    /// A town in which both sellers offer two licences of something.
    pub fn new() -> Self {
        let mut town = Town::new();
        let offers = [0, 1].map(|seller| {
            let asset = town.registered(SELLERS[seller], WORDS[seller]);
            ListingId::created_by(town.must(SELLERS[seller], offer(asset)))
        });
        town.edit(|draft| {
            let pack = town::genesis().rule_pack;
            let windows = RulePack {
                delivery_window: WINDOW,
                acknowledgement_window: WINDOW,
                key_window: WINDOW,
                settlement_window: WINDOW,
                arbitration_window: WINDOW,
                ..pack
            };
            draft.put::<RulePacks>(&(), &windows);
            let purse = |available| Account { available: Amount(available), held: Amount::ZERO };
            for buyer in BUYERS {
                draft.put::<Accounts>(&id_of(buyer), &purse(PRICE.0 + DISPUTE_BOND.0));
            }
            for seller in SELLERS {
                draft.put::<Accounts>(&id_of(seller), &purse(2 * BOND.0));
            }
        });
        let records = town.state.records().map(|(key, value)| (key.to_vec(), Bytes::clone(value)));
        let records = Records(records.collect());
        let begin = World::look(records, town.block, [const { None }; BUYERS.len()]);
        let keys = BUYERS.iter().chain(&SELLERS).chain([&ARBITER]);
        let keys = keys.map(|name| (id_of(name), key_of(name).public())).collect();
        Self { begin, listings: offers, keys }
    }

    /// The world before anything happens.
    pub fn begin(&self) -> World {
        self.begin.clone()
    }

    /// The world after a step; `None` if the rules say no.
    pub fn step(&self, world: &World, step: Step) -> Option<World> {
        match step {
            Step::Tick => Some(world.tick()),
            Step::Place(buyer, seller) => {
                let envelope = self.sign(world, id_of(BUYERS[buyer]), buy(self.listings[seller]));
                let mut placed = world.placed.clone();
                let id = OrderId::created_by(envelope.id());
                let records = world.apply(&envelope)?;
                placed[buyer] = Some((id, records.get::<Orders>(&id)?));
                Some(World::look(records, world.block, placed))
            }
            Step::Act(buyer, deed) => {
                let (id, order) = world.placed[buyer].as_ref()?;
                let (signer, action) = action(*id, order, deed);
                let records = world.apply(&self.sign(world, signer, action))?;
                Some(World::look(records, world.block, world.placed.clone()))
            }
        }
    }

    /// A transaction as the rules see it: its signatures were checked before, and are none here.
    fn sign(&self, world: &World, signer: ParticipantId, action: Action) -> Envelope {
        let key = self.keys.iter().find(|(id, _)| *id == signer).expect("everyone who acts has a key").1;
        let lane = (signer, 0);
        let body = Body {
            chain: world.block.chain,
            signer,
            lane: 0,
            sequence: world.records.get::<Lanes>(&lane).unwrap_or(0),
            valid_until: None,
            action,
        };
        Envelope::new(Transaction { body, approvals: vec![Approval { key, signature: Signature([0; 64]) }] })
    }
}

/// Who seals what is registered.
pub fn honest() -> ParticipantId {
    id_of(SELLERS[0])
}

fn action(order: OrderId, found: &Order, deed: Deed) -> (ParticipantId, Action) {
    let Order { seller, buyer, .. } = *found;
    let sealed = SEALED[usize::from(seller != honest())];
    let commitment = commitment(sealed);
    match deed {
        Deed::Deliver => (seller, Action::Deliver { order, location: text("there"), commitment }),
        Deed::Acknowledge => {
            let Commitment { ciphertext_root, nodes_root, .. } = commitment;
            (buyer, Action::Acknowledge { order, ciphertext_root, nodes_root })
        }
        Deed::Reject => (buyer, Action::RejectDelivery { order, reason: text("half of it is missing") }),
        Deed::Reveal => {
            let sealed_key = SealedKey::new(vec![1]).expect("it is short");
            (seller, Action::RevealKey { order, sealed_key })
        }
        Deed::Accept => (buyer, Action::AcceptDelivery { order }),
        Deed::Prove => (buyer, Action::ProveMisbehaviour { order, secret: SECRET, proof: proof(sealed) }),
        Deed::Challenge => (buyer, Action::ChallengeKey { order }),
        Deed::Open => (seller, Action::OpenKey { order, secret: SECRET }),
        Deed::Dispute => (buyer, Action::OpenQualityDispute { order, statement: digest("it is not good") }),
        Deed::Rule(refund) => (id_of(ARBITER), Action::RuleDispute { order, refund, reason: text("so it is") }),
    }
}

const SECRET: Secret = Secret { key: [1; 32], salt: [2; 32] };

/// What the seller of an order delivers: one chunk, so that there are no nodes.
fn ciphertext(words: &str) -> Vec<u8> {
    let mut bytes = words.as_bytes().to_vec();
    Keystream::new(&SECRET.key).chunks(0, &mut bytes);
    bytes
}

fn commitment(words: &str) -> Commitment {
    Commitment {
        ciphertext_root: Digest(*blake3::hash(&ciphertext(words)).as_bytes()),
        nodes_root: digest(""),
        key_commitment: SECRET.commitment(),
    }
}

fn proof(words: &str) -> Proof {
    let bytes = HexBytes::new(ciphertext(words)).expect("words are short");
    let opened = Piece { bytes, siblings: Vec::new() };
    Proof::Leaf(LeafProof { chunk: 0, opened, parent: None })
}

/// What someone could do with an order in this status.
fn deeds(status: OrderStatus) -> Vec<Deed> {
    match status {
        OrderStatus::Placed => vec![Deed::Deliver],
        OrderStatus::Delivered => vec![Deed::Acknowledge, Deed::Reject],
        OrderStatus::Acknowledged => vec![Deed::Reveal],
        OrderStatus::KeyRevealed => vec![Deed::Accept, Deed::Prove, Deed::Challenge, Deed::Dispute],
        OrderStatus::KeyChallenged => vec![Deed::Open],
        OrderStatus::Disputed => REFUNDS.map(Deed::Rule).to_vec(),
        OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => Vec::new(),
    }
}

fn offer(asset: AssetId) -> Action {
    let terms =
        Terms { price: PRICE, policy: free_policy(), supply: Supply::Limited(2), form: PlanForm::OneOff, bond: BOND };
    Action::CreateListing { asset, version: 1, kind: ListingKind::Fixed, plans: vec![terms], until: None }
}

fn buy(listing: ListingId) -> Action {
    Action::PlaceOrder {
        listing,
        plan: 0,
        version: 1,
        max_price: PRICE,
        payer: None,
        licensee: None,
        delivery_key: None,
        purpose: Purpose::Research,
        scenario: digest("rain forecasts"),
    }
}
