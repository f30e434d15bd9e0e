//! `yaosu sample`: checking slices of content that somebody shows.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::Digest;
use yaosu_ledger::sample::Sample;
use yaosu_ledger::sealed::{CHUNK_BYTES, chunk_count};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::sample_file;

use super::asset::sample::ranges_words;
use super::asset::{content_of, find_version};
use crate::command_error::{CommandError, Kind};
use crate::home::write_whole;
use crate::parse::AssetVersion;
use crate::said::{Said, bytes, list, plain, said};
use crate::screen::{Screen, Show};
use crate::session::Session;

/// What can be done with samples.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Check that each slice of a sample is a part of registered content, at its place. With --root and --size no node is
    /// asked
    Verify(VerifyArguments),
}

/// What is checked against what.
#[derive(Debug, Args)]
pub struct VerifyArguments {
    /// The file of samples
    file: PathBuf,
    /// The asset whose content it must be of; its latest version if none is named
    #[arg(long, value_name = "ASSET[@VERSION]", required_unless_present = "root", conflicts_with_all = ["root", "size"])]
    asset: Option<AssetVersion>,
    /// The content root that the ledger has
    #[arg(long, value_name = "HASH", requires = "size")]
    root: Option<Digest>,
    /// The size in bytes that the ledger has
    #[arg(long, value_name = "N", requires = "root")]
    size: Option<u64>,
    /// Write the bytes that are shown to this file, one slice after the other
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Samples that are what they should be.
#[derive(Debug, Serialize)]
struct Verified {
    file: PathBuf,
    #[serde(flatten)]
    content: Fingerprint,
    /// The bytes that are shown, each from and up to, not including.
    ranges: Vec<Range<u64>>,
    /// Chunks that the ledger has chosen, and how many of them are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<Chosen>,
}

#[derive(Debug, Serialize)]
struct Chosen {
    chunks: Vec<u64>,
    missing: Vec<u64>,
}

impl Show for Verified {
    fn show(&self, screen: &mut Screen) {
        screen.line(said!(
            "{} shows parts of this content, at these places",
            "{} 展示了该内容的以下部分",
            self.file.display()
        ));
        let chosen = self.chosen.as_ref().map_or_else(Said::default, |Chosen { chunks, missing }| {
            let shown = chunks.len() - missing.len();
            let missing = list(missing.iter().map(plain));
            let missing =
                if missing.is_empty() { Said::default() } else { said!("; missing: {}", "；缺少：{}", missing) };
            said!(
                "{shown} of the {} chunks that the ledger chose{missing}",
                "账本选定的 {} 块中的 {shown} 块{missing}",
                chunks.len()
            )
        });
        screen.fields(&[
            (Label::ContentRoot, plain(self.content.content_root)),
            (Label::Size, bytes(self.content.size_bytes)),
            (Label::Shown, ranges_words(&self.ranges)),
            (Label::Chosen, chosen),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    let Verb::Verify(VerifyArguments { file, asset, root, size, output }) = verb;
    let samples = sample_file::read(&file)?;
    let (content, choice) = match (&asset, root, size) {
        (Some(asset), ..) => {
            let (id, version) = find_version(session, asset).await?;
            let content = content_of(session, id, version).await?;
            let choice = session.client()?.sample_choice(&id.to_string(), Some(version)).await?;
            let content = Fingerprint { content_root: content.content_root, size_bytes: content.size_bytes };
            (content, Some(choice.chunks))
        }
        (None, Some(content_root), Some(size_bytes)) => (Fingerprint { content_root, size_bytes }, None),
        _ => {
            return Err(CommandError::usage(said!(
                "give --asset, or --root and --size",
                "请给出 --asset，或 --root 与 --size"
            )));
        }
    };
    for sample in &samples {
        check(&file, sample, content)?;
    }
    let ranges = samples.iter().map(range_of).collect();
    let chosen = choice.map(|chunks| {
        let shown: BTreeSet<u64> = samples.iter().flat_map(chunks_of).collect();
        let missing = chunks.iter().copied().filter(|chunk| !shown.contains(chunk)).collect();
        Chosen { chunks, missing }
    });
    if let Some(output) = &output {
        write_whole(output, &samples.iter().flat_map(|sample| sample.opening.bytes.clone()).collect::<Vec<_>>())?;
    }
    session.show(&Verified { file, content, ranges, chosen })
}

fn check(file: &Path, sample: &Sample, content: Fingerprint) -> Result<(), CommandError> {
    let unverified = |message: Said| Err(CommandError::new(Kind::Unverified, message));
    let found = Fingerprint { content_root: sample.content_root, size_bytes: sample.size_bytes };
    if found != content {
        return unverified(said!(
            "{} is of content {found}, not {content}",
            "{} 属于内容 {found}，不是 {content}",
            file.display()
        ));
    }
    match sample.verify() {
        Ok(()) => Ok(()),
        Err(error) => unverified(said!(
            "{}, from byte {}: {error}",
            "{}，自第 {} 字节起：{error}",
            file.display(),
            range_of(sample).start
        )),
    }
}

fn range_of(sample: &Sample) -> Range<u64> {
    let start = sample.first_chunk.saturating_mul(CHUNK_BYTES);
    start..start.saturating_add(sample.opening.bytes.len() as u64)
}

fn chunks_of(sample: &Sample) -> Range<u64> {
    sample.first_chunk..sample.first_chunk.saturating_add(chunk_count(sample.opening.bytes.len() as u64))
}
