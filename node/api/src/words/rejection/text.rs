//! The text of every rejection in Chinese.

use yaosu_ledger::rejection::Rejection as R;
use yaosu_ledger::sealed::ProofError;

use super::super::sentence::Piece::{self, Asset, Hash, Money, Party, Time};
use super::super::sentence::has_gaps;
use super::super::thing::{attestation, demand, freeze, licence, listing, negotiation, order, proposal, recall};
use super::parts;

/// A template with gaps for all of its pieces and no others, or it does not compile.
macro_rules! zh {
    ($template:literal $(, $piece:expr)* $(,)?) => {{
        const {
            let count = <[&str]>::len(&[$(stringify!($piece)),*]);
            assert!(has_gaps($template, count), "a gap is missing or has no piece");
        }
        ($template, vec![$($piece),*])
    }};
}

fn number(number: impl std::fmt::Display) -> Piece {
    Piece::number(number)
}

/// The template, and what stands in its gaps.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "an arm for each rejection, and nothing else")]
pub(super) fn text(rejection: &R) -> (&'static str, Vec<Piece>) {
    match rejection {
        // The transaction as such.
        R::WrongChain { found, expected } => zh!("交易是为链 {0} 签署的，本链是 {1}", Hash(found.0), Hash(expected.0)),
        R::Expired { valid_until, now } => zh!("交易有效至 {0}，区块时间是 {1}", Time(*valid_until), Time(*now)),
        R::UnknownSigner { signer } => zh!("签署方 {0} 不是参与方", Hash(signer.0)),
        R::SignerNotActive { signer, status } => zh!("{0} 的状态为{1}，不能操作", Party(*signer), Piece::named(status)),
        R::ApprovalOrder => zh!("批准须按密钥升序排列，每个密钥一次，至多 32 个"),
        R::BadSignature => zh!("有一个签名与其密钥和此交易不符"),
        R::ForeignKey { key } => zh!("密钥 {0} 不属于任何须批准者", number(key)),
        R::WrongApprovals { participant, given, needed } =>
            zh!("{0} 已有 {1} 个密钥批准，须恰好 {2} 个", Party(*participant), number(given), number(needed)),
        R::UnknownParty { party } => zh!("{0} 须批准，却不是状态正常的参与方", Party(*party)),
        R::SequenceUsed { expected, found } => zh!("此通道的第 {0} 号已用过，下一号是 {1}", number(found), number(expected)),
        R::SequenceAhead { expected, found } => zh!("此通道的第 {0} 号在 {1} 号之后，而后者尚未到达", number(found), number(expected)),
        R::RoleMissing { signer, needed } => zh!("{0} 没有{1}的角色", Party(*signer), Piece::named(needed)),
        // Participants.
        R::HandleTaken { holder } => zh!("此代号属于 {0}", Party(*holder)),
        R::KeysMalformed => zh!("密钥须有 1 至 8 个，按升序排列且不重复，须签名密钥数为 1 至密钥总数"),
        R::KeyWeak { key } => zh!("{0} 不是可靠的公钥", number(key)),
        R::KeyTaken { key, holder } => zh!("密钥 {0} 属于 {1}", number(key), Party(*holder)),
        R::LegalIdentityEmpty => zh!("法定名称和法定标识不能为空"),
        R::RelatedMalformed => zh!("关联方至多 32 个，按升序排列且不重复"),
        R::UnknownParticipant { participant } => zh!("没有标识为 {0} 的参与方", Hash(participant.0)),
        // Money.
        R::AmountZero => zh!("金额须大于 0"),
        R::ReferenceEmpty => zh!("银行流水号不能为空"),
        R::RecipientUnknown { recipient } => zh!("{0} 不是可以收款的参与方", Party(*recipient)),
        R::FundsShort { available, needed } => zh!("需要 {1}，可用 {0}", Money(*available), Money(*needed)),
        R::PaySelf => zh!("付款方与收款方相同"),
        R::SupplyFull => zh!("资金总额超出账本可计的范围"),
        // Assets: what they are and who has which right to them.
        R::UnknownAsset { asset } => zh!("没有标识为 {0} 的数据资产", Hash(asset.0)),
        R::DescriptionEmpty => zh!("名称和领域不能为空"),
        R::KeywordsMalformed => zh!("关键词至多 16 个，均不为空，按升序排列且不重复"),
        R::GradeCore => zh!("核心数据不得登记，也不得交易"),
        R::OpennessUnfit { class } =>
            zh!("开放属性与{0}不符：公共数据可为无条件开放、有条件开放或不予开放，其他数据为非公共数据", Piece::named(class)),
        R::OpennessTermsEmpty => zh!("有条件开放须写明条件"),
        R::ClosureNotApproved { approver } => zh!("{0} 不是状态正常的公共数据授权主体", Party(*approver)),
        R::ClosureReviewPast { review, now } => zh!("复核时间 {0} 不在将来，区块时间是 {1}", Time(*review), Time(*now)),
        R::SizeUnfit { size_bytes } => zh!("{0} 字节的大小与内容根不符：没有字节时，内容根须为空内容的哈希，反之亦然", number(size_bytes)),
        R::MediaTypeMalformed => zh!("媒体类型须由类型、斜杠和子类型组成"),
        R::StructureMalformed => zh!("字段至多 256 个，每个字段的名称不与其他字段相同"),
        R::BasisTransferred { line } => zh!("登记资产时，{0}不能以受让取得", Piece::named(line)),
        R::BasisUnlicensed { line, basis } => zh!("{0}的依据为{1}，但没有任何来源附有许可", Piece::named(line), Piece::named(basis)),
        R::BasisNotOpen { line } => zh!("{0}的依据为开放许可，但没有任何来源是开放资产", Piece::named(line)),
        R::BasisUnproven { line } => zh!("{0}的依据为公共数据授权，但没有证据", Piece::named(line)),
        R::RootClaimed { content_root, asset, holder } =>
            zh!("{0} 是 {1} 的内容，由 {2} 持有", Hash(*content_root), Asset(*asset), Party(*holder)),
        R::RootUnchanged { content_root } => zh!("{0} 已是最新版本的内容", Hash(*content_root)),
        R::VersionsFull { limit } => zh!("该资产已有 {0} 个版本，不能再增加", number(limit)),
        R::NotHolder { asset, line, holder } => zh!("{0} 的{1}属于 {2}", Asset(*asset), Piece::named(line), Party(*holder)),
        R::WrongRegistration { asset, found, needed } =>
            zh!("{0} 的登记状态为{1}，须为{2}", Asset(*asset), parts::registration(found), parts::registration(needed)),
        R::TransferToSelf => zh!("该权利已属于受让方"),
        R::RecipientNotTrader { recipient } => zh!("{0} 既不是交易方也不是公共数据授权主体，不能拥有权利", Party(*recipient)),
        R::ObjectionsOpen { asset, open } => zh!("对 {0} 的 {1} 项异议尚未裁定", Asset(*asset), number(open)),
        R::BasisMissing { line } => zh!("{0}没有合法依据", Piece::named(line)),
        R::OriginConcealed { asset, version, licence: under } => zh!(
            "签署方已将此内容登记为 {0} 第 {1} 版，该版本是在{2}下制作的", Asset(*asset), number(version), licence(*under)
        ),
        // Derivations.
        R::ParentsTooMany { found } => zh!("{0} 个来源超过上限 16 个", number(found)),
        R::ParentTwice { asset, version } => zh!("{0} 第 {1} 版出现了两次", Asset(*asset), number(version)),
        R::UnknownParent { asset, version } | R::UnknownVersion { asset, version } =>
            zh!("{0} 没有第 {1} 版", Asset(*asset), number(version)),
        R::ParentNotRegistered { asset } => zh!("{0} 不在登记簿中", Asset(*asset)),
        R::ParentTooNew { asset, version, height } =>
            zh!("{0} 第 {1} 版就在本区块 {2} 中产生", Asset(*asset), number(version), number(height)),
        R::LicenceNeeded { asset, version } => zh!("签署方无权使用 {0}，也没有给出第 {1} 版的许可", Asset(*asset), number(version)),
        R::UnknownLicence { licence: id } | R::NoSuchLicence { licence: id } => zh!("没有标识为 {0} 的许可", Hash(id.0)),
        R::LicenceForeign { licence: id, licensee } | R::NotLicensee { licence: id, licensee } =>
            zh!("{0}是 {1} 的许可", licence(*id), Party(*licensee)),
        R::LicenceOfOther { licence: id, asset, version } =>
            zh!("{0}不包括 {1} 第 {2} 版", licence(*id), Asset(*asset), number(version)),
        R::LicenceOver { licence: id } | R::SubscriptionOver { licence: id } => zh!("{0}已不再有效", licence(*id)),
        R::LicenceForbids { licence: id, wanted } => zh!("{0}不允许{1}", licence(*id), Piece::named(wanted)),
        R::GradeFalls { grade, parent, parent_grade } =>
            zh!("级别{0}低于其来源 {1} 的{2}", Piece::named(grade), Asset(*parent), Piece::named(parent_grade)),
        R::DerivationTooDeep { limit } => zh!("加工层数将超过 {0} 层", number(limit)),
        R::AncestorsTooMany { limit } => zh!("上游版本将超过 {0} 个", number(limit)),
        R::RoyaltiesTooHigh { sum, limit } => zh!("上游分成合计万分之 {0}，至多万分之 {1}", number(sum), number(limit)),
        // Registration.
        R::JudgeRelated { judge, party } => zh!("{0} 与 {1} 相同或有关联，不能对其作出裁定", Party(*judge), Party(*party)),
        R::StatementEmpty => zh!("异议须说明理由"),
        R::ReasonEmpty => zh!("决定须说明理由"),
        R::ObjectionOwn { asset } => zh!("{0} 的权利人不能对自己的登记提出异议", Asset(*asset)),
        R::EvidenceMissing { asset } => zh!("{0} 的公示已结束，此后提出异议须有证据", Asset(*asset)),
        R::ObjectionsFull { asset } => zh!("对 {0} 的异议数量已达上限", Asset(*asset)),
        R::UnknownObjection { asset, objection } => zh!("{0} 没有第 {1} 号异议", Asset(*asset), number(objection)),
        R::ObjectionRuled { asset, objection } => zh!("对 {0} 的第 {1} 号异议已经裁定", Asset(*asset), number(objection)),
        R::NoticeRuns { asset, closes, now } => zh!("{0} 的公示至 {1} 截止，区块时间是 {2}", Asset(*asset), Time(*closes), Time(*now)),
        R::CertificateEmpty => zh!("登记证书编号不能为空"),
        R::CertificateTaken { asset } => zh!("此编号已用于 {0} 的登记证书", Asset(*asset)),
        // Listings.
        R::UnknownListing { listing: id } => zh!("没有标识为 {0} 的挂牌", Hash(id.0)),
        R::PlansUnfit { found } => zh!("给出了 {0} 个方案：挂牌须有 1 至 8 个方案，磋商挂牌可以没有", number(found)),
        R::PriceUnfit { plan, .. } => zh!("方案 {0} 的价格不符：开放许可的方案一律免费，其他挂牌的方案一律收费", number(plan)),
        R::SupplyUnfit { plan } =>
            zh!("方案 {0} 的供应量不符：开放许可不限量，限量方案至少供应 1 份，磋商条款为不限或独占", number(plan)),
        R::ExclusiveNotAlone => zh!("独占方案须为其挂牌的唯一方案"),
        R::PolicyMalformed { plan, part } => zh!("方案 {0} 的使用控制中，{1}不合规范", number(plan), parts::clause(part)),
        R::UntilPast { until, now }
        | R::SublicenceOver { until, now }
        | R::FreezeUntilPast { until, now }
        | R::ValidityPast { valid_until: until, now } => zh!("截止时间 {0} 不在将来，区块时间是 {1}", Time(*until), Time(*now)),
        R::ExclusivelyGiven { asset, order: id } | R::ExclusiveTaken { asset, order: id } =>
            zh!("{0} 已承诺或授予{1}独占", Asset(*asset), order(*id)),
        R::PolicyTooWide { plan, licence: id, part } =>
            zh!("方案 {0} 的使用控制中，{1}超出制作该版本所依据的{2}", number(plan), parts::clause(part), licence(*id)),
        R::NotSeller { seller } => zh!("供方是 {0}", Party(*seller)),
        R::WrongListingStatus { listing: id, found, needed } =>
            zh!("{0}的状态为{1}，须为{2}", listing(*id), Piece::named(found), parts::listing_status(needed)),
        R::KindUnfit { kind } => zh!("有方案的挂牌不能是{0}", Piece::named(kind)),
        R::WrongListingKind { listing: id, found, needed } =>
            zh!("{0}的类型为{1}，须为{2}", listing(*id), Piece::named(found), parts::listing_kind(needed)),
        R::FormUnfit { plan } => zh!("方案 {0} 不能这样订阅：订阅须有价格，周期至多十年，且没有其他期限", number(plan)),
        R::LineUnfit { line } => zh!("{0}不能转让", Piece::named(line)),
        // Negotiations and demands.
        R::UnknownNegotiation { negotiation: id } => zh!("没有标识为 {0} 的磋商", Hash(id.0)),
        R::NotNegotiating { negotiation: id } => zh!("{0}不由签署方答复或退出", negotiation(*id)),
        R::NegotiationClosed { negotiation: id } => zh!("{0}已经结束", negotiation(*id)),
        R::NotYourTurn { negotiation: id, turn } => zh!("{0}现在轮到{1}", negotiation(*id), Piece::named(turn)),
        R::RoundsFull { limit } => zh!("已报价 {0} 次，不能再报", number(limit)),
        R::TermsOther { negotiation: id } => zh!("这不是{0}中最近一次报价的条款", negotiation(*id)),
        R::PartiesForeign => zh!("付款方和被许可方只由需方指定"),
        R::PartyNotActive { party } => zh!("将要购买或付款的 {0} 现在不能操作", Party(*party)),
        R::NoRenewals { negotiation: id } => zh!("{0}没有可终止的续订", negotiation(*id)),
        R::UnknownDemand { demand: id } => zh!("没有标识为 {0} 的需求", Hash(id.0)),
        R::DemandClosed { demand: id } => zh!("{0}不再接受应答", demand(*id)),
        R::DemandUnmet { demand: id, part } => zh!("{1}不符合{0}的要求", demand(*id), parts::wanted(part)),
        R::DemandMalformed { part } => zh!("{0}不能为空或 0", parts::wanted(part)),
        // Subscriptions.
        R::UnknownSubscription { licence: id } => zh!("{0}不是订阅", licence(*id)),
        R::PeriodsUnfit { periods } => zh!("给出了 {0} 个周期：一次续订可付 1 至 120 个周期", number(periods)),
        R::NotRenewable { licence: id, end } => zh!("{0}所依据的挂牌或磋商{1}", licence(*id), parts::end(end)),
        R::VersionNotIncluded { licence: id, version } => zh!("{0}不包括第 {1} 版", licence(*id), number(version)),
        R::VersionBeyondLicence { licence: id, version, part } =>
            zh!("{0}的使用控制中，{2}超出制作第 {1} 版所依据的许可", licence(*id), number(version), parts::clause(part)),
        R::VersionRequested { order: id } => zh!("此版本已由{0}订购", order(*id)),
        R::DeliveriesDeclined { licence: id, version, limit } =>
            zh!("{0}下第 {1} 版的 {2} 次交付被拒收或逾期未签收", licence(*id), number(version), number(limit)),
        // Orders and licences.
        R::ScenarioMissing => zh!("订购须写明应用场景：无场景，不交易"),
        R::ListingOver { until, now } => zh!("挂牌已于 {0} 结束，区块时间是 {1}", Time(*until), Time(*now)),
        R::ListingStale { seller } => zh!("{0} 状态异常，或已无权交易该资产", Party(*seller)),
        R::UnknownPlan { plan, plans } => zh!("没有方案 {0}：该挂牌有 {1} 个方案，从 0 起计", number(plan), number(plans)),
        R::VersionOther { found, offered } => zh!("订购的是第 {0} 版，挂牌的是第 {1} 版", number(found), number(offered)),
        R::PriceAboveLimit { price, max_price } => zh!("价格为 {0}，最多愿付 {1}", Money(*price), Money(*max_price)),
        R::PurposeForbidden { purpose } => zh!("该方案的使用控制不允许用于{0}", Piece::named(purpose)),
        R::SellerBuys { seller } => zh!("{0} 是供方，不能同时是需方、付款方或被许可方", Party(*seller)),
        R::LicenseeUnfit { licensee } => zh!("{0} 既不是交易方也不是公共数据授权主体，不能持有许可", Party(*licensee)),
        R::SoldOut { plan, limit } => zh!("方案 {0} 的 {1} 份许可已全部售出或预留", number(plan), number(limit)),
        R::NotExclusive { asset, licences, orders } => zh!(
            "{0} 有 {1} 份有效许可和 {2} 份未结合同，不能授予一方独占", Asset(*asset), number(licences), number(orders)
        ),
        R::LocationEmpty => zh!("交付须写明数据所在位置"),
        R::UnknownOrder { order: id } => zh!("没有标识为 {0} 的合同", Hash(id.0)),
        R::NotBuyer { buyer } => zh!("需方是 {0}", Party(*buyer)),
        R::WrongOrderStatus { order: id, found, needed } =>
            zh!("{0}的状态为{1}，须为{2}", order(*id), Piece::named(found), Piece::named(needed)),
        R::OrderLate { deadline, now } => zh!("期限已于 {0} 届满，区块时间是 {1}", Time(*deadline), Time(*now)),
        R::BondUnfit { plan, bond, least } =>
            zh!("{1} 的保证金与方案 {0} 不符：免费方案没有保证金，此方案至少 {2}", number(plan), Money(*bond), Money(*least)),
        R::BondShort { seller, available, needed } =>
            zh!("{0} 每份合同须缴保证金 {2}，可用 {1}", Party(*seller), Money(*available), Money(*needed)),
        R::CiphertextOther { found, committed } => zh!("加密数据块的根是 {0}，交付所承诺的是 {1}", Hash(*found), Hash(*committed)),
        R::NodesOther { found, committed } => zh!("加密节点的根是 {0}，交付所承诺的是 {1}", Hash(*found), Hash(*committed)),
        R::SealedKeyEmpty => zh!("密封的密钥须为 1 至 512 字节"),
        R::SecretOther { found, committed } => zh!("密钥的承诺值是 {0}，交付所承诺的是 {1}", Hash(*found), Hash(*committed)),
        R::NotConvicted { error } => proof(error),
        R::ChallengedAlready { order: id } => zh!("{0}的密钥已被质疑过，并已公开", order(*id)),
        R::DisputeUnstated => zh!("提出争议须给出问题陈述"),
        R::RefundTooHigh { refund, price } => zh!("退款 {0} 超过价格 {1}", Money(*refund), Money(*price)),
        R::DeliveryKeyMissing => zh!("合同和需方都没有可用来密封交付的密钥"),
        R::NothingDisputed { order: id } => zh!("{0}没有付款，裁决无款可退", order(*id)),
        // Licences, royalties and recalls.
        R::MeetEmpty { first, other, part } =>
            zh!("{1}与此前的许可（包括{0}）没有共同的{2}，数据将不允许任何使用", licence(*first), licence(*other), parts::clause(part)),
        R::NotLicensor { licence: id, licensor } => zh!("{0}由 {1} 授予", licence(*id), Party(*licensor)),
        R::NotInForce { licence: id, part } => zh!("{0}因其{1}而无效", licence(*id), parts::clause(part)),
        R::SublicenceForbidden { licence: id, part } => zh!("{0}的{1}不允许向此被许可方再许可", licence(*id), parts::clause(part)),
        R::SublicenceMalformed { part } => zh!("使用控制中，{0}不合规范", parts::clause(part)),
        R::SublicenceTooWide { licence: id, part } => zh!("使用控制中，{1}超出{0}", licence(*id), parts::clause(part)),
        R::SublicenceOutlasts { licence: id, until } => zh!("{0}于 {1} 到期，其下的许可不能更晚到期或永久有效", licence(*id), Time(*until)),
        R::SublicenseeUnfit { licensee } =>
            zh!("{0} 不能获得此许可：既不是交易方也不是公共数据授权主体，或已是其上游", Party(*licensee)),
        R::LicencesFull { asset } => zh!("{0} 的许可数量已达可计的上限", Asset(*asset)),
        R::UnitsZero => zh!("一条记录至少包括一次使用"),
        R::UseOutOfSequence { expected, found } => zh!("给出了第 {1} 条记录，下一条应为第 {0} 条", number(expected), number(found)),
        R::UseOffChain { expected, found } => zh!("上一条记录的哈希是 {0}，不是 {1}", Hash(*expected), Hash(*found)),
        R::UseForbidden { licence: id, part } => zh!("{0}的{1}不允许此使用", licence(*id), parts::clause(part)),
        R::StatementMissing => zh!("陈述不能为空"),
        R::EvidenceNotGiven => zh!("主张违约须给出证据，监管终止须给出法律依据"),
        R::NotParties { licence: id } => zh!("{0}的许可方和被许可方须共同签署", licence(*id)),
        R::NoDeletionDue { licence: id } => zh!("{0}下没有须删除的副本", licence(*id)),
        R::SuccessorUnfit { licence: id, by, part } =>
            zh!("{1}不能替代{0}：其{2}不符合要求", licence(*id), licence(*by), parts::successor(part)),
        R::NotRecaller { asset, cause } => zh!("签署方无权以“{1}”为由召回 {0}", Asset(*asset), Piece::named(cause)),
        R::VersionRecalled { asset, version, recall: id } =>
            zh!("{0} 第 {1} 版已被{2}召回或撤回", Asset(*asset), number(version), recall(*id)),
        R::NotRecalled { recall: id, licence: under } => zh!("{0}没有涉及{1}", recall(*id), licence(*under)),
        R::RecallAcknowledgedBefore { recall: id, licence: under } => zh!("{0}对{1}的召回已确认过", recall(*id), licence(*under)),
        R::NothingParked { asset } => zh!("{0} 没有待付分成", Asset(*asset)),
        R::ArbiterMissing { licence: id } =>
            zh!("以违约终止{0}须有仲裁机构批准：该许可是付费取得的，或所指定的不是仲裁机构", licence(*id)),
        // Attestations.
        R::UnknownAttestation { attestation: id } => zh!("没有标识为 {0} 的评估", Hash(id.0)),
        R::ReportMissing => zh!("评估须给出报告"),
        R::FindingsUnfit { kind } =>
            zh!("评估结果与{0}评估不符：质量评估为六项至多 10 000 的评分，价值评估为一个区间，去标识化评估为一个级别，其他没有", Piece::named(kind)),
        R::AttestationsFull { asset, version, kind } =>
            zh!("{0} 第 {1} 版的有效{2}评估数量已达上限", Asset(*asset), number(version), Piece::named(kind)),
        R::NotAssessor { assessor } => zh!("评估机构是 {0}", Party(*assessor)),
        R::AttestationOver { attestation: id, status } => zh!("{0}的状态为{1}，或其有效期已过", attestation(*id), Piece::named(status)),
        R::AttestationMissing { asset, version, kind } =>
            zh!("{0} 第 {1} 版须有与权利人无关联的评估机构出具的有效{2}评估，方可交易", Asset(*asset), number(version), Piece::named(kind)),
        R::ListingsFull { asset, limit } => zh!("签署方对 {0} 已有 {1} 个接受订购的挂牌，不能再增加", Asset(*asset), number(limit)),
        // Grades.
        R::GradeUnchanged { asset, grade } => zh!("{0} 的级别已是{1}", Asset(*asset), Piece::named(grade)),
        R::GradeUnattested { asset, version, grade } =>
            zh!("{0} 第 {1} 版没有允许定为{2}的有效去标识化评估", Asset(*asset), number(version), Piece::named(grade)),
        R::GradeVersionsTooMany { asset, limit } => zh!("{0} 的版本超过 {1} 个，权利人不能自行调低级别", Asset(*asset), number(limit)),
        R::GradeBelowSource { asset, grade, source_asset, source_grade } => zh!(
            "{0} 的级别为{1}，低于其来源 {2} 的{3}",
            Asset(*asset), Piece::named(grade), Asset(*source_asset), Piece::named(source_grade)
        ),
        R::LegalBasisMissing => zh!("监管行为须给出法律依据"),
        // Public data.
        R::NotPublic { asset } => zh!("{0} 不是公共数据", Asset(*asset)),
        R::NotAuthority { asset } => zh!("签署方不是 {0} 的主管机构", Asset(*asset)),
        R::AuthorityTaken { asset, authority } => zh!("{0} 的主管机构是 {1}", Asset(*asset), Party(*authority)),
        R::OpennessUnchanged { asset } => zh!("{0} 的开放属性已是如此", Asset(*asset)),
        R::OpenNotFree { plan } => zh!("方案 {0} 收费，而该数据无条件开放", number(plan)),
        R::PublicNotFree { plan, purpose } => zh!("方案 {0} 对用途{1}收费，而公共数据用于该用途免费", number(plan), Piece::named(purpose)),
        R::CeilingMissing { asset } => zh!("{0} 不能收费：主管机构没有设定价格上限", Asset(*asset)),
        R::PriceAboveCeiling { plan, price, ceiling } =>
            zh!("方案 {0} 的价格为 {1}，按其期限主管机构允许至多 {2}", number(plan), Money(*price), Money(*ceiling)),
        // Freezes.
        R::UnknownFreeze { freeze: id } => zh!("没有标识为 {0} 的冻结", Hash(id.0)),
        R::FreezeTargetUnknown => zh!("冻结对象不是已有的参与方、数据资产、挂牌、磋商、需求、合同或许可"),
        R::FreezeScopeUnfit { scope } => zh!("冻结范围“{0}”对此类对象没有作用", Piece::named(scope)),
        R::FreezeTooLong { until, latest } => zh!("截止时间 {0} 晚于规则包目前允许的最晚时间 {1}", Time(*until), Time(*latest)),
        R::FreezesFull { limit } => zh!("该对象已有 {0} 项有效冻结，不能再增加", number(limit)),
        R::FreezeOver { freeze: id, status } => zh!("{0}的状态为{1}，或其期限已过", freeze(*id), Piece::named(status)),
        R::FrozenNow { scope, freeze: id, until } => zh!("冻结范围“{0}”：{1}至 {2} 有效", Piece::named(scope), freeze(*id), Time(*until)),
        R::AppealForeign { freeze: id } => zh!("{0}不涉及签署方", freeze(*id)),
        R::AppealedAlready { freeze: id } => zh!("对{0}已提出过申诉", freeze(*id)),
        R::NoAppeal { freeze: id } => zh!("没有对{0}的待裁定申诉", freeze(*id)),
        // Governance.
        R::UnknownProposal { proposal: id } => zh!("没有标识为 {0} 的提案", Hash(id.0)),
        R::ProposalClosed { proposal: id } => zh!("{0}不再接受批准", proposal(*id)),
        R::ApprovedAlready => zh!("此交易机构已批准过"),
        R::ValidatorsMalformed =>
            zh!("验证节点须有 1 至 100 个，属于状态正常的交易机构并有可靠的密钥，机构和密钥均不重复，权重为 1 至 4294967296"),
        R::RulePackMalformed =>
            zh!("各期限和冻结期至多十年，手续费至多万分之 3 000，编号比上一个大 1，手续费账户为状态正常的参与方，挂牌所需评估按来源类别和级别升序"),
        R::StatusFinal { participant } => zh!("{0} 已被永久撤销，或状态不会改变", Party(*participant)),
        R::NodeKnown { key } => zh!("节点 {0} 已获准入", number(key)),
        R::NodeUnknown { key } => zh!("节点 {0} 未获准入", number(key)),
        R::LastOperators => zh!("至少须保留一个状态正常的交易机构和一个验证节点"),
        R::RolesEmpty => zh!("参与方至少须有一个角色"),
    }
}

/// Why a proof convicts nobody.
fn proof(error: &ProofError) -> (&'static str, Vec<Piece>) {
    match error {
        ProofError::OtherKey => zh!("证明不能认定任何人作弊：密钥不是所承诺的密钥"),
        ProofError::OutOfRange { number: found, count } => {
            zh!("证明不能认定任何人作弊：编号 {0} 不在文件的 {1} 个之内", number(found), number(count))
        }
        ProofError::Parent => zh!("证明不能认定任何人作弊：没有上级节点之处出示了上级节点，或应有之处没有出示"),
        ProofError::NotDelivered => zh!("证明不能认定任何人作弊：所出示的内容不能得出所承诺的根"),
        ProofError::NoFault => zh!("证明不能认定任何人作弊：各部分相互一致"),
    }
}
