//! `yaosu asset royalties`, `release` and `recall`: what goes upstream of a sale, and what is taken back.

use clap::Subcommand;
use yaosu_api::RoyaltiesView;
use yaosu_ledger::Amount;
use yaosu_ledger::model::RecallCause;
use yaosu_ledger::transaction::Action;

use super::super::{digest_of, named};
use crate::command_error::CommandError;
use crate::describe;
use crate::parse::{AssetVersion, Reference, amount};
use crate::said::{Said, said};
use crate::screen::{Screen, Show};
use crate::session::{InContext, Session};
use crate::write::write;

/// What goes upstream of a sale, and what is taken back.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show how a price would be divided at settlement
    Royalties {
        /// The version that would be sold; the latest if none is named
        #[arg(value_name = "ASSET[@VERSION]")]
        asset: AssetVersion,
        /// The price, e.g. 1200.00
        #[arg(long, value_name = "AMOUNT", value_parser = amount)]
        price: Amount,
    },
    /// Take royalties that were parked while the holder could not receive them
    Release {
        /// Of which asset
        asset: Reference,
    },
    /// Recall a version, or all there are, and all that was made from it: whoever has a licence must stop. Signed by a
    /// regulator or a registrar; the holder withdraws, then nothing new is sold of it and licences stay
    Recall {
        /// What; all versions if none is named
        #[arg(value_name = "ASSET[@VERSION]")]
        asset: AssetVersion,
        /// Why
        #[arg(long, value_parser = named(RecallCause::ALL, RecallCause::name))]
        cause: RecallCause,
        /// The statement: a file, or its hash
        #[arg(long, value_name = "FILE")]
        statement: String,
    },
}

impl Show for InContext<RoyaltiesView> {
    fn show(&self, screen: &mut Screen) {
        let RoyaltiesView { asset, version, price, .. } = &self.value;
        let context = &self.context;
        screen.line(said!(
            "version {version} of {} for {}",
            "{} 第 {version} 版，价格 {}",
            context.title(*asset),
            context.money(*price)
        ));
        describe::division(screen, context, Some(&self.value), (Said::default(), Amount::ZERO));
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Royalties { asset, price } => {
            let value = session.client()?.royalties(asset.asset.as_str(), asset.version, price).await?;
            let holders = value.royalties.iter().map(|share| share.holder);
            let holders: Vec<_> = holders.chain([value.holder, value.fee_account]).collect();
            let assets: Vec<_> = value.royalties.iter().map(|share| share.asset).chain([value.asset]).collect();
            let context = session.context(holders, assets).await;
            session.show(&InContext { value, context })
        }
        Verb::Release { asset } => {
            let asset = session.client()?.asset(asset.as_str()).await?.id;
            write(session, Action::ReleaseParked { asset }).await
        }
        Verb::Recall { asset, cause, statement } => {
            let id = session.client()?.asset(asset.asset.as_str()).await?.id;
            let statement = digest_of(&statement)?;
            write(session, Action::Recall { asset: id, version: asset.version, cause, statement }).await
        }
    }
}
