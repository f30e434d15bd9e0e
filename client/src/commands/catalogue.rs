//! `yaosu catalogue`: the register for harvesters in DCAT, and the catalogues of other venues as drafts of registrations.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_api::{ChainView, LIMIT_MAX};
use yaosu_ledger::ParticipantId;
use yaosu_ledger::model::{Line, ListingStatus};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::standards::dcat::{self, Draft, DraftFile, Entry, FORMAT, Refused, Venue};
use yaosu_sdk::standards::{Names, dataspace};
use yaosu_sdk::{AssetQuery, Client, ListingQuery, Paging};

use super::asset::import::{inspect_file, register_all};
use super::document::{self, Document};
use super::receipt::must_be_new;
use crate::command_error::CommandError;
use crate::home::write_whole;
use crate::parse::AssetVersion;
use crate::said::{Said, count, list, plain, said};
use crate::screen::{Screen, Show};
use crate::session::Session;

/// What can be done with catalogues.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Print the registered assets and what is offered of them as a catalogue in DCAT 3 (JSON-LD)
    Export(ExportArguments),
    /// Print a version and what is offered of it as a Dataset of the Dataspace Protocol 2025-1
    Dataset {
        /// The version; the latest if none is named
        #[arg(value_name = "ASSET[@VERSION]")]
        asset: AssetVersion,
        #[command(flatten)]
        place: Place,
    },
    /// Read another venue's catalogue: a draft of a registration for each data set under an open licence that is known, and
    /// why each other one is refused. No node is asked, nothing is signed. Without any draft it ends with code 1
    Import {
        /// The catalogue, DCAT in JSON-LD
        file: PathBuf,
        /// Write the drafts to this file, to be completed and given to `yaosu catalogue register`
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Apply for the registration of drafts that were completed
    Register {
        /// The file of drafts. Content is looked for beside it
        file: PathBuf,
    },
}

/// Which assets.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// Only those with these words
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Where the market is.
#[derive(Debug, Args)]
pub struct Place {
    /// Where the assets are found [default: the node that is asked]
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

/// What a catalogue gave.
#[derive(Debug, Serialize)]
struct Imported {
    #[serde(flatten)]
    drafts: DraftFile,
    refused: Vec<Refused>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<PathBuf>,
}

impl Show for Imported {
    fn show(&self, screen: &mut Screen) {
        let drafts = self.drafts.drafts.iter().map(|draft| {
            let left_out = list(draft.left_out.iter().map(plain));
            vec![
                plain(&draft.title),
                plain(&draft.licence.name),
                list(to_complete(draft).into_iter().map(plain)),
                left_out,
            ]
        });
        screen.table(&[Label::Draft, Label::Licence, Label::ToComplete, Label::LeftOut], drafts.collect());
        if !self.refused.is_empty() {
            let refused = self.refused.iter().map(|refused| vec![plain(&refused.data_set), plain(&refused.reason)]);
            screen.table(&[Label::Refused, Label::Reason], refused.collect());
        }
        screen.line(said!(
            "{}, {} refused",
            "{}，{} 份未采纳",
            count(self.drafts.drafts.len(), "draft", "份草稿"),
            self.refused.len()
        ));
    }
}

fn to_complete(draft: &Draft) -> Vec<&'static str> {
    let Draft { source_class, sector, grade, file, .. } = draft;
    let is_missing = [
        ("source_class", source_class.is_none()),
        ("sector", sector.is_none()),
        ("grade", grade.is_none()),
        ("file", file.is_none()),
    ];
    is_missing.into_iter().filter(|(_, missing)| *missing).map(|(name, _)| name).collect()
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Export(arguments) => export(session, arguments).await,
        Verb::Dataset { asset, place } => dataset(session, &asset, place).await,
        Verb::Import { file, output } => import(session, &file, output),
        Verb::Register { file } => register(session, &file).await,
    }
}

/// The market that is asked.
async fn venue(client: &Client, place: Place) -> Result<Venue, CommandError> {
    let ChainView { chain, name, currency, .. } = client.chain_view().await?;
    let as_of = client.head().await?.time;
    let address = place.address.unwrap_or_else(|| client.node().to_owned());
    Ok(Venue { names: Names { chain }, name, currency, address, as_of })
}

async fn dataset(session: &Session, asset: &AssetVersion, place: Place) -> Result<(), CommandError> {
    let client = session.client()?;
    let venue = venue(client, place).await?;
    let (id, number) = super::asset::find_version(session, asset).await?;
    let version = super::asset::version_of(session, id, number).await?;
    let entry = Entry {
        asset: client.asset(&id.to_string()).await?,
        version,
        listings: listings(client, &id.to_string()).await?,
        handles: Vec::new(),
    };
    session.show(&Document(dataspace::dataset(&venue, &entry).map_err(document::unfit)?))
}

