//! The names of the market's values in both languages. A value that is added to the market does not compile without.

use yaosu_ledger::model::{
    Activity, AssetKind, AttestationKind, AttestationStatus, Basis, ClosedReason, Deletion, DemandStatus, Duty,
    FieldKind, FreezeScope, FreezeStatus, Grade, LicenceEnd, LicenceStatus, Line, ListingKind, ListingStatus, Measure,
    NegotiationStatus, ObjectionStatus, Openness, OrderStatus, ParticipantStatus, PauseCause, ProposalStatus, Purpose,
    RecallCause, RecallDutyStatus, RecallSpread, RefundCause, Registration, Role, Side, SourceClass, Supply,
    UpdateCycle, UseAction, Verdict,
};
use yaosu_ledger::policy::Clause;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;

use super::language::Language;
use crate::problem::ProblemCode;

/// A value with names.
pub trait Named {
    /// In English and in Chinese.
    fn words(&self) -> (&'static str, &'static str);

    /// In a language.
    fn word(&self, language: Language) -> &'static str {
        let (english, chinese) = self.words();
        language.of(english, chinese)
    }
}

impl<T: Named> Named for &T {
    fn words(&self) -> (&'static str, &'static str) {
        (*self).words()
    }
}

macro_rules! names {
    ($($type:ty { $($variant:ident $english:literal $chinese:literal),* $(,)? })*) => {$(
        impl Named for $type {
            fn words(&self) -> (&'static str, &'static str) {
                match self { $(Self::$variant { .. } => ($english, $chinese)),* }
            }
        }
    )*};
}

