//! `yaosu order`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::Entity;
use yaosu_ledger::model::{Delivery, Order, OrderStatus, Purpose};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Digest, OrderId, Text};
use yaosu_sdk::content::{self, Fingerprint};
use yaosu_sdk::{OrderQuery, delivery, text_digest};

use super::{PageArguments, Row, asset, named, show_history, show_page};
use crate::command_error::{CommandError, Kind};
use crate::describe;
use crate::parse::{Reference, amount, short, show_time};
use crate::progress;
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
    /// Deliver: check the file, put it into a folder that the buyer can fetch from, and say where it is
    Deliver {
        /// Which order
        order: Reference,
        /// The file that was registered
        file: PathBuf,
        /// The folder that is handed out from; the file is stored there under its content root
        #[arg(long, value_name = "DIR")]
        depot: PathBuf,
        /// The address under which the folder is handed out [default: the folder itself, file://]
        #[arg(long, value_name = "URL")]
        at: Option<String>,
    },
    /// Fetch what was delivered. Only the registered bytes are kept
    Receive {
        /// Which order
        order: Reference,
        /// The file to write; nothing is overwritten
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Say that you have the registered bytes: the price goes to the seller
    Acknowledge {
        /// Which order
        order: Reference,
        /// What you received: it is checked first
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Reject a delivery: the price goes back
    Reject {
        /// Which order
        order: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Show an order
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
        /// Only those on this listing
        #[arg(long)]
        listing: Option<Reference>,
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

/// A file that was fetched.
#[derive(Debug, Serialize)]
struct Received {
    order: OrderId,
    file: PathBuf,
    content_root: Digest,
    size_bytes: u64,
}

impl Show for Received {
    fn show(&self, screen: &mut Screen) {
        screen.line("received, and it is the registered content");
        screen.fields(&[
            ("order", self.order.to_string()),
            ("file", self.file.display().to_string()),
            ("content root", self.content_root.to_string()),
            ("size", format!("{} bytes", self.size_bytes)),
        ]);
    }
}

impl Show for InContext<Entity<OrderId, Order>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let name = |id| self.context.name(id);
        let status = match record.refund_cause {
            Some(cause) => format!("{} ({cause})", record.status),
            None => record.status.to_string(),
        };
        let (location, delivered) = match &record.delivery {
            Some(Delivery { location, time }) => (location.to_string(), show_time(*time)),
            None => (String::new(), String::new()),
        };
        screen.fields(&[
            ("order", id.to_string()),
            ("status", status),
            ("next", next_step(record, &self.context)),
            ("asset", self.context.title(record.asset)),
            ("asset id", record.asset.to_string()),
            ("version", record.version.to_string()),
            ("from", describe::origin(&record.origin)),
            ("seller", name(record.seller)),
            ("buyer", name(record.buyer)),
            ("payer", name(record.payer)),
            ("licensee", name(record.licensee)),
            ("purpose", record.purpose.to_string()),
            ("scenario", record.scenario.to_string()),
            ("price", self.context.money(record.price)),
            ("fee", self.context.money(record.fee)),
            ("placed", show_time(record.placed)),
            ("delivered", delivered),
            ("location", location),
        ]);
    }
}

/// Who must act, and what happens otherwise.
fn next_step(order: &Order, context: &Context) -> String {
    let Some(deadline) = order.deadline.map(show_time) else { return String::new() };
    match order.status {
        OrderStatus::Placed => {
            format!("{} delivers before {deadline}, else it is refunded", context.name(order.seller))
        }
        OrderStatus::Delivered => {
            format!("{} acknowledges before {deadline}, else it is refunded", context.name(order.buyer))
        }
        OrderStatus::Acknowledged => format!("it settles at {deadline}"),
        OrderStatus::Settled | OrderStatus::Refunded => String::new(),
    }
}

impl Row for Entity<OrderId, Order> {
    const HEADER: &'static [&'static str] = &["id", "asset", "buyer", "seller", "price", "status", "deadline"];

    fn row(&self, context: &Context) -> Vec<String> {
        let Order { asset, buyer, seller, price, status, deadline, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            context.name(*buyer),
            context.name(*seller),
            context.money(*price),
            status.to_string(),
            deadline.map_or_else(String::new, show_time),
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
        Verb::Deliver { order, file, depot, at } => {
            let found = client.order(order.as_str()).await?;
            let expected = expected(session, &found.record).await?;
            let path =
                progress::with_bar("copying", |progress| delivery::place_in_depot(&file, &depot, expected, progress))?;
            let location = match at {
                Some(at) => format!("{}/{}", at.trim_end_matches('/'), expected.content_root),
                None => delivery::file_location(&path)?,
            };
            let location =
                Text::new(location).map_err(|error| CommandError::usage(format!("the location: {error}")))?;
            write(session, Action::Deliver { order: found.id, location }).await
        }
        Verb::Receive { order, output } => receive(session, &order, output).await,
        Verb::Acknowledge { order, file } => {
            let found = client.order(order.as_str()).await?;
            let Fingerprint { content_root, size_bytes } = expected(session, &found.record).await?;
            progress::with_bar("reading", |progress| content::verify(&file, content_root, size_bytes, progress))?;
            write(session, Action::Acknowledge { order: found.id, content_root }).await
        }
        Verb::Reject { order, reason } => {
            let order = client.order(order.as_str()).await?.id;
            write(session, Action::RejectDelivery { order, reason }).await
        }
        Verb::Show { order } => {
            let value = client.order(order.as_str()).await?;
            let Order { seller, buyer, payer, licensee, asset, .. } = value.record;
            let context = session.context([seller, buyer, payer, licensee], [asset]).await;
            session.show(&InContext { value, context })
        }
        Verb::List { buyer, seller, listing, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = OrderQuery { buyer: text(buyer), seller: text(seller), listing: text(listing), status };
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
        return Err(CommandError::usage("the scenario is empty: no scenario, no trade"));
    }
    let found = session.client()?.listing(arguments.listing.as_str()).await?;
    let listing = found.record;
    let plan = listing.plans.get(usize::from(arguments.plan)).ok_or_else(|| {
        CommandError::new(Kind::NotFound, format!("the listing has no plan {}", arguments.plan))
            .hint(format!("yaosu listing show {}", found.id))
    })?;
    let payer = optional(session, arguments.payer.as_ref()).await?;
    let licensee = optional(session, arguments.licensee.as_ref()).await?;
    let scenario = text_digest(&arguments.scenario);
    screen::note(format!("scenario {scenario}: keep its text, only the hash is in the ledger"));
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

async fn receive(session: &Session, order: &Reference, file: PathBuf) -> Result<(), CommandError> {
    let found = session.client()?.order(order.as_str()).await?;
    let Some(Delivery { location, .. }) = &found.record.delivery else {
        return Err(CommandError::new(Kind::NotFound, format!("order {} is not delivered", found.id))
            .hint(format!("yaosu order show {}", found.id)));
    };
    let expected = expected(session, &found.record).await?;
    let bar = progress::start("fetching");
    let result =
        delivery::fetch(location.as_str(), &file, expected, &mut |done, total| progress::advance(&bar, done, total))
            .await;
    bar.finish_and_clear();
    result?;
    let Fingerprint { content_root, size_bytes } = expected;
    session.show(&Received { order: found.id, file, content_root, size_bytes })
}

/// What the ledger says of the content that was ordered.
async fn expected(session: &Session, order: &Order) -> Result<Fingerprint, CommandError> {
    let content = asset::content_of(session, order.asset, order.version).await?;
    Ok(Fingerprint { content_root: content.content_root, size_bytes: content.size_bytes })
}
