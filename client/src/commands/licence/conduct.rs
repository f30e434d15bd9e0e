//! What the two sides of a licence do with it.

use clap::{Args, Subcommand};
use yaosu_api::words::Label;
use yaosu_api::{Entity, MayView, UseView};
use yaosu_ledger::model::{Duty, Licence, Policy, Purpose, Purposes, Termination, UseAction};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{LicenceId, Text, Timestamp};
use yaosu_sdk::MayQuery;

use super::super::{PageArguments, Row, digest_of, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, moment, short, show_time};
use crate::said::{Said, plain, said, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, Session};
use crate::write::{write, write_as};

/// What the two sides of a licence do with it.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Ask whether a licence allows something, and which clause says no. Freezes are not asked: they stop a use all the same
    May(MayArguments),
    /// Grant a licence under your own. The new licensee approves too: give both keys by --as, or use --save
    Sublicense(SublicenseArguments),
    /// Record a use. The licensor countersigns: give both keys by --as, or use --save
    Use(UseArguments),
    /// Show recorded uses
    Uses {
        /// Of which licence
        licence: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
    /// End a licence: by agreement (both sign), for a breach (the licensor, and an arbiter if it was paid for), or by law (a regulator)
    Terminate(TerminateArguments),
    /// Put a later licence of yours in the place of an earlier one, which ends
    Supersede {
        /// The earlier one
        licence: Reference,
        /// The later one
        #[arg(long)]
        by: Reference,
    },
    /// State that all copies had under a licence are destroyed
    Deletion {
        /// Which licence
        licence: Reference,
        /// The statement: a file, or its hash
        #[arg(long, value_name = "FILE")]
        statement: String,
    },
}

/// What is asked.
#[derive(Debug, Args)]
pub struct MayArguments {
    /// Which licence
    licence: Reference,
    #[command(flatten)]
    what: What,
}

/// What is done with the data.
#[derive(Debug, Args)]
struct What {
    /// What is done
    #[arg(long, value_parser = named(UseAction::ALL, UseAction::name))]
    action: UseAction,
    /// What for
    #[arg(long, value_parser = named(Purpose::ALL, Purpose::name))]
    purpose: Purpose,
    /// In which sector, if the licence limits them
    #[arg(long)]
    sector: Option<Text<32>>,
    /// In which region, if the licence limits them
    #[arg(long)]
    region: Option<Text<16>>,
    /// To whom the data goes, if it is passed on
    #[arg(long, value_name = "WHO")]
    recipient: Option<Reference>,
    /// How many times
    #[arg(long, value_name = "N", default_value_t = 1)]
    units: u64,
}

/// A licence under another. What is not named is as in that.
#[derive(Debug, Args)]
pub struct SublicenseArguments {
    /// Your own licence
    licence: Reference,
    /// Who gets the new one
    #[arg(long, value_name = "WHO")]
    to: Reference,
    /// What may be done, separated by commas
    #[arg(long, value_name = "ACTIONS", value_delimiter = ',', value_parser = named(UseAction::ALL, UseAction::name))]
    allow: Vec<UseAction>,
    /// What for, separated by commas; industrial stands for all industries
    #[arg(long, value_name = "PURPOSES", value_delimiter = ',', value_parser = Purposes::named)]
    purpose: Vec<Purposes>,
    /// How often the data may be used
    #[arg(long, value_name = "N")]
    max_uses: Option<u64>,
    /// How many licences deep it may be sublicensed again [default: one less than your own]
    #[arg(long, value_name = "N")]
    sublicence_depth: Option<u8>,
    /// What the holder must do besides, separated by commas
    #[arg(long, value_name = "DUTIES", value_delimiter = ',', value_parser = named(Duty::ALL, Duty::name))]
    duty: Vec<Duty>,
    /// When it ends: a day, a time, or a length of time from now [default: with your own]
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    until: Option<Timestamp>,
}

/// A use.
#[derive(Debug, Args)]
pub struct UseArguments {
    /// Under which licence
    licence: Reference,
    #[command(flatten)]
    what: What,
    /// What you both keep of it: a file, or its hash
    #[arg(long, value_name = "FILE")]
    record: String,
}

/// Why a licence ends.
#[derive(Debug, Args)]
pub struct TerminateArguments {
    /// Which licence
    licence: Reference,
    #[command(flatten)]
    cause: Cause,
    /// For a breach of a licence that was paid for: the arbiter who approves it
    #[arg(long, value_name = "WHO", requires = "breach")]
    arbiter: Option<Reference>,
    /// Why, for both sides to see
    #[arg(long, value_name = "TEXT")]
    statement: Text<256>,
}

/// One of the three.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Cause {
    /// By agreement with the other side
    #[arg(long, value_name = "WHO")]
    with: Option<Reference>,
    /// For a breach: the evidence, a file or its hash
    #[arg(long, value_name = "FILE")]
    breach: Option<String>,
    /// By law: the legal basis, a file or its hash
    #[arg(long, value_name = "FILE")]
    basis: Option<String>,
}

