//! What a rejection names as the ledger's code does: parts of policies and of demands, states, kinds. A name without words
//! is shown as it is; the tests know every one.

use std::str::FromStr;

use yaosu_ledger::model::{ListingKind, ListingStatus, NegotiationStatus};
use yaosu_ledger::policy::Clause;

use super::super::names::Named;
use super::super::sentence::Piece::{self, Words};

/// A value by its name in the ledger.
fn value<T: Named + FromStr>(name: &str) -> Option<Piece> {
    name.parse::<T>().ok().map(|value| Piece::named(&value))
}

fn one_of(name: &'static str, words: &[(&str, &'static str)]) -> Option<Piece> {
    words.iter().find(|(code, _)| *code == name).map(|(_, chinese)| Words(name, chinese))
}

fn or_name(words: Option<Piece>, name: &'static str) -> Piece {
    words.unwrap_or_else(|| Piece::number(name))
}

/// A clause of a policy.
pub fn clause(name: &'static str) -> Piece {
    or_name(value::<Clause>(name), name)
}

/// Where a registration stands, or may stand.
pub fn registration(name: &'static str) -> Piece {
    let words = [
        ("public-notice", "公示中"),
        ("registered", "已登记"),
        ("refused", "未予登记"),
        ("cancelled", "已注销"),
        ("refused or cancelled", "未予登记或已注销"),
        ("public-notice or registered", "公示中或已登记"),
        ("registered, or cancelled by its holder", "已登记，或由其持有人注销"),
    ];
    or_name(one_of(name, &words), name)
}

/// Where a listing must stand.
pub fn listing_status(name: &'static str) -> Piece {
    let several = || one_of(name, &[("active or paused", "挂牌中或已暂停")]);
    or_name(value::<ListingStatus>(name).or_else(several), name)
}

/// How a listing must trade.
pub fn listing_kind(name: &'static str) -> Piece {
    let several = || one_of(name, &[("open or fixed", "开放许可或固定价格")]);
    or_name(value::<ListingKind>(name).or_else(several), name)
}

/// How a listing or a negotiation has ended.
pub fn end(name: &'static str) -> Piece {
    or_name(value::<ListingStatus>(name).or_else(|| value::<NegotiationStatus>(name)), name)
}

/// A part of what a demand asks for.
pub fn wanted(name: &'static str) -> Piece {
    let words = [
        ("title", "名称"),
        ("sector", "领域"),
        ("actions", "操作"),
        ("max_price", "最高价格"),
        ("the sector", "领域"),
        ("the kind", "类型"),
        ("what is allowed", "许可的操作"),
        ("the price", "价格"),
    ];
    or_name(one_of(name, &words), name)
}

/// A part of the licence that is to stand in the place of another.
pub fn successor(name: &'static str) -> Piece {
    let words = [
        ("identifier", "标识"),
        ("asset", "资产或版本"),
        ("status", "状态"),
        ("begin", "生效时间"),
        ("duties", "义务"),
    ];
    or_name(one_of(name, &words), name)
}
