//! A certificate as a page to print, in Chinese or English. It loads nothing.

use yaosu_ledger::model::{Duty, Policy, Purpose, Scope, UseAction};
use yaosu_ledger::{BasisPoints, Text, Timestamp};
use yaosu_sdk::certificate::{Claims, Party, did_key};
use yaosu_sdk::evidence::utc;

use super::Language;
use crate::parse::{show_duration, show_ratio};

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
    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            Language::Zh => zh,
            Language::En => en,
        }
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
        (words.say("独占", "Exclusive"), words.say(yes_zh(record.exclusive), yes_en(record.exclusive)).to_owned()),
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

const fn yes_zh(yes: bool) -> &'static str {
    if yes { "是" } else { "否" }
}

const fn yes_en(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
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
    let status = claims.record.status.to_string();
    let name = match (words.0, status.as_str()) {
        (Language::Zh, "active") => "有效",
        (Language::Zh, "expired") => "已到期",
        (Language::Zh, "terminated") => "已终止",
        (Language::Zh, "superseded") => "已被替代",
        _ => &status,
    };
    let (height, as_of) = (claims.height, utc(claims.as_of));
    match words.0 {
        Language::Zh => format!("{name}（截至区块 {height}，{as_of}）"),
        Language::En => format!("{name} (after block {height}, {as_of})"),
    }
}

fn terms(policy: &Policy, words: &Words) -> String {
    let zh = words.0 == Language::Zh;
    let mut lines = Vec::new();
    let actions: Vec<&str> = policy.actions.iter().map(|one| if zh { action_zh(one) } else { one.name() }).collect();
    let purposes: Vec<&str> =
        if zh { policy.purposes.iter().map(purpose_zh).collect() } else { policy.purposes.names() };
    lines.push(format!("{}{}", words.say("允许：", "May: "), words.join(&actions)));
    lines.push(format!("{}{}", words.say("用途：", "For: "), words.join(&purposes)));
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
        lines.push(format!("{}{}", words.say("期限：", "For a time of: "), show_duration(duration)));
    }
    if policy.sublicence_depth > 0 {
        lines.push(format!("{}{}", words.say("可转许可层数：", "Sublicences deep: "), policy.sublicence_depth));
    }
    if policy.royalty > BasisPoints(0) {
        lines.push(format!("{}{}", words.say("收益分成：", "Royalty: "), show_ratio(policy.royalty)));
    }
    if !policy.duties.is_empty() {
        let duties: Vec<&str> = policy.duties.iter().map(|one| if zh { duty_zh(one) } else { one.name() }).collect();
        lines.push(format!("{}{}", words.say("义务：", "Duties: "), words.join(&duties)));
    }
    lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>")
}

const fn action_zh(action: UseAction) -> &'static str {
    match action {
        UseAction::Read => "读取",
        UseAction::Derive => "加工衍生",
        UseAction::Train => "模型训练",
        UseAction::Display => "展示",
        UseAction::Redistribute => "再分发",
        UseAction::Sublicense => "转许可",
        UseAction::Compute => "就地计算",
    }
}

const fn purpose_zh(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Governance => "公共治理",
        Purpose::Welfare => "公益",
        Purpose::Research => "科研",
        Purpose::Finance => "金融",
        Purpose::Transport => "交通",
        Purpose::Health => "医疗",
        Purpose::Energy => "能源",
        Purpose::Retail => "商贸",
        Purpose::Agriculture => "农业",
        Purpose::Manufacturing => "制造",
        Purpose::OtherIndustry => "其他行业",
        Purpose::ModelTraining => "模型训练",
        Purpose::InternalAnalytics => "内部分析",
    }
}

const fn duty_zh(duty: Duty) -> &'static str {
    match duty {
        Duty::Attribution => "注明来源",
        Duty::DeleteOnEnd => "到期销毁全部副本",
        Duty::NoReidentify => "不得重新识别个人",
    }
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
