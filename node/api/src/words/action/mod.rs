//! Actions in words: what a transaction asks for, as its signer reads it before signing and everybody after.
//!
//! A sentence says what happens to money and rights, to whom, and within what limits. Texts of somebody's own stand in
//! quotation marks. What the action does not say itself but the ledger knows (of whom an offer is, what an order costs)
//! is told if it is at hand ([`Facts`]).

mod deal;
mod delivery;
mod governance;
mod licence;
mod supervision;
mod terms;
#[cfg(test)]
mod tests;

use yaosu_ledger::ParticipantId;
use yaosu_ledger::model::{Demand, Licence, Listing, ListingKind, Negotiation, Order, Parent, VersionContent};
use yaosu_ledger::state::Subject;
use yaosu_ledger::transaction::Action;

use super::sentence::Piece::{All, Asset, Hash, Money, Party, Thing, Time};
use super::sentence::{Piece, Sentence};
use super::thing::{attestation, demand, freeze, licence, listing, proposal, recall};
use crate::say;

pub use governance::measure;
pub use supervision::{findings, openness};
pub use terms::{policy, terms};

/// What the ledger knows about what an action names. Each that is missing leaves out a part of the sentence.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The offer.
    pub listing: Option<Listing>,
    /// The order; that of the licence, if a licence is named.
    pub order: Option<Order>,
    /// The negotiation.
    pub negotiation: Option<Negotiation>,
    /// The demand.
    pub demand: Option<Demand>,
    /// The licence.
    pub licence: Option<Licence>,
}

impl Facts {
    /// Whose record the sentence about an action would be told with: a listing, an order, a negotiation, a demand, or a
    /// licence with its order.
    #[must_use]
    pub const fn wanted(action: &Action) -> Option<Subject> {
        match action {
            Action::PlaceOrder { listing, .. }
            | Action::BuyRight { listing, .. }
            | Action::OpenNegotiation { listing, .. }
            | Action::Delist { listing, .. } => Some(Subject::Listing(*listing)),
            Action::Deliver { order, .. }
            | Action::Acknowledge { order, .. }
            | Action::RejectDelivery { order, .. }
            | Action::RevealKey { order, .. }
            | Action::AcceptDelivery { order }
            | Action::ProveMisbehaviour { order, .. }
            | Action::ChallengeKey { order }
            | Action::OpenKey { order, .. }
            | Action::OpenQualityDispute { order, .. }
            | Action::RuleDispute { order, .. } => Some(Subject::Order(*order)),
            Action::CounterOffer { negotiation, .. }
            | Action::AcceptOffer { negotiation, .. }
            | Action::WithdrawOffer { negotiation }
            | Action::EndRenewals { negotiation } => Some(Subject::Negotiation(*negotiation)),
            Action::AnswerDemand { demand, .. } => Some(Subject::Demand(*demand)),
            Action::RenewSubscription { licence, .. } => Some(Subject::Licence(*licence)),
            // These say all themselves.
            _ => None,
        }
    }
}

/// What somebody asks for, without a full stop.
#[must_use]
pub fn action(signer: ParticipantId, action: &Action, facts: &Facts) -> Sentence {
    say!("{0} {1}", "{0} {1}", Party(signer), Piece::maybe(predicate(action, facts)))
}

