//! `yaosu licence`

mod certificate;
mod conduct;

use clap::Subcommand;
use yaosu_api::words::Label;
use yaosu_api::{Entity, words};
use yaosu_ledger::LicenceId;
use yaosu_ledger::model::{Deletion, Licence, LicenceStatus, VersionScope};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::LicenceQuery;

use super::{PageArguments, Row, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, short, show_time};
use crate::said::{Said, because, coded, maybe, plain, said, word, yes};
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
        let status = because(coded(status), record.cause.map(|cause| word(&cause)));
        screen.fields(&[
            (Label::Licence, plain(id)),
            (Label::Asset, self.context.title(*asset)),
            (Label::AssetId, plain(asset)),
            (Label::Versions, versions_words(*versions)),
            (Label::Licensor, self.context.name(*licensor)),
            (Label::Licensee, self.context.name(*licensee)),
            (Label::Allows, plain(words::policy(policy).text(&self.context))),
            (Label::Exclusive, yes(*exclusive)),
            (Label::Status, status),
            (Label::Uses, uses(record)),
            (Label::Records, plain(record.records)),
            (Label::LastRecord, maybe((record.records > 0).then_some(record.head))),
            (Label::Under, maybe(record.parent)),
            (Label::Sublicences, plain(record.sublicences)),
            (Label::Ended, maybe(record.ended.map(show_time))),
            (Label::Deletion, deletion(record.deletion)),
            (Label::Recall, maybe(record.recall)),
            (Label::AcknowledgeBefore, maybe(record.recall_deadline.map(show_time))),
            (Label::LicenceFrom, show_time(*from)),
            (Label::Until, until.map_or_else(|| said!("for ever", "长期有效"), show_time)),
            (Label::Order, plain(order)),
        ]);
    }
}

fn versions_words(versions: VersionScope) -> Said {
    match versions {
        VersionScope::Only(version) => plain(version),
        VersionScope::From(first) => said!("{first} and later", "{first} 及以后"),
    }
}

fn uses(licence: &Licence) -> Said {
    match licence.policy.max_uses {
        Some(limit) => said!("{} of {limit}", "{}，上限 {limit}", licence.uses),
        None => plain(licence.uses),
    }
}

fn deletion(deletion: Deletion) -> Said {
    match deletion {
        Deletion::NotDue => Said::default(),
        Deletion::Due { deadline } => said!("must be stated before {}", "须于 {} 前声明", show_time(deadline)),
        Deletion::Overdue { deadline } => said!("overdue since {}", "自 {} 起逾期", show_time(deadline)),
        Deletion::Stated { time, late, .. } => {
            said!(
                "stated at {}{}",
                "已于 {} 声明{}",
                show_time(time),
                if late { said!(", late", "（逾期）") } else { Said::default() }
            )
        }
    }
}

impl Row for Entity<LicenceId, Licence> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Asset, Label::Versions, Label::Licensor, Label::Licensee, Label::Status, Label::Until];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Licence { asset, versions, licensor, licensee, status, until, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            versions_words(*versions),
            context.name(*licensor),
            context.name(*licensee),
            word(&status),
            until.map_or_else(|| said!("for ever", "长期有效"), show_time),
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
