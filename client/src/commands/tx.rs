//! `yaosu tx`

use std::path::PathBuf;

use clap::Subcommand;
use yaosu_api::words::Label;
use yaosu_api::words::Named as _;
use yaosu_api::{Fate, TransactionView, words};
use yaosu_ledger::ParticipantId;
use yaosu_ledger::transaction::Transaction;
use yaosu_sdk::{approve, load_transaction};

use crate::command_error::{CommandError, Kind};
use crate::describe;
use crate::parse::{Reference, show_time};
use crate::refusal::{identifiers, in_words};
use crate::said::{Said, maybe, plain, said, told};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};
use crate::write::{self, context_of, require_approvals, say_and_ask, send, show_commitment, std_duration};

/// What can be done with transactions.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show a transaction and what became of it
    Show {
        /// Which
        transaction: Reference,
    },
    /// Wait until a transaction is in the ledger
    Wait {
        /// Which
        transaction: Reference,
    },
    /// Approve a transaction in a file (made with --save) with your key. Works without a node
    Sign {
        /// The file; it is replaced, or left as it is with --save
        file: PathBuf,
    },
    /// Send a transaction in a file
    Send {
        /// The file
        file: PathBuf,
    },
}

/// A transaction with the sentence that says what it asks for.
#[derive(Debug, serde::Serialize)]
struct TransactionReport {
    #[serde(flatten)]
    view: TransactionView,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<Said>,
}

impl Show for InContext<TransactionReport> {
    fn show(&self, screen: &mut Screen) {
        let TransactionReport { view, sentence } = &self.value;
        let (fate, time) = match &view.fate {
            Fate::Waiting => (said!("waiting", "等待中"), None),
            Fate::Committed { height, index, time } => (
                said!("committed in block {height}, place {index}", "已写入区块 {height}，第 {index} 位"),
                Some(show_time(*time)),
            ),
            Fate::Refused { problem } => {
                (said!("refused: {}", "被拒绝：{}", in_words(&problem.detail, &self.context)), None)
            }
            Fate::Unknown => (said!("unknown", "未知"), None),
        };
        let mut fields = vec![
            (Label::Transaction, plain(view.id)),
            (Label::Fate, fate),
            (Label::Time, maybe(time)),
            (Label::Asks, sentence.clone().unwrap_or_default()),
        ];
        if let Some(Transaction { body, approvals }) = &view.transaction {
            let (lane, number) = (body.lane, body.sequence);
            let code = body.action.name();
            let number = said!("{lane}, number {number}", "{lane}，第 {number} 号");
            fields.push((Label::Action, told!(code, "{}（{code}）", body.action.words().1)));
            fields.push((Label::Lane, number));
            let until = body.valid_until.map_or_else(Said::default, show_time);
            fields.push((Label::ValidUntil, until));
            fields.extend(approvals.iter().map(|approval| (Label::SignedByKey, plain(approval.key))));
        }
        screen.fields(&fields);
        for event in &view.events {
            screen.line(plain(format_args!("- {}", words::event(&event.record.event).text(&self.context))));
        }
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Show { transaction } => show(session, &transaction).await,
        Verb::Wait { transaction } => {
            let timeout = std_duration(session.global.wait_timeout);
            let client = session.client()?;
            let id = client.transaction(transaction.as_str()).await?.id;
            show_commitment(session, client.wait(id, timeout).await?).await
        }
        Verb::Sign { file } => sign(session, file).await,
        Verb::Send { file } => {
            let transaction = load_transaction(&file)?;
            check_chain(session, &transaction)?;
            require_approvals(&session.client()?.missing_approvals(&transaction).await?)?;
            send(session, &transaction).await
        }
    }
}

async fn show(session: &Session, transaction: &Reference) -> Result<(), CommandError> {
    let view = session.client()?.transaction(transaction.as_str()).await?;
    if view.fate == Fate::Unknown {
        return Err(CommandError::new(
            Kind::NotFound,
            said!("the node knows nothing of transaction {transaction}", "该节点不知道交易 {transaction}"),
        )
        .hint(said!(
            "it may have been refused and forgotten, or sent to another node",
            "它可能已被拒绝且不再留存，或发往了其他节点"
        )));
    }
    let sentence = match &view.transaction {
        Some(Transaction { body, .. }) if matches!(view.fate, Fate::Committed { .. }) => {
            Some(describe::committed_action(session, body.signer, &body.action).await)
        }
        Some(Transaction { body, .. }) => Some(describe::action(session, body.signer, &body.action).await),
        None => None,
    };
    let context = match &view.fate {
        Fate::Refused { problem } => session.context(identifiers(&problem.detail).map(ParticipantId), []).await,
        _ => context_of(session, view.events.iter().map(|event| &event.record.event)).await,
    };
    session.show(&InContext { value: TransactionReport { view, sentence }, context })
}

async fn sign(session: &Session, file: PathBuf) -> Result<(), CommandError> {
    let mut transaction = load_transaction(&file)?;
    check_chain(session, &transaction)?;
    let keys = session.key_names()?;
    say_and_ask(session, transaction.body.signer, &transaction.body.action).await?;
    for key in session.unlock(&keys)? {
        approve(&mut transaction, &key);
    }
    // Signing needs no node; what is still missing is told where one can be asked.
    let missing = match session.client() {
        Ok(client) => client.missing_approvals(&transaction).await.ok(),
        Err(_) => None,
    };
    let target = session.global.save.clone().unwrap_or(file);
    write::save(session, &transaction, &target, missing)
}

/// Nothing is signed or sent for another chain than the profile's.
fn check_chain(session: &Session, transaction: &Transaction) -> Result<(), CommandError> {
    let found = transaction.body.chain;
    match session.profile()? {
        Some(profile) if profile.chain != found => {
            let message = said!(
                "the transaction is for chain {found}, the profile is of chain {}",
                "该交易属于链 {found}，配置属于链 {}",
                profile.chain
            );
            Err(CommandError::new(Kind::Unsafe, message)
                .hint(said!("name the profile of that chain with --profile", "请用 --profile 指定该链的配置")))
        }
        _ => Ok(()),
    }
}