names! {
    AssetKind {
        Resource "data resource" "数据资源", Product "data product" "数据产品", Model "model" "模型",
        Algorithm "algorithm" "算法", Service "service" "数据服务",
    }
    SourceClass { Public "public data" "公共数据", Enterprise "enterprise data" "企业数据", Personal "personal data" "个人数据" }
    Grade {
        General1 "general 1" "一般数据1级", General2 "general 2" "一般数据2级", General3 "general 3" "一般数据3级",
        General4 "general 4" "一般数据4级", Important "important" "重要数据", Core "core" "核心数据",
    }
    UpdateCycle {
        Once "once" "一次性", Continuous "continuous" "实时", Daily "daily" "每日", Weekly "weekly" "每周",
        Monthly "monthly" "每月", Quarterly "quarterly" "每季度", Yearly "yearly" "每年", Irregular "irregular" "不定期",
    }
    Openness {
        NotPublic "not public data" "非公共数据", Open "open" "无条件开放", Conditional "open on conditions" "有条件开放",
        Closed "closed" "不予开放",
    }
    ClosedReason {
        StateSecret "state secrets" "国家秘密", PersonalInformation "personal information" "个人信息",
        TradeSecret "trade secrets" "商业秘密", OtherLaw "another law" "其他法律规定",
    }
    Line { Hold "right to hold" "数据持有权", Use "right to use" "数据使用权", Operate "right to operate" "数据经营权" }
    Basis {
        SelfProduced "self-produced" "自行生产", Collected "collected" "合法采集", Licensed "licensed" "许可取得",
        Transferred "transferred" "受让取得", PublicAuthorised "authorised by a public authority" "公共数据授权",
        OpenLicence "open licence" "开放许可", Derived "derived" "加工衍生", Unknown "unknown" "不明",
    }
    Clause {
        Status "status" "状态", Actions "actions" "操作", Purposes "purposes" "用途", Sectors "sectors" "领域", Regions "regions" "地区",
        Recipients "recipients" "接收方", MaxUses "uses at most" "最多次数", Duration "duration" "期限",
        SublicenceDepth "sublicences deep" "再许可层数", Royalty "royalty" "收益分成", Duties "duties" "义务",
    }
    FieldKind {
        Boolean "boolean" "布尔", Integer "integer" "整数", Number "number" "数值", String "text" "文本",
        Date "date" "日期", Datetime "date and time" "日期时间", Any "any" "任意",
    }
    Activity {
        Clean "clean" "清洗", Select "select" "筛选", Join "join" "关联", Aggregate "aggregate" "汇总",
        Anonymise "anonymise" "匿名化", Convert "convert" "转换", Annotate "annotate" "标注", Train "train" "训练",
        Sample "sample" "抽样", Other "other" "其他",
    }
    Registration {
        PublicNotice "public notice" "公示中", Registered "registered" "已登记", Refused "refused" "未予登记",
        Cancelled "cancelled" "已注销",
    }
    ObjectionStatus { Open "open" "待处理", Upheld "upheld" "成立", Dismissed "dismissed" "不成立" }
    AttestationKind {
        Source "source" "来源", Compliance "compliance" "合规", Quality "quality" "质量", Security "security" "安全",
        Valuation "valuation" "价值", DeIdentification "de-identification" "去标识化",
    }
    Verdict { Pass "pass" "通过", Conditional "conditional" "有条件通过", Fail "fail" "不通过" }
    AttestationStatus {
        Issued "in force" "有效", Superseded "superseded" "已被替代", Withdrawn "withdrawn" "已撤回", Expired "expired" "已到期",
    }
    ListingKind { Open "open" "开放许可", Fixed "fixed price" "固定价格", Negotiated "negotiated" "磋商", RightSale "sale of a right" "权利转让" }
    ListingStatus {
        Active "active" "挂牌中", Paused "paused" "已暂停", Ended "ended" "已结束", SoldOut "sold out" "已售罄",
        Delisted "delisted" "已摘牌",
    }
    PauseCause {
        Seller "the seller wanted it so" "供方暂停", Attestation "an attestation is not in force" "评估失效",
        Grade "the grade is too high" "数据级别过高", Price "the price is above the ceiling" "价格超过上限",
        Right "the seller has lost the right" "供方已失去权利",
    }
    OrderStatus {
        Placed "placed" "已下单", Delivered "delivered" "已交付", Acknowledged "acknowledged" "已签收",
        KeyRevealed "key revealed" "密钥已披露", KeyChallenged "key challenged" "密钥受质疑", Disputed "disputed" "争议中",
        Settled "settled" "已结算", Split "split" "部分结算", Refunded "refunded" "已退款",
    }
    RefundCause {
        NotDelivered "not delivered in time" "逾期未交付", NotAcknowledged "not acknowledged in time" "逾期未签收",
        Rejected "the delivery was rejected" "拒绝签收", KeyNotRevealed "key not revealed in time" "逾期未披露密钥",
        KeyNotOpened "key not opened in time" "逾期未公开密钥", Misbehaviour "proven misbehaviour of the seller" "供方作弊已证实",
        Ruling "an arbiter's ruling" "仲裁裁决", Frozen "the delivery was frozen" "交付被冻结",
        Suspended "the seller was suspended" "供方被暂停",
    }
    LicenceStatus {
        Active "in force" "有效", Expired "expired" "已到期", Exhausted "exhausted" "次数已用尽",
        Terminated "terminated" "已终止", Superseded "superseded" "已被替代",
    }
    LicenceEnd {
        Mutual "by agreement" "协商终止", Breach "breach" "违约", Recall "recall" "召回", Regulator "by a regulator" "监管终止",
        Upstream "the licence above ended" "上级许可终止",
    }
    Deletion { NotDue "not due" "无须删除", Due "due" "待删除", Overdue "overdue" "逾期未删除", Stated "stated" "已声明删除" }
    Role {
        Operator "operator" "交易机构", Regulator "regulator" "监管方", Registrar "registrar" "登记机构",
        Trader "trader" "交易方", Assessor "assessor" "评估机构", SettlementAgent "settlement agent" "结算机构",
        Arbiter "arbiter" "仲裁机构", PublicAuthority "public authority" "公共数据授权主体",
    }
    ParticipantStatus {
        Pending "pending" "待生效", Active "active" "正常", Suspended "suspended" "已暂停", Revoked "revoked" "已撤销",
    }
    UseAction {
        Read "read" "查阅", Derive "derive" "加工衍生", Train "train" "训练", Display "display" "展示",
        Redistribute "redistribute" "再分发", Sublicense "sublicense" "再许可", Compute "compute" "计算",
    }
    Purpose {
        Governance "public governance" "公共治理", Welfare "welfare" "公益", Research "research" "科研",
        Finance "finance" "金融", Transport "transport" "交通", Health "health" "医疗", Energy "energy" "能源",
        Retail "retail" "商贸", Agriculture "agriculture" "农业", Manufacturing "manufacturing" "制造",
        OtherIndustry "other industry" "其他产业", ModelTraining "model training" "模型训练",
        InternalAnalytics "internal analytics" "内部分析",
    }
    Duty {
        Attribution "attribution" "注明来源", DeleteOnEnd "delete on end" "到期删除", NoReidentify "no re-identification" "禁止重识别",
    }
    Supply { Unlimited "no limit" "不限", Limited "limited" "限量", Exclusive "exclusive" "独占" }
    NegotiationStatus {
        Open "open" "磋商中", Agreed "agreed" "已成交", Withdrawn "withdrawn" "已退出", Expired "expired" "已过期",
        Ended "renewals ended" "续订已终止",
    }
    Side { Buyer "buyer" "需方", Seller "seller" "供方" }
    DemandStatus { Open "open" "征集中", Met "met" "已满足", Ended "ended" "已结束" }
    FreezeScope { Trade "trade" "交易", Delivery "delivery" "交付", Use "use" "使用", Funds "funds" "资金", All "everything" "全部" }
    FreezeStatus { Active "in force" "冻结中", Lifted "lifted" "已解除", Expired "expired" "已到期", Overturned "overturned" "已撤销" }
    RecallCause {
        Withdrawn "the source was withdrawn" "来源撤回", AuthorisationLost "the authorisation was lost" "授权丧失",
        Contamination "contamination" "数据污染",
    }
    RecallDutyStatus { Open "open" "待确认", Acknowledged "acknowledged" "已确认", Overdue "overdue" "逾期未确认" }
    RecallSpread { Spreading "spreading" "扩散中", Complete "complete" "已完成" }
    ProposalStatus {
        Open "open" "表决中", Approved "approved" "已通过", Enacted "enacted" "已生效", Expired "expired" "已过期", Failed "failed" "执行失败",
    }
    Measure {
        Enrol "enrol a participant" "接纳参与方", SetRoles "set roles" "调整角色", SetStatus "set a status" "调整状态",
        SetValidators "set the validators" "调整验证节点", AdmitNode "admit a node" "准入节点", DismissNode "dismiss a node" "移除节点",
        SetRulePack "set the rule pack" "更新规则包",
    }
    Action {
        EnrolTrader "take in a trader" "接纳交易方", RotateKeys "change keys" "更换密钥", Propose "propose" "提议", Approve "approve" "批准提案",
        Issue "issue money" "发行资金", Redeem "redeem money" "赎回资金", Pay "pay" "支付", RegisterAsset "register an asset" "申请登记",
        AddVersion "add a version" "增加版本", ApplyAgain "apply again" "再次申请登记", Object "object" "提出异议",
        RuleObjection "rule an objection" "裁定异议", GrantRegistration "grant registration" "准予登记",
        RefuseRegistration "refuse registration" "不予登记", CancelRegistration "cancel registration" "注销登记",
        TransferRight "transfer a right" "转让权利", CreateListing "create a listing" "挂牌", PauseListing "pause a listing" "暂停挂牌",
        ResumeListing "resume a listing" "恢复挂牌", EndListing "end a listing" "结束挂牌", PlaceOrder "place an order" "订立合同",
        Deliver "deliver" "交付", Acknowledge "acknowledge a delivery" "签收", RejectDelivery "reject a delivery" "拒收",
        RevealKey "reveal a key" "披露密钥", AcceptDelivery "accept a delivery" "确认交付",
        ProveMisbehaviour "prove misbehaviour" "证明作弊", ChallengeKey "challenge a key" "质疑密钥", OpenKey "open a key" "公开密钥",
        OpenQualityDispute "dispute the quality" "提出质量争议", RuleDispute "rule a dispute" "裁决争议",
        Sublicense "sublicense" "再许可", RecordUse "record a use" "记录使用", Terminate "end a licence" "终止许可",
        Supersede "replace a licence" "替代许可", StateDeletion "state a deletion" "声明删除", Recall "recall" "召回",
        AcknowledgeRecall "acknowledge a recall" "确认召回", ReleaseParked "take parked royalties" "领取待付分成",
        Attest "attest" "评估", WithdrawAttestation "withdraw an attestation" "撤回评估", Regrade "regrade" "依法定级",
        DeclareGrade "declare a grade" "申报级别", ChangeOpenness "change openness" "调整开放属性",
        AuthoriseOperation "authorise operation" "授权运营", SetPriceCeiling "set a price ceiling" "设定价格上限",
        Freeze "freeze" "冻结", LiftFreeze "lift a freeze" "解除冻结", AppealFreeze "appeal against a freeze" "申诉冻结",
        RuleAppeal "rule an appeal" "裁定申诉", OfferRight "offer a right" "挂牌转让权利", BuyRight "buy a right" "受让权利",
        Delist "delist" "摘牌", OpenNegotiation "open a negotiation" "开始磋商", AnswerDemand "answer a demand" "应答需求",
        CounterOffer "make a counter-offer" "还价", AcceptOffer "accept an offer" "接受报价",
        WithdrawOffer "withdraw from a negotiation" "退出磋商", CreateDemand "create a demand" "发布需求", EndDemand "end a demand" "结束需求",
        RenewSubscription "renew a subscription" "续订", RequestVersion "request a version" "请求版本",
        EndRenewals "end renewals" "终止续订",
    }
}

