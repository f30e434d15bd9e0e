//! Grades, openness, and what public data may cost.

use clap::{Args, Subcommand};
use yaosu_api::words::Label;
use yaosu_api::{AssetOpennessView, words};
use yaosu_ledger::model::{ClosedReason, Grade, Openness, PublicCharge};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, AssetId, Text, Timestamp};

use super::super::openness::share;
use super::super::{digest_of, named};
use crate::command_error::CommandError;
use crate::parse::{Reference, amount, moment, show_ratio};
use crate::said::{Said, plain, said};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};
use crate::write::write;

/// What can be done about grade, openness and price.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Grade an asset otherwise, up or down. Signed by a regulator
    Regrade {
        /// Which asset
        asset: Reference,
        /// The grade from then on
        #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
        grade: Grade,
        /// The legal basis: a file, or its hash
        #[arg(long, value_name = "FILE")]
        legal_basis: String,
    },
    /// Grade your asset higher; or lower, once every version is attested to be de-identified. Signed by its holder
    #[command(visible_alias = "raise-grade")]
    DeclareGrade {
        /// Which asset
        asset: Reference,
        /// The grade from then on
        #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
        grade: Grade,
    },
    /// Show whether an asset is open, how timely, complete and accurate it is, and what it may cost
    Openness {
        /// Which asset
        asset: Reference,
    },
    /// Open public data, with or without conditions, or close it. Signed by its holder or the authority in charge; who
    /// approves a closing signs too
    ChangeOpenness {
        /// Of which asset
        asset: Reference,
        #[command(flatten)]
        wanted: Wanted,
        /// The authority that approves the closing
        #[arg(long, value_name = "WHO", requires = "closed")]
        approver: Option<Reference>,
        /// When the closing is looked at again: a day, a time, or a length of time from now
        #[arg(long, value_name = "MOMENT", value_parser = moment, requires = "closed")]
        review: Option<Timestamp>,
    },
    /// Take charge of public data that somebody else operates. Signed by a public authority; the holder signs too
    Authorise {
        /// Which asset
        asset: Reference,
        /// The authorisation: a file, or its hash
        #[arg(long, value_name = "FILE")]
        authorisation: String,
    },
    /// Set the most that a licence of public data may cost. Signed by the authority in charge
    Ceiling {
        /// Of which asset
        asset: Reference,
        /// The most for a year, e.g. 1200.00. What lasts for less may cost its part of it, what lasts for longer no more
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        amount: Amount,
        /// The pricing decision: a file, or its hash
        #[arg(long, value_name = "FILE")]
        legal_basis: String,
    },
}

/// One of the three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Wanted {
    /// Without conditions
    #[arg(long)]
    open: bool,
    /// On these conditions
    #[arg(long, value_name = "TEXT")]
    conditions: Option<Text<512>>,
    /// Closed for this reason, with --approver and --review
    #[arg(long, value_name = "REASON", value_parser = named(ClosedReason::ALL, ClosedReason::name))]
    closed: Option<ClosedReason>,
}

impl Show for InContext<AssetOpennessView> {
    fn show(&self, screen: &mut Screen) {
        let AssetOpennessView { asset, openness, charge, figures } = &self.value;
        let mut fields =
            vec![(Label::Asset, plain(asset)), (Label::Openness, plain(words::openness(openness).text(&self.context)))];
        if let Some(PublicCharge { authority, ceiling, .. }) = charge {
            fields.push((Label::InCharge, self.context.name(*authority)));
            let most =
                ceiling.map_or_else(|| said!("nothing", "不得收费"), |ceiling| self.context.money(ceiling.amount));
            fields.push((Label::MayCostAtMost, most));
        }
        if let Some(row) = figures {
            fields.push((Label::Timely, share(row.figures.timely, row.timeliness_basis_points)));
            fields.push((Label::Complete, row.completeness_basis_points.map_or_else(Said::default, show_ratio)));
            fields.push((Label::Accurate, row.accuracy_basis_points.map_or_else(Said::default, show_ratio)));
        }
        screen.fields(&fields);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let action = match verb {
        Verb::Regrade { asset, grade, legal_basis } => {
            Action::Regrade { asset: find(session, &asset).await?, grade, legal_basis: digest_of(&legal_basis)? }
        }
        Verb::DeclareGrade { asset, grade } => Action::DeclareGrade { asset: find(session, &asset).await?, grade },
        Verb::Openness { asset } => {
            let value = session.client()?.asset_openness(asset.as_str()).await?;
            let mut people: Vec<_> = value.charge.iter().map(|charge| charge.authority).collect();
            if let Openness::Closed { approver, .. } = &value.openness {
                people.push(*approver);
            }
            let context = session.context(people, []).await;
            return session.show(&InContext { value, context });
        }
        Verb::ChangeOpenness { asset, wanted, approver, review } => {
            let openness = openness(session, wanted, approver.as_ref(), review).await?;
            Action::ChangeOpenness { asset: find(session, &asset).await?, openness }
        }
        Verb::Authorise { asset, authorisation } => {
            let found = session.client()?.asset(asset.as_str()).await?;
            let holder = found.record.line(yaosu_ledger::model::Line::Hold).holder;
            Action::AuthoriseOperation { asset: found.id, holder, authorisation: digest_of(&authorisation)? }
        }
        Verb::Ceiling { asset, amount: ceiling, legal_basis } => {
            let legal_basis = digest_of(&legal_basis)?;
            Action::SetPriceCeiling { asset: find(session, &asset).await?, ceiling, legal_basis }
        }
    };
    write(session, action).await
}

async fn openness(
    session: &Session,
    wanted: Wanted,
    approver: Option<&Reference>,
    review: Option<Timestamp>,
) -> Result<Openness, CommandError> {
    if let Some(terms) = wanted.conditions {
        return Ok(Openness::Conditional { terms });
    }
    match (wanted.closed, approver, review) {
        (None, ..) => Ok(Openness::Open),
        (Some(reason), Some(approver), Some(review)) => {
            Ok(Openness::Closed { reason, approver: session.participant_id(approver).await?, review })
        }
        (Some(_), ..) => Err(CommandError::usage(said!(
            "--closed needs --approver and --review",
            "--closed 须同时给出 --approver 和 --review"
        ))),
    }
}

async fn find(session: &Session, asset: &Reference) -> Result<AssetId, CommandError> {
    Ok(session.client()?.asset(asset.as_str()).await?.id)
}