async fn export(session: &Session, arguments: ExportArguments) -> Result<(), CommandError> {
    let client = session.client()?;
    let venue = venue(client, arguments.place).await?;
    let wanted = AssetQuery { holder: None, registration: Some("registered".to_owned()), query: arguments.query };
    let mut entries = Vec::new();
    let mut paging = Paging { limit: Some(LIMIT_MAX), cursor: None };
    loop {
        let page = client.assets(&wanted, &paging).await?;
        for asset in page.items {
            let id = asset.id.to_string();
            // A version that came since the page is no part of it.
            let version = super::asset::version_of(session, asset.id, asset.record.latest_version).await?;
            let listings = listings(client, &id).await?;
            entries.push(Entry { asset, version, listings, handles: Vec::new() });
        }
        paging.cursor = page.cursor;
        if paging.cursor.is_none() {
            break;
        }
    }
    name_holders(session, &mut entries).await;
    session.show(&Document(dcat::write(&venue, &entries).map_err(document::unfit)?))
}

/// All listings of an asset that take orders.
async fn listings(
    client: &Client,
    asset: &str,
) -> Result<Vec<yaosu_api::Entity<yaosu_ledger::ListingId, yaosu_ledger::model::Listing>>, CommandError> {
    let wanted =
        ListingQuery { asset: Some(asset.to_owned()), status: Some(ListingStatus::Active), ..ListingQuery::default() };
    let mut all = Vec::new();
    let mut paging = Paging { limit: Some(LIMIT_MAX), cursor: None };
    loop {
        let page = client.listings(&wanted, &paging).await?;
        all.extend(page.items);
        paging.cursor = page.cursor;
        if paging.cursor.is_none() {
            return Ok(all);
        }
    }
}

async fn name_holders(session: &Session, entries: &mut [Entry]) {
    let holders =
        |entry: &Entry| Line::ALL.iter().map(|line| entry.asset.record.line(*line).holder).collect::<Vec<_>>();
    let all: Vec<ParticipantId> = entries.iter().flat_map(holders).collect();
    let names: BTreeMap<_, _> = session.context(all, []).await.names;
    for entry in entries {
        let known = holders(entry).into_iter().filter_map(|id| names.get(&id).map(|handle| (id, handle.clone())));
        entry.handles = known.collect();
    }
}

fn import(session: &Session, file: &Path, output: Option<PathBuf>) -> Result<(), CommandError> {
    if let Some(output) = &output {
        must_be_new(output)?;
    }
    let catalogue = serde_json::from_slice(&document::read(file)?).map_err(|error| {
        CommandError::failed(said!("{} is no JSON: {error}", "{} 不是 JSON：{error}", file.display()))
    })?;
    let dcat::Harvest { drafts, refused } = dcat::read(&catalogue).map_err(document::unfit)?;
    if drafts.drafts.is_empty() {
        let message = said!(
            "{} gives no draft: {} refused",
            "{} 没有生成草稿：{} 未采纳",
            file.display(),
            count(refused.len(), "data set", "个数据集")
        );
        // Why each is refused is the result; a file without drafts would be none.
        session.show(&Imported { drafts, refused, output: None })?;
        return Err(CommandError::failed(message).hint(said!("nothing was written", "未写入任何内容")));
    }
    if let Some(output) = &output {
        let text = serde_json::to_string_pretty(&drafts).map_err(|error| CommandError::failed(plain(error)))?;
        write_whole(output, format!("{text}\n").as_bytes())?;
    }
    session.show(&Imported { drafts, refused, output })
}

async fn register(session: &Session, file: &Path) -> Result<(), CommandError> {
    let drafts: DraftFile = serde_json::from_slice(&document::read(file)?).map_err(|error| {
        CommandError::failed(said!("{} is no file of drafts: {error}", "{} 不是草稿文件：{error}", file.display()))
    })?;
    if drafts.format != FORMAT {
        let message = said!(
            "{} is of the format {:?}, not {FORMAT}",
            "{} 的格式为 {:?}，不是 {FORMAT}",
            file.display(),
            drafts.format
        );
        return Err(CommandError::failed(message));
    }
    // Said before anything is signed: half an import is harder to complete than none.
    for draft in &drafts.drafts {
        let missing = to_complete(draft);
        if !missing.is_empty() {
            let message = said!("{}: to be completed: {}", "{}：待补充：{}", draft.data_set, missing.join(", "));
            return Err(CommandError::failed(message)
                .hint(said!("a draft that is not wanted is taken out of the file", "不需要的草稿请从文件中删去")));
        }
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let registrations = drafts.drafts.iter().map(|draft| (draft.title.to_string(), registration(draft, folder)));
    register_all(session, drafts.drafts.len(), registrations).await
}

fn registration(draft: &Draft, folder: &Path) -> Result<Action, Said> {
    let file = draft.file.as_ref().ok_or_else(|| said!("no file is named", "未指明文件"))?;
    // Several sources may be one content in several forms; one alone is what the file must be.
    let size_bytes = if let [source] = draft.sources.as_slice() { source.size_bytes } else { None };
    let content = inspect_file(draft.title.as_str(), &folder.join(file), size_bytes)?;
    draft.registration(content).map_err(plain)
}
