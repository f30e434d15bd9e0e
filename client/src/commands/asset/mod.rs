//! `yaosu asset`

mod derivations;
pub mod import;
mod lineage;
mod register;
mod registration;
mod royalties;
pub mod sample;
mod schema;
mod show;
mod supervision;

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::model::Line;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, Digest};
use yaosu_sdk::{AssetQuery, content, delivery};

use super::{PageArguments, digest_of, named, show_history, show_page};
use crate::command_error::{CommandError, Kind};
use crate::parse::{AssetVersion, Reference};
use crate::progress;
use crate::said::{bytes, plain, said};
use crate::screen::{Screen, Show};
use crate::session::{Context, InContext, Session};
use crate::write::write;

/// Where a registration can stand.
const REGISTRATIONS: [&str; 4] = ["public-notice", "registered", "refused", "cancelled"];

/// What can be done with assets.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Describe a file as an asset and apply for its registration. The content never leaves this machine
    Register(Box<register::RegisterArguments>),
    /// Register every resource of a data package (datapackage.json) that says by what licence it may be used
    Import(import::ImportArguments),
    /// Add a new version
    Version(register::VersionArguments),
    /// Show an asset
    Show {
        /// Which
        asset: Reference,
    },
    /// Show assets
    List {
        /// Only those of which this participant holds a right
        #[arg(long, value_name = "WHO")]
        holder: Option<Reference>,
        /// Only those whose registration stands there
        #[arg(long, value_parser = REGISTRATIONS)]
        registration: Option<String>,
        /// Only those with these words
        #[arg(long, value_name = "TEXT")]
        query: Option<String>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show an asset's versions
    Versions {
        /// Of which
        asset: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Show what happened to an asset, the latest first
    History {
        /// Which
        asset: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Print the columns of a version as a Table Schema
    Schema {
        /// The version; the latest if none is named
        #[arg(value_name = "ASSET[@VERSION]")]
        asset: AssetVersion,
    },
    /// Draw where a version came from and what came of it
    Lineage(lineage::LineageArguments),
    /// Read events of OpenLineage: what the runs of a pipeline made, as drafts of --from for `yaosu asset version`
    Derivations {
        /// The events: one after the other, or a list of them
        file: PathBuf,
    },
    /// Hand one of the three rights over. The recipient approves too: give both keys by --as, or use --save
    Transfer {
        /// Of which asset
        asset: Reference,
        /// Which right
        #[arg(long, value_parser = named(Line::ALL, Line::name))]
        line: Line,
        /// To whom
        #[arg(long, value_name = "WHO")]
        to: Reference,
        /// The evidence: a file, or its hash
        #[arg(long, value_name = "FILE")]
        evidence: Option<String>,
    },
    /// Check that a file, or a folder as one archive, is the content of a version
    Verify {
        /// The file or folder
        file: PathBuf,
        /// The version; the latest if none is named
        #[arg(value_name = "ASSET[@VERSION]")]
        asset: AssetVersion,
    },
    /// Cut a slice out of registered content, with the proof that it is one: a file that `sample verify` checks
    Sample(sample::SampleArguments),
    /// Show objections to a registration
    Objections {
        /// Of which asset
        asset: Reference,
        #[command(flatten)]
        page: PageArguments,
    },
    #[command(flatten)]
    Registration(registration::Verb),
    #[command(flatten)]
    Royalties(royalties::Verb),
    #[command(flatten)]
    Supervision(supervision::Verb),
}

/// A file that is what it should be.
#[derive(Debug, Serialize)]
struct VerifiedFile {
    file: PathBuf,
    asset: AssetId,
    version: u32,
    content_root: Digest,
    size_bytes: u64,
}

impl Show for VerifiedFile {
    fn show(&self, screen: &mut Screen) {
        screen.line(said!(
            "{} is version {} of the asset",
            "{} 是该数据资产的第 {} 版",
            self.file.display(),
            self.version
        ));
        screen.fields(&[
            (Label::Asset, plain(self.asset)),
            (Label::ContentRoot, plain(self.content_root)),
            (Label::Size, bytes(self.size_bytes)),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Register(arguments) => register::register(session, *arguments).await,
        Verb::Import(arguments) => import::run(session, arguments).await,
        Verb::Version(arguments) => register::add_version(session, arguments).await,
        Verb::Show { asset } => {
            let value = session.client()?.asset(asset.as_str()).await?;
            let context = session.context(show::participants(&value.record), []).await;
            session.show(&InContext { value, context })
        }
        Verb::List { holder, registration, query, page } => {
            let wanted = AssetQuery { holder: holder.map(|holder| holder.to_string()), registration, query };
            let found = session.client()?.assets(&wanted, &page.paging()).await?;
            let holders: Vec<_> = found.items.iter().map(|asset| asset.record.line(Line::Operate).holder).collect();
            let context = session.context(holders, []).await;
            show_page(session, found, context)
        }
        Verb::Versions { asset, page } => {
            let found = session.client()?.versions(asset.as_str(), &page.paging()).await?;
            show_page(session, found, Context::default())
        }
        Verb::History { asset, page } => {
            let found = session.client()?.asset_history(asset.as_str(), &page.paging()).await?;
            show_history(session, found).await
        }
        Verb::Schema { asset } => schema::run(session, &asset).await,
        Verb::Lineage(arguments) => lineage::run(session, arguments).await,
        Verb::Derivations { file } => derivations::run(session, &file).await,
        Verb::Transfer { asset, line, to, evidence } => {
            let asset = session.client()?.asset(asset.as_str()).await?.id;
            let to = session.participant_id(&to).await?;
            let evidence = evidence.as_deref().map(digest_of).transpose()?;
            write(session, Action::TransferRight { asset, line, to, evidence }).await
        }
        Verb::Verify { file, asset } => verify(session, file, &asset).await,
        Verb::Sample(arguments) => sample::run(session, arguments).await,
        Verb::Objections { asset, page } => {
            let found = session.client()?.objections(asset.as_str(), &page.paging()).await?;
            let objectors: Vec<_> = found.items.iter().map(|item| item.objection.objector).collect();
            let context = session.context(objectors, []).await;
            show_page(session, found, context)
        }
        Verb::Registration(verb) => registration::run(session, verb).await,
        Verb::Royalties(verb) => royalties::run(session, verb).await,
        Verb::Supervision(verb) => supervision::run(session, verb).await,
    }
}

async fn verify(session: &Session, file: PathBuf, asset: &AssetVersion) -> Result<(), CommandError> {
    let (id, version) = find_version(session, asset).await?;
    let content = content_of(session, id, version).await?;
    let (content_root, size_bytes) = (content.content_root, content.size_bytes);
    let packed = delivery::pack(&file, &session.home.spool_path()?)?;
    progress::with_bar(&said!("reading", "读取"), |progress| {
        content::verify(packed.path(), content_root, size_bytes, progress)
    })?;
    session.show(&VerifiedFile { file, asset: id, version, content_root, size_bytes })
}

/// The identifier and number of a version; the latest if none is named.
///
/// # Errors
/// There is no such asset.
pub async fn find_version(session: &Session, asset: &AssetVersion) -> Result<(AssetId, u32), CommandError> {
    let found = session.client()?.asset(asset.asset.as_str()).await?;
    Ok((found.id, asset.version.unwrap_or(found.record.latest_version)))
}

/// What the ledger says of a version's content.
///
/// # Errors
/// There is no such version.
pub async fn content_of(
    session: &Session,
    asset: AssetId,
    version: u32,
) -> Result<yaosu_ledger::model::VersionContent, CommandError> {
    Ok(version_of(session, asset, version).await?.version.content)
}

/// What the ledger says of a version.
///
/// # Errors
/// There is no such version.
pub async fn version_of(
    session: &Session,
    asset: AssetId,
    version: u32,
) -> Result<yaosu_api::VersionView, CommandError> {
    let found = session.client()?.version(&asset.to_string(), version).await?;
    found.ok_or_else(|| {
        CommandError::new(
            Kind::NotFound,
            said!("asset {asset} has no version {version}", "数据资产 {asset} 没有第 {version} 版"),
        )
        .hint(plain(format_args!("yaosu asset versions {asset}")))
    })
}
