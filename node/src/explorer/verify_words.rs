//! What the page that checks evidence says of its results. The names of checks and the words of faults are those of
//! `docs/verifiers/verify.mjs`.

use serde_json::{Map, Value, json};
use yaosu_api::words::{CHECKS, Language};

use super::tables::{ACTIONS, RECORDS};

/// Words of faults and findings in Chinese. `{}`: the values in their order; `{1}`: one by its place.
static PHRASES: &[(&str, &str)] = &[
    ("JSON", "JSON 文本"),
    ("a bad signature of the key {}", "密钥 {} 的签名无效"),
    ("a bad signature of {}", "{} 的签名无效"),
    ("a choice that there is not", "不存在的选项"),
    ("a leaf under {}", "位于 {} 之下的叶"),
    ("a list", "列表"),
    ("a number that is no integer from 0 to {} at character {}", "第 {1} 个字符处的数不是 0 至 {0} 的整数"),
    ("a signature of {}, who is no validator", "{} 的签名，而其并非验证节点"),
    ("a statement", "一项陈述"),
    ("a value or another leaf", "值或另一叶之一"),
    ("all events that the transaction caused, and no other", "该交易引起的全部事件，且无其他"),
    ("an integer that is not in its one form", "整数未采用唯一写法"),
    ("an integer up to {}", "不大于 {} 的整数"),
    ("an object of {}", "含 {} 的对象"),
    ("as under {}", "位于 {} 之下"),
    ("both", "两者皆有"),
    ("bytes that are no text in UTF-8", "不是 UTF-8 文本的字节"),
    ("good signatures of more than two thirds of {} validators by weight", "{} 个验证节点中超过三分之二权重的有效签名"),
    ("half a character", "半个字符"),
    ("hexadecimal digits", "十六进制数字"),
    ("its end too early", "过早结束"),
    ("more behind its end at character {}", "第 {} 个字符处结束后仍有内容"),
    ("more bytes", "多余的字节"),
    ("no members", "没有成员"),
    ("no record", "没有该记录"),
    ("no text in quotation marks at character {}", "第 {} 个字符处没有带引号的文本"),
    ("no {} at character {}", "第 {1} 个字符处缺少 {0}"),
    ("signatures of a weight of {} of {}", "签名权重 {}，总权重 {}"),
    ("signatures out of order", "签名次序不对"),
    ("something else at character {}", "第 {} 个字符处是其他内容"),
    ("the bytes of a header", "区块头的字节"),
    ("the bytes of a transaction", "交易的字节"),
    ("the bytes of an event", "事件的字节"),
    ("the events of the transaction with their neighbours", "该交易的事件及其前后相邻事件"),
    ("the member {} twice or without a value at character {}", "第 {1} 个字符处的成员 {0} 重复或缺少值"),
    ("too few bytes", "字节不足"),
    ("too many levels", "层级过多"),
    ("validators that make a set", "构成有效一组的验证节点"),
    ("{} bytes", "{} 字节"),
    ("{} events", "{} 个事件"),
    ("{} of {} validators", "{1} 个验证节点中的 {0} 个"),
    ("{} or above", "不低于 {}"),
    ("{} signatures", "{} 个签名"),
    ("{} validators", "{} 个验证节点"),
    ("1 to 32 good signatures, ascending by key", "1 至 32 个有效签名，按密钥升序排列"),
];

/// What the page itself says, and what it calls what is proved.
static SAID: &[(&str, &str, &str)] = &[
    ("holds", "The evidence holds.", "存证成立。"),
    ("fails", "The evidence does not hold.", "存证不成立。"),
    ("asked", "Asked:", "核验事项："),
    ("answer", "Answer:", "结论："),
    (
        "askedTransaction",
        "is the transaction {0} of participant {1} ({2}) in the ledger, and did these {3} events come of it and no others?",
        "参与方 {1} 的交易 {0}（{2}）是否已写入账本，且其结果恰为这 {3} 个事件？",
    ),
    ("askedEvent", "did this event happen in the block?", "该事件是否发生于该区块？"),
    (
        "askedRecord",
        "did this record ({0}) stand in the ledger so after the block?",
        "该记录（{0}）在该区块之后是否如文件所述？",
    ),
    (
        "askedNone",
        "was there no such record ({0}) in the ledger after the block?",
        "该区块之后账本中是否没有该记录（{0}）？",
    ),
    (
        "askedNothing",
        "nothing that can be read: the file has not the form of evidence.",
        "无法读出：文件不符合存证格式。",
    ),
    (
        "yesTransaction",
        "yes. Block {0} of {1} has it, and these are all events that came of it.",
        "是。区块 {0}（{1}）包含该交易，所列即其全部结果。",
    ),
    ("yesEvent", "yes. It happened in block {0} of {1}.", "是。发生于区块 {0}（{1}）。"),
    (
        "yesRecord",
        "yes. It stood so after block {0} of {1}; what came later is not said.",
        "是。区块 {0}（{1}）之后确为如此；此后的变化不在证明之内。",
    ),
    (
        "yesNone",
        "yes. There was none after block {0} of {1}; what came later is not said.",
        "是。区块 {0}（{1}）之后确无该记录；此后的变化不在证明之内。",
    ),
    (
        "no",
        "not proved by this file. That does not prove the opposite. The first check that failed: {0}.",
        "本文件未能证明，但亦不说明相反情形成立。首个未通过的检查：{0}。",
    ),
    ("expected", "expected", "应为"),
    ("found", "found", "实为"),
    (
        "checkpointFails",
        "The checkpoint file is none: with it nothing can be checked.",
        "检查点文件无效，无法据以核验。",
    ),
    ("reading", "Reading the data file: {} %", "正在读取数据文件：{} %"),
    (
        "dataSame",
        "The data file is the one that the evidence names, byte for byte.",
        "数据文件与存证所指的文件逐字节一致。",
    ),
    ("dataOther", "The data file is not the one that the evidence names.", "数据文件不是存证所指的文件。"),
    (
        "dataNone",
        "The evidence names no data file, so that yours could not be compared.",
        "存证未指明数据文件，无法比对。",
    ),
    (
        "dataInside",
        "The proved bytes have the hash of this file somewhere. What it stands for there is what their signer says, and is not checked here. Evidence of a version says which file it is: yaosu receipt record version ASSET@1",
        "已证明的字节中某处含有该文件的哈希，其含义由签名人自行声明，此处不作核验。版本存证可说明对应的文件：yaosu receipt record version ASSET@1",
    ),
    (
        "dataUnasked",
        "The data file was not compared: evidence that does not hold names nothing.",
        "未比对数据文件：不成立的存证不能指明任何文件。",
    ),
    (
        "decoded",
        "What the file says that its bytes mean (not checked here; yaosu receipt verify does)",
        "文件对其字节含义的说明（此处未核验；yaosu receipt verify 会核验）",
    ),
    ("theBlock", "the block itself", "区块自动执行"),
    ("unknown", "number {}", "编号 {}"),
    ("chain", "Chain", "链"),
    ("block", "Block", "区块"),
    ("time", "Time", "时间"),
    ("transaction", "Transaction", "交易"),
    ("signer", "Signer (participant)", "签署方（参与方）"),
    ("lane", "Lane", "通道"),
    ("number", "Number in the lane", "通道内序号"),
    ("action", "Action", "操作"),
    ("events", "Events, by their numbers in the format", "事件（格式编号）"),
    ("event", "Event, by its number in the format", "事件（格式编号）"),
    ("caused by", "Caused by", "起因"),
    ("bytes", "Its bytes", "字节"),
    ("record", "Key of the record", "记录的键"),
    ("value", "Its bytes", "记录的字节"),
    ("file", "BLAKE3 of the data file", "数据文件的 BLAKE3"),
    ("named", "BLAKE3 that the evidence names", "存证所指的 BLAKE3"),
];

