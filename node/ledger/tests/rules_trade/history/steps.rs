//! What is tried in a history: mostly what some order or listing waits for, now and then something else.

use super::*;

/// Something that somebody tries.
#[derive(Clone, Debug)]
pub enum Step {
    /// Time goes on.
    Pass(Duration),
    List {
        asset: Index,
        terms: Vec<Terms>,
        is_open: bool,
        until: Option<Duration>,
    },
    Pause(Index),
    Resume(Index),
    End(Index),
    Place {
        listing: Index,
        plan: Index,
        buyer: Index,
        payer: Option<Index>,
        licensee: Option<Index>,
    },
    /// One of the steps that some open order waits for.
    Next(Index, Index),
    /// A step on an order that may not be open to it.
    Order(Index, OrderStep),
    /// An arbiter gives back this share of the price.
    Rule(Index, BasisPoints),
    Transfer {
        asset: Index,
        to: Index,
    },
    Cancel(Index),
    SetStatus(Index, ParticipantStatus),
    Pay {
        from: Index,
        to: Index,
        amount: u64,
    },
    Redeem {
        from: Index,
        amount: u64,
    },
}

/// What can be done with an order.
#[derive(Clone, Copy, Debug)]
pub enum OrderStep {
    Deliver,
    /// Seals something else.
    Cheat,
    Acknowledge,
    AcknowledgeOther,
    Reject,
    Reveal,
    Accept,
    Prove,
    ProveNothing,
    Challenge,
    Open,
    OpenOther,
    Dispute,
}

impl OrderStep {
    /// The status that it needs, who may do it, and what it is, on an order of these words.
    fn action(self) -> (OrderStatus, Side, fn(OrderId, &World) -> Action) {
        use OrderStatus::{Acknowledged, Delivered, KeyChallenged, KeyRevealed, Placed};
        match self {
            Self::Deliver => (Placed, Side::Seller, |order, world| deliver_words(order, world.words(order))),
            Self::Cheat => (Placed, Side::Seller, |order, world| deliver_words(order, &fake(world.words(order)))),
            Self::Acknowledge => (Delivered, Side::Buyer, |order, world| world.acknowledge(order)),
            Self::AcknowledgeOther => (Delivered, Side::Buyer, |order, _| acknowledge_words(order, "noise")),
            Self::Reject => (Delivered, Side::Buyer, |order, _| reject(order)),
            Self::Reveal => (Acknowledged, Side::Seller, |order, _| reveal(order)),
            Self::Accept => (KeyRevealed, Side::Buyer, |order, _| accept(order)),
            Self::Prove => (KeyRevealed, Side::Buyer, |order, world| prove(order, &fake(world.words(order)))),
            Self::ProveNothing => (KeyRevealed, Side::Buyer, |order, world| prove(order, world.words(order))),
            Self::Challenge => (KeyRevealed, Side::Buyer, |order, _| challenge(order)),
            Self::Open => (KeyChallenged, Side::Seller, |order, _| open(order)),
            Self::OpenOther => (KeyChallenged, Side::Seller, |order, _| Action::OpenKey {
                order,
                secret: secret(OrderId(Digest::ZERO)),
            }),
            Self::Dispute => (KeyRevealed, Side::Buyer, |order, _| dispute(order)),
        }
    }
}

/// Something as long that is not the same.
fn fake(words: &str) -> String {
    words.chars().rev().collect()
}

/// What an order in this status waits for, the likelier the more often it stands there.
fn next_steps(status: OrderStatus) -> &'static [OrderStep] {
    use OrderStep::{
        Accept, Acknowledge, AcknowledgeOther, Challenge, Cheat, Deliver, Dispute, Open, OpenOther, Prove,
    };
    use OrderStep::{ProveNothing, Reject, Reveal};
    match status {
        OrderStatus::Placed => &[Deliver, Cheat],
        OrderStatus::Delivered => {
            &[Acknowledge, Acknowledge, Acknowledge, Acknowledge, Acknowledge, AcknowledgeOther, Reject]
        }
        OrderStatus::Acknowledged => &[Reveal],
        OrderStatus::KeyRevealed => {
            &[Accept, Prove, Prove, ProveNothing, Challenge, Challenge, Dispute, Dispute, Dispute]
        }
        OrderStatus::KeyChallenged => &[Open, OpenOther, OpenOther, OpenOther],
        OrderStatus::Disputed | OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => &[],
    }
}

