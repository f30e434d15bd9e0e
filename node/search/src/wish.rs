//! What a search text asks for: a text of any sort becomes a wish, whatever stands in it. There are no operators, so that
//! there is nothing to get wrong.

use std::collections::BTreeSet;

use crate::synonyms::Synonyms;
use crate::text::{Analyzer, Unit, tokens_of};

/// Characters of a search text that are looked at.
pub const TEXT_CHARACTERS_MAX: usize = 256;

/// Pieces of a wish at most: what a search costs is bounded.
const PIECES_MAX: usize = 24;

/// Letters that a word needs to stand for all words that begin so.
const PREFIX_LETTERS_MIN: usize = 3;

/// English words that say nothing of a subject.
const STOP_WORDS: [&str; 14] =
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"];

/// Chinese characters that join words.
const STOP_CHARACTERS: [char; 2] = ['的', '与'];

/// A part of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A word, or a phrase that has synonyms.
    Phrase {
        /// The tokens, all of them.
        own: Vec<String>,
        /// Other phrases that do as well, by their tokens.
        others: Vec<Vec<String>>,
        /// Whether words that begin so do as well.
        is_prefix: bool,
    },
    /// Some writing without spaces: this many of the tokens at least.
    Most {
        /// Pairs of characters.
        tokens: Vec<String>,
        /// How many of them.
        least: usize,
    },
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// What should be there, none twice.
    pub pieces: Vec<Piece>,
    /// How many of the pieces must be.
    pub least: usize,
    /// Tokens that make a document come earlier and that none has to have: pairs across pieces.
    pub hints: Vec<String>,
}

impl Wish {
    /// The wish of a text. Without pieces there is nothing in it that could be looked for.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().take(TEXT_CHARACTERS_MAX).collect();
        let all = Analyzer::default().units(&text);
        let told: Vec<Unit> = all.iter().filter(|unit| !is_stop(unit)).cloned().collect();
        let units = if told.is_empty() { all.clone() } else { told };
        let pieces = pieces(&units);
        let required: BTreeSet<&String> = pieces.iter().flat_map(Piece::own).collect();
        let hints: BTreeSet<String> =
            tokens_of(&all, false).into_iter().filter(|token| !required.contains(token)).collect();
        let hints = hints.into_iter().take(PIECES_MAX).collect();
        Self { least: most_of(pieces.len(), 3, 4), pieces, hints }
    }
}

impl Piece {
    /// The tokens of the text itself.
    pub fn own(&self) -> &[String] {
        match self {
            Self::Phrase { own: tokens, .. } | Self::Most { tokens, .. } => tokens,
        }
    }
}

fn is_stop(unit: &Unit) -> bool {
    match unit {
        Unit::Word(word) => STOP_WORDS.contains(&word.as_str()),
        Unit::Character(character, _) => STOP_CHARACTERS.contains(character),
    }
}

/// How many of so many must be there: all of up to three, else this part of them, rounded up.
fn most_of(count: usize, numerator: usize, denominator: usize) -> usize {
    if count <= 3 { count } else { (count * numerator).div_ceil(denominator) }
}

fn pieces(units: &[Unit]) -> Vec<Piece> {
    let synonyms = Synonyms::shared();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |piece: Piece| {
        if pieces.len() < PIECES_MAX && !pieces.contains(&piece) {
            pieces.push(piece);
        }
    };
    let mut unknown: Vec<Unit> = Vec::new();
    let mut rest = units;
    while let Some((first, behind)) = rest.split_first() {
        if let Some((length, others)) = synonyms.at(rest) {
            end_unknown(&mut unknown, &mut add);
            let own = tokens_of(&separate(&rest[..length]), false);
            let others = others.iter().map(|other| tokens_of(other, false)).collect();
            add(Piece::Phrase { own, others, is_prefix: false });
            rest = &rest[length..];
            continue;
        }
        rest = behind;
        match first {
            Unit::Word(word) => {
                end_unknown(&mut unknown, &mut add);
                let is_prefix = word.chars().count() >= PREFIX_LETTERS_MIN;
                add(Piece::Phrase { own: vec![word.clone()], others: Vec::new(), is_prefix });
            }
            Unit::Character(_, joined) => {
                if !joined {
                    end_unknown(&mut unknown, &mut add);
                }
                unknown.push(first.clone());
            }
        }
    }
    end_unknown(&mut unknown, &mut add);
    pieces
}

fn end_unknown(unknown: &mut Vec<Unit>, add: &mut impl FnMut(Piece)) {
    let mut tokens = tokens_of(&separate(unknown), false);
    unknown.clear();
    tokens.sort_unstable();
    tokens.dedup();
    tokens.truncate(PIECES_MAX);
    if !tokens.is_empty() {
        add(Piece::Most { least: most_of(tokens.len(), 3, 5), tokens });
    }
}

/// The units, joined to nothing before them.
fn separate(units: &[Unit]) -> Vec<Unit> {
    let mut units = units.to_vec();
    if let Some(Unit::Character(_, joined)) = units.first_mut() {
        *joined = false;
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let wish = Wish::of(text);
        let pieces = wish.pieces.iter().map(|piece| match piece {
            Piece::Phrase { own, others, is_prefix } => {
                format!(
                    "{}{}{}",
                    own.join("+"),
                    if *is_prefix { "*" } else { "" },
                    if others.is_empty() { "" } else { "~" }
                )
            }
            Piece::Most { tokens, least } => format!("{least}({})", tokens.join(" ")),
        });
        let pieces: Vec<String> = pieces.collect();
        format!("{}: {} / {}", wish.least, pieces.join(", "), wish.hints.join(" "))
    }

    #[test]
    fn texts_become_wishes() {
        #[rustfmt::skip]
        let rows = [
            // text                         wish
            ("天气",                        "1: 天气~ / "),
            ("天气数据",                    "2: 天气~, 数据~ / 气数"),
            ("西雅图的气象",                "2: 西雅+雅图~, 气象~ / 图的 的气"),
            ("龙井茶",                      "1: 2(井茶 龙井) / "),
            ("茶",                          "1: 1(茶) / "),
            ("the harbour of Seattle",      "2: harbour*, seattl~ / of the"),
            ("of the",                      "2: of, the* / "),
            ("to be",                       "1: be / to"),
            ("one two three four five",     "4: one*, two*, three*, four*, five* / "),
            ("\"title:*\" AND (x OR -y)",   "3: titl*, x, y / and or"),
            ("!!! ，。",                    "0:  / "),
            ("数据数据数据",                "1: 数据~ / 据数"),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    /// However long a text is, its wish is bounded.
    #[test]
    fn a_wish_is_bounded() {
        let text: String = ('\u{4E00}'..'\u{9000}').flat_map(|character| [character, ' ', 'x', character]).collect();
        let wish = Wish::of(&text);
        assert_eq!(wish.pieces.len(), PIECES_MAX);
        let largest = wish.pieces.iter().map(|piece| piece.own().len()).max();
        assert!(largest <= Some(PIECES_MAX) && wish.hints.len() <= PIECES_MAX);
    }
}
