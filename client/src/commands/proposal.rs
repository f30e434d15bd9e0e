//! `yaosu proposal`

use clap::{Args, Subcommand};
use yaosu_api::words::Label;
use yaosu_api::{Entity, words};
use yaosu_ledger::model::{Measure, Node, ParticipantStatus, Proposal, ProposalStatus, Requirement, Role, RulePack};
use yaosu_ledger::signature::PublicKey;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::validators::Validator;
use yaosu_ledger::{BasisPoints, Duration, ProposalId, Text};

use super::participant::{EnrolArguments, public_key};
use super::{PageArguments, Row, named, show_page};
use crate::command_error::CommandError;
use crate::parse::{Reference, duration, ratio, short, show_time};
use crate::said::{Said, coded, list, plain, said, told, word};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// What can be done with proposals.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Put a measure before the operators, and approve it. Signed by an operator
    #[command(subcommand)]
    Create(Box<MeasureArguments>),
    /// Approve a proposal. Signed by an operator
    Approve {
        /// Which
        proposal: Reference,
    },
    /// Show a proposal
    Show {
        /// Which
        proposal: Reference,
    },
    /// Show proposals
    List {
        /// Only those that stand there
        #[arg(long, value_parser = named(ProposalStatus::ALL, ProposalStatus::name))]
        status: Option<ProposalStatus>,
        #[command(flatten)]
        page: PageArguments,
    },
}

/// What is proposed.
#[derive(Debug, Subcommand)]
pub enum MeasureArguments {
    /// Take in a participant with any roles
    Enrol {
        #[command(flatten)]
        enrolment: EnrolArguments,
        /// A role; again for each, or separated by commas
        #[arg(long = "role", required = true, value_delimiter = ',', value_parser = named(Role::ALL, Role::name))]
        roles: Vec<Role>,
    },
    /// Change what a participant may do
    Roles {
        /// Who
        participant: Reference,
        /// A role that it has from then on; again for each, or separated by commas
        #[arg(long = "role", required = true, value_delimiter = ',', value_parser = named(Role::ALL, Role::name))]
        roles: Vec<Role>,
    },
    /// Suspend, reinstate or revoke a participant
    Status {
        /// Who
        participant: Reference,
        /// Where it stands from then on
        #[arg(value_parser = named(ParticipantStatus::ALL, ParticipantStatus::name))]
        status: ParticipantStatus,
    },
    /// Change who decides: the whole new set
    Validators {
        /// A validator: operator, key that signs votes, power; again for each
        #[arg(long = "validator", value_name = "WHO=KEY:POWER", required = true, value_parser = validator)]
        validators: Vec<ValidatorArgument>,
    },
    /// Let a machine join the network
    NodeAdmit {
        /// Its network key: 64 digits, or a file
        #[arg(value_parser = public_key)]
        key: PublicKey,
        /// Who answers for it
        #[arg(long, value_name = "WHO")]
        operator: Reference,
        /// A name for people
        #[arg(long, value_name = "TEXT")]
        name: Text<64>,
    },
    /// Shut a machine out of the network
    NodeDismiss {
        /// Its network key: 64 digits, or a file
        #[arg(value_parser = public_key)]
        key: PublicKey,
    },
    /// Change the market's numbers. What is not named stays
    RulePack(RulePackArguments),
}

/// A validator as it is typed.
#[derive(Clone, Debug)]
pub struct ValidatorArgument {
    operator: Reference,
    key: PublicKey,
    power: u64,
}

