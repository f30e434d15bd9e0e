//! Sentences with links in them: a template for each language, and what stands in its gaps.

use maud::{Markup, html};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{Amount, AssetId, Digest, ParticipantId, Timestamp};

use super::names::Named;
use super::room::Room;

/// What stands in a gap.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Words of somebody's own.
    Text(String),
    /// One of our words, in both languages.
    Words(&'static str, &'static str),
    /// Someone.
    Party(ParticipantId),
    /// An asset, by its title.
    Asset(AssetId),
    /// Anything else that has a page.
    Thing(Subject),
    /// Money.
    Money(Amount),
    /// A moment.
    Time(Timestamp),
    /// A hash.
    Hash(Digest),
}

impl Piece {
    /// A named value.
    pub fn named(value: &impl Named) -> Self {
        let (english, chinese) = value.words();
        Self::Words(english, chinese)
    }

    /// A number.
    pub fn number(number: impl std::fmt::Display) -> Self {
        Self::Text(number.to_string())
    }
}

/// A sentence in both languages. `{0}` is the gap of the first piece; each language has a gap for
/// every piece, or it does not compile.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// In English.
    pub english: &'static str,
    /// In Chinese.
    pub chinese: &'static str,
    /// What stands in the gaps.
    pub pieces: Vec<Piece>,
}

/// Makes a sentence: two templates and their pieces.
macro_rules! say {
    ($english:literal, $chinese:literal $(, $piece:expr)* $(,)?) => {{
        const {
            let count = <[&str]>::len(&[$(stringify!($piece)),*]);
            assert!($crate::explorer::sentence::has_gaps($english, count), "a gap is missing or has no piece");
            assert!($crate::explorer::sentence::has_gaps($chinese, count), "a gap is missing or has no piece");
        }
        $crate::explorer::sentence::Sentence { english: $english, chinese: $chinese, pieces: vec![$($piece),*] }
    }};
}
pub(super) use say;

/// Whether a template has gaps for all of so many pieces, and no others.
pub const fn has_gaps(template: &str, count: usize) -> bool {
    let bytes = template.as_bytes();
    let mut seen = [false; 10];
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{' {
            let number = bytes[at + 1].wrapping_sub(b'0') as usize;
            if number >= count || bytes[at + 2] != b'}' {
                return false;
            }
            seen[number] = true;
        }
        at += 1;
    }
    let mut number = 0;
    while number < count {
        if !seen[number] {
            return false;
        }
        number += 1;
    }
    true
}

/// A template taken apart: literal text, and gaps by number.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it stands.
    Literal(&'a str),
    /// The piece of this number.
    Gap(usize),
}

/// Takes a template apart.
pub fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((number, behind)) = after.split_once('}') else { break };
        parts.push(Part::Literal(before));
        parts.push(Part::Gap(number.parse().unwrap_or(usize::MAX)));
        rest = behind;
    }
    parts.push(Part::Literal(rest));
    parts
}

impl Sentence {
    /// The sentence with its links.
    pub fn render(&self, room: &Room) -> Markup {
        let parts = parts(room.language.of(self.english, self.chinese));
        html! {
            @for part in parts {
                @match part {
                    Part::Literal(text) => (text),
                    Part::Gap(number) => @if let Some(piece) = self.pieces.get(number) { (show(piece, room)) },
                }
            }
        }
    }

    /// The sentence without links, for titles and lists in other formats.
    pub fn plain(&self, room: &Room) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Words(english, chinese) => room.language.of(*english, *chinese).to_owned(),
            Piece::Party(id) => room.handle(*id),
            Piece::Asset(id) => room.title(*id),
            Piece::Thing(subject) => room.subject_words(*subject),
            Piece::Money(amount) => room.money_text(*amount),
            Piece::Time(time) => super::moment::rfc3339(*time),
            Piece::Hash(digest) => super::room::short(digest),
        };
        parts(room.language.of(self.english, self.chinese))
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => text.to_owned(),
                Part::Gap(number) => self.pieces.get(number).map(text).unwrap_or_default(),
            })
            .collect()
    }
}

fn show(piece: &Piece, room: &Room) -> Markup {
    match piece {
        Piece::Text(text) => html! { bdi { (text) } },
        Piece::Words(english, chinese) => html! { (room.language.of(*english, *chinese)) },
        Piece::Party(id) => room.party(*id),
        Piece::Asset(id) => room.asset(*id),
        Piece::Thing(subject) => room.subject(*subject),
        Piece::Money(amount) => room.money(*amount),
        Piece::Time(time) => room.time(*time),
        Piece::Hash(digest) => room.hash(digest),
    }
}
