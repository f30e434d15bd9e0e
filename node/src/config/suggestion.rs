//! What somebody may have meant who wrote a word that does not exist.

/// The word that is nearest to what was written, if it is near enough to be meant.
pub fn nearest<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters wrong is another word; two slips are nothing even in a short one.
    let most = (written.chars().count() / 3).max(2);
    let near = words.into_iter().map(|word| (distance(written, word), word)).filter(|(slips, _)| *slips <= most);
    near.min_by_key(|(slips, _)| *slips).map(|(_, word)| word)
}

/// How many letters must be put in, left out or replaced to make one word of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (place, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for (column, wanted) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: slips are understood, other words are not.
    #[test]
    fn slips_are_understood() {
        const WORDS: [&str; 4] = ["listen", "peers", "transactions", "log"];
        #[rustfmt::skip]
        let rows = [
            ("listen",       Some("listen")),
            ("listn",        Some("listen")),
            ("lsiten",       Some("listen")),
            ("peer",         Some("peers")),
            ("transactoins", Some("transactions")),
            ("logs",         Some("log")),
            ("cache",        None),
            ("",             None),
        ];
        for (written, meant) in rows {
            assert_eq!(nearest(written, WORDS), meant, "{written}");
        }
    }

    /// Goal: the number is that of the definition.
    #[test]
    fn the_distance_is_levenshteins() {
        for (one, other, expected) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("saturday", "sunday", 3)] {
            assert_eq!((distance(one, other), distance(other, one)), (expected, expected), "{one} {other}");
        }
    }
}
