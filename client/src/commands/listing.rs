//! `yaosu listing`

use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_ledger::model::{
    Duty, Listing, ListingKind, ListingStatus, Plan, Policy, Purpose, Scope, Supply, Terms, UseAction,
};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, BasisPoints, Duration, ListingId, Text, Timestamp};
use yaosu_sdk::ListingQuery;

use super::{PageArguments, Row, asset, named, show_page};
use crate::command_error::CommandError;
use crate::describe;
use crate::parse::{AssetVersion, Reference, amount, duration, moment, ratio, short, show_time};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with listings.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Offer licences of a registered asset. Signed by the holder of its right to operate
    Create(Box<CreateArguments>),
    /// Show a listing with its plans
    Show {
        /// Which
        listing: Reference,
    },
    /// Show listings
    List {
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        /// Only those of this seller
        #[arg(long, value_name = "WHO")]
        seller: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(ListingStatus::ALL, ListingStatus::name))]
        status: Option<ListingStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Take no orders for now
    Pause {
        /// On which listing
        listing: Reference,
    },
    /// Take orders again
    Resume {
        /// On which listing
        listing: Reference,
    },
    /// Take no orders any more. Orders that were placed go on
    End {
        /// On which listing
        listing: Reference,
    },
}

/// A listing of one plan.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// The version that is licensed; the latest if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    #[command(flatten)]
    price: Price,
    /// What you put at stake with each order [default: the least that the market asks for]. It is held until the order
    /// ends, and goes to the buyer if you are at fault
    #[arg(long, value_name = "AMOUNT", value_parser = amount, conflicts_with = "open")]
    bond: Option<Amount>,
    /// Give at most so many licences
    #[arg(long, value_name = "N", conflicts_with_all = ["open", "exclusive"])]
    limited: Option<u32>,
    /// Give one licence, and no other of this asset to anybody
    #[arg(long, conflicts_with = "open")]
    exclusive: bool,
    /// What may be done, separated by commas
    #[arg(long, value_name = "ACTIONS", required = true, value_delimiter = ',', value_parser = named(UseAction::ALL, UseAction::name))]
    allow: Vec<UseAction>,
    /// What for, separated by commas
    #[arg(long, value_name = "PURPOSES", required = true, value_delimiter = ',', value_parser = named(Purpose::ALL, Purpose::name))]
    purpose: Vec<Purpose>,
    /// Your share of what is earned with data derived under it, e.g. 5%
    #[arg(long, value_name = "SHARE", default_value = "0%", value_parser = ratio)]
    royalty: BasisPoints,
    /// How long a licence lasts [default: for ever]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration: Option<Duration>,
    /// How often the data may be used [default: without limit]
    #[arg(long, value_name = "N")]
    max_uses: Option<u64>,
    /// How many licences deep it may be sublicensed
    #[arg(long, value_name = "N", default_value_t = 0)]
    sublicence_depth: u8,
    /// What the holder must do, separated by commas
    #[arg(long, value_name = "DUTIES", value_delimiter = ',', value_parser = named(Duty::ALL, Duty::name))]
    duty: Vec<Duty>,
    /// Only in these sectors, separated by commas
    #[arg(long = "in-sector", value_name = "SECTORS", value_delimiter = ',')]
    sectors: Vec<Text<32>>,
    /// Only in these regions, separated by commas
    #[arg(long = "in-region", value_name = "REGIONS", value_delimiter = ',')]
    regions: Vec<Text<16>>,
    /// Passed on to nobody but these, separated by commas
    #[arg(long = "recipient", value_name = "WHO", value_delimiter = ',')]
    recipients: Vec<Reference>,
    /// When the listing ends by itself: a day, a time, or a length of time from now
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
}

/// One of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Price {
    /// Free: the licence comes at once, on request with a declared purpose
    #[arg(long)]
    open: bool,
    /// The price of a licence, e.g. 1200.00
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price: Option<Amount>,
}

