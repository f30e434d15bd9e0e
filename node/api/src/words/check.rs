//! What the checks of evidence look at and find. Verifiers name them in English; whoever reads Chinese is told so.

/// What each check looks at, by the name that every verifier gives it. `{}` is the height of the block.
pub static CHECKS: &[(&str, &str, &str)] = &[
    ("form", "The file has the form of evidence", "文件符合存证格式"),
    ("block: version", "Block {}: it is of the version that this program knows", "区块 {}：版本为本程序所识"),
    ("block: chain", "Block {}: it is of the checkpoint's chain", "区块 {}：属于检查点所指的链"),
    ("block: height", "Block {}: these validators decide at this height", "区块 {}：该高度由这组验证节点决定"),
    (
        "block: certificate",
        "Block {}: more than two thirds of the validators' weight have signed it",
        "区块 {}：超过三分之二权重的验证节点已签名",
    ),
    ("block: next validators", "Block {}: it names these validators as the next", "区块 {}：指明了接任的验证节点"),
    ("block: next set", "Block {}: the next validators make a set", "区块 {}：接任的验证节点构成有效的一组"),
    ("transaction: chain", "The transaction is of the checkpoint's chain", "交易属于检查点所指的链"),
    ("transaction: approvals", "All signatures of the transaction are good", "交易的全部签名有效"),
    ("transaction: inclusion", "The block has the transaction", "区块包含该交易"),
    ("events: places", "The events stand one behind the other in the block", "事件在区块中依次相连"),
    ("events: inclusion", "The block has these events", "区块包含这些事件"),
    ("events: cause", "These are all events of the transaction, and no others", "事件全部由该交易引起，且无遗漏"),
    ("event: inclusion", "The block has the event", "区块包含该事件"),
    ("record: inclusion", "The state after the block has the record so", "区块之后的状态中记录确为如此"),
];

/// The checks that this program makes alone, and those of a certificate.
static OWN: &[(&str, &str)] = &[
    ("decoded", "文件所述与其字节的含义一致"),
    ("ledger", "账本自身的核验程序认可"),
    ("proof", "签发人的签名"),
    ("issuer", "签发人"),
    ("claims", "证书内容与存证一致"),
];

/// What checks ask for and find, but for values that say themselves. `{}`: the values in their order.
static FINDINGS: &[(&str, &str)] = &[
    ("a credential with evidence", "附有存证的证书"),
    ("a document of the format {}", "格式为 {} 的文件"),
    ("a leaf under {}", "位于 {} 之下的叶"),
    ("a neighbour that is missing or should not be there", "缺少或多出相邻事件"),
    ("a receipt that holds", "存证成立"),
    ("a signature that is not the issuer's over this document", "并非签发人对本文件的签名"),
    ("all events that the transaction caused, and no other", "该交易引起的全部事件，且无其他"),
    ("as under {}", "位于 {} 之下"),
    ("bytes that this program can decode", "本程序可解码的字节"),
    ("events of lists of different lengths", "事件所属列表长度不一"),
    ("events that do not stand one behind the other", "事件并非依次相连"),
    ("events {} to {} of {}", "共 {2} 个事件中的第 {0} 至 {1} 个"),
    ("evidence that holds", "存证成立"),
    ("good signatures of more than two thirds of {} validators", "{} 个验证节点中超过三分之二的有效签名"),
    ("holds, in block {}", "成立，区块 {}"),
    ("issued by {}, the licensor", "由许可方 {} 签发"),
    ("issued by {}, the operator", "由交易机构 {} 签发"),
    ("no events", "没有事件"),
    ("no record", "没有该记录"),
    ("no signature", "没有签名"),
    ("nothing", "无"),
    ("one", "是"),
    ("signatures that do not ascend by key", "签名未按密钥升序排列"),
    ("signed by {}", "由 {} 签名"),
    ("the events of the transaction with their neighbours", "该交易的事件及其前后相邻事件"),
    ("the issuer's signature by eddsa-jcs-2022", "签发人的签名（eddsa-jcs-2022）"),
    ("the licensor or an operator, by evidence", "依存证为许可方或交易机构"),
    ("the signature of key {} is bad", "密钥 {} 的签名无效"),
    ("validators that make a set", "构成有效一组的验证节点"),
    ("what the bytes say", "字节所述"),
    ("what the evidence proves", "存证所证明的内容"),
    ("{} good signatures, ascending by key", "{} 个有效签名，按密钥升序排列"),
    ("{} good signatures", "{} 个有效签名"),
    ("{} of {} validators", "{1} 个验证节点中的 {0} 个"),
    ("{} or above", "不低于 {}"),
    ("{} signatures", "{} 个签名"),
    ("{} that it did not cause, {} missing", "非其引起的 {} 个，缺少 {} 个"),
    ("{} to {} good signatures, ascending by key", "{} 至 {} 个有效签名，按密钥升序排列"),
    ("{} validators", "{} 个验证节点"),
];

