//! Which language a run speaks: it has to be known before the command line is read, since that may already go wrong.

use std::ffi::OsString;

use yaosu_api::words::Language;

/// Where the system says which language its user reads, the strongest first.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// The language that is asked for, by `--lang`, by `YAOSU_LANG` or by the locale, in this order. What is no language is passed over:
/// whoever reads the command line refuses it.
pub fn language(arguments: impl IntoIterator<Item = OsString>, variable: impl Fn(&str) -> Option<String>) -> Language {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let asked = option(arguments).or_else(|| set("YAOSU_LANG")).and_then(|name| name.parse().ok());
    asked.or_else(|| LOCALE.into_iter().find_map(set).map(|locale| Language::of_locale(&locale))).unwrap_or_default()
}

/// What `--lang` says, wherever it stands in front of `--`.
fn option(arguments: impl IntoIterator<Item = OsString>) -> Option<String> {
    let words = arguments.into_iter().map(|word| word.to_string_lossy().into_owned());
    let mut words = words.take_while(|word| word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix("--lang") {
            Some("") => return words.next(),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arguments, variables, and what they ask for.
    type Row<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], Language);

    /// Goal: the option beats the variable, the variable the locale, and nothing at all is English.
    #[test]
    fn languages_are_asked_for_in_three_ways() {
        use Language::{Chinese, English};
        #[rustfmt::skip]
        let rows: [Row; 12] = [
            (&[], &[], English),
            (&[], &[("LANG", "zh_CN.UTF-8")], Chinese),
            (&[], &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], English),
            (&[], &[("LANG", "en_GB.UTF-8"), ("LC_MESSAGES", "zh_CN")], Chinese),
            (&[], &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "")], Chinese),
            (&[], &[("LANG", "zh_CN.UTF-8"), ("YAOSU_LANG", "en")], English),
            (&["tx", "--lang", "zh", "show"], &[("YAOSU_LANG", "en")], Chinese),
            (&["--lang=zh"], &[], Chinese),
            (&["--lang=en"], &[("LANG", "zh_CN")], English),
            (&["--", "--lang=zh"], &[], English),
            (&["--lang"], &[("LANG", "zh_CN")], Chinese),
            (&["--lang=klingon"], &[("LANG", "zh_CN")], Chinese),
        ];
        for (arguments, variables, expected) in rows {
            let variable =
                |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).into());
            let found = language(arguments.iter().map(OsString::from), variable);
            assert_eq!(found, expected, "{arguments:?} {variables:?}");
        }
    }
}
