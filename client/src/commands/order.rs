//! `yaosu order`

pub mod distribution;
pub mod exchange;
pub mod kept;
pub mod sealing;
mod target;

use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_api::words::Label;
use yaosu_ledger::model::{Delivery, Dispute, Order, OrderStatus, Purpose, Ruling};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Digest, OrderId, Text};
use yaosu_sdk::{OrderQuery, text_digest};

use super::{PageArguments, Row, named, show_history, show_page};
use crate::command_error::{CommandError, Kind};
use crate::describe;
use crate::parse::{Reference, amount, short, show_time};
use crate::said::{Said, because, coded, plain, said, word};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with orders.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Order a plan of a listing. Its price is locked until the order is settled or refunded
    Place(PlaceArguments),
    /// Order a later version that your subscription includes, for nothing
    Request {
        /// Under which licence
        licence: Reference,
        /// Which version [default: the latest]
        #[arg(value_name = "VERSION")]
        number: Option<u32>,
        /// The X25519 key that the delivery is sealed to: 64 digits [default: your own]
        #[arg(long, value_name = "KEY")]
        delivery_key: Option<Digest>,
    },
    /// Seal a file (or a folder) under a fresh key, put it into a depot, and tell the ledger
    Deliver(exchange::DeliverArguments),
    /// The buyer's side by itself: fetch, check, acknowledge, wait for the key, open, accept or prove misbehaviour
    Receive(target::ReceiveArguments),
    /// Reject a delivery: the price goes back
    Reject {
        /// Which order
        order: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Reveal the key of an order whose sealed bytes the buyer has
    Reveal {
        /// Which order
        order: Reference,
    },
    /// Accept what the key opens: the price goes to the seller now
    Accept {
        /// Which order
        order: Reference,
    },
    /// Say that the sealed key does not open: the seller must open it to all, or is at fault. Once an order
    Challenge {
        /// Which order
        order: Reference,
    },
    /// Open a challenged key to all
    OpenKey {
        /// Which order
        order: Reference,
    },
    /// Dispute that what was registered is as it was described. An arbiter rules; it takes a bond of yours
    Dispute {
        /// Which order
        order: Reference,
        /// What is wrong, in words. Its hash goes to the ledger; give the text to the arbiter
        #[arg(long, value_name = "TEXT")]
        statement: String,
    },
    /// As an arbiter: rule a dispute
    Rule {
        /// Which order
        order: Reference,
        /// How much of the price goes back, from 0 to all of it
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        refund: Amount,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Show an order; of one that has ended, who got what
    Show {
        /// Which
        order: Reference,
    },
    /// Show orders
    List {
        /// Only those of this buyer
        #[arg(long, value_name = "WHO")]
        buyer: Option<Reference>,
        /// Only those of this seller
        #[arg(long, value_name = "WHO")]
        seller: Option<Reference>,
        /// Only those with this one's money
        #[arg(long, value_name = "WHO")]
        payer: Option<Reference>,
        /// Only those for a licence of this one
        #[arg(long, value_name = "WHO")]
        licensee: Option<Reference>,
        /// Only those on this listing
        #[arg(long)]
        listing: Option<Reference>,
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(OrderStatus::ALL, OrderStatus::name))]
        status: Option<OrderStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what happened to an order, the latest first
    History {
        /// Which
        order: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// A new order.
#[derive(Debug, Args)]
pub struct PlaceArguments {
    /// On which listing
    listing: Reference,
    /// Which of its plans, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    plan: u8,
    /// What the data is wanted for
    #[arg(long, value_parser = named(Purpose::ALL, Purpose::name))]
    purpose: Purpose,
    /// The application scenario in words. Its hash goes to the ledger; keep the text
    #[arg(long, value_name = "TEXT")]
    scenario: String,
    /// The most that is paid [default: the price now]
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    max_price: Option<Amount>,
    /// Whose money it is [default: yours]. They approve too
    #[arg(long, value_name = "WHO")]
    payer: Option<Reference>,
    /// Who gets the licence [default: you]. They approve too
    #[arg(long, value_name = "WHO")]
    licensee: Option<Reference>,
    /// The X25519 key that the delivery is sealed to: 64 digits [default: your own]
    #[arg(long, value_name = "KEY")]
    delivery_key: Option<Digest>,
}

impl Show for InContext<distribution::Shown> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value.order;
        let name = |id| self.context.name(id);
        let status = because(coded(&record.status), record.refund_cause.map(|cause| word(&cause)));
        let delivered = record.delivery.as_ref();
        let bonds = record.bonds;
        let dispute = match &record.dispute {
            None => Said::default(),
            Some(Dispute { statement, since, .. }) => {
                said!("since {}, statement {statement}", "自 {} 起，陈述 {statement}", show_time(*since))
            }
        };
        let ruling = match record.dispute.as_ref().and_then(|dispute| dispute.ruling.as_ref()) {
            None => Said::default(),
            Some(Ruling { arbiter, refund, reason, .. }) => {
                said!(
                    "{} back, by {}: {reason}",
                    "退还 {}，由 {} 裁决：{reason}",
                    self.context.money(*refund),
                    name(*arbiter)
                )
            }
        };
        screen.fields(&[
            (Label::Order, plain(id)),
            (Label::Status, status),
            (Label::Next, next_step(record, &self.context)),
            (Label::Asset, self.context.title(record.asset)),
            (Label::AssetId, plain(record.asset)),
            (Label::Version, plain(record.version)),
            (Label::OrderOrigin, describe::origin(&record.origin)),
            (Label::Seller, name(record.seller)),
            (Label::Buyer, name(record.buyer)),
            (Label::Payer, name(record.payer)),
            (Label::Licensee, name(record.licensee)),
            (Label::Purpose, coded(&record.purpose)),
            (Label::Scenario, plain(record.scenario)),
            (Label::Price, self.context.money(record.price)),
            (Label::Fee, self.context.money(record.fee)),
            (Label::SellersBond, self.context.money(bonds.seller)),
            (Label::BuyersBond, said!("{} in a dispute", "争议时 {}", self.context.money(bonds.buyer))),
            (Label::PlacedAt, show_time(record.placed)),
            (Label::DeliveredAt, delivered.map_or_else(Said::default, |delivery| show_time(delivery.time))),
            (Label::Location, delivered.map_or_else(Said::default, |delivery| plain(&delivery.location))),
            (Label::Key, delivered.map_or_else(Said::default, key_words)),
            (Label::Dispute, dispute),
            (Label::Ruling, ruling),
        ]);
        if let Some(distribution) = &self.value.distribution {
            distribution::show(screen, &self.context, record, distribution);
        }
    }
}

