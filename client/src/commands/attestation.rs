//! `yaosu attestation`

use clap::{Args, Subcommand};
use yaosu_api::words::Label;
use yaosu_api::{Entity, words};
use yaosu_ledger::model::{Attestation, AttestationKind, AttestationStatus, Findings, Grade, QualityScores, Verdict};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AttestationId, BasisPoints, Text, Timestamp};
use yaosu_sdk::AttestationQuery;

use super::{PageArguments, Row, asset, digest_of, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{AssetVersion, Reference, amount, moment, ratio, short, show_time};
use crate::said::{Said, coded, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with attestations.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say what you have found of a version. Signed by an assessor who is not related to its holders
    Issue(Box<IssueArguments>),
    /// Take an attestation back. Signed by its assessor
    Withdraw {
        /// Which
        attestation: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Show an attestation
    Show {
        /// Which
        attestation: Reference,
    },
    /// Show attestations
    List {
        /// Only those of this asset
        #[arg(long)]
        asset: Option<Reference>,
        /// Only those of this assessor
        #[arg(long, value_name = "WHO")]
        assessor: Option<Reference>,
        /// Only those of this kind
        #[arg(long, value_parser = named(AttestationKind::ALL, |kind: AttestationKind| kind.name()))]
        kind: Option<AttestationKind>,
        /// Only those that stand there
        #[arg(long, value_parser = named(AttestationStatus::ALL, AttestationStatus::name))]
        status: Option<AttestationStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// What an assessor says.
#[derive(Debug, Args)]
pub struct IssueArguments {
    /// The version; the latest if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    /// What was looked at
    #[arg(long, value_parser = named(AttestationKind::ALL, |kind: AttestationKind| kind.name()))]
    kind: AttestationKind,
    /// The conclusion
    #[arg(long, value_parser = named(Verdict::ALL, Verdict::name))]
    verdict: Verdict,
    /// The report: a file, or its hash
    #[arg(long, value_name = "FILE")]
    report: String,
    /// When it ends by itself: a day, a time, or a length of time from now
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    valid_until: Timestamp,
    /// The six scores of a quality attestation: conformity, completeness, accuracy, consistency, timeliness,
    /// accessibility, e.g. 95%,99.5%,98%,97%,90%,100%
    #[arg(long, value_name = "SHARES", value_delimiter = ',', value_parser = ratio)]
    scores: Vec<BasisPoints>,
    /// What the data is worth at least, for a valuation
    #[arg(long, value_name = "AMOUNT", value_parser = amount, requires = "worth_to")]
    worth_from: Option<Amount>,
    /// What it is worth at most
    #[arg(long, value_name = "AMOUNT", value_parser = amount, requires = "worth_from")]
    worth_to: Option<Amount>,
    /// How much harm misuse could still do, for a de-identification
    #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
    grade: Option<Grade>,
}

impl Show for InContext<Entity<AttestationId, Attestation>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Attestation { kind, asset, version, assessor, report, verdict, findings, issued, valid_until, status } =
            record;
        screen.fields(&[
            (Label::Attestation, plain(id)),
            (Label::Kind, coded(&kind)),
            (Label::Asset, self.context.title(*asset)),
            (Label::AssetId, plain(asset)),
            (Label::Version, plain(version)),
            (Label::Assessor, self.context.name(*assessor)),
            (Label::Verdict, coded(&verdict)),
            (
                Label::Findings,
                words::findings(*findings).map_or_else(Said::default, |found| plain(found.text(&self.context))),
            ),
            (Label::Report, plain(report)),
            (Label::Status, coded(&status)),
            (Label::IssuedAt, show_time(*issued)),
            (Label::ValidUntil, show_time(*valid_until)),
        ]);
    }
}

impl Row for Entity<AttestationId, Attestation> {
    const HEADER: &'static [Label] = &[
        Label::Id,
        Label::Kind,
        Label::Asset,
        Label::Version,
        Label::Assessor,
        Label::Verdict,
        Label::Status,
        Label::ValidUntil,
    ];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Attestation { kind, asset, version, assessor, verdict, status, valid_until, .. } = &self.record;
        vec![
            short(self.id),
            word(&kind),
            context.title(*asset),
            plain(version),
            context.name(*assessor),
            word(&verdict),
            word(&status),
            show_time(*valid_until),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Issue(arguments) => write(session, issue(session, *arguments).await?).await,
        Verb::Withdraw { attestation, reason } => {
            let attestation = session.client()?.attestation(attestation.as_str()).await?.id;
            write(session, Action::WithdrawAttestation { attestation, reason }).await
        }
        Verb::Show { attestation } => {
            let value = session.client()?.attestation(attestation.as_str()).await?;
            let context = session.context([value.record.assessor], [value.record.asset]).await;
            session.show(&InContext { value, context })
        }
        Verb::List { asset, assessor, kind, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = AttestationQuery { asset: text(asset), assessor: text(assessor), kind, status };
            let found = session.client()?.attestations(&wanted, &page.paging()).await?;
            let assessors: Vec<_> = found.items.iter().map(|item| item.record.assessor).collect();
            let assets: Vec<_> = found.items.iter().map(|item| item.record.asset).collect();
            let context = session.context(assessors, assets).await;
            show_page(session, found, context)
        }
    }
}

async fn issue(session: &Session, arguments: IssueArguments) -> Result<Action, CommandError> {
    let findings = findings(&arguments)?;
    let (asset, version) = asset::find_version(session, &arguments.asset).await?;
    let report = digest_of(&arguments.report)?;
    let IssueArguments { kind, verdict, valid_until, .. } = arguments;
    Ok(Action::Attest { kind, asset, version, report, verdict, findings, valid_until })
}

/// What the kind has; whether it fits, the ledger says too.
fn findings(arguments: &IssueArguments) -> Result<Findings, CommandError> {
    match arguments.kind {
        AttestationKind::Quality => match arguments.scores[..] {
            [conformity, completeness, accuracy, consistency, timeliness, accessibility] => {
                let scores =
                    QualityScores { conformity, completeness, accuracy, consistency, timeliness, accessibility };
                Ok(Findings::Quality(scores))
            }
            _ => Err(CommandError::usage(said!(
                "--kind quality needs six --scores: conformity, completeness, accuracy, consistency, timeliness, accessibility",
                "--kind quality 须给出六项 --scores：规范性、完整性、准确性、一致性、时效性、可访问性"
            ))),
        },
        AttestationKind::Valuation => match (arguments.worth_from, arguments.worth_to) {
            (Some(from), Some(to)) => Ok(Findings::Worth { from, to }),
            _ => Err(CommandError::usage(said!(
                "--kind valuation needs --worth-from and --worth-to",
                "--kind valuation 须给出 --worth-from 和 --worth-to"
            ))),
        },
        AttestationKind::DeIdentification => match arguments.grade {
            Some(grade) => Ok(Findings::Grade(grade)),
            None => Err(CommandError::usage(said!(
                "--kind de-identification needs --grade, the grade that the data still has",
                "--kind de-identification 须给出 --grade，即处理后数据的级别"
            ))),
        },
        AttestationKind::Source | AttestationKind::Compliance | AttestationKind::Security => Ok(Findings::None),
    }
}