/// Numbers of the market.
#[derive(Debug, Args)]
pub struct RulePackArguments {
    /// How long a registration is open to objections
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    notice_window: Option<Duration>,
    /// How long a seller has to deliver
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    delivery_window: Option<Duration>,
    /// How long a buyer has to acknowledge
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    acknowledgement_window: Option<Duration>,
    /// How long a buyer has to check what the key opens, before the money moves
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    settlement_window: Option<Duration>,
    /// How long a licensee has from the end of a licence to state that all copies are destroyed
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    deletion_window: Option<Duration>,
    /// How long a licensee has to acknowledge a recall
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    recall_window: Option<Duration>,
    /// How long operators may approve a proposal
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    proposal_window: Option<Duration>,
    /// How long from enough approvals until a measure is carried out
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    enactment_delay: Option<Duration>,
    /// The exchange's share of a price, e.g. 1%
    #[arg(long, value_name = "SHARE", value_parser = ratio)]
    fee: Option<BasisPoints>,
    /// Who receives the fee
    #[arg(long, value_name = "WHO")]
    fee_account: Option<Reference>,
    /// How long a seller has to reveal a key, and to open a challenged one
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    key_window: Option<Duration>,
    /// How long arbiters have to rule a dispute
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    arbitration_window: Option<Duration>,
    /// The least that a seller puts at stake with an order, as a share of its price, e.g. 10%
    #[arg(long, value_name = "SHARE", value_parser = ratio)]
    bond: Option<BasisPoints>,
    /// What a buyer puts at stake with a dispute, as a share of the price, e.g. 5%
    #[arg(long, value_name = "SHARE", value_parser = ratio)]
    dispute_bond: Option<BasisPoints>,
    /// What listings of a class need from a grade on, e.g. enterprise:general-3=compliance,quality; again for each.
    /// Takes the place of all that is required now
    #[arg(long, value_name = "CLASS:GRADE=KINDS", value_parser = requirement)]
    require: Vec<Requirement>,
    /// Let listings need no attestation
    #[arg(long, conflicts_with = "require")]
    require_nothing: bool,
    /// The longest freeze
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    freeze_max: Option<Duration>,
    /// How long an offer in a negotiation stands
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    negotiation_window: Option<Duration>,
}

/// What the ledger says of a name that it has not: which there are.
fn none_of(error: String) -> Said {
    told!(error, "没有这个名称：{error}")
}

fn requirement(text: &str) -> Result<Requirement, Said> {
    let fault =
        || said!("{text:?} is not of the form CLASS:GRADE=KIND,KIND", "{text:?} 的形式不是 CLASS:GRADE=KIND,KIND");
    let (data, kinds) = text.split_once('=').ok_or_else(fault)?;
    let (class, grade) = data.split_once(':').ok_or_else(fault)?;
    let kinds = kinds.split(',').map(str::parse).collect::<Result<_, String>>().map_err(none_of)?;
    Ok(Requirement { source_class: class.parse().map_err(none_of)?, grade: grade.parse().map_err(none_of)?, kinds })
}

fn validator(text: &str) -> Result<ValidatorArgument, Said> {
    let fault = || said!("{text:?} is not of the form WHO=KEY:POWER", "{text:?} 的形式不是 WHO=KEY:POWER");
    let (operator, rest) = text.split_once('=').ok_or_else(fault)?;
    let (key, power) = rest.rsplit_once(':').ok_or_else(fault)?;
    Ok(ValidatorArgument {
        operator: operator.parse()?,
        key: public_key(key)?,
        power: power.parse().map_err(|_| fault())?,
    })
}

impl Show for InContext<Entity<ProposalId, Proposal>> {
    fn show(&self, screen: &mut Screen) {
        let Entity { id, record } = &self.value;
        let approvals = list(record.approvals.iter().map(|operator| self.context.name(*operator)));
        let deadline = match record.status {
            ProposalStatus::Approved => Label::CarriedOutAt,
            _ => Label::OpenUntil,
        };
        screen.fields(&[
            (Label::Proposal, plain(id)),
            (Label::Measure, plain(words::measure(&record.measure).text(&self.context))),
            (Label::Proposer, self.context.name(record.proposer)),
            (Label::Approvals, approvals),
            (Label::Status, coded(&record.status)),
            (deadline, record.deadline.map_or_else(Said::default, show_time)),
        ]);
    }
}

impl Row for Entity<ProposalId, Proposal> {
    const HEADER: &'static [Label] =
        &[Label::Id, Label::Measure, Label::Proposer, Label::Approvals, Label::Status, Label::Deadline];

