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
    45 "past freezes of deliveries" "既往交付冻结",
    46 "suspensions of a participant" "参与方暂停记录",
    48 "recalled version" "被召回版本",
    49 "recall under way" "召回进程",
    50 "review of a listing" "挂牌复核",
}

named! {
    /// What each action is called.
    ACTIONS:
    0 "take in a trader" "接纳交易方",
    1 "change keys" "更换密钥",
    2 "propose" "提议",
    3 "approve" "批准提案",
    4 "issue money" "发行资金",
    5 "redeem money" "赎回资金",
    6 "pay" "支付",
    7 "register an asset" "申请登记",
    8 "add a version" "增加版本",
    9 "apply again" "再次申请登记",
    10 "object" "提出异议",
    11 "rule an objection" "裁定异议",
    12 "grant registration" "准予登记",
    13 "refuse registration" "不予登记",
    14 "cancel registration" "注销登记",
    15 "transfer a right" "转让权利",
    16 "create a listing" "挂牌",
    17 "pause a listing" "暂停挂牌",
    18 "resume a listing" "恢复挂牌",
    19 "end a listing" "结束挂牌",
    20 "place an order" "订立合同",
    21 "deliver" "交付",
    22 "acknowledge a delivery" "签收",
    23 "reject a delivery" "拒收",
    24 "reveal a key" "披露密钥",
    25 "accept a delivery" "确认交付",
    26 "prove misbehaviour" "证明作弊",
    27 "challenge a key" "质疑密钥",
    28 "open a key" "公开密钥",
    29 "dispute the quality" "提出质量争议",
    30 "rule a dispute" "裁决争议",
    31 "sublicense" "再许可",
    32 "record a use" "记录使用",
    33 "end a licence" "终止许可",
    34 "replace a licence" "替代许可",
    35 "state a deletion" "声明删除",
    36 "recall" "召回",
    37 "acknowledge a recall" "确认召回",
    38 "take parked royalties" "领取待付分成",
    39 "attest" "评估",
    40 "withdraw an attestation" "撤回评估",
    41 "regrade" "依法定级",
    42 "declare a grade" "申报级别",
    43 "change openness" "调整开放属性",
    44 "authorise operation" "授权运营",
    45 "set a price ceiling" "设定价格上限",
    46 "freeze" "冻结",
    47 "lift a freeze" "解除冻结",
    48 "appeal against a freeze" "申诉冻结",
    49 "rule an appeal" "裁定申诉",
    50 "offer a right" "挂牌转让权利",
    51 "buy a right" "受让权利",
    52 "delist" "摘牌",
    53 "open a negotiation" "开始磋商",
    54 "answer a demand" "应答需求",
    55 "make a counter-offer" "还价",
    56 "accept an offer" "接受报价",
    57 "withdraw from a negotiation" "退出磋商",
    58 "create a demand" "发布需求",
    59 "end a demand" "结束需求",
    60 "renew a subscription" "续订",
    61 "request a version" "请求版本",
    62 "end renewals" "终止续订",
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use yaosu_api::words::Named as _;
    use yaosu_ledger::transaction::{Body, TRANSACTION_BYTES_MAX};
    use yaosu_ledger::{HexBytes, codec};

    use super::*;

    /// Goal: every table has its own words under its own number.
    #[test]
    fn every_table_has_words() {
        let numbers = |all: &mut Vec<u32>| {
            all.sort_unstable();
            all.clone()
        };
        let mut tables: Vec<u32> = yaosu_ledger::state::TABLES.iter().map(|(number, _)| u32::from(*number)).collect();
        let mut known: Vec<u32> = RECORDS.iter().map(|(number, _, _)| *number).collect();
        assert_eq!(numbers(&mut known), numbers(&mut tables));
        assert_eq!(word(RECORDS, 5, Language::Chinese), Some("资金账户"));
        assert_eq!(word(RECORDS, 29, Language::English), None);
    }

    /// Goal: a number of an action has the words that the action has elsewhere.
    /// Method: the transactions that other languages are tried with, which are of all actions.
    #[test]
    fn actions_have_the_same_words_everywhere() {
        let vectors: Value =
            serde_json::from_str(include_str!("../../../docs/vectors/transactions.json")).expect("JSON");
        let mut seen = BTreeSet::new();
        for vector in vectors["transactions"].as_array().expect("a list") {
            let body: HexBytes<TRANSACTION_BYTES_MAX> =
                vector["body_bytes"].as_str().expect("hex").parse().expect("hex");
            let body: Body = codec::decode(body.as_bytes()).expect("a body");
            let number = u32::from(codec::encode(&body.action)[0]);
            for language in Language::ALL {
                assert_eq!(word(ACTIONS, number, language), Some(body.action.word(language)), "{number}");
            }
            seen.insert(number);
        }
        assert_eq!(seen, ACTIONS.iter().map(|(number, ..)| *number).collect());
    }
}
