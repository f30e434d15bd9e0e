//! Words of the profile: ODRL's own where they mean the same, terms of the profile where none does.

use yaosu_ledger::model::{Purpose, UseAction};

use super::PROFILE;

/// The namespace of ODRL.
pub(crate) const NAMESPACE: &str = "http://www.w3.org/ns/odrl/2/";

/// An operand: what a constraint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operand {
    Purpose,
    Industry,
    Spatial,
    PassedOnTo,
    Uses,
    ElapsedTime,
    SublicenceDepth,
    DateTime,
    PayAmount,
    Period,
    Royalty,
    Event,
}

impl Operand {
    const ALL: [Self; 12] = [
        Self::Purpose,
        Self::Industry,
        Self::Spatial,
        Self::PassedOnTo,
        Self::Uses,
        Self::ElapsedTime,
        Self::SublicenceDepth,
        Self::DateTime,
        Self::PayAmount,
        Self::Period,
        Self::Royalty,
        Self::Event,
    ];

    /// As it is written.
    pub(super) fn word(self) -> String {
        match self {
            Self::Purpose => "purpose".to_owned(),
            // Written out: the published context has a slip of the pen in its short form.
            Self::Industry => format!("{NAMESPACE}industry"),
            Self::Spatial => "spatial".to_owned(),
            Self::PassedOnTo => own("passedOnTo"),
            Self::Uses => own("uses"),
            Self::ElapsedTime => "elapsedTime".to_owned(),
            Self::SublicenceDepth => own("sublicenceDepth"),
            Self::DateTime => "dateTime".to_owned(),
            Self::PayAmount => "payAmount".to_owned(),
            Self::Period => own("period"),
            Self::Royalty => own("royalty"),
            Self::Event => "event".to_owned(),
        }
    }

    /// The operand of a word.
    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operand| short(&operand.word()) == short(word))
    }
}

/// A term of the profile.
pub(super) fn own(term: &str) -> String {
    format!("{PROFILE}:{term}")
}

/// A term of ODRL without its namespace; any other as it is.
pub(super) fn short(word: &str) -> &str {
    word.strip_prefix(NAMESPACE).or_else(|| word.strip_prefix("odrl:")).unwrap_or(word)
}

/// What an action is called.
pub(super) fn action(action: UseAction) -> String {
    match action {
        UseAction::Read => "read".to_owned(),
        UseAction::Derive => "derive".to_owned(),
        UseAction::Train => own("train"),
        UseAction::Display => "display".to_owned(),
        UseAction::Redistribute => "distribute".to_owned(),
        UseAction::Sublicense => "grantUse".to_owned(),
        UseAction::Compute => own("compute"),
    }
}

/// The action of a word.
pub(super) fn read_action(word: &str) -> Option<UseAction> {
    UseAction::ALL.iter().copied().find(|known| action(*known) == short(word))
}

/// What a purpose is called.
pub(super) fn purpose(purpose: Purpose) -> String {
    own(&format!("purpose:{purpose}"))
}

/// The purpose of a word.
pub(super) fn read_purpose(word: &str) -> Option<Purpose> {
    Purpose::ALL.iter().copied().find(|known| purpose(*known) == word)
}

/// To name the source.
pub(super) const ATTRIBUTE: &str = "attribute";
/// To destroy all copies.
pub(super) const DELETE: &str = "delete";
/// To pay.
pub(super) const COMPENSATE: &str = "compensate";
/// To give nobody else a licence.
pub(super) const ENSURE_EXCLUSIVITY: &str = "ensureExclusivity";

/// To find out who is behind the data.
pub(super) fn reidentify() -> String {
    own("reidentify")
}

/// The end of the licence, as an event.
pub(super) fn licence_end() -> String {
    own("licenceEnd")
}

/// A currency, as ISO 4217 has it.
pub(super) const CURRENCY: &str = "urn:iso:std:iso:4217:";
