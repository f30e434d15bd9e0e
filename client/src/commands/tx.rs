//! `yaosu tx`

use std::path::PathBuf;

use clap::Subcommand;
use yaosu_api::words::Named as _;
use yaosu_api::{Fate, TransactionView, words};
use yaosu_ledger::transaction::Transaction;
use yaosu_sdk::{approve, load_transaction};

use crate::command_error::{CommandError, Kind};
use crate::describe;
use crate::parse::{Reference, show_time};
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
    sentence: Option<String>,
}

impl Show for InContext<TransactionReport> {
    fn show(&self, screen: &mut Screen) {
        let TransactionReport { view, sentence } = &self.value;
        let language = self.context.language;
        let (fate, time) = match &view.fate {
            Fate::Waiting => (language.of("waiting", "等待中").to_owned(), String::new()),
            Fate::Committed { height, index, time } => {
                let english = format!("committed in block {height}, place {index}");
                (language.of(english, format!("已写入区块 {height}，第 {index} 位")), show_time(*time))
            }
            Fate::Refused { problem } => {
                (format!("{}{}", language.of("refused: ", "被拒绝："), problem.detail), String::new())
            }
            Fate::Unknown => (language.of("unknown", "未知").to_owned(), String::new()),
        };
        let mut fields = vec![
            (language.of("transaction", "交易"), view.id.to_string()),
            (language.of("fate", "状态"), fate),
            (language.of("time", "时间"), time),
            (language.of("asks", "请求"), sentence.clone().unwrap_or_default()),
        ];
        if let Some(Transaction { body, approvals }) = &view.transaction {
            let (lane, number) = (body.lane, body.sequence);
            let code = body.action.name();
            let action = language.of(code.to_owned(), format!("{}（{code}）", body.action.word(language)));
            let number = language.of(format!("{lane}, number {number}"), format!("{lane}，第 {number} 号"));
            fields.push((language.of("action", "操作"), action));
            fields.push((language.of("lane", "通道"), number));
            let until = body.valid_until.map_or_else(String::new, show_time);
            fields.push((language.of("valid until", "有效至"), until));
            let key = language.of("signed by key", "签名密钥");
            fields.extend(approvals.iter().map(|approval| (key, approval.key.to_string())));
        }
        screen.fields(&fields);
        for event in &view.events {
            screen.line(format!("- {}", words::event(&event.record.event).text(&self.context)));
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
        return Err(CommandError::new(Kind::NotFound, format!("the node knows nothing of transaction {transaction}"))
            .hint("it may have been refused and forgotten, or sent to another node"));
    }
    let sentence = match &view.transaction {
        Some(Transaction { body, .. }) if matches!(view.fate, Fate::Committed { .. }) => {
            Some(describe::committed_action(session, body.signer, &body.action).await)
        }
        Some(Transaction { body, .. }) => Some(describe::action(session, body.signer, &body.action).await),
        None => None,
    };
    let context = context_of(session, view.events.iter().map(|event| &event.record.event)).await;
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
            let message = format!("the transaction is for chain {found}, the profile is of chain {}", profile.chain);
            Err(CommandError::new(Kind::Unsafe, message).hint("name the profile of that chain with --profile"))
        }
        _ => Ok(()),
    }
}
