//! Words of both languages that mean about the same, so that 天气 finds what is called 气象 or weather.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::text::{Analyzer, Unit};

/// The list, a line a group.
const LIST: &str = include_str!("synonyms.txt");

/// Which groups a phrase is in.
pub struct Synonyms {
    /// By phrase, the phrases that mean about the same; the phrase itself is not among them.
    others: HashMap<Vec<Unit>, Vec<Vec<Unit>>>,
    /// Units of the longest phrase.
    longest: usize,
}

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| Synonyms::parse(LIST));

impl Synonyms {
    /// Those that the program comes with.
    pub fn shared() -> &'static Self {
        &SYNONYMS
    }

    fn parse(list: &str) -> Self {
        let mut analyzer = Analyzer::default();
        let mut others: HashMap<Vec<Unit>, Vec<Vec<Unit>>> = HashMap::new();
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        for line in lines {
            let mut group: Vec<Vec<Unit>> = Vec::new();
            for phrase in line.split('|').map(|phrase| analyzer.units(phrase)) {
                // Two forms of a word may have one stem.
                if !phrase.is_empty() && !group.contains(&phrase) {
                    group.push(phrase);
                }
            }
            for phrase in &group {
                let rest = group.iter().filter(|other| *other != phrase).cloned();
                others.entry(phrase.clone()).or_default().extend(rest);
            }
        }
        let longest = others.keys().map(Vec::len).max().unwrap_or(0);
        Self { others, longest }
    }

    /// The longest known phrase at the beginning of some units: how many units it has, and what means about the same.
    pub fn at(&self, units: &[Unit]) -> Option<(usize, &[Vec<Unit>])> {
        let longest = self.longest.min(units.len());
        (1..=longest).rev().find_map(|length| {
            let mut phrase = units[..length].to_vec();
            // Where the phrase begins it is joined to nothing.
            if let Some(Unit::Character(_, joined)) = phrase.first_mut() {
                *joined = false;
            }
            self.others.get(&phrase).map(|others| (length, others.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens_of;

    fn found(text: &str) -> Option<(usize, Vec<String>)> {
        let units = Analyzer::default().units(text);
        let (length, others) = Synonyms::shared().at(&units)?;
        Some((length, others.iter().map(|other| tokens_of(other, false).join("+")).collect()))
    }

    #[test]
    fn the_longest_phrase_is_found_in_both_languages() {
        let (length, others) = found("天气预报").expect("天气 is known");
        assert_eq!(length, 2);
        assert!(others.contains(&"weather".to_owned()) && others.contains(&"气象".to_owned()), "{others:?}");
        assert_eq!(found("Air quality in Beijing"), Some((2, vec!["空气+气质+质量".to_owned()])));
        assert_eq!(found("数据集").map(|(length, _)| length), Some(3), "not 数据 alone");
        assert_eq!(found("unheard"), None);
    }

    /// A line with one phrase, or a phrase twice, is a slip of the pen.
    #[test]
    fn every_line_has_a_group() {
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            let phrases: Vec<&str> = line.split('|').map(str::trim).collect();
            assert!(phrases.len() > 1 && phrases.iter().all(|phrase| !phrase.is_empty()), "{line:?}");
        }
    }
}
