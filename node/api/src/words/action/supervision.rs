//! Attestations, public data and freezes.

use yaosu_ledger::model::{Findings, FreezeScope, Openness, QualityScores};

use super::super::sentence::Piece::{All, Money, Party, Time, Words};
use super::super::sentence::{Piece, Sentence};
use super::terms::COMMA;
use crate::say;

/// What an assessor found beyond the verdict; nothing for kinds that find nothing more.
#[must_use]
pub fn findings(findings: Findings) -> Option<Sentence> {
    match findings {
        Findings::None => None,
        Findings::Quality(scores) => {
            let QualityScores { conformity, completeness, accuracy, consistency, timeliness, accessibility } = scores;
            let scores = [
                say!("conformity {0}", "规范性 {0}", Piece::share(conformity)),
                say!("completeness {0}", "完整性 {0}", Piece::share(completeness)),
                say!("accuracy {0}", "准确性 {0}", Piece::share(accuracy)),
                say!("consistency {0}", "一致性 {0}", Piece::share(consistency)),
                say!("timeliness {0}", "时效性 {0}", Piece::share(timeliness)),
                say!("accessibility {0}", "可访问性 {0}", Piece::share(accessibility)),
            ];
            Some(say!("{0}", "{0}", All(scores.into(), COMMA)))
        }
        Findings::Worth { from, to } => Some(say!("{0} to {1}", "{0} 至 {1}", Money(from), Money(to))),
        Findings::Grade(grade) => Some(say!("grade {0}", "{0}", Piece::named(&grade))),
    }
}

/// The same in brackets behind the verdict.
pub(super) fn in_addition(findings: Findings) -> Piece {
    Piece::maybe(self::findings(findings).map(|found| say!(" ({0})", "（{0}）", Piece::maybe(found))))
}

/// Whether data is open.
#[must_use]
pub fn openness(openness: &Openness) -> Sentence {
    match openness {
        Openness::NotPublic => say!("not public data", "非公共数据"),
        Openness::Open => say!("open without conditions", "无条件开放"),
        Openness::Conditional { terms } => say!("open on conditions: {0}", "有条件开放：{0}", Piece::quote(terms)),
        Openness::Closed { reason, approver, review } => say!(
            "closed ({0}), approved by {1}, reviewed {2}",
            "不予开放（{0}），由 {1} 批准，{2} 复核",
            Piece::named(reason),
            Party(*approver),
            Time(*review)
        ),
    }
}

/// What of a thing is frozen.
pub(super) const fn scope(scope: FreezeScope) -> Piece {
    match scope {
        FreezeScope::Trade => Words("the trade", "交易"),
        FreezeScope::Delivery => Words("the delivery", "交付"),
        FreezeScope::Use => Words("the use", "使用"),
        FreezeScope::Funds => Words("the funds", "资金"),
        FreezeScope::All => Words("everything", "一切"),
    }
}