const ORDER_STEPS: [OrderStep; 13] = [
    OrderStep::Deliver,
    OrderStep::Cheat,
    OrderStep::Acknowledge,
    OrderStep::AcknowledgeOther,
    OrderStep::Reject,
    OrderStep::Reveal,
    OrderStep::Accept,
    OrderStep::Prove,
    OrderStep::ProveNothing,
    OrderStep::Challenge,
    OrderStep::Open,
    OrderStep::OpenOther,
    OrderStep::Dispute,
];

fn any_length() -> impl Strategy<Value = Duration> {
    let seconds = prop::sample::select(vec![1_u32, 1, 5, 20, 50, 100, 200, 300, 400, 600]);
    (seconds, prop::sample::select(vec![-1_i64, 0, 1]))
        .prop_map(|(seconds, step)| Duration(Duration::seconds(seconds).0.saturating_add_signed(step)))
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let supply = prop_oneof![Just(Supply::Unlimited), Just(Supply::Limited(2)), Just(Supply::Exclusive)];
    let duration = prop::option::of(any_length());
    // Now and then less than the least, or more than anyone has.
    let bond = prop::sample::select(vec![0_u64, 1, 1, 1, 2, 15]);
    (1_u64..200_000, supply, duration, bond).prop_map(|(price, supply, duration, bond)| {
        let mut terms = terms(Amount(price), supply);
        terms.policy.duration = duration;
        terms.bond = Amount(terms.bond.0 * bond);
        terms
    })
}

/// A step, of which most are allowed when their turn comes.
pub fn any_step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let maybe = || prop::option::weighted(0.2, any::<Index>());
    let status = prop::sample::select(ParticipantStatus::ALL);
    prop_oneof![
        14 => any_length().prop_map(Step::Pass),
        16 => (index(), vec(any_terms(), 1..3), prop::bool::weighted(0.3), prop::option::of(any_length()))
            .prop_map(|(asset, terms, is_open, until)| Step::List { asset, terms, is_open, until }),
        4 => index().prop_map(Step::Pause),
        4 => index().prop_map(Step::Resume),
        3 => index().prop_map(Step::End),
        36 => (index(), index(), index(), maybe(), maybe()).prop_map(|(listing, plan, buyer, payer, licensee)| {
            Step::Place { listing, plan, buyer, payer, licensee }
        }),
        70 => (index(), index()).prop_map(|(order, step)| Step::Next(order, step)),
        10 => (index(), prop::sample::select(&ORDER_STEPS[..])).prop_map(|(order, step)| Step::Order(order, step)),
        14 => (index(), prop::sample::select(vec![0, 1, 4_999, 5_000, 5_001, 9_999, 10_000, 10_000, 10_000]))
            .prop_map(|(order, ratio)| Step::Rule(order, BasisPoints(ratio))),
        2 => (index(), index()).prop_map(|(asset, to)| Step::Transfer { asset, to }),
        1 => index().prop_map(Step::Cancel),
        2 => (index(), status).prop_map(|(whom, status)| Step::SetStatus(whom, status)),
        3 => (index(), index(), 0_u64..300_000).prop_map(|(from, to, amount)| Step::Pay { from, to, amount }),
        3 => (index(), 0_u64..300_000).prop_map(|(from, amount)| Step::Redeem { from, amount }),
    ]
}

