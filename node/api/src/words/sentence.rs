//! Sentences about things: a template for each language, and what stands in its gaps.

use yaosu_ledger::state::Subject;
use yaosu_ledger::{Amount, AssetId, BasisPoints, Digest, Duration, ParticipantId, Timestamp};

use super::language::Language;
use super::names::Named;
use super::value;

/// What stands in a gap.
#[derive(Clone, Debug)]
pub enum Piece {
    /// What reads the same in both languages: numbers, names that can't be mistaken for words of ours.
    Text(String),
    /// Words of somebody's own, in quotation marks.
    Quote(String),
    /// One of our words, in both languages.
    Words(&'static str, &'static str),
    /// Some of our words.
    List(Vec<(&'static str, &'static str)>),
    /// Someone.
    Party(ParticipantId),
    /// An asset, by its title.
    Asset(AssetId),
    /// Anything else with an identifier.
    Thing(Subject),
    /// Money.
    Money(Amount),
    /// A moment.
    Time(Timestamp),
    /// A length of time.
    Length(Duration),
    /// A hash.
    Hash(Digest),
    /// Sentences within the sentence, with what stands between them in English and in Chinese. None at all is nothing.
    All(Vec<Sentence>, (&'static str, &'static str)),
}

impl Piece {
    /// A named value.
    #[must_use]
    pub fn named(value: &impl Named) -> Self {
        let (english, chinese) = value.words();
        Self::Words(english, chinese)
    }

    /// Some named values.
    #[must_use]
    pub fn list<T: Named>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(|value| value.words()).collect())
    }

    /// Words for a case that may hold; nothing if it does not.
    #[must_use]
    pub const fn only_if(holds: bool, english: &'static str, chinese: &'static str) -> Self {
        if holds { Self::Words(english, chinese) } else { Self::Words("", "") }
    }

    /// Words of somebody's own.
    #[must_use]
    pub fn quote(text: impl std::fmt::Display) -> Self {
        Self::Quote(text.to_string())
    }

    /// A share.
    #[must_use]
    pub fn share(share: BasisPoints) -> Self {
        Self::Text(value::share(share))
    }

    /// A sentence within the sentence, or nothing.
    #[must_use]
    pub fn maybe(sentence: impl Into<Option<Sentence>>) -> Self {
        Self::All(sentence.into().into_iter().collect(), ("", ""))
    }

    /// A number.
    #[must_use]
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
#[macro_export]
macro_rules! say {
    ($english:literal, $chinese:literal $(, $piece:expr)* $(,)?) => {{
        const {
            let count = <[&str]>::len(&[$(stringify!($piece)),*]);
            assert!($crate::words::has_gaps($english, count), "a gap is missing or has no piece");
            assert!($crate::words::has_gaps($chinese, count), "a gap is missing or has no piece");
        }
        $crate::words::Sentence { english: $english, chinese: $chinese, pieces: vec![$($piece),*] }
    }};
}

/// Whether a template has gaps for all of so many pieces, and no others.
#[must_use]
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
fn parts(template: &str) -> Vec<Part<'_>> {
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

/// How things look where a sentence is shown, as text.
pub trait Speaker {
    /// The language that is spoken.
    fn language(&self) -> Language;
    /// Someone.
    fn party(&self, id: ParticipantId) -> String;
    /// An asset.
    fn asset(&self, id: AssetId) -> String;
    /// Money.
    fn money(&self, amount: Amount) -> String;
    /// A moment.
    fn time(&self, time: Timestamp) -> String;
    /// A hash.
    fn hash(&self, digest: Digest) -> String;

    /// A length of time.
    fn length(&self, duration: Duration) -> String {
        value::length(duration, self.language())
    }

    /// Anything: by its name if it has one, else by its kind and identifier.
    fn thing(&self, subject: Subject) -> String {
        match subject {
            Subject::Participant(id) => self.party(id),
            Subject::Asset(id) => self.asset(id),
            other => format!("{} {}", other.word(self.language()), self.hash(other.identifier())),
        }
    }

    /// What stands in a gap.
    fn piece(&self, piece: &Piece) -> String {
        match piece {
            Piece::Text(text) => text.clone(),
            Piece::Quote(text) => value::quoted(text, self.language()),
            Piece::Words(english, chinese) => self.language().of(*english, *chinese).to_owned(),
            Piece::List(words) => join(words, self.language()),
            Piece::Party(id) => self.party(*id),
            Piece::Asset(id) => self.asset(*id),
            Piece::Thing(subject) => self.thing(*subject),
            Piece::Money(amount) => self.money(*amount),
            Piece::Time(time) => self.time(*time),
            Piece::Length(duration) => self.length(*duration),
            Piece::Hash(digest) => self.hash(*digest),
            Piece::All(sentences, (english, chinese)) => {
                let told: Vec<String> = sentences.iter().map(|sentence| self.tell(sentence)).collect();
                told.join(self.language().of(english, chinese))
            }
        }
    }

    /// A sentence, without a full stop.
    fn tell(&self, sentence: &Sentence) -> String {
        let part = |part| match part {
            Part::Literal(text) => text.to_owned(),
            Part::Gap(number) => sentence.pieces.get(number).map(|piece| self.piece(piece)).unwrap_or_default(),
        };
        sentence.parts(self.language()).into_iter().map(part).collect()
    }
}

/// Words as a list in a sentence.
#[must_use]
pub fn join(words: &[(&'static str, &'static str)], language: Language) -> String {
    let words: Vec<&str> = words.iter().map(|(english, chinese)| language.of(*english, *chinese)).collect();
    words.join(language.of(", ", "、"))
}

impl Sentence {
    /// The sentence in a language, taken apart.
    #[must_use]
    pub fn parts(&self, language: Language) -> Vec<Part<'_>> {
        parts(language.of(self.english, self.chinese))
    }

    /// The sentence as text, without a full stop.
    #[must_use]
    pub fn text(&self, speaker: &impl Speaker) -> String {
        speaker.tell(self)
    }

    /// The sentence as text, with its full stop.
    #[must_use]
    pub fn full(&self, speaker: &impl Speaker) -> String {
        self.text(speaker) + speaker.language().of(".", "。")
    }

    /// Everyone and everything that the sentence names: who tells it looks up how they are called.
    #[must_use]
    pub fn subjects(&self) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Party(id) => subjects.push(Subject::Participant(*id)),
                Piece::Asset(id) => subjects.push(Subject::Asset(*id)),
                Piece::Thing(subject) => subjects.push(*subject),
                Piece::All(sentences, _) => subjects.extend(sentences.iter().flat_map(Self::subjects)),
                Piece::Text(_)
                | Piece::Quote(_)
                | Piece::Words(..)
                | Piece::List(_)
                | Piece::Money(_)
                | Piece::Time(_)
                | Piece::Length(_)
                | Piece::Hash(_) => {}
            }
        }
        subjects
    }
}
