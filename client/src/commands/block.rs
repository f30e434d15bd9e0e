//! `yaosu block`

use clap::Subcommand;
use yaosu_api::BlockView;
use yaosu_api::words::Label;

use super::{PageArguments, Row, show_page};
use crate::command_error::CommandError;
use crate::parse::{short, show_time};
use crate::said::{Said, list, plain, said};
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
fn block(text: &str) -> Result<String, Said> {
    let digits = !text.is_empty() && text.len() <= 64;
    if digits && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(text.to_owned())
    } else {
        Err(said!(
            "{text:?} is neither a height nor the beginning of an identifier",
            "{text:?} 既不是高度，也不是标识的开头"
        ))
    }
}

impl Show for InContext<BlockView> {
    fn show(&self, screen: &mut Screen) {
        let BlockView { id, header, certificate, transactions, transaction_count } = &self.value;
        let signers = list(certificate.signatures.iter().map(|signature| self.context.name(signature.operator)));
        screen.fields(&[
            (Label::Block, plain(header.height)),
            (Label::Id, plain(id)),
            (Label::Parent, plain(header.parent)),
            (Label::Time, show_time(header.time)),
            (Label::BlockProposer, self.context.name(header.proposer)),
            (Label::Round, plain(certificate.round)),
            (Label::SignedBy, signers),
            (Label::StateRoot, plain(header.state_root)),
            (Label::TransactionsRoot, plain(header.transactions_root)),
            (Label::EventsRoot, plain(header.events_root)),
            (Label::NextValidators, plain(header.next_validators)),
            (Label::Transactions, plain(transaction_count)),
        ]);
        for id in transactions.iter().flatten() {
            screen.line(plain(format_args!("- {id}")));
        }
    }
}

impl Row for BlockView {
    const HEADER: &'static [Label] =
        &[Label::Height, Label::Id, Label::Time, Label::BlockProposer, Label::Transactions];

    fn row(&self, context: &Context) -> Vec<Said> {
        vec![
            plain(self.header.height),
            short(self.id),
            show_time(self.header.time),
            context.name(self.header.proposer),
            plain(self.transaction_count),
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
