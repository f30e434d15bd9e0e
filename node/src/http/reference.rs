//! References: a full identifier, a prefix of it that leads to one thing only, or a participant's handle.

use std::fmt::Display;
use std::str::FromStr;

use yaosu_api::words::Language::Chinese;
use yaosu_api::words::quoted;
use yaosu_api::{PREFIX_DIGITS_MIN, ProblemCode};
use yaosu_ledger::state::{Handles, KeyPart, Participants, Reader, State, Table};
use yaosu_ledger::{Handle, ParticipantId};

use super::call::Query;
use super::page::digit;
use super::problem::ApiError;

/// Candidates that the answer to an ambiguous prefix lists.
pub const SHOWN_MAX: usize = 5;

/// The first digits of an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// Whole bytes.
    pub bytes: Vec<u8>,
    /// A digit more.
    pub nibble: Option<u8>,
}

impl Prefix {
    /// Takes a text of [`PREFIX_DIGITS_MIN`] to 64 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        if !(PREFIX_DIGITS_MIN..=64).contains(&text.len()) {
            return None;
        }
        let digits = text.bytes().map(digit).collect::<Option<Vec<u8>>>()?;
        let (pairs, rest) = digits.as_chunks::<2>();
        let bytes = pairs.iter().map(|[high, low]| (high << 4) | low).collect();
        Some(Self { bytes, nibble: rest.first().copied() })
    }

    /// Whether an identifier begins so.
    pub fn matches(&self, id: &[u8]) -> bool {
        let Some(rest) = id.strip_prefix(self.bytes.as_slice()) else { return false };
        self.nibble.is_none_or(|nibble| rest.first().is_some_and(|byte| byte >> 4 == nibble))
    }
}

/// Finds the record of a table that a reference leads to. `what`: the kind of thing, in words.
///
/// # Errors
/// 400, if it is no reference; 404; 409, if it leads to several.
pub fn find<T>(state: &State, what: &str, text: &str) -> Result<(T::Key, T::Record), ApiError>
where
    T: Table<Key: FromStr + Display + Copy>,
{
    let prefix = Prefix::parse(text).ok_or_else(|| not_a_reference(what, text))?;
    let id = only(what, text, &candidates::<T>(state, &prefix))?;
    let record =
        state.get::<T>(&id).ok_or_else(|| ApiError::internal("a record has gone from a state that never changes"))?;
    Ok((id, record))
}

/// The first identifiers of a table that begin so, one more than are shown at most.
fn candidates<T: Table>(state: &State, prefix: &Prefix) -> Vec<T::Key> {
    let mut scanned = vec![T::NUMBER];
    scanned.extend_from_slice(&prefix.bytes);
    let mut start = scanned.clone();
    start.extend(prefix.nibble.map(|nibble| nibble << 4));
    state
        .scan_bytes(&scanned, &start, SHOWN_MAX + 1)
        .into_iter()
        .take_while(|(key, _)| prefix.matches(&key[1..]))
        .filter_map(|(key, _)| T::Key::read(&mut &key[1..]))
        .collect()
}

/// The one candidate.
///
/// # Errors
/// 404 for none, 409 for several.
pub fn only<I: Display + Copy>(what: &str, text: &str, candidates: &[I]) -> Result<I, ApiError> {
    match candidates {
        [one] => Ok(*one),
        [] => Err(none(what, text)),
        several => {
            let mut shown: Vec<String> = several.iter().take(SHOWN_MAX).map(ToString::to_string).collect();
            if several.len() > SHOWN_MAX {
                shown.push("more".into());
            }
            let shown = shown.join(", ");
            let told = (
                format!("more than one {what} begins with {text}"),
                format!("有多个{}的标识以 {text} 开头", chinese(what)),
            );
            Err(ApiError::new(ProblemCode::Ambiguous, told)
                .with_hint((format!("give more digits; they are {shown}"), format!("请输入更多位；候选：{shown}"))))
        }
    }
}

/// 404: nothing is called so.
pub fn none(what: &str, text: &str) -> ApiError {
    ApiError::not_found((format!("there is no {what} {text}"), format!("没有标识为 {text} 的{}", chinese(what))))
}

/// 400: nothing can be called so.
pub fn not_a_reference(what: &str, text: &str) -> ApiError {
    let told = (
        format!("{text:?} does not identify any {what}"),
        format!("{}不能标识任何{}", quoted(text, Chinese), chinese(what)),
    );
    ApiError::bad("ref", told).with_hint((
        format!("give 64 lower-case hexadecimal digits, or the first {PREFIX_DIGITS_MIN} or more of them"),
        format!("请输入 64 位小写十六进制数字，或其前 {PREFIX_DIGITS_MIN} 位以上"),
    ))
}

/// A kind of thing, or the parameter that names one, in Chinese.
fn chinese(what: &str) -> &'static str {
    match what {
        "participant" | "holder" | "buyer" | "seller" | "licensee" | "licensor" | "party" => "参与方",
        "asset" => "数据资产",
        "listing" => "挂牌",
        "order" => "合同",
        "licence" => "许可",
        "negotiation" => "磋商",
        "demand" => "需求",
        "proposal" => "提案",
        "recall" => "召回",
        "attestation" => "评估",
        "freeze" => "冻结",
        "transaction" => "交易记录",
        "block" => "区块",
        _ => "对象",
    }
}

/// Finds a participant by identifier, prefix or handle. A text that is one's handle and the beginning of another's
/// identifier is ambiguous: nobody can take a handle to be mistaken for somebody else.
///
/// # Errors
/// 400, if it is no reference; 404; 409, if it leads to several.
pub fn find_participant(state: &State, text: &str) -> Result<ParticipantId, ApiError> {
    let what = "participant";
    let handle = Handle::new(text).ok();
    let prefix = Prefix::parse(text);
    if handle.is_none() && prefix.is_none() {
        let told = (
            format!("{text:?} is neither a handle nor the identifier of a participant"),
            format!("{}既不是参与方的代号，也不是其标识", quoted(text, Chinese)),
        );
        return Err(ApiError::bad("ref", told).with_hint((
            format!(
                "give a handle, 64 lower-case hexadecimal digits, or the first {PREFIX_DIGITS_MIN} or more of them"
            ),
            format!("请输入代号、64 位小写十六进制数字，或其前 {PREFIX_DIGITS_MIN} 位以上"),
        )));
    }
    let mut found: Vec<ParticipantId> = handle.and_then(|handle| state.get::<Handles>(&handle)).into_iter().collect();
    if let Some(prefix) = prefix {
        found.extend(candidates::<Participants>(state, &prefix));
    }
    found.sort_unstable();
    found.dedup();
    only(what, text, &found)
}

/// A filter that names a thing.
///
/// # Errors
/// Those of [`find`], as a fault of the parameter.
pub fn filter<T>(state: &State, query: &Query, name: &str) -> Result<Option<T::Key>, ApiError>
where
    T: Table<Key: FromStr + Display + Copy>,
{
    let Some(text) = query.text(name) else { return Ok(None) };
    find::<T>(state, name, text).map(|(id, _)| Some(id)).map_err(|error| error.about(name))
}
