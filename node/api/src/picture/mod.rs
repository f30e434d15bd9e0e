//! Pictures of provenance graphs: versions as ovals, what was done as boxes, who may trade them as houses.
//!
//! Pure: the same graph gives the same picture, in a page and on the command line.

mod graph;
mod layout;
mod svg;
mod text;

use yaosu_ledger::model::Activity;
use yaosu_ledger::{AssetId, ParticipantId};

use crate::words::{Language, Named as _};

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

/// The words and links of a picture. The default has no links.
pub trait Wording {
    /// The language of its words.
    fn language(&self) -> Language;

    /// What the picture is called.
    fn name(&self) -> String {
        self.language().of("Where it came from and what came of it", "来源与衍生").to_owned()
    }

    /// Something that was done.
    fn activity(&self, activity: Activity) -> String {
        activity.word(self.language()).to_owned()
    }

    /// A version's number.
    fn version(&self, number: u32) -> String {
        self.language().of(format!("version {number}"), format!("第 {number} 版"))
    }

    /// So many are not shown.
    fn more(&self, count: usize) -> String {
        self.language().of(format!("+{count} more"), format!("另有 {count} 项"))
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

/// A picture that stands alone, in a file: in a language, with links to an explorer if one is named.
#[derive(Clone, Debug, Default)]
pub struct Standalone {
    /// The language of its words, and of the pages that it leads to.
    pub language: Language,
    /// The address of the explorer: `https://node.example`, without a slash at its end.
    pub explorer: Option<String>,
}

impl Standalone {
    fn link(&self, path: &str) -> Option<String> {
        let prefix = self.language.of("", "/zh");
        self.explorer.as_ref().map(|explorer| format!("{explorer}{prefix}{path}"))
    }
}

impl Wording for Standalone {
    fn language(&self) -> Language {
        self.language
    }

    fn version_link(&self, asset: AssetId, version: u32) -> Option<String> {
        self.link(&format!("/assets/{asset}?version={version}"))
    }

    fn party_link(&self, id: ParticipantId) -> Option<String> {
        self.link(&format!("/participants/{id}"))
    }
}

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
