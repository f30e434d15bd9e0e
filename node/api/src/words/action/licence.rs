//! Licences that go on, are used and end; recalls.

use yaosu_ledger::model::{Policy, RecallCause, Termination, UseAction};
use yaosu_ledger::state::Subject;
use yaosu_ledger::{AssetId, Digest, LicenceId, ParticipantId, Text, Timestamp};

use super::super::sentence::Piece::{All, Asset, Hash, Party, Thing};
use super::super::sentence::{Piece, Sentence};
use super::terms::{COMMA, policy, until};
use crate::say;

const fn licence(id: LicenceId) -> Piece {
    Thing(Subject::Licence(id))
}

pub(super) fn sublicense(id: LicenceId, licensee: ParticipantId, allowed: &Policy, end: Option<Timestamp>) -> Sentence {
    say!(
        "licenses {0} under {1}: {2}{3}",
        "在{1}下向 {0} 再许可：{2}{3}",
        Party(licensee),
        licence(id),
        Piece::maybe(policy(allowed)),
        until(end)
    )
}

/// A use that is recorded, and where and for whom it was.
pub(super) struct Use<'a> {
    pub action: UseAction,
    pub purpose: yaosu_ledger::model::Purpose,
    pub sector: Option<&'a Text<32>>,
    pub region: Option<&'a Text<16>>,
    pub recipient: Option<ParticipantId>,
    pub units: u64,
}

pub(super) fn record_use(id: LicenceId, licensor: ParticipantId, sequence: u64, used: &Use) -> Sentence {
    let Use { action, purpose, sector, region, recipient, units } = used;
    let mut clauses = vec![say!(
        "records {0} uses under {1} as record {2}: {3}, for {4}",
        "记录{1}下的 {0} 次使用（第 {2} 条）：{3}，用途为{4}",
        Piece::number(units),
        licence(id),
        Piece::number(sequence),
        Piece::named(action),
        Piece::named(purpose)
    )];
    clauses.extend(sector.map(|sector| say!("in the sector {0}", "领域{0}", Piece::quote(sector))));
    clauses.extend(region.map(|region| say!("in the region {0}", "地区{0}", Piece::quote(region))));
    clauses.extend(recipient.map(|id| say!("passed on to {0}", "转交给 {0}", Party(id))));
    clauses.push(say!("countersigned by {0}", "由 {0} 会签", Party(licensor)));
    say!("{0}", "{0}", All(clauses, COMMA))
}

pub(super) fn terminate(id: LicenceId, cause: &Termination, statement: &Text<256>) -> Sentence {
    let right = match cause {
        Termination::Mutual { with } => say!("together with {0}", "与 {0} 协商一致", Party(*with)),
        Termination::Breach { evidence, arbiter: None } => {
            say!("for a breach (evidence {0})", "因违约（证据 {0}）", Hash(*evidence))
        }
        Termination::Breach { evidence, arbiter: Some(arbiter) } => say!(
            "for a breach (evidence {0}), together with arbiter {1}",
            "因违约（证据 {0}），经仲裁机构 {1} 同意",
            Hash(*evidence),
            Party(*arbiter)
        ),
        Termination::Regulator { basis } => say!("by law (basis {0})", "依法（依据 {0}）", Hash(*basis)),
    };
    say!("ends {0} {1}: {2}", "终止{0}，{1}：{2}", licence(id), Piece::maybe(right), Piece::quote(statement))
}

pub(super) fn recall(asset: AssetId, version: Option<u32>, cause: RecallCause, statement: Digest) -> Sentence {
    let all = || say!("all versions", "全部版本");
    let version = version.map_or_else(all, |version| say!("version {0}", "第 {0} 版", Piece::number(version)));
    let version = Piece::maybe(version);
    if cause.ends_licences() {
        say!(
            "recalls {0} of {1} and all that was made from it: {2} (statement {3}); whoever has a licence must stop",
            "召回 {1} {0}及其全部衍生数据：{2}（声明 {3}）；被许可方须停止使用",
            version,
            Asset(asset),
            Piece::named(&cause),
            Hash(statement)
        )
    } else {
        say!(
            "withdraws {0} of {1} (statement {2}): nothing new is sold of it, licences stay",
            "撤回 {1} {0}（声明 {2}）：不再出售，已有许可不受影响",
            version,
            Asset(asset),
            Hash(statement)
        )
    }
}
