//! What is said to people, in the language of this run.
//!
//! A screen, a note, a question and an error take a [`Said`] and nothing else, and it is made of both texts by
//! [`said!`], of one of our words that has both, or of what reads the same in both by [`plain`]. So a text without its Chinese
//! does not compile.

use std::fmt::{self, Display};
use std::sync::OnceLock;

use serde::Serialize;
use yaosu_api::words::{Label, Language, Named};

/// The language of this run: a process speaks one, as its locale is one.
static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Settles the language of this run, once, before anything is said.
pub fn settle(language: Language) {
    LANGUAGE.set(language).expect("it is settled once, at the start");
}

/// The language of this run; English until it is settled.
pub fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

/// Words for people, in the language of this run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Said(String);

impl Said {
    /// A text. Only the macros below call it, which have both.
    #[doc(hidden)]
    pub const fn of(text: String) -> Self {
        Self(text)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to say.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a typed value is refused with.
impl std::error::Error for Said {}

impl Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl From<Label> for Said {
    fn from(label: Label) -> Self {
        Self(label.word(language()).to_owned())
    }
}

impl From<Said> for String {
    fn from(Said(text): Said) -> Self {
        text
    }
}

/// Says a text, given in English and in Chinese; both take their values as `format!` does. Neither may have fewer gaps.
macro_rules! said {
    ($english:literal, $chinese:literal $(, $value:expr)* $(,)?) => {{
        const { assert!(crate::said::gaps($english) == crate::said::gaps($chinese), "a gap is missing") }
        crate::said::Said::of(match crate::said::language() {
            yaosu_api::words::Language::English => format!($english $(, $value)*),
            yaosu_api::words::Language::Chinese => format!($chinese $(, $value)*),
        })
    }};
}
pub(crate) use said;

/// Says what a library says in English, with a Chinese text of our own.
macro_rules! told {
    ($error:expr, $chinese:literal $(, $value:expr)* $(,)?) => {
        crate::said::Said::of(match crate::said::language() {
            yaosu_api::words::Language::English => $error.to_string(),
            yaosu_api::words::Language::Chinese => format!($chinese $(, $value)*),
        })
    };
}
pub(crate) use told;

/// How many gaps a text has.
pub const fn gaps(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            if at + 1 < bytes.len() && bytes[at + 1] == b'{' {
                at += 1;
            } else {
                count += 1;
            }
        }
        at += 1;
    }
    count
}

/// What reads the same in both languages: a name, an identifier, a number, a path, a command, somebody else's words.
pub fn plain(value: impl Display) -> Said {
    Said(value.to_string())
}

/// The same of what there may be.
pub fn maybe(value: Option<impl Display>) -> Said {
    value.map(plain).unwrap_or_default()
}

/// One of the market's words: its code in English, which has the same words; in Chinese its name there.
pub fn word<T: Named + Display>(value: &T) -> Said {
    Said(match language() {
        Language::English => value.to_string(),
        Language::Chinese => value.word(Language::Chinese).to_owned(),
    })
}

/// The same with its code behind it, which options and other programs take.
pub fn coded<T: Named + Display>(value: &T) -> Said {
    Said(match language() {
        Language::English => value.to_string(),
        Language::Chinese => format!("{}（{value}）", value.word(Language::Chinese)),
    })
}

/// Words in brackets behind other words: a status and its cause.
pub fn because(what: Said, cause: Option<Said>) -> Said {
    match cause {
        Some(cause) => said!("{what} ({cause})", "{what}（{cause}）"),
        None => what,
    }
}

/// A list.
pub fn list(items: impl IntoIterator<Item = Said>) -> Said {
    let items: Vec<String> = items.into_iter().map(String::from).collect();
    Said(items.join(language().of(", ", "、")))
}

/// Yes or no.
pub fn yes(holds: bool) -> Said {
    if holds { said!("yes", "是") } else { said!("no", "否") }
}

/// A number of things: `1 key`, `2 keys`. In Chinese the noun stands with its measure word.
pub fn count(number: usize, english: &'static str, chinese: &'static str) -> Said {
    Said(match (language(), number) {
        (Language::English, 1) => format!("1 {english}"),
        (Language::English, _) => format!("{number} {english}s"),
        (Language::Chinese, _) => format!("{number} {chinese}"),
    })
}

/// A number of bytes.
pub fn bytes(number: impl Display) -> Said {
    said!("{number} bytes", "{number} 字节")
}

#[cfg(test)]
mod tests {
    use super::*;
    use yaosu_ledger::model::OrderStatus;

    #[test]
    fn gaps_are_counted() {
        for (text, count) in [("", 0), ("{}", 1), ("{a} {b:?} {{no}}", 2), ("{0}，{1}", 2)] {
            assert_eq!(gaps(text), count, "{text}");
        }
    }

    /// Goal: what is said in English before a language is settled is what it was always.
    #[test]
    fn english_is_what_is_spoken_first() {
        let name = "acme";
        assert_eq!(said!("{name} pays {}", "{name} 支付 {}", 5).as_str(), "acme pays 5");
        assert_eq!(count(1, "key", "个密钥").as_str(), "1 key");
        assert_eq!(count(2, "key", "个密钥").as_str(), "2 keys");
        assert_eq!(because(word(&OrderStatus::KeyRevealed), None).as_str(), "key-revealed");
        assert_eq!(list([plain(1), yes(true)]).as_str(), "1, yes");
    }
}
