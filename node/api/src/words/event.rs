//! Events in words: whole sentences.

use yaosu_ledger::AssetId;
use yaosu_ledger::event::Event;
use yaosu_ledger::model::{FreezeStatus, Ground, Measure};

use super::sentence::Piece::{Asset, Hash, Money, Party, Text, Thing, Time, Words};
use super::sentence::{Piece, Sentence};
use super::thing::{attestation, demand, freeze, licence, listing, negotiation, order, proposal, recall};
use crate::say;

fn version(asset: AssetId, number: u32) -> [Piece; 2] {
    [Piece::number(number), Asset(asset)]
}

const fn late(late: bool) -> Piece {
    Piece::only_if(late, ", late", "（逾期）")
}

const fn ground(ground: Ground) -> Piece {
    match ground {
        Ground::Listing(id) => listing(id),
        Ground::Demand(id) => demand(id),
    }
}

/// Whom a measure is about.
fn about(measure: &Measure) -> Option<Piece> {
    match measure {
        Measure::Enrol { enrolment, .. } => Some(Text(enrolment.handle.to_string())),
        Measure::SetRoles { participant, .. } | Measure::SetStatus { participant, .. } => Some(Party(*participant)),
        _ => None,
    }
}

/// What happened, without a full stop.
#[must_use]
#[expect(clippy::too_many_lines, reason = "an arm for each event, and nothing else")]
pub fn event(event: &Event) -> Sentence {
    match event {
        Event::ParticipantEnrolled { participant, roles } => {
            say!("{0} joined as {1}", "{0} 加入市场，角色为{1}", Party(*participant), Piece::list(roles.iter()))
        }
        Event::KeysRotated { participant } => say!("{0} changed its keys", "{0} 更换了密钥", Party(*participant)),
        Event::RolesSet { participant, roles } => {
            say!("{0} is {1} now", "{0} 的角色调整为{1}", Party(*participant), Piece::list(roles.iter()))
        }
        Event::StatusSet { participant, status } => {
            say!("{0} is now: {1}", "{0} 的状态变为：{1}", Party(*participant), Piece::named(status))
        }
        Event::Proposed { proposal: id, proposer, measure } => {
            let about = about(measure);
            say!(
                "{0} proposed to {1}{3}{4} ({2})",
                "{0} 提议{1}{3}{4}（{2}）",
                Party(*proposer),
                Piece::named(measure),
                proposal(*id),
                Piece::only_if(about.is_some(), ": ", "："),
                about.unwrap_or(Words("", ""))
            )
        }
        Event::ProposalApproved { proposal: id, operator } => {
            say!("{0} approved {1}", "{0} 批准了{1}", Party(*operator), proposal(*id))
        }
        Event::ProposalMoved { proposal: id, status } => {
            say!("{0} is now: {1}", "{0}状态变为：{1}", proposal(*id), Piece::named(status))
        }
        Event::ValidatorsChanged { validators } => say!(
            "other validators decide from the next height on ({0})",
            "自下一高度起验证节点变更（{0}）",
            Hash(*validators)
        ),
        Event::TurnMissed { operator, missed, passed_over_until } => say!(
            "{0} missed {1} turns in a row and is passed over until height {2}",
            "{0} 连续错过 {1} 次轮值，跳过至高度 {2}",
            Party(*operator),
            Piece::number(missed),
            Piece::number(passed_over_until)
        ),
        Event::Issued { to, amount, .. } => {
            say!("{0} were issued to {1}", "向 {1} 发行了 {0}", Money(*amount), Party(*to))
        }
        Event::Redeemed { from, amount, .. } => {
            say!("{0} of {1} were redeemed", "为 {1} 赎回了 {0}", Money(*amount), Party(*from))
        }
        Event::Paid { from, to, amount, memo } => say!(
            "{0} paid {1} to {2}{3}",
            "{0} 向 {2} 支付 {1}{3}",
            Party(*from),
            Money(*amount),
            Party(*to),
            Piece::maybe((!memo.is_empty()).then(|| say!(" ({0})", "（{0}）", Piece::quote(memo))))
        ),
        Event::AssetRegistered { asset, declarer, notice_closes, .. } => say!(
            "{0} applied for the registration of {1}; open to objections until {2}",
            "{0} 申请登记 {1}，公示至 {2}",
            Party(*declarer),
            Asset(*asset),
            Time(*notice_closes)
        ),
        Event::VersionAdded { asset, version: number, .. } => {
            let [number, asset] = version(*asset, *number);
            say!("{1} has a version {0}", "{1} 新增第 {0} 版", number, asset)
        }
        Event::Derived { child, child_version, parent, parent_version, .. } => say!(
            "version {0} of {1} was made from version {2} of {3}",
            "{1} 第 {0} 版由 {3} 第 {2} 版加工而成",
            Piece::number(child_version),
            Asset(*child),
            Piece::number(parent_version),
            Asset(*parent)
        ),
        Event::AppliedAgain { asset, notice_closes } => say!(
            "the registration of {0} was applied for again; open to objections until {1}",
            "{0} 再次申请登记，公示至 {1}",
            Asset(*asset),
            Time(*notice_closes)
        ),
        Event::Objected { asset, objection, objector } => say!(
            "{0} objected to the registration of {1} (objection {2})",
            "{0} 对 {1} 的登记提出异议（第 {2} 号）",
            Party(*objector),
            Asset(*asset),
            Piece::number(objection)
        ),
        Event::ObjectionRuled { asset, objection, upheld, registrar } => say!(
            "{0} {2} objection {3} to {1}",
            "{0} 裁定对 {1} 的第 {3} 号异议{2}",
            Party(*registrar),
            Asset(*asset),
            if *upheld { Words("upheld", "成立") } else { Words("dismissed", "不成立") },
            Piece::number(objection)
        ),
        Event::RegistrationGranted { asset, certificate, registrar } => say!(
            "{0} took {1} into the register under number {2}",
            "{0} 准予 {1} 登记，证书编号 {2}",
            Party(*registrar),
            Asset(*asset),
            Text(certificate.to_string())
        ),
        Event::RegistrationRefused { asset, registrar, reason } => say!(
            "{0} refused the registration of {1}: {2}",
            "{0} 不予 {1} 登记：{2}",
            Party(*registrar),
            Asset(*asset),
            Text(reason.to_string())
        ),
        Event::RegistrationCancelled { asset, by, reason } => say!(
            "{0} took {1} out of the register: {2}",
            "{0} 注销 {1} 的登记：{2}",
            Party(*by),
            Asset(*asset),
            Text(reason.to_string())
        ),
        Event::RightTransferred { asset, line, from, to } => say!(
            "the {0} of {1} went from {2} to {3}",
            "{1} 的{0}由 {2} 转至 {3}",
            Piece::named(line),
            Asset(*asset),
            Party(*from),
            Party(*to)
        ),
        Event::ListingCreated { listing: id, asset, version, seller } => say!(
            "{0} listed version {1} of {2} ({3})",
            "{0} 挂牌 {2} 第 {1} 版（{3}）",
            Party(*seller),
            Piece::number(version),
            Asset(*asset),
            listing(*id)
        ),
        Event::ListingPaused { listing: id, asset, cause } => {
            say!("{0} of {1} is paused: {2}", "{1} 的{0}暂停：{2}", listing(*id), Asset(*asset), Piece::named(cause))
        }
        Event::ListingResumed { listing: id, asset } => {
            say!("{0} of {1} takes orders again", "{1} 的{0}恢复", listing(*id), Asset(*asset))
        }
        Event::ListingEnded { listing: id, asset } => {
            say!("{0} of {1} ended", "{1} 的{0}结束", listing(*id), Asset(*asset))
        }
        Event::ListingSoldOut { listing: id, asset } => {
            say!("{0} of {1} is sold out", "{1} 的{0}售罄", listing(*id), Asset(*asset))
        }
        Event::ListingDelisted { listing: id, asset, operator, reason } => say!(
            "{0} took {1} of {2} off the market: {3}",
            "{0} 将 {2} 的{1}摘牌：{3}",
            Party(*operator),
            listing(*id),
            Asset(*asset),
            Text(reason.to_string())
        ),
        Event::RightOffered { listing: id, asset, line, seller, price } => say!(
            "{0} offers the {1} of {2} for {3} ({4})",
            "{0} 以 {3} 挂牌转让 {2} 的{1}（{4}）",
            Party(*seller),
            Piece::named(line),
            Asset(*asset),
            Money(*price),
            listing(*id)
        ),
        Event::RightSold { asset, line, seller, buyer, payer, price, fee, .. } => say!(
            "{0} bought the {1} of {2} from {3}; {4} paid {5}, {6} of it as the exchange's fee",
            "{0} 自 {3} 受让 {2} 的{1}；{4} 支付 {5}，其中手续费 {6}",
            Party(*buyer),
            Piece::named(line),
            Asset(*asset),
            Party(*seller),
            Party(*payer),
            Money(*price),
            Money(*fee)
        ),
        Event::NegotiationOpened { negotiation: id, ground: on, asset, from, to, price } => say!(
            "{0} offered {1} to {2} for {3} on {5} ({4})",
            "{0} 在{5}上就 {3} 向 {2} 报价 {1}（{4}）",
            Party(*from),
            Money(*price),
            Party(*to),
            Asset(*asset),
            negotiation(*id),
            ground(*on)
        ),
        Event::OfferCountered { negotiation: id, round, from, to, price, .. } => say!(
            "{0} made {2} a counter-offer of {1} (offer {4} of {3})",
            "{0} 向 {2} 还价 {1}（{3}第 {4} 轮）",
            Party(*from),
            Money(*price),
            Party(*to),
            negotiation(*id),
            Piece::number(round)
        ),
        Event::OfferAccepted { negotiation: id, order: placed, by, .. } => {
            say!("{0} agreed in {1}: {2}", "{0} 在{1}中同意：{2}", Party(*by), negotiation(*id), order(*placed))
        }
        Event::OfferWithdrawn { negotiation: id, by, .. } => {
            say!("{0} left {1}", "{0} 退出{1}", Party(*by), negotiation(*id))
        }
        Event::RenewalsEnded { negotiation: id, by, .. } => {
            say!("{0} ended the renewals of {1}", "{0} 终止{1}的续订", Party(*by), negotiation(*id))
        }
        Event::NegotiationExpired { negotiation: id, asset } => {
            say!("{0} over {1} expired", "关于 {1} 的{0}过期", negotiation(*id), Asset(*asset))
        }
        Event::DemandCreated { demand: id, buyer } => {
            say!("{0} says what it needs: {1}", "{0} 发布{1}", Party(*buyer), demand(*id))
        }
        Event::DemandMet { demand: id, negotiation: met } => {
            say!("{0} was met by {1}", "{0}由{1}满足", demand(*id), negotiation(*met))
        }
        Event::DemandEnded { demand: id } => say!("{0} ended", "{0}结束", demand(*id)),
        Event::OrderPlaced { order: id, asset, buyer, seller, price, .. } if price.0 == 0 => say!(
            "{0} ordered {1} from {2} ({3}), free of charge",
            "{0} 向 {2} 免费订购 {1}（{3}）",
            Party(*buyer),
            Asset(*asset),
            Party(*seller),
            order(*id)
        ),
        Event::OrderPlaced { order: id, asset, buyer, seller, price, bond, .. } => say!(
            "{0} ordered {1} from {2} for {3} ({4}); the price is locked, and a bond of {5} of the seller",
            "{0} 向 {2} 订购 {1}，价格 {3}（{4}），价款及供方保证金 {5} 已托管",
            Party(*buyer),
            Asset(*asset),
            Party(*seller),
            Money(*price),
            order(*id),
            Money(*bond)
        ),
        Event::OrderDelivered { order: id, asset } => {
            say!("{0} of {1} was delivered", "{1} 的{0}已交付", order(*id), Asset(*asset))
        }
        Event::OrderAcknowledged { order: id, key_due, .. } => say!(
            "the sealed bytes of {0} are with the buyer; the key is due before {1}",
            "{0}的密封数据已签收，须于 {1} 前披露密钥",
            order(*id),
            Time(*key_due)
        ),
        Event::OrderSettled { order: id, price, .. } if price.0 == 0 => {
            say!("{0} settled at once, free of charge", "{0}已免费成交", order(*id))
        }
        Event::OrderSettled { order: id, price, payee, fee, .. } => say!(
            "{0} settled: {1} paid, {2} of it as the exchange's fee, the rest to {3}",
            "{0}已结算：支付 {1}，其中手续费 {2}，余款归 {3}",
            order(*id),
            Money(*price),
            Money(*fee),
            Party(*payee)
        ),
        Event::OrderRefunded { order: id, cause, amount, .. } => say!(
            "{0} was refunded: {1} went back ({2})",
            "{0}已退款：退还 {1}（{2}）",
            order(*id),
            Money(*amount),
            Piece::named(cause)
        ),
        Event::KeyRevealed { order: id, settles, .. } => say!(
            "the key of {0} is with the buyer; it settles at {1}",
            "{0}的密钥已披露，将于 {1} 结算",
            order(*id),
            Time(*settles)
        ),
        Event::KeyChallenged { order: id, key_due, .. } => say!(
            "the key of {0} was challenged; it must be opened before {1}",
            "{0}的密钥受质疑，须于 {1} 前公开",
            order(*id),
            Time(*key_due)
        ),
        Event::KeyOpened { order: id, settles, .. } => say!(
            "the key of {0} is open to all; it settles at {1}",
            "{0}的密钥已公开，将于 {1} 结算",
            order(*id),
            Time(*settles)
        ),
        Event::DisputeOpened { order: id, asset, bond, settles, .. } => say!(
            "the quality of {2} is disputed on {0}, with a bond of {3}; it settles at {1} unless an arbiter rules",
            "{0}就 {2} 的质量发生争议，保证金 {3}，如无裁决将于 {1} 结算",
            order(*id),
            Time(*settles),
            Asset(*asset),
            Money(*bond)
        ),
        Event::DisputeRuled { order: id, arbiter, refund, reason, .. } => say!(
            "{0} ruled on {1}: {2} go back ({3})",
            "{0} 裁决{1}：退还 {2}（{3}）",
            Party(*arbiter),
            order(*id),
            Money(*refund),
            Text(reason.to_string())
        ),
        Event::OrderSplit { order: id, refund, paid, fee, payee, .. } => say!(
            "{0} was split: {1} went back, {2} were paid, {4} of it as the exchange's fee, the rest to {3}",
            "{0}部分结算：退还 {1}，支付 {2}，其中手续费 {4}，余款归 {3}",
            order(*id),
            Money(*refund),
            Money(*paid),
            Party(*payee),
            Money(*fee)
        ),
        Event::BondLost { order: id, from, to, amount } => say!(
            "{0} lost the bond of {1} on {2} to {3}",
            "{0} 在{2}的保证金 {1} 归 {3}",
            Party(*from),
            Money(*amount),
            order(*id),
            Party(*to)
        ),
        Event::LicenceGranted { licence: id, asset, licensor, licensee, .. } => say!(
            "{0} has a licence of {1} from {2} ({3})",
            "{0} 取得 {2} 授予的 {1} 许可（{3}）",
            Party(*licensee),
            Asset(*asset),
            Party(*licensor),
            licence(*id)
        ),
        Event::LicenceExpired { licence: id, asset } => {
            say!("{0} of {1} expired", "{1} 的{0}到期", licence(*id), Asset(*asset))
        }
        Event::SubscriptionRenewed { licence: id, payer, price, fee, payee, until, .. } => say!(
            "{0} renewed {1} until {3}: {2} paid, {4} of it as the exchange's fee, the rest to {5}",
            "{0} 续订{1}至 {3}：支付 {2}，其中手续费 {4}，余款归 {5}",
            Party(*payer),
            licence(*id),
            Money(*price),
            Time(*until),
            Money(*fee),
            Party(*payee)
        ),
        Event::RoyaltyPaid { sold, asset, holder, amount, .. } => say!(
            "{0} got {1} as royalty of {2}, since {3} was made from it",
            "{0} 因 {3} 衍生自 {2} 获得分成 {1}",
            Party(*holder),
            Money(*amount),
            Asset(*asset),
            Asset(*sold)
        ),
        Event::RoyaltyParked { sold, asset, holder, amount, .. } => say!(
            "{0} of royalty from the sale of {3} wait at {1}: {2} can't receive them now",
            "{3} 售出产生的 {1} 分成 {0} 待付：{2} 目前无法收款",
            Money(*amount),
            Asset(*asset),
            Party(*holder),
            Asset(*sold)
        ),
        Event::ParkedReleased { asset, holder, amount } => say!(
            "{0} got {1} of royalties that had waited at {2}",
            "{0} 领取 {2} 的待付分成 {1}",
            Party(*holder),
            Money(*amount),
            Asset(*asset)
        ),
        Event::Sublicensed { licence: id, parent, asset, licensor, licensee } => say!(
            "{0} licensed {4} to {1} under {2} ({3})",
            "{0} 在{2}下就 {4} 向 {1} 再许可（{3}）",
            Party(*licensor),
            Party(*licensee),
            licence(*parent),
            licence(*id),
            Asset(*asset)
        ),
        Event::UseRecorded { licence: id, licensee, sequence, action, purpose, units, .. } => say!(
            "{0} recorded {1} uses under {2}: {3}, for {4} (record {5})",
            "{0} 记录{2}下的 {1} 次使用：{3}，用途为{4}（第 {5} 条）",
            Party(*licensee),
            Piece::number(units),
            licence(*id),
            Piece::named(action),
            Piece::named(purpose),
            Piece::number(sequence)
        ),
        Event::LicenceEnded { licence: id, asset, licensee, status, cause, .. } => say!(
            "{0} of {1} for {2} is {3}{4}{5}",
            "{2} 的 {1} {0}{3}{4}{5}",
            licence(*id),
            Asset(*asset),
            Party(*licensee),
            Piece::named(status),
            Piece::only_if(cause.is_some(), ": ", "："),
            cause.map_or(Words("", ""), |cause| Piece::named(&cause))
        ),
        Event::TerminationStated { licence: id, by, statement, .. } => say!(
            "{0} says why {1} ends: {2}",
            "{0} 说明{1}终止的原因：{2}",
            Party(*by),
            licence(*id),
            Text(statement.to_string())
        ),
        Event::DeletionDue { licence: id, licensee, deadline } => say!(
            "{0} must state before {2} that all copies had under {1} are destroyed",
            "{0} 须于 {2} 前声明已删除{1}下的全部副本",
            Party(*licensee),
            licence(*id),
            Time(*deadline)
        ),
        Event::DeletionOverdue { licence: id, licensee } => say!(
            "{0} has not stated in time that the copies under {1} are destroyed",
            "{0} 逾期未声明删除{1}下的副本",
            Party(*licensee),
            licence(*id)
        ),
        Event::DeletionStated { licence: id, licensee, late: is_late, .. } => say!(
            "{0} states that all copies had under {1} are destroyed{2}",
            "{0} 声明已删除{1}下的全部副本{2}",
            Party(*licensee),
            licence(*id),
            late(*is_late)
        ),
        Event::Recalled { recall: id, asset, first_version, last_version, by, cause } => say!(
            "{0} recalled versions {4} to {5} of {1} and all that was made from them: {2} ({3})",
            "{0} 召回 {1} 第 {4} 至 {5} 版及其衍生数据：{2}（{3}）",
            Party(*by),
            Asset(*asset),
            Piece::named(cause),
            recall(*id),
            Piece::number(first_version),
            Piece::number(last_version)
        ),
        Event::RecallReached { recall: id, licence: reached, licensee, deadline, .. } => say!(
            "{0} reached {1}: {2} must stop and acknowledge it before {3}",
            "{0}及于{1}：{2} 须于 {3} 前停止使用并确认",
            recall(*id),
            licence(*reached),
            Party(*licensee),
            Time(*deadline)
        ),
        Event::RecallComplete { recall: id, versions, licences } => say!(
            "{0} has reached everything: {1} versions, {2} licences",
            "{0}已全部送达：{1} 个版本，{2} 份许可",
            recall(*id),
            Piece::number(versions),
            Piece::number(licences)
        ),
        Event::RecallAcknowledged { recall: id, licence: reached, licensee, late: is_late } => say!(
            "{0} has stopped all use under {1}, as {2} demands{3}",
            "{0} 已按{2}停止{1}下的使用{3}",
            Party(*licensee),
            licence(*reached),
            recall(*id),
            late(*is_late)
        ),
        Event::RecallOverdue { recall: id, licence: reached, licensee } => say!(
            "{0} did not answer {1} for {2} in time",
            "{0} 逾期未就{2}响应{1}",
            Party(*licensee),
            recall(*id),
            licence(*reached)
        ),
        Event::Attested { attestation: id, asset, version, kind, verdict, assessor } => say!(
            "{0} attested the {2} of version {5} of {1}: {3} ({4})",
            "{0} 评估 {1} 第 {5} 版（{2}）：{3}（{4}）",
            Party(*assessor),
            Asset(*asset),
            Piece::named(kind),
            Piece::named(verdict),
            attestation(*id),
            Piece::number(version)
        ),
        Event::AttestationSuperseded { attestation: id, asset, by } => say!(
            "{0} of {2} took the place of {1}",
            "{2} 的{0}替代了{1}",
            attestation(*by),
            attestation(*id),
            Asset(*asset)
        ),
        Event::AttestationWithdrawn { attestation: id, asset, reason } => say!(
            "{0} of {2} was taken back: {1}",
            "{2} 的{0}被撤回：{1}",
            attestation(*id),
            Text(reason.to_string()),
            Asset(*asset)
        ),
        Event::AttestationExpired { attestation: id, asset } => {
            say!("{0} of {1} expired", "{1} 的{0}到期", attestation(*id), Asset(*asset))
        }
        Event::Regraded { asset, from, to, by, legal_basis: None } => say!(
            "{0} graded {1} {3} (it was {2})",
            "{0} 将 {1} 由{2}调整为{3}",
            Party(*by),
            Asset(*asset),
            Piece::named(from),
            Piece::named(to)
        ),
        Event::Regraded { asset, from, to, by, legal_basis: Some(basis) } => say!(
            "{0} graded {1} {3} (it was {2}), on the legal basis {4}",
            "{0} 依据 {4} 将 {1} 由{2}调整为{3}",
            Party(*by),
            Asset(*asset),
            Piece::named(from),
            Piece::named(to),
            Hash(*basis)
        ),
        Event::OpennessChanged { asset, openness, by } => {
            say!("{0} set {1} to: {2}", "{0} 将 {1} 设为：{2}", Party(*by), Asset(*asset), Piece::named(openness))
        }
        Event::OperationAuthorised { asset, authority, holder } => say!(
            "{0} takes charge of {1}, which {2} operates",
            "{0} 授权 {2} 运营 {1}",
            Party(*authority),
            Asset(*asset),
            Party(*holder)
        ),
        Event::PriceCeilingSet { asset, authority, ceiling } => say!(
            "{0} lets a licence of {1} cost {2} at most",
            "{0} 规定 {1} 的价格上限为 {2}",
            Party(*authority),
            Asset(*asset),
            Money(*ceiling)
        ),
        Event::Frozen { freeze: id, target, scope, regulator, until } => say!(
            "{0} froze {1} ({2}) until {3} ({4})",
            "{0} 冻结 {1}（{2}）至 {3}（{4}）",
            Party(*regulator),
            Thing(*target),
            Piece::named(scope),
            Time(*until),
            freeze(*id)
        ),
        Event::FreezeEnded { freeze: id, target, status: FreezeStatus::Expired, .. } => {
            say!("{0} of {1} expired", "{1} 的{0}到期", freeze(*id), Thing(*target))
        }
        Event::FreezeEnded { freeze: id, target, status, by: None } => {
            say!("{0} of {1} ended: {2}", "{1} 的{0}结束：{2}", freeze(*id), Thing(*target), Piece::named(status))
        }
        Event::FreezeEnded { freeze: id, target, status, by: Some(by) } => say!(
            "{3} ended {0} of {1}: {2}",
            "{3} 结束 {1} 的{0}：{2}",
            freeze(*id),
            Thing(*target),
            Piece::named(status),
            Party(*by)
        ),
        Event::FreezeAppealed { freeze: id, appellant } => {
            say!("{0} appealed against {1}", "{0} 对{1}提出申诉", Party(*appellant), freeze(*id))
        }
        Event::AppealRuled { freeze: id, overturned, arbiter, reason } => say!(
            "{0} ruled the appeal against {1}: {2} ({3})",
            "{0} 裁定对{1}的申诉：{2}（{3}）",
            Party(*arbiter),
            freeze(*id),
            if *overturned { Words("it ends", "撤销") } else { Words("it stays", "维持") },
            Text(reason.to_string())
        ),
    }
}
