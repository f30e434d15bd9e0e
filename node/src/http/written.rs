//! What a committed transaction wrote: its records right before and right after it, as long as the node keeps the state
//! before its block.

use serde::Serialize;
use serde_json::Value;
use yaosu_api::{WrittenRecord, WrittenView};
use yaosu_ledger::block::Block;
use yaosu_ledger::execution;
use yaosu_ledger::state::{RecordReader, read_record};
use yaosu_ledger::{Height, TransactionId};

use super::call::Call;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::transactions;
use super::view::{View, missing};

/// What is carried out again for one answer, at most, beside the transaction itself and what was due at the block's beginning,
/// which have limits of their own: the weights of the transactions that stand before in the block. One is about a payment.
const WEIGHT_MAX: u32 = 2_000;

/// What is known of what a transaction wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// All of it.
    Known(Vec<WrittenRecord>),
    /// The state before the block is not kept any more.
    Gone,
    /// Too much stands before it in its block.
    Long,
}

/// `GET /v1/transactions/{ref}/records`.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let id = transactions::find(view, call.path("ref"))?;
    let (height, index) = view.store().find_transaction(id)?.ok_or_else(|| {
        let told = (format!("there is no committed transaction {id}"), format!("没有已写入账本的交易 {id}"));
        ApiError::not_found(told).with_hint((
            format!("only what is committed has written something; ask /v1/transactions/{id} what became of it"),
            format!("只有已写入账本的交易才有写入的内容；其结果见 /v1/transactions/{id}"),
        ))
    })?;
    let hint = (
        format!("another node may still have it; what came of the transaction, /v1/transactions/{id} says for ever"),
        format!("其他节点可能仍有；该交易的结果可随时见 /v1/transactions/{id}"),
    );
    match of(view, id, height, index)? {
        Written::Known(items) => {
            Ok(Reply::json(&WrittenView { id, height, items }, Keep::Tagged(format!("{id}.written"))))
        }
        Written::Gone => {
            let english = format!("this node no longer keeps the state before block {height}");
            Err(ApiError::not_found((english, format!("本节点已不再保留区块 {height} 之前的状态"))).with_hint(hint))
        }
        Written::Long => {
            let english = format!("too much stands before the transaction in block {height} to carry it out again");
            let chinese = format!("区块 {height} 中该交易之前的内容过多，无法重新执行");
            Err(ApiError::not_found((english, chinese)).with_hint(hint))
        }
    }
}

/// What the transaction at a place wrote.
///
/// # Errors
/// 500, if the block is not there or does not follow what is kept.
pub fn of(view: &View, id: TransactionId, height: Height, index: u32) -> Result<Written, ApiError> {
    let Some(before) = view.handle().past().before(height) else { return Ok(Written::Gone) };
    let block: Block = view.store().block(height)?.ok_or_else(|| missing(height))?;
    let place = usize::try_from(index).map_err(|_| missing(height))?;
    let earlier = block.transactions.iter().take(place).map(|envelope| envelope.body().action.weight());
    if earlier.fold(0, u32::saturating_add) > WEIGHT_MAX {
        return Ok(Written::Long);
    }
    let written = execution::written(&before, &block, place)
        .ok_or_else(|| ApiError::internal(format!("transaction {id} can't be carried out again in block {height}")))?;
    let decode = |key: &[u8], value: Option<&[u8]>| {
        read_record(key, value, InJson).ok_or_else(|| ApiError::internal("a record of the state does not decode"))
    };
    let mut items = Vec::with_capacity(written.len());
    for record in written {
        let (table, key, before) = decode(&record.key, record.before.as_deref())?;
        let (.., after) = decode(&record.key, record.after.as_deref())?;
        let number = record.key.first().copied().unwrap_or_default();
        items.push(WrittenRecord { table: table.to_owned(), number, key, before, after });
    }
    Ok(Written::Known(items))
}

/// Key and record as JSON.
struct InJson;

impl RecordReader for InJson {
    type Output = (&'static str, Value, Option<Value>);

    fn read<K: Serialize, V: Serialize>(self, table: &'static str, key: &K, record: Option<&V>) -> Self::Output {
        let json = |value: Result<Value, serde_json::Error>| {
            value.expect("the ledger's types have string keys and no failing serializers")
        };
        (table, json(serde_json::to_value(key)), record.map(|record| json(serde_json::to_value(record))))
    }
}
