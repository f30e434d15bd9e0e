//! `yaosu demand`

use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_api::words::Label;
use yaosu_ledger::model::{AssetKind, Demand, DemandStatus, Purpose, UseAction, Wanted};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, DemandId, Digest, Text, Timestamp};
use yaosu_sdk::{DemandQuery, text_digest};

use super::terms::PlanArguments;
use super::{PageArguments, Row, asset, named, show_history, show_page};
use crate::command_error::CommandError;
use crate::parse::{AssetVersion, Reference, amount, moment, short, show_time};
use crate::said::{Said, coded, list, maybe, plain, said, word};
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
        let actions = list(actions.iter().map(|action| word(&action)));
        let next = match record.status {
            DemandStatus::Open => {
                said!(
                    "sellers answer before {}: yaosu demand answer {id} ASSET",
                    "供方于 {} 前应答：yaosu demand answer {id} ASSET",
                    show_time(record.until)
                )
            }
            DemandStatus::Met | DemandStatus::Ended => Said::default(),
        };
        screen.fields(&[
            (Label::Demand, plain(id)),
            (Label::Status, coded(&record.status)),
            (Label::Next, next),
            (Label::Buyer, self.context.name(record.buyer)),
            (Label::Title, plain(title)),
            (Label::Description, plain(description)),
            (Label::Sector, plain(sector)),
            (Label::Kind, kind.map_or_else(|| said!("any", "不限"), |kind| coded(&kind))),
            (Label::WantedFor, actions),
            (Label::Purpose, coded(&purpose)),
            (Label::Scenario, plain(scenario)),
            (Label::AtMost, self.context.money(*max_price)),
            (Label::Created, show_time(record.created)),
            (Label::Until, show_time(record.until)),
            (Label::MetBy, maybe(record.met_by)),
        ]);
    }
}

impl Row for Entity<DemandId, Demand> {
    const HEADER: &'static [Label] = &[
        Label::Id,
        Label::Title,
        Label::Sector,
        Label::Buyer,
        Label::Purpose,
        Label::AtMost,
        Label::Status,
        Label::Until,
    ];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Demand { buyer, wanted, status, until, .. } = &self.record;
        vec![
            short(self.id),
            plain(&wanted.title),
            plain(&wanted.sector),
            context.name(*buyer),
            word(&wanted.purpose),
            context.money(wanted.max_price),
            word(&status),
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
        return Err(CommandError::usage(said!(
            "the scenario is empty: no scenario, no trade",
            "应用场景为空：没有应用场景不得交易"
        )));
    }
    let scenario = text_digest(&arguments.scenario);
    screen::note(said!(
        "scenario {scenario}: keep its text, only the hash is in the ledger",
        "应用场景 {scenario}：请保存原文，账本中只有哈希"
    ));
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
