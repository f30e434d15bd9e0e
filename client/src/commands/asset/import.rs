//! `yaosu asset import`: a data package, resource by resource.
//!
//! No lawful basis, no registration: a resource without a licence of its own is put before the ledger as what it is, and
//! the ledger refuses it.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::AssetId;
use yaosu_ledger::model::{
    AssetDescription, AssetKind, Basis, Grade, Openness, RightsClaim, SourceClass, UpdateCycle, VersionContent,
};
use yaosu_ledger::transaction::Action;
use yaosu_sdk::content::{self, ContentError, Reading};
use yaosu_sdk::data_package::{self, DataPackageError, Resource};
use yaosu_sdk::standards::table_schema;
use yaosu_sdk::{SdkError, Signer};

use super::super::named;
use super::schema::declare;
use crate::command_error::{CommandError, Kind, Rule};
use crate::parse::short;
use crate::progress;
use crate::refusal::explain;
use crate::said::{Said, count, plain, said};
use crate::screen::{self, Screen, Show};
use crate::sdk_words;
use crate::session::Session;
use crate::write::{body_options, require_approvals, std_duration};

/// What holds for every resource of a package.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The package's descriptor
    descriptor: PathBuf,
    /// Where the files are [default: beside the descriptor]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Whose data it is at the source
    #[arg(long, value_parser = named(SourceClass::ALL, SourceClass::name))]
    source_class: SourceClass,
    /// The field of life, e.g. meteorology
    #[arg(long, value_name = "TEXT")]
    sector: yaosu_ledger::Text<32>,
    /// How much harm its misuse would do (分级)
    #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
    grade: Grade,
    /// How often new versions come
    #[arg(long, default_value = "irregular", value_parser = named(UpdateCycle::ALL, UpdateCycle::name))]
    update_cycle: UpdateCycle,
}

/// What became of a resource.
#[derive(Debug, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum Outcome {
    /// Its notice runs.
    Applied {
        /// The asset.
        asset: AssetId,
    },
    /// The ledger would take it: a dry run.
    Foreseen,
    /// The ledger refuses it.
    Refused {
        /// The rule.
        rule: Option<Rule>,
        /// Why.
        reason: Said,
    },
    /// It could not be read; the ledger was not asked.
    Unread {
        /// Why.
        reason: Said,
    },
}

/// A resource and what became of it.
#[derive(Debug, Serialize)]
struct Entry {
    name: String,
    #[serde(flatten)]
    outcome: Outcome,
}

/// What became of a package.
#[derive(Debug, Serialize)]
struct Imported {
    applied: usize,
    refused: usize,
    unread: usize,
    resources: Vec<Entry>,
}

impl Show for Imported {
    fn show(&self, screen: &mut Screen) {
        let rows = self.resources.iter().map(|Entry { name, outcome }| {
            let (outcome, about) = match outcome {
                Outcome::Applied { asset } => (said!("applied", "已申请"), short(*asset)),
                Outcome::Foreseen => (said!("would be taken", "可受理"), Said::default()),
                Outcome::Refused { rule: Some(Rule { number, .. }), reason } => {
                    (Label::Refused.into(), said!("R{number}: {reason}", "R{number}：{reason}"))
                }
                Outcome::Refused { rule: None, reason } => (Label::Refused.into(), reason.clone()),
                Outcome::Unread { reason } => (said!("not read", "未读取"), reason.clone()),
            };
            vec![plain(name), outcome, about]
        });
        screen.table(&[Label::Resource, Label::Outcome, Label::AssetOrReason], rows.collect());
        screen.line(said!(
            "{} applied for, {} refused, {} not read",
            "已申请 {} 项，被拒绝 {} 项，未读取 {} 项",
            self.applied,
            self.refused,
            self.unread
        ));
    }
}

/// Registers what can be registered, and shows what became of each resource.
pub async fn run(session: &Session, arguments: ImportArguments) -> Result<(), CommandError> {
    let resources = data_package::read(&arguments.descriptor, arguments.folder.as_deref())?;
    let count = resources.len();
    let registrations = resources.into_iter().map(|resource| {
        let action = inspect(&resource).map(|content| describe(&arguments, &resource, content));
        (resource.name, action)
    });
    register_all(session, count, registrations).await
}

/// Applies for the registration of so many things, each in a transaction of its own, and shows what became of each. One
/// that can't be read says why.
pub async fn register_all(
    session: &Session,
    how_many: usize,
    registrations: impl Iterator<Item = (String, Result<Action, Said>)>,
) -> Result<(), CommandError> {
    if session.global.save.is_some() || session.global.no_wait {
        return Err(CommandError::usage(said!(
            "an import waits for each of its transactions: without --save and --no-wait",
            "导入会等待每笔交易写入账本：不能与 --save、--no-wait 同用"
        )));
    }
    let keys = session.key_names()?;
    let participant = session.signer(&keys).await?;
    let words = count(how_many, "resource", "项资源");
    screen::note(said!(
        "{} applies for the registration of {words}, each in a transaction of its own",
        "{} 申请登记 {words}，每项一笔交易",
        keys[0].name
    ));
    let is_dry = session.global.dry_run;
    if !is_dry && !session.global.yes && screen::can_ask() && !screen::ask(&said!("sign them?", "全部签署吗？"))?
    {
        return Err(CommandError::failed(said!("nothing was signed", "未签署任何内容")));
    }
    let unlocked = if is_dry { Vec::new() } else { session.unlock(&keys)? };
    let signer = Signer { participant, keys: unlocked };

    let mut entries = Vec::with_capacity(how_many);
    for (name, action) in registrations {
        let outcome = match action {
            Ok(action) => register(session, &signer, action).await?,
            Err(reason) => Outcome::Unread { reason },
        };
        entries.push(Entry { name, outcome });
    }
    let how_many = |is: fn(&Outcome) -> bool| entries.iter().filter(|entry| is(&entry.outcome)).count();
    let imported = Imported {
        applied: how_many(|outcome| matches!(outcome, Outcome::Applied { .. } | Outcome::Foreseen)),
        refused: how_many(|outcome| matches!(outcome, Outcome::Refused { .. })),
        unread: how_many(|outcome| matches!(outcome, Outcome::Unread { .. })),
        resources: entries,
    };
    session.show(&imported)?;
    match (imported.refused, imported.unread) {
        (0, 0) => Ok(()),
        (0, unread) => {
            Err(CommandError::failed(said!("{} could not be read", "{} 无法读取", count(unread, "resource", "项资源"))))
        }
        (refused, _) => {
            let message = said!(
                "the ledger refused {} of {}",
                "账本拒绝了 {1} 中的 {0} 项",
                refused,
                count(imported.resources.len(), "resource", "项资源")
            );
            Err(CommandError::new(Kind::Refused, message))
        }
    }
}

