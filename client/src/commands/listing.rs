//! `yaosu listing`

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_api::words::Piece;
use yaosu_api::{Entity, SampleChoiceView, say, words};
use yaosu_ledger::model::{Line, Listing, ListingKind, ListingStatus, Plan, RightOffer, Supply};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, ListingId, Text, Timestamp};
use yaosu_sdk::ListingQuery;

use super::terms::{POLICY, PlanArguments};
use super::{PageArguments, Row, asset, named, show_history, show_page};
use crate::command_error::CommandError;
use crate::parse::{AssetVersion, Reference, amount, moment, short, show_time};
use crate::said::{Said, because, coded, list, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with listings.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Offer licences of a registered asset, or a right to it. Signed by the holder of its right to operate, or of the
    /// right that is sold
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
        /// Only those that trade so
        #[arg(long, value_parser = named(ListingKind::ALL, ListingKind::name))]
        kind: Option<ListingKind>,
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
    /// Buy the right that a listing sells: price and title change hands at once
    Buy {
        /// On which listing
        listing: Reference,
        /// The most that is paid [default: the price now]
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        max_price: Option<Amount>,
        /// Whose money it is [default: yours]. They approve too
        #[arg(long, value_name = "WHO")]
        payer: Option<Reference>,
    },
    /// Take a listing off the market. Signed by an operator
    Delist {
        /// Which
        listing: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Show what happened to a listing, the latest first
    History {
        /// Which
        listing: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// A listing of one plan.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// The version that is licensed; the latest if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    #[command(flatten)]
    trade: Trade,
    /// Give at most so many licences
    #[arg(long, value_name = "N", conflicts_with_all = ["open", "negotiated", "right", "exclusive"])]
    limited: Option<u32>,
    #[command(flatten)]
    plan: PlanArguments,
    /// When the listing ends by itself: a day, a time, or a length of time from now
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
}

/// What is said of licences besides their policy, and so of no right that is sold.
const NO_LICENCE: [&str; 5] = ["negotiated", "exclusive", "period", "bond", "policy"];

/// How it trades, and for how much.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Trade {
    /// Free: the licence comes at once, on request with a declared purpose
    #[arg(long, conflicts_with_all = ["price", "negotiated", "right", "exclusive", "period", "bond"])]
    open: bool,
    /// The price of a licence or a right, e.g. 1200.00
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price: Option<Amount>,
    /// At terms that are negotiated; a price and terms that are named show what you have in mind
    #[arg(long)]
    negotiated: bool,
    /// Sell the right itself, hold or operate, for good instead of licences
    #[arg(long, value_name = "LINE", requires = "price", conflicts_with_all = NO_LICENCE, conflicts_with_all = POLICY, value_parser = named(Line::ALL, Line::name))]
    right: Option<Line>,
}

impl Show for InContext<Entity<ListingId, Listing>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Listing { asset, version, seller, kind, plans, status, until, created, right, pause } = record;
        let status = because(coded(status), pause.map(|cause| word(&cause)));
        screen.fields(&[
            (Label::Listing, plain(id)),
            (Label::Asset, self.context.title(*asset)),
            (Label::AssetId, plain(asset)),
            (Label::Version, plain(version)),
            (Label::Seller, self.context.name(*seller)),
            (Label::Kind, coded(&kind)),
            (Label::Status, status),
            (Label::Created, show_time(*created)),
            (Label::Until, until.map_or_else(Said::default, show_time)),
        ]);
        if let Some(RightOffer { line, price }) = right {
            let right = say!("the {0}, for {1}", "{0}，{1}", Piece::named(line), Piece::Money(*price));
            screen.line(plain(right.text(&self.context)));
        }
        for (number, Plan { terms, reserved, sold }) in plans.iter().enumerate() {
            let terms = words::terms(terms).text(&self.context);
            screen.line(said!(
                "plan {number}: {terms}; {sold} sold, {reserved} reserved",
                "方案 {number}：{terms}；已售 {sold}，预留 {reserved}"
            ));
        }
    }
}

/// A listing, and what its seller must show of the content to whoever asks.
#[derive(Debug, Serialize)]
struct WithSample {
    #[serde(flatten)]
    listing: InContext<Entity<ListingId, Listing>>,
    sample: SampleChoiceView,
}

impl Show for WithSample {
    fn show(&self, screen: &mut Screen) {
        self.listing.show(screen);
        let SampleChoiceView { size_bytes, block, chunks, .. } = &self.sample;
        match block {
            None => screen.line(said!(
                "sample to show: the block after the registration chooses, and is not there yet",
                "须展示的样例：由登记之后的区块选定，该区块尚未产生"
            )),
            Some(block) => {
                let shown = asset::sample::ranges_words(&asset::sample::ranges_of(chunks, *size_bytes));
                screen.line(said!(
                    "sample to show: {shown}; chosen by block {}",
                    "须展示的样例：{shown}；由区块 {} 选定",
                    block.height
                ));
            }
        }
    }
}

