//! `yaosu negotiation`

use clap::{Args, Subcommand};
use yaosu_api::words::Label;
use yaosu_api::{Entity, words};
use yaosu_ledger::model::{Ground, Negotiation, NegotiationStatus, Purpose};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Digest, NegotiationId, ParticipantId};
use yaosu_sdk::{NegotiationQuery, text_digest};

use super::terms::PlanArguments;
use super::{PageArguments, Row, named, show_history, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, amount, short, show_time};
use crate::said::{Said, coded, maybe, plain, said, word};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with negotiations.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make the first offer on a negotiated listing. Nothing is locked before both agree
    Open(Box<OpenArguments>),
    /// Answer the other side's offer with another. What is not named stays as it was offered
    Counter(Box<CounterArguments>),
    /// Agree to the other side's offer: an order is placed at its terms, and the price locked
    Accept {
        /// Which negotiation
        negotiation: Reference,
        #[command(flatten)]
        parties: PartyArguments,
    },
    /// Leave a negotiation
    Withdraw {
        /// Which
        negotiation: Reference,
    },
    /// Seller: end the renewals of a subscription that was agreed. What is paid for runs on
    EndRenewals {
        /// In which negotiation
        negotiation: Reference,
    },
    /// Show a negotiation with the last offer
    Show {
        /// Which
        negotiation: Reference,
    },
    /// Show negotiations
    List {
        /// Only those of this buyer
        #[arg(long, value_name = "WHO")]
        buyer: Option<Reference>,
        /// Only those of this seller
        #[arg(long, value_name = "WHO")]
        seller: Option<Reference>,
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        /// Only those on this listing
        #[arg(long)]
        listing: Option<Reference>,
        /// Only those on this demand
        #[arg(long)]
        demand: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(NegotiationStatus::ALL, NegotiationStatus::name))]
        status: Option<NegotiationStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what happened in a negotiation, the latest first
    History {
        /// Which
        negotiation: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// Who stands behind the buyer.
#[derive(Debug, Args)]
pub struct PartyArguments {
    /// Buyer: whose money it is [default: yours]. They approve too
    #[arg(long, value_name = "WHO")]
    payer: Option<Reference>,
    /// Buyer: who gets the licence [default: you]. They approve too
    #[arg(long, value_name = "WHO")]
    licensee: Option<Reference>,
}

impl PartyArguments {
    async fn find(&self, session: &Session) -> Result<[Option<ParticipantId>; 2], CommandError> {
        let mut found = [None; 2];
        for (place, reference) in found.iter_mut().zip([&self.payer, &self.licensee]) {
            if let Some(reference) = reference {
                *place = Some(session.participant_id(reference).await?);
            }
        }
        Ok(found)
    }
}

/// A first offer.
#[derive(Debug, Args)]
pub struct OpenArguments {
    /// On which listing
    listing: Reference,
    /// The price that you would pay
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price: Amount,
    #[command(flatten)]
    plan: PlanArguments,
    /// What the data is wanted for [default: the purpose of the terms, if it is one]
    #[arg(long, value_name = "PURPOSE", value_parser = named(Purpose::ALL, Purpose::name))]
    wanted_for: Option<Purpose>,
    /// The application scenario in words. Its hash goes to the ledger; keep the text
    #[arg(long, value_name = "TEXT")]
    scenario: String,
    #[command(flatten)]
    parties: PartyArguments,
    /// The X25519 key that the delivery is sealed to: 64 digits [default: your own]
    #[arg(long, value_name = "KEY")]
    delivery_key: Option<Digest>,
}

/// Another offer.
#[derive(Debug, Args)]
pub struct CounterArguments {
    /// In which negotiation
    negotiation: Reference,
    /// The price [default: as it was offered]
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price: Option<Amount>,
    #[command(flatten)]
    plan: PlanArguments,
    #[command(flatten)]
    parties: PartyArguments,
}

impl Show for InContext<Entity<NegotiationId, Negotiation>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let name = |id| self.context.name(id);
        let (ground, place) = match record.ground {
            Ground::Listing(listing) => (Label::Listing, plain(listing)),
            Ground::Demand(demand) => (Label::Demand, plain(demand)),
        };
        screen.fields(&[
            (Label::Negotiation, plain(id)),
            (Label::Status, coded(&record.status)),
            (Label::Next, next_step(record, &self.context)),
            (Label::Asset, self.context.title(record.asset)),
            (Label::AssetId, plain(record.asset)),
            (Label::Version, plain(record.version)),
            (ground, place),
            (Label::Seller, name(record.seller)),
            (Label::Buyer, name(record.buyer)),
            (Label::Payer, name(record.payer)),
            (Label::Licensee, name(record.licensee)),
            (Label::Purpose, coded(&record.purpose)),
            (Label::Scenario, plain(record.scenario)),
            (
                Label::LastOffer,
                said!("number {}, of {}", "第 {} 号，{} 提出", record.round, name(record.party(record.offered_by))),
            ),
            (Label::Terms, plain(words::terms(&record.terms).text(&self.context))),
            (Label::OpenedAt, show_time(record.opened)),
            (Label::Order, maybe(record.order)),
        ]);
    }
}

