//! A certificate as a page to print, in Chinese or English. It loads nothing.

use yaosu_api::words::{Language, Named, length};
use yaosu_ledger::model::{Policy, Scope};
use yaosu_ledger::{BasisPoints, Text, Timestamp};
use yaosu_sdk::certificate::{Claims, Party, did_key};
use yaosu_sdk::evidence::utc;

use crate::parse::show_ratio;

const STYLE: &str = "@page{size:A4;margin:18mm}\
*{box-sizing:border-box}\
body{font:16px/1.5 'Noto Serif CJK SC','Songti SC',SimSun,Georgia,serif;color:#111;background:#fff;max-width:190mm;margin:auto;padding:8mm}\
h1{font-size:28px;text-align:center;letter-spacing:.1em;margin:0 0 2mm}\
.code{text-align:center;font:bold 22px/1.4 ui-monospace,'DejaVu Sans Mono',monospace;border:2px solid #111;padding:3mm;margin:4mm 0}\
.code span{display:block;font:14px/1.4 inherit}\
table{width:100%;border-collapse:collapse}\
th,td{border:1px solid #777;padding:2mm 3mm;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{width:26%;font-weight:bold;background:#f2f2f2}\
.id{font:11px/1.4 ui-monospace,'DejaVu Sans Mono',monospace}\
footer{font-size:13px;margin-top:5mm}\
code{font-family:ui-monospace,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}";

/// A text in the two languages.
struct Words(Language);

impl Words {
    fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        self.0.of(english, chinese)
    }

    fn named<T: Named>(&self, values: impl Iterator<Item = T>) -> String {
        values.map(|value| value.word(self.0)).collect::<Vec<_>>().join(self.say("、", ", "))
    }

    fn join(&self, parts: &[&str]) -> String {
        parts.join(self.say("、", ", "))
    }
}

/// The page of a certificate that holds.
pub fn page(claims: &Claims, language: Language) -> String {
    let words = Words(language);
    let record = &claims.record;
    let time = |time: Timestamp| escape(&utc(time));
    let rows = [
        (words.say("数据产品", "Data"), format!("{}{}", escape(claims.title.as_str()), id(&claims.asset.to_string()))),
        (words.say("版本", "Versions"), escape(&record.versions.to_string())),
        (words.say("许可方", "Licensor"), party(&claims.licensor)),
        (words.say("被许可方", "Licensee"), party(&claims.licensee)),
        (words.say("许可编号", "Licence"), id(&claims.licence.to_string())),
        (words.say("许可内容", "Terms"), terms(&record.policy, &words)),
        (
            words.say("独占", "Exclusive"),
            if record.exclusive { words.say("是", "yes") } else { words.say("否", "no") }.to_owned(),
        ),
        (words.say("生效时间", "In force from"), time(record.from)),
        (
            words.say("有效期至", "In force until"),
            record.until.map_or_else(|| words.say("长期有效", "for ever").to_owned(), time),
        ),
        (words.say("状态", "Status"), status(claims, &words)),
        (words.say("签发人", "Issued by"), format!("{}{}", party(&claims.issuer), id(&did_key(&claims.key)))),
        (words.say("存证交易", "Transaction"), id(&claims.transaction.to_string())),
        (words.say("链", "Chain"), id(&claims.chain.to_string())),
    ];
    let row = |(name, value): &(&str, String)| format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>");
    let rows = rows.iter().map(row).collect::<Vec<_>>().concat();
    let code = claims.evidence_code();
    let title = words.say("数据使用许可证书", "Data Licence Certificate");
    let footer = words.say(
        "本页仅供阅读，不构成证明。证明在随附的证书文件中：任何人可以离线验证其签名与链上存证。",
        "This page is for reading and proves nothing. The certificate's file does: anyone can check its signature and its \
         evidence from the ledger, offline.",
    );
    let how = words.say("验证证书：", "Check the certificate:");
    let find = words.say("按存证码查找交易：", "Find the transaction by its evidence code:");
    let label = words.say("存证码", "Evidence code");
    let lang = words.say("zh-CN", "en");
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} {code}</title><style>{STYLE}</style></head>\n<body><main><h1>{title}</h1>\n\
         <p class=\"code\"><span>{label}</span>{code}</p>\n<table>{rows}</table></main>\n<footer><p>{footer}</p>\
         <p>{how} <code>yaosu licence verify-certificate FILE</code><br>{find} <code>yaosu tx show {code}</code></p></footer></body></html>\n"
    )
}

fn id(text: &str) -> String {
    format!("<div class=\"id\">{}</div>", escape(text))
}

fn party(party: &Party) -> String {
    let Party { id: key, handle, legal_name, legal_id } = party;
    format!(
        "{} ({}, {}){}",
        escape(legal_name.as_str()),
        escape(legal_id.as_str()),
        escape(handle.as_str()),
        id(&key.to_string())
    )
}

fn status(claims: &Claims, words: &Words) -> String {
    let name = claims.record.status.word(words.0);
    let (height, as_of) = (claims.height, utc(claims.as_of));
    words.0.of(format!("{name} (after block {height}, {as_of})"), format!("{name}（截至区块 {height}，{as_of}）"))
}

fn terms(policy: &Policy, words: &Words) -> String {
    let mut lines = Vec::new();
    lines.push(format!("{}{}", words.say("允许：", "May: "), words.named(policy.actions.iter())));
    lines.push(format!("{}{}", words.say("用途：", "For: "), words.named(policy.purposes.iter())));
    if let Scope::Only(sectors) = &policy.sectors {
        let names: Vec<&str> = sectors.iter().map(Text::as_str).collect();
        lines.push(format!("{}{}", words.say("行业：", "In the sectors: "), words.join(&names)));
    }
    if let Scope::Only(regions) = &policy.regions {
        let names: Vec<&str> = regions.iter().map(Text::as_str).collect();
        lines.push(format!("{}{}", words.say("地区：", "In the regions: "), words.join(&names)));
    }
    if let Scope::Only(recipients) = &policy.recipients {
        let names: Vec<String> = recipients.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        lines.push(format!("{}{}", words.say("仅可提供给：", "Passed on only to: "), words.join(&names)));
    }
    if let Some(uses) = policy.max_uses {
        lines.push(format!("{}{uses}", words.say("使用次数上限：", "Uses at most: ")));
    }
    if let Some(duration) = policy.duration {
        lines.push(format!("{}{}", words.say("期限：", "For a time of: "), length(duration, words.0)));
    }
    if policy.sublicence_depth > 0 {
        lines.push(format!("{}{}", words.say("可转许可层数：", "Sublicences deep: "), policy.sublicence_depth));
    }
    if policy.royalty > BasisPoints(0) {
        lines.push(format!("{}{}", words.say("收益分成：", "Royalty: "), show_ratio(policy.royalty)));
    }
    if !policy.duties.is_empty() {
        lines.push(format!("{}{}", words.say("义务：", "Duties: "), words.named(policy.duties.iter())));
    }
    lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>")
}

/// Text as it may stand in a page.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut page, character| {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            other => page.push(other),
        }
        page
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: what somebody wrote into the ledger is text in the page and nothing else.
    #[test]
    fn text_is_text() {
        assert_eq!(escape("<b>\"a\" & 'b'</b>气象"), "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;气象");
    }
}
