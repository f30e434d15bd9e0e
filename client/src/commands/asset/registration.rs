//! Objections, and what the registrar decides (登记).

use clap::{Args, Subcommand};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Text};

use super::super::digest_of;
use crate::command_error::CommandError;
use crate::parse::Reference;
use crate::session::Session;
use crate::write::write;

/// What can be done about a registration.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Object to a registration
    Object {
        /// Of which asset
        asset: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        statement: Text<512>,
        /// The evidence, needed after the notice: a file, or its hash
        #[arg(long, value_name = "FILE")]
        evidence: Option<String>,
    },
    /// Rule an objection. Signed by a registrar
    Rule {
        /// To which asset
        asset: Reference,
        /// The objection's number, from 0
        objection: u16,
        #[command(flatten)]
        ruling: Ruling,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Take an asset into the register, after the notice. Signed by a registrar
    Grant {
        /// Which asset
        asset: Reference,
        /// The certificate's number
        #[arg(long, value_name = "NUMBER")]
        certificate: Text<32>,
    },
    /// Refuse a registration. Signed by a registrar
    Refuse {
        /// Of which asset
        asset: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Take an asset out of the register. Signed by a registrar or the holder
    Cancel {
        /// Which asset
        asset: Reference,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Text<256>,
    },
    /// Apply again after a refusal or a cancellation
    Apply {
        /// For which asset
        asset: Reference,
    },
}

/// One of the two.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Ruling {
    /// The objection was right: the registration is refused or cancelled
    #[arg(long)]
    uphold: bool,
    /// The objection was wrong
    #[arg(long)]
    dismiss: bool,
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let action = match verb {
        Verb::Object { asset, statement, evidence } => {
            let evidence = evidence.as_deref().map(digest_of).transpose()?;
            Action::Object { asset: find(session, &asset).await?, statement, evidence }
        }
        Verb::Rule { asset, objection, ruling, reason } => {
            let asset = find(session, &asset).await?;
            Action::RuleObjection { asset, objection, upheld: ruling.uphold, reason }
        }
        Verb::Grant { asset, certificate } => {
            Action::GrantRegistration { asset: find(session, &asset).await?, certificate }
        }
        Verb::Refuse { asset, reason } => Action::RefuseRegistration { asset: find(session, &asset).await?, reason },
        Verb::Cancel { asset, reason } => Action::CancelRegistration { asset: find(session, &asset).await?, reason },
        Verb::Apply { asset } => Action::ApplyAgain { asset: find(session, &asset).await? },
    };
    write(session, action).await
}

async fn find(session: &Session, asset: &Reference) -> Result<AssetId, CommandError> {
    Ok(session.client()?.asset(asset.as_str()).await?.id)
}
