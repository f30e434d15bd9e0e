//! Goal: no text makes a search fail or take long.

use std::time::{Duration, Instant};

use yaosu_search::{Request, Sort};

use crate::market::{Market, description};
use crate::support::{Town, everything, search};

#[test]
fn no_text_makes_a_search_fail() {
    let mut market = Market::default();
    market.enrol("alice");
    for number in 1..=50 {
        let words = format!("数据 data {number} \"quoted\" AND title:x");
        market.register(number, "alice", description("天气 \\ weather", &["a:b", "(c"], &words));
    }
    let town = Town::of(market);
    let mut texts: Vec<String> = [
        "\"",
        "\"\"",
        "\"unclosed",
        "AND",
        "OR NOT",
        "+",
        "-",
        "-x",
        "title:",
        "title:weather",
        "title:[a TO b]",
        "*",
        "?",
        "x*",
        "*x",
        "~",
        "weather~2",
        "^",
        "weather^99999",
        "(",
        ")",
        "((((((((",
        "{",
        "[",
        "\\",
        "\\\\",
        "/.*/",
        "/(a+)+$/",
        "<b>",
        "';--",
        "%00",
        "!!!???",
        "，。！",
        "\u{3000}",
        "\u{1F600}",
        "\u{0301}",
        "\u{FFFD}",
        "de\u{301}ja\u{300}",
        "ﬀﬁ",
        "Ⅷ",
        "ß",
        "İ",
        "的",
        "的的的",
        "the",
        "𠀀𠀁𠀂",
        "ｱｲｳ",
        "한국어",
        "א ב",
        "اللغة",
        "नमस्ते",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend(
        ["x", "气", "\"", " ", "a ", "的", "𠀀", "数据", "w é"].map(|part| part.repeat(256 / part.chars().count())),
    );
    texts.push("x".repeat(100_000));
    texts.push(('\u{4E00}'..).take(256).collect());
    texts.push((0..64).map(|number| format!("w{number}")).collect::<Vec<_>>().join(" "));
    for text in texts {
        for sort in Sort::ALL {
            let began = Instant::now();
            let found = search(&town.index.snapshot(), &Request { text: text.clone(), sort: *sort, ..everything() });
            assert!(found.total <= 50, "{text:?}");
            assert!(began.elapsed() < Duration::from_secs(10), "{text:?}");
        }
    }
}

/// What has no word in it asks for nothing that is there; what is empty asks for everything.
#[test]
fn punctuation_finds_nothing_and_nothing_finds_all() {
    let mut market = Market::default();
    market.enrol("alice");
    market.register(1, "alice", description("!!! ???", &[], "..."));
    let town = Town::of(market);
    assert_eq!(town.find("!!!"), [0; 0]);
    assert_eq!(town.find(""), [1]);
    assert_eq!(town.find("   "), [1]);
}
