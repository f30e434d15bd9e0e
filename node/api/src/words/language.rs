//! The languages in which people are told what the ledger has.

use std::str::FromStr;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::English => Self::Chinese,
            Self::Chinese => Self::English,
        }
    }

    /// The one that the name of a locale stands for: `zh_CN.UTF-8`, `zh`, `en`; English for all others.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    /// The one of two that is in this language.
    #[must_use]
    pub fn of<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

impl FromStr for Language {
    type Err = String;

    /// The one with this short name.
    ///
    /// # Errors
    /// There is none; the names there are.
    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "en" => Ok(Self::English),
            "zh" => Ok(Self::Chinese),
            other => Err(format!("{other:?} is no language here: there are en and zh")),
        }
    }
}