/// Who must act, and what happens otherwise.
fn next_step(negotiation: &Negotiation, context: &Context) -> Said {
    let Some(deadline) = negotiation.deadline.map(show_time) else { return Said::default() };
    let answers = context.name(negotiation.party(negotiation.offered_by.other()));
    said!(
        "{answers} accepts or counters before {deadline}, else it lapses",
        "{answers} 须于 {deadline} 前接受或还价，否则失效"
    )
}

impl Row for Entity<NegotiationId, Negotiation> {
    const HEADER: &'static [Label] = &[
        Label::Id,
        Label::Asset,
        Label::Buyer,
        Label::Seller,
        Label::OfferNumber,
        Label::Price,
        Label::By,
        Label::Status,
        Label::Deadline,
    ];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Negotiation { asset, buyer, seller, terms, offered_by, round, status, deadline, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            context.name(*buyer),
            context.name(*seller),
            plain(round),
            context.money(terms.price),
            word(&offered_by),
            word(&status),
            deadline.map_or_else(Said::default, show_time),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let client = session.client()?;
    match verb {
        Verb::Open(arguments) => open(session, *arguments).await,
        Verb::Counter(arguments) => counter(session, *arguments).await,
        Verb::Accept { negotiation, parties } => {
            let found = client.negotiation(negotiation.as_str()).await?;
            let [payer, licensee] = parties.find(session).await?;
            let terms = found.record.terms;
            write(session, Action::AcceptOffer { negotiation: found.id, terms, payer, licensee }).await
        }
        Verb::Withdraw { negotiation } => {
            let negotiation = client.negotiation(negotiation.as_str()).await?.id;
            write(session, Action::WithdrawOffer { negotiation }).await
        }
        Verb::EndRenewals { negotiation } => {
            let negotiation = client.negotiation(negotiation.as_str()).await?.id;
            write(session, Action::EndRenewals { negotiation }).await
        }
        Verb::Show { negotiation } => {
            let value = client.negotiation(negotiation.as_str()).await?;
            let Negotiation { seller, buyer, payer, licensee, asset, .. } = value.record;
            let context = session.context([seller, buyer, payer, licensee], [asset]).await;
            session.show(&InContext { value, context })
        }
        Verb::List { buyer, seller, asset, listing, demand, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = NegotiationQuery {
                buyer: text(buyer),
                seller: text(seller),
                asset: text(asset),
                listing: text(listing),
                demand: text(demand),
                status,
            };
            let found = client.negotiations(&wanted, &page.paging()).await?;
            let parties: Vec<_> = found.items.iter().flat_map(|item| [item.record.buyer, item.record.seller]).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(parties, assets).await;
            show_page(session, found, context)
        }
        Verb::History { negotiation, page } => {
            let found = client.negotiation_history(negotiation.as_str(), &page.paging()).await?;
            show_history(session, found).await
        }
    }
}

async fn open(session: &Session, arguments: OpenArguments) -> Result<(), CommandError> {
    let OpenArguments { listing, price, plan, wanted_for, scenario, parties, delivery_key } = arguments;
    if scenario.trim().is_empty() {
        return Err(CommandError::usage(said!(
            "the scenario is empty: no scenario, no trade",
            "应用场景为空：没有应用场景不得交易"
        )));
    }
    let purpose = wanted_for.or(plan.only_purpose()).ok_or_else(|| {
        CommandError::usage(said!(
            "say what the data is wanted for: --wanted-for PURPOSE, or one --purpose of the terms",
            "请说明数据用途：--wanted-for PURPOSE，或在条款中给出唯一的 --purpose"
        ))
    })?;
    let found = session.client()?.listing(listing.as_str()).await?;
    let terms = plan.terms(session, price, None).await?;
    let [payer, licensee] = parties.find(session).await?;
    let scenario = text_digest(&scenario);
    screen::note(said!(
        "scenario {scenario}: keep its text, only the hash is in the ledger",
        "应用场景 {scenario}：请保存原文，账本中只有哈希"
    ));
    let action = Action::OpenNegotiation {
        listing: found.id,
        version: found.record.version,
        terms,
        payer,
        licensee,
        delivery_key,
        purpose,
        scenario,
    };
    write(session, action).await
}

async fn counter(session: &Session, arguments: CounterArguments) -> Result<(), CommandError> {
    let CounterArguments { negotiation, price, plan, parties } = arguments;
    let found = session.client()?.negotiation(negotiation.as_str()).await?;
    let before = found.record.terms;
    let terms = plan.terms(session, price.unwrap_or(before.price), Some(before)).await?;
    let [payer, licensee] = parties.find(session).await?;
    write(session, Action::CounterOffer { negotiation: found.id, terms, payer, licensee }).await
}
