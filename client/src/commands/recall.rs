//! `yaosu recall`

use clap::Subcommand;
use yaosu_api::words::Label;
use yaosu_api::{Entity, RecallDutyView};
use yaosu_ledger::RecallId;
use yaosu_ledger::model::{Recall, RecallDutyStatus};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::RecallDutyQuery;

use super::{PageArguments, Row, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, short, show_duration, show_time};
use crate::said::{Said, coded, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with recalls. `yaosu asset recall` begins one.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show a recall
    Show {
        /// Which
        recall: Reference,
    },
    /// Show recalls
    List {
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show whom a recall has reached, and who still has to acknowledge it
    Duties {
        /// Which recall
        recall: Reference,
        /// Only those of this licensee
        #[arg(long, value_name = "WHO")]
        licensee: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(RecallDutyStatus::ALL, RecallDutyStatus::name))]
        status: Option<RecallDutyStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Say that all use under a licence has stopped, as a recall demands. The licence ends
    Acknowledge {
        /// Which recall
        recall: Reference,
        /// Which of your licences
        #[arg(long)]
        licence: Reference,
    },
}

impl Show for InContext<Entity<RecallId, Recall>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        screen.fields(&[
            (Label::Recall, plain(id)),
            (Label::Asset, self.context.title(record.asset)),
            (Label::AssetId, plain(record.asset)),
            (Label::Versions, said!("{} to {}", "{} 至 {}", record.first_version, record.last_version)),
            (Label::Cause, coded(&record.cause)),
            (Label::Statement, plain(record.statement)),
            (Label::By, self.context.name(record.by)),
            (Label::Since, show_time(record.since)),
            (Label::Window, show_duration(record.window)),
            (Label::Spread, coded(&record.spread)),
            (
                Label::Reached,
                said!("{} versions, {} licences", "{} 个版本，{} 项许可", record.versions, record.licences),
            ),
            (Label::NotAcknowledged, plain(record.open)),
        ]);
    }
}

impl Row for Entity<RecallId, Recall> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Asset, Label::Cause, Label::By, Label::Since, Label::Licences, Label::NotAcknowledged];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Recall { asset, cause, by, since, licences, open, .. } = &self.record;
        vec![
            short(self.id),
            context.title(*asset),
            word(&cause),
            context.name(*by),
            show_time(*since),
            plain(licences),
            plain(open),
        ]
    }
}

impl Row for RecallDutyView {
    const HEADER: &'static [Label] =
        &[Label::Licence, Label::Licensee, Label::Asset, Label::Version, Label::Status, Label::Before];

    fn row(&self, context: &Context) -> Vec<Said> {
        vec![
            short(self.licence),
            context.name(self.duty.licensee),
            context.title(self.duty.asset),
            plain(self.duty.version),
            word(&self.duty.status),
            show_time(self.duty.deadline),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Show { recall } => {
            let value = session.client()?.recall(recall.as_str()).await?;
            let context = session.context([value.record.by], [value.record.asset]).await;
            session.show(&InContext { value, context })
        }
        Verb::List { asset, page } => {
            let asset = asset.map(|asset| asset.to_string());
            let found = session.client()?.recalls(asset.as_deref(), &page.paging()).await?;
            let makers: Vec<_> = found.items.iter().map(|item| item.record.by).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(makers, assets).await;
            show_page(session, found, context)
        }
        Verb::Duties { recall, licensee, status, page } => {
            let wanted = RecallDutyQuery { licensee: licensee.map(|licensee| licensee.to_string()), status };
            let found = session.client()?.recall_duties(recall.as_str(), &wanted, &page.paging()).await?;
            let licensees: Vec<_> = found.items.iter().map(|item| item.duty.licensee).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.duty.asset).collect();
            let context = session.context(licensees, assets).await;
            show_page(session, found, context)
        }
        Verb::Acknowledge { recall, licence } => {
            let recall = session.client()?.recall(recall.as_str()).await?.id;
            let licence = session.client()?.licence(licence.as_str()).await?.id;
            write(session, Action::AcknowledgeRecall { recall, licence }).await
        }
    }
}