/// All of it for the script, as JSON that can stand in a page.
pub fn json(language: Language) -> String {
    let in_language = |(key, english, chinese): &(&str, &str, &str)| {
        ((*key).to_owned(), Value::from(language.of(*english, *chinese)))
    };
    let numbered = |table: &[(u32, &str, &str)]| -> Map<String, Value> {
        let words =
            table.iter().map(|(number, english, chinese)| (number.to_string(), language.of(*english, *chinese)));
        words.map(|(number, word)| (number, Value::from(word))).collect()
    };
    let phrases =
        PHRASES.iter().map(|(english, chinese)| ((*english).to_owned(), Value::from(language.of(*english, *chinese))));
    let all = json!({
        "said": SAID.iter().map(in_language).collect::<Map<_, _>>(),
        "checks": CHECKS.iter().map(in_language).collect::<Map<_, _>>(),
        "phrases": phrases.collect::<Map<_, _>>(),
        "actions": numbered(ACTIONS),
        "records": numbered(RECORDS),
    });
    all.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const VERIFIER: &str = include_str!("../../../docs/verifiers/verify.mjs");
    const PAGE: &str = include_str!("check.mjs");

    /// The templates that the program has, with `{}` for each value.
    fn templates() -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for part in VERIFIER.split("text`").skip(1) {
            let (literal, _) = part.split_once('`').expect("a template ends");
            let mut words = String::new();
            for (place, part) in literal.split("${").enumerate() {
                let behind = if place == 0 { part } else { part.split_once('}').expect("a value ends").1 };
                words.push_str(if place == 0 { "" } else { "{}" });
                words.push_str(behind);
            }
            found.insert(words);
        }
        found
    }

    /// Goal: every fault that the program names can be said in Chinese, with the same values, and nothing else is kept.
    #[test]
    fn every_phrase_of_the_program_is_translated() {
        let known: BTreeSet<String> = PHRASES.iter().map(|(english, _)| (*english).to_owned()).collect();
        assert_eq!(known, templates());
        let gaps = |text: &str| text.matches('{').count();
        for (english, chinese) in PHRASES {
            assert_eq!(gaps(english), gaps(chinese), "{english}");
            assert!(!chinese.is_ascii(), "{english}");
        }
    }

    /// Goal: every check has its words, and every word is used.
    #[test]
    fn every_check_has_words() {
        for (name, english, chinese) in CHECKS {
            let end = name.strip_prefix("block: ").unwrap_or(name);
            assert!(VERIFIER.contains(&format!("{end}\"")) || VERIFIER.contains(&format!(": {end}`")), "{name}");
            assert_eq!(english.contains("{}"), name.starts_with("block: "), "{name}");
            assert_eq!(chinese.contains("{}"), name.starts_with("block: "), "{name}");
        }
        let docs = include_str!("../../../docs/evidence.md");
        let (_, table) = docs.split_once("## The checks").expect("the page has them");
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        let rows: BTreeSet<String> = rows.map(|(name, _)| name.replace("block H:", "block:")).take(17).collect();
        let known: BTreeSet<String> = CHECKS.iter().map(|(name, ..)| (*name).to_owned()).collect();
        let other: Vec<&String> = rows.symmetric_difference(&known).collect();
        assert_eq!(other, ["decoded", "ledger"], "which are made by yaosu alone");
        for (key, ..) in SAID {
            let is_proved = VERIFIER.contains(key);
            assert!(
                PAGE.contains(&format!("said.{key}")) || PAGE.contains(&format!("\"{key}\"")) || is_proved,
                "{key}"
            );
        }
    }
}