impl Show for MayView {
    fn show(&self, screen: &mut Screen) {
        match self.clause {
            None => screen.line(said!("yes: every clause allows it", "可以：各项条款均允许")),
            Some(clause) => {
                let (clause, licence) = (word(&clause), short(self.licence));
                screen.line(said!(
                    "no: {clause} of licence {licence} does not allow it",
                    "不可以：许可 {licence} 的“{clause}”条款不允许"
                ));
            }
        }
        screen.fields(&[(Label::AskedAt, show_time(self.time))]);
    }
}

impl Row for UseView {
    const HEADER: &'static [Label] =
        &[Label::Record, Label::Time, Label::Action, Label::Purpose, Label::Units, Label::Hash];

    fn row(&self, _: &Context) -> Vec<Said> {
        vec![
            plain(self.sequence),
            show_time(self.record.time),
            word(&self.record.action),
            word(&self.record.purpose),
            plain(self.record.units),
            short(self.record.use_hash),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::May(MayArguments { licence, what }) => {
            let wanted = MayQuery {
                action: what.action,
                purpose: what.purpose,
                sector: what.sector.map(|sector| sector.to_string()),
                region: what.region.map(|region| region.to_string()),
                recipient: what.recipient.map(|recipient| recipient.to_string()),
                uses: what.units,
            };
            session.show(&session.client()?.may(licence.as_str(), &wanted).await?)
        }
        Verb::Sublicense(arguments) => sublicense(session, arguments).await,
        Verb::Use(arguments) => record_use(session, arguments).await,
        Verb::Uses { licence, page } => {
            let found = session.client()?.uses(licence.as_str(), &page.paging()).await?;
            show_page(session, found, Context::default())
        }
        Verb::Terminate(arguments) => terminate(session, arguments).await,
        Verb::Supersede { licence, by } => {
            let (licence, by) = (find(session, &licence).await?.id, find(session, &by).await?.id);
            write(session, Action::Supersede { licence, by }).await
        }
        Verb::Deletion { licence, statement } => {
            let licence = find(session, &licence).await?.id;
            write(session, Action::StateDeletion { licence, statement: digest_of(&statement)? }).await
        }
    }
}

async fn find(session: &Session, licence: &Reference) -> Result<Entity<LicenceId, Licence>, CommandError> {
    Ok(session.client()?.licence(licence.as_str()).await?)
}

async fn sublicense(session: &Session, arguments: SublicenseArguments) -> Result<(), CommandError> {
    let Entity { id, record } = find(session, &arguments.licence).await?;
    let own = record.policy;
    let policy = Policy {
        actions: if arguments.allow.is_empty() { own.actions } else { arguments.allow.into_iter().collect() },
        purposes: if arguments.purpose.is_empty() {
            own.purposes
        } else {
            arguments.purpose.into_iter().fold(Purposes::NONE, Purposes::union)
        },
        max_uses: arguments.max_uses.or(own.max_uses),
        sublicence_depth: arguments.sublicence_depth.unwrap_or(own.sublicence_depth.saturating_sub(1)),
        duties: own.duties.union(arguments.duty.into_iter().collect()),
        ..own
    };
    let licensee = session.participant_id(&arguments.to).await?;
    let until = arguments.until.or(record.until);
    write(session, Action::Sublicense { licence: id, licensee, policy, until }).await
}

async fn record_use(session: &Session, arguments: UseArguments) -> Result<(), CommandError> {
    let Entity { id, record } = find(session, &arguments.licence).await?;
    let UseArguments { what: What { action, purpose, sector, region, recipient, units }, record: kept, .. } = arguments;
    let recipient = match recipient {
        Some(recipient) => Some(session.participant_id(&recipient).await?),
        None => None,
    };
    let action = Action::RecordUse {
        licence: id,
        licensor: record.licensor,
        sequence: record.records,
        previous: record.head,
        action,
        purpose,
        sector,
        region,
        recipient,
        units,
        use_hash: digest_of(&kept)?,
    };
    write(session, action).await
}

async fn terminate(session: &Session, arguments: TerminateArguments) -> Result<(), CommandError> {
    let TerminateArguments { licence, cause: Cause { with, breach, basis }, arbiter, statement } = arguments;
    let licence = find(session, &licence).await?.id;
    let keys = session.key_names()?;
    let signer = session.signer(&keys).await?;
    let arbiter = match arbiter {
        Some(arbiter) => Some(session.participant_id(&arbiter).await?),
        None => None,
    };
    let cause = match (with, breach, basis) {
        (Some(with), ..) => Termination::Mutual { with: session.participant_id(&with).await? },
        (None, Some(evidence), _) => Termination::Breach { evidence: digest_of(&evidence)?, arbiter },
        (None, None, Some(basis)) => Termination::Regulator { basis: digest_of(&basis)? },
        (None, None, None) => {
            return Err(CommandError::usage(said!(
                "one of --with, --breach and --basis is needed: why the licence ends",
                "须给出 --with、--breach、--basis 之一：许可因何终止"
            )));
        }
    };
    write_as(session, signer, &keys, Action::Terminate { licence, cause, statement }).await
}
