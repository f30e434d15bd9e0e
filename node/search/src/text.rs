//! Texts as tokens: what a document is found by, and what a search is made of, by the same rules.
//!
//! English words are folded to ASCII and lower case and cut to their stems. Chinese, Japanese and Korean writing has no
//! spaces: each character and each pair of neighbours is a token. Pairs need no dictionary, are the same on every machine,
//! and find every part of a title, also names and words of the trade that no dictionary has.

use tantivy::tokenizer::{AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, Stemmer, TextAnalyzer};

/// Characters of a word at most; of a longer one only the beginning counts.
pub const WORD_CHARACTERS_MAX: usize = 40;

/// The smallest part that is never cut: a word as its stem, or a character of writing without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A word of writing with spaces.
    Word(String),
    /// A character of writing without spaces, and whether it stands right behind the one before it.
    Character(char, bool),
}

/// Brings words to their stems.
#[derive(Clone)]
pub struct Analyzer {
    english: TextAnalyzer,
}

impl Default for Analyzer {
    fn default() -> Self {
        let english = TextAnalyzer::builder(RawTokenizer::default())
            .filter(AsciiFoldingFilter)
            .filter(LowerCaser)
            .filter(Stemmer::new(Language::English))
            .build();
        Self { english }
    }
}

impl Analyzer {
    /// The units of a text, in order.
    pub fn units(&mut self, text: &str) -> Vec<Unit> {
        let mut units = Vec::new();
        let mut word = String::new();
        let mut is_run = false;
        for character in text.chars().map(to_half_width) {
            if is_spaceless(character) {
                self.end_word(&mut word, &mut units);
                units.push(Unit::Character(character, is_run));
                is_run = true;
                continue;
            }
            is_run = false;
            if character.is_alphanumeric() {
                word.push(character);
            } else if !is_mark(character) {
                self.end_word(&mut word, &mut units);
            }
        }
        self.end_word(&mut word, &mut units);
        units
    }

    /// All tokens of a text, in order, for the index.
    pub fn tokens(&mut self, text: &str) -> Vec<String> {
        tokens_of(&self.units(text), true)
    }

    fn end_word(&mut self, word: &mut String, units: &mut Vec<Unit>) {
        if word.is_empty() {
            return;
        }
        let kept: String = word.chars().take(WORD_CHARACTERS_MAX).collect();
        word.clear();
        let mut stream = self.english.token_stream(&kept);
        if stream.advance() && !stream.token().text.is_empty() {
            units.push(Unit::Word(stream.token().text.clone()));
        }
    }
}

/// The tokens of some units: words, pairs of neighbours, and single characters, either all of them or only those that
/// have no neighbour among the units.
#[must_use]
pub fn tokens_of(units: &[Unit], every_character: bool) -> Vec<String> {
    let mut tokens = Vec::new();
    for (place, unit) in units.iter().enumerate() {
        match unit {
            Unit::Word(word) => tokens.push(word.clone()),
            Unit::Character(character, joined) => {
                let before = place.checked_sub(1).and_then(|before| units.get(before)).filter(|_| *joined);
                let is_joined_on = matches!(units.get(place + 1), Some(Unit::Character(_, true)));
                if every_character || (before.is_none() && !is_joined_on) {
                    tokens.push(character.to_string());
                }
                if let Some(Unit::Character(before, _)) = before {
                    tokens.push([*before, *character].iter().collect());
                }
            }
        }
    }
    tokens
}

/// The ASCII character that a full-width one stands for.
fn to_half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).expect("the block mirrors ASCII from 0x21 to 0x7E")
        }
        other => other,
    }
}

/// Whether a character belongs to writing that does not part words by spaces.
const fn is_spaceless(character: char) -> bool {
    matches!(character,
        '\u{3005}' | '\u{3007}'
        | '\u{3040}'..='\u{30FF}'   // kana
        | '\u{3100}'..='\u{312F}'   // bopomofo
        | '\u{3400}'..='\u{4DBF}'   // Han, extension A
        | '\u{4E00}'..='\u{9FFF}'   // Han
        | '\u{AC00}'..='\u{D7AF}'   // Hangul
        | '\u{F900}'..='\u{FAFF}'   // Han, compatibility
        | '\u{20000}'..='\u{3FFFF}' // Han, further extensions
    )
}

/// Whether a character is an accent that stands for itself behind its letter, or an apostrophe within a word.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}' | '\'' | '\u{2019}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> String {
        Analyzer::default().tokens(text).join(" ")
    }

    #[test]
    fn each_writing_has_its_tokens() {
        #[rustfmt::skip]
        let rows = [
            // text                     tokens
            ("Daily Measurements",      "daili measur"),
            ("Zürich Café",             "zurich cafe"),
            ("Cafe\u{301}",             "cafe"),
            ("CO2, 2012-01-01",         "co2 2012 01 01"),
            ("气象",                    "气 象 气象"),
            ("西雅图weather数据",       "西 雅 西雅 图 雅图 weather 数 据 数据"),
            ("天 气",                   "天 气"),
            ("ＧＰＳ轨迹",              "gps 轨 迹 轨迹"),
            ("サンプル",                "サ ン サン プ ンプ ル プル"),
            ("、。!? -- \"\" ()",       ""),
            ("",                        ""),
        ];
        for (text, expected) in rows {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    /// What is too long is cut in the index and in the search alike.
    #[test]
    fn a_long_word_counts_by_its_beginning() {
        let (one, other) = ("x".repeat(WORD_CHARACTERS_MAX), "x".repeat(5_000));
        assert_eq!(tokens(&one), tokens(&other));
    }
}