impl World {
    /// What the asset of an order contains.
    pub fn words(&self, order: OrderId) -> &'static str {
        let asset = self.town.get::<Orders>(&order).expect("the order is there").asset;
        WORDS[self.assets.iter().position(|known| *known == asset).expect("nothing else is sold")]
    }

    /// Acknowledges what the seller has committed to.
    fn acknowledge(&self, order: OrderId) -> Action {
        let delivery = self.town.get::<Orders>(&order).and_then(|found| found.delivery);
        let words = self.words(order);
        // Not delivered yet: it is refused whatever the roots are.
        let committed = delivery.map_or_else(|| commitment(order, words), |delivery| delivery.commitment);
        let Commitment { ciphertext_root, nodes_root, .. } = committed;
        Action::Acknowledge { order, ciphertext_root, nodes_root }
    }

    fn pick<K: Copy, V>(entries: &[(K, V)], index: Index) -> Option<K> {
        (!entries.is_empty()).then(|| entries[index.index(entries.len())].0)
    }

    fn name_of(id: ParticipantId) -> &'static str {
        NAMES.into_iter().find(|name| id_of(name) == id).expect("nobody else trades")
    }

    /// What a step asks for, by whoever may ask it. `None` if there is nothing to ask it of.
    pub fn action(&self, step: &Step) -> Option<(&'static str, Action)> {
        let listings = self.town.state.scan::<Listings>(&(), usize::MAX);
        let orders = self.town.state.scan::<Orders>(&(), usize::MAX);
        let seller = |id| self.town.get::<Listings>(&id).map(|listing| Self::name_of(listing.seller));
        // Mostly one that waits for this very step.
        let order = |index: Index, needed| {
            let waiting: Vec<_> = orders.iter().filter(|(_, order)| order.status == needed).cloned().collect();
            let order = Self::pick(&waiting, index).or_else(|| Self::pick(&orders, index))?;
            Some((order, self.town.get::<Orders>(&order)?))
        };
        let listing = |index: Index, needed| {
            let fit: Vec<_> = listings.iter().filter(|(_, listing)| listing.status == needed).cloned().collect();
            Self::pick(&fit, index).or_else(|| Self::pick(&listings, index))
        };
        let person = |index: Index| *index.get(&NAMES);
        Some(match step {
            Step::Pass(_) => return None,
            Step::List { asset, terms, is_open, until } => {
                let asset = *asset.get(&self.assets);
                let holder = self.town.get::<Assets>(&asset)?.line(Line::Operate).holder;
                let mut plans = terms.clone();
                if let Some(exclusive) = plans.iter().position(|plan| plan.supply == Supply::Exclusive) {
                    plans = vec![plans.swap_remove(exclusive)];
                }
                if *is_open {
                    plans = plans
                        .into_iter()
                        .map(|plan| Terms { price: Amount::ZERO, supply: Supply::Unlimited, ..plan })
                        .collect();
                }
                let kind = if *is_open { ListingKind::Open } else { ListingKind::Fixed };
                let until = until.map(|length| self.town.now().after(length));
                (Self::name_of(holder), Action::CreateListing { asset, version: 1, kind, plans, until })
            }
            Step::Pause(index) => {
                let listing = listing(*index, ListingStatus::Active)?;
                (seller(listing)?, Action::PauseListing { listing })
            }
            Step::Resume(index) => {
                let listing = listing(*index, ListingStatus::Paused)?;
                (seller(listing)?, Action::ResumeListing { listing })
            }
            Step::End(index) => {
                let listing = listing(*index, ListingStatus::Active)?;
                (seller(listing)?, Action::EndListing { listing })
            }
            Step::Place { listing: index, plan, buyer, payer, licensee } => {
                let listing = listing(*index, ListingStatus::Active)?;
                let plans = self.town.get::<Listings>(&listing)?.plans.len();
                let mut action = buy(listing, u8::try_from(plan.index(plans)).expect("plans are few"));
                if let Action::PlaceOrder { max_price, payer: pays, licensee: gets, .. } = &mut action {
                    *max_price = Amount(u64::MAX);
                    *pays = payer.map(|index| id_of(person(index)));
                    *gets = licensee.map(|index| id_of(person(index)));
                }
                (person(*buyer), action)
            }
            Step::Next(index, step) => {
                let open: Vec<_> = orders.iter().filter(|(_, order)| !order.status.is_end()).cloned().collect();
                let id = Self::pick(&open, *index)?;
                let found = self.town.get::<Orders>(&id)?;
                let steps = next_steps(found.status);
                let (_, side, action) = (!steps.is_empty()).then(|| step.get(steps))?.action();
                (Self::name_of(side.of(&found)), action(id, self))
            }
            Step::Order(index, step) => {
                let (needed, side, action) = step.action();
                let (id, found) = order(*index, needed)?;
                (Self::name_of(side.of(&found)), action(id, self))
            }
            Step::Rule(index, ratio) => {
                let (id, found) = order(*index, OrderStatus::Disputed)?;
                (ARBITER, rule(id, found.price.share(*ratio)))
            }
            Step::Transfer { asset, to } => {
                let asset = *asset.get(&self.assets);
                let holder = self.town.get::<Assets>(&asset)?.line(Line::Operate).holder;
                let to = id_of(person(*to));
                (Self::name_of(holder), Action::TransferRight { asset, line: Line::Operate, to, evidence: None })
            }
            Step::Cancel(index) => {
                (REGISTRY, Action::CancelRegistration { asset: *index.get(&self.assets), reason: text("wrong") })
            }
            Step::SetStatus(whom, status) => (EXCHANGE, standing(person(*whom), *status)),
            Step::Pay { from, to, amount } => {
                (person(*from), Action::Pay { to: id_of(person(*to)), amount: Amount(*amount), memo: text("") })
            }
            Step::Redeem { from, amount } => {
                let from = id_of(person(*from));
                (BANK, Action::Redeem { from, amount: Amount(*amount), bank_reference: text("out") })
            }
        })
    }
}
