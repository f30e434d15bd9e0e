//! Drafts of registrations: what a catalogue says of a data set, for a person to complete.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use yaosu_ledger::Text;
use yaosu_ledger::model::{
    AssetDescription, AssetKind, Basis, Grade, KEYWORDS_MAX, Openness, RightsClaim, SourceClass, UpdateCycle,
    VersionContent,
};
use yaosu_ledger::transaction::Action;

use super::super::Unfit;

/// The `format` of a file of drafts.
pub const FORMAT: &str = "yaosu-drafts/1";

/// A file of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftFile {
    /// [`FORMAT`].
    pub format: String,
    /// The drafts.
    pub drafts: Vec<Draft>,
}

/// An open licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its name by SPDX.
    pub name: String,
    /// What the catalogue calls it.
    pub stated: String,
}

/// Where content is said to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Where it is fetched, or else where it is said how.
    pub url: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its size.
    pub size_bytes: Option<u64>,
    /// Its hash, with the name of the function before it.
    pub checksum: Option<String>,
}

/// A registration that lacks what only the registering party knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What the catalogue calls the data set.
    pub data_set: String,
    /// A line.
    pub title: Text<200>,
    /// A few paragraphs.
    pub description: Text<2000>,
    /// What sort of thing.
    pub kind: AssetKind,
    /// At most [`KEYWORDS_MAX`].
    pub keywords: Vec<Text<32>>,
    /// Where.
    pub spatial: Text<128>,
    /// When.
    pub temporal: Text<64>,
    /// How often new versions come.
    pub update_cycle: UpdateCycle,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Why it may be registered: as its evidence.
    pub licence: Licence,
    /// Where its content is said to be.
    pub sources: Vec<Source>,
    /// To complete: whose data it is at the source.
    pub source_class: Option<SourceClass>,
    /// To complete: the field of life.
    pub sector: Option<Text<32>>,
    /// To complete: how much harm misuse would do.
    pub grade: Option<Grade>,
    /// To complete: the file with the content.
    pub file: Option<PathBuf>,
    /// What the catalogue says and the draft has no place for.
    pub left_out: Vec<String>,
}

impl Draft {
    /// The registration, with the content that was found in its file.
    ///
    /// # Errors
    /// [`Unfit`]: what is to be completed yet.
    pub fn registration(&self, content: VersionContent) -> Result<Action, Unfit> {
        let missing = |name: &str| Unfit::new(name, "this is to be completed");
        let source_class = self.source_class.ok_or_else(|| missing("source_class"))?;
        let sector = self.sector.clone().filter(|sector| !sector.is_empty()).ok_or_else(|| missing("sector"))?;
        let grade = self.grade.ok_or_else(|| missing("grade"))?;
        if self.keywords.len() > KEYWORDS_MAX {
            return Err(Unfit::new("keywords", format!("the limit is {KEYWORDS_MAX}")));
        }
        let mut keywords = self.keywords.clone();
        keywords.sort();
        keywords.dedup();
        let description = AssetDescription {
            title: self.title.clone(),
            description: self.description.clone(),
            kind: self.kind,
            source_class,
            sector,
            grade,
            openness: if source_class == SourceClass::Public { Openness::Open } else { Openness::NotPublic },
            keywords,
            spatial: self.spatial.clone(),
            temporal: self.temporal.clone(),
            update_cycle: self.update_cycle,
        };
        // As with data packages: an open licence as a basis is one of an asset in the register.
        let basis = Basis::Collected;
        let evidence = crate::text_digest(&format!("{}\n{}\n", self.data_set, self.licence.stated));
        let rights = RightsClaim { hold: basis, r#use: basis, operate: basis, evidence: Some(evidence) };
        Ok(Action::RegisterAsset { description, rights, content, parents: Vec::new() })
    }
}
