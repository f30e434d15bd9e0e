//! `yaosu asset register` and `yaosu asset version`: a file is read once, described, and what was found is signed.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use yaosu_ledger::model::{
    AssetDescription, AssetKind, Basis, ClosedReason, Grade, Openness, Parent, RightsClaim, SourceClass, UpdateCycle,
    VersionContent,
};
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{Digest, Text, Timestamp};
use yaosu_sdk::content::{self, Reading};
use yaosu_sdk::delivery::{self, Packed};

use super::super::{digest_of, document, file_digest, named};
use super::find_version;
use super::schema::{self, declare};
use crate::command_error::CommandError;
use crate::parse::{Lineage, Reference, moment};
use crate::progress;
use crate::said::{Said, count, said};
use crate::screen;
use crate::session::Session;
use crate::write::write;

/// A new asset.
#[derive(Debug, Args)]
pub struct RegisterArguments {
    /// The file with the content of the first version, or a folder: one archive of all that is in it
    file: PathBuf,
    /// A line that says what it is
    #[arg(long, value_name = "TEXT")]
    title: Text<200>,
    /// A few sentences
    #[arg(long, value_name = "TEXT", default_value = "")]
    description: Text<2000>,
    /// What sort of thing it is
    #[arg(long, default_value = "resource", value_parser = named(AssetKind::ALL, AssetKind::name))]
    kind: AssetKind,
    /// Whose data it is at the source
    #[arg(long, value_parser = named(SourceClass::ALL, SourceClass::name))]
    source_class: SourceClass,
    /// The field of life, e.g. meteorology
    #[arg(long, value_name = "TEXT")]
    sector: Text<32>,
    /// How much harm its misuse would do (分级)
    #[arg(long, value_parser = named(Grade::ALL, Grade::name))]
    grade: Grade,
    /// Whether public data is open [default: open for public data, not-public for other]
    #[arg(long, value_enum)]
    openness: Option<OpennessName>,
    /// The conditions under which public data is open
    #[arg(long, value_name = "TEXT", required_if_eq("openness", "conditional"))]
    conditions: Option<Text<512>>,
    /// Why public data is closed
    #[arg(long, value_parser = named(ClosedReason::ALL, ClosedReason::name), required_if_eq("openness", "closed"))]
    closed_reason: Option<ClosedReason>,
    /// The authority that approved the closing
    #[arg(long, value_name = "WHO", required_if_eq("openness", "closed"))]
    closed_approver: Option<Reference>,
    /// When the closing is looked at again: a day, or a length of time from now
    #[arg(long, value_name = "MOMENT", value_parser = moment, required_if_eq("openness", "closed"))]
    closed_review: Option<Timestamp>,
    /// A keyword; again for each, or separated by commas
    #[arg(long = "keyword", value_name = "TEXT", value_delimiter = ',')]
    keywords: Vec<Text<32>>,
    /// Where, e.g. "US-WA Seattle"
    #[arg(long, value_name = "TEXT", default_value = "")]
    spatial: Text<128>,
    /// When, e.g. 2012-01-01/2015-12-31
    #[arg(long, value_name = "TEXT", default_value = "")]
    temporal: Text<64>,
    /// How often new versions come
    #[arg(long, default_value = "irregular", value_parser = named(UpdateCycle::ALL, UpdateCycle::name))]
    update_cycle: UpdateCycle,
    /// Why you have the three rights, where nothing else is said
    #[arg(long, value_parser = named(Basis::ALL, Basis::name), required_unless_present_all(["hold_basis", "use_basis", "operate_basis"]))]
    basis: Option<Basis>,
    /// Why you hold it
    #[arg(long, value_parser = named(Basis::ALL, Basis::name))]
    hold_basis: Option<Basis>,
    /// Why you may use it
    #[arg(long, value_parser = named(Basis::ALL, Basis::name))]
    use_basis: Option<Basis>,
    /// Why you may trade it
    #[arg(long, value_parser = named(Basis::ALL, Basis::name))]
    operate_basis: Option<Basis>,
    /// The evidence of the rights: a file, or its hash
    #[arg(long, value_name = "FILE")]
    evidence: Option<String>,
    #[command(flatten)]
    content: ContentArguments,
}

/// A new version.
#[derive(Debug, Args)]
pub struct VersionArguments {
    /// Of which asset
    asset: Reference,
    /// The file with the new content, or a folder: one archive of all that is in it
    file: PathBuf,
    #[command(flatten)]
    content: ContentArguments,
}

/// How a file is read, and what it was made from.
#[derive(Debug, Args)]
struct ContentArguments {
    /// What it was made from, under which licence, how; again for each. For your own data the licence is `own`
    #[arg(long = "from", value_name = "ASSET[@VERSION]=LICENCE:ACTIVITY")]
    parents: Vec<Lineage>,
    /// The recipe by which it was made: a file that is hashed
    #[arg(long, value_name = "FILE", requires = "parents")]
    recipe: Option<PathBuf>,
    /// Further metadata: a file that is hashed
    #[arg(long, value_name = "FILE")]
    metadata: Option<PathBuf>,
    /// Take the bytes as they are, without looking for columns
    #[arg(long)]
    opaque: bool,
    /// The types of the columns, declared in a Table Schema: they may be wider than those that are found
    #[arg(long, value_name = "FILE", conflicts_with = "opaque")]
    schema: Option<PathBuf>,
}

