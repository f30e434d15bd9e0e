//! `yaosu freeze`

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use yaosu_api::Entity;
use yaosu_api::words::Label;
use yaosu_api::words::Speaker as _;
use yaosu_ledger::model::{Freeze, FreezeScope, FreezeStatus};
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, FreezeId, ParticipantId, Text, Timestamp};
use yaosu_sdk::FreezeQuery;

use super::{PageArguments, Row, digest_of, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, moment, short, show_time};
use crate::said::{Said, coded, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be frozen.
const KINDS: [&str; 7] = ["participant", "asset", "listing", "negotiation", "demand", "order", "licence"];

/// What can be done with freezes.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Stop something, as far as the scope says, until its end. Signed by a regulator
    Create {
        /// What sort of thing
        #[arg(value_parser = PossibleValuesParser::new(KINDS))]
        kind: String,
        /// Which
        target: Reference,
        /// How far
        #[arg(long, value_parser = named(FreezeScope::ALL, FreezeScope::name))]
        scope: FreezeScope,
        /// The legal basis: a file, or its hash
        #[arg(long, value_name = "FILE")]
        legal_basis: String,
        /// When it ends by itself: a day, a time, or a length of time from now
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        until: Timestamp,
    },
    /// Lift a freeze before its end. Signed by a regulator
    Lift {
        /// Which
        freeze: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Appeal against a freeze that concerns you, once
    Appeal {
        /// Which
        freeze: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        statement: Text<512>,
        /// The evidence: a file, or its hash
        #[arg(long, value_name = "FILE")]
        evidence: Option<String>,
    },
    /// Rule an appeal. Signed by an arbiter
    Rule {
        /// Against which freeze
        freeze: Reference,
        #[command(flatten)]
        ruling: Ruling,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Show a freeze
    Show {
        /// Which
        freeze: Reference,
    },
    /// Show freezes
    List {
        /// Only those of what has this whole identifier
        #[arg(long, value_name = "ID")]
        target: Option<Reference>,
        /// Only those of this regulator
        #[arg(long, value_name = "WHO")]
        regulator: Option<Reference>,
        /// Only those that stand there
        #[arg(long, value_parser = named(FreezeStatus::ALL, FreezeStatus::name))]
        status: Option<FreezeStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// One of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Ruling {
    /// The freeze was wrong and ends
    #[arg(long)]
    overturn: bool,
    /// The freeze stands
    #[arg(long)]
    dismiss: bool,
}

impl Show for InContext<Entity<FreezeId, Freeze>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let Freeze { regulator, target, scope, legal_basis, since, until, status, appeal } = record;
        let mut fields = vec![
            (Label::Freeze, plain(id)),
            (Label::Target, plain(self.context.thing(*target))),
            (Label::Scope, coded(&scope)),
            (Label::Regulator, self.context.name(*regulator)),
            (Label::LegalBasis, plain(legal_basis)),
            (Label::Status, coded(&status)),
            (Label::Since, show_time(*since)),
            (Label::Until, show_time(*until)),
        ];
        if let Some(appeal) = appeal {
            fields.push((
                Label::Appeal,
                said!("{}: {}", "{}：{}", self.context.name(appeal.appellant), appeal.statement),
            ));
            let ruled =
                appeal.arbiter.map_or_else(|| said!("nobody yet", "尚无"), |arbiter| self.context.name(arbiter));
            fields.push((Label::RuledBy, ruled));
        }
        screen.fields(&fields);
    }
}

impl Row for Entity<FreezeId, Freeze> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Target, Label::Scope, Label::Regulator, Label::Status, Label::Until, Label::Appeal];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Freeze { regulator, target, scope, until, status, appeal, .. } = &self.record;
        vec![
            short(self.id),
            plain(context.thing(*target)),
            word(&scope),
            context.name(*regulator),
            word(&status),
            show_time(*until),
            appeal.as_ref().map_or_else(Said::default, |appeal| context.name(appeal.appellant)),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let action = match verb {
        Verb::Create { kind, target, scope, legal_basis, until } => {
            let target = find_target(session, &kind, &target).await?;
            Action::Freeze { target, scope, legal_basis: digest_of(&legal_basis)?, until }
        }
        Verb::Lift { freeze, reason } => Action::LiftFreeze { freeze: find(session, &freeze).await?, reason },
        Verb::Appeal { freeze, statement, evidence } => {
            let evidence = evidence.as_deref().map(digest_of).transpose()?;
            Action::AppealFreeze { freeze: find(session, &freeze).await?, statement, evidence }
        }
        Verb::Rule { freeze, ruling, reason } => {
            Action::RuleAppeal { freeze: find(session, &freeze).await?, overturned: ruling.overturn, reason }
        }
        Verb::Show { freeze } => {
            let value = session.client()?.freeze(freeze.as_str()).await?;
            let (participants, assets) = mentioned(&[&value.record]);
            let context = session.context(participants, assets).await;
            return session.show(&InContext { value, context });
        }
        Verb::List { target, regulator, status, page } => {
            let text = |reference: Option<Reference>| reference.map(|reference| reference.to_string());
            let wanted = FreezeQuery { target: text(target), regulator: text(regulator), status };
            let found = session.client()?.freezes(&wanted, &page.paging()).await?;
            let records: Vec<&Freeze> = found.items.iter().map(|item| &item.record).collect();
            let (participants, assets) = mentioned(&records);
            let context = session.context(participants, assets).await;
            return show_page(session, found, context);
        }
    };
    write(session, action).await
}

async fn find(session: &Session, freeze: &Reference) -> Result<FreezeId, CommandError> {
    Ok(session.client()?.freeze(freeze.as_str()).await?.id)
}

async fn find_target(session: &Session, kind: &str, target: &Reference) -> Result<Subject, CommandError> {
    let client = session.client()?;
    let name = target.as_str();
    Ok(match kind {
        "participant" => Subject::Participant(session.participant_id(target).await?),
        "asset" => Subject::Asset(client.asset(name).await?.id),
        "listing" => Subject::Listing(client.listing(name).await?.id),
        "negotiation" => Subject::Negotiation(client.negotiation(name).await?.id),
        "demand" => Subject::Demand(client.demand(name).await?.id),
        "order" => Subject::Order(client.order(name).await?.id),
        _ => Subject::Licence(client.licence(name).await?.id),
    })
}

fn mentioned(freezes: &[&Freeze]) -> (Vec<ParticipantId>, Vec<AssetId>) {
    let (mut participants, mut assets) = (Vec::new(), Vec::new());
    for freeze in freezes {
        participants.push(freeze.regulator);
        match freeze.target {
            Subject::Participant(id) => participants.push(id),
            Subject::Asset(id) => assets.push(id),
            _ => {}
        }
        if let Some(appeal) = &freeze.appeal {
            participants.push(appeal.appellant);
            participants.extend(appeal.arbiter);
        }
    }
    (participants, assets)
}
