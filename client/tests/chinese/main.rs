//! Who asks for Chinese is told nothing in English: every command that shows something, against a node that answers with
//! some value of every type.

#[allow(dead_code, reason = "nothing is posted here")]
#[path = "../stub/mod.rs"]
mod stub;
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

use stub::{Answer, Stub, yaosu};
use values::{Contract, ID};
use yaosu_api::{Problem, ProblemCode};

/// As many as the longest list of a thing's states.
const ROUNDS: usize = 9;

/// Every command that asks a node to show something, without `yaosu`. `ID` stands for an identifier.
#[rustfmt::skip]
const SHOWN: &[&str] = &[
    "participant show ID", "participant list", "participant history ID", "money show ID", "money supply",
    "asset show ID", "asset list", "asset versions ID", "asset history ID", "asset objections ID", "asset openness ID",
    "asset royalties ID --price 5", "asset lineage ID",
    "search map", "listing show ID", "listing list", "listing history ID",
    "negotiation show ID", "negotiation list", "negotiation history ID", "demand show ID", "demand list", "demand history ID",
    "order show ID", "order list", "order history ID",
    "licence show ID", "licence list", "licence uses ID", "licence may ID --action read --purpose research",
    "recall show ID", "recall list", "recall duties ID", "attestation show ID", "attestation list",
    "freeze show ID", "freeze list", "openness", "proposal show ID", "proposal list",
    "tx show ID", "block show ID", "block list", "node status", "node validators",
];

/// Names of verbs that show something.
const VERBS: [&str; 15] = [
    "show",
    "list",
    "history",
    "versions",
    "objections",
    "openness",
    "royalties",
    "lineage",
    "uses",
    "may",
    "duties",
    "supply",
    "status",
    "validators",
    "search",
];

fn run(home: &Path, node: &str, command: &str) -> Output {
    let words: Vec<&str> = command.split(' ').map(|word| if word == "ID" { ID } else { word }).collect();
    yaosu(home, node, &[&words[..], &["--lang", "zh"]].concat())
}

/// The words in Latin letters, but names of commands and options, codes in brackets, and what the stub answers with.
fn english(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines() {
        // What is to be typed stands at the end.
        let line = line.split("yaosu ").next().unwrap_or_default();
        for word in line.split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter))) {
            let letters = word.chars().any(|letter| letter.is_ascii_alphabetic());
            let coded = line.contains(&format!("（{word}）"));
            let is_hex = word.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
            if letters && !coded && !is_hex && !word.starts_with("--") && !["acme", "CNY"].contains(&word) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// Goal: a person who reads Chinese can read whatever is shown.
/// Method: in each round every choice of every type of the contract is another one.
#[test]
fn nothing_is_shown_in_english() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let contract = Contract::read();
    let mut faults = Vec::new();
    for round in 0..ROUNDS {
        let answers = contract.answers(round).into_iter();
        let node = Stub::start(answers.map(|(path, value)| (format!("GET {path}"), Answer::json(value.to_string()))));
        for command in SHOWN {
            let output = run(home.path(), &node.address, command);
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8(text).expect("text");
            let english = english(&text);
            // A transaction may be unknown, and a graph without roots is an empty picture.
            let code = output.status.code();
            let good = code == Some(0) || code == Some(3) && command.starts_with("tx show");
            if !good || text.is_ascii() && !text.is_empty() || !english.is_empty() {
                faults.push(format!("{command}, round {round}: {english:?}\n{text}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Goal: a command that is added stands in the table above.
#[test]
fn every_command_that_shows_something_is_run() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let names = |words: &[&str]| -> Vec<String> {
        let help = yaosu(home.path(), "http://127.0.0.1:1", &[words, &["--help"]].concat()).stdout;
        let help = String::from_utf8(help).expect("text");
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let of_column = lines.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        of_column.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect()
    };
    let nouns = names(&[]);
    assert!(nouns.len() > 20, "{nouns:?}");
    for noun in nouns {
        for verb in names(&[&noun]).into_iter().filter(|verb| VERBS.contains(&verb.as_str())) {
            let command = format!("{noun} {verb}");
            let local = ["profile", "key"].contains(&noun.as_str());
            assert!(local || SHOWN.iter().any(|shown| shown.starts_with(&command)), "{command}");
        }
    }
}

/// Goal: what is kept here is shown in Chinese too, and what goes wrong is told so.
#[test]
fn nothing_local_and_no_error_is_in_english() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let at = |name: &str| home.path().join(name).display().to_string();
    fs::write(home.path().join("password"), "secret\n").expect("the folder is there");
    let config = format!("profile = \"acme\"\n\n[profiles.acme]\nnodes = [\"http://127.0.0.1:1\"]\nchain = \"{ID}\"\n");
    fs::write(home.path().join("config.toml"), config).expect("the folder is there");
    let problem = Problem::new(ProblemCode::NotFound, "there is no asset abcdef");
    let node = Stub::start([("GET /v1/assets/abcdef".to_owned(), Answer::problem(&problem))]);
    let password = at("password");
    #[rustfmt::skip]
    let rows: [(&[&str], i32, &[&str]); 12] = [
        (&["key", "new", "acme", "--password-file", &password], 0, &["公钥", "交付密钥"]),
        (&["key", "list"], 0, &["名称"]),
        (&["key", "show", "acme"], 0, &["文件"]),
        (&["profile", "list"], 0, &["节点"]),
        (&["profile", "show"], 0, &["使用中", "是"]),
        (&["key", "show", "acmes"], 3, &["错误：没有密钥文件", "提示：`yaosu key list`"]),
        (&["profile", "show", "other"], 3, &["错误：没有配置"]),
        (&["asset", "show", "abcdef"], 3, &["错误：没有数据资产 abcdef", "提示：须给出标识"]),
        (&["money", "pay", "--to", "acme", "--amount", "1,5"], 2, &["错误：“1,5” 不能作为 --amount", "不是金额"]),
        (&["demand", "create", "--tittle", "x"], 2, &["错误：没有参数 --tittle"]),
        (&["tx", "send", &password], 1, &["错误：", "中没有交易"]),
        (&["sample", "verify", "/nowhere", "--root", ID, "--size", "3"], 3, &["错误：/nowhere"]),
    ];
    for (words, code, parts) in rows {
        let output = yaosu(home.path(), &node.address, &[words, &["--lang", "zh"]].concat());
        let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{words:?}: {part}: {text}");
        }
        for word in ["error:", "hint:", "there is", "Usage", "invalid"] {
            assert!(!text.contains(word), "{words:?}: {word}: {text}");
        }
    }
}

/// Goal: what programs read is the same in every language.
#[test]
fn json_is_the_same_in_both_languages() {
    let home = tempfile::tempdir().expect("a folder for the test");
    let answers = Contract::read().answers(0).into_iter();
    let node = Stub::start(answers.map(|(path, value)| (format!("GET {path}"), Answer::json(value.to_string()))));
    for words in [&["order", "show", ID][..], &["asset", "list"], &["key", "show", "none"], &["node", "status"]] {
        let json = |language| {
            let output = yaosu(home.path(), &node.address, &[words, &["--json", "--lang", language]].concat());
            (output.status.code(), output.stdout, output.stderr)
        };
        assert_eq!(json("en"), json("zh"), "{words:?}");
    }
}
