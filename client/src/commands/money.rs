//! `yaosu money`

use clap::Subcommand;
use yaosu_api::words::Label;
use yaosu_api::{AccountView, SupplyView};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Amount, Text};

use crate::command_error::CommandError;
use crate::parse::{Reference, amount};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};
use crate::write::write;

/// What can be done with money. Amounts are in units of the currency: 1200.00.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Issue money that came in at the bank. Signed by a settlement agent
    Issue {
        /// Who gets it
        #[arg(long, value_name = "WHO")]
        to: Reference,
        /// How much, e.g. 1200.00
        #[arg(long, value_parser = amount)]
        amount: Amount,
        /// The bank's reference
        #[arg(long, value_name = "TEXT")]
        reference: Text<64>,
    },
    /// Redeem money that went out at the bank. Signed by a settlement agent and the holder
    Redeem {
        /// Whose it is
        #[arg(long, value_name = "WHO")]
        from: Reference,
        /// How much, e.g. 1200.00
        #[arg(long, value_parser = amount)]
        amount: Amount,
        /// The bank's reference
        #[arg(long, value_name = "TEXT")]
        reference: Text<64>,
    },
    /// Pay somebody
    Pay {
        /// Who gets it
        #[arg(long, value_name = "WHO")]
        to: Reference,
        /// How much, e.g. 1200.00
        #[arg(long, value_parser = amount)]
        amount: Amount,
        /// What for
        #[arg(long, value_name = "TEXT", default_value = "")]
        memo: Text<128>,
    },
    /// Show a balance: yours if nobody is named
    Show {
        /// Whose
        participant: Option<Reference>,
    },
    /// Show all money: issued, redeemed, and where it is
    Supply,
}

impl Show for InContext<AccountView> {
    fn show(&self, screen: &mut Screen) {
        let AccountView { participant, account } = &self.value;
        screen.fields(&[
            (Label::Participant, self.context.name(*participant)),
            (Label::Available, self.context.money(account.available)),
            (Label::Held, self.context.money(account.held)),
        ]);
    }
}

impl Show for InContext<SupplyView> {
    fn show(&self, screen: &mut Screen) {
        let SupplyView { supply, available, held, parked } = &self.value;
        screen.fields(&[
            (Label::MoneyIssued, self.context.money(supply.issued)),
            (Label::Redeemed, self.context.money(supply.redeemed)),
            (Label::Available, self.context.money(*available)),
            (Label::Held, self.context.money(*held)),
            (Label::Parked, self.context.money(*parked)),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Issue { to, amount, reference } => {
            let to = session.participant_id(&to).await?;
            write(session, Action::Issue { to, amount, bank_reference: reference }).await
        }
        Verb::Redeem { from, amount, reference } => {
            let from = session.participant_id(&from).await?;
            write(session, Action::Redeem { from, amount, bank_reference: reference }).await
        }
        Verb::Pay { to, amount, memo } => {
            let to = session.participant_id(&to).await?;
            write(session, Action::Pay { to, amount, memo }).await
        }
        Verb::Show { participant } => {
            let reference = match participant {
                Some(participant) => participant.to_string(),
                None => session.signer(&session.key_names()?).await?.to_string(),
            };
            let value = session.client()?.account(&reference).await?;
            let context = session.context([value.participant], []).await;
            session.show(&InContext { value, context })
        }
        Verb::Supply => {
            let value = session.client()?.money().await?;
            let context = session.context([], []).await;
            session.show(&InContext { value, context })
        }
    }
}
