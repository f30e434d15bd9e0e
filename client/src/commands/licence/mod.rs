//! `yaosu licence`

mod certificate;
mod conduct;

use clap::Subcommand;
use yaosu_api::{Entity, words};
use yaosu_ledger::LicenceId;
use yaosu_ledger::model::{Deletion, Licence, LicenceStatus};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::LicenceQuery;

use super::{PageArguments, Row, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, short, show_time};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with licences.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Pay for more periods of a subscription. It is cancelled by not being renewed
    Renew {
        /// Which licence
        licence: Reference,
        /// How many periods
        #[arg(long, value_name = "N", default_value_t = 1)]
        periods: u8,
        /// Whose money it is [default: yours]. They approve too
        #[arg(long, value_name = "WHO")]
        payer: Option<Reference>,
    },
    /// Show a licence
    Show {
        /// Which
        licence: Reference,
    },
    /// Show licences
    List {
        /// Only those that this participant has
        #[arg(long, value_name = "WHO")]
        licensee: Option<Reference>,
        /// Only those that this participant gave
        #[arg(long, value_name = "WHO")]
        licensor: Option<Reference>,
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(LicenceStatus::ALL, LicenceStatus::name))]
        status: Option<LicenceStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    #[command(flatten)]
    Conduct(conduct::Verb),
    #[command(flatten)]
    Certificate(certificate::Verb),
}

impl Show for InContext<Entity<LicenceId, Licence>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Licence { order, asset, versions, licensor, licensee, policy, exclusive, from, until, status, .. } = record;
        let cause = record.cause.map_or_else(String::new, |cause| format!(" ({cause})"));
        let optional = |text: Option<String>| text.unwrap_or_default();
        screen.fields(&[
            ("licence", id.to_string()),
            ("asset", self.context.title(*asset)),
            ("asset id", asset.to_string()),
            ("versions", versions.to_string()),
            ("licensor", self.context.name(*licensor)),
            ("licensee", self.context.name(*licensee)),
            ("allows", words::policy(policy).text(&self.context)),
            ("exclusive", if *exclusive { "yes" } else { "no" }.to_owned()),
            ("status", format!("{status}{cause}")),
            ("uses", uses(record)),
            ("records", record.records.to_string()),
            ("last record", optional((record.records > 0).then(|| record.head.to_string()))),
            ("under", optional(record.parent.map(|parent| parent.to_string()))),
            ("sublicences", record.sublicences.to_string()),
            ("ended", optional(record.ended.map(show_time))),
            ("deletion", deletion(record.deletion)),
            ("recall", optional(record.recall.map(|recall| recall.to_string()))),
            ("acknowledge before", optional(record.recall_deadline.map(show_time))),
            ("from", show_time(*from)),
            ("until", until.map_or_else(|| "for ever".to_owned(), show_time)),
            ("order", order.to_string()),
        ]);
    }
}

fn uses(licence: &Licence) -> String {
    match licence.policy.max_uses {
        Some(limit) => format!("{} of {limit}", licence.uses),
        None => licence.uses.to_string(),
    }
}

fn deletion(deletion: Deletion) -> String {
    match deletion {
        Deletion::NotDue => String::new(),
        Deletion::Due { deadline } => format!("must be stated before {}", show_time(deadline)),
        Deletion::Overdue { deadline } => format!("overdue since {}", show_time(deadline)),
        Deletion::Stated { time, late, .. } => {
            format!("stated at {}{}", show_time(time), if late { ", late" } else { "" })
        }
    }
}

impl Row for Entity<LicenceId, Licence> {
    const HEADER: &'static [&'static str] = &["id", "asset", "versions", "licensor", "licensee", "status", "until"];

    fn row(&self, context: &Context) -> Vec<String> {
        let Licence { asset, versions, licensor, licensee, status, until, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            versions.to_string(),
            context.name(*licensor),
            context.name(*licensee),
            status.to_string(),
            until.map_or_else(|| "for ever".to_owned(), show_time),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Renew { licence, periods, payer } => {
            let licence = session.client()?.licence(licence.as_str()).await?.id;
            let payer = match &payer {
                Some(payer) => Some(session.participant_id(payer).await?),
                None => None,
            };
            write(session, Action::RenewSubscription { licence, periods, payer }).await
        }
        Verb::Show { licence } => {
            let value = session.client()?.licence(licence.as_str()).await?;
            let record = &value.record;
            let context = session.context([record.licensor, record.licensee], [record.asset]).await;
            session.show(&InContext { value, context })
        }
        Verb::List { licensee, licensor, asset, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted =
                LicenceQuery { licensee: text(licensee), licensor: text(licensor), asset: text(asset), status };
            let found = session.client()?.licences(&wanted, &page.paging()).await?;
            let parties: Vec<_> =
                found.items.iter().flat_map(|item| [item.record.licensor, item.record.licensee]).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(parties, assets).await;
            show_page(session, found, context)
        }
        Verb::Conduct(verb) => conduct::run(session, verb).await,
        Verb::Certificate(verb) => certificate::run(session, verb).await,
    }
}