/// Openness without what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OpennessName {
    /// Not public data
    NotPublic,
    /// Without conditions
    Open,
    /// On --conditions
    Conditional,
    /// For a --closed-reason, approved by --closed-approver, until --closed-review
    Closed,
}

/// Registers an asset.
pub async fn register(session: &Session, arguments: RegisterArguments) -> Result<(), CommandError> {
    let openness = openness(session, &arguments).await?;
    let basis = |one: Option<Basis>| {
        one.or(arguments.basis).ok_or_else(|| {
            CommandError::usage(said!(
                "a right has no basis: give --basis for all three, or --hold-basis, --use-basis and --operate-basis",
                "有权利缺少依据：请用 --basis 一并指明三项，或分别用 --hold-basis、--use-basis、--operate-basis"
            ))
        })
    };
    let rights = RightsClaim {
        hold: basis(arguments.hold_basis)?,
        r#use: basis(arguments.use_basis)?,
        operate: basis(arguments.operate_basis)?,
        evidence: arguments.evidence.as_deref().map(digest_of).transpose()?,
    };
    let mut keywords = arguments.keywords;
    keywords.sort();
    keywords.dedup();
    let parents = parents(session, &arguments.content).await?;
    let content = inspect(session, &arguments.file, &arguments.content)?;
    let description = AssetDescription {
        title: arguments.title,
        description: arguments.description,
        kind: arguments.kind,
        source_class: arguments.source_class,
        sector: arguments.sector,
        grade: arguments.grade,
        openness,
        keywords,
        spatial: arguments.spatial,
        temporal: arguments.temporal,
        update_cycle: arguments.update_cycle,
    };
    write(session, Action::RegisterAsset { description, rights, content, parents }).await
}

/// Adds a version to an asset.
pub async fn add_version(session: &Session, arguments: VersionArguments) -> Result<(), CommandError> {
    let asset = session.client()?.asset(arguments.asset.as_str()).await?.id;
    let parents = parents(session, &arguments.content).await?;
    let content = inspect(session, &arguments.file, &arguments.content)?;
    write(session, Action::AddVersion { asset, content, parents }).await
}

async fn openness(session: &Session, arguments: &RegisterArguments) -> Result<Openness, CommandError> {
    let default = match arguments.source_class {
        SourceClass::Public => OpennessName::Open,
        SourceClass::Enterprise | SourceClass::Personal => OpennessName::NotPublic,
    };
    Ok(match arguments.openness.unwrap_or(default) {
        OpennessName::NotPublic => Openness::NotPublic,
        OpennessName::Open => Openness::Open,
        OpennessName::Conditional => {
            let terms = arguments.conditions.clone();
            Openness::Conditional {
                terms: terms.ok_or_else(|| {
                    CommandError::usage(said!(
                        "--openness conditional needs --conditions",
                        "--openness conditional 须同时给出 --conditions"
                    ))
                })?,
            }
        }
        OpennessName::Closed => {
            let (Some(reason), Some(approver), Some(review)) =
                (arguments.closed_reason, &arguments.closed_approver, arguments.closed_review)
            else {
                return Err(CommandError::usage(said!(
                    "--openness closed needs --closed-reason, --closed-approver and --closed-review",
                    "--openness closed 须同时给出 --closed-reason、--closed-approver 和 --closed-review"
                )));
            };
            Openness::Closed { reason, approver: session.participant_id(approver).await?, review }
        }
    })
}

async fn parents(session: &Session, arguments: &ContentArguments) -> Result<Vec<Parent>, CommandError> {
    let recipe: Option<Digest> = file_digest(arguments.recipe.as_ref())?;
    let mut parents = Vec::with_capacity(arguments.parents.len());
    for Lineage { parent, licence, activity } in &arguments.parents {
        let (asset, version) = find_version(session, parent).await?;
        let licence = match licence {
            Some(licence) => Some(session.client()?.licence(licence.as_str()).await?.id),
            None => None,
        };
        parents.push(Parent { asset, version, licence, activity: *activity, recipe });
    }
    Ok(parents)
}

fn inspect(session: &Session, file: &Path, arguments: &ContentArguments) -> Result<VersionContent, CommandError> {
    // As it is delivered later: a file as it is, a folder packed.
    let packed = delivery::pack(file, &session.home.spool_path()?)?;
    let opaque = arguments.opaque || matches!(packed, Packed::Archive(_));
    let reading = if opaque { Reading::Opaque } else { Reading::Structured };
    let found =
        progress::with_bar(&said!("reading", "读取"), |progress| content::inspect(packed.path(), reading, progress))?;
    let structure = found.structure.as_ref().map_or_else(Said::default, |structure| {
        let rows = usize::try_from(structure.rows).unwrap_or(usize::MAX);
        said!(", {}, {}", "，{}，{}", count(structure.fields.len(), "column", "列"), count(rows, "row", "行"))
    });
    screen::note(said!(
        "{}: {}, {} bytes{structure}, content root {}",
        "{}：{}，{} 字节{structure}，内容根 {}",
        file.display(),
        found.media_type,
        found.size_bytes,
        found.content_root
    ));
    let mut content = found.into_version(file_digest(arguments.metadata.as_ref())?);
    if let Some(schema) = &arguments.schema {
        declare(&mut content, &schema::read(schema)?).map_err(document::unfit)?;
    }
    Ok(content)
}