/// Where the key is.
fn key_words(delivery: &Delivery) -> Said {
    match (&delivery.sealed_key, delivery.challenged, &delivery.secret) {
        (None, ..) => Said::default(),
        (Some(_), false, _) => said!("revealed to the buyer", "已向需方披露"),
        (Some(_), true, None) => said!("challenged", "受质疑"),
        (Some(_), true, Some(_)) => said!("challenged, and open to all", "受质疑，并已公开"),
    }
}

/// Who must act, until when, and what happens otherwise.
fn next_step(order: &Order, context: &Context) -> Said {
    let Some(deadline) = order.deadline.map(show_time) else { return Said::default() };
    let (seller, buyer) = (context.name(order.seller), context.name(order.buyer));
    let refunded = said!("the price goes back to {}", "价款退还 {}", context.name(order.payer));
    let lost = said!("{refunded} and the bond to {buyer}", "{refunded}，保证金归 {buyer}");
    match order.status {
        OrderStatus::Placed => {
            said!("{seller} delivers before {deadline}, else {lost}", "{seller} 须于 {deadline} 前交付，否则{lost}")
        }
        OrderStatus::Delivered => {
            said!(
                "{buyer} acknowledges or rejects before {deadline}, else {refunded}",
                "{buyer} 须于 {deadline} 前签收或拒收，否则{refunded}"
            )
        }
        OrderStatus::Acknowledged => said!(
            "{seller} reveals the key before {deadline}, else {lost}",
            "{seller} 须于 {deadline} 前披露密钥，否则{lost}"
        ),
        OrderStatus::KeyRevealed => {
            let challenged = order.delivery.as_ref().is_some_and(|delivery| delivery.challenged);
            let challenge = if challenged { Said::default() } else { said!("challenges the key, ", "质疑密钥、") };
            said!(
                "{buyer} accepts, proves a fault, {challenge}or disputes before {deadline}, else {seller} is paid",
                "{buyer} 可于 {deadline} 前确认、证明作弊、{challenge}提出争议，否则向 {seller} 付款"
            )
        }
        OrderStatus::KeyChallenged => said!(
            "{seller} opens the key before {deadline}, else {lost}",
            "{seller} 须于 {deadline} 前公开密钥，否则{lost}"
        ),
        OrderStatus::Disputed => {
            said!(
                "an arbiter rules before {deadline}, else {seller} is paid and both bonds go back",
                "仲裁机构须于 {deadline} 前裁决，否则向 {seller} 付款，双方保证金退还"
            )
        }
        OrderStatus::Settled | OrderStatus::Split | OrderStatus::Refunded => Said::default(),
    }
}