impl Row for Entity<ListingId, Listing> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Asset, Label::Version, Label::Seller, Label::Kind, Label::Price, Label::Status];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Listing { asset, version, seller, kind, plans, status, right, .. } = &self.record;
        let right = right.map(|right| right.price);
        let prices = plans.iter().map(|plan| plan.terms.price).chain(right);
        let prices: Vec<Said> = prices.map(|price| price_words(price, context)).collect();
        vec![
            short(self.id),
            context.title(*asset),
            plain(version),
            context.name(*seller),
            word(&kind),
            list(prices),
            word(&status),
        ]
    }
}

fn price_words(price: Amount, context: &Context) -> Said {
    if price == Amount::ZERO { said!("free", "免费") } else { context.money(price) }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let action = match verb {
        Verb::Create(arguments) => create(session, *arguments).await?,
        Verb::Show { listing } => {
            let value = session.client()?.listing(listing.as_str()).await?;
            let (asset, version) = (value.record.asset, value.record.version);
            let context = session.context([value.record.seller], [asset]).await;
            let sample = session.client()?.sample_choice(&asset.to_string(), Some(version)).await?;
            return session.show(&WithSample { listing: InContext { value, context }, sample });
        }
        Verb::List { asset, seller, status, kind, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = ListingQuery { asset: text(asset), seller: text(seller), status, kind };
            let found = session.client()?.listings(&wanted, &page.paging()).await?;
            let sellers: Vec<_> = found.items.iter().map(|item| item.record.seller).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(sellers, assets).await;
            return show_page(session, found, context);
        }
        Verb::Pause { listing } => Action::PauseListing { listing: find(session, &listing).await? },
        Verb::Resume { listing } => Action::ResumeListing { listing: find(session, &listing).await? },
        Verb::End { listing } => Action::EndListing { listing: find(session, &listing).await? },
        Verb::Buy { listing, max_price, payer } => {
            let found = session.client()?.listing(listing.as_str()).await?;
            let price = found.record.right.map(|right| right.price);
            let max_price = max_price.or(price).ok_or_else(|| {
                CommandError::usage(said!(
                    "the listing is {}, it sells no right",
                    "该挂牌的方式为{}，不转让权利",
                    word(&found.record.kind)
                ))
                .hint(said!(
                    "order a licence: yaosu order place {}",
                    "请订购许可：yaosu order place {}",
                    found.id
                ))
            })?;
            let payer = match &payer {
                Some(payer) => Some(session.participant_id(payer).await?),
                None => None,
            };
            Action::BuyRight { listing: found.id, max_price, payer }
        }
        Verb::Delist { listing, reason } => Action::Delist { listing: find(session, &listing).await?, reason },
        Verb::History { listing, page } => {
            let found = session.client()?.listing_history(listing.as_str(), &page.paging()).await?;
            return show_history(session, found).await;
        }
    };
    write(session, action).await
}

async fn find(session: &Session, listing: &Reference) -> Result<ListingId, CommandError> {
    Ok(session.client()?.listing(listing.as_str()).await?.id)
}

async fn create(session: &Session, arguments: CreateArguments) -> Result<Action, CommandError> {
    let CreateArguments { asset, trade, limited, plan, until } = arguments;
    let (asset, version) = asset::find_version(session, &asset).await?;
    if let (Some(line), Some(price)) = (trade.right, trade.price) {
        return Ok(Action::OfferRight { asset, line, price, until });
    }
    let kind = match (trade.negotiated, trade.price) {
        (true, _) => ListingKind::Negotiated,
        (false, Some(_)) => ListingKind::Fixed,
        (false, None) => ListingKind::Open,
    };
    let plans = match trade.price {
        None if kind == ListingKind::Negotiated && plan.is_empty() => Vec::new(),
        None if kind == ListingKind::Negotiated => {
            return Err(CommandError::usage(said!(
                "terms that you have in mind have a price: --price AMOUNT",
                "意向条款须有价格：--price AMOUNT"
            )));
        }
        price => {
            let mut terms = plan.terms(session, price.unwrap_or(Amount::ZERO), None).await?;
            if limited.is_some() && terms.supply == Supply::Exclusive {
                return Err(CommandError::usage(said!(
                    "the policy promises that nobody else gets a licence: without --limited",
                    "使用策略承诺独占许可：不能与 --limited 同用"
                )));
            }
            terms.supply = limited.map_or(terms.supply, Supply::Limited);
            vec![terms]
        }
    };
    Ok(Action::CreateListing { asset, version, kind, plans, until })
}