/// The same without who asks: `pays ...`.
#[must_use]
#[expect(clippy::too_many_lines, reason = "an arm for each action, and nothing else")]
pub fn predicate(action: &Action, facts: &Facts) -> Sentence {
    match action {
        Action::EnrolTrader { enrolment } => {
            say!("takes in the trader {0}", "接纳交易方 {0}", governance::who(enrolment))
        }
        Action::RotateKeys { keys, delivery_key } => say!(
            "replaces all its keys by {0}{1}",
            "更换全部密钥，改用{0}{1}",
            governance::keys(keys),
            Piece::maybe(delivery_key.map(|key| say!("; deliveries are sealed to {0}", "；交付密封至 {0}", Hash(key))))
        ),
        Action::Propose { measure } => {
            say!("proposes to {0}", "提议{0}", Piece::maybe(governance::measure(measure)))
        }
        Action::Approve { proposal: id } => say!("approves {0}", "批准{0}", proposal(*id)),
        Action::Issue { to, amount, bank_reference } => say!(
            "issues {0} to {1} (bank reference {2})",
            "向 {1} 发行 {0}（银行流水{2}）",
            Money(*amount),
            Party(*to),
            Piece::quote(bank_reference)
        ),
        Action::Redeem { from, amount, bank_reference } => say!(
            "redeems {0} of {1} (bank reference {2})",
            "为 {1} 赎回 {0}（银行流水{2}）",
            Money(*amount),
            Party(*from),
            Piece::quote(bank_reference)
        ),
        Action::Pay { to, amount, memo } => say!(
            "pays {0} to {1}{2}",
            "向 {1} 支付 {0}{2}",
            Money(*amount),
            Party(*to),
            Piece::maybe((!memo.is_empty()).then(|| say!(": {0}", "：{0}", Piece::quote(memo))))
        ),
        Action::RegisterAsset { description, content: first, parents, .. } => say!(
            "describes the asset {0} ({1}, grade {2}, {3}) and applies for its registration{4}",
            "申报数据资产{0}（{1}，{2}，{3}）并申请登记{4}",
            Piece::quote(&description.title),
            Piece::named(&description.source_class),
            Piece::named(&description.grade),
            content(first),
            made_from(parents)
        ),
        Action::AddVersion { asset, content: new, parents } => say!(
            "adds a version to {0} ({1}){2}",
            "为 {0} 增加新版本（{1}）{2}",
            Asset(*asset),
            content(new),
            made_from(parents)
        ),
        Action::ApplyAgain { asset } => {
            say!("applies again for the registration of {0}", "为 {0} 再次申请登记", Asset(*asset))
        }
        Action::Object { asset, statement, .. } => say!(
            "objects to the registration of {0}: {1}",
            "对 {0} 的登记提出异议：{1}",
            Asset(*asset),
            Piece::quote(statement)
        ),
        Action::RuleObjection { asset, objection, upheld, reason } => say!(
            "{2} objection {0} to {1}: {3}",
            "裁定对 {1} 的第 {0} 号异议{2}：{3}",
            Piece::number(objection),
            Asset(*asset),
            if *upheld { Piece::Words("upholds", "成立") } else { Piece::Words("dismisses", "不成立") },
            Piece::quote(reason)
        ),
        Action::GrantRegistration { asset, certificate } => say!(
            "takes {0} into the register under number {1}",
            "准予 {0} 登记，证书编号{1}",
            Asset(*asset),
            Piece::quote(certificate)
        ),
        Action::RefuseRegistration { asset, reason } => {
            say!("refuses the registration of {0}: {1}", "不予 {0} 登记：{1}", Asset(*asset), Piece::quote(reason))
        }
        Action::CancelRegistration { asset, reason } => {
            say!("takes {0} out of the register: {1}", "注销 {0} 的登记：{1}", Asset(*asset), Piece::quote(reason))
        }
        Action::TransferRight { asset, line, to, .. } => say!(
            "hands the {0} of {1} over to {2}",
            "将 {1} 的{0}转让给 {2}",
            Piece::named(line),
            Asset(*asset),
            Party(*to)
        ),
        Action::CreateListing { asset, version, kind, plans, until } => {
            let plans: Vec<Sentence> = plans.iter().map(terms).collect();
            let plans = (!plans.is_empty()).then(|| say!(": {0}", "：{0}", All(plans, ("; or ", "；或 "))));
            say!(
                "offers version {0} of {1}{2}{3}{4}",
                "挂牌 {1} 第 {0} 版{2}{3}{4}",
                Piece::number(version),
                Asset(*asset),
                Piece::only_if(*kind == ListingKind::Negotiated, ", at terms to be negotiated", "，条款磋商"),
                Piece::maybe(plans),
                terms::until(*until)
            )
        }
        Action::PauseListing { listing: id } => say!("pauses {0}", "暂停{0}", listing(*id)),
        Action::ResumeListing { listing: id } => say!("resumes {0}", "恢复{0}", listing(*id)),
        Action::EndListing { listing: id } => say!("ends {0} for ever", "永久结束{0}", listing(*id)),
        Action::PlaceOrder { listing, plan, version, max_price, payer, licensee, purpose, .. } => {
            let wish = deal::Wish { payer: *payer, licensee: *licensee, purpose: *purpose };
            deal::order(*listing, *plan, *version, *max_price, &wish, facts)
        }
        Action::Deliver { order, location, .. } => delivery::deliver(*order, location, facts),
        Action::Acknowledge { order, .. } => delivery::acknowledge(*order, facts),
        Action::RejectDelivery { order, reason } => delivery::reject(*order, reason, facts),
        Action::RevealKey { order, .. } => delivery::reveal(*order, facts),
        Action::AcceptDelivery { order } => delivery::accept(*order, facts),
        Action::ProveMisbehaviour { order, .. } => delivery::prove(*order, facts),
        Action::ChallengeKey { order } => delivery::challenge(*order, facts),
        Action::OpenKey { order, .. } => delivery::open(*order, facts),
        Action::OpenQualityDispute { order, .. } => delivery::dispute(*order, facts),
        Action::RuleDispute { order, refund, reason } => delivery::rule(*order, *refund, reason, facts),
        Action::Sublicense { licence, licensee, policy, until } => {
            licence::sublicense(*licence, *licensee, policy, *until)
        }
        Action::RecordUse {
            licence, licensor, sequence, action, purpose, sector, region, recipient, units, ..
        } => {
            let (sector, region) = (sector.as_ref(), region.as_ref());
            let (action, purpose, recipient, units) = (*action, *purpose, *recipient, *units);
            let used = licence::Use { action, purpose, sector, region, recipient, units };
            licence::record_use(*licence, *licensor, *sequence, &used)
        }
        Action::Terminate { licence, cause, statement } => licence::terminate(*licence, cause, statement),
        Action::Supersede { licence: id, by } => {
            say!("gives {0} up, and {1} stands in its place", "放弃{0}，由{1}替代", licence(*id), licence(*by))
        }
        Action::StateDeletion { licence: id, statement } => say!(
            "states that all copies had under {0} are destroyed (statement {1})",
            "声明已删除{0}下的全部副本（声明 {1}）",
            licence(*id),
            Hash(*statement)
        ),
        Action::Recall { asset, version, cause, statement } => licence::recall(*asset, *version, *cause, *statement),
        Action::AcknowledgeRecall { recall: id, licence: ended } => say!(
            "has stopped all use under {0}, which ends, as {1} demands",
            "已按{1}要求停止{0}下的一切使用，该许可终止",
            licence(*ended),
            recall(*id)
        ),
        Action::ReleaseParked { asset } => {
            say!("takes the royalties that wait at {0}", "领取 {0} 的待付分成", Asset(*asset))
        }
        Action::Attest { kind, asset, version, verdict, findings, valid_until, .. } => say!(
            "attests the {0} of version {1} of {2}: {3}{4}, valid until {5}",
            "评估 {2} 第 {1} 版（{0}）：{3}{4}，有效至 {5}",
            Piece::named(kind),
            Piece::number(version),
            Asset(*asset),
            Piece::named(verdict),
            supervision::in_addition(*findings),
            Time(*valid_until)
        ),
        Action::WithdrawAttestation { attestation: id, reason } => {
            say!("takes {0} back: {1}", "撤回{0}：{1}", attestation(*id), Piece::quote(reason))
        }
        Action::Regrade { asset, grade, legal_basis } => say!(
            "grades {0} {1}, on the legal basis {2}",
            "依据 {2} 将 {0} 定级为{1}",
            Asset(*asset),
            Piece::named(grade),
            Hash(*legal_basis)
        ),
        Action::DeclareGrade { asset, grade } => {
            say!("grades {0} {1}", "申报 {0} 的级别为{1}", Asset(*asset), Piece::named(grade))
        }
        Action::ChangeOpenness { asset, openness } => {
            say!("lets {0} be {1}", "将 {0} 设为：{1}", Asset(*asset), Piece::maybe(supervision::openness(openness)))
        }
        Action::AuthoriseOperation { asset, holder, authorisation } => say!(
            "takes charge of {0}, which {1} operates (authorisation {2})",
            "授权 {1} 运营公共数据 {0}（授权文件 {2}）",
            Asset(*asset),
            Party(*holder),
            Hash(*authorisation)
        ),
        Action::SetPriceCeiling { asset, ceiling, legal_basis } => say!(
            "lets a licence of {0} cost {1} at most, on the legal basis {2}",
            "依据 {2} 规定 {0} 的许可价格上限为 {1}",
            Asset(*asset),
            Money(*ceiling),
            Hash(*legal_basis)
        ),
        Action::Freeze { target, scope, legal_basis, until } => say!(
            "freezes {0} of {1} until {2}, on the legal basis {3}",
            "依据 {3} 冻结{1}的{0}，至 {2}",
            supervision::scope(*scope),
            Thing(*target),
            Time(*until),
            Hash(*legal_basis)
        ),
        Action::LiftFreeze { freeze: id, reason } => {
            say!("lifts {0}: {1}", "解除{0}：{1}", freeze(*id), Piece::quote(reason))
        }
        Action::AppealFreeze { freeze: id, statement, .. } => {
            say!("appeals against {0}: {1}", "对{0}提出申诉：{1}", freeze(*id), Piece::quote(statement))
        }
        Action::RuleAppeal { freeze: id, overturned, reason } => say!(
            "{1} {0}: {2}",
            "裁定对{0}的申诉，{1}冻结：{2}",
            freeze(*id),
            if *overturned { Piece::Words("overturns", "撤销") } else { Piece::Words("lets stand", "维持") },
            Piece::quote(reason)
        ),
        Action::OfferRight { asset, line, price, until } => say!(
            "offers the {0} of {1} for good, for {2}{3}",
            "以 {2} 挂牌永久转让 {1} 的{0}{3}",
            Piece::named(line),
            Asset(*asset),
            Money(*price),
            terms::until(*until)
        ),
        Action::BuyRight { listing, max_price, payer } => deal::buy_right(*listing, *max_price, *payer, facts),
        Action::Delist { listing, reason } => deal::delist(*listing, reason, facts),
        Action::OpenNegotiation { listing, version, terms, payer, licensee, purpose, .. } => {
            let wish = deal::Wish { payer: *payer, licensee: *licensee, purpose: *purpose };
            deal::open_negotiation(*listing, *version, terms, &wish, facts)
        }
        Action::AnswerDemand { demand, asset, version, terms } => deal::answer(*demand, *asset, *version, terms, facts),
        Action::CounterOffer { negotiation, terms, payer, licensee } => {
            deal::counter(*negotiation, terms, *payer, *licensee, facts)
        }
        Action::AcceptOffer { negotiation, terms, payer, licensee } => {
            deal::agree(*negotiation, terms, *payer, *licensee, facts)
        }
        Action::WithdrawOffer { negotiation } => say!("leaves {0}", "退出{0}", deal::talk(*negotiation, facts)),
        Action::EndRenewals { negotiation } => say!(
            "ends the renewals of what was agreed in {0}; what is paid for runs on",
            "终止{0}中约定的续订，已付期间继续有效",
            deal::talk(*negotiation, facts)
        ),
        Action::CreateDemand { wanted, until, .. } => deal::need(wanted, *until),
        Action::EndDemand { demand: id } => say!("ends {0}", "结束{0}", demand(*id)),
        Action::RenewSubscription { licence, periods, payer } => deal::renew(*licence, *periods, *payer, facts),
        Action::RequestVersion { licence: id, version, .. } => say!(
            "orders version {1} under {0}, for nothing",
            "在{0}下免费订购第 {1} 版",
            licence(*id),
            Piece::number(version)
        ),
    }
}

/// What is in a version: how much, and its hash.
fn content(content: &VersionContent) -> Piece {
    Piece::maybe(say!(
        "{0} bytes, content {1}",
        "{0} 字节，内容 {1}",
        Piece::number(content.size_bytes),
        Hash(content.content_root)
    ))
}

/// What a version was made from; nothing if from nothing.
fn made_from(parents: &[Parent]) -> Piece {
    let parent = |parent: &Parent| {
        say!("version {0} of {1}", "{1} 第 {0} 版", Piece::number(parent.version), Asset(parent.asset))
    };
    let parents: Vec<Sentence> = parents.iter().map(parent).collect();
    Piece::maybe(
        (!parents.is_empty()).then(|| say!(", made from {0}", "，由 {0} 加工而成", All(parents, (", ", "、")))),
    )
}