    fn row(&self, context: &Context) -> Vec<Said> {
        let Proposal { proposer, measure, approvals, status, deadline } = &self.record;
        vec![
            short(self.id),
            plain(words::measure(measure).text(context)),
            context.name(*proposer),
            plain(approvals.len()),
            word(&status),
            deadline.map_or_else(Said::default, show_time),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Create(arguments) => {
            let measure = measure(session, *arguments).await?;
            write(session, Action::Propose { measure }).await
        }
        Verb::Approve { proposal } => {
            let proposal = session.client()?.proposal(proposal.as_str()).await?.id;
            write(session, Action::Approve { proposal }).await
        }
        Verb::Show { proposal } => {
            let value = session.client()?.proposal(proposal.as_str()).await?;
            let context = session.context_of(mentioned(&value.record)).await;
            session.show(&InContext { value, context })
        }
        Verb::List { status, page } => {
            let found = session.client()?.proposals(status, &page.paging()).await?;
            let mentioned: Vec<_> = found.items.iter().flat_map(|item| mentioned(&item.record)).collect();
            let context = session.context_of(mentioned).await;
            show_page(session, found, context)
        }
    }
}

fn mentioned(proposal: &Proposal) -> Vec<Subject> {
    let mut found = words::measure(&proposal.measure).subjects();
    found.extend(proposal.approvals.iter().chain([&proposal.proposer]).map(|id| Subject::Participant(*id)));
    found
}

async fn measure(session: &Session, arguments: MeasureArguments) -> Result<Measure, CommandError> {
    Ok(match arguments {
        MeasureArguments::Enrol { enrolment, roles } => {
            Measure::Enrol { enrolment: enrolment.enrolment(session).await?, roles: roles.into_iter().collect() }
        }
        MeasureArguments::Roles { participant, roles } => {
            let participant = session.participant_id(&participant).await?;
            Measure::SetRoles { participant, roles: roles.into_iter().collect() }
        }
        MeasureArguments::Status { participant, status } => {
            Measure::SetStatus { participant: session.participant_id(&participant).await?, status }
        }
        MeasureArguments::Validators { validators } => {
            let mut set = Vec::with_capacity(validators.len());
            for ValidatorArgument { operator, key, power } in validators {
                set.push(Validator { operator: session.participant_id(&operator).await?, key, power });
            }
            set.sort();
            Measure::SetValidators { validators: set }
        }
        MeasureArguments::NodeAdmit { key, operator, name } => {
            let operator = session.participant_id(&operator).await?;
            Measure::AdmitNode { key, node: Node { operator, name } }
        }
        MeasureArguments::NodeDismiss { key } => Measure::DismissNode { key },
        MeasureArguments::RulePack(arguments) => Measure::SetRulePack { pack: rule_pack(session, arguments).await? },
    })
}

async fn rule_pack(session: &Session, arguments: RulePackArguments) -> Result<RulePack, CommandError> {
    let now = session.client()?.chain_view().await?.rule_pack;
    let fee_account = match &arguments.fee_account {
        Some(account) => session.participant_id(account).await?,
        None => now.fee_account,
    };
    let mut required_attestations = match (arguments.require, arguments.require_nothing) {
        (_, true) => Vec::new(),
        (named, false) if named.is_empty() => now.required_attestations,
        (named, false) => named,
    };
    required_attestations.sort_unstable_by_key(|entry| (entry.source_class, entry.grade));
    Ok(RulePack {
        number: now.number.saturating_add(1),
        notice_window: arguments.notice_window.unwrap_or(now.notice_window),
        delivery_window: arguments.delivery_window.unwrap_or(now.delivery_window),
        acknowledgement_window: arguments.acknowledgement_window.unwrap_or(now.acknowledgement_window),
        settlement_window: arguments.settlement_window.unwrap_or(now.settlement_window),
        deletion_window: arguments.deletion_window.unwrap_or(now.deletion_window),
        recall_window: arguments.recall_window.unwrap_or(now.recall_window),
        proposal_window: arguments.proposal_window.unwrap_or(now.proposal_window),
        enactment_delay: arguments.enactment_delay.unwrap_or(now.enactment_delay),
        fee: arguments.fee.unwrap_or(now.fee),
        fee_account,
        key_window: arguments.key_window.unwrap_or(now.key_window),
        arbitration_window: arguments.arbitration_window.unwrap_or(now.arbitration_window),
        bond: arguments.bond.unwrap_or(now.bond),
        dispute_bond: arguments.dispute_bond.unwrap_or(now.dispute_bond),
        required_attestations,
        freeze_max: arguments.freeze_max.unwrap_or(now.freeze_max),
        negotiation_window: arguments.negotiation_window.unwrap_or(now.negotiation_window),
    })
}