impl Show for InContext<Entity<ListingId, Listing>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Listing { asset, version, seller, kind, plans, status, until, created } = record;
        screen.fields(&[
            ("listing", id.to_string()),
            ("asset", self.context.title(*asset)),
            ("asset id", asset.to_string()),
            ("version", version.to_string()),
            ("seller", self.context.name(*seller)),
            ("kind", kind.to_string()),
            ("status", status.to_string()),
            ("created", show_time(*created)),
            ("until", until.map_or_else(String::new, show_time)),
        ]);
        for (number, Plan { terms, reserved, sold }) in plans.iter().enumerate() {
            let terms = describe::terms(terms, &self.context);
            screen.line(format!("plan {number}: {terms}; {sold} sold, {reserved} reserved"));
        }
    }
}

impl Row for Entity<ListingId, Listing> {
    const HEADER: &'static [&'static str] = &["id", "asset", "version", "seller", "price", "status"];

    fn row(&self, context: &Context) -> Vec<String> {
        let Listing { asset, version, seller, plans, status, .. } = &self.record;
        let prices: Vec<String> = plans.iter().map(|plan| price_words(plan.terms.price, context)).collect();
        vec![
            short(self.id),
            context.title(*asset),
            version.to_string(),
            context.name(*seller),
            prices.join(", "),
            status.to_string(),
        ]
    }
}

fn price_words(price: Amount, context: &Context) -> String {
    if price == Amount::ZERO { "free".to_owned() } else { context.money(price) }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let action = match verb {
        Verb::Create(arguments) => create(session, *arguments).await?,
        Verb::Show { listing } => {
            let value = session.client()?.listing(listing.as_str()).await?;
            let context = session.context([value.record.seller], [value.record.asset]).await;
            return session.show(&InContext { value, context });
        }
        Verb::List { asset, seller, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = ListingQuery { asset: text(asset), seller: text(seller), status };
            let found = session.client()?.listings(&wanted, &page.paging()).await?;
            let sellers: Vec<_> = found.items.iter().map(|item| item.record.seller).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(sellers, assets).await;
            return show_page(session, found, context);
        }
        Verb::Pause { listing } => Action::PauseListing { listing: find(session, &listing).await? },
        Verb::Resume { listing } => Action::ResumeListing { listing: find(session, &listing).await? },
        Verb::End { listing } => Action::EndListing { listing: find(session, &listing).await? },
    };
    write(session, action).await
}

async fn find(session: &Session, listing: &Reference) -> Result<ListingId, CommandError> {
    Ok(session.client()?.listing(listing.as_str()).await?.id)
}

async fn create(session: &Session, arguments: CreateArguments) -> Result<Action, CommandError> {
    let (asset, version) = asset::find_version(session, &arguments.asset).await?;
    let mut recipients = Vec::with_capacity(arguments.recipients.len());
    for recipient in &arguments.recipients {
        recipients.push(session.participant_id(recipient).await?);
    }
    let policy = Policy {
        actions: arguments.allow.into_iter().collect(),
        purposes: arguments.purpose.into_iter().collect(),
        sectors: scope(arguments.sectors),
        regions: scope(arguments.regions),
        recipients: scope(recipients),
        max_uses: arguments.max_uses,
        duration: arguments.duration,
        sublicence_depth: arguments.sublicence_depth,
        royalty: arguments.royalty,
        duties: arguments.duty.into_iter().collect(),
    };
    let supply = match (arguments.limited, arguments.exclusive) {
        (Some(number), _) => Supply::Limited(number),
        (None, true) => Supply::Exclusive,
        (None, false) => Supply::Unlimited,
    };
    let (kind, price) = match arguments.price.price {
        Some(price) => (ListingKind::Fixed, price),
        None => (ListingKind::Open, Amount::ZERO),
    };
    let bond = match arguments.bond {
        Some(bond) => bond,
        None if price == Amount::ZERO => Amount::ZERO,
        None => price.share(session.client()?.chain_view().await?.rule_pack.bond),
    };
    let plans = vec![Terms { price, policy, supply, bond }];
    Ok(Action::CreateListing { asset, version, kind, plans, until: arguments.until })
}

/// Nothing named is no limit.
fn scope<T: Ord>(mut items: Vec<T>) -> Scope<T> {
    items.sort();
    items.dedup();
    if items.is_empty() { Scope::Any } else { Scope::Only(items) }
}
