//! What a transaction asks for, in words: the predicate of a sentence whose subject is its signer.

use yaosu_ledger::model::Termination;
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;
use yaosu_ledger::{AssetId, LicenceId, ListingId, NegotiationId, OrderId, ProposalId};

use yaosu_api::say;
use yaosu_api::words::Piece::{Asset, Money, Party, Text, Thing, Time};
use yaosu_api::words::{Piece, Sentence};

const fn listing(id: ListingId) -> Piece {
    Thing(Subject::Listing(id))
}

const fn order(id: OrderId) -> Piece {
    Thing(Subject::Order(id))
}

const fn licence(id: LicenceId) -> Piece {
    Thing(Subject::Licence(id))
}

const fn negotiation(id: NegotiationId) -> Piece {
    Thing(Subject::Negotiation(id))
}

const fn proposal(id: ProposalId) -> Piece {
    Thing(Subject::Proposal(id))
}

fn version(asset: AssetId, number: u32) -> [Piece; 2] {
    [Piece::number(number), Asset(asset)]
}

/// What an action asks for.
#[allow(clippy::too_many_lines, reason = "an arm for each action, and nothing else")]
pub fn predicate(action: &Action) -> Sentence {
    match action {
        Action::EnrolTrader { enrolment } => {
            say!("takes in the trader {0}", "接纳交易方 {0}", Text(enrolment.handle.to_string()))
        }
        Action::RotateKeys { keys, .. } => say!(
            "replaces all its keys by {0}, of which {1} must sign",
            "更换全部密钥为 {0} 个，其中须 {1} 个签名",
            Piece::number(keys.keys.len()),
            Piece::number(keys.threshold)
        ),
        Action::Propose { measure } => say!("proposes to {0}", "提议{0}", Piece::named(measure)),
        Action::Approve { proposal: id } => say!("approves {0}", "批准{0}", proposal(*id)),
        Action::Issue { to, amount, bank_reference } => say!(
            "issues {0} to {1} (bank reference {2})",
            "向 {1} 发行 {0}（银行流水 {2}）",
            Money(*amount),
            Party(*to),
            Text(bank_reference.to_string())
        ),
        Action::Redeem { from, amount, bank_reference } => say!(
            "redeems {0} of {1} (bank reference {2})",
            "为 {1} 赎回 {0}（银行流水 {2}）",
            Money(*amount),
            Party(*from),
            Text(bank_reference.to_string())
        ),
        Action::Pay { to, amount, memo } if memo.is_empty() => {
            say!("pays {0} to {1}", "向 {1} 支付 {0}", Money(*amount), Party(*to))
        }
        Action::Pay { to, amount, memo } => {
            say!("pays {0} to {1}: {2}", "向 {1} 支付 {0}：{2}", Money(*amount), Party(*to), Text(memo.to_string()))
        }
        Action::RegisterAsset { description, .. } => say!(
            "describes the asset “{0}” and applies for its registration",
            "申报数据资产“{0}”并申请登记",
            Text(description.title.to_string())
        ),
        Action::AddVersion { asset, .. } => say!("adds a version to {0}", "为 {0} 增加新版本", Asset(*asset)),
        Action::ApplyAgain { asset } => {
            say!("applies again for the registration of {0}", "为 {0} 再次申请登记", Asset(*asset))
        }
        Action::Object { asset, statement, .. } => say!(
            "objects to the registration of {0}: {1}",
            "对 {0} 的登记提出异议：{1}",
            Asset(*asset),
            Text(statement.to_string())
        ),
        Action::RuleObjection { asset, objection, upheld, reason } => say!(
            "rules objection {0} to {1}: {2} ({3})",
            "裁定对 {1} 的异议 {0}：{2}（{3}）",
            Piece::number(objection),
            Asset(*asset),
            if *upheld { Piece::Words("upheld", "成立") } else { Piece::Words("dismissed", "不成立") },
            Text(reason.to_string())
        ),
        Action::GrantRegistration { asset, certificate } => say!(
            "takes {0} into the register under number {1}",
            "准予 {0} 登记，证书编号 {1}",
            Asset(*asset),
            Text(certificate.to_string())
        ),
        Action::RefuseRegistration { asset, reason } => {
            say!("refuses the registration of {0}: {1}", "不予 {0} 登记：{1}", Asset(*asset), Text(reason.to_string()))
        }
        Action::CancelRegistration { asset, reason } => {
            say!("takes {0} out of the register: {1}", "注销 {0} 的登记：{1}", Asset(*asset), Text(reason.to_string()))
        }
        Action::TransferRight { asset, line, to, .. } => say!(
            "hands the {0} of {1} over to {2}",
            "将 {1} 的{0}转让给 {2}",
            Piece::named(line),
            Asset(*asset),
            Party(*to)
        ),
        Action::CreateListing { asset, version: number, kind, .. } => {
            let [number, asset] = version(*asset, *number);
            say!("lists version {0} of {1} ({2})", "挂牌 {1} 第 {0} 版（{2}）", number, asset, Piece::named(kind))
        }
        Action::PauseListing { listing: id } => say!("pauses {0}", "暂停{0}", listing(*id)),
        Action::ResumeListing { listing: id } => say!("resumes {0}", "恢复{0}", listing(*id)),
        Action::EndListing { listing: id } => say!("ends {0}", "结束{0}", listing(*id)),
        Action::PlaceOrder { listing: id, purpose, max_price, .. } => say!(
            "orders on {0} for {1}, at most {2}",
            "就{0}订立合同，用途为{1}，最高 {2}",
            listing(*id),
            Piece::named(purpose),
            Money(*max_price)
        ),
        Action::Deliver { order: id, .. } => {
            say!("delivers the sealed bytes of {0}", "交付{0}的密封数据", order(*id))
        }
        Action::Acknowledge { order: id, .. } => {
            say!("has the sealed bytes of {0}", "签收{0}的密封数据", order(*id))
        }
        Action::RejectDelivery { order: id, reason } => {
            say!("rejects the delivery of {0}: {1}", "拒收{0}：{1}", order(*id), Text(reason.to_string()))
        }
        Action::RevealKey { order: id, .. } => say!("reveals the key of {0}", "披露{0}的密钥", order(*id)),
        Action::AcceptDelivery { order: id } => {
            say!("accepts what {0} delivered", "确认{0}的交付，结算", order(*id))
        }
        Action::ProveMisbehaviour { order: id, .. } => say!(
            "proves that what was sealed for {0} is not what is registered",
            "证明{0}的密封数据与登记内容不符",
            order(*id)
        ),
        Action::ChallengeKey { order: id } => say!("challenges the key of {0}", "质疑{0}的密钥", order(*id)),
        Action::OpenKey { order: id, .. } => say!("opens the key of {0} to all", "公开{0}的密钥", order(*id)),
        Action::OpenQualityDispute { order: id, .. } => {
            say!("disputes the quality of what {0} delivered", "对{0}提出质量争议", order(*id))
        }
        Action::RuleDispute { order: id, refund, reason } => say!(
            "rules the dispute on {0}: {1} go back ({2})",
            "裁决{0}的争议：退还 {1}（{2}）",
            order(*id),
            Money(*refund),
            Text(reason.to_string())
        ),
        Action::Sublicense { licence: id, licensee, .. } => {
            say!("licenses {0} under {1}", "在{1}下向 {0} 再许可", Party(*licensee), licence(*id))
        }
        Action::RecordUse { licence: id, action, purpose, units, .. } => say!(
            "records {0} uses under {1}: {2}, for {3}",
            "记录{1}下的 {0} 次使用：{2}，用途为{3}",
            Piece::number(units),
            licence(*id),
            Piece::named(action),
            Piece::named(purpose)
        ),
        Action::Terminate { licence: id, cause, statement } => say!(
            "ends {0} ({1}): {2}",
            "终止{0}（{1}）：{2}",
            licence(*id),
            match cause {
                Termination::Mutual { .. } => Piece::Words("by agreement", "协商终止"),
                Termination::Breach { arbiter: None, .. } => Piece::Words("for a breach", "违约"),
                Termination::Breach { arbiter: Some(_), .. } => {
                    Piece::Words("for a breach, with an arbiter", "违约，经仲裁方同意")
                }
                Termination::Regulator { .. } => Piece::Words("by law", "依法"),
            },
            Text(statement.to_string())
        ),
        Action::Supersede { licence: id, by } => {
            say!("puts {1} in the place of {0}", "以{1}替代{0}", licence(*id), licence(*by))
        }
        Action::StateDeletion { licence: id, .. } => {
            say!("states that all copies had under {0} are destroyed", "声明已删除{0}下的全部副本", licence(*id))
        }
        Action::Recall { asset, cause, .. } => say!(
            "recalls {0} and all that was made from it: {1}",
            "召回 {0} 及其全部衍生数据：{1}",
            Asset(*asset),
            Piece::named(cause)
        ),
        Action::AcknowledgeRecall { recall, licence: id } => say!(
            "has stopped all use under {0}, as {1} demands",
            "按{1}要求停止{0}下的使用",
            licence(*id),
            Thing(Subject::Recall(*recall))
        ),
        Action::ReleaseParked { asset } => {
            say!("takes the royalties that wait at {0}", "领取 {0} 的待付分成", Asset(*asset))
        }
        Action::Attest { kind, asset, version: number, verdict, .. } => {
            let [number, asset] = version(*asset, *number);
            say!(
                "attests version {0} of {1} ({2}): {3}",
                "评估 {1} 第 {0} 版（{2}）：{3}",
                number,
                asset,
                Piece::named(kind),
                Piece::named(verdict)
            )
        }
        Action::WithdrawAttestation { attestation, reason } => say!(
            "takes {0} back: {1}",
            "撤回{0}：{1}",
            Thing(Subject::Attestation(*attestation)),
            Text(reason.to_string())
        ),
        Action::Regrade { asset, grade, .. } => {
            say!("grades {0} as {1} by law", "依法将 {0} 定级为{1}", Asset(*asset), Piece::named(grade))
        }
        Action::DeclareGrade { asset, grade } => {
            say!("declares {0} to be {1}", "申报 {0} 的级别为{1}", Asset(*asset), Piece::named(grade))
        }
        Action::ChangeOpenness { asset, openness } => {
            say!("sets {0} to: {1}", "将 {0} 设为：{1}", Asset(*asset), Piece::named(openness))
        }
        Action::AuthoriseOperation { asset, holder, .. } => {
            say!("takes charge of {0}, which {1} operates", "授权 {1} 运营公共数据 {0}", Asset(*asset), Party(*holder))
        }
        Action::SetPriceCeiling { asset, ceiling, .. } => {
            say!("lets a licence of {0} cost {1} at most", "规定 {0} 的价格上限为 {1}", Asset(*asset), Money(*ceiling))
        }
        Action::Freeze { target, scope, until, .. } => say!(
            "freezes {0} ({1}) until {2}",
            "冻结 {0}（{1}）至 {2}",
            Thing(*target),
            Piece::named(scope),
            Time(*until)
        ),
        Action::LiftFreeze { freeze, reason } => {
            say!("lifts {0}: {1}", "解除{0}：{1}", Thing(Subject::Freeze(*freeze)), Text(reason.to_string()))
        }
        Action::AppealFreeze { freeze, statement, .. } => say!(
            "appeals against {0}: {1}",
            "对{0}提出申诉：{1}",
            Thing(Subject::Freeze(*freeze)),
            Text(statement.to_string())
        ),
        Action::RuleAppeal { freeze, overturned, reason } => say!(
            "rules the appeal against {0}: {1} ({2})",
            "裁定对{0}的申诉：{1}（{2}）",
            Thing(Subject::Freeze(*freeze)),
            if *overturned { Piece::Words("it ends", "撤销") } else { Piece::Words("it stays", "维持") },
            Text(reason.to_string())
        ),
        Action::OfferRight { asset, line, price, .. } => say!(
            "offers the {0} of {1} for {2}",
            "以 {2} 挂牌转让 {1} 的{0}",
            Piece::named(line),
            Asset(*asset),
            Money(*price)
        ),
        Action::BuyRight { listing: id, max_price, .. } => {
            say!("buys the right on {0} for {1} at most", "以不超过 {1} 受让{0}的权利", listing(*id), Money(*max_price))
        }
        Action::Delist { listing: id, reason } => {
            say!("takes {0} off the market: {1}", "将{0}摘牌：{1}", listing(*id), Text(reason.to_string()))
        }
        Action::OpenNegotiation { listing: id, terms, .. } => {
            say!("offers {1} on {0}", "就{0}报价 {1}，开始磋商", listing(*id), Money(terms.price))
        }
        Action::AnswerDemand { demand, asset, terms, .. } => say!(
            "answers {0} with {1} for {2}",
            "以 {1} 应答{0}，报价 {2}",
            Thing(Subject::Demand(*demand)),
            Asset(*asset),
            Money(terms.price)
        ),
        Action::CounterOffer { negotiation: id, terms, .. } => {
            say!("makes a counter-offer of {1} in {0}", "在{0}中还价 {1}", negotiation(*id), Money(terms.price))
        }
        Action::AcceptOffer { negotiation: id, terms, .. } => {
            say!("agrees to {1} in {0}", "在{0}中同意 {1}", negotiation(*id), Money(terms.price))
        }
        Action::WithdrawOffer { negotiation: id } => say!("leaves {0}", "退出{0}", negotiation(*id)),
        Action::EndRenewals { negotiation: id } => {
            say!("ends the renewals of {0}", "终止{0}的续订", negotiation(*id))
        }
        Action::CreateDemand { wanted, .. } => {
            say!("looks for “{0}”", "征集“{0}”", Text(wanted.title.to_string()))
        }
        Action::EndDemand { demand } => say!("ends {0}", "结束{0}", Thing(Subject::Demand(*demand))),
        Action::RenewSubscription { licence: id, periods, .. } => {
            say!("renews {0} for {1} periods", "为{0}续订 {1} 期", licence(*id), Piece::number(periods))
        }
        Action::RequestVersion { licence: id, version, .. } => {
            say!("asks for version {1} under {0}", "在{0}下请求第 {1} 版", licence(*id), Piece::number(version))
        }
    }
}
