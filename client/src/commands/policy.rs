//! `yaosu policy`: what licences allow, in ODRL.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_api::{ChainView, words};
use yaosu_ledger::Amount;
use yaosu_ledger::model::{Policy, Scope};
use yaosu_sdk::evidence::parse_strict;
use yaosu_sdk::standards::{Names, dataspace, odrl};

use super::document::{self, Document};
use crate::command_error::{CommandError, Kind};
use crate::parse::{Reference, show_duration, show_time};
use crate::said::{count, maybe, plain, said, yes};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};

/// What can be done with policies.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Print what a licence, or a plan of a listing, allows and demands as a policy in ODRL
    Export(ExportArguments),
    /// Say in words what a policy in ODRL means here. What has no counterpart is refused by name
    Read {
        /// The file of the policy
        file: PathBuf,
    },
}

/// Whose policy.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whose").args(["licence", "listing"]).required(true))]
pub struct ExportArguments {
    /// Of this licence
    #[arg(long)]
    licence: Option<Reference>,
    /// Of a plan of this listing
    #[arg(long)]
    listing: Option<Reference>,
    /// Which plan, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "listing")]
    plan: usize,
    /// As a policy in ODRL; or, of a licence, as an Agreement of the Dataspace Protocol 2025-1
    #[arg(long, value_enum, default_value = "odrl")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Odrl,
    Dataspace,
}

/// A policy that was read.
#[derive(Debug, Serialize)]
struct Understood {
    uid: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assigner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<yaosu_ledger::Duration>,
    exclusive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<yaosu_ledger::Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<yaosu_ledger::Timestamp>,
    policy: Policy,
}

impl Show for InContext<Understood> {
    fn show(&self, screen: &mut Screen) {
        let Understood { uid, kind, target, assigner, assignee, price, period, exclusive, from, until, policy, .. } =
            &self.value;
        let text = |text: &Option<String>| maybe(text.as_ref());
        screen.fields(&[
            (Label::Policy, plain(uid)),
            (Label::Kind, plain(kind)),
            (Label::TargetOfPolicy, text(target)),
            (Label::Assigner, text(assigner)),
            (Label::Assignee, text(assignee)),
            (Label::Allows, plain(words::policy(policy).text(&self.context))),
            (Label::Price, price.map(|price| self.context.money(price)).unwrap_or_default()),
            (Label::Each, period.map(show_duration).unwrap_or_default()),
            (Label::Exclusive, yes(*exclusive)),
            (Label::InForceFrom, from.map(show_time).unwrap_or_default()),
            (Label::Until, until.map(show_time).unwrap_or_default()),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Export(arguments) => export(session, arguments).await,
        Verb::Read { file } => {
            let odrl::Document { uid, kind, target, assigner, assignee, policy, price, exclusive, from, until } =
                read(session, &file).await?;
            let recipients = if let Scope::Only(items) = &policy.recipients { items.clone() } else { Vec::new() };
            let mut context = session.context(recipients, []).await;
            context.currency = price.as_ref().map(|price| price.currency.clone());
            let value = Understood {
                uid,
                kind: kind.name(),
                target,
                assigner,
                assignee,
                price_currency: price.as_ref().map(|price| price.currency.to_string()),
                period: price.as_ref().and_then(|price| price.period),
                price: price.map(|price| price.amount),
                exclusive,
                from,
                until,
                policy,
            };
            session.show(&InContext { value, context })
        }
    }
}

/// Reads a file of a policy.
///
/// # Errors
/// It can't be read, or says what has no counterpart here.
pub async fn read(session: &Session, file: &Path) -> Result<odrl::Document, CommandError> {
    // A member that is named twice could mean either.
    let value = parse_strict(&document::read(file)?)
        .map_err(|error| CommandError::failed(said!("{}: {error}", "{}：{error}", file.display())))?;
    let ChainView { chain, currency, .. } = session.client()?.chain_view().await?;
    let found = odrl::read(&value, Names { chain }).map_err(document::unfit)?;
    match &found.price {
        Some(price) if price.currency != currency => Err(CommandError::failed(said!(
            "{} has a price in {}; here money is {currency}",
            "{} 的价格以 {} 计；此处货币为 {currency}",
            file.display(),
            price.currency
        ))),
        _ => Ok(found),
    }
}

async fn export(session: &Session, arguments: ExportArguments) -> Result<(), CommandError> {
    let client = session.client()?;
    let names = document::names(session).await?;
    let found = match (arguments.licence, arguments.listing) {
        (Some(licence), _) => {
            let found = client.licence(licence.as_str()).await?;
            if arguments.format == Format::Dataspace {
                let agreement = dataspace::agreement(names, found.id, &found.record).map_err(document::unfit)?;
                return session.show(&Document(agreement));
            }
            odrl::Document::of_licence(names, found.id, &found.record)
        }
        (None, Some(_)) if arguments.format == Format::Dataspace => {
            let message = said!(
                "the Dataspace Protocol has offers within a Dataset",
                "Dataspace Protocol 的要约位于 Dataset 之中"
            );
            return Err(CommandError::usage(message).hint(plain("yaosu catalogue dataset ASSET[@VERSION]")));
        }
        (None, Some(listing)) => {
            let found = client.listing(listing.as_str()).await?;
            let currency = client.chain_view().await?.currency;
            let plan = arguments.plan;
            odrl::Document::of_plan(names, found.id, &found.record, plan, &currency).ok_or_else(|| {
                let plans = count(found.record.plans.len(), "plan", "个方案");
                CommandError::new(
                    Kind::NotFound,
                    said!("the listing has {plans}, and none of number {plan}", "该挂牌有 {plans}，没有第 {plan} 号"),
                )
            })?
        }
        (None, None) => {
            return Err(CommandError::usage(said!(
                "say whose policy: --licence or --listing",
                "请指明使用策略的归属：--licence 或 --listing"
            )));
        }
    };
    session.show(&Document(odrl::write(&found, names).map_err(document::unfit)?))
}
