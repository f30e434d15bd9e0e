//! `yaosu block`

use clap::Subcommand;
use yaosu_api::BlockView;

use super::{PageArguments, Row, show_page};
use crate::command_error::CommandError;
use crate::parse::{short, show_time};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};

/// What can be done with blocks.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show a block: the last one if none is named
    Show {
        /// Its height, its identifier or the beginning of it
        #[arg(value_parser = block)]
        block: Option<String>,
    },
    /// Show blocks, the latest first
    List {
        #[command(flatten)]
        page: PageArguments,
    },
}

/// A height or the beginning of an identifier.
fn block(text: &str) -> Result<String, String> {
    let digits = !text.is_empty() && text.len() <= 64;
    if digits && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(text.to_owned())
    } else {
        Err(format!("{text:?} is neither a height nor the beginning of an identifier"))
    }
}

impl Show for InContext<BlockView> {
    fn show(&self, screen: &mut Screen) {
        let BlockView { id, header, certificate, transactions, transaction_count } = &self.value;
        let signers: Vec<String> =
            certificate.signatures.iter().map(|signature| self.context.name(signature.operator)).collect();
        screen.fields(&[
            ("block", header.height.to_string()),
            ("id", id.to_string()),
            ("parent", header.parent.to_string()),
            ("time", show_time(header.time)),
            ("proposer", self.context.name(header.proposer)),
            ("round", certificate.round.to_string()),
            ("signed by", signers.join(", ")),
            ("state root", header.state_root.to_string()),
            ("transactions root", header.transactions_root.to_string()),
            ("events root", header.events_root.to_string()),
            ("next validators", header.next_validators.to_string()),
            ("transactions", transaction_count.to_string()),
        ]);
        for id in transactions.iter().flatten() {
            screen.line(format!("- {id}"));
        }
    }
}

impl Row for BlockView {
    const HEADER: &'static [&'static str] = &["height", "id", "time", "proposer", "transactions"];

    fn row(&self, context: &Context) -> Vec<String> {
        vec![
            self.header.height.to_string(),
            short(self.id),
            show_time(self.header.time),
            context.name(self.header.proposer),
            self.transaction_count.to_string(),
        ]
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let client = session.client()?;
    match verb {
        Verb::Show { block } => {
            let block = match block {
                Some(block) => block,
                None => client.head().await?.height.to_string(),
            };
            let value = client.block(&block).await?;
            let signers = value.certificate.signatures.iter().map(|signature| signature.operator);
            let mentioned: Vec<_> = signers.chain([value.header.proposer]).collect();
            let context = session.context(mentioned, []).await;
            session.show(&InContext { value, context })
        }
        Verb::List { page } => {
            let found = client.blocks(&page.paging()).await?;
            let proposers: Vec<_> = found.items.iter().map(|block| block.header.proposer).collect();
            let context = session.context(proposers, []).await;
            show_page(session, found, context)
        }
    }
}