/// What a resource's file holds.
fn inspect(resource: &Resource) -> Result<VersionContent, Said> {
    let file = resource.file.as_ref().map_err(plain)?;
    let mut content = inspect_file(&resource.name, file, resource.size_bytes)?;
    if let (Some(schema), Some(_)) = (&resource.schema, &content.structure) {
        // What the content is decides; a declaration that does not fit it is said, and keeps nothing from being registered.
        match table_schema::read(schema).and_then(|schema| declare(&mut content, &schema)) {
            Ok(()) => {}
            Err(error) => screen::note(said!(
                "{}: {error}; its columns are taken as they are",
                "{}：{error}；按文件本身的列处理",
                resource.name
            )),
        }
    }
    Ok(content)
}

/// What a file holds, of the size that it is said to have; one that is not well-formed is taken as it is.
pub fn inspect_file(name: &str, file: &Path, size_bytes: Option<u64>) -> Result<VersionContent, Said> {
    let read = |reading| progress::with_bar(&plain(name), |progress| content::inspect(file, reading, progress));
    let found = match read(Reading::Structured) {
        Err(
            ContentError::Malformed { .. } | ContentError::OverLimit { .. } | ContentError::NameAndBytesDiffer { .. },
        ) => read(Reading::Opaque),
        found => found,
    };
    let found = found.map_err(|error| sdk_words::content(&error))?;
    match size_bytes {
        Some(size_bytes) if size_bytes != found.size_bytes => Err(said!(
            "it is said to have {size_bytes} bytes, the file has {}",
            "声明为 {size_bytes} 字节，文件实为 {} 字节",
            found.size_bytes
        )),
        _ => Ok(found.into_version(None)),
    }
}

fn describe(arguments: &ImportArguments, resource: &Resource, content: VersionContent) -> Action {
    let evidence = resource.licence_evidence();
    let basis = if evidence.is_some() { Basis::Collected } else { Basis::Unknown };
    let openness = match arguments.source_class {
        SourceClass::Public => Openness::Open,
        SourceClass::Enterprise | SourceClass::Personal => Openness::NotPublic,
    };
    let description = AssetDescription {
        title: resource.title.clone(),
        description: resource.description.clone(),
        kind: AssetKind::Resource,
        source_class: arguments.source_class,
        sector: arguments.sector.clone(),
        grade: arguments.grade,
        openness,
        keywords: Vec::new(),
        spatial: yaosu_ledger::Text::default(),
        temporal: yaosu_ledger::Text::default(),
        update_cycle: arguments.update_cycle,
    };
    let rights = RightsClaim { hold: basis, r#use: basis, operate: basis, evidence };
    Action::RegisterAsset { description, rights, content, parents: Vec::new() }
}

/// Puts one before the ledger. That the ledger refuses it does not keep the next from being tried; anything else does.
async fn register(session: &Session, signer: &Signer, action: Action) -> Result<Outcome, CommandError> {
    let client = session.client()?;
    let options = body_options(session);
    let body = client.prepare(signer.participant, action, &options).await?;
    let answer = if session.global.dry_run {
        client.foresee(&body).await.map(|_| Outcome::Foreseen)
    } else {
        let transaction = signer.sign(body);
        require_approvals(&client.missing_approvals(&transaction).await?)?;
        let asset = AssetId::created_by(transaction.body.id());
        let limit = std_duration(session.global.wait_timeout);
        client.commit(&transaction, limit).await.map(|_| Outcome::Applied { asset })
    };
    match answer {
        Ok(outcome) => Ok(outcome),
        Err(SdkError::Problem(problem)) if problem.number.is_some() => {
            let error = explain(session, (*problem).into(), signer.participant).await;
            let prefix = said!("the ledger refuses: {}", "账本拒绝：{}", "");
            let reason = plain(error.message.as_str().trim_start_matches(prefix.as_str()));
            Ok(Outcome::Refused { rule: error.origin.rule, reason })
        }
        Err(error) => Err(error.into()),
    }
}

impl From<DataPackageError> for CommandError {
    fn from(error: DataPackageError) -> Self {
        match &error {
            DataPackageError::Io { source, path } => crate::home::io_error(Path::new(path), source),
            DataPackageError::TooLong { .. } | DataPackageError::Malformed { .. } => {
                Self::failed(sdk_words::data_package(&error))
            }
        }
    }
}
