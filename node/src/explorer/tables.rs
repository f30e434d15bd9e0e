//! What the ledger's records are and what its actions do, in a word or two, by their numbers in `docs/wire.md`.

use yaosu_api::words::Language;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident: $($number:literal $english:literal $chinese:literal),* $(,)?) => {
        $(#[$doc])*
        pub static $name: &[(u32, &str, &str)] = &[$(($number, $english, $chinese)),*];
    };
}

/// The words for a number, in a language.
pub fn word(
    table: &'static [(u32, &'static str, &'static str)],
    number: u32,
    language: Language,
) -> Option<&'static str> {
    let (_, english, chinese) = table.iter().find(|(known, _, _)| *known == number)?;
    Some(language.of(*english, *chinese))
}

named! {
    /// A record of each table.
    RECORDS:
    1 "participant" "参与方",
    2 "handle" "代号",
    3 "key" "密钥",
    4 "lane" "通道序号",
    5 "account" "资金账户",
    6 "money supply" "货币总量",
    7 "data asset" "数据资产",
    8 "version" "版本",
    9 "claim to a content" "内容归属",
    10 "derivation" "衍生关系",
    11 "derived version" "衍生版本",
    12 "sales of an asset" "资产销售情况",
    13 "objection" "异议",
    14 "certificate number" "登记证书编号",
    15 "listing" "挂牌",
    16 "order" "合同",
    17 "licence" "许可",
    18 "deadline" "期限",
    19 "proposal" "提案",
    20 "machine of the network" "网络节点",
    21 "validators" "验证节点组",
    22 "rules of the market" "市场规则",
    23 "missed turns" "错过轮值",
    24 "what never changes" "链常量",
    25 "use of a content" "内容使用",
    26 "active operator" "活动运营方",
    27 "first registration of a content" "内容首次登记",
    30 "licence in force" "有效许可",
    31 "sublicence" "再许可",
    32 "recorded use" "使用记录",
    33 "royalties that wait" "待领收益分成",
    34 "recall" "召回",
    35 "duty of a recall" "召回义务",
    36 "attestation" "评估",
    37 "attestation in force" "有效评估",
    38 "listing that takes orders" "有效挂牌",
    39 "freeze" "冻结",
    40 "freeze in force" "生效冻结",
    41 "charge of public data" "公共数据主管",
    42 "negotiation" "磋商",
    43 "demand" "需求",
    44 "order of a version" "版本请求",
    45 "end of a freeze of deliveries" "交付冻结解除时间",
    46 "return of a participant" "参与方恢复时间",
    48 "recalled version" "被召回版本",
    49 "recall under way" "召回进程",
    50 "review of a listing" "挂牌复核",
}

named! {
    /// What each action is called.
    ACTIONS:
    0 "enrol trader" "接纳交易方",
    1 "rotate keys" "更换密钥",
    2 "propose" "提出提案",
    3 "approve" "批准提案",
    4 "issue" "发行资金",
    5 "redeem" "赎回资金",
    6 "pay" "支付",
    7 "register asset" "登记资产",
    8 "add version" "新增版本",
    9 "apply again" "重新申请登记",
    10 "object" "提出异议",
    11 "rule objection" "裁定异议",
    12 "grant registration" "准予登记",
    13 "refuse registration" "驳回登记",
    14 "cancel registration" "注销登记",
    15 "transfer right" "转让权利",
    16 "create listing" "挂牌",
    17 "pause listing" "暂停挂牌",
    18 "resume listing" "恢复挂牌",
    19 "end listing" "终止挂牌",
    20 "place order" "订购",
    21 "deliver" "交付",
    22 "acknowledge" "签收",
    23 "reject delivery" "拒收交付",
    24 "reveal key" "公布密钥",
    25 "accept delivery" "接受交付",
    26 "prove misbehaviour" "举证违约",
    27 "challenge key" "质疑密钥",
    28 "open key" "公开密钥",
    29 "open quality dispute" "提起质量争议",
    30 "rule dispute" "裁决争议",
    31 "sublicense" "再许可",
    32 "record use" "记录使用",
    33 "terminate" "终止许可",
    34 "supersede" "替换许可",
    35 "state deletion" "声明已删除",
    36 "recall" "召回",
    37 "acknowledge recall" "确认召回",
    38 "release parked" "发放待领收益",
    39 "attest" "出具评估",
    40 "withdraw attestation" "撤回评估",
    41 "regrade" "调整级别",
    42 "declare grade" "申报级别",
    43 "change openness" "变更开放属性",
    44 "authorise operation" "授权经营",
    45 "set price ceiling" "设定价格上限",
    46 "freeze" "冻结",
    47 "lift freeze" "解除冻结",
    48 "appeal freeze" "申诉冻结",
    49 "rule appeal" "裁定申诉",
    50 "offer right" "挂牌权利",
    51 "buy right" "购买权利",
    52 "delist" "摘牌",
    53 "open negotiation" "发起磋商",
    54 "answer demand" "响应需求",
    55 "counter offer" "还价",
    56 "accept offer" "接受报价",
    57 "withdraw offer" "撤回报价",
    58 "create demand" "发布需求",
    59 "end demand" "终止需求",
    60 "renew subscription" "续订",
    61 "request version" "请求版本",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Goal: everything has its own words under its own number.
    /// Method: the ledger's list of tables; the numbers and names of actions as the format's page has them.
    #[test]
    fn everything_has_words() {
        let tables: Vec<u32> = yaosu_ledger::state::TABLES.iter().map(|(number, _)| u32::from(*number)).collect();
        let mut known: Vec<u32> = RECORDS.iter().map(|(number, _, _)| *number).collect();
        let mut expected = tables;
        expected.sort_unstable();
        known.sort_unstable();
        assert_eq!(known, expected);

        let wire = include_str!("../../../docs/wire.md");
        let (_, actions) = wire.split_once("| EnrolTrader |").expect("the page has the actions");
        let rows = std::iter::once("| 0 | EnrolTrader |")
            .chain(actions.lines().skip(1).take_while(|line| line.starts_with('|')));
        let named: BTreeMap<u32, String> = rows
            .map(|row| {
                let mut cells = row.split('|').map(str::trim).skip(1);
                let number = cells.next().and_then(|cell| cell.parse().ok()).expect("a number");
                let name = cells.next().expect("a name");
                let spaced: String = name
                    .chars()
                    .flat_map(|c| if c.is_uppercase() { vec![' ', c.to_ascii_lowercase()] } else { vec![c] })
                    .collect();
                (number, spaced.trim_start().to_owned())
            })
            .collect();
        let words: BTreeMap<u32, String> =
            ACTIONS.iter().map(|(number, english, _)| (*number, (*english).to_owned())).collect();
        assert_eq!(words, named);
        assert_eq!(word(ACTIONS, 6, Language::Chinese), Some("支付"));
        assert_eq!(word(ACTIONS, 999, Language::English), None);
    }
}
