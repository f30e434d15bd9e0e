//! Pictures of provenance graphs: versions as ovals, what was done as boxes, who may trade them as houses.
//!
//! Pure: the same graph gives the same picture, in a page and on the command line.

mod graph;
mod layout;
mod svg;
mod text;

use yaosu_ledger::model::Activity;
use yaosu_ledger::{AssetId, ParticipantId};

pub use svg::svg;
pub use text::{dot, mermaid};

/// What lies beyond a version and is not in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Versions that it was made from.
    pub up: usize,
    /// Versions that were made from it.
    pub down: usize,
}

/// The words and links of a picture. The default is plain English without links.
pub trait Wording {
    /// What the picture is called.
    fn name(&self) -> String {
        "Where it came from and what came of it".to_owned()
    }

    /// Something that was done.
    fn activity(&self, activity: Activity) -> String {
        activity.to_string()
    }

    /// A version's number.
    fn version(&self, number: u32) -> String {
        format!("version {number}")
    }

    /// So many are not shown.
    fn more(&self, count: usize) -> String {
        format!("+{count} more")
    }

    /// Where a version is found.
    fn version_link(&self, _: AssetId, _: u32) -> Option<String> {
        None
    }

    /// Where what lies beyond a version is found.
    fn more_link(&self, _: AssetId, _: u32) -> Option<String> {
        None
    }

    /// Where a participant is found.
    fn party_link(&self, _: ParticipantId) -> Option<String> {
        None
    }

    /// What lies beyond a version.
    fn hidden(&self, _: AssetId, _: u32) -> Hidden {
        Hidden::default()
    }
}

/// English without links.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Wording for Plain {}

/// A text that fits into so many columns; letters outside of ASCII count as two, as most of those used are as wide.
fn fit(text: &str, columns: usize) -> String {
    let width = |character: char| if character.is_ascii() { 1_usize } else { 2 };
    if text.chars().map(width).sum::<usize>() <= columns {
        return text.to_owned();
    }
    let mut taken = 0_usize;
    let fits = |character: &char| {
        taken = taken.saturating_add(width(*character));
        taken < columns
    };
    let mut shortened: String = text.chars().take_while(fits).collect();
    shortened.push('…');
    shortened
}