/// A check's name in Chinese: `block 28: chain`, `evidence 2`, `decoded.events[0]`. One that is not known stays as it is.
#[must_use]
pub fn check(name: &str) -> String {
    if let Some((place, rest)) = name.strip_prefix("evidence ").map(|rest| rest.split_once(": ").unwrap_or((rest, "")))
    {
        let colon = if rest.is_empty() { "" } else { "：" };
        let rest = if rest.is_empty() { String::new() } else { check(rest) };
        return format!("第 {place} 份存证{colon}{rest}");
    }
    let of_block = name.strip_prefix("block ").and_then(|rest| rest.split_once(": "));
    let (key, height) = of_block.map_or((name.to_owned(), ""), |(height, rest)| (format!("block: {rest}"), height));
    if let Some((_, _, chinese)) = CHECKS.iter().find(|(name, ..)| *name == key) {
        return chinese.replace("{}", height);
    }
    let (own, place) = name.split_once(": ").map_or((name, String::new()), |(own, at)| (own, format!("：{at}")));
    OWN.iter()
        .find(|(name, _)| *name == own)
        .map_or_else(|| name.to_owned(), |(_, chinese)| format!("{chinese}{place}"))
}

/// What a check asks for or finds, in Chinese. A value stays as it is.
#[must_use]
pub fn finding(text: &str) -> String {
    let said = FINDINGS.iter().find_map(|(english, chinese)| Some((gaps(english, text)?, chinese)));
    let Some((values, chinese)) = said else { return text.to_owned() };
    let mut told = String::new();
    let mut next = values.iter();
    for (place, part) in chinese.split('{').enumerate() {
        let Some((gap, rest)) = part.split_once('}').filter(|_| place > 0) else {
            told.push_str(part);
            continue;
        };
        let value = gap.parse().map_or_else(|_| next.next(), |number: usize| values.get(number));
        told.push_str(value.copied().unwrap_or_default());
        told.push_str(rest);
    }
    told
}

/// What stands in the gaps of a template, if a text is made of it.
fn gaps<'a>(template: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = template.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = if parts.peek().is_none() { rest.strip_suffix(part)?.len() } else { rest.find(part)? };
        let (value, behind) = rest.split_at(at);
        values.push(value);
        rest = &behind[part.len()..];
    }
    // A value is one word: a longer text is of another template.
    (rest.is_empty() && values.iter().all(|value| !value.contains(' '))).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_and_findings_are_told_in_chinese() {
        #[rustfmt::skip]
        let rows = [
            (check("block 28: chain"), "区块 28：属于检查点所指的链"),
            (check("form"), "文件符合存证格式"),
            (check("evidence 2"), "第 2 份存证"),
            (check("evidence 2: block 3: height"), "第 2 份存证：区块 3：该高度由这组验证节点决定"),
            (check("decoded: decoded.events[0]"), "文件所述与其字节的含义一致：decoded.events[0]"),
            (check("of another version"), "of another version"),
            (finding("3 of 4 validators"), "4 个验证节点中的 3 个"),
            (finding("4 validators"), "4 个验证节点"),
            (finding("events 2 to 3 of 5"), "共 5 个事件中的第 2 至 3 个"),
            (finding("1 to 32 good signatures, ascending by key"), "1 至 32 个有效签名，按密钥升序排列"),
            (finding("abab"), "abab"),
            (finding("no record"), "没有该记录"),
        ];
        for (found, expected) in rows {
            assert_eq!(found, expected);
        }
    }

    /// Goal: what the checks of this crate say is in the table.
    /// Method: the literals in their source that have a word.
    #[test]
    fn the_program_says_nothing_else() {
        let source = include_str!("../evidence/check.rs");
        let (_, source) = source.split_once("fn check(&self, checkpoint").expect("the checks begin there");
        let (source, _) = source.split_once("pub fn difference").expect("they end there");
        let literals: Vec<&str> = source.split('"').skip(1).step_by(2).collect();
        for literal in literals {
            let is_name = check(&literal.replace("{height}", "3")) != literal.replace("{height}", "3");
            let filled: String = literal
                .split('{')
                .enumerate()
                .map(|(place, part)| match part.split_once('}') {
                    Some((_, rest)) if place > 0 => format!("3{rest}"),
                    _ => part.to_owned(),
                })
                .collect();
            let is_value = !filled.contains(' ') || filled == "3: 3" || finding(&filled) != filled;
            let is_reason = literal.starts_with("evidence that was");
            assert!(is_name || is_value || is_reason, "{literal}");
        }
    }
}