impl Named for ProblemCode {
    fn words(&self) -> (&'static str, &'static str) {
        let chinese = match self {
            Self::BadRequest => "无法理解该请求",
            Self::Malformed => "提交的字节不是一笔交易",
            Self::NotFound => "没有找到所请求的内容",
            Self::Ambiguous => "有多个对象以此开头",
            Self::TooLarge => "请求内容过大",
            Self::Busy => "节点目前没有空余容量",
            Self::NumberWaiting => "该序号下已有另一笔交易在等待",
            Self::Orphaned => "前一笔交易没有到达",
            Self::MethodNotAllowed => "该路径不支持此方法",
            Self::UnsupportedMediaType => "该路径不支持此内容类型",
            Self::Timeout => "未能及时得出结果",
            Self::Unavailable => "节点目前无法答复",
            Self::Internal => "节点发生故障",
        };
        (self.title(), chinese)
    }
}

impl Named for Subject {
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Participant(_) => ("participant", "参与方"),
            Self::Asset(_) => ("data asset", "数据资产"),
            Self::Listing(_) => ("listing", "挂牌"),
            Self::Order(_) => ("order", "合同"),
            Self::Licence(_) => ("licence", "许可"),
            Self::Proposal(_) => ("proposal", "提案"),
            Self::Recall(_) => ("recall", "召回"),
            Self::Attestation(_) => ("attestation", "评估"),
            Self::Freeze(_) => ("freeze", "冻结"),
            Self::Negotiation(_) => ("negotiation", "磋商"),
            Self::Demand(_) => ("demand", "需求"),
        }
    }
}
