//! The commands: one file a noun, in it the verbs.

pub mod asset;
pub mod attestation;
pub mod bench;
pub mod block;
pub mod catalogue;
pub mod completions;
pub mod demand;
mod document;
pub mod events;
pub mod freeze;
pub mod key;
pub mod licence;
pub mod listing;
pub mod man;
pub mod money;
pub mod negotiation;
pub mod node;
pub mod openness;
pub mod order;
pub mod participant;
pub mod policy;
pub mod profile;
pub mod proposal;
pub mod recall;
pub mod receipt;
pub mod sample;
pub mod search;
pub mod serve;
pub mod terms;
pub mod tx;
pub mod watch;

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_api::{EventView, Page, words};
use yaosu_ledger::Digest;
use yaosu_sdk::Paging;
use yaosu_sdk::content::{self, ContentError, Reading};
use yaosu_sdk::delivery::DeliveryError;

use crate::cli::Command;
use crate::command_error::{CommandError, Kind};
use crate::parse::show_time;
use crate::progress;
use crate::said::{Said, plain, said};
use crate::screen::{self, Screen, Show};
use crate::sdk_words;
use crate::session::{Context, InContext, Session};

/// Carries out a command.
///
/// # Errors
/// [`CommandError`]: why it could not be carried out.
pub async fn run(session: &Session, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Profile(verb) => profile::run(session, verb).await,
        Command::Key(verb) => key::run(session, verb),
        Command::Participant(verb) => participant::run(session, verb).await,
        Command::Money(verb) => money::run(session, verb).await,
        Command::Asset(verb) => asset::run(session, verb).await,
        Command::Catalogue(verb) => catalogue::run(session, verb).await,
        Command::Search(arguments) => search::run(session, *arguments).await,
        Command::Listing(verb) => listing::run(session, verb).await,
        Command::Negotiation(verb) => negotiation::run(session, verb).await,
        Command::Demand(verb) => demand::run(session, verb).await,
        Command::Order(verb) => order::run(session, verb).await,
        Command::Licence(verb) => licence::run(session, verb).await,
        Command::Policy(verb) => policy::run(session, verb).await,
        Command::Recall(verb) => recall::run(session, verb).await,
        Command::Attestation(verb) => attestation::run(session, verb).await,
        Command::Freeze(verb) => freeze::run(session, verb).await,
        Command::Openness => openness::run(session).await,
        Command::Proposal(verb) => proposal::run(session, verb).await,
        Command::Tx(verb) => tx::run(session, verb).await,
        Command::Block(verb) => block::run(session, verb).await,
        Command::Receipt(verb) => receipt::run(session, verb).await,
        Command::Node(verb) => node::run(session, verb).await,
        Command::Events(verb) => events::run(session, verb).await,
        Command::Sample(verb) => sample::run(session, verb).await,
        Command::Watch(arguments) => watch::run(session, arguments).await,
        Command::Serve(arguments) => serve::run(session, arguments).await,
        Command::Bench(arguments) => bench::run(session, &arguments).await,
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// Which part of a list.
#[derive(Debug, Args)]
pub struct PageArguments {
    /// Show at most so many [default: 50]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Go on behind a page that was shown before
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
}

impl PageArguments {
    fn paging(&self) -> Paging {
        Paging { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Something that is a row in a list.
pub trait Row: Serialize {
    /// The names of the columns.
    const HEADER: &'static [Label];

    /// What stands in them.
    fn row(&self, context: &Context) -> Vec<Said>;
}

impl<T: Row> Show for InContext<Page<T>> {
    fn show(&self, screen: &mut Screen) {
        screen.table(T::HEADER, self.value.items.iter().map(|item| item.row(&self.context)).collect());
    }
}

impl Row for EventView {
    const HEADER: &'static [Label] = &[Label::Event, Label::Time, Label::What];

    fn row(&self, context: &Context) -> Vec<Said> {
        vec![plain(self.position), show_time(self.time), plain(words::event(&self.record.event).text(context))]
    }
}

/// Shows a part of a list, and says how to go on.
fn show_page<T: Row>(session: &Session, page: Page<T>, context: Context) -> Result<(), CommandError> {
    let cursor = page.cursor.clone();
    session.show(&InContext { value: page, context })?;
    if let (Some(cursor), false) = (cursor, session.global.json) {
        screen::note(said!("there is more: --cursor {cursor}", "还有更多：--cursor {cursor}"));
    }
    Ok(())
}

/// Shows a history with the names of what it mentions.
async fn show_history(session: &Session, page: Page<EventView>) -> Result<(), CommandError> {
    let context = crate::write::context_of(session, page.items.iter().map(|event| &event.record.event)).await;
    show_page(session, page, context)
}

/// Takes the names of an enumeration, and completes and lists them.
fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|item| name(*item))).map(move |text| {
        all.iter().copied().find(|item| name(*item) == text).expect("only names of this list are possible values")
    })
}

/// A hash: 64 digits, or a file that is hashed.
fn digest_of(text: &str) -> Result<Digest, CommandError> {
    if let Ok(digest) = text.parse() {
        return Ok(digest);
    }
    let path = Path::new(text);
    let found = progress::with_bar(&plain(text), |progress| content::inspect(path, Reading::Opaque, progress));
    Ok(found?.content_root)
}

/// The hash of a file.
fn file_digest(path: Option<&PathBuf>) -> Result<Option<Digest>, CommandError> {
    path.map(|path| digest_of(&path.to_string_lossy())).transpose()
}

impl From<ContentError> for CommandError {
    fn from(error: ContentError) -> Self {
        let message = sdk_words::content(&error);
        match error {
            ContentError::NotFound { .. } => Self::new(Kind::NotFound, message),
            ContentError::Differs { .. } => Self::new(Kind::Unverified, message)
                .hint(said!(
                    "to register what the file is now: yaosu asset version ASSET FILE",
                    "登记文件现在的内容：yaosu asset version ASSET FILE"
                ))
                .hint(said!(
                    "if it was delivered to you so: yaosu order reject ORDER --reason TEXT",
                    "若交付给您的即是如此：yaosu order reject ORDER --reason TEXT"
                )),
            ContentError::Malformed { .. }
            | ContentError::OverLimit { .. }
            | ContentError::NameAndBytesDiffer { .. } => Self::failed(message).hint(said!(
                "--opaque takes the bytes as they are, without looking for columns",
                "--opaque 按原样登记字节，不解析列"
            )),
            _ => Self::failed(message),
        }
    }
}

impl From<DeliveryError> for CommandError {
    fn from(error: DeliveryError) -> Self {
        let message = sdk_words::delivery(&error);
        match error {
            DeliveryError::Content(error) => error.into(),
            DeliveryError::Length { .. } | DeliveryError::Unopened { .. } => {
                Self::new(Kind::Unverified, message).hint(said!(
                    "what lies there is not what was to come: yaosu order reject ORDER --reason TEXT",
                    "存放的内容与应交付的不符：yaosu order reject ORDER --reason TEXT"
                ))
            }
            DeliveryError::Depot { .. } => Self::new(Kind::Unreachable, message),
            DeliveryError::Location { .. } => Self::failed(message).hint(said!(
                "a folder is named by its path or file://, a bucket by s3://BUCKET/FOLDER",
                "文件夹写路径或 file://，存储桶写 s3://BUCKET/FOLDER"
            )),
            DeliveryError::Exists { .. } => Self::failed(message)
                .hint(said!("nothing is overwritten: choose another name", "不覆盖任何文件：请换一个名称")),
            DeliveryError::Changed { .. } => Self::new(Kind::Unverified, message)
                .hint(said!("the same command fetches it once more", "同一命令可重新获取")),
            DeliveryError::Archive { .. } => Self::failed(message).hint(said!(
                "the bytes themselves are right: --output FILE writes them as they are",
                "字节本身无误：--output FILE 可原样写出"
            )),
            DeliveryError::Recipient { .. }
            | DeliveryError::Random(_)
            | DeliveryError::Unpackable { .. }
            | DeliveryError::Io { .. } => Self::failed(message),
        }
    }
}