impl Row for Entity<OrderId, Order> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Asset, Label::Buyer, Label::Seller, Label::Price, Label::Status, Label::Deadline];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Order { asset, buyer, seller, price, status, deadline, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            context.name(*buyer),
            context.name(*seller),
            context.money(*price),
            word(&status),
            deadline.map_or_else(Said::default, show_time),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let client = session.client()?;
    match verb {
        Verb::Place(arguments) => place(session, arguments).await,
        Verb::Request { licence, number, delivery_key } => {
            let found = client.licence(licence.as_str()).await?;
            let version = match number {
                Some(number) => number,
                None => client.asset(&found.record.asset.to_string()).await?.record.latest_version,
            };
            write(session, Action::RequestVersion { licence: found.id, version, delivery_key }).await
        }
        Verb::Deliver(arguments) => kept::tidied(session, exchange::deliver(session, arguments).await).await,
        Verb::Receive(arguments) => kept::tidied(session, exchange::receive(session, arguments).await).await,
        Verb::Reject { order, reason } => {
            let order = client.order(order.as_str()).await?.id;
            kept::tidied(session, write(session, Action::RejectDelivery { order, reason }).await).await
        }
        Verb::Reveal { order } => kept::tidied(session, exchange::reveal(session, &order).await).await,
        Verb::Accept { order } => {
            let order = client.order(order.as_str()).await?.id;
            write(session, Action::AcceptDelivery { order }).await
        }
        Verb::Challenge { order } => {
            let order = client.order(order.as_str()).await?.id;
            write(session, Action::ChallengeKey { order }).await
        }
        Verb::OpenKey { order } => kept::tidied(session, exchange::open_key(session, &order).await).await,
        Verb::Dispute { order, statement } => {
            if statement.trim().is_empty() {
                return Err(CommandError::usage(said!(
                    "--statement is empty: an arbiter has to know what is wrong",
                    "--statement 为空：仲裁机构须知道问题何在"
                )));
            }
            let order = client.order(order.as_str()).await?.id;
            let statement = text_digest(&statement);
            screen::note(said!(
                "statement {statement}: keep its text, only the hash is in the ledger",
                "陈述 {statement}：请保存原文，账本中只有哈希"
            ));
            write(session, Action::OpenQualityDispute { order, statement }).await
        }
        Verb::Rule { order, refund, reason } => {
            let order = client.order(order.as_str()).await?.id;
            write(session, Action::RuleDispute { order, refund, reason }).await
        }
        Verb::Show { order } => session.show(&distribution::find(session, &order).await?),
        Verb::List { buyer, seller, payer, licensee, listing, asset, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = OrderQuery {
                buyer: text(buyer),
                seller: text(seller),
                payer: text(payer),
                licensee: text(licensee),
                listing: text(listing),
                asset: text(asset),
                status,
            };
            let found = client.orders(&wanted, &page.paging()).await?;
            let parties: Vec<_> = found.items.iter().flat_map(|item| [item.record.buyer, item.record.seller]).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(parties, assets).await;
            show_page(session, found, context)
        }
        Verb::History { order, page } => {
            let found = client.order_history(order.as_str(), &page.paging()).await?;
            show_history(session, found).await
        }
    }
}

async fn place(session: &Session, arguments: PlaceArguments) -> Result<(), CommandError> {
    if arguments.scenario.trim().is_empty() {
        return Err(CommandError::usage(said!(
            "--scenario is empty: no scenario, no trade",
            "--scenario 为空：没有应用场景不得交易"
        )));
    }
    let found = session.client()?.listing(arguments.listing.as_str()).await?;
    let listing = found.record;
    let plan = listing.plans.get(usize::from(arguments.plan)).ok_or_else(|| {
        CommandError::new(Kind::NotFound, said!("the listing has no plan {}", "该挂牌没有方案 {}", arguments.plan))
            .hint(plain(format_args!("yaosu listing show {}", found.id)))
    })?;
    let payer = optional(session, arguments.payer.as_ref()).await?;
    let licensee = optional(session, arguments.licensee.as_ref()).await?;
    let scenario = text_digest(&arguments.scenario);
    screen::note(said!(
        "scenario {scenario}: keep its text, only the hash is in the ledger",
        "应用场景 {scenario}：请保存原文，账本中只有哈希"
    ));
    let action = Action::PlaceOrder {
        listing: found.id,
        plan: arguments.plan,
        version: listing.version,
        max_price: arguments.max_price.unwrap_or(plan.terms.price),
        payer,
        licensee,
        delivery_key: arguments.delivery_key,
        purpose: arguments.purpose,
        scenario,
    };
    write(session, action).await
}

async fn optional(
    session: &Session,
    reference: Option<&Reference>,
) -> Result<Option<yaosu_ledger::ParticipantId>, CommandError> {
    match reference {
        Some(reference) => Ok(Some(session.participant_id(reference).await?)),
        None => Ok(None),
    }
}
