//! `yaosu demand`

use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_ledger::model::{AssetKind, Demand, DemandStatus, Purpose, UseAction, Wanted};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, DemandId, Digest, Text, Timestamp};
use yaosu_sdk::{DemandQuery, text_digest};

use super::terms::PlanArguments;
use super::{PageArguments, Row, asset, named, show_history, show_page};
use crate::command_error::CommandError;
use crate::parse::{AssetVersion, Reference, amount, moment, short, show_time};
use crate::screen::{self, Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with demands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what you need, for sellers to answer with offers
    Create(Box<CreateArguments>),
    /// Answer a demand with an offer of a registered asset. Signed by the holder of its right to operate
    Answer(Box<AnswerArguments>),
    /// Take no answers any more. What is negotiated on it can't be agreed then
    End {
        /// Which demand
        demand: Reference,
    },
    /// Show a demand
    Show {
        /// Which
        demand: Reference,
    },
    /// Show demands
    List {
        /// Only those of this buyer
        #[arg(long, value_name = "WHO")]
        buyer: Option<Reference>,
        /// Only those of this field of life
        #[arg(long, value_name = "SECTOR")]
        sector: Option<Text<32>>,
        /// Only those that stand there
        #[arg(long, value_parser = named(DemandStatus::ALL, DemandStatus::name))]
        status: Option<DemandStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what happened to a demand, the latest first
    History {
        /// Which
        demand: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// A need.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// What is needed, in a line
    #[arg(long, value_name = "TEXT")]
    title: Text<200>,
    /// The same at length
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: Text<2000>,
    /// The field of life that an asset must be of, e.g. meteorology
    #[arg(long, value_name = "SECTOR")]
    sector: Text<32>,
    /// What sort of thing it must be [default: any]
    #[arg(long, value_parser = named(AssetKind::ALL, AssetKind::name))]
    kind: Option<AssetKind>,
    /// What must be allowed, separated by commas
    #[arg(long, value_name = "ACTIONS", required = true, value_delimiter = ',', value_parser = named(UseAction::ALL, UseAction::name))]
    allow: Vec<UseAction>,
    /// What the data is wanted for
    #[arg(long, value_parser = named(Purpose::ALL, Purpose::name))]
    purpose: Purpose,
    /// The application scenario in words. Its hash goes to the ledger; keep the text
    #[arg(long, value_name = "TEXT")]
    scenario: String,
    /// No offer may be above this
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    max_price: Amount,
    /// When the demand ends by itself: a day, a time, or a length of time from now
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Timestamp,
    /// The X25519 key that a delivery is sealed to: 64 digits [default: your own]
    #[arg(long, value_name = "KEY")]
    delivery_key: Option<Digest>,
}

/// An answer.
#[derive(Debug, Args)]
pub struct AnswerArguments {
    /// Which demand
    demand: Reference,
    /// The version that you offer; the latest if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    /// The price that you ask
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    price: Amount,
    #[command(flatten)]
    plan: PlanArguments,
}

impl Show for InContext<Entity<DemandId, Demand>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Wanted { title, description, sector, kind, actions, purpose, scenario, max_price } = &record.wanted;
        let actions: Vec<&str> = actions.iter().map(UseAction::name).collect();
        let next = match record.status {
            DemandStatus::Open => {
                format!("sellers answer before {}: yaosu demand answer {id} ASSET", show_time(record.until))
            }
            DemandStatus::Met | DemandStatus::Ended => String::new(),
        };
        screen.fields(&[
            ("demand", id.to_string()),
            ("status", record.status.to_string()),
            ("next", next),
            ("buyer", self.context.name(record.buyer)),
            ("title", title.to_string()),
            ("description", description.to_string()),
            ("sector", sector.to_string()),
            ("kind", kind.map_or_else(|| "any".to_owned(), |kind| kind.to_string())),
            ("to", actions.join(", ")),
            ("purpose", purpose.to_string()),
            ("scenario", scenario.to_string()),
            ("at most", self.context.money(*max_price)),
            ("created", show_time(record.created)),
            ("until", show_time(record.until)),
            ("met by", record.met_by.map_or_else(String::new, |negotiation| negotiation.to_string())),
        ]);
    }
}

impl Row for Entity<DemandId, Demand> {
    const HEADER: &'static [&'static str] =
        &["id", "title", "sector", "buyer", "purpose", "at most", "status", "until"];

    fn row(&self, context: &Context) -> Vec<String> {
        let Demand { buyer, wanted, status, until, .. } = &self.record;
        vec![
            short(self.id),
            wanted.title.to_string(),
            wanted.sector.to_string(),
            context.name(*buyer),
            wanted.purpose.to_string(),
            context.money(wanted.max_price),
            status.to_string(),
            show_time(*until),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let client = session.client()?;
    match verb {
        Verb::Create(arguments) => {
            let action = create(*arguments)?;
            write(session, action).await
        }
        Verb::Answer(arguments) => {
            let AnswerArguments { demand, asset, price, plan } = *arguments;
            let demand = client.demand(demand.as_str()).await?.id;
            let (asset, version) = asset::find_version(session, &asset).await?;
            let terms = plan.terms(session, price, None).await?;
            write(session, Action::AnswerDemand { demand, asset, version, terms }).await
        }
        Verb::End { demand } => {
            let demand = client.demand(demand.as_str()).await?.id;
            write(session, Action::EndDemand { demand }).await
        }
        Verb::Show { demand } => {
            let value = client.demand(demand.as_str()).await?;
            let context = session.context([value.record.buyer], []).await;
            session.show(&InContext { value, context })
        }
        Verb::List { buyer, sector, status, page } => {
            let wanted = DemandQuery {
                buyer: buyer.map(|buyer| buyer.to_string()),
                sector: sector.map(|sector| sector.to_string()),
                status,
            };
            let found = client.demands(&wanted, &page.paging()).await?;
            let buyers: Vec<_> = found.items.iter().map(|item| item.record.buyer).collect();
            let context = session.context(buyers, []).await;
            show_page(session, found, context)
        }
        Verb::History { demand, page } => {
            let found = client.demand_history(demand.as_str(), &page.paging()).await?;
            show_history(session, found).await
        }
    }
}

fn create(arguments: CreateArguments) -> Result<Action, CommandError> {
    if arguments.scenario.trim().is_empty() {
        return Err(CommandError::usage("the scenario is empty: no scenario, no trade"));
    }
    let scenario = text_digest(&arguments.scenario);
    screen::note(format!("scenario {scenario}: keep its text, only the hash is in the ledger"));
    let wanted = Wanted {
        title: arguments.title,
        description: arguments.description,
        sector: arguments.sector,
        kind: arguments.kind,
        actions: arguments.allow.into_iter().collect(),
        purpose: arguments.purpose,
        scenario,
        max_price: arguments.max_price,
    };
    Ok(Action::CreateDemand { wanted, delivery_key: arguments.delivery_key, until: arguments.until })
}
