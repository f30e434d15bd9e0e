//! Who takes part and what the operators decide.

use yaosu_ledger::Digest;
use yaosu_ledger::model::{Enrolment, KeySet, Measure};
use yaosu_ledger::signature::PublicKey;

use super::super::sentence::Piece::{All, Hash, Party, Text};
use super::super::sentence::{Piece, Sentence};
use crate::say;

fn key(key: &PublicKey) -> Piece {
    Hash(Digest(*key.as_bytes()))
}

/// Keys, and how many of them must sign.
pub(super) fn keys(keys: &KeySet) -> Piece {
    let all = keys.keys.iter().map(|one| say!("{0}", "{0}", key(one))).collect();
    Piece::maybe(say!(
        "the keys {0}, of which {1} must sign",
        "密钥 {0}，其中须有 {1} 个签名",
        All(all, (", ", "、")),
        Piece::number(keys.threshold)
    ))
}

/// Somebody new.
pub(super) fn who(enrolment: &Enrolment) -> Piece {
    let Enrolment { handle, legal_name, legal_id, keys, .. } = enrolment;
    Piece::maybe(say!(
        "{0} ({1}, {2}; {3})",
        "{0}（{1}，{2}；{3}）",
        Text(handle.to_string()),
        Piece::quote(legal_name),
        Piece::quote(legal_id),
        self::keys(keys)
    ))
}

/// What a measure would do: `suspend ...`.
#[must_use]
pub fn measure(measure: &Measure) -> Sentence {
    match measure {
        Measure::Enrol { enrolment, roles } => {
            say!("take in {0} as {1}", "接纳 {0}，角色为{1}", who(enrolment), Piece::list(roles.iter()))
        }
        Measure::SetRoles { participant, roles } => say!(
            "let {0} be {1} and nothing else",
            "将 {0} 的角色定为{1}，别无其他",
            Party(*participant),
            Piece::list(roles.iter())
        ),
        Measure::SetStatus { participant, status } => {
            say!("set {0} to: {1}", "将 {0} 的状态设为：{1}", Party(*participant), Piece::named(status))
        }
        Measure::SetValidators { validators } => {
            let one = |validator: &yaosu_ledger::validators::Validator| {
                say!(
                    "{0} with power {1} and key {2}",
                    "{0}（权重 {1}，密钥 {2}）",
                    Party(validator.operator),
                    Piece::number(validator.power),
                    key(&validator.key)
                )
            };
            let all = validators.iter().map(one).collect();
            say!("let these validators decide: {0}", "由以下验证节点共识：{0}", All(all, (", ", "、")))
        }
        Measure::AdmitNode { key: new, node } => say!(
            "admit the node {0} ({1}) of {2}",
            "准入 {2} 的节点{0}（{1}）",
            Piece::quote(&node.name),
            key(new),
            Party(node.operator)
        ),
        Measure::DismissNode { key: old } => say!("dismiss the node {0}", "移除节点 {0}", key(old)),
        Measure::SetRulePack { pack } => say!(
            "put rule pack {0} in force (fee {1}, to {2})",
            "启用第 {0} 号规则包（手续费 {1}，归 {2}）",
            Piece::number(pack.number),
            Piece::share(pack.fee),
            Party(pack.fee_account)
        ),
    }
}
