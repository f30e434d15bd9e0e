//! `yaosu asset sample`: a slice of registered content with the proof that it is one.

use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_ledger::AssetId;
use yaosu_ledger::sealed::{CHUNK_BYTES, chunk_count};
use yaosu_sdk::content::Fingerprint;
use yaosu_sdk::delivery;
use yaosu_sdk::sample_file::{self, SampleError};

use super::{content_of, find_version};
use crate::command_error::{CommandError, Kind};
use crate::home::write_whole;
use crate::parse::AssetVersion;
use crate::said::{Said, list, plain, said};
use crate::screen::{Screen, Show};
use crate::sdk_words;
use crate::session::Session;

/// What is shown of which file.
#[derive(Debug, Args)]
pub struct SampleArguments {
    /// Of which asset; of its latest version if none is named
    #[arg(value_name = "ASSET[@VERSION]")]
    asset: AssetVersion,
    /// The file or folder that was registered
    #[arg(long, value_name = "PATH")]
    file: PathBuf,
    #[command(flatten)]
    which: Which,
    /// How many bytes are shown; whole chunks around them are
    #[arg(long, value_name = "N", requires = "from_byte", conflicts_with_all = ["chunks", "chosen"])]
    length: Option<u64>,
    /// The file to write; one in its place is replaced
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// Which slices.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// From this byte on, counted from 0
    #[arg(long, value_name = "N", requires = "length")]
    from_byte: Option<u64>,
    /// These chunks of 1024 bytes, from 0: the first one, and the one behind the last
    #[arg(long, value_name = "A..B")]
    chunks: Option<Chunks>,
    /// Those that the ledger has chosen
    #[arg(long)]
    chosen: bool,
}

/// `A..B`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunks(Range<u64>);

impl FromStr for Chunks {
    type Err = Said;

    fn from_str(text: &str) -> Result<Self, Said> {
        let parts = text.split_once("..").and_then(|(first, end)| Some((first.parse().ok()?, end.parse().ok()?)));
        match parts {
            Some((first, end)) if first < end => Ok(Self(first..end)),
            _ => Err(said!("{text:?} is not of the form A..B, with A below B", "{text:?} 的形式不是 A..B（A 小于 B）")),
        }
    }
}

/// A file of samples.
#[derive(Debug, Serialize)]
struct Sampled {
    asset: AssetId,
    version: u32,
    file: PathBuf,
    #[serde(flatten)]
    content: Fingerprint,
    /// The bytes that are shown, each from and up to, not including.
    ranges: Vec<Range<u64>>,
}

impl Show for Sampled {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            (Label::File, plain(self.file.display())),
            (Label::Asset, plain(self.asset)),
            (Label::Version, plain(self.version)),
            (Label::ContentRoot, plain(self.content.content_root)),
            (Label::Shown, ranges_words(&self.ranges)),
        ]);
    }
}

/// Ranges of bytes in words: the last byte is named too.
pub fn ranges_words(ranges: &[Range<u64>]) -> Said {
    let words = ranges.iter().map(|range| match range.end.checked_sub(1) {
        Some(last) if last >= range.start => said!("bytes {}-{last}", "第 {}-{last} 字节", range.start),
        _ => said!("nothing: the content is empty", "无：内容为空"),
    });
    list(words)
}

/// The bytes of some chunks of a content of this size, chunks side by side as one range.
pub fn ranges_of(chunks: &[u64], size_bytes: u64) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for chunk in chunks {
        let start = chunk * CHUNK_BYTES;
        let end = size_bytes.min(start + CHUNK_BYTES);
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => ranges.push(start..end),
        }
    }
    ranges
}

/// Writes a file of samples.
pub async fn run(session: &Session, arguments: SampleArguments) -> Result<(), CommandError> {
    let (asset, version) = find_version(session, &arguments.asset).await?;
    let content = content_of(session, asset, version).await?;
    let content = Fingerprint { content_root: content.content_root, size_bytes: content.size_bytes };
    let wanted = match (&arguments.which, arguments.length) {
        (Which { from_byte: Some(first), .. }, Some(length)) => vec![around(*first, length, content.size_bytes)?],
        (Which { chunks: Some(Chunks(range)), .. }, _) => vec![range.clone()],
        _ => {
            let choice = session.client()?.sample_choice(&asset.to_string(), Some(version)).await?;
            if choice.block.is_none() {
                let message = said!(
                    "nothing is chosen yet: the block after the registration decides",
                    "尚未选定：由登记之后的区块决定"
                );
                return Err(CommandError::failed(message).hint(said!(
                    "it comes within seconds: the same command again",
                    "数秒内即有结果：请再次执行同一命令"
                )));
            }
            choice.chunks.iter().map(|chunk| *chunk..chunk + 1).collect()
        }
    };
    let packed = delivery::pack(&arguments.file, &session.home.spool_path()?)?;
    let cut = |wanted| sample_file::cut(packed.path(), content, wanted);
    let samples = wanted.into_iter().map(cut).collect::<Result<Vec<_>, SampleError>>()?;
    write_whole(&arguments.output, &sample_file::encode(&samples))?;
    let range = |sample: &yaosu_ledger::sample::Sample| {
        let start = sample.first_chunk * CHUNK_BYTES;
        start..start + sample.opening.bytes.len() as u64
    };
    let ranges = samples.iter().map(range).collect();
    session.show(&Sampled { asset, version, file: arguments.output, content, ranges })
}

/// The chunks that hold these bytes.
fn around(first: u64, length: u64, size_bytes: u64) -> Result<Range<u64>, CommandError> {
    match first.checked_add(length) {
        Some(end) if length > 0 && end <= size_bytes => Ok(first / CHUNK_BYTES..chunk_count(end)),
        _ => Err(CommandError::usage(said!(
            "there are no {length} bytes from byte {first} on: it has {size_bytes}",
            "自第 {first} 字节起不足 {length} 字节：内容共 {size_bytes} 字节"
        ))),
    }
}

impl From<SampleError> for CommandError {
    fn from(error: SampleError) -> Self {
        let message = sdk_words::sample(&error);
        match error {
            SampleError::Content(error) => error.into(),
            SampleError::Range { .. } => Self::usage(message),
            SampleError::Io { path, source } => crate::home::io_error(&path, &source),
            SampleError::Malformed { .. } | SampleError::Other { .. } => Self::new(Kind::Unverified, message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the chunks around some bytes hold them all, and what is not there is refused.
    #[test]
    fn bytes_become_chunks() {
        let rows =
            [(0, 1, 0..1), (1023, 1, 0..1), (1023, 2, 0..2), (1024, 1024, 1..2), (0, 5000, 0..5), (4999, 1, 4..5)];
        for (first, length, chunks) in rows {
            assert_eq!(around(first, length, 5000).ok(), Some(chunks), "{first} {length}");
        }
        for (first, length) in [(0, 0), (0, 5001), (5000, 1), (u64::MAX, 2)] {
            assert!(around(first, length, 5000).is_err(), "{first} {length}");
        }
        assert_eq!(ranges_of(&[0, 1, 3, 4], 5000), [0..2048, 3072..5000]);
        assert_eq!(ranges_words(&ranges_of(&[0, 4], 5000)).as_str(), "bytes 0-1023, bytes 4096-4999");
        assert_eq!("3..7".parse(), Ok(Chunks(3..7)));
        for bad in ["", "3", "3..", "..7", "7..3", "3..3", "a..b"] {
            assert!(bad.parse::<Chunks>().is_err(), "{bad:?}");
        }
    }
}
